//! The mails that tell people what became of their consent or refusal, in their language, or ask about a consent. They
//! name who sends, what was said on which day, and what came of it or how it is kept or taken back (enforcement decree of
//! the Network Act, articles 62-2, 62-3). Pure.

use chrono::{Datelike, NaiveDate};
use kernel::Locale;

use super::rules::NoticeKind;

/// Longest consent that is repeated word by word.
const WORDING: usize = 500;

/// Who sends advertisements here.
#[derive(Debug, Clone, Copy)]
pub struct Sender<'a> {
    /// The workspace.
    pub company: &'a str,
    /// Name, mail, phone and postal address, as far as they are known.
    pub reached_at: &'a [String],
}

/// What somebody said.
#[derive(Debug, Clone)]
pub struct Fact {
    /// On which day, where they are.
    pub day: NaiveDate,
    /// To what they agreed.
    pub wording: Option<String>,
}

/// A notice to be written.
#[derive(Debug, Clone, Copy)]
pub struct Notice<'a> {
    /// Of what.
    pub kind: NoticeKind,
    /// To whom.
    pub name: &'a str,
    /// From whom.
    pub sender: Sender<'a>,
    /// What they said, the oldest first.
    pub facts: &'a [Fact],
    /// Where they refuse, for nothing.
    pub refuse_at: &'a str,
}

/// Its subject.
#[must_use]
pub fn subject(locale: Locale, kind: NoticeKind, company: &str) -> String {
    match (locale, kind) {
        (Locale::En, NoticeKind::Given) => format!("{company}: your consent is on record"),
        (Locale::En, NoticeKind::Withdrawn) => format!("{company}: you took your consent back"),
        (Locale::En, NoticeKind::Refused) => format!("{company}: you get no more advertising mail"),
        (Locale::En, NoticeKind::Confirm) => format!("{company}: do you still want our advertising mail?"),
        (Locale::Ko, NoticeKind::Confirm) => format!("[{company}] 수신동의 유지 여부 확인 안내"),
        (Locale::Ko, NoticeKind::Given) => format!("[{company}] 수신동의 처리 결과 안내"),
        (Locale::Ko, NoticeKind::Withdrawn) => format!("[{company}] 수신동의 철회 처리 결과 안내"),
        (Locale::Ko, NoticeKind::Refused) => format!("[{company}] 수신거부 처리 결과 안내"),
    }
}

/// Its text.
#[must_use]
pub fn text(locale: Locale, notice: &Notice<'_>) -> String {
    let mut parts = vec![hello(locale, notice.name), opening(locale, notice.kind)];
    parts.push(facts(locale, notice));
    if !notice.kind.answers_refusal() {
        parts.push(match locale {
            Locale::En => format!("You can take it back at any time, free of charge: {}", notice.refuse_at),
            Locale::Ko => format!("언제든지 무료로 동의를 철회하실 수 있습니다: {}", notice.refuse_at),
        });
    }
    parts.push(from(notice.sender));
    parts.join("\n\n")
}

fn hello(locale: Locale, name: &str) -> String {
    match locale {
        Locale::En => format!("Hello {name},"),
        Locale::Ko => format!("{name}님, 안녕하세요."),
    }
}

fn opening(locale: Locale, kind: NoticeKind) -> String {
    match (locale, kind) {
        (Locale::En, NoticeKind::Confirm) => {
            "article 50 (8) of Korea's Network Act asks us to remind you every two years of what you agreed to."
        }
        (Locale::Ko, NoticeKind::Confirm) => {
            "정보통신망법 제50조 제8항에 따라 2년마다 수신동의 여부를 확인합니다."
        }
        (Locale::En, _) => "this is to tell you what became of what you said, as article 50 (7) of Korea's Network Act asks of us.",
        (Locale::Ko, _) => "정보통신망법 제50조 제7항에 따라 처리 결과를 알려 드립니다.",
    }
    .to_owned()
}

