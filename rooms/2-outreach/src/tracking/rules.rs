//! Which hosts can carry links of mails, and how they are compared. Pure.

use url::{Host, Url};

/// Longest name of a host.
const HOST_BYTES: usize = 253;

/// Why a host cannot carry links.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoHost {
    /// It is no name of a host.
    Invalid,
    /// The program itself is used there.
    Own,
}

/// A host as it is kept: `links.customer.com`, with its port when that is not the usual one. `own` are hosts at which the
/// program is used: they must go on answering.
///
/// # Errors
/// Why it cannot carry links.
pub fn host(text: &str, own: &[&str]) -> Result<String, NoHost> {
    let text = text.trim().trim_end_matches('.');
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let url = Url::parse(&whole).map_err(|_| NoHost::Invalid)?;
    let bare = matches!(url.scheme(), "http" | "https")
        && url.path() == "/"
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    let Some(Host::Domain(name)) = url.host().filter(|_| bare) else { return Err(NoHost::Invalid) };
    let name = name.trim_end_matches('.');
    if !name.contains('.') || name.len() > HOST_BYTES {
        return Err(NoHost::Invalid);
    }
    if own.iter().any(|own| name_of(own) == Some(name)) {
        return Err(NoHost::Own);
    }
    Ok(url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}")))
}

/// A host without its port.
fn name_of(host: &str) -> Option<&str> {
    host.split(':').next().filter(|name| !name.is_empty())
}

/// The host a request came to, as hosts are kept; none for one that can carry no links.
#[must_use]
pub fn asked(header: &str) -> Option<String> {
    let host = header.trim().to_ascii_lowercase();
    let host = host.strip_suffix(":443").or(host.strip_suffix(":80")).unwrap_or(&host);
    let name = name_of(host)?.trim_end_matches('.');
    let fits = name.len() <= HOST_BYTES && name.contains('.') && name.parse::<std::net::IpAddr>().is_err();
    fits.then(|| host.strip_suffix('.').unwrap_or(host).to_owned())
}

/// Whether a path is answered where links lead.
#[must_use]
pub fn answers(path: &str) -> bool {
    path.starts_with("/c/") || path.starts_with(super::look::PROOF)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_kept_in_one_way() {
        let table = [
            ("links.customer.com", Ok("links.customer.com")),
            (" Links.Customer.COM. ", Ok("links.customer.com")),
            ("https://links.customer.com/", Ok("links.customer.com")),
            ("http://links.customer.com:8080", Ok("links.customer.com:8080")),
            ("링크.한국", Ok("xn--9y2bo82b.xn--3e0b707e")),
            ("links.customer.com/path", Err(NoHost::Invalid)),
            ("user@links.customer.com", Err(NoHost::Invalid)),
            ("links.customer.com?x", Err(NoHost::Invalid)),
            ("ftp://links.customer.com", Err(NoHost::Invalid)),
            ("localhost", Err(NoHost::Invalid)),
            ("192.0.2.1", Err(NoHost::Invalid)),
            ("[2001:db8::1]", Err(NoHost::Invalid)),
            ("two words.com", Err(NoHost::Invalid)),
            ("", Err(NoHost::Invalid)),
            ("crm.customer.com", Err(NoHost::Own)),
            ("crm.customer.com:8443", Err(NoHost::Own)),
            ("alias.customer.com", Err(NoHost::Own)),
        ];
        let own = ["crm.customer.com", "alias.customer.com:7000"];
        for (text, expected) in table {
            assert_eq!(host(text, &own), expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn a_request_is_compared_as_hosts_are_kept() {
        let table = [
            ("links.customer.com", Some("links.customer.com")),
            ("LINKS.customer.com:443", Some("links.customer.com")),
            ("links.customer.com:80", Some("links.customer.com")),
            ("links.customer.com:8080", Some("links.customer.com:8080")),
            ("links.customer.com.", Some("links.customer.com")),
            ("localhost:7000", None),
            ("127.0.0.1:7000", None),
            ("", None),
        ];
        for (header, expected) in table {
            assert_eq!(asked(header).as_deref(), expected, "{header}");
        }
    }

    #[test]
    fn only_links_and_the_proof_are_answered() {
        let table = [
            ("/c/abc/1", true),
            ("/.well-known/sevenfold-links/x", true),
            ("/", false),
            ("/c", false),
            ("/u/abc", false),
            ("/m/abc", false),
            ("/api/v1/me", false),
            ("/healthz", false),
        ];
        for (path, expected) in table {
            assert_eq!(answers(path), expected, "{path}");
        }
    }
}
