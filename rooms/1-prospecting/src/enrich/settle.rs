//! What was found is kept: gaps are filled in, a source's own values made new, everything else proposed.

use http_room::{Answer, IfMatch};
use kernel::{EnrichmentValueId, Timestamp};
use records::Kind;
use records::custom_field::{self, CustomField};
use records::write::{self, Author};
use serde_json::{Map, Value as Json, json};
use store::db::Source;
use store::{Engine, NewEvent, Result, Sql, WriteTx};
use uuid::Uuid;

use super::claim::Remembered;
use super::mapping::EnrichmentFinding;
use super::provider::ProviderRow;
use super::provider_rules::BESIDE;
use super::run::Outcome;
use super::standing::{Standing, Written, decide};
use super::value::{self, EnrichmentValue, held};
use crate::events;

/// A finding, as the record would hold it.
#[derive(Debug, Clone)]
pub struct Judged {
    /// What was found; its `value` is in the record's own shape, its `fault` says why it does not fit.
    pub finding: EnrichmentFinding,
    /// What becomes of it; none when it does not fit or is kept beside the record.
    pub standing: Option<Standing>,
}

/// Keeps a record from being changed by others until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn lock(tx: &WriteTx, kind: Kind, id: Uuid) -> Result<()> {
    if tx.engine() == Engine::Postgres {
        let text = format!("SELECT 1 FROM {} WHERE id = ? FOR UPDATE", kind.key());
        Sql::with(tx.engine(), &text, [id.into()]).rows(tx.conn()).await?;
    }
    Ok(())
}

/// Reads each finding by the table of fields and says what would become of it.
///
/// # Errors
/// Whatever the database says.
pub async fn judge(
    db: &impl Source,
    by: &Author,
    row: &ProviderRow,
    record: &Json,
    known: &[EnrichmentValue],
    findings: &[EnrichmentFinding],
) -> Answer<Vec<Judged>> {
    let custom = custom_field::in_use(db, by.workspace, row.content.on).await?;
    Ok(findings.iter().map(|finding| judge_one(by, row, record, known, &custom, finding.clone())).collect())
}

fn judge_one(
    by: &Author,
    row: &ProviderRow,
    record: &Json,
    known: &[EnrichmentValue],
    custom: &[CustomField],
    mut finding: EnrichmentFinding,
) -> Judged {
    if finding.fault.is_some() || finding.to.starts_with(BESIDE) {
        return Judged { finding, standing: None };
    }
    match shaped(by, row.content.on, record, custom, &finding) {
        Ok(shaped) => finding.value = shaped,
        Err(why) => {
            finding.fault = Some(why);
            return Judged { finding, standing: None };
        }
    }
    let of_field = || known.iter().filter(|value| value.field == finding.to);
    let last = of_field().filter(|v| v.written.is_some()).max_by_key(|v| v.written_at);
    let written = last.and_then(|value| {
        let same_source = value.provider_id == row.id;
        value.written.as_ref().map(|written| Written { value: written, same_source })
    });
    let rejected = of_field().find(|v| v.provider_id == row.id && v.state == "rejected").map(|v| &v.value);
    let standing = decide(&held(record, &finding.to), written, rejected, &finding.value);
    Judged { finding, standing: Some(standing) }
}

/// The value as the record would hold it.
fn shaped(
    by: &Author,
    kind: Kind,
    record: &Json,
    custom: &[CustomField],
    finding: &EnrichmentFinding,
) -> std::result::Result<Json, String> {
    let mut sent = Map::new();
    value::put(&mut sent, &finding.to, finding.value.clone());
    let draft = write::read(kind, &sent, custom, Some(record.clone()), by.currency);
    let draft =
        draft.map_err(|errors| errors.into_iter().map(|e| e.message).collect::<Vec<_>>().join("; "))?;
    let shaped = held(&Json::Object(draft.shown()), &finding.to);
    if super::standing::is_empty(&shaped) { Err("it says nothing".to_owned()) } else { Ok(shaped) }
}

/// Keeps an answer: values with where they come from, and the record itself where it may be written.
///
/// # Errors
/// Whatever the database says. A record that is gone is no error.
pub async fn settle(
    tx: &mut WriteTx,
    by: &Author,
    row: &ProviderRow,
    id: Uuid,
    answer: &Remembered,
    cached: bool,
) -> Answer<Outcome> {
    let of = (row.content.on, id);
    lock(tx, of.0, id).await?;
    let record = write::load(tx, by.workspace, of.0, id).await?;
    let Some(record) = record.filter(|record| record["deleted_at"].is_null()) else {
        return Ok(Outcome::without("nothing", "gone", ""));
    };
    if answer.findings.is_empty() {
        return Ok(Outcome { cached, ..Outcome::without("nothing", "unknown_there", "") });
    }
    let known = value::of_record(tx, by.workspace, of).await?;
    let judged = judge(tx, by, row, &record, &known, &answer.findings).await?;
    let found = Found { row, of, record: &record, known: &known, answer };
    found.fill(tx, by, &judged).await?;
    for one in judged.iter().filter(|one| one.finding.fault.is_none()) {
        value::save(tx, by.workspace, &found.kept(one, by.now)).await?;
    }
    Ok(outcome(&judged, cached))
}

