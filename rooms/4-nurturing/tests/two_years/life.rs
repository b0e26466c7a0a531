//! One person's two years: what happens to them, and what the tracks do about it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::LazyLock;

use chrono::{Days, NaiveDate};
use http_room::Role;
use kernel::{BusinessCalendar, Country, Timestamp};
use nurturing::cadence::rules::{History, Limits};
use nurturing::track::rules::{Turn, is_stale, planned, turn};
use outreach::timing::{Timing, Windows};
use process::definition::Definition;
use process::facts::Facts;
use process::sla::Calendar;
use process::stage::{Phase, Status};
use process::transition::{Context, DealState, MoveKind, MoveRequest, Position, Settings, decide};
use records::testing::MORNING;
use store::Actor;

static PROCESS: LazyLock<Definition> = LazyLock::new(Definition::seven_stages);

/// Pace in days, touches, and whether the track ends when the deal wakes.
pub type Tracks = [(i64, i64, bool); 6];
/// Six that meet now and then.
const USUAL: Tracks =
    [(91, 8, true), (84, 9, true), (60, 13, false), (45, 16, false), (45, 16, false), (30, 24, false)];
/// Six that want thrice what the limits allow, for one person in ten.
const CROWDED: Tracks =
    [(91, 8, true), (30, 24, true), (14, 52, false), (10, 70, false), (7, 100, false), (45, 16, false)];
/// The simulated years.
pub const DAYS: i64 = 730;
/// When the last of them is over.
pub const END: Timestamp = Timestamp(MORNING.0 + DAYS * kernel::time::DAY);

const PLACES: [(&str, &str); 6] = [
    ("Asia/Seoul", "KR"),
    ("America/New_York", "US"),
    ("Europe/Berlin", "DE"),
    ("Asia/Tokyo", "JP"),
    ("Asia/Riyadh", "SA"),
    ("Europe/London", "GB"),
];

/// Numbers by lot that are the same for the same seed.
pub struct Lot(u64);

impl Lot {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn moment(&mut self) -> Timestamp {
        MORNING.plus_seconds(i64::try_from(self.below(730 * 86_400)).unwrap())
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// Something happened to them that may hold what is under way.
    Happened,
    /// The process's timer looks at the parked deal.
    LookAtParked,
    /// A track's step is asked: when it was planned, and which track.
    Ask(Timestamp, usize),
    /// A mail comes to its turn in the mailbox: which, and when it was given free.
    Leave(usize, Timestamp),
}

/// One touch that left.
pub struct Sent {
    pub at: Timestamp,
    pub track: usize,
    pub step: i64,
}

pub struct Life {
    pub timing: Timing,
    pub calendar: Calendar,
    pub exchanges: Vec<Timestamp>,
    /// When it was agreed, and when it is.
    pub meetings: Vec<(Timestamp, Timestamp)>,
    pub objections: Vec<(Timestamp, Timestamp)>,
    pub stop: Option<Timestamp>,
    pub wake_on: Option<NaiveDate>,
    pub woke_at: Option<Timestamp>,
    pub sent: Vec<Sent>,
    parked: DealState,
    pub tracks: Tracks,
    steps: [i64; 6],
    over: [bool; 6],
    under_way: Option<usize>,
    /// Changes when the mail under way is put off, so that the old turn is void.
    turn_of_mail: Timestamp,
    lot: Lot,
    ahead: BinaryHeap<Reverse<(Timestamp, Event)>>,
}

impl Life {
    pub fn of(seed: u64) -> Self {
        let mut lot = Lot(seed);
        let (zone, country) = PLACES[usize::try_from(lot.below(6)).unwrap()];
        let country = Country::from_code(country);
        let timing = Timing {
            zone: zone.parse().unwrap(),
            quiet_zones: Vec::new(),
            country,
            windows: Windows::default(),
        };
        let calendar = Calendar { zone: timing.zone, days: BusinessCalendar::new(country) };
        let mut exchanges: Vec<Timestamp> = (0..lot.below(12)).map(|_| lot.moment()).collect();
        exchanges.sort_unstable();
        let meetings = (0..lot.below(4)).map(|_| lot.moment());
        let meetings: Vec<Timestamp> = meetings.collect();
        let meetings = meetings
            .into_iter()
            .map(|at| (at.plus_days(-i64::try_from(lot.below(20)).unwrap()), at))
            .collect();
        let objections: Vec<Timestamp> = (0..lot.below(3)).map(|_| lot.moment()).collect();
        let objections = objections
            .into_iter()
            .map(|at| (at, at.plus_days(1 + i64::try_from(lot.below(20)).unwrap())))
            .collect();
        let stop = (lot.below(10) == 0).then(|| lot.moment());
        let first = calendar.date(MORNING);
        let wake_on = (lot.below(2) == 0).then(|| first + Days::new(1 + lot.below(700)));
        let mut position = Position::new(None, MORNING);
        (position.stage, position.status, position.wake_on) = (Phase::Nurturing, Status::NotYet, wake_on);
        let parked = DealState { position, pauses: Vec::new(), last_move: None, other_open_deal: false };
        Self {
            timing,
            calendar,
            exchanges,
            meetings,
            objections,
            stop,
            wake_on,
            woke_at: None,
            sent: Vec::new(),
            parked,
            tracks: if seed.is_multiple_of(10) { CROWDED } else { USUAL },
            steps: [0; 6],
            over: [false; 6],
            under_way: None,
            turn_of_mail: MORNING,
            lot,
            ahead: BinaryHeap::new(),
        }
    }

