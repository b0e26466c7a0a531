//! Who gets a mail: the person, their company and deal as merge fields, and where they are.

use chrono_tz::Tz;
use kernel::phone::parse_phone;
use kernel::zone::{MailOffset, Place, ZoneDecision, ZoneEvidence, country_of, resolve_zone};
use kernel::{CompanyId, Country, DealId, EmailAddress, PersonId, Timestamp, WorkspaceId};
use prospecting::channel::{Channel, Refusals};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Result, Sql};

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
    given_name: Option<String>,
    family_name: Option<String>,
    title: Option<String>,
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
}

const SELECT: &str = "SELECT p.id, p.company_id, p.name, p.given_name, p.family_name, p.title, p.email, p.phone, p.country, \
    p.city, p.time_zone, p.locale, p.do_not_contact, c.name AS company_name, c.industry AS company_industry, \
    c.country AS company_country, c.region AS company_region, c.city AS company_city, c.domain AS company_domain, \
    c.employees AS company_employees, p.custom FROM person p LEFT JOIN company c ON c.id = p.company_id \
    AND c.deleted_at IS NULL WHERE p.id = ? AND p.workspace_id = ? AND p.deleted_at IS NULL";

/// The person, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, workspace: WorkspaceId, id: PersonId) -> Result<Option<Recipient>> {
    Sql::with(db.engine(), SELECT, [id.into(), workspace.into()]).one(db.conn()).await
}

impl Recipient {
    /// The address mails go to, if it is one.
    #[must_use]
    pub fn address(&self) -> Option<EmailAddress> {
        EmailAddress::parse(self.email.as_deref()?).ok()
    }

    /// The ways by which they asked not to be reached.
    #[must_use]
    pub fn refusals(&self) -> Refusals {
        Refusals::read(&self.do_not_contact)
    }

    /// Whether they asked not to get mail.
    #[must_use]
    pub fn refuses_mail(&self) -> bool {
        self.refusals().refuse(Channel::Email)
    }

    /// The merge fields `person`, `company`.
    #[must_use]
    pub fn fields(&self) -> Json {
        json!({
            "person": {
                "name": self.name, "given_name": self.given_name, "family_name": self.family_name,
                "title": self.title, "email": self.email, "country": self.country, "city": self.city,
                "custom": self.custom,
            },
            "company": {
                "name": self.company_name, "industry": self.company_industry, "country": self.company_country,
                "city": self.company_city, "domain": self.company_domain, "employees": self.company_employees,
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
        let mails = own_offsets(db, workspace.id, self.id).await?;
        let code = |text: &Option<String>| text.as_deref().and_then(Country::from_code);
        let country = code(&self.country).or(code(&self.company_country));
        let phone = self.phone.as_deref().and_then(|p| parse_phone(p, country));
        let address = self.address();
        let known = ZoneEvidence {
            person_zone: self.time_zone.as_deref().and_then(|z| z.parse().ok()),
            mails: &mails,
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
        Ok((resolve_zone(&known, home), country))
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
        let quiet_zones = zone.quiet_zones.clone();
        Ok((Timing { zone: zone.zone, quiet_zones, country, windows }, zone))
    }
}

/// Offsets from UTC in the `Date` of their own newest mails.
async fn own_offsets(db: &impl Source, workspace: WorkspaceId, person: PersonId) -> Result<Vec<MailOffset>> {
    let text = "SELECT created_at, sender_offset FROM message WHERE workspace_id = ? AND person_id = ? \
                AND direction = 'in' AND class = 'human' AND sender_offset IS NOT NULL ORDER BY created_at DESC LIMIT 20";
    let rows = Sql::with(db.engine(), text, [workspace.into(), person.into()]).rows(db.conn()).await?;
    rows.iter()
        .map(|row| {
            let (at, seconds): (Timestamp, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok(MailOffset { at, seconds: i32::try_from(seconds).unwrap_or(0) })
        })
        .collect()
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
    /// The version of the process that governs it.
    pub process_version_id: Option<kernel::ProcessVersionId>,
}

/// The deal, unless deleted.
///
/// # Errors
/// Whatever the database says.
pub async fn deal(db: &impl Source, workspace: WorkspaceId, id: DealId) -> Result<Option<DealFields>> {
    let text = "SELECT id, name, company_id, why_them, status, process_version_id FROM deal \
                WHERE id = ? AND workspace_id = ? AND deleted_at IS NULL";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await
}
