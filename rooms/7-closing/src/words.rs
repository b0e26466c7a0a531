//! What the house itself says in closing: titles of tasks, drafts of mails, and ways to ask for the decision, in both
//! languages. Nothing here presses.

use kernel::Locale;

use crate::rules::{CloseKind, PlanStep};

/// A task about a step of theirs.
#[must_use]
pub fn ask_about_step(locale: Locale, what: &str, who: &str) -> String {
    match locale {
        Locale::En => format!("Ask {who} about: {what}"),
        Locale::Ko => format!("{who}님께 여쭤보기: {what}"),
    }
}

/// A task for a deal with nothing to do.
#[must_use]
pub fn next_action_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Agree on the next step: {deal}"),
        Locale::Ko => format!("다음 단계 정하기: {deal}"),
    }
}

/// A task for a deal that has been silent.
#[must_use]
pub fn ask_missing_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Ask what they still need to know: {deal}"),
        Locale::Ko => format!("더 필요한 것이 무엇인지 여쭤보기: {deal}"),
    }
}

/// A task after a meeting.
#[must_use]
pub fn summary_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Send the summary of the meeting: {deal}"),
        Locale::Ko => format!("미팅 요약 보내기: {deal}"),
    }
}

/// A task after a win.
#[must_use]
pub fn handover_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Hand over: {deal}"),
        Locale::Ko => format!("인수인계: {deal}"),
    }
}

/// A task after a loss worth looking back at.
#[must_use]
pub fn review_title(locale: Locale, deal: &str) -> String {
    match locale {
        Locale::En => format!("Look back at why it was lost: {deal}"),
        Locale::Ko => format!("실주 원인 돌아보기: {deal}"),
    }
}

/// A task to write to somebody else of a company.
#[must_use]
pub fn other_contact_title(locale: Locale, person: &str) -> String {
    match locale {
        Locale::En => format!("Get in touch with {person}"),
        Locale::Ko => format!("{person}님께 연락하기"),
    }
}

/// Reminds them of their steps.
#[must_use]
pub fn reminder(locale: Locale, name: &str, steps: &[&PlanStep], url: Option<&str>) -> (String, String) {
    let line = |step: &&PlanStep| {
        let day = step.due_on.map(|day| locale.date(day)).unwrap_or_default();
        format!("- {} ({day})", step.what)
    };
    let list = steps.iter().map(line).collect::<Vec<_>>().join("\n");
    let plan = url.map_or_else(String::new, |url| match locale {
        Locale::En => format!("\n\nOur plan: {url}"),
        Locale::Ko => format!("\n\n함께 만든 계획: {url}"),
    });
    match locale {
        Locale::En => (
            "A small reminder of our plan".to_owned(),
            format!(
                "Hello {name},\n\nin our plan these points are waiting on your side:\n{list}\n\nIs there anything I can take off your \
                 hands, or shall we find another day for it? A line is enough.{plan}"
            ),
        ),
        Locale::Ko => (
            "함께 정한 일정 안내드립니다".to_owned(),
            format!(
                "{name}님, 안녕하세요.\n\n함께 정한 계획 중 다음 항목이 아직 남아 있습니다.\n{list}\n\n제가 도와드릴 일이 있을까요? 날짜를 \
                 다시 잡아도 괜찮습니다. 한 줄만 답장 주셔도 됩니다.{plan}"
            ),
        ),
    }
}

/// The honest mail that closes a lost deal.
#[must_use]
pub fn farewell(locale: Locale, name: &str) -> (String, String) {
    match locale {
        Locale::En => (
            "Thank you, and all the best".to_owned(),
            format!(
                "Hello {name},\n\nthank you for letting me know, and for the time you gave us. I respect your decision and will not \
                 try to talk you out of it.\n\nIf you have a minute: what was the one thing that decided it? It helps us to do \
                 better.\n\nIf things change, you know where to find me. All the best with your choice."
            ),
        ),
        Locale::Ko => (
            "감사합니다, 좋은 결과 있으시기를 바랍니다".to_owned(),
            format!(
                "{name}님, 안녕하세요.\n\n결정을 알려 주시고 그동안 시간을 내어 주셔서 감사합니다. 내리신 결정을 존중하며 다시 설득하려 \
                 하지 않겠습니다.\n\n잠시 시간이 되신다면 결정하는 데 가장 중요했던 한 가지를 알려 주실 수 있을까요? 저희가 더 나아지는 \
                 데 큰 도움이 됩니다.\n\n상황이 달라지면 언제든 편하게 연락 주세요. 선택하신 방향에서 좋은 결과 있으시기를 바랍니다."
            ),
        ),
    }
}

