//! HTML of mails: made harmless, made from text, and turned into text.

use std::collections::HashSet;
use std::sync::LazyLock;

use html2text::render::{TextDecorator, TrivialDecorator};

/// HTML nested deeper or longer than this is not laid out; its tags are only dropped.
const LAYOUT_CAP: usize = 1024 * 1024;
/// HTML nested deeper is not a mail somebody wrote; it is read as text.
const DEEPEST: usize = 400;
/// Column at which text made from HTML is not wrapped yet; mail programs wrap by themselves.
const WIDTH: usize = 10_000;

static CLEANER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::default();
    builder
        .add_generic_attributes(["style", "width", "height", "bgcolor", "align", "valign"])
        .add_url_schemes(["cid"])
        .filter_style_properties(HashSet::from([
            "background-color",
            "border",
            "border-bottom",
            "border-collapse",
            "border-left",
            "border-radius",
            "border-right",
            "border-top",
            "color",
            "font-family",
            "font-size",
            "font-style",
            "font-weight",
            "height",
            "letter-spacing",
            "line-height",
            "list-style-type",
            "margin",
            "margin-bottom",
            "margin-left",
            "margin-right",
            "margin-top",
            "max-width",
            "padding",
            "padding-bottom",
            "padding-left",
            "padding-right",
            "padding-top",
            "text-align",
            "text-decoration",
            "vertical-align",
            "width",
        ]));
    builder
});

/// HTML without scripts, forms, event attributes, foreign schemes and positioning styles (ammonia).
pub fn clean_html(html: &str) -> String {
    if nesting(html) > DEEPEST {
        return html_from_text(&tags_dropped(html));
    }
    CLEANER.clean(html).to_string()
}

/// Plain text of an HTML body as a person reads it, without link targets; at most the first MiB.
pub fn text_from_html(html: &str) -> String {
    laid_out(html, html2text::config::with_decorator(TrivialDecorator::new()))
}

/// The same with link targets as footnotes, for the plain part of a mail that was written in HTML.
pub fn text_with_links(html: &str) -> String {
    laid_out(html, html2text::config::plain_no_decorate().link_footnotes(true))
}

fn laid_out<D: TextDecorator>(html: &str, config: html2text::config::Config<D>) -> String {
    let html = cut_at(html, LAYOUT_CAP);
    if nesting(html) > DEEPEST {
        return tags_dropped(html);
    }
    let text = config.allow_width_overflow().no_table_borders().string_from_read(html.as_bytes(), WIDTH);
    text.map_or_else(|_| tags_dropped(html), |text| text.trim_end().to_owned())
}

/// HTML that may go into a mail as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harmless(String);

impl Harmless {
    /// Somebody's HTML, cleaned.
    pub fn cleaned(html: &str) -> Self {
        Self(clean_html(html))
    }

    /// A text as [`html_from_text`] writes it: everything of it is escaped.
    pub fn of_text(text: &str) -> Self {
        Self::with_links(text, |_, url| url.to_owned())
    }

    /// The same with its addresses led elsewhere, as [`html_with_links`] does.
    pub fn with_links(text: &str, href: impl FnMut(usize, &str) -> String) -> Self {
        // A long address must not make a mail wider than a phone.
        let body = html_with_links(text, href);
        Self(format!("<div style=\"overflow-wrap:anywhere\">\n{body}</div>\n"))
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A plain HTML body saying the same as the text: paragraphs, line breaks and clickable addresses.
pub fn html_from_text(text: &str) -> String {
    html_with_links(text, |_, url| url.to_owned())
}

/// The same with each address led where `href` says: it gets the address's place among [`links`], from 0, and itself.
pub fn html_with_links(text: &str, mut href: impl FnMut(usize, &str) -> String) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    let mut place = 0;
    for paragraph in text.replace("\r\n", "\n").split("\n\n").filter(|p| !p.trim().is_empty()) {
        html.push_str("<p>");
        for (n, line) in paragraph.trim_matches('\n').lines().enumerate() {
            html.push_str(if n > 0 { "<br>" } else { "" });
            for word in line.split_inclusive(char::is_whitespace) {
                linked(word, &mut html, &mut place, &mut href);
            }
        }
        html.push_str("</p>\n");
    }
    html
}

/// The web addresses of a text, in their order.
pub fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().filter(|word| is_link(word))
}

fn is_link(word: &str) -> bool {
    word.starts_with("https://") || word.starts_with("http://")
}

fn linked(word: &str, html: &mut String, place: &mut usize, href: &mut impl FnMut(usize, &str) -> String) {
    let address = word.trim_end();
    if is_link(address) {
        html.push_str(&format!("<a href=\"{}\">{}</a>", escaped(&href(*place, address)), escaped(address)));
        *place += 1;
    } else {
        html.push_str(&escaped(address));
    }
    html.push_str(&word[address.len()..]);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Deepest nesting of tags, by counting opening against closing ones; cheap and linear. Tags that close
/// themselves do not count.
fn nesting(html: &str) -> usize {
    const FLAT: [&str; 18] = [
        "br", "img", "hr", "meta", "link", "input", "col", "p", "li", "td", "tr", "th", "dd", "dt", "option",
        "wbr", "area", "base",
    ];
    let mut depth = 0_usize;
    let mut deepest = 0;
    for tag in html.split('<').skip(1) {
        let closing = tag.starts_with('/');
        let name = tag.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = &name[..end];
        if name.is_empty() || FLAT.iter().any(|f| f.eq_ignore_ascii_case(name)) {
            continue;
        }
        depth = if closing { depth.saturating_sub(1) } else { depth + 1 };
        deepest = deepest.max(depth);
    }
    deepest
}

fn tags_dropped(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in html.split('<') {
        let (tag, rest) = piece.split_once('>').unwrap_or(("", piece));
        if tag.starts_with("br") || tag.starts_with("/p") || tag.starts_with("/div") {
            text.push('\n');
        }
        text.push_str(rest);
    }
    text.trim().to_owned()
}

/// The longest prefix of at most `cap` bytes that ends between characters.
pub(crate) fn cut_at(text: &str, cap: usize) -> &str {
    &text[..text.floor_char_boundary(cap)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_handlers_and_positioning_do_not_survive() {
        let clean = clean_html(
            r#"<p style="color:red;position:fixed" onclick="x()">a<script>alert(1)</script><a href="javascript:x">l</a><img src="cid:logo"></p>"#,
        );
        assert!(clean.contains("color:red") && clean.contains("cid:logo"), "{clean}");
        for bad in ["script", "onclick", "position", "javascript"] {
            assert!(!clean.contains(bad), "{bad} in {clean}");
        }
    }

    #[test]
    fn html_made_from_text_reads_back_as_the_text() {
        let text = "안녕하세요, 김 대리님\n둘째 줄 <b>\n\nhttps://sevenfold.test/a?b=1&c=2 보세요";
        let html = html_from_text(text);
        assert!(html.contains("<a href=\"https://sevenfold.test/a?b"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
        let back = text_from_html(&html);
        for line in text.lines().filter(|l| !l.is_empty()) {
            assert!(back.contains(line), "{line} not in {back}");
        }
    }

    #[test]
    fn absurdly_nested_html_still_gives_its_text() {
        let html = format!("{}deep{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
        assert!(text_from_html(&html).contains("deep"));
    }
}
