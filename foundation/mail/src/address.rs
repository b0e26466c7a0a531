//! A name and an address, as they stand in a mail's header. Knows nothing about people.

use lettre::message::Mailbox as LettreMailbox;
use serde::{Deserialize, Serialize};

use crate::MailError;

/// A mail address with an optional display name. The address is kept as written; compare with [`Mailbox::is`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Mailbox {
    /// Display name, decoded (`김철수`), never empty.
    pub name: Option<String>,
    /// `local@domain`.
    pub address: String,
}

impl Mailbox {
    /// An address without a name.
    pub fn bare(address: impl Into<String>) -> Self {
        Mailbox { name: None, address: address.into() }
    }

    /// An address with a display name; a blank name counts as none.
    pub fn named(name: impl Into<String>, address: impl Into<String>) -> Self {
        let name = name.into();
        let name = (!name.trim().is_empty()).then_some(name);
        Mailbox { name, address: address.into() }
    }

    /// Whether both addresses are the same, letter case apart.
    pub fn is(&self, address: &str) -> bool {
        self.address.trim().to_lowercase() == address.trim().to_lowercase()
    }

    /// The part after the last `@`, lower-cased; empty if there is none.
    pub fn domain(&self) -> String {
        self.address.rsplit_once('@').map(|(_, d)| d.to_lowercase()).unwrap_or_default()
    }

    pub(crate) fn to_lettre(&self, field: &str) -> Result<LettreMailbox, MailError> {
        single_line(field, self.name.as_deref().unwrap_or_default())?;
        single_line(field, &self.address)?;
        Ok(LettreMailbox::new(self.name.as_deref().map(folded), parse_address(field, &self.address)?))
    }
}

pub(crate) fn parse_address(field: &str, address: &str) -> Result<lettre::Address, MailError> {
    address
        .trim()
        .parse()
        .map_err(|e| MailError::field(field, format!("`{address}` is no mail address ({e})")))
}

/// White space folded to single spaces: two spaces between words outside ASCII would vanish, since a reader
/// drops what stands between two encoded words (RFC 2047 6.2).
pub(crate) fn folded(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Refuses line breaks and other control characters: they would let a value become further headers.
pub(crate) fn single_line(field: &str, value: &str) -> Result<(), MailError> {
    match value.chars().find(|c| c.is_control() && *c != '\t') {
        None => Ok(()),
        Some(c) => Err(MailError::field(
            field,
            format!("holds the control character {}, remove line breaks", c.escape_default()),
        )),
    }
}
