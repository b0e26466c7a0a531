//! Between two lists, which matches can hold together. Where the lists have no duplicates of their own
//! a record has one counterpart; where a list has some, all of them may match. So a record keeps its
//! best counterpart, and a further one only if the counterparts match each other.

use hashbrown::HashMap;

/// Takes pairs from the strongest down. `same` says whether two records of one list match.
pub(crate) fn resolve(
    mut pairs: Vec<(u32, u32, f64)>,
    same: impl Fn(u32, u32) -> bool,
) -> Vec<(u32, u32, f64)> {
    pairs.sort_unstable_by(|x, y| y.2.total_cmp(&x.2).then((x.0, x.1).cmp(&(y.0, y.1))));
    let mut partners: HashMap<u32, Vec<u32>> = HashMap::new();
    pairs.retain(|(a, b, _)| {
        let fits = |of: &u32, new: u32| {
            partners.get(of).is_none_or(|known: &Vec<u32>| known.iter().all(|other| same(*other, new)))
        };
        let holds = fits(a, *b) && fits(b, *a);
        if holds {
            partners.entry(*a).or_default().push(*b);
            partners.entry(*b).or_default().push(*a);
        }
        holds
    });
    pairs.sort_unstable_by_key(|(a, b, _)| (*a, *b));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_its_best_counterpart_and_further_ones_that_match_it() {
        let pairs = vec![(1, 10, 9.0), (1, 11, 5.0), (2, 11, 7.0), (3, 12, 4.0), (3, 13, 3.0)];
        let kept = resolve(pairs, |x, y| x.min(y) == 12 && x.max(y) == 13);
        let kept: Vec<(u32, u32)> = kept.into_iter().map(|(a, b, _)| (a, b)).collect();
        assert_eq!(kept, [(1, 10), (2, 11), (3, 12), (3, 13)]);
    }
}
