//! How well replies are read, and that what is shipped is what was learned.
//!
//! `SEVENFOLD_WRITE_INTENTS=1 cargo nextest run -p sevenfold-mail intent` learns the weights anew and writes them and
//! the page `docs/intents.md`; run it after a change to the tables, the notions or the features.

use std::collections::HashMap;
use std::path::Path;

use super::model::Model;
use super::train::{Example, calibrate, held_out, learn, table, training};
use super::*;

mod measured;

fn testing(language: &str) -> Vec<Example> {
    table(match language {
        "en" => include_str!("../../../tests/fixtures/intents/test.en.tsv"),
        _ => include_str!("../../../tests/fixtures/intents/test.ko.tsv"),
    })
}

fn primary(text: &str) -> Intent {
    intents(text)[0].intent
}

/// Whether what was made is to be written where it is kept.
fn writes() -> bool {
    std::env::var("SEVENFOLD_WRITE_INTENTS").is_ok_and(|value| value == "1")
}

fn kept_at(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

#[test]
fn the_shipped_weights_are_what_the_training_table_teaches() {
    let examples = training();
    let all: Vec<&Example> = examples.iter().collect();
    let shipped = kept_at("src/incoming/intent/weights.bin");
    if writes() {
        let model = learn(&all, calibrate(&held_out(&examples)));
        std::fs::write(shipped, model.bytes()).unwrap();
        return;
    }
    let (kept, learned) = (Model::shipped(), learn(&all, Model::shipped().calibration));
    // The last bit of an exponential is not the same on every machine.
    let same = learned.names.iter().filter(|name| kept.row(**name).is_some()).count();
    assert!(same * 1000 >= learned.names.len() * 995, "stale: {same} of {} features", learned.names.len());
    let near = |name: &u32| match (kept.row(*name), learned.row(*name)) {
        (Some(a), Some(b)) => a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 2),
        _ => true,
    };
    assert!(learned.names.iter().all(near), "stale weights: SEVENFOLD_WRITE_INTENTS=1 writes them anew");
}

#[test]
fn the_tables_hold_enough_of_every_intent_in_both_languages() {
    let korean = |e: &&Example| e.text.contains(super::words::is_hangul);
    let trained = training();
    assert!(trained.iter().filter(korean).count() >= 1_200);
    assert!(trained.iter().filter(|e| !korean(e)).count() >= 1_200);
    for language in ["en", "ko"] {
        let replies = testing(language);
        assert!(replies.len() >= 300, "{language}");
        for intent in Intent::ALL {
            let of = replies.iter().filter(|e| e.primary() == intent).count();
            assert!(of >= 25, "{of} {} in {language}", intent.key());
        }
    }
    for example in trained.iter().chain(&testing("en")).chain(&testing("ko")) {
        assert!(example.intents.is_sorted() && !example.text.is_empty(), "{example:?}");
        assert!(
            example.intents == [Intent::Other] || !example.intents.contains(&Intent::Other),
            "{example:?}"
        );
    }
}

/// Rows of two words and of four letters, marks and spaces left out, by number.
fn shingles(text: &str, numbers: &mut HashMap<String, u32>) -> [Vec<u32>; 2] {
    let lower: String =
        text.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let letters: Vec<char> = words.concat().chars().collect();
    let rows_of_words: Vec<String> =
        words.windows(2.min(words.len().max(1))).map(|row| row.join(" ")).collect();
    let rows_of_letters: Vec<String> =
        letters.windows(4.min(letters.len().max(1))).map(|row| row.iter().collect()).collect();
    [rows_of_words, rows_of_letters].map(|rows| {
        let fresh = |row| {
            let next = numbers.len() as u32;
            *numbers.entry(row).or_insert(next)
        };
        let mut rows: Vec<u32> = rows.into_iter().map(fresh).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    })
}

/// Broder 1997, "On the resemblance and containment of documents".
fn resemblance(a: &[u32], b: &[u32]) -> f64 {
    // What differs much in number cannot be alike.
    if a.len() > 2 * b.len() || b.len() > 2 * a.len() {
        return 0.0;
    }
    let both = a.iter().filter(|row| b.binary_search(row).is_ok()).count();
    both as f64 / (a.len() + b.len() - both).max(1) as f64
}

