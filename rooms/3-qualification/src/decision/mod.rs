//! The decision after the talks: it fits, it does not, or we must know more (R38 to R40).
//!
//! Whoever does not fit is told openly and kindly: the `letter` is a draft in their language. All that runs about them
//! stops in the same transaction. If they answer within 90 days, the answer is proposed as evidence for opening the
//! deal again; nothing opens by itself. The `report` shows the team's rate beside its own history, never as a fault.

pub mod letter;
mod queries;
mod reopen;
mod report;
mod routes;
pub mod rules;

use http_room::{Answer, Member, Problem};
use kernel::{DealId, MailboxId, MessageId, PersonId, TaskId, Timestamp, TransitionId, UserId, limits};
use outreach::enrolment::{self, Happening};
use outreach::message::{HandWritten, write_by_hand};
use process::deal_row;
use process::moves::{self, Mover};
use process::room::{Visit, given, optional};
use process::stage::Phase;
use process::transition::{MoveKind, MoveRequest, Told};
use records::Kind;
use records::task::{self, NewTask};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

pub use reopen::propose;
pub use routes::routes;

/// Whether a deal fits was decided. Payload: `verdict`, `reason`, `told`, `recheck_on`, `grade`, `score`.
pub const FIT_DECIDED: &str = "qualification.decided";
/// They answered our honest mail: the deal may be opened again. Payload: `message_id`, `excerpt`, `decision_id`.
pub const REOPEN_PROPOSED: &str = "qualification.reopen_proposed";
/// Such a proposal was settled. Payload: `verdict`, `message_id`.
pub const REOPEN_SETTLED: &str = "qualification.reopen_settled";

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FitVerdict {
    /// It fits: the deal goes on.
    Qualified,
    /// It does not.
    Disqualified,
    /// Something has to be found out first.
    NeedMore,
}

impl FitVerdict {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Qualified => "qualified",
            Self::Disqualified => "disqualified",
            Self::NeedMore => "need_more",
        }
    }
}

/// The honest mail.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HonestMail {
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom of the committee.
    pub person_id: PersonId,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
}

/// A decision to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// What was decided.
    pub verdict: FitVerdict,
    /// Why it does not fit, or what has to be found out. Needed unless it fits.
    #[serde(default)]
    pub reason: Option<String>,
    /// More about it, for us.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether they know; `mail` with the mail below.
    #[serde(default)]
    pub told: Option<Told>,
    /// The honest mail.
    #[serde(default)]
    pub mail: Option<HonestMail>,
    /// The day on which somebody looks again, `YYYY-MM-DD`.
    #[serde(default)]
    pub recheck_on: Option<String>,
    /// The revision of the deal it was made on.
    #[serde(default)]
    pub revision: Option<i64>,
}

/// A decision.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct FitDecision {
    /// Its id.
    pub id: Uuid,
    /// About which deal.
    pub deal_id: DealId,
    /// `qualified`, `disqualified`, `need_more`.
    pub verdict: String,
    /// Why.
    pub reason: Option<String>,
    /// More about it.
    pub note: Option<String>,
    /// `yes`, `no`, `mail`.
    pub told: Option<String>,
    /// The honest mail.
    pub message_id: Option<MessageId>,
    /// To whom it went.
    pub person_id: Option<PersonId>,
    /// The day on which somebody looks again.
    pub recheck_on: Option<String>,
    /// The task for that day.
    pub task_id: Option<TaskId>,
    /// The move it was.
    pub transition_id: Option<TransitionId>,
    /// The company's grade then.
    pub grade: Option<String>,
    /// And its score.
    pub score: Option<i64>,
    /// Who decided.
    pub decided_by: Option<UserId>,
    /// When.
    pub at: Timestamp,
}

/// What is wrong with a decision before anything is looked up.
fn checked(mut new: NewDecision) -> Answer<NewDecision> {
    new.note = optional("note", new.note.as_deref(), limits::REASON_CHARS)?;
    new.reason = match new.verdict {
        FitVerdict::Qualified => optional("reason", new.reason.as_deref(), limits::REASON_CHARS)?,
        _ => Some(given("reason", new.reason.as_deref().unwrap_or_default(), limits::REASON_CHARS)?),
    };
    if new.verdict == FitVerdict::Disqualified && new.told.is_none() {
        return Err(Problem::field("told", "required", "yes, no or mail"));
    }
    if (new.told == Some(Told::Mail)) != new.mail.is_some() {
        return Err(Problem::field(
            "mail",
            "required",
            "a mail goes with told = mail, and with nothing else",
        ));
    }
    if new.mail.is_some() && new.verdict != FitVerdict::Disqualified {
        return Err(Problem::field("mail", "not_allowed", "the honest mail says that it does not fit"));
    }
    Ok(new)
}

