//! Claiming: mails of one mailbox that may leave now are taken together, in one transaction that holds them, checks
//! everything anew and reserves the mailbox's cap. Mails that may not leave are put off or cancelled on the way.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use http_room::{Answer, App};
use kernel::{
    CompanyId, EmailAddress, EnrolmentId, Locale, MailboxId, MessageId, PersonId, ProcessVersionId,
    Timestamp, WorkspaceId,
};
use records::workspace::Workspace;
use store::db::Source;
use store::{Result, Sql, WriteTx};

use super::around::{Around, Arounds, NextStep};
use super::handed::{Handed, Planned};
use super::refused::{self, DO_NOT_CONTACT};
use crate::basis::{NO_BASIS, Verdict};
use crate::enrolment::{self, EnrolmentRow, EnrolmentState};
use crate::letter::Frame;
use crate::mailbox::sign_in::rules::LEAST;
use crate::mailbox::{self, MailboxRow};
use crate::message::check::{Checks, DOMAIN_UNREADY, Decision, REST_SECONDS, may_send};
use crate::message::rules::LEASE_SECONDS;
use crate::message::{self, MessageRow, MessageState};
use crate::recipient::Recipient;
use crate::{letter, suppression};

/// Seconds between two automatic mails of a workspace to one domain.
const DOMAIN_GAP_SECONDS: i64 = 30;
/// Seconds for which a mail waits whose sequence, enrolment or mailbox rests.
const HOLD_SECONDS: i64 = 600;

/// A mail that is ours to send until its lease ends.
#[derive(Debug)]
pub struct Claimed {
    /// The mail, as claimed.
    pub message: MessageRow,
    /// The mailbox it leaves from.
    pub mailbox: Arc<MailboxRow>,
    pub(super) workspace: Arc<Workspace>,
    pub(super) locale: Locale,
    /// Where its links begin, when not where the program is used.
    pub(super) links: Option<Arc<str>>,
    /// What follows it in its enrolment, as of the claim: when that is due is looked at again once it is.
    pub(super) next: Option<NextStep>,
    /// The version of the process its deal is under.
    pub(super) process_version: Option<ProcessVersionId>,
}

impl Claimed {
    /// What it stands in.
    #[must_use]
    pub fn frame(&self) -> Frame<'_> {
        Frame { workspace: &self.workspace, locale: self.locale, links: self.links.as_deref() }
    }
}

/// What a claim brought.
#[derive(Debug, Default)]
pub struct Claims {
    /// Mails that may leave now.
    pub mails: Vec<Claimed>,
    /// How many were looked at, with those that may not.
    pub looked_at: usize,
}

/// A mailbox with mail that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outbox {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Which.
    pub mailbox: MailboxId,
}

/// Mailboxes that may send now and have something to send. One without a valid token waits, and its mails with it.
///
/// # Errors
/// Whatever the database says.
pub async fn outboxes(app: &App) -> Answer<Vec<Outbox>> {
    let now = app.clock.now();
    let text = "SELECT b.workspace_id, b.id FROM mailbox b WHERE (b.deleted_at IS NOT NULL OR (b.state <> 'paused' AND \
        b.signed_out_at IS NULL AND NOT EXISTS (SELECT 1 FROM mailbox_token t WHERE t.mailbox_id = b.id AND t.retry_at > ? \
        AND t.ends_at <= ?))) AND \
        (EXISTS (SELECT 1 FROM message m WHERE m.mailbox_id = b.id AND m.state = 'queued' AND m.enrolment_id IS NULL \
         AND m.due_at <= ?) OR ((b.next_slot_at <= ? OR b.next_slot_at > ?) AND EXISTS (SELECT 1 FROM message m WHERE m.mailbox_id = b.id \
         AND m.state = 'queued' AND m.due_at <= ?))) ORDER BY b.next_slot_at";
    let values = [
        now.into(),
        now.plus_seconds(LEAST).into(),
        now.into(),
        now.into(),
        now.plus_seconds(mailbox::REST_SECONDS).into(),
        now.into(),
    ];
    let rows = Sql::with(app.db.engine(), text, values).rows(app.db.read()).await?;
    rows.iter()
        .map(|row| Ok(Outbox { workspace: row.try_get_by_index(0)?, mailbox: row.try_get_by_index(1)? }))
        .collect()
}