#[test]
fn no_reply_of_the_test_is_like_one_that_was_learned_from() {
    let mut numbers = HashMap::new();
    let learned: Vec<_> = training().into_iter().map(|e| (shingles(&e.text, &mut numbers), e.text)).collect();
    for example in testing("en").iter().chain(&testing("ko")) {
        let own = shingles(&example.text, &mut numbers);
        let alike = learned.iter().find(|(other, _)| (0..2).any(|k| resemblance(&own[k], &other[k]) > 0.5));
        assert_eq!(alike.map(|(_, text)| text), None, "is like {:?}", example.text);
    }
}

#[test]
fn replies_never_seen_are_read_with_a_macro_f1_of_0_85_in_each_language() {
    for language in ["en", "ko"] {
        let confusion = measured::confusion(&testing(language));
        let f1 = confusion.macro_f1();
        assert!(f1 >= 0.85, "{language}: {f1:.3}\n{}", confusion.table());
    }
}

#[test]
fn a_reading_is_right_at_least_as_often_as_it_says_and_not_much_more_often() {
    let replies: Vec<Example> = testing("en").into_iter().chain(testing("ko")).collect();
    let bins = measured::reliability(&replies);
    let too_sure: f64 = bins.iter().map(|bin| (bin.said - bin.right).max(0.0) * bin.share).sum();
    let off: f64 = bins.iter().map(|bin| (bin.said - bin.right).abs() * bin.share).sum();
    assert!(too_sure <= 0.02 && off <= 0.08, "too sure by {too_sure:.3}, off by {off:.3}: {bins:?}");
}

#[test]
fn the_page_shows_what_was_measured() {
    let (page, path) = (measured::page(), kept_at("../../docs/intents.md"));
    if writes() {
        std::fs::write(path, page).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == page, "docs/intents.md is stale: SEVENFOLD_WRITE_INTENTS=1 writes it anew");
}

#[test]
fn the_primary_intent_follows_the_order_of_the_table() {
    use Intent::*;
    for (text, wanted) in [
        ("Please remove me from your list.", Unsubscribe),
        ("수신거부 부탁드립니다", Unsubscribe),
        ("This is spam and I will report you.", Hostile),
        ("법적 조치를 하겠습니다", Hostile),
        ("This is spam. Take me off your list.", Unsubscribe),
        ("Please reach out to Dana, she owns this. Sounds good?", Referral),
        ("구매 담당자는 이영희 과장입니다", Referral),
        ("I'm not the right person for this", WrongPerson),
        ("제 담당이 아니라서요", WrongPerson),
        ("Not now, maybe next quarter", NotNow),
        ("내년에 다시 이야기해요", NotNow),
        ("Interested, but not before Q3", NotNow),
        ("We are all set, no thanks", NotInterested),
        ("I'm not interested", NotInterested),
        ("저희는 관심 없습니다", NotInterested),
        ("It is too expensive for us", Objection),
        ("예산이 없어서 어렵습니다", Objection),
        ("We already use Pipedrive but send me the price", Objection),
        ("Tuesday works for me", Meeting),
        ("화요일에 통화 가능하세요?", Meeting),
        ("Tell me more", Interested),
        ("자료 보내 주세요", Interested),
        ("What is the price?", Question),
        ("어떻게 시작하나요", Interested),
        ("얼마예요", Question),
        ("pass", NotInterested),
        ("넵", Other),
        ("Thanks", Other),
        ("감사합니다", Other),
    ] {
        assert_eq!(primary(text), wanted, "{text}: {:?}", intents(text));
    }
}

