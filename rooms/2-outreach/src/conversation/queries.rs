//! The rows of conversations.

use http_room::list::push_conditions;
use http_room::{Answer, Field, FieldKind, ListQuery};
use kernel::{ConversationId, MailboxId, MessageId, PersonId, TaskId, Timestamp, UserId, WorkspaceId};
use serde_json::Value as Json;
use store::db::Source;
use store::{Actor, Engine, Result, Sql, WriteTx};

use super::rules::{Deed, Standing, after, wants_answer};
use super::{ConversationRow, ConversationState};
use crate::inbox::Whose;
use crate::mailbox::MailboxRow;
use crate::message::{self, MessageRow};

/// Columns of a [`ConversationRow`].
pub(super) const COLUMNS: &str = "id, workspace_id, state, assigned_to, \
    (SELECT u.name FROM app_user u WHERE u.id = conversation.assigned_to) AS assigned_name, snoozed_until, person_id, \
    (SELECT p.name FROM person p WHERE p.id = conversation.person_id) AS person_name, company_id, \
    (SELECT c.name FROM company c WHERE c.id = conversation.company_id) AS company_name, deal_id, \
    (SELECT d.name FROM deal d WHERE d.id = conversation.deal_id AND d.deleted_at IS NULL) AS deal_name, mailbox_id, \
    (SELECT b.address FROM mailbox b WHERE b.id = conversation.mailbox_id) AS mailbox_address, message_id, \
    (SELECT m.subject FROM message m WHERE m.id = conversation.message_id) AS subject, \
    (SELECT SUBSTR(COALESCE(m.excerpt, m.text), 1, 300) FROM message m WHERE m.id = conversation.message_id) AS excerpt, \
    class, intent, last_in_at, answered_at, listed_at, was, revision, created_at, updated_at";

pub(super) const FIELDS: &[Field] = &[
    Field::column("state", FieldKind::Choice, false),
    Field::column("assigned_to", FieldKind::User, false),
    Field::column("mailbox_id", FieldKind::Company, false),
    Field::column("class", FieldKind::Choice, false),
    Field::column("intent", FieldKind::Choice, false),
    Field::column("person_id", FieldKind::Person, false),
    Field::column("company_id", FieldKind::Company, false),
    Field::column("deal_id", FieldKind::Company, false),
    Field::column("listed_at", FieldKind::Instant, true),
];

/// Which conversations a list asks for, beginning with `FROM`: open ones unless it says otherwise; with `found` only those
/// of these people and companies.
///
/// # Errors
/// 422 for a filter that does not fit.
pub fn page_query(
    engine: Engine,
    workspace: WorkspaceId,
    query: &ListQuery,
    found: Option<(Vec<uuid::Uuid>, Vec<uuid::Uuid>)>,
) -> Answer<Sql> {
    let mut sql = Sql::new(engine, "FROM conversation WHERE workspace_id = ");
    sql.bind(workspace);
    if !query.filters.iter().any(|f| f.field == "state") {
        sql.push(" AND state = 'open'");
    }
    push_conditions(&mut sql, FIELDS, &query.filters)?;
    if let Some((people, companies)) = found {
        sql.push(" AND (person_id IN ").bind_list(people.into_iter().map(Into::into));
        sql.push(" OR company_id IN ").bind_list(companies.into_iter().map(Into::into)).push(")");
    }
    // Whoever was deleted waits for nobody.
    sql.push(
        " AND EXISTS (SELECT 1 FROM person p WHERE p.id = conversation.person_id AND p.deleted_at IS NULL)",
    );
    Ok(sql)
}

/// A conversation of a workspace.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn find(
    db: &impl Source,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Option<ConversationRow>> {
    select(db.engine(), workspace, id).one(db.conn()).await
}

/// The same, held until the transaction ends. Hold its message first.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn hold(
    tx: &WriteTx,
    workspace: WorkspaceId,
    id: ConversationId,
) -> Result<Option<ConversationRow>> {
    let mut sql = select(tx.engine(), workspace, id);
    sql.hold();
    sql.one(tx.conn()).await
}

fn select(engine: Engine, workspace: WorkspaceId, id: ConversationId) -> Sql {
    let mut sql = Sql::new(engine, "SELECT ");
    sql.push(COLUMNS).push(" FROM conversation WHERE ");
    sql.push_with("id = ? AND workspace_id = ?", [id.into(), workspace.into()]);
    sql
}

