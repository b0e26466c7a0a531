//! Notices that a sending service writes as JSON in the body of a mail: Amazon SES through SNS, in the
//! shape of its "notification contents" page. Anything else that looks like JSON is left alone.

use serde::Deserialize;

use crate::report::{DeliveryStatus, Feedback};

/// What a notice says, in the terms of the reports it stands for.
#[derive(Default)]
pub(crate) struct Notice {
    pub(crate) recipients: Vec<DeliveryStatus>,
    pub(crate) feedback: Option<Feedback>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    #[serde(alias = "eventType")]
    notification_type: String,
    bounce: Option<Bounce>,
    complaint: Option<Complaint>,
    delivery: Option<Delivery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bounce {
    #[serde(default)]
    bounced_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recipient {
    email_address: String,
    action: Option<String>,
    status: Option<String>,
    diagnostic_code: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Complaint {
    complaint_feedback_type: Option<String>,
    #[serde(default)]
    complained_recipients: Vec<Recipient>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Delivery {
    #[serde(default)]
    recipients: Vec<String>,
    smtp_response: Option<String>,
}

/// Reads the notice at the start of a body; SNS adds words about its subscription below.
pub(crate) fn read_notice(text: &str) -> Option<Notice> {
    let text = text.trim_start();
    if !text.starts_with('{') {
        return None;
    }
    let told: Told = match first_value(text) {
        Some(told) => told,
        // Lines longer than mail allows were broken, with a mark at the break.
        None => first_value(&text.replace("!\n ", "").replace('\n', ""))?,
    };
    match told.notification_type.as_str() {
        "Bounce" => {
            let recipients = told.bounce?.bounced_recipients.into_iter().map(failed).collect();
            Some(Notice { recipients, feedback: None })
        }
        "Complaint" => {
            let complaint = told.complaint?;
            let kind = complaint.complaint_feedback_type.unwrap_or_else(|| "abuse".into());
            let recipients = complaint.complained_recipients.into_iter().map(|r| lower(&r.email_address));
            let feedback = Feedback { kind: kind.to_lowercase(), recipients: recipients.collect() };
            Some(Notice { recipients: Vec::new(), feedback: Some(feedback) })
        }
        "Delivery" => {
            let delivery = told.delivery?;
            let words = delivery.smtp_response.unwrap_or_default();
            let delivered = |address: String| DeliveryStatus {
                recipient: Some(lower(&address)),
                action: "delivered".into(),
                diagnostic: words.clone(),
                ..DeliveryStatus::default()
            };
            let recipients = delivery.recipients.into_iter().map(delivered).collect();
            Some(Notice { recipients, feedback: None })
        }
        _ => None,
    }
}

fn first_value(text: &str) -> Option<Told> {
    serde_json::Deserializer::from_str(text).into_iter::<Told>().next()?.ok()
}

fn failed(recipient: Recipient) -> DeliveryStatus {
    let words = recipient.diagnostic_code.unwrap_or_default();
    let diagnostic = words.split_once(';').map_or(words.as_str(), |(_, said)| said).trim().to_owned();
    DeliveryStatus {
        recipient: Some(lower(&recipient.email_address)),
        action: recipient.action.unwrap_or_else(|| "failed".into()).to_lowercase(),
        status: recipient.status,
        diagnostic,
        ..DeliveryStatus::default()
    }
}

fn lower(address: &str) -> String {
    address.trim().trim_start_matches('<').trim_end_matches('>').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounce_a_complaint_and_a_delivery_are_read_each_in_its_own_terms() {
        let bounce = r#"{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"A@b.test","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 unknown"}]}}

--
If you wish to stop receiving notifications"#;
        let read = read_notice(bounce).expect("a notice");
        assert_eq!(read.recipients[0].recipient.as_deref(), Some("a@b.test"));
        assert_eq!(read.recipients[0].diagnostic, "550 5.1.1 unknown");
        let complaint =
            r#"{"eventType":"Complaint","complaint":{"complainedRecipients":[{"emailAddress":"a@b.test"}]}}"#;
        let read = read_notice(complaint).expect("a notice");
        assert_eq!(read.feedback.expect("a complaint").recipients, ["a@b.test"]);
        let delivery = r#"{"notificationType":"Delivery","delivery":{"recipients":["a@b.test"]}}"#;
        assert_eq!(read_notice(delivery).expect("a notice").recipients[0].action, "delivered");
        for other in ["{\"a\":1}", "{", "hello", "{\"notificationType\":\"Bounce\"}"] {
            assert!(read_notice(other).is_none(), "{other}");
        }
    }
}
