//! The mails a signer gets: a code, and what they signed.

use kernel::Locale;

use super::accept::Receipt;

/// Subject and text.
pub type Letter = (String, String);

/// The mail with a code. The code stands in the text alone: subjects are shown in too many places.
#[must_use]
pub fn code(locale: Locale, title: &str, code: &str) -> Letter {
    match locale {
        Locale::En => (
            format!("Your code to accept \"{title}\""),
            format!(
                "Your code is {code}. It holds for 15 minutes. Enter it on the page of the offer to accept it.\n\n\
                 If you did not ask for it, you need not do anything; please do not pass it on."
            ),
        ),
        Locale::Ko => (
            format!("'{title}' 수락을 위한 인증 코드"),
            format!(
                "인증 코드는 {code}입니다. 15분 동안 유효하며, 제안서 페이지에 입력하시면 수락이 완료됩니다.\n\n\
                 요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 코드를 다른 분께 전달하지 마세요."
            ),
        ),
    }
}

/// The mail to somebody who signed: what it was, and where they find it again.
#[must_use]
pub fn receipt(locale: Locale, title: &str, receipt: &Receipt, url: &str) -> Letter {
    let sum = locale.money(receipt.contract);
    let all = receipt.place >= receipt.signers;
    match locale {
        Locale::En => {
            let state = if all { "It holds from now on." } else { "It holds once everybody has signed." };
            (
                format!("You signed \"{title}\""),
                format!(
                    "Thank you. You signed \"{title}\", version {}: {}, {sum} over the term with tax. {state}\n\n\
                     What you signed, and the sealed agreement once everybody has: {url}\n\n\
                     If it was not you, please answer this mail at once.",
                    receipt.version, receipt.package
                ),
            )
        }
        Locale::Ko => {
            let state = if all {
                "지금부터 효력이 있습니다."
            } else {
                "모든 분이 서명하시면 효력이 생깁니다."
            };
            (
                format!("'{title}'에 서명하셨습니다"),
                format!(
                    "감사합니다. 제안서 '{title}' 버전 {}에 서명하셨습니다: {}, 계약 기간 전체 {sum}(세금 포함). {state}\n\n\
                     서명하신 내용과, 모든 분이 서명하신 뒤의 봉인된 합의서는 여기에서 보실 수 있습니다: {url}\n\n\
                     본인이 서명하지 않으셨다면 이 메일에 바로 회신해 주세요.",
                    receipt.version, receipt.package
                ),
            )
        }
    }
}
