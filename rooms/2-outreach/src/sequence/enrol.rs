//! Putting people into a sequence: each is checked by itself, and refused with a reason.

use http_room::{Answer, App, Body, Member, Problem};
use kernel::{CompanyId, Currency, DealId, EnrolmentId, MailboxId, Money, PersonId, Timestamp, limits};
use process::owed::{self, ResearchOwed};
use process::{deal_row, room::optional};
use records::Kind;
use records::committee::{Place, place};
use records::workspace::Workspace;
use records::write::Author;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{NewEvent, Sql, Subject, WriteTx};

use super::refusal::Refused;
use super::way::out_of_reach;
use super::{Followed, OUTREACH, SequenceRow, Step, StepKind, followed, rules};
use crate::basis::{self, NO_BASIS, SENDER_INCOMPLETE, Verdict};
use crate::enrolment::ENROLMENT_STARTED;
use crate::mailbox::{self, MailboxRow};
use crate::recipient::{self, Recipient};

/// People of one company on their way at once.
const PER_COMPANY: i64 = 3;

/// One person, with the deal it is about.
#[derive(Debug, Clone, Copy, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrollee {
    /// The person.
    pub person_id: PersonId,
    /// The deal; left out: their open deal, or a new one in prospecting.
    #[serde(default)]
    pub deal_id: Option<DealId>,
}

/// Whom to enrol: `people`, or `person_ids`, or `deal_ids` (everybody of their committees), 1,000 at most.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolRequest {
    /// People with their deals.
    #[serde(default)]
    pub people: Vec<Enrollee>,
    /// People.
    #[serde(default)]
    pub person_ids: Vec<PersonId>,
    /// Deals: the first person of each committee who can be written to.
    #[serde(default)]
    pub deal_ids: Vec<DealId>,
    /// The mailbox; left out: the sequence's own, else the member's.
    #[serde(default)]
    pub mailbox_id: Option<MailboxId>,
    /// Why them, why now; left out: what the deal says. Neither: refused (R10).
    #[serde(default)]
    pub why_them: Option<String>,
    /// That a sale at first contact is meant, for deals above the limit (R32); it is written down with the enrolment.
    #[serde(default)]
    pub confirm_sale: bool,
}

/// What came of it.
#[derive(Debug, Clone, Default, Serialize, utoipa::ToSchema)]
pub struct EnrolAnswer {
    /// New enrolments.
    pub enrolled: Vec<EnrolmentId>,
    /// People who were not enrolled, and why.
    pub refused: Vec<Refused>,
}

/// What all enrolments of one request share.
pub(super) struct Round<'a> {
    pub me: &'a Member,
    pub sequence: &'a SequenceRow,
    pub followed: Followed,
    pub mailbox: MailboxRow,
    pub workspace: Workspace,
    pub why: Option<String>,
    pub confirm_sale: bool,
    pub now: Timestamp,
}

impl Round<'_> {
    /// Whether people go through it by the hand of nurturing.
    fn is_guided(&self) -> bool {
        self.sequence.purpose != OUTREACH
    }
}

pub(super) async fn enrol(
    app: &App,
    me: &Member,
    sequence: &SequenceRow,
    Body(asked): Body<EnrolRequest>,
) -> Answer<EnrolAnswer> {
    let count = asked.people.len() + asked.person_ids.len() + asked.deal_ids.len();
    if count == 0 || count > limits::BULK_ROWS {
        return Err(Problem::field("people", "invalid", "from 1 to 1000 people or deals"));
    }
    if sequence.state != "active" {
        return Err(Problem::conflict("not_active", "Switch the sequence on first."));
    }
    let why = optional("why_them", asked.why_them.as_deref(), limits::REASON_CHARS)?;
    let mut round = begin(app, me, sequence, asked.mailbox_id, why).await?;
    round.confirm_sale = asked.confirm_sale;
    let mut answer = EnrolAnswer::default();
    let mut all: Vec<(Option<PersonId>, Option<DealId>)> =
        asked.people.iter().map(|p| (Some(p.person_id), p.deal_id)).collect();
    all.extend(asked.person_ids.iter().map(|p| (Some(*p), None)));
    all.extend(asked.deal_ids.iter().map(|d| (None, Some(*d))));
    for (person, deal) in all {
        let mut tx = app.db.write_tx().await?;
        match enrol_one(&mut tx, &round, person, deal).await? {
            Ok(id) => {
                tx.commit().await?;
                answer.enrolled.push(id);
            }
            Err(refused) => {
                tx.rollback().await?;
                let refused = *refused;
                let (person_id, deal_id) = (refused.person_id.or(person), refused.deal_id.or(deal));
                answer.refused.push(Refused { person_id, deal_id, ..refused });
            }
        }
    }
    Ok(answer)
}

