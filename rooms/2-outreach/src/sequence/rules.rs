//! What a sequence must be before it may send, and what is noticed in a first mail. Pure.

use http_room::FieldError;
use kernel::{Currency, Money, PersonId, limits};
use prospecting::channel::Channel;

use super::condition::Known;
use super::{Step, StepKind};
use crate::timing::Windows;

/// Wordings of a mail at most.
pub const ARMS: usize = 5;

/// What is wrong with the steps in any state: sizes, templates, forks.
#[must_use]
pub fn faults(steps: &[Step]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if steps.len() > limits::SEQUENCE_STEPS {
        errors.push(FieldError::new("steps", "too_many", format!("at most {}", limits::SEQUENCE_STEPS)));
    }
    for (n, step) in steps.iter().enumerate() {
        let mut say = |field: &str, code: &'static str, why: String| {
            errors.push(FieldError::new(format!("steps.{n}.{field}"), code, why));
        };
        if step.delay_days > 365 {
            say("delay_days", "invalid", "from 0 to 365 business days".into());
        }
        if step.delay_hours > 240 {
            say("delay_hours", "invalid", "from 0 to 240 hours".into());
        }
        if !limits::fits(&step.goal, limits::LINE_CHARS) {
            say("goal", "too_long", "one line of at most 500 characters".into());
        }
        if step.channel.is_some_and(|channel| step.way() != Some(channel)) {
            say("channel", "invalid", "a mail, a call and a letter have their own way; use a task".into());
        }
        if step.connect && step.way() != Some(Channel::Linkedin) {
            say("connect", "not_allowed", "only a social step on LinkedIn asks to connect".into());
        }
        if let Some(piece) = &step.piece {
            if step.kind != StepKind::Post {
                say("piece", "not_allowed", "only a step by post makes a piece".into());
            }
            for error in piece.faults() {
                errors.push(FieldError { field: format!("steps.{n}.piece.{}", error.field), ..error });
            }
        }
        let mut say = |field: &str, code: &'static str, why: String| {
            errors.push(FieldError::new(format!("steps.{n}.{field}"), code, why));
        };
        wording_faults(step, &mut say);
        fork_faults(steps, n, &mut say);
    }
    errors
}