fn facts(locale: Locale, notice: &Notice<'_>) -> String {
    let (said, result) = match (locale, notice.kind) {
        (Locale::En, NoticeKind::Given) => {
            ("You agreed to get advertising mail", "Your consent is on record.")
        }
        (Locale::En, NoticeKind::Withdrawn) => {
            ("You took your consent back", "Done. You get no more advertising mail on the ground of it.")
        }
        (Locale::En, NoticeKind::Refused) => {
            ("You refused advertising mail", "Done. You get no more advertising mail.")
        }
        (Locale::En, NoticeKind::Confirm) => (
            "You agreed to get advertising mail",
            "Your consent stays as it is. To keep it you need not do anything, nor answer.",
        ),
        (Locale::Ko, NoticeKind::Confirm) => (
            "광고성 정보 수신동의",
            "수신동의가 그대로 유지됩니다. 유지하시려면 따로 하실 일이 없으며, 회신하지 않으셔도 됩니다.",
        ),
        (Locale::Ko, NoticeKind::Given) => ("광고성 정보 수신동의", "수신동의가 처리되었습니다."),
        (Locale::Ko, NoticeKind::Withdrawn) => (
            "광고성 정보 수신동의 철회",
            "철회가 처리되었습니다. 이 동의를 근거로 광고성 정보를 더 이상 보내지 않습니다.",
        ),
        (Locale::Ko, NoticeKind::Refused) => {
            ("광고성 정보 수신거부", "수신거부가 처리되었습니다. 광고성 정보를 더 이상 보내지 않습니다.")
        }
    };
    let mut lines: Vec<String> = notice.facts.iter().map(|fact| line(locale, said, fact)).collect();
    lines.push(match (locale, notice.kind) {
        (Locale::En, NoticeKind::Confirm) => format!("- How to keep it: {result}"),
        (Locale::Ko, NoticeKind::Confirm) => format!("- 유지 방법: {result}"),
        (Locale::En, _) => format!("- What came of it: {result}"),
        (Locale::Ko, _) => format!("- 처리 결과: {result}"),
    });
    lines.join("\n")
}

fn line(locale: Locale, said: &str, fact: &Fact) -> String {
    let day = day(locale, fact.day);
    let words = fact.wording.as_deref().map(|words| quoted(locale, words)).unwrap_or_default();
    match locale {
        Locale::En => format!("- {said}: {day}{words}"),
        Locale::Ko => format!("- {said}: {day}{words}"),
    }
}

fn quoted(locale: Locale, words: &str) -> String {
    let words: String =
        words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(WORDING).collect();
    match locale {
        Locale::En => format!(", in these words: “{words}”"),
        Locale::Ko => format!(", 동의 내용: “{words}”"),
    }
}

/// A day in words: `27 November 2026`, `2026년 11월 27일`.
fn day(locale: Locale, day: NaiveDate) -> String {
    match locale {
        Locale::En => day.format("%-d %B %Y").to_string(),
        Locale::Ko => format!("{}년 {}월 {}일", day.year(), day.month(), day.day()),
    }
}

fn from(sender: Sender<'_>) -> String {
    let mut lines = vec!["-- ".to_owned()];
    let known = std::iter::once(sender.company).chain(sender.reached_at.iter().map(String::as_str));
    lines.push(known.map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · "));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(kind: NoticeKind, facts: &[Fact]) -> [String; 2] {
        let reached_at = ["Ada Stone".to_owned(), "ada@stone.test".to_owned(), String::new()];
        let sender = Sender { company: "Stone", reached_at: &reached_at };
        let notice = Notice { kind, name: "Kim", sender, facts, refuse_at: "https://crm.test/u/7" };
        [Locale::En, Locale::Ko]
            .map(|locale| format!("{}\n{}", subject(locale, kind, "Stone"), text(locale, &notice)))
    }

    #[test]
    fn each_notice_names_sender_day_and_result_and_is_no_advertisement() {
        let fact = Fact {
            day: NaiveDate::from_ymd_opt(2026, 11, 27).unwrap(),
            wording: Some("Yes,\nwrite to me.".to_owned()),
        };
        let table = [
            (NoticeKind::Given, "on record", "수신동의가 처리되었습니다", true),
            (NoticeKind::Withdrawn, "took your consent back", "철회가 처리되었습니다", false),
            (NoticeKind::Confirm, "need not do anything", "그대로 유지됩니다", true),
            (NoticeKind::Refused, "refused advertising mail", "수신거부가 처리되었습니다", false),
        ];
        for (kind, in_english, in_korean, link) in table {
            let [en, ko] = notice(kind, std::slice::from_ref(&fact));
            for (mail, words) in
                [(en, [in_english, "27 November 2026"]), (ko, [in_korean, "2026년 11월 27일"])]
            {
                assert!(words.iter().all(|word| mail.contains(word)), "{kind:?} {words:?}: {mail}");
                assert!(mail.ends_with("-- \nStone · Ada Stone · ada@stone.test"), "{mail}");
                assert!(mail.contains("“Yes, write to me.”") && !mail.contains("(광고)"), "{mail}");
                assert_eq!(mail.contains("https://crm.test/u/7"), link, "{mail}");
            }
        }
    }
}