async fn begin<'a>(
    app: &App,
    me: &'a Member,
    sequence: &'a SequenceRow,
    mailbox: Option<MailboxId>,
    why: Option<String>,
) -> Answer<Round<'a>> {
    let followed = followed(&app.db, sequence.id, sequence.version).await?;
    let followed =
        followed.ok_or_else(|| Problem::conflict("not_active", "Switch the sequence on first."))?;
    let mailbox = match mailbox {
        Some(id) => mailbox::find(&app.db, me.workspace, id).await?,
        None => super::preview::sender(app, me, sequence).await?,
    };
    let mailbox =
        mailbox.ok_or_else(|| Problem::field("mailbox_id", "required", "connect a mailbox first"))?;
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    Ok(Round { me, sequence, followed, mailbox, workspace, why, confirm_sale: false, now: app.clock.now() })
}

pub(super) async fn enrol_one(
    tx: &mut WriteTx,
    round: &Round<'_>,
    person: Option<PersonId>,
    deal: Option<DealId>,
) -> Answer<Result<EnrolmentId, Box<Refused>>> {
    let no = |refused: Refused| Ok(Err(Box::new(refused)));
    let person = match (person, deal) {
        (Some(person), _) => Some(person),
        (None, Some(deal)) => first_reachable(tx, round, deal).await?,
        (None, None) => None,
    };
    let Some(person) = person else { return no(Refused::because("no_email")) };
    let Some(who) = recipient::find(tx, round.me.workspace, person).await? else {
        return no(Refused::because("not_found"));
    };
    if let Some(code) = unfit(tx, round, &who).await? {
        return no(Refused::because(code).of(&who));
    }
    if let Some(refused) = unlawful(tx, round, &who).await? {
        return no(refused.of(&who));
    }
    let known = match known_deal(tx, round, &who, deal).await? {
        Ok(known) => known,
        Err(code) => return no(Refused::because(code).of(&who)),
    };
    let about = |refused: Refused| refused.of(&who).about(known.as_ref());
    if let Some(owed) = research_owed(tx, round, known.as_ref()).await? {
        return no(about(Refused::owing(owed)));
    }
    let sale = needs_word(round, known.as_ref());
    if sale && !round.confirm_sale {
        return no(about(Refused::because("sale_unconfirmed")));
    }
    let said = known.as_ref().and_then(|d| d.why_them.clone()).filter(|w| !w.trim().is_empty());
    let Some(why) = round.why.clone().or(said) else {
        return no(about(Refused::because("why_them_missing")));
    };
    match begun(tx, round, &who, known.as_ref(), &why).await? {
        Some(id) => Ok(Ok(id)),
        None => no(about(Refused::because("no_window"))),
    }
}

/// Whether somebody has to say that a sale at first contact is meant (R32).
fn needs_word(round: &Round<'_>, deal: Option<&recipient::DealFields>) -> bool {
    let value = deal.and_then(|deal| {
        let currency = Currency::parse(deal.value_currency.as_deref()?).ok()?;
        Some(Money { minor: deal.value_minor?, currency })
    });
    let units = round.workspace.settings().sale_confirm_units;
    rules::sale_needs_word(&round.sequence.goal, value, round.workspace.currency(), units)
}

/// The enrolment, with its deal and seat in the committee; `None` when no window ever opens.
async fn begun(
    tx: &mut WriteTx,
    round: &Round<'_>,
    who: &Recipient,
    known: Option<&recipient::DealFields>,
    why: &str,
) -> Answer<Option<EnrolmentId>> {
    let (timing, zone) = who.timing(tx, &round.workspace, round.followed.windows.clone()).await?;
    let id = EnrolmentId::new();
    let delay = round.followed.steps.first().map(Step::delay).unwrap_or_default();
    let Some(mut due) = timing.due(round.now, delay, id.0.as_bytes()) else { return Ok(None) };
    if round.is_guided() {
        // Whoever guides them chooses the hour.
        let from = round.now.plus_seconds(i64::from(delay.hours) * 3_600);
        due = if delay.days == 0 { from } else { timing.business_days_later(from, delay.days) };
    }
    let deal = match known {
        Some(deal) => deal.id,
        None => open_deal(tx, round, who, why).await?,
    };
    join_committee(tx, round, deal, who.id).await?;
    let source = serde_json::to_value(zone.source).ok().and_then(|s| s.as_str().map(str::to_owned));
    let row = NewEnrolment { id, deal, why, due, zone: zone.zone.name(), source: source.unwrap_or_default() };
    insert(tx, round, who, &row).await?;
    Ok(Some(id))
}

