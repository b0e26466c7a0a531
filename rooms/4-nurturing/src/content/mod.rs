//! The content library: links, files, stories and answers, and which of them is the best next one for somebody.
//!
//! `rules` match, `lint` reads a touch critically, `best` gathers what is known of somebody and ranks, `gaps` lists
//! challenges nobody has a story for, `file` keeps files and hands them out. What is *not* here: who gets it and when (`track`, `cadence`).

pub(crate) mod best;
pub(crate) mod file;
mod gaps;
mod input;
pub mod lint;
pub(crate) mod queries;
mod routes;
pub mod rules;

use kernel::{Locale, Timestamp, UserId};
use process::facts::Awareness;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

pub use best::{BestContent, BestPiece, best_for, task_to_write, whom_of};
pub use routes::{NewPiece, routes, write_piece};

use crate::signal::ValueKind;
use rules::Piece;

/// A piece of content was written. Payload: `after`.
pub const CONTENT_CREATED: &str = "content.created";
/// It changed. Payload: `before`, `after`.
pub const CONTENT_CHANGED: &str = "content.changed";
/// It was deleted. Payload: `title`.
pub const CONTENT_DELETED: &str = "content.deleted";

/// Pieces of a workspace at most.
pub const PIECES: i64 = 2_000;
/// Days after a touch within which a sign of interest counts as its effect.
pub const EFFECT_DAYS: i64 = 14;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A page somewhere.
    Link,
    /// A file.
    File,
    /// A customer's story.
    Story,
    /// A question and its answer.
    Answer,
}

/// What a piece is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What we sell.
    Product,
    /// What we do for them.
    Service,
    /// Their trade.
    Industry,
    /// What troubles them.
    Problem,
}

/// A piece as it is kept.
#[derive(Debug, Clone, PartialEq, FromQueryResult)]
pub struct ContentRow {
    /// Its id.
    pub id: Uuid,
    /// `link`, `file`, `story`, `answer`.
    pub form: String,
    /// Its title; the question, for an answer.
    pub title: String,
    /// What it says, in short; the answer to the question.
    pub body: String,
    /// Where it is.
    pub url: Option<String>,
    /// The file.
    pub file_id: Option<Uuid>,
    /// What it is about.
    pub topic: String,
    /// What it gives.
    pub gives: String,
    level: Option<String>,
    locale: String,
    challenges: Json,
    roles: Json,
    industries: Json,
    objections: Json,
    stages: Json,
    expires_on: Option<String>,
    created_by: Option<UserId>,
    /// Counts changes.
    pub revision: i64,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// How often it was given.
    pub uses: i64,
    /// After how many of these they showed interest.
    pub effects: i64,
}

/// A piece of content.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Content {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[schema(value_type = Form)]
    pub form: String,
    /// Its title; the question, for an answer.
    pub title: String,
    /// What it says, in short; the answer to the question.
    pub body: String,
    /// Where it is.
    pub url: Option<String>,
    /// The file.
    pub file_id: Option<Uuid>,
    /// What it is about.
    #[schema(value_type = Topic)]
    pub topic: String,
    /// What it gives them.
    #[schema(value_type = ValueKind)]
    pub gives: String,
    /// The level of awareness it leads to.
    pub level: Option<Awareness>,
    /// Its language, `en` or `ko`.
    pub locale: String,
    /// Challenges it is about, in a few words each.
    pub challenges: Vec<String>,
    /// Roles of the committee it is for.
    pub roles: Vec<String>,
    /// Industries it is for.
    pub industries: Vec<String>,
    /// Kinds of objection it answers.
    pub objections: Vec<String>,
    /// Stages it may be used in; none: all.
    pub stages: Vec<String>,
    /// The last day it is good for.
    pub expires_on: Option<String>,
    /// Who wrote it.
    pub created_by: Option<UserId>,
    /// How often it was given.
    pub uses: i64,
    /// After how many of these they showed interest within 14 days.
    pub effects: i64,
    /// Counts changes.
    pub revision: i64,
    /// Written when.
    pub created_at: Timestamp,
    /// Changed when.
    pub updated_at: Timestamp,
}

fn words(list: &Json) -> Vec<String> {
    serde_json::from_value(list.clone()).unwrap_or_default()
}

fn level(text: Option<&str>) -> Option<Awareness> {
    text.and_then(|key| serde_json::from_value(Json::from(key)).ok())
}

impl ContentRow {
    /// What matching sees of it.
    #[must_use]
    pub fn piece(&self) -> Piece {
        Piece {
            locale: Locale::parse(&self.locale).unwrap_or_default(),
            challenges: words(&self.challenges),
            level: level(self.level.as_deref()),
            industries: words(&self.industries),
            roles: words(&self.roles),
            objections: words(&self.objections),
            stages: words(&self.stages),
            expires_on: self.expires_on.as_deref().and_then(|day| day.parse().ok()),
            created_at: self.created_at,
        }
    }

    /// Its language.
    #[must_use]
    pub fn locale(&self) -> &str {
        &self.locale
    }

    /// Everything that can be searched.
    pub(crate) fn text(&self) -> String {
        [self.title.as_str(), &self.body]
            .into_iter()
            .map(str::to_owned)
            .chain(words(&self.challenges))
            .chain(words(&self.industries))
            .collect::<Vec<_>>()
            .join("\n")
    }

    /// As clients see it.
    #[must_use]
    pub fn view(&self) -> Content {
        Content {
            id: self.id,
            form: self.form.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
            url: self.url.clone(),
            file_id: self.file_id,
            topic: self.topic.clone(),
            gives: self.gives.clone(),
            level: level(self.level.as_deref()),
            locale: self.locale.clone(),
            challenges: words(&self.challenges),
            roles: words(&self.roles),
            industries: words(&self.industries),
            objections: words(&self.objections),
            stages: words(&self.stages),
            expires_on: self.expires_on.clone(),
            created_by: self.created_by,
            uses: self.uses,
            effects: self.effects,
            revision: self.revision,
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }
}
