//! Rating the four factors from evidence, and what they say together.
//!
//! Confidence is how sure we are, from 0 to 1; it fades by half in 180 days and never under 0.1.
//! Suggestions never move a deal by themselves.

use kernel::Timestamp;
use process::facts::{BantState, EvidenceKind};
use serde::{Deserialize, Serialize};

/// Days in which confidence falls by half.
pub const HALF_LIFE_DAYS: f64 = 180.0;
/// Least confidence.
pub const LEAST: f64 = 0.1;
/// Confidence from which a rating is confirmed.
pub const CONFIRMED: f64 = 0.8;
/// What a contradiction costs.
pub const CONTRADICTION: f64 = 0.2;

/// One of the four factors.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Factor {
    /// Do they need it?
    Need,
    /// Can they pay for it?
    Budget,
    /// Do we talk to who decides?
    Authority,
    /// Do they want it soon?
    Timing,
}

impl Factor {
    /// All four, in the order of the name.
    pub const ALL: [Self; 4] = [Self::Need, Self::Budget, Self::Authority, Self::Timing];

    /// The key used in tables, answers and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Need => "need",
            Self::Budget => "budget",
            Self::Authority => "authority",
            Self::Timing => "timing",
        }
    }

    /// Reads the key.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.key() == key)
    }
}

/// Something that speaks for a rating of a factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof<Id> {
    /// Its id.
    pub id: Id,
    /// 0 to 2.
    pub rating: u8,
    /// How it is known.
    pub kind: EvidenceKind,
    /// Since when.
    pub at: Timestamp,
}

/// What the evidence for one factor comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing<Id> {
    /// 0 to 2.
    pub rating: u8,
    /// How its best evidence is known.
    pub kind: EvidenceKind,
    /// Confidence of the best evidence when it was fresh, after contradiction.
    pub fresh: f64,
    /// When the best evidence was found.
    pub at: Timestamp,
    /// Evidence that speaks for the rating, best first.
    pub ids: Vec<Id>,
}

/// One evidence in favour of the standing rating.
#[derive(Clone)]
struct Support<Id> {
    id: Id,
    kind: EvidenceKind,
    fresh: f64,
    at: Timestamp,
}

/// Confidence left of `fresh` since `at`; nothing is lost before `at`.
#[must_use]
pub fn faded(fresh: f64, at: Timestamp, now: Timestamp) -> f64 {
    let age_days = now.seconds_since(at).max(0) as f64 / 86_400.0;
    (fresh * 0.5_f64.powf(age_days / HALF_LIFE_DAYS)).max(LEAST)
}

/// Weighs evidence in the order in which it was found. A different rating of equal or higher kind
/// takes over, less sure by [`CONTRADICTION`]; of lower kind it changes nothing.
#[must_use]
pub fn weigh<Id: Clone + Ord>(proofs: &[Proof<Id>], now: Timestamp) -> Option<Standing<Id>> {
    let mut ordered: Vec<&Proof<Id>> = proofs.iter().filter(|p| p.at <= now).collect();
    ordered.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    let mut rating = None;
    let mut support: Vec<Support<Id>> = Vec::new();
    for proof in ordered {
        let fresh = proof.kind.confidence();
        let one = |fresh| Support { id: proof.id.clone(), kind: proof.kind, fresh, at: proof.at };
        let strongest = support.iter().map(|s| s.kind).max();
        if rating.is_none_or(|r| r == proof.rating) {
            rating = Some(proof.rating);
            support.push(one(fresh));
        } else if strongest.is_none_or(|kind| proof.kind >= kind) {
            rating = Some(proof.rating);
            support = vec![one((fresh - CONTRADICTION).max(LEAST))];
        }
    }
    support.sort_by(|a, b| faded(b.fresh, b.at, now).total_cmp(&faded(a.fresh, a.at, now)));
    let best = support.first()?.clone();
    let ids = support.into_iter().map(|s| s.id).collect();
    Some(Standing { rating: rating?, kind: best.kind, fresh: best.fresh, at: best.at, ids })
}

impl<Id> Standing<Id> {
    /// How sure we are now.
    #[must_use]
    pub fn confidence(&self, now: Timestamp) -> f64 {
        faded(self.fresh, self.at, now)
    }