/// Claims what is due of a mailbox and may leave, at most so many.
///
/// # Errors
/// Whatever the database says.
pub async fn claim(app: &App, handed: &Handed, of: Outbox, most: usize) -> Answer<Claims> {
    let now = app.clock.now();
    let due = due(app, of, most, now).await?;
    if due.is_empty() {
        return Ok(Claims::default());
    }
    let looked = Looked::at(app, handed, of, due, now).await?;
    let mut tx = app.db.write_tx().await?;
    let held = enrolment::hold_unchanged(&tx, of.workspace, looked.enrolments).await?;
    let held: HashMap<EnrolmentId, EnrolmentRow> = held.into_iter().map(|row| (row.id, row)).collect();
    let free = |m: &MessageRow| m.enrolment_id.is_none_or(|id| held.contains_key(&id));
    let free = looked.messages.into_iter().filter(free).collect();
    let mut messages = message::hold_unchanged(&tx, of.workspace, free).await?;
    messages.retain(|m| m.state == MessageState::Queued.key() && m.due_at.is_some_and(|at| at <= now));
    // Mail by hand first, then by the time.
    messages.sort_by_key(|m| (m.enrolment_id.is_some(), m.due_at));
    let looked_at = messages.len();
    let Some(known) = looked.known else {
        for message in &messages {
            message::set_state(&tx, message.id, MessageState::Cancelled, Some("gone"), now).await?;
        }
        tx.commit().await?;
        return Ok(Claims { mails: Vec::new(), looked_at });
    };
    let desk = Desk::of(app, &tx, of, &messages, held, known, now).await?;
    let mails = desk.decide(app, &mut tx, messages).await?;
    tx.commit().await?;
    Ok(Claims { mails, looked_at })
}

/// What was read before it was the turn to write. Rows that changed since then are left for another claim; whether
/// somebody refuses is asked once more before the mail leaves.
struct Looked {
    messages: Vec<MessageRow>,
    enrolments: Vec<EnrolmentRow>,
    /// None when the workspace is gone.
    known: Option<KnownOf>,
}

/// What is known of the people these mails are to.
struct KnownOf {
    around: Arounds,
    suppressed: HashMap<MessageId, String>,
    unlawful: HashSet<PersonId>,
}

impl Looked {
    /// What was handed over is known already; the rest is read.
    async fn at(
        app: &App,
        handed: &Handed,
        of: Outbox,
        due: Vec<(MessageId, Option<EnrolmentId>)>,
        now: Timestamp,
    ) -> Answer<Self> {
        let (mut planned, mut unknown) = (Vec::new(), Vec::new());
        for (id, enrolment) in due {
            match handed.take(id, now) {
                Some(mail) => planned.push(mail),
                None => unknown.push((id, enrolment)),
            }
        }
        let mut looked = match planned.last() {
            Some(last) if unknown.is_empty() => {
                let others = Arounds::new(Arc::clone(&last.around), HashMap::new());
                let known = KnownOf { around: others, suppressed: HashMap::new(), unlawful: HashSet::new() };
                Self { messages: Vec::new(), enrolments: Vec::new(), known: Some(known) }
            }
            _ => Self::read(app, of, &unknown, now).await?,
        };
        for Planned { message, enrolment, around, .. } in planned {
            if let Some(known) = &mut looked.known {
                known.around.add(enrolment.person_id, around);
            }
            looked.messages.push(message);
            looked.enrolments.push(enrolment);
        }
        Ok(looked)
    }

    async fn read(
        app: &App,
        of: Outbox,
        due: &[(MessageId, Option<EnrolmentId>)],
        now: Timestamp,
    ) -> Answer<Self> {
        let (db, space) = (&app.db, of.workspace);
        let messages = message::find_all(db, space, due.iter().map(|(id, _)| *id)).await?;
        let ids: Vec<EnrolmentId> = due.iter().filter_map(|(_, enrolment)| *enrolment).collect();
        let enrolments = enrolment::find_all(db, space, &ids).await?;
        let people = messages.iter().filter_map(|m| m.person_id);
        let known = match Around::of(db, space, people, &enrolments).await? {
            Some(around) => {
                let verdicts = around.verdicts(db, enrolments.iter(), now).await?;
                let refused = |(id, verdict)| (!matches!(verdict, Verdict::Allowed { .. })).then_some(id);
                Some(KnownOf {
                    around: Arounds::new(Arc::new(around), HashMap::new()),
                    suppressed: suppressed(db, space, messages.iter()).await?,
                    unlawful: verdicts.into_iter().filter_map(refused).collect(),
                })
            }
            None => None,
        };
        Ok(Self { messages, enrolments, known })
    }
}

