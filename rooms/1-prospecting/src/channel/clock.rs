//! Where people are, and the hour on their clock, as far as their records tell.
//!
//! What is *not* here: the offsets in their own mails, which outreach keeps and looks at before it sends.

use std::collections::HashMap;

use chrono::Timelike;
use chrono_tz::Tz;
use kernel::phone::parse_phone;
use kernel::zone::{Place, ZoneEvidence, country_of, resolve_zone};
use kernel::{Country, EmailAddress, PersonId, Timestamp, WorkspaceId};
use records::workspace::Workspace;
use sea_orm::FromQueryResult;
use store::db::Source;
use store::{Result, Sql};

/// Somebody's clock and calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Their zone.
    pub zone: Tz,
    /// Whose holidays hold.
    pub country: Option<Country>,
}

impl Clock {
    /// The hour there, 0 to 23.
    #[must_use]
    pub fn hour(self, at: Timestamp) -> u32 {
        at.to_utc().with_timezone(&self.zone).hour()
    }
}

#[derive(FromQueryResult)]
struct Known {
    id: PersonId,
    time_zone: Option<String>,
    country: Option<String>,
    city: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    company_country: Option<String>,
    company_region: Option<String>,
    company_city: Option<String>,
}

impl Known {
    fn clock(&self, workspace: &Workspace) -> Clock {
        let code = |text: &Option<String>| text.as_deref().and_then(Country::from_code);
        let (own, company) = (code(&self.country), code(&self.company_country));
        let phone = self.phone.as_deref().and_then(|phone| parse_phone(phone, own.or(company)));
        let address = self.email.as_deref().and_then(|email| EmailAddress::parse(email).ok());
        let evidence = ZoneEvidence {
            person_zone: self.time_zone.as_deref().and_then(|zone| zone.parse().ok()),
            person: Place { country: own, city: self.city.as_deref(), ..Place::default() },
            phone: phone.as_ref(),
            headquarters: Place {
                country: company,
                region: self.company_region.as_deref(),
                city: self.company_city.as_deref(),
                postcode: None,
            },
            mail_domain: address.as_ref().map(EmailAddress::domain),
            ..ZoneEvidence::default()
        };
        let home = workspace.time_zone.parse().unwrap_or(Tz::UTC);
        let country = country_of(&evidence).or_else(|| Country::from_code(&workspace.country));
        Clock { zone: resolve_zone(&evidence, home).zone, country }
    }
}

/// The clocks of these people; of whom nothing is known, the workspace's.
///
/// # Errors
/// Whatever the database says.
pub async fn clocks(
    db: &impl Source,
    workspace: &Workspace,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Clock>> {
    let text = "SELECT p.id, p.time_zone, p.country, p.city, p.phone, p.email, c.country AS company_country, \
                c.region AS company_region, c.city AS company_city FROM person p \
                LEFT JOIN company c ON c.id = p.company_id AND c.deleted_at IS NULL WHERE p.workspace_id = ? AND p.id IN ";
    let id: WorkspaceId = workspace.id;
    let mut sql = Sql::with(db.engine(), text, [id.into()]);
    sql.bind_list(people.into_iter().map(Into::into));
    let known: Vec<Known> = sql.all(db.conn()).await?;
    Ok(known.into_iter().map(|one| (one.id, one.clock(workspace))).collect())
}
