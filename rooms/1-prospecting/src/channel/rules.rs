//! By which way a person is best reached (domain, section 7): what is believed of each channel, and the order
//! that follows. Pure.

use serde::Serialize;
use stats::{Beta, Interval, probability_best};

use super::Channel;

/// Days after which an outcome counts half.
pub const HALF_LIFE_DAYS: f64 = 180.0;
/// Business days after which a touch nobody answered is a failure.
pub const SETTLE_DAYS: u32 = 10;
/// Trials that the workspace's mean weighs in a segment.
const SEGMENT_STRENGTH: f64 = 50.0;
/// The share of an interval.
const INTERVAL: f64 = 0.8;
/// How sure the first must be the best, or else the cheaper of two goes first.
const SURE: f64 = 0.8;

/// What a figure rests on before own outcomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Rates of the article this product follows.
    Article,
    /// An assumption of this product.
    Assumption,
    /// Outcomes of the workspace, beside one of the two.
    Own,
}

/// What is supposed of a channel before anything is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// Whether a touch reaches the person at all: a call is answered, a request accepted.
    pub reach: Option<(f64, f64)>,
    /// Whether a conversation or an appointment follows, of those reached.
    pub response: (f64, f64),
    /// A person's minutes per touch.
    pub minutes: u32,
    /// What it rests on.
    pub basis: Basis,
}

/// The table of section 7. Phone is the article's: 20 % of calls are answered, 2 % of those give an appointment
/// (R22). That 78 % of decision makers once took an appointment after a cold mail (R23) is in the response of mail
/// as receptiveness, 0.78 × 0.03, and never a rate of one mail.
#[must_use]
pub fn prior(channel: Channel) -> Prior {
    let assumed = |reach, response, minutes| Prior { reach, response, minutes, basis: Basis::Assumption };
    match channel {
        Channel::Phone => {
            Prior { reach: Some((20.0, 80.0)), response: (2.0, 98.0), minutes: 6, basis: Basis::Article }
        }
        Channel::Email => assumed(None, (2.34, 97.66), 2),
        Channel::Linkedin => assumed(Some((30.0, 70.0)), (5.0, 95.0), 4),
        Channel::Social => assumed(Some((20.0, 80.0)), (4.0, 96.0), 4),
        Channel::Sms => assumed(None, (0.5, 99.5), 1),
        Channel::Postal => assumed(None, (0.6, 99.4), 15),
        Channel::InPerson => assumed(Some((10.0, 90.0)), (10.0, 90.0), 60),
    }
}

/// What is left of a count after so many days.
#[must_use]
pub fn faded(days: f64) -> f64 {
    0.5_f64.powf(days.max(0.0) / HALF_LIFE_DAYS)
}

/// Outcomes of one kind, faded.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// Of those that came out well.
    pub successes: f64,
    /// Of those that did not.
    pub failures: f64,
}

/// What was seen of a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Seen {
    /// Reached or not.
    pub reach: Counts,
    /// Answered or not, of those reached.
    pub response: Counts,
    /// Touches that came out, not faded.
    pub touches: u64,
}

/// What is believed of a channel: of reaching somebody, where that is apart, and of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Belief {
    reach: Option<Beta>,
    response: Beta,
}

impl Belief {
    /// Of the whole workspace.
    #[must_use]
    pub fn of_workspace(channel: Channel, seen: &Seen) -> Self {
        let prior = prior(channel);
        let updated =
            |(a, b): (f64, f64), counts: Counts| Beta::new(a, b).after(counts.successes, counts.failures);
        Self {
            reach: prior.reach.map(|reach| updated(reach, seen.reach)),
            response: updated(prior.response, seen.response),
        }
    }

    /// Of a segment in which something was seen: the workspace's mean weighs 50 trials. Nothing seen: as the workspace.
    #[must_use]
    pub fn in_segment(self, seen: &Seen) -> Self {
        let narrowed = |whole: Beta, counts: Counts| {
            if counts == Counts::default() {
                return whole;
            }
            Beta::of_strength(whole.mean(), SEGMENT_STRENGTH).after(counts.successes, counts.failures)
        };
        Self {
            reach: self.reach.map(|reach| narrowed(reach, seen.reach)),
            response: narrowed(self.response, seen.response),
        }
    }

