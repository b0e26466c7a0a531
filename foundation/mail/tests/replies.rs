//! Answers looked at whole: of the usual mail programs in each language, in the formats that public test suites of
//! reply parsers show, and of the github collection.
//!
//! The mails of `languages/` and `formats.txt` are written for this test, after the programs themselves and after what
//! mailgun/talon, crisp-oss and zapier email-reply-parser, t2bot/node-email-reply-parser, fiedl's
//! extended_email_reply_parser and discourse/email_reply_trimmer try; no mail is copied from there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mail::ReplyText;
use mail::reply_text::own_words;

/// Mails each language has at least.
const LEAST: usize = 4;

/// One mail and what is to be read of it.
struct Case {
    name: String,
    mail: String,
    wanted: ReplyText,
}

/// Cases stand as `@@@ name`, mail, `@@ text`, and where they apply `@@ signature`, `@@ interleaved`, `@@ unquoted`.
fn cases(file: &str) -> Vec<Case> {
    file.split("@@@ ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case {
    let (name, rest) = text.split_once('\n').expect("a name");
    let rest = format!("\n{rest}");
    let mut parts = rest.split("\n@@ ");
    let mail = parts.next().expect("a mail").trim_start_matches('\n').to_owned();
    let mut wanted = ReplyText { quoted: true, ..ReplyText::default() };
    for part in parts {
        let (key, value) = part.split_once('\n').unwrap_or((part, ""));
        match key.trim() {
            "text" => wanted.text = value.trim_end().to_owned(),
            "signature" => wanted.signature = Some(value.trim_end().to_owned()),
            "interleaved" => wanted.interleaved = true,
            "unquoted" => wanted.quoted = false,
            other => panic!("{name}: {other}"),
        }
    }
    Case { name: name.to_owned(), mail, wanted }
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replies")
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&std::fs::read(path).expect("readable")).into_owned()
}

/// What is wrong about a case, as the mail came over the wire and as a file.
fn wrong(of: &str, case: &Case) -> Vec<String> {
    let texts = [case.mail.clone(), case.mail.replace('\n', "\r\n")];
    let found = texts.iter().map(|text| own_words(text)).filter(|found| *found != case.wanted);
    found.map(|found| format!("{of}: {}\nwanted {:#?}\nfound {found:#?}", case.name, case.wanted)).collect()
}

#[test]
fn answers_of_every_language_give_exactly_the_words_the_person_wrote() {
    let mut counts = BTreeMap::new();
    let mut all = Vec::new();
    for entry in std::fs::read_dir(fixtures().join("languages")).expect("there") {
        let path = entry.expect("an entry").path();
        let language = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let cases = cases(&read(&path));
        all.extend(cases.iter().flat_map(|case| wrong(&language, case)));
        counts.insert(language, cases.len());
    }
    assert!(all.is_empty(), "{} wrong\n{}", all.len(), all.join("\n"));
    assert_eq!(counts.len(), 21, "{counts:?}");
    assert!(counts.values().all(|count| *count >= LEAST), "{counts:?}");
}

#[test]
fn the_formats_of_known_test_suites_give_exactly_the_words_the_person_wrote() {
    let cases = cases(&read(&fixtures().join("formats.txt")));
    let all: Vec<String> = cases.iter().flat_map(|case| wrong("formats", case)).collect();
    assert!(all.is_empty(), "{} of {} wrong\n{}", all.len(), cases.len(), all.join("\n"));
    assert!(cases.len() >= 70, "{}", cases.len());
}

/// White space squeezed, and the 700,000 quote marks of one file.
fn squeezed(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    while words.contains(">>") {
        words = words.replace(">>>>>>>>>>>>>>>>", ">").replace(">>", ">");
    }
    words
}

#[test]
fn every_mail_of_the_github_collection_gives_what_a_reader_finds_in_it() {
    let expected = cases(&read(&fixtures().join("github-expected.txt")));
    let mut files = 0;
    for entry in std::fs::read_dir(fixtures().join("github")).expect("there") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name == "LICENSE" {
            continue;
        }
        let Case { wanted, .. } = expected.iter().find(|case| case.name == name).expect(&name);
        let found = own_words(&read(&path));
        assert_eq!(squeezed(&found.text), squeezed(&wanted.text), "{name}: text");
        let signature = |reply: &ReplyText| reply.signature.as_deref().map(squeezed);
        assert_eq!(signature(&found), signature(wanted), "{name}: signature");
        assert_eq!(found.quoted, wanted.quoted, "{name}: quoted");
        assert_eq!(found.interleaved, wanted.interleaved, "{name}: interleaved");
        files += 1;
    }
    assert_eq!((files, expected.len()), (22, 22));
}

/// The text with line breaks instead of the spaces chosen.
fn wrapped(text: &str, spaces: &[usize]) -> String {
    let mut text = text.to_owned();
    for space in spaces {
        text.replace_range(*space..=*space, "\n");
    }
    text
}

