//! Chance with a fixed seed, so that the same seed tells the same story on every machine.

use kernel::Timestamp;
use stats::seeded::SplitMix64;
use uuid::Uuid;

/// A generator of numbers.
#[derive(Debug, Clone)]
pub struct Chance(SplitMix64);

impl Chance {
    /// Begins at a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(SplitMix64::new(seed))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0.bits()
    }

    /// A whole number from 0 up to but without `n`; 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.bits() % n).unwrap_or(0)
    }

    /// From 0 up to but without 1.
    pub fn share(&mut self) -> f64 {
        self.0.unit()
    }

    /// True in this share of all cases.
    pub fn happens(&mut self, share: f64) -> bool {
        self.share() < share
    }

    /// Evenly from `low` to `high`.
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.share()
    }

    /// One of a list that is not empty.
    pub fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Puts a list in any order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// The id of the `n`th thing of a kind in a workspace: always the same, and sorting by when it was made.
#[must_use]
pub fn id_of(workspace: Uuid, kind: &str, n: usize, made: Timestamp) -> Uuid {
    let mut seed = u64::try_from(n).unwrap_or(0).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    for byte in workspace.as_bytes().iter().chain(kind.as_bytes()) {
        seed = (seed ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
    }
    let mut chance = Chance::new(seed);
    let mut tail = [0_u8; 10];
    let (a, b) = (chance.bits().to_be_bytes(), chance.bits().to_be_bytes());
    tail[..8].copy_from_slice(&a);
    tail[8..].copy_from_slice(&b[..2]);
    let millis = u64::try_from(made.0 / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_same_for_the_same_thing_and_differ_otherwise() {
        let (home, made) = (Uuid::from_u128(7), Timestamp(1_763_888_100_000_000));
        assert_eq!(id_of(home, "deal", 3, made), id_of(home, "deal", 3, made));
        let others = [
            id_of(home, "deal", 4, made),
            id_of(home, "person", 3, made),
            id_of(Uuid::from_u128(8), "deal", 3, made),
        ];
        for other in others {
            assert_ne!(id_of(home, "deal", 3, made), other);
        }
        assert!(id_of(home, "deal", 3, made) < id_of(home, "deal", 3, made.plus_days(1)));
    }
}
