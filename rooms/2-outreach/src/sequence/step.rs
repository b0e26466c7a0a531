//! Steps of a sequence: mails, tasks of a person, waiting; with variants and forks. Shapes only; what they must be is in
//! `rules`, which fork is taken in `condition`.

use prospecting::channel::Channel;
use serde::{Deserialize, Serialize};

use super::condition::Condition;
use crate::piece::PieceForm;
use crate::timing::Delay;

/// What a step is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// A mail that is sent by itself.
    #[default]
    Mail,
    /// A call that a person makes.
    Call,
    /// A message or a request in a social network.
    Social,
    /// A letter, a postcard, a first-touch piece.
    Post,
    /// Something else that a person does.
    Task,
    /// Nothing but time.
    Wait,
}

impl StepKind {
    /// Whether a person has to do it.
    #[must_use]
    pub fn is_task(self) -> bool {
        matches!(self, Self::Call | Self::Social | Self::Post | Self::Task)
    }
}

/// Where a mail of a sequence stands in the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ThreadKind {
    /// Begins a conversation.
    New,
    /// Answers the mail before.
    Reply,
}

/// What a step of a track gives its reader (R46).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// Teaches something.
    Educate,
    /// Shows that it works.
    Proof,
    /// Helps with something.
    Help,
    /// Invites.
    Invite,
    /// Tells news.
    News,
    /// A word from one person to another.
    Personal,
    /// Asks for something: gives nothing.
    Ask,
}

/// How people are dealt out to the variants of a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Allocation {
    /// The same share to each until one has won.
    #[default]
    Fixed,
    /// More to those that are likelier the best (Thompson), looked at once a day.
    Bandit,
}

/// Another wording of a mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Subject; empty as the step's: answers the mail before.
    #[serde(default)]
    pub subject: String,
    /// Text.
    pub body: String,
}

/// A fork before a step: to whom the condition applies goes on elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// For whom; looked at when the step is due.
    #[serde(rename = "if")]
    pub condition: Condition,
    /// The `key` of a later step; left out: the sequence ends for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub go_to: Option<String>,
}

/// One step of a sequence.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `mail`, `call`, `social`, `post`, `task`, `wait`.
    #[serde(default)]
    pub kind: StepKind,
    /// A name by which forks find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Business days after the step before; for the first, after enrolling.
    #[serde(default)]
    pub delay_days: u32,
    /// Hours after the step before, besides the days.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delay_hours: u32,
    /// Forks, the first that applies is taken; none: the step itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branches: Vec<Branch>,
    /// `new` or `reply`; left out: `reply` when the subject is empty.
    #[serde(default)]
    pub thread: Option<ThreadKind>,
    /// What the step is to bring about, in a few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub goal: String,
    /// Subject, or title of the task; may hold merge fields.
    #[serde(default)]
    pub subject: String,
    /// Text; may hold merge fields.
    #[serde(default)]
    pub body: String,
    /// Other wordings of a mail, four at most; the step's own is the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<Variant>,
    /// How people are dealt out to them.
    #[serde(default, skip_serializing_if = "is_fixed")]
    pub allocation: Allocation,
    /// For a social message or a task: by which way the person is reached, so that it is left out for whoever refuses
    /// that way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// For a social message: it asks to connect. Once it is done the request waits, and without an answer in time no
    /// later step insists there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub connect: bool,
    /// For a letter or another piece by post: what is made; the step's text stands on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<PieceForm>,
    /// In a track: what it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<Gives>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(said: &bool) -> bool {
    !*said
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_fixed(allocation: &Allocation) -> bool {
    *allocation == Allocation::Fixed
}

impl Step {
    /// By which way it reaches the person; `None` for waiting and for a task that says nothing of it.
    #[must_use]
    pub fn way(&self) -> Option<Channel> {
        match self.kind {
            StepKind::Mail => Some(Channel::Email),
            StepKind::Call => Some(Channel::Phone),
            StepKind::Post => Some(Channel::Postal),
            StepKind::Social => Some(self.channel.unwrap_or(Channel::Linkedin)),
            StepKind::Task => self.channel,
            StepKind::Wait => None,
        }
    }

    /// How long after the step before it comes.
    #[must_use]
    pub fn delay(&self) -> Delay {
        Delay { days: self.delay_days, hours: self.delay_hours }
    }

    /// How many wordings it has.
    #[must_use]
    pub fn arms(&self) -> usize {
        self.variants.len() + 1
    }

    /// Subject and text of a wording; the step's own for any number beyond.
    #[must_use]
    pub fn wording(&self, arm: usize) -> (&str, &str) {
        match arm.checked_sub(1).and_then(|n| self.variants.get(n)) {
            Some(variant) => (&variant.subject, &variant.body),
            None => (&self.subject, &self.body),
        }
    }

    /// Whether a wording of it may ask for the page that books a meeting; what it inserts may do so too.
    #[must_use]
    pub fn books(&self) -> bool {
        (0..self.arms()).any(|arm| {
            let body = self.wording(arm).1;
            body.contains("booking_link") || body.contains("snippet")
        })
    }

    /// Whether this wording answers the mail before.
    #[must_use]
    pub fn is_reply(&self, arm: usize) -> bool {
        let (subject, _) = self.wording(arm);
        self.thread.map_or(subject.trim().is_empty(), |t| t == ThreadKind::Reply)
    }
}
