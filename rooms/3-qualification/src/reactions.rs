//! Keeps qualification true when fields or qualifiers change elsewhere.

use kernel::DealId;
use process::deal_row;
use records::events;
use store::db::Source;
use store::reaction::Reaction;
use store::{Event, Sql, WriteTx};

use crate::{bant, qualifier};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// The reactions of this room.
#[must_use]
pub fn reactions() -> Vec<Reaction> {
    let kinds =
        &[qualifier::QUALIFIER_CHANGED, events::DEAL_CREATED, events::DEAL_CHANGED, events::COMPANY_CHANGED];
    vec![
        Reaction::each("qualification.rate_own_qualifiers", kinds, |event, tx| {
            Box::pin(rate_anew(event, tx))
        }),
        Reaction::each("qualification.propose_reopening", &[events::REPLY_RECEIVED], |event, tx| {
            Box::pin(crate::decision::propose(event, tx))
        }),
    ]
}

async fn rate_anew(event: &Event, tx: &mut WriteTx) -> Result<(), Failed> {
    let after = &event.payload["after"];
    let custom_sent = !after["custom"].is_null();
    let deals = match (event.kind.as_str(), event.deal_id, event.company_id) {
        (qualifier::QUALIFIER_CHANGED, _, _) => qualifier::open_deals(tx, event.workspace_id).await?,
        (events::DEAL_CREATED, Some(deal), _) => vec![deal],
        (events::DEAL_CHANGED, Some(deal), _) if custom_sent => vec![deal],
        (events::COMPANY_CHANGED, _, Some(company)) if touches(event, tx).await? => {
            deals_of(tx, company.0).await?
        }
        _ => return Ok(()),
    };
    let asked = event.kind == qualifier::QUALIFIER_CHANGED;
    if !asked && qualifier::in_use(tx, event.workspace_id).await?.is_empty() {
        return Ok(());
    }
    for deal in deals {
        if let Some(row) = deal_row::find(tx, event.workspace_id, deal).await? {
            bant::refresh(tx, event.workspace_id, &row, event.recorded_at).await?;
        }
    }
    Ok(())
}

/// Whether a change of a company changes what a qualifier reads.
async fn touches(event: &Event, tx: &WriteTx) -> Result<bool, Failed> {
    let after = &event.payload["after"];
    let read = qualifier::in_use(tx, event.workspace_id).await?.into_iter().filter(|q| q.on == "company");
    Ok(read.into_iter().any(|q| after.get(&q.field).is_some() || after["custom"].get(&q.field).is_some()))
}

async fn deals_of(tx: &WriteTx, company: uuid::Uuid) -> Result<Vec<DealId>, Failed> {
    let text = "SELECT id FROM deal WHERE company_id = ? AND status = 'open' AND deleted_at IS NULL";
    let rows = Sql::with(tx.engine(), text, [company.into()]).rows(tx.conn()).await?;
    rows.iter().map(|r| Ok(DealId(r.try_get_by_index(0)?))).collect()
}
