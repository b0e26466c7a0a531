//! The summary after a meeting (R74): drafted from what was noted, agreed and planned, in the language of whom it goes to;
//! sent only when somebody says so, to those who may be written to. Copies are proposed and never ticked.

use axum::Json as Answered;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use chrono::NaiveDate;
use http_room::{Answer, App, Body, Member, Problem, Reader, Writer};
use kernel::{ActivityId, DealId, Locale, MailboxId, MessageId, PersonId, Timestamp, WorkspaceId};
use outreach::message::{HandWritten, write_by_hand};
use process::deal_row;
use process::room::{Visit, look};
use records::activity::{self, Activity};
use records::deal::DealPerson;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Sql, WriteTx};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::plan::{CloseAttempt, Plan, attempts, of_deal};
use crate::rules::Side;

/// The summary of a meeting was sent. Payload: `subject`, `recipients`.
pub const SUMMARY_SENT: &str = "closing.summary_sent";

/// Recipients of one summary.
const RECIPIENTS: usize = 20;
/// Lines of notes that are taken over.
const LINES: usize = 40;
/// Roles whose copy is proposed: the assistant, and who is above.
const COPIES: [&str; 3] = ["assistant", "approver", "economic_buyer"];

/// A draft of a summary, or what was sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SummaryDraft {
    /// In which language.
    pub locale: String,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
    /// Who was there.
    #[schema(value_type = Vec<records::deal::DealPerson>)]
    pub to: Vec<Json>,
    /// Whose copy is proposed; none is chosen yet.
    #[schema(value_type = Vec<records::deal::DealPerson>)]
    pub cc_proposals: Vec<Json>,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct Sent {
    subject: String,
    text: String,
    at: Timestamp,
}

async fn sent(db: &impl Source, workspace: WorkspaceId, activity: ActivityId) -> store::Result<Option<Sent>> {
    let text = "SELECT subject, text, at FROM meeting_summary WHERE activity_id = ? AND workspace_id = ?";
    Sql::with(db.engine(), text, [activity.into(), workspace.into()]).one(db.conn()).await
}

/// The meeting, which must be one of the deal that was held.
async fn meeting(db: &impl Source, workspace: WorkspaceId, deal: DealId, id: ActivityId) -> Answer<Activity> {
    let found = activity::find(db, workspace, id).await?;
    if found.deal_id != Some(deal) || found.kind != "meeting" {
        return Err(Problem::not_found("meeting"));
    }
    if found.outcome.as_deref() != Some("held") {
        return Err(Problem::conflict("not_held", "There is nothing to sum up: the meeting was not held."));
    }
    Ok(found)
}

fn has_role(person: &DealPerson, roles: &[&str]) -> bool {
    let listed = person.roles.as_array().map(Vec::as_slice).unwrap_or_default();
    roles.iter().any(|role| listed.iter().any(|one| one == role))
}

/// Who of the committee was there: the meeting's guest, and whoever speaks in its transcript.
async fn attendees(db: &impl Source, workspace: WorkspaceId, meeting: &Activity) -> Answer<Vec<PersonId>> {
    let text = "SELECT DISTINCT s.person_id FROM transcript_speaker s JOIN transcript t ON t.id = s.transcript_id \
                WHERE t.activity_id = ? AND t.workspace_id = ? AND s.person_id IS NOT NULL";
    let rows = Sql::with(db.engine(), text, [meeting.id.into(), workspace.into()]).rows(db.conn()).await?;
    let mut there: Vec<PersonId> = meeting.person_id.into_iter().collect();
    for row in rows {
        let person: PersonId = row.try_get_by_index(0)?;
        if !there.contains(&person) {
            there.push(person);
        }
    }
    Ok(there)
}

#[derive(Debug, Default, Deserialize)]
struct InWhich {
    locale: Option<Locale>,
}

#[utoipa::path(get, path = "/deals/{id}/meetings/{activity_id}/summary", tag = "closing", operation_id = "draft_meeting_summary",
    params(("id" = Uuid, Path, description = "The deal"), ("activity_id" = Uuid, Path, description = "The meeting"), ("locale" = Option<String>, Query, description = "In another language than theirs: `en` or `ko`")),
    responses((status = 200, description = "A draft, or what was sent", body = SummaryDraft), (status = 404, description = "Not there", body = Problem), (status = 409, description = "`not_held`", body = Problem)))]
