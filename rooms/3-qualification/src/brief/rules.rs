//! What stands in a brief: which events are touches, which addresses are worth a look, which questions are open. Pure.

use std::collections::{BTreeMap, BTreeSet};

use process::facts::ResearchItem;
use records::company::Company;

use super::{BriefFactor, BriefLink, OpenQuestion};
use crate::bant::rules::Factor;
use crate::discovery::outline::{AnswerTarget, Outline};
use crate::discovery::talk::{TalkCell, is_blank};
use crate::finding::Finding;

/// Events that passed between them and us.
const TOUCHES: &[&str] = &[
    "mail.sent",
    "reply.received",
    "call.logged",
    "meeting.logged",
    "note.added",
    "piece.moved",
    "lead.arrived",
    "meeting.booked",
    "discovery.finished",
    "discovery.form_answered",
];

/// Whether an event tells of something between them and us.
pub fn is_touch(kind: &str) -> bool {
    TOUCHES.contains(&kind)
}

/// The site first, then where research found its news; each address once.
pub fn links(company: Option<&Company>, research: &[ResearchItem]) -> Vec<BriefLink> {
    let own = company.into_iter().flat_map(|c| [("website", &c.website), ("linkedin", &c.linkedin_url)]);
    let own = own.filter_map(|(about, url)| Some((about.to_owned(), url.clone()?)));
    let found = research.iter().filter_map(|i| Some((i.kind.key().to_owned(), i.source.clone()?)));
    let mut links: Vec<BriefLink> = Vec::new();
    for (about, url) in own.chain(found) {
        let address = url.starts_with("https://") || url.starts_with("http://");
        if address && links.iter().all(|l| l.url != url) {
            links.push(BriefLink { about, url });
        }
    }
    links
}

/// What is answered already, in whichever way.
#[derive(Debug, Default)]
pub struct Known {
    findings: BTreeSet<String>,
    confirmed: Vec<Factor>,
    questions: BTreeSet<String>,
}

impl Known {
    /// By findings and factors that are confirmed.
    pub fn new(findings: &[Finding], factors: &[BriefFactor]) -> Self {
        Self {
            findings: findings.iter().map(|f| f.kind.clone()).collect(),
            confirmed: factors.iter().filter(|f| f.confirmed).map(|f| f.factor).collect(),
            questions: BTreeSet::new(),
        }
    }

    /// By the answers of a talk.
    pub fn answers(&mut self, cells: &BTreeMap<String, TalkCell>) {
        let filled = cells.iter().filter(|(_, cell)| !is_blank(&cell.value));
        let keys = filled.filter_map(|(key, _)| key.strip_prefix("q.")?.split('.').next().map(str::to_owned));
        self.questions.extend(keys);
    }
}

/// Questions without an answer, in their order.
pub fn open_questions(outline: &Outline, known: &Known) -> Vec<OpenQuestion> {
    let answered = |fills: &Option<AnswerTarget>| match fills {
        Some(AnswerTarget::Finding { kind }) => known.findings.contains(kind.key()),
        Some(AnswerTarget::Bant { factor }) => known.confirmed.contains(factor),
        _ => false,
    };
    let open = outline.questions.iter().filter(|q| !known.questions.contains(&q.key) && !answered(&q.fills));
    open.map(|q| OpenQuestion { key: q.key.clone(), ask: q.ask.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::template::template;
    use process::facts::ResearchKind;
    use serde_json::json;

    #[test]
    fn questions_are_open_until_a_talk_a_finding_or_a_confirmed_factor_answers_them() {
        let outline = template("bant").unwrap().outline;
        let keys = |known: &Known| -> Vec<String> {
            open_questions(&outline, known).into_iter().map(|q| q.key).collect()
        };
        assert_eq!(keys(&Known::default()).len(), outline.questions.len());
        let confirmed = |factor, confirmed| BriefFactor { factor, rating: Some(2), kind: None, confirmed };
        let factors = [confirmed(Factor::Budget, true), confirmed(Factor::Timing, false)];
        let mut known = Known::new(&[], &factors);
        let said =
            |value| TalkCell { value, revision: 1, updated_by: None, updated_at: kernel::Timestamp(0) };
        known.answers(&BTreeMap::from([
            ("q.goal.words".to_owned(), said(json!("Close in two days"))),
            ("q.today.words".to_owned(), said(json!("  "))),
            ("notes".to_owned(), said(json!("a lot"))),
        ]));
        assert_eq!(keys(&known), ["challenge", "today", "need", "authority", "timing", "competitors"]);
    }

    #[test]
    fn an_address_is_shown_once_and_only_as_an_address() {
        let item =
            |kind, source: &str| ResearchItem { kind, text: "x".into(), source: Some(source.to_owned()) };
        let research = [
            item(ResearchKind::Trigger, "https://news.test/1"),
            item(ResearchKind::LikelyChallenge, "https://news.test/1"),
            item(ResearchKind::WhatTheyDo, "told by Kim"),
            item(ResearchKind::LikelyBuyer, "javascript:alert(1)"),
        ];
        let shown = links(None, &research);
        assert_eq!(shown, [BriefLink { about: "trigger".into(), url: "https://news.test/1".into() }]);
    }
}
