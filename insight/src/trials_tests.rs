//! The worked log of docs/metrics.md, and what undo, corrections and reversals do to it.

use super::*;
use kernel::time::DAY;
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use uuid::Uuid;

const START: i64 = 1_772_323_200_000_000; // 1 March 2026, 00:00 UTC

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn event(seq: i64, day: i64, kind: &str, person: u128, row: u128, payload: Json) -> LogEvent {
    LogEvent {
        seq,
        kind: kind.to_owned(),
        at: Timestamp(START + (day - 1) * DAY),
        actor: Some(UserId(id(1))),
        person: Some(PersonId(id(person))),
        deal: None,
        row: Some(id(row)),
        version: None,
        payload,
    }
}

fn dial(seq: i64, day: i64, person: u128, outcome: &str) -> LogEvent {
    event(
        seq,
        day,
        "call.logged",
        person,
        100 + seq as u128,
        json!({ "direction": "out", "outcome": outcome }),
    )
}

fn mail(seq: i64, day: i64, person: u128, message: u128) -> LogEvent {
    event(seq, day, "mail.sent", person, message, json!({ "message_id": id(message) }))
}

fn reply(seq: i64, day: i64, person: u128, answers: u128, class: &str, positive: bool) -> LogEvent {
    let payload = json!({ "class": class, "positive": positive, "answers_message_id": id(answers) });
    event(seq, day, "reply.received", person, 500 + seq as u128, payload)
}

fn meeting(seq: i64, day: i64, person: u128) -> LogEvent {
    event(seq, day, "meeting.logged", person, 600 + seq as u128, json!({ "outcome": "held" }))
}

fn moved(seq: i64, day: i64, deal: u128, from: &str, to: &str, status: &str) -> LogEvent {
    let payload = json!({
        "transition_id": id(700 + seq as u128), "from_stage": from, "to_stage": to, "from_status": "open", "to_status": status,
    });
    LogEvent {
        deal: Some(DealId(id(deal))),
        person: None,
        row: None,
        ..event(seq, day, "deal.moved", 0, 0, payload)
    }
}

#[test]
fn a_booking_is_counted_when_it_was_made_and_held_when_somebody_says_so() {
    let booked = |seq, day, person| LogEvent {
        row: Some(id(900 + person)),
        ..event(seq, day, "meeting.logged", person, 0, json!({ "outcome": "booked", "sequence_id": id(77) }))
    };
    let says = |seq, day, person: u128, outcome: &str| {
        let at = event(seq, 9, "x", 0, 0, json!({})).at;
        let payload = json!({ "kind": "meeting", "at": at, "before": { "outcome": "booked" }, "after": { "outcome": outcome } });
        LogEvent { row: Some(id(900 + person)), ..event(seq, day, "activity.changed", person, 0, payload) }
    };
    let log = vec![
        dial(1, 2, 1, "intended"),
        booked(2, 3, 1),
        booked(3, 4, 2),
        booked(4, 5, 3),
        says(5, 10, 1, "held"),
        says(6, 10, 2, "no_show"),
    ];
    let trials = trials_of(&log, &Rules::default());
    let of = |rate| trials.iter().filter(|t| t.rate == rate).copied().collect::<Vec<_>>();
    let (bookings, conversions) = (of(RateKey::Booked), of(RateKey::Conversion));
    assert_eq!(bookings.len(), 3, "held or not");
    assert_eq!(bookings.iter().filter(|t| t.success_at.is_some()).count(), 1);
    assert!(bookings.iter().all(|t| t.sequence == Some(SequenceId(id(77)))), "the sequence keeps its merit");
    let held = event(5, 9, "x", 0, 0, json!({})).at;
    assert_eq!(conversions.len(), 1);
    assert_eq!(conversions[0].success_at, Some(held), "only a meeting held is a conversion");
}

/// The rows of the worked log, by company.
fn worked() -> Vec<Vec<LogEvent>> {
    let c1 = vec![
        dial(1, 2, 1, "no_answer"),
        dial(2, 2, 1, "gatekeeper"),
        dial(3, 2, 1, "intended"),
        meeting(12, 9, 1),
        moved(14, 11, 91, "qualification", "nurturing", "open"),
        moved(19, 18, 91, "closing", "closing", "won"),
    ];
    let c2 = vec![
        mail(4, 3, 2, 41),
        reply(8, 4, 2, 41, "human", true),
        meeting(13, 10, 2),
        dial(15, 12, 5, "intended"),
        moved(18, 16, 92, "qualification", "nurturing", "open"),
    ];
    let c3 = vec![
        mail(5, 3, 3, 42),
        reply(9, 4, 3, 42, "automatic", false),
        mail(10, 6, 3, 44),
        reply(11, 7, 3, 44, "human", true),
    ];
    let c4 = vec![
        mail(6, 3, 4, 43),
        event(7, 3, "mail.bounced", 4, 43, json!({ "message_id": id(43), "hard": true })),
    ];
    let c5 = vec![
        dial(16, 13, 6, "intended"),
        event(
            17,
            13,
            "activity.changed",
            6,
            116,
            json!({ "after": { "direction": "out", "outcome": "wrong_person" } }),
        ),
    ];
    vec![c1, c2, c3, c4, c5]
}