/// Texts too long or with merge fields that cannot be read; too many wordings.
fn wording_faults(step: &Step, say: &mut impl FnMut(&str, &'static str, String)) {
    if step.arms() > ARMS || (!step.variants.is_empty() && step.kind != StepKind::Mail) {
        say("variants", "too_many", format!("a mail has at most {ARMS} wordings, other steps one"));
    }
    for arm in 0..step.arms() {
        let place = |field: &str| match arm.checked_sub(1) {
            Some(n) => format!("variants.{n}.{field}"),
            None => field.to_owned(),
        };
        let (subject, body) = step.wording(arm);
        if !limits::fits(subject, limits::LINE_CHARS) || subject.chars().any(char::is_control) {
            say(&place("subject"), "too_long", "one line of at most 500 characters".into());
        }
        if body.len() > limits::NOTE_BYTES {
            say(&place("body"), "too_long", "at most 100 KiB".into());
        }
        for (field, source) in [("subject", subject), ("body", body)] {
            if let Err(why) = mail::variables(source) {
                say(&place(field), "invalid", why.to_string());
            }
        }
    }
}

/// Forks that lead nowhere, backwards or ask for what cannot be.
fn fork_faults(steps: &[Step], n: usize, say: &mut impl FnMut(&str, &'static str, String)) {
    let step = &steps[n];
    if let Some(key) = &step.key {
        let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
        if !plain || key.is_empty() || key.chars().count() > 40 {
            say("key", "invalid", "up to 40 letters, figures, - and _".into());
        }
        if steps[..n].iter().any(|other| other.key.as_ref() == Some(key)) {
            say("key", "taken", "another step has this name".into());
        }
    }
    if step.branches.len() > 5 {
        say("branches", "too_many", "at most 5".into());
    }
    for (b, branch) in step.branches.iter().enumerate() {
        if let Some(why) = branch.condition.fault() {
            say(&format!("branches.{b}.if"), "invalid", why.into());
        }
        if let Some(key) = &branch.go_to
            && place_of(steps, key).is_none_or(|to| to <= n)
        {
            say(&format!("branches.{b}.go_to"), "invalid", "the name of a later step".into());
        }
    }
}

fn place_of(steps: &[Step], key: &str) -> Option<usize> {
    steps.iter().position(|step| step.key.as_deref() == Some(key))
}

/// Where somebody goes on for whom the step at this place, counted from 0, is due: there, at a later step, or nowhere.
#[must_use]
pub fn taken(steps: &[Step], at: usize, known: &Known) -> Option<usize> {
    let step = steps.get(at)?;
    match step.branches.iter().find(|branch| branch.condition.holds(known)) {
        None => Some(at),
        // Forks lead forward, so that this ends.
        Some(branch) => {
            let to = place_of(steps, branch.go_to.as_deref()?)?;
            if to > at { taken(steps, to, known) } else { None }
        }
    }
}

/// Which wording of a step a person gets, from 0: always the same, by the shares of the wordings.
#[must_use]
pub fn arm_of(person: PersonId, step: usize, shares: &[f64]) -> usize {
    let hash = kernel::window::stable_hash(format!("{person} {step}").as_bytes());
    // 53 bits are a fraction exactly.
    let mut point = (hash >> 11) as f64 / (1_u64 << 53) as f64 * shares.iter().sum::<f64>();
    for (arm, share) in shares.iter().enumerate() {
        if point < *share {
            return arm;
        }
        point -= share;
    }
    shares.iter().rposition(|share| *share > 0.0).unwrap_or(0)
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
        if step.kind.is_task() && step.subject.trim().is_empty() {
            errors.push(FieldError::new(format!("steps.{n}.subject"), "required", "what is to be done"));
        }
        if step.kind != StepKind::Mail {
            continue;
        }
        for arm in 0..step.arms() {
            let (subject, body) = step.wording(arm);
            let place = arm.checked_sub(1).map_or(String::new(), |v| format!("variants.{v}."));
            if body.trim().is_empty() {
                let place = format!("steps.{n}.{place}body");
                errors.push(FieldError::new(place, "required", "a mail needs a text"));
            }
            if subject.trim().is_empty() && (mails == 0 || !step.is_reply(arm)) {
                let why = "a mail that begins a conversation needs a subject";
                errors.push(FieldError::new(format!("steps.{n}.{place}subject"), "required", why));
            }
        }
        mails += 1;
    }
    errors
}

/// What about 1,000 US dollars are in other currencies, in whole units: an order of size, not a rate of the day.
const THOUSAND_DOLLARS: [(&str, i64); 8] = [
    ("USD", 1_000),
    ("EUR", 900),
    ("GBP", 800),
    ("KRW", 1_400_000),
    ("JPY", 150_000),
    ("CNY", 7_000),
    ("CAD", 1_400),
    ("AUD", 1_500),
];

/// The higher the price, the less likely a purchase at first contact (R32): whether a sequence that is to sell needs
/// somebody's word for a deal of this expected value. `units` is the workspace's own limit in whole units of
/// `own`, its currency.
#[must_use]
pub fn sale_needs_word(goal: &str, value: Option<Money>, own: Currency, units: Option<u32>) -> bool {
    let Some(value) = value.filter(|_| goal == "sale") else { return false };
    let usual =
        THOUSAND_DOLLARS.iter().find(|(code, _)| *code == value.currency.code()).map_or(1_000, |(_, n)| *n);
    let limit = units.filter(|_| own == value.currency).map_or(usual, i64::from);
    value.minor > limit.saturating_mul(10_i64.pow(value.currency.exponent()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn step(subject: &str, body: &str) -> Step {
        Step { subject: subject.into(), body: body.into(), ..Step::default() }
    }

    fn task(channel: Option<Channel>) -> Step {
        Step { kind: StepKind::Task, channel, ..step("Do it", "") }
    }

    fn fields(errors: &[FieldError]) -> Vec<&str> {
        errors.iter().map(|e| e.field.as_str()).collect()
    }

    #[test]
    fn r31_what_is_missing_before_it_may_send_is_named_by_its_field_the_goal_too() {
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
    fn a_mail_names_no_other_channel() {
        let table = [(None, 0), (Some(Channel::Email), 0), (Some(Channel::Phone), 1)];
        for (channel, errors) in table {
            assert_eq!(faults(&[Step { channel, ..step("Hi", "?") }]).len(), errors, "{channel:?}");
        }
        assert!(faults(&[task(Some(Channel::Phone))]).is_empty());
    }

    fn steps(source: serde_json::Value) -> Vec<Step> {
        serde_json::from_value(source).expect("steps")
    }

    fn forked() -> Vec<Step> {
        let clicked = json!({ "is": "happened", "what": "clicked" });
        steps(json!([
            { "subject": "Hello", "body": "How do you plan?" },
            { "kind": "wait", "delay_days": 2, "branches": [
                { "if": { "is": "bounced" } },
                { "if": clicked, "go_to": "call" },
            ] },
            { "subject": "", "body": "Still a question?" },
            { "kind": "call", "key": "call", "subject": "Call them", "branches": [
                { "if": { "is": "happened", "what": "call", "value": "connected" }, "go_to": "note" },
            ] },
            { "kind": "task", "key": "note", "subject": "Write a note" },
        ]))
    }

    #[test]
    fn a_fork_leads_to_the_first_that_applies_and_never_back() {
        let steps = forked();
        assert_eq!(faults(&steps), []);
        let clicked = ("clicked".to_owned(), "1".to_owned());
        let called = ("call".to_owned(), "connected".to_owned());
        let with = |facts: Vec<(String, String)>, bounced| Known { facts, bounced, ..Known::default() };
        let table = [
            (0, with(vec![clicked.clone()], true), Some(0)),
            (1, with(vec![], false), Some(1)),
            (1, with(vec![clicked.clone()], false), Some(3)),
            (1, with(vec![clicked.clone(), called.clone()], false), Some(4)),
            (1, with(vec![clicked], true), None),
            (3, with(vec![called], false), Some(4)),
            (9, with(vec![], false), None),
        ];
        for (at, known, to) in table {
            assert_eq!(taken(&steps, at, &known), to, "{at} {known:?}");
        }
    }

    #[test]
    fn forks_and_wordings_that_cannot_be_are_named_by_their_field() {
        let many = vec![json!({ "body": "x" }); 5];
        let table = [
            (
                json!([{ "key": "a" }, { "branches": [{ "if": { "is": "bounced" }, "go_to": "a" }] }]),
                "steps.1.branches.0.go_to",
            ),
            (
                json!([{ "branches": [{ "if": { "is": "bounced" }, "go_to": "nowhere" }] }]),
                "steps.0.branches.0.go_to",
            ),
            (json!([{ "branches": [{ "if": { "is": "any", "of": [] } }] }]), "steps.0.branches.0.if"),
            (json!([{ "key": "a" }, { "key": "a" }]), "steps.1.key"),
            (json!([{ "key": "a b" }]), "steps.0.key"),
            (json!([{ "body": "x", "variants": many }]), "steps.0.variants"),
            (json!([{ "kind": "call", "variants": [{ "body": "x" }] }]), "steps.0.variants"),
            (json!([{ "variants": [{ "body": "{{ person." }] }]), "steps.0.variants.0.body"),
            (json!([{ "delay_hours": 241 }]), "steps.0.delay_hours"),
            (json!([{ "kind": "call", "channel": "email" }]), "steps.0.channel"),
            (json!([{ "kind": "call", "connect": true }]), "steps.0.connect"),
            (json!([{ "kind": "call", "piece": {} }]), "steps.0.piece"),
            (json!([{ "kind": "post", "piece": { "headline": "{{ x" } }]), "steps.0.piece.headline"),
            (json!([{ "kind": "social", "channel": "social", "connect": true }]), "steps.0.connect"),
        ];
        for (source, field) in table {
            assert_eq!(fields(&faults(&steps(source.clone()))), [field], "{source}");
        }
        let thin =
            steps(json!([{ "subject": "Hi", "body": "How?", "variants": [{ "subject": "", "body": "" }] }]));
        let errors = unready("conversation", &thin, &Windows::default(), false);
        assert_eq!(fields(&errors), ["steps.0.variants.0.body", "steps.0.variants.0.subject"]);
    }

    #[test]
    fn wordings_are_dealt_out_by_their_shares_and_always_the_same() {
        let people: Vec<PersonId> = (0..4_000).map(|_| PersonId::new()).collect();
        let count = |shares: &[f64], arm: usize| {
            people.iter().filter(|person| arm_of(**person, 1, shares) == arm).count()
        };
        // Of 4,000, four standard deviations are 120.
        for (shares, arm, expected) in [
            (&[0.5, 0.5][..], 0, 2_000),
            (&[0.1, 0.7, 0.2], 1, 2_800),
            (&[0.0, 1.0], 1, 4_000),
            (&[1.0, 1.0], 1, 2_000),
        ] {
            let got = count(shares, arm);
            assert!(got.abs_diff(expected) < 126, "{shares:?}: {got}");
        }
        assert!(people.iter().all(|p| arm_of(*p, 0, &[0.3, 0.7]) == arm_of(*p, 0, &[0.3, 0.7])));
        let moved =
            people.iter().filter(|p| arm_of(**p, 0, &[0.5, 0.5]) != arm_of(**p, 3, &[0.5, 0.5])).count();
        assert!(moved.abs_diff(2_000) < 126, "steps are dealt out apart: {moved}");
    }

    #[test]
    fn r32_a_sale_at_first_contact_needs_a_word_above_a_thousand_dollars() {
        let money = |minor, code| Some(Money { minor, currency: Currency::parse(code).expect("a currency") });
        let usd = Currency::parse("USD").expect("a currency");
        let table = [
            ("conversation", money(9_000_000, "USD"), None, false),
            ("sale", None, None, false),
            ("sale", money(100_000, "USD"), None, false),
            ("sale", money(100_001, "USD"), None, true),
            ("sale", money(100_001, "USD"), Some(5_000), false),
            ("sale", money(500_001, "USD"), Some(5_000), true),
            ("sale", money(1_400_000, "KRW"), Some(1), false),
            ("sale", money(1_400_001, "KRW"), None, true),
            ("sale", money(100_001, "CHF"), None, true),
        ];
        for (goal, value, units, expected) in table {
            assert_eq!(sale_needs_word(goal, value, usd, units), expected, "{goal} {value:?} {units:?}");
        }
    }
}
