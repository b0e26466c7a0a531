//! What the program itself says on the page of an offer, besides what it says in the offer.

use kernel::Locale;
use serde::Serialize;

use crate::sign::rules::Refusal;

/// The words of one language.
#[derive(Debug, Clone, Copy, Serialize)]
#[allow(missing_docs)] // each is named for when it is said
pub struct Words {
    pub pdf: &'static str,
    pub to_accept: &'static str,
    pub choose: &'static str,
    pub reckon: &'static str,
    pub ask: &'static str,
    pub ask_label: &'static str,
    pub send_question: &'static str,
    pub send_comment: &'static str,
    pub said: &'static str,
    pub ask_timing: &'static str,
    pub stop_timing: &'static str,
    pub yes: &'static str,
    pub no: &'static str,
    pub accept: &'static str,
    pub accept_now: &'static str,
    pub name: &'static str,
    pub role: &'static str,
    pub start: &'static str,
    pub draw: &'static str,
    pub clear: &'static str,
    pub code_first: &'static str,
    pub code_again: &'static str,
    pub wait: &'static str,
    pub reader: &'static str,
    pub decline: &'static str,
    pub decline_why: &'static str,
    pub decline_do: &'static str,
    pub newer: &'static str,
    pub to_receipt: &'static str,
    pub agreement: &'static str,
    pub back: &'static str,
    pub signed: &'static str,
    pub signed_text: &'static str,
    pub signed_part: &'static str,
    pub closed: &'static str,
    pub closed_text: &'static str,
    pub too_many: &'static str,
    pub too_large: &'static str,
    pub no_mail: &'static str,
    pub locked: &'static str,
    pub no_name: &'static str,
    pub no_consent: &'static str,
    pub no_start: &'static str,
    pub wrong_code: &'static str,
    pub is_accepted: &'static str,
    pub is_declined: &'static str,
    pub is_expired: &'static str,
    pub is_superseded: &'static str,
    pub is_withdrawn: &'static str,
    pub is_preview: &'static str,
    pub changed: &'static str,
    pub price_changed: &'static str,
    pub no_package: &'static str,
}

const ENGLISH: Words = Words {
    pdf: "Download as PDF",
    to_accept: "To the decision",
    choose: "Choose what fits",
    reckon: "Update the sums",
    ask: "Ask or comment here",
    ask_label: "Your words",
    send_question: "Ask",
    send_comment: "Leave a comment",
    said: "Thank you. We have it, and will answer.",
    ask_timing: "May we see which parts you read, and for how long? It helps us answer what matters to you. You can stop it at any time.",
    stop_timing: "Stop showing what I read",
    yes: "Yes",
    no: "No",
    accept: "Accept this offer",
    accept_now: "Accept now",
    name: "Your name",
    role: "Your role (optional)",
    start: "When it should start (optional)",
    draw: "Draw your signature, if you like. Otherwise your typed name is your signature.",
    clear: "Clear",
    code_first: "We then send a code to your email address, so that nobody else can accept in your name.",
    code_again: "Send another code",
    wait: "Somebody else signs first. You will be able to sign here afterwards.",
    reader: "This link is for reading. Whoever decides got a link of their own.",
    decline: "Decline",
    decline_why: "What speaks against it?",
    decline_do: "Decline this offer",
    newer: "Read the newer version",
    to_receipt: "See the receipt",
    agreement: "Download the sealed agreement",
    back: "Back to the offer",
    signed: "Accepted. Thank you.",
    signed_text: "This is your receipt. It stays available at this address.",
    signed_part: "You have signed. It holds once everybody has.",
    closed: "There is no offer here",
    closed_text: "The link is not complete, or the offer was taken back.",
    too_many: "There were many tries from this link. Please try again in an hour.",
    too_large: "That was too long. Please write less.",
    no_mail: "The code could not be sent. Please write to your contact.",
    locked: "Wrong codes were entered too often. Please ask your contact for a new link.",
    no_name: "Please tell us your name.",
    no_consent: "Please tick that you agree.",
    no_start: "Please pick a day that lies ahead.",
    wrong_code: "This is not the newest code, or it is older than 15 minutes.",
    is_accepted: "This offer was accepted.",
    is_declined: "This offer was declined.",
    is_expired: "This offer is no longer valid. Please ask for a new one.",
    is_superseded: "A newer version took the place of this one.",
    is_withdrawn: "This offer was taken back.",
    is_preview: "This is how they see it. Nothing here can be sent.",
    changed: "The offer is not the one that was shown. Please read it once more.",
    price_changed: "A price has changed since this page was opened. Please look at the sums once more.",
    no_package: "Please choose a package.",
};

