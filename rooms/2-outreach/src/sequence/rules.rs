//! What a sequence must be before it may send, and what is noticed in a first mail. Pure.

use http_room::FieldError;
use kernel::limits;
use prospecting::channel::{Channel, Refusals};

use super::{Step, StepKind};
use crate::timing::Windows;

/// Words of a first mail beyond which people stop reading (R33).
const FIRST_MAIL_WORDS: usize = 150;

/// What is wrong with the steps in any state: sizes and templates.
#[must_use]
pub fn faults(steps: &[Step]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if steps.len() > limits::SEQUENCE_STEPS {
        errors.push(FieldError::new("steps", "too_many", format!("at most {}", limits::SEQUENCE_STEPS)));
    }
    for (n, step) in steps.iter().enumerate() {
        let place = |field: &str| format!("steps.{n}.{field}");
        if step.delay_days > 365 {
            errors.push(FieldError::new(place("delay_days"), "invalid", "from 0 to 365 business days"));
        }
        if !limits::fits(&step.subject, limits::LINE_CHARS) || step.subject.chars().any(char::is_control) {
            errors.push(FieldError::new(place("subject"), "too_long", "one line of at most 500 characters"));
        }
        if step.body.len() > limits::NOTE_BYTES {
            errors.push(FieldError::new(place("body"), "too_long", "at most 100 KiB"));
        }
        if step.kind == StepKind::Mail && step.channel.is_some_and(|channel| channel != Channel::Email) {
            errors.push(FieldError::new(place("channel"), "invalid", "a mail goes by email; use a task"));
        }
        for (field, source) in [("subject", &step.subject), ("body", &step.body)] {
            if let Err(why) = mail::variables(source) {
                errors.push(FieldError::new(place(field), "invalid", why.to_string()));
            }
        }
    }
    errors
}

/// What is missing before it may be switched on.
#[must_use]
pub fn unready(goal: &str, steps: &[Step], windows: &Windows, closed_network: bool) -> Vec<FieldError> {
    let mut errors = faults(steps);
    if goal.trim().is_empty() {
        errors.push(FieldError::new("goal", "required", "say what it is for"));
    }
    if steps.is_empty() {
        errors.push(FieldError::new("steps", "required", "at least one step"));
    }
    if windows.always && !closed_network {
        let why = "sending at any time is for closed networks only";
        errors.push(FieldError::new("windows.always", "not_allowed", why));
    }
    if !windows.always && windows.windows.is_empty() {
        errors.push(FieldError::new("windows.windows", "required", "at least one window"));
    }
    let mut mails = 0;
    for (n, step) in steps.iter().enumerate() {
        let titled = !step.subject.trim().is_empty();
        match step.kind {
            StepKind::Task if !titled => {
                errors.push(FieldError::new(format!("steps.{n}.subject"), "required", "what is to be done"));
            }
            StepKind::Mail => {
                if step.body.trim().is_empty() {
                    errors.push(FieldError::new(
                        format!("steps.{n}.body"),
                        "required",
                        "a mail needs a text",
                    ));
                }
                if !titled && (mails == 0 || !step.is_reply()) {
                    let why = "a mail that begins a conversation needs a subject";
                    errors.push(FieldError::new(format!("steps.{n}.subject"), "required", why));
                }
                mails += 1;
            }
            StepKind::Task => {}
        }
    }
    errors
}

/// How a sequence goes on for somebody who refuses some ways of being reached (R28).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    /// The step may be taken.
    Take,
    /// The step is left out, for they refuse its channel; a later one is allowed.
    LeaveOut(Channel),
    /// They refuse everything that is left.
    End,
}

/// Whether they refuse the step. Who refuses everything refuses tasks without a channel, too.
#[must_use]
pub fn refuses(refusals: &Refusals, step: &Step) -> bool {
    step.way().map_or(refusals.everything(), |channel| refusals.refuse(channel))
}

/// Why none of the steps, or not all that are allowed, can reach them: `do_not_contact`, `no_email`.
#[must_use]
pub fn out_of_reach(steps: &[Step], refusals: &Refusals, has_address: bool) -> Option<&'static str> {
    let allowed: Vec<&Step> = steps.iter().filter(|step| !refuses(refusals, step)).collect();
    let mailed = allowed.iter().any(|step| step.kind == StepKind::Mail);
    match (allowed.is_empty() && !steps.is_empty(), mailed && !has_address) {
        (true, _) => Some("do_not_contact"),
        (_, true) => Some("no_email"),
        _ => None,
    }
}

/// What becomes of the step at this place, counted from 0; there must be one.
#[must_use]
pub fn way_on(steps: &[Step], at: usize, refusals: &Refusals) -> WayOn {
    let rest = steps.get(at..).unwrap_or_default();
    match rest.first().map(|step| (refuses(refusals, step), step.way())) {
        Some((true, Some(channel))) if !rest.iter().all(|step| refuses(refusals, step)) => {
            WayOn::LeaveOut(channel)
        }
        Some((true, _)) => WayOn::End,
        _ => WayOn::Take,
    }
}

