//! Which calendar keeps a member busy: its address, and who reads it there. What opens it is sealed and never shown again.
//!
//! A password belongs to the address it was given with: a new address never gets the old one's.

use http_room::{App, FieldError};
use kernel::limits::{EMAIL_BYTES, PASSWORD_MAX_BYTES, URL_CHARS};
use kernel::{Timestamp, UserId, WorkspaceId};
use serde_json::json;
use store::db::Source;
use store::{Result, Sql, WriteTx};
use url::Url;

use super::hours::BookableHoursInput;

/// Who reads a calendar.
#[derive(Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Their name at its server.
    pub user: String,
    /// Their password there.
    pub password: String,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("user", &self.user).finish_non_exhaustive()
    }
}

/// What becomes of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// As it was.
    Kept,
    /// No calendar.
    None,
    /// Another one.
    Other(Url, Option<SignIn>),
    /// The same, read by somebody else.
    By(SignIn),
}

/// What the calendar's address is sealed for.
pub(super) fn purpose(workspace: WorkspaceId, user: UserId) -> String {
    format!("calendar of {user} in {workspace}")
}

/// What the password is sealed for.
pub(super) fn password_purpose(workspace: WorkspaceId, user: UserId) -> String {
    format!("calendar password of {user} in {workspace}")
}

/// An address as calendars are asked for: `webcal:` and `caldavs:` mean `https:`.
fn address(text: &str) -> Option<Url> {
    let text = text.trim();
    let secure = ["webcal://", "webcals://", "caldavs://", "caldav://"];
    let text = match secure.iter().find_map(|scheme| text.strip_prefix(scheme)) {
        Some(rest) => format!("https://{rest}"),
        None => text.to_owned(),
    };
    let url = Url::parse(&text).ok()?;
    (text.len() <= URL_CHARS && matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
}

/// Who reads it, as it was entered. Basic authentication holds no colon in a name.
fn sign_in(input: &BookableHoursInput, errors: &mut Vec<FieldError>) -> Option<SignIn> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let user = given(&input.calendar_user).map(|user| user.trim().to_owned());
    let (user, password) = match (user, given(&input.calendar_password)) {
        (None, None) => return None,
        (Some(user), Some(password)) => (user, password),
        (None, Some(_)) => {
            errors.push(FieldError::new("calendar_user", "required", "the name that goes with the password"));
            return None;
        }
        (Some(_), None) => {
            let told = "the password that goes with the user name";
            errors.push(FieldError::new("calendar_password", "required", told));
            return None;
        }
    };
    if user.len() > EMAIL_BYTES || user.contains(|c: char| c.is_control() || c == ':') {
        errors.push(FieldError::new("calendar_user", "invalid", "a name without a colon is expected"));
    }
    if password.len() > PASSWORD_MAX_BYTES || password.contains(char::is_control) {
        errors.push(FieldError::new("calendar_password", "invalid", "at most 1024 bytes on one line"));
    }
    Some(SignIn { user, password })
}

/// What was entered; faults are added to the others.
pub(super) fn entered(input: &BookableHoursInput, errors: &mut Vec<FieldError>) -> Connection {
    let by = sign_in(input, errors);
    let Some(text) = &input.calendar_url else { return by.map_or(Connection::Kept, Connection::By) };
    let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) else { return Connection::None };
    match address(text) {
        Some(url) => {
            if by.is_some() && !is_safe(&url) {
                let told = "a password is only sent to an address that begins with https://";
                errors.push(FieldError::new("calendar_url", "insecure", told));
            }
            Connection::Other(url, by)
        }
        None => {
            let told = "an address that begins with https:// or webcal:// is expected";
            errors.push(FieldError::new("calendar_url", "invalid", told));
            Connection::Kept
        }
    }
}

/// Whether a password may be sent there.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(crate::mailbox::is_near)
}

/// Saves it. A calendar that was not read so before is due at once, and what was said before is forgotten.
///
/// # Errors
/// Whatever the database says.
pub(super) async fn save(
    app: &App,
    tx: &WriteTx,
    (workspace, user): (WorkspaceId, UserId),
    connection: &Connection,
    now: Timestamp,
) -> Result<()> {
    let (url, by) = match connection {
        Connection::Kept => return Ok(()),
        Connection::None => (None, None),
        Connection::Other(url, by) => (Some(url), by.as_ref()),
        Connection::By(by) => (None, Some(by)),
    };
    let name = by.map(|by| by.user.clone());
    let password = by.map(|by| app.secrets.seal(&password_purpose(workspace, user), &by.password));
    let mut sql = Sql::new(tx.engine(), "UPDATE bookable_hours SET ");
    sql.push_with("calendar_user = ?, calendar_password = ?, ", [name.into(), password.into()]);
    if matches!(connection, Connection::By(_)) {
        sql.push("calendar_due_at = ").bind(now);
    } else {
        let sealed = url.map(|url| app.secrets.seal(&purpose(workspace, user), url.as_str()));
        let host = url.and_then(Url::host_str).map(str::to_owned);
        let text = "calendar_url = ?, calendar_host = ?, calendar_due_at = ?";
        sql.push_with(text, [sealed.into(), host.into(), url.map(|_| now).into()]);
    }
    let text = ", calendar_kind = NULL, calendar_read_at = NULL, calendar_failure = NULL, calendar_failure_code = NULL, \
                calendar_events = 0, calendar_unread = 0, busy = ? WHERE workspace_id = ? AND user_id = ?";
    sql.push_with(text, [json!([]).into(), workspace.into(), user.into()]);
    if matches!(connection, Connection::By(_)) {
        sql.push(" AND calendar_url IS NOT NULL");
    }
    sql.run(tx.conn()).await?;
    Ok(())
}
