//! A seal on a PDF: an Ed25519 signature over all its bytes, in an update at its end that readers pass over.
//!
//! The update is an incremental one (ISO 32000-1, 7.5.6): an object nobody refers to, a cross-reference table and a trailer
//! that leads back to the file before. It follows from the file, the key and the signature, so nothing in it can be
//! changed unnoticed either.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use super::SigningKey;

/// Begins the update.
const MARK: &[u8] = b"\n%sevenfold-seal 1\n";
/// So much of the end is searched for the file's own cross-reference.
const TAIL: usize = 4096;

/// Why a file is not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It has no seal.
    #[error("the file has no seal of this program")]
    None,
    /// It was sealed by somebody else.
    #[error("the file was sealed with another key: {0}")]
    OtherKey(String),
    /// It is not the file that was sealed.
    #[error("the file was changed after it was sealed")]
    Changed,
    /// It is no PDF that can be sealed.
    #[error("the file is no PDF that can be sealed: {0}")]
    NotPdf(&'static str),
}

/// What a seal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The public key, in base64.
    pub key: String,
    /// SHA-256 of what was sealed.
    pub sha256: String,
}

/// The file with a seal.
///
/// # Errors
/// When it is no PDF this program has made.
pub fn seal(pdf: &[u8], key: &SigningKey) -> Result<Vec<u8>, SealError> {
    let signature = STANDARD.encode(key.sign(&Sha256::digest(pdf)));
    let mut whole = pdf.to_vec();
    whole.extend(update(pdf, &key.public(), &signature)?);
    Ok(whole)
}

/// Checks a sealed file, against this key where one is given.
///
/// # Errors
/// Why it is not believed.
pub fn verify(file: &[u8], key: Option<&str>) -> Result<Sealed, SealError> {
    let at = find_last(file, MARK).ok_or(SealError::None)?;
    let (pdf, rest) = file.split_at(at);
    let text = std::str::from_utf8(rest).map_err(|_| SealError::Changed)?;
    let field = |name: &str| {
        let (_, after) = text.split_once(&format!("/{name} ("))?;
        after.split_once(')').map(|(value, _)| value.to_owned())
    };
    let (found, signature) = field("Key").zip(field("Signature")).ok_or(SealError::Changed)?;
    if update(pdf, &found, &signature).map_err(|_| SealError::Changed)? != rest {
        return Err(SealError::Changed);
    }
    let decoded = |text: &str| STANDARD.decode(text).map_err(|_| SealError::Changed);
    let digest = Sha256::digest(pdf);
    let public = UnparsedPublicKey::new(&ED25519, decoded(&found)?);
    public.verify(&digest, &decoded(&signature)?).map_err(|_| SealError::Changed)?;
    match key.map(str::trim).filter(|key| *key != found) {
        Some(_) => Err(SealError::OtherKey(found)),
        None => Ok(Sealed { key: found, sha256: hex::encode(digest) }),
    }
}

fn find_last(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).rposition(|part| part == mark)
}

/// What is written at the end.
fn update(pdf: &[u8], key: &str, signature: &str) -> Result<Vec<u8>, SealError> {
    let tail = Tail::of(pdf)?;
    let mark = std::str::from_utf8(MARK).unwrap_or_default();
    let number = tail.size;
    let mut text = mark.to_owned();
    let object_at = pdf.len() + text.len();
    let _ = write!(
        text,
        "{number} 0 obj\n<< /Type /SevenfoldSeal /Key ({key}) /Signature ({signature}) >>\nendobj\n"
    );
    let table_at = pdf.len() + text.len();
    let _ = write!(
        text,
        "xref\n{number} 1\n{object_at:010} 00000 n \ntrailer\n<< /Size {} /Root {} {} /Prev {} >>\n",
        number + 1,
        tail.root,
        tail.rest,
        tail.start
    );
    let _ = write!(text, "startxref\n{table_at}\n%%EOF\n");
    Ok(text.into_bytes())
}

