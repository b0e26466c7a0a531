//! Gathers what is known about one deal: its facts, its company, committee, calls and meetings.

use std::collections::BTreeMap;

use kernel::{PersonId, Timestamp, WorkspaceId};
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};
use uuid::Uuid;

use crate::deal_row::DealRow;
use crate::fact_store::Stored;
use crate::facts::{
    Committee, CommitteeRole, Contact, Evidence, EvidenceOf, Facts, Grade, Icp, Member, Objections, Replies,
    Talk, Thresholds,
};
use crate::stage::Phase;

/// Everything gates read about a deal, in six queries.
///
/// # Errors
/// Whatever the database says, or a fact that cannot be read.
pub async fn facts(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: &DealRow,
    thresholds: Thresholds,
) -> Result<Facts> {
    let mut stored = Stored::load(db, workspace, deal.id).await?;
    let people = people(db, deal).await?;
    let company = company(db, workspace, deal).await?;
    let committee: Committee = stored.take()?.unwrap_or_default();
    let objections = stored.take::<Objections>()?.unwrap_or_default();
    let mut facts = Facts {
        thresholds,
        entered: entered(db, deal).await?,
        research: stored.take()?,
        contacts: people.iter().map(DealPerson::contact).collect(),
        why_them: deal.why_them.clone(),
        replies: stored.take::<Replies>()?.unwrap_or_default().items,
        talks: talks(db, deal).await?,
        discovery: stored.take()?,
        bant: stored.take()?,
        qualifiers: stored.take()?.unwrap_or_default(),
        committee: people.iter().map(|p| p.member(&committee)).collect(),
        nurture: stored.take()?.unwrap_or_default(),
        offer: stored.take()?,
        objections: objections.items,
        objections_proposed: objections.proposed,
        closing: stored.take()?,
        fields_set: fields_set("deal", &deal.custom).collect(),
        ..Facts::default()
    };
    if let Some(company) = company {
        facts.icp = company.icp();
        facts.fields_set.extend(fields_set("company", &company.custom));
        facts.company_legal_name = company.legal_name;
    }
    Ok(facts)
}

#[derive(FromQueryResult)]
struct CompanyRow {
    id: Uuid,
    legal_name: Option<String>,
    icp_score: Option<i64>,
    icp_grade: Option<String>,
    custom: Json,
}

impl CompanyRow {
    fn icp(&self) -> Icp {
        let grade = match self.icp_grade.as_deref() {
            Some("A") => Some(Grade::A),
            Some("B") => Some(Grade::B),
            Some("C") => Some(Grade::C),
            Some("D") => Some(Grade::D),
            _ => None,
        };
        let company = Some(Evidence { kind: EvidenceOf::Company, id: self.id });
        Icp { score: self.icp_score.map(|s| s as f64), grade, company }
    }
}

async fn company(db: &impl Source, workspace: WorkspaceId, deal: &DealRow) -> Result<Option<CompanyRow>> {
    let Some(id) = deal.company_id else { return Ok(None) };
    let text =
        "SELECT id, legal_name, icp_score, icp_grade, custom FROM company WHERE id = ? AND workspace_id = ?";
    Sql::with(db.engine(), text, [id.into(), workspace.into()]).one(db.conn()).await
}

fn fields_set<'a>(on: &'a str, custom: &'a Json) -> impl Iterator<Item = String> + 'a {
    let filled = custom.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null());
    filled.map(move |(key, _)| format!("{on}.{key}"))
}

#[derive(FromQueryResult)]
struct DealPerson {
    person_id: PersonId,
    roles: Json,
    evidence: Option<String>,
    emails: Json,
    phones: Json,
    profiles: Json,
    do_not_contact: Json,
}

