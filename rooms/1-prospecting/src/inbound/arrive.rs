//! A lead comes in: who it is is recognised, gaps are filled, it is told of, and somebody is asked to answer.

use http_room::{Answer, IfMatch, Problem};
use kernel::{CompanyId, LeadArrivalId, LeadFormId, Locale, PersonId, TaskId, UserId, WorkspaceId, limits};
use process::deal_row;
use records::import::known_by::{Key, site_domain};
use records::import::resolve;
use records::task::{self, NewTask};
use records::workspace::still_member;
use records::write::{self, Author};
use records::{Kind, events};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Engine, NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

use super::rules::{gaps, names_of, same_company};
use crate::duplicates::arrival::likenesses;

/// Somebody who comes in.
#[derive(Debug, Clone)]
pub struct Newcomer {
    /// What is known of the person.
    pub person: Map<String, Json>,
    /// What is known of the company.
    pub company: Map<String, Json>,
    /// What they wrote.
    pub message: Option<String>,
    /// Whose new records are.
    pub owner: Option<UserId>,
    /// On what ground new records are kept: `consent`, `inquiry`.
    pub basis: &'static str,
    /// Where they come from.
    pub source: Option<String>,
    /// The form, and its name.
    pub form: Option<(LeadFormId, String)>,
    /// The row that keeps what came in.
    pub arrival: LeadArrivalId,
    /// Whether somebody waits for an answer.
    pub answer: bool,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LeadCreated {
    /// Whether the person is new.
    pub person: bool,
    /// Whether the company is new.
    pub company: bool,
}

/// Another record that may be the same.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PossibleDuplicate {
    /// `company` or `person`.
    pub kind: Kind,
    /// The record that came in.
    pub id: Uuid,
    /// The one that was there.
    pub other_id: Uuid,
    /// Probability that they are one, 0 to 1.
    pub score: f64,
}

/// What became of a lead.
#[derive(Debug, Clone, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Arrived {
    /// Who it is.
    pub person_id: PersonId,
    /// Where they work, when that is known.
    pub company_id: Option<CompanyId>,
    /// What is new.
    pub created: LeadCreated,
    /// Gaps of known records that were filled: `person.phone`, `company.custom.size`.
    pub updated_fields: Vec<String>,
    /// Others the new records may be the same as.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// The task to answer them.
    pub task_id: Option<TaskId>,
    /// Whether this was answered before, under the same id.
    #[serde(default)]
    pub repeated: bool,
}

/// A record that was found, filled in or made.
struct Kept {
    id: Uuid,
    new: bool,
    owner: Option<UserId>,
    filled: Vec<String>,
}

fn text<'a>(map: &'a Map<String, Json>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Json::as_str).map(str::trim).filter(|t| !t.is_empty())
}

/// The domain that names their company: the one given, or that of an address not anybody can have.
fn domain_of(lead: &Newcomer) -> Option<String> {
    let given = text(&lead.company, "domain").and_then(kernel::domain::registrable_domain);
    let site = || text(&lead.company, "website").and_then(site_domain);
    let mail = || text(&lead.person, "email").and_then(kernel::domain::company_domain);
    given.or_else(site).or_else(mail)
}

/// Keeps two that come in at once from making the same record twice.
async fn one_at_a_time(tx: &WriteTx, workspace: WorkspaceId, what: &str) -> store::Result<()> {
    if tx.engine() == Engine::Postgres {
        let text = "SELECT pg_advisory_xact_lock(hashtextextended(?, 0))";
        Sql::with(Engine::Postgres, text, [format!("{workspace} {what}").into()]).rows(tx.conn()).await?;
    }
    Ok(())
}

async fn known_company(tx: &WriteTx, by: &Author, lead: &Newcomer) -> Answer<Option<Uuid>> {
    let mut keys: Vec<Key> = text(&lead.company, "registration_number")
        .map(|number| Key::Registration(number.to_owned()))
        .into_iter()
        .collect();
    keys.extend(domain_of(lead).map(Key::Domain));
    keys.extend(text(&lead.company, "name").map(|n| Key::Name(kernel::name::company_name_key(n))));
    if let Some(key) = keys.first() {
        one_at_a_time(tx, by.workspace, &format!("{key:?}")).await?;
    }
    let known = resolve::companies(tx, by.workspace, &keys).await?;
    Ok(keys.iter().find_map(|key| known.get(key)).map(|company| company.id))
}

async fn known_person(
    tx: &WriteTx,
    by: &Author,
    lead: &Newcomer,
    company: Option<Uuid>,
) -> Answer<Option<Uuid>> {
    let key = match (text(&lead.person, "email"), text(&lead.person, "name")) {
        (Some(email), _) => Key::Email(records::person::fold_email(email)),
        (None, Some(name)) if company.is_some() => Key::PersonName(name.to_lowercase(), company),
        _ => return Ok(None),
    };
    one_at_a_time(tx, by.workspace, &format!("{key:?}")).await?;
    let known = resolve::people(tx, by.workspace, std::slice::from_ref(&key)).await?;
    Ok(known.get(&key).copied())
}