async fn drafted(
    me: Reader,
    State(app): State<App>,
    Path((id, activity)): Path<(DealId, ActivityId)>,
    Query(wanted): Query<InWhich>,
) -> Answer<Answered<SummaryDraft>> {
    let deal = look(&app, &me, id).await?;
    let (db, workspace) = (&app.db, me.workspace);
    let meeting = meeting(db, workspace, id, activity).await?;
    let there = attendees(db, workspace, &meeting).await?;
    let committee = records::deal::committee(db, workspace, id).await?;
    let (to, others): (Vec<DealPerson>, Vec<DealPerson>) =
        committee.into_iter().partition(|person| there.contains(&person.person_id));
    let space = deal_row::workspace(db, workspace).await?;
    let first = match to.first() {
        Some(person) => outreach::recipient::find(db, workspace, person.person_id).await?,
        None => None,
    };
    let theirs = first.as_ref().and_then(|who| who.language());
    let locale = wanted.locale.or(theirs).unwrap_or_else(|| space.locale());
    let before = sent(db, workspace, activity).await?;
    let calendar = deal_row::calendar(db, &space, deal.owner_id).await?;
    let day = calendar.date(meeting.at);
    let said = Said {
        names: to.iter().map(|person| person.name.as_str()).collect(),
        given: first.as_ref().and_then(|who| who.given_name.as_deref()),
        notes: &meeting.body,
        day,
    };
    let plan = of_deal(db, workspace, id).await?;
    let asked = attempts(db, workspace, id).await?;
    let of_day: Vec<&CloseAttempt> = asked.iter().filter(|a| calendar.date(a.at) == day).collect();
    let (subject, text) = draft(locale, &said, plan.as_ref(), &of_day);
    Ok(Answered(SummaryDraft {
        locale: locale.tag().to_owned(),
        subject: before.as_ref().map_or(subject, |sent| sent.subject.clone()),
        text: before.as_ref().map_or(text, |sent| sent.text.clone()),
        to: to.iter().map(|person| json!(person)).collect(),
        cc_proposals: others.iter().filter(|p| has_role(p, &COPIES)).map(|p| json!(p)).collect(),
        sent_at: before.map(|sent| sent.at),
    }))
}

/// What was said, as far as the draft goes by it.
struct Said<'a> {
    names: Vec<&'a str>,
    given: Option<&'a str>,
    notes: &'a str,
    day: NaiveDate,
}

struct Heads {
    points: &'static str,
    agreed: &'static str,
    open: &'static str,
    next: &'static str,
    results: &'static str,
    owner: &'static str,
}

fn heads(locale: Locale) -> Heads {
    match locale {
        Locale::En => Heads {
            points: "What we talked about",
            agreed: "What we agreed",
            open: "What is still open",
            next: "Next steps",
            results: "What you expect from it",
            owner: "we answer this",
        },
        Locale::Ko => Heads {
            points: "나눈 이야기",
            agreed: "합의한 내용",
            open: "아직 남은 질문",
            next: "다음 단계",
            results: "기대하시는 결과",
            owner: "저희가 답변드리겠습니다",
        },
    }
}

