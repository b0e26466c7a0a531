//! The order of the classes: the first that fits wins.

use super::automatic::{Automatic, automatic_rule};
use super::bounce::{bounced_in_report, bounced_in_text, is_delay_notice, looks_like_bounce};
use super::{Class, Complaint, Context, Verdict, intents};
use crate::read::Incoming;
use crate::reply_text::reply_text;

/// Decides what a mail is. Deterministic, linear in the size of its text.
pub fn classify(mail: &Incoming, context: &Context<'_>) -> Verdict {
    let rules: [fn(&Incoming, &Context<'_>) -> Option<Verdict>; 8] =
        [own, complaint, bounce, receipt, unsubscribe, calendar, automatic, bulk];
    rules.iter().find_map(|rule| rule(mail, context)).unwrap_or_else(|| human(mail))
}

fn verdict(class: Class, rule: impl Into<String>) -> Option<Verdict> {
    Some(Verdict { class, rule: rule.into() })
}

fn own(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    if context.in_sent_folder {
        return verdict(Class::Own, "own.sent_folder");
    }
    let ours = mail.message_id.as_deref().is_some_and(context.is_ours);
    ours.then(|| Verdict { class: Class::Own, rule: "own.message_id".into() })
}

fn complaint(mail: &Incoming, _: &Context<'_>) -> Option<Verdict> {
    let feedback = mail.report.feedback.as_ref()?;
    let counts = !matches!(feedback.kind.as_str(), "not-spam" | "auth-failure" | "dmarc");
    let complaint =
        Complaint { kind: feedback.kind.clone(), counts, recipients: feedback.recipients.clone() };
    verdict(Class::Complaint(complaint), "complaint.feedback_report")
}

fn bounce(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    let recipients = bounced_in_report(mail);
    if !recipients.is_empty() {
        return verdict(Class::Bounce { recipients }, "bounce.delivery_status");
    }
    // A report that names no failure is a receipt, whatever its text says.
    if !mail.report.recipients.is_empty() || mail.report.disposition.is_some() {
        return None;
    }
    let rule = looks_like_bounce(mail, context)?;
    if is_delay_notice(mail) || !context.is_about_ours(mail) {
        return None;
    }
    verdict(Class::Bounce { recipients: bounced_in_text(mail) }, rule)
}

fn receipt(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    if mail.report.disposition.is_some() {
        return verdict(Class::Receipt, "receipt.disposition_notification");
    }
    if !mail.report.recipients.is_empty() {
        return verdict(Class::Receipt, "receipt.delivery_status");
    }
    let late = looks_like_bounce(mail, context).is_some() && is_delay_notice(mail);
    (late && context.is_about_ours(mail))
        .then(|| Verdict { class: Class::Receipt, rule: "receipt.delay_notice".into() })
}

fn unsubscribe(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    if let Some(token) = context.token_in_recipients(mail, "u") {
        return verdict(Class::Unsubscribe { token: Some(token) }, "unsubscribe.recipient");
    }
    let subject = crate::base_subject(&mail.subject).to_lowercase();
    let alone = matches!(subject.trim_matches(['.', '!', ' ']), "unsubscribe" | "수신거부" | "수신 거부");
    alone.then(|| Verdict { class: Class::Unsubscribe { token: None }, rule: "unsubscribe.subject".into() })
}

fn calendar(mail: &Incoming, _: &Context<'_>) -> Option<Verdict> {
    let method = mail.report.calendar_method.clone()?;
    let answers = matches!(method.as_str(), "REPLY" | "COUNTER" | "CANCEL");
    let rule = format!("calendar.{}", method.to_lowercase());
    let answer = mail.report.calendar_answer.clone();
    answers.then_some(Verdict { class: Class::Calendar { method, answer }, rule })
}

/// A bounce that is not about a mail of ours, and any other mail from nobody, still has no author.
fn automatic(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    let rule = automatic_rule(mail, context)
        .or_else(|| looks_like_bounce(mail, context).map(|_| "automatic.foreign_bounce".into()))
        .or_else(|| (mail.return_path.as_deref() == Some("")).then(|| "automatic.null_sender".into()))?;
    verdict(Class::Automatic(Automatic::read(mail, context)), rule)
}

fn bulk(mail: &Incoming, context: &Context<'_>) -> Option<Verdict> {
    if mail.refers_to().any(context.is_ours) {
        return None;
    }
    let precedence = mail.header("precedence").unwrap_or_default().trim().to_lowercase();
    let rule = match () {
        () if mail.header("list-id").is_some() => "bulk.list_id",
        () if mail.header("list-unsubscribe").is_some() => "bulk.list_unsubscribe",
        () if matches!(precedence.as_str(), "bulk" | "list" | "junk") => "bulk.precedence",
        () => return None,
    };
    verdict(Class::Bulk, rule)
}

fn human(mail: &Incoming) -> Verdict {
    let reply = reply_text(mail);
    let intents = intents(&reply.text);
    Verdict { class: Class::Human { reply, intents }, rule: "human".into() }
}