/// The newest conversation of a person and a mailbox, held. After a merge a person may have several.
async fn of(
    tx: &WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    mailbox: MailboxId,
) -> Result<Option<ConversationRow>> {
    let mut sql = Sql::new(tx.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM conversation WHERE ");
    sql.push_with("person_id = ? AND mailbox_id = ?", [person.into(), mailbox.into()]);
    sql.push(" AND ").push_check("workspace_id", workspace).push(" ORDER BY listed_at DESC, id DESC LIMIT 1");
    sql.hold();
    sql.one(tx.conn()).await
}

/// Writes down where a held conversation stands from now on, and what taking that back brings back.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn stand(
    tx: &WriteTx,
    row: &ConversationRow,
    standing: Standing,
    was: Option<Json>,
    listed_at: Timestamp,
    now: Timestamp,
) -> Result<()> {
    let text = "UPDATE conversation SET state = ?, assigned_to = ?, snoozed_until = ?, was = ?, listed_at = ?, \
                revision = revision + 1, updated_at = ? WHERE id = ? AND workspace_id = ?";
    let values = [
        standing.state.key().into(),
        standing.assigned_to.into(),
        standing.snoozed_until.into(),
        was.into(),
        listed_at.into(),
        now.into(),
        row.id.into(),
        row.workspace_id.into(),
    ];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A mail of theirs that was written down.
#[derive(Debug, Clone, Copy)]
pub struct Arrived<'a> {
    /// The mail.
    pub id: MessageId,
    /// Whose.
    pub whose: Whose,
    /// What it is.
    pub class: &'a str,
    /// What it wants.
    pub intent: Option<&'a str>,
    /// When it came.
    pub at: Timestamp,
}

/// Puts a mail into its conversation, and begins one where there is none. What a person wrote opens it again; other
/// mail changes nothing of one that is there.
///
/// # Errors
/// Whatever the database says.
pub async fn arrived(tx: &WriteTx, mailbox: &MailboxRow, mail: &Arrived<'_>, now: Timestamp) -> Result<()> {
    let Some(person) = mail.whose.person else { return Ok(()) };
    let wants = wants_answer(mail.class, mail.intent);
    match of(tx, mailbox.workspace_id, person, mailbox.id).await? {
        None => begin(tx, mailbox, person, mail, wants, now).await,
        Some(_) if mail.class != "human" => Ok(()),
        Some(row) => {
            let standing = after(row.standing(), if wants { Deed::Arrive } else { Deed::Done });
            let listed_at = row.listed_at.max(mail.at);
            stand(tx, &row, standing, None, listed_at, now).await?;
            if mail.at < row.last_in_at {
                return Ok(());
            }
            let text = "UPDATE conversation SET message_id = ?, class = ?, intent = ?, last_in_at = ?, company_id = ?, \
                        deal_id = COALESCE(?, deal_id) WHERE id = ?";
            let values = [
                mail.id.into(),
                mail.class.into(),
                mail.intent.into(),
                mail.at.into(),
                mail.whose.company.or(row.company_id).into(),
                mail.whose.deal.into(),
                row.id.into(),
            ];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
            Ok(())
        }
    }
}