/// Subject and text: greeting, points, agreements, open questions with owner, next steps with days, results.
fn draft(locale: Locale, said: &Said<'_>, plan: Option<&Plan>, asked: &[&CloseAttempt]) -> (String, String) {
    let heads = heads(locale);
    let who = match (said.names.as_slice(), said.given) {
        ([], _) => String::new(),
        ([_], Some(given)) if locale == Locale::En => given.to_owned(),
        (names, _) => names.join(", "),
    };
    let (hello, end, subject) = match locale {
        Locale::En => (
            format!("Hello {who},").replace(" ,", ","),
            "Have I got everything right? If something is missing, a line is enough.".to_owned(),
            format!("Summary of our meeting on {}", locale.date(said.day)),
        ),
        Locale::Ko => (
            if who.is_empty() {
                "안녕하세요.".to_owned()
            } else {
                format!("{who}님, 안녕하세요.")
            },
            "빠지거나 잘못 적은 것이 있으면 한 줄만 알려 주세요.".to_owned(),
            format!("{} 미팅 요약", locale.date(said.day)),
        ),
    };
    let thanks = match locale {
        Locale::En => {
            "thank you for your time. Here is what I took with me, so that we both have it in one place."
        }
        Locale::Ko => "시간 내어 주셔서 감사합니다. 서로 같은 내용을 볼 수 있도록 정리해 보냅니다.",
    };
    let mut parts = vec![hello, thanks.to_owned()];
    let mut list = |head: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            let lines: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
            parts.push(format!("{head}\n{}", lines.join("\n")));
        }
    };
    let notes = said.notes.lines().map(|line| line.trim().trim_start_matches(['-', '*', '•']).trim());
    list(heads.points, notes.filter(|line| !line.is_empty()).take(LINES).map(str::to_owned).collect());
    let agreed = asked.iter().filter(|a| a.answer == "yes" || a.answer == "not_yet");
    list(heads.agreed, agreed.filter_map(|a| a.answer_words.clone()).collect());
    let empty = (Vec::new(), Vec::new(), Vec::new());
    let (open, next, results) = plan.map_or(empty, |plan| of_plan(locale, plan, &heads));
    list(heads.open, open);
    list(heads.next, next);
    list(heads.results, results);
    parts.push(end);
    (subject, parts.join("\n\n"))
}

fn of_plan(locale: Locale, plan: &Plan, heads: &Heads) -> (Vec<String>, Vec<String>, Vec<String>) {
    let open = plan.open_questions.iter().filter(|q| q.answer.is_none());
    let open = open.map(|q| format!("{} ({})", q.question, heads.owner)).collect();
    let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| format!(", {}", locale.date(day)));
    let mut steps: Vec<_> = plan.steps.iter().filter(|step| !step.done).collect();
    steps.sort_by_key(|step| (step.due_on, step.side == Side::Them));
    let next = steps.iter().map(|step| format!("{}: {}{}", step.who, step.what, day(step.due_on))).collect();
    let results = plan.results.iter().map(|r| format!("{}: {} ({})", r.what, r.number, r.source)).collect();
    (open, next, results)
}

/// A summary to send.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendSummary {
    /// From which mailbox.
    pub mailbox_id: MailboxId,
    /// To whom of the committee.
    pub to: Vec<PersonId>,
    /// Whose copies were ticked.
    #[serde(default)]
    pub cc: Vec<PersonId>,
    /// Subject.
    pub subject: String,
    /// Text, without signature.
    pub text: String,
}

/// A summary that was sent.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct SummarySent {
    /// The mails, one to each, those with a copy last.
    pub message_ids: Vec<MessageId>,
}

#[utoipa::path(post, path = "/deals/{id}/meetings/{activity_id}/summary", tag = "closing", operation_id = "send_meeting_summary", request_body = SendSummary,
    params(("id" = Uuid, Path, description = "The deal"), ("activity_id" = Uuid, Path, description = "The meeting")),
    responses((status = 201, description = "Queued, one mail to each; it says who else has it", body = SummarySent), (status = 404, description = "Not there", body = Problem),
        (status = 409, description = "`not_held`, `summary_sent`, or somebody must not be written to: then nobody is", body = Problem), (status = 422, description = "Fields at fault", body = Problem)))]
