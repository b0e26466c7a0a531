//! The page of an offer as its reader sees it.
//!
//! It reads, chooses, comments, accepts and declines without scripts; a small one keeps the sums in step, takes a drawn
//! signature and, for whoever agreed, times what is read. Everything is put in by templates that escape.

mod answer;
mod view;
mod visit;
mod words;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_room::{Answer, Problem};
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use paper::document::Fact;
use paper::picture::PictureKind;
use serde::Serialize;
use uuid::Uuid;

use crate::sight::Choice;
use crate::sign::accept::{Receipt, consent};
use crate::standing::Standing;
use crate::state::OfferState;
use crate::theme::Theme;

pub(crate) use visit::pdf_file;
pub use visit::public_routes;
pub use words::{Words, words};

/// The style of every page.
const STYLE: &str = include_str!("page.css");
/// What runs on them.
const SCRIPT: &str = include_str!("page.js");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    for (name, text) in [
        ("frame.html", include_str!("frame.html")),
        ("offer.html", include_str!("offer.html")),
        ("buy.html", include_str!("buy.html")),
        ("talk.html", include_str!("talk.html")),
        ("receipt.html", include_str!("receipt.html")),
        ("notice.html", include_str!("notice.html")),
    ] {
        env.add_template(name, text).expect("the templates are part of the program");
    }
    env
});

fn render(name: &str, values: Value) -> Answer<String> {
    let template = TEMPLATES.get_template(name).map_err(|e| Problem::internal(&e))?;
    template.render(values).map_err(|e| Problem::internal(&e))
}

/// What was filled in.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Filled {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Day of the start.
    pub start_on: String,
    /// The drawn signature, as a data address.
    pub drawn: String,
    /// Agreed.
    pub consent: bool,
}

/// What is wrong with what was filled in.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Wrong {
    /// With the name.
    pub name: Option<&'static str>,
    /// With the day.
    pub start: Option<&'static str>,
    /// With the agreement.
    pub consent: Option<&'static str>,
    /// With the code.
    pub code: Option<&'static str>,
}

impl Wrong {
    /// Whether anything is.
    #[must_use]
    pub fn any(&self) -> bool {
        self.name.or(self.start).or(self.consent).or(self.code).is_some()
    }
}

/// Something they said before.
#[derive(Debug, Clone, Serialize)]
pub struct Comment {
    /// Where.
    pub section: String,
    /// What.
    pub words: String,
    /// Who.
    pub who: String,
    /// When.
    pub day: String,
}

/// Everything a page shows.
#[derive(Debug)]
pub struct Shown<'a> {
    /// The offer and whoever looks.
    pub standing: &'a Standing,
    /// How it looks.
    pub theme: &'a Theme,
    /// The link's token; empty in a preview.
    pub token: &'a str,
    /// What is chosen.
    pub choice: Option<Choice>,
    /// Whether this link signs, and whether it is its turn.
    pub signer: bool,
    /// Somebody signs before.
    pub wait: bool,
    /// It was signed through this link.
    pub receipt: bool,
    /// Whether they agreed that reading is timed.
    pub timed: Option<bool>,
    /// Chapters' pictures that can be shown.
    pub pictures: BTreeSet<Uuid>,
    /// What was said before.
    pub comments: Vec<Comment>,
    /// The page of a newer version for the same person.
    pub newer: Option<String>,
    /// What was filled in.
    pub filled: Filled,
    /// What is wrong with it.
    pub wrong: Wrong,
    /// Where the code went.
    pub ask_code: Option<String>,
    /// What is wrong with the whole.
    pub alert: Option<&'static str>,
    /// What was just taken in.
    pub said: Option<&'static str>,
}

