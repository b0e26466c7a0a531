//! Gauss–Legendre quadrature with 64 points.

use std::sync::LazyLock;

const POINTS: usize = 64;

/// Nodes and weights on [-1, 1]: roots of the Legendre polynomial by Newton's method from
/// Chebyshev's guess.
static RULE: LazyLock<Vec<(f64, f64)>> = LazyLock::new(|| (0..POINTS).map(node).collect());

#[allow(clippy::cast_precision_loss)] // 64 points
fn node(i: usize) -> (f64, f64) {
    let n = POINTS as f64;
    let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
    let mut slope = 1.0;
    for _ in 0..100 {
        let (value, derivative) = legendre(x);
        slope = derivative;
        let step = value / derivative;
        x -= step;
        if step.abs() < 1e-16 {
            break;
        }
    }
    (x, 2.0 / ((1.0 - x * x) * slope * slope))
}

/// The Legendre polynomial of degree 64 and its derivative.
#[allow(clippy::cast_precision_loss)] // 64 points
fn legendre(x: f64) -> (f64, f64) {
    let (mut before, mut here) = (1.0, x);
    for j in 2..=POINTS {
        let j = j as f64;
        (before, here) = (here, ((2.0 * j - 1.0) * x * here - (j - 1.0) * before) / j);
    }
    (here, POINTS as f64 * (x * here - before) / (x * x - 1.0))
}

/// The integral of `f` from `from` to `to`.
pub(crate) fn integrate(from: f64, to: f64, f: &dyn Fn(f64) -> f64) -> f64 {
    let (half, middle) = ((to - from) / 2.0, f64::midpoint(from, to));
    half * RULE.iter().map(|(x, weight)| weight * f(half * x + middle)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polynomials_are_integrated_exactly() {
        assert!((RULE.iter().map(|(_, w)| w).sum::<f64>() - 2.0).abs() < 1e-13);
        for power in [0, 1, 2, 17, 64, 127] {
            let found = integrate(0.0, 1.0, &|x: f64| x.powi(power));
            assert!((found - 1.0 / f64::from(power + 1)).abs() < 1e-14, "{power}");
        }
    }
}
