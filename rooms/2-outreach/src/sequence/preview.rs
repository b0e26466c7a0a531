//! How a sequence reads for one person, and when each step would come.

use http_room::{Answer, App, Member, Problem};
use kernel::{Country, DealId, Locale, PersonId, Timestamp};
use prospecting::channel::rules::PhoneGround;
use prospecting::channel::{self, Channel};
use records::workspace::Workspace;
use serde::{Deserialize, Serialize};

use super::way::{DO_NOT_CONTACT, Reach, out_of_reach};
use super::{SequenceRow, Step, StepKind, lint, rules};
use crate::basis::{self, AD_KR, NO_BASIS, SENDER_INCOMPLETE, Verdict};
use crate::letter::Footer;
use crate::mailbox::{self, MailboxRow};
use crate::recipient::Recipient;
use crate::snippet::{self, Shelf, Whom};
use crate::{letter, piece, recipient};

/// For whom, and with which steps.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewRequest {
    /// The person.
    pub person_id: PersonId,
    /// The deal, for its merge fields.
    #[serde(default)]
    pub deal_id: Option<DealId>,
    /// Steps not saved yet, in place of the sequence's own.
    #[serde(default)]
    pub steps: Option<Vec<Step>>,
    /// Why them, as it would be given at enrolling.
    #[serde(default)]
    pub why_them: Option<String>,
}

/// One step as it would come.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PreviewMail {
    /// From 1.
    pub step: usize,
    /// What it is.
    pub kind: StepKind,
    /// The subject, or the task's title.
    pub subject: String,
    /// The text with signature and footer.
    pub text: String,
    /// Merge fields without value and without fallback; such a mail is never sent.
    pub missing: Vec<String>,
    /// `refused` when the person refuses its channel, `absent`, `inactive` or `silent` when LinkedIn leads nowhere, so
    /// that it is left out; `call_first` for a call as the first
    /// step where another way is open; `story` when a story does not fit what is known to trouble them. For the first
    /// mail `too_long`, `links`,
    /// `price`, `discount`, `contract`, `attachment`, `no_question`, `impersonal`, `spam`. For a piece by post `brochure`, `flyer`,
    /// `impersonal`, `no_value`, `no_goal`, `no_cost`.
    pub warnings: Vec<String>,
    /// When it would leave at the earliest, supposing nobody answers.
    pub due_at: Option<Timestamp>,
    /// The same in the person's own time: `2026-11-24T08:12:00+09:00`.
    pub due_local: Option<String>,
}

/// A sequence as one person would read it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct Preview {
    /// The steps.
    pub messages: Vec<PreviewMail>,
    /// The person's zone.
    pub zone: String,
    /// How it was found: `person`, `mail_offsets`, `person_place`, …
    pub zone_source: String,
    /// Why nothing would be sent: `no_email`, `suppressed_…`, `do_not_contact`, `no_mailbox`, `unknown_holidays`, `no_basis`,
    /// `sender_incomplete`.
    pub warnings: Vec<String>,
}

/// The sequence's mailbox, else the member's own first, else any of the workspace.
pub(super) async fn sender(app: &App, me: &Member, row: &SequenceRow) -> Answer<Option<MailboxRow>> {
    if let Some(id) = row.mailbox_id {
        return Ok(mailbox::find(&app.db, me.workspace, id).await?);
    }
    super::track::own_mailbox(&app.db, me).await
}