    /// Of a conversation or an appointment per touch.
    #[must_use]
    pub fn per_touch(&self) -> Beta {
        self.reach.map_or(self.response, |reach| reach.times(self.response))
    }
}

/// Whether and how the person can be reached by a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// No address, number or profile.
    NoAddress,
    /// On the list of those not to be written to.
    Suppressed,
    /// Needs a consent that is not there.
    NotLawful,
    /// They refuse it.
    Refused,
    /// Not on the network, silent there for over 90 days, or silent to a request for over 14.
    Inactive,
    /// An address nothing came back from yet, or a profile nobody knows the use of.
    Unverified,
    /// It worked, or they are active there.
    Verified,
}

impl Access {
    /// A: 0, 0.5 or 1.
    #[must_use]
    pub fn share(self) -> f64 {
        match self {
            Self::Verified => 1.0,
            Self::Unverified => 0.5,
            _ => 0.0,
        }
    }
}

/// One channel to one person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Way {
    /// Which.
    pub channel: Channel,
    /// How they can be reached by it.
    pub access: Access,
    /// What is believed of it in their segment.
    pub belief: Belief,
    /// Touches that came out in their segment.
    pub touches: u64,
}

impl Way {
    pub(super) fn usable(&self) -> bool {
        self.access.share() > 0.0
    }

    fn utility(&self) -> f64 {
        self.belief.per_touch().mean() * self.access.share()
    }

    pub(super) fn scaled(&self) -> (Beta, f64) {
        (self.belief.per_touch(), self.access.share())
    }

    /// The 80 % interval of p, times A.
    fn interval(&self) -> Interval {
        let (p, share) = self.scaled();
        let interval = p.interval(INTERVAL);
        Interval { low: interval.low * share, high: interval.high * share }
    }
}

/// What the person said and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Story {
    /// The channel they asked for.
    pub preferred: Option<Channel>,
    /// They called, or asked for a call.
    pub asked_for_call: bool,
    /// Touches by other channels than the phone nobody answered.
    pub unanswered: u32,
    /// Business days since the first of those.
    pub unanswered_days: u32,
}

impl Story {
    /// The same with silence counted no further than the rules ask: stories that lead to the same ranking are equal.
    #[must_use]
    pub fn in_short(self) -> Self {
        Self { unanswered: self.unanswered.min(2), unanswered_days: self.unanswered_days.min(5), ..self }
    }
}

/// Why the phone is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhoneGround {
    /// (a) There is no other way.
    OnlyWay,
    /// (b) They prefer it.
    Preferred,
    /// (c) They asked for a call, or called.
    AskedFor,
    /// (d) Two touches by other ways stayed unanswered for five business days; never for a first touch.
    Unanswered,
    /// (e) In this segment calls are known to work better than mail.
    WorksHere,
}

impl PhoneGround {
    /// Whether a first touch may be a call.
    #[must_use]
    pub fn for_first_touch(self) -> bool {
        self != Self::Unanswered
    }
}

/// Whether the phone is allowed, by the strongest ground (R21); `None` when it is not.
#[must_use]
pub fn phone_ground(ways: &[Way], story: &Story) -> Option<PhoneGround> {
    let phone = ways.iter().find(|way| way.channel == Channel::Phone && way.usable())?;
    let others = || ways.iter().filter(|way| way.channel != Channel::Phone);
    let works_here = || {
        let email = others().find(|way| way.channel == Channel::Email);
        let (call, dialled) = ((phone.belief.per_touch(), 1.0), phone.touches >= 200);
        dialled && email.is_some_and(|mail| probability_best(call, &[(mail.belief.per_touch(), 1.0)]) >= 0.9)
    };
    if story.preferred == Some(Channel::Phone) {
        Some(PhoneGround::Preferred)
    } else if story.asked_for_call {
        Some(PhoneGround::AskedFor)
    } else if !others().any(Way::usable) {
        Some(PhoneGround::OnlyWay)
    } else if works_here() {
        Some(PhoneGround::WorksHere)
    } else if story.unanswered >= 2 && story.unanswered_days >= 5 {
        Some(PhoneGround::Unanswered)
    } else {
        None
    }
}

