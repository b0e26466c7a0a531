//! Transcripts that are kept: each belongs to a call or a meeting, with how its people agreed to it (R87).
//!
//! The file is kept as it came, its cues beside it. Measures and suggestions are worked out anew when they are asked for,
//! so that they follow the rules of today; figures for lists are written down when people are mapped.

mod add;
mod decide;
mod folder;
mod query;
mod recordings;
mod routes;
mod speakers;
mod speech;
mod view;

use kernel::{ActivityId, CompanyId, DealId, FileId, PersonId, Timestamp, TranscriptId, UserId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::read::{Cue, Format, Millis, Timing, Transcript};
use super::talk::Side;

pub use folder::timer as folder_timer;
pub use routes::routes;
pub use speech::handler as speech_handler;

/// How the people of a talk agreed that it is recorded or written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ConsentHow {
    /// They were asked in the talk and said yes.
    Spoken,
    /// By mail, in a form or a contract.
    Written,
    /// The meeting tool told everybody, and they stayed.
    Notice,
}

impl ConsentHow {
    fn key(self) -> &'static str {
        match self {
            Self::Spoken => "spoken",
            Self::Written => "written",
            Self::Notice => "notice",
        }
    }

    fn parse(key: &str) -> Option<Self> {
        [Self::Spoken, Self::Written, Self::Notice].into_iter().find(|how| how.key() == key)
    }
}

/// A transcript as lists show it.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct TranscriptHead {
    /// Its id.
    pub id: TranscriptId,
    /// The call or meeting.
    pub activity_id: ActivityId,
    /// `call` or `meeting`.
    pub activity_kind: String,
    /// When that was.
    pub held_at: Timestamp,
    /// About which deal.
    pub deal_id: Option<DealId>,
    /// With which company.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// With whom.
    pub person_id: Option<PersonId>,
    /// Their name.
    pub person_name: Option<String>,
    /// The file's name.
    pub name: String,
    /// `webvtt`, `srt`, `sbv`, `json`, `text`.
    pub format: String,
    /// The file's encoding.
    pub encoding: String,
    /// `full`, `starts`, `none`.
    pub timing: String,
    /// `spoken`, `written`, `notice`.
    pub consent_how: String,
    /// Who agreed.
    pub consent_by: String,
    /// The measures; null where nobody is named.
    #[schema(value_type = Option<super::talk::Talk>)]
    pub talk: Json,
    /// Nobody said who of ours speaks: it is whoever speaks first.
    pub rep_assumed: bool,
    /// Who put it here.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// Who a speaker is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromQueryResult, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    /// As the file has it.
    pub name: String,
    /// `rep` or `prospect`.
    #[schema(value_type = Side)]
    pub side: String,
    /// Which person it is.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Which member it is.
    #[serde(default)]
    pub user_id: Option<UserId>,
}

impl Speaker {
    fn is_rep(&self) -> bool {
        self.side == "rep"
    }
}

fn is_rep<'s>(speakers: &'s [Speaker]) -> impl Fn(&str) -> bool + 's {
    |name| speakers.iter().any(|speaker| speaker.is_rep() && speaker.name == name)
}

/// A cue as the table keeps it; times in thousandths of a second.
#[derive(Debug, Serialize, Deserialize)]
struct KeptCue(Option<i64>, Option<i64>, Option<String>, String);

fn to_kept(cues: &[Cue]) -> Json {
    let kept = cues.iter().map(|cue| {
        KeptCue(cue.start.map(|at| at.0), cue.end.map(|at| at.0), cue.speaker.clone(), cue.text.clone())
    });
    serde_json::to_value(kept.collect::<Vec<_>>()).unwrap_or_default()
}

fn from_kept(kept: Json, format: &str, timing: &str) -> Result<Transcript, serde_json::Error> {
    let kept: Vec<KeptCue> = serde_json::from_value(kept)?;
    let cue = |KeptCue(start, end, speaker, text)| Cue {
        start: start.map(Millis),
        end: end.map(Millis),
        speaker,
        text,
    };
    Ok(Transcript {
        format: Format::parse(format),
        encoding: "",
        timing: Timing::parse(timing),
        cues: kept.into_iter().map(cue).collect(),
        notes: Vec::new(),
    })
}

/// The file behind a transcript.
#[derive(Debug, Clone, FromQueryResult)]
struct Source {
    file_id: FileId,
    cues: Json,
    notes: Json,
}
