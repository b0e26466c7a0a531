//! Events with corrections, bounces and undo settled: what in the end did happen.

use super::Rules;
use kernel::{DealId, PersonId, ProcessVersionId, SequenceId, Timestamp, UserId};
use records::events;
use serde_json::Value as Json;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// An event of the log, as far as the rates read it.
#[derive(Debug, Clone)]
pub struct LogEvent {
    /// Place in the log: later ones settle earlier ones.
    pub seq: i64,
    /// Kind.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Option<UserId>,
    /// With whom.
    pub person: Option<PersonId>,
    /// On which deal.
    pub deal: Option<DealId>,
    /// The call, meeting or message it is about.
    pub row: Option<Uuid>,
    /// The version it names.
    pub version: Option<ProcessVersionId>,
    /// The rest.
    pub payload: Json,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum What {
    /// An outbound call attempt.
    Dial { connected: bool },
    /// An inbound call in which words were exchanged.
    InboundTalk,
    /// An outreach mail the first server took.
    Mail { delivered: bool, sequence: Option<SequenceId>, message: Option<Uuid> },
    /// A positive answer of a human.
    PositiveReply { answers: Option<Uuid> },
    /// A meeting that was held.
    Meeting,
    /// A meeting that was booked, told of when it was; when it was held, if so.
    Booked { held: Option<Timestamp>, sequence: Option<SequenceId> },
    /// The deal passed the gate of qualification.
    Qualified { owner: Option<UserId> },
    /// Won; `reversed` when it was taken back in time.
    Won { reversed: bool },
    /// Lost or disqualified.
    Lost,
    /// Anything else that keeps a pursuit alive.
    Other,
}

/// A settled event.
#[derive(Debug, Clone)]
pub(super) struct Fact {
    pub at: Timestamp,
    pub seq: i64,
    pub rep: Option<UserId>,
    pub person: Option<PersonId>,
    pub deal: Option<DealId>,
    pub version: Option<ProcessVersionId>,
    pub what: What,
}

/// Days after which a bounce no longer means that a mail was not delivered.
const BOUNCE_DAYS: i64 = 7;

/// Settles what later events say of earlier ones, sorted by when it happened.
pub(super) fn settle(log: &[LogEvent], rules: &Rules) -> Vec<Fact> {
    let later = Later::read(log, rules);
    let told = log.iter().flat_map(|event| [later.booked(event), later.fact(event, rules)]);
    let mut facts: Vec<Fact> = told.flatten().collect();
    facts.sort_by_key(|f| (f.at, f.seq));
    facts
}

/// What later events say.
struct Later<'a> {
    deleted: HashSet<Uuid>,
    corrected: HashMap<Uuid, &'a LogEvent>,
    bounced: HashMap<Uuid, Timestamp>,
    intents: HashMap<Uuid, bool>,
    undone: HashSet<String>,
    reversed: HashMap<DealId, Vec<Timestamp>>,
    owners: HashMap<DealId, Vec<(Timestamp, Option<UserId>)>>,
}

fn uuid(value: &Json) -> Option<Uuid> {
    value.as_str().and_then(|t| Uuid::parse_str(t).ok())
}

impl<'a> Later<'a> {
    fn read(log: &'a [LogEvent], _rules: &Rules) -> Self {
        let mut later = Self {
            deleted: HashSet::new(),
            corrected: HashMap::new(),
            bounced: HashMap::new(),
            intents: HashMap::new(),
            undone: HashSet::new(),
            reversed: HashMap::new(),
            owners: HashMap::new(),
        };
        let mut ordered: Vec<&LogEvent> = log.iter().collect();
        ordered.sort_by_key(|e| e.seq);
        for event in ordered {
            later.hear(event);
        }
        later
    }

    fn hear(&mut self, event: &'a LogEvent) {
        match (event.kind.as_str(), event.row) {
            (events::ACTIVITY_DELETED, Some(row)) => {
                self.deleted.insert(row);
            }
            (events::ACTIVITY_CHANGED, Some(row)) => {
                self.corrected.insert(row, event);
            }
            (events::MAIL_BOUNCED, _) if event.payload["hard"] == true => {
                if let Some(message) = uuid(&event.payload["message_id"]).or(event.row) {
                    self.bounced.insert(message, event.at);
                }
            }
            (events::REPLY_CORRECTED, Some(row)) => {
                self.intents.insert(row, event.payload["positive"] == true);
            }
            (events::DEAL_MOVE_UNDONE, _) => {
                if let Some(id) = event.payload["transition_id"].as_str() {
                    self.undone.insert(id.to_owned());
                }
            }
            (events::DEAL_MOVED, _) if event.payload["reverses_win"] == true => {
                if let Some(deal) = event.deal {
                    self.reversed.entry(deal).or_default().push(event.at);
                }
            }
            (events::DEAL_CREATED | events::DEAL_CHANGED, _) => self.hear_owner(event),
            _ => {}
        }
    }

