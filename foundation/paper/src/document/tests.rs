//! Documents as they are set: read off the pages themselves.

use typst::layout::{Frame, FrameItem};

use super::*;
use crate::document::{Column, Fact, Line, Part, Total};
use crate::prose::prose;

/// A blue sign.
const LOGO: &[u8] = include_bytes!("logo.png");

fn words_of(frame: &Frame, missing: &mut usize) -> String {
    let mut all = String::new();
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => all.push_str(&words_of(&group.frame, missing)),
            FrameItem::Text(text) => {
                *missing += text.glyphs.iter().filter(|glyph| glyph.id == 0).count();
                all.push_str(&text.text);
                all.push(' ');
            }
            _ => {}
        }
    }
    all
}

/// The texts page by page, and how many letters have no form.
fn read(document: &Document) -> (Vec<String>, usize) {
    let pages = set(document).expect("it is set");
    let mut missing = 0;
    let words = pages.pages().iter().map(|page| words_of(&page.frame, &mut missing)).collect();
    (words, missing)
}

fn line(n: usize, korean: bool) -> Line {
    let text = if korean { format!("사용자 라이선스 {n}") } else { format!("Licence {n}") };
    let detail =
        if n.is_multiple_of(3) { "For one seat, with help by phone".to_owned() } else { String::new() };
    Line { text, detail, quantity: "3".into(), price: "$19.99".into(), amount: format!("#{n}"), apart: false }
}

pub(crate) fn document(korean: bool, lines: usize) -> Document {
    let text = match korean {
        true => {
            "귀사가 말씀하신 **납기 지연(3주)**을 다음과 같이 해결합니다.\n\n1. 주문을 한곳에 모읍니다.\n2. 늦어지는 주문을 미리 알려 드립니다.\n\n> 두 주 만에 달라졌습니다.\n\n| 지표 | 지금 | 목표 |\n|---|--:|--:|\n| 납기 | 21일 | 3일 |\n"
        }
        false => {
            "You told us that orders come **three weeks late**. This is what changes:\n\n- orders stand in *one* place\n- late ones are [seen early](https://example.com)\n\n## How\n\n1. Two days of setting up\n2. `import` of what there is\n\n| What | Now | Then |\n|---|--:|--:|\n| Days | 21 | 3 |\n"
        }
    };
    let word = |en: &str, ko: &str| if korean { ko.to_owned() } else { en.to_owned() };
    Document {
        korean,
        title: word("Close in two days", "이틀 만에 마감하기"),
        author: word("Hanbit Soft", "한빛소프트"),
        kind: word("Offer", "제안서"),
        accent: "#1864ab".into(),
        logo: Some(Picture { bytes: LOGO.to_vec(), alt: "Hanbit".into() }),
        pictures: vec![Picture { bytes: LOGO.to_vec(), alt: "A drawing".into() }],
        facts: vec![
            Fact::new(word("For", "받는 분"), word("Kim Minji, Acme", "김민지, 에이스")),
            Fact::new(word("Valid until", "유효 기간"), "2026-12-23"),
        ],
        parts: vec![
            Part::Heading { text: word("What you want to reach", "이루고 싶은 것") },
            Part::Prose { blocks: prose(&text.repeat(3)) },
            Part::Heading { text: word("Three ways", "세 가지 방법") },
            Part::Compare {
                columns: (0..3)
                    .map(|n| Column {
                        name: format!("P{n}"),
                        text: word("For small teams", "작은 팀에"),
                        badge: if n == 1 { word("Advised", "추천") } else { String::new() },
                        values: vec!["$1.00".into(), "$2.00".into()],
                    })
                    .collect(),
                rows: vec![word("Once", "일회"), word("In all", "합계")],
            },
            Part::Heading { text: word("What it consists of", "구성") },
            Part::Lines {
                heads: vec![
                    word("What", "항목"),
                    word("How many", "수량"),
                    word("Price", "단가"),
                    word("Amount", "금액"),
                ],
                lines: (0..lines).map(|n| line(n, korean)).collect(),
                totals: vec![
                    Total { name: word("Net", "공급가액"), amount: "$100.00".into(), strong: false },
                    Total { name: word("Tax", "부가세"), amount: "$10.00".into(), strong: false },
                    Total { name: word("TOTAL", "총합계"), amount: "$110.00".into(), strong: true },
                ],
            },
            Part::Callout {
                text: word(
                    "From 1 Jan 2027 one licence costs $24.99.",
                    "2027년 1월 1일부터 단가가 오릅니다.",
                ),
            },
            Part::Sign {
                facts: vec![Fact::new(word("Name", "이름"), ""), Fact::new(word("Date", "날짜"), "")],
            },
            Part::Small { text: word("Prices without tax.", "부가세 별도.") },
        ],
        made_at: 1_795_392_000,
    }
}

