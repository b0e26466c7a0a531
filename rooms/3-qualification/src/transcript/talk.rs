//! What a talk was like: who spoke how long, waited how long, and asked how much.
//!
//! The formulas are those of `docs/metrics.md`, "Talks". They describe a talk and grade nobody. Times are whole
//! thousandths of a second, so that figures add up.

pub mod question;

#[cfg(test)]
mod tests;

use serde::Serialize;

use super::read::{Cue, Millis, Timing, Transcript};

/// Whose side somebody is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TalkSide)]
pub enum Side {
    /// Ours, all members together.
    Rep,
    /// Everybody else.
    Prospect,
}

/// A figure of each side.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, utoipa::ToSchema)]
pub struct Sides<T> {
    /// Ours.
    pub rep: T,
    /// Theirs.
    pub prospect: T,
}

impl<T> Sides<T> {
    fn of(&mut self, side: Side) -> &mut T {
        match side {
            Side::Rep => &mut self.rep,
            Side::Prospect => &mut self.prospect,
        }
    }
}

/// How long we waited before we answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Patience {
    /// Mean of the pauses, in seconds.
    pub mean: f64,
    /// Median of the pauses, in seconds.
    pub median: f64,
    /// Changes from them to us.
    pub changes: usize,
    /// Fewer than [`FEW_CHANGES`].
    pub too_few: bool,
}

/// Somebody's part.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = TalkPart)]
pub struct Part {
    /// As the file has it; `?` for whoever is not named.
    pub name: String,
    /// Whose side.
    pub side: Side,
    /// For how long, in seconds; none without times.
    pub seconds: Option<f64>,
    /// In how many cues.
    pub cues: usize,
}

/// The measures of a talk.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[schema(as = TalkMeasures)]
pub struct Talk {
    /// Who took part, in the order in which they first speak.
    pub speakers: Vec<Part>,
    /// Seconds spoken; overlap counts for both. None without times, as are the next three.
    pub seconds: Option<Sides<f64>>,
    /// Our part of the seconds spoken, 0 to 1.
    pub share: Option<f64>,
    /// Seconds of the longest stretch of one person.
    pub longest_monologue: Option<Sides<f64>>,
    /// None also where the file does not say when speech ends, as is the next.
    pub patience: Option<Patience>,
    /// Starts half a second or more before the one who spoke before has ended.
    pub interruptions: Option<Sides<usize>>,
    /// Changes of speaker, and one.
    pub turns: usize,
    /// Sentences that ask.
    pub questions: Sides<usize>,
    /// Cues of somebody who is not named; they count for the prospect.
    pub unnamed_cues: usize,
}

/// What a moment is counted as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// A sentence that asks.
    Question,
    /// A start before the other has ended.
    Interruption,
    /// A pause before we answer; its length is how long.
    Pause,
    /// The longest stretch of a side.
    LongestMonologue,
}

/// A row behind a figure.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Moment {
    /// What it counts as.
    pub kind: MomentKind,
    /// For whom.
    pub side: Side,
    /// In which cue, counted from 0 in the order of the file.
    pub cue: usize,
    /// Seconds: of the pause, of the overlap, of the stretch; none for a question.
    pub seconds: Option<f64>,
    /// The sentence, for a question.
    pub text: Option<String>,
}

/// The measures and the rows behind them.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Measured {
    /// The figures.
    pub talk: Talk,
    /// Their rows, in the order of the talk.
    pub moments: Vec<Moment>,
}

/// Under so many changes patience is "too few".
pub const FEW_CHANGES: usize = 5;
/// A pause that does not end a monologue.
const BREATH: i64 = 2_000;
/// An overlap that interrupts.
const CUTS_IN: i64 = 500;
/// Who speaks where nobody is named.
pub const NOBODY: &str = "?";

/// A cue with its side.
struct Segment<'a> {
    nth: usize,
    start: i64,
    end: i64,
    speaker: &'a str,
    side: Side,
    text: &'a str,
}

impl Segment<'_> {
    fn lasts(&self) -> i64 {
        (self.end - self.start).max(0)
    }
}

/// Who speaks first in the file.
#[must_use]
pub fn first_speaker(cues: &[Cue]) -> Option<&str> {
    cues.iter().find_map(|cue| cue.speaker.as_deref())
}

/// Measures a talk. Without speakers there is nothing to measure.
#[must_use]
pub fn measure(transcript: &Transcript, is_rep: impl Fn(&str) -> bool) -> Option<Measured> {
    first_speaker(&transcript.cues)?;
    let segments = segments(&transcript.cues, is_rep);
    let timed = transcript.timing != Timing::None;
    let mut moments = Vec::new();
    let questions = questions(&segments, &mut moments);
    let longest = timed.then(|| longest(&segments, &mut moments));
    let seconds = timed.then(|| spoken(&segments));
    let full = transcript.timing == Timing::Full;
    let talk = Talk {
        speakers: parts(&segments, timed),
        share: seconds
            .and_then(|s| Some(s.rep as f64 / Some(s.rep + s.prospect).filter(|all| *all > 0)? as f64)),
        seconds: seconds.map(in_seconds),
        longest_monologue: longest.map(in_seconds),
        patience: if full { patience(&segments, &mut moments) } else { None },
        interruptions: full.then(|| interruptions(&segments, &mut moments)),
        turns: 1 + segments.windows(2).filter(|pair| pair[0].speaker != pair[1].speaker).count(),
        questions,
        unnamed_cues: transcript.cues.iter().filter(|cue| cue.speaker.is_none()).count(),
    };
    let order: Vec<usize> = place_of(&segments);
    moments.sort_by_key(|moment| order[moment.cue]);
    Some(Measured { talk, moments })
}

