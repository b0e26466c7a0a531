//! What a home page says of its company, read token by token: its head, its schema.org description, its links.

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use serde_json::{Value as Json, json};

use super::signs;

/// Links looked at.
const LINKS: usize = 2_000;
/// Bytes of one schema.org description.
const DESCRIPTION: usize = 200_000;

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct HomePage {
    title: String,
    description: Option<String>,
    site_name: Option<String>,
    language: Option<String>,
    generator: Option<String>,
    linkedin: Option<String>,
    loads: Vec<String>,
    descriptions: Vec<String>,
}

/// The text of a page in the character set its server, or else the page itself, names.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).to_lowercase();
    let named = |text: &str| {
        let label = text.split_once("charset=")?.1.trim_start_matches(['"', '\'']);
        let label = label.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).next()?;
        encoding_rs::Encoding::for_label(label.as_bytes())
    };
    let encoding = content_type.and_then(|kind| named(&kind.to_lowercase())).or_else(|| named(&head));
    encoding.unwrap_or(encoding_rs::UTF_8).decode(bytes).0.into_owned()
}

/// Reads a page.
#[must_use]
pub fn read(html: &str) -> HomePage {
    let mut page = HomePage::default();
    let mut emitter = DefaultEmitter::<()>::default();
    emitter.naively_switch_states(true);
    let mut within: Option<Within> = None;
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => within = page.begin(&tag).or(within.filter(|_| !ends_text(&tag))),
            Token::EndTag(_) => within = None,
            Token::String(text) => page.text(within, &String::from_utf8_lossy(&text)),
            _ => {}
        }
    }
    page
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Title,
    Description,
}