/// Ways to ask for the decision, as they may be said.
#[must_use]
pub fn close(locale: Locale, kind: CloseKind) -> &'static str {
    match locale {
        Locale::En => close_en(kind),
        Locale::Ko => close_ko(kind),
    }
}

fn close_en(kind: CloseKind) -> &'static str {
    match kind {
        CloseKind::DirectQuestion => "From what we have seen together, I think it fits. Shall we do it?",
        CloseKind::SignTodayBonus => {
            "If it suits you to decide by [day], we add [incentive], because [reason]. Would that help, or do you need longer? Then take it."
        }
        CloseKind::Deadline => {
            "Until [day] [what holds] holds, after that [what comes]. Would it help you to decide before then?"
        }
        CloseKind::PackageSatisfied => "Is everything in this package that you need, and nothing you do not?",
        CloseKind::StartDate => "If we went ahead, which day would be a good one to start?",
        CloseKind::ChoiceOfPackages => "Of the two, which is closer to what you need?",
        CloseKind::ResultsReminder => {
            "You wanted [result] by [day]. Does the plan as it stands get you there?"
        }
        CloseKind::Trial => {
            "Would it help to try it for [days] days and look at [measure] together at the end?"
        }
        CloseKind::MonthlyTerm => {
            "If the term is what holds you back: by the month, you stop whenever you like. Would that be better?"
        }
        CloseKind::SummaryAgreement => {
            "Let me sum up what we agreed: [points]. Have I got it right, and is that what we go ahead with?"
        }
        CloseKind::AskMissing => "What do you still need to know to decide, whichever way it goes?",
    }
}

fn close_ko(kind: CloseKind) -> &'static str {
    match kind {
        CloseKind::DirectQuestion => "함께 살펴본 바로는 잘 맞는다고 생각합니다. 진행할까요?",
        CloseKind::SignTodayBonus => {
            "[날짜]까지 결정하실 수 있다면 [혜택]을 더해 드립니다. [이유] 때문입니다. 도움이 될까요? 시간이 더 필요하시면 충분히 생각해 보세요."
        }
        CloseKind::Deadline => {
            "[날짜]까지는 [현재 조건]이고 그 뒤에는 [바뀌는 조건]입니다. 그 전에 결정하시는 것이 도움이 될까요?"
        }
        CloseKind::PackageSatisfied => "이 구성에 필요한 것은 모두 있고 필요 없는 것은 없나요?",
        CloseKind::StartDate => "진행한다면 언제 시작하는 것이 좋으실까요?",
        CloseKind::ChoiceOfPackages => "두 가지 중 어느 쪽이 필요하신 것에 더 가까우신가요?",
        CloseKind::ResultsReminder => {
            "[날짜]까지 [결과]를 원하신다고 하셨습니다. 지금 계획이면 그렇게 될 수 있을까요?"
        }
        CloseKind::Trial => "[기간]일 동안 써 보시고 끝날 때 [지표]를 함께 확인해 보면 도움이 될까요?",
        CloseKind::MonthlyTerm => {
            "약정이 부담되신다면 월 단위로 하셔도 됩니다. 언제든 그만두실 수 있습니다. 그편이 나으실까요?"
        }
        CloseKind::SummaryAgreement => {
            "지금까지 합의한 내용을 정리하면 [내용]입니다. 맞게 이해했나요? 이대로 진행할까요?"
        }
        CloseKind::AskMissing => "어느 쪽으로든 결정하시는 데 더 알아야 할 것이 무엇인가요?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use objections::pressing::pressing;

    #[test]
    fn r69_there_are_words_for_every_way_to_ask_and_none_presses() {
        for locale in Locale::ALL {
            for kind in CloseKind::ALL {
                let words = close(locale, kind);
                assert!(words.contains('?'), "{words}");
                assert!(pressing(words).is_empty(), "{words}");
            }
            let (subject, text) = farewell(locale, "Minji");
            assert!(pressing(&text).is_empty() && !subject.is_empty());
        }
    }
}
