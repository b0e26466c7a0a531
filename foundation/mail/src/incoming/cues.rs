//! Words that tell something, and how they are found: letter case apart, whole words for Latin letters.

/// Bodies beyond this many bytes are not searched.
pub(crate) const SEARCH_CAP: usize = 256 * 1024;

/// Lower case, typographic apostrophes made plain and white space folded, at most [`SEARCH_CAP`] bytes.
pub(crate) fn folded(text: &str) -> String {
    let text = crate::html::cut_at(text, SEARCH_CAP);
    let lower = text.to_lowercase().replace(['’', '‘', '`'], "'");
    lower.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join("\n")
}

/// Whether the folded text holds one of the cues, negated or not.
pub(crate) fn holds(text: &str, cues: &[&str]) -> bool {
    cues.iter().any(|cue| places(text, cue).next().is_some())
}

/// How many different cues the folded text holds.
pub(crate) fn count(text: &str, cues: &[&str]) -> usize {
    cues.iter().filter(|cue| places(text, cue).next().is_some()).count()
}

/// Where the cue stands. A cue that begins or ends with a Latin letter must do so at a word's edge.
fn places<'t>(text: &'t str, cue: &'t str) -> impl Iterator<Item = usize> + 't {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_alphanumeric() && c < '\u{250}');
    let latin_start = cue.starts_with(|c: char| c.is_alphanumeric() && c < '\u{250}');
    let latin_end = cue.ends_with(|c: char| c.is_alphanumeric() && c < '\u{250}');
    text.match_indices(cue).map(|(at, _)| at).filter(move |at| {
        let before = text[..*at].chars().next_back();
        let after = text[*at + cue.len()..].chars().next();
        (!latin_start || edge(before)) && (!latin_end || edge(after))
    })
}

/// Subjects of absence notes and other automatic answers.
pub(crate) const AUTOMATIC_SUBJECT: [&str; 26] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "automatic response",
    "auto response",
    "out of office",
    "out of the office",
    "ooo",
    "away from",
    "자동 응답",
    "자동응답",
    "자동회신",
    "자동 회신",
    "부재중",
    "휴가",
    "自動応答",
    "自動返信",
    "不在",
    "automatische antwort",
    "abwesenheit",
    "abwesenheitsnotiz",
    "abwesend",
    "réponse automatique",
    "absence",
    "absent du bureau",
];

/// Bodies of absence notes.
pub(crate) const AUTOMATIC_BODY: [&str; 41] = [
    "out of the office",
    "out of office",
    "on leave",
    "on vacation",
    "limited access to email",
    "limited access to my email",
    "will return",
    "no longer with",
    "urgent matters contact",
    "urgent matters, please contact",
    "maternity leave",
    "parental leave",
    "부재중",
    "휴가 중",
    "휴가중",
    "휴가입니다",
    "출장 중",
    "출장중",
    "육아휴직",
    "출산휴가",
    "복귀",
    "회신이 늦",
    "급한 용무",
    "퇴사",
    "不在にして",
    "休暇をいただ",
    "夏季休暇",
    "出張中",
    "返信が遅れ",
    "退職",
    "nicht im büro",
    "abwesend",
    "im urlaub",
    "wieder erreichbar",
    "ausgeschieden",
    "absent du bureau",
    "absente du bureau",
    "en congé",
    "en congés",
    "de retour le",
    "ne fait plus partie",
];

/// The person has left.
pub(crate) const LEFT: [&str; 15] = [
    "no longer with",
    "no longer working",
    "no longer employed",
    "no longer work",
    "has left the company",
    "have left the company",
    "left the organization",
    "left the organisation",
    "퇴사",
    "퇴직",
    "退職",
    "ausgeschieden",
    "nicht mehr im unternehmen",
    "ne fait plus partie",
    "a quitté",
];

/// The person has another address.
pub(crate) const MOVED: [&str; 13] = [
    "new email address",
    "new e-mail address",
    "email address has changed",
    "e-mail address has changed",
    "changed my email",
    "my new address",
    "new address is",
    "메일 주소가 변경",
    "이메일이 변경",
    "새 메일 주소",
    "メールアドレスが変",
    "neue e-mail-adresse",
    "nouvelle adresse",
];

/// A machine confirms that something came in.
pub(crate) const ACK: [&str; 14] = [
    "ticket",
    "we have received",
    "we received your",
    "has been received",
    "received your request",
    "received your message",
    "thank you for contacting",
    "case number",
    "접수되었",
    "접수 되었",
    "문의해 주셔서",
    "受け付けました",
    "受付いたしました",
    "eingegangen",
];