/// What is due of a mailbox, with its enrolment.
async fn due(
    app: &App,
    of: Outbox,
    most: usize,
    now: Timestamp,
) -> Answer<Vec<(MessageId, Option<EnrolmentId>)>> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let read = |only: &str, limit: i64| {
        let text =
            "SELECT id, enrolment_id FROM message WHERE mailbox_id = ? AND state = 'queued' AND due_at <= ? ";
        let mut sql = Sql::with(app.db.engine(), text, [of.mailbox.into(), now.into()]);
        sql.push(only).push(" ORDER BY due_at LIMIT ").bind(limit);
        sql.rows(app.db.read())
    };
    let mut rows = read("AND enrolment_id IS NULL", limit).await?;
    let left = limit - i64::try_from(rows.len()).unwrap_or(limit);
    if left > 0 {
        rows.extend(read("AND enrolment_id IS NOT NULL", left).await?);
    }
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}

/// A mailbox's desk: the mails on it, and everything that decides about them.
struct Desk {
    mailbox: Option<MailboxRow>,
    around: Arounds,
    held: HashMap<EnrolmentId, EnrolmentRow>,
    running: HashSet<kernel::SequenceId>,
    suppressed: HashMap<MessageId, String>,
    /// People the law keeps from automatic mail.
    unlawful: HashSet<PersonId>,
    last_mail: HashMap<String, Timestamp>,
    domain_free: HashMap<String, Timestamp>,
    first_touches: HashMap<CompanyId, i64>,
    today: String,
    closed_network: bool,
    now: Timestamp,
}

impl Desk {
    /// Reads what is left to read once its rows are held.
    async fn of(
        app: &App,
        tx: &WriteTx,
        of: Outbox,
        messages: &[MessageRow],
        held: HashMap<EnrolmentId, EnrolmentRow>,
        known: KnownOf,
        now: Timestamp,
    ) -> Answer<Self> {
        let KnownOf { around, suppressed, mut unlawful } = known;
        let mailbox = mailbox::hold(tx, of.workspace, of.mailbox).await?;
        if mailbox.as_ref().is_none_or(MailboxRow::is_sandbox) {
            unlawful.clear();
        }
        let zone = around.workspace().time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let mut desk = Self {
            mailbox,
            running: running(tx, of.workspace, held.values()).await?,
            suppressed,
            unlawful,
            last_mail: HashMap::new(),
            domain_free: HashMap::new(),
            first_touches: HashMap::new(),
            today: kernel::window::local_date(zone, now).to_string(),
            closed_network: app.config.closed_network,
            around,
            held,
            now,
        };
        // Without rules of timing nobody asks.
        if messages.iter().any(|m| desk.timed(app, m)) {
            desk.last_mail = last_mails(tx, of.workspace, messages, now).await?;
            desk.domain_free = domains_free(tx, of.workspace, messages, now).await?;
            desk.first_touches = first_touches(tx, of.workspace, messages, zone, now).await?;
        }
        Ok(desk)
    }

    /// Whether rules of timing hold for a mail.
    fn timed(&self, app: &App, message: &MessageRow) -> bool {
        let followed = message.enrolment_id.and_then(|id| {
            let row = self.held.get(&id)?;
            self.around.of(Some(row.person_id)).followed(row)
        });
        message.is_automatic() && followed.is_none_or(|f| !(f.windows.always && app.config.closed_network))
    }

    /// Decides about each, in their order, and takes what may leave.
    async fn decide(
        mut self,
        app: &App,
        tx: &mut WriteTx,
        messages: Vec<MessageRow>,
    ) -> Answer<Vec<Claimed>> {
        let (now, mut taken) = (self.now, Vec::new());
        for message in messages {
            let timed = self.timed(app, &message);
            let held = message.enrolment_id.and_then(|id| self.held.get(&id));
            match may_send(&self.checks(&message, timed), now) {
                Decision::Send => {
                    self.count(&message, timed);
                    taken.push((message, timed));
                }
                Decision::Hold => put_off(tx, message.id, now.plus_seconds(HOLD_SECONDS), None, now).await?,
                // The whole mailbox rests; what waits for it stays where it is.
                Decision::Defer(_, "gap") => break,
                Decision::Defer(until, DOMAIN_UNREADY) => {
                    put_off(tx, message.id, until, Some(DOMAIN_UNREADY), now).await?;
                    self.rest(tx, until).await?;
                    break;
                }
                Decision::Defer(until, why) => put_off(tx, message.id, until, Some(why), now).await?,
                // The planner says what becomes of its enrolment.
                Decision::Cancel(why) if held.is_some() && (self.mailbox.is_none() || why == NO_BASIS) => {
                    unplan(tx, &message, now).await?;
                }
                Decision::Cancel(why) => cancel(tx, message.id, held, &why, now).await?,
            }
        }
        self.take(app, tx, taken).await
    }

