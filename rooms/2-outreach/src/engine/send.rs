//! The sender. Three transactions a mail, each shared with other mails: claim it, say that its content starts, say
//! what became of it. Between the second and the third it may have left; a crash there makes it uncertain, never sent
//! again.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use http_room::{Answer, App};
use kernel::MailboxId;
use mail::smtp::Offer;
use mail::{MailError, Outcome};

use super::claim::{Claimed, Claims, Outbox, claim, outboxes};
use super::handed::Handed;
use super::keys::Keys;
use super::pool::{NoOffer, Pool};
use super::rest::Rests;
use super::round::{Word, round};
use super::settle::{give_back, put_back, unsendable};
use super::together::Together;
use crate::mailbox::NoLogin;
use crate::{letter, mailbox};

/// Mails claimed together at most.
const BATCH: usize = 64;
/// Connections to the server of one mailbox at once, of one node.
const CONNECTIONS: usize = 8;
/// Longest time that one mailbox keeps a sender to itself while others may wait.
const TURN: Duration = Duration::from_secs(10);
/// A batch that took longer was brought to a slow server: fewer are claimed at once, lest their leases run out.
const FAST: Duration = Duration::from_secs(2);

/// What the senders of a node share.
#[derive(Debug, Default)]
pub struct Sender {
    /// What the planner of the same node wrote a moment ago.
    pub handed: Arc<Handed>,
    pool: Pool,
    busy: Mutex<HashSet<MailboxId>>,
    rests: Rests,
    rounds: Together<Word, Answer<bool>>,
    keys: Keys,
}

/// A mailbox that one sender has for itself.
struct Lane<'a> {
    sender: &'a Sender,
    outbox: Outbox,
    /// Whether it was noted that its server takes mail.
    works: AtomicBool,
    /// Why its mails have to wait: there is no token to sign in with, or its server is away.
    waits: OnceLock<String>,
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.sender.busy().remove(&self.outbox.mailbox);
    }
}

impl Lane<'_> {
    /// This mail and those behind it wait for their mailbox.
    async fn wait(
        &self,
        app: &App,
        claimed: &Claimed,
        why: String,
    ) -> Answer<Option<(Arc<Claimed>, Outcome)>> {
        put_back(app, claimed, self.waits.get_or_init(|| why)).await.map(|()| None)
    }
}

impl Sender {
    fn busy(&self) -> std::sync::MutexGuard<'_, HashSet<MailboxId>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mailbox with something to send that no other sender of this node is at.
    async fn lane(&self, app: &App) -> Answer<Option<Lane<'_>>> {
        let waiting = outboxes(app).await?;
        let now = app.clock.now();
        let mut rested = waiting.into_iter().filter(|outbox| !self.rests.lasts(outbox.mailbox, now));
        let free = rested.find(|outbox| self.busy().insert(outbox.mailbox));
        Ok(free.map(|outbox| Lane {
            sender: self,
            outbox,
            works: AtomicBool::new(false),
            waits: OnceLock::new(),
        }))
    }

    /// Commits that a mail's content starts, unless something happened since the claim that forbids it. Answers
    /// whether to go on.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn begin_data(&self, app: &App, claimed: Arc<Claimed>) -> Answer<bool> {
        self.rounds.join(Word::Begin(claimed), |words| round(app, words)).await.unwrap_or(Ok(false))
    }

    /// Writes down the server's answer to a claimed mail.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn settle(&self, app: &App, claimed: Arc<Claimed>, outcome: Outcome) -> Answer<()> {
        // A round that broke off leaves the mail to its lease.
        let written = self.rounds.join(Word::End(claimed, outcome), |words| round(app, words)).await;
        written.unwrap_or(Ok(true)).map(|_| ())
    }
}