impl Shown<'_> {
    /// Whether it can still be answered.
    #[must_use]
    pub fn open(&self) -> bool {
        !self.token.is_empty()
            && matches!(self.standing.offer.state, OfferState::Sent | OfferState::Viewed)
            && !self.standing.is_expired()
    }

    /// Where the picture is; a preview carries it itself.
    fn logo(&self) -> Option<String> {
        let logo = self.theme.logo.as_ref()?;
        if !self.token.is_empty() {
            return Some(format!("/o/{}/logo", self.token));
        }
        let kind = PictureKind::of(&logo.bytes)?.media_type();
        Some(format!("data:{kind};base64,{}", STANDARD.encode(&logo.bytes)))
    }

    fn state_text(&self, words: &'static Words) -> Option<&'static str> {
        if self.token.is_empty() {
            return Some(words.is_preview);
        }
        match self.standing.offer.state {
            OfferState::Sent | OfferState::Viewed if self.standing.is_expired() => Some(words.is_expired),
            OfferState::Accepted => Some(words.is_accepted),
            OfferState::Declined => Some(words.is_declined),
            OfferState::Expired => Some(words.is_expired),
            OfferState::Superseded => Some(words.is_superseded),
            OfferState::Withdrawn => Some(words.is_withdrawn),
            _ => None,
        }
    }

    /// The page.
    ///
    /// # Errors
    /// When it cannot be reckoned.
    pub fn page(&self) -> Answer<String> {
        let (standing, locale) = (self.standing, self.standing.locale());
        let (says, words) = (crate::sight::words(locale), words(locale));
        let sight = standing.sight(self.choice.as_ref())?;
        let cover = standing.cover(self.theme);
        let mut facts = vec![Fact::new(says.for_whom, cover.recipient.as_str())];
        facts.extend(cover.valid_until.as_ref().map(|until| Fact::new(says.valid, until.as_str())));
        facts.push(Fact::new(says.version, standing.offer.version.to_string()));
        let values = context! {
            lang => locale.tag(), title => sight.title.clone(), token => self.token, script => !self.token.is_empty(),
            says => Serde(says), words => Serde(words), sender => self.theme.sender.clone(),
            sender_lines => self.theme.lines(), logo => self.logo(), accent => accent(self.theme),
            facts => Serde(&facts), query => query(self.choice.as_ref()),
            open => self.open(), signer => self.signer, wait => self.wait, receipt => self.receipt,
            state_text => self.state_text(words), newer => self.newer.clone(), timed => self.timed == Some(true),
            ask_timing => self.timed.is_none() && self.open(),
            note => Value::from_safe_string(paper::prose::to_html(&sight.note, 3)),
            hash => standing.hash.clone(), granted => standing.granted_key(), pictures => Serde(&self.pictures), comments => Serde(&self.comments),
        };
        let form = context! {
            filled => Serde(&self.filled), wrong => Serde(&self.wrong), ask_code => self.ask_code.clone(),
            alert => self.alert, said => self.said, sight => Serde(&sight),
            consent => consent(locale, &sight.title, standing.offer.version),
            ..values
        };
        render("offer.html", form)
    }

    /// The part that is chosen from, with its sums.
    ///
    /// # Errors
    /// When it cannot be reckoned.
    pub fn buy(&self) -> Answer<String> {
        let locale = self.standing.locale();
        let sight = self.standing.sight(self.choice.as_ref())?;
        let values = context! {
            says => Serde(crate::sight::words(locale)), words => Serde(words(locale)), sight => Serde(&sight),
            open => self.open(), token => self.token,
        };
        render("buy.html", values)
    }

    /// What was signed.
    ///
    /// # Errors
    /// When it cannot be put together.
    pub fn receipt_page(&self, receipt: &Receipt, agreement: bool) -> Answer<String> {
        let locale = self.standing.locale();
        let (says, words) = (crate::sight::words(locale), words(locale));
        let at = receipt.at.to_utc().with_timezone(&self.standing.zone);
        let mut facts = vec![
            Fact::new(
                says.offer,
                format!("{} ({} {})", self.standing.content.title, says.version, receipt.version),
            ),
            Fact::new(says.what, receipt.package.as_str()),
            Fact::new(says.first, locale.money(receipt.first)),
            Fact::new(says.contract, locale.money(receipt.contract)),
            Fact::new(says.name, [receipt.name.as_str(), receipt.role.as_str()].join(" ").trim()),
            Fact::new(says.date, format!("{} {}", locale.date(at.date_naive()), at.format("%H:%M %Z"))),
        ];
        facts.extend(receipt.start_on.map(|day| Fact::new(words.start, locale.date(day))));
        facts.push(Fact::new(says.content_hash, receipt.content_sha256.as_str()));
        facts.push(Fact::new("PDF SHA-256", receipt.pdf_sha256.as_str()));
        let values = context! {
            lang => locale.tag(), title => words.signed, token => self.token, accent => accent(self.theme), words => Serde(words),
            heading => words.signed, text => if agreement { words.signed_text } else { words.signed_part },
            facts => Serde(&facts), agreement => agreement, script => false,
        };
        render("receipt.html", values)
    }
}

/// The page of a version as they see it, with nothing that can be sent.
///
/// # Errors
/// When it cannot be reckoned.
pub fn preview(standing: &Standing, theme: &Theme) -> Answer<String> {
    let shown = Shown {
        standing,
        theme,
        token: "",
        choice: Choice::usual(&standing.content),
        signer: false,
        wait: false,
        receipt: false,
        timed: None,
        pictures: BTreeSet::new(),
        comments: Vec::new(),
        newer: None,
        filled: Filled::default(),
        wrong: Wrong::default(),
        ask_code: None,
        alert: None,
        said: None,
    };
    shown.page()
}

/// A page that says one thing.
///
/// # Errors
/// When it cannot be put together.
pub fn notice(locale: kernel::Locale, title: &str, text: &str, back: Option<&str>) -> Answer<String> {
    let values = context! {
        lang => locale.tag(), title => title, text => text, back => back, words => Serde(words(locale)),
    };
    render("notice.html", values)
}

/// The colour, as its style sheet is called.
fn accent(theme: &Theme) -> String {
    theme.accent.trim_start_matches('#').to_owned()
}

/// What is chosen, as an address asks for it.
fn query(choice: Option<&Choice>) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    if let Some(choice) = choice {
        pairs.append_pair("p", &choice.package.to_string());
        for line in &choice.lines {
            pairs.append_pair("c", &line.to_string());
        }
    }
    pairs.finish()
}
