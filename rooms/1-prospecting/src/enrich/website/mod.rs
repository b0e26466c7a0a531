//! The built-in source: what a company's domain and home page tell everybody who asks.
//!
//! Nothing but DNS and one page of the company's own site is read. What cannot be reached is no failure of the
//! source: it then simply knows nothing of this company.

mod page;
mod signs;

use outward::{Answer, Ask, HeaderMap, HeaderName, HeaderValue, Method, Outside, OutwardError, Url};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Bytes of a page that are read; what matters stands at its beginning.
const MOST_BYTES: usize = 1024 * 1024;

/// What was learnt, and where.
#[derive(Debug, Clone)]
pub struct Learnt {
    /// `domain`, `url`, what the page says, `mail_provider`, `technologies`.
    pub document: Json,
    /// The page, or the domain when only DNS answered.
    pub source_url: String,
}

/// Where a company can be asked: its domain, and its home page if the record names one.
#[must_use]
pub fn place_of(record: &Json) -> Option<(String, Option<String>)> {
    let text = |key: &str| record[key].as_str().map(str::trim).filter(|text| !text.is_empty());
    let site = text("website").filter(|site| site.contains("://")).map(str::to_owned);
    let domain = text("domain").and_then(kernel::domain::host_of);
    let domain = domain.or_else(|| text("website").and_then(kernel::domain::host_of))?;
    Some((domain.strip_prefix("www.").map_or(domain.clone(), str::to_owned), site))
}

/// Asks. When neither DNS nor the page answers: why not.
///
/// # Errors
/// Why the page could not be read, when DNS knows nothing either.
pub async fn learn(
    outside: &Outside,
    domain: &str,
    site: Option<&str>,
    seconds: u64,
) -> Result<Learnt, OutwardError> {
    let (servers, texts) = tokio::join!(outside.mail_servers(domain), outside.texts(domain));
    let (servers, texts) = (servers.unwrap_or_default(), texts.unwrap_or_default());
    let mut technologies: BTreeSet<String> = signs::of_texts(&texts).map(str::to_owned).collect();
    let mail_provider = signs::mail_provider(&servers);
    technologies.extend(mail_provider.map(str::to_owned));
    let page = home_page(outside, domain, site, seconds).await;
    let (mut document, source_url) = match page {
        Ok(answer) => {
            let url = answer.url.to_string();
            let html = page::decode(&answer.body, answer.header("content-type"));
            let mut document = page::read(&html).document();
            document["url"] = json!(url.trim_end_matches('/'));
            (document, url)
        }
        Err(why) if mail_provider.is_none() && technologies.is_empty() => return Err(why),
        Err(_) => (json!({}), format!("dns:{domain}")),
    };
    let shown = document["technologies"].as_array().cloned().unwrap_or_default();
    technologies.extend(shown.iter().filter_map(|one| one.as_str().map(str::to_owned)));
    document["domain"] = json!(domain);
    document["mail_provider"] = json!(mail_provider);
    document["technologies"] = json!(technologies);
    Ok(Learnt { document, source_url })
}

/// The first page that answers: the one the record names, or where home pages are.
async fn home_page(
    outside: &Outside,
    domain: &str,
    site: Option<&str>,
    seconds: u64,
) -> Result<Answer, OutwardError> {
    let usual = [format!("https://{domain}/"), format!("https://www.{domain}/"), format!("http://{domain}/")];
    let addresses = site.map(str::to_owned).into_iter().chain(usual);
    let mut first: Option<OutwardError> = None;
    for url in addresses.filter_map(|address| Url::parse(&address).ok()) {
        let host = url.host_str().unwrap_or(domain).to_owned();
        let why = match outside.ask(&question(url, seconds)).await {
            Ok(answer) if (200..300).contains(&answer.status) && is_page(&answer) => return Ok(answer),
            Ok(answer) => {
                OutwardError::Unreachable { host, why: format!("its home page answers {}", answer.status) }
            }
            Err(why) => why,
        };
        first.get_or_insert(why);
    }
    Err(first.unwrap_or_else(|| OutwardError::Address(domain.to_owned())))
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").is_none_or(|kind| kind.contains("html"))
}

fn question(url: Url, seconds: u64) -> Ask {
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("accept"), HeaderValue::from_static("text/html"));
    Ask {
        method: Method::GET,
        url,
        headers,
        body: None,
        within: Duration::from_secs(seconds),
        most_bytes: MOST_BYTES,
        cut: true,
        redirects: 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_is_asked_at_its_domain_or_its_site() {
        let table = [
            (json!({ "domain": "hanbit.co.kr" }), Some(("hanbit.co.kr", None))),
            (
                json!({ "domain": "hanbit.co.kr", "website": "https://www.hanbit.co.kr/en" }),
                Some(("hanbit.co.kr", Some("https://www.hanbit.co.kr/en"))),
            ),
            (json!({ "website": "www.hanbit.co.kr" }), Some(("hanbit.co.kr", None))),
            (json!({ "website": "http://127.0.0.1:8080/" }), None),
            (json!({ "domain": "localhost" }), None),
            (json!({}), None),
        ];
        for (record, expected) in table {
            let got = place_of(&record);
            let got = got.as_ref().map(|(domain, site)| (domain.as_str(), site.as_deref()));
            assert_eq!(got, expected, "{record}");
        }
    }
}
