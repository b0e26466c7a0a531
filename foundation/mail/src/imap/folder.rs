//! Folders of an account and their names.

use async_imap::types::{Name, NameAttribute};
use serde::{Deserialize, Serialize};

/// Usual names of the folder of sent mail, lower case.
const USUAL: [&str; 7] =
    ["sent", "sent items", "sent messages", "sent mail", "보낸편지함", "보낸 편지함", "보낸메일함"];

/// A folder of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Name to give to [`ImapConnection::select`], as on the wire.
    pub name: String,
    /// Name to show (modified UTF-7 decoded): `보낸편지함`.
    pub title: String,
    /// Whether it can be opened.
    pub selectable: bool,
    /// Whether the server marks it as the place of sent mail (RFC 6154).
    pub sent: bool,
}

impl Folder {
    pub(super) fn of(name: &Name) -> Self {
        Folder {
            name: name.name().to_owned(),
            title: utf7(name.name()),
            selectable: !name.attributes().contains(&NameAttribute::NoSelect),
            sent: name.attributes().contains(&NameAttribute::Sent),
        }
    }

    pub(super) fn has_usual_name(&self) -> bool {
        let leaf = self.title.rsplit(['/', '.']).next().unwrap_or_default();
        USUAL.contains(&leaf.to_lowercase().as_str())
    }
}

/// Modified UTF-7 of folder names (RFC 3501 5.1.3); what cannot be decoded stays as it is.
fn utf7(name: &str) -> String {
    use base64::Engine;
    use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(
        &base64::alphabet::IMAP_MUTF7,
        config.with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
    );
    let mut title = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((plain, tail)) = rest.split_once('&') {
        title.push_str(plain);
        let (code, after) = tail.split_once('-').unwrap_or((tail, ""));
        match (code, engine.decode(code)) {
            ("", _) => title.push('&'),
            (_, Ok(bytes)) => title.push_str(&encoding_rs::UTF_16BE.decode_without_bom_handling(&bytes).0),
            (_, Err(_)) => title.push_str(&format!("&{code}-")),
        }
        rest = after;
    }
    title.push_str(rest);
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_names_are_shown_as_people_read_them() {
        for (wire, shown) in
            [("INBOX", "INBOX"), ("&vPSwuNO4ycDVaA-", "보낸편지함"), ("R&-D", "R&D"), ("&***-x", "&***-x")]
        {
            assert_eq!(utf7(wire), shown);
        }
    }
}
