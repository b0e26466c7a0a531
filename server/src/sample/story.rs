//! How each deal of the year went, as steps with their days. Pure: nothing here asks a database.

use super::chance::{Chance, id_of};
use super::firms::{Firm, LISTS, list_day, object};
use super::script::{Ending, Script, write_up};
use super::steps::Step;
use super::texts::{self, say};
use super::{DEALS, Place, STORY_DAYS, V2_DAYS};
use kernel::Timestamp;
use process::stage::Phase;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

/// How many open deals stand in each stage at the end, in the order of the cycle.
pub const OPEN: [usize; 7] = [11, 13, 10, 10, 7, 6, 6];
/// Deals parked at the end.
pub const PARKED: usize = 28;

/// A deal and everything that happened to it.
#[derive(Debug, Clone)]
pub struct Told {
    /// Its id.
    pub id: Uuid,
    /// When it was opened.
    pub opened: Timestamp,
    /// Who of the team has it, as a place in `Place::members`.
    pub owner: usize,
    /// The fields of its record.
    pub fields: Map<String, Json>,
    /// Steps that are history, in order.
    pub steps: Vec<Step>,
    /// Steps to take once all reactions to the history have run.
    pub last: Vec<Step>,
}

impl Told {
    /// With whom.
    pub fn company(&self) -> Option<kernel::CompanyId> {
        self.fields["company_id"].as_str().and_then(|id| id.parse().ok())
    }
}

/// Where a deal ends, before it is told.
#[derive(Debug, Clone, Copy)]
struct Fate {
    ending: Ending,
    /// Day of its opening, before today.
    start: f64,
}

/// Tells the year.
#[must_use]
pub fn year(place: &Place, firms: &[Firm], chance: &mut Chance) -> Vec<Told> {
    let mut fates = fates(chance);
    chance.shuffle(&mut fates);
    let mut scripts: Vec<(Script, f64)> = fates.iter().map(|fate| timed(place, *fate, chance)).collect();
    scripts.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut free_from = vec![f64::MIN; firms.len()];
    let mut told = Vec::with_capacity(scripts.len());
    for (n, (script, start)) in scripts.into_iter().enumerate() {
        let at = choose(place, firms, &free_from, start, chance);
        // A firm that is still with us, or parked, gets no second deal.
        free_from[at] = if script.closed { start + script.length + 12.0 } else { f64::MAX };
        told.push(tell(place, n, &firms[at], &script, start, chance));
    }
    told
}

fn fates(chance: &mut Chance) -> Vec<Fate> {
    let mut fates = Vec::with_capacity(DEALS);
    for (phase, count) in Phase::ALL.into_iter().zip(OPEN) {
        fates.extend((0..count).map(|_| Fate { ending: Ending::Open(phase), start: 0.0 }));
    }
    fates.extend((0..PARKED).map(|_| Fate { ending: Ending::Parked, start: 0.0 }));
    while fates.len() < DEALS {
        let start = -chance.between(26.0, STORY_DAYS - 2.0);
        let better = start > -V2_DAYS;
        fates.push(Fate { ending: ending(better, chance), start });
    }
    fates
}

/// How a deal ends that ended: a little better under the second version of the process.
fn ending(better: bool, chance: &mut Chance) -> Ending {
    let odds = if better { [0.82, 0.88, 0.82, 0.72] } else { [0.76, 0.83, 0.77, 0.64] };
    if chance.happens(0.03) {
        return Ending::Unfit(Phase::Prospecting);
    }
    if !chance.happens(odds[0]) {
        return Ending::Lost(Phase::Outreach);
    }
    if !chance.happens(odds[1]) {
        return Ending::Lost(Phase::Qualification);
    }
    if !chance.happens(odds[2]) {
        return Ending::Unfit(Phase::Qualification);
    }
    if chance.happens(odds[3]) {
        return Ending::Won;
    }
    Ending::Lost(*chance.one_of(&[
        Phase::Nurturing,
        Phase::Offer,
        Phase::Offer,
        Phase::Objections,
        Phase::Closing,
    ]))
}

/// Writes the script and fits it into the year: what ended, before today; what goes on, up to now.
fn timed(place: &Place, fate: Fate, chance: &mut Chance) -> (Script, f64) {
    let mut script = write_up(place, fate.ending, chance);
    let start = match fate.ending {
        Ending::Open(_) => -script.length - chance.between(0.1, 3.5),
        Ending::Parked => -script.length - chance.between(3.0, 90.0),
        _ => fate.start,
    };
    let room = -start - 1.0;
    if script.length > room {
        script.hurry(room / script.length);
    }
    (script, start)
}