pub(super) async fn preview(
    app: &App,
    me: &Member,
    row: &SequenceRow,
    asked: &PreviewRequest,
) -> Answer<Preview> {
    let steps = match &asked.steps {
        Some(steps) => steps.clone(),
        None => row.steps()?,
    };
    let faults = rules::faults(&steps);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults));
    }
    let who = recipient::find(&app.db, me.workspace, asked.person_id).await?;
    let who = who.ok_or_else(|| Problem::field("person_id", "not_found", "there is no such person"))?;
    let deal = match asked.deal_id {
        Some(id) => recipient::deal(&app.db, me.workspace, id).await?,
        None => None,
    };
    let workspace = records::workspace::find(&app.db, me.workspace).await?;
    let workspace = workspace.ok_or_else(|| Problem::not_found("workspace"))?;
    let from = sender(app, me, row).await?;
    let (timing, zone) = who.timing(&app.db, &workspace, row.windows()?).await?;
    let book = booking_link(app, me, from.as_ref()).await?;
    let why_them = asked.why_them.as_deref().unwrap_or_default();
    let fields = letter::fields(&who, deal.as_ref(), why_them, from.as_ref(), book.as_deref());
    let locale = who.locale.as_deref().and_then(Locale::parse).unwrap_or_else(|| workspace.locale());

    let reach = who.reach(&workspace, app.clock.now());
    let mut warnings = obstacles(app, me, &who, &steps, &reach).await?;
    if from.is_none() {
        warnings.push("no_mailbox".to_owned());
    }
    if timing.year_unknown(app.clock.now()) {
        warnings.push("unknown_holidays".to_owned());
    }
    let troubles = snippet::troubles_of(&app.db, me.workspace, &who, deal.as_ref()).await?;
    let whom = Whom { troubles: &troubles, sender: from.as_ref().map(|m| m.owner_id), locale };
    let shelf = Shelf::of(snippet::all(&app.db, me.workspace).await?);
    let (from, workspace) = (from.as_ref(), &workspace);
    let marked = marked(app, &who, from, workspace, timing.country, &mut warnings).await?;
    let source = source_of(app, &who, from, workspace, timing.country).await?;
    let pen =
        Pen { app, who: &who, from, workspace, locale, fields: &fields, shelf, whom, reach, marked, source };
    let mut messages = Vec::new();
    let (mut last, mut thread, mut first) = (app.clock.now(), String::new(), true);
    for (n, step) in steps.iter().enumerate() {
        let due = timing.due(last, step.delay(), format!("{} {n}", who.id).as_bytes());
        last = due.unwrap_or(last);
        let mut mail = pen.write(n + 1, step, &mut thread, first);
        first &= step.kind != StepKind::Mail;
        mail.due_at = due;
        mail.due_local = due.map(|at| at.to_utc().with_timezone(&zone.zone).to_rfc3339());
        messages.push(mail);
    }
    if calls_too_soon(app, me, &who, &steps).await?
        && let Some(call) = messages.first_mut()
    {
        call.warnings.push("call_first".to_owned());
    }
    let source = serde_json::to_value(zone.source).ok().and_then(|s| s.as_str().map(str::to_owned));
    let zone_source = source.unwrap_or_default();
    Ok(Preview { messages, zone: zone.zone.name().to_owned(), zone_source, warnings })
}

/// Where a meeting with the sender is booked; what tells the reader is made with the mail.
async fn booking_link(app: &App, me: &Member, from: Option<&MailboxRow>) -> Answer<Option<String>> {
    let Some(owner) = from.map(|mailbox| mailbox.owner_id) else { return Ok(None) };
    let token = crate::meeting::kind::first_of(&app.db, me.workspace, [owner]).await?.remove(&owner);
    Ok(token.map(|token| format!("{}?r=…", crate::meeting::letters::booking_url(app, &token))))
}

/// Whether the first touch is a call though another way is open (R21).
async fn calls_too_soon(app: &App, me: &Member, who: &Recipient, steps: &[Step]) -> Answer<bool> {
    if steps.first().and_then(Step::way) != Some(Channel::Phone) {
        return Ok(false);
    }
    let advice = channel::advise(&app.db, me.workspace, &[who.id], app.clock.now()).await?.pop();
    let ground = advice.and_then(|(_, ranking)| ranking.phone);
    Ok(!ground.is_some_and(PhoneGround::for_first_touch))
}

/// Why this person would not be written to.
async fn obstacles(
    app: &App,
    me: &Member,
    who: &Recipient,
    steps: &[Step],
    reach: &Reach,
) -> Answer<Vec<String>> {
    let mut found = Vec::new();
    let address = who.address();
    let code = out_of_reach(steps, reach, address.is_some());
    found.extend(code.map(str::to_owned));
    let suppressed =
        crate::suppression::in_force(&app.db, me.workspace, address.as_ref(), Some(who.id)).await?;
    found.extend(suppressed.map(|why| format!("suppressed_{why}")));
    Ok(found)
}

