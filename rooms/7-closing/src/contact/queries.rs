//! The people of a company, with what the rule asks of each.

use std::collections::{HashMap, HashSet};

use http_room::Answer;
use kernel::{CompanyId, DealId, PersonId, Timestamp, WorkspaceId};
use outreach::{recipient, suppression};
use process::facts::CommitteeRole;
use prospecting::channel::advise;
use prospecting::channel::rules::Access;
use sea_orm::FromQueryResult;
use serde_json::Value as Json;
use store::db::Source;
use store::{Result, Sql};

use super::rules::Candidate;

/// People of a company that are looked at, the newest.
const LOOKED_AT: i64 = 200;

/// Somebody of the company.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Someone {
    pub id: PersonId,
    pub name: String,
    pub title: Option<String>,
    in_thread: i64,
    engaged: i64,
    contacted_at: Option<Timestamp>,
    created_at: Timestamp,
}

async fn people(
    db: &impl Source,
    workspace: WorkspaceId,
    company: CompanyId,
    deal: DealId,
) -> Result<Vec<Someone>> {
    let text = "SELECT p.id, p.name, p.title, p.created_at, \
                (SELECT COUNT(*) FROM deal_person d WHERE d.person_id = p.id AND d.deal_id = ?) AS in_thread, \
                (SELECT COUNT(*) FROM message m WHERE m.person_id = p.id AND m.direction = 'in' AND m.class = 'human') \
                + (SELECT COUNT(*) FROM activity a WHERE a.person_id = p.id AND a.deleted_at IS NULL AND a.outcome IN ('intended', 'held')) AS engaged, \
                (SELECT MAX(at) FROM (SELECT MAX(m.sent_at) AS at FROM message m WHERE m.person_id = p.id AND m.direction = 'out' \
                UNION ALL SELECT MAX(a.at) AS at FROM activity a WHERE a.person_id = p.id AND a.deleted_at IS NULL AND a.kind IN ('call', 'meeting')) t) AS contacted_at \
                FROM person p WHERE p.company_id = ? AND p.workspace_id = ? AND p.deleted_at IS NULL \
                ORDER BY p.created_at DESC, p.id DESC LIMIT ?";
    let values = [deal.into(), company.into(), workspace.into(), LOOKED_AT.into()];
    Sql::with(db.engine(), text, values).all(db.conn()).await
}

/// What each was in any deal.
async fn roles(
    db: &impl Source,
    workspace: WorkspaceId,
    people: &[PersonId],
) -> Result<HashMap<PersonId, Vec<CommitteeRole>>> {
    let mut of: HashMap<PersonId, Vec<CommitteeRole>> = HashMap::new();
    if people.is_empty() {
        return Ok(of);
    }
    let mut sql = Sql::new(db.engine(), "SELECT person_id, roles FROM deal_person WHERE workspace_id = ");
    sql.bind(workspace).push(" AND person_id IN ").bind_list(people.iter().map(|id| (*id).into()));
    for row in sql.rows(db.conn()).await? {
        let (person, roles): (PersonId, Json) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        of.entry(person)
            .or_default()
            .extend(serde_json::from_value::<Vec<CommitteeRole>>(roles).unwrap_or_default());
    }
    Ok(of)
}

/// Departments as titles tell them, in both languages.
const DEPARTMENTS: [(&str, &[&str]); 8] = [
    ("sales", &["sales", "revenue", "영업", "세일즈"]),
    ("marketing", &["marketing", "growth", "brand", "마케팅", "홍보"]),
    ("finance", &["finance", "financial", "cfo", "account", "controller", "재무", "회계", "경리"]),
    ("operations", &["operation", "coo", "logistics", "supply", "운영", "물류", "생산"]),
    (
        "technology",
        &[
            "engineer",
            "technology",
            "technical",
            "cto",
            "it ",
            "data",
            "develop",
            "개발",
            "기술",
            "전산",
            "데이터",
        ],
    ),
    ("people", &["human", "hr", "people", "talent", "인사", "채용"]),
    ("purchasing", &["procurement", "purchas", "buyer", "구매", "조달"]),
    ("product", &["product", "design", "제품", "기획", "디자인"]),
];

/// The department a title speaks of.
#[must_use]
pub(super) fn department(title: Option<&str>) -> Option<&'static str> {
    let title = format!("{} ", title?.to_lowercase());
    DEPARTMENTS.iter().find(|(_, words)| words.iter().any(|word| title.contains(word))).map(|(name, _)| *name)
}

/// Everybody of the company, with what the rule asks of each.
pub(super) async fn candidates(
    db: &impl Source,
    workspace: WorkspaceId,
    (company, deal): (CompanyId, DealId),
    now: Timestamp,
) -> Answer<Vec<(Someone, Candidate)>> {
    let people = people(db, workspace, company, deal).await?;
    let ids: Vec<PersonId> = people.iter().map(|one| one.id).collect();
    let roles = roles(db, workspace, &ids).await?;
    let who = recipient::find_all(db, workspace, &ids).await?;
    let addresses: Vec<_> = who.values().map(|one| (one.address(), one.id)).collect();
    let whom: Vec<_> = addresses.iter().map(|(address, id)| (address.as_ref(), Some(*id))).collect();
    let listed = suppression::in_force_of(db, workspace, &whom).await?;
    let suppressed: HashSet<PersonId> =
        addresses.iter().zip(listed).filter(|(_, why)| why.is_some()).map(|((_, id), _)| *id).collect();
    let refused: HashSet<PersonId> =
        who.values().filter(|one| one.refusals().everything()).map(|one| one.id).collect();
    let advised = advise(db, workspace, &ids, now).await?;
    let access: HashMap<PersonId, Vec<Access>> =
        advised.into_iter().map(|(p, r)| (p.id, r.ways.iter().map(|way| way.access).collect())).collect();
    let theirs: HashSet<&str> =
        people.iter().filter(|p| p.in_thread > 0).filter_map(|p| department(p.title.as_deref())).collect();
    let candidate = |one: Someone| {
        let ways = access.get(&one.id).map_or(&[][..], Vec::as_slice);
        let own = department(one.title.as_deref());
        let candidate = Candidate {
            roles: roles.get(&one.id).cloned().unwrap_or_default(),
            in_thread: one.in_thread > 0,
            suppressed: suppressed.contains(&one.id) || refused.contains(&one.id),
            // Without a lawful way there is none; nobody is proposed whom the law lets us reach by no way at all.
            unlawful: ways.contains(&Access::NotLawful) && !ways.iter().any(|way| way.share() > 0.0),
            other_department: own.is_some_and(|name| !theirs.is_empty() && !theirs.contains(name)),
            reachable: ways.contains(&Access::Verified),
            engaged: one.engaged > 0,
            contacted_at: one.contacted_at,
            created_at: one.created_at,
        };
        (one, candidate)
    };
    Ok(people.into_iter().map(candidate).collect())
}

#[cfg(test)]
mod tests {
    use super::department;

    #[test]
    fn a_title_tells_the_department_in_both_languages() {
        for (title, expected) in [
            ("VP Sales", Some("sales")),
            ("CFO", Some("finance")),
            ("Head of IT", Some("technology")),
            ("구매팀장", Some("purchasing")),
            ("마케팅 이사", Some("marketing")),
            ("CEO", None),
        ] {
            assert_eq!(department(Some(title)), expected, "{title}");
        }
        assert_eq!(department(None), None);
    }
}