/// Every attribution above quoted lines and, where it says enough, above a mail without marks; on one line, on two
/// and on three, wherever a program may have broken it.
#[test]
fn an_attribution_is_known_wherever_it_is_wrapped() {
    let table = read(&fixtures().join("attributions.txt"));
    let (mut tried, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let (little, line) = line.strip_prefix('~').map_or((false, line), |line| (true, line));
        let spaces: Vec<usize> = line.match_indices(' ').map(|(at, _)| at).collect();
        let mut breaks: Vec<Vec<usize>> = vec![vec![]];
        if !little {
            breaks.extend(spaces.iter().map(|at| vec![*at]));
            breaks.extend(spaces.iter().zip(spaces.iter().skip(2)).map(|(a, b)| vec![*a, *b]));
        }
        for chosen in breaks {
            for old in ["> old", "old"].iter().take(if little { 1 } else { 2 }) {
                let mail = format!("네, 좋습니다.\nSecond line\n\n{}\n\n{old}\n", wrapped(line, &chosen));
                let found = own_words(&mail);
                tried += 1;
                if found.text != "네, 좋습니다.\nSecond line" || !found.quoted || found.interleaved {
                    wrong.push(format!("{mail:?} gives {:?}", found.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 3800, "{tried}");
}

#[test]
fn ordinary_words_that_hold_what_marks_are_made_of_are_left_alone() {
    let table = read(&fixtures().join("sentences.txt"));
    let (mut tried, mut wrong) = (0, Vec::new());
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let said = line.replace('|', "\n");
        // Alone, within a letter, and above a quoted mail.
        let letter = format!("Hello Sam,\n\n{said}\n\nJane");
        let above =
            format!("{letter}\n\nOn Mon, Jun 1, 2026 at 9:00 AM Sam Rep <sam@s.test> wrote:\n\n> old\n");
        for (mail, wanted, quoted) in
            [(&said, &said, false), (&letter, &letter, false), (&above, &letter, true)]
        {
            let found = own_words(mail);
            tried += 1;
            if found.text != *wanted || found.signature.is_some() || found.quoted != quoted {
                wrong.push(format!("{mail:?}\ngives {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried} wrong\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 330, "{tried}");
}

/// The fields above a quoted mail in one language: from, sent, to, cc, subject.
const HEADERS: [[&str; 5]; 27] = [
    ["From", "Sent", "To", "Cc", "Subject"],
    ["From", "Date", "To", "Cc", "Subject"],
    ["보낸 사람", "보낸 날짜", "받는 사람", "참조", "제목"],
    ["보낸사람", "날짜", "받는사람", "참조", "제목"],
    ["보낸이", "날짜", "받는이", "참조", "제목"],
    ["差出人", "送信日時", "宛先", "CC", "件名"],
    ["Von", "Gesendet", "An", "Cc", "Betreff"],
    ["Von", "Datum", "An", "Kopie", "Betreff"],
    ["De", "Envoyé", "À", "Cc", "Objet"],
    ["De", "Date", "À", "Cc", "Objet"],
    ["De", "Enviado el", "Para", "CC", "Asunto"],
    ["De", "Fecha", "Para", "Cc", "Asunto"],
    ["De", "Enviada em", "Para", "Cc", "Assunto"],
    ["De", "Data", "Para", "Cc", "Assunto"],
    ["Da", "Inviato", "A", "Cc", "Oggetto"],
    ["Van", "Verzonden", "Aan", "CC", "Onderwerp"],
    ["Od", "Wysłano", "Do", "DW", "Temat"],
    ["Från", "Skickat", "Till", "Kopia", "Ämne"],
    ["Fra", "Sendt", "Til", "Cc", "Emne"],
    ["Fra", "Dato", "Til", "Kopi", "Emne"],
    ["Lähettäjä", "Lähetetty", "Vastaanottaja", "Kopio", "Aihe"],
    ["Od", "Odesláno", "Komu", "Kopie", "Předmět"],
    ["От", "Отправлено", "Кому", "Копия", "Тема"],
    ["Kimden", "Gönderildi", "Kime", "Bilgi", "Konu"],
    ["Từ", "Đã gửi", "Đến", "Cc", "Chủ đề"],
    ["发件人", "发送时间", "收件人", "抄送", "主题"],
    ["寄件者", "寄件日期", "收件者", "副本", "主旨"],
];

#[test]
fn a_quoted_header_is_known_in_every_language_and_dress() {
    let values =
        ["Sam Rep <sam@s.test>", "1 June 2026 09:00", "Jane <jane@s.test>", "Bob <bob@s.test>", "Plan"];
    let plain_values = ["Sam Rep", "1 June 2026 09:00", "Jane", "Bob", "Plan"];
    let dresses: [fn(&str, &str) -> String; 8] = [
        |name, value| format!("{name}: {value}\n"),
        |name, value| format!("{name} : {value}\n"),
        |name, value| format!("{name}：{value}\n"),
        |name, value| format!("*{name}:* {value}\n"),
        |name, value| format!("**{name}:** {value}\n"),
        |name, value| format!("*{name}*: {value}\n\n"),
        |name, value| format!("{}:\t{value}\n", name.to_uppercase()),
        |name, value| format!("   {name}: {value}\n"),
    ];
    let rules = [
        "",
        "---\n",
        "________________________________\n",
        "* * *\n\n",
        "-----Original Message-----\n",
        "\n\n",
    ];
    for names in HEADERS {
        for (dress, rule) in dresses.iter().flat_map(|dress| rules.iter().map(move |rule| (dress, rule))) {
            for (values, order) in
                [(&values, [0, 1, 2, 3, 4]), (&plain_values, [0, 1, 2, 3, 4]), (&values, [1, 0, 2, 4, 3])]
            {
                let header: String = order.iter().map(|field| dress(names[*field], values[*field])).collect();
                let mail = format!("네, 좋습니다.\nSecond line\n\n{rule}{header}\nold words\n");
                let found = own_words(&mail);
                assert_eq!(found.text, "네, 좋습니다.\nSecond line", "{mail}");
                assert!(found.quoted && found.signature.is_none(), "{mail}");
            }
        }
    }
}
