//! The seven stages as scenes: what a careful team does in each, and how a deal may end there.

use super::script::{Beat, Desk, Ending};
use super::texts;
use super::words::COMPETITORS;
use process::stage::Phase;
use serde_json::{Value as Json, json};

/// Plays a deal to its end.
pub(super) fn play(desk: &mut Desk<'_>, ending: Ending) {
    let stays = match ending {
        Ending::Open(phase) | Ending::Lost(phase) | Ending::Unfit(phase) => phase,
        Ending::Parked => *desk.chance.one_of(&[Phase::Qualification, Phase::Nurturing, Phase::Offer]),
        Ending::Won => Phase::Closing,
    };
    for phase in Phase::ALL.into_iter().filter(|p| *p <= stays) {
        let leaves = phase < stays;
        match phase {
            Phase::Prospecting => prospecting(desk, leaves),
            Phase::Outreach => outreach(desk, leaves),
            Phase::Qualification => qualification(desk, leaves, ending),
            Phase::Nurturing => nurturing(desk, leaves),
            Phase::Offer => offer(desk, leaves),
            Phase::Objections => objections(desk, leaves),
            Phase::Closing => closing(desk, ending),
        }
    }
    end(desk, ending);
}

fn prospecting(desk: &mut Desk<'_>, leaves: bool) {
    desk.wait(0.1, 0.4);
    desk.ask("PUT", "/people/{p1}", json!({ "roles": ["champion"], "stance": 1 }));
    desk.ask("PUT", "/people/{p0}", json!({ "roles": ["economic_buyer"], "stance": 0 }));
    desk.wait(0.8, 3.0);
    let source = desk.pick(texts::RESEARCH_SOURCE);
    let tables = [
        ("what_they_do", texts::RESEARCH_WHAT),
        ("trigger", texts::RESEARCH_TRIGGER),
        ("likely_challenge", texts::RESEARCH_CHALLENGE),
        ("likely_buyer", texts::RESEARCH_BUYER),
    ];
    // Whoever has only begun knows one or two of the items.
    let known = if leaves || desk.chance.happens(0.3) { 4 } else { 1 + desk.chance.below(2) };
    let items: Vec<Json> = tables
        .into_iter()
        .take(known)
        .map(|(kind, table)| json!({ "kind": kind, "text": desk.pick(table), "source": source }))
        .collect();
    desk.ask("PUT", "/research", json!({ "items": items }));
    if leaves {
        desk.wait(0.2, 1.0).advance();
    }
}

fn outreach(desk: &mut Desk<'_>, leaves: bool) {
    desk.wait(0.3, 0.9);
    let answered = if leaves { desk.chance.below(3) } else { 3 };
    let by_phone = desk.chance.happens(0.34);
    let mut seat = 1;
    for number in 0..3 {
        let subject = texts::say(texts::SUBJECTS[number], desk.place.locale);
        desk.beat(Beat::Mail(seat, number, subject));
        if number == 0 && desk.chance.happens(0.05) {
            desk.wait(0.01, 0.05).beat(Beat::Bounce);
            seat = 0;
            desk.wait(0.3, 0.9).beat(Beat::Mail(seat, number, subject));
        }
        if number == answered {
            return talk(desk, seat, by_phone);
        }
        desk.wait(1.5, 2.5);
        if desk.chance.happens(0.55) {
            let outcome = *desk.chance.one_of(&["voicemail", "voicemail", "no_answer", "gatekeeper", "busy"]);
            desk.log(json!({ "kind": "call", "outcome": outcome, "person_id": format!("{{p{seat}}}"), "duration_seconds": 25 }));
        }
        desk.wait(1.5, 3.0);
        if !leaves && desk.chance.happens(0.15) {
            let said = desk.pick(texts::REPLIES_BAD);
            desk.beat(Beat::Reply(seat, "not_interested", said));
            return;
        }
    }
}

/// The first conversation, by phone or by their answer.
fn talk(desk: &mut Desk<'_>, seat: usize, by_phone: bool) {
    desk.wait(0.4, 2.2);
    if by_phone {
        connected(desk, seat);
    } else {
        let said = desk.pick(texts::REPLIES_GOOD);
        let intent = *desk.chance.one_of(&["interested", "meeting", "question"]);
        desk.beat(Beat::Reply(seat, intent, said));
    }
    desk.wait(0.1, 0.4).advance();
}

