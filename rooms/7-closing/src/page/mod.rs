//! The page of a plan as the buyer sees it: what was agreed, whose turn it is, what is open. Whoever has the link sees it;
//! it works without scripts. It shows the plan alone: nothing of readiness, attempts, money or our own notes.

mod routes;
mod visit;
mod words;

use std::sync::LazyLock;

use chrono::NaiveDate;
use http_room::{Answer, App, Problem};
use kernel::Locale;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;

pub use routes::routes;
pub use visit::public_routes;
pub use words::words;

use crate::lever::{DatedFact, Lever, LeverStanding};
use crate::plan::Plan;
use crate::rules::{PlanStep, Side};

/// The style of the page.
pub const STYLE: &str = include_str!("plan.css");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    for (name, text) in [
        ("frame.html", include_str!("frame.html")),
        ("plan.html", include_str!("plan.html")),
        ("notice.html", include_str!("notice.html")),
    ] {
        env.add_template(name, text).expect("the templates are part of the program");
    }
    env
});

/// The page a token names.
#[must_use]
pub fn url(app: &App, token: &str) -> String {
    format!("{}/c/{token}", app.config.base_url.trim_end_matches('/'))
}

/// A plan as it is shown.
#[derive(Debug)]
pub struct Shown<'a> {
    /// In which language.
    pub locale: Locale,
    /// The page's token.
    pub token: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Its levers as they stand.
    pub levers: &'a [(Lever, LeverStanding, Option<DatedFact>)],
    /// Who we are.
    pub ours: &'a str,
    /// Who they are.
    pub theirs: Option<&'a str>,
    /// Today.
    pub today: NaiveDate,
    /// Whether it can still be written on.
    pub open: bool,
    /// What went wrong.
    pub alert: Option<&'static str>,
    /// What was done.
    pub thanks: Option<&'static str>,
    /// The question that was not taken.
    pub filled: &'a str,
}

#[derive(Serialize)]
struct Named {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct StepLine {
    id: String,
    what: String,
    who: String,
    due: Option<String>,
    done: bool,
    late: bool,
    can_do: bool,
}

#[derive(Serialize)]
struct SideLines {
    name: &'static str,
    steps: Vec<StepLine>,
}

fn render(name: &str, values: Value) -> Answer<String> {
    let template = TEMPLATES.get_template(name).map_err(|e| Problem::internal(&e))?;
    template.render(values).map_err(|e| Problem::internal(&e))
}

fn other(locale: Locale) -> &'static str {
    match locale {
        Locale::En => "ko",
        Locale::Ko => "en",
    }
}

/// One sentence.
///
/// # Errors
/// 500 when the template cannot be filled, which is a mistake in the program.
pub fn notice(locale: Locale, title: &str, text: &str) -> Answer<String> {
    render("notice.html", context! { lang => locale.tag(), title, text })
}

impl Shown<'_> {
    fn facts(&self) -> Vec<Named> {
        let words = words(self.locale);
        let day = |day: NaiveDate| self.locale.date(day);
        let start = self.plan.start_date.map(day).or_else(|| self.plan.no_start_date.clone());
        [
            (words.decision, self.plan.decision_on.map(day)),
            (words.start, start),
            (words.terms, self.plan.terms.clone()),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(Named { name: name.to_owned(), value: value? }))
        .collect()
    }

    fn side(&self, name: &'static str, side: Side) -> SideLines {
        let line = |step: &PlanStep| StepLine {
            id: step.id.map(|id| id.to_string()).unwrap_or_default(),
            what: step.what.clone(),
            who: step.who.clone(),
            due: step.due_on.map(|day| self.locale.date(day)),
            done: step.done,
            late: step.is_overdue(self.today),
            can_do: self.open && side == Side::Them && !step.done && step.id.is_some(),
        };
        SideLines { name, steps: self.plan.steps.iter().filter(|s| s.side == side).map(line).collect() }
    }

    /// What may be shown of a lever. Urgency whose day is over shows what holds now; whatever else ended is gone.
    fn levers(&self) -> Vec<Named> {
        let words = words(self.locale);
        let named = |name: &str, value: String| Some(Named { name: name.to_owned(), value });
        let until = |day: NaiveDate| match self.locale {
            Locale::En => format!("{} {}", words.until, self.locale.date(day)),
            Locale::Ko => format!("{}{}", self.locale.date(day), words.until),
        };
        let one =
            |(lever, standing, fact): &(Lever, LeverStanding, Option<DatedFact>)| match (lever, standing) {
                (Lever::Urgency { claim, .. }, LeverStanding::Lapsed) => {
                    named(claim, format!("{} {}", words.from_then, fact.as_ref()?.afterwards))
                }
                (_, LeverStanding::Held | LeverStanding::Lapsed | LeverStanding::NoFact) => None,
                (Lever::Urgency { claim, .. }, LeverStanding::Live) => {
                    let fact = fact.as_ref()?;
                    let day = fact.on_day.parse().map(until).unwrap_or_default();
                    named(claim, format!("{}, {day}. {}", fact.what, fact.source))
                }
                (Lever::Incentive { value, until: day, truth, .. }, _) => {
                    named(words.incentive, format!("{value}, {}. {truth}", until(*day)))
                }
                (Lever::Trial { days, success, .. }, _) => {
                    let days = match self.locale {
                        Locale::En => format!("{days} {}", words.days),
                        Locale::Ko => format!("{days}{}", words.days),
                    };
                    named(words.trial, format!("{days}. {success}"))
                }
                (Lever::MonthlyTerm { note }, _) => {
                    named(words.monthly, note.clone().unwrap_or_else(|| words.monthly_text.to_owned()))
                }
                (Lever::StartDate { on }, _) => named(words.start, self.locale.date(*on)),
            };
        self.levers.iter().filter_map(one).collect()
    }

    /// The page.
    ///
    /// # Errors
    /// 500 when the template cannot be filled, which is a mistake in the program.
    pub fn render(&self) -> Answer<String> {
        let words = words(self.locale);
        let sides: Vec<SideLines> = [self.side(words.theirs, Side::Them), self.side(words.ours, Side::Us)]
            .into_iter()
            .filter(|side| !side.steps.is_empty())
            .collect();
        render(
            "plan.html",
            context! {
                lang => self.locale.tag(), other => other(self.locale), words => Serde(words), title => words.title,
                token => self.token, ours => self.ours, theirs => self.theirs, results => Serde(&self.plan.results),
                facts => Serde(self.facts()), sides => Serde(sides), levers => Serde(self.levers()),
                documents => Serde(&self.plan.documents), questions => Serde(&self.plan.open_questions),
                asks => self.open, alert => self.alert, thanks => self.thanks, filled => self.filled,
            },
        )
    }
}