/// Fills the gaps of a record that is there, or makes it.
async fn keep(
    tx: &mut WriteTx,
    by: &Author,
    kind: Kind,
    known: Option<Uuid>,
    sent: &Map<String, Json>,
) -> Answer<Kept> {
    let prefixed = |mut problem: Problem| {
        problem.errors.iter_mut().for_each(|e| e.field = format!("{}.{}", kind.key(), e.field));
        problem
    };
    let Some(id) = known else {
        let id = write::create(tx, by, kind, sent).await.map_err(prefixed)?;
        let record = write::load(tx, by.workspace, kind, id).await?.unwrap_or_default();
        return Ok(Kept { id, new: true, owner: owner_of(&record), filled: Vec::new() });
    };
    let record =
        write::load(tx, by.workspace, kind, id).await?.ok_or_else(|| Problem::not_found(kind.key()))?;
    let patch = gaps(&record, sent);
    let record = if patch.is_empty() {
        record
    } else {
        write::change(tx, by, kind, id, &patch, IfMatch(None)).await.map_err(prefixed)?
    };
    Ok(Kept { id, new: false, owner: owner_of(&record), filled: names_of(kind.key(), &patch) })
}

fn owner_of(record: &Json) -> Option<UserId> {
    record["owner_id"].as_str().and_then(|id| id.parse().ok())
}

/// Says of a record what is not said yet.
fn say(sent: &mut Map<String, Json>, values: &[(&str, Json)]) {
    for (key, value) in values {
        if sent.get(*key).is_none_or(Json::is_null) && !value.is_null() {
            sent.insert((*key).to_owned(), value.clone());
        }
    }
}

