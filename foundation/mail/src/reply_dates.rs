//! Whether a few words hold a date and a time of day, in whatever language: by the shape of their numbers.

/// Most numbers that are looked at.
const NUMBERS: usize = 24;

/// What the numbers of a text say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct DateMarks {
    /// A day with its year, or a date in three numbers.
    pub day: bool,
    /// A date in three numbers, such as `1/6/26` or `2026. 6. 1.`
    pub numeric: bool,
    /// A time of day with minutes, or an hour named as one.
    pub time: bool,
    /// How many words stand before the first number.
    pub words_before: Option<usize>,
}

struct Number {
    start: usize,
    end: usize,
    value: u32,
}

impl Number {
    fn digits(&self) -> usize {
        self.end - self.start
    }
}

impl DateMarks {
    /// Of a text in lower case without addresses.
    pub(crate) fn of(text: &str) -> Self {
        let numbers = numbers(text);
        let words_before = numbers.first().map(|n| text[..n.start].split_whitespace().count());
        let mut marks = Self { words_before, ..Self::default() };
        for (index, number) in numbers.iter().enumerate() {
            let after = text[number.end..].trim_start().chars().next();
            let named_year = matches!(after, Some('年' | '년')) && number.digits() % 2 == 0;
            marks.day |= named_year || is_year(text, number);
            marks.time |= number.digits() <= 2
                && number.value <= 24
                && matches!(after, Some('시' | '時' | '时' | '点' | '點'));
            if let [a, b, c, ..] = &numbers[index..] {
                marks.numeric |= is_numeric_date(text, [a, b, c]);
            }
            marks.time |= is_time(text, &numbers, index);
        }
        marks.day |= marks.numeric;
        marks
    }
}

fn numbers(text: &str) -> Vec<Number> {
    let mut found: Vec<Number> = Vec::new();
    for (at, c) in text.char_indices() {
        let Some(digit) = c.to_digit(10) else { continue };
        if let Some(last) = found.last_mut().filter(|last| last.end == at) {
            last.end += 1;
            last.value = last.value.saturating_mul(10).saturating_add(digit);
        } else if found.len() < NUMBERS {
            found.push(Number { start: at, end: at + 1, value: digit });
        } else {
            break;
        }
    }
    found
}

fn is_year(text: &str, number: &Number) -> bool {
    let before = text[..number.start].chars().next_back();
    let after = text[number.end..].chars().next();
    let alone = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphabetic() && c != 't');
    number.digits() == 4 && (1990..2100).contains(&number.value) && alone(before) && alone(after)
}

/// Three numbers with one separator between them, of which one can be a month and one a day.
fn is_numeric_date(text: &str, [a, b, c]: [&Number; 3]) -> bool {
    let separator = |l: &Number, r: &Number| text[l.end..r.start].trim().to_owned();
    let (first, second) = (separator(a, b), separator(b, c));
    let sized = [a, b, c].iter().all(|n| n.digits() <= 2 || is_year(text, n));
    let years = [a, b, c].iter().filter(|n| n.digits() == 4).count();
    let month = b.value <= 12 || a.value <= 12;
    first == second
        && matches!(first.as_str(), "/" | "-" | ".")
        && sized
        && years <= 1
        && month
        && [a, b, c].iter().filter(|n| n.digits() <= 2).all(|n| n.value <= 99)
        && b.value <= 31
}

/// Hours and minutes: `9:05`, `9h05`, and `9.05` where the point does not belong to a date.
fn is_time(text: &str, numbers: &[Number], index: usize) -> bool {
    let (hour, Some(minute)) = (&numbers[index], numbers.get(index + 1)) else { return false };
    let between = &text[hour.end..minute.start];
    let shaped = hour.digits() <= 2 && minute.digits() == 2 && hour.value <= 24 && minute.value < 60;
    let point = |l: Option<&Number>, r: Option<&Number>| match (l, r) {
        (Some(l), Some(r)) => text[l.end..r.start].trim() == ".",
        _ => false,
    };
    let dated = (index > 0 && point(numbers.get(index - 1), Some(hour)))
        || point(Some(minute), numbers.get(index + 2));
    shaped && (matches!(between, ":" | "：" | "h") || (between == "." && !dated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_told_by_their_shape() {
        for (text, day, numeric, time) in [
            ("on mon, apr 2, 2012 at 6:26 pm, megan", true, false, true),
            ("on 01/03/11 7:07 pm, russell", true, true, true),
            ("2026. 11. 8. 오후 12:39 test", true, true, true),
            ("26년 6월 1일 오전 9시", true, false, true),
            ("2026年6月1日(月) 9:00", true, false, true),
            ("il 26 marzo 2016 alle 13.16 sam", true, false, true),
            ("den 15. jun. 2016 kl. 20.42", true, false, true),
            ("30.09.2017, 18.30,", true, true, true),
            ("2014-10-17t11:28", true, true, true),
            ("op 13-02-2014 3:18", true, true, true),
            ("on dec 9, mister", false, false, false),
            ("on monday he", false, false, false),
            ("version 1.25 of 3.4", false, false, true),
            ("call 555-421-6780", false, false, false),
            ("from 2019 to 2021", true, false, false),
        ] {
            let marks = DateMarks::of(text);
            assert_eq!((marks.day, marks.numeric, marks.time), (day, numeric, time), "{text}");
        }
    }
}
