//! From a step to the mail a person reads: merge fields, thread, footer, headers.

use http_room::App;
use kernel::{Locale, MessageId};
use mail::{
    CalendarPart, Composed, DkimKey, Draft, Harmless, ListUnsubscribe, MailError, Mailbox, TemplateError,
    compose, render,
};
use records::workspace::Workspace;
use serde_json::{Map, Value as Json, json};

use crate::basis::{AD_KR, AD_KR_WORDS};
use crate::mailbox::MailboxRow;
use crate::message::{MessageRow, REFUSAL_HEARD};
use crate::recipient::{DealFields, Recipient};

/// The header that carries our token; some servers rewrite the Message-ID, none this.
pub const TOKEN_HEADER: &str = "X-Sevenfold-Ref";
/// Fields reported as missing at most.
const MISSING: usize = 20;

/// Merge fields of one mail: `person`, `company`, `deal`, `sender`, `why_them`, `booking_link`.
#[must_use]
pub fn fields(
    who: &Recipient,
    deal: Option<&DealFields>,
    why_them: &str,
    from: Option<&MailboxRow>,
    booking_link: Option<&str>,
) -> Json {
    let mut all = who.fields();
    let why = Some(why_them).filter(|w| !w.trim().is_empty());
    let why = why.or_else(|| deal.and_then(|d| d.why_them.as_deref()));
    all["deal"] = json!({ "name": deal.map(|d| &d.name), "why_them": why, "stage": deal.map(|d| &d.stage) });
    all["why_them"] = json!(why);
    all["booking_link"] = json!(booking_link);
    all["sender"] = json!({ "name": from.map(|m| &m.from_name), "email": from.map(|m| &m.address) });
    all
}

/// A text with its fields filled in, and what had no value.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The text; a field without value shows as `[person.title]`.
    pub text: String,
    /// Fields without value and without fallback, or why the text cannot be read.
    pub missing: Vec<String>,
}

/// Fills in the fields. With anything missing the mail must not be sent (R24).
#[must_use]
pub fn fill(source: &str, fields: &Json) -> Filled {
    let mut fields = fields.clone();
    let mut missing = Vec::new();
    loop {
        match render(source, &fields) {
            Ok(text) => return Filled { text, missing },
            Err(TemplateError::Unresolved { variable, .. })
                if missing.len() < MISSING && !missing.contains(&variable) =>
            {
                put(&mut fields, &variable, format!("[{variable}]"));
                missing.push(variable);
            }
            Err(why) => {
                missing.push(why.to_string());
                return Filled { text: source.to_owned(), missing };
            }
        }
    }
}

fn put(fields: &mut Json, path: &str, value: String) {
    let mut place = fields;
    for key in path.split('.') {
        if !place.is_object() {
            *place = Json::Object(Map::new());
        }
        place = &mut place[key];
    }
    *place = Json::from(value);
}

/// The mark before the subject of an answer, once.
#[must_use]
pub fn answer_subject(subject: &str) -> String {
    format!("Re: {}", mail::base_subject(subject))
}

/// Where a person refuses further mail.
#[must_use]
pub fn unsubscribe_url(app: &App, token: &str) -> String {
    format!("{}/u/{token}", app.config.base_url.trim_end_matches('/'))
}

/// What stands under automatic mail.
#[derive(Debug, Clone, Copy)]
pub struct Footer<'a> {
    /// Where further mail is refused.
    pub unsubscribe: &'a str,
    /// Name and address of the sender, under a mail that advertises in Korea.
    pub advertiser: Option<(&'a str, &'a str)>,
    /// What is told of where the reader's data came from.
    pub source: Option<&'a str>,
}

impl Footer<'_> {
    fn text(&self, locale: Locale, workspace: &Workspace) -> String {
        let (url, settings) = (self.unsubscribe, workspace.settings());
        let address = settings.postal_address.trim();
        let Some((name, mail)) = self.advertiser else {
            let line = match locale {
                Locale::Ko => format!("더 이상 메일을 원하지 않으시면: {url}"),
                Locale::En => format!("If you would rather not hear from me again: {url}"),
            };
            let source = self.source.unwrap_or_default();
            let lines = ["-- ", line.as_str(), source, address];
            return lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
        };
        // Who advertises, and how to refuse for nothing, in both languages (Network Act, article 50 (4)).
        let phone = settings.sender_phone.trim();
        format!(
            "-- \n{} · {name} · {mail} · {phone} · {address}\n수신을 원하지 않으시면 무료로 수신을 거부하실 수 있습니다: {url}\n\
             If you do not want to receive this information, refuse it free of charge: {url}",
            workspace.name
        )
    }
}

/// A subject with the mark Korean law wants before it, once and in front of everything.
#[must_use]
pub fn marked_subject(label: Option<&str>, subject: &str) -> String {
    if label != Some(AD_KR) {
        return subject.to_owned();
    }
    let bare = subject.replace(AD_KR_WORDS, " ");
    let words: Vec<&str> = std::iter::once(AD_KR_WORDS).chain(bare.split_whitespace()).collect();
    words.join(" ")
}

/// Body, signature, and the footer under automatic mail.
#[must_use]
pub fn whole_text(
    body: &str,
    signature: &str,
    locale: Locale,
    workspace: &Workspace,
    footer: Option<Footer<'_>>,
) -> String {
    let mut parts = vec![body.trim_end().to_owned()];
    if !signature.trim().is_empty() {
        parts.push(signature.trim().to_owned());
    }
    parts.extend(footer.map(|footer| footer.text(locale, workspace)));
    parts.join("\n\n") + "\n"
}