/// What has to be found out before anybody of the deal is written to.
async fn research_owed(
    tx: &WriteTx,
    round: &Round<'_>,
    known: Option<&recipient::DealFields>,
) -> Answer<Option<ResearchOwed>> {
    let workspace = round.me.workspace;
    let deal = match known {
        Some(deal) => deal_row::find(tx, workspace, deal.id).await?,
        None => None,
    };
    Ok(owed::research_owed(tx, workspace, deal.as_ref(), round.now).await?)
}

/// Why the person cannot be enrolled, whatever the deal.
async fn unfit(tx: &WriteTx, round: &Round<'_>, who: &Recipient) -> Answer<Option<&'static str>> {
    let (address, reach) = (who.address(), who.reach(&round.workspace, round.now));
    let workspace = round.me.workspace;
    if let Some(code) = out_of_reach(&round.followed.steps, &reach, address.is_some()) {
        return Ok(Some(code));
    }
    if crate::suppression::in_force(tx, workspace, address.as_ref(), Some(who.id)).await?.is_some() {
        return Ok(Some("suppressed"));
    }
    let open = "state IN ('scheduled', 'active', 'waiting', 'paused')";
    let text = format!("SELECT 1 FROM enrolment WHERE workspace_id = ? AND person_id = ? AND {open} AND ");
    let mut sql = Sql::with(tx.engine(), &text, [workspace.into(), who.id.into()]);
    // Tracks may overlap: what their reader gets of all of them is watched elsewhere.
    match round.is_guided() {
        true => sql.push("sequence_id = ").bind(round.sequence.id),
        false => sql.push("NOT guided"),
    };
    if !sql.rows(tx.conn()).await?.is_empty() {
        return Ok(Some("already_enrolled"));
    }
    let Some(company) = who.company_id.filter(|_| !round.is_guided()) else { return Ok(None) };
    let text = format!(
        "SELECT COUNT(*) FROM enrolment WHERE workspace_id = ? AND company_id = ? AND NOT guided AND {open}"
    );
    let sql = Sql::with(tx.engine(), &text, [workspace.into(), company.into()]);
    let running: Option<i64> = sql.scalar(tx.conn()).await?;
    Ok((running.unwrap_or(0) >= PER_COMPANY).then_some("company_cap"))
}

/// Why the law keeps the sequence's mails from them.
async fn unlawful(tx: &WriteTx, round: &Round<'_>, who: &Recipient) -> Answer<Option<Refused>> {
    let mails = round.followed.steps.iter().any(|step| step.kind == StepKind::Mail);
    // What stays in the sandbox reaches nobody.
    if !mails || round.mailbox.is_sandbox() {
        return Ok(None);
    }
    let Some(country) = who.zone(tx, &round.workspace).await?.1 else { return Ok(None) };
    let verdicts = basis::standings(tx, &round.workspace, &[(who, country)], round.now).await?;
    Ok(match verdicts.get(&who.id) {
        Some(Verdict::Allowed { marked: true, .. }) if !basis::sender_lacks(&round.workspace).is_empty() => {
            Some(Refused::because(SENDER_INCOMPLETE))
        }
        Some(Verdict::Allowed { .. }) => None,
        _ => Some(Refused::because(NO_BASIS).under(basis::law::of(country).key)),
    })
}

/// The deal that was named, else the person's open one, else their company's.
async fn known_deal(
    tx: &WriteTx,
    round: &Round<'_>,
    who: &Recipient,
    named: Option<DealId>,
) -> Answer<Result<Option<recipient::DealFields>, &'static str>> {
    let workspace = round.me.workspace;
    if let Some(id) = named {
        return Ok(match recipient::deal(tx, workspace, id).await? {
            None => Err("not_found"),
            Some(deal) if round.is_guided() && deal.status == "not_yet" => Ok(Some(deal)),
            Some(deal) if deal.status != "open" => Err("deal_closed"),
            Some(deal) => Ok(Some(deal)),
        });
    }
    let text = "SELECT d.id FROM deal d LEFT JOIN deal_person p ON p.deal_id = d.id AND p.person_id = ? \
                WHERE d.workspace_id = ? AND d.status = 'open' AND d.deleted_at IS NULL \
                AND (p.person_id IS NOT NULL OR d.company_id = ?) \
                ORDER BY CASE WHEN p.person_id IS NULL THEN 1 ELSE 0 END, d.created_at DESC LIMIT 1";
    let nobody = CompanyId(uuid::Uuid::nil());
    let values = [who.id.into(), workspace.into(), who.company_id.unwrap_or(nobody).into()];
    let id: Option<DealId> = Sql::with(tx.engine(), text, values).scalar(tx.conn()).await?;
    Ok(Ok(match id {
        Some(id) => recipient::deal(tx, workspace, id).await?,
        None => None,
    }))
}

