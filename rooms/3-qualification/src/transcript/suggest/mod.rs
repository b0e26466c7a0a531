//! What in a talk may be worth keeping: topics, objections, goals, challenges, dates and next steps, each with the cue it
//! was said in. A person decides.
//!
//! Phrases of a list (`cues.txt`) are found, in English and Korean; nothing is understood. What may stand behind a
//! hidden objection (R60) is named as questions to ask, not as an answer.

mod cues;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::read::{Cue, Millis};
use super::talk::question::sentences;
use super::talk::{NOBODY, Side};

/// What a suggestion is about.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// A subject that came up; the first time it did.
    Topic,
    /// A reason against, from them.
    Objection,
    /// What they want to reach.
    Goal,
    /// What troubles them.
    Challenge,
    /// A day that was named.
    Date,
    /// What somebody will do.
    NextStep,
}

impl SuggestionKind {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Topic => "topic",
            Self::Objection => "objection",
            Self::Goal => "goal",
            Self::Challenge => "challenge",
            Self::Date => "date",
            Self::NextStep => "next_step",
        }
    }

    fn of(key: &str) -> Option<Self> {
        let all = [Self::Topic, Self::Objection, Self::Goal, Self::Challenge, Self::NextStep];
        all.into_iter().find(|kind| kind.key() == key)
    }

    /// Only what they say speaks for it.
    fn is_theirs(self) -> bool {
        matches!(self, Self::Objection | Self::Goal | Self::Challenge)
    }
}

/// Something that may be worth keeping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Suggestion {
    /// What it is about.
    pub kind: SuggestionKind,
    /// The topic, the kind of objection; else the kind again.
    pub key: String,
    /// In which cue, counted from 0 in the order of the file.
    pub cue: usize,
    /// In which sentence of the cue, counted from 0.
    pub sentence: usize,
    /// When that cue begins, in seconds.
    #[schema(value_type = Option<f64>)]
    pub at: Option<Millis>,
    /// Who said it.
    pub speaker: String,
    /// Whose side that is.
    pub side: Side,
    /// The sentence.
    pub quote: String,
    /// The day that is named in it.
    pub day: Option<NaiveDate>,
    /// How often a topic came up; 1 of anything else.
    pub times: usize,
    /// What may stand behind it: to be asked, not assumed (R60).
    pub hypotheses: Vec<String>,
}

impl Suggestion {
    /// What tells it from the others of its talk.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}.{}.{}.{}", self.kind.key(), self.key, self.cue, self.sentence)
    }
}

/// Suggestions of one talk; more nobody reads.
const MOST: usize = 200;
/// Characters of a quote.
pub const QUOTE_CHARS: usize = 500;

/// What may stand behind "not interested" and its like, one question each.
pub const HYPOTHESES: [&str; 5] =
    ["past_disappointment", "no_trust", "wrong_person", "wrong_time", "no_need"];

/// What a talk suggests, in its order; topics first. `held` is the day of the talk, from which days without a year
/// count; `country` tells whether `3/4` is in March or in April.
#[must_use]
pub fn suggest(
    cues: &[Cue],
    is_rep: impl Fn(&str) -> bool,
    held: NaiveDate,
    country: Option<&str>,
) -> Vec<Suggestion> {
    let mut topics: Vec<Suggestion> = Vec::new();
    let mut others: Vec<Suggestion> = Vec::new();
    for (nth, cue) in cues.iter().enumerate() {
        let speaker = cue.speaker.as_deref().unwrap_or(NOBODY);
        let side = if cue.speaker.is_some() && is_rep(speaker) { Side::Rep } else { Side::Prospect };
        for (at, sentence) in sentences(&cue.text).enumerate() {
            let day = mail::incoming::days_named(sentence, held, country).into_iter().next();
            let about = |kind: SuggestionKind, key: &str| Suggestion {
                kind,
                key: key.to_owned(),
                cue: nth,
                sentence: at,
                at: cue.start,
                speaker: speaker.to_owned(),
                side,
                quote: quote(sentence),
                day,
                times: 1,
                hypotheses: hypotheses(kind, key),
            };
            let mut dated = false;
            for heard in cues::heard(sentence) {
                let Some(kind) = SuggestionKind::of(heard.kind) else { continue };
                if kind == SuggestionKind::Topic {
                    match topics.iter_mut().find(|topic| topic.key == heard.key) {
                        Some(topic) => topic.times += 1,
                        None => topics.push(about(kind, heard.key)),
                    }
                } else if (side == Side::Prospect || !kind.is_theirs()) && others.len() < MOST {
                    dated |= kind == SuggestionKind::NextStep && day.is_some();
                    others.push(about(kind, heard.key));
                }
            }
            // A day within a next step is told there.
            if day.is_some() && !dated && others.len() < MOST {
                others.push(about(SuggestionKind::Date, SuggestionKind::Date.key()));
            }
        }
    }
    topics.sort_by_key(|topic| std::cmp::Reverse(topic.times));
    topics.extend(others);
    topics
}

fn hypotheses(kind: SuggestionKind, key: &str) -> Vec<String> {
    let hidden = kind == SuggestionKind::Objection && key == "hidden";
    if hidden { HYPOTHESES.map(str::to_owned).to_vec() } else { Vec::new() }
}

fn quote(sentence: &str) -> String {
    let line = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().take(QUOTE_CHARS).collect()
}
