//! Days as keys of eight digits, and how two of them differ.

use kernel::fold::fold_key;

use crate::level::Level;

/// `YYYYMMDD` where the text can be read as a day, else its letters and digits. In `3/4/1990` the day
/// is taken to stand first unless it cannot; a wrong guess is seen as day and month swapped.
pub(crate) fn date_key(raw: &str) -> String {
    let raw = raw.split(['T', ' ']).next().filter(|first| first.len() >= 8).unwrap_or(raw);
    let parts: Vec<&str> = raw.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    match parts.as_slice() {
        [one] if one.len() == 8 && one.len() == raw.len() => {
            let year = number(&one[..4]).unwrap_or(0);
            if (1800..2200).contains(&year) {
                (*one).to_owned()
            } else {
                format!("{}{}{}", &one[4..], &one[2..4], &one[..2])
            }
        }
        [y, m, d] if y.len() == 4 => key(number(y), number(m), number(d)),
        [d, m, y] if y.len() == 4 && number(m).is_some_and(|m| m > 12) => {
            key(number(y), number(d), number(m))
        }
        [d, m, y] if y.len() == 4 => key(number(y), number(m), number(d)),
        _ => fold_key(raw),
    }
}

fn key(year: Option<u32>, month: Option<u32>, day: Option<u32>) -> String {
    match (year, month, day) {
        (Some(y), Some(m), Some(d)) => format!("{y:04}{m:02}{d:02}"),
        _ => String::new(),
    }
}

/// How far two days agree: swapped day and month, one digit off, or two of year, month and day alike.
pub(crate) fn compare_dates(a: &str, b: &str) -> Level {
    let whole = |d: &str| d.len() == 8 && d.is_ascii();
    if !whole(a) || !whole(b) {
        return if strsim::osa_distance(a, b) <= 1 { Level::Close } else { Level::Different };
    }
    let ((ya, ra), (yb, rb)) = (a.split_at(4), b.split_at(4));
    let ((ma, da), (mb, db)) = (ra.split_at(2), rb.split_at(2));
    if ya == yb && ma == db && da == mb {
        return Level::Swapped;
    }
    if strsim::osa_distance(a, b) <= 1 {
        return Level::Close;
    }
    match usize::from(ya == yb) + usize::from(ma == mb) + usize::from(da == db) {
        2 => Level::Similar,
        _ if ya == yb => Level::Weak,
        _ => Level::Different,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_compared() {
        let cases = [
            ("19081209", "19081209"),
            ("1908-12-09", "19081209"),
            ("9.12.1908", "19081209"),
            ("12/25/1990", "19901225"),
            ("2026년 1월 30일", "20260130"),
            ("2026-01-30T10:00:00Z", "20260130"),
            ("25121990", "19901225"),
        ];
        for (raw, key) in cases {
            assert_eq!(date_key(raw), key, "{raw}");
        }
        let pairs = [
            ("19081209", "19080912", Level::Swapped),
            ("19081209", "19081208", Level::Close),
            ("19081209", "19081290", Level::Close),
            ("19081209", "19081231", Level::Similar),
            ("19081209", "19080431", Level::Weak),
            ("19081209", "19770431", Level::Different),
        ];
        for (a, b, level) in pairs {
            assert_eq!(compare_dates(a, b), level, "{a} {b}");
            assert_eq!(compare_dates(b, a), level, "{b} {a}");
        }
    }
}
