//! A touch of a track read critically (R46, R47, R107): does it give something, and is it about them? Pure.

use kernel::fold::fold;

/// Words of a touch that asks after itself and gives nothing.
const CHECKING_IN: &[&str] = &[
    "just checking in",
    "just check in",
    "checking in on",
    "checking in to see",
    "just following up",
    "just wanted to follow up",
    "wanted to check in",
    "touching base",
    "touch base",
    "circling back",
    "circle back",
    "bumping this",
    "bump this",
    "any update on",
    "did you get a chance",
    "did you see my last",
    "확인차 연락",
    "확인차 메일",
    "확인 차 연락",
    "혹시 보셨는지",
    "혹시 확인하셨",
    "검토해 보셨는지",
    "검토해보셨는지",
    "리마인드 차",
    "리마인드차",
    "안부차 연락",
    "안부 차 연락",
    "진행 상황이 궁금",
    "메일 잘 받으셨는지",
];

/// What a touch should not be, as keys for the screen. `source` is its text before the merge fields are filled in;
/// `answers_challenge`: it carries content chosen by what troubles them.
#[must_use]
pub fn touch_warnings(subject: &str, source: &str, answers_challenge: bool) -> Vec<&'static str> {
    let mut found = Vec::new();
    if checks_in(&format!("{subject}\n{source}")) {
        found.push("checking_in");
    }
    if !answers_challenge && !is_personal(subject) && !is_personal(source) {
        found.push("impersonal");
    }
    found
}

/// Whether it only asks after itself: "just checking in".
#[must_use]
pub fn checks_in(text: &str) -> bool {
    let folded = fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    CHECKING_IN.iter().any(|cue| folded.contains(&fold(cue)))
}

/// Whether a merge field says something of the reader beyond their name.
fn is_personal(source: &str) -> bool {
    const NAMES: [&str; 4] = ["person.name", "person.given_name", "person.family_name", "person.salutation"];
    fields(source).any(|field| {
        let about_them = ["person.", "company.", "deal.", "why_them", "story", "content."];
        about_them.iter().any(|part| field.starts_with(part)) && !NAMES.contains(&field)
    })
}

/// The names of the merge fields of a text.
fn fields(source: &str) -> impl Iterator<Item = &str> {
    source.split("{{").skip(1).filter_map(|part| {
        let (inside, _) = part.split_once("}}")?;
        inside.split('|').next().map(str::trim)
    })
}

/// Whether a touch carries content that is chosen for its reader at the moment it leaves.
#[must_use]
pub fn carries_content(source: &str) -> bool {
    fields(source).any(|field| field.starts_with("content."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r47_a_touch_that_only_checks_in_or_is_about_nobody_is_flagged() {
        let table: [(&str, &str, bool, &[&str]); 11] = [
            ("Hello", "Just checking in, {{ company.name }}.", false, &["checking_in"]),
            ("Hello", "I am just  following\nup on my mail to {{ company.name }}", false, &["checking_in"]),
            ("Touching base", "about {{ company.name }}", false, &["checking_in"]),
            ("안녕하세요", "확인차 연락드립니다. {{ company.name }}", false, &["checking_in"]),
            ("안녕하세요", "메일 잘 받으셨는지 궁금합니다. {{ why_them }}", false, &["checking_in"]),
            (
                "A checklist",
                "We checked in which months reports are late. {{ company.industry }}",
                false,
                &[],
            ),
            ("News", "Hello {{ person.given_name }}, here is our news.", false, &["impersonal"]),
            ("News", "Hello {{ person.given_name }}, here is our news.", true, &[]),
            ("News for {{ company.name }}", "Hello", false, &[]),
            ("News", "{{ content.title | default(\"x\") }}", false, &[]),
            ("News", "just checking in", false, &["checking_in", "impersonal"]),
        ];
        for (subject, source, matched, expected) in table {
            assert_eq!(touch_warnings(subject, source, matched), expected, "{subject}: {source}");
        }
    }

    #[test]
    fn a_touch_carries_content_when_a_merge_field_says_so() {
        assert!(carries_content("See {{ content.title }}"));
        assert!(carries_content("{{content.url|default(\"\")}}"));
        assert!(!carries_content("content.title"));
    }
}
