//! On what ground a person may get automatic mail they did not ask for, by the law of where they are (domain, outreach
//! engine: the table of countries, and Korea's Network Act). Pure, besides `bought`. The product gives no legal advice: an
//! admin may set a country's rule otherwise, with a reason. Who sends asks this (outreach), and who advises to (`channel`).

mod bought;

use chrono::Months;
use kernel::{Country, Timestamp};
use records::workspace::{MailNeed, MailRule, MailRules};
use serde::{Deserialize, Serialize};

pub use bought::{Bought, bought};

/// A ground for writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// They agreed.
    Consent,
    /// They bought from us.
    Customer,
    /// They asked us something.
    Inquiry,
    /// Their address is published for business.
    Published,
    /// Our interest was weighed against theirs, and that is written down.
    LegitimateInterest,
    /// What is written to them is no advertisement, for a reason that is written down.
    NotAdvertising,
}

impl Ground {
    /// The word kept with a person or company.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(key)).ok()
    }
}

/// A ground, and for how many months it holds from the day it came about; none: for good.
type Accepted = (Ground, Option<u32>);

/// What the law of a country asks.
#[derive(Debug)]
pub struct Law {
    /// What it is called here: `kr_network_act`, `opt_in`, …
    pub key: &'static str,
    /// Grounds of which one is needed; none: nothing is.
    grounds: &'static [Accepted],
    /// Addresses of a company need none.
    spares_companies: bool,
    /// A consent must be on record with how, when and in what words it was given; and the mail is marked.
    records: bool,
}

use Ground::{Consent, Customer, Inquiry, LegitimateInterest, NotAdvertising, Published};

const ANY: &[Accepted] =
    &[(Consent, None), (Customer, None), (Inquiry, None), (Published, None), (LegitimateInterest, None)];

const fn law(key: &'static str, grounds: &'static [Accepted]) -> Law {
    Law { key, grounds, spares_companies: false, records: false }
}

static KOREA: Law = Law {
    records: true,
    ..law("kr_network_act", &[(Consent, Some(24)), (Customer, Some(6)), (NotAdvertising, None)])
};
static UNITED_STATES: Law = law("us_can_spam", &[]);
static CANADA: Law =
    law("ca_casl", &[(Consent, None), (Customer, Some(24)), (Inquiry, Some(6)), (Published, None)]);
static OPT_IN: Law = law("opt_in", &[(Consent, None), (Customer, None)]);
static COMPANIES: Law =
    Law { spares_companies: true, ..law("companies_opt_out", &[(Consent, None), (Customer, None)]) };
static FRANCE: Law = law("fr_function", ANY);
static PUBLISHED: Law = law("published_or_opt_in", &[(Consent, None), (Published, None)]);
static OTHERS: Law = law("legitimate_interest", ANY);

/// Under what all other countries are set.
pub const OTHER: &str = "other";
/// Countries with a rule of their own, and [`OTHER`], in the order they are shown.
pub const PLACES: [&str; 17] =
    ["KR", "US", "CA", "DE", "AT", "FR", "GB", "IE", "NL", "BE", "ES", "IT", "PL", "DK", "JP", "AU", OTHER];

/// The law of a country.
#[must_use]
pub fn of(country: Country) -> &'static Law {
    match country.code() {
        "KR" => &KOREA,
        "US" => &UNITED_STATES,
        "CA" => &CANADA,
        "DE" | "AT" | "ES" | "IT" | "PL" | "DK" => &OPT_IN,
        "FR" => &FRANCE,
        "GB" | "IE" | "NL" | "BE" => &COMPANIES,
        "JP" | "AU" => &PUBLISHED,
        _ => &OTHERS,
    }
}

/// The law of a country by its code, or that of all others.
#[must_use]
pub fn of_place(place: &str) -> &'static Law {
    Country::from_code(place).map_or(&OTHERS, of)
}

impl Law {
    /// Grounds of which it asks one.
    pub fn grounds(&self) -> impl Iterator<Item = Ground> {
        self.grounds.iter().map(|(ground, _)| *ground)
    }

    /// Whether consents must be on record with how, when and in what words they were given: Korea's Network Act.
    #[must_use]
    pub fn wants_record(&self) -> bool {
        self.records
    }

    /// Whether a customer's last purchase decides.
    fn asks_purchase(&self) -> bool {
        self.grounds.iter().any(|(ground, months)| *ground == Customer && months.is_some())
    }
}

/// A consent, or a word that something is no advertisement, as it is on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnRecord {
    /// Which of the two.
    pub ground: Ground,
    /// Since when; for a consent that was confirmed, since then.
    pub since: Timestamp,
}