/// What a mail stands in, whoever reads it.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// Whose mail it is: its footer says so.
    pub workspace: &'a Workspace,
    /// The language of the footer.
    pub locale: Locale,
    /// Where counted links begin, when not where the program is used.
    pub links: Option<&'a str>,
}

/// The finished mail of a row, signed when its domain has a key. The same row gives the same mail: its Message-ID and
/// token were made once.
///
/// # Errors
/// When an address or header cannot be used.
pub fn compose_row(
    app: &App,
    row: &MessageRow,
    from: &MailboxRow,
    frame: Frame<'_>,
    key: Option<&DkimKey>,
) -> Result<Composed, MailError> {
    let Frame { workspace, locale, links } = frame;
    let token = row.token.as_deref().unwrap_or_default();
    let url = unsubscribe_url(app, token);
    let signature = row.signature.as_ref().unwrap_or(&from.signature);
    let label = row.label.as_deref();
    let advertiser = (label == Some(AD_KR)).then_some((from.from_name.as_str(), from.address.as_str()));
    let footer = row.is_automatic().then_some(Footer {
        unsubscribe: &url,
        advertiser,
        source: row.source_told.as_deref(),
    });
    let body = crate::sealed::open(&app.secrets, (from.id, &row.to_address), &row.text)
        .map_err(|e| MailError::Field { field: "text".to_owned(), why: e.to_string() })?;
    let text = whole_text(&body, signature, locale, workspace, footer);
    let subject = marked_subject(label, &row.subject);
    let to = Mailbox::named(row.to_name.clone().unwrap_or_default(), row.to_address.clone());
    let written = row.created_at.to_utc();
    let id = row.mime_id.as_deref().unwrap_or_default();
    let mut draft = Draft::new(from.sender(), to, &subject, &text, id, written);
    draft.html = Some(if row.is_automatic() {
        counted(links.unwrap_or(&app.config.base_url), row, &text)
    } else {
        Harmless::of_text(&text)
    });
    draft.in_reply_to = row.in_reply_to.clone();
    draft.references = row.thread();
    if let Some(invitation) = row.invitation() {
        draft.calendar = Some(CalendarPart { method: invitation.method, text: invitation.text });
        // The host's calendar learns of it the same way.
        if records::person::fold_email(&row.to_address) != records::person::fold_email(&from.address) {
            draft.cc.push(from.sender());
        }
    }
    draft.headers.push((TOKEN_HEADER.to_owned(), token.to_owned()));
    let may_refuse = row.is_of_law() && row.label.as_deref() != Some(REFUSAL_HEARD);
    if row.is_automatic() || may_refuse {
        let mailto = format!("{}?subject=unsubscribe", from.address);
        draft.list_unsubscribe = Some(ListUnsubscribe { url, mailto });
    }
    compose(&draft, key)
}

/// HTML whose links in the body lead by us, so that a click is known; those of signature and footer lead straight on.
fn counted(base: &str, row: &MessageRow, text: &str) -> Harmless {
    let of_body = mail::links(&row.text).count();
    let (base, token) = (base.trim_end_matches('/'), row.token.as_deref().unwrap_or_default());
    Harmless::with_links(text, |n, url| {
        if n < of_body { format!("{base}/c/{token}/{}", n + 1) } else { url.to_owned() }
    })
}

/// A fresh token and Message-ID for a mail from this address.
#[must_use]
pub fn new_ids(address: &str) -> (String, String) {
    let mut bytes = [0_u8; 16];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    let token = hex::encode(bytes);
    let domain = address.rsplit_once('@').map_or("localhost", |(_, d)| d);
    let id = mail::new_message_id(&token, domain);
    (token, id)
}

/// What a slot and a jitter hash over.
#[must_use]
pub fn key_of(id: MessageId) -> [u8; 16] {
    *id.0.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_without_value_is_named_and_a_fallback_is_enough() {
        let fields = json!({ "person": { "given_name": "Ada", "title": null }, "company": {} });
        let table = [
            ("Hello {{ person.given_name }}", "Hello Ada", vec![]),
            (
                "{{ person.title }} at {{ company.name }}",
                "[person.title] at [company.name]",
                vec!["person.title", "company.name"],
            ),
            ("{{ person.title | default(\"there\") }}", "there", vec![]),
            ("{{ person.title | fallback(\"there\") }}", "there", vec![]),
        ];
        for (source, text, missing) in table {
            let filled = fill(source, &fields);
            assert_eq!(
                (filled.text.as_str(), filled.missing),
                (text, missing.iter().map(ToString::to_string).collect()),
                "{source}"
            );
        }
        let broken = fill("{{ person.", &fields);
        assert!(broken.missing[0].starts_with("line 1"), "{broken:?}");
    }

    #[test]
    fn an_advertisement_in_korea_begins_with_its_mark_and_has_it_once() {
        for (subject, marked) in [
            ("제안", "(광고) 제안"),
            ("Re: 제안", "(광고) Re: 제안"),
            ("Re: (광고) 제안", "(광고) Re: 제안"),
            ("(광고)(광고) 제안", "(광고) 제안"),
        ] {
            assert_eq!(marked_subject(Some(AD_KR), subject), marked, "{subject}");
            assert_eq!(marked_subject(None, subject), subject);
        }
    }

    #[test]
    fn an_answer_is_marked_once() {
        assert_eq!(answer_subject("Re: RE: 제안"), "Re: 제안");
        assert_eq!(answer_subject("A question"), "Re: A question");
    }
}
