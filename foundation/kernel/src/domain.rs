//! Domains: the part of a web or mail address that names its owner, by the public suffix list.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::fold::fold;
use crate::punycode::to_ascii;

static FREE: LazyLock<HashSet<&'static str>> = LazyLock::new(|| hosts(include_str!("../data/free_mail.txt")));
static DISPOSABLE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| hosts(include_str!("../data/disposable_mail.txt")));

/// Top-level names reserved for tests and closed networks (RFC 2606, RFC 6761, ICANN's `internal`).
const RESERVED: &[&str] = &["test", "example", "invalid", "localhost", "local", "internal", "lan"];

fn hosts(list: &'static str) -> HashSet<&'static str> {
    list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')).collect()
}

/// The registrable domain (one label below the public suffix) of a URL, host or mail address, lower
/// case and in ASCII form: `https://www.한빛.한국/x` and `a@mail.xn--...` meet in one key.
///
/// `None` for IP addresses, bare suffixes, single words and names under an unknown top-level name.
/// Where companies share a host (`github.io`, `blogspot.com`) the customer's own name below counts.
#[must_use]
pub fn registrable_domain(url_or_host_or_email: &str) -> Option<String> {
    let host = host_of(url_or_host_or_email)?;
    let known = psl::suffix(host.as_bytes()).is_some_and(|s| s.is_known());
    let top = host.rsplit('.').next().unwrap_or_default();
    if !known && !RESERVED.contains(&top) {
        return None;
    }
    psl::domain_str(&host).map(str::to_owned)
}

/// The host of a URL, host or mail address, lower case, in ASCII form, with at least two labels.
/// `None` when it is an IP address or not a host name.
#[must_use]
pub fn host_of(url_or_host_or_email: &str) -> Option<String> {
    let text = url_or_host_or_email.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("mailto:").unwrap_or(text).trim_start_matches('/');
    let authority = text.split(['/', '?', '#', '\\']).next()?;
    let host_and_port = authority.rsplit('@').next()?;
    let host = match host_and_port.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        Some(_) => return None,
        None => host_and_port,
    };
    ascii_host(host)
}

/// Folds a host name to lower-case ASCII (IDNA labels by Punycode) and checks RFC 1123 lengths.
pub(crate) fn ascii_host(host: &str) -> Option<String> {
    let ascii = if host.is_ascii() {
        let host = host.strip_suffix('.').unwrap_or(host);
        host.split('.').all(is_sound).then(|| host.to_ascii_lowercase())?
    } else {
        let folded = fold_labels(host);
        let folded = folded.strip_suffix('.').unwrap_or(&folded);
        let labels: Option<Vec<String>> = folded.split(['.', '。']).map(ascii_label).collect();
        labels?.join(".")
    };
    let (_, top) = ascii.rsplit_once('.')?;
    (ascii.len() <= 253 && !top.bytes().all(|b| b.is_ascii_digit())).then_some(ascii)
}