fn ends_text(tag: &StartTag<()>) -> bool {
    !tag.self_closing
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    let text = String::from_utf8_lossy(value).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

impl HomePage {
    fn begin(&mut self, tag: &StartTag<()>) -> Option<Within> {
        match tag.name.as_slice() {
            b"html" => self.language = attribute(tag, "lang"),
            b"title" if self.title.is_empty() => return Some(Within::Title),
            b"meta" => self.meta(tag),
            b"script" => {
                self.load(attribute(tag, "src"));
                let linked = attribute(tag, "type")
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
                if linked && self.descriptions.len() < 20 {
                    self.descriptions.push(String::new());
                    return Some(Within::Description);
                }
            }
            b"link" | b"a" => self.link(tag),
            b"iframe" | b"img" => self.load(attribute(tag, "src")),
            _ => {}
        }
        None
    }

    fn text(&mut self, within: Option<Within>, text: &str) {
        match within {
            Some(Within::Title) => self.title.push_str(text),
            Some(Within::Description) => {
                if let Some(last) =
                    self.descriptions.last_mut().filter(|d| d.len() + text.len() <= DESCRIPTION)
                {
                    last.push_str(text);
                }
            }
            None => {}
        }
    }

    fn meta(&mut self, tag: &StartTag<()>) {
        let name = attribute(tag, "name").or_else(|| attribute(tag, "property")).unwrap_or_default();
        let Some(content) = attribute(tag, "content") else { return };
        match name.to_lowercase().as_str() {
            "description" => self.description = Some(content),
            "og:description" if self.description.is_none() => self.description = Some(content),
            "og:site_name" => self.site_name = Some(content),
            "generator" => self.generator = Some(content),
            _ => {}
        }
    }

    fn load(&mut self, address: Option<String>) {
        if let Some(address) = address.filter(|_| self.loads.len() < LINKS) {
            self.loads.push(address);
        }
    }

    fn link(&mut self, tag: &StartTag<()>) {
        let Some(address) = attribute(tag, "href") else { return };
        if self.linkedin.is_none() && is_company_on_linkedin(&address) {
            self.linkedin = Some(address.clone());
        }
        if tag.name.as_slice() == b"link" {
            self.load(Some(address));
        }
    }

    /// What it says, in one document: `title`, `description`, `site_name`, `language`, `organization`, `linkedin`,
    /// `technologies`.
    #[must_use]
    pub fn document(&self) -> Json {
        let organization =
            self.descriptions.iter().find_map(|text| organization(&serde_json::from_str(text).ok()?));
        let profile = organization.as_ref().and_then(|o| o["linkedin"].as_str().map(str::to_owned));
        let mut technologies: Vec<&str> =
            self.generator.as_deref().and_then(signs::of_generator).into_iter().collect();
        technologies.extend(signs::of_links(&self.loads));
        technologies.sort_unstable();
        technologies.dedup();
        let language = self.language.as_deref().and_then(|tag| tag.split(['-', '_']).next());
        let short = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        json!({
            "title": short(&self.title), "description": self.description.as_deref().map(short),
            "site_name": self.site_name.as_deref().map(short), "language": language.map(str::to_lowercase),
            "organization": organization, "linkedin": profile.or_else(|| self.linkedin.clone()),
            "technologies": technologies,
        })
    }
}

fn is_company_on_linkedin(address: &str) -> bool {
    let low = address.to_lowercase();
    let rest = ["https://", "http://", "//"].iter().find_map(|scheme| low.strip_prefix(scheme));
    let rest =
        rest.map(|rest| rest.strip_prefix("www.").or_else(|| rest.strip_prefix("kr.")).unwrap_or(rest));
    rest.is_some_and(|rest| {
        ["company/", "school/", "showcase/"]
            .iter()
            .any(|kind| rest.strip_prefix("linkedin.com/").is_some_and(|path| path.starts_with(kind)))
    })
}

/// Kinds of schema.org that describe a company. Their many sub-kinds end alike.
fn is_organization(kind: &str) -> bool {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or(kind);
    ["Organization", "Corporation", "Business", "OnlineStore", "Store", "ProfessionalService", "NGO"]
        .iter()
        .any(|end| kind.ends_with(end))
}

/// The organization within a schema.org description, made plain.
fn organization(value: &Json) -> Option<Json> {
    match value {
        Json::Array(list) => list.iter().find_map(organization),
        Json::Object(map) => {
            let kinds = map.get("@type").map(texts).unwrap_or_default();
            if kinds.iter().any(|kind| is_organization(kind)) {
                return Some(plain(value));
            }
            ["@graph", "publisher", "mainEntity", "about"]
                .into_iter()
                .find_map(|key| organization(map.get(key)?))
        }
        _ => None,
    }
}

fn plain(of: &Json) -> Json {
    let address = first(&of["address"]);
    let linkedin = texts(&of["sameAs"]).into_iter().find(|address| is_company_on_linkedin(address));
    let contact = first(&of["contactPoint"]);
    let country = first(&address["addressCountry"]);
    json!({
        "name": text(&of["name"]), "legal_name": text(&of["legalName"]), "description": text(&of["description"]),
        "telephone": text(&of["telephone"]).or_else(|| text(&contact["telephone"])),
        "email": text(&of["email"]), "country": text(&country["name"]).or_else(|| text(&country)),
        "region": text(&address["addressRegion"]), "city": text(&address["addressLocality"]),
        "street": text(&address["streetAddress"]).or_else(|| text(&address)),
        "employees": employees(&of["numberOfEmployees"]), "founded": text(&of["foundingDate"]),
        "linkedin": linkedin,
    })
}

fn first(value: &Json) -> Json {
    value.as_array().and_then(|list| list.first()).unwrap_or(value).clone()
}

fn text(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

fn texts(value: &Json) -> Vec<String> {
    match value {
        Json::Array(list) => list.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}

/// A number, or the middle of a range: `QuantitativeValue` of schema.org.
fn employees(value: &Json) -> Option<Json> {
    let number = |value: &Json| text(value).and_then(|text| text.replace(',', "").parse::<i64>().ok());
    let middle = || Some((number(&value["minValue"])? + number(&value["maxValue"])?) / 2);
    number(value).or_else(|| number(&value["value"])).or_else(middle).map(Json::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<!doctype html><html lang="ko-KR"><head><title>
        한빛 소프트 &amp; 친구들</title>
        <meta name="description" content="물류 회사를 위한   소프트웨어"><meta property="og:site_name" content="Hanbit Soft">
        <meta name="generator" content="WordPress 6.8"><script src="https://www.googletagmanager.com/gtm.js?id=1"></script>
        <script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
        {"@type":["Corporation"],"name":"Hanbit","legalName":"Hanbit Soft Inc.","telephone":"+82-2-123-4567",
        "address":{"@type":"PostalAddress","streetAddress":"1 Teheran-ro","addressLocality":"Seoul","addressCountry":{"@type":"Country","name":"KR"}},
        "numberOfEmployees":{"@type":"QuantitativeValue","minValue":40,"maxValue":60},"foundingDate":"1998-05-01",
        "sameAs":["https://facebook.com/hanbit","https://www.linkedin.com/company/hanbit"]}]}</script>
        </head><body><a href="https://evil.test/?linkedin.com/company/x">no</a></body></html>"#;

    #[test]
    fn a_home_page_says_who_its_company_is() {
        let said = read(PAGE).document();
        assert_eq!(said["title"], "한빛 소프트 & 친구들");
        assert_eq!(said["description"], "물류 회사를 위한 소프트웨어");
        assert_eq!((&said["site_name"], &said["language"]), (&json!("Hanbit Soft"), &json!("ko")));
        assert_eq!(said["technologies"], json!(["Google Tag Manager", "WordPress"]));
        assert_eq!(said["linkedin"], "https://www.linkedin.com/company/hanbit");
        let of = &said["organization"];
        assert_eq!(
            (&of["legal_name"], &of["telephone"]),
            (&json!("Hanbit Soft Inc."), &json!("+82-2-123-4567"))
        );
        assert_eq!(
            (&of["country"], &of["city"], &of["street"]),
            (&json!("KR"), &json!("Seoul"), &json!("1 Teheran-ro"))
        );
        assert_eq!((&of["employees"], &of["founded"]), (&json!(50), &json!("1998-05-01")));
    }

    #[test]
    fn a_page_that_says_little_or_is_broken_does_no_harm() {
        let table = [
            ("", Json::Null),
            ("<title>x", Json::Null),
            (r#"<script type="application/ld+json">{"@type": </script>"#, Json::Null),
            (
                r#"<a href="https://linkedin.com/company/acme">in</a>"#,
                json!("https://linkedin.com/company/acme"),
            ),
            (r#"<a href="https://evil.test/?https://linkedin.com/company/x">in</a>"#, Json::Null),
        ];
        for (html, linkedin) in table {
            assert_eq!(read(html).document()["linkedin"], linkedin, "{html}");
        }
        let deep = format!("{}1{}", "[".repeat(500), "]".repeat(500));
        let html = format!(r#"<script type="application/ld+json">{deep}</script>"#);
        assert_eq!(read(&html).document()["organization"], Json::Null);
    }

    #[test]
    fn the_character_set_is_the_servers_or_the_pages() {
        let (korean, _, _) = encoding_rs::EUC_KR.encode("<meta charset=\"euc-kr\"><title>한빛</title>");
        assert_eq!(read(&decode(&korean, None)).document()["title"], "한빛");
        let (korean, _, _) = encoding_rs::EUC_KR.encode("<title>한빛</title>");
        assert_eq!(read(&decode(&korean, Some("text/html; charset=EUC-KR"))).document()["title"], "한빛");
        assert_eq!(
            read(&decode("<title>한빛</title>".as_bytes(), Some("text/html"))).document()["title"],
            "한빛"
        );
    }
}