/// Where a new record comes from, and on what ground it is kept.
fn origin(lead: &Newcomer, day: &str) -> [(&'static str, Json); 3] {
    [("source", json!(lead.source)), ("source_date", json!(day)), ("lawful_basis", json!(lead.basis))]
}

/// The company they work for. One that nobody named is called by its domain.
async fn keep_company(
    tx: &mut WriteTx,
    by: &Author,
    lead: &Newcomer,
    known: Option<Uuid>,
    day: &str,
) -> Answer<Option<Kept>> {
    let mut sent = lead.company.clone();
    let domain = domain_of(lead);
    say(&mut sent, &[("domain", json!(domain)), ("owner_id", json!(lead.owner))]);
    if known.is_none() {
        if text(&sent, "name").is_none() {
            let Some(domain) = domain else { return Ok(None) };
            sent.insert("name".to_owned(), json!(domain));
        }
        say(&mut sent, &origin(lead, day));
    }
    keep(tx, by, Kind::Company, known, &sent).await.map(Some)
}

/// The company of a lead: that of the person, when they are known and have one, else the one they speak of.
async fn company_of(
    tx: &mut WriteTx,
    by: &Author,
    lead: &Newcomer,
    person: Option<Uuid>,
    day: &str,
) -> Answer<Option<Kept>> {
    let mut theirs = None;
    if let Some(person) = person {
        let record = write::load(tx, by.workspace, Kind::Person, person).await?.unwrap_or_default();
        if let Some(id) = record["company_id"].as_str().and_then(|id| id.parse().ok()) {
            theirs = write::load(tx, by.workspace, Kind::Company, id).await?.map(|company| (id, company));
        }
    }
    match theirs.filter(|(_, company)| company["deleted_at"].is_null()) {
        // They may write of another firm than the one we know them at: that fills no gap.
        Some((id, company)) if !same_company(&company, &lead.company) => {
            Ok(Some(Kept { id, new: false, owner: owner_of(&company), filled: Vec::new() }))
        }
        Some((id, _)) => keep_company(tx, by, lead, Some(id), day).await,
        None => {
            let known = known_company(tx, by, lead).await?;
            keep_company(tx, by, lead, known, day).await
        }
    }
}

/// The person, at their company.
async fn person_of(
    tx: &mut WriteTx,
    by: &Author,
    lead: &Newcomer,
    by_mail: Option<Uuid>,
    company: Option<Uuid>,
    (day, owner): (&str, Option<UserId>),
) -> Answer<Kept> {
    let known = match by_mail {
        Some(id) => Some(id),
        None => known_person(tx, by, lead, company).await?,
    };
    let mut sent = lead.person.clone();
    say(
        &mut sent,
        &[("company_id", json!(company)), ("owner_id", json!(owner)), ("lawful_basis", json!(lead.basis))],
    );
    if known.is_none() {
        say(&mut sent, &origin(lead, day));
    }
    keep(tx, by, Kind::Person, known, &sent).await
}

async fn alike(tx: &WriteTx, by: &Author, kind: Kind, kept: Option<&Kept>) -> Answer<Vec<PossibleDuplicate>> {
    let Some(kept) = kept.filter(|kept| kept.new) else { return Ok(Vec::new()) };
    let found = likenesses(tx, by.workspace, kind, kept.id).await?;
    let shown = |l: crate::duplicates::pair::Likeness| PossibleDuplicate {
        kind,
        id: kept.id,
        other_id: l.other,
        score: l.score,
    };
    Ok(found.into_iter().map(shown).collect())
}

/// The task to answer: today, or the next working day of whoever answers.
async fn ask_to_answer(
    tx: &mut WriteTx,
    by: &Author,
    lead: &Newcomer,
    person: &Kept,
    owner: Option<UserId>,
) -> Answer<TaskId> {
    let space = deal_row::workspace(tx, by.workspace).await?;
    let calendar = deal_row::calendar(tx, &space, owner).await?;
    let record = write::load(tx, by.workspace, Kind::Person, person.id).await?.unwrap_or_default();
    let name = record["name"].as_str().unwrap_or_default();
    let title = match space.locale() {
        Locale::En => format!("Answer the enquiry: {name}"),
        Locale::Ko => format!("문의에 답하기: {name}"),
    };
    let new = NewTask {
        title: title.chars().take(limits::NAME_CHARS).collect(),
        kind: Some("reply".to_owned()),
        body: lead.message.clone(),
        due_on: Some(calendar.days.add(calendar.date(by.now), 0).date.to_string()),
        owner_id: owner,
        person_id: Some(PersonId(person.id)),
        company_id: record["company_id"].as_str().and_then(|id| id.parse().ok()),
        origin: Some("process"),
        origin_key: Some("lead".to_owned()),
        stage: Some("prospecting".to_owned()),
        ..NewTask::default()
    };
    Ok(task::create(tx, by.workspace, by.actor, new, by.now).await?.id)
}

async fn tell(tx: &mut WriteTx, by: &Author, lead: &Newcomer, done: &Arrived) -> Answer<()> {
    let subject = Subject {
        company: done.company_id,
        person: Some(done.person_id),
        deal: None,
        row: Some(lead.arrival.0),
    };
    let payload = json!({
        "message": lead.message, "source": lead.source, "form": lead.form.as_ref().map(|(_, name)| name),
        "form_id": lead.form.as_ref().map(|(id, _)| id), "consent": lead.basis == "consent",
        "new_person": done.created.person, "new_company": done.created.company,
        "updated_fields": done.updated_fields,
    });
    let event = NewEvent::now(by.workspace, events::LEAD_ARRIVED, by.actor, by.now);
    tx.record(event.about(subject).with(payload)).await?;
    Ok(())
}

/// Takes a lead in, in the caller's transaction. A value that is there is never overwritten.
///
/// # Errors
/// 422 with every field at fault, by keys that begin with `person.` or `company.`.
pub async fn arrive(tx: &mut WriteTx, by: &Author, lead: &Newcomer) -> Answer<Arrived> {
    let space = deal_row::workspace(tx, by.workspace).await?;
    let day = deal_row::calendar_in(&space, None).date(by.now).to_string();
    let by_mail = known_person(tx, by, lead, None).await?;
    let company = company_of(tx, by, lead, by_mail, &day).await?;
    let of_company = still_member(tx, by.workspace, company.as_ref().and_then(|c| c.owner)).await?;
    let place = (day.as_str(), of_company.or(lead.owner));
    let person = person_of(tx, by, lead, by_mail, company.as_ref().map(|c| c.id), place).await?;
    let owner = still_member(tx, by.workspace, person.owner).await?.or(of_company);
    let mut possible_duplicates = alike(tx, by, Kind::Person, Some(&person)).await?;
    possible_duplicates.extend(alike(tx, by, Kind::Company, company.as_ref()).await?);
    let task_id = if lead.answer { Some(ask_to_answer(tx, by, lead, &person, owner).await?) } else { None };
    let filled = company.as_ref().map(|c| c.filled.clone()).unwrap_or_default();
    let done = Arrived {
        person_id: PersonId(person.id),
        company_id: company.as_ref().map(|c| CompanyId(c.id)),
        created: LeadCreated { person: person.new, company: company.is_some_and(|c| c.new) },
        updated_fields: [person.filled, filled].concat(),
        possible_duplicates,
        task_id,
        repeated: false,
    };
    tell(tx, by, lead, &done).await?;
    super::arrival::settle(tx, by.workspace, lead.arrival, &done).await?;
    Ok(done)
}
