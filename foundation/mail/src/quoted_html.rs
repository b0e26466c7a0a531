//! Takes the quoted blocks out of an HTML mail before it becomes text, in one linear pass over its tags.
//!
//! Where one stood a line `>` remains, so that own words above and below it are told apart as in a plain text; before
//! a block that a program marks as signature stands a line `--`.

/// Marks in the class, id or name of an element that holds a quoted mail.
const MARKS: [&str; 16] = [
    "gmail_quote",
    "gmail_attr",
    "divrplyfwdmsg",
    "appendonsend",
    "moz-cite-prefix",
    "moz-forward-container",
    "yahoo_quoted",
    "protonmail_quote",
    "tutanota_quote",
    "zmail_extra",
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "messagereplysection",
    "isreplycontent",
    "isforwardcontent",
    "aolmsgpart",
];
/// Ids from which on all is quoted: Outlook, Hotmail, Zimbra.
const ENDS: [&str; 4] = ["divrplyfwdmsg", "appendonsend", "stopspelling", "zwchr"];
/// Marks of signatures.
const SIGNATURES: [&str; 7] = [
    "gmail_signature",
    "moz-signature",
    "ms-outlook-mobile-signature",
    "applemailsignature",
    "protonmail_signature_block",
    "yahoo_signature",
    "zmail_signature",
];
/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "!",
];
const QUOTE_LINE: &str = "<div>&gt;</div>";
const SIGNATURE_LINE: &str = "<div>--</div>";

/// An element that is open, with how many of its name are open inside it.
struct Open {
    name: String,
    depth: usize,
}

impl Open {
    /// Counts a tag; whether it was the element's own end.
    fn closes(&mut self, name: &str, closing: bool) -> bool {
        if self.name == name {
            self.depth = if closing { self.depth.saturating_sub(1) } else { self.depth + 1 };
        }
        self.depth == 0
    }
}

/// Gmail's container: attribution and quote, and own words between quotes.
struct Container {
    open: Open,
    /// Where it begins in what is kept.
    start: usize,
    quoted: bool,
}

/// The HTML without `blockquote` and the reply containers of the usual mail programs. From Outlook's
/// `divRplyFwdMsg` and `appendonsend` on, all that follows is quoted.
pub(crate) fn without_quotes(html: &str) -> String {
    let mut pass = Pass::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (before, tag_on) = rest.split_at(start);
        let end = tag_on.find('>').map_or(tag_on.len(), |e| e + 1);
        let (tag, after) = tag_on.split_at(end);
        rest = after;
        pass.text(before);
        if pass.tag(tag) {
            rest = "";
            break;
        }
    }
    pass.text(rest);
    if let Some(container) = pass.container.take() {
        pass.leave(&container);
    }
    pass.kept
}

#[derive(Default)]
struct Pass {
    kept: String,
    /// What is left out at the moment.
    quote: Option<Open>,
    container: Option<Container>,
}

impl Pass {
    fn text(&mut self, text: &str) {
        if self.quote.is_none() {
            self.kept.push_str(text);
        }
    }

    /// Takes the next tag; whether all that follows is quoted.
    fn tag(&mut self, tag: &str) -> bool {
        let (name, closing) = name_of(tag);
        if let Some(open) = &mut self.quote {
            if open.closes(&name, closing) {
                self.quote = None;
            }
            return false;
        }
        let opens = !closing && !name.is_empty();
        if opens && ENDS.iter().any(|end| id_of(tag).starts_with(end)) {
            self.kept.push_str(QUOTE_LINE);
            return true;
        }
        let holds = opens && !VOID.contains(&name.as_str()) && !tag.ends_with("/>");
        if holds && self.container.is_none() && name == "div" && is_marked(tag, &["gmail_quote"]) {
            let open = Open { name, depth: 1 };
            self.container = Some(Container { open, start: self.kept.len(), quoted: false });
        } else if holds && (name == "blockquote" || is_marked(tag, &MARKS)) {
            self.quote(tag, name);
        } else if let Some(container) = self.container.take_if(|c| c.open.closes(&name, closing)) {
            self.leave(&container);
        } else {
            if holds && (id_of(tag) == "signature" || is_marked(tag, &SIGNATURES)) {
                self.kept.push_str(SIGNATURE_LINE);
            }
            self.kept.push_str(tag);
        }
        false
    }

