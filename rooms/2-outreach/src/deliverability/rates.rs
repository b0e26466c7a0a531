//! Bounces and complaints of a domain's mails against what large providers put up with. Pure but for the counting.

use http_room::{Answer, App};

use super::{Check, Finding, Light};
use crate::mailbox::MailboxRow;
use crate::mailbox::health::{self, COMPLAINT_DAYS, Rates};

/// Mails below which a share says little.
const FEW_FOR_BOUNCES: i64 = 20;
const FEW_FOR_COMPLAINTS: i64 = 300;

/// What came of the last thirty days' mails of these mailboxes.
pub(super) async fn rates(app: &App, mailboxes: &[MailboxRow]) -> Answer<Rates> {
    let mut all = Rates::default();
    for mailbox in mailboxes {
        let since = app.clock.now().plus_days(-COMPLAINT_DAYS);
        let its = health::rates(&app.db, mailbox.id, since).await?;
        all.sent += its.sent;
        all.hard += its.hard;
        all.complaints += its.complaints;
        all.blocks += its.blocks;
    }
    Ok(all)
}

/// What they say.
pub(super) fn findings(rates: &Rates) -> [Finding; 2] {
    let sent = rates.sent.to_string();
    let bounced = {
        let (hard, share) = (rates.hard.to_string(), share(rates.hard, rates.sent));
        let (state, code) = judged("bounces", rates, rates.hard, FEW_FOR_BOUNCES, [0.02, 0.05]);
        let values = [("sent", sent.as_str()), ("hard", &hard), ("share", &share)];
        Finding::new(Check::Bounces, state, &code, &values)
    };
    let complained = {
        let (count, share) = (rates.complaints.to_string(), share(rates.complaints, rates.sent));
        let (state, code) = judged("complaints", rates, rates.complaints, FEW_FOR_COMPLAINTS, [0.001, 0.003]);
        let values = [("sent", sent.as_str()), ("complaints", &count), ("share", &share)];
        Finding::new(Check::Complaints, state, &code, &values)
    };
    [bounced, complained]
}

/// Amber from the first share on, red from the second.
fn judged(what: &str, rates: &Rates, count: i64, few: i64, limits: [f64; 2]) -> (Light, String) {
    let (state, word) = if rates.sent < few {
        (Light::Green, "few")
    } else if rates.reaches(count, limits[1]) {
        (Light::Red, "many")
    } else if rates.reaches(count, limits[0]) {
        (Light::Amber, "many")
    } else {
        (Light::Green, "fine")
    };
    (state, format!("{what}_{word}"))
}

/// A share in percent with two decimals.
fn share(count: i64, of: i64) -> String {
    // Counts of mails are far below 2^52.
    #[allow(clippy::cast_precision_loss)]
    let share = if of == 0 { 0.0 } else { count as f64 * 100.0 / of as f64 };
    format!("{share:.2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_judged_by_the_providers_limits() {
        let table = [
            ((19, 5, 0), ("bounces_few", Light::Green), ("complaints_few", Light::Green)),
            ((100, 1, 0), ("bounces_fine", Light::Green), ("complaints_few", Light::Green)),
            ((100, 2, 0), ("bounces_many", Light::Amber), ("complaints_few", Light::Green)),
            ((100, 5, 0), ("bounces_many", Light::Red), ("complaints_few", Light::Green)),
            ((2000, 0, 1), ("bounces_fine", Light::Green), ("complaints_fine", Light::Green)),
            ((2000, 0, 2), ("bounces_fine", Light::Green), ("complaints_many", Light::Amber)),
            ((2000, 0, 6), ("bounces_fine", Light::Green), ("complaints_many", Light::Red)),
        ];
        for ((sent, hard, complaints), bounces, complained) in table {
            let [one, other] = findings(&Rates { sent, hard, complaints, blocks: 0 });
            assert_eq!((one.code.as_str(), one.state), bounces, "{sent} {hard}");
            assert_eq!((other.code.as_str(), other.state), complained, "{sent} {complaints}");
        }
    }
}
