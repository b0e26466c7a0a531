//! Writing an acceptance: everything is looked at again and written in one transaction that holds the deal.
//!
//! Whoever signed gets the same receipt however often they ask. Of two that sign at once the second finds what the first
//! has written.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use http_room::{Answer, App, Problem, Visitor};
use kernel::{Locale, Money, OfferId, PersonId, Timestamp, WorkspaceId};
use process::deal_row;
use process::room::Visit;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, Result, Sql, StoreError, file};
use uuid::Uuid;

use super::post::Way;
use super::rules::{Asked, CONSENT_VERSION, Refusal, may_sign};
use super::{code, letters};
use crate::audit::{self, Happened};
use crate::change::end;
use crate::link::{self, Link};
use crate::notice;
use crate::sight::{Choice, ShownIncentive, reckon};
use crate::standing::Standing;
use crate::state::OfferState;

/// One of several signed. Payload: `version`, `place`, `of`, `name`.
pub const OFFER_SIGNED: &str = "offer.signed";

/// What somebody signs, and how.
#[derive(Debug)]
pub struct Signing<'a> {
    /// What they chose.
    pub choice: Option<Choice>,
    /// SHA-256 of the content they saw.
    pub hash: &'a str,
    /// What it came to over the term, in minor units, as they saw it.
    pub total: Option<i64>,
    /// What they get for deciding now, as they saw it: [`Standing::granted_key`].
    pub granted: &'a str,
    /// Their name.
    pub name: &'a str,
    /// What they are there.
    pub role: &'a str,
    /// When it is to begin.
    pub start_on: Option<NaiveDate>,
    /// The code from their mail.
    pub code: &'a str,
    /// What they drew; none when the typed name is their signature.
    pub drawn: Option<Vec<u8>>,
    /// Where they are.
    pub visitor: &'a Visitor,
}

/// What was said yes to, as it is kept for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    /// The version, counted.
    pub version: i64,
    /// The place among the signers, and how many there are.
    pub place: i64,
    /// How many sign.
    pub signers: i64,
    /// The package.
    pub package_id: Uuid,
    /// What it is called.
    pub package: String,
    /// Optional lines that were chosen.
    #[schema(required = true)]
    pub lines: Vec<Uuid>,
    /// The first bill with tax.
    pub first: Money,
    /// All of it over the term with tax.
    pub contract: Money,
    /// The day whose prices hold.
    pub price_day: NaiveDate,
    /// What they get for deciding by a day.
    pub incentive: Option<ShownIncentive>,
    /// Their name.
    pub name: String,
    /// What they are there.
    pub role: String,
    /// Their address, which was verified.
    pub mail: String,
    /// When it is to begin.
    pub start_on: Option<NaiveDate>,
    /// What they agreed to, word for word.
    pub consent: String,
    /// The version of these words.
    pub consent_version: u32,
    /// They drew their signature.
    pub drawn: bool,
    /// SHA-256 of the content.
    pub content_sha256: String,
    /// SHA-256 of the PDF.
    pub pdf_sha256: String,
    /// The PDF.
    pub pdf_file_id: Uuid,
    /// When.
    pub at: Timestamp,
    /// From where.
    pub address: String,
    /// With which program.
    pub user_agent: String,
}

/// Who said yes.
#[derive(Debug, Clone)]
pub struct Acceptance {
    /// Through which link.
    pub link_id: Uuid,
    /// Who.
    pub person_id: Option<PersonId>,
    /// What to.
    pub receipt: Receipt,
    /// What they drew.
    pub drawn: Option<Vec<u8>>,
}

#[derive(FromQueryResult)]
struct Row {
    link_id: Uuid,
    person_id: Option<PersonId>,
    receipt: Json,
    drawn: Option<Vec<u8>>,
}

/// What came of signing.
#[derive(Debug)]
pub enum Outcome {
    /// It is signed.
    Signed(Box<Receipt>),
    /// It cannot be.
    Refused(Refusal),
    /// The code is wrong or too old.
    WrongCode,
}

/// Who signed a version, in order.
///
/// # Errors
/// Whatever the database says.
pub async fn of_offer(db: &impl Source, workspace: WorkspaceId, offer: OfferId) -> Result<Vec<Acceptance>> {
    let text = "SELECT link_id, person_id, receipt, drawn FROM offer_acceptance WHERE offer_id = ? AND workspace_id = ? ORDER BY place";
    let rows: Vec<Row> =
        Sql::with(db.engine(), text, [offer.into(), workspace.into()]).all(db.conn()).await?;
    let read = |row: Row| {
        let shape = |e: serde_json::Error| StoreError::Shape {
            what: format!("receipt of {offer}"),
            why: e.to_string(),
        };
        let receipt = serde_json::from_value(row.receipt).map_err(shape)?;
        Ok(Acceptance { link_id: row.link_id, person_id: row.person_id, receipt, drawn: row.drawn })
    };
    rows.into_iter().map(read).collect()
}

