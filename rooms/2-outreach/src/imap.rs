//! IMAP as this room uses it: each conversation with a server as one piece of work.
//!
//! The futures of [`mail::ImapConnection`] are built from async closures, of which the compiler cannot show
//! that they may move between threads. They are therefore run on a blocking thread of the runtime.

use mail::imap::Selected;
use mail::probe::{Probe, probe_imap};
use mail::{ImapConnection, ImapSettings, MailError, RawMail};

/// Runs work that must stay on one thread.
async fn apart<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, MailError>
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let runtime = tokio::runtime::Handle::current();
    let done = tokio::task::spawn_blocking(move || runtime.block_on(work())).await;
    done.map_err(|why| MailError::Lost { step: "imap", why: why.to_string() })
}

/// Tries every step of reading.
pub(crate) async fn probe(settings: ImapSettings) -> Result<Probe, MailError> {
    apart(move || async move { probe_imap(&settings).await }).await
}

/// What to fetch from the inbox.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// UIDVALIDITY and last UID of the last time, if there was one.
    pub since: Option<(u32, u32)>,
    /// How many mails back to begin the first time.
    pub first_look: u32,
    /// Mails at once.
    pub limit: usize,
    /// Larger mails come with their header only.
    pub size_cap: u32,
}

/// The next mails of the inbox, the connection to go on with, and the folder as it is.
pub(crate) async fn fetch(
    settings: ImapSettings,
    kept: Option<ImapConnection>,
    wanted: Wanted,
) -> Result<(ImapConnection, Selected, Vec<RawMail>), MailError> {
    apart(move || async move {
        let (mut connection, selected) = opened(&settings, kept).await?;
        let first = selected.uid_next.saturating_sub(1 + wanted.first_look);
        let known = wanted.since.filter(|(validity, _)| *validity == selected.uid_validity);
        let start = known.map_or(first, |(_, uid)| uid);
        let mails = connection.fetch_after(start, wanted.limit, wanted.size_cap).await?;
        Ok((connection, selected, mails))
    })
    .await?
}

/// The inbox on the kept connection; on a new one when there is none or the server has closed it.
async fn opened(
    settings: &ImapSettings,
    kept: Option<ImapConnection>,
) -> Result<(ImapConnection, Selected), MailError> {
    if let Some(mut connection) = kept {
        match connection.select("INBOX").await {
            Ok(selected) => return Ok((connection, selected)),
            Err(MailError::Lost { .. } | MailError::Timeout { .. }) => {}
            Err(why) => return Err(why),
        }
    }
    let mut connection = ImapConnection::open(settings).await?;
    let selected = connection.select("INBOX").await?;
    Ok((connection, selected))
}

/// A mail of ours to look for: a header with its value, and its Message-ID.
#[derive(Debug, Clone)]
pub(crate) struct Sought {
    /// Value of our token header.
    pub token: Option<String>,
    /// Message-ID without brackets.
    pub mime_id: Option<String>,
}

/// Which of these mails lie in the folder of sent mail or in the inbox, by their place in the list.
pub(crate) async fn find(
    settings: ImapSettings,
    header: &'static str,
    sought: Vec<Sought>,
) -> Result<Vec<usize>, MailError> {
    apart(move || async move {
        let mut connection = ImapConnection::open(&settings).await?;
        let sent = connection.sent_folder().await?.map(|f| f.name);
        let mut seen = Vec::new();
        for folder in sent.into_iter().chain(["INBOX".to_owned()]) {
            connection.select(&folder).await?;
            for (n, one) in sought.iter().enumerate() {
                if !seen.contains(&n) && holds(&mut connection, header, one).await? {
                    seen.push(n);
                }
            }
        }
        connection.close().await;
        Ok(seen)
    })
    .await?
}

async fn holds(connection: &mut ImapConnection, header: &str, one: &Sought) -> Result<bool, MailError> {
    if let Some(token) = &one.token
        && !connection.search_header(header, token).await?.is_empty()
    {
        return Ok(true);
    }
    match &one.mime_id {
        Some(id) => Ok(!connection.search_message_id(id).await?.is_empty()),
        None => Ok(false),
    }
}