/// What came of it: values written and proposed, and what does not fit.
fn outcome(judged: &[Judged], cached: bool) -> Outcome {
    let unfit = |one: &Judged| Some(format!("{}: {}", one.finding.to, one.finding.fault.as_ref()?));
    let faults: Vec<String> = judged.iter().filter_map(unfit).collect();
    if faults.len() == judged.len() {
        return Outcome { cached, ..Outcome::without("nothing", "nothing_fits", &faults.join("; ")) };
    }
    let count = |standing| {
        let n = judged.iter().filter(|one| one.standing == Some(standing)).count();
        i64::try_from(n).unwrap_or(i64::MAX)
    };
    Outcome {
        state: "done",
        reason: (!faults.is_empty()).then_some("some_do_not_fit"),
        detail: (!faults.is_empty()).then(|| faults.join("; ")),
        written: count(Standing::Write),
        proposed: count(Standing::Propose),
        cached,
    }
}

/// An answer about a record, beside what is known of it.
struct Found<'a> {
    row: &'a ProviderRow,
    of: (Kind, Uuid),
    record: &'a Json,
    known: &'a [EnrichmentValue],
    answer: &'a Remembered,
}

impl Found<'_> {
    /// Writes the record by its ordinary way, with an event that says where the values come from as its cause.
    async fn fill(&self, tx: &mut WriteTx, by: &Author, judged: &[Judged]) -> Answer<()> {
        let written = || judged.iter().filter(|one| one.standing == Some(Standing::Write));
        let mut patch = Map::new();
        for one in written() {
            value::put(&mut patch, &one.finding.to, one.finding.value.clone());
        }
        if patch.is_empty() {
            return Ok(());
        }
        let (kind, id) = self.of;
        let fields: Vec<&str> = written().map(|one| one.finding.to.as_str()).collect();
        let event = NewEvent::now(by.workspace, events::ENRICHMENT_FILLED, by.actor, by.now);
        let payload = json!({
            "provider_id": self.row.id, "provider": self.row.content.name, "fields": fields,
            "source_url": self.answer.source_url,
        });
        let subject = value::subject(kind, id, self.record);
        let cause = tx.record(event.about(subject).with(payload)).await?;
        let author = Author { cause: Some(cause), ..by.clone() };
        write::change(tx, &author, kind, id, &patch, IfMatch(None)).await?;
        Ok(())
    }

    /// The row of a value, over the one that was there.
    fn kept(&self, judged: &Judged, now: Timestamp) -> EnrichmentValue {
        let (field, (kind, id)) = (&judged.finding.to, self.of);
        let old = self.known.iter().find(|value| value.field == *field && value.provider_id == self.row.id);
        let current = held(self.record, field);
        let own = old.is_some_and(|old| old.state == "written" && old.written.as_ref() == Some(&current));
        let state = state(judged.standing, own);
        let decided = old.filter(|old| old.state == state);
        let mut kept = EnrichmentValue {
            id: old.map_or_else(EnrichmentValueId::new, |old| old.id),
            provider_id: self.row.id,
            company_id: (kind == Kind::Company).then_some(id),
            person_id: (kind == Kind::Person).then_some(id),
            field: field.clone(),
            value: judged.finding.value.clone(),
            state: state.to_owned(),
            confidence: judged.finding.confidence,
            source_url: self.answer.source_url.clone(),
            fetched_at: self.answer.asked_at,
            before_value: old.and_then(|old| old.before_value.clone()),
            written: old.and_then(|old| old.written.clone()),
            written_at: old.and_then(|old| old.written_at),
            decided_by: decided.and_then(|old| old.decided_by),
            decided_at: decided.and_then(|old| old.decided_at),
        };
        if judged.standing == Some(Standing::Write) {
            kept.before_value = Some(current);
            kept.written = Some(judged.finding.value.clone());
            kept.written_at = Some(now);
        }
        kept
    }
}

/// The word for what became of a value. What the source wrote itself and finds again stays its own.
fn state(standing: Option<Standing>, own: bool) -> &'static str {
    match standing {
        None => "beside",
        Some(Standing::Same) if !own => "same",
        Some(Standing::Write | Standing::Same) => "written",
        Some(Standing::Propose) => "proposed",
        Some(Standing::Rejected) => "rejected",
    }
}
