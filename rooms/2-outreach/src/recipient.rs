//! Who gets a mail: the person, their company and deal as merge fields, and where they are.

use std::collections::HashMap;

use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;
use kernel::phone::{Phone, parse_phone};
use kernel::zone::{MailOffset, Place, ZoneDecision, ZoneEvidence, country_of, resolve_zone};
use kernel::{CompanyId, Country, DealId, EmailAddress, Locale, PersonId, Timestamp, WorkspaceId};
use prospecting::channel::{Channel, Presence, Refusals};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql};

use crate::basis::Ground;
use crate::sequence::way::Reach;
use crate::timing::{Timing, Windows};

/// A person with what their mails need.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Recipient {
    /// The person.
    pub id: PersonId,
    /// Their company.
    pub company_id: Option<CompanyId>,
    /// Shown name.
    pub name: String,
    /// Given name.
    pub given_name: Option<String>,
    family_name: Option<String>,
    /// What they do.
    pub title: Option<String>,
    /// First mail address.
    pub email: Option<String>,
    phone: Option<String>,
    country: Option<String>,
    city: Option<String>,
    time_zone: Option<String>,
    /// Language to write in.
    pub locale: Option<String>,
    do_not_contact: Json,
    /// Company name.
    pub company_name: Option<String>,
    company_industry: Option<String>,
    company_country: Option<String>,
    company_region: Option<String>,
    company_city: Option<String>,
    company_domain: Option<String>,
    company_employees: Option<i64>,
    custom: Json,
    tags: Json,
    company_grade: Option<String>,
    linkedin_state: Option<String>,
    linkedin_state_on: Option<String>,
    /// On what ground they are kept and written to, or their company is.
    pub lawful_basis: Option<String>,
    own_basis: Option<String>,
    /// Where they, or their company, were found.
    pub source: Option<String>,
    basis_day: Option<String>,
    updated_at: Timestamp,
}

const SELECT: &str = "SELECT p.id, p.company_id, p.name, p.given_name, p.family_name, p.title, p.email, p.phone, p.country, \
    p.city, p.time_zone, p.locale, p.do_not_contact, c.name AS company_name, c.industry AS company_industry, \
    c.country AS company_country, c.region AS company_region, c.city AS company_city, c.domain AS company_domain, \
    c.employees AS company_employees, p.custom, p.tags, c.icp_grade AS company_grade, p.linkedin_state, p.linkedin_state_on, \
    COALESCE(p.lawful_basis, c.lawful_basis) AS lawful_basis, p.lawful_basis AS own_basis, COALESCE(p.source, c.source) AS source, \
    CASE WHEN p.lawful_basis IS NULL THEN c.source_date ELSE p.source_date END AS basis_day, p.updated_at FROM person p LEFT JOIN company c ON c.id = p.company_id \
    AND c.deleted_at IS NULL WHERE p.deleted_at IS NULL AND ";

/// The person, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: PersonId) -> Result<Option<Recipient>> {
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.push("p.id = ").bind(id).push(" AND ").push_check("p.workspace_id", workspace);
    sql.one(db.conn()).await
}

/// Those of these people who are not deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find_all(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Recipient>> {
    let mut sql = Sql::new(db.engine(), SELECT);
    sql.push("p.id IN ").bind_list(ids.iter().map(|id| (*id).into()));
    sql.push(" AND ").push_check("p.workspace_id", workspace);
    let rows: Vec<Recipient> = sql.all(db.conn()).await?;
    Ok(rows.into_iter().map(|who| (who.id, who)).collect())
}

impl Recipient {
    /// The address mails go to, if it is one.
    #[must_use]
    pub fn address(&self) -> Option<EmailAddress> {
        EmailAddress::parse(self.email.as_deref()?).ok()
    }

    /// The number to call, if it is one. Without a country code it is of their country, their company's, or `home`.
    #[must_use]
    pub fn phone(&self, home: Option<Country>) -> Option<Phone> {
        let code = |text: &Option<String>| text.as_deref().and_then(Country::from_code);
        let country = code(&self.country).or(code(&self.company_country)).or(home);
        parse_phone(self.phone.as_deref()?, country)
    }

    /// The ways by which they asked not to be reached.
    #[must_use]
    pub fn refusals(&self) -> Refusals {
        Refusals::read(&self.do_not_contact)
    }

