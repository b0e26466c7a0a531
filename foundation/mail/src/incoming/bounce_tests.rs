//! The table of bounce kinds of section 6, case by case.

use super::BounceKind::{self, *};
use super::bounce_kind;
use super::bounce_kind::{Command, Said, kind_of};
use super::bounce_notice::{code_in, command_in, notice, recipients_of_line, status_in, told_of};

#[test]
fn codes_and_words_decide_in_the_stated_order() {
    let cases: [(Option<&str>, Option<u16>, &str, BounceKind); 70] = [
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
        (Some("5.1.1"), Some(550), "Refused due to recipient preferences", Block),
        (Some("5.1.0"), Some(550), "<bounce@s.test> sender rejected. AUP#CDRBL", Block),
        (Some("5.1.8"), Some(553), "Domain of sender address a@b.test does not exist", Block),
        (Some("4.7.1"), Some(450), "Client host rejected: cannot find your hostname", Block),
        (Some("5.4.316"), Some(550), "Message expired, connection refused", Soft),
        (Some("5.4.6"), Some(554), "Too many hops", Soft),
        (Some("5.4.14"), Some(554), "Hop count exceeded - possible mail loop", Soft),
        (Some("5.2.122"), Some(554), "The recipient has exceeded their limit", Soft),
        (Some("4.4.1"), None, "delivery temporarily suspended: connect to a.test: timeout", Soft),
        (None, None, "Name service error for name=a.test: Host not found, try again", Soft),
        (Some("4.1.1"), Some(450), "Recipient address rejected: User unknown", Hard),
        (Some("4.0.0"), None, "The domain a.test doesn't receive email: returned Null MX", Hard),
        (Some("5.3.2"), Some(521), "System not accepting network messages", Hard),
        (Some("4.3.2"), Some(452), "System not accepting network messages", Soft),
        (Some("5.7.13"), Some(525), "Disabled recipient address", Hard),
        (None, Some(556), "", Hard),
        (None, Some(421), "Service refusé, veuillez essayer plus tard", Block),
        (None, Some(450), "Recipient address rejected: Greylisted", Soft),
        (None, Some(552), "blocked: virus found", Block),
        (Some("5.0.0"), Some(554), "Transaction failed: Duplicate header 'DKIM-Signature'", Other),
        (Some("5.0.0"), Some(500), "Max message size exceeded", Other),
        (None, Some(550), "Recipient address rejected: On hold", Other),
        (Some("5.1.1"), Some(550), "<spam@mx.spamfilter.a.test>: user unknown", Hard),
        (Some("4.7.0"), Some(421), "Too many concurrent SMTP connections", Soft),
    ];
    for (status, code, text, kind) in cases {
        let (found, rule) = bounce_kind(status, code, text);
        assert_eq!(found, kind, "{status:?} {code:?} {text} by {rule}");
    }
}

#[test]
fn what_the_server_answered_tells_whom_it_means() {
    let unknown = "550 user unknown";
    let refused = "550 <a@b.test>: Recipient address rejected.";
    let cases = [
        (None, unknown, Some(Command::Rcpt), false, Hard),
        (None, unknown, Some(Command::Data), false, Block),
        (None, "550 : User unknown", None, false, Block),
        (Some("5.1.1"), unknown, Some(Command::Data), false, Hard),
        (Some("5.2.1"), unknown, None, false, Block),
        (Some("5.2.1"), unknown, Some(Command::Rcpt), false, Hard),
        (None, "554 This mailbox is disabled", Some(Command::Data), false, Hard),
        (None, "450 host not found", Some(Command::Hello), false, Block),
        (None, "550 does not exist", Some(Command::Mail), false, Block),
        (None, refused, Some(Command::Rcpt), false, Hard),
        (None, refused, None, false, Block),
        (Some("5.1.1"), "procmail: id: no such user", None, true, Other),
        (Some("5.2.0"), "procmail: quota exceeded", None, true, Soft),
    ];
    for (status, text, command, local, kind) in cases {
        let (found, rule) = kind_of(&Said { status, code: Some(550), text, command, local });
        assert_eq!(found, kind, "{status:?} {text} {command:?} by {rule}");
    }
}