async fn begin(
    tx: &WriteTx,
    mailbox: &MailboxRow,
    person: PersonId,
    mail: &Arrived<'_>,
    wants: bool,
    now: Timestamp,
) -> Result<()> {
    let state = if wants { ConversationState::Open } else { ConversationState::Done };
    let owner = match mail.whose.deal {
        Some(deal) => {
            let text = "SELECT owner_id FROM deal WHERE id = ? AND workspace_id = ?";
            let values = [deal.into(), mailbox.workspace_id.into()];
            Sql::with(tx.engine(), text, values).scalar::<Option<UserId>>(tx.conn()).await?.flatten()
        }
        None => None,
    };
    let mut sql = Sql::new(
        tx.engine(),
        "INSERT INTO conversation (id, workspace_id, mailbox_id, person_id, company_id, deal_id, message_id, class, intent, \
         state, assigned_to, last_in_at, listed_at, revision, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        ConversationId::new().into(),
        mailbox.workspace_id.into(),
        mailbox.id.into(),
        person.into(),
        mail.whose.company.into(),
        mail.whose.deal.into(),
        mail.id.into(),
        mail.class.into(),
        mail.intent.into(),
        state.key().into(),
        owner.unwrap_or(mailbox.owner_id).into(),
        mail.at.into(),
        mail.at.into(),
        1_i64.into(),
        mail.at.into(),
        now.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// A mail of theirs is taken for something else than before.
///
/// # Errors
/// Whatever the database says.
pub async fn intent_changed(tx: &WriteTx, id: MessageId, intent: Option<&str>, now: Timestamp) -> Result<()> {
    let text = "UPDATE conversation SET intent = ?, updated_at = ? WHERE message_id = ?";
    Sql::with(tx.engine(), text, [intent.into(), now.into(), id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// A mail of theirs was answered by hand: its conversation says so, and nobody is asked to answer it any more.
///
/// # Errors
/// Whatever the database says.
pub async fn answered(tx: &mut WriteTx, theirs: &MessageRow, actor: Actor, now: Timestamp) -> Answer<()> {
    let (Some(person), Some(mailbox)) = (theirs.person_id, theirs.mailbox_id) else { return Ok(()) };
    let text = "UPDATE conversation SET answered_at = ?, revision = revision + 1, updated_at = ? \
                WHERE person_id = ? AND mailbox_id = ? AND workspace_id = ?";
    let values = [now.into(), now.into(), person.into(), mailbox.into(), theirs.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    finish_tasks(tx, theirs.workspace_id, person, actor, now).await?;
    Ok(())
}

/// Ends the open tasks that ask for an answer to a person. Answers which.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn finish_tasks(
    tx: &mut WriteTx,
    workspace: WorkspaceId,
    person: PersonId,
    actor: Actor,
    now: Timestamp,
) -> Answer<Vec<TaskId>> {
    let text = "SELECT id FROM task WHERE person_id = ? AND origin = 'reply' AND state = 'open' AND deleted_at IS NULL AND ";
    let mut sql = Sql::with(tx.engine(), text, [person.into()]);
    let rows = sql.push_check("workspace_id", workspace).push(" ORDER BY id").clone().rows(tx.conn()).await?;
    let tasks: Vec<TaskId> =
        rows.iter().map(|row| row.try_get_by_index(0)).collect::<std::result::Result<_, _>>()?;
    for task in &tasks {
        records::task::set_state(tx, workspace, actor, *task, "done", now).await?;
    }
    Ok(tasks)
}

/// Makes the conversations of mail that was written down without them: the newest mail of each person counts, and
/// waits when it came since then.
///
/// # Errors
/// Whatever the database says.
pub async fn rebuild(tx: &WriteTx, workspace: WorkspaceId, since: Timestamp) -> Result<u64> {
    let text = "INSERT INTO conversation (id, workspace_id, mailbox_id, person_id, company_id, deal_id, message_id, class, \
        intent, state, assigned_to, last_in_at, listed_at, revision, created_at, updated_at) \
        SELECT m.id, m.workspace_id, m.mailbox_id, m.person_id, m.company_id, m.deal_id, m.id, 'human', m.intent, \
        CASE WHEN m.created_at >= ? AND COALESCE(m.intent, '') <> 'unsubscribe' THEN 'open' ELSE 'done' END, \
        COALESCE((SELECT d.owner_id FROM deal d WHERE d.id = m.deal_id), b.owner_id), m.created_at, m.created_at, 1, \
        m.created_at, m.created_at FROM message m JOIN mailbox b ON b.id = m.mailbox_id \
        WHERE m.workspace_id = ? AND m.direction = 'in' AND m.state = 'received' AND m.class = 'human' \
        AND m.person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM message n WHERE n.person_id = m.person_id \
        AND n.mailbox_id = m.mailbox_id AND n.direction = 'in' AND n.class = 'human' \
        AND (n.created_at, n.id) > (m.created_at, m.id)) AND NOT EXISTS (SELECT 1 FROM conversation o \
        WHERE o.person_id = m.person_id AND o.mailbox_id = m.mailbox_id)";
    Sql::with(tx.engine(), text, [since.into(), workspace.into()]).run(tx.conn()).await
}

/// The newest mails with a person that left or came in, oldest first, and whether there are older ones.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn mails_with(
    db: &impl Source,
    workspace: WorkspaceId,
    person: PersonId,
    limit: i64,
) -> Result<(Vec<MessageRow>, bool)> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(message::COLUMNS)
        .push(" FROM message WHERE person_id = ")
        .bind(person)
        .push(" AND ")
        .push_check("workspace_id", workspace);
    sql.push(
        " AND state NOT IN ('planned', 'needs_edit', 'cancelled') ORDER BY created_at DESC, id DESC LIMIT ",
    );
    let mut rows: Vec<MessageRow> = sql.bind(limit + 1).clone().all(db.conn()).await?;
    let has_older = rows.len() > usize::try_from(limit).unwrap_or(usize::MAX);
    if has_older {
        rows.pop();
    }
    rows.reverse();
    Ok((rows, has_older))
}