impl DealPerson {
    /// Reachable by an address, number or profile on a channel that is not refused.
    fn contact(&self) -> Contact {
        let refused = |channel: &str| {
            let list = self.do_not_contact.as_array();
            list.is_some_and(|l| l.iter().any(|c| c == channel || c == "all"))
        };
        let any = |points: &Json| points.as_array().is_some_and(|p| !p.is_empty());
        let profile = |p: &Json| {
            let network = p["network"].as_str().unwrap_or("other");
            p["presence"] != "absent" && !refused(network)
        };
        let usable = (any(&self.emails) && !refused("email"))
            || (any(&self.phones) && !refused("phone"))
            || self.profiles.as_array().is_some_and(|list| list.iter().any(profile));
        Contact { person: self.person_id, usable }
    }

    fn member(&self, committee: &Committee) -> Member {
        let roles: Vec<CommitteeRole> = serde_json::from_value(self.roles.clone()).unwrap_or_default();
        let said = self.evidence.as_deref().is_some_and(|e| !e.trim().is_empty());
        let mut proven = if said { roles.clone() } else { Vec::new() };
        let proofs = committee.proofs.iter().filter(|p| p.person == self.person_id);
        proven.extend(proofs.map(|p| p.role).filter(|r| roles.contains(r)));
        let deciders = committee.proofs.iter().filter(|p| p.role == CommitteeRole::DecisionMaker);
        let named = deciders.filter(|p| p.named_by == Some(self.person_id)).map(|p| p.person).collect();
        Member { person: self.person_id, roles, proven, named }
    }
}

async fn people(db: &impl Source, deal: &DealRow) -> Result<Vec<DealPerson>> {
    let text = "SELECT d.person_id, d.roles, d.evidence, p.emails, p.phones, p.profiles, p.do_not_contact \
                FROM deal_person d JOIN person p ON p.id = d.person_id \
                WHERE d.deal_id = ? AND p.deleted_at IS NULL ORDER BY d.person_id";
    Sql::with(db.engine(), text, [deal.id.into()]).all(db.conn()).await
}

#[derive(FromQueryResult)]
struct ActivityRow {
    id: Uuid,
    kind: String,
    person_id: Option<PersonId>,
    at: Timestamp,
    outcome: Option<String>,
    duration_seconds: Option<i64>,
    two_way: bool,
}

impl From<ActivityRow> for Talk {
    fn from(row: ActivityRow) -> Self {
        let meeting = row.kind == "meeting";
        // A connect is words exchanged with the intended person (measures, vocabulary).
        let connected = match row.outcome.as_deref() {
            Some("held") => meeting,
            Some("intended") => !meeting,
            _ => row.two_way && !meeting,
        };
        Self {
            activity: row.id,
            meeting,
            people: row.person_id.into_iter().collect(),
            connected,
            seconds: row.duration_seconds,
            two_way: row.two_way,
            at: row.at,
        }
    }
}

async fn talks(db: &impl Source, deal: &DealRow) -> Result<Vec<Talk>> {
    let text = "SELECT id, kind, person_id, at, outcome, duration_seconds, two_way FROM activity \
                WHERE deal_id = ? AND deleted_at IS NULL AND kind IN ('call', 'meeting') ORDER BY at, id";
    let rows: Vec<ActivityRow> = Sql::with(db.engine(), text, [deal.id.into()]).all(db.conn()).await?;
    Ok(rows.into_iter().map(Talk::from).collect())
}

/// Newest entry into each phase. A deal that never moved entered the phase it stands in.
async fn entered(db: &impl Source, deal: &DealRow) -> Result<BTreeMap<Phase, Timestamp>> {
    let text = "SELECT to_stage, MAX(at) FROM transition WHERE deal_id = ? AND from_stage <> to_stage GROUP BY to_stage";
    let rows = Sql::with(db.engine(), text, [deal.id.into()]).rows(db.conn()).await?;
    let mut entered = BTreeMap::new();
    for row in rows {
        let stage: String = row.try_get_by_index(0)?;
        if let Ok(phase) = stage.parse::<Phase>() {
            entered.insert(phase, Timestamp(row.try_get_by_index(1)?));
        }
    }
    entered.insert(deal.position()?.stage, deal.entered_stage_at);
    Ok(entered)
}