/// The end of a file: where its cross-reference is, and what its trailer says.
struct Tail {
    start: usize,
    size: usize,
    root: String,
    rest: String,
}

impl Tail {
    fn of(pdf: &[u8]) -> Result<Self, SealError> {
        let tail = &pdf[pdf.len().saturating_sub(TAIL)..];
        let tail = String::from_utf8_lossy(tail);
        let (_, after) = tail.rsplit_once("startxref").ok_or(SealError::NotPdf("it has no end"))?;
        let start = after.split_whitespace().next().and_then(|n| n.parse::<usize>().ok());
        let start = start.filter(|n| *n < pdf.len()).ok_or(SealError::NotPdf("its end leads nowhere"))?;
        let there = &pdf[start..];
        if !there.starts_with(b"xref") {
            return Err(SealError::NotPdf("its cross-reference is no table"));
        }
        let text = String::from_utf8_lossy(there);
        let (_, dict) = text.rsplit_once("trailer").ok_or(SealError::NotPdf("it has no trailer"))?;
        let reference = |name: &str| {
            let (_, after) = dict.split_once(&format!("/{name} "))?;
            let parts: Vec<&str> = after.split_whitespace().take(3).collect();
            let of = parts.iter().take(2).all(|part| part.bytes().all(|b| b.is_ascii_digit()));
            (parts.len() == 3 && of && parts[2].starts_with('R'))
                .then(|| format!("{} {} R", parts[0], parts[1]))
        };
        let size = dict.split_once("/Size ").and_then(|(_, after)| {
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            digits.parse().ok()
        });
        let rest = reference("Info").map(|info| format!("/Info {info}")).unwrap_or_default();
        Ok(Self {
            start,
            size: size.ok_or(SealError::NotPdf("its trailer has no size"))?,
            root: reference("Root").ok_or(SealError::NotPdf("its trailer has no root"))?,
            rest: format!("{rest}{}", id(dict)),
        })
    }
}

/// The file's identifiers, as they are written.
fn id(dict: &str) -> String {
    let found = dict.split_once("/ID").and_then(|(_, after)| {
        let inner = after.trim_start().strip_prefix('[')?.split_once(']')?.0;
        let plain = inner.bytes().all(|b| b.is_ascii_alphanumeric() || b" <>()+/=".contains(&b));
        plain.then(|| format!(" /ID [{inner}]"))
    });
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf() -> Vec<u8> {
        let document = paper::document::Document {
            title: "Agreement".into(),
            author: "Hanbit".into(),
            accent: "#1864ab".into(),
            parts: vec![paper::document::Part::Small { text: "Signed by Kim Minji".into() }],
            ..paper::document::Document::default()
        };
        paper::print_document(&document).expect("it prints").pdf
    }

    #[test]
    fn one_changed_byte_anywhere_is_noticed() {
        let key = SigningKey::from_seed(&[7; 32]).expect("a key");
        let sealed = seal(&pdf(), &key).expect("it is sealed");
        let found = verify(&sealed, Some(&key.public())).expect("it is believed");
        assert_eq!(found, Sealed { key: key.public(), sha256: hex::encode(Sha256::digest(pdf())) });
        for at in 0..sealed.len() {
            if at % 37 != 0 && at + 700 < sealed.len() {
                continue;
            }
            let mut other = sealed.clone();
            other[at] ^= 1;
            assert!(verify(&other, Some(&key.public())).is_err(), "byte {at} of {}", sealed.len());
        }
        let mut longer = sealed.clone();
        longer.push(b'\n');
        assert_eq!(verify(&longer, None), Err(SealError::Changed));
        assert_eq!(verify(&sealed[..sealed.len() - 1], None), Err(SealError::Changed));
        assert_eq!(verify(&pdf(), None), Err(SealError::None));
        let other = SigningKey::from_seed(&[8; 32]).expect("a key");
        assert_eq!(verify(&sealed, Some(&other.public())), Err(SealError::OtherKey(key.public())));
        assert!(seal(b"%PDF-1.7 no end", &key).is_err());
    }
}
