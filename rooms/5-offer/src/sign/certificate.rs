//! The agreement of an offer that was accepted: what was agreed, who signed and what happened, sealed.

use http_room::{Answer, App};
use kernel::{FileId, Locale, OfferId, Timestamp, WorkspaceId};
use paper::document::{Document, Fact, Part, Picture};
use paper::prose::{Block, Inline};
use sea_orm::FromQueryResult;
use store::db::Source as _;
use store::{Sql, file};

use super::accept::{self, Acceptance, choice_of};
use super::{key, seal};
use crate::audit::{self, Audited};
use crate::sight::{document, sight};
use crate::standing::{Standing, print};
use crate::state::OfferState;

/// Events printed at most; the export has all.
const EVENTS: usize = 300;

#[derive(FromQueryResult)]
struct Kept {
    file_id: FileId,
}

/// The sealed agreement; made when it is first asked for, and the same ever after. None while it is not accepted.
///
/// # Errors
/// Whatever the database says.
pub async fn of(app: &App, workspace: WorkspaceId, standing: &Standing) -> Answer<Option<Vec<u8>>> {
    let offer = standing.offer.id;
    if let Some(kept) = kept(app, workspace, offer).await? {
        return Ok(Some(kept));
    }
    let signed = accept::of_offer(&app.db, workspace, offer).await?;
    if standing.offer.state != OfferState::Accepted || signed.is_empty() {
        return Ok(None);
    }
    let events = audit::of_offer(&app.db, workspace, offer).await?;
    let pdf = print(agreement(app, standing, &signed, &events).await?).await?;
    let key = key::of_installation(app).await?;
    let sealed = seal::seal(&pdf, &key).map_err(|e| http_room::Problem::internal(&e))?;
    keep(app, workspace, offer, &sealed).await?;
    kept(app, workspace, offer).await
}

async fn kept(app: &App, workspace: WorkspaceId, offer: OfferId) -> Answer<Option<Vec<u8>>> {
    let text = "SELECT file_id FROM offer_certificate WHERE offer_id = ? AND workspace_id = ?";
    let values = [offer.into(), workspace.into()];
    let row: Option<Kept> = Sql::with(app.db.engine(), text, values).one(app.db.read()).await?;
    match row {
        Some(row) => Ok(file::bytes(&app.db, workspace, row.file_id).await?),
        None => Ok(None),
    }
}

/// Of two that make it at once the first is kept.
async fn keep(app: &App, workspace: WorkspaceId, offer: OfferId, sealed: &[u8]) -> Answer<()> {
    let (now, tx) = (app.clock.now(), app.db.write_tx().await?);
    let info = file::keep(&tx, workspace, "agreement.pdf", "application/pdf", sealed, now).await?;
    let text = "INSERT INTO offer_certificate (offer_id, workspace_id, file_id, sha256, at) VALUES (?, ?, ?, ?, ?) \
                ON CONFLICT (offer_id) DO NOTHING";
    let values = [offer.into(), workspace.into(), info.id.into(), info.sha256.into(), now.into()];
    if Sql::with(tx.engine(), text, values).run(tx.conn()).await? == 1 {
        tx.commit().await?;
    }
    Ok(())
}