    /// What is known of them on LinkedIn: `active`, `inactive`, `absent`, `pending`, `connected`.
    #[must_use]
    pub fn on_linkedin(&self) -> Option<&str> {
        self.linkedin_state.as_deref()
    }

    /// By which ways they may be reached; a day of theirs on LinkedIn that is not said is that of the record's last change.
    #[must_use]
    pub fn reach(&self, workspace: &Workspace, now: Timestamp) -> Reach {
        let said = self.linkedin_state_on.as_deref().and_then(|day| day.parse().ok());
        let since = said.unwrap_or_else(|| self.updated_at.to_utc().date_naive());
        let presence = Presence::read(self.linkedin_state.as_deref(), Some(since), now.to_utc().date_naive());
        let pending = workspace.settings().connection_pending_days;
        Reach { refusals: self.refusals(), linkedin: presence.closed(pending) }
    }

    /// The ground kept with themselves.
    #[must_use]
    pub fn own_ground(&self) -> Option<Ground> {
        self.own_basis.as_deref().and_then(Ground::parse)
    }

    /// The day the ground came about on which they are written to, if it is known.
    #[must_use]
    pub fn basis_since(&self) -> Option<Timestamp> {
        let day: NaiveDate = self.basis_day.as_deref()?.parse().ok()?;
        Some(Timestamp::from_utc(day.and_time(NaiveTime::MIN).and_utc()))
    }

    /// Whether they asked not to get mail.
    #[must_use]
    pub fn refuses_mail(&self) -> bool {
        self.refusals().refuse(Channel::Email)
    }

    /// Words of our own about them.
    #[must_use]
    pub fn tags(&self) -> Vec<String> {
        serde_json::from_value(self.tags.clone()).unwrap_or_default()
    }

    /// The language they are written to in, if known.
    #[must_use]
    pub fn language(&self) -> Option<Locale> {
        self.locale.as_deref().and_then(Locale::parse)
    }

    /// The merge fields `person`, `company`.
    #[must_use]
    pub fn fields(&self) -> Json {
        json!({
            "person": {
                "name": self.name, "given_name": self.given_name, "family_name": self.family_name,
                "title": self.title, "email": self.email, "country": self.country, "city": self.city,
                "custom": self.custom, "tags": self.tags,
            },
            "company": {
                "name": self.company_name, "industry": self.company_industry, "country": self.company_country,
                "city": self.company_city, "domain": self.company_domain, "employees": self.company_employees, "grade": self.company_grade,
            },
        })
    }

    /// Where they are, by the order of sources, and their country.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn zone(
        &self,
        db: &impl Source,
        workspace: &Workspace,
    ) -> Result<(ZoneDecision, Option<Country>)> {
        let mails = own_offsets(db, workspace.id, &[self.id]).await?.remove(&self.id).unwrap_or_default();
        Ok(self.zone_by(&mails, workspace))
    }

    /// The same by what their own mails said.
    #[must_use]
    pub fn zone_by(&self, mails: &[MailOffset], workspace: &Workspace) -> (ZoneDecision, Option<Country>) {
        let code = |text: &Option<String>| text.as_deref().and_then(Country::from_code);
        let country = code(&self.country).or(code(&self.company_country));
        let phone = self.phone.as_deref().and_then(|p| parse_phone(p, country));
        let address = self.address();
        let known = ZoneEvidence {
            person_zone: self.time_zone.as_deref().and_then(|z| z.parse().ok()),
            mails,
            person: Place { country: code(&self.country), city: self.city.as_deref(), ..Place::default() },
            phone: phone.as_ref(),
            headquarters: Place {
                country: code(&self.company_country),
                region: self.company_region.as_deref(),
                city: self.company_city.as_deref(),
                postcode: None,
            },
            mail_domain: address.as_ref().map(EmailAddress::domain),
            ..ZoneEvidence::default()
        };
        let home: Tz = workspace.time_zone.parse().unwrap_or(Tz::UTC);
        let country = country_of(&known).or_else(|| Country::from_code(&workspace.country));
        (resolve_zone(&known, home), country)
    }

    /// When they may get mail of a sequence with these windows.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn timing(
        &self,
        db: &impl Source,
        workspace: &Workspace,
        windows: Windows,
    ) -> Result<(Timing, ZoneDecision)> {
        let (zone, country) = self.zone(db, workspace).await?;
        Ok((timing_in(&zone, country, windows), zone))
    }

    /// The same by what their own mails said.
    #[must_use]
    pub fn timing_by(&self, mails: &[MailOffset], workspace: &Workspace, windows: Windows) -> Timing {
        let (zone, country) = self.zone_by(mails, workspace);
        timing_in(&zone, country, windows)
    }
}

