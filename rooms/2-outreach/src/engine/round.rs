//! Rounds: whatever senders have to write down at the same moment goes into one transaction. That a content starts,
//! each mail checked once more: a reply, a refusal or a pause that came since the claim still keeps it from leaving. And
//! that a server took a mail, with its event and when the next step is due.

use std::collections::HashMap;
use std::sync::Arc;

use http_room::{Answer, App};
use kernel::{EnrolmentId, MessageId, Timestamp, WorkspaceId};
use mail::Outcome;
use store::db::Source;
use store::{NewEvent, Sql, WriteTx};

use super::claim::{Claimed, cancel, suppressed};
use super::settle::{sent_event, settle};
use crate::enrolment::{self, EnrolmentState, StepDone};
use crate::message::rules::LEASE_SECONDS;
use crate::message::{self, MessageState, Standing};

/// What a sender has to say of a mail it claimed.
#[derive(Debug)]
pub(super) enum Word {
    /// The server would take it: may its content start?
    Begin(Arc<Claimed>),
    /// What became of it.
    End(Arc<Claimed>, Outcome),
}

impl Word {
    fn claimed(&self) -> &Claimed {
        match self {
            Self::Begin(claimed) | Self::End(claimed, _) => claimed,
        }
    }

    /// The server's words, when it took the mail.
    fn taken(&self) -> Option<&str> {
        match self {
            Self::End(_, Outcome::Sent { response }) => Some(response),
            _ => None,
        }
    }
}

/// Writes down what these senders say. Answers each: whether a content may start; for an end, `true`.
pub(super) async fn round(app: &App, words: Vec<Word>) -> Vec<Answer<bool>> {
    let mut spaces: Vec<WorkspaceId> = words.iter().map(|w| w.claimed().message.workspace_id).collect();
    spaces.sort_unstable();
    spaces.dedup();
    let mut known = HashMap::new();
    for space in spaces {
        let theirs: Vec<&Word> = words.iter().filter(|w| w.claimed().message.workspace_id == space).collect();
        match together(app, space, &theirs).await {
            Ok(answers) => known.extend(answers),
            Err(why) => tracing::warn!(%why, "mails could not be written down together"),
        }
    }
    let mut answers = Vec::with_capacity(words.len());
    for word in &words {
        let said = known.get(&word.claimed().message.id).copied();
        answers.push(match said {
            Some(said) => Ok(said),
            None => alone(app, word).await,
        });
    }
    answers
}

/// What the round left over: an end that is not plainly "sent", or everything when it failed.
async fn alone(app: &App, word: &Word) -> Answer<bool> {
    match word {
        Word::Begin(claimed) => {
            let answers = together(app, claimed.message.workspace_id, &[word]).await?;
            Ok(answers.get(&claimed.message.id).copied().unwrap_or(false))
        }
        Word::End(claimed, outcome) => settle(app, claimed, outcome).await.map(|()| true),
    }
}

/// One transaction for the words of one workspace. Ends that need more than a line are left over.
async fn together(app: &App, space: WorkspaceId, words: &[&Word]) -> Answer<HashMap<MessageId, bool>> {
    let words: Vec<&Word> =
        words.iter().copied().filter(|w| matches!(w, Word::Begin(_)) || w.taken().is_some()).collect();
    if words.is_empty() {
        return Ok(HashMap::new());
    }
    let mut tx = app.db.write_tx().await?;
    let mut round = Round::hold(app, &tx, space, &words).await?;
    for word in &words {
        match word {
            Word::Begin(claimed) => round.begin(&mut tx, claimed).await?,
            Word::End(claimed, _) => round.end(claimed, word.taken().unwrap_or_default())?,
        }
    }
    let answers = round.write(&mut tx, space).await?;
    tx.commit().await?;
    Ok(answers)
}

/// The rows of a round, held, and what it comes to.
struct Round {
    enrolments: HashMap<EnrolmentId, enrolment::Standing>,
    standing: HashMap<MessageId, Standing>,
    suppressed: HashMap<MessageId, String>,
    now: Timestamp,
    answers: HashMap<MessageId, bool>,
    started: Vec<MessageId>,
    sent: Vec<(MessageId, Timestamp, String)>,
    steps: Vec<StepDone>,
    events: Vec<NewEvent>,
}

