//! SPF records (RFC 7208) as terms. Walking through what they include takes DNS and is done elsewhere.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Look-ups a record may need (RFC 7208 4.6.4).
pub const LOOKUPS: usize = 10;

/// What a term says of those it fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// `+`: may send.
    Pass,
    /// `?`: nothing.
    Neutral,
    /// `~`: hardly.
    Soft,
    /// `-`: may not.
    Fail,
}

/// Whom a term fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// Everybody.
    All,
    /// Whom another domain's record lets send.
    Include(String),
    /// Addresses of a name, or of the domain itself.
    Address(Option<String>),
    /// The domain's own mail servers, or another's.
    MailServers(Option<String>),
    /// A network.
    Network(IpAddr, u8),
    /// Whose address has a name below the domain; slow and discouraged.
    Pointer,
    /// Whoever a made-up name exists for.
    Exists(String),
}

impl Whom {
    /// Whether it takes a question to DNS.
    #[must_use]
    pub fn asks(&self) -> bool {
        !matches!(self, Self::All | Self::Network(..))
    }
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spf {
    /// Its terms in their order.
    pub terms: Vec<(Says, Whom)>,
    /// The domain whose record is meant when no term fits.
    pub redirect: Option<String>,
}

impl Spf {
    /// What it says of everybody else, if it says anything.
    #[must_use]
    pub fn end(&self) -> Option<Says> {
        self.terms.iter().find(|(_, whom)| *whom == Whom::All).map(|(says, _)| *says)
    }
}

/// Whether a text is meant as an SPF record.
#[must_use]
pub fn is_spf(text: &str) -> bool {
    let head = text.split(' ').next().unwrap_or_default();
    head.eq_ignore_ascii_case("v=spf1")
}

/// Reads a record.
///
/// # Errors
/// The word that cannot be read.
pub fn parse(text: &str) -> Result<Spf, String> {
    let mut spf = Spf { terms: Vec::new(), redirect: None };
    for word in text.split_whitespace().skip(1) {
        if let Some((name, value)) = modifier(word) {
            if name.eq_ignore_ascii_case("redirect") {
                spf.redirect = Some(name_of(value).ok_or_else(|| word.to_owned())?);
            }
            continue;
        }
        spf.terms.push(term(word).ok_or_else(|| word.to_owned())?);
    }
    Ok(spf)
}

/// `name=value`, where no mechanism has such a name.
fn modifier(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    plain.then_some((name, value))
}

fn term(word: &str) -> Option<(Says, Whom)> {
    let (says, rest) = match word.as_bytes().first()? {
        b'+' => (Says::Pass, &word[1..]),
        b'?' => (Says::Neutral, &word[1..]),
        b'~' => (Says::Soft, &word[1..]),
        b'-' => (Says::Fail, &word[1..]),
        _ => (Says::Pass, word),
    };
    let at = rest.find([':', '/']).unwrap_or(rest.len());
    let (name, tail) = rest.split_at(at);
    let value = tail.strip_prefix(':');
    let whom = match (name.to_ascii_lowercase().as_str(), value) {
        ("all", None) if tail.is_empty() => Whom::All,
        ("include", Some(value)) => Whom::Include(name_of(value)?),
        ("exists", Some(value)) => Whom::Exists(name_of(value)?),
        ("ptr", _) => Whom::Pointer,
        ("a", _) => Whom::Address(host_of(tail)?),
        ("mx", _) => Whom::MailServers(host_of(tail)?),
        ("ip4", Some(value)) => network(value, |a| a.parse::<Ipv4Addr>().ok().map(IpAddr::V4), 32)?,
        ("ip6", Some(value)) => network(value, |a| a.parse::<Ipv6Addr>().ok().map(IpAddr::V6), 128)?,
        _ => return None,
    };
    Some((says, whom))
}

/// `:name/24//64`, each part optional; `None` inside when no name is given.
fn host_of(tail: &str) -> Option<Option<String>> {
    let (host, cidr) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
    let fine = cidr.split('/').all(|n| n.is_empty() || n.parse::<u8>().is_ok_and(|n| n <= 128));
    if !fine {
        return None;
    }
    match host.strip_prefix(':') {
        Some(host) => name_of(host).map(Some),
        None => Some(None),
    }
}

fn name_of(value: &str) -> Option<String> {
    let plain = !value.is_empty() && value.len() <= 253 && value.bytes().all(|b| b.is_ascii_graphic());
    plain.then(|| value.trim_end_matches('.').to_ascii_lowercase())
}

fn network(value: &str, read: impl Fn(&str) -> Option<IpAddr>, most: u8) -> Option<Whom> {
    let (address, bits) = value.split_once('/').map_or((value, most), |(a, b)| (a, b.parse().unwrap_or(255)));
    (bits <= most).then_some(())?;
    read(address).map(|address| Whom::Network(address, bits))
}

/// Whether an address lies in a network of so many leading bits.
#[must_use]
pub fn covers(network: IpAddr, bits: u8, address: IpAddr) -> bool {
    let (network, address, width): (u128, u128, u32) = match (network, address) {
        (IpAddr::V4(n), IpAddr::V4(a)) => (u32::from(n).into(), u32::from(a).into(), 32),
        (IpAddr::V6(n), IpAddr::V6(a)) => (n.into(), a.into(), 128),
        _ => return false,
    };
    let shift = width.saturating_sub(u32::from(bits));
    shift >= 128 || network >> shift == address >> shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_or_named() {
        let text = "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx/24 a:mail.a.test include:_spf.b.test \
                    ?ptr exists:%{i}.c.test exp=why.a.test ~all";
        let spf = parse(text).expect("a record");
        let asked = spf.terms.iter().filter(|(_, whom)| whom.asks()).count();
        assert_eq!((spf.terms.len(), asked, spf.end()), (9, 6, Some(Says::Soft)));
        assert_eq!(spf.terms[4].1, Whom::Address(Some("mail.a.test".into())));
        assert_eq!(parse("v=spf1 redirect=_spf.a.test").map(|s| s.redirect), Ok(Some("_spf.a.test".into())));
        for broken in
            ["ip4:1.2.3", "ip4:1.2.3.4/33", "include", "include:", "all:x", "foo", "a/x", "-", "ip6:1.2.3.4"]
        {
            assert_eq!(parse(&format!("v=spf1 {broken} -all")), Err(broken.to_owned()));
        }
        assert!(is_spf("v=spf1") && is_spf("V=SPF1 -all") && !is_spf("v=spf10 -all"));
    }

    #[test]
    fn a_network_covers_what_begins_alike() {
        let table = [
            ("192.0.2.0", 24, "192.0.2.200", true),
            ("192.0.2.0", 24, "192.0.3.1", false),
            ("0.0.0.0", 0, "8.8.8.8", true),
            ("192.0.2.7", 32, "192.0.2.7", true),
            ("2001:db8::", 32, "2001:db8:1::1", true),
            ("::", 0, "2001:db8::1", true),
            ("192.0.2.0", 24, "2001:db8::1", false),
        ];
        for (network, bits, address, expected) in table {
            let parse = |text: &str| text.parse().expect("an address");
            assert_eq!(covers(parse(network), bits, parse(address)), expected, "{network}/{bits} {address}");
        }
    }
}
