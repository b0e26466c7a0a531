//! How much they know, and what moves them a level up or down.
//!
//! One level per event; what they say themselves may jump. Opened mails never move anybody.

use kernel::Timestamp;
use process::facts::Awareness;
use serde::{Deserialize, Serialize};

/// Days without any signal after which a level is lost.
pub const SILENT_DAYS: i64 = 180;

/// Something that happened and says how much they know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// They named a challenge in their own words.
    ChallengeNamed,
    /// They read about the problem.
    ProblemContentRead,
    /// BANT need rated 1 or more.
    NeedRated,
    /// They asked how others do it.
    AskedHowOthersDo,
    /// They read about solutions.
    SolutionContentRead,
    /// They named a tool or competitor.
    ToolNamed,
    /// A meeting or demo was held.
    MeetingHeld,
    /// They clicked on product or proof.
    ProductContentClicked,
    /// They asked about a function or the price.
    AskedAboutProduct,
    /// They asked for terms, start or contract.
    AskedForTerms,
    /// They looked at the offer twice, on two days.
    OfferViewedTwice,
    /// The champion asked for material for the team.
    ChampionAskedForMaterial,
    /// They said so themselves.
    Said,
    /// Somebody of us corrects it.
    Corrected,
    /// No signal for 180 days.
    Silence,
}

impl Cause {
    /// The level this proves; `None` when it proves none by itself.
    #[must_use]
    pub fn proves(self) -> Option<Awareness> {
        match self {
            Self::ChallengeNamed | Self::ProblemContentRead | Self::NeedRated => {
                Some(Awareness::ProblemAware)
            }
            Self::AskedHowOthersDo | Self::SolutionContentRead | Self::ToolNamed => {
                Some(Awareness::SolutionAware)
            }
            Self::MeetingHeld | Self::ProductContentClicked | Self::AskedAboutProduct => {
                Some(Awareness::ProductAware)
            }
            Self::AskedForTerms | Self::OfferViewedTwice | Self::ChampionAskedForMaterial => {
                Some(Awareness::MostAware)
            }
            Self::Said | Self::Corrected | Self::Silence => None,
        }
    }
}

const LEVELS: [Awareness; 5] = [
    Awareness::Unaware,
    Awareness::ProblemAware,
    Awareness::SolutionAware,
    Awareness::ProductAware,
    Awareness::MostAware,
];

fn above(level: Awareness) -> Awareness {
    LEVELS.into_iter().find(|l| *l > level).unwrap_or(level)
}

fn below(level: Awareness) -> Awareness {
    let lower = LEVELS.into_iter().rev().find(|l| *l < level).unwrap_or(level);
    // Whoever felt the pain once does not forget it.
    if level > Awareness::ProblemAware { lower.max(Awareness::ProblemAware) } else { level }
}

/// The level after an event. `said` is the level their own statement puts them at.
#[must_use]
pub fn moved(level: Awareness, cause: Cause, said: Option<Awareness>) -> Awareness {
    match (cause, said, cause.proves()) {
        (Cause::Silence, _, _) => below(level),
        (Cause::Corrected, Some(to), _) => to,
        (Cause::Said, Some(to), _) if to > level => to,
        (Cause::Said, Some(to), _) if to < level => below(level),
        (_, _, Some(proven)) if proven > level => above(level),
        _ => level,
    }
}

/// Whether silence costs a level: no signal and no move for 180 days.
#[must_use]
pub fn is_silent(last_sign: Timestamp, now: Timestamp) -> bool {
    last_sign.plus_days(SILENT_DAYS) <= now
}

#[cfg(test)]
mod tests {
    use super::*;
    use Awareness::{MostAware, ProblemAware, ProductAware, SolutionAware, Unaware};

    #[test]
    fn one_event_moves_one_level_and_only_up_to_what_it_proves() {
        let cases = [
            (Unaware, Cause::ChallengeNamed, ProblemAware),
            (Unaware, Cause::MeetingHeld, ProblemAware),
            (ProblemAware, Cause::MeetingHeld, SolutionAware),
            (SolutionAware, Cause::MeetingHeld, ProductAware),
            (ProductAware, Cause::MeetingHeld, ProductAware),
            (MostAware, Cause::ChallengeNamed, MostAware),
            (ProblemAware, Cause::ToolNamed, SolutionAware),
            (SolutionAware, Cause::ToolNamed, SolutionAware),
            (ProductAware, Cause::AskedForTerms, MostAware),
            (ProductAware, Cause::OfferViewedTwice, MostAware),
            (ProductAware, Cause::ChampionAskedForMaterial, MostAware),
            (SolutionAware, Cause::ProductContentClicked, ProductAware),
            (Unaware, Cause::NeedRated, ProblemAware),
        ];
        for (level, cause, expected) in cases {
            assert_eq!(moved(level, cause, None), expected, "{level:?} {cause:?}");
        }
    }

    #[test]
    fn what_they_say_may_jump_up_but_falls_one_level() {
        assert_eq!(moved(Unaware, Cause::Said, Some(MostAware)), MostAware);
        assert_eq!(moved(MostAware, Cause::Said, Some(Unaware)), ProductAware);
        assert_eq!(moved(ProblemAware, Cause::Said, Some(Unaware)), ProblemAware);
        assert_eq!(moved(SolutionAware, Cause::Said, Some(SolutionAware)), SolutionAware);
        assert_eq!(moved(SolutionAware, Cause::Said, None), SolutionAware);
    }

    #[test]
    fn a_correction_goes_where_it_says() {
        assert_eq!(moved(MostAware, Cause::Corrected, Some(Unaware)), Unaware);
        assert_eq!(moved(Unaware, Cause::Corrected, Some(ProductAware)), ProductAware);
        assert_eq!(moved(SolutionAware, Cause::Corrected, None), SolutionAware);
    }

    #[test]
    fn silence_costs_a_level_but_never_the_problem() {
        let cases = [
            (MostAware, ProductAware),
            (ProductAware, SolutionAware),
            (SolutionAware, ProblemAware),
            (ProblemAware, ProblemAware),
            (Unaware, Unaware),
        ];
        for (level, expected) in cases {
            assert_eq!(moved(level, Cause::Silence, None), expected, "{level:?}");
        }
        let now = Timestamp(1_763_888_100_000_000);
        assert!(is_silent(now.plus_days(-180), now));
        assert!(!is_silent(now.plus_days(-179), now));
    }
}
