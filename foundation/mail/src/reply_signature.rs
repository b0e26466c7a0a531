//! Signatures and disclaimers at the end of somebody's own words.

/// A signature block has at most this many lines.
const BLOCK_LINES: usize = 10;

/// The text without its signature, and the signature.
pub(crate) fn without_signature(lines: &[&str]) -> (String, Option<String>) {
    let end = trimmed(lines, lines.len());
    let cut = marked(&lines[..end]).unwrap_or(end);
    let cut = trimmed(lines, cut);
    let cut = before_disclaimers(lines, cut);
    let cut = before_contact_block(lines, cut);
    let signature = lines[cut..end].join("\n").trim().to_owned();
    (lines[..cut].join("\n"), Some(signature).filter(|s| !s.is_empty()))
}

/// The index after the last line that is not blank.
fn trimmed(lines: &[&str], end: usize) -> usize {
    lines[..end].iter().rposition(|l| !l.trim().is_empty()).map_or(0, |last| last + 1)
}

/// The line of a signature mark: `-- ` alone, or what a telephone adds.
fn marked(lines: &[&str]) -> Option<usize> {
    let words_before = |at: usize| lines[..at].iter().any(|l| !l.trim().is_empty());
    let dashes = lines.iter().position(|l| matches!(l.trim_end(), "--" | "—" | "––"));
    let device = lines.iter().position(|l| is_device_line(l));
    [dashes, device].into_iter().flatten().filter(|at| words_before(*at)).min()
}

fn is_device_line(line: &str) -> bool {
    let line = line.trim().trim_start_matches(['_', '*', '(', '[']);
    let lower = line.to_lowercase();
    let short = line.chars().count() <= 70 && line.split_whitespace().count() <= 9;
    let sentence = lower.contains(", ") || lower.trim_end_matches(['.', '!']).contains(". ");
    let starts =
        ["sent from my", "sent from mobile", "sent via", "get outlook for", "von meinem", "envoyé de mon"];
    let korean =
        lower.ends_with("에서 보냄") || lower.contains("에서 보냈습니다") || lower.ends_with("에서 전송");
    short
        && ((starts.iter().any(|s| lower.starts_with(s)) && !sentence)
            || korean
            || lower.ends_with("から送信"))
}

/// Takes off paragraphs of legal text at the end.
fn before_disclaimers(lines: &[&str], mut end: usize) -> usize {
    for _ in 0..4 {
        let start = paragraph_start(lines, end);
        if start == 0 || !is_disclaimer(&lines[start..end]) {
            break;
        }
        end = trimmed(lines, start);
    }
    end
}

fn is_disclaimer(paragraph: &[&str]) -> bool {
    const PAIRS: [(&str, &str); 7] = [
        ("confidential", "intended"),
        ("confidential", "recipient"),
        ("privileged", "recipient"),
        ("본 메일은", "기밀"),
        ("본 메일은", "비밀"),
        ("본 메일에", "법"),
        ("vertraulich", "empfänger"),
    ];
    let text = paragraph.join(" ").to_lowercase();
    PAIRS.iter().any(|(a, b)| text.contains(a) && text.contains(b))
}

/// Takes off a last paragraph that holds two or more of telephone, web address, mail address and title.
fn before_contact_block(lines: &[&str], end: usize) -> usize {
    let start = paragraph_start(lines, end);
    let block = &lines[start..end];
    let prose = block.iter().any(|l| l.chars().count() > 90 || l.trim_end().ends_with(['?', '!']));
    if start == 0 || block.len() > BLOCK_LINES || prose || features(block) < 2 {
        return end;
    }
    trimmed(lines, start)
}

/// The first line of the paragraph that ends before `end`.
fn paragraph_start(lines: &[&str], end: usize) -> usize {
    lines[..end].iter().rposition(|l| l.trim().is_empty()).map_or(0, |blank| blank + 1)
}

fn features(block: &[&str]) -> usize {
    let has = |test: fn(&str) -> bool| usize::from(block.iter().any(|l| test(l)));
    has(is_phone) + has(is_web) + has(is_mail) + has(is_title)
}

fn is_phone(line: &str) -> bool {
    let run = |c: char| c.is_ascii_digit() || "+-. ()/".contains(c);
    let digits = |piece: &str| piece.chars().filter(char::is_ascii_digit).count();
    line.split(|c: char| !run(c)).any(|piece| (8..=15).contains(&digits(piece)))
}

fn is_web(line: &str) -> bool {
    let lower = line.to_lowercase();
    lower.contains("http://") || lower.contains("https://") || lower.contains("www.")
}

fn is_mail(line: &str) -> bool {
    line.split_whitespace().any(|w| w.split_once('@').is_some_and(|(l, d)| !l.is_empty() && d.contains('.')))
}

fn is_title(line: &str) -> bool {
    const TITLES: [&str; 30] = [
        "ceo",
        "cto",
        "cfo",
        "coo",
        "cmo",
        "vp",
        "president",
        "director",
        "manager",
        "head of",
        "engineer",
        "founder",
        "partner",
        "consultant",
        "sales",
        "marketing",
        "procurement",
        "대표",
        "이사",
        "부장",
        "차장",
        "과장",
        "팀장",
        "대리",
        "매니저",
        "본부장",
        "部長",
        "課長",
        "geschäftsführer",
        "leiter",
    ];
    let lower = line.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let latin = |t: &str| t.is_ascii() && (words.contains(&t) || (t.contains(' ') && lower.contains(t)));
    line.chars().count() <= 60 && TITLES.iter().any(|t| latin(t) || (!t.is_ascii() && lower.contains(t)))
}
