//! Why a row is refused, said in the language of whoever imports.

use super::table::RefusedReason;
use super::value::ValueError;
use crate::kind::Kind;
use http_room::FieldError;
use kernel::Locale;

/// A cell that does not fit the field of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellFault {
    /// Header of the column.
    pub column: String,
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
        (Locale::Ko, RefusedReason::ZeroByte { column }) => {
            format!("'{column}' 열에 읽을 수 없는 문자(NUL)가 있습니다")
        }
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
        let fault = CellFault { column: "Closed".to_owned(), why };
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