fn connected(desk: &mut Desk<'_>, seat: usize) {
    let (body, seconds) = (desk.pick(texts::CALL_NOTES), 180 + desk.chance.below(900));
    desk.log(json!({
        "kind": "call", "outcome": "intended", "person_id": format!("{{p{seat}}}"), "duration_seconds": seconds,
        "two_way": true, "body": body,
    }));
}

fn qualification(desk: &mut Desk<'_>, leaves: bool, ending: Ending) {
    desk.wait(0.8, 2.5);
    if desk.chance.happens(0.45) {
        connected(desk, 1);
    } else {
        desk.log(
            json!({ "kind": "call", "outcome": "voicemail", "person_id": "{p1}", "duration_seconds": 30 }),
        );
    }
    if ending == Ending::Lost(Phase::Qualification) {
        if desk.chance.happens(0.4) {
            let title = desk.pick(texts::MEETING_TITLES);
            desk.wait(3.0, 6.0)
                .log(json!({ "kind": "meeting", "outcome": "no_show", "title": title, "person_id": "{p1}" }));
        }
        return;
    }
    // An open deal may still be waiting for its first meeting.
    if matches!(ending, Ending::Open(Phase::Qualification)) && desk.chance.happens(0.4) {
        return;
    }
    desk.wait(2.0, 6.0);
    let (title, body) = (desk.pick(texts::MEETING_TITLES), desk.pick(texts::MEETING_NOTES));
    desk.log(json!({ "kind": "meeting", "outcome": "held", "title": title, "body": body, "person_id": "{p0}", "duration_seconds": 3000, "two_way": true }));
    findings(desk);
    let said = desk.pick(texts::EVIDENCE);
    desk.ask(
        "PUT",
        "/people/{p0}",
        json!({ "roles": ["decision_maker", "economic_buyer"], "stance": 1, "evidence": said }),
    );
    let unfit = ending == Ending::Unfit(Phase::Qualification);
    let all = leaves || desk.chance.happens(0.4);
    bant(desk, unfit, all);
    if desk.chance.happens(0.3) {
        let body = desk.pick(texts::NOTES);
        desk.log(json!({ "kind": "note", "body": body, "person_id": "{p1}" }));
    }
    if leaves {
        desk.wait(0.4, 2.0).advance();
    }
}

fn findings(desk: &mut Desk<'_>) {
    let challenge = desk.chance.below(texts::CHALLENGES.len());
    let locale = desk.place.locale;
    let (summary, words) = (
        texts::say(texts::CHALLENGES[challenge], locale),
        texts::say(texts::CHALLENGE_WORDS[challenge], locale),
    );
    desk.ask(
        "POST",
        "/findings",
        json!({ "kind": "challenge", "summary": summary, "words": words, "person_id": "{p0}" }),
    );
    for (kind, table) in
        [("goal", texts::GOALS), ("current_solution", texts::CURRENT), ("ambition", texts::AMBITIONS)]
    {
        if kind == "ambition" && desk.chance.happens(0.3) {
            continue;
        }
        let summary = desk.pick(table);
        desk.ask("POST", "/findings", json!({ "kind": kind, "summary": summary, "person_id": "{p0}" }));
    }
}

fn bant(desk: &mut Desk<'_>, unfit: bool, all: bool) {
    let (owner, driver, quote) =
        (desk.pick(texts::DECIDER_TITLES), desk.pick(texts::DRIVERS), desk.pick(texts::QUOTES));
    let cost = desk.place.money(desk.value * 1.4);
    rate(desk, "need", json!({ "owner": owner, "impact_money": cost }), None);
    rate(desk, "authority", json!({ "person_id": "{p0}", "role": "decision_maker" }), None);
    if !all {
        return;
    }
    let state = if unfit { "none" } else { *desk.chance.one_of(&["planned", "approved"]) };
    let budget = match unfit {
        true => json!({ "state": state }),
        false => json!({ "state": state, "max": desk.place.money(desk.value * 1.2) }),
    };
    rate(desk, "budget", budget, (!unfit).then_some(quote));
    let wanted = if unfit { "@500" } else { "@75" };
    rate(desk, "timing", json!({ "wanted_on": wanted, "driver": driver }), None);
}

