//! How well a response works (domain, objections): its settled uses, shrunk towards those of its kind. Pure.

use serde::Serialize;
use stats::Beta;

/// Settled uses below which its own number says too little.
pub const ENOUGH: u64 = 5;
/// Days within which an objection that comes again shows that the answer did not hold.
pub const HOLDS_DAYS: i64 = 30;
/// Weight of a kind's own mean against one half.
const KIND_STRENGTH: f64 = 20.0;
/// Weight of the kind's mean in a response.
const RESPONSE_STRENGTH: f64 = 10.0;

/// Settled uses, and those among them that hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// Confirmed, and not raised again within 30 days.
    pub held: u64,
    /// Confirmed, raised again, or lost for that reason.
    pub all: u64,
}

impl Settled {
    /// Both counts of two together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { held: self.held + other.held, all: self.all + other.all }
    }
}

/// How well a response works.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Effect {
    /// Settled uses.
    pub settled: u64,
    /// Those among them that hold.
    pub held: u64,
    /// Share that holds, as believed.
    pub effect: f64,
    /// Where it lies with 95 %: from.
    pub low: f64,
    /// To.
    pub high: f64,
    /// The share of its kind it is drawn towards.
    pub of_kind: f64,
    /// Fewer than five settled uses: its own number says too little.
    pub too_few: bool,
}

/// The share of a kind: (S + 20 × 0.5) / (N + 20).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of uses
pub fn share_of_kind(kind: Settled) -> f64 {
    (kind.held as f64 + KIND_STRENGTH * 0.5) / (kind.all as f64 + KIND_STRENGTH)
}

/// e = (s + 10 m) / (n + 10), with the 95 % quantiles of Beta(s + 10 m, n - s + 10 (1 - m)).
#[must_use]
#[allow(clippy::cast_precision_loss)] // counts of uses
pub fn effect(own: Settled, kind: Settled) -> Effect {
    let of_kind = share_of_kind(kind);
    let failed = own.all.saturating_sub(own.held);
    let belief = Beta::of_strength(of_kind, RESPONSE_STRENGTH).after(own.held as f64, failed as f64);
    let interval = belief.interval(0.95);
    Effect {
        settled: own.all,
        held: own.held,
        effect: belief.mean(),
        low: interval.low,
        high: interval.high,
        of_kind,
        too_few: own.all < ENOUGH,
    }
}

/// The best first: by what is believed, equals by the more settled uses.
pub fn order<T>(list: &mut [(Effect, T)]) {
    list.sort_by(|(a, _), (b, _)| b.effect.total_cmp(&a.effect).then(b.settled.cmp(&a.settled)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn settled(held: u64, all: u64) -> Settled {
        Settled { held, all }
    }

    #[test]
    fn the_worked_example_of_the_specification_comes_out() {
        let found = effect(settled(9, 12), settled(60, 120));
        assert!((found.of_kind - 0.5).abs() < 1e-12);
        assert!((found.effect - 14.0 / 22.0).abs() < 1e-12, "{found:?}");
        assert!(!found.too_few && effect(settled(4, 4), settled(60, 120)).too_few);
        let new = effect(settled(0, 0), settled(0, 0));
        assert!((new.effect - 0.5).abs() < 1e-12 && new.too_few);
    }

    /// `effect.tsv` holds s, n, S, N, then e and the interval as scipy gives them (`effect.py`).
    #[test]
    fn effect_and_interval_are_those_of_scipy_in_200_cases() {
        let table = include_str!("effect.tsv");
        let mut cases = 0;
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            let part: Vec<&str> = line.split('\t').collect();
            let count = |at: usize| part[at].parse::<u64>().unwrap();
            let number = |at: usize| part[at].parse::<f64>().unwrap();
            let found = effect(settled(count(0), count(1)), settled(count(2), count(3)));
            for (is, wanted) in [(found.effect, number(4)), (found.low, number(5)), (found.high, number(6))] {
                assert!((is - wanted).abs() < 1e-6, "{line}: {found:?}");
            }
            cases += 1;
        }
        assert_eq!(cases, 201);
    }

    #[test]
    fn the_best_stands_first_and_equals_go_by_their_uses() {
        let kind = settled(10, 20);
        let mut list = vec![
            (effect(settled(0, 0), kind), "new"),
            (effect(settled(5, 10), kind), "seen"),
            (effect(settled(9, 12), kind), "best"),
            (effect(settled(1, 9), kind), "worst"),
        ];
        order(&mut list);
        let names: Vec<&str> = list.iter().map(|(_, name)| *name).collect();
        assert_eq!(names, ["best", "seen", "new", "worst"]);
    }
}
