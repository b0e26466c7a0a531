//! The library of responses: what to ask first, what proves it, and what to say, in both languages, by kind of
//! objection and by whom it is for.
//!
//! `rules` say how well each works, `queries` count what came of it, `starter` is what a new workspace begins with.
//! Responses help to listen; nothing here is sent by itself.

mod queries;
mod routes;
pub mod rules;
mod starter;
mod uses;

use std::collections::BTreeMap;

use http_room::{Answer, Problem};
use kernel::{Timestamp, UserId, limits};
use process::facts::CommitteeRole;
use process::room::{given, optional};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use queries::{find, ranked};
pub use routes::routes;
pub use starter::furnish;
pub(crate) use uses::{begin, close_deal, confirm, reopen};

use crate::rules::ObjectionKind;
use rules::Effect;

/// A response was written. Payload: `after`.
pub const RESPONSE_CREATED: &str = "objection.response_created";
/// It changed: a new version. Payload: `before`, `after`.
pub const RESPONSE_CHANGED: &str = "objection.response_changed";
/// It was deleted. Payload: `kind`, `title`.
pub const RESPONSE_DELETED: &str = "objection.response_deleted";

/// Responses of a workspace at most.
pub const RESPONSES: i64 = 500;
/// Questions of a response at most.
const QUESTIONS: usize = 10;

/// A response in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResponseText {
    /// What it is called.
    pub title: String,
    /// How what they said is acknowledged first.
    #[serde(default)]
    pub acknowledge: String,
    /// What to ask before answering.
    #[serde(default)]
    #[schema(required = true)]
    pub questions: Vec<String>,
    /// What proves it.
    #[serde(default)]
    pub proof: String,
    /// What to answer.
    pub answer: String,
}

/// A response by language, `en` or `ko`.
pub type ResponseTexts = BTreeMap<String, ResponseText>;

/// What came of a response.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Outcome {
    /// How well it works.
    pub effect: Effect,
    /// How often it was given.
    pub uses: u64,
    /// Deals it was given in that were decided.
    pub decided: u64,
    /// Those among them that were won.
    pub won: u64,
}

/// A response of the library.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ObjectionResponse {
    /// Its id.
    pub id: Uuid,
    /// The kind it answers.
    pub kind: ObjectionKind,
    /// Roles of the committee it is for; none: all.
    pub roles: Vec<CommitteeRole>,
    /// By language.
    pub texts: BTreeMap<String, ResponseText>,
    /// It came with the house and was not changed.
    pub starter: bool,
    /// Counts versions.
    pub version: i64,
    /// Counts changes.
    pub revision: i64,
    /// Who wrote it.
    pub created_by: Option<UserId>,
    /// Changed when.
    pub updated_at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
}

/// A response to write, or as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewResponse {
    /// The kind it answers.
    pub kind: ObjectionKind,
    /// Roles of the committee it is for; none: all.
    #[serde(default)]
    pub roles: Vec<CommitteeRole>,
    /// By language, `en` or `ko`; one at least.
    pub texts: BTreeMap<String, ResponseText>,
}

impl NewResponse {
    /// Trimmed, or what is wrong with it.
    fn checked(mut self) -> Answer<Self> {
        self.roles.sort_unstable();
        self.roles.dedup();
        if self.texts.is_empty() {
            return Err(Problem::field("texts", "required", "in one language at least"));
        }
        for (lang, text) in &mut self.texts {
            if kernel::Locale::parse(lang).is_none_or(|l| l.tag() != lang) {
                return Err(Problem::field("texts", "invalid", "languages are en and ko"));
            }
            let field = |name: &str| format!("texts.{lang}.{name}");
            text.title = given(&field("title"), &text.title, limits::NAME_CHARS)?;
            text.answer = given(&field("answer"), &text.answer, limits::REASON_CHARS)?;
            for (name, value) in [("acknowledge", &mut text.acknowledge), ("proof", &mut text.proof)] {
                *value = optional(&field(name), Some(value), limits::REASON_CHARS)?.unwrap_or_default();
            }
            text.questions.retain(|question| !question.trim().is_empty());
            if text.questions.len() > QUESTIONS {
                return Err(Problem::field(&field("questions"), "too_many", "at most 10"));
            }
            for question in &mut text.questions {
                *question = given(&field("questions"), question, limits::LINE_CHARS)?;
            }
        }
        Ok(self)
    }
}

/// A response in a language; in another where there is none in that.
#[must_use]
pub fn text_in<'a>(texts: &'a ResponseTexts, lang: &str) -> Option<&'a ResponseText> {
    texts.get(lang).or_else(|| texts.values().next())
}
