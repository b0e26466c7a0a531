//! What is decided without asking anybody: how a member is sent to a provider, what its answers mean, when a token is
//! renewed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{EmailAddress, Timestamp};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use url::Url;

use super::grant::GrantError;

/// Seconds of validity under which a token is renewed, if it is valid for longer than twice that.
const MARGIN: i64 = 300;
/// Seconds of validity under which a token is not used any more: a mail may take that long.
pub const LEAST: i64 = 20;
/// Seconds of validity when a provider does not say (RFC 6749, section 5.1, leaves it open).
const USUAL: i64 = 3600;
/// Characters of a provider's words that are kept.
const WORDS: usize = 300;

/// Random bytes as text that addresses may hold: a state, or a verifier (RFC 7636, section 4.1).
#[must_use]
pub fn written(bytes: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The challenge of a verifier by S256 (RFC 7636, section 4.2).
#[must_use]
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// What of a state is kept: whoever reads the database cannot finish a sign-in.
#[must_use]
pub fn digest(state: &str) -> String {
    hex::encode(Sha256::digest(state.as_bytes()))
}

/// A request for consent.
#[derive(Debug, Clone, Copy)]
pub struct Consent<'a> {
    /// The provider's page.
    pub authorize_url: &'a Url,
    /// Who asks.
    pub client_id: &'a str,
    /// For what, by spaces.
    pub scopes: &'a str,
    /// Where to come back to.
    pub redirect_url: &'a str,
    /// The state.
    pub state: &'a str,
    /// The verifier of which the challenge is sent.
    pub verifier: &'a str,
    /// The account that is meant, if one is.
    pub email: Option<&'a str>,
    /// What else this provider wants to hear.
    pub further: &'a [(&'a str, &'a str)],
}

impl Consent<'_> {
    /// Where the member is sent.
    #[must_use]
    pub fn url(&self) -> Url {
        let mut url = self.authorize_url.clone();
        let challenge = challenge(self.verifier);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", self.client_id)
            .append_pair("redirect_uri", self.redirect_url)
            .append_pair("scope", self.scopes)
            .append_pair("state", self.state)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256")
            .extend_pairs(self.further)
            .extend_pairs(self.email.map(|email| ("login_hint", email)));
        url
    }
}

/// What a provider gave.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Signs in to the mail servers.
    pub access_token: String,
    /// Seconds for which it does.
    pub seconds: i64,
    /// Asks for the next one; absent: the one that is kept stays.
    pub refresh_token: Option<String>,
    /// What was consented to, if it says so.
    pub scopes: Option<String>,
    /// Whose account it is, if it says so.
    pub email: Option<EmailAddress>,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grant").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

impl Grant {
    /// Whether something that has to be there was not consented to. Says nothing when the provider does not.
    #[must_use]
    pub fn lacks(&self, scope: &str) -> bool {
        let given = self.scopes.as_deref();
        given.is_some_and(|given| !given.split_whitespace().any(|one| one.eq_ignore_ascii_case(scope)))
    }
}

/// Reads the answer of a token server (RFC 6749, sections 5.1 and 5.2).
///
/// # Errors
/// What it refuses, or that it cannot say just now.
pub fn read_grant(status: u16, body: &[u8]) -> Result<Grant, GrantError> {
    let json: Json = serde_json::from_slice(body).unwrap_or(Json::Null);
    let text = |key: &str| json[key].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    if status == 200
        && let Some(access_token) = text("access_token")
    {
        let said = &json["expires_in"];
        let seconds = said.as_i64().or_else(|| said.as_str().and_then(|text| text.parse().ok()));
        return Ok(Grant {
            access_token,
            seconds: seconds.unwrap_or(USUAL).clamp(0, 366 * 86_400),
            refresh_token: text("refresh_token"),
            scopes: text("scope"),
            email: text("id_token").as_deref().and_then(email_in),
        });
    }
    if matches!(status, 408 | 429 | 500..) {
        return Err(GrantError::Later(format!("status {status}")));
    }
    let code = text("error").unwrap_or_else(|| format!("status_{status}"));
    Err(refusal(&code, text("error_description").as_deref()))
}

