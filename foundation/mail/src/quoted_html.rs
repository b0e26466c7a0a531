//! Takes the quoted blocks out of an HTML mail before it becomes text, in one linear pass over its tags.

/// Marks in the class or id of an element that holds a quoted mail.
const MARKS: [&str; 7] = [
    "gmail_quote",
    "divrplyfwdmsg",
    "appendonsend",
    "moz-cite-prefix",
    "yahoo_quoted",
    "protonmail_quote",
    "olk_src_body_section",
];
/// Elements without an end tag.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "!",
];

/// The HTML without `blockquote` and the reply containers of the usual mail programs. From Outlook's
/// `divRplyFwdMsg` and `appendonsend` on, all that follows is quoted.
pub(crate) fn without_quotes(html: &str) -> String {
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    // Name of the quoting element and how many of that name are open inside it.
    let mut quote: Option<(String, usize)> = None;
    while let Some(start) = rest.find('<') {
        let (before, tag_on) = rest.split_at(start);
        let end = tag_on.find('>').map_or(tag_on.len(), |e| e + 1);
        let (tag, after) = tag_on.split_at(end);
        rest = after;
        if quote.is_none() {
            kept.push_str(before);
        }
        let (name, closing) = name_of(tag);
        match &mut quote {
            Some((open, depth)) if *open == name => {
                *depth = if closing { *depth - 1 } else { *depth + 1 };
                if *depth == 0 {
                    quote = None;
                }
            }
            Some(_) => {}
            None if closing => kept.push_str(tag),
            None if ends_here(tag) => return kept,
            None if is_quote(&name, tag) => quote = Some((name, 1)),
            None => kept.push_str(tag),
        }
    }
    if quote.is_none() {
        kept.push_str(rest);
    }
    kept
}

fn name_of(tag: &str) -> (String, bool) {
    let inner = tag.trim_start_matches('<');
    let closing = inner.starts_with('/');
    let inner = inner.trim_start_matches('/');
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
    (inner[..end].to_ascii_lowercase(), closing)
}

fn ends_here(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    tag.contains("\"divrplyfwdmsg\"") || tag.contains("\"appendonsend\"")
}

fn is_quote(name: &str, tag: &str) -> bool {
    if name.is_empty() || VOID.contains(&name) || tag.ends_with("/>") {
        return false;
    }
    let lower = tag.to_ascii_lowercase();
    name == "blockquote" || MARKS.iter().any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_containers_go_and_own_words_stay() {
        for (html, kept) in [
            (
                "<p>yes</p><blockquote>a<blockquote>b</blockquote>c</blockquote><p>no</p>",
                "<p>yes</p><p>no</p>",
            ),
            ("hi<div class=\"gmail_quote\">On x<div>q</div></div>bye", "hibye"),
            ("hi<div id=\"divRplyFwdMsg\">From</div><p>old</p>", "hi"),
            ("<hr id='x'>a < b", "<hr id='x'>a < b"),
            ("<div class=moz-cite-prefix>On</div>own", "own"),
            ("<blockquote>never closed", ""),
        ] {
            assert_eq!(without_quotes(html), kept, "{html}");
        }
    }
}
