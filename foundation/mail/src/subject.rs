//! The subject of a thread, without the marks that answers and forwards put before it.

/// Marks of answers and forwards in the languages of section 5, without colon, lower case.
const MARKS: [&str; 24] = [
    "re", "fwd", "fw", "aw", "wg", "sv", "vs", "vb", "tr", "rv", "res", "enc", "antw", "antwort", "ref",
    "odp", "답장", "회신", "전달", "답변", "返信", "転送", "回复", "转发",
];

/// What Korean law puts before the subject of an advertisement.
const ADVERTISEMENT: &str = "(광고)";

/// The subject with every leading `Re:`, `Fwd:`, `AW:`, `답장:`, `[회신]`, `Re[2]:` and Korea's `(광고)` taken off and white space
/// folded. Letter case is kept; compare without it.
pub fn base_subject(subject: &str) -> String {
    let folded = subject.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = folded.as_str();
    while let Some(shorter) = without_mark(rest) {
        rest = shorter;
    }
    rest.to_owned()
}

fn without_mark(subject: &str) -> Option<&str> {
    let subject = subject.trim_start();
    if let Some(after) = subject.strip_prefix(ADVERTISEMENT) {
        return Some(after.trim_start());
    }
    if let Some((mark, after)) = subject.strip_prefix('[').and_then(|s| s.split_once(']'))
        && is_mark(mark)
    {
        return Some(after.trim_start_matches([':', '：', ' ']));
    }
    let (mark, after) = subject.split_once([':', '：'])?;
    is_mark(mark).then(|| after.trim_start())
}

/// `Re`, `RE `, `Re[2]`, `Re(3)`, `RE^2`.
fn is_mark(mark: &str) -> bool {
    let mark = mark.trim().to_lowercase();
    let word = mark.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^ ".contains(c));
    MARKS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_answers_go_and_nothing_else() {
        for (subject, base) in [
            ("Re: Fwd: Quarter plan", "Quarter plan"),
            ("RE: RE : AW: SV: Plan", "Plan"),
            ("답장: 회신: 제안서 검토", "제안서 검토"),
            ("[회신] 제안서", "제안서"),
            ("Re[2]: Plan", "Plan"),
            ("전달： 제안서", "제안서"),
            ("Research: our plan", "Research: our plan"),
            ("Reminder: call", "Reminder: call"),
            ("[광고] 제안", "[광고] 제안"),
            ("Re: (광고) 제안", "제안"),
            ("(광고)Re: 제안", "제안"),
            ("Re:", ""),
            ("  a \t b ", "a b"),
        ] {
            assert_eq!(base_subject(subject), base, "{subject}");
        }
    }
}
