//! Findings: challenges, goals, ambitions and the way they decide, in the prospect's own words (R34).

pub(crate) mod routes;

use kernel::{DealId, FindingId, PersonId, Timestamp, TranscriptId, WorkspaceId};
use process::facts::{Discovery, Evidence, EvidenceOf};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Result, Sql};
use uuid::Uuid;

pub use routes::{NewFinding, routes};
pub(crate) use routes::{Said, write_down};

/// A finding was written down. Payload: `kind`, `summary`, `words`, `priority`.
pub const FINDING_ADDED: &str = "finding.added";
/// A finding changed. Payload: `before`, `after`.
pub const FINDING_CHANGED: &str = "finding.changed";
/// A finding was taken back. Payload: `kind`, `summary`.
pub const FINDING_REMOVED: &str = "finding.removed";

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// What troubles them.
    Challenge,
    /// What they want to reach.
    Goal,
    /// Where they want to be in the long run.
    Ambition,
    /// What they use today.
    CurrentSolution,
    /// How they decide.
    DecisionProcess,
    /// By what they decide.
    DecisionCriterion,
    /// Whom else they look at.
    Competitor,
}

impl FindingKind {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Challenge => "challenge",
            Self::Goal => "goal",
            Self::Ambition => "ambition",
            Self::CurrentSolution => "current_solution",
            Self::DecisionProcess => "decision_process",
            Self::DecisionCriterion => "decision_criterion",
            Self::Competitor => "competitor",
        }
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Finding {
    /// Its id.
    pub id: FindingId,
    /// `challenge`, `goal`, `ambition`, `current_solution`, `decision_process`, `decision_criterion`, `competitor`.
    pub kind: String,
    /// What it comes to.
    pub summary: String,
    /// What they said.
    pub words: Option<String>,
    /// 1 is the most important.
    pub priority: i64,
    /// Who said it.
    pub person_id: Option<PersonId>,
    /// In which call or meeting.
    pub activity_id: Option<Uuid>,
    /// In which transcript it stands; that is evidence of the kind `conversation`.
    pub transcript_id: Option<TranscriptId>,
    /// Where, in thousandths of a second from the beginning of the talk.
    pub said_at_ms: Option<i64>,
    /// `conversation` for what stands in a transcript.
    pub evidence: Option<String>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

/// Characters of a challenge that others are told of.
const WORDS_CHARS: usize = 1_000;

const COLUMNS: &str = "id, kind, summary, words, priority, person_id, activity_id, transcript_id, said_at_ms, \
    CASE WHEN transcript_id IS NULL THEN NULL ELSE 'conversation' END AS evidence, created_at, updated_at";

impl Finding {
    fn is(&self, kind: FindingKind) -> bool {
        self.kind == kind.key()
    }

    /// What a gate points at.
    #[must_use]
    pub fn as_evidence(&self) -> Evidence {
        Evidence { kind: EvidenceOf::Finding, id: self.id.0 }
    }

    /// What it is about: our summary and their words.
    fn as_words(&self) -> String {
        let words = self.words.as_deref().unwrap_or_default();
        format!("{} {words}", self.summary).chars().take(WORDS_CHARS).collect()
    }

    fn in_own_words(&self) -> bool {
        self.words.as_deref().is_some_and(|w| !w.trim().is_empty())
    }
}

/// The findings of a deal, the most important first.
///
/// # Errors
/// Whatever the database says.
pub async fn of_deal(db: &impl Source, workspace: WorkspaceId, deal: DealId) -> Result<Vec<Finding>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM finding WHERE ");
    sql.push_with("deal_id = ? AND workspace_id = ? AND deleted_at IS NULL", [deal.into(), workspace.into()]);
    sql.push(" ORDER BY priority, id");
    sql.all(db.conn()).await
}

/// What the findings come to for the gate: only challenges in their own words count.
#[must_use]
pub fn discovery(findings: &[Finding]) -> Discovery {
    let of = |kind: FindingKind| findings.iter().filter(move |f| f.is(kind));
    Discovery {
        challenges: of(FindingKind::Challenge)
            .filter(|f| f.in_own_words())
            .map(Finding::as_evidence)
            .collect(),
        challenge_words: of(FindingKind::Challenge).map(Finding::as_words).collect(),
        goals: of(FindingKind::Goal).map(Finding::as_evidence).collect(),
        current_solution: of(FindingKind::CurrentSolution).next().map(Finding::as_evidence),
    }
}