    fn then(&mut self, at: Timestamp, event: Event) {
        if at < END {
            self.ahead.push(Reverse((at, event)));
        }
    }

    pub fn run(&mut self) {
        let happened: Vec<Timestamp> = (self.exchanges.iter().copied())
            .chain(self.meetings.iter().map(|(agreed, _)| *agreed))
            .chain(self.objections.iter().map(|(raised, _)| *raised))
            .chain(self.stop)
            .collect();
        for at in happened {
            self.then(at, Event::Happened);
        }
        for track in 0..self.tracks.len() {
            self.then(MORNING, Event::Ask(MORNING, track));
        }
        // The timer asks for deals whose day has begun somewhere on earth.
        if let Some(day) = self.wake_on {
            self.then(self.calendar.start_of(day).plus_seconds(-14 * 3_600), Event::LookAtParked);
        }
        while let Some(Reverse((now, event))) = self.ahead.pop() {
            match event {
                Event::Happened => self.hold_what_is_under_way(now),
                Event::LookAtParked => self.look_at_parked(now),
                Event::Ask(planned, track) => self.ask(track, planned, now),
                Event::Leave(track, cleared) => self.leave(track, cleared, now),
            }
        }
    }

    /// What is known of them at an instant.
    fn history(&self, now: Timestamp, but_what_is_under_way: bool) -> History {
        let held = self.meetings.iter().map(|(_, at)| *at).filter(|at| *at <= now);
        let spoken = self.exchanges.iter().copied().filter(|at| *at <= now);
        History {
            touches: self.sent.iter().rev().take(5).map(|sent| sent.at).collect(),
            under_way: self.under_way.is_some() && !but_what_is_under_way,
            exchanged_at: held.chain(spoken).max(),
            meetings: self
                .meetings
                .iter()
                .filter(|(agreed, at)| *agreed <= now && *at > now)
                .map(|(_, at)| *at)
                .collect(),
            objection_open: self.objections.iter().any(|(from, until)| (*from..*until).contains(&now)),
            refused: self.stop.is_some_and(|at| at <= now),
        }
    }

    fn decide(&self, planned: Timestamp, now: Timestamp, but_under_way: bool) -> Turn {
        let had = self.history(now, but_under_way);
        turn(planned, &had, Limits::default(), &self.timing, b"this person", now)
    }

    fn ask(&mut self, track: usize, planned: Timestamp, now: Timestamp) {
        if self.over[track] {
            return;
        }
        match self.decide(planned, now, false) {
            Turn::Clear => {
                self.under_way = Some(track);
                self.turn_of_mail = now;
                // Others wait in the same mailbox.
                let wait = i64::try_from(self.lot.below(10 * 3_600)).unwrap();
                self.then(now.plus_seconds(wait), Event::Leave(track, now));
            }
            Turn::At(at) | Turn::Later(at, _) => self.then(at, Event::Ask(planned, track)),
            Turn::End => self.over[track] = true,
        }
    }

    fn leave(&mut self, track: usize, cleared: Timestamp, now: Timestamp) {
        if self.under_way != Some(track) || self.turn_of_mail != cleared {
            return;
        }
        if is_stale(cleared, &self.timing, now) {
            self.hold_what_is_under_way(now);
            return;
        }
        let open = self.timing.open(now).unwrap();
        if open > now {
            self.then(open, Event::Leave(track, cleared));
            return;
        }
        let step = self.steps[track];
        self.sent.push(Sent { at: now, track, step });
        self.under_way = None;
        self.steps[track] += 1;
        let (every, touches, _) = self.tracks[track];
        if self.steps[track] < touches {
            let due = planned(MORNING, Some(every), self.steps[track], now);
            self.then(due, Event::Ask(due, track));
        }
    }

    /// What was given free is asked again.
    fn hold_what_is_under_way(&mut self, now: Timestamp) {
        let Some(track) = self.under_way else { return };
        match self.decide(now, now, true) {
            Turn::End => {
                self.under_way = None;
                self.over[track] = true;
            }
            Turn::Clear => {
                self.turn_of_mail = now;
                self.then(now, Event::Leave(track, now));
            }
            Turn::At(at) | Turn::Later(at, _) => {
                // Asked again at its new time, which lies on another day than it was given free on.
                let void = self.turn_of_mail.plus_days(-1);
                self.turn_of_mail = void;
                self.then(at, Event::Leave(track, void));
            }
        }
    }

    fn look_at_parked(&mut self, now: Timestamp) {
        let facts = Facts::default();
        let context = Context {
            process: &PROCESS,
            deal: &self.parked,
            facts: &facts,
            actor: Actor::System,
            role: Role::Manager,
            settings: Settings::default(),
            calendar: &self.calendar,
            now,
        };
        let request =
            MoveRequest { cause: Some("wake_on_reached".to_owned()), ..MoveRequest::of(MoveKind::Wake) };
        match decide(&context, &request) {
            Ok(moved) => {
                self.parked.position = moved.after;
                self.woke_at = Some(now);
                for (track, (_, _, ends)) in self.tracks.iter().enumerate() {
                    self.over[track] |= ends;
                    if *ends && self.under_way == Some(track) {
                        self.under_way = None;
                    }
                }
            }
            Err(_) => self.then(now.plus_seconds(600), Event::LookAtParked),
        }
    }
}
