//! What clients say of a piece of content, and what is wrong with it.

use std::str::FromStr;

use chrono::NaiveDate;
use http_room::body::patched;
use http_room::{Answer, FieldError, Member, Problem};
use kernel::{Locale, limits};
use process::facts::Awareness;
use process::stage::Phase;
use serde::Deserialize;
use store::WriteTx;
use uuid::Uuid;

use super::{Content, Form, Topic, file};
use crate::log::key_of;
use crate::signal::ValueKind;

/// Entries of a list at most.
const ENTRIES: usize = 20;
/// Longest text, in characters.
const BODY_CHARS: usize = 5_000;
/// Roles of a committee.
const ROLES: [&str; 12] = [
    "economic_buyer",
    "decision_maker",
    "approver",
    "champion",
    "influencer",
    "user",
    "technical",
    "legal",
    "procurement",
    "assistant",
    "blocker",
    "former",
];
/// Kinds of objection.
const OBJECTIONS: [&str; 8] =
    ["price_value", "risk", "content", "contract", "timing", "authority", "competitor", "hidden"];

/// A piece of content to write, or as it is to be.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContent {
    /// What it is.
    pub form: Form,
    /// Its title; the question, for an answer.
    pub title: String,
    /// What it says, in short; the answer to the question.
    #[serde(default)]
    pub body: String,
    /// Where it is: `https://…`. A link needs one.
    #[serde(default)]
    pub url: Option<String>,
    /// The file. A file needs one.
    #[serde(default)]
    pub file_id: Option<Uuid>,
    /// What it is about; `problem`.
    #[serde(default = "problem")]
    pub topic: Topic,
    /// What it gives them; `educate`. It must give something.
    #[serde(default = "educate")]
    pub gives: ValueKind,
    /// The level of awareness it leads to.
    #[serde(default)]
    pub level: Option<Awareness>,
    /// Its language, `en` or `ko`; left out: the workspace's.
    #[serde(default)]
    pub locale: Option<String>,
    /// Challenges it is about, in a few words each; a story needs one.
    #[serde(default)]
    pub challenges: Vec<String>,
    /// Roles of the committee it is for.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Industries it is for.
    #[serde(default)]
    pub industries: Vec<String>,
    /// Kinds of objection it answers.
    #[serde(default)]
    pub objections: Vec<String>,
    /// Stages it may be used in; none: all.
    #[serde(default)]
    pub stages: Vec<String>,
    /// The last day it is good for.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

/// Changes to a piece; what is left out stays, null clears.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContentPatch {
    /// What it is.
    #[serde(default)]
    pub form: Option<Form>,
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// What it says.
    #[serde(default)]
    pub body: Option<String>,
    /// Where it is.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<String>)]
    pub url: Option<Option<String>>,
    /// The file.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Uuid>)]
    pub file_id: Option<Option<Uuid>>,
    /// What it is about.
    #[serde(default)]
    pub topic: Option<Topic>,
    /// What it gives them.
    #[serde(default)]
    pub gives: Option<ValueKind>,
    /// The level it leads to.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<Awareness>)]
    pub level: Option<Option<Awareness>>,
    /// Its language.
    #[serde(default)]
    pub locale: Option<String>,
    /// Challenges, all of them.
    #[serde(default)]
    pub challenges: Option<Vec<String>>,
    /// Roles, all of them.
    #[serde(default)]
    pub roles: Option<Vec<String>>,
    /// Industries, all of them.
    #[serde(default)]
    pub industries: Option<Vec<String>>,
    /// Kinds of objection, all of them.
    #[serde(default)]
    pub objections: Option<Vec<String>>,
    /// Stages, all of them.
    #[serde(default)]
    pub stages: Option<Vec<String>>,
    /// The last day it is good for.
    #[serde(default, deserialize_with = "patched")]
    #[schema(value_type = Option<NaiveDate>)]
    pub expires_on: Option<Option<NaiveDate>>,
}

fn problem() -> Topic {
    Topic::Problem
}

fn educate() -> ValueKind {
    ValueKind::Educate
}

