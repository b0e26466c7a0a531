//! The order of lines of the search index by a field, kept between questions like sets of lines
//! (`crate::lines`): blocks of some hundred lines, each with the place where it begins. Where a set has its next
//! lines in an order is found by comparing it with block after block.

use crate::lines::Kept;
use roaring::RoaringTreemap;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use uuid::Uuid;

/// A value lists are sorted by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortValue {
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
}

impl From<SortValue> for sea_orm::Value {
    fn from(value: SortValue) -> Self {
        match value {
            SortValue::Whole(n) => n.into(),
            SortValue::Number(n) => n.into(),
            SortValue::Text(t) => t.into(),
        }
    }
}

impl SortValue {
    /// As the databases compare them: numbers before texts, texts by their bytes.
    #[allow(clippy::cast_precision_loss)] // as a database compares a whole number with another
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(a), Self::Whole(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Text(_), _) => Ordering::Greater,
            (_, Self::Text(_)) => Ordering::Less,
            (Self::Whole(a), Self::Number(b)) => (*a as f64).total_cmp(b),
            (Self::Number(a), Self::Whole(b)) => a.total_cmp(&(*b as f64)),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
        }
    }
}

/// Where a record stands: its value, and its id among those of the same value.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The value.
    pub value: SortValue,
    /// The record.
    pub id: Uuid,
}

impl Place {
    fn compare(&self, other: &Self) -> Ordering {
        self.value.compare(&other.value).then_with(|| self.id.cmp(&other.id))
    }
}

/// Lines of a block while the order is made.
pub const BLOCK: usize = 128;
/// Lines of a block after which the order is better made anew.
const FULL: usize = 16 * BLOCK;

/// An order of lines.
#[derive(Debug, Clone, Default)]
pub struct Order {
    blocks: Vec<Block>,
    /// The last place of all.
    end: Option<Place>,
    /// Whether there are lines with higher numbers than it can hold.
    overflown: bool,
}

#[derive(Debug, Clone)]
struct Block {
    begins: Place,
    lines: Vec<u32>,
}

/// What a set has next in an order.
#[derive(Debug, PartialEq)]
pub struct Picked {
    /// Lines, in no order.
    pub lines: Vec<u64>,
    /// How far all of the set's are among them: up to this place, itself left out, or where it is walked down from it
    /// on; nothing when there are no more.
    pub until: Option<Place>,
}

impl Order {
    /// Of all lines in their order, and the places where each [`BLOCK`] of them begins, the last place behind.
    #[must_use]
    pub fn of(lines: &[u64], begins: Vec<Place>, end: Option<Place>) -> Self {
        let mut order = Self { end, ..Self::default() };
        for (lines, begins) in lines.chunks(BLOCK).zip(begins) {
            let lines = lines.iter().filter_map(|line| order.number(*line)).collect();
            order.blocks.push(Block { begins, lines });
        }
        order
    }

    fn number(&mut self, line: u64) -> Option<u32> {
        let number = u32::try_from(line).ok();
        self.overflown |= number.is_none();
        number
    }

    /// Takes in lines at their places, which come in their order. Those it has already change nothing.
    pub fn take_in(&mut self, places: impl IntoIterator<Item = (Place, u64)>) {
        for (place, line) in places {
            let Some(line) = self.number(line) else { continue };
            let behind = self.end.as_ref().is_none_or(|end| end.compare(&place).is_lt());
            if behind {
                self.end = Some(place.clone());
            }
            match self.blocks.last_mut().filter(|block| behind && block.lines.len() < BLOCK) {
                Some(last) => last.lines.push(line),
                None if behind => self.blocks.push(Block { begins: place, lines: vec![line] }),
                None => {
                    let at = self.block_of(&place);
                    let block = &mut self.blocks[at];
                    // Lines may be told of twice.
                    if !block.lines.contains(&line) {
                        block.lines.push(line);
                    }
                    if place.compare(&block.begins).is_lt() {
                        block.begins = place;
                    }
                }
            }
        }
    }

    /// Whether it is better made anew.
    #[must_use]
    pub fn is_worn(&self) -> bool {
        self.blocks.iter().any(|block| block.lines.len() > FULL)
    }

    /// Whether it can tell where all lines stand.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        !self.overflown
    }

    fn block_of(&self, place: &Place) -> usize {
        self.blocks.partition_point(|block| block.begins.compare(place).is_le()).saturating_sub(1)
    }

    /// The next lines of a set, from a place on (or the start), upwards or `down`, until there are `enough`.
    #[must_use]
    pub fn pick(&self, set: &RoaringTreemap, from: Option<&Place>, down: bool, enough: usize) -> Picked {
        let mut lines = Vec::new();
        let mut until = None;
        let bits = Bits::of(set);
        let mut take = |block: &Block| {
            lines.extend(block.lines.iter().filter(|line| bits.has(**line)).map(|line| u64::from(*line)));
            lines.len() >= enough
        };
        if down {
            let first =
                from.map_or(self.blocks.len(), |from| (self.block_of(from) + 1).min(self.blocks.len()));
            let last = self.blocks[..first].iter().rposition(&mut take);
            until = last.filter(|at| *at > 0).map(|at| self.blocks[at].begins.clone());
        } else {
            let first = from.map_or(0, |from| self.block_of(from));
            if let Some(at) = self.blocks[first.min(self.blocks.len())..].iter().position(&mut take) {
                until = self.blocks.get(first + at + 1).map(|block| block.begins.clone());
            }
        }
        Picked { lines, until }
    }
}

/// A set as bits: thousands of blocks are compared with it.
struct Bits(Vec<u64>);