/// The words they agree to.
#[must_use]
pub fn consent(locale: Locale, title: &str, version: i64) -> String {
    match locale {
        Locale::En => format!(
            "I accept the offer \"{title}\", version {version}, with the items and prices shown, and I may decide this for \
             my company. I agree that this is signed electronically."
        ),
        Locale::Ko => format!(
            "본인은 제안서 '{title}' 버전 {version}의 표시된 항목과 가격을 수락하며, 소속 회사를 대표하여 결정할 권한이 있습니다. \
             전자적 방식의 서명에 동의합니다."
        ),
    }
}

/// Signs.
///
/// # Errors
/// Whatever the database says; then nothing was kept.
pub async fn sign(app: &App, link: &Link, signing: Signing<'_>) -> Answer<Outcome> {
    // The pages are set before anything is held: it takes a moment. What they show is compared again below.
    let Some(seen) = Standing::of_link(app, &app.db, link).await? else {
        return Ok(Outcome::Refused(Refusal::NotOut));
    };
    let choice = seen.first.as_ref().map(choice_of).or(signing.choice.clone());
    let pdf = seen.pdf(app, choice.as_ref()).await?;
    let tx = app.db.write_tx().await?;
    let Some(deal) = deal_row::hold(&tx, link.workspace_id, link.deal_id).await? else {
        return Ok(Outcome::Refused(Refusal::NotOut));
    };
    let before = of_offer(&tx, link.workspace_id, link.offer_id).await?;
    if let Some(mine) = before.iter().find(|a| a.link_id == link.id) {
        return Ok(Outcome::Signed(Box::new(mine.receipt.clone())));
    }
    let Some(standing) = Standing::of_link(app, &tx, link).await? else {
        return Ok(Outcome::Refused(Refusal::NotOut));
    };
    let priced = match &choice {
        Some(choice) => {
            reckon(&standing.content, choice, standing.price_day()).map_err(|e| Problem::internal(&e))?
        }
        None => None,
    };
    let place = link_place(&tx, link).await?;
    let contract = priced.as_ref().map(|p| p.totals.contract.total);
    let asked = Asked {
        state: standing.offer.state,
        expired: standing.is_expired(),
        place,
        signed: i64::try_from(before.len()).unwrap_or(i64::MAX),
        // What was printed is what is signed: nobody signed first meanwhile.
        same_content: signing.hash == standing.hash
            && seen.hash == standing.hash
            && seen.first.as_ref().map(choice_of) == standing.first.as_ref().map(choice_of),
        same_price: contract.is_some()
            && contract == signing.total
            && standing.granted_key() == signing.granted
            && seen.price_day() == standing.price_day(),
        package: priced.is_some(),
    };
    let now = standing.now;
    if let Err(refusal) = may_sign(&asked) {
        note(&tx, link, "refused", signing.visitor, json!({ "why": refusal.key() }), now).await?;
        tx.commit().await?;
        return Ok(Outcome::Refused(refusal));
    }
    if !code::check(&tx, link, signing.code, now).await? {
        note(&tx, link, "code_wrong", signing.visitor, json!({}), now).await?;
        tx.commit().await?;
        return Ok(Outcome::WrongCode);
    }
    let (Some(choice), Some(priced)) = (choice, priced) else {
        return Ok(Outcome::Refused(Refusal::NoPackage));
    };
    let kept = file::keep(&tx, link.workspace_id, "offer.pdf", "application/pdf", &pdf, now).await?;
    let signers = signers(&tx, link).await?;
    let receipt = receipt(&standing, &signing, (&choice, &priced), (place.unwrap_or(1), signers), &kept);
    let mut visit = Visit { tx, deal, workspace: link.workspace_id, actor: Actor::Outside, now };
    keep(&visit, link, &receipt, signing.drawn).await?;
    settle(&mut visit, &standing, link, &receipt).await?;
    confirm(app, &visit, &standing, link, &receipt).await?;
    visit.leave().await?;
    Ok(Outcome::Signed(Box::new(receipt)))
}

/// What a receipt is for.
#[must_use]
pub fn choice_of(receipt: &Receipt) -> Choice {
    Choice { package: receipt.package_id, lines: receipt.lines.iter().copied().collect::<BTreeSet<_>>() }
}

async fn link_place(db: &impl Source, link: &Link) -> Answer<Option<i64>> {
    let all = link::of_offer(db, link.workspace_id, link.offer_id).await?;
    Ok(all.into_iter().find(|l| l.id == link.id).and_then(|l| l.signs_at))
}

