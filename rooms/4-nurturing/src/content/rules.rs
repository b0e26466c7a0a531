//! Which piece of content is the best next one for somebody (domain, nurturing, "Content match"). Pure.
//!
//! Language, not seen, not expired and allowed in the stage are hard; the rest adds up to a score with its reasons.

use chrono::NaiveDate;
use kernel::fold::fold_key;
use kernel::{Locale, Timestamp};
use outreach::snippet::rules::fitting;
use process::facts::Awareness;
use serde::{Deserialize, Serialize};

/// Points of one shared challenge.
const CHALLENGE_POINTS: u32 = 4;
/// Points of challenges at most.
const CHALLENGES_AT_MOST: u32 = 8;
/// Points when it leads to the next level.
const NEXT_LEVEL_POINTS: u32 = 3;
/// Points when it is for the level they are at.
const SAME_LEVEL_POINTS: u32 = 1;
/// Points for their industry.
const INDUSTRY_POINTS: u32 = 2;
/// Points for their role in the committee.
const ROLE_POINTS: u32 = 1;
/// Points for an objection that is open or to be expected.
const OBJECTION_POINTS: u32 = 1;
/// Points below which nothing fits, and somebody has to write something.
pub const ENOUGH: u32 = 4;

/// A piece as matching sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its language.
    pub locale: Locale,
    /// Challenges it is about, in a few words each.
    pub challenges: Vec<String>,
    /// The level it leads to.
    pub level: Option<Awareness>,
    /// Industries it is for.
    pub industries: Vec<String>,
    /// Roles it is for.
    pub roles: Vec<String>,
    /// Kinds of objection it answers.
    pub objections: Vec<String>,
    /// Stages it may be used in; none: all.
    pub stages: Vec<String>,
    /// Last day it is good for.
    pub expires_on: Option<NaiveDate>,
    /// When it was written: of equals the newest.
    pub created_at: Timestamp,
}

impl Default for Piece {
    fn default() -> Self {
        Self {
            locale: Locale::default(),
            challenges: Vec::new(),
            level: None,
            industries: Vec::new(),
            roles: Vec::new(),
            objections: Vec::new(),
            stages: Vec::new(),
            expires_on: None,
            created_at: Timestamp(0),
        }
    }
}

/// Whom it is for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whom {
    /// Their language.
    pub locale: Locale,
    /// What is known to trouble them.
    pub troubles: Vec<String>,
    /// How much they know.
    pub level: Option<Awareness>,
    /// Their company's industry.
    pub industry: Option<String>,
    /// What they are in the committee.
    pub roles: Vec<String>,
    /// Kinds of objection that are open or to be expected.
    pub objections: Vec<String>,
    /// The deal's stage.
    pub stage: String,
    /// Today where they are.
    pub today: NaiveDate,
}

/// What a part of the score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fits {
    /// It is about what troubles them.
    Challenge,
    /// It leads to the next level.
    NextLevel,
    /// It is for the level they are at.
    SameLevel,
    /// It is for their industry.
    Industry,
    /// It is for their role in the committee.
    Role,
    /// It answers an objection.
    Objection,
}

/// A part of the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Reason {
    /// What for.
    pub fits: Fits,
    /// How many points.
    pub points: u32,
    /// Which challenges, industry, role or objection.
    pub what: Vec<String>,
}

/// Why a piece is out of the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Out {
    /// It is in another language.
    Language,
    /// They had it already.
    Seen,
    /// It is no longer good.
    Expired,
    /// It is not for this stage.
    Stage,
}

/// Why it fits, part by part, or why it is out of the question.
///
/// # Errors
/// The first hard condition it fails.
pub fn judge(piece: &Piece, whom: &Whom, seen: bool) -> Result<Vec<Reason>, Out> {
    if piece.locale != whom.locale {
        return Err(Out::Language);
    }
    if seen {
        return Err(Out::Seen);
    }
    if piece.expires_on.is_some_and(|last| last < whom.today) {
        return Err(Out::Expired);
    }
    if !piece.stages.is_empty() && !piece.stages.contains(&whom.stage) {
        return Err(Out::Stage);
    }
    Ok([
        challenges(piece, whom),
        level(piece, whom),
        industry(piece, whom),
        roles(piece, whom),
        objections(piece, whom),
    ]
    .into_iter()
    .flatten()
    .collect())
}

/// The sum of the reasons.
#[must_use]
pub fn score(reasons: &[Reason]) -> u32 {
    reasons.iter().map(|reason| reason.points).sum()
}

fn challenges(piece: &Piece, whom: &Whom) -> Option<Reason> {
    let shared = |one: &&String| fitting(std::slice::from_ref(*one), &whom.troubles) > 0;
    let what: Vec<String> = piece.challenges.iter().filter(shared).cloned().collect();
    let count = u32::try_from(what.len()).unwrap_or(u32::MAX);
    let points = count.saturating_mul(CHALLENGE_POINTS).min(CHALLENGES_AT_MOST);
    (points > 0).then_some(Reason { fits: Fits::Challenge, points, what })
}

fn level(piece: &Piece, whom: &Whom) -> Option<Reason> {
    let current = whom.level.unwrap_or(Awareness::Unaware);
    let target = piece.level?;
    let (fits, points) = match target {
        _ if Some(target) == next_of(current) => (Fits::NextLevel, NEXT_LEVEL_POINTS),
        _ if target == current => (Fits::SameLevel, SAME_LEVEL_POINTS),
        _ => return None,
    };
    Some(Reason { fits, points, what: Vec::new() })
}

