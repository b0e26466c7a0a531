//! Notices that are due: their mail is written, once, whichever node comes first; and what became of it is looked at
//! until they were told. What no mail can tell a member is asked to.

use http_room::{Answer, App};
use kernel::{Locale, PersonId, Timestamp, UserId, WorkspaceId};
use records::workspace::Workspace;
use store::WriteTx;
use uuid::Uuid;

use super::queries::{self, Group, Stand, stand};
use super::rules::{AGAIN_SECONDS, NoticeKind, is_late, kept_from, owed_in};
use super::words::{self, Fact, Notice, Sender};
use super::{ConsentNotice, confirm, desk, followed};
use crate::mailbox::MailboxRow;
use crate::message::{NewMessage, REFUSAL_HEARD, write_out};
use crate::recipient::{self, Recipient};
use crate::{letter, suppression};

/// People looked at in one run.
const BATCH: i64 = 100;
/// Seconds until a mail under way is looked at again.
pub(super) const LOOK_SECONDS: i64 = 60;

/// Tells what is due. Answers how many people were looked at.
///
/// # Errors
/// Whatever the database says.
pub async fn tell_due(app: &App) -> Answer<usize> {
    let due = queries::due(&app.db, BATCH, app.clock.now()).await?;
    for of in &due {
        if let Err(why) = look(app, of).await {
            tracing::error!(person = %of.1, %why, "what somebody has to be told could not be looked at; it is tried again later");
            let tx = app.db.write_tx().await?;
            queries::put_off(&tx, of, app.clock.now().plus_seconds(AGAIN_SECONDS)).await?;
            tx.commit().await?;
        }
    }
    Ok(due.len())
}