/// What is known of a person.
#[derive(Debug, Clone, Default)]
pub struct Known<'a> {
    /// The ground kept with them or their company.
    pub kept: Option<Ground>,
    /// The day that came about, if known.
    pub kept_since: Option<Timestamp>,
    /// What is on record and was not taken back.
    pub on_record: &'a [OnRecord],
    /// When they or their company bought last.
    pub bought: Option<Timestamp>,
    /// They are known to work for a company.
    pub of_company: bool,
}

/// Whether a person may be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// On this ground; none where none is needed. A mail that advertises in Korea is marked.
    Allowed { ground: Option<Ground>, marked: bool },
    /// Nothing is known that allows it.
    Refused,
    /// What allowed it has run out: a consent not confirmed in time, a purchase or a question long ago.
    Lapsed(Ground),
}

/// Whether the law of a country, or what an admin put in its place, allows automatic mail.
#[must_use]
pub fn verdict(country: Country, rules: &MailRules, known: &Known<'_>, now: Timestamp) -> Verdict {
    let law = of(country);
    match set_otherwise(country, rules).map(|rule| rule.need) {
        Some(MailNeed::Nothing) => return Verdict::Allowed { ground: None, marked: false },
        Some(MailNeed::Consent) => return judged(&[(Consent, law.months(Consent))], law, known, now),
        None => {}
    }
    if law.grounds.is_empty() || (law.spares_companies && known.of_company) {
        return Verdict::Allowed { ground: None, marked: false };
    }
    judged(law.grounds, law, known, now)
}

/// What an admin set for a country, or for all that have no law of their own here.
#[must_use]
pub fn set_otherwise(country: Country, rules: &MailRules) -> Option<&MailRule> {
    let own = rules.get(country.code());
    own.or_else(|| rules.get(OTHER).filter(|_| of(country).key == OTHERS.key))
}

/// Whether nobody of a country needs a ground, so that nothing has to be looked up.
#[must_use]
pub fn asks_nothing(country: Country, rules: &MailRules) -> bool {
    match set_otherwise(country, rules) {
        Some(rule) => rule.need == MailNeed::Nothing,
        None => of(country).grounds.is_empty(),
    }
}

/// Whether it has to be looked up when a person of this country bought last.
#[must_use]
pub fn asks_purchase(country: Country) -> bool {
    of(country).asks_purchase()
}

impl Law {
    fn months(&self, ground: Ground) -> Option<u32> {
        self.grounds.iter().find(|(g, _)| *g == ground).and_then(|(_, months)| *months)
    }
}

fn judged(accepted: &[Accepted], law: &Law, known: &Known<'_>, now: Timestamp) -> Verdict {
    let mut lapsed = None;
    for (ground, months) in accepted {
        let Some(since) = held(*ground, law, known) else { continue };
        match (months, since) {
            (Some(months), Some(since)) if over(since, *months, now) => lapsed = lapsed.or(Some(*ground)),
            // A purchase or question of an unknown day is not known to be recent.
            (Some(_), None) => lapsed = lapsed.or(Some(*ground)),
            _ => {
                return Verdict::Allowed {
                    ground: Some(*ground),
                    marked: law.records && *ground != NotAdvertising,
                };
            }
        }
    }
    lapsed.map_or(Verdict::Refused, Verdict::Lapsed)
}

/// Whether they have a ground, and since when if that is known.
fn held(ground: Ground, law: &Law, known: &Known<'_>) -> Option<Option<Timestamp>> {
    let on_record = known.on_record.iter().filter(|r| r.ground == ground).map(|r| r.since).max();
    match ground {
        Consent | NotAdvertising if on_record.is_some() => Some(on_record),
        // The bare word is not enough where the wording has to be shown.
        Consent if law.records => None,
        Customer if known.bought.is_some() => Some(known.bought),
        _ => (known.kept == Some(ground)).then_some(known.kept_since),
    }
}

