//! Prose written in Markdown, as a tree that pages and screens both show.
//!
//! Read by the rules of CommonMark with tables, strike-outs and bare addresses, and with emphasis beside Hangul. HTML in
//! it is text, pictures are their descriptions, and links lead to the web, a mail address or a phone only.

use std::fmt::Write as _;

use comrak::nodes::{ListType, Node, NodeValue, TableAlignment};
use comrak::{Arena, Options, parse_document};
use serde::Serialize;

/// Deepest nesting that is shown.
const DEPTH: usize = 24;

/// A block of prose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Block {
    /// A heading within the chapter.
    Heading {
        /// 1 is the first below the chapter's own.
        level: u8,
        /// Its words.
        inlines: Vec<Inline>,
    },
    /// A paragraph.
    Paragraph {
        /// Its words.
        inlines: Vec<Inline>,
    },
    /// A list.
    List {
        /// Counted.
        ordered: bool,
        /// From here on.
        start: usize,
        /// Its points.
        items: Vec<Vec<Block>>,
    },
    /// Somebody else's words.
    Quote {
        /// What they are.
        blocks: Vec<Block>,
    },
    /// Words as they are written.
    Code {
        /// What they are.
        text: String,
    },
    /// A table; its first row is the head.
    Table {
        /// `left`, `center` or `right`, column by column.
        align: Vec<&'static str>,
        /// Row by row, cell by cell.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A line across.
    Rule,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Inline {
    /// Words.
    Text {
        /// What they are.
        text: String,
    },
    /// Leaning.
    Emph {
        /// What is.
        inlines: Vec<Inline>,
    },
    /// Bold.
    Strong {
        /// What is.
        inlines: Vec<Inline>,
    },
    /// Struck out.
    Strike {
        /// What is.
        inlines: Vec<Inline>,
    },
    /// Words as they are written.
    Code {
        /// What they are.
        text: String,
    },
    /// A link.
    Link {
        /// Where to.
        url: String,
        /// What is shown.
        inlines: Vec<Inline>,
    },
    /// A new line.
    Break,
}

/// Reads Markdown.
#[must_use]
pub fn prose(markdown: &str) -> Vec<Block> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.autolink = true;
    options.extension.cjk_friendly_emphasis = true;
    let arena = Arena::new();
    blocks(parse_document(&arena, markdown, &options), 0)
}

fn blocks<'a>(node: Node<'a>, depth: usize) -> Vec<Block> {
    if depth > DEPTH {
        return Vec::new();
    }
    node.children().filter_map(|child| block(child, depth + 1)).collect()
}

fn block<'a>(node: Node<'a>, depth: usize) -> Option<Block> {
    let text_of = |text: &str| Inline::Text { text: text.trim_end().to_owned() };
    Some(match &node.data().value {
        NodeValue::Heading(heading) => {
            Block::Heading { level: heading.level.min(3), inlines: inlines(node, depth) }
        }
        NodeValue::Paragraph => Block::Paragraph { inlines: inlines(node, depth) },
        NodeValue::HtmlBlock(html) => Block::Paragraph { inlines: vec![text_of(&html.literal)] },
        NodeValue::CodeBlock(code) => Block::Code { text: code.literal.trim_end().to_owned() },
        NodeValue::ThematicBreak => Block::Rule,
        NodeValue::BlockQuote => Block::Quote { blocks: blocks(node, depth) },
        NodeValue::List(list) => Block::List {
            ordered: list.list_type == ListType::Ordered,
            start: list.start,
            items: node.children().map(|item| blocks(item, depth + 1)).collect(),
        },
        NodeValue::Table(table) => {
            let align = |one: &TableAlignment| match one {
                TableAlignment::Center => "center",
                TableAlignment::Right => "right",
                _ => "left",
            };
            let row = |row: Node<'a>| row.children().map(|cell| inlines(cell, depth)).collect();
            Block::Table {
                align: table.alignments.iter().map(align).collect(),
                rows: node.children().map(row).collect(),
            }
        }
        _ => return None,
    })
}

fn inlines<'a>(node: Node<'a>, depth: usize) -> Vec<Inline> {
    if depth > DEPTH {
        return Vec::new();
    }
    node.children().flat_map(|child| inline(child, depth + 1)).collect()
}

fn inline<'a>(node: Node<'a>, depth: usize) -> Vec<Inline> {
    let inner = || inlines(node, depth);
    let text = |text: &str| Inline::Text { text: text.to_owned() };
    vec![match &node.data().value {
        NodeValue::Text(words) => text(words),
        NodeValue::SoftBreak => text(" "),
        NodeValue::LineBreak => Inline::Break,
        NodeValue::Code(code) => Inline::Code { text: code.literal.clone() },
        NodeValue::HtmlInline(html) => text(html),
        NodeValue::Emph => Inline::Emph { inlines: inner() },
        NodeValue::Strong => Inline::Strong { inlines: inner() },
        NodeValue::Strikethrough => Inline::Strike { inlines: inner() },
        NodeValue::Link(link) if is_safe(&link.url) => {
            Inline::Link { url: link.url.clone(), inlines: inner() }
        }
        _ => return inner(),
    }]
}