/// Lower case and compatibility forms unified; accents stay, they tell domains apart.
fn fold_labels(host: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    host.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

fn ascii_label(label: &str) -> Option<String> {
    let ascii = to_ascii(label)?;
    let allowed =
        |c: char| if c.is_ascii() { is_allowed(c as u8) } else { c.is_alphanumeric() || is_mark(c) };
    (is_sound(&ascii) && label.chars().all(allowed)).then_some(ascii)
}

/// Whether a label in ASCII form is one (RFC 1123, and the underscore that mail hosts use).
fn is_sound(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(is_allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn is_allowed(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-' || b == b'_'
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether anybody can open an account at this domain, so that it names no company.
#[must_use]
pub fn is_free_mail(domain: &str) -> bool {
    registrable_domain(domain).is_some_and(|d| FREE.contains(d.as_str()))
}

/// Whether the domain hands out throw-away mailboxes.
#[must_use]
pub fn is_disposable_mail(domain: &str) -> bool {
    registrable_domain(domain).is_some_and(|d| DISPOSABLE.contains(d.as_str()))
}

/// The domain that names the company behind an address or site: [`registrable_domain`] unless it is
/// a free or throw-away mail host.
#[must_use]
pub fn company_domain(url_or_host_or_email: &str) -> Option<String> {
    registrable_domain(url_or_host_or_email)
        .filter(|d| !FREE.contains(d.as_str()) && !DISPOSABLE.contains(d.as_str()))
}

/// The key of a profile or page address: scheme, `www.`, query, fragment and closing slash dropped,
/// folded. Used to match LinkedIn and other profile addresses.
#[must_use]
pub fn page_key(url: &str) -> String {
    let text = url.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split(['?', '#']).next().unwrap_or_default();
    fold(text).trim_start_matches("www.").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_owners_part_of_an_address_is_found() {
        let cases = [
            ("https://www.circuithub.com/about?x=1#y", Some("circuithub.com")),
            ("HTTP://WWW.Dyenergen.COM/", Some("dyenergen.com")),
            ("www.samsung.co.kr", Some("samsung.co.kr")),
            ("buyer@mail.example.co.uk", Some("example.co.uk")),
            ("mailto:a.b@Example.org", Some("example.org")),
            ("user:secret@host.example.com:8443/path", Some("example.com")),
            ("acme.github.io", Some("acme.github.io")),
            ("한빛.한국", Some("xn--xx3br43b.xn--3e0b707e")),
            ("http://bücher.de.", Some("xn--bcher-kva.de")),
            ("BÜCHER.de", Some("xn--bcher-kva.de")),
            ("shop.acme.test", Some("acme.test")),
            ("co.kr", None),
            ("localhost", None),
            ("192.168.0.1", None),
            ("[::1]:80", None),
            ("n/a", None),
            ("", None),
            ("report.pdf2", None),
            ("-bad.com", None),
            ("a..com", None),
            ("two words.com", None),
        ];
        for (text, domain) in cases {
            assert_eq!(registrable_domain(text).as_deref(), domain, "{text}");
        }
    }

    #[test]
    fn free_mail_names_no_company() {
        for host in
            ["gmail.com", "NAVER.com", "x@hanmail.net", "daum.net", "kakao.com", "outlook.com", "yahoo.co.jp"]
        {
            assert!(is_free_mail(host), "{host}");
            assert_eq!(company_domain(host), None);
        }
        assert!(is_disposable_mail("a@mailinator.com"));
        for host in ["samsung.com", "navercorp.com", "gmail.com.evil.org"] {
            assert!(!is_free_mail(host), "{host}");
        }
        assert_eq!(company_domain("kim@navercorp.com").as_deref(), Some("navercorp.com"));
    }

    #[test]
    fn the_lists_hold_registrable_domains_only() {
        for host in FREE.iter().chain(DISPOSABLE.iter()) {
            assert_eq!(registrable_domain(host).as_deref(), Some(*host));
        }
    }

    #[test]
    fn a_profile_is_one_page_however_it_is_linked() {
        let key = "linkedin.com/in/anna-snelling";
        for url in [
            "https://www.linkedin.com/in/Anna-Snelling/",
            "http://linkedin.com/in/anna-snelling?trk=x",
            "linkedin.com/in/anna-snelling#a",
        ] {
            assert_eq!(page_key(url), key);
        }
    }

    proptest! {
        #[test]
        fn a_found_domain_is_its_own_domain(text in "\\PC{0,40}") {
            if let Some(domain) = registrable_domain(&text) {
                prop_assert!(domain.is_ascii());
                prop_assert_eq!(registrable_domain(&domain), Some(domain));
            }
        }

        #[test]
        fn scheme_port_and_path_do_not_matter(name in "acme-[a-z0-9]{1,10}", port in 1_u16.., path in "[a-z/]{0,10}") {
            let bare = format!("{name}.com");
            prop_assert_eq!(registrable_domain(&format!("https://www.{bare}:{port}/{path}")), Some(bare));
        }
    }
}