#[test]
fn a_negation_close_by_in_the_same_clause_cancels_a_cue() {
    use Intent::*;
    for (text, intent, there) in [
        ("I'm not interested", Interested, false),
        ("I am not at all interested", Interested, false),
        ("Not sure about the price, but interested", Interested, true),
        ("It is not too expensive", Objection, false),
        ("생각보다 비싸지 않네요", Objection, false),
        ("관심 있는 건 아니에요", Interested, false),
        ("Don't unsubscribe me, please", Unsubscribe, false),
        ("compass and passage", NotInterested, false),
        ("somehow", Question, false),
    ] {
        let heard = intents(text);
        assert_eq!(heard.iter().any(|h| h.intent == intent), there, "{text}: {heard:?}");
    }
}

#[test]
fn everything_a_reply_says_is_kept_in_order_with_how_sure_that_is() {
    let heard = intents("Sounds good. Are you free Friday? How much is it?");
    let said: Vec<Intent> = heard.iter().map(|h| h.intent).collect();
    assert_eq!(said, [Intent::Meeting, Intent::Interested, Intent::Question]);
    assert!(heard[0].confidence.share() > 0.6, "{heard:?}");
    let json = serde_json::to_string(&heard[0]).unwrap();
    assert!(json.starts_with(r#"{"intent":"meeting","confidence":0."#), "{json}");
    assert_eq!(serde_json::from_str::<Heard>(&json).unwrap(), heard[0]);
    assert!(Intent::Question.is_positive() && !Intent::NotNow.is_positive());
}

#[test]
fn of_a_language_it_does_not_know_little_is_said() {
    for text in [
        "Bitte nehmen Sie mich aus Ihrem Verteiler.",
        "Merci de me retirer de votre liste.",
        "興味がありません。",
        "Спасибо, не интересно",
        "qwer zxcv hjkl",
    ] {
        let heard = intents(text);
        assert_eq!((heard[0].intent, heard.len()), (Intent::Other, 1), "{text}");
        assert!(heard[0].confidence.share() < 0.4, "{text}: {heard:?}");
    }
    assert_eq!(primary("いくらですか？"), Intent::Question, "a question mark is one everywhere");
}

#[test]
fn any_text_is_read_without_a_fall_and_an_endless_one_quickly() {
    let endless = "no. ".repeat(1 << 20);
    for text in ["", "\n", "'", "''", "?", "ㄱ", "\u{301}", "a'b'c@.", "2026 99999999", endless.as_str()] {
        assert!(!intents(text).is_empty());
    }
}

#[test]
fn a_correction_is_learned_and_what_is_like_it_follows() {
    let taught = "Wir melden uns. We will ring back once the budget committee met.";
    let before = primary(taught);
    assert_ne!(before, Intent::Meeting);
    let lessons = Lessons::learn(&[(taught.to_owned(), Intent::Meeting)]);
    assert_eq!(intents_with(taught, &lessons)[0].intent, Intent::Meeting);
    assert_eq!(primary(taught), before, "nobody else learns from it");
    let jargon = |n: usize| (format!("Please log it under CAPEX-{n}, thanks"), Intent::NotNow);
    let lessons = Lessons::learn(&[jargon(1), jargon(2), jargon(7)]);
    assert_eq!(intents_with("Please log it under CAPEX-55, thanks", &lessons)[0].intent, Intent::NotNow);
    assert!(Lessons::learn(&[]).is_empty());
}

#[test]
fn what_was_right_stays_right_after_many_corrections() {
    let replies = testing("en");
    let corrections: Vec<(String, Intent)> = replies
        .iter()
        .filter(|e| primary(&e.text) != e.primary())
        .take(20)
        .map(|e| (e.text.clone(), e.primary()))
        .collect();
    let lessons = Lessons::learn(&corrections);
    let korean = testing("ko");
    let right = |lessons: &Lessons| {
        korean.iter().filter(|e| intents_with(&e.text, lessons)[0].intent == e.primary()).count()
    };
    let learned = |(text, intent): &&(String, Intent)| intents_with(text, &lessons)[0].intent == *intent;
    assert!(corrections.iter().filter(learned).count() * 10 >= corrections.len() * 9);
    assert!(right(&lessons) + 6 >= right(&Lessons::default()), "{} of {}", right(&lessons), korean.len());
}
