//! Times as captions and texts write them: `1:02:03.5`, `02:03,500`, `[00:01:02]`.

use super::cue::{MOST, Millis};

/// Reads `h:m:s`, or `m:s` where hours may be missing, with a fraction after a point or a comma. Minutes and seconds go
/// to 59, and a fraction is one of seconds: `7.5` is seven and a half.
pub(super) fn clock(text: &str) -> Option<Millis> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut fields = whole.rsplit(':');
    let (seconds, minutes) = (small(fields.next()?)?, small(fields.next()?)?);
    let hours = match fields.next() {
        Some(hours) => number(hours, 4)?,
        None => 0,
    };
    if fields.next().is_some() {
        return None;
    }
    let ms = fraction.map_or(Some(0), thousandths)?;
    let all = ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms;
    (all <= MOST).then_some(Millis(all))
}

/// The same with a fraction, which captions must have.
pub(super) fn exact(text: &str) -> Option<Millis> {
    text.contains(['.', ',']).then(|| clock(text)).flatten()
}

fn small(text: &str) -> Option<i64> {
    number(text, 2).filter(|n| *n < 60)
}

fn number(text: &str, digits: usize) -> Option<i64> {
    let sound = (1..=digits).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    sound.then(|| text.parse().ok()).flatten()
}

fn thousandths(fraction: &str) -> Option<i64> {
    let sound = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
    let padded: String = fraction.chars().chain("000".chars()).take(3).collect();
    sound.then(|| padded.parse().ok()).flatten()
}

/// `start --> end` and what follows, which begins with a blank or is nothing.
pub(super) fn arrow(line: &str) -> Option<(Millis, Millis)> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next()?;
    Some((exact(start.trim())?, exact(end)?))
}