    /// Nothing automatic leaves from this mailbox before then.
    async fn rest(&mut self, tx: &WriteTx, until: Timestamp) -> Answer<()> {
        if let Some(mailbox) = &mut self.mailbox {
            mailbox.next_slot_at = mailbox.free_at(self.now).max(until);
            mailbox.keep_counts(tx).await?;
        }
        Ok(())
    }

    fn checks(&self, message: &MessageRow, timed: bool) -> Checks {
        let held = message.enrolment_id.and_then(|id| self.held.get(&id));
        let state = held.and_then(|row| row.state().ok());
        let who = message.person_id.and_then(|id| self.around.of(Some(id)).person(id));
        let suppressed = self.suppressed.get(&message.id).map(String::as_str);
        let heard = message.kept_from(suppressed, who.is_some_and(Recipient::refuses_mail)).is_none();
        let mut checks = Checks {
            automatic: message.is_automatic(),
            enrolment_active: message.enrolment_id.is_none() || state == Some(EnrolmentState::Active),
            enrolment_over: state.is_some_and(|s| !s.is_open()),
            sequence_active: held.is_none_or(|row| self.running.contains(&row.sequence_id)),
            suppressed: suppressed.filter(|_| !heard).map(str::to_owned),
            do_not_contact: !heard && who.is_some_and(Recipient::refuses_mail),
            no_basis: message.person_id.is_some_and(|id| self.unlawful.contains(&id)),
            gone: self.mailbox.is_none() || (message.person_id.is_some() && who.is_none()),
            untimed: !timed,
            ..Checks::default()
        };
        if let Some(mailbox) = &self.mailbox {
            checks.mailbox_state = (mailbox.state == "paused").then(|| mailbox.state.clone());
            let same_day = mailbox.sent_day.as_deref() == Some(&self.today);
            checks.sent_today = if same_day { mailbox.sent_today } else { 0 };
            checks.daily_cap = mailbox.cap();
            let hour = mailbox::hour_of(self.now);
            checks.sent_in_hour = if mailbox.sent_hour == hour { mailbox.sent_in_hour } else { 0 };
            checks.hourly_cap = mailbox.hourly_cap;
            checks.next_hour = Timestamp(0).plus_seconds((hour + 1) * 3600);
            checks.domain_unready = mailbox.awaits_domain(self.closed_network);
            checks.mailbox_free_at = mailbox.free_at(self.now);
        }
        if let Some(timing) = held.and_then(|row| self.around.of(Some(row.person_id)).timing(row)) {
            checks.window = timing.open(self.now);
            checks.tomorrow = timing.tomorrow(self.now, &letter::key_of(message.id));
        }
        let (key, domain) = address_keys(message);
        checks.last_mail_at = self.last_mail.get(&key).copied();
        checks.domain_free_at = self.domain_free.get(&domain).copied();
        let company = message.company_id.filter(|_| message.step == Some(1));
        checks.first_touches_today = company.map_or(0, |c| self.first_touches.get(&c).copied().unwrap_or(0));
        checks
    }

    /// What a mail that leaves means for those behind it.
    fn count(&mut self, message: &MessageRow, timed: bool) {
        let now = self.now;
        if let Some(mailbox) = &mut self.mailbox {
            mailbox.count(&self.today, now);
            let gap = if timed { jittered(mailbox.gap(), message.id) } else { 0 };
            mailbox.next_slot_at = now.plus_seconds(gap).max(mailbox.free_at(now));
        }
        if timed {
            let (key, domain) = address_keys(message);
            self.last_mail.insert(key, now);
            self.domain_free.insert(domain, now.plus_seconds(DOMAIN_GAP_SECONDS));
            if let Some(company) = message.company_id.filter(|_| message.step == Some(1)) {
                *self.first_touches.entry(company).or_default() += 1;
            }
        }
    }