    fn hear_owner(&mut self, event: &LogEvent) {
        let Some(deal) = event.deal else {
            return;
        };
        let named = event.payload["after"].get("owner_id").map(|o| uuid(o).map(UserId));
        let owner = match (named, event.kind.as_str()) {
            (Some(owner), _) => owner,
            // A deal nobody was named for belongs to whoever made it.
            (None, events::DEAL_CREATED) => event.actor,
            _ => return,
        };
        self.owners.entry(deal).or_default().push((event.at, owner));
    }

    fn owner_at(&self, deal: Option<DealId>, at: Timestamp) -> Option<UserId> {
        let history = self.owners.get(&deal?)?;
        history.iter().rev().find(|(since, _)| *since <= at).or(history.first()).and_then(|(_, owner)| *owner)
    }

    fn fact(&self, event: &LogEvent, rules: &Rules) -> Option<Fact> {
        if event.row.is_some_and(|row| self.deleted.contains(&row)) {
            return None;
        }
        let (mut at, mut payload) = (event.at, &event.payload);
        if let Some(correction) = event.row.and_then(|row| self.corrected.get(&row)) {
            payload = &correction.payload["after"];
            at = correction.payload["at"].as_str().and_then(|t| Timestamp::parse(t).ok()).unwrap_or(at);
        }
        let what = self.what(event, payload, rules)?;
        let rep = match what {
            What::Qualified { owner } => owner.or(event.actor),
            _ => event.actor,
        };
        let rep = rep.or_else(|| uuid(&event.payload["rep_id"]).map(UserId));
        Some(Fact {
            at,
            seq: event.seq,
            rep,
            person: event.person,
            deal: event.deal,
            version: event.version,
            what,
        })
    }

    /// That a meeting was booked, whatever became of it.
    fn booked(&self, event: &LogEvent) -> Option<Fact> {
        let booked = event.kind == events::MEETING_LOGGED && event.payload["outcome"] == "booked";
        if !booked || event.row.is_some_and(|row| self.deleted.contains(&row)) {
            return None;
        }
        let after = event.row.and_then(|row| self.corrected.get(&row)).map(|correction| &correction.payload);
        let after = after.filter(|payload| payload["after"]["outcome"] == "held");
        let held = after.and_then(|payload| Timestamp::parse(payload["at"].as_str()?).ok());
        let sequence = uuid(&event.payload["sequence_id"]).map(SequenceId);
        Some(Fact {
            at: event.at,
            seq: event.seq,
            rep: event.actor.or_else(|| uuid(&event.payload["rep_id"]).map(UserId)),
            person: event.person,
            deal: event.deal,
            version: event.version,
            what: What::Booked { held, sequence },
        })
    }

    fn what(&self, event: &LogEvent, payload: &Json, rules: &Rules) -> Option<What> {
        Some(match event.kind.as_str() {
            events::CALL_LOGGED => match (payload["direction"].as_str(), payload["outcome"].as_str()) {
                (Some("in"), Some("intended")) => What::InboundTalk,
                (Some("in"), _) => What::Other,
                (_, outcome) => What::Dial { connected: outcome == Some("intended") },
            },
            events::MEETING_LOGGED if payload["outcome"] == "held" => What::Meeting,
            // Notices of meetings are no outreach.
            events::MAIL_SENT if payload["notice"] == true => What::Other,
            events::MAIL_SENT => {
                let message = uuid(&payload["message_id"]).or(event.row);
                let bounced = message.and_then(|m| self.bounced.get(&m));
                let delivered = bounced.is_none_or(|b| *b >= event.at.plus_days(BOUNCE_DAYS));
                What::Mail { delivered, sequence: uuid(&payload["sequence_id"]).map(SequenceId), message }
            }
            events::REPLY_RECEIVED => {
                let told = event.row.and_then(|row| self.intents.get(&row)).copied();
                let human = payload["class"] == "human";
                if human && told.unwrap_or(payload["positive"] == true) {
                    What::PositiveReply { answers: uuid(&payload["answers_message_id"]) }
                } else {
                    What::Other
                }
            }
            events::DEAL_MOVED => self.moved(event, payload, rules)?,
            _ => What::Other,
        })
    }

    fn moved(&self, event: &LogEvent, payload: &Json, rules: &Rules) -> Option<What> {
        if payload["transition_id"].as_str().is_some_and(|id| self.undone.contains(id)) {
            return None;
        }
        let status = payload["to_status"].as_str().unwrap_or_default();
        let (from, to) = (place(&payload["from_stage"]), place(&payload["to_stage"]));
        Some(match status {
            "won" => {
                let until = event.at.plus_days(rules.reversal_days);
                let taken_back = event.deal.and_then(|d| self.reversed.get(&d));
                let reversed =
                    taken_back.is_some_and(|all| all.iter().any(|at| *at >= event.at && *at <= until));
                What::Won { reversed }
            }
            "lost" | "disqualified" => What::Lost,
            "open" if from <= Some(2) && to > Some(2) => {
                What::Qualified { owner: self.owner_at(event.deal, event.at) }
            }
            _ => What::Other,
        })
    }
}

/// The place of a stage in the cycle, from 0.
fn place(stage: &Json) -> Option<usize> {
    const STAGES: [&str; 7] =
        ["prospecting", "outreach", "qualification", "nurturing", "offer", "objections", "closing"];
    STAGES.iter().position(|s| Some(*s) == stage.as_str())
}
