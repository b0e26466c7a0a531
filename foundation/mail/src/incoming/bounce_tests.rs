//! The table of bounce kinds of section 6, case by case.

use super::BounceKind::{self, *};
use super::bounce_kind;

#[test]
fn codes_and_words_decide_in_the_stated_order() {
    let cases: [(Option<&str>, Option<u16>, &str, BounceKind); 46] = [
        (Some("5.1.1"), None, "", Hard),
        (Some("5.1.10"), Some(550), "recipient not found", Hard),
        (Some("5.1.2"), None, "bad destination system", Hard),
        (Some("5.1.0"), None, "address rejected", Hard),
        (Some("5.2.1"), None, "mailbox disabled", Hard),
        (Some("5.4.4"), None, "", Hard),
        (Some("5.4.310"), None, "DNS domain does not exist", Hard),
        (Some("5.4.1"), Some(550), "Recipient address rejected: Access denied", Hard),
        (Some("5.7.1"), Some(550), "User unknown", Hard),
        (Some("5.0.0"), None, "No such user here", Hard),
        (None, Some(550), "존재하지 않는 사용자입니다", Hard),
        (None, None, "Host not found", Hard),
        (None, None, "status NXDOMAIN", Hard),
        (None, Some(553), "휴면 계정", Hard),
        (Some("4.2.2"), None, "", Soft),
        (Some("4.4.7"), None, "message expired", Soft),
        (Some("5.2.2"), None, "", Soft),
        (Some("5.4.7"), None, "", Soft),
        (Some("5.3.1"), None, "", Soft),
        (Some("5.1.1"), Some(550), "Mailbox full", Soft),
        (Some("5.2.1"), Some(550), "The user is receiving mail at a rate that prevents delivery", Soft),
        (Some("4.2.0"), Some(450), "Greylisted, try again", Soft),
        (None, Some(452), "over quota", Soft),
        (None, None, "메일함 용량 초과", Soft),
        (None, Some(552), "", Soft),
        (None, Some(421), "closing", Soft),
        (None, Some(451), "please wait", Soft),
        (Some("4.7.0"), Some(421), "try again later", Block),
        (Some("4.7.28"), Some(421), "unusual rate of unsolicited mail", Block),
        (Some("5.7.1"), Some(550), "Access denied", Block),
        (Some("5.7.26"), None, "", Block),
        (Some("5.7.515"), None, "", Block),
        (Some("5.1.8"), None, "", Block),
        (Some("5.1.1"), None, "rejected as spam", Block),
        (Some("5.0.0"), None, "DMARC policy of the sender", Block),
        (None, Some(554), "no", Block),
        (None, Some(550), "", Block),
        (None, None, "your address is on a blacklist", Block),
        (Some("5.2.3"), None, "", Other),
        (Some("5.3.4"), None, "too large", Other),
        (Some("5.4.6"), None, "loop", Other),
        (Some("5.4.14"), None, "", Other),
        (Some("5.5.4"), None, "", Other),
        (Some("5.6.1"), None, "", Other),
        (Some("5.1.7"), None, "", Other),
        (None, None, "something", Other),
    ];
    for (status, code, text, kind) in cases {
        let (found, rule) = bounce_kind(status, code, text);
        assert_eq!(found, kind, "{status:?} {code:?} {text} by {rule}");
    }
}