    /// The leases, the mailbox's count and next free moment, and the domains'.
    async fn take(self, app: &App, tx: &WriteTx, taken: Vec<(MessageRow, bool)>) -> Answer<Vec<Claimed>> {
        let (Some(mailbox), false) = (self.mailbox, taken.is_empty()) else { return Ok(Vec::new()) };
        let (now, space) = (self.now, mailbox.workspace_id);
        let lease = now.plus_seconds(LEASE_SECONDS);
        let text = "UPDATE message SET state = 'sending', reason = NULL, attempts = attempts + 1, lease_until = ?, lease_by = ?, \
                    data_started_at = NULL, updated_at = ? WHERE id IN ";
        let mut sql =
            Sql::with(tx.engine(), text, [lease.into(), app.config.node.clone().into(), now.into()]);
        sql.bind_list(taken.iter().map(|(m, _)| m.id.into())).push(" AND ").push_check("workspace_id", space);
        sql.run(tx.conn()).await?;
        mailbox.keep_counts(tx).await?;
        for (message, _) in taken.iter().filter(|(_, timed)| *timed) {
            let text = "INSERT INTO domain_slot (workspace_id, domain, next_at) VALUES (?, ?, ?) \
                        ON CONFLICT (workspace_id, domain) DO UPDATE SET next_at = excluded.next_at";
            let next = now.plus_seconds(DOMAIN_GAP_SECONDS);
            let values = [space.into(), address_keys(message).1.into(), next.into()];
            Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
        }
        let (mailbox, workspace) = (Arc::new(mailbox), Arc::clone(self.around.workspace()));
        let claimed = |mut message: MessageRow| {
            message.state = MessageState::Sending.key().to_owned();
            message.reason = None;
            message.attempts += 1;
            message.lease_until = Some(lease);
            message.data_started_at = None;
            let around = self.around.of(message.person_id);
            let who = message.person_id.and_then(|id| around.person(id));
            let said = who.and_then(|w| w.locale.as_deref()).and_then(Locale::parse);
            let held = message.enrolment_id.and_then(|id| self.held.get(&id));
            Claimed {
                next: held.and_then(|row| around.next_step(row, message.step?)),
                process_version: around.deal(message.deal_id).and_then(|deal| deal.process_version_id),
                message,
                mailbox: Arc::clone(&mailbox),
                locale: said.unwrap_or_else(|| workspace.locale()),
                workspace: Arc::clone(&workspace),
                links: around.links.clone(),
            }
        };
        Ok(taken.into_iter().map(|(message, _)| claimed(message)).collect())
    }
}

/// Under what an address is counted: itself, and its domain.
fn address_keys(message: &MessageRow) -> (String, String) {
    let key = records::person::fold_email(&message.to_address);
    let domain = key.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.to_owned());
    (key, domain)
}