impl Round {
    /// Holds the enrolments, then the mails.
    async fn hold(app: &App, tx: &WriteTx, space: WorkspaceId, words: &[&Word]) -> Answer<Self> {
        let ids: Vec<EnrolmentId> = words.iter().filter_map(|w| w.claimed().message.enrolment_id).collect();
        let enrolments = enrolment::hold_standing(tx, space, &ids).await?;
        let ids: Vec<MessageId> = words.iter().map(|w| w.claimed().message.id).collect();
        let standing = message::hold_standing(tx, space, &ids).await?;
        let beginning = words.iter().filter(|w| w.taken().is_none()).map(|w| &w.claimed().message);
        Ok(Self {
            suppressed: suppressed(tx, space, beginning).await?,
            enrolments,
            standing,
            now: app.clock.now(),
            answers: HashMap::new(),
            started: Vec::new(),
            sent: Vec::new(),
            steps: Vec::new(),
            events: Vec::new(),
        })
    }

    /// Where a mail stands, if it is still as we claimed it.
    fn ours(&self, claimed: &Claimed) -> Option<&Standing> {
        let standing = self.standing.get(&claimed.message.id)?;
        is_ours(&standing.state, standing.attempts, claimed).then_some(standing)
    }

    /// Whether a content may start; if not, the mail is taken back for good or until its enrolment goes on.
    async fn begin(&mut self, tx: &mut WriteTx, claimed: &Claimed) -> Answer<()> {
        let message = &claimed.message;
        let id = message.id;
        let Some(standing) = self.ours(claimed).filter(|standing| standing.data_started_at.is_none()) else {
            self.answers.insert(id, false);
            return Ok(());
        };
        let enrolment = message.enrolment_id.and_then(|id| self.enrolments.get(&id));
        let suppressed = self.suppressed.get(&id).map(String::as_str);
        let why = message.kept_from(suppressed, standing.is_refused());
        let state = enrolment.map(enrolment::Standing::state).transpose()?;
        match (state, why) {
            (_, Some(why)) => {
                let row = match message.enrolment_id {
                    Some(id) => enrolment::hold(tx, id).await?,
                    None => None,
                };
                cancel(tx, id, row.as_ref(), &why, self.now).await?;
            }
            (None | Some(EnrolmentState::Active), None) => self.started.push(id),
            (Some(state), None) if !state.is_open() => {
                message::set_state(tx, id, MessageState::Cancelled, Some(state.key()), self.now).await?;
            }
            _ => message::set_state(tx, id, MessageState::Queued, None, self.now).await?,
        }
        self.answers.insert(id, self.started.last() == Some(&id));
        Ok(())
    }

    /// A server took it. One that is not ours any more is left over.
    fn end(&mut self, claimed: &Claimed, response: &str) -> Answer<()> {
        let message = &claimed.message;
        let id = message.id;
        let Some(standing) = self.ours(claimed) else { return Ok(()) };
        let at = standing.data_started_at.unwrap_or(self.now);
        let owner = Some(claimed.mailbox.owner_id);
        self.events.push(sent_event(message, owner, claimed.process_version, at, self.now));
        self.sent.push((id, at, response.to_owned()));
        if let (Some(step), Some(of)) = (message.step, message.enrolment_id)
            && let Some(enrolment) = self.enrolments.get(&of).filter(|enrolment| enrolment.step < step)
        {
            let next = claimed.next.as_ref().map(|next| next.due(at));
            self.steps.push(StepDone { id: of, state: enrolment.state()?, step, next });
        }
        self.answers.insert(id, true);
        Ok(())
    }

    async fn write(mut self, tx: &mut WriteTx, space: WorkspaceId) -> Answer<HashMap<MessageId, bool>> {
        if !self.started.is_empty() {
            let (now, lease) = (self.now, self.now.plus_seconds(LEASE_SECONDS));
            let text = "UPDATE message SET data_started_at = ?, lease_until = ? WHERE id IN ";
            let mut sql = Sql::with(tx.engine(), text, [now.into(), lease.into()]);
            sql.bind_list(self.started.into_iter().map(Into::into))
                .push(" AND ")
                .push_check("workspace_id", space);
            sql.run(tx.conn()).await?;
        }
        message::all_sent(tx, space, &self.sent, self.now).await?;
        self.events.extend(enrolment::steps_done(tx, space, &self.steps, self.now).await?);
        if !self.events.is_empty() {
            tx.record_all(self.events).await?;
        }
        Ok(self.answers)
    }
}

/// Whether a mail in this state is still as we claimed it: same state, same attempt.
pub(super) fn is_ours(state: &str, attempts: i64, claimed: &Claimed) -> bool {
    state == MessageState::Sending.key() && attempts == claimed.message.attempts
}