fn timing_in(zone: &ZoneDecision, country: Option<Country>, windows: Windows) -> Timing {
    Timing { zone: zone.zone, quiet_zones: zone.quiet_zones.clone(), country, windows }
}

/// Mails of a person whose offsets are looked at, the newest.
const OFFSETS: usize = 20;

/// Offsets from UTC in the `Date` of these people's own newest mails.
///
/// # Errors
/// Whatever the database says.
pub async fn own_offsets(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<MailOffset>>> {
    let mut sql =
        Sql::new(db.engine(), "SELECT person_id, created_at, sender_offset FROM message WHERE person_id IN ");
    sql.bind_list(people.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    sql.push(
        " AND direction = 'in' AND class = 'human' AND sender_offset IS NOT NULL ORDER BY created_at DESC",
    );
    let mut all: HashMap<PersonId, Vec<MailOffset>> = HashMap::new();
    for row in sql.rows(db.conn()).await? {
        let (at, seconds): (Timestamp, i64) = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let theirs = all.entry(row.try_get_by_index(0)?).or_default();
        if theirs.len() < OFFSETS {
            theirs.push(MailOffset { at, seconds: i32::try_from(seconds).unwrap_or(0) });
        }
    }
    Ok(all)
}

/// What merge fields need of a deal.
#[derive(Debug, Clone, FromQueryResult)]
pub struct DealFields {
    /// The deal.
    pub id: DealId,
    /// Its name.
    pub name: String,
    /// Its company.
    pub company_id: Option<CompanyId>,
    /// Why this company.
    pub why_them: Option<String>,
    /// `open`, `won`, …
    pub status: String,
    /// The stage it stands in.
    pub stage: String,
    /// What it is expected to be worth, in minor units of its currency.
    pub value_minor: Option<i64>,
    /// That currency.
    pub value_currency: Option<String>,
    /// The version of the process that governs it.
    pub process_version_id: Option<kernel::ProcessVersionId>,
}

/// The newest deal a person is part of that is not over.
///
/// # Errors
/// Whatever the database says.
pub async fn open_deal(db: &impl Source, workspace: WorkspaceId, person: PersonId) -> Result<Option<DealId>> {
    let text = "SELECT d.id FROM deal d JOIN deal_person p ON p.deal_id = d.id WHERE d.workspace_id = ? AND p.person_id = ? \
                AND d.deleted_at IS NULL AND d.status IN ('open', 'not_yet') ORDER BY d.created_at DESC LIMIT 1";
    Sql::with(db.engine(), text, [workspace.into(), person.into()]).scalar(db.conn()).await
}

/// The deal, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn deal(db: &impl Source, workspace: WorkspaceId, id: DealId) -> Result<Option<DealFields>> {
    Ok(deals(db, workspace, &[id]).await?.remove(&id))
}

/// Those of these deals that are not deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn deals(
    db: &impl Source,
    workspace: WorkspaceId,
    ids: &[DealId],
) -> Result<HashMap<DealId, DealFields>> {
    let text = "SELECT id, name, company_id, why_them, status, stage, value_minor, value_currency, process_version_id FROM deal WHERE deleted_at IS NULL AND id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(ids.iter().map(|id| (*id).into())).push(" AND ").push_check("workspace_id", workspace);
    let rows: Vec<DealFields> = sql.all(db.conn()).await?;
    Ok(rows.into_iter().map(|deal| (deal.id, deal)).collect())
}

/// The open deals of a company, the newest first, ten at most.
///
/// # Errors
/// Whatever the database says.
pub async fn open_deals(db: &impl Source, workspace: WorkspaceId, company: CompanyId) -> Result<Vec<DealId>> {
    let text = "SELECT id FROM deal WHERE workspace_id = ? AND company_id = ? AND status = 'open' \
                AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 10";
    let rows = Sql::with(db.engine(), text, [workspace.into(), company.into()]).rows(db.conn()).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}