/// In the order of their start, ties by their end. Without times in the order of the file.
fn segments<'a>(cues: &'a [Cue], is_rep: impl Fn(&str) -> bool) -> Vec<Segment<'a>> {
    let mut segments: Vec<Segment<'a>> = cues
        .iter()
        .enumerate()
        .map(|(nth, cue)| {
            let speaker = cue.speaker.as_deref().unwrap_or(NOBODY);
            let side = if cue.speaker.is_some() && is_rep(speaker) { Side::Rep } else { Side::Prospect };
            let start = cue.start.unwrap_or_default().0;
            Segment { nth, start, end: cue.end.map_or(start, |end| end.0), speaker, side, text: &cue.text }
        })
        .collect();
    segments.sort_by_key(|s| (s.start, s.end));
    segments
}

fn place_of(segments: &[Segment<'_>]) -> Vec<usize> {
    let mut order = vec![0; segments.len()];
    segments.iter().enumerate().for_each(|(place, s)| order[s.nth] = place);
    order
}

fn in_seconds(ms: Sides<i64>) -> Sides<f64> {
    Sides { rep: Millis(ms.rep).seconds(), prospect: Millis(ms.prospect).seconds() }
}

fn spoken(segments: &[Segment<'_>]) -> Sides<i64> {
    let mut sum = Sides::default();
    segments.iter().for_each(|s| *sum.of(s.side) += s.lasts());
    sum
}

fn parts(segments: &[Segment<'_>], timed: bool) -> Vec<Part> {
    let mut parts: Vec<(Part, i64)> = Vec::new();
    for s in segments {
        let at = parts.iter().position(|(part, _)| part.name == s.speaker).unwrap_or_else(|| {
            let part = Part { name: s.speaker.to_owned(), side: s.side, seconds: None, cues: 0 };
            parts.push((part, 0));
            parts.len() - 1
        });
        parts[at].0.cues += 1;
        parts[at].1 += s.lasts();
    }
    let told = |(part, ms): (Part, i64)| Part { seconds: timed.then(|| Millis(ms).seconds()), ..part };
    parts.into_iter().map(told).collect()
}

/// Joins what one person says with pauses of two seconds at most and nobody between.
fn longest(segments: &[Segment<'_>], moments: &mut Vec<Moment>) -> Sides<i64> {
    let mut best: Sides<i64> = Sides::default();
    let mut where_best: Sides<Option<usize>> = Sides::default();
    let mut at = 0;
    while at < segments.len() {
        let first = &segments[at];
        let mut end = first.end;
        at += 1;
        while let Some(next) =
            segments.get(at).filter(|n| n.speaker == first.speaker && n.start - end <= BREATH)
        {
            end = end.max(next.end);
            at += 1;
        }
        if end - first.start > *best.of(first.side) {
            *best.of(first.side) = end - first.start;
            *where_best.of(first.side) = Some(first.nth);
        }
    }
    for (side, cue) in [(Side::Rep, where_best.rep), (Side::Prospect, where_best.prospect)] {
        let seconds = Some(Millis(*best.of(side)).seconds());
        moments.extend(cue.map(|cue| Moment {
            kind: MomentKind::LongestMonologue,
            side,
            cue,
            seconds,
            text: None,
        }));
    }
    best
}

fn patience(segments: &[Segment<'_>], moments: &mut Vec<Moment>) -> Option<Patience> {
    let mut pauses = Vec::new();
    for pair in segments.windows(2) {
        if pair[0].side == Side::Prospect && pair[1].side == Side::Rep {
            let pause = (pair[1].start - pair[0].end).max(0);
            pauses.push(pause);
            let seconds = Some(Millis(pause).seconds());
            let cue = pair[1].nth;
            moments.push(Moment { kind: MomentKind::Pause, side: Side::Rep, cue, seconds, text: None });
        }
    }
    pauses.sort_unstable();
    let changes = pauses.len();
    let middle = [*pauses.get(changes.saturating_sub(1) / 2)?, pauses[changes / 2]];
    let mean = |of: &[i64]| of.iter().sum::<i64>() as f64 / of.len() as f64 / 1000.0;
    Some(Patience { mean: mean(&pauses), median: mean(&middle), changes, too_few: changes < FEW_CHANGES })
}

fn interruptions(segments: &[Segment<'_>], moments: &mut Vec<Moment>) -> Sides<usize> {
    let mut count = Sides::default();
    for pair in segments.windows(2) {
        let overlap = pair[0].end - pair[1].start;
        if pair[0].speaker != pair[1].speaker && overlap >= CUTS_IN {
            let (side, cue) = (pair[1].side, pair[1].nth);
            *count.of(side) += 1;
            let seconds = Some(Millis(overlap).seconds());
            moments.push(Moment { kind: MomentKind::Interruption, side, cue, seconds, text: None });
        }
    }
    count
}

fn questions(segments: &[Segment<'_>], moments: &mut Vec<Moment>) -> Sides<usize> {
    let mut count = Sides::default();
    for s in segments {
        for sentence in question::sentences(s.text).filter(|sentence| question::is_question(sentence)) {
            *count.of(s.side) += 1;
            let text = Some(sentence.to_owned());
            moments.push(Moment {
                kind: MomentKind::Question,
                side: s.side,
                cue: s.nth,
                seconds: None,
                text,
            });
        }
    }
    count
}
