//! Pursuits: one continuous attempt to sell to one company, and the trials within it.

use super::facts::{Fact, What};
use super::{RateKey, Rules, Trial};
use kernel::{DealId, PersonId, ProcessVersionId, SequenceId, Timestamp, UserId};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// The facts of one pursuit, in the order they happened.
pub(super) struct Pursuit {
    facts: Vec<Fact>,
}

/// Cuts a company's facts into pursuits: at the first fact after a decision, and after a long silence.
pub(super) fn split(facts: Vec<Fact>, rules: &Rules) -> Vec<Pursuit> {
    let mut pursuits: Vec<Pursuit> = Vec::new();
    let mut version = None;
    let mut ended = true;
    let mut last = Timestamp(i64::MIN);
    for mut fact in facts {
        version = fact.version.or(version).or_else(|| published_at(rules, fact.at));
        fact.version = fact.version.or(version);
        let silent = fact.at.0 > last.plus_days(rules.quiet_days).0;
        let opens = matches!(
            fact.what,
            What::Dial { .. }
                | What::Mail { .. }
                | What::InboundTalk
                | What::Meeting
                | What::PositiveReply { .. }
                | What::Qualified { .. }
        );
        if (opens && (ended || silent)) || pursuits.is_empty() {
            pursuits.push(Pursuit { facts: Vec::new() });
            ended = false;
        }
        last = fact.at;
        ended |= matches!(fact.what, What::Won { reversed: false } | What::Lost);
        if let Some(pursuit) = pursuits.last_mut() {
            pursuit.facts.push(fact);
        }
    }
    pursuits
}

/// The version published last before an instant.
fn published_at(rules: &Rules, at: Timestamp) -> Option<ProcessVersionId> {
    rules.versions.iter().rev().find(|(since, _)| *since <= at).map(|(_, id)| *id)
}

/// A conversation and how it came about.
struct Conversation<'a> {
    fact: &'a Fact,
    channel: &'static str,
    sequence: Option<SequenceId>,
}

impl Pursuit {
    /// The trials, each with the labels of its beginning.
    pub(super) fn trials(&self) -> Vec<Trial> {
        let mut trials = self.dials();
        trials.extend(self.mails());
        trials.extend(self.people());
        trials.extend(self.bookings());
        let first = self.first_conversation();
        let next = first.as_ref().and_then(|first| self.next_conversation(first.fact));
        let qualified = self.facts.iter().find(|f| matches!(f.what, What::Qualified { .. }));
        if let Some(first) = &first {
            let label = |fact: &Fact, rate| Trial {
                channel: Some(first.channel),
                sequence: first.sequence,
                ..trial(rate, fact)
            };
            trials.push(Trial { success_at: next.map(|n| n.at), ..label(first.fact, RateKey::Conversion) });
            if let Some(next) = next {
                let accepted = qualified.map(|q| later(q.at, next.at));
                trials.push(Trial { success_at: accepted, ..label(next, RateKey::SalesAcceptance) });
            }
        }
        trials.extend(self.opportunities(first.as_ref()));
        trials
    }

    fn dials(&self) -> Vec<Trial> {
        let dials = self.facts.iter().filter_map(|fact| match fact.what {
            What::Dial { connected } => Some(Trial {
                success_at: connected.then_some(fact.at),
                channel: Some("phone"),
                ..trial(RateKey::DialToConnect, fact)
            }),
            _ => None,
        });
        dials.collect()
    }

    fn mails(&self) -> Vec<Trial> {
        let mails = self.facts.iter().filter_map(|fact| match fact.what {
            What::Mail { delivered, sequence, .. } => {
                Some(Trial { delivered, sequence, channel: Some("email"), ..trial(RateKey::MailSent, fact) })
            }
            _ => None,
        });
        mails.collect()
    }

    fn bookings(&self) -> Vec<Trial> {
        let bookings = self.facts.iter().filter_map(|fact| match fact.what {
            What::Booked { held, sequence } => Some(Trial {
                success_at: held.map(|held| later(held, fact.at)),
                channel: Some("meeting"),
                sequence,
                ..trial(RateKey::Booked, fact)
            }),
            _ => None,
        });
        bookings.collect()
    }

    /// One trial per person reached: the first delivered mail, and the first positive reply.
    fn people(&self) -> Vec<Trial> {
        let mut reached: BTreeMap<Option<PersonId>, Trial> = BTreeMap::new();
        for fact in &self.facts {
            match fact.what {
                What::Mail { delivered: true, sequence, .. } => {
                    reached.entry(fact.person).or_insert(Trial {
                        sequence,
                        delivered: true,
                        channel: Some("email"),
                        ..trial(RateKey::PositiveReply, fact)
                    });
                }
                What::PositiveReply { .. } => {
                    if let Some(trial) = reached.get_mut(&fact.person) {
                        trial.success_at.get_or_insert(fact.at);
                    }
                }
                _ => {}
            }
        }
        reached.into_values().collect()
    }

    fn first_conversation(&self) -> Option<Conversation<'_>> {
        let sequences: HashMap<Uuid, SequenceId> = self
            .facts
            .iter()
            .filter_map(|f| match f.what {
                What::Mail { sequence: Some(sequence), message: Some(message), .. } => {
                    Some((message, sequence))
                }
                _ => None,
            })
            .collect();
        self.facts.iter().find_map(|fact| {
            let (channel, sequence) = match &fact.what {
                What::Dial { connected: true } | What::InboundTalk => ("phone", None),
                What::Meeting => ("meeting", None),
                What::PositiveReply { answers } => {
                    ("email", answers.and_then(|m| sequences.get(&m).copied()))
                }
                _ => return None,
            };
            Some(Conversation { fact, channel, sequence })
        })
    }

    /// The earliest meeting held that is another event than the first conversation, and not earlier.
    fn next_conversation(&self, first: &Fact) -> Option<&Fact> {
        self.facts.iter().find(|f| matches!(f.what, What::Meeting) && f.seq != first.seq && f.at >= first.at)
    }

    /// Qualified opportunities, one per deal: the first passing alone counts.
    fn opportunities(&self, first: Option<&Conversation<'_>>) -> Vec<Trial> {
        let mut seen: Vec<Option<DealId>> = Vec::new();
        let mut trials = Vec::new();
        for fact in self.facts.iter().filter(|f| matches!(f.what, What::Qualified { .. })) {
            if seen.contains(&fact.deal) {
                continue;
            }
            seen.push(fact.deal);
            let of_deal = |f: &&Fact| f.deal == fact.deal && f.at >= fact.at;
            let won = self.facts.iter().filter(of_deal).find(|f| f.what == What::Won { reversed: false });
            let lost = self.facts.iter().filter(of_deal).rfind(|f| f.what == What::Lost);
            trials.push(Trial {
                success_at: won.map(|w| w.at),
                lost_at: lost.filter(|_| won.is_none()).map(|l| l.at),
                deal: fact.deal,
                channel: first.map(|c| c.channel),
                sequence: first.and_then(|c| c.sequence),
                ..trial(RateKey::Close, fact)
            });
        }
        trials
    }
}

fn trial(rate: RateKey, fact: &Fact) -> Trial {
    let rep: Option<UserId> = fact.rep;
    Trial {
        rate,
        at: fact.at,
        success_at: None,
        lost_at: None,
        delivered: false,
        person: fact.person,
        deal: None,
        rep,
        channel: None,
        sequence: None,
        version: fact.version,
    }
}

fn later(a: Timestamp, b: Timestamp) -> Timestamp {
    if a > b { a } else { b }
}