/// Looks at the notices of one kind and state of one person.
async fn look(app: &App, of: &Group) -> Answer<()> {
    let (workspace, person, kind, state) = of;
    let mut tx = app.db.write_tx().await?;
    let now = app.clock.now();
    let mut notices = queries::hold(&tx, of).await?;
    if state == "queued" {
        followed::look(&mut tx, notices, now).await?;
    } else {
        drop_settled(&tx, *workspace, kind, &mut notices).await?;
        if !notices.is_empty() {
            tell(app, &mut tx, (*workspace, *person), &notices, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Leaves out what does not hold any more: a consent that was taken back is told of as that.
async fn drop_settled(
    tx: &WriteTx,
    workspace: WorkspaceId,
    kind: &str,
    notices: &mut Vec<ConsentNotice>,
) -> Answer<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let holds: Vec<Uuid> = match NoticeKind::parse(kind) {
        Some(NoticeKind::Refused) => queries::refusals(tx, workspace, notices).await?,
        kind => {
            let withdrawn = kind == Some(NoticeKind::Withdrawn);
            let mut consents = queries::consents(tx, workspace, notices).await?;
            consents.retain(|consent| consent.withdrawn_at.is_some() == withdrawn);
            if kind == Some(NoticeKind::Confirm) {
                // Whoever was asked by hand meanwhile is not asked again.
                consents.retain(|c| notices.iter().any(|n| n.cause_id == c.id && n.said_at == c.since));
            }
            consents.into_iter().map(|consent| consent.id).collect()
        }
    };
    let settled: Vec<Uuid> =
        notices.iter().filter(|notice| !holds.contains(&notice.cause_id)).map(|notice| notice.id).collect();
    queries::drop(tx, workspace, &settled).await?;
    notices.retain(|notice| holds.contains(&notice.cause_id));
    Ok(())
}

/// Somebody who has to be told, and whose they are.
struct Told {
    workspace: Workspace,
    who: Recipient,
    rep: Option<UserId>,
    zone: chrono_tz::Tz,
}

/// Writes the mail that tells these notices of one kind to one person, or notes why there is none.
async fn tell(
    app: &App,
    tx: &mut WriteTx,
    (space, person): (WorkspaceId, PersonId),
    notices: &[ConsentNotice],
    now: Timestamp,
) -> Answer<()> {
    let ids: Vec<Uuid> = notices.iter().map(|notice| notice.id).collect();
    let workspace = records::workspace::find(tx, space).await?;
    let who = recipient::find(tx, space, person).await?;
    let (Some(workspace), Some(who), Some(kind)) =
        (workspace, who, notices.first().and_then(|notice| NoticeKind::parse(&notice.kind)))
    else {
        return Ok(queries::drop(tx, space, &ids).await?);
    };
    let (zone, country) = who.zone(tx, &workspace).await?;
    let settings = workspace.settings();
    let wanted = kind != NoticeKind::Confirm || settings.confirm_consents;
    if !wanted || !country.is_some_and(|country| owed_in(country, &settings.mail_rules)) {
        confirm::put_off(tx, notices, now).await?;
        return Ok(queries::drop(tx, space, &ids).await?);
    }
    let end = notices.iter().map(|notice| notice.tell_by).min().unwrap_or(now);
    // What was said long ago, and is only now heard of, is not told any more.
    if end <= now {
        return Ok(queries::drop(tx, space, &ids).await?);
    }
    let rep = desk::rep(tx, space, person).await?;
    let told = Told { workspace, who, rep, zone: zone.zone };
    match obstacle(tx, &told, kind).await? {
        Obstacle::None(from) => write(app, tx, &told, &from, (kind, notices), now).await,
        Obstacle::ForGood(why) => followed::give_up(tx, notices, why, now).await,
        Obstacle::ForNow(why) => {
            if is_late(end, now) {
                return followed::give_up(tx, notices, &why, now).await;
            }
            let again = Stand {
                state: "waiting",
                why: Some(&why),
                due_at: now.plus_seconds(AGAIN_SECONDS),
                message: None,
                told_at: None,
            };
            Ok(stand(tx, notices, again).await?)
        }
    }
}

/// What keeps a notice from being mailed.
enum Obstacle {
    None(Box<MailboxRow>),
    ForNow(String),
    ForGood(&'static str),
}

async fn obstacle(tx: &WriteTx, told: &Told, kind: NoticeKind) -> Answer<Obstacle> {
    let (space, who) = (told.workspace.id, &told.who);
    let Some(address) = who.address() else { return Ok(Obstacle::ForGood("no_email")) };
    let suppressed = suppression::in_force(tx, space, Some(&address), Some(who.id)).await?;
    if let Some(why) = kept_from(kind.answers_refusal(), suppressed.as_deref(), who.refuses_mail()) {
        return Ok(Obstacle::ForNow(why));
    }
    Ok(match desk::mailbox(tx, space, who.id, told.rep).await? {
        Some(from) => Obstacle::None(Box::new(from)),
        None => Obstacle::ForNow("no_mailbox".to_owned()),
    })
}

async fn write(
    app: &App,
    tx: &WriteTx,
    told: &Told,
    from: &MailboxRow,
    (kind, notices): (NoticeKind, &[ConsentNotice]),
    now: Timestamp,
) -> Answer<()> {
    let Told { workspace, who, .. } = told;
    let settings = workspace.settings();
    let reached_at =
        [from.from_name.clone(), from.address.clone(), settings.sender_phone, settings.postal_address];
    let facts = facts(tx, told, (kind, notices)).await?;
    let ids = letter::new_ids(&from.address);
    let notice = Notice {
        kind,
        name: &who.name,
        sender: Sender { company: &workspace.name, reached_at: &reached_at },
        facts: &facts,
        refuse_at: &letter::unsubscribe_url(app, &ids.0),
    };
    // The law is Korean: so is the mail, unless they are known to read something else.
    let locale = who.language().unwrap_or(Locale::Ko);
    let new = NewMessage {
        person: Some(who.id),
        company: who.company_id,
        to_name: who.name.clone(),
        to_address: who.address().map(|address| address.as_str().to_owned()).unwrap_or_default(),
        subject: words::subject(locale, kind, &workspace.name),
        text: words::text(locale, &notice),
        due_at: Some(desk::slot(tx, from, now).await?),
        ids: Some(ids),
        signature: Some(String::new()),
        of_law: true,
        label: kind.answers_refusal().then_some(REFUSAL_HEARD),
        ..NewMessage::default()
    };
    let message = write_out(tx, from, new, now).await?;
    let queued =
        Stand { state: "queued", why: None, due_at: now.plus_seconds(LOOK_SECONDS), message, told_at: None };
    Ok(stand(tx, notices, queued).await?)
}

async fn facts(
    tx: &WriteTx,
    told: &Told,
    (kind, notices): (NoticeKind, &[ConsentNotice]),
) -> Answer<Vec<Fact>> {
    let mut consents = Vec::new();
    if kind != NoticeKind::Refused {
        consents = queries::consents(tx, told.workspace.id, notices).await?;
    }
    let fact = |notice: &ConsentNotice| Fact {
        day: kernel::window::local_date(told.zone, notice.said_at),
        wording: consents.iter().find(|c| c.id == notice.cause_id).map(|c| c.wording.clone()),
    };
    Ok(notices.iter().map(fact).collect())
}