struct Words {
    heading: &'static str,
    intro: &'static str,
    signer: &'static str,
    name: &'static str,
    role: &'static str,
    mail: &'static str,
    at: &'static str,
    from: &'static str,
    start: &'static str,
    consent: &'static str,
    signature: &'static str,
    events: &'static str,
    columns: [&'static str; 4],
    files: &'static str,
}

const ENGLISH: Words = Words {
    heading: "Certificate of acceptance",
    intro: "This file is sealed: `sevenfold offer verify` shows whether a single byte of it was changed.",
    signer: "Signed by",
    name: "Name",
    role: "Role",
    mail: "Mail address, verified by a code",
    at: "Time (UTC)",
    from: "From",
    start: "Start wished for",
    consent: "Agreed to",
    signature: "Signature",
    events: "What happened",
    columns: ["Time (UTC)", "What", "Network address", "With"],
    files: "Fingerprints",
};

const KOREAN: Words = Words {
    heading: "수락 확인서",
    intro: "이 파일은 봉인되어 있습니다. `sevenfold offer verify` 명령으로 한 바이트라도 바뀌었는지 확인할 수 있습니다.",
    signer: "서명자",
    name: "성명",
    role: "직책",
    mail: "이메일 (코드로 확인됨)",
    at: "일시 (UTC)",
    from: "접속 위치",
    start: "희망 시작일",
    consent: "동의 내용",
    signature: "서명",
    events: "진행 기록",
    columns: ["일시 (UTC)", "내용", "네트워크 주소", "프로그램"],
    files: "지문",
};

fn time(at: Timestamp) -> String {
    at.to_utc().format("%Y-%m-%d %H:%M:%S").to_string()
}

async fn agreement(
    app: &App,
    standing: &Standing,
    signed: &[Acceptance],
    events: &[Audited],
) -> Answer<Document> {
    let says = if standing.locale() == Locale::Ko { &KOREAN } else { &ENGLISH };
    let cover = standing.whole_cover(app).await?;
    let first = &signed[0].receipt;
    let seen = sight(&standing.content, Some(&choice_of(first)), first.incentive.as_ref(), first.price_day);
    let seen = seen.map_err(|e| http_room::Problem::internal(&e))?;
    let mut whole = document(&seen, &cover, true);
    // The place to sign on paper is not needed any more.
    whole.parts.truncate(whole.parts.len().saturating_sub(3));
    whole.made_at = signed.last().map_or(whole.made_at, |a| a.receipt.at.to_utc().timestamp());
    whole.parts.push(Part::Page);
    whole.parts.push(Part::Heading { text: says.heading.to_owned() });
    whole.parts.push(Part::Prose { blocks: paper::prose::prose(says.intro) });
    whole.parts.push(Part::Facts {
        facts: vec![
            Fact::new("ID", standing.offer.id.0.to_string()),
            Fact::new("SHA-256", format!("{} ({})", first.content_sha256, cover_word(standing))),
            Fact::new("SHA-256", format!("{} (PDF)", first.pdf_sha256)),
        ],
    });
    for one in signed {
        signer(&mut whole, one, says);
    }
    whole.parts.push(Part::Heading { text: says.events.to_owned() });
    whole.parts.push(Part::Prose { blocks: vec![table(events, says)] });
    let last = events.last().map(|e| e.seal.clone()).unwrap_or_default();
    whole.parts.push(Part::Small { text: format!("{}: {last}", says.files) });
    Ok(whole)
}

fn cover_word(standing: &Standing) -> &'static str {
    if standing.locale() == Locale::Ko { "내용" } else { "content" }
}

fn signer(whole: &mut Document, one: &Acceptance, says: &Words) {
    let receipt = &one.receipt;
    let heading = match receipt.signers {
        1 => says.signer.to_owned(),
        of => format!("{} {} / {of}", says.signer, receipt.place),
    };
    whole.parts.push(Part::Heading { text: heading });
    let mut facts = vec![
        Fact::new(says.name, receipt.name.as_str()),
        Fact::new(says.role, receipt.role.as_str()),
        Fact::new(says.mail, receipt.mail.as_str()),
        Fact::new(says.at, time(receipt.at)),
        Fact::new(says.from, format!("{}\n{}", receipt.address, receipt.user_agent)),
    ];
    if let Some(day) = receipt.start_on {
        facts.push(Fact::new(says.start, day.to_string()));
    }
    facts.push(Fact::new(says.consent, format!("{} ({})", receipt.consent, receipt.consent_version)));
    if one.drawn.is_none() {
        facts.push(Fact::new(says.signature, format!("/s/ {}", receipt.name)));
    }
    whole.parts.push(Part::Facts { facts });
    if let Some(drawn) = &one.drawn {
        whole.parts.push(Part::Picture { index: whole.pictures.len(), height: 24 });
        let alt = format!("{}: {}", says.signature, receipt.name);
        whole.pictures.push(Picture { bytes: drawn.clone(), alt });
    }
}

fn table(events: &[Audited], says: &Words) -> Block {
    let cell = |text: String| vec![Inline::Text { text }];
    let mut rows = vec![says.columns.iter().map(|c| cell((*c).to_owned())).collect::<Vec<_>>()];
    for event in events.iter().rev().take(EVENTS).rev() {
        let program = event.facts["user_agent"].as_str().unwrap_or_default();
        let name = event.facts["name"].as_str().map(|n| format!(": {n}")).unwrap_or_default();
        rows.push(vec![
            cell(time(event.at)),
            cell(format!("{}{name}", event.kind)),
            cell(event.address.clone()),
            cell(program.chars().take(80).collect()),
        ]);
    }
    Block::Table { align: vec!["left"; 4], rows }
}
