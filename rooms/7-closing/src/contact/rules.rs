//! Who else of a company may be talked to after "not yet" or a loss (domain, closing). Pure.

use kernel::Timestamp;
use process::facts::CommitteeRole;
use serde::Serialize;

/// People that are proposed.
pub const PROPOSED: usize = 3;
/// Days within which somebody who was contacted is left in peace.
pub const REST_DAYS: i64 = 90;

/// What a part of the score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ContactReason {
    /// What they are in the company.
    Role,
    /// They are of another department.
    OtherDepartment,
    /// They can be reached for certain.
    Reachable,
    /// They were engaged before.
    Engaged,
    /// They were contacted within 90 days.
    JustContacted,
}

/// A part of the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ContactPoints {
    /// What for.
    pub reason: ContactReason,
    /// How many points.
    pub points: i64,
}

/// Somebody of the company, as far as the rule asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What they are, in any deal with the company.
    pub roles: Vec<CommitteeRole>,
    /// They are in this deal.
    pub in_thread: bool,
    /// They must not be written to.
    pub suppressed: bool,
    /// The law lets us reach them by no way.
    pub unlawful: bool,
    /// They are of another department than those of the deal.
    pub other_department: bool,
    /// Some way to them has worked.
    pub reachable: bool,
    /// They wrote or talked to us before.
    pub engaged: bool,
    /// When they were last contacted.
    pub contacted_at: Option<Timestamp>,
    /// When they were written down.
    pub created_at: Timestamp,
}

fn weight(role: CommitteeRole) -> i64 {
    match role {
        CommitteeRole::EconomicBuyer | CommitteeRole::DecisionMaker => 5,
        CommitteeRole::Approver | CommitteeRole::Champion => 4,
        CommitteeRole::Influencer => 3,
        CommitteeRole::User => 2,
        _ => 1,
    }
}

/// Why somebody is worth talking to, part by part; `None` for whoever is out of the question.
#[must_use]
pub fn points(one: &Candidate, now: Timestamp) -> Option<Vec<ContactPoints>> {
    let gone = |role: &CommitteeRole| matches!(role, CommitteeRole::Former | CommitteeRole::Blocker);
    if one.in_thread || one.suppressed || one.unlawful || one.roles.iter().any(gone) {
        return None;
    }
    let role = one.roles.iter().map(|role| weight(*role)).max().unwrap_or(1);
    let rested = one.contacted_at.is_none_or(|at| at <= now.plus_days(-REST_DAYS));
    let parts = [
        (ContactReason::Role, role),
        (ContactReason::OtherDepartment, if one.other_department { 2 } else { 0 }),
        (ContactReason::Reachable, if one.reachable { 2 } else { 0 }),
        (ContactReason::Engaged, i64::from(one.engaged)),
        (ContactReason::JustContacted, if rested { 0 } else { -3 }),
    ];
    let parts = parts.into_iter().filter(|(_, points)| *points != 0);
    Some(parts.map(|(reason, points)| ContactPoints { reason, points }).collect())
}

/// The sum of the parts.
#[must_use]
pub fn score(parts: &[ContactPoints]) -> i64 {
    parts.iter().map(|part| part.points).sum()
}

/// The three best, equals the newest first.
#[must_use]
pub fn propose<T>(list: Vec<(T, Candidate)>, now: Timestamp) -> Vec<(T, Vec<ContactPoints>)> {
    let mut ranked: Vec<(T, Vec<ContactPoints>, Timestamp)> = list
        .into_iter()
        .filter_map(|(one, candidate)| Some((one, points(&candidate, now)?, candidate.created_at)))
        .collect();
    ranked.sort_by(|a, b| score(&b.1).cmp(&score(&a.1)).then(b.2.cmp(&a.2)));
    ranked.into_iter().take(PROPOSED).map(|(one, parts, _)| (one, parts)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use CommitteeRole::{Approver, Blocker, Champion, DecisionMaker, Former, Influencer, Legal, User};

    const NOW: Timestamp = Timestamp(1_795_392_000_000_000);

    fn of(roles: &[CommitteeRole]) -> Candidate {
        Candidate {
            roles: roles.to_vec(),
            in_thread: false,
            suppressed: false,
            unlawful: false,
            other_department: false,
            reachable: false,
            engaged: false,
            contacted_at: None,
            created_at: NOW,
        }
    }

    #[test]
    fn r76_each_part_of_the_score_counts_as_the_rule_says() {
        let recently = Some(NOW.plus_days(-89));
        let table = [
            (of(&[]), Some(1)),
            (of(&[DecisionMaker]), Some(5)),
            (of(&[User, Approver]), Some(4)),
            (of(&[Champion]), Some(4)),
            (of(&[Influencer]), Some(3)),
            (of(&[Legal]), Some(1)),
            (Candidate { other_department: true, ..of(&[User]) }, Some(4)),
            (Candidate { reachable: true, engaged: true, ..of(&[User]) }, Some(5)),
            (Candidate { contacted_at: recently, ..of(&[DecisionMaker]) }, Some(2)),
            (Candidate { contacted_at: Some(NOW.plus_days(-90)), ..of(&[DecisionMaker]) }, Some(5)),
            (of(&[DecisionMaker, Former]), None),
            (of(&[Blocker]), None),
            (Candidate { in_thread: true, ..of(&[DecisionMaker]) }, None),
            (Candidate { suppressed: true, ..of(&[DecisionMaker]) }, None),
            (Candidate { unlawful: true, ..of(&[DecisionMaker]) }, None),
        ];
        for (one, expected) in table {
            assert_eq!(points(&one, NOW).map(|parts| score(&parts)), expected, "{one:?}");
        }
    }

    #[test]
    fn three_are_proposed_and_of_equals_the_newest() {
        let at =
            |days: i64, roles: &[CommitteeRole]| Candidate { created_at: NOW.plus_days(days), ..of(roles) };
        let list = vec![
            ("old user", at(-9, &[User])),
            ("new user", at(-1, &[User])),
            ("boss", at(-5, &[DecisionMaker])),
            ("nobody", at(0, &[])),
            ("blocker", at(0, &[Blocker])),
        ];
        let names: Vec<&str> = propose(list, NOW).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["boss", "new user", "old user"]);
    }
}