/// Decides, with everything that follows, in the visit's transaction.
///
/// # Errors
/// 409 for moves the process refuses and people who must not be written to; 422 for fields at fault.
async fn decide(visit: &mut Visit, me: &Member, new: NewDecision) -> Answer<FitDecision> {
    let new = checked(new)?;
    let workspace = visit.workspace;
    if let Some(day) = &new.recheck_on {
        let space = deal_row::workspace(&visit.tx, workspace).await?;
        let today = deal_row::calendar(&visit.tx, &space, visit.deal.owner_id).await?.date(visit.now);
        rules::check_recheck(day, today)?;
    }
    let (grade, score) = standing(visit).await?;
    let mover = Mover { workspace, actor: visit.actor, role: me.role, now: visit.now, cause: None };
    let transition = match request(visit, &new)? {
        Some(request) => Some(moves::make(&mut visit.tx, &mover, visit.deal.id, &request).await?.id),
        None => None,
    };
    let mail = match &new.mail {
        Some(mail) => Some((send(visit, me, mail).await?, mail.person_id)),
        None => None,
    };
    if new.verdict == FitVerdict::Disqualified {
        stop_all(visit).await?;
    }
    let task = match &new.recheck_on {
        Some(day) => Some(look_again(visit, day, new.reason.as_deref()).await?),
        None => None,
    };
    let made = FitDecision {
        id: Uuid::now_v7(),
        deal_id: visit.deal.id,
        verdict: new.verdict.key().to_owned(),
        reason: new.reason,
        note: new.note,
        told: new.told.and_then(|t| json!(t).as_str().map(str::to_owned)),
        message_id: mail.map(|(message, _)| message),
        person_id: mail.map(|(_, person)| person),
        recheck_on: new.recheck_on,
        task_id: task,
        transition_id: transition,
        grade,
        score,
        decided_by: visit.actor.user(),
        at: visit.now,
    };
    queries::insert(visit, &made).await?;
    let payload = json!({
        "verdict": made.verdict, "reason": made.reason, "told": made.told, "recheck_on": made.recheck_on,
        "grade": made.grade, "score": made.score,
    });
    visit.tell(FIT_DECIDED, made.id, made.person_id, payload).await?;
    Ok(made)
}

/// The move a decision is.
fn request(visit: &Visit, new: &NewDecision) -> Answer<Option<MoveRequest>> {
    let revision = new.revision;
    Ok(match new.verdict {
        FitVerdict::NeedMore => None,
        FitVerdict::Qualified if visit.deal.position()?.stage != Phase::Qualification => {
            let detail = "Only a deal that stands in qualification is qualified.";
            return Err(Problem::conflict("not_in_qualification", detail));
        }
        FitVerdict::Qualified => Some(MoveRequest { revision, ..MoveRequest::of(MoveKind::Advance) }),
        FitVerdict::Disqualified => Some(MoveRequest {
            reason: new.reason.clone(),
            note: new.note.clone(),
            told: new.told,
            revision,
            ..MoveRequest::of(MoveKind::Disqualify)
        }),
    })
}

/// Grade and score of the company as they stand.
async fn standing(visit: &Visit) -> Answer<(Option<String>, Option<i64>)> {
    let Some(company) = visit.deal.company_id else { return Ok((None, None)) };
    let shown = records::write::load(&visit.tx, visit.workspace, Kind::Company, company.0).await?;
    let shown = shown.unwrap_or_default();
    Ok((shown["icp_grade"].as_str().map(str::to_owned), shown["icp_score"].as_i64()))
}

async fn send(visit: &mut Visit, me: &Member, mail: &HonestMail) -> Answer<MessageId> {
    visit.check_person("mail.person_id", Some(mail.person_id)).await?;
    let written = HandWritten {
        mailbox_id: mail.mailbox_id,
        person_id: mail.person_id,
        deal_id: Some(visit.deal.id),
        answers_id: None,
        subject: mail.subject.clone(),
        text: mail.text.clone(),
    };
    write_by_hand(&mut visit.tx, me, written, visit.now).await
}

/// Nothing automatic goes on, neither about the deal nor to anybody of its committee.
async fn stop_all(visit: &mut Visit) -> Answer<()> {
    let (workspace, deal, now) = (visit.workspace, visit.deal.id, visit.now);
    enrolment::stop_of_deal(&mut visit.tx, workspace, deal, "deal_disqualified", now).await?;
    let stop = Happening::Stop("deal_disqualified".to_owned());
    for seat in records::deal::committee(&visit.tx, workspace, deal).await? {
        enrolment::happen_to_person(&mut visit.tx, workspace, seat.person_id, &stop, visit.actor, now)
            .await?;
    }
    Ok(())
}

async fn look_again(visit: &mut Visit, day: &str, reason: Option<&str>) -> Answer<TaskId> {
    let space = deal_row::workspace(&visit.tx, visit.workspace).await?;
    let new = NewTask {
        title: rules::recheck_title(space.locale(), &visit.deal.name)
            .chars()
            .take(kernel::limits::NAME_CHARS)
            .collect(),
        body: reason.map(str::to_owned),
        due_on: Some(day.to_owned()),
        owner_id: visit.deal.owner_id.or(visit.actor.user()),
        deal_id: Some(visit.deal.id),
        origin: Some("notice"),
        origin_key: Some("recheck".to_owned()),
        ..NewTask::default()
    };
    Ok(task::create(&mut visit.tx, visit.workspace, visit.actor, new, visit.now).await?.id)
}
