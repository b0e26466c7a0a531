//! Words without the markup of captions, and who speaks them.

/// What a piece of WebVTT text says.
#[derive(Debug, Default)]
pub(super) struct Voiced {
    pub text: String,
    pub speaker: Option<String>,
    /// More than one person speaks in it.
    pub several: bool,
}

/// Words of a WebVTT cue: tags are dropped, `<v Name>` names who speaks. A second voice begins a line of its own that is
/// headed by its name.
pub(super) fn webvtt(raw: &str) -> Voiced {
    let mut said = Voiced::default();
    let mut rest = raw;
    while let Some(at) = rest.find('<') {
        said.text.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('>') else { break };
        let tag = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        if let Some(name) = voice(tag) {
            match &said.speaker {
                None => said.speaker = Some(name),
                Some(first) if *first == name && !said.several => {}
                Some(_) => {
                    said.several = true;
                    let gap = if said.text.is_empty() || said.text.ends_with('\n') { "" } else { "\n" };
                    said.text.push_str(&format!("{gap}{name}: "));
                }
            }
        }
    }
    said.text.push_str(rest);
    said.text = entities(&said.text);
    said
}

/// The name in `v Name` or `v.class Name`.
fn voice(tag: &str) -> Option<String> {
    let (kind, name) = tag.split_once(|c: char| c.is_whitespace())?;
    let is_voice = kind == "v" || kind.starts_with("v.");
    let name = entities(name).split_whitespace().collect::<Vec<_>>().join(" ");
    (is_voice && !name.is_empty()).then_some(name)
}

/// Words of an SRT cue: the tags players know are dropped, others may be meant.
pub(super) fn srt(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['<', '{']) {
        text.push_str(&rest[..at]);
        let close = if rest[at..].starts_with('<') { '>' } else { '}' };
        let inside = rest[at + 1..].split_once(close);
        match inside.filter(|(tag, _)| if close == '>' { is_style(tag) } else { tag.starts_with('\\') }) {
            Some((_, after)) => rest = after,
            None => {
                text.push_str(&rest[at..=at]);
                rest = &rest[at + 1..];
            }
        }
    }
    text.push_str(rest);
    entities(&text)
}

fn is_style(tag: &str) -> bool {
    let name = tag.trim_start_matches('/').split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    ["b", "i", "u", "s", "font"].iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// The entities of WebVTT. `&amp;` last, so that `&amp;lt;` stays what was meant.
fn entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&nbsp;", "\u{a0}")
        .replace("&lrm;", "\u{200e}")
        .replace("&rlm;", "\u{200f}")
        .replace("&amp;", "&")
}

/// Lines without blanks at their ends, and without empty ones.
pub(super) fn tidy(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}