fn over(since: Timestamp, months: u32, now: Timestamp) -> bool {
    let end = since.to_utc().checked_add_months(Months::new(months));
    end.is_none_or(|end| end <= now.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_392_000_000_000);

    fn country(code: &str) -> Country {
        Country::from_code(code).unwrap()
    }

    fn months_ago(n: i64) -> Timestamp {
        NOW.plus_days(-n * 31)
    }

    fn on(ground: Ground) -> Verdict {
        Verdict::Allowed { ground: Some(ground), marked: false }
    }

    fn marked(ground: Ground) -> Verdict {
        Verdict::Allowed { ground: Some(ground), marked: true }
    }

    const FREE: Verdict = Verdict::Allowed { ground: None, marked: false };

    fn kept(ground: Ground, since: Option<Timestamp>) -> Known<'static> {
        Known { kept: Some(ground), kept_since: since, ..Known::default() }
    }

    #[test]
    fn each_country_asks_what_its_row_says() {
        let nobody = Known::default();
        let colleague = Known { of_company: true, ..Known::default() };
        let table = [
            ("US", nobody.clone(), FREE),
            ("KR", nobody.clone(), Verdict::Refused),
            // The Network Act wants the record, not the word.
            ("KR", kept(Consent, Some(NOW)), Verdict::Refused),
            ("KR", kept(LegitimateInterest, Some(NOW)), Verdict::Refused),
            ("KR", kept(Published, Some(NOW)), Verdict::Refused),
            ("KR", Known { bought: Some(months_ago(5)), ..Known::default() }, marked(Customer)),
            ("KR", Known { bought: Some(months_ago(7)), ..Known::default() }, Verdict::Lapsed(Customer)),
            ("KR", kept(Customer, None), Verdict::Lapsed(Customer)),
            ("CA", nobody.clone(), Verdict::Refused),
            ("CA", kept(Inquiry, Some(months_ago(5))), on(Inquiry)),
            ("CA", kept(Inquiry, Some(months_ago(7))), Verdict::Lapsed(Inquiry)),
            ("CA", Known { bought: Some(months_ago(23)), ..Known::default() }, on(Customer)),
            ("CA", Known { bought: Some(months_ago(25)), ..Known::default() }, Verdict::Lapsed(Customer)),
            ("CA", kept(Published, None), on(Published)),
            ("CA", kept(LegitimateInterest, Some(NOW)), Verdict::Refused),
            ("DE", colleague.clone(), Verdict::Refused),
            ("DE", kept(LegitimateInterest, Some(NOW)), Verdict::Refused),
            ("DE", kept(Consent, None), on(Consent)),
            ("AT", kept(Customer, None), on(Customer)),
            ("FR", nobody.clone(), Verdict::Refused),
            ("FR", kept(LegitimateInterest, None), on(LegitimateInterest)),
            ("GB", nobody.clone(), Verdict::Refused),
            ("GB", colleague, FREE),
            ("ES", kept(Customer, None), on(Customer)),
            ("JP", kept(Published, None), on(Published)),
            ("JP", kept(Customer, None), Verdict::Refused),
            ("AU", kept(Published, None), on(Published)),
            ("BR", nobody, Verdict::Refused),
            ("BR", kept(LegitimateInterest, None), on(LegitimateInterest)),
        ];
        for (code, known, expected) in table {
            assert_eq!(verdict(country(code), &MailRules::new(), &known, NOW), expected, "{code} {known:?}");
        }
    }

    #[test]
    fn a_consent_in_korea_holds_two_years_from_its_confirmation_and_marks_the_mail() {
        let record = |ground, months| [OnRecord { ground, since: months_ago(months) }];
        let table = [
            (record(Consent, 1), marked(Consent)),
            (record(Consent, 23), marked(Consent)),
            (record(Consent, 25), Verdict::Lapsed(Consent)),
            (record(NotAdvertising, 40), on(NotAdvertising)),
        ];
        for (records, expected) in table {
            let known = Known { on_record: &records, ..Known::default() };
            assert_eq!(verdict(Country::KR, &MailRules::new(), &known, NOW), expected, "{records:?}");
        }
        let long_ago = record(Consent, 90);
        let known = Known { on_record: &long_ago, ..Known::default() };
        assert_eq!(verdict(country("DE"), &MailRules::new(), &known, NOW), on(Consent), "no end elsewhere");
    }

    #[test]
    fn an_admin_loosens_or_tightens_a_country_and_all_others_together() {
        let rule = |place: &str, need| {
            MailRules::from([(place.to_owned(), MailRule { need, reason: "asked".into() })])
        };
        let nobody = Known::default();
        let interest = kept(LegitimateInterest, None);
        let table = [
            (rule("KR", MailNeed::Nothing), "KR", &nobody, FREE),
            (rule(OTHER, MailNeed::Nothing), "KR", &nobody, Verdict::Refused),
            (rule(OTHER, MailNeed::Nothing), "BR", &nobody, FREE),
            (rule("BR", MailNeed::Nothing), "BR", &nobody, FREE),
            (rule("BR", MailNeed::Nothing), "MX", &nobody, Verdict::Refused),
            (rule("US", MailNeed::Consent), "US", &nobody, Verdict::Refused),
            (rule(OTHER, MailNeed::Consent), "BR", &interest, Verdict::Refused),
        ];
        for (rules, code, known, expected) in table {
            assert_eq!(verdict(country(code), &rules, known, NOW), expected, "{code} {rules:?}");
            assert_eq!(asks_nothing(country(code), &rules), expected == FREE, "{code} {rules:?}");
        }
    }
}