/// Which of the enrolments' sequences are switched on.
async fn running<'a>(
    tx: &WriteTx,
    space: WorkspaceId,
    held: impl Iterator<Item = &'a EnrolmentRow>,
) -> Result<HashSet<kernel::SequenceId>> {
    let ids: HashSet<kernel::SequenceId> = held.map(|row| row.sequence_id).collect();
    let mut sql = Sql::new(tx.engine(), "SELECT id FROM sequence WHERE state = 'active' AND id IN ");
    sql.bind_list(ids.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", space);
    sql.rows(tx.conn()).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

/// Why each must not be sent, for those that must not.
pub(super) async fn suppressed(
    db: &impl Source,
    space: WorkspaceId,
    messages: impl Iterator<Item = &MessageRow> + Clone,
) -> Result<HashMap<MessageId, String>> {
    let addresses: Vec<_> = messages.clone().map(|m| EmailAddress::parse(&m.to_address).ok()).collect();
    let whom: Vec<(_, Option<PersonId>)> =
        messages.clone().zip(&addresses).map(|(m, address)| (address.as_ref(), m.person_id)).collect();
    let reasons = suppression::in_force_of(db, space, &whom).await?;
    Ok(messages.zip(reasons).filter_map(|(m, why)| Some((m.id, why?))).collect())
}

/// When each address got its last automatic mail, within the time of rest; what lies ahead is of a clock that was put back.
async fn last_mails(
    tx: &WriteTx,
    space: WorkspaceId,
    messages: &[MessageRow],
    now: Timestamp,
) -> Result<HashMap<String, Timestamp>> {
    let keys: HashSet<String> = messages.iter().map(|m| address_keys(m).0).collect();
    let text = "SELECT to_key, MAX(sent_at) FROM message WHERE workspace_id = ? AND origin = 'sequence' \
                AND state IN ('sent', 'uncertain') AND sent_at > ? AND sent_at <= ? AND to_key IN ";
    let values = [space.into(), now.plus_seconds(-REST_SECONDS).into(), now.into()];
    let mut sql = Sql::with(tx.engine(), text, values);
    sql.bind_list(keys.into_iter().map(Into::into)).push(" GROUP BY to_key");
    sql.rows(tx.conn())
        .await?
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// Domains that must wait, and until when. A slot further ahead than the gap is of a clock that was put back.
async fn domains_free(
    tx: &WriteTx,
    space: WorkspaceId,
    messages: &[MessageRow],
    now: Timestamp,
) -> Result<HashMap<String, Timestamp>> {
    let domains: HashSet<String> = messages.iter().map(|m| address_keys(m).1).collect();
    let text = "SELECT domain, next_at FROM domain_slot WHERE workspace_id = ? AND next_at > ? AND next_at <= ? AND domain IN ";
    let values = [space.into(), now.into(), now.plus_seconds(DOMAIN_GAP_SECONDS).into()];
    let mut sql = Sql::with(tx.engine(), text, values);
    sql.bind_list(domains.into_iter().map(Into::into));
    sql.rows(tx.conn())
        .await?
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// How many people of each company got their first mail today, by the workspace's day.
async fn first_touches(
    tx: &WriteTx,
    space: WorkspaceId,
    messages: &[MessageRow],
    zone: chrono_tz::Tz,
    now: Timestamp,
) -> Result<HashMap<CompanyId, i64>> {
    let companies: HashSet<CompanyId> =
        messages.iter().filter(|m| m.step == Some(1)).filter_map(|m| m.company_id).collect();
    if companies.is_empty() {
        return Ok(HashMap::new());
    }
    let midnight = kernel::window::local_date(zone, now).and_time(chrono::NaiveTime::MIN);
    let today = kernel::window::instant_of(zone, midnight).unwrap_or(now);
    let text = "SELECT company_id, COUNT(*) FROM message WHERE workspace_id = ? AND direction = 'out' AND step = 1 \
                AND state IN ('sent', 'uncertain', 'sending', 'bounced') AND sent_at >= ? AND company_id IN ";
    let mut sql = Sql::with(tx.engine(), text, [space.into(), today.into()]);
    sql.bind_list(companies.into_iter().map(Into::into)).push(" GROUP BY company_id");
    sql.rows(tx.conn())
        .await?
        .iter()
        .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
        .collect()
}

/// From once to three times the gap, decided by the mail.
fn jittered(gap_seconds: i64, id: MessageId) -> i64 {
    let hash = kernel::window::stable_hash(id.0.as_bytes());
    let spread = u64::try_from(gap_seconds * 2 + 1).unwrap_or(1);
    gap_seconds + i64::try_from(hash % spread).unwrap_or(0)
}

async fn put_off(
    tx: &WriteTx,
    id: MessageId,
    until: Timestamp,
    why: Option<&str>,
    now: Timestamp,
) -> Answer<()> {
    let text = "UPDATE message SET due_at = ?, reason = ?, updated_at = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [until.into(), why.into(), now.into(), id.into()]).run(tx.conn()).await?;
    Ok(())
}

/// Takes a mail back that never left: its step is planned anew.
async fn unplan(tx: &WriteTx, message: &MessageRow, now: Timestamp) -> Answer<()> {
    let text = "DELETE FROM message WHERE id = ? AND workspace_id = ? AND state = 'queued'";
    let values = [message.id.into(), message.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE enrolment SET next_run_at = ?, updated_at = ? WHERE id = ? AND workspace_id = ? \
                AND state IN ('scheduled', 'active', 'paused')";
    let values = [now.into(), now.into(), message.enrolment_id.into(), message.workspace_id.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    Ok(())
}

/// A mail that will not be sent, and what follows for its enrolment.
pub(super) async fn cancel(
    tx: &mut WriteTx,
    id: MessageId,
    held: Option<&EnrolmentRow>,
    why: &str,
    now: Timestamp,
) -> Answer<()> {
    message::set_state(tx, id, MessageState::Cancelled, Some(why), now).await?;
    if let Some(row) = held {
        if why == DO_NOT_CONTACT && refused::goes_on(tx, row, now).await? {
            return Ok(());
        }
        let stop = enrolment::Happening::Stop(why.to_owned());
        enrolment::happen(tx, row, &stop, store::Actor::System, now).await?;
    }
    Ok(())
}