fn rate(desk: &mut Desk<'_>, factor: &str, value: Json, quote: Option<&str>) {
    let body = json!({ "kind": "conversation", "value": value, "quote": quote, "person_id": "{p0}" });
    desk.ask("POST", &format!("/bant/{factor}"), body);
}

fn nurturing(desk: &mut Desk<'_>, leaves: bool) {
    // Now and then a manager lets a warm deal pass before enough was given.
    let given = if leaves && desk.chance.happens(0.03) { 1 } else { 2 + desk.chance.below(2) };
    let given = if leaves { given } else { given - 1 };
    for kind in ["educate", "proof", "invite"].into_iter().take(given) {
        let title = desk.pick(texts::TOUCHES);
        desk.wait(2.0, 6.0).ask(
            "POST",
            "/value-touches",
            json!({ "kind": kind, "title": title, "person_id": "{p1}" }),
        );
    }
    if !leaves && desk.chance.happens(0.5) {
        return;
    }
    let (title, body, note) =
        (desk.pick(texts::DEMO_TITLES), desk.pick(texts::DEMO_NOTES), desk.pick(texts::AWARE));
    desk.wait(2.0, 6.0).log(json!({
        "kind": "meeting", "outcome": "held", "title": title, "body": body, "person_id": "{p0}", "duration_seconds": 3600, "two_way": true,
    }));
    desk.ask(
        "POST",
        "/awareness",
        json!({ "cause": "said", "said": "product_aware", "note": note, "person_id": "{p0}" }),
    );
    if leaves {
        desk.wait(0.5, 3.0).advance();
    }
}

fn offer(desk: &mut Desk<'_>, leaves: bool) {
    desk.wait(0.8, 2.5);
    let draft = super::offered::draft(desk);
    desk.beat(Beat::Offer(draft));
    if !leaves && desk.chance.happens(0.25) {
        return;
    }
    desk.wait(0.2, 1.0).ask("POST", "/offers/{offer}/send", json!({ "sent_to": ["{p0}", "{p1}"] }));
    desk.wait(0.3, 1.5).ask("POST", "/offers/{offer}/views", json!({ "person_id": "{p0}" }));
    if !leaves {
        return;
    }
    let words = desk.pick(texts::FEEDBACK);
    desk.wait(0.8, 2.5).ask(
        "POST",
        "/offers/{offer}/feedback",
        json!({ "kind": "call_note", "words": words, "person_id": "{p0}" }),
    );
    desk.wait(0.1, 0.5).advance();
}

fn objections(desk: &mut Desk<'_>, leaves: bool) {
    let (kind, table) = *desk.chance.one_of(&[
        ("price_value", texts::OBJ_PRICE),
        ("risk", texts::OBJ_RISK),
        ("contract", texts::OBJ_CONTRACT),
    ]);
    let stated = desk.pick(table);
    desk.wait(0.8, 2.5).ask(
        "POST",
        "/objections",
        json!({ "stated": stated, "stated_kind": kind, "person_id": "{p0}" }),
    );
    if !leaves && desk.chance.happens(0.4) {
        return;
    }
    let (question, heard, answer, settled) = (
        desk.pick(texts::OBJ_QUESTION),
        desk.pick(texts::OBJ_HEARD),
        desk.pick(texts::OBJ_ANSWER),
        desk.pick(texts::OBJ_SETTLED),
    );
    let path = "/objections/{objection}/steps";
    desk.wait(0.4, 1.5).ask("POST", path, json!({ "step": "ask", "question": question, "answer": heard }));
    desk.wait(0.3, 1.5).ask("POST", path, json!({ "step": "answer", "text": answer }));
    if leaves {
        desk.wait(0.5, 2.0).ask(
            "POST",
            path,
            json!({ "step": "confirm", "words": settled, "person_id": "{p0}" }),
        );
        desk.wait(0.1, 0.5).advance();
    }
}

