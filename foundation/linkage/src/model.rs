//! The weights. Fellegi & Sunter, "A Theory for Record Linkage", JASA 64 (1969): for each field and
//! level, `m` is the chance of the level among pairs that are one and the same, `u` among pairs that
//! are not; a pair's weight is the sum of `log2(m / u)` over its fields, in bits, and with the odds
//! of a match before looking (the prior) it gives the probability of a match.

use serde::{Deserialize, Serialize};

use crate::compare::{Pattern, code};
use crate::corpus::{Corpus, MOST_FIELDS};
use crate::field::{Field, Kind};
use crate::level::Level;

/// Chances of each level by its code; entry 0 (missing) is unused.
pub(crate) type Chances = [f64; Level::CODES];

/// What one field's levels are worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    /// The field.
    pub field: Field,
    /// Chance of each level among matches; by code of [`Level`], entry 0 unused.
    pub m: [f64; Level::CODES],
    /// Chance of each level among pairs that are none.
    pub u: [f64; Level::CODES],
    /// How many further records are expected to hold a value by chance when no other was seen with it,
    /// 0 to 1; what Good (1953) estimates for values not seen again.
    pub unseen: f64,
}

/// All that a decision rests on. Learned anew for each run, or kept from one for scoring single records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parameters {
    /// Chance that a pair taken at random is a match.
    pub prior: f64,
    /// One entry per field.
    pub weights: Vec<Weights>,
}

/// What matches look like before any was seen: the share of exact values, then of swapped, close,
/// similar, weak and different ones.
fn prior_m(field: Field) -> Chances {
    match field {
        Field::NationalId => [0.0, 0.93, 0.0, 0.04, 0.0, 0.0, 0.03],
        Field::Email => [0.0, 0.82, 0.0, 0.06, 0.04, 0.02, 0.06],
        Field::Phone => [0.0, 0.84, 0.0, 0.05, 0.03, 0.03, 0.05],
        Field::GivenName | Field::FamilyName | Field::FullName => [0.0, 0.80, 0.03, 0.08, 0.03, 0.02, 0.04],
        Field::Company => [0.0, 0.75, 0.0, 0.10, 0.08, 0.04, 0.03],
        Field::BirthDate | Field::Date => [0.0, 0.88, 0.02, 0.05, 0.02, 0.01, 0.02],
        Field::Domain => [0.0, 0.85, 0.0, 0.06, 0.02, 0.0, 0.07],
        Field::HouseNumber => [0.0, 0.85, 0.0, 0.05, 0.0, 0.0, 0.10],
        Field::PostalCode => [0.0, 0.84, 0.0, 0.07, 0.04, 0.0, 0.05],
        Field::Street | Field::Street2 | Field::City => [0.0, 0.74, 0.02, 0.10, 0.04, 0.04, 0.06],
        Field::Region | Field::Country => [0.0, 0.92, 0.0, 0.03, 0.0, 0.0, 0.05],
        Field::Title | Field::Industry | Field::Person => [0.0, 0.50, 0.0, 0.12, 0.10, 0.08, 0.20],
        Field::Text(_) => [0.0, 0.40, 0.0, 0.15, 0.15, 0.12, 0.18],
    }
}

/// What pairs look like that are none, where nothing was sampled: a base of some hundred thousand.
fn prior_u(field: Field) -> Chances {
    let exact: f64 = match field {
        Field::NationalId | Field::Email => 1e-6,
        Field::Phone | Field::Domain => 5e-6,
        Field::Company => 2e-5,
        Field::BirthDate | Field::Date => 5e-5,
        Field::FamilyName | Field::FullName => 2e-3,
        Field::GivenName => 4e-3,
        Field::Street | Field::Street2 => 5e-4,
        Field::PostalCode => 1e-3,
        Field::HouseNumber | Field::City => 1e-2,
        Field::Person | Field::Text(_) => 1e-2,
        Field::Title | Field::Industry => 5e-2,
        Field::Region => 0.1,
        Field::Country => 0.5,
    };
    let close: f64 = (exact * 0.5).clamp(5e-6, 0.05);
    let (similar, weak) = (close * 2.0, close * 10.0);
    [0.0, exact, 1e-4, close, similar, weak, (1.0 - exact - close - similar - weak - 1e-4).max(0.05)]
}

