//! Whether a host leads to this installation: it is asked for a proof only this installation can give.
//!
//! The question carries a sealed word; whoever has the installation's key answers the word. Nothing is kept for it.

use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use http_room::{Answer, App, Problem};
use kernel::Locale;
use outward::{Answer as Answered, Ask, HeaderMap, Method, Outside, OutwardError, Policy};

/// Where the proof is asked for.
pub(super) const PROOF: &str = "/.well-known/sevenfold-links/";
/// Longest time for one question.
const WITHIN: Duration = Duration::from_secs(10);
/// So much of an answer is looked at, bytes.
const MOST_BYTES: usize = 4 << 10;
/// Redirects followed, to say where they lead.
const REDIRECTS: usize = 3;
/// Longest sealed word.
const SEALED: usize = 256;
/// So much of what was found instead is told, characters.
const TOLD: usize = 60;

fn purpose() -> &'static str {
    "proof of a tracking host"
}

/// What was found instead of this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Nothing: the name leads nowhere, or nobody answers.
    Nothing(OutwardError),
    /// It sends on to another host.
    Elsewhere(String),
    /// Another status.
    Status(u16),
    /// Something else; its beginning.
    Other(String),
}

impl Found {
    /// In words, with what to do.
    #[must_use]
    pub fn told(&self, host: &str, locale: Locale) -> String {
        match (self, locale) {
            (Self::Nothing(why), Locale::En) => {
                format!("Nothing answers at {host}: {why}. Point its name (CNAME) at this installation.")
            }
            (Self::Nothing(why), Locale::Ko) => {
                format!("{host}에서 응답이 없습니다({why}). 이름(CNAME)이 이 서버를 가리키게 하세요.")
            }
            (Self::Elsewhere(to), Locale::En) => {
                format!(
                    "{host} sends on to {to}. Let your proxy pass requests for it on to this installation instead."
                )
            }
            (Self::Elsewhere(to), Locale::Ko) => {
                format!("{host}가 {to}로 넘깁니다. 프록시가 요청을 이 서버로 직접 전달하게 하세요.")
            }
            (Self::Status(status), Locale::En) => {
                format!(
                    "{host} answers {status}, so it is not this installation. Pass requests for it on to this installation."
                )
            }
            (Self::Status(status), Locale::Ko) => {
                format!(
                    "{host}의 응답이 {status}이므로 이 서버가 아닙니다. 요청이 이 서버로 전달되게 하세요."
                )
            }
            (Self::Other(what), Locale::En) => {
                format!("At {host} is something else than this installation; it answers “{what}”.")
            }
            (Self::Other(what), Locale::Ko) => {
                format!("{host}에는 이 서버가 아닌 다른 것이 있습니다. 응답: “{what}”")
            }
        }
    }
}

/// The answer to the question, to be mounted at the root.
pub(super) fn public_routes() -> Router<App> {
    Router::new().route(&format!("{PROOF}{{sealed}}"), get(prove))
}

async fn prove(State(app): State<App>, Path(sealed): Path<String>) -> impl IntoResponse {
    let word = hex::decode(&sealed).ok().filter(|sealed| sealed.len() <= SEALED);
    let word = word.and_then(|sealed| String::from_utf8(sealed).ok());
    let word = word.and_then(|sealed| app.secrets.open(purpose(), &sealed).ok());
    let no_store = [(header::CACHE_CONTROL, "no-store")];
    match word {
        Some(word) => (StatusCode::OK, no_store, word),
        None => (StatusCode::NOT_FOUND, no_store, String::new()),
    }
}

/// Asks a host, first by https. Answers whether that is how it answers, or what is there instead.
///
/// # Errors
/// When nothing can be asked at all.
pub async fn look(app: &App, host: &str) -> Answer<Result<bool, Found>> {
    let config = &app.config;
    let private = config.closed_network || config.private_requests;
    let outside = Outside::new(Policy { private, name_server: config.name_server })
        .map_err(|why| Problem::internal(&why))?;
    let by_https = ask(app, &outside, "https", host).await?;
    Ok(match by_https {
        Err(Found::Nothing(why)) => match ask(app, &outside, "http", host).await? {
            Ok(()) => Ok(false),
            Err(Found::Nothing(_)) => Err(Found::Nothing(why)),
            Err(found) => Err(found),
        },
        other => other.map(|()| true),
    })
}

async fn ask(app: &App, outside: &Outside, scheme: &str, host: &str) -> Answer<Result<(), Found>> {
    let mut bytes = [0_u8; 16];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    let word = hex::encode(bytes);
    let sealed = hex::encode(app.secrets.seal(purpose(), &word));
    let url = format!("{scheme}://{host}{PROOF}{sealed}").parse().map_err(|why| Problem::internal(&why))?;
    let ask = Ask {
        method: Method::GET,
        url,
        headers: HeaderMap::new(),
        body: None,
        within: WITHIN,
        most_bytes: MOST_BYTES,
        cut: true,
        redirects: REDIRECTS,
    };
    Ok(match outside.ask(&ask).await {
        Ok(answer) => judge(&answer, &ask, &word),
        Err(why) => Err(Found::Nothing(why)),
    })
}

fn judge(answer: &Answered, ask: &Ask, word: &str) -> Result<(), Found> {
    if answer.url.origin() != ask.url.origin() {
        return Err(Found::Elsewhere(answer.url.host_str().unwrap_or_default().to_owned()));
    }
    let body = String::from_utf8_lossy(&answer.body);
    match answer.status {
        200 if body.trim() == word => Ok(()),
        200 => Err(Found::Other(beginning(&body))),
        other => Err(Found::Status(other)),
    }
}

/// The beginning of a text on one line.
fn beginning(text: &str) -> String {
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ").chars().take(TOLD).collect()
}