/// What a provider's refusal means, by its code (RFC 6749, sections 4.1.2.1 and 5.2; OpenID Connect Core, 3.1.2.6).
#[must_use]
pub fn refusal(code: &str, description: Option<&str>) -> GrantError {
    let clean = |text: &str| text.chars().filter(|c| !c.is_control()).take(WORDS).collect::<String>();
    let words = match description.map(clean).filter(|text| !text.is_empty()) {
        Some(description) => format!("{}: {description}", clean(code)),
        None => clean(code),
    };
    match code {
        "invalid_grant" | "interaction_required" | "login_required" | "consent_required" => {
            GrantError::Ended(words)
        }
        "temporarily_unavailable" | "server_error" => GrantError::Later(words),
        _ => GrantError::Refused { code: clean(code), words },
    }
}

/// The address an id token names. Its signature is not looked at: it comes from the token server itself (OpenID
/// Connect Core, 3.1.3.7, point 6). Microsoft says `preferred_username` where there is no `email`.
#[must_use]
pub fn email_in(id_token: &str) -> Option<EmailAddress> {
    let claims = URL_SAFE_NO_PAD.decode(id_token.split('.').nth(1)?.trim_end_matches('=')).ok()?;
    let claims: Json = serde_json::from_slice(&claims).ok()?;
    let named = |claim: &str| EmailAddress::parse(claims[claim].as_str()?).ok();
    ["email", "preferred_username", "upn"].into_iter().find_map(named)
}

/// The times of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Given when.
    pub issued_at: Timestamp,
    /// Valid until.
    pub ends_at: Timestamp,
    /// Somebody is renewing it until then.
    pub renewing_until: Timestamp,
    /// Nobody asks the provider before.
    pub retry_at: Timestamp,
}

/// What to do about a token that is needed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is good.
    Use,
    /// It has to be renewed, and nobody is at it.
    Renew,
    /// Somebody else is renewing it.
    Wait,
    /// It has ended, and the provider is not to be asked yet.
    Rest,
}

impl Times {
    /// Whether it is valid for long enough to be used.
    #[must_use]
    pub fn is_usable(&self, now: Timestamp) -> bool {
        self.ends_at.seconds_since(now) > LEAST
    }

