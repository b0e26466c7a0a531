//! How the values of a fact become groups. Nothing here looks at how deals ended.

use std::collections::{BTreeMap, HashMap, HashSet};

use kernel::Country;
use kernel::fold::fold;
use serde::Serialize;

use super::observed::{Deal, FactSort, Field};
use super::report::SpellingRepair;
use super::spelling::meant;
use crate::icp::values::Held;

/// Deals a group needs to be tested.
pub const LEAST_DEALS: usize = 30;
/// Different companies a group needs to be tested.
pub const LEAST_COMPANIES: usize = 5;
/// Whole numbers of at most so many different values are labels, not amounts.
const LABELS: usize = 20;

/// What the deals of a group have in common.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FactGroup {
    /// One word.
    Word {
        /// As it is mostly written.
        text: String,
        /// Every way it is written.
        spellings: Vec<String>,
    },
    /// A number that is a label.
    Exactly {
        /// The number.
        number: f64,
    },
    /// Numbers above one edge and up to another, which is included.
    Band {
        /// The lower edge, itself not included; none for the lowest band.
        above: Option<f64>,
        /// The upper edge, included; none for the highest band.
        to: Option<f64>,
    },
    /// Yes or no.
    YesNo {
        /// Which.
        yes: bool,
    },
    /// Countries with too few deals or companies of their own.
    Elsewhere {
        /// As they are written.
        values: Vec<String>,
    },
}

/// A group and its deals, by their place among those decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouped {
    /// What they have in common.
    pub group: FactGroup,
    /// The deals.
    pub members: Vec<usize>,
}

impl Grouped {
    /// How many different companies its deals are with.
    #[must_use]
    pub fn companies(&self, deals: &[&Deal]) -> usize {
        self.members.iter().filter_map(|at| deals[*at].company).collect::<HashSet<_>>().len()
    }

    /// Whether it has deals and companies enough to be tested.
    #[must_use]
    pub fn is_large(&self, deals: &[&Deal]) -> bool {
        self.members.len() >= LEAST_DEALS && self.companies(deals) >= LEAST_COMPANIES
    }
}

/// The groups of one fact over decided deals, in their natural order, and what was mended for them.
#[must_use]
pub fn group(field: &Field, at: usize, deals: &[&Deal]) -> (Vec<Grouped>, Vec<SpellingRepair>) {
    let held: Vec<(usize, &Held)> =
        deals.iter().enumerate().filter_map(|(deal, d)| Some((deal, d.facts[at].as_ref()?))).collect();
    match field.sort {
        FactSort::Words => words(field, &held, false),
        FactSort::Country => {
            let (groups, repaired) = words(field, &held, true);
            (with_elsewhere(groups, deals), repaired)
        }
        FactSort::YesNo => (yes_no(&held), Vec::new()),
        FactSort::Number if is_label(&held) => (labels(&held), Vec::new()),
        sort => (banded(&edges(sort), &held), Vec::new()),
    }
}

fn texts(held: &Held) -> Vec<String> {
    match held {
        Held::Text(text) => vec![text.trim().to_owned()],
        Held::List(items) => items.iter().map(|i| i.trim().to_owned()).collect(),
        Held::Number(n) => vec![n.to_string()],
        Held::Flag(flag) => vec![if *flag { "yes" } else { "no" }.to_owned()],
    }
}

fn words(field: &Field, held: &[(usize, &Held)], countries: bool) -> (Vec<Grouped>, Vec<SpellingRepair>) {
    let mut spelt: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for text in held.iter().flat_map(|(_, h)| texts(h)).filter(|t| !t.is_empty()) {
        *spelt.entry(fold(&text)).or_default().entry(text).or_default() += 1;
    }
    let counts = spelt.iter().map(|(word, ways)| (word.clone(), ways.values().sum())).collect();
    let meant = meant(&counts, countries);
    let key = |text: &str| {
        let word = meant.get(text).map_or(text, String::as_str);
        let country = if countries { Country::parse(word) } else { None };
        country.map_or_else(|| word.to_owned(), |c| c.code().to_owned())
    };
    let mut members: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (deal, held) in held {
        let keys: HashSet<String> =
            texts(held).iter().filter(|t| !t.is_empty()).map(|t| key(&fold(t))).collect();
        keys.into_iter().for_each(|key| members.entry(key).or_default().push(*deal));
    }
    let mut ways: HashMap<String, BTreeMap<String, usize>> = HashMap::new();
    spelt.into_iter().for_each(|(word, spellings)| ways.entry(key(&word)).or_default().extend(spellings));
    let groups = members.into_iter().map(|(word, members)| named(&ways[&word], &meant, members)).collect();
    let repaired = meant.into_iter().map(|(from, to)| SpellingRepair { field: field.key.clone(), from, to });
    let mut repaired: Vec<SpellingRepair> = repaired.collect();
    repaired.sort_by(|a, b| a.from.cmp(&b.from));
    (groups, repaired)
}

