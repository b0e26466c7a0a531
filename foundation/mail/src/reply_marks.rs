//! Where a quoted mail begins: attributions, separators and header blocks of mail programs in English,
//! Korean, Japanese, German and French.

/// Lines longer than this are nobody's attribution.
const LINE_CAP: usize = 500;
/// An attribution wraps over at most this many lines.
const WRAP: usize = 3;

/// "On … wrote:" and how many lines it takes.
pub(crate) struct Attribution {
    pub lines: usize,
}

/// The attribution that begins at the first line, if one does.
pub(crate) fn attribution(lines: &[&str]) -> Option<Attribution> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.len() > LINE_CAP {
        return None;
    }
    let lower = first.to_lowercase();
    let begun = BEGINNINGS.iter().filter(|(start, _)| lower.starts_with(start)).map(|(_, ends)| *ends);
    let ends: Vec<&str> = begun.flatten().copied().collect();
    let dated = first.chars().any(|c| c.is_ascii_digit());
    if !ends.is_empty() {
        let mut joined = String::new();
        for (index, line) in lines.iter().take(WRAP).enumerate() {
            let line = line.trim();
            // A second beginning within the wrap: this one is somebody's own sentence.
            let again =
                index > 0 && BEGINNINGS.iter().any(|(start, _)| line.to_lowercase().starts_with(start));
            if line.is_empty() || line.len() > LINE_CAP || again {
                return None;
            }
            joined.push_str(&line.to_lowercase());
            joined.push(' ');
            let whole = joined.trim_end();
            let told = whole.chars().any(|c| c.is_ascii_digit() || c == '@');
            if told && whole.ends_with(':') && ends.iter().any(|end| whole.contains(end)) {
                return Some(Attribution { lines: index + 1 });
            }
        }
        return None;
    }
    let korean =
        first.ends_with("님이 작성:") || first.ends_with("님이 작성 :") || first.ends_with("작성했습니다:");
    let year = first.get(..4).is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
    let japanese = year && first.chars().nth(4) == Some('年') && first.ends_with([':', '：']);
    let quoted_next =
        lines.iter().skip(1).find(|l| !l.trim().is_empty()).is_some_and(|l| l.trim_start().starts_with('>'));
    let iso = year && first.ends_with(':') && first.contains('@') && dated && quoted_next;
    (korean || japanese || iso).then_some(Attribution { lines: 1 })
}

/// How attributions begin, and a word that stands near their end; lower case.
const BEGINNINGS: [(&str, &[&str]); 7] = [
    ("on ", &["wrote:", "wrote :", "writes:"]),
    ("am ", &["schrieb"]),
    ("le ", &["a écrit"]),
    ("el ", &["escribió"]),
    ("em ", &["escreveu"]),
    ("il ", &["ha scritto"]),
    ("op ", &["schreef"]),
];

/// `-----Original Message-----` and its sisters, or a line of 32 and more underscores.
pub(crate) fn is_hard_separator(line: &str) -> bool {
    const WORDS: [&str; 10] = [
        "original message",
        "original appointment",
        "forwarded message",
        "원본 메시지",
        "원본메시지",
        "원본 메일",
        "ursprüngliche nachricht",
        "message d'origine",
        "元のメッセージ",
        "mensagem original",
    ];
    let line = line.trim();
    if line.len() >= 32 && line.bytes().all(|b| b == b'_') {
        return true;
    }
    if !line.starts_with("--") || line.len() > LINE_CAP {
        return false;
    }
    let words = line.trim_matches(['-', ' ']).to_lowercase();
    WORDS.contains(&words.as_str())
}

/// Whether three or more header lines of a quoted mail begin here (From, Sent, To, Subject in the usual
/// languages). The first must name the author.
pub(crate) fn is_header_block(lines: &[&str]) -> bool {
    let keys = |line: &str| header_key(line);
    if !lines.first().is_some_and(|l| keys(l) == Some(Key::From)) {
        return false;
    }
    let block = lines.iter().take(8).take_while(|l| !l.trim().is_empty());
    block.filter(|l| keys(l).is_some()).count() >= 3
}

#[derive(PartialEq)]
enum Key {
    From,
    Other,
}

fn header_key(line: &str) -> Option<Key> {
    const FROM: [&str; 7] = ["from", "보낸 사람", "보낸사람", "발신", "差出人", "von", "de"];
    const OTHER: [&str; 25] = [
        "sent",
        "date",
        "to",
        "cc",
        "subject",
        "보낸 날짜",
        "보낸날짜",
        "날짜",
        "받는 사람",
        "받는사람",
        "수신",
        "참조",
        "제목",
        "送信日時",
        "日時",
        "宛先",
        "件名",
        "gesendet",
        "an",
        "betreff",
        "datum",
        "envoyé",
        "à",
        "objet",
        "date d'envoi",
    ];
    let line = line.trim_start_matches(['*', ' ', '\t']);
    let (key, _) = line.get(..line.floor_char_boundary(60))?.split_once([':', '：'])?;
    let key = key.trim_matches(['*', ' ']).to_lowercase();
    match () {
        () if FROM.contains(&key.as_str()) => Some(Key::From),
        () if OTHER.contains(&key.as_str()) => Some(Key::Other),
        () => None,
    }
}
