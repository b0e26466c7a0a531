//! Listing the people of a company: several at once, each checked against those who are known (R15).

use http_room::{Answer, App, FieldError, IfMatch, Member, Problem};
use kernel::{CompanyId, DealId, PersonId, WorkspaceId, limits};
use process::deal_row;
use process::facts::CommitteeRole;
use records::Kind;
use records::committee::{self, Place};
use records::company::Company;
use records::import::known_by::Key;
use records::import::resolve;
use records::write::{self, Author};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::titles::role_of;
use super::{author, deal_of, head_count, held};

/// People of one request.
pub const ROWS: usize = 50;

/// Somebody who works there.
#[derive(Debug, Clone, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Prospect {
    /// Their name.
    pub name: String,
    /// What they are there.
    #[serde(default)]
    pub title: Option<String>,
    /// Their mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Their page on LinkedIn.
    #[serde(default)]
    pub linkedin_url: Option<String>,
    /// Their roles in buying; what the title says when absent.
    #[serde(default)]
    pub roles: Option<Vec<CommitteeRole>>,
    /// Somebody of the same name there is another person.
    #[serde(default)]
    pub anyway: bool,
}

/// People of a company to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProspects {
    /// Up to 50.
    pub people: Vec<Prospect>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Written down, and in the committee.
    Created,
    /// Known by their mail address; gaps were filled, and they are in the committee.
    Known,
    /// Somebody of this name is known there: say whether it is them.
    SameName,
    /// The mail address is that of somebody at another company.
    Elsewhere,
    /// Something does not do.
    Refused,
}

/// Somebody who is known already.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct KnownPerson {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// What they are.
    pub title: Option<String>,
    /// Their first mail address.
    pub email: Option<String>,
    /// Where they work.
    pub company_id: Option<CompanyId>,
}

/// One row's answer.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProspectAnswer {
    /// Which row, from 0.
    pub row: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// The person, when they are in the committee now.
    pub person_id: Option<PersonId>,
    /// Their roles.
    pub roles: Vec<CommitteeRole>,
    /// Who is known already.
    pub same_as: Option<KnownPerson>,
    /// What does not do.
    #[schema(value_type = Vec<Object>)]
    pub errors: Vec<FieldError>,
}

/// What became of all rows.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct ProspectsAnswer {
    /// The deal whose committee they are in.
    pub deal_id: Option<DealId>,
    /// One answer a row.
    pub rows: Vec<ProspectAnswer>,
}

/// Where rows are written.
struct Sheet<'a> {
    me: &'a Member,
    by: Author,
    company: Company,
    /// The day on which they were found.
    day: String,
}

/// Writes people of a company down, and puts them in the committee of its open deal.
///
/// # Errors
/// 404 without the company; 422 for no rows or too many.
pub async fn add(app: &App, me: &Member, company: CompanyId, new: NewProspects) -> Answer<ProspectsAnswer> {
    if new.people.is_empty() || new.people.len() > ROWS {
        return Err(Problem::field("people", "invalid", format!("from 1 to {ROWS} people")));
    }
    let now = app.clock.now();
    let mut tx = app.db.write_tx().await?;
    let company = held(&tx, me.workspace, company).await?;
    let by = author(&tx, me, now).await?;
    let space = deal_row::workspace(&tx, me.workspace).await?;
    let day = deal_row::calendar_in(&space, None).date(now).to_string();
    let sheet = Sheet { me, by, company, day };
    let mut deal = None;
    let mut rows = Vec::new();
    for (row, prospect) in new.people.into_iter().enumerate() {
        let (outcome, person, same_as, errors) = one(&mut tx, &sheet, &prospect).await?;
        let roles = prospect
            .roles
            .clone()
            .unwrap_or_else(|| prospect.title.as_deref().and_then(role_of).into_iter().collect());
        if let Some(person) = person {
            let id = match deal {
                Some(id) => id,
                None => *deal.insert(deal_of(&mut tx, &sheet.by, &sheet.company).await?.id),
            };
            seat(&mut tx, &sheet, id, person, &roles).await?;
        }
        rows.push(ProspectAnswer { row, outcome, person_id: person, roles, same_as, errors });
    }
    head_count::recount(&tx, me.workspace, &[sheet.company.id]).await?;
    tx.commit().await?;
    Ok(ProspectsAnswer { deal_id: deal, rows })
}

type Became = (Outcome, Option<PersonId>, Option<KnownPerson>, Vec<FieldError>);