/// Whether mails to somebody are marked as advertisements; why none would be sent joins the warnings.
async fn marked(
    app: &App,
    who: &Recipient,
    from: Option<&MailboxRow>,
    workspace: &Workspace,
    country: Option<Country>,
    warnings: &mut Vec<String>,
) -> Answer<bool> {
    let (Some(country), false) = (country, from.is_some_and(MailboxRow::is_sandbox)) else {
        return Ok(false);
    };
    let verdicts = basis::standings(&app.db, workspace, &[(who, country)], app.clock.now()).await?;
    let Some(Verdict::Allowed { marked, .. }) = verdicts.get(&who.id) else {
        warnings.push(NO_BASIS.to_owned());
        return Ok(false);
    };
    if *marked && !basis::sender_lacks(workspace).is_empty() {
        warnings.push(SENDER_INCOMPLETE.to_owned());
    }
    Ok(*marked)
}

/// What the first mail would tell them of where their data came from.
async fn source_of(
    app: &App,
    who: &Recipient,
    from: Option<&MailboxRow>,
    workspace: &Workspace,
    country: Option<Country>,
) -> Answer<Option<String>> {
    let (Some(country), false) = (country, from.is_some_and(MailboxRow::is_sandbox)) else {
        return Ok(None);
    };
    Ok(basis::source::to_tell(&app.db, workspace, &[(who, country)]).await?.remove(&who.id))
}

/// What every step of one preview is written with.
struct Pen<'a> {
    app: &'a App,
    who: &'a Recipient,
    from: Option<&'a MailboxRow>,
    workspace: &'a Workspace,
    locale: Locale,
    fields: &'a serde_json::Value,
    shelf: Shelf,
    whom: Whom<'a>,
    reach: Reach,
    /// What is written to them is marked as an advertisement.
    marked: bool,
    /// What the first mail tells of where their data came from.
    source: Option<String>,
}

impl Pen<'_> {
    fn write(&self, number: usize, step: &Step, thread: &mut String, first: bool) -> PreviewMail {
        let sources = [step.subject.as_str(), step.body.as_str()];
        let inserted = self.shelf.insert(&sources, self.fields.clone(), &self.whom);
        let (subject, mut missing) = subject_of(step, thread, &inserted.fields);
        let body = letter::fill(&step.body, &inserted.fields);
        missing.extend(body.missing.into_iter().chain(inserted.missing));
        let story = (!inserted.unfit.is_empty()).then_some("story");
        missing.extend(inserted.unfit);
        if step.kind == StepKind::Mail && self.who.address().is_none() {
            missing.push("person.email".to_owned());
        }
        missing.sort_unstable();
        missing.dedup();
        let noticed = match step.kind {
            StepKind::Mail if first => lint::first_mail_warnings(&subject, &body.text, &step.body),
            StepKind::Post => piece::rules::warnings(&step.piece.clone().unwrap_or_default(), &step.goal),
            _ => Vec::new(),
        };
        let text = match step.kind {
            StepKind::Mail => {
                let signature = self.from.map_or("", |m| m.signature.as_str());
                let url = letter::unsubscribe_url(self.app, "…");
                let footer = Footer {
                    unsubscribe: &url,
                    advertiser: self
                        .from
                        .filter(|_| self.marked)
                        .map(|m| (m.from_name.as_str(), m.address.as_str())),
                    source: self.source.as_deref().filter(|_| first),
                };
                letter::whole_text(&body.text, signature, self.locale, self.workspace, Some(footer))
            }
            _ => body.text,
        };
        let subject = match step.kind {
            StepKind::Mail => letter::marked_subject(self.marked.then_some(AD_KR), &subject),
            _ => subject,
        };
        let refused = self.reach.bar(step).map(|why| if why == DO_NOT_CONTACT { "refused" } else { why });
        let warnings = refused.into_iter().chain(story).chain(noticed).map(str::to_owned).collect();
        let kind = step.kind;
        PreviewMail { step: number, kind, subject, text, missing, warnings, due_at: None, due_local: None }
    }
}

/// The subject, marked as an answer where the step answers the mail before.
fn subject_of(step: &Step, thread: &mut String, fields: &serde_json::Value) -> (String, Vec<String>) {
    if step.kind == StepKind::Mail && step.is_reply(0) && !thread.is_empty() {
        return (letter::answer_subject(thread), Vec::new());
    }
    let filled = letter::fill(&step.subject, fields);
    if step.kind == StepKind::Mail {
        thread.clone_from(&filled.text);
    }
    (filled.text, filled.missing)
}
