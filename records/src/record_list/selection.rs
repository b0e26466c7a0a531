//! Filters that are kept: what a live list or the rule of a territory consists of.

use super::{FIELD, RecordList, by_ids};
use crate::kind::Kind;
use crate::routes::list;
use http_room::list::{Filter, Op};
use http_room::{Answer, ListQuery, Problem};
use kernel::{ListId, WorkspaceId, limits};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use store::db::Source;
use store::{Sql, StoreError};

/// Filters and words, as in the address of a list. Nothing in it means every record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Selection {
    /// `field.operator.value`; all must hold.
    #[serde(default, rename = "where")]
    pub filters: Vec<String>,
    /// Search words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
}

impl Selection {
    /// As a list takes it.
    ///
    /// # Errors
    /// 422 when a filter has another shape.
    pub fn read(&self) -> Answer<ListQuery> {
        let filters = self.filters.iter().map(|f| Filter::parse(f)).collect::<Result<_, _>>()?;
        let q = self.q.as_deref().map(str::trim).filter(|q| !q.is_empty()).map(str::to_owned);
        Ok(ListQuery { filters, q, ..ListQuery::default() })
    }

    /// Refuses what lists could not be asked for, and lists that are not there.
    ///
    /// # Errors
    /// 422 with what does not fit.
    pub async fn check(&self, db: &impl Source, workspace: WorkspaceId, kind: Kind) -> Answer<()> {
        let query = self.read()?;
        if query.filters.len() > 30 || query.q.as_ref().is_some_and(|q| !limits::fits(q, limits::QUERY_CHARS))
        {
            return Err(Problem::field("where", "too_many", "at most 30 filters and 200 characters"));
        }
        self.matching(db, workspace, kind).await?;
        for filter in query.filters.iter().filter(|f| f.field == FIELD) {
            let ids = ids(filter)?;
            if by_ids(db, workspace, &ids).await?.iter().filter(|l| l.kind == kind.key()).count() < ids.len()
            {
                return Err(Problem::field("where", "not_found", "there is no such list"));
            }
        }
        Ok(())
    }

    /// `FROM <kind> WHERE …`: the records of the workspace that are meant.
    ///
    /// # Errors
    /// 422 for a filter that does not fit (any more); whatever the database says.
    pub async fn matching(&self, db: &impl Source, workspace: WorkspaceId, kind: Kind) -> Answer<Sql> {
        let fields = list::fields(db, workspace, kind).await?;
        list::conditions(db, workspace, kind, &self.read()?, &fields).await
    }

    /// Whether it asks for lists.
    #[must_use]
    pub fn asks_for_lists(&self) -> bool {
        self.filters.iter().any(|f| f.split('.').next() == Some(FIELD))
    }
}

fn ids(filter: &Filter) -> Answer<Vec<ListId>> {
    let wrong = |_| Problem::field("where", "invalid", "list: an id is expected");
    let mut ids = filter.value.split(',').map(|id| id.parse().map_err(wrong)).collect::<Answer<Vec<_>>>()?;
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Appends the condition that a record is, or is not, on one of the lists. Lists that are gone have no members.
pub(crate) async fn push_membership(
    sql: &mut Sql,
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    filter: &Filter,
) -> Answer<()> {
    match filter.op {
        Op::Eq | Op::In => sql.push(" AND (1 = 0"),
        Op::Ne | Op::Nin => sql.push(" AND NOT (1 = 0"),
        _ => return Err(Problem::field("where", "invalid", "list: eq, ne, in or nin")),
    };
    let lists = by_ids(db, workspace, &ids(filter)?).await?;
    for list in lists.iter().filter(|list| list.kind == kind.key()) {
        sql.push(" OR id IN (SELECT ");
        push_members(sql, db, workspace, kind, list).await?;
        sql.push(")");
    }
    sql.push(")");
    Ok(())
}

async fn push_members(
    sql: &mut Sql,
    db: &impl Source,
    workspace: WorkspaceId,
    kind: Kind,
    list: &RecordList,
) -> Answer<()> {
    if !list.live {
        let column = super::members::column(kind);
        sql.push(column).push(" FROM record_list_member WHERE list_id = ").bind(list.id);
        sql.push(" AND ").push(column).push(" IS NOT NULL");
        return Ok(());
    }
    let query = stored(&list.query)?.read()?;
    let fields = list::fields(db, workspace, kind).await?;
    sql.push("id ");
    list::push_matching(sql, workspace, kind, (&query.filters, query.q.as_deref()), &fields)
}

fn stored(query: &Json) -> Answer<Selection> {
    serde_json::from_value(query.clone())
        .map_err(|e| StoreError::Shape { what: "filters of a list".to_owned(), why: e.to_string() }.into())
}