async fn send(
    me: Writer,
    State(app): State<App>,
    Path((id, activity)): Path<(DealId, ActivityId)>,
    Body(new): Body<SendSummary>,
) -> Answer<(StatusCode, Answered<SummarySent>)> {
    let mut visit = Visit::begin(&app, &me, id).await?;
    meeting(&visit.tx, visit.workspace, id, activity).await?;
    if sent(&visit.tx, visit.workspace, activity).await?.is_some() {
        return Err(Problem::conflict("summary_sent", "The summary of this meeting was sent before."));
    }
    let whom = recipients(&visit, &new).await?;
    let names: Vec<&str> = whom.iter().map(|(person, _)| person.name.as_str()).collect();
    let mut message_ids = Vec::new();
    for (person, _) in &whom {
        let text = with_copies(&visit.tx, &me, person, &new.text, &names).await?;
        let written = HandWritten {
            mailbox_id: new.mailbox_id,
            person_id: person.person_id,
            deal_id: Some(id),
            answers_id: None,
            subject: new.subject.clone(),
            text,
        };
        message_ids.push(write_by_hand(&mut visit.tx, &me, written, visit.now).await?);
    }
    let recipients: Vec<Json> =
        whom.iter().map(|(person, copy)| json!({ "person_id": person.person_id, "copy": copy })).collect();
    let text = "INSERT INTO meeting_summary (activity_id, workspace_id, deal_id, subject, text, recipients, sent_by, at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    let values: [sea_orm::Value; 8] = [
        activity.into(),
        visit.workspace.into(),
        id.into(),
        new.subject.trim().into(),
        new.text.trim().into(),
        json!(recipients).into(),
        me.user.into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    let payload = json!({ "subject": new.subject.trim(), "recipients": names });
    let first = whom.first().map(|(person, _)| person.person_id);
    visit.tell(SUMMARY_SENT, activity.0, first, payload).await?;
    crate::reactions::summary_done(&mut visit, activity).await?;
    visit.leave().await?;
    Ok((StatusCode::CREATED, Answered(SummarySent { message_ids })))
}

/// Those of the committee it goes to, each once.
async fn recipients(visit: &Visit, new: &SendSummary) -> Answer<Vec<(DealPerson, bool)>> {
    if new.to.is_empty() {
        return Err(Problem::field("to", "required", "to somebody who was there"));
    }
    if new.to.len() + new.cc.len() > RECIPIENTS {
        return Err(Problem::field("cc", "too_many", format!("at most {RECIPIENTS} recipients")));
    }
    let committee = records::deal::committee(&visit.tx, visit.workspace, visit.deal.id).await?;
    let mut whom: Vec<(DealPerson, bool)> = Vec::new();
    let wanted = new.to.iter().map(|id| (*id, "to")).chain(new.cc.iter().map(|id| (*id, "cc")));
    for (id, field) in wanted {
        if whom.iter().any(|(person, _)| person.person_id == id) {
            continue;
        }
        let found = committee.iter().find(|person| person.person_id == id);
        let found = found.ok_or_else(|| {
            Problem::field(field, "not_found", "this person is not in the deal's committee")
        })?;
        whom.push((found.clone(), field == "cc"));
    }
    Ok(whom)
}

/// The text, with a line that says who else has it, in the language of its reader.
async fn with_copies(
    tx: &WriteTx,
    me: &Member,
    reader: &DealPerson,
    text: &str,
    names: &[&str],
) -> Answer<String> {
    let others: Vec<&str> = names.iter().filter(|name| **name != reader.name).copied().collect();
    if others.is_empty() {
        return Ok(text.to_owned());
    }
    let who = outreach::recipient::find(tx, me.workspace, reader.person_id).await?;
    let space = deal_row::workspace(tx, me.workspace).await?;
    let locale = who.and_then(|who| who.language()).unwrap_or_else(|| space.locale());
    let line = match locale {
        Locale::En => format!("This also goes to {}.", others.join(", ")),
        Locale::Ko => format!("{}님께도 함께 보냅니다.", others.join(", ")),
    };
    Ok(format!("{}\n\n{line}", text.trim_end()))
}

/// Routes of summaries.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(drafted, send))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r74_a_summary_says_what_was_noted_in_the_language_of_whom_it_goes_to() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let said = |names: Vec<&'static str>| Said {
            names,
            given: Some("Minji"),
            notes: "- Late reports\n\n* Two teams",
            day,
        };
        let (subject, text) = draft(Locale::En, &said(vec!["Kim Minji"]), None, &[]);
        assert_eq!(subject, "Summary of our meeting on 23 Nov 2026");
        assert!(text.starts_with("Hello Minji,") && text.contains("- Late reports\n- Two teams"), "{text}");
        let (subject, text) = draft(Locale::Ko, &said(vec!["김민지", "이서준"]), None, &[]);
        assert_eq!(subject, "2026년 11월 23일 미팅 요약");
        assert!(text.starts_with("김민지, 이서준님, 안녕하세요.") && text.contains("나눈 이야기"), "{text}");
        assert!(draft(Locale::En, &said(vec![]), None, &[]).1.starts_with("Hello,"));
    }
}