async fn one(tx: &mut WriteTx, sheet: &Sheet<'_>, prospect: &Prospect) -> Answer<Became> {
    let sent = fields_of(sheet, prospect);
    if let Some(known) = by_mail(tx, sheet, prospect).await? {
        let here = known.company_id.is_none_or(|company| company == sheet.company.id);
        if !here {
            return Ok((Outcome::Elsewhere, None, Some(known), Vec::new()));
        }
        fill(tx, sheet, known.id, &sent).await?;
        return Ok((Outcome::Known, Some(known.id), Some(known), Vec::new()));
    }
    if !prospect.anyway
        && let Some(known) = by_name(tx, sheet, prospect).await?
    {
        return Ok((Outcome::SameName, None, Some(known), Vec::new()));
    }
    match write::create(tx, &sheet.by, Kind::Person, &sent).await {
        Ok(id) => Ok((Outcome::Created, Some(PersonId(id)), None, Vec::new())),
        Err(problem) if problem.status == 422 => Ok((Outcome::Refused, None, None, problem.errors)),
        Err(problem) => Err(problem),
    }
}

/// What is written of a person: with where they were found, and on what ground they are kept.
fn fields_of(sheet: &Sheet<'_>, prospect: &Prospect) -> Map<String, Json> {
    let said =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(Json::from);
    let mut sent = Map::new();
    sent.insert("name".to_owned(), Json::from(prospect.name.trim()));
    for (key, value) in
        [("title", &prospect.title), ("email", &prospect.email), ("linkedin_url", &prospect.linkedin_url)]
    {
        if let Some(value) = said(value) {
            sent.insert(key.to_owned(), value);
        }
    }
    sent.insert("company_id".to_owned(), json!(sheet.company.id));
    sent.insert("source".to_owned(), json!("research"));
    sent.insert("source_date".to_owned(), json!(sheet.day));
    sent.insert("lawful_basis".to_owned(), json!("legitimate_interest"));
    sent
}

/// Fills the gaps of somebody who is known; what is there stays.
async fn fill(tx: &mut WriteTx, sheet: &Sheet<'_>, person: PersonId, sent: &Map<String, Json>) -> Answer<()> {
    let record = write::load(tx, sheet.by.workspace, Kind::Person, person.0).await?.unwrap_or_default();
    let patch = crate::inbound::rules::gaps(&record, sent);
    if !patch.is_empty() {
        write::change(tx, &sheet.by, Kind::Person, person.0, &patch, IfMatch(None)).await?;
    }
    Ok(())
}

async fn by_mail(tx: &WriteTx, sheet: &Sheet<'_>, prospect: &Prospect) -> Answer<Option<KnownPerson>> {
    let email = prospect.email.as_deref().map(str::trim).filter(|e| !e.is_empty());
    let Some(email) = email else { return Ok(None) };
    found(tx, sheet.by.workspace, Key::Email(records::person::fold_email(email))).await
}

async fn by_name(tx: &WriteTx, sheet: &Sheet<'_>, prospect: &Prospect) -> Answer<Option<KnownPerson>> {
    let name = prospect.name.trim().to_lowercase();
    found(tx, sheet.by.workspace, Key::PersonName(name, Some(sheet.company.id.0))).await
}

async fn found(tx: &WriteTx, workspace: WorkspaceId, key: Key) -> Answer<Option<KnownPerson>> {
    let known = resolve::people(tx, workspace, std::slice::from_ref(&key)).await?;
    match known.get(&key) {
        Some(id) => Ok(person(tx, workspace, PersonId(*id)).await?),
        None => Ok(None),
    }
}

async fn person(db: &impl Source, workspace: WorkspaceId, id: PersonId) -> Result<Option<KnownPerson>> {
    let text = "SELECT id, name, title, email, company_id FROM person WHERE id = ? AND workspace_id = ? \
                AND deleted_at IS NULL";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await
}

/// Puts somebody in the committee; whoever sits there keeps the roles they have.
async fn seat(
    tx: &mut WriteTx,
    sheet: &Sheet<'_>,
    deal: DealId,
    person: PersonId,
    roles: &[CommitteeRole],
) -> Answer<()> {
    let seats = records::deal::committee(tx, sheet.me.workspace, deal).await?;
    if seats.iter().any(|seat| seat.person_id == person) {
        return Ok(());
    }
    let roles = roles.iter().filter_map(|role| json!(role).as_str().map(str::to_owned)).collect();
    let place = Place { roles, ..Place::default() };
    committee::place(tx, sheet.me.workspace, sheet.me.actor(), deal, person, &place, sheet.by.now).await
}

/// The longest title asked about.
pub const TITLE_CHARS: usize = limits::LINE_CHARS;