/// Sends what one mailbox has to send. Answers how many mails were looked at, or 0 when there is nothing to send.
///
/// # Errors
/// Whatever the database says. What the mail server says is no error: it is written to the mail.
pub async fn send_next(app: &App, sender: &Sender) -> Answer<usize> {
    let Some(lane) = sender.lane(app).await? else { return Ok(0) };
    let (began, mut size) = (Instant::now(), CONNECTIONS);
    let mut claims = claim(app, &sender.handed, lane.outbox, size).await?;
    let mut looked_at = claims.looked_at;
    let goes_on = || began.elapsed() < TURN && lane.waits.get().is_none();
    while !claims.mails.is_empty() && goes_on() {
        let since = Instant::now();
        // While a batch leaves, the next is claimed: but first the server shows that it is fast enough for that.
        let next = async {
            if size == CONNECTIONS {
                Ok(Claims::default())
            } else {
                claim(app, &sender.handed, lane.outbox, size).await
            }
        };
        let (delivered, next) = tokio::join!(deliver_all(app, &lane, claims.mails), next);
        delivered?;
        claims = next?;
        size = if since.elapsed() < FAST { (size * 2).min(BATCH) } else { CONNECTIONS };
        if claims.looked_at == 0 && goes_on() {
            claims = claim(app, &sender.handed, lane.outbox, size).await?;
        }
        looked_at += claims.looked_at;
    }
    deliver_all(app, &lane, claims.mails).await?;
    Ok(looked_at)
}

/// Brings claimed mails to their server, over a few connections at once.
async fn deliver_all(app: &App, lane: &Lane<'_>, mails: Vec<Claimed>) -> Answer<()> {
    let brought =
        stream::iter(mails).map(|mail| bring(app, lane, Arc::new(mail))).buffer_unordered(CONNECTIONS);
    // Writing down keeps no connection waiting.
    brought
        .try_for_each_concurrent(None, |brought| async {
            match brought {
                Some((mail, outcome)) => lane.sender.settle(app, mail, outcome).await,
                None => Ok(()),
            }
        })
        .await
}

/// Brings a claimed mail to the server. Answers what the server said, if it is still to be written down.
async fn bring(app: &App, lane: &Lane<'_>, claimed: Arc<Claimed>) -> Answer<Option<(Arc<Claimed>, Outcome)>> {
    let sender = lane.sender;
    if claimed.mailbox.is_sandbox() {
        let kept = Outcome::Sent { response: "kept in the sandbox".to_owned() };
        return Ok(sender.begin_data(app, Arc::clone(&claimed)).await?.then_some((claimed, kept)));
    }
    if let Some(why) = lane.waits.get() {
        return put_back(app, &claimed, why).await.map(|()| None);
    }
    let (row, from) = (&claimed.message, &claimed.mailbox);
    let key = sender.keys.of(app, from).await?;
    let composed = match letter::compose_row(app, row, from, claimed.frame(), key.as_deref()) {
        Ok(composed) => composed,
        Err(why) => return unsendable(app, &claimed, &why).await.map(|()| None),
    };
    let (mut connection, offer) = match sender.pool.offer(app, from, &composed.envelope).await {
        Ok(offered) => offered,
        Err(NoOffer::Mail(why @ MailError::Field { .. })) => {
            return unsendable(app, &claimed, &why).await.map(|()| None);
        }
        Err(NoOffer::Login(why)) => {
            let words = why.to_string();
            if let NoLogin::Refused(_) = why {
                mailbox::note_health(app, from, Some(&words)).await?;
            }
            return lane.wait(app, &claimed, words).await;
        }
        Err(NoOffer::Away(why)) => {
            sender.rests.begin(from.id, app.clock.now());
            let words = why.to_string();
            mailbox::note_health(app, from, Some(&words)).await?;
            return lane.wait(app, &claimed, words).await;
        }
        Err(why) => {
            lane.works.store(false, Ordering::Relaxed);
            mailbox::note_health(app, from, Some(&why.to_string())).await?;
            return give_back(app, &claimed, &why.to_string()).await.map(|()| None);
        }
    };
    if !lane.works.swap(true, Ordering::Relaxed) {
        sender.rests.end(from.id);
        mailbox::note_health(app, from, None).await?;
    }
    let outcome = match offer {
        Offer::Refused(refusal) => Outcome::Refused(refusal),
        Offer::Accepted if sender.begin_data(app, Arc::clone(&claimed)).await? => {
            connection.deliver(&composed.bytes).await
        }
        // The offer stands on this connection and must not be used for another mail.
        Offer::Accepted => return Ok(None),
    };
    sender.pool.keep(from, connection);
    Ok(Some((claimed, outcome)))
}
