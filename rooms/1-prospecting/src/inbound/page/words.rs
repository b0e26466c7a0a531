//! What the program itself says on a public form.

use kernel::Locale;
use serde::Serialize;

use crate::inbound::ask::Input;

/// The words of one language.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(missing_docs)] // each is named for when it is said
pub struct Words {
    pub title: &'static str,
    pub send: &'static str,
    pub thanks: &'static str,
    pub go_on: &'static str,
    pub required: &'static str,
    pub trap: &'static str,
    pub agree: &'static str,
    pub look_again: &'static str,
    pub too_old: &'static str,
    pub too_many: &'static str,
    pub too_large: &'static str,
    pub not_now: &'static str,
    pub closed: &'static str,
    pub closed_text: &'static str,
    missing: &'static str,
    too_long: &'static str,
    not_email: &'static str,
    not_url: &'static str,
    not_number: &'static str,
    not_date: &'static str,
    not_fitting: &'static str,
}

const ENGLISH: Words = Words {
    title: "Get in touch",
    send: "Send",
    thanks: "Thank you. We will get back to you.",
    go_on: "Continue",
    required: "(required)",
    trap: "Leave this empty",
    agree: "Please agree before you send this.",
    look_again: "Please look at the marked fields again.",
    too_old: "This page was open for too long. Please send it again.",
    too_many: "Too many messages came from your network. Please try again in an hour.",
    too_large: "This is too much at once. Please shorten your message.",
    not_now: "This could not be sent just now. Please try again in a few minutes.",
    closed: "This form is closed",
    closed_text: "The address is not complete, or the form is no longer in use.",
    missing: "Please fill this in.",
    too_long: "This is too long.",
    not_email: "Please enter an e-mail address such as name@company.com.",
    not_url: "Please enter a web address such as https://company.com.",
    not_number: "Please enter a number.",
    not_date: "Please enter a date as YYYY-MM-DD.",
    not_fitting: "This does not fit here.",
};

const KOREAN: Words = Words {
    title: "문의하기",
    send: "보내기",
    thanks: "감사합니다. 곧 연락드리겠습니다.",
    go_on: "계속하기",
    required: "(필수)",
    trap: "비워 두세요",
    agree: "보내기 전에 동의해 주세요.",
    look_again: "표시된 항목을 다시 확인해 주세요.",
    too_old: "페이지를 연 지 오래되었습니다. 다시 보내 주세요.",
    too_many: "같은 네트워크에서 너무 많은 문의가 들어왔습니다. 한 시간 뒤에 다시 시도해 주세요.",
    too_large: "한 번에 보내기에 너무 깁니다. 내용을 줄여 주세요.",
    not_now: "지금은 보낼 수 없습니다. 몇 분 뒤에 다시 시도해 주세요.",
    closed: "닫힌 양식입니다",
    closed_text: "주소가 올바르지 않거나 더 이상 사용하지 않는 양식입니다.",
    missing: "입력해 주세요.",
    too_long: "너무 깁니다.",
    not_email: "name@company.com 같은 이메일 주소를 입력해 주세요.",
    not_url: "https://company.com 같은 웹 주소를 입력해 주세요.",
    not_number: "숫자를 입력해 주세요.",
    not_date: "YYYY-MM-DD 형식으로 날짜를 입력해 주세요.",
    not_fitting: "올바르지 않은 값입니다.",
};

/// The words of a language.
#[must_use]
pub fn words(locale: Locale) -> &'static Words {
    match locale {
        Locale::En => &ENGLISH,
        Locale::Ko => &KOREAN,
    }
}

impl Words {
    /// What is wrong with a field, by the code of its fault.
    #[must_use]
    pub fn fault(&self, code: &str, input: Input) -> &'static str {
        match (code, input) {
            ("required", _) => self.missing,
            ("too_long", _) => self.too_long,
            (_, Input::Email) => self.not_email,
            (_, Input::Url) => self.not_url,
            (_, Input::Number) => self.not_number,
            (_, Input::Date) => self.not_date,
            _ => self.not_fitting,
        }
    }
}
