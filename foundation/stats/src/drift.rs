//! Whether a population still looks as it did.

/// Population stability index Σ (c − b) ln(c/b) over the shares of bins, `basis` against `newest`.
/// Counts or shares: each list is divided by its sum. Bins empty on one side make it infinite, so that
/// callers with counts add ½ to each bin. `None` for lists of different length, or without content.
///
/// Customary reading: up to 0.1 stable, up to 0.25 worth watching, above it another population
/// (Siddiqi 2006, Credit Risk Scorecards, chapter 8).
#[must_use]
pub fn stability_index(basis: &[f64], newest: &[f64]) -> Option<f64> {
    let (b, c): (f64, f64) = (basis.iter().sum(), newest.iter().sum());
    if basis.len() != newest.len() || b <= 0.0 || c <= 0.0 {
        return None;
    }
    let terms = basis.iter().zip(newest).filter(|(b, c)| **b > 0.0 || **c > 0.0);
    Some(terms.map(|(was, is)| (is / c - was / b) * ((is / c) / (was / b)).ln()).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_example_is_met() {
        let found = stability_index(&[0.30, 0.40, 0.20, 0.10], &[0.18, 0.37, 0.28, 0.17]).unwrap();
        assert!((found - 0.127_700).abs() < 6e-7, "{found}");
        let counts = stability_index(&[30.0, 40.0, 20.0, 10.0], &[18.0, 37.0, 28.0, 17.0]).unwrap();
        assert!((found - counts).abs() < 1e-12);
    }

    #[test]
    fn the_same_shares_have_no_drift_and_nothing_has_no_index() {
        assert_eq!(stability_index(&[1.0, 3.0], &[2.0, 6.0]), Some(0.0));
        assert_eq!(stability_index(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(stability_index(&[0.0], &[1.0]), None);
        assert_eq!(stability_index(&[1.0, 0.0], &[1.0, 1.0]), Some(f64::INFINITY));
    }
}
