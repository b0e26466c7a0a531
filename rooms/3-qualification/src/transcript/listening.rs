//! Listening as a thing to practise (R87): what the newest talks of a member say about it. A suggestion, never a grade.

use serde::Serialize;

/// Talks with times from which on something is said.
pub const TALKS_FOR_ADVICE: usize = 5;
/// The newest talks it is read from.
pub const NEWEST_TALKS: usize = 20;
/// Our share of the seconds spoken above which listening is worth practising: on won deals reps spoke 43 % of the time, above
/// 65 % deals were lost more often (Gong 2016, 25,537 calls; an association).
pub const MUCH_TALK: f64 = 0.65;

/// How much of their talks a member speaks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Listening {
    /// The middle of our share of the seconds spoken, 0 to 1.
    pub median_share: f64,
    /// Talks it is the middle of, the newest that have times.
    pub talks: usize,
    /// Whether it is worth practising.
    pub practise: bool,
}

/// What the shares of the newest talks say, the newest first; nothing from fewer than five.
#[must_use]
pub fn listening(shares: impl IntoIterator<Item = f64>) -> Option<Listening> {
    let mut shares: Vec<f64> = shares.into_iter().take(NEWEST_TALKS).collect();
    if shares.len() < TALKS_FOR_ADVICE {
        return None;
    }
    shares.sort_by(f64::total_cmp);
    let middle = shares.len() / 2;
    let median_share = match shares.len() % 2 {
        0 => f64::midpoint(shares[middle - 1], shares[middle]),
        _ => shares[middle],
    };
    Some(Listening { median_share, talks: shares.len(), practise: median_share > MUCH_TALK })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r87_listening_is_practised_by_who_speaks_most_of_the_time() {
        assert_eq!(listening([0.9; 4]), None, "four talks say nothing");
        let said =
            |shares: &[f64]| listening(shares.iter().copied()).map(|l| (l.median_share, l.talks, l.practise));
        assert_eq!(said(&[0.4, 0.5, 0.7, 0.3, 0.9]), Some((0.5, 5, false)));
        assert_eq!(said(&[0.75, 0.5, 0.75, 1.0, 0.5, 0.75]), Some((0.75, 6, true)));
        assert_eq!(said(&[0.65; 5]), Some((0.65, 5, false)), "the border is no fault");
        let old: Vec<f64> = [vec![0.4; 20], vec![0.9; 50]].concat();
        assert_eq!(said(&old), Some((0.4, 20, false)), "the newest alone");
    }
}
