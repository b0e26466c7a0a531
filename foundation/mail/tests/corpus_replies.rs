//! Own words of real answers, and mails that are broken on purpose.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mail::reply_text::own_words;
use mail::{read, reply_text};
use proptest::prelude::*;

fn fixtures(under: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(under)
}

fn github(file: &str) -> String {
    let bytes = std::fs::read(fixtures("replies/github").join(file)).expect(file);
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn the_usual_mail_programs_answers_give_the_words_above_the_quote() {
    let dir = fixtures("replies/talon/standard_replies");
    for file in ["apple_mail.eml", "gmail.eml", "comcast.eml", "hotmail.eml", "outlook.eml"] {
        let mail = read(&std::fs::read(dir.join(file)).expect(file)).expect(file);
        let reply = reply_text(&mail);
        assert_eq!(reply.text, "Hello", "{file}");
    }
}

#[test]
fn quotes_signatures_and_interleaved_words_of_the_github_collection() {
    for (file, begins, ends, absent) in [
        ("email_1_1.txt", "Hi folks", "riak-users@lists", "> "),
        ("email_1_2.txt", "Hi,", "", "> "),
        ("email_1_3.txt", "Oh thanks.", "", "On Tue"),
        ("email_1_4.txt", "Awesome!", "", "wrote:"),
        ("email_1_5.txt", "One: Here's what I've got.", "", "On Nov"),
        ("email_1_6.txt", "I get proper rendering as well.", "", "Corey Donohoe"),
        ("email_iPhone.txt", "Here is another email", "Here is another email", "Sent from my"),
        ("email_BlackBerry.txt", "Here is another email", "Here is another email", "BlackBerry"),
        ("email_one_is_not_on.txt", "Thank, this is really helpful.", "when I run...", "Dave Tapley"),
        ("email_sent_from_my_not_signature.txt", "Here is another email", "then my mobile phone.", "\u{0}"),
        ("correct_sig.txt", "this is an email with a correct -- signature.", "", "rick"),
    ] {
        let reply = own_words(&github(file));
        assert!(reply.text.starts_with(begins), "{file} begins: {}", reply.text);
        assert!(!reply.text.contains(absent), "{file} still holds {absent}: {}", reply.text);
        if !ends.is_empty() && file != "email_1_1.txt" {
            assert!(reply.text.ends_with(ends), "{file} ends: {}", reply.text);
        }
    }
}

#[test]
fn a_pathological_mail_takes_no_longer_than_any_other() {
    let start = Instant::now();
    own_words(&github("pathological.txt"));
    for line in ["On ", "On On On On wrote ", "> ", "From: a\n", "-", "--\n", "_", "a@b.c ", "2026年"] {
        own_words(&line.repeat(2_000_000 / line.len()));
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn broken_mime_is_read_or_refused_but_never_panics() {
    let mut read_well = 0;
    for entry in std::fs::read_dir(fixtures("mime-flanker")).expect("there") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("readable");
        read_well += usize::from(read(&bytes).is_ok());
        for cut in [bytes.len() / 3, bytes.len() / 2] {
            let _ = read(&bytes[..cut]);
        }
    }
    assert!(read_well >= 30, "{read_well}");
}

#[test]
fn hostile_sizes_are_read_in_linear_time() {
    let start = Instant::now();
    let nested: String = (0..2000)
        .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n"))
        .collect();
    let references = format!("References: {}\r\n\r\nx", "<a@b> ".repeat(400_000));
    let headers = format!("{}\r\nx", "X-A: b\r\n".repeat(400_000));
    let html = format!("Content-Type: text/html\r\n\r\n{}", "<div><b>".repeat(200_000));
    let table = format!("Content-Type: text/html\r\n\r\n{}", "<table><tr><td>".repeat(100_000));
    let quotes =
        format!("Subject: =?utf-8?q?{}?=\r\n\r\n{}", "=20".repeat(300_000), "> On a\n".repeat(300_000));
    for mail in [nested, references, headers, html, table, quotes] {
        if let Ok(mail) = read(mail.as_bytes()) {
            reply_text(&mail);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
    assert!(read(&vec![b'a'; 26 * 1024 * 1024]).is_err());
}

proptest! {
    #[test]
    fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(mail) = read(&bytes) {
            reply_text(&mail);
        }
    }

    #[test]
    fn no_mixture_of_mail_pieces_makes_reading_panic(pieces in proptest::collection::vec(prop::sample::select(vec![
        "Content-Type: multipart/report; boundary=x\r\n", "Content-Type: message/rfc822\r\n", "\r\n", "--x\r\n",
        "--x--\r\n", "Content-Type: message/delivery-status\r\n", "Final-Recipient: rfc822;\r\n", "Status: 5\r\n",
        "Content-Transfer-Encoding: base64\r\n", "=?iso-2022-kr?b?/?=", "From: <\r\n", "Date: 99 Foo 0 -9999\r\n",
        "Content-Type: text/html\r\n", "<blockquote", "<div class=gmail_quote", "가나", "\0", "On 1 a wrote:\r\n",
        "Content-Type: text/calendar\r\n", "METHOD", "Thread-Index: AQ==\r\n", "Content-Disposition: attachment; filename=\"../..\"\r\n",
    ]), 0..40)) {
        if let Ok(mail) = read(pieces.concat().as_bytes()) {
            reply_text(&mail);
        }
    }

    #[test]
    fn own_words_are_never_empty_when_something_was_written(text in "[ -~가-힣\n>]{1,200}") {
        if !text.trim().is_empty() {
            prop_assert!(!own_words(&text).text.is_empty());
        }
    }
}

#[test]
fn every_stated_mark_of_a_quote_or_signature_is_known() {
    let block = "From: a\nSent: b\nTo: c\nSubject: d\nold";
    for rest in [
        "On Mon, 1 Jun 2026 at 09:00, Rep <r@s.test> wrote:\n> old",
        "On Mon, 1 Jun 2026 at 09:00, Rep\n<r@s.test>\nwrote:\nold",
        "Am 01.06.2026 um 09:00 schrieb Rep <r@s.test>:\n> old",
        "Le lun. 1 juin 2026 à 09:00, Rep <r@s.test> a écrit :\n> old",
        "2026년 6월 1일 (월) 오전 9:00, 김영업 <r@s.test>님이 작성:\n> old",
        "2026年6月1日(月) 9:00 Rep <r@s.test>:\n> old",
        "-----Original Message-----\nold",
        "-----원본 메시지-----\nold",
        block,
        "보낸 사람: a\n보낸 날짜: b\n받는 사람: c\n제목: d\nold",
        "差出人: a\n送信日時: b\n宛先: c\n件名: d\nold",
        "Von: a\nGesendet: b\nAn: c\nBetreff: d\nold",
        "De : a\nEnvoyé : b\nÀ : c\nObjet : d\nold",
        "________________________________\nold",
        "> old\n> older",
        "-- \nJane\nCEO old",
        "Sent from my iPhone",
        "iPhone에서 보냄",
        "박구매 팀장\n한빛소프트\n전화 02-1234-5678\nold@customer.test",
        "This mail is confidential and for the intended recipient only. old",
    ] {
        let reply = own_words(&format!("네, 좋습니다.\nSecond line\n\n{rest}\n"));
        assert_eq!(reply.text, "네, 좋습니다.\nSecond line", "{rest}");
    }
}

#[test]
fn words_between_quoted_lines_stay_in_their_order() {
    let reply = own_words("Hi\n\nOn 1 Jun 2026 Rep wrote:\n> one?\nyes\n> two?\nno\n");
    assert_eq!(reply.text, "Hi\n\nyes\nno");
    assert!(reply.quoted && reply.interleaved);
    assert_eq!(own_words("> only\n> quoted").text, "> only\n> quoted", "nothing left: the whole text");
}
