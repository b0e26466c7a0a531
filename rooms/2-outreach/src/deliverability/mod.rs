//! Deliverability: whether mails of a domain are believed and welcome, and what to do where they are not.
//!
//! A check asks DNS and the domain's own mail server, and looks at what came back of late. Each finding is green, amber
//! or red, with the cure in a sentence. Automatic mail waits until SPF, DKIM and DMARC are not red. What is *not* here:
//! reading the records (`mail::auth`), and when a mailbox stops or slows down by itself (`mailbox`).

mod authentication;
mod content;
pub(crate) mod dkim_key;
mod gate;
mod look;
mod rates;
mod routes;
mod server;
mod spf_walk;
mod texts;

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

pub use dkim_key::KeyRecord;
pub(crate) use gate::{look_again, state_of};
pub use look::{domains_of_all, look, look_from_outside};
pub use routes::{SendingDomain, SendingDomains, routes};
pub use texts::Words;

/// A sending domain began or ceased to be set up. Payload: `domain`, `ready`.
pub const DOMAIN_CHECKED: &str = "domain.checked";
/// A key to sign mails of a domain with was made. Payload: `domain`, `selector`.
pub const DOMAIN_KEY_MADE: &str = "domain.key_made";
/// It was taken away. Payload: `domain`.
pub const DOMAIN_KEY_TAKEN: &str = "domain.key_taken";

/// How well something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = TrafficLight)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// As it should be.
    Green,
    /// Works, but should be mended; or it could not be found out.
    Amber,
    /// Must be mended.
    Red,
}

impl Light {
    /// The word in answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DomainCheck)]
pub enum Check {
    /// Who may send in the domain's name.
    Spf,
    /// Keys to sign with.
    Dkim,
    /// What receivers do with mail that is not believed.
    Dmarc,
    /// Whether signature and return path are of the author's domain.
    Alignment,
    /// Where answers go.
    Mx,
    /// The sending server's name in reverse.
    Ptr,
    /// Protection of the way to the server.
    Tls,
    /// Refusing further mail by one click.
    Unsubscribe,
    /// What first mails say.
    Content,
    /// Addresses that do not exist.
    Bounces,
    /// Who calls mails spam.
    Complaints,
    /// Whose host links of mails lead over.
    Links,
}

impl Check {
    /// The word in answers.
    #[must_use]
    pub fn key(self) -> String {
        serde_json::to_value(self).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = DomainFinding)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How well it is.
    pub state: Light,
    /// What was found, as a key that does not change.
    pub code: String,
    /// What was found, in a sentence.
    pub says: Words,
    /// How to mend it, in a sentence; none when it is well.
    pub fix: Option<Words>,
}

impl Finding {
    fn new(check: Check, state: Light, code: &str, values: &[(&str, &str)]) -> Self {
        let (says, fix) = texts::of(code, values);
        Self { check, state, code: code.to_owned(), says, fix }
    }
}

/// What was found of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = DomainReport)]
pub struct Report {
    /// The domain.
    pub domain: String,
    /// The worst of its findings.
    pub state: Light,
    /// Whether SPF, DKIM and DMARC let automatic mail leave.
    pub ready: bool,
    /// Looked at when.
    pub checked_at: Timestamp,
    /// What was found.
    pub findings: Vec<Finding>,
}

impl Report {
    fn new(domain: &str, findings: Vec<Finding>, ready: bool, at: Timestamp) -> Self {
        let state = findings.iter().map(|finding| finding.state).max().unwrap_or(Light::Green);
        Self { domain: domain.to_owned(), state, ready, checked_at: at, findings }
    }
}

/// Whether a domain is set up: none of the three is red. Where a name server did not answer, what was so before holds.
#[must_use]
pub fn is_ready(findings: &[Finding], before: bool) -> bool {
    let three: Vec<&Finding> =
        findings.iter().filter(|f| matches!(f.check, Check::Spf | Check::Dkim | Check::Dmarc)).collect();
    let unknown = three.iter().any(|finding| finding.code.ends_with("_unknown"));
    three.len() == 3 && three.iter().all(|finding| finding.state != Light::Red) && (before || !unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_ready_when_none_of_the_three_is_red() {
        let three = |spf: (Light, &str), dkim: (Light, &str), dmarc: (Light, &str)| {
            let all = [(Check::Spf, spf), (Check::Dkim, dkim), (Check::Dmarc, dmarc)];
            all.map(|(check, (state, code))| Finding::new(check, state, code, &[])).to_vec()
        };
        let (spf, dkim) = ((Light::Green, "spf_fine"), (Light::Green, "dkim_fine"));
        let none = (Light::Amber, "dmarc_none");
        let table = [
            ("all is well", three(spf, dkim, (Light::Green, "dmarc_fine")), false, true),
            ("a policy of none is enough", three(spf, dkim, none), false, true),
            ("no key", three(spf, (Light::Red, "dkim_missing"), none), true, false),
            ("no answer, was well", three((Light::Amber, "spf_unknown"), dkim, none), true, true),
            ("no answer, was not", three((Light::Amber, "spf_unknown"), dkim, none), false, false),
            ("not looked at", Vec::new(), true, false),
        ];
        for (name, findings, before, expected) in table {
            assert_eq!(is_ready(&findings, before), expected, "{name}");
        }
    }
}