impl ContentPatch {
    /// The piece as it is to be.
    pub(super) fn over(self, before: &Content) -> NewContent {
        let read = |text: &str| serde_json::Value::from(text);
        NewContent {
            form: self.form.or_else(|| serde_json::from_value(read(&before.form)).ok()).unwrap_or(Form::Link),
            title: self.title.unwrap_or_else(|| before.title.clone()),
            body: self.body.unwrap_or_else(|| before.body.clone()),
            url: self.url.unwrap_or_else(|| before.url.clone()),
            file_id: self.file_id.unwrap_or(before.file_id),
            topic: self
                .topic
                .or_else(|| serde_json::from_value(read(&before.topic)).ok())
                .unwrap_or_else(problem),
            gives: self
                .gives
                .or_else(|| serde_json::from_value(read(&before.gives)).ok())
                .unwrap_or_else(educate),
            level: self.level.unwrap_or(before.level),
            locale: self.locale.or_else(|| Some(before.locale.clone())),
            challenges: self.challenges.unwrap_or_else(|| before.challenges.clone()),
            roles: self.roles.unwrap_or_else(|| before.roles.clone()),
            industries: self.industries.unwrap_or_else(|| before.industries.clone()),
            objections: self.objections.unwrap_or_else(|| before.objections.clone()),
            stages: self.stages.unwrap_or_else(|| before.stages.clone()),
            expires_on: self.expires_on.unwrap_or_else(|| {
                before.expires_on.as_deref().and_then(|day| NaiveDate::from_str(day).ok())
            }),
        }
    }
}

/// Without blanks around, without what is blank or comes twice.
fn trimmed(list: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for one in list {
        let one = one.trim().to_owned();
        if !one.is_empty() && !kept.contains(&one) {
            kept.push(one);
        }
    }
    kept
}

impl NewContent {
    /// The same, tidied.
    pub(super) fn tidied(self) -> Self {
        let text = |text: Option<String>| text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty());
        Self {
            title: self.title.trim().to_owned(),
            body: self.body.trim().to_owned(),
            url: text(self.url),
            locale: text(self.locale),
            challenges: trimmed(self.challenges),
            roles: trimmed(self.roles),
            industries: trimmed(self.industries),
            objections: trimmed(self.objections),
            stages: trimmed(self.stages),
            ..self
        }
    }

    /// Refuses what cannot be a piece of content. What is a file lies at the link of the file.
    pub(super) async fn check(&mut self, tx: &WriteTx, me: &Member, base_url: &str) -> Answer<()> {
        let mut errors = self.faults();
        if let Some(id) = self.file_id {
            match file::token(tx, me.workspace, id).await? {
                Some(token) => self.url = Some(file::link(base_url, &token)),
                None => errors.push(FieldError::new("file_id", "not_found", "upload the file first")),
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(Problem::invalid(errors)) }
    }

    fn faults(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut say =
            |field: &str, code: &'static str, why: &str| errors.push(FieldError::new(field, code, why));
        if self.title.is_empty() {
            say("title", "required", "must be given");
        }
        if !limits::fits(&self.title, limits::LINE_CHARS) {
            say("title", "too_long", "at most 500 characters");
        }
        if !limits::fits(&self.body, BODY_CHARS) {
            say("body", "too_long", "at most 5,000 characters");
        }
        if let Some(url) = &self.url {
            let web = url.starts_with("https://") || url.starts_with("http://");
            if !web || !limits::fits(url, limits::URL_CHARS) || url.chars().any(char::is_whitespace) {
                say("url", "invalid", "an address that begins with https://");
            }
        }
        match self.form {
            Form::Link if self.file_id.is_some() => say("form", "invalid", "a file is of the form file"),
            Form::Link if self.url.is_none() => say("url", "required", "a link needs its address"),
            Form::File if self.file_id.is_none() => say("file_id", "required", "upload the file first"),
            Form::Answer if self.body.is_empty() => say("body", "required", "write the answer"),
            Form::Story if self.challenges.is_empty() => {
                say("challenges", "required", "say which challenge the story is about");
            }
            _ => {}
        }
        if !self.gives.gives() {
            say("gives", "invalid", "content gives something; it does not ask");
        }
        if self.locale.as_deref().is_some_and(|tag| !Locale::ALL.iter().any(|l| l.tag() == tag)) {
            say("locale", "invalid", "en or ko");
        }
        for (field, list) in [("challenges", &self.challenges), ("industries", &self.industries)] {
            if list.iter().any(|one| !limits::fits(one, limits::LABEL_CHARS)) {
                say(field, "too_long", "at most 100 characters each");
            }
        }
        let known: [(&str, &Vec<String>, Vec<&str>); 3] = [
            ("roles", &self.roles, ROLES.to_vec()),
            ("objections", &self.objections, OBJECTIONS.to_vec()),
            ("stages", &self.stages, Phase::ALL.iter().map(|phase| phase.key()).collect()),
        ];
        for (field, list, all) in known {
            if list.iter().any(|one| !all.contains(&one.as_str())) {
                say(field, "invalid", &format!("one of {}", all.join(", ")));
            }
        }
        for (field, list) in [
            ("challenges", &self.challenges),
            ("industries", &self.industries),
            ("roles", &self.roles),
            ("objections", &self.objections),
            ("stages", &self.stages),
        ] {
            if list.len() > ENTRIES {
                say(field, "too_many", "at most 20");
            }
        }
        errors
    }

    /// The level as it is kept.
    pub(super) fn level_key(&self) -> Option<String> {
        self.level.map(key_of)
    }
}