    /// Sure enough, and known from them.
    #[must_use]
    pub fn is_confirmed(&self, now: Timestamp) -> bool {
        self.kind >= EvidenceKind::Written && self.confidence(now) >= CONFIRMED
    }

    /// The last instant at which it is confirmed; `None` when it never is.
    #[must_use]
    pub fn confirmed_until(&self) -> Option<Timestamp> {
        if self.kind < EvidenceKind::Written || self.fresh < CONFIRMED {
            return None;
        }
        let days = HALF_LIFE_DAYS * (self.fresh / CONFIRMED).log2();
        Some(self.at.plus_seconds((days * 86_400.0).floor() as i64))
    }
}

/// A factor or own qualifier, rated or not, as the roll-up sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rated {
    /// 0 to 2; `None` when not known.
    pub rating: Option<u8>,
    /// Weight in the fit.
    pub weight: f64,
    /// Speaks against the deal by itself when it is 0 and we are sure.
    pub blocking: bool,
    /// How sure we are.
    pub confidence: f64,
}

/// What factors and qualifiers say together.
#[derive(Debug, Clone, PartialEq)]
pub struct RollUp {
    /// 0 to 100 over what is known; `None` when nothing is.
    pub fit: Option<u8>,
    /// How much of all the weight is known, 0 to 1.
    pub completeness: f64,
    /// Where it stands.
    pub state: BantState,
    /// Until when `qualified` holds if nothing new is learned.
    pub qualified_until: Option<Timestamp>,
}

/// The four factors in the order of [`Factor::ALL`], each with its standing.
pub type Four<Id> = [Option<Standing<Id>>; 4];

/// Rolls up. `own` are the workspace's qualifiers, `required_met` whether all required ones are met,
/// `fit_needed` the fit from which a lead qualifies (a setting, 60 by default).
#[must_use]
pub fn roll_up<Id>(
    four: &Four<Id>,
    own: &[Rated],
    required_met: bool,
    fit_needed: u32,
    now: Timestamp,
) -> RollUp {
    let factors = four.iter().map(|standing| Rated {
        rating: standing.as_ref().map(|s| s.rating),
        weight: 1.0,
        blocking: false,
        confidence: standing.as_ref().map_or(0.0, |s| s.confidence(now)),
    });
    let all: Vec<Rated> = factors.chain(own.iter().copied()).collect();
    let fit = fit(&all);
    let total: f64 = all.iter().map(|r| r.weight).sum();
    let known: f64 = all.iter().filter(|r| r.rating.is_some()).map(|r| r.weight).sum();
    let [need, _, authority, _] = four;
    let confirmed = |s: &Option<Standing<Id>>| {
        s.as_ref().filter(|s| s.rating >= 1 && s.is_confirmed(now)).and_then(Standing::confirmed_until)
    };
    let both = confirmed(need).zip(confirmed(authority)).map(|(a, b)| a.min(b));
    let enough = four.iter().flatten().count() >= 3;
    let score = fit.map_or(0, u32::from);
    let blocked = all.iter().any(|r| r.blocking && r.rating == Some(0) && r.confidence >= CONFIRMED);
    let qualifies = both.is_some() && enough && required_met && fit.is_some() && score >= fit_needed;
    let state = match (blocked, qualifies) {
        (true, _) => BantState::DisqualifiedSuggested,
        (false, true) => BantState::Qualified,
        (false, false) if fit.is_some() && score >= 50 => BantState::Promising,
        (false, false) => BantState::Unclear,
    };
    let qualified_until = both.filter(|_| state == BantState::Qualified);
    RollUp { fit, completeness: if total > 0.0 { known / total } else { 0.0 }, state, qualified_until }
}

/// `round(100 x sum(w r/2) / sum(w))` over what is known.
fn fit(all: &[Rated]) -> Option<u8> {
    let known = all.iter().filter_map(|r| r.rating.map(|rating| (r.weight, f64::from(rating))));
    let (points, weight) = known.fold((0.0, 0.0), |(p, w), (weight, r)| (p + weight * r / 2.0, w + weight));
    (weight > 0.0).then(|| (100.0 * points / weight).round() as u8)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
