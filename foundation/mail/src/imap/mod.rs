//! Reading a mailbox over IMAP without changing it: what is new, wait for more, find one mail again.
//!
//! Folders are opened read-only and bodies are peeked at, so a rep's unread marks stay as they are. A
//! connection that failed once is not used again; the caller opens another. Which UIDs were already seen is
//! the caller's to keep, together with UIDVALIDITY.

mod folder;
pub(crate) mod sign_in;

use std::time::Duration;

use async_imap::Session;
use async_imap::types::{Fetch, Flag, UnsolicitedResponse};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

pub use self::folder::Folder;
use self::sign_in::{greeted, greeted_plain, sign_in, start_tls};
use crate::MailError;
use crate::connect::{Login, Security, Trust, connect_tcp, resolve, tls, within};

/// Most bytes that one [`ImapConnection::fetch_after`] holds in memory beyond its first mail.
const BATCH_BYTES: u64 = 64 * 1024 * 1024;

/// Where and how to read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImapSettings {
    /// Host name, also the name its certificate must bear.
    pub host: String,
    /// Usually 993 with TLS.
    pub port: u16,
    /// Protection of the connection.
    pub security: Security,
    /// IMAP always wants a sign-in.
    pub login: Login,
    /// Whom to believe during TLS.
    pub trust: Trust,
    /// Time limits.
    pub limits: ImapLimits,
}

/// Longest waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImapLimits {
    /// Resolving, connecting, TLS: each.
    pub connect: Duration,
    /// One command, fetching bodies included.
    pub command: Duration,
}

impl Default for ImapLimits {
    fn default() -> Self {
        ImapLimits { connect: Duration::from_secs(10), command: Duration::from_secs(60) }
    }
}

/// A folder as it was when it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    /// UIDs count only together with this number; another one means: begin at UID 0.
    pub uid_validity: u32,
    /// The next mail will have at least this UID; 0 if the server does not say.
    pub uid_next: u32,
    /// Number of mails.
    pub exists: u32,
}

/// One mail as the server holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMail {
    /// UID within the folder and its UIDVALIDITY.
    pub uid: u32,
    /// Size in bytes as the server says.
    pub size: u32,
    /// When the server received it.
    pub internal_date: Option<DateTime<Utc>>,
    /// `\Seen`, `\Answered` and other flags, as written on the wire.
    pub flags: Vec<String>,
    /// The mail, or why it is not here.
    pub content: RawContent,
}

/// The bytes of a mail, or the reason for their absence. Every UID found has one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RawContent {
    /// Whole mail.
    Bytes(Vec<u8>),
    /// Larger than the caller's cap: only the header was fetched.
    TooLarge {
        /// Header block, enough to show sender and subject.
        header: Vec<u8>,
    },
    /// The server listed the mail but gave no content; somebody deleted it meanwhile.
    Gone,
}

/// Why [`ImapConnection::idle`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something changed: fetch.
    Changed,
    /// The time is over: idle again.
    TimedOut,
}

pub(crate) trait ImapStream: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> ImapStream for T {}
pub(crate) type Stream = Box<dyn ImapStream>;

/// A signed-in connection.
pub struct ImapConnection {
    session: Option<Session<Stream>>,
    limits: ImapLimits,
}

impl std::fmt::Debug for ImapConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImapConnection").field("usable", &self.session.is_some()).finish_non_exhaustive()
    }
}

impl ImapConnection {
    /// Resolves, connects, protects, greets and signs in.
    pub async fn open(settings: &ImapSettings) -> Result<Self, MailError> {
        let limits = settings.limits;
        let addresses = resolve(&settings.host, settings.port, limits.connect).await?;
        let stream = connect_tcp(&settings.host, settings.port, &addresses, limits.connect).await?;
        let client = match settings.security {
            Security::Plain => greeted(Box::new(stream), limits).await?,
            Security::Tls => {
                let stream = tls(stream, &settings.host, &settings.trust, limits.connect).await?;
                greeted(Box::new(stream), limits).await?
            }
            Security::StartTls => start_tls(greeted_plain(stream, limits).await?, settings).await?,
        };
        let session = sign_in(client, settings).await?;
        Ok(Self::signed_in(session, limits))
    }

    pub(crate) fn signed_in(session: Session<Stream>, limits: ImapLimits) -> Self {
        ImapConnection { session: Some(session), limits }
    }

    /// Opens a folder read-only.
    pub async fn select(&mut self, folder: &str) -> Result<Selected, MailError> {
        let opened = self.run("EXAMINE", async |s: &mut Session<Stream>| s.examine(folder).await).await?;
        let no_uids = || MailError::Server {
            command: "EXAMINE".into(),
            words: "the server gives no UIDVALIDITY, so mails cannot be told apart".into(),
        };
        Ok(Selected {
            uid_validity: opened.uid_validity.ok_or_else(no_uids)?,
            uid_next: opened.uid_next.unwrap_or(0),
            exists: opened.exists,
        })
    }