/// k of n of every rate over the log up to a row.
fn figures(upto: i64) -> Vec<(RateKey, usize, usize)> {
    let all: Vec<Trial> = worked()
        .into_iter()
        .map(|c| c.into_iter().filter(|e| e.seq <= upto).collect::<Vec<_>>())
        .flat_map(|c| trials_of(&c, &Rules::default()))
        .collect();
    [
        RateKey::DialToConnect,
        RateKey::MailSent,
        RateKey::PositiveReply,
        RateKey::Conversion,
        RateKey::SalesAcceptance,
        RateKey::Close,
    ]
    .into_iter()
    .map(|rate| {
        let of: Vec<&Trial> = all.iter().filter(|t| t.rate == rate).collect();
        let k = match rate {
            RateKey::MailSent => of.iter().filter(|t| t.delivered).count(),
            _ => of.iter().filter(|t| t.success_at.is_some()).count(),
        };
        (rate, k, of.len())
    })
    .collect()
}

#[test]
fn r93_to_r97_the_worked_log_gives_its_figures() {
    use RateKey::{Close, Conversion, DialToConnect, MailSent, PositiveReply, SalesAcceptance};
    let after_16 = [
        (DialToConnect, 3, 5),
        (MailSent, 3, 4),
        (PositiveReply, 2, 2),
        (Conversion, 2, 4),
        (SalesAcceptance, 1, 2),
        (Close, 0, 1),
    ];
    assert_eq!(figures(16), after_16);
    let after_19 = [
        (DialToConnect, 2, 5),
        (MailSent, 3, 4),
        (PositiveReply, 2, 2),
        (Conversion, 2, 3),
        (SalesAcceptance, 2, 2),
        (Close, 1, 2),
    ];
    assert_eq!(figures(19), after_19);
}

#[test]
fn r93_to_r97_a_merge_rewrites_the_past_to_the_survivor() {
    // Row 20: p3 of c3 becomes p2 of c2.
    let mut companies = worked();
    let moved: Vec<LogEvent> =
        companies[2].drain(..).map(|e| LogEvent { person: Some(PersonId(id(2))), ..e }).collect();
    companies[1].extend(moved);
    let trials: Vec<Trial> = companies.iter().flat_map(|c| trials_of(c, &Rules::default())).collect();
    let count = |rate: RateKey| {
        let of: Vec<&Trial> = trials.iter().filter(|t| t.rate == rate).collect();
        (of.iter().filter(|t| t.success_at.is_some()).count(), of.len())
    };
    assert_eq!(count(RateKey::PositiveReply), (1, 1));
    assert_eq!(count(RateKey::Conversion), (2, 2));
    assert_eq!(count(RateKey::Close), (1, 2));
}

#[test]
fn a_second_passing_of_the_gate_is_no_second_opportunity() {
    let events = vec![
        moved(1, 1, 9, "qualification", "nurturing", "open"),
        moved(2, 2, 9, "nurturing", "qualification", "open"),
        moved(3, 3, 9, "qualification", "nurturing", "open"),
    ];
    assert_eq!(trials_of(&events, &Rules::default()).len(), 1);
}

#[test]
fn an_undone_move_was_never_made_and_a_win_taken_back_in_time_is_none() {
    let mut events = vec![
        moved(1, 1, 9, "qualification", "nurturing", "open"),
        moved(2, 5, 9, "closing", "closing", "won"),
    ];
    let won = |events: &[LogEvent]| {
        trials_of(events, &Rules::default()).iter().filter(|t| t.success_at.is_some()).count()
    };
    assert_eq!(won(&events), 1);
    let mut back = moved(3, 10, 9, "closing", "closing", "open");
    back.payload["reverses_win"] = json!(true);
    events.push(back);
    assert_eq!(won(&events), 0);
    let undone = LogEvent {
        kind: "deal.move_undone".to_owned(),
        payload: json!({ "transition_id": id(701) }),
        ..moved(4, 1, 9, "nurturing", "qualification", "open")
    };
    events.push(undone);
    assert!(trials_of(&events, &Rules::default()).is_empty());
}

#[test]
fn half_a_year_of_silence_ends_a_pursuit() {
    let events = vec![dial(1, 1, 1, "intended"), dial(2, 190, 1, "intended")];
    let first = |events: &[LogEvent]| {
        trials_of(events, &Rules::default()).iter().filter(|t| t.rate == RateKey::Conversion).count()
    };
    assert_eq!(first(&events), 2);
    assert_eq!(first(&[dial(1, 1, 1, "intended"), dial(2, 170, 1, "intended")]), 1);
}

#[test]
fn a_trial_keeps_the_labels_of_its_beginning() {
    let (v1, v2) = (ProcessVersionId(id(81)), ProcessVersionId(id(82)));
    let rules =
        Rules { versions: vec![(Timestamp(0), v1), (Timestamp(START + 6 * DAY), v2)], ..Rules::default() };
    let mut qualified = moved(3, 8, 9, "qualification", "nurturing", "open");
    qualified.version = Some(v2);
    let mut won = moved(4, 20, 9, "closing", "closing", "won");
    won.actor = Some(UserId(id(2)));
    let trials = trials_of(&[mail(1, 1, 2, 41), reply(2, 2, 2, 41, "human", true), qualified, won], &rules);
    let of = |rate| *trials.iter().find(|t| t.rate == rate).unwrap();
    assert_eq!(of(RateKey::PositiveReply).version, Some(v1));
    assert_eq!((of(RateKey::Close).version, of(RateKey::Close).rep), (Some(v2), Some(UserId(id(1)))));
    assert_eq!(of(RateKey::Conversion).channel, Some("email"));
}

proptest! {
    #[test]
    fn the_order_in_which_the_log_is_read_changes_nothing(seed in any::<u64>()) {
        for company in worked() {
            let expected = trials_of(&company, &Rules::default());
            let mut shuffled = company.clone();
            let mut state = seed | 1;
            for n in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(n, (state >> 33) as usize % (n + 1));
            }
            prop_assert_eq!(trials_of(&shuffled, &Rules::default()), expected);
        }
    }
}