/// Whether a link leads to the web, a mail address or a phone.
#[must_use]
pub fn is_safe(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let plain = !url.chars().any(|c| c.is_control() || c.is_whitespace());
    plain && ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| lower.starts_with(scheme))
}

/// The prose as HTML; headings begin at this level of the page.
#[must_use]
pub fn to_html(blocks: &[Block], first_level: u8) -> String {
    let mut out = String::new();
    blocks.iter().for_each(|block| write_block(&mut out, block, first_level));
    out
}

/// Text that means nothing in HTML.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn write_block(out: &mut String, block: &Block, first: u8) {
    let _ = match block {
        Block::Heading { level, inlines } => {
            let level = (first + level - 1).min(6);
            write!(out, "<h{level}>{}</h{level}>", lines(inlines))
        }
        Block::Paragraph { inlines } => write!(out, "<p>{}</p>", lines(inlines)),
        Block::Quote { blocks } => write!(out, "<blockquote>{}</blockquote>", to_html(blocks, first)),
        Block::Code { text } => write!(out, "<pre tabindex=\"0\">{}</pre>", escaped(text)),
        Block::Rule => write!(out, "<hr>"),
        Block::List { ordered, start, items } => {
            let items: String = items.iter().map(|i| format!("<li>{}</li>", to_html(i, first))).collect();
            match ordered {
                true => write!(out, "<ol start=\"{start}\">{items}</ol>"),
                false => write!(out, "<ul>{items}</ul>"),
            }
        }
        Block::Table { align, rows } => write!(out, "{}", table(align, rows)),
    };
}

fn table(align: &[&'static str], rows: &[Vec<Vec<Inline>>]) -> String {
    let row = |tag: &str, cells: &[Vec<Inline>]| -> String {
        let cell = |(n, cell): (usize, &Vec<Inline>)| {
            let side = align.get(n).copied().unwrap_or("left");
            let scope = if tag == "th" { " scope=\"col\"" } else { "" };
            format!("<{tag}{scope} class=\"{side}\">{}</{tag}>", lines(cell))
        };
        format!("<tr>{}</tr>", cells.iter().enumerate().map(cell).collect::<String>())
    };
    let head = rows.first().map(|cells| row("th", cells)).unwrap_or_default();
    let body: String = rows.iter().skip(1).map(|cells| row("td", cells)).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\"><table><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )
}

fn lines(inlines: &[Inline]) -> String {
    let one = |inline: &Inline| match inline {
        Inline::Text { text } => escaped(text),
        Inline::Emph { inlines } => format!("<em>{}</em>", lines(inlines)),
        Inline::Strong { inlines } => format!("<strong>{}</strong>", lines(inlines)),
        Inline::Strike { inlines } => format!("<s>{}</s>", lines(inlines)),
        Inline::Code { text } => format!("<code>{}</code>", escaped(text)),
        Inline::Link { url, inlines } => {
            format!(
                "<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{}</a>",
                escaped(url),
                lines(inlines)
            )
        }
        Inline::Break => "<br>".to_owned(),
    };
    inlines.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_read_as_it_is_meant_and_nothing_in_it_runs() {
        let table = [
            ("# A\n\ntext", "<h3>A</h3><p>text</p>"),
            ("**굵게(강조)**는 *기울임*", "<p><strong>굵게(강조)</strong>는 <em>기울임</em></p>"),
            ("- a\n- b", "<ul><li><p>a</p></li><li><p>b</p></li></ul>"),
            ("3. a", "<ol start=\"3\"><li><p>a</p></li></ol>"),
            ("a\\\nb", "<p>a<br>b</p>"),
            (
                "[x](https://a.test/?a=1&b=2)",
                "<p><a href=\"https://a.test/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\">x</a></p>",
            ),
            ("[x](javascript:alert(1))", "<p>x</p>"),
            ("![pic](https://a.test/p.png)", "<p>pic</p>"),
            ("a <b>b</b>", "<p>a &lt;b&gt;b&lt;/b&gt;</p>"),
            ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
            (
                "|a|b|\n|-|-:|\n|1|2|",
                "<div class=\"scroll\" tabindex=\"0\"><table><thead><tr><th scope=\"col\" class=\"left\">a</th><th scope=\"col\" class=\"right\">b</th></tr></thead><tbody><tr><td class=\"left\">1</td><td class=\"right\">2</td></tr></tbody></table></div>",
            ),
        ];
        for (markdown, html) in table {
            assert_eq!(to_html(&prose(markdown), 3), html, "{markdown}");
        }
        let deep = "> ".repeat(200) + "x";
        assert!(!prose(&deep).is_empty(), "what is nested too deep is cut off, not followed");
    }
}
