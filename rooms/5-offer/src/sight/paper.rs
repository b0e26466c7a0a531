//! The same as a document to print.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use kernel::Locale;
use paper::document::{Column, Document, Fact, Line, Part, Picture, Total};
use uuid::Uuid;

use super::words::{Words, words};
use super::{ShownLine, ShownPackage, Sight};

/// What is said besides the offer itself.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    /// In which language.
    pub locale: Locale,
    /// Who offers.
    pub sender: String,
    /// Their address and registration, line by line.
    pub sender_lines: Vec<String>,
    /// To whom.
    pub recipient: String,
    /// The version.
    pub version: i64,
    /// When it was sent, where they are.
    pub sent_on: Option<NaiveDate>,
    /// Until when it holds, in words with the zone.
    pub valid_until: Option<String>,
    /// The colour.
    pub accent: String,
    /// The picture.
    pub logo: Option<Picture>,
    /// The pictures of chapters, by their files.
    pub pictures: BTreeMap<Uuid, Picture>,
    /// SHA-256 of the content.
    pub content_hash: String,
    /// The instant in the file's properties, seconds since 1970.
    pub made_at: i64,
}

/// The document of an offer: every package when nothing is chosen yet, the chosen one alone when `only_chosen`.
#[must_use]
pub fn document(sight: &Sight, cover: &Cover, only_chosen: bool) -> Document {
    let says = words(cover.locale);
    let shown: Vec<&ShownPackage> = sight
        .packages
        .iter()
        .filter(|p| !only_chosen || sight.chosen.is_none_or(|chosen| chosen == p.id))
        .collect();
    let mut parts = Vec::new();
    if !sight.note.is_empty() {
        parts.push(Part::Prose { blocks: sight.note.clone() });
    }
    let mut pictures = Vec::new();
    for section in &sight.sections {
        parts.push(Part::Heading { text: section.title.clone() });
        if let Some(picture) = section.file_id.and_then(|id| cover.pictures.get(&id)) {
            parts.push(Part::Picture { index: pictures.len(), height: 80 });
            pictures.push(picture.clone());
        }
        parts.push(Part::Prose { blocks: section.blocks.clone() });
    }
    results(sight, says, &mut parts);
    packages(&shown, says, &mut parts);
    parts.extend(sight.incentive.iter().map(|text| Part::Callout { text: text.clone() }));
    parts.extend(sight.rises.iter().map(|text| Part::Callout { text: text.clone() }));
    parts.push(Part::Heading { text: says.terms.to_owned() });
    let term = |(name, value): &(String, String)| Fact::new(name.as_str(), value.as_str());
    parts.push(Part::Facts { facts: sight.terms.iter().map(term).collect() });
    parts.extend(sight.small.iter().map(|text| Part::Small { text: text.clone() }));
    parts.push(Part::Heading { text: says.sign.to_owned() });
    let lines = [says.name, says.role, says.place_date, says.signature];
    parts.push(Part::Sign { facts: lines.map(|line| Fact::new(line, "")).to_vec() });
    parts.push(Part::Small { text: format!("{}: {}", says.content_hash, cover.content_hash) });
    Document {
        korean: cover.locale == Locale::Ko,
        title: sight.title.clone(),
        author: cover.sender.clone(),
        kind: says.offer.to_owned(),
        accent: cover.accent.clone(),
        logo: cover.logo.clone(),
        pictures,
        facts: facts(cover, says),
        parts,
        made_at: cover.made_at,
    }
}

fn facts(cover: &Cover, says: &Words) -> Vec<Fact> {
    let mut facts = vec![Fact::new(says.for_whom, cover.recipient.as_str())];
    let sender = std::iter::once(&cover.sender).chain(&cover.sender_lines).cloned().collect::<Vec<_>>();
    facts.push(Fact::new(says.from, sender.join("\n")));
    if let Some(day) = cover.sent_on {
        facts.push(Fact::new(says.date, cover.locale.date(day)));
    }
    if let Some(until) = &cover.valid_until {
        facts.push(Fact::new(says.valid, until.as_str()));
    }
    facts.push(Fact::new(says.version, cover.version.to_string()));
    facts
}

fn results(sight: &Sight, says: &Words, parts: &mut Vec<Part>) {
    if sight.results.is_empty() {
        return;
    }
    let text = |text: &String| vec![paper::prose::Inline::Text { text: text.clone() }];
    let item = |one: &String| vec![paper::prose::Block::Paragraph { inlines: text(one) }];
    let items = sight.results.iter().map(item).collect();
    parts.push(Part::Heading { text: says.results.to_owned() });
    parts.push(Part::Prose { blocks: vec![paper::prose::Block::List { ordered: false, start: 1, items }] });
}

fn packages(shown: &[&ShownPackage], says: &Words, parts: &mut Vec<Part>) {
    if shown.len() > 1 {
        let column = |p: &&ShownPackage| Column {
            name: p.name.clone(),
            text: p.text.clone(),
            badge: if p.advised { says.advised.to_owned() } else { String::new() },
            values: vec![p.headline.name.clone(), p.headline.amount.clone()],
        };
        parts.push(Part::Heading { text: says.ways.to_owned() });
        parts.push(Part::Compare {
            columns: shown.iter().map(column).collect(),
            rows: vec![String::new(), says.total.to_owned()],
        });
    }
    for package in shown {
        let text = if shown.len() > 1 { package.name.clone() } else { says.parts.to_owned() };
        parts.push(Part::Heading { text });
        parts.push(Part::Lines {
            heads: [says.what, says.quantity, says.price, says.amount].map(str::to_owned).to_vec(),
            lines: package.lines.iter().map(|l| line(l, says)).collect(),
            totals: package
                .totals
                .iter()
                .map(|t| Total { name: t.name.clone(), amount: t.amount.clone(), strong: t.strong })
                .collect(),
        });
    }
}

fn line(line: &ShownLine, says: &Words) -> Line {
    let mark = match (&line.instead_of, line.free && !line.counts) {
        (Some(other), _) => format!(" ({} {other})", says.instead),
        (None, true) => format!(" ({})", says.optional),
        (None, false) => String::new(),
    };
    Line {
        text: format!("{}{mark}", line.text),
        detail: line.detail.clone(),
        quantity: line.quantity.clone(),
        price: line.price.clone(),
        amount: line.amount.clone(),
        apart: !line.counts,
    }
}
