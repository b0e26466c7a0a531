//! Why a row is refused, said in the language of whoever imports.

use super::decode::DecodeError;
use super::source::SourceError;
use super::table::{RefusedReason, TableError};
use super::value::ValueError;
use crate::kind::Kind;
use axum::http::StatusCode;
use http_room::{FieldError, Problem};
use kernel::Locale;
use kernel::limits::{IMPORT_BYTES, IMPORT_COLUMNS, IMPORT_ROWS};

/// A cell that does not fit the field of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// Header of the column.
    pub column: String,
    /// The cell.
    pub cell: String,
    /// What is wrong.
    pub why: CellError,
}

/// Why a cell does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// It is not the value it should be.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// It is no year.
    #[error("'{0}' is not a year")]
    NotAYear(String),
    /// It is no currency.
    #[error("'{0}' is not a currency: write it like USD")]
    NotACurrency(String),
}

impl CellFault {
    /// In words.
    #[must_use]
    pub fn said(&self, locale: Locale) -> String {
        match locale {
            Locale::En => format!("column '{}': {}", self.column, self.why),
            Locale::Ko => format!("'{}' 열: {}", self.column, self.why.in_korean()),
        }
    }
}

impl CellError {
    fn in_korean(&self) -> String {
        match self {
            Self::Value(ValueError::NotANumber(v)) => {
                format!("'{v}' - 숫자가 아닙니다. 1200, 1,200.50, 1.2M, 1,401만처럼 적어 주세요")
            }
            Self::Value(ValueError::TooLarge(v)) => format!("'{v}' - 너무 큰 값입니다"),
            Self::Value(ValueError::NotMoney(v)) => {
                format!("'{v}' - 금액이 아닙니다. 1200, $1.2M, 1,401만, 500 EUR처럼 적어 주세요")
            }
            Self::Value(ValueError::NotADate(v)) => {
                format!("'{v}' - 날짜가 아닙니다. 2026-01-30처럼 적어 주세요")
            }
            Self::Value(ValueError::NotYesNo(v)) => format!("'{v}' - 예/아니요로 읽을 수 없습니다"),
            Self::NotAYear(v) => format!("'{v}' - 연도가 아닙니다"),
            Self::NotACurrency(v) => format!("'{v}' - 통화가 아닙니다. KRW처럼 적어 주세요"),
        }
    }
}

/// What is wrong with a row as a whole.
#[must_use]
pub fn of_row(reason: &RefusedReason, locale: Locale) -> String {
    match (locale, reason) {
        (Locale::En, reason) => reason.to_string(),
        (Locale::Ko, RefusedReason::CellCount { found, expected }) => {
            format!(
                "행에는 칸이 {found}개, 머리글에는 {expected}개 있습니다. 따옴표와 구분자를 확인해 주세요"
            )
        }
        (Locale::Ko, RefusedReason::CellTooLong { column, bytes, limit }) => {
            format!("'{column}' 열이 {bytes}바이트입니다(최대 {limit}). 닫히지 않은 따옴표가 있나요?")
        }
        (Locale::Ko, RefusedReason::Unreadable) => {
            "이 항목은 손상되었거나 이름이 없어 읽을 수 없습니다".to_owned()
        }
        (Locale::Ko, RefusedReason::ZeroByte { column }) => {
            format!("'{column}' 열에 읽을 수 없는 문자(NUL)가 있습니다")
        }
    }
}

/// A file that cannot be read, as the answer to whoever sent it.
#[must_use]
pub fn refusal(error: &SourceError, locale: Locale) -> Problem {
    if let SourceError::Io(io) = error {
        return Problem::internal(io);
    }
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unreadable_file", of_file(error, locale))
}

/// Why an import stopped in the middle of its file.
#[must_use]
pub fn stopped(error: &TableError, rows: i64, locale: Locale) -> String {
    match locale {
        Locale::En => format!("stopped after row {rows}: {error}. Rows before it are kept."),
        Locale::Ko => {
            format!("{rows}행 뒤에서 멈췄습니다: {}. 그 앞의 행은 저장되었습니다.", table_in_korean(error))
        }
    }
}

/// What is wrong with a file as a whole.
#[must_use]
pub fn of_file(error: &SourceError, locale: Locale) -> String {
    match locale {
        Locale::En => error.to_string(),
        Locale::Ko => file_in_korean(error),
    }
}