#[test]
fn the_command_is_found_in_the_words_of_each_server() {
    let transcript =
        ">>> RCPT To:<a@b.test>\n<<< 250 ok\n>>> DATA\n<<< 550 Unknown user\n554 5.0.0 Service unavailable";
    let in_one_go = ">>> DATA\n<<< 550 5.1.1 User unknown\n<<< 503 5.0.0 Need RCPT (recipient)";
    for (notice, said, command) in [
        ("said: 550 no (in reply to end of DATA\n    command)", "550 no", Some(Command::Data)),
        ("said: 550 no (in reply to RCPT TO command)", "550 no", Some(Command::Rcpt)),
        ("host a.test refused to\n talk to me: 421 no", "421 no", Some(Command::Hello)),
        ("error from remote mail server after MAIL FROM:<a@b.test>:", "", Some(Command::Mail)),
        ("a.test did not like our RCPT TO:\n550 no", "550 no", Some(Command::Rcpt)),
        (transcript, "550 Unknown user", Some(Command::Data)),
        (in_one_go, "550 5.1.1 User unknown", None),
        ("550 no", "550 no", None),
    ] {
        assert_eq!(command_in(notice, said), command, "{notice}");
    }
}

#[test]
fn lines_of_a_notice_are_given_to_the_recipient_they_speak_of() {
    for (line, named) in [
        ("<a@b.test>: host said no", "a@b.test"),
        ("   * a@b.test", "a@b.test"),
        ("550 5.1.1 <a@b.test>... user unknown", "a@b.test"),
        ("  recipient address: a@b.test", "a@b.test"),
        ("     could not be delivered to: <a@b.test>", "a@b.test"),
        ("c=us;o=x;dda:smtp=a@b.test; on friday", "a@b.test"),
        ("please write to the postmaster@b.test", ""),
        ("from: a@b.test", ""),
    ] {
        assert_eq!(recipients_of_line(line).first().map_or("", String::as_str), named, "{line}");
    }
    let text = "while talking to b.test:\n<<< 501 open relay\n554 <a@b.test>... no\n<<< 550 unknown\n550 <c@d.test>... no\n";
    assert_eq!(
        told_of(text, "a@b.test"),
        "while talking to b.test:\n<<< 501 open relay\n554 <a@b.test>... no\n"
    );
    assert_eq!(told_of(text, "c@d.test"), "<<< 550 unknown\n550 <c@d.test>... no\n");
    let copied = "It failed:\n  Message-ID: <m@a.test>\n\n550 no\n\nReceived: from a.test\nSubject: hi\n";
    assert_eq!(notice(copied), "It failed:\n  Message-ID: <m@a.test>\n\n550 no\n\n");
}

