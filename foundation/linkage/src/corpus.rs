//! Records prepared for comparing: each value normalised once and kept as a number.

use kernel::search::grams;

use crate::dictionary::{Dictionary, Words};
use crate::field::{Field, Kind, Record};
use crate::normalise::normalise;

/// Most fields compared; a pattern of levels fits one `u64` with three bits for each.
pub(crate) const MOST_FIELDS: usize = 20;

/// One field of all records.
#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) field: Field,
    pub(crate) values: Dictionary,
    /// For names of companies and texts.
    pub(crate) words: Option<Words>,
    column: Vec<u32>,
}

/// Records being collected, of one list or two. Values are normalised and numbered as they come, so
/// the caller need not keep the records.
#[derive(Debug)]
pub struct Collection {
    kind: Kind,
    slots: Vec<Slot>,
    lengths: [usize; 2],
    second: bool,
}

impl Collection {
    /// Nothing yet.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self { kind, slots: Vec::new(), lengths: [0, 0], second: false }
    }

    /// Adds a record to the list being collected.
    pub fn push(&mut self, record: &Record) {
        self.push_fields(record.fields.iter().map(|(field, value)| (*field, value.as_str())));
    }

    /// [`Self::push`] of borrowed values.
    pub fn push_fields<'v>(&mut self, fields: impl IntoIterator<Item = (Field, &'v str)>) {
        let (kind, side) = (self.kind, usize::from(self.second));
        let row = self.lengths[0] + self.lengths[1];
        for (field, raw) in fields {
            normalise(kind, field, raw, &mut |field, value| self.put(row, side, field, &value));
        }
        self.lengths[side] += 1;
    }

    /// Records pushed from here on belong to the second list, which is compared with the first.
    pub fn begin_second(&mut self) {
        self.second = true;
    }

    fn put(&mut self, row: usize, side: usize, field: Field, value: &str) {
        let at = self.slots.iter().position(|slot| slot.field == field);
        let at = match at {
            Some(at) => at,
            None if self.slots.len() == MOST_FIELDS => return,
            None => {
                self.slots.push(Slot { field, values: Dictionary::new(), words: None, column: Vec::new() });
                self.slots.len() - 1
            }
        };
        let slot = &mut self.slots[at];
        slot.column.resize(slot.column.len().max(row + 1), 0);
        if slot.column[row] == 0 {
            slot.column[row] = slot.values.count(value, side);
        }
    }

    pub(crate) fn finish(mut self) -> Corpus {
        let rows = self.lengths[0] + self.lengths[1];
        self.slots.sort_by_key(|slot| slot.field);
        let stride = self.slots.len();
        let mut cells = vec![0; rows * stride];
        for (at, slot) in self.slots.iter_mut().enumerate() {
            for (row, id) in std::mem::take(&mut slot.column).into_iter().enumerate() {
                cells[row * stride + at] = id;
            }
            slot.values.seal();
            slot.words = has_words(slot.field).then(|| Words::of(&slot.values));
        }
        let second = self.second.then_some(self.lengths[0]);
        Corpus { kind: self.kind, slots: self.slots, cells, rows, second }
    }
}

fn has_words(field: Field) -> bool {
    matches!(field, Field::Company | Field::Person | Field::Title | Field::Industry | Field::Text(_))
}

/// Prepared records, ready to be compared.
#[derive(Debug)]
pub(crate) struct Corpus {
    pub(crate) kind: Kind,
    /// In the order of [`Field`].
    pub(crate) slots: Vec<Slot>,
    cells: Vec<u32>,
    pub(crate) rows: usize,
    /// Where the second list begins, when there are two.
    pub(crate) second: Option<usize>,
}

impl Corpus {
    /// A record's value numbers, one per slot.
    pub(crate) fn row(&self, row: u32) -> &[u32] {
        let stride = self.slots.len();
        &self.cells[row as usize * stride..(row as usize + 1) * stride]
    }

    pub(crate) fn slot_of(&self, field: Field) -> Option<usize> {
        self.slots.iter().position(|slot| slot.field == field)
    }

    /// The normalised value, `None` when missing.
    pub(crate) fn value(&self, row: u32, field: Field) -> Option<&str> {
        let at = self.slot_of(field)?;
        match self.row(row)[at] {
            0 => None,
            id => Some(self.slots[at].values.get(id)),
        }
    }

    /// How many pairs there are at all.
    #[allow(clippy::cast_precision_loss)] // a magnitude
    pub(crate) fn all_pairs(&self) -> f64 {
        match self.second {
            Some(second) => second as f64 * (self.rows - second) as f64,
            None => self.rows as f64 * (self.rows as f64 - 1.0) / 2.0,
        }
    }

    /// Words of the names of companies, for finding candidates.
    pub(crate) fn name_words(&self, row: u32) -> Vec<String> {
        self.value(row, Field::Company).map(grams).unwrap_or_default()
    }
}