fn file_in_korean(error: &SourceError) -> String {
    match error {
        SourceError::TooLarge => format!("파일이 {}MB보다 큽니다. 나누어 주세요", IMPORT_BYTES >> 20),
        SourceError::OldWorkbook => {
            "2007년 이전 형식이거나 암호가 걸린 엑셀 파일입니다. 암호 없이 .xlsx나 CSV로 저장해 주세요"
                .to_owned()
        }
        SourceError::XmlWorkbook => "2003년 XML 스프레드시트입니다. .xlsx나 CSV로 저장해 주세요".to_owned(),
        SourceError::NoWorkbook => "엑셀 통합 문서(.xlsx)가 들어 있지 않은 압축 파일입니다".to_owned(),
        SourceError::BrokenWorkbook(why) => {
            format!("통합 문서가 손상되었습니다({why}). 엑셀에서 열어 다시 저장해 주세요")
        }
        SourceError::TooMuchInside => {
            "압축을 풀면 허용 크기를 넘는 통합 문서입니다. 시트를 CSV로 저장해 주세요".to_owned()
        }
        SourceError::Entities => {
            "스프레드시트 프로그램이 쓰지 않는 XML 엔터티 선언이 있어 열지 않았습니다".to_owned()
        }
        SourceError::NoSheet => "내용이 있는 시트가 없습니다".to_owned(),
        SourceError::UnknownSheet(name) => format!("내용이 있는 '{name}' 시트가 없습니다"),
        SourceError::TooManyColumns(columns) => too_many_columns(*columns),
        SourceError::NoTable => "페이지에 행이 있는 표가 없습니다".to_owned(),
        SourceError::PieceTooLong => {
            "한 조각이 16MB를 넘습니다. 닫히지 않은 따옴표나 태그가 있나요?".to_owned()
        }
        SourceError::Decode(error) => decode_in_korean(error),
        SourceError::Table(error) => table_in_korean(error),
        SourceError::Io(_) => "파일을 읽지 못했습니다".to_owned(),
    }
}

fn too_many_columns(columns: usize) -> String {
    format!("열이 {columns}개입니다. 최대 {IMPORT_COLUMNS}개까지 가져올 수 있습니다")
}

fn table_in_korean(error: &TableError) -> String {
    match error {
        TableError::Empty => "파일이 비어 있습니다. 열 이름이 있는 머리글 행이 필요합니다".to_owned(),
        TableError::TooManyColumns(columns) => too_many_columns(*columns),
        TableError::TooManyRows => format!("행이 {IMPORT_ROWS}개를 넘습니다. 파일을 나누어 주세요"),
        TableError::RowTooLong => "한 행이 16MB를 넘습니다. 닫히지 않은 따옴표가 있나요?".to_owned(),
        TableError::Decode(error) => decode_in_korean(error),
    }
}

fn decode_in_korean(error: &DecodeError) -> String {
    match error {
        DecodeError::NotText(_) => {
            "표가 담긴 파일이 아닙니다. CSV, XLSX, vCard나 HTML 표로 저장해 주세요".to_owned()
        }
        DecodeError::Malformed { offset, encoding } => {
            format!("{offset}번째 바이트가 {encoding}이(가) 아닙니다. UTF-8로 저장해 다시 시도해 주세요")
        }
        DecodeError::Io(_) => "파일을 읽지 못했습니다".to_owned(),
    }
}

/// What is wrong with the fields of a record; each field by its label.
#[must_use]
pub fn of_fields(kind: Kind, errors: &[FieldError], locale: Locale) -> String {
    let said = |e: &FieldError| {
        let label = kind.fields().iter().find(|f| f.key == e.field).map(|f| f.label);
        match (locale, label) {
            (Locale::En, _) => format!("{}: {}", e.field, e.message),
            (Locale::Ko, label) => {
                format!("{}: {}", label.map_or(e.field.as_str(), |(_, ko)| ko), field_in_korean(e))
            }
        }
    };
    errors.iter().map(said).collect::<Vec<_>>().join("; ")
}

fn field_in_korean(error: &FieldError) -> &str {
    match error.code.as_ref() {
        "required" => "값이 있어야 합니다",
        "too_long" => "너무 깁니다",
        "too_many" => "너무 많습니다",
        "not_found" => "찾을 수 없습니다",
        "unknown_field" => "없는 항목입니다",
        "invalid" => "이 항목에 맞지 않는 값입니다",
        _ => &error.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_refused_in_both_languages_with_its_column_and_what_would_fit() {
        let why = CellError::from(ValueError::NotADate("soon".to_owned()));
        let fault = CellFault { column: "Closed".to_owned(), cell: "soon".to_owned(), why };
        assert_eq!(fault.said(Locale::En), "column 'Closed': 'soon' is not a date: write it like 2026-01-30");
        assert_eq!(
            fault.said(Locale::Ko),
            "'Closed' 열: 'soon' - 날짜가 아닙니다. 2026-01-30처럼 적어 주세요"
        );
    }

    #[test]
    fn a_field_is_named_by_its_label_in_korean() {
        let errors = [FieldError::new("name", "required", "a name is needed")];
        assert_eq!(of_fields(Kind::Company, &errors, Locale::En), "name: a name is needed");
        assert_eq!(of_fields(Kind::Company, &errors, Locale::Ko), "회사명: 값이 있어야 합니다");
    }

    #[test]
    fn a_row_of_the_wrong_length_is_refused_in_both_languages() {
        let reason = RefusedReason::CellCount { found: 3, expected: 4 };
        assert!(of_row(&reason, Locale::En).contains("3 cells"));
        assert!(of_row(&reason, Locale::Ko).contains("칸이 3개"));
    }
}