    /// What to do now.
    #[must_use]
    pub fn step(&self, now: Timestamp) -> Step {
        let left = self.ends_at.seconds_since(now);
        let whole = self.ends_at.seconds_since(self.issued_at);
        let usable = self.is_usable(now);
        if left > MARGIN.min(whole / 2) && usable {
            return Step::Use;
        }
        let (busy, resting) = (self.renewing_until > now, self.retry_at > now);
        match (busy || resting, usable) {
            (false, _) => Step::Renew,
            (true, true) => Step::Use,
            (true, false) if busy => Step::Wait,
            (true, false) => Step::Rest,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert_eq!(written(&[255; 32]).len(), 43);
        assert!(written(&[251; 32]).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)));
    }

    #[test]
    fn a_member_is_sent_with_everything_the_provider_needs() {
        let page = Url::parse("https://accounts.test/auth?tenant=a%26b").unwrap();
        let consent = Consent {
            authorize_url: &page,
            client_id: "id&1",
            scopes: "openid https://mail.google.com/",
            redirect_url: "https://crm.test/mailboxes/signed-in",
            state: "s",
            verifier: "v",
            email: Some("rep+a@ours.test"),
            further: &[("access_type", "offline"), ("prompt", "consent")],
        };
        let url = consent.url();
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let challenge = challenge("v");
        let expected = [
            ("tenant", "a&b"),
            ("response_type", "code"),
            ("client_id", "id&1"),
            ("redirect_uri", "https://crm.test/mailboxes/signed-in"),
            ("scope", "openid https://mail.google.com/"),
            ("state", "s"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("access_type", "offline"),
            ("prompt", "consent"),
            ("login_hint", "rep+a@ours.test"),
        ];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        assert_eq!(pairs, expected);
        let nobody = Consent { email: None, further: &[], ..consent };
        assert!(!nobody.url().as_str().contains("login_hint"));
    }

    #[test]
    fn an_answer_of_a_token_server_is_a_token_an_end_a_refusal_or_a_wait() {
        let long = "x".repeat(1_000);
        let table = [
            (200, json!({ "access_token": "a" }), "3600 s"),
            (200, json!({ "access_token": "a", "expires_in": 60 }), "60 s"),
            (200, json!({ "access_token": "a", "expires_in": "60" }), "60 s"),
            (200, json!({ "access_token": "a", "expires_in": -5 }), "0 s"),
            (200, json!({ "access_token": "" }), "refused status_200"),
            (200, json!("a page"), "refused status_200"),
            (
                400,
                json!({ "error": "invalid_grant", "error_description": "Token has been\nrevoked." }),
                "ended invalid_grant: Token has beenrevoked.",
            ),
            (400, json!({ "error": "interaction_required" }), "ended interaction_required"),
            (401, json!({ "error": "invalid_client" }), "refused invalid_client"),
            (400, json!({ "error": "odd", "error_description": long }), "refused odd"),
            (400, json!({ "error": "temporarily_unavailable" }), "later"),
            (404, json!(null), "refused status_404"),
            (302, json!(null), "refused status_302"),
            (408, json!(null), "later"),
            (429, json!({ "error": "slow_down" }), "later"),
            (500, json!({ "error": "invalid_grant" }), "later"),
            (503, json!("down"), "later"),
        ];
        for (status, body, expected) in table {
            let found = match read_grant(status, body.to_string().as_bytes()) {
                Ok(grant) => format!("{} s", grant.seconds),
                Err(GrantError::Ended(words)) => format!("ended {words}"),
                Err(GrantError::Refused { code, words }) => {
                    assert!(words.starts_with(&code) && words.chars().count() <= 310, "{words}");
                    format!("refused {code}")
                }
                Err(GrantError::Later(_)) => "later".to_owned(),
            };
            assert_eq!(found, expected, "{status} {body}");
        }
        assert!(read_grant(200, b"\xff\x00").is_err());
    }

    #[test]
    fn scopes_that_were_not_given_are_missed_unless_the_provider_is_silent() {
        let grant = |scopes: Option<&str>| Grant {
            access_token: "a".into(),
            seconds: 60,
            refresh_token: None,
            scopes: scopes.map(str::to_owned),
            email: None,
        };
        let mail = "https://mail.google.com/";
        for (given, lacks) in [
            (None, false),
            (Some("openid https://mail.google.com/ email"), false),
            (Some("https://MAIL.google.com/"), false),
            (Some("openid email"), true),
            (Some("https://mail.google.com/feed"), true),
        ] {
            assert_eq!(grant(given).lacks(mail), lacks, "{given:?}");
        }
    }

    #[test]
    fn an_id_token_names_its_account() {
        let token = |claims: Json| format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims.to_string()));
        let table = [
            (token(json!({ "email": "rep@ours.test" })), Some("rep@ours.test")),
            (
                token(json!({ "preferred_username": "rep@ours.test", "upn": "x@ours.test" })),
                Some("rep@ours.test"),
            ),
            (token(json!({ "email": "no address", "upn": "rep@ours.test" })), Some("rep@ours.test")),
            (token(json!({ "sub": "1" })), None),
            (token(json!({ "email": 7 })), None),
            ("h.!!.s".to_owned(), None),
            ("nothing".to_owned(), None),
        ];
        for (token, expected) in table {
            assert_eq!(email_in(&token).as_ref().map(EmailAddress::as_str), expected, "{token}");
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_ends_by_one_and_rests_after_a_failure() {
        let now = Timestamp(1_795_392_000_000_000);
        // Seconds from now: issued, ends, renewing until, retry at.
        let table = [
            (-10, 3590, 0, 0, Step::Use),
            (-3299, 301, 0, 0, Step::Use),
            (-3300, 300, 0, 0, Step::Renew),
            (-3300, 300, 40, 0, Step::Use),
            (-3300, 300, 0, 40, Step::Use),
            (-3580, 20, 40, 0, Step::Wait),
            (-3580, 20, 0, 40, Step::Rest),
            (-3580, 20, 40, 40, Step::Wait),
            (-3600, 0, 0, 0, Step::Renew),
            (-9000, -5400, -40, -1, Step::Renew),
            // One that is valid for a minute only.
            (-20, 40, 0, 0, Step::Use),
            (-30, 30, 0, 0, Step::Renew),
            // One that ends as it is given.
            (0, 0, 0, 0, Step::Renew),
        ];
        for (issued, ends, renewing, retry, expected) in table {
            let at = |seconds| now.plus_seconds(seconds);
            let times = Times {
                issued_at: at(issued),
                ends_at: at(ends),
                renewing_until: at(renewing),
                retry_at: at(retry),
            };
            assert_eq!(times.step(now), expected, "{issued} {ends} {renewing} {retry}");
        }
    }
}
