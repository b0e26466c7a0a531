//! The script of one deal: what happens on which day after its opening, from a seed.

use super::Place;
use super::chance::{Chance, id_of};
use super::firms::Firm;
use super::scenes;
use super::steps::{Act, Step, fill, with_people};
use kernel::Timestamp;
use process::stage::Phase;
use serde_json::{Value as Json, json};
use uuid::Uuid;

/// How a deal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It stands open in this stage.
    Open(Phase),
    /// Not yet: it is parked.
    Parked,
    /// Won.
    Won,
    /// Lost in this stage.
    Lost(Phase),
    /// Disqualified in this stage.
    Unfit(Phase),
}

/// Something that happens, its people still to be named.
#[derive(Debug, Clone)]
pub(super) enum Beat {
    /// See [`Act::Ask`].
    Ask(&'static str, String, Json),
    /// See [`Act::Log`].
    Log(Json),
    /// A mail to one of the two.
    Mail(usize, usize, &'static str),
    /// The last mail comes back.
    Bounce,
    /// One of the two answers the last mail.
    Reply(usize, &'static str, &'static str),
    /// See [`Act::Offer`].
    Offer(Json),
    /// See [`Act::Task`].
    Task(Json),
    /// See [`Act::Done`].
    Done,
    /// What follows is taken last.
    Curtain,
}

/// A script.
#[derive(Debug)]
pub struct Script {
    beats: Vec<(f64, Beat)>,
    /// Days from the opening to the last beat.
    pub length: f64,
    /// Whether the deal has ended.
    pub closed: bool,
    /// What it is worth, in US dollars.
    pub value: f64,
}

/// A script being written.
pub(super) struct Desk<'a> {
    pub place: &'a Place,
    pub chance: &'a mut Chance,
    pub value: f64,
    beats: Vec<(f64, Beat)>,
    day: f64,
}

impl Desk<'_> {
    /// Lets days pass.
    pub fn wait(&mut self, low: f64, high: f64) -> &mut Self {
        self.day += self.chance.between(low, high);
        self
    }

    /// Something happens, a moment after what was before.
    pub fn beat(&mut self, beat: Beat) -> &mut Self {
        self.day += 0.02;
        self.beats.push((self.day, beat));
        self
    }

    pub fn ask(&mut self, method: &'static str, path: &str, body: Json) -> &mut Self {
        self.beat(Beat::Ask(method, path.to_owned(), body))
    }

    pub fn log(&mut self, body: Json) -> &mut Self {
        self.beat(Beat::Log(body))
    }

    /// The deal moves.
    pub fn go(&mut self, body: Json) -> &mut Self {
        self.ask("POST", "/move", body)
    }

    /// The tasks of the stage are done and the deal moves on.
    pub fn advance(&mut self) -> &mut Self {
        self.beat(Beat::Done).go(json!({ "kind": "advance" }))
    }

    /// One of a table, in the workspace's language.
    pub fn pick(&mut self, table: &[super::texts::Pair]) -> &'static str {
        super::texts::say(*self.chance.one_of(table), self.place.locale)
    }
}

/// Writes a script.
#[must_use]
pub fn write_up(place: &Place, ending: Ending, chance: &mut Chance) -> Script {
    let value = (4_000.0 + 36_000.0 * chance.share() * chance.share()).round();
    let mut desk = Desk { place, chance, value, beats: Vec::new(), day: 0.0 };
    scenes::play(&mut desk, ending);
    let closed = !matches!(ending, Ending::Open(_) | Ending::Parked);
    Script { length: desk.day, beats: desk.beats, closed, value }
}

impl Script {
    /// Lets everything happen in this share of the time.
    pub fn hurry(&mut self, share: f64) {
        self.beats.iter_mut().for_each(|(day, _)| *day *= share);
        self.length *= share;
    }

    /// The steps, with instants and names.
    #[must_use]
    #[allow(clippy::too_many_arguments)] // where, about what, by whom, when: each is one fact
    pub fn steps(
        &self,
        place: &Place,
        deal: Uuid,
        firm: &Firm,
        who: usize,
        start: f64,
        opened: Timestamp,
        chance: &mut Chance,
    ) -> Vec<Step> {
        let people: Vec<Uuid> = firm.people.iter().map(|p| p.id).collect();
        let mut casting = Casting { place, people, deal, mails: 0, written: Vec::new() };
        let (mut steps, mut last, mut before) = (Vec::new(), false, opened);
        for (day, beat) in &self.beats {
            #[allow(clippy::cast_possible_truncation)] // a minute of a day
            let minute = 9 * 60 + ((start + day).rem_euclid(1.0) * 510.0) as i64;
            let at = place.at(start + day, minute).max(before.plus_seconds(150));
            let at = at.plus_seconds(i64::try_from(chance.below(60)).unwrap_or(0));
            before = at;
            match casting.act(beat, at) {
                Some(act) => steps.push(Step { at, who, act, last }),
                None => last = true,
            }
        }
        // Nothing happens after now.
        let mut limit = place.now.plus_seconds(-60);
        for step in steps.iter_mut().rev() {
            step.at = step.at.min(limit);
            limit = step.at.plus_seconds(-30);
        }
        steps
    }
}

/// Names people and mails.
struct Casting<'a> {
    place: &'a Place,
    people: Vec<Uuid>,
    deal: Uuid,
    mails: usize,
    written: Vec<(Uuid, Uuid)>,
}

impl Casting<'_> {
    fn filled(&self, body: &Json, at: Timestamp) -> Json {
        let mut body = body.clone();
        fill(&mut body, &self.people, self.place, at);
        body
    }

    fn mail(&mut self, at: Timestamp) -> Uuid {
        self.mails += 1;
        id_of(self.deal, "mail", self.mails, at)
    }

    /// `None` at the curtain.
    fn act(&mut self, beat: &Beat, at: Timestamp) -> Option<Act> {
        Some(match beat {
            Beat::Ask(method, path, body) => {
                Act::Ask(method, with_people(path, &self.people), self.filled(body, at))
            }
            Beat::Log(body) => Act::Log(self.filled(body, at)),
            Beat::Offer(body) => Act::Offer(self.filled(body, at)),
            Beat::Task(body) => Act::Task(self.filled(body, at)),
            Beat::Done => Act::Done,
            Beat::Mail(seat, number, subject) => {
                let (person, message) = (self.people[*seat], self.mail(at));
                self.written.push((person, message));
                Act::Mail { person, message, number: *number, subject: (*subject).to_owned() }
            }
            Beat::Bounce => {
                let (person, message) = self.written.last().copied()?;
                Act::Bounce { person, message }
            }
            Beat::Reply(seat, intent, text) => {
                let answers = self.written.last()?.1;
                let message = self.mail(at);
                Act::Reply { person: self.people[*seat], message, answers, intent, text: (*text).to_owned() }
            }
            Beat::Curtain => return None,
        })
    }
}
