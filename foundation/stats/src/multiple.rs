//! Several tests at once.

/// Holm's correction: p ascending, times m, m-1, … 1, made non-decreasing, at most 1. The answer is in
/// the order given. Rates without a verdict-sized n are left out by the caller, so that m shrinks.
///
/// Source: Holm 1979, Scand. J. Statist. 6, 65.
#[must_use]
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut running = 0.0_f64;
    for (rank, at) in order.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)] // a handful of tests
        let factor = (p_values.len() - rank) as f64;
        running = running.max((factor * p_values[*at]).min(1.0));
        adjusted[*at] = running;
    }
    adjusted
}

/// Benjamini and Hochberg's correction: p ascending, times m/rank, made non-decreasing from the largest
/// down, at most 1. Those at or below q are expected to be false in a share of at most q. The answer is
/// in the order given.
///
/// Source: Benjamini, Hochberg 1995, J. R. Statist. Soc. B 57, 289.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|a, b| p_values[*b].total_cmp(&p_values[*a]));
    let mut adjusted = vec![0.0; p_values.len()];
    let mut running = 1.0_f64;
    for (above, at) in order.iter().enumerate() {
        #[allow(clippy::cast_precision_loss)] // a few thousand tests
        let factor = p_values.len() as f64 / (p_values.len() - above) as f64;
        running = running.min(factor * p_values[*at]);
        adjusted[*at] = running;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_worked_example_is_met() {
        let found = holm(&[0.012, 0.041, 0.0005, 0.3, 0.02]);
        for (found, wanted) in found.iter().zip([0.048, 0.082, 0.0025, 0.3, 0.06]) {
            assert!((found - wanted).abs() < 1e-12, "{found} for {wanted}");
        }
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn false_discoveries_are_kept_to_their_share() {
        // The example of the paper, section 3: of 15 tests the four smallest hold at 0.05.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
            0.6528, 0.7590, 1.0,
        ];
        let q = benjamini_hochberg(&p);
        assert_eq!(q.iter().filter(|q| **q <= 0.05).count(), 4);
        for (at, wanted) in [(0, 0.0015), (1, 0.003), (3, 0.035_625), (4, 0.0603), (14, 1.0)] {
            assert!((q[at] - wanted).abs() < 1e-9, "{} for {wanted}", q[at]);
        }
        assert_eq!(benjamini_hochberg(&[0.04, 0.01]), [0.04, 0.02]);
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_share_of_false_discoveries_is_milder_than_holm(p in proptest::collection::vec(0.0_f64..=1.0, 0..12)) {
            for ((q, strict), p) in benjamini_hochberg(&p).iter().zip(holm(&p)).zip(&p) {
                prop_assert!(*q >= *p && *q <= strict + 1e-12);
            }
        }

        #[test]
        fn no_p_falls_and_the_order_stays(p in proptest::collection::vec(0.0_f64..=1.0, 0..8)) {
            let adjusted = holm(&p);
            for i in 0..p.len() {
                prop_assert!(adjusted[i] >= p[i] && adjusted[i] <= 1.0);
                for j in 0..p.len() {
                    prop_assert!(p[i] > p[j] || adjusted[i] <= adjusted[j]);
                }
            }
        }
    }
}