/// The order of the channels for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Every channel, the first one first; those that cannot be used last.
    pub ways: Vec<Way>,
    /// What to begin with; `None` when nothing can be used.
    pub first: Option<Channel>,
    /// What to begin with were it not for a lot: the same, unless [`Self::lot`] is `Some(true)`.
    pub usual: Option<Channel>,
    /// Whether the first was drawn by lot; `None` where none is cast: they asked for a channel, or there is no choice.
    pub lot: Option<bool>,
    /// The two best can hardly be told apart; the one that costs less time goes first.
    pub close_call: bool,
    /// They asked for the first.
    pub preferred: bool,
    /// Why a call is allowed.
    pub phone: Option<PhoneGround>,
    /// The way proposed: which channel after which.
    pub path: Vec<Channel>,
}

impl Ranking {
    /// The channels one may begin with, in order.
    #[must_use]
    pub fn candidates(&self) -> Vec<Way> {
        candidates(&self.ways, self.phone)
    }

    /// Whether a touch by this channel is what is advised: what to begin with, the touch on LinkedIn beside a mail, or
    /// the call that silence allows.
    #[must_use]
    pub fn advises(&self, channel: Channel) -> bool {
        let in_turn = channel != Channel::Phone || self.phone.is_some();
        self.first == Some(channel) || in_turn && self.path.contains(&channel)
    }

    /// Begins with a channel that was drawn.
    #[must_use]
    pub(super) fn beginning_with(mut self, drawn: Channel) -> Self {
        self.put_first(Some(drawn));
        self.close_call = false;
        self
    }

    fn put_first(&mut self, first: Option<Channel>) {
        if let Some(at) = first.and_then(|first| self.ways.iter().position(|way| way.channel == first)) {
            self.ways[..=at].rotate_right(1);
        }
        self.first = first;
        self.path = path(&self.ways, first);
    }
}

fn candidates(ways: &[Way], phone: Option<PhoneGround>) -> Vec<Way> {
    let first_call = phone.is_some_and(PhoneGround::for_first_touch);
    let may_begin = |way: &&Way| way.usable() && (way.channel != Channel::Phone || first_call);
    ways.iter().filter(may_begin).copied().collect()
}

/// Ranks the channels of one person.
#[must_use]
pub fn rank(mut ways: Vec<Way>, story: &Story) -> Ranking {
    let phone = phone_ground(&ways, story);
    // Stable: equals stay in the order in which they came.
    ways.sort_by(|a, b| b.utility().total_cmp(&a.utility()));
    let candidates = candidates(&ways, phone);
    let preferred = candidates.iter().find(|way| Some(way.channel) == story.preferred);
    let (first, close_call) = match preferred {
        Some(way) => (Some(way.channel), false),
        None => best_of(&candidates),
    };
    let preferred = preferred.is_some();
    let mut ranking =
        Ranking { ways, first, usual: first, lot: None, close_call, preferred, phone, path: Vec::new() };
    ranking.put_first(first);
    ranking
}

/// The better of the first two, of candidates ordered by utility, and whether that is a close call.
fn best_of(candidates: &[Way]) -> (Option<Channel>, bool) {
    let [best, next, ..] = candidates else { return (candidates.first().map(|way| way.channel), false) };
    if best.interval().low > next.interval().high {
        return (Some(best.channel), false);
    }
    let others: Vec<(Beta, f64)> = candidates[1..].iter().map(Way::scaled).collect();
    if probability_best(best.scaled(), &others) >= SURE {
        return (Some(best.channel), false);
    }
    let cheaper = prior(next.channel).minutes < prior(best.channel).minutes;
    (Some(if cheaper { next.channel } else { best.channel }), true)
}

/// Mail goes hand in hand with a touch on LinkedIn before it and a call after it; the call once (d) allows it.
fn path(ways: &[Way], first: Option<Channel>) -> Vec<Channel> {
    let usable = |channel| ways.iter().any(|way| way.channel == channel && way.usable());
    match first {
        Some(Channel::Email) => [Channel::Linkedin, Channel::Email, Channel::Phone]
            .into_iter()
            .filter(|channel| *channel == Channel::Email || usable(*channel))
            .collect(),
        other => other.into_iter().collect(),
    }
}
