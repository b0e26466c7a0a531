//! Words of a mail that only its reader may know: kept sealed, opened as the mail leaves.
//!
//! Members see that there is something, not what it is. The seal is bound to the mailbox it leaves from and to the address:
//! copied into a mail from another mailbox or to somebody else it stays shut, and the mail does not leave. Nobody writes a
//! mark by hand.

use kernel::MailboxId;
use serde::Serializer;
use store::secret::Secrets;

const BEGIN: &str = "[[sealed:";
const END: &str = "]]";

fn purpose(mailbox: MailboxId, address: &str) -> String {
    format!("mail from {mailbox} to {}", records::person::fold_email(address))
}

/// The mark that stands for these words in a mail from this mailbox to this address.
#[must_use]
pub fn seal(secrets: &Secrets, (mailbox, address): (MailboxId, &str), words: &str) -> String {
    format!("{BEGIN}{}{END}", secrets.seal(&purpose(mailbox, address), words))
}

/// The text as whoever has this address reads it.
///
/// # Errors
/// When a mark in it was sealed for another mailbox or address, or with another key: nobody is to get the mark itself.
pub fn open(secrets: &Secrets, (mailbox, address): (MailboxId, &str), text: &str) -> store::Result<String> {
    let purpose = purpose(mailbox, address);
    replaced(text, |sealed| secrets.open(&purpose, sealed))
}

/// Whether a text holds a mark.
#[must_use]
pub fn is_in(text: &str) -> bool {
    text.contains(BEGIN)
}

/// The text as members read it.
#[must_use]
pub fn veil(text: &str) -> String {
    let dots = replaced(text, |_| Ok::<_, std::convert::Infallible>("••••••".to_owned()));
    dots.unwrap_or_else(|never| match never {})
}

/// Writes a text as members read it.
pub(crate) fn veiled<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&veil(text))
}

fn replaced<E>(text: &str, words: impl Fn(&str) -> Result<String, E>) -> Result<String, E> {
    let (mut whole, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        whole.push_str(before);
        let Some((sealed, behind)) = after.split_once(END) else {
            whole.push_str(BEGIN);
            rest = after;
            continue;
        };
        whole.push_str(&words(sealed)?);
        rest = behind;
    }
    whole.push_str(rest);
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reader_of_the_address_gets_the_words_and_only_from_that_mailbox() {
        let key: String = "A".repeat(43).chars().chain(['=']).collect();
        let secrets = Secrets::from_base64(&key).expect("a key");
        let (ours, other) = (MailboxId::new(), MailboxId::new());
        let mark = seal(&secrets, (ours, "Mina@Acme.example"), "123456");
        let text = format!("Your code is {mark}.");
        assert!(!mark.contains("123456") && is_in(&text));
        let read = open(&secrets, (ours, "mina@acme.example"), &text).expect("opens");
        assert_eq!(read, "Your code is 123456.");
        for way in [(ours, "rep@ours.example"), (other, "mina@acme.example")] {
            assert!(open(&secrets, way, &text).is_err(), "{way:?}");
        }
        assert_eq!(veil(&text), "Your code is ••••••.");
        assert!(open(&secrets, (ours, "mina@acme.example"), "a [[sealed:x]] b").is_err());
        for plain in ["[[sealed:", "[[sealed:x", "]] [[", ""] {
            assert_eq!(open(&secrets, (ours, "mina@acme.example"), plain).expect("no mark"), plain);
        }
    }
}
