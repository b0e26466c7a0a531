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

    proptest! {
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