impl Weights {
    /// The default for a field, before learning.
    #[must_use]
    pub fn default_for(field: Field) -> Self {
        let unseen = match field {
            Field::NationalId | Field::Email => 0.02,
            Field::Phone | Field::Domain | Field::Company => 0.05,
            _ => 1.0,
        };
        Self { field, m: prior_m(field), u: prior_u(field), unseen }
    }

    /// Bits of a level without regard to how rare the value is.
    #[must_use]
    pub fn bits(&self, level: Level) -> f64 {
        let at = level as usize;
        (self.m[at].max(1e-6) / self.u[at].max(1e-9)).log2()
    }
}

impl Parameters {
    /// Defaults for a kind: one match among 100,000 pairs, the fields as described above.
    #[must_use]
    pub fn default_for(kind: Kind) -> Self {
        use Field::{
            BirthDate, City, Company, Country, Date, Domain, Email, FamilyName, GivenName, HouseNumber,
            Industry, NationalId, Person, Phone, PostalCode, Region, Street, Street2, Title,
        };
        let of_people = [GivenName, FamilyName, BirthDate, Title];
        let fields = [
            NationalId,
            Email,
            Phone,
            GivenName,
            FamilyName,
            Company,
            Domain,
            BirthDate,
            HouseNumber,
            Street,
            Street2,
            City,
            PostalCode,
            Region,
            Country,
            Title,
            Industry,
            Person,
            Date,
        ];
        let fields = fields.into_iter().filter(|f| kind == Kind::People || !of_people.contains(f));
        Self { prior: 1e-5, weights: fields.map(Weights::default_for).collect() }
    }

    /// The entry of a field; the default when the parameters do not know it.
    #[must_use]
    pub fn of(&self, field: Field) -> Weights {
        self.weights.iter().find(|w| w.field == field).cloned().unwrap_or_else(|| Weights::default_for(field))
    }
}

/// Bits of the odds of a match before looking.
pub(crate) fn prior_bits(prior: f64) -> f64 {
    (prior / (1.0 - prior)).log2()
}

/// Probability of a match from bits of odds.
pub(crate) fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}

/// Share of the further places' bits that counts beside the strongest place. Company, city, street and
/// postal code agree together for all who work or live there; summed whole they would make one person
/// of two colleagues.
pub(crate) const FURTHER_PLACE: f64 = 0.5;

/// Weighs the levels of a pair slot by slot: bits of each slot, places together held back.
pub(crate) fn weigh(
    corpus: &Corpus,
    pattern: Pattern,
    bits_of: impl Fn(usize, Level) -> f64,
    out: &mut [f64; MOST_FIELDS],
) -> f64 {
    let held_back =
        |at: usize, bits: f64| bits > 0.0 && corpus.kind == Kind::People && corpus.slots[at].field.is_place();
    let mut place: (f64, f64) = (0.0, 0.0);
    for (at, bits) in out.iter_mut().enumerate().take(corpus.slots.len()) {
        *bits = Level::from_code(code(pattern, at)).map_or(0.0, |level| bits_of(at, level));
        if held_back(at, *bits) {
            place = (place.0 + *bits, place.1.max(*bits));
        }
    }
    let kept = place.1 + FURTHER_PLACE * (place.0 - place.1);
    let share = if place.0 > 0.0 { kept / place.0 } else { 1.0 };
    let mut sum = 0.0;
    for (at, bits) in out.iter_mut().enumerate().take(corpus.slots.len()) {
        if held_back(at, *bits) {
            *bits *= share;
        }
        sum += *bits;
    }
    sum
}

/// Whether some field that identifies agrees.
pub(crate) fn identified(corpus: &Corpus, pattern: Pattern) -> bool {
    corpus.slots.iter().enumerate().any(|(at, slot)| {
        slot.field.identifies(corpus.kind) && Level::from_code(code(pattern, at)).is_some_and(Level::agrees)
    })
}