fn next_of(level: Awareness) -> Option<Awareness> {
    use Awareness::{MostAware, ProblemAware, ProductAware, SolutionAware, Unaware};
    match level {
        Unaware => Some(ProblemAware),
        ProblemAware => Some(SolutionAware),
        SolutionAware => Some(ProductAware),
        ProductAware => Some(MostAware),
        MostAware => None,
    }
}

fn industry(piece: &Piece, whom: &Whom) -> Option<Reason> {
    let theirs = fold_key(whom.industry.as_deref()?);
    let found = piece.industries.iter().find(|one| fold_key(one) == theirs)?;
    Some(Reason { fits: Fits::Industry, points: INDUSTRY_POINTS, what: vec![found.clone()] })
}

fn roles(piece: &Piece, whom: &Whom) -> Option<Reason> {
    let found = piece.roles.iter().find(|role| whom.roles.contains(role))?;
    Some(Reason { fits: Fits::Role, points: ROLE_POINTS, what: vec![found.clone()] })
}

fn objections(piece: &Piece, whom: &Whom) -> Option<Reason> {
    let found = piece.objections.iter().find(|kind| whom.objections.contains(kind))?;
    Some(Reason { fits: Fits::Objection, points: OBJECTION_POINTS, what: vec![found.clone()] })
}

/// The best first; of equals the newest. Only what fits well enough.
pub fn rank<T>(
    mut judged: Vec<(T, Vec<Reason>)>,
    created_at: impl Fn(&T) -> Timestamp,
) -> Vec<(T, Vec<Reason>)> {
    judged.retain(|(_, reasons)| score(reasons) >= ENOUGH);
    judged.sort_by_key(|(piece, reasons)| std::cmp::Reverse((score(reasons), created_at(piece))));
    judged
}

#[cfg(test)]
mod tests {
    use super::*;
    use Awareness::{MostAware, ProblemAware, ProductAware, SolutionAware};

    fn texts(all: &[&str]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }

    fn whom() -> Whom {
        Whom {
            troubles: texts(&["Reports come late: every month's end", "Too much scrap"]),
            level: Some(ProblemAware),
            industry: Some("Automotive".into()),
            roles: texts(&["champion"]),
            objections: texts(&["risk"]),
            stage: "nurturing".into(),
            today: "2026-11-23".parse().unwrap(),
            ..Whom::default()
        }
    }

    #[test]
    fn the_score_of_a_piece_is_the_sum_of_its_reasons() {
        let none = Piece::default;
        let table = [
            ("nothing shared", none(), 0),
            ("one challenge", Piece { challenges: texts(&["late reports"]), ..none() }, 4),
            ("two challenges", Piece { challenges: texts(&["late reports", "scrap"]), ..none() }, 8),
            (
                "three words for them",
                Piece { challenges: texts(&["late reports", "scrap", "reports"]), ..none() },
                8,
            ),
            ("another challenge", Piece { challenges: texts(&["hiring"]), ..none() }, 0),
            ("the next level", Piece { level: Some(SolutionAware), ..none() }, 3),
            ("their level", Piece { level: Some(ProblemAware), ..none() }, 1),
            ("two levels up", Piece { level: Some(ProductAware), ..none() }, 0),
            ("their industry", Piece { industries: texts(&["automotive"]), ..none() }, 2),
            ("their role", Piece { roles: texts(&["champion", "user"]), ..none() }, 1),
            ("their objection", Piece { objections: texts(&["risk"]), ..none() }, 1),
            (
                "everything",
                Piece {
                    challenges: texts(&["late reports", "scrap"]),
                    level: Some(SolutionAware),
                    industries: texts(&["Automotive"]),
                    roles: texts(&["champion"]),
                    objections: texts(&["risk"]),
                    ..none()
                },
                15,
            ),
        ];
        for (what, piece, expected) in table {
            assert_eq!(judge(&piece, &whom(), false).map(|r| score(&r)), Ok(expected), "{what}");
        }
        let most = Whom { level: Some(MostAware), ..whom() };
        let same = Piece { level: Some(MostAware), ..none() };
        assert_eq!(judge(&same, &most, false).map(|r| score(&r)), Ok(1), "nothing is above");
    }

    #[test]
    fn language_seen_expiry_and_stage_are_hard() {
        let day = |text: &str| Some(text.parse().unwrap());
        let fitting = Piece { challenges: texts(&["scrap"]), ..Piece::default() };
        let table = [
            (Piece { locale: Locale::Ko, ..fitting.clone() }, false, Err(Out::Language)),
            (fitting.clone(), true, Err(Out::Seen)),
            (Piece { expires_on: day("2026-11-22"), ..fitting.clone() }, false, Err(Out::Expired)),
            (Piece { expires_on: day("2026-11-23"), ..fitting.clone() }, false, Ok(4)),
            (Piece { stages: texts(&["offer"]), ..fitting.clone() }, false, Err(Out::Stage)),
            (Piece { stages: texts(&["offer", "nurturing"]), ..fitting }, false, Ok(4)),
        ];
        for (piece, seen, expected) in table {
            assert_eq!(judge(&piece, &whom(), seen).map(|r| score(&r)), expected, "{piece:?}");
        }
    }

    #[test]
    fn the_best_comes_first_of_equals_the_newest_and_what_is_below_four_not_at_all() {
        let of = |points| vec![Reason { fits: Fits::Challenge, points, what: Vec::new() }];
        let all = vec![(1, of(4)), (2, of(8)), (3, of(8)), (4, of(3))];
        let ranked = rank(all, |n| Timestamp(*n));
        assert_eq!(ranked.iter().map(|(n, _)| *n).collect::<Vec<_>>(), [3, 2, 1]);
    }
}
