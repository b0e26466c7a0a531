//! Asking a provider's token server, by a form (RFC 6749, sections 4.1.3 and 6).

use std::time::Duration;

use http_room::{Answer, App, Problem};
use outward::{Ask, HeaderMap, HeaderValue, Method, Outside, Policy, Url};

use super::provider::ProviderRow;
use super::redirect_url;
use super::rules::{Grant, read_grant};

/// Longest wait for the token server. Shorter than the time for which a row is held for it.
const WITHIN: Duration = Duration::from_secs(15);
/// Bytes of its answer; tokens of Microsoft have some thousands.
const ANSWER: usize = 128 * 1024;

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GrantError {
    /// What was given does not hold any more: somebody has to sign in again.
    #[error("{0}")]
    Ended(String),
    /// The provider says no for another reason, such as a client secret that ran out.
    #[error("{words}")]
    Refused {
        /// The provider's code.
        code: String,
        /// The provider's words, its code first.
        words: String,
    },
    /// The provider cannot say just now.
    #[error("{0}")]
    Later(String),
}

/// What is handed in for a token.
#[derive(Clone, Copy)]
pub enum HandIn<'a> {
    /// The code a member came back with, and the verifier of the request.
    Code(&'a str, &'a str),
    /// The refresh token that is kept.
    Refresh(&'a str),
}

/// Asks for a token.
///
/// # Errors
/// Whatever stands in the way of asking; inside, what the provider says.
pub async fn ask(
    app: &App,
    provider: &ProviderRow,
    hand_in: HandIn<'_>,
) -> Answer<Result<Grant, GrantError>> {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    headers.insert("accept", HeaderValue::from_static("application/json"));
    let url = Url::parse(&provider.token_url).map_err(|why| Problem::internal(&why))?;
    let ask = Ask {
        method: Method::POST,
        url,
        headers,
        body: Some(form(app, provider, hand_in)?),
        within: WITHIN,
        most_bytes: ANSWER,
        cut: false,
        redirects: 0,
    };
    Ok(match outside(app)?.ask(&ask).await {
        Ok(answer) => read_grant(answer.status, &answer.body),
        Err(why) => Err(GrantError::Later(why.to_string())),
    })
}

fn form(app: &App, provider: &ProviderRow, hand_in: HandIn<'_>) -> Answer<String> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    match hand_in {
        HandIn::Code(code, verifier) => form
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("redirect_uri", &redirect_url(app))
            .append_pair("code_verifier", verifier),
        HandIn::Refresh(token) => {
            form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token)
        }
    };
    form.append_pair("client_id", &provider.client_id);
    if let Some(secret) = provider.secret(app)? {
        form.append_pair("client_secret", &secret);
    }
    Ok(form.finish())
}

fn outside(app: &App) -> Answer<Outside> {
    let config = &app.config;
    let private = config.private_requests || config.closed_network;
    Outside::new(Policy { private, name_server: config.name_server }).map_err(|why| Problem::internal(&why))
}