    /// The next mails after that UID, oldest first, at most `limit` and about 64 MiB; call again from the
    /// last UID until it gives none. A mail over `size_cap` bytes comes with its header only.
    pub async fn fetch_after(
        &mut self,
        uid: u32,
        limit: usize,
        size_cap: u32,
    ) -> Result<Vec<RawMail>, MailError> {
        let Some(first) = uid.checked_add(1) else { return Ok(Vec::new()) };
        let query = format!("UID {first}:*");
        let found = self.run("SEARCH", async |s: &mut Session<Stream>| s.uid_search(&query).await).await?;
        // `n:*` always names the last mail too, even if its UID is below n (RFC 3501 6.4.8).
        let mut uids: Vec<u32> = found.into_iter().filter(|u| *u > uid).collect();
        uids.sort_unstable();
        uids.truncate(limit);
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let mut mails = self.outlines(&uids).await?;
        keep_batch(&mut mails, size_cap);
        self.fill(&mut mails, size_cap).await?;
        Ok(mails)
    }

    /// Waits until the folder changes or the time is over (at most 29 minutes, RFC 2177).
    pub async fn idle(&mut self, wait: Duration) -> Result<Wake, MailError> {
        let session = self.session.take().ok_or_else(|| ended("IDLE"))?;
        let limit = self.limits.command;
        let until = Instant::now() + wait.min(Duration::from_secs(29 * 60));
        let mut handle = session.idle();
        within("IDLE", limit, handle.init()).await?.map_err(|e| failure("IDLE", e))?;
        let outcome = {
            let (response, _interrupt) = handle.wait_with_timeout(wait);
            tokio::time::timeout_at(until, response).await
        };
        use async_imap::extensions::idle::IdleResponse;
        let wake = match outcome {
            Err(_) | Ok(Ok(IdleResponse::Timeout)) => Wake::TimedOut,
            Ok(Ok(IdleResponse::NewData(_))) => Wake::Changed,
            Ok(Ok(IdleResponse::ManualInterrupt)) => return Err(ended("IDLE")),
            Ok(Err(e)) => return Err(failure("IDLE", e)),
        };
        let session = within("DONE", limit, handle.done()).await?.map_err(|e| failure("DONE", e))?;
        let changed = arrived(&session);
        self.session = Some(session);
        Ok(if changed { Wake::Changed } else { wake })
    }

    /// UIDs in the open folder of the mails with that Message-ID (without brackets).
    pub async fn search_message_id(&mut self, id: &str) -> Result<Vec<u32>, MailError> {
        self.search_header("Message-ID", id).await
    }

    /// UIDs in the open folder of the mails whose header of that name holds the value.
    pub async fn search_header(&mut self, name: &str, value: &str) -> Result<Vec<u32>, MailError> {
        let plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
        if !plain(name) || !plain(value) {
            return Err(MailError::field("search", "only plain ASCII without quotes can be searched for"));
        }
        let query = format!("HEADER {name} \"{value}\"");
        let found = self.run("SEARCH", async |s: &mut Session<Stream>| s.uid_search(&query).await).await?;
        let mut uids: Vec<u32> = found.into_iter().collect();
        uids.sort_unstable();
        Ok(uids)
    }

    /// Every folder of the account.
    pub async fn list_folders(&mut self) -> Result<Vec<Folder>, MailError> {
        let names = self
            .run("LIST", async |s: &mut Session<Stream>| {
                s.list(Some(""), Some("*")).await?.try_collect::<Vec<_>>().await
            })
            .await?;
        Ok(names.iter().map(Folder::of).collect())
    }

    /// The folder of sent mail: the one the server marks, else one with a usual name.
    pub async fn sent_folder(&mut self) -> Result<Option<Folder>, MailError> {
        let folders = self.list_folders().await?;
        let marked = folders.iter().find(|f| f.sent && f.selectable);
        Ok(marked.or_else(|| folders.iter().find(|f| f.selectable && f.has_usual_name())).cloned())
    }

    /// Puts a mail into a folder as read: a copy of what went out, for servers that keep none themselves.
    pub async fn append(&mut self, folder: &str, bytes: &[u8]) -> Result<(), MailError> {
        self.run("APPEND", async |s: &mut Session<Stream>| {
            s.append(folder, Some("(\\Seen)"), None, bytes).await
        })
        .await
    }

    /// LOGOUT; errors do not matter.
    pub async fn close(mut self) {
        if let Some(mut session) = self.session.take() {
            let _ = within("LOGOUT", self.limits.command, session.logout()).await;
        }
    }

    async fn outlines(&mut self, uids: &[u32]) -> Result<Vec<RawMail>, MailError> {
        let fetched = self.uid_fetch(uids, "(UID RFC822.SIZE INTERNALDATE FLAGS)").await?;
        let mut mails: Vec<RawMail> = fetched.iter().filter_map(outline).collect();
        mails.sort_unstable_by_key(|m| m.uid);
        mails.dedup_by_key(|m| m.uid);
        mails.retain(|m| uids.binary_search(&m.uid).is_ok());
        Ok(mails)
    }