/// Answers as the large providers and the common servers give them.
#[test]
fn answers_of_real_servers_are_told_apart() {
    let cases: &[(&str, BounceKind)] = &[
        // Google
        ("550-5.1.1 The email account that you tried to reach does not exist", Hard),
        ("452-4.2.2 The email account that you tried to reach is over quota", Soft),
        ("452 4.2.2 The recipient's inbox is out of storage space", Soft),
        ("550-5.7.1 Our system has detected that this message is likely unsolicited mail", Block),
        ("421-4.7.28 Our system has detected an unusual rate of mail from your IP", Block),
        ("550-5.7.25 The sending IP has no PTR record", Block),
        ("552-5.7.0 This message was blocked because its content is a potential security issue", Block),
        ("552-5.2.3 Your message exceeded Google's message size limits", Other),
        // Microsoft
        ("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent: on our block list (S3140)", Block),
        ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", Hard),
        ("550 5.7.1 RESOLVER.RST.NotAuthorized; not authorized", Block),
        ("550 5.5.0 Requested action not taken: mailbox unavailable", Hard),
        ("550 5.4.1 Recipient address rejected: Access denied. AS(201806281)", Hard),
        ("554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException", Soft),
        ("550 5.7.23 The message was rejected because of Sender Policy Framework violation", Block),
        ("550 5.0.350 Remote server returned an error -> 550 user unknown", Hard),
        ("550 5.4.312 Message expired, DNS query failed", Soft),
        // Yahoo, AOL, Apple
        ("554 5.7.9 Message not accepted for policy reasons", Block),
        ("552 1 Requested mail action aborted, mailbox not found", Hard),
        ("554 delivery error: dd This user doesn't have a yahoo.com account", Hard),
        ("554 30 Sorry, your message cannot be delivered. This mailbox is disabled (554.30).", Hard),
        ("421 4.7.0 [TSS04] temporarily deferred due to unexpected volume or user complaints", Block),
        ("550 5.1.6 recipient no longer on server", Hard),
        ("554 5.7.1 [HM08] Message rejected due to local policy", Block),
        // Comcast, Cox, Spectrum, GoDaddy, IONOS, Mimecast
        ("552 5.2.0 Message rejected, sending IP has poor reputation", Block),
        ("550 5.1.1 Not our Customer", Hard),
        ("421 cannot connect, too many connections from your IP", Soft),
        ("550 5.1.0 sender rejected. AUP#Out-1140", Block),
        ("421 Temporarily rejected. Reverse DNS for 192.0.2.1 failed. IB108", Block),
        ("554-Bad DNS PTR resource record", Block),
        ("554 Email rejected due to security policies", Block),
        ("550 Invalid Recipient", Hard),
        ("550 Administrative prohibition - envelope blocked", Block),
        ("451 Internal resources are temporarily unavailable", Soft),
        // Naver, Mail.ru, Yandex, QQ, Zoho
        ("550 5.1.1 수신자가 존재하지 않는 계정입니다", Hard),
        ("550 Message was not accepted -- invalid mailbox. user not found", Hard),
        ("550 spam message rejected. Please visit our pages", Block),
        ("550 5.7.1 No such user!", Hard),
        ("550 Ip frequency limited", Soft),
        ("550 Mail content denied", Block),
        ("550 Mailbox not found", Hard),
        ("541 5.4.1 Mail rejected by destination domain", Block),
        // Orange, La Poste, Free
        ("550 5.2.1 Boite du destinataire archivee. Archived recipient (OFR_419)", Hard),
        ("552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417", Soft),
        ("421 Too many connections, slow down. OFR004_104", Soft),
        ("550 5.5.0 Mail rejete. Mail rejected. OFR_506", Block),
        // Exim, Postfix, Sendmail, qmail, Domino, OpenSMTPD
        ("all relevant MX records point to non-existent hosts", Hard),
        ("an MX or SRV record indicated no SMTP service", Hard),
        ("lowest numbered MX record points to local host", Soft),
        ("retry timeout exceeded", Soft),
        ("550-Verification failed for <a@b.test> 550-Unrouteable address 550 Sender verify failed", Block),
        ("554 5.7.1 <a@b.test>: Relay access denied", Block),
        ("550 5.1.1 Recipient address rejected: User unknown in local recipient table", Hard),
        ("450 4.7.1 Helo command rejected: Host not found", Block),
        ("450 4.7.1 Greylisted, see you in five minutes", Soft),
        ("552 5.3.4 message size 52428800 exceeds size limit 10240000 of server", Other),
        ("mail for b.test loops back to myself", Soft),
        ("lost connection with mx.b.test while sending RCPT TO", Soft),
        ("553 5.3.5 mx. config error: mail loops back to me (MX problem?)", Soft),
        ("Sorry, no mailbox here by that name. (#5.1.1)", Hard),
        ("Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)", Hard),
        ("This message is looping: it already has my Delivered-To line. (#5.4.6)", Soft),
        ("User a (a@b.test) not listed in Domino Directory", Hard),
        ("No route found to domain b.test from server a", Soft),
        ("Requested mail action aborted: exceeded storage allocation", Soft),
        ("Destination seem to reject all mails", Hard),
        // Services
        ("550 5.1.1 the address is on the suppression list for your account", Hard),
        ("605 Not delivering to previously bounced address", Hard),
    ];
    for (text, kind) in cases {
        let (status, code) = (status_in(text), code_in(text));
        let (found, rule) = bounce_kind(status.as_deref(), code, text);
        assert_eq!(found, *kind, "{text} by {rule}");
    }
}

#[test]
fn a_program_on_the_recipients_machine_knows_its_users() {
    let said = |text| Said { status: Some("5.1.1"), text, local: true, ..Said::default() };
    assert_eq!(kind_of(&said("user unknown")).0, Hard);
    assert_eq!(kind_of(&said("can't open the lock file")).0, Other);
}
