//! The sequences that ship with the program, in both languages, as the same text files that anybody can write.

use http_room::Answer;
use kernel::Locale;
use serde::Serialize;

use super::Step;
use super::text::SequenceText;
use crate::timing::Windows;

macro_rules! shipped {
    ($($key:literal),*) => {
        [$(($key, [
            include_str!(concat!("../../templates/", $key, ".en.yaml")),
            include_str!(concat!("../../templates/", $key, ".ko.yaml")),
        ])),*]
    };
}

/// Name of each, and its text in English and Korean. The first is the default.
const SHIPPED: [(&str, [&str; 2]); 3] = shipped!["social-mail-call", "social-mail", "three-mails"];

/// A sequence to begin with.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SequenceTemplate {
    /// Its name in addresses.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub goal: String,
    /// When it sends.
    pub windows: Windows,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// All of them in a language, the default first.
///
/// # Errors
/// None of ours: a test reads them all.
pub fn templates(locale: Locale) -> Answer<Vec<SequenceTemplate>> {
    let place = usize::from(locale == Locale::Ko);
    let read = |(key, texts): (&str, [&str; 2])| {
        let SequenceText { name, goal, windows, steps, .. } = SequenceText::read(texts[place])?;
        Ok(SequenceTemplate { key: key.to_owned(), name, goal, windows, steps })
    };
    SHIPPED.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sequence::StepKind;
    use crate::sequence::lint::first_mail_warnings;
    use crate::sequence::rules::unready;
    use prospecting::channel::Channel;

    #[test]
    fn what_ships_can_be_switched_on_and_its_first_mail_has_nothing_to_be_warned_of() {
        let [english, korean] = [Locale::En, Locale::Ko].map(|locale| templates(locale).expect("they read"));
        for template in english.iter().chain(&korean) {
            let errors = unready(&template.goal, &template.steps, &template.windows, false);
            assert_eq!(errors, [], "{}", template.name);
            let first = template.steps.iter().find(|step| step.kind == StepKind::Mail).expect("a mail");
            for arm in 0..first.arms() {
                let (subject, body) = first.wording(arm);
                assert_eq!(first_mail_warnings(subject, body, body), Vec::<&str>::new(), "{}", template.name);
            }
        }
        let shape = |all: &[SequenceTemplate]| -> Vec<Vec<(StepKind, u32)>> {
            all.iter().map(|t| t.steps.iter().map(|s| (s.kind, s.delay_days)).collect()).collect()
        };
        assert_eq!(shape(&english), shape(&korean), "the same in both languages");
    }

    #[test]
    fn r27_the_default_combines_social_mail_and_call_in_that_order() {
        let default = templates(Locale::En).expect("they read").remove(0);
        let mut ways: Vec<Channel> = default.steps.iter().filter_map(Step::way).collect();
        ways.dedup();
        assert_eq!(ways, [Channel::Linkedin, Channel::Email, Channel::Phone]);
    }

    #[test]
    fn r26_social_and_mail_ships() {
        let all = templates(Locale::Ko).expect("they read");
        let pair = all.iter().find(|t| t.key == "social-mail").expect("it ships");
        let ways: Vec<Channel> = pair.steps.iter().filter_map(Step::way).collect();
        assert!(ways.contains(&Channel::Email) && ways.contains(&Channel::Linkedin));
    }
}