/// A firm that was known by then and is free, the better ones of the region first.
fn choose(place: &Place, firms: &[Firm], free_from: &[f64], start: f64, chance: &mut Chance) -> usize {
    let opened = place.at(start, 0);
    let known = (0..LISTS).filter(|l| list_day(place, *l) < opened).count();
    let can = |n: &usize| firms[*n].fits && firms[*n].list < known.max(1) && free_from[*n] < start;
    let fresh: Vec<usize> = (0..firms.len()).filter(can).filter(|n| free_from[*n] == f64::MIN).collect();
    let used: Vec<usize> = (0..firms.len()).filter(can).filter(|n| free_from[*n] != f64::MIN).collect();
    let from = if !used.is_empty() && (fresh.is_empty() || chance.happens(0.2)) { used } else { fresh };
    if from.is_empty() { chance.below(firms.len()) } else { *chance.one_of(&from) }
}

fn tell(place: &Place, n: usize, firm: &Firm, script: &Script, start: f64, chance: &mut Chance) -> Told {
    let opened = place.at(start, 9 * 60 + i64::try_from(chance.below(60)).unwrap_or(0));
    let id = id_of(place.workspace.0, "deal", n, opened);
    let home = firm.fields["owner_id"].clone();
    let owner = place.members.iter().position(|m| json!(m) == home).unwrap_or(0);
    let product = say(*chance.one_of(texts::PRODUCTS), place.locale);
    let fields = object(json!({
        "name": format!("{} · {product}", firm.name), "company_id": firm.id, "owner_id": place.members[owner],
        "value": place.money(script.value), "why_them": say(*chance.one_of(texts::WHY_THEM), place.locale),
        "source": firm.fields["source"], "expected_close": place.date(place.at(start + 70.0, 0)),
        "custom": { "users": 5 + chance.below(60), "pilot": chance.happens(0.4) },
    }));
    let mut steps = script.steps(place, id, firm, owner, start, opened, chance);
    let last = steps.iter().position(|s| s.last).map_or_else(Vec::new, |from| steps.split_off(from));
    Told { id, opened, owner, fields, steps, last }
}

#[cfg(test)]
mod tests {
    use super::super::firms::market;
    use super::super::{Place, SEED};
    use super::*;

    fn whole(locale: kernel::Locale) -> (Place, Vec<Told>) {
        let place = Place::for_tests(locale);
        let mut chance = Chance::new(SEED);
        let firms = market(&place, &mut chance);
        let told = year(&place, &firms, &mut chance);
        (place, told)
    }

    #[test]
    fn the_same_seed_tells_the_same_year() {
        let (_, a) = whole(kernel::Locale::En);
        let (_, b) = whole(kernel::Locale::En);
        assert_eq!(format!("{a:?}"), format!("{b:?}"));
        let place = Place::for_tests(kernel::Locale::En);
        let mut other = Chance::new(SEED + 1);
        let firms = market(&place, &mut other);
        assert_ne!(format!("{a:?}"), format!("{:?}", year(&place, &firms, &mut other)));
    }

    #[test]
    fn every_step_lies_in_the_past_in_order_and_no_two_at_one_instant() {
        let (place, told) = whole(kernel::Locale::Ko);
        assert_eq!(told.len(), DEALS);
        for deal in &told {
            let steps: Vec<&Step> = deal.steps.iter().chain(&deal.last).collect();
            assert!(steps.iter().all(|s| s.at > deal.opened && s.at <= place.now), "{deal:?}");
            assert!(steps.windows(2).all(|pair| pair[0].at < pair[1].at), "{deal:?}");
        }
        assert!(told.windows(2).all(|pair| pair[0].opened <= pair[1].opened.plus_days(1)));
    }

    #[test]
    fn a_firm_never_has_two_deals_at_once() {
        let (place, told) = whole(kernel::Locale::En);
        let mut busy: std::collections::HashMap<String, Timestamp> = std::collections::HashMap::new();
        for deal in &told {
            let firm = deal.fields["company_id"].to_string();
            assert!(busy.get(&firm).is_none_or(|until| *until < deal.opened), "{firm}");
            let until = deal.steps.iter().chain(&deal.last).map(|s| s.at).max().unwrap_or(place.now);
            busy.insert(firm, until);
        }
    }
}