/// A new deal in prospecting, named after the company.
async fn open_deal(tx: &mut WriteTx, round: &Round<'_>, who: &Recipient, why: &str) -> Answer<DealId> {
    let author = Author {
        workspace: round.me.workspace,
        actor: round.me.actor(),
        now: round.now,
        cause: None,
        currency: round.workspace.currency(),
    };
    let mut sent = Map::new();
    sent.insert("name".into(), Json::from(who.company_name.clone().unwrap_or_else(|| who.name.clone())));
    sent.insert("why_them".into(), Json::from(why));
    if let Some(company) = who.company_id {
        sent.insert("company_id".into(), Json::from(company.to_string()));
    }
    Ok(DealId(records::write::create(tx, &author, Kind::Deal, &sent).await?))
}

/// Replies count for the deal only when they come from its committee.
async fn join_committee(tx: &mut WriteTx, round: &Round<'_>, deal: DealId, person: PersonId) -> Answer<()> {
    let text = "SELECT 1 FROM deal_person WHERE deal_id = ? AND person_id = ?";
    let there = Sql::with(tx.engine(), text, [deal.into(), person.into()]).rows(tx.conn()).await?;
    if there.is_empty() {
        place(tx, round.me.workspace, round.me.actor(), deal, person, &Place::default(), round.now).await?;
    }
    Ok(())
}

/// The first of the committee who can be written to.
async fn first_reachable(tx: &WriteTx, round: &Round<'_>, deal: DealId) -> Answer<Option<PersonId>> {
    for member in records::deal::committee(tx, round.me.workspace, deal).await? {
        if let Some(who) = recipient::find(tx, round.me.workspace, member.person_id).await?
            && unfit(tx, round, &who).await?.is_none()
        {
            return Ok(Some(who.id));
        }
    }
    Ok(None)
}

struct NewEnrolment<'a> {
    id: EnrolmentId,
    deal: DealId,
    why: &'a str,
    due: Timestamp,
    zone: &'a str,
    source: String,
}

async fn insert(tx: &mut WriteTx, round: &Round<'_>, who: &Recipient, new: &NewEnrolment<'_>) -> Answer<()> {
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO enrolment (id, workspace_id, sequence_id, version, person_id, company_id, deal_id, mailbox_id, why_them, \
         state, next_run_at, guided, guided_due_at, zone, zone_source, revision, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        new.id.into(),
        round.me.workspace.into(),
        round.sequence.id.into(),
        round.sequence.version.into(),
        who.id.into(),
        who.company_id.into(),
        new.deal.into(),
        round.mailbox.id.into(),
        new.why.into(),
        "scheduled".into(),
        Some(new.due).filter(|_| !round.is_guided()).into(),
        round.is_guided().into(),
        Some(new.due).filter(|_| round.is_guided()).into(),
        new.zone.into(),
        new.source.clone().into(),
        1_i64.into(),
        round.me.user.into(),
        round.now.into(),
        round.now.into(),
    ]);
    sql.run(tx.conn()).await?;
    let subject =
        Subject { company: who.company_id, person: Some(who.id), deal: Some(new.deal), row: Some(new.id.0) };
    let payload = json!({
        "sequence_id": round.sequence.id, "sequence": round.sequence.name, "why_them": new.why, "first_due_at": new.due,
        "sale_confirmed": round.confirm_sale && round.sequence.goal == "sale",
    });
    let event = NewEvent::now(round.me.workspace, ENROLMENT_STARTED, round.me.actor(), round.now);
    tx.record(event.about(subject).with(payload)).await?;
    Ok(())
}