async fn signers(db: &impl Source, link: &Link) -> Answer<i64> {
    let all = link::of_offer(db, link.workspace_id, link.offer_id).await?;
    Ok(all.iter().filter_map(|l| l.signs_at).max().unwrap_or(1))
}

async fn note(
    tx: &store::WriteTx,
    link: &Link,
    kind: &'static str,
    visitor: &Visitor,
    facts: Json,
    now: Timestamp,
) -> Answer<()> {
    let happened = Happened { kind, link: Some(link.id), visitor: Some(visitor), facts };
    Ok(audit::add(tx, link.workspace_id, link.offer_id, happened, now).await?)
}

fn receipt(
    standing: &Standing,
    signing: &Signing<'_>,
    (choice, priced): (&Choice, &crate::content::PackageTotals),
    (place, signers): (i64, i64),
    pdf: &file::FileInfo,
) -> Receipt {
    let (content, totals) = (&standing.content, &priced.totals);
    let package = content.packages.iter().find(|p| p.id == choice.package);
    let mail = standing.who.as_ref().and_then(|w| w.address()).map(|a| a.as_str().to_owned());
    Receipt {
        version: standing.offer.version,
        place,
        signers,
        package_id: choice.package,
        package: package.map(|p| p.name.clone()).unwrap_or_default(),
        lines: choice.lines.iter().copied().collect(),
        first: Money::new(totals.first.total, content.currency),
        contract: Money::new(totals.contract.total, content.currency),
        price_day: standing.price_day(),
        incentive: standing.granted().cloned(),
        name: signing.name.to_owned(),
        role: signing.role.to_owned(),
        mail: mail.unwrap_or_default(),
        start_on: signing.start_on,
        consent: consent(standing.locale(), &content.title, standing.offer.version),
        consent_version: CONSENT_VERSION,
        drawn: signing.drawn.is_some(),
        content_sha256: standing.hash.clone(),
        pdf_sha256: pdf.sha256.clone(),
        pdf_file_id: pdf.id.0,
        at: standing.now,
        address: signing.visitor.address.clone(),
        user_agent: signing.visitor.user_agent.chars().take(400).collect(),
    }
}

async fn keep(visit: &Visit, link: &Link, receipt: &Receipt, drawn: Option<Vec<u8>>) -> Answer<()> {
    let text = "INSERT INTO offer_acceptance (id, workspace_id, offer_id, link_id, person_id, place, receipt, drawn, at) \
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    let values = [
        Uuid::now_v7().into(),
        link.workspace_id.into(),
        link.offer_id.into(),
        link.id.into(),
        link.person_id.into(),
        receipt.place.into(),
        json!(receipt).into(),
        drawn.into(),
        visit.now.into(),
    ];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    Ok(())
}

/// They get a mail of it, so that whoever did not sign learns that somebody did in their name.
async fn confirm(
    app: &App,
    visit: &Visit,
    standing: &Standing,
    link: &Link,
    receipt: &Receipt,
) -> Answer<()> {
    let Some(who) = standing.who.as_ref() else { return Ok(()) };
    let url = format!("{}/receipt", link.url(app)?);
    let letter = letters::receipt(standing.locale(), &standing.content.title, receipt, &url);
    if let Some(way) = Way::to(&visit.tx, visit.workspace, who).await? {
        way.write(&visit.tx, &visit.deal, who, letter, visit.now).await?;
    }
    Ok(())
}

/// Tells of it: in the audit, in the log, and to the owner; the last signature ends the offer.
async fn settle(visit: &mut Visit, standing: &Standing, link: &Link, receipt: &Receipt) -> Answer<()> {
    let visitor = Visitor { address: receipt.address.clone(), user_agent: receipt.user_agent.clone() };
    let facts = json!({
        "version": receipt.version, "content_sha256": receipt.content_sha256, "pdf_sha256": receipt.pdf_sha256,
        "name": receipt.name, "mail": receipt.mail, "role": receipt.role, "consent": receipt.consent,
        "consent_version": receipt.consent_version, "drawn": receipt.drawn, "place": receipt.place,
    });
    note(&visit.tx, link, "signed", &visitor, facts, visit.now).await?;
    let payload = json!({
        "version": receipt.version, "place": receipt.place, "of": receipt.signers, "name": receipt.name,
    });
    visit.tell(OFFER_SIGNED, link.offer_id.0, Some(link.person_id), payload).await?;
    if receipt.place >= receipt.signers {
        let facts = json!({ "version": receipt.version, "content_sha256": receipt.content_sha256 });
        note(&visit.tx, link, "accepted", &visitor, facts, visit.now).await?;
        end(visit, &standing.offer, OfferState::Accepted, None).await?;
    }
    notice::tell_owner(visit, Some(link.person_id), notice::What::Signed(&receipt.name)).await
}