/// A group under the commonest right spelling, or the word that was meant when nobody spelt it right.
fn named(ways: &BTreeMap<String, usize>, meant: &HashMap<String, String>, members: Vec<usize>) -> Grouped {
    let right = ways.iter().filter(|(way, _)| !meant.contains_key(&fold(way))).max_by_key(|(_, n)| **n);
    let text = right.map(|(way, _)| way.clone());
    let text = text.or_else(|| ways.keys().find_map(|way| meant.get(&fold(way)).cloned()));
    Grouped {
        group: FactGroup::Word { text: text.unwrap_or_default(), spellings: ways.keys().cloned().collect() },
        members,
    }
}

/// Countries that are too few on their own become one group.
fn with_elsewhere(groups: Vec<Grouped>, deals: &[&Deal]) -> Vec<Grouped> {
    let (mut kept, few): (Vec<_>, Vec<_>) = groups.into_iter().partition(|g| g.is_large(deals));
    if few.len() < 2 || kept.is_empty() {
        kept.extend(few);
        return kept;
    }
    let (mut values, mut members) = (Vec::new(), Vec::new());
    for grouped in few {
        if let FactGroup::Word { spellings, .. } = grouped.group {
            values.extend(spellings);
        }
        members.extend(grouped.members);
    }
    members.sort_unstable();
    kept.push(Grouped { group: FactGroup::Elsewhere { values }, members });
    kept
}

fn yes_no(held: &[(usize, &Held)]) -> Vec<Grouped> {
    let of = |yes: bool| {
        let same = held.iter().filter(|(_, h)| **h == Held::Flag(yes)).map(|(deal, _)| *deal);
        Grouped { group: FactGroup::YesNo { yes }, members: same.collect() }
    };
    [of(true), of(false)].into_iter().filter(|g| !g.members.is_empty()).collect()
}

fn number(held: &Held) -> Option<f64> {
    if let Held::Number(n) = held { Some(*n) } else { None }
}

fn is_label(held: &[(usize, &Held)]) -> bool {
    let numbers: Vec<f64> = held.iter().filter_map(|(_, h)| number(h)).collect();
    let different: HashSet<u64> = numbers.iter().map(|n| n.to_bits()).collect();
    different.len() <= LABELS && numbers.iter().all(|n| n.fract() == 0.0)
}

fn labels(held: &[(usize, &Held)]) -> Vec<Grouped> {
    let mut numbers: Vec<(f64, usize)> =
        held.iter().filter_map(|(deal, h)| Some((number(h)?, *deal))).collect();
    numbers.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let same = numbers.chunk_by(|a, b| a.0 == b.0);
    same.map(|chunk| Grouped {
        group: FactGroup::Exactly { number: chunk[0].0 },
        members: chunk.iter().map(|(_, deal)| *deal).collect(),
    })
    .collect()
}

/// Edges of the bands of a sort, rising; each belongs to the band below it.
fn edges(sort: FactSort) -> Vec<f64> {
    match sort {
        FactSort::Employees => vec![200.0, 1_000.0, 5_000.0],
        FactSort::FoundedYear => vec![1_989.0, 1_999.0],
        // In millions the bands a list of large firms needs; in single units also those of small ones.
        FactSort::Revenue { unit } if unit >= 1e6 => vec![500.0, 1_500.0, 3_000.0],
        FactSort::Revenue { unit } => {
            [1.0, 5.0, 20.0, 100.0, 500.0, 1_500.0, 3_000.0].iter().map(|m| m * 1e6 / unit).collect()
        }
        _ => {
            let powers = (-2..=12).map(|power| 10_f64.powi(power));
            std::iter::once(0.0).chain(powers.flat_map(|p| [p, 2.0 * p, 5.0 * p])).collect()
        }
    }
}

