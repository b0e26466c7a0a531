//! Words of a mail that only its reader may know: kept sealed, opened as the mail leaves.
//!
//! Members see that there is something, not what it is. The seal is bound to the address: copied into a mail to somebody
//! else it stays shut.

use serde::Serializer;
use store::secret::Secrets;

const BEGIN: &str = "[[sealed:";
const END: &str = "]]";

fn purpose(address: &str) -> String {
    format!("mail to {}", records::person::fold_email(address))
}

/// The mark that stands for these words in a mail to this address.
#[must_use]
pub fn seal(secrets: &Secrets, address: &str, words: &str) -> String {
    format!("{BEGIN}{}{END}", secrets.seal(&purpose(address), words))
}

/// The text as whoever has this address reads it. A mark that was sealed for another address stays as it is.
#[must_use]
pub fn open(secrets: &Secrets, address: &str, text: &str) -> String {
    let purpose = purpose(address);
    replaced(text, |sealed| secrets.open(&purpose, sealed).ok())
}

/// The text as members read it.
#[must_use]
pub fn veil(text: &str) -> String {
    replaced(text, |_| Some("••••••".to_owned()))
}

/// Writes a text as members read it.
pub(crate) fn veiled<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&veil(text))
}

fn replaced(text: &str, words: impl Fn(&str) -> Option<String>) -> String {
    let (mut whole, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(BEGIN) {
        whole.push_str(before);
        let Some((sealed, behind)) = after.split_once(END) else {
            whole.push_str(BEGIN);
            rest = after;
            continue;
        };
        match words(sealed) {
            Some(words) => whole.push_str(&words),
            None => whole.extend([BEGIN, sealed, END]),
        }
        rest = behind;
    }
    whole.push_str(rest);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reader_of_the_address_gets_the_words() {
        let secrets =
            Secrets::from_base64(&"A".repeat(43).chars().chain(['=']).collect::<String>()).expect("a key");
        let mark = seal(&secrets, "Mina@Acme.example", "123456");
        let text = format!("Your code is {mark}.");
        assert!(!mark.contains("123456"));
        assert_eq!(open(&secrets, "mina@acme.example", &text), "Your code is 123456.");
        assert_eq!(open(&secrets, "rep@ours.example", &text), text, "for nobody else");
        assert_eq!(veil(&text), "Your code is ••••••.");
        for odd in ["[[sealed:", "[[sealed:x", "a [[sealed:[[sealed:x]] b", "]] [[", ""] {
            assert_eq!(open(&secrets, "mina@acme.example", odd), odd);
        }
    }
}
