//! What the people who buy are to each other and to us: proofs of roles, and what is lacking.

pub(crate) mod routes;
pub mod rules;

use kernel::{DealId, WorkspaceId};
use process::facts::CommitteeRole;
use store::db::Source;
use store::{Result, Sql};

pub use routes::{NewProof, routes};

use rules::{CommitteeWarning, Seat, warnings};

/// A role was proved. Payload: `role`, `evidence`, `named_by`.
pub const ROLE_PROVED: &str = "committee.role_proved";

/// What the committee of a deal lacks.
///
/// # Errors
/// Whatever the database says.
pub async fn warnings_of(
    db: &impl Source,
    workspace: WorkspaceId,
    deal: DealId,
) -> Result<Vec<CommitteeWarning>> {
    let people = records::deal::committee(db, workspace, deal).await?;
    let text = "SELECT DISTINCT person_id FROM activity WHERE deal_id = ? AND deleted_at IS NULL \
                AND kind IN ('call', 'meeting') AND person_id IS NOT NULL \
                AND (two_way OR outcome IN ('intended', 'held'))";
    let rows = Sql::with(db.engine(), text, [deal.into()]).rows(db.conn()).await?;
    let talked: Vec<uuid::Uuid> = rows.iter().map(|r| r.try_get_by_index(0)).collect::<Result<_, _>>()?;
    let seats: Vec<Seat> = people
        .into_iter()
        .map(|p| {
            let roles: Vec<CommitteeRole> = serde_json::from_value(p.roles).unwrap_or_default();
            Seat { roles, stance: p.stance, addressed: talked.contains(&p.person_id.0) }
        })
        .collect();
    Ok(warnings(&seats))
}