fn banded(edges: &[f64], held: &[(usize, &Held)]) -> Vec<Grouped> {
    let mut bands: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (deal, n) in held.iter().filter_map(|(deal, h)| Some((*deal, number(h)?))) {
        bands.entry(edges.partition_point(|edge| *edge < n)).or_default().push(deal);
    }
    let edge = |at: usize| edges.get(at).copied();
    let band = |at: usize| FactGroup::Band { above: at.checked_sub(1).and_then(edge), to: edge(at) };
    bands.into_iter().map(|(at, members)| Grouped { group: band(at), members }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::observed::{Origin, Outcome};

    fn deal(company: usize, held: Held) -> Deal {
        Deal {
            outcome: Outcome::Won,
            company: Some(company),
            value: None,
            cycle_days: None,
            retained: None,
            decided_on: None,
            facts: vec![Some(held)],
        }
    }

    fn grouped(sort: FactSort, values: impl IntoIterator<Item = Held>) -> Vec<(FactGroup, usize)> {
        let deals: Vec<Deal> = values.into_iter().enumerate().map(|(at, held)| deal(at, held)).collect();
        let field = Field { key: "x".to_owned(), sort, origin: Origin::Customer };
        let (groups, _) = group(&field, 0, &deals.iter().collect::<Vec<_>>());
        groups.into_iter().map(|g| (g.group, g.members.len())).collect()
    }

    fn numbers(sort: FactSort, values: &[f64]) -> Vec<(Option<f64>, Option<f64>, usize)> {
        let found = grouped(sort, values.iter().map(|n| Held::Number(*n)));
        let band = |(group, n)| match group {
            FactGroup::Band { above, to } => (above, to, n),
            other => panic!("{other:?} is no band"),
        };
        found.into_iter().map(band).collect()
    }

    #[test]
    fn the_upper_edge_belongs_to_the_band() {
        assert_eq!(
            numbers(FactSort::Employees, &[1.0, 200.0, 201.0, 1000.0, 5000.0, 5001.0]),
            [
                (None, Some(200.0), 2),
                (Some(200.0), Some(1000.0), 2),
                (Some(1000.0), Some(5000.0), 1),
                (Some(5000.0), None, 1)
            ]
        );
        assert_eq!(
            numbers(FactSort::FoundedYear, &[1989.0, 1990.0, 1999.0, 2000.0]),
            [(None, Some(1989.0), 1), (Some(1989.0), Some(1999.0), 2), (Some(1999.0), None, 1)]
        );
        let millions = FactSort::Revenue { unit: 1e6 };
        assert_eq!(
            numbers(millions, &[500.0, 500.01, 3000.0, 3000.5]),
            [
                (None, Some(500.0), 1),
                (Some(500.0), Some(1500.0), 1),
                (Some(1500.0), Some(3000.0), 1),
                (Some(3000.0), None, 1)
            ]
        );
        let won = FactSort::Revenue { unit: 0.001 };
        assert_eq!(numbers(won, &[4e9, 6e9]), [(Some(1e9), Some(5e9), 1), (Some(5e9), Some(2e10), 1)]);
        assert_eq!(
            numbers(FactSort::Number, &[-3.5, 0.0, 12.5, 20.0, 21.0]),
            [(None, Some(0.0), 2), (Some(10.0), Some(20.0), 2), (Some(20.0), Some(50.0), 1)]
        );
    }

    #[test]
    fn few_whole_numbers_are_labels() {
        let found = grouped(FactSort::Number, [3.0, 1.0, 3.0].map(Held::Number));
        assert_eq!(found, [(FactGroup::Exactly { number: 1.0 }, 1), (FactGroup::Exactly { number: 3.0 }, 2)]);
    }

    #[test]
    fn spellings_of_one_word_are_one_group_and_items_of_a_list_each_their_own() {
        let text = |t: &str| Held::Text(t.to_owned());
        let found =
            grouped(FactSort::Words, [text("Retail"), text("retail "), text("Technolgy"), text("Retail")]);
        let word = |text: &str, spellings: &[&str]| FactGroup::Word {
            text: text.to_owned(),
            spellings: spellings.iter().map(|s| (*s).to_owned()).collect(),
        };
        assert_eq!(
            found,
            [(word("Retail", &["Retail", "retail"]), 3), (word("technology", &["Technolgy"]), 1)]
        );
        let list = Held::List(vec!["a".to_owned(), "b".to_owned(), "A".to_owned()]);
        assert_eq!(grouped(FactSort::Words, [list]).len(), 2);
    }

    #[test]
    fn countries_too_few_on_their_own_are_elsewhere() {
        let values = (0..60).map(|n| Held::Text(if n < 40 { "US" } else { ["KR", "JP"][n % 2] }.to_owned()));
        let found = grouped(FactSort::Country, values);
        assert_eq!(found[0].1, 40);
        let spelt = ["KR", "South Korea", "대한민국", "KR"].map(|c| Held::Text(c.to_owned()));
        let korea = grouped(FactSort::Country, spelt);
        assert!(
            matches!(&korea[..], [(FactGroup::Word { text, spellings }, 4)] if text == "KR" && spellings.len() == 3)
        );
        assert_eq!(found[1], (FactGroup::Elsewhere { values: vec!["JP".to_owned(), "KR".to_owned()] }, 20));
    }
}
