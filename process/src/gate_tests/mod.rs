//! The gates criterion by criterion: what the facts must say. Facts and tables are made here.

mod before_the_first_talk;
mod from_offer_to_close;
mod nurturing;
mod qualification;

use super::*;
use crate::facts::{
    Acceptance, AcceptanceKind, Bant, Closing, Contact, Discovery, EvidenceKind, FactorFact, Icp, Member,
    Nurture, ObjectionFact, ObjectionState, Offer, Reply, Research, ResearchItem, ResearchKind, Signal,
    Start, Talk, Touch,
};
use kernel::OfferId;
use uuid::Uuid;

const NOW: Timestamp = Timestamp(1_763_888_100_000_000);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn who(n: u128) -> PersonId {
    PersonId(id(n))
}

fn proof(n: u128) -> Evidence {
    Evidence { kind: EvidenceOf::Event, id: id(n) }
}

fn ago(days: i64) -> Timestamp {
    NOW.plus_days(-days)
}

type Set = fn(&mut Facts);

/// Facts after a change, and what the criterion says about them.
fn says(criterion: &Criterion, set: Set) -> Verdict {
    let mut facts = Facts::default();
    set(&mut facts);
    judge(criterion, &facts, NOW).verdict
}

fn table(criterion: &Criterion, cases: &[(&str, Set, Verdict)]) {
    assert_eq!(judge(criterion, &Facts::default(), NOW).key, criterion.key());
    for (name, set, verdict) in cases {
        assert_eq!(says(criterion, *set), *verdict, "{}: {name}", criterion.key());
    }
}

fn item(kind: ResearchKind, source: Option<&str>) -> ResearchItem {
    ResearchItem { kind, text: "known".into(), source: source.map(str::to_owned) }
}

fn member(n: u128, roles: &[CommitteeRole]) -> Member {
    Member { person: who(n), roles: roles.to_vec(), proven: Vec::new(), named: Vec::new() }
}

fn reply(person: Option<u128>, intent: &str, at: Timestamp) -> Reply {
    Reply { message: id(900), person: person.map(who), intent: intent.into(), at }
}

fn call(person: u128, connected: bool, seconds: Option<i64>, two_way: bool) -> Talk {
    Talk {
        activity: id(800),
        meeting: false,
        people: vec![who(person)],
        connected,
        seconds,
        two_way,
        at: ago(1),
    }
}

fn meeting(person: u128, held: bool, at: Timestamp) -> Talk {
    Talk {
        activity: id(801),
        meeting: true,
        people: vec![who(person)],
        connected: held,
        seconds: None,
        two_way: false,
        at,
    }
}

fn offer(relevance: Relevance, out: bool) -> Offer {
    let sent_at = out.then(|| ago(3));
    Offer {
        id: OfferId(id(700)),
        version: 1,
        out,
        sent_at,
        relevance,
        reached: Vec::new(),
        feedback: Vec::new(),
    }
}

fn objection(state: ObjectionState, at: Timestamp) -> ObjectionFact {
    ObjectionFact { id: id(600), state, at, kind: None }
}

fn bant(state: BantState, until: Option<Timestamp>) -> Bant {
    let need = Some(FactorFact { rating: 2, kind: EvidenceKind::Conversation, evidence: vec![proof(1)] });
    Bant { state, qualified_until: until, need, budget: None, authority: None, timing: None }
}