#[test]
fn documents_of_several_pages_are_set_in_both_languages_without_a_missing_letter() {
    for korean in [false, true] {
        let document = document(korean, 40);
        let (pages, missing) = read(&document);
        assert!(pages.len() >= 3, "{} pages", pages.len());
        assert_eq!(missing, 0);
        let all = pages.join(" ");
        let wanted: [&str; 3] = if korean {
            ["납기", "라이선스", "총합계"]
        } else {
            ["three weeks late", "Licence 39", "TOTAL"]
        };
        for words in wanted {
            assert!(all.contains(words), "{words} in {all}");
        }
        let head = if korean { "단가" } else { "How many" };
        let with_lines = pages.iter().filter(|p| p.contains("$19.99")).count();
        let with_head = pages.iter().filter(|p| p.contains("$19.99") && p.contains(head)).count();
        assert!(with_lines >= 2 && with_head == with_lines, "the head is on each page of lines");
        let printed = print_document(&document).expect("it prints");
        assert_eq!(printed.pages, pages.len());
        let text = String::from_utf8_lossy(&printed.pdf);
        assert!(text.contains("pdfuaid") && text.contains("pdfaid"), "it says what it keeps to");
        assert!(text.contains(if korean { "ko" } else { "en" }));
        assert_eq!(
            print_document(&document).expect("again").pdf,
            printed.pdf,
            "the same document is the same bytes"
        );
        if let Ok(folder) = std::env::var("PAPER_PICTURES") {
            std::fs::write(format!("{folder}/document-{korean}.pdf"), &printed.pdf).expect("a file");
        }
    }
}

#[test]
fn totals_never_stand_on_a_page_alone() {
    for lines in 1..60 {
        let mut document = document(false, lines);
        document.parts = document.parts.split_off(4);
        let (pages, _) = read(&document);
        let page = pages.iter().find(|p| p.contains("TOTAL")).expect("they are printed");
        let both = page.contains("Net") && page.contains("Tax") && page.contains(&format!("#{}", lines - 1));
        assert!(both, "{lines} lines: {page}");
    }
}

#[test]
fn what_is_written_is_text_and_what_no_font_has_is_a_question_mark() {
    let mut document = document(false, 2);
    document.title = "#panic(\"x\") *a* $x$ 漢字 \u{1f600}".into();
    let (pages, missing) = read(&document);
    assert!(pages[0].contains("#panic(\"x\")") && pages[0].contains("??"), "{}", pages[0]);
    assert_eq!(missing, 0);
    document.logo = Some(Picture { bytes: b"<svg/>".to_vec(), alt: "x".into() });
    assert_eq!(print_document(&document).map(|p| p.pages), Err(PaperError::Picture));
    document.logo = Some(Picture { bytes: LOGO.to_vec(), alt: "x".into() });
    assert!(print_document(&document).is_ok());
    document.logo = Some(Picture { bytes: LOGO[..40].to_vec(), alt: "x".into() });
    assert!(print_document(&document).is_err(), "a torn picture");
}

#[test]
fn after_the_first_a_document_takes_less_than_a_blink() {
    let _ = print_document(&document(true, 40));
    let began = std::time::Instant::now();
    let mut other = document(true, 41);
    other.title.push('!');
    print_document(&other).expect("it prints");
    let took = began.elapsed();
    println!("a document of three pages: {took:?}");
    // Built for tests and beside other work it is slower than for use.
    assert!(took.as_secs() < 10, "{took:?}");
}
