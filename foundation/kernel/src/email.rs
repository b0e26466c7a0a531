//! Mail addresses: parsed once at the edge, compared by key, suppressed by a wider key.

use serde::{Deserialize, Serialize};

use crate::domain::{ascii_host, company_domain};
use crate::limits::EMAIL_BYTES;

/// A mail address (`local@domain`). The local part is kept as typed, the domain in lower-case ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, format = Email, example = "buyer@example.com")]
pub struct EmailAddress(String);

/// Why a text is no mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Not exactly one part before and one behind an `@`.
    #[error("a mail address has one name and one domain with an @ between them")]
    NoAt,
    /// The part before the `@` holds a space, control character, or misplaced dot.
    #[error("the part before the @ holds a character or dot that does not belong there")]
    BadLocal,
    /// The part behind the `@` is not a host name with at least two labels.
    #[error("the part behind the @ is not a domain such as example.com")]
    BadDomain,
    /// Longer than 64 octets before the `@` or 254 in all (RFC 5321, 4.5.3.1).
    #[error("the address is longer than mail allows")]
    TooLong,
}

/// Names of mailboxes that belong to a function, not to a person.
const ROLES: &[&str] = &[
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "all",
    "billing",
    "bounce",
    "bounces",
    "career",
    "careers",
    "contact",
    "contactus",
    "cs",
    "customerservice",
    "donotreply",
    "enquiries",
    "enquiry",
    "feedback",
    "finance",
    "hello",
    "help",
    "helpdesk",
    "hi",
    "hostmaster",
    "hr",
    "info",
    "information",
    "inquiries",
    "inquiry",
    "invoice",
    "invoices",
    "ir",
    "it",
    "jobs",
    "legal",
    "mail",
    "mailerdaemon",
    "marketing",
    "media",
    "news",
    "newsletter",
    "noreply",
    "office",
    "operations",
    "order",
    "orders",
    "partners",
    "postmaster",
    "pr",
    "press",
    "privacy",
    "purchasing",
    "recruit",
    "recruiting",
    "root",
    "sales",
    "security",
    "service",
    "services",
    "staff",
    "support",
    "team",
    "webmaster",
    "welcome",
];

impl EmailAddress {
    /// Reads an address, also as `Name <address>` or `mailto:address`, spaces around trimmed.
    ///
    /// # Errors
    /// [`EmailError`] says which part is wrong. Quoted local parts and address literals are refused:
    /// no business address has them, and typing errors do.
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = inner(text.trim());
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError::NoAt)?;
        if local.is_empty() || domain.is_empty() || local.contains('@') {
            return Err(EmailError::NoAt);
        }
        if local.len() > 64 || text.len() > EMAIL_BYTES {
            return Err(EmailError::TooLong);
        }
        let dots = local.starts_with('.') || local.ends_with('.') || local.contains("..");
        if dots || !local.chars().all(is_local) {
            return Err(EmailError::BadLocal);
        }
        let domain = ascii_host(domain).ok_or(EmailError::BadDomain)?;
        if local.len() + 1 + domain.len() > EMAIL_BYTES {
            return Err(EmailError::TooLong);
        }
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the `@`, as typed.
    #[must_use]
    pub fn local(&self) -> &str {
        self.parts().0
    }

    /// The part behind the `@`, lower-case ASCII.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.parts().1
    }

    fn parts(&self) -> (&str, &str) {
        self.0.rsplit_once('@').unwrap_or((&self.0, ""))
    }

    /// The key by which two spellings are one address: lower case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }

    /// The key of suppression: lower case, plus tag dropped, for Gmail dots dropped and
    /// `googlemail.com` unified (domain rules, incoming mail, suppression scopes).
    #[must_use]
    pub fn suppression_key(&self) -> String {
        let local = self.local().to_lowercase();
        let bare = local.split('+').next().filter(|l| !l.is_empty()).unwrap_or(&local);
        match self.domain() {
            "gmail.com" | "googlemail.com" => {
                let undotted: String = bare.chars().filter(|c| *c != '.').collect();
                format!("{undotted}@gmail.com")
            }
            domain => format!("{bare}@{domain}"),
        }
    }

    /// The company's domain behind the address; `None` for free and throw-away mail.
    #[must_use]
    pub fn company_domain(&self) -> Option<String> {
        company_domain(self.domain())
    }

    /// Whether the mailbox belongs to a function (`info@`, `sales@`, `no-reply@`), not to a person.
    #[must_use]
    pub fn is_role_account(&self) -> bool {
        let local = self.local().to_lowercase();
        let bare = local.split('+').next().unwrap_or_default();
        let letters: String = bare.chars().filter(|c| c.is_alphanumeric()).collect();
        let unnumbered = letters.trim_end_matches(|c: char| c.is_ascii_digit());
        ROLES.binary_search(&letters.as_str()).is_ok() || ROLES.binary_search(&unnumbered).is_ok()
    }
}