const KOREAN: Words = Words {
    pdf: "PDF로 받기",
    to_accept: "결정하기",
    choose: "알맞은 구성을 선택하세요",
    reckon: "금액 다시 계산",
    ask: "여기에 질문이나 의견 남기기",
    ask_label: "내용",
    send_question: "질문하기",
    send_comment: "의견 남기기",
    said: "감사합니다. 확인하고 답변드리겠습니다.",
    ask_timing: "어느 부분을 얼마나 읽으셨는지 저희가 보아도 될까요? 중요하게 보시는 점에 맞춰 답변드리는 데 도움이 됩니다. 언제든지 중단하실 수 있습니다.",
    stop_timing: "읽은 부분 표시 중단하기",
    yes: "네",
    no: "아니요",
    accept: "제안 수락하기",
    accept_now: "지금 수락하기",
    name: "성명",
    role: "직책 (선택)",
    start: "희망 시작일 (선택)",
    draw: "원하시면 서명을 그려 주세요. 그리지 않으시면 입력하신 성명이 서명이 됩니다.",
    clear: "지우기",
    code_first: "다른 사람이 대신 수락할 수 없도록 이메일로 인증 코드를 보내 드립니다.",
    code_again: "코드 다시 보내기",
    wait: "다른 분이 먼저 서명합니다. 그 뒤에 여기에서 서명하실 수 있습니다.",
    reader: "이 링크는 열람용입니다. 결정하시는 분께는 별도의 링크를 보내 드렸습니다.",
    decline: "거절하기",
    decline_why: "어떤 점이 맞지 않으신가요?",
    decline_do: "제안 거절하기",
    newer: "새 버전 보기",
    to_receipt: "수락 내역 보기",
    agreement: "봉인된 합의서 받기",
    back: "제안서로 돌아가기",
    signed: "수락되었습니다. 감사합니다.",
    signed_text: "수락 내역입니다. 이 주소에서 언제든지 다시 보실 수 있습니다.",
    signed_part: "서명하셨습니다. 모든 분이 서명하시면 효력이 생깁니다.",
    closed: "제안서를 찾을 수 없습니다",
    closed_text: "링크가 올바르지 않거나 제안이 철회되었습니다.",
    too_many: "이 링크에서 시도가 너무 많았습니다. 한 시간 뒤에 다시 시도해 주세요.",
    too_large: "내용이 너무 깁니다. 조금 줄여 주세요.",
    no_mail: "인증 코드를 보내지 못했습니다. 담당자에게 연락해 주세요.",
    locked: "잘못된 코드가 여러 번 입력되었습니다. 담당자에게 새 링크를 요청해 주세요.",
    no_name: "성명을 적어 주세요.",
    no_consent: "동의 항목을 선택해 주세요.",
    no_start: "오늘 이후의 날짜를 골라 주세요.",
    wrong_code: "최근에 보내 드린 코드가 아니거나 15분이 지났습니다.",
    is_accepted: "수락된 제안입니다.",
    is_declined: "거절된 제안입니다.",
    is_expired: "유효 기간이 지난 제안입니다. 새 제안을 요청해 주세요.",
    is_superseded: "새 버전으로 대체된 제안입니다.",
    is_withdrawn: "철회된 제안입니다.",
    is_preview: "상대방에게 보이는 화면입니다. 여기에서는 아무것도 전송되지 않습니다.",
    changed: "보여 드린 제안과 내용이 다릅니다. 다시 한번 읽어 주세요.",
    price_changed: "페이지를 여신 뒤에 가격이 바뀌었습니다. 금액을 다시 확인해 주세요.",
    no_package: "구성을 선택해 주세요.",
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
    /// Why it cannot be signed.
    #[must_use]
    pub fn of(&self, refusal: Refusal) -> &'static str {
        match refusal {
            Refusal::NotOut => self.is_withdrawn,
            Refusal::Superseded => self.is_superseded,
            Refusal::Expired => self.is_expired,
            Refusal::Answered => self.is_accepted,
            Refusal::NotASigner => self.reader,
            Refusal::NotYourTurn => self.wait,
            Refusal::Changed => self.changed,
            Refusal::PriceChanged => self.price_changed,
            Refusal::NoPackage => self.no_package,
        }
    }
}

/// Where the code went, without telling the whole address to whoever has the link.
#[must_use]
pub fn code_sent(locale: Locale, mail: &str) -> String {
    let (name, domain) = mail.split_once('@').unwrap_or((mail, ""));
    let first: String = name.chars().take(1).collect();
    match locale {
        Locale::En => format!("The code we sent to {first}•••@{domain}"),
        Locale::Ko => format!("{first}•••@{domain} 주소로 보내 드린 코드"),
    }
}