    /// Leaves out the element that begins with this tag.
    fn quote(&mut self, tag: &str, name: String) {
        if let Some(container) = &mut self.container
            && container.open.depth == 1
            && name == "blockquote"
            && is_marked(tag, &["gmail_quote"])
        {
            // What stands above the first quote names its author.
            if !container.quoted {
                self.kept.truncate(container.start);
            }
            container.quoted = true;
        }
        self.kept.push_str(QUOTE_LINE);
        self.quote = Some(Open { name, depth: 1 });
    }

    /// A container without a quote of its own is quoted as a whole.
    fn leave(&mut self, container: &Container) {
        if !container.quoted {
            self.kept.truncate(container.start);
            self.kept.push_str(QUOTE_LINE);
        }
    }
}

fn name_of(tag: &str) -> (String, bool) {
    let inner = tag.trim_start_matches('<');
    let closing = inner.starts_with('/');
    let inner = inner.trim_start_matches('/');
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    (inner[..end].to_ascii_lowercase(), closing)
}

/// Whether class, id or name of the tag holds one of the marks.
fn is_marked(tag: &str, marks: &[&str]) -> bool {
    ["class", "id", "name", "data-marker"].iter().any(|attribute| {
        let value = value_of(tag, attribute);
        !value.is_empty() && marks.iter().any(|mark| value.contains(mark))
    })
}

fn id_of(tag: &str) -> String {
    value_of(tag, "id").trim_start_matches("x_").to_owned()
}

/// The value of an attribute in lower case, with or without quotes around it; empty if there is none.
fn value_of(tag: &str, attribute: &str) -> String {
    let bytes = tag.as_bytes();
    let starts = tag.match_indices('=').filter_map(|(at, _)| {
        let before = tag[..at].trim_end();
        let name = before.len().checked_sub(attribute.len())?;
        let named = before.get(name..).is_some_and(|n| n.eq_ignore_ascii_case(attribute));
        (named && name > 0 && bytes[name - 1].is_ascii_whitespace()).then_some(at + 1)
    });
    let Some(start) = starts.into_iter().next() else { return String::new() };
    let value = tag[start..].trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let end = match quote {
        Some(quote) => value[1..].find(quote).map(|end| end + 1),
        None => value.find(|c: char| c.is_whitespace() || c == '>'),
    };
    value[usize::from(quote.is_some())..end.unwrap_or(value.len())].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_containers_go_and_own_words_stay() {
        for (html, kept) in [
            (
                "<p>yes</p><blockquote>a<blockquote>b</blockquote>c</blockquote><p>no</p>",
                "<p>yes</p>#<p>no</p>",
            ),
            ("hi<div class=\"gmail_quote\">On x<div>q</div></div>bye", "hi#bye"),
            ("hi<div id=\"divRplyFwdMsg\">From</div><p>old</p>", "hi#"),
            ("hi<div id=x_divRplyFwdMsg dir=ltr>From</div><p>old</p>", "hi#"),
            ("hi<hr id=\"stopSpelling\">Date: x", "hi#"),
            ("hi<hr id=\"zwchr\" data-marker=\"__DIVIDER__\"><b>From:</b>", "hi#"),
            ("<hr id='x'>a < b", "<hr id='x'>a < b"),
            ("<div class=moz-cite-prefix>On</div>own", "#own"),
            ("<blockquote>never closed", "#"),
            ("<div class=gmail_quote>never closed", "#"),
            (
                "<div class=\"gmail_quote\"><div class=\"gmail_attr\">On x wrote:</div>\
                 <blockquote class=\"gmail_quote\"><div>one?</div></blockquote><div>yes</div>\
                 <blockquote class=\"gmail_quote\"><div>two?</div></blockquote><div>no</div></div>",
                "#<div>yes</div>#<div>no</div>",
            ),
            (
                "FYI<div class=gmail_quote>Forwarded<div><blockquote class=gmail_quote>x</blockquote>old</div></div>",
                "FYI#",
            ),
            ("a<div class=\"gmail_signature\">b</div>", "a$<div class=\"gmail_signature\">b</div>"),
            ("a<div id=Signature>b</div>", "a$<div id=Signature>b</div>"),
            (
                "<a href=\"http://s.test/?id=gmail_quote\">a</a>",
                "<a href=\"http://s.test/?id=gmail_quote\">a</a>",
            ),
        ] {
            let kept = kept.replace('#', QUOTE_LINE).replace('$', SIGNATURE_LINE);
            assert_eq!(without_quotes(html), kept, "{html}");
        }
    }
}
