//! What the buying committee lacks.

use process::facts::CommitteeRole;
use serde::{Deserialize, Serialize};

/// Something to mind about the committee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommitteeWarning {
    /// All hangs on one person.
    OneContactOnly,
    /// Nobody there works for it.
    NoChampion,
    /// Somebody is against it and nothing was done about it.
    BlockerUnaddressed,
}

/// A member as the warnings see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Their roles.
    pub roles: Vec<CommitteeRole>,
    /// From -2, against us, to 2, for us.
    pub stance: Option<i32>,
    /// A talk with them is on record, or an objection of theirs is settled.
    pub addressed: bool,
}

/// Warnings in their fixed order. People who left do not count.
#[must_use]
pub fn warnings(seats: &[Seat]) -> Vec<CommitteeWarning> {
    let present: Vec<&Seat> = seats.iter().filter(|s| !s.roles.contains(&CommitteeRole::Former)).collect();
    let champion = |s: &&&Seat| s.roles.contains(&CommitteeRole::Champion) && s.stance.is_none_or(|n| n >= 1);
    let against = |s: &&Seat| s.roles.contains(&CommitteeRole::Blocker) || s.stance.is_some_and(|n| n < 0);
    let mut found = Vec::new();
    if present.len() == 1 {
        found.push(CommitteeWarning::OneContactOnly);
    }
    if present.iter().filter(champion).count() == 0 {
        found.push(CommitteeWarning::NoChampion);
    }
    if present.iter().any(|s| against(s) && !s.addressed) {
        found.push(CommitteeWarning::BlockerUnaddressed);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use CommitteeRole::{Blocker, Champion, DecisionMaker, Former};
    use CommitteeWarning::{BlockerUnaddressed, NoChampion, OneContactOnly};

    fn seat(roles: &[CommitteeRole], stance: Option<i32>, addressed: bool) -> Seat {
        Seat { roles: roles.to_vec(), stance, addressed }
    }

    #[test]
    fn a_committee_warns_of_one_contact_no_champion_and_an_unaddressed_blocker() {
        let champion = || seat(&[Champion], Some(2), false);
        let cases = [
            (vec![], vec![NoChampion]),
            (vec![seat(&[DecisionMaker], None, true)], vec![OneContactOnly, NoChampion]),
            (vec![champion()], vec![OneContactOnly]),
            (vec![champion(), seat(&[Former], None, false)], vec![OneContactOnly]),
            (vec![champion(), seat(&[DecisionMaker], None, true)], vec![]),
            (vec![champion(), seat(&[Blocker], Some(-1), false)], vec![BlockerUnaddressed]),
            (vec![champion(), seat(&[Blocker], Some(-1), true)], vec![]),
            (vec![seat(&[Champion], Some(0), false), seat(&[DecisionMaker], None, true)], vec![NoChampion]),
        ];
        for (seats, expected) in cases {
            assert_eq!(warnings(&seats), expected, "{seats:?}");
        }
    }
}
