//! The honest mail: that it does not fit, why, and thanks. A draft to be read and changed before it is sent.

use kernel::Locale;
use serde::Serialize;

/// A draft of the honest mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct HonestDraft {
    /// In which language.
    pub locale: String,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
}

/// Writes the draft in the language of whom it goes to. The reason is the rep's to put into words for them.
#[must_use]
pub fn draft(locale: Locale, name: &str, given_name: Option<&str>, reason: Option<&str>) -> HonestDraft {
    let reason = reason.map(str::trim).filter(|r| !r.is_empty());
    let (subject, text) = match locale {
        Locale::En => english(given_name.unwrap_or(name), reason),
        Locale::Ko => korean(name, reason),
    };
    HonestDraft { locale: locale.tag().to_owned(), subject, text }
}

fn english(name: &str, reason: Option<&str>) -> (String, String) {
    let why = reason.map_or_else(String::new, |r| format!("\n\nThe reason: {r}"));
    let text = format!(
        "Hello {name},\n\nthank you for the time you took to tell me about your work. Having thought it over, I believe we are \
         not the right fit for you now, and I would rather say so than take more of your time.{why}\n\nIf I have \
         misunderstood something, or if things change on your side, a line is enough and I will gladly look at it again. \
         And if I can point you to somebody who fits better, just ask.\n\nAll the best for what you are working on."
    );
    ("Thank you, and an honest word".to_owned(), text)
}

fn korean(name: &str, reason: Option<&str>) -> (String, String) {
    let why = reason.map_or_else(String::new, |r| format!("\n\n이유는 다음과 같습니다. {r}"));
    let text = format!(
        "{name}님, 안녕하세요.\n\n시간을 내어 하시는 일을 들려주셔서 감사합니다. 곰곰이 생각해 보니 지금은 저희가 꼭 맞는 상대가 \
         아니라고 판단했습니다. 시간을 더 빼앗기보다 솔직하게 말씀드리는 것이 낫다고 생각했습니다.{why}\n\n혹시 제가 잘못 이해한 \
         부분이 있거나 상황이 달라지면 한 줄만 보내 주세요. 기꺼이 다시 살펴보겠습니다. 더 잘 맞는 곳을 찾으신다면 소개해 드릴 수도 \
         있습니다.\n\n하시는 일이 모두 잘되기를 바랍니다."
    );
    ("감사 인사와 솔직한 말씀".to_owned(), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_honest_mail_says_so_kindly_in_the_language_of_whom_it_goes_to() {
        let cases = [
            (Locale::En, "Hello Minji,", "The reason: too small", "Thank you"),
            (Locale::Ko, "김민지님, 안녕하세요.", "이유는 다음과 같습니다. too small", "감사"),
        ];
        for (locale, hello, why, subject) in cases {
            let with = draft(locale, "김민지", Some("Minji"), Some(" too small "));
            assert!(with.text.starts_with(hello) && with.text.contains(why), "{}", with.text);
            assert!(with.subject.contains(subject));
            assert!(!draft(locale, "김민지", None, Some(" ")).text.contains("too small"));
        }
    }
}
