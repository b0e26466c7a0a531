//! How a room writes about a deal: one transaction that holds the deal, its rows, facts and events.

use http_room::{Answer, App, Member, Problem};
use kernel::{DealId, EventId, PersonId, Timestamp, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, NewEvent, Sql, Subject, WriteTx};
use uuid::Uuid;

use crate::deal_row::{self, DealRow};
use crate::fact_store::{self, Fact};
use crate::facts::Evidence;

/// Somebody at work on a deal.
#[derive(Debug)]
pub struct Visit {
    /// The transaction; commit it with [`Visit::leave`].
    pub tx: WriteTx,
    /// The deal.
    pub deal: DealRow,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// Who.
    pub actor: Actor,
    /// When.
    pub now: Timestamp,
}

impl Visit {
    /// Begins to write about a deal of the member's workspace.
    ///
    /// # Errors
    /// 404 without such a deal.
    pub async fn begin(app: &App, me: &Member, deal: DealId) -> Answer<Self> {
        let tx = app.db.write_tx().await?;
        let found = deal_row::hold(&tx, me.workspace, deal).await?;
        let deal = found.ok_or_else(|| Problem::not_found("deal"))?;
        Ok(Self { tx, deal, workspace: me.workspace, actor: me.actor(), now: app.clock.now() })
    }

    /// Writes an event about a row of the deal.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn tell(
        &mut self,
        kind: &'static str,
        row: Uuid,
        person: Option<PersonId>,
        payload: Json,
    ) -> Answer<EventId> {
        let subject =
            Subject { company: self.deal.company_id, person, deal: Some(self.deal.id), row: Some(row) };
        let event = NewEvent::now(self.workspace, kind, self.actor, self.now)
            .about(subject)
            .under(self.deal.process_version_id)
            .with(payload);
        Ok(self.tx.record(event).await?)
    }

    /// Writes a fact and judges the gate anew.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn know<F: Fact>(&self, fact: &F, evidence: &[Evidence]) -> Answer<()> {
        Ok(fact_store::put(&self.tx, self.workspace, self.deal.id, fact, evidence, self.now).await?)
    }

    /// Refuses a person who is not in the deal's committee.
    ///
    /// # Errors
    /// 422 naming the field.
    pub async fn check_person(&self, field: &str, person: Option<PersonId>) -> Answer<()> {
        let Some(person) = person else { return Ok(()) };
        let text = "SELECT 1 FROM deal_person WHERE deal_id = ? AND person_id = ? AND workspace_id = ?";
        let values = [self.deal.id.into(), person.into(), self.workspace.into()];
        let rows = Sql::with(self.tx.engine(), text, values).rows(self.tx.conn()).await?;
        match rows.is_empty() {
            true => Err(Problem::field(field, "not_found", "this person is not in the deal's committee")),
            false => Ok(()),
        }
    }

    /// Makes everything lasting.
    ///
    /// # Errors
    /// Whatever the database says; then nothing was kept.
    pub async fn leave(self) -> Answer<()> {
        Ok(self.tx.commit().await?)
    }
}

/// A deal for reading.
///
/// # Errors
/// 404 without such a deal in the member's workspace.
pub async fn look(app: &App, me: &Member, deal: DealId) -> Answer<DealRow> {
    deal_row::find(&app.db, me.workspace, deal).await?.ok_or_else(|| Problem::not_found("deal"))
}

/// Trims a text that must be given, at most `max` characters.
///
/// # Errors
/// 422 `required` or `too_long`, naming the field.
pub fn given(field: &str, text: &str, max: usize) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::field(field, "required", "must be given"));
    }
    if !kernel::limits::fits(text, max) {
        return Err(Problem::field(field, "too_long", format!("at most {max} characters")));
    }
    Ok(text.to_owned())
}

/// Trims a text that may be given; blank is none.
///
/// # Errors
/// 422 `too_long`, naming the field.
pub fn optional(field: &str, text: Option<&str>, max: usize) -> Answer<Option<String>> {
    match text.map(str::trim).filter(|t| !t.is_empty()) {
        Some(text) => given(field, text, max).map(Some),
        None => Ok(None),
    }
}
