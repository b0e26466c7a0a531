//! From sheets to a PDF.

use std::sync::LazyLock;

use typst::diag::SourceDiagnostic;
use typst::foundations::{Array, Bytes, Dict, IntoValue};
use typst::text::Font;
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::{PaperError, SHEETS, Sheet, TEXT_BYTES};

const TEMPLATE: &str = include_str!("../templates/sheets.typ");

/// Pretendard (SIL Open Font License): Latin and Hangul, no Chinese characters.
pub(crate) static FONTS: LazyLock<Vec<Font>> = LazyLock::new(|| {
    let files: [&'static [u8]; 2] =
        [include_bytes!("../fonts/Pretendard-Regular.otf"), include_bytes!("../fonts/Pretendard-Bold.otf")];
    files.into_iter().filter_map(|file| Font::new(Bytes::new(file), 0)).collect()
});

/// Made once: it holds the fonts and the read template.
static ENGINE: LazyLock<TypstEngine<TypstTemplateMainFile>> =
    LazyLock::new(|| TypstEngine::builder().main_file(TEMPLATE).fonts(FONTS.iter().cloned()).build());

/// A finished file.
#[derive(Debug, Clone)]
pub struct Printed {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Its pages.
    pub pages: usize,
}

/// The sheets as one PDF, in their order. Takes a few milliseconds a sheet on the thread it is called on.
///
/// # Errors
/// When there are none or too many, one is too long or has letters that no font has.
pub fn print(sheets: &[Sheet]) -> Result<Printed, PaperError> {
    let document = set(sheets)?;
    let why = |all: &[SourceDiagnostic]| PaperError::Engine(words(all));
    let pdf = typst_pdf::pdf(&document, &PdfOptions::default()).map_err(|all| why(&all))?;
    Ok(Printed { pdf, pages: document.pages().len() })
}

/// The sheets as pages.
fn set(sheets: &[Sheet]) -> Result<PagedDocument, PaperError> {
    if sheets.is_empty() || sheets.len() > SHEETS {
        return Err(PaperError::Count);
    }
    for (sheet, one) in sheets.iter().enumerate() {
        if one.texts().map(str::len).sum::<usize>() > TEXT_BYTES {
            return Err(PaperError::TooLong { sheet });
        }
        if let Some(letter) = one.texts().flat_map(str::chars).find(|letter| !is_printable(*letter)) {
            return Err(PaperError::NoGlyph { sheet, letter });
        }
    }
    let values: Array = sheets.iter().map(Sheet::values).collect();
    let mut inputs = Dict::new();
    inputs.insert("sheets".into(), values.into_value());
    ENGINE.compile_with_input(inputs).output.map_err(|why| told(&why.to_string()))
}

/// Whether a letter is in one of the fonts, or is white space.
pub(crate) fn is_printable(letter: char) -> bool {
    letter.is_whitespace() || FONTS.first().is_some_and(|font| font.info().coverage.contains(letter.into()))
}

/// The template says which sheet is too long.
fn told(why: &str) -> PaperError {
    let sheet = why.split_once("too-long:").and_then(|(_, rest)| rest.split(':').next()?.parse().ok());
    sheet.map_or_else(
        || PaperError::Engine(why.chars().take(500).collect()),
        |sheet| PaperError::TooLong { sheet },
    )
}

pub(crate) fn words(all: &[SourceDiagnostic]) -> String {
    all.iter().map(|one| one.message.as_str()).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Format;
    use typst::layout::{Frame, FrameItem};

    fn sheet(format: Format) -> Sheet {
        Sheet {
            format,
            korean: false,
            sender_name: "Jane Miller".into(),
            sender_address: vec!["Main Street 1".into(), "10115 Berlin".into()],
            recipient: vec![
                "Hanbit Soft".into(),
                "Kim Minjun".into(),
                "Teheran-ro 1".into(),
                "06130 Seoul".into(),
            ],
            date: "27 November 2026".into(),
            headline: "Three weeks, not three days".into(),
            body: "Dear Minjun,\n\nyou wrote that parts come late.\nSo it was with us.\n\nJane".into(),
        }
    }

    /// The texts of a page, in the order they are set.
    fn words_of(frame: &Frame) -> String {
        let item = |(_, item): &(_, FrameItem)| match item {
            FrameItem::Group(group) => words_of(&group.frame),
            FrameItem::Text(text) => format!("{} ", text.text),
            _ => String::new(),
        };
        frame.items().map(item).collect()
    }

    fn pages(sheets: &[Sheet]) -> Vec<String> {
        let set = set(sheets).expect("it is set");
        set.pages().iter().map(|page| words_of(&page.frame)).collect()
    }

    #[test]
    fn letters_and_cards_for_a_whole_list_are_one_file() {
        let mut korean = sheet(Format::Postcard);
        korean.korean = true;
        korean.headline = "민준 님께".into();
        korean.body = "안녕하세요.\n\n납기가 자주 지연된다고 들었습니다.".into();
        let printed =
            print(&[sheet(Format::Letter), korean.clone(), sheet(Format::Letter)]).expect("it prints");
        assert!(printed.pdf.starts_with(b"%PDF-"));
        assert_eq!(printed.pages, 4, "a letter has one page, a card two");
        let pages = pages(&[sheet(Format::Letter), korean]);
        assert!(pages[0].contains("Teheran-ro 1") && pages[0].contains("you wrote that parts come late."));
        assert!(pages[1].contains("민준") && pages[2].contains("지연된다고"));
    }

    #[test]
    fn what_looks_like_markup_is_text() {
        let nasty =
            "#panic(\"x\") *bold* _low_ $x^2$ [a](b) \\ @ref <label> = head - list `code` // no /* no */ \"";
        for format in [Format::Letter, Format::Postcard] {
            let mut one = sheet(format);
            one.recipient[1] = nasty.into();
            one.headline = nasty.into();
            one.body = nasty.into();
            let all = pages(&[one]).join(" ");
            let squeezed: String = all.chars().filter(|c| !c.is_whitespace()).collect();
            let wanted: String = nasty.chars().filter(|c| !c.is_whitespace()).collect();
            assert_eq!(squeezed.matches(&wanted).count(), 3, "{all}");
        }
    }

    #[test]
    fn what_does_not_fit_or_cannot_be_printed_is_named_by_its_sheet() {
        let (fine, long) = (sheet(Format::Letter), "A line of some words.\n".repeat(400));
        let with = |format, change: &dyn Fn(&mut Sheet)| {
            let mut one = sheet(format);
            change(&mut one);
            one
        };
        let table = [
            (vec![], PaperError::Count),
            (vec![fine.clone(); SHEETS + 1], PaperError::Count),
            (
                vec![fine.clone(), with(Format::Letter, &|s| s.body = long.clone())],
                PaperError::TooLong { sheet: 1 },
            ),
            (vec![with(Format::Postcard, &|s| s.body = long.clone())], PaperError::TooLong { sheet: 0 }),
            (
                vec![with(Format::Letter, &|s| s.recipient = vec!["A".into(); 40])],
                PaperError::TooLong { sheet: 0 },
            ),
            (
                vec![with(Format::Letter, &|s| s.body = "x".repeat(TEXT_BYTES))],
                PaperError::TooLong { sheet: 0 },
            ),
            (
                vec![fine, with(Format::Letter, &|s| s.body = "漢字".into())],
                PaperError::NoGlyph { sheet: 1, letter: '漢' },
            ),
        ];
        for (sheets, expected) in table {
            assert_eq!(print(&sheets).map(|p| p.pages), Err(expected), "{} sheets", sheets.len());
        }
    }
}
