//! Objections that can be met before they are raised: what comparable deals raise is answered in nurturing (R56).
//!
//! `rules` say what is to be expected of a deal, `routes` show it with the pieces of nurturing's library that answer it,
//! and report which objections came late that could have come early.

mod queries;
mod routes;
pub mod rules;

use process::deal_row;
use process::fact_store;
use process::facts::Objections;
use process::stage::Phase;
use store::{Event, WriteTx};

pub use queries::{AnswerPiece, expected_of};
pub use routes::routes;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A deal that comes into nurturing learns what it will probably meet, so that content is chosen by it.
pub(crate) async fn foretell(event: &Event, tx: &WriteTx) -> Result<(), Failed> {
    let Some(deal) = event.deal_id else { return Ok(()) };
    let workspace = event.workspace_id;
    let Some(row) = deal_row::find(tx, workspace, deal).await? else { return Ok(()) };
    if row.position()?.stage != Phase::Nurturing {
        return Ok(());
    }
    let Some((_, expected)) = expected_of(tx, workspace, &row).await? else { return Ok(()) };
    let known: Objections = fact_store::get(tx, workspace, deal).await?.unwrap_or_default();
    let heard = |key: &str| known.items.iter().any(|item| item.kind.as_deref() == Some(key));
    let predicted: Vec<String> =
        expected.iter().map(|one| one.kind.key()).filter(|key| !heard(key)).map(str::to_owned).collect();
    if predicted != known.predicted {
        let fact = Objections { predicted, ..known };
        fact_store::put(tx, workspace, deal, &fact, &[], event.recorded_at).await?;
    }
    Ok(())
}