/// The address inside `Name <address>` and behind `mailto:`.
fn inner(text: &str) -> &str {
    let text = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(open), Some(closed)) => &closed[open + 1..],
        _ => text,
    };
    text.trim().strip_prefix("mailto:").unwrap_or(text).trim()
}

/// `atext` of RFC 5322 with the non-ASCII letters of RFC 6531, and the dot.
fn is_local(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c)
    } else {
        c.is_alphanumeric()
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = EmailError;
    fn from_str(text: &str) -> Result<Self, EmailError> {
        Self::parse(text)
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_are_read_with_their_keys() {
        let cases = [
            ("Anna.Snelling@Example.COM", "Anna.Snelling@example.com", "anna.snelling@example.com"),
            (" a+sales@example.com ", "a+sales@example.com", "a@example.com"),
            ("A.N.Na+x@googlemail.com", "A.N.Na+x@googlemail.com", "anna@gmail.com"),
            ("Kim Cheolsu <kim@한빛.한국>", "kim@xn--xx3br43b.xn--3e0b707e", "kim@xn--xx3br43b.xn--3e0b707e"),
            ("mailto:o'neil@example.co.uk", "o'neil@example.co.uk", "o'neil@example.co.uk"),
            ("+tag@example.com", "+tag@example.com", "+tag@example.com"),
        ];
        for (text, address, key) in cases {
            let parsed = EmailAddress::parse(text).unwrap();
            assert_eq!((parsed.as_str(), parsed.suppression_key().as_str()), (address, key));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = format!("{}@example.com", "a".repeat(65));
        let cases = [
            ("no at sign", EmailError::NoAt),
            ("@example.com", EmailError::NoAt),
            ("a@", EmailError::NoAt),
            ("a@b@example.com", EmailError::NoAt),
            ("a b@example.com", EmailError::BadLocal),
            (".a@example.com", EmailError::BadLocal),
            ("a..b@example.com", EmailError::BadLocal),
            ("a@localhost", EmailError::BadDomain),
            ("a@exa mple.com", EmailError::BadDomain),
            ("a@127.0.0.1", EmailError::BadDomain),
            (&long, EmailError::TooLong),
            ("\"a\r\nBcc: x\"@example.com", EmailError::BadLocal),
        ];
        for (text, error) in cases {
            assert_eq!(EmailAddress::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn functions_are_told_from_people() {
        assert!(ROLES.is_sorted());
        for text in ["info@x.com", "Sales@x.com", "no-reply@x.com", "support2@x.com", "info+kr@x.com"] {
            assert!(EmailAddress::parse(text).unwrap().is_role_account(), "{text}");
        }
        for text in ["anna@x.com", "salesman@x.com", "infante@x.com"] {
            assert!(!EmailAddress::parse(text).unwrap().is_role_account(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_address_read_is_read_again_as_itself(text in "\\PC{0,30}@\\PC{0,20}") {
            if let Ok(address) = EmailAddress::parse(&text) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()), Ok(address.clone()));
                let json = serde_json::to_string(&address).unwrap();
                prop_assert_eq!(serde_json::from_str::<EmailAddress>(&json).unwrap(), address);
            }
        }

        #[test]
        fn tags_and_case_never_escape_suppression(local in "[a-z]{1,10}", tag in "[a-z0-9]{0,8}") {
            let plain = EmailAddress::parse(&format!("{local}@example.com")).unwrap();
            let tagged = EmailAddress::parse(&format!("{}+{tag}@EXAMPLE.com", local.to_uppercase())).unwrap();
            prop_assert_eq!(plain.suppression_key(), tagged.suppression_key());
        }
    }
}