impl Bits {
    fn of(set: &RoaringTreemap) -> Self {
        let words = set.max().and_then(|max| usize::try_from(max / 64 + 1).ok()).unwrap_or(0);
        let mut bits = vec![0_u64; words];
        for line in set {
            if let Some(word) = usize::try_from(line / 64).ok().and_then(|at| bits.get_mut(at)) {
                *word |= 1 << (line % 64);
            }
        }
        Self(bits)
    }

    fn has(&self, line: u32) -> bool {
        self.0.get(line as usize / 64).is_some_and(|word| word >> (line % 64) & 1 == 1)
    }
}

impl Kept for Order {
    fn bytes(&self) -> u64 {
        let text = |block: &Block| match &block.begins.value {
            SortValue::Text(text) => text.len() as u64,
            _ => 0,
        };
        self.blocks.iter().map(|block| 100 + text(block) + 4 * block.lines.capacity() as u64).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn place(n: i64) -> Place {
        Place { value: SortValue::Whole(n / 10), id: Uuid::from_u128(n.unsigned_abs().into()) }
    }

    fn order(places: &[i64]) -> Order {
        let mut order = Order::default();
        // The line of place n is n * 7 modulo a prime, so that lines say nothing of places.
        order.take_in(places.iter().map(|n| (place(*n), line(*n))));
        order
    }

    fn line(n: i64) -> u64 {
        (n * 7 % 100_003).unsigned_abs()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn whoever_pages_through_meets_every_line_of_the_set_once_in_order(
            first in proptest::collection::btree_set(0_i64..20_000, 0..3_000),
            later in proptest::collection::btree_set(0_i64..30_000, 0..500),
            rarity in 1_i64..400,
            down in any::<bool>(),
        ) {
            let first: Vec<i64> = first.into_iter().collect();
            let mut order = order(&first);
            let later: Vec<i64> = later.into_iter().filter(|n| first.binary_search(n).is_err()).collect();
            order.take_in(later.iter().map(|n| (place(*n), line(*n))));
            let mut wanted: Vec<i64> = first.iter().chain(&later).copied().filter(|n| n % rarity == 0).collect();
            wanted.sort_unstable();
            if down { wanted.reverse(); }
            let set: RoaringTreemap = wanted.iter().map(|n| line(*n)).collect();
            let mut met: Vec<i64> = Vec::new();
            loop {
                let from = met.last().map(|n: &i64| place(*n));
                let mut enough = 51;
                let page = loop {
                    let picked = order.pick(&set, from.as_ref(), down, enough);
                    // What the database does with the lines: those behind the place and before the end, in order.
                    let lines: std::collections::HashSet<u64> = picked.lines.into_iter().collect();
                    let side = |n: i64, of: &Place| if down { of.compare(&place(n)) } else { place(n).compare(of) };
                    let until = picked.until;
                    let in_page = |n: &i64| {
                        lines.contains(&line(*n))
                            && from.as_ref().is_none_or(|from| side(*n, from).is_gt())
                            && until.as_ref().is_none_or(|until| if down { place(*n).compare(until).is_ge() } else { place(*n).compare(until).is_lt() })
                    };
                    let page: Vec<i64> = wanted.iter().copied().filter(in_page).take(51).collect();
                    if page.len() > 50 || until.is_none() { break page; }
                    enough *= 2;
                };
                met.extend(page.iter().take(50));
                if page.len() <= 50 { break; }
            }
            prop_assert_eq!(&met, &wanted);
            let all = order.pick(&set, None, down, usize::MAX);
            prop_assert_eq!(all.lines.len(), wanted.len());
            prop_assert_eq!(all.until, None);
        }
    }

    #[test]
    fn an_order_made_at_once_is_the_one_made_line_by_line() {
        let places: Vec<i64> = (0..1_000).map(|n| n * 3).collect();
        let begins = places.iter().step_by(BLOCK).map(|n| place(*n)).collect();
        let at_once =
            Order::of(&places.iter().map(|n| line(*n)).collect::<Vec<_>>(), begins, Some(place(2_997)));
        let one_by_one = order(&places);
        let set: RoaringTreemap = places.iter().filter(|n| *n % 5 == 0).map(|n| line(*n)).collect();
        for (from, down) in
            [(None, false), (None, true), (Some(place(1_500)), false), (Some(place(1_500)), true)]
        {
            let pick = |order: &Order| order.pick(&set, from.as_ref(), down, 20);
            assert_eq!(pick(&at_once), pick(&one_by_one));
        }
        assert!(at_once.is_whole());
        assert!(!Order::of(&[u64::MAX], vec![place(0)], None).is_whole());
    }

    #[test]
    fn an_order_that_grew_in_one_place_is_worn() {
        let mut order = order(&(0..5_000).map(|n| n * 10_000).collect::<Vec<_>>());
        assert!(!order.is_worn());
        order.take_in((1..3_000).map(|n| (place(n), 200_000 + n.unsigned_abs())));
        assert!(order.is_worn());
    }

    #[test]
    fn values_compare_as_the_database_compares_them() {
        let text = |t: &str| SortValue::Text(t.to_owned());
        let ordered = [
            SortValue::Whole(-1),
            SortValue::Number(0.5),
            SortValue::Whole(1),
            SortValue::Number(1.5),
            text(""),
            text("Zoe"),
            text("amy"),
            text("é"),
            text("김"),
        ];
        for pair in ordered.windows(2) {
            assert_eq!(pair[0].compare(&pair[1]), Ordering::Less, "{pair:?}");
        }
    }
}
