//! Column names that mean a field, in English and Korean: the table `columns.tsv`.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::mapping::RecordKind;

/// A field and how early its name stands in the list of names: 0 is the plainest.
type Known = (&'static str, usize);

static COLUMNS: LazyLock<HashMap<(&'static str, &'static str), Known>> = LazyLock::new(|| {
    let mut columns = HashMap::new();
    for line in include_str!("columns.tsv").lines().filter(|l| !l.starts_with('#')) {
        let cells: Vec<&'static str> = line.split('\t').collect();
        let [kind, field, names] = cells[..] else { continue };
        for (rank, name) in names.split(' ').enumerate() {
            columns.entry((kind, name)).or_insert((field, rank));
        }
    }
    columns
});

/// The field a folded column name ([`kernel::fold::fold_key`]) means in a list of that kind, and how far
/// down in the list of its names it stands: 0 is the plainest.
#[must_use]
pub fn field_named(kind: RecordKind, name: &str) -> Option<Known> {
    let kind = match kind {
        RecordKind::Companies => "companies",
        RecordKind::People => "people",
        RecordKind::Deals => "deals",
    };
    COLUMNS.get(&(kind, name)).copied()
}

/// Whether the column repeats another one in a form of no use here.
pub(super) fn is_decoy(name: &str) -> bool {
    COLUMNS.contains_key(&("decoys", name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_no_name_means_two_fields() {
        let lines = include_str!("columns.tsv").lines().filter(|l| !l.starts_with('#'));
        let names: usize = lines.map(|l| l.rsplit('\t').next().unwrap().split(' ').count()).sum();
        assert_eq!(COLUMNS.len(), names);
        for (_, name) in COLUMNS.keys() {
            assert_eq!(kernel::fold::fold_key(name), *name);
        }
    }
}