    async fn fill(&mut self, mails: &mut [RawMail], size_cap: u32) -> Result<(), MailError> {
        let (small, large): (Vec<&RawMail>, Vec<&RawMail>) = mails.iter().partition(|m| m.size <= size_cap);
        let uids = |mails: &[&RawMail]| mails.iter().map(|m| m.uid).collect::<Vec<_>>();
        let (small, large) = (uids(&small), uids(&large));
        let bodies = self.uid_fetch(&small, "(UID BODY.PEEK[])").await?;
        let headers = self.uid_fetch(&large, "(UID BODY.PEEK[HEADER])").await?;
        let contents = bodies.iter().map(|f| (f.uid, f.body().map(|b| RawContent::Bytes(b.to_vec())))).chain(
            headers.iter().map(|f| (f.uid, f.header().map(|h| RawContent::TooLarge { header: h.to_vec() }))),
        );
        for (uid, content) in contents {
            let place = mails.iter_mut().find(|m| Some(m.uid) == uid);
            if let (Some(mail), Some(content)) = (place, content) {
                mail.content = content;
            }
        }
        Ok(())
    }

    async fn uid_fetch(&mut self, uids: &[u32], what: &str) -> Result<Vec<Fetch>, MailError> {
        if uids.is_empty() {
            return Ok(Vec::new());
        }
        let set = uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
        self.run("FETCH", async |s: &mut Session<Stream>| {
            s.uid_fetch(&set, what).await?.try_collect::<Vec<_>>().await
        })
        .await
    }

    /// One command under its limit. After a lost connection or a timeout the session is dropped, since an
    /// answer that arrives late would be taken for the answer to the next command.
    async fn run<T>(
        &mut self,
        step: &'static str,
        work: impl AsyncFnOnce(&mut Session<Stream>) -> async_imap::error::Result<T>,
    ) -> Result<T, MailError> {
        let mut session = self.session.take().ok_or_else(|| ended(step))?;
        let answer = within(step, self.limits.command, work(&mut session)).await?;
        match answer {
            Ok(value) => {
                self.session = Some(session);
                Ok(value)
            }
            Err(e) => {
                let e = failure(step, e);
                if matches!(e, MailError::Server { .. }) {
                    self.session = Some(session);
                }
                Err(e)
            }
        }
    }
}

/// Drops mails from the end until the batch fits into memory; the first one always stays.
fn keep_batch(mails: &mut Vec<RawMail>, size_cap: u32) {
    let mut bytes = 0_u64;
    let fits = |mail: &RawMail| {
        bytes += if mail.size <= size_cap { u64::from(mail.size) } else { 0 };
        bytes <= BATCH_BYTES
    };
    let kept = mails.iter().map(fits).take_while(|fits| *fits).count();
    mails.truncate(kept.max(1));
}

fn outline(fetch: &Fetch) -> Option<RawMail> {
    Some(RawMail {
        uid: fetch.uid?,
        size: fetch.size.unwrap_or(0),
        internal_date: fetch.internal_date().map(|d| d.with_timezone(&Utc)),
        flags: fetch.flags().map(|f| flag_name(&f)).collect(),
        content: RawContent::Gone,
    })
}

fn flag_name(flag: &Flag<'_>) -> String {
    match flag {
        Flag::Custom(name) => name.to_string(),
        Flag::MayCreate => "\\*".into(),
        system => format!("\\{system:?}"),
    }
}

/// Whether the server announced mails while IDLE began or ended; those never show in the wait itself.
fn arrived(session: &Session<Stream>) -> bool {
    let mut arrived = false;
    while let Ok(response) = session.unsolicited_responses.try_recv() {
        arrived |= matches!(response, UnsolicitedResponse::Exists(_) | UnsolicitedResponse::Recent(_));
    }
    arrived
}

fn ended(step: &'static str) -> MailError {
    MailError::Lost { step, why: "the connection has ended".into() }
}

fn failure(step: &'static str, error: async_imap::error::Error) -> MailError {
    use async_imap::error::Error;
    match error {
        Error::No(words) | Error::Bad(words) => MailError::Server { command: step.into(), words },
        Error::Validate(e) => MailError::field(step, e.to_string()),
        other => MailError::Lost { step, why: other.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_keeps_its_first_mail_however_large() {
        let mail = |uid, size| RawMail {
            uid,
            size,
            internal_date: None,
            flags: Vec::new(),
            content: RawContent::Gone,
        };
        let mut mails = vec![mail(1, 90 << 20), mail(2, 5)];
        keep_batch(&mut mails, u32::MAX);
        assert_eq!(mails.iter().map(|m| m.uid).collect::<Vec<_>>(), [1]);
        let mut mails = vec![mail(1, 90 << 20), mail(2, 5)];
        keep_batch(&mut mails, 1 << 20);
        assert_eq!(mails.len(), 2, "an oversized mail costs only its header");
    }
}