fn closing(desk: &mut Desk<'_>, ending: Ending) {
    let (what, ours, theirs) =
        (desk.pick(texts::RESULTS), desk.pick(texts::OUR_STEPS), desk.pick(texts::THEIR_STEPS));
    let (source, who, them) =
        (desk.pick(texts::RESULT_SOURCES), desk.place.us.clone(), desk.pick(texts::HELPER_TITLES));
    let plan = json!({
        "results": [{ "what": what, "number": "5", "source": source }], "decision_on": "@8", "start_date": "@24",
        "steps": [
            { "what": ours, "who": who, "side": "us", "due_on": "@14" },
            { "what": theirs, "who": them, "side": "them", "due_on": "@16" },
        ],
        "billing_contact": them,
    });
    desk.wait(0.5, 1.5).ask("PUT", "/closing-plan", plan);
    if ending == Ending::Won {
        let words = desk.pick(texts::CLOSE_WORDS);
        let yes = desk.pick(texts::YES);
        let asked = json!({ "kind": "direct_question", "words": words, "answer": "yes", "answer_words": yes, "person_id": "{p0}" });
        desk.wait(1.0, 4.0).ask("POST", "/close-attempts", asked);
        let accepted = match desk.chance.happens(0.6) {
            true => json!({ "kind": "online", "offer_id": "{offer}", "person_id": "{p0}" }),
            false => json!({ "kind": "written_yes", "words": yes, "person_id": "{p0}" }),
        };
        desk.wait(0.1, 1.0).ask("POST", "/acceptance", accepted);
    } else if ending == Ending::Lost(Phase::Closing) || desk.chance.happens(0.5) {
        let (words, said) = (desk.pick(texts::CLOSE_ASK), desk.pick(texts::CLOSE_ANSWER));
        let asked = json!({ "kind": "ask_missing", "words": words, "answer": "hesitates", "answer_words": said, "person_id": "{p0}" });
        desk.wait(1.0, 3.0).ask("POST", "/close-attempts", asked);
    }
}

/// How it ends.
fn end(desk: &mut Desk<'_>, ending: Ending) {
    match ending {
        Ending::Won => {
            let amount = desk.place.money(desk.value);
            desk.wait(0.05, 0.3)
                .beat(Beat::Done)
                .go(json!({ "kind": "win", "amount": amount, "start_date": "@21" }));
        }
        Ending::Lost(phase) => lose(desk, phase),
        Ending::Unfit(_) => {
            let reason = desk.pick(texts::UNFIT);
            let told = *desk.chance.one_of(&["mail", "yes"]);
            desk.wait(0.5, 3.0).go(json!({ "kind": "disqualify", "reason": reason, "told": told }));
        }
        Ending::Parked => {
            let cause =
                *desk.chance.one_of(&["budget_cycle", "contract_until", "reorganisation", "project_later"]);
            let wake_on = format!("#{}", 4 + desk.chance.below(140));
            desk.beat(Beat::Done).beat(Beat::Curtain);
            desk.go(json!({ "kind": "park", "cause": cause, "wake_on": wake_on, "track": "quarterly" }));
        }
        Ending::Open(_) => next(desk),
    }
}

fn lose(desk: &mut Desk<'_>, phase: Phase) {
    if phase >= Phase::Offer {
        let why = desk.pick(texts::DECLINED);
        // What was never sent cannot be declined: the player throws it away.
        desk.wait(2.0, 7.0).ask("POST", "/offers/{offer}/end", json!({ "state": "declined", "reason": why }));
    }
    let reasons: &[&str] = match phase {
        Phase::Prospecting | Phase::Outreach => &["lost_contact", "lost_contact", "no_need", "timing"],
        Phase::Qualification => &["no_need", "timing", "no_authority", "lost_contact"],
        _ => &["price", "competitor", "no_decision", "timing", "price", "no_decision"],
    };
    let reason = *desk.chance.one_of(reasons);
    let competitor = (reason == "competitor").then(|| *desk.chance.one_of(COMPETITORS));
    desk.wait(1.0, 6.0)
        .beat(Beat::Done)
        .go(json!({ "kind": "lose", "reason": reason, "competitor": competitor }));
}

/// What is to be done next for a deal that goes on: something around today.
fn next(desk: &mut Desk<'_>) {
    let (kind, table) = *desk.chance.one_of(&[
        ("call", texts::NEXT_CALL),
        ("email", texts::NEXT_MAIL),
        ("todo", texts::NEXT_TODO),
    ]);
    let title = desk.pick(table);
    let due = *desk.chance.one_of(&["#-1", "#0", "#0", "#0", "#-2", "#0", "#-1", "#1", "#3"]);
    desk.beat(Beat::Done)
        .beat(Beat::Task(json!({ "title": title, "kind": kind, "due_on": due, "person_id": "{p1}" })));
}