/// What a first mail should not have (R33): keys for the screen.
#[must_use]
pub fn first_mail_warnings(subject: &str, text: &str) -> Vec<&'static str> {
    let words = text.split_whitespace().count();
    let folded = format!("{subject}\n{text}").to_lowercase();
    let has = |cues: &[&str]| cues.iter().any(|cue| folded.contains(cue));
    let checks = [
        (words > FIRST_MAIL_WORDS, "too_long"),
        (folded.matches("http://").count() + folded.matches("https://").count() > 1, "links"),
        (has(&["price", "pricing", "가격", "견적"]), "price"),
        (has(&["discount", "% off", "할인"]), "discount"),
        (has(&["contract", "계약"]), "contract"),
        (!folded.contains('?') && !folded.contains('？'), "no_question"),
    ];
    checks.into_iter().filter(|(hit, _)| *hit).map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(subject: &str, body: &str) -> Step {
        Step {
            kind: StepKind::Mail,
            delay_days: 0,
            thread: None,
            subject: subject.into(),
            body: body.into(),
            channel: None,
        }
    }

    fn task(channel: Option<Channel>) -> Step {
        Step { kind: StepKind::Task, channel, ..step("Do it", "") }
    }

    fn fields(errors: &[FieldError]) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn what_is_missing_is_named_by_its_field() {
        let task = Step { kind: StepKind::Task, ..step("", "call them") };
        let usual = Windows::default();
        let always = Windows { always: true, ..Windows::default() };
        let never = Windows { windows: Vec::new(), always: false };
        let good = step("Hi", "Hello?");
        type Case<'a> = (&'a str, Vec<Step>, &'a Windows, bool, Vec<&'a str>);
        let table: Vec<Case<'_>> = vec![
            ("conversation", vec![good.clone(), step("", "again?")], &usual, false, vec![]),
            ("", vec![], &usual, false, vec!["goal", "steps"]),
            ("meeting", vec![step("", "x"), good.clone()], &usual, false, vec!["steps.0.subject"]),
            ("meeting", vec![step("Hi", " ")], &usual, false, vec!["steps.0.body"]),
            ("meeting", vec![task, good.clone()], &usual, false, vec!["steps.0.subject"]),
            ("meeting", vec![step("Hi", "{{ person.")], &usual, false, vec!["steps.0.body"]),
            ("meeting", vec![good.clone()], &always, false, vec!["windows.always"]),
            ("meeting", vec![good.clone()], &always, true, vec![]),
            ("meeting", vec![good], &never, false, vec!["windows.windows"]),
        ];
        for (goal, steps, windows, closed, expected) in table {
            assert_eq!(fields(&unready(goal, &steps, windows, closed)), expected, "{goal} {steps:?}");
        }
    }

    #[test]
    fn r28_a_step_whose_channel_is_refused_is_left_out_and_the_next_allowed_one_follows() {
        use Channel::{Email, Linkedin, Phone};
        let steps = [step("Hi", "?"), task(Some(Linkedin)), step("", "?"), task(Some(Phone)), task(None)];
        let table = [
            (json!([]), [WayOn::Take; 5]),
            (
                json!(["email"]),
                [WayOn::LeaveOut(Email), WayOn::Take, WayOn::LeaveOut(Email), WayOn::Take, WayOn::Take],
            ),
            (
                json!(["linkedin", "phone"]),
                [WayOn::Take, WayOn::LeaveOut(Linkedin), WayOn::Take, WayOn::LeaveOut(Phone), WayOn::Take],
            ),
            (json!(["sms", "postal"]), [WayOn::Take; 5]),
            (json!(["all"]), [WayOn::End; 5]),
        ];
        for (said, expected) in table {
            let refusals = Refusals::read(&said);
            for (at, expected) in expected.into_iter().enumerate() {
                assert_eq!(way_on(&steps, at, &refusals), expected, "{said} step {at}");
            }
        }
        let call_last = [step("Hi", "?"), task(Some(Phone))];
        assert_eq!(way_on(&call_last, 1, &Refusals::read(&json!(["phone"]))), WayOn::End);
        assert_eq!(way_on(&call_last, 0, &Refusals::read(&json!(["email", "phone"]))), WayOn::End);
    }

    #[test]
    fn who_can_be_reached_by_some_step_is_not_out_of_reach() {
        let both = vec![step("Hi", "?"), task(Some(Channel::Phone))];
        let mails = vec![step("Hi", "?")];
        let table = [
            (&both, json!([]), true, None),
            (&both, json!([]), false, Some("no_email")),
            (&both, json!(["email"]), false, None),
            (&both, json!(["email", "phone"]), true, Some("do_not_contact")),
            (&mails, json!(["email"]), true, Some("do_not_contact")),
            (&mails, json!(["phone"]), true, None),
        ];
        for (steps, said, address, expected) in table {
            let found = out_of_reach(steps, &Refusals::read(&said), address);
            assert_eq!(found, expected, "{said} {address} {}", steps.len());
        }
    }

    #[test]
    fn a_mail_names_no_other_channel() {
        let table = [(None, 0), (Some(Channel::Email), 0), (Some(Channel::Phone), 1)];
        for (channel, errors) in table {
            assert_eq!(faults(&[Step { channel, ..step("Hi", "?") }]).len(), errors, "{channel:?}");
        }
        assert!(faults(&[task(Some(Channel::Phone))]).is_empty());
    }

    #[test]
    fn a_first_mail_is_read_critically() {
        assert!(first_mail_warnings("A question", "How do you do this today?").is_empty());
        let pushy = "Our prices are low, 20% discount, sign the contract: https://a.test https://b.test";
        assert_eq!(
            first_mail_warnings("Offer", pushy),
            ["links", "price", "discount", "contract", "no_question"]
        );
        assert_eq!(first_mail_warnings("x", &"word ".repeat(151)), ["too_long", "no_question"]);
        assert_eq!(first_mail_warnings("할인", "괜찮으세요?"), ["discount"]);
    }
}
