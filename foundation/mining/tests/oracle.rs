//! Two published logs against pm4py (see oracle.py), and against the figures of docs/metrics.md.

#![allow(clippy::unwrap_used)] // in what tests share

use std::collections::BTreeMap;

use mining::{EventLog, Limits, Mined, Model, mine, read_xes};

const OFFERS: &[u8] = include_bytes!("data/BPI_Challenge_2012_O.xes.gz");
const HELPDESK: &[u8] = include_bytes!("data/Helpdesk.xes.gz");

fn log(bytes: &[u8]) -> EventLog {
    read_xes(bytes, Limits::default()).unwrap()
}

fn near(found: f64, wanted: f64, digits: f64) {
    assert!((found - wanted).abs() < digits, "{found} for {wanted}");
}

#[test]
fn two_logs_agree_with_pm4py() {
    let oracle: BTreeMap<String, Mined> = serde_json::from_str(include_str!("data/oracle.json")).unwrap();
    for (file, bytes) in [("BPI_Challenge_2012_O.xes.gz", OFFERS), ("Helpdesk.xes.gz", HELPDESK)] {
        let (mut found, wanted) = (mine(&log(bytes), 10), oracle[file].clone());
        near(found.duration_mean_s.unwrap(), wanted.duration_mean_s.unwrap(), 1e-6);
        near(found.duration_median_s.unwrap(), wanted.duration_median_s.unwrap(), 1e-6);
        for (pair, known) in found.directly_follows.iter_mut().zip(&wanted.directly_follows) {
            near(pair.mean_s, known.mean_s, 1e-5 + 1e-9 * known.mean_s);
            pair.mean_s = known.mean_s;
        }
        (found.duration_mean_s, found.duration_median_s) = (wanted.duration_mean_s, wanted.duration_median_s);
        assert_eq!(found, wanted, "{file}");
    }
}

#[test]
fn offers_meet_the_worked_figures() {
    let found = mine(&log(OFFERS), 5);
    assert_eq!((found.cases, found.events, found.variants), (5_015, 31_244, 168));
    assert_eq!(found.activities.len(), 7);
    assert_eq!(found.start, BTreeMap::from([("O_SELECTED".to_owned(), 5_015)]));
    assert_eq!((found.end["O_ACCEPTED"], found.end["O_SENT_BACK"]), (2_243, 89));
    near(found.duration_mean_s.unwrap(), 1_484_424.846, 6e-4);
    near(found.duration_median_s.unwrap(), 1_209_373.813, 6e-4);
    assert_eq!(found.directly_follows.len(), 14);
    assert_eq!(found.directly_follows.iter().map(|f| f.count).sum::<u64>(), 26_229);
    let tops: Vec<u64> = found.top_variants.iter().map(|v| v.count).collect();
    assert_eq!(tops, [1_537, 1_132, 574, 174, 157]);
    let follows: Vec<u64> = found.directly_follows.iter().take(10).map(|f| f.count).collect();
    assert_eq!(follows, [7_030, 6_056, 3_454, 2_373, 2_113, 1_041, 974, 974, 778, 748]);
}

#[test]
fn helpdesk_meets_the_worked_figures() {
    let found = mine(&log(HELPDESK), 1);
    assert_eq!((found.cases, found.events, found.variants), (4_580, 21_348, 226));
    near(found.duration_mean_s.unwrap(), 3_530_103.538_865, 6e-7);
    near(found.duration_median_s.unwrap(), 3_443_836.5, 1e-9);
}

#[test]
fn offers_keep_to_their_model_as_worked_out() {
    let name = |letter: char| match letter {
        'S' => "O_SELECTED",
        'C' => "O_CREATED",
        'T' => "O_SENT",
        'B' => "O_SENT_BACK",
        'A' => "O_ACCEPTED",
        'D' => "O_DECLINED",
        _ => "O_CANCELLED",
    };
    let names = |letters: &str| letters.chars().map(|l| name(l).to_owned()).collect();
    let moves = ["SC", "CT", "TB", "TX", "BA", "BD", "BX"];
    let pair = |two: &str| {
        let list: Vec<String> = two.chars().map(|l| name(l).to_owned()).collect();
        (list[0].clone(), list[1].clone())
    };
    let model = Model { starts: names("S"), moves: moves.map(pair).into(), ends: names("ADX") };
    let found = model.conformance(&log(OFFERS), false).unwrap();
    assert_eq!((found.cases, found.fitting_cases, found.cost), (5_015, 3_333, 8_410));
    assert_eq!((found.allowed_steps, found.steps), (31_782, 36_259));
    near(found.step_fitness.unwrap(), 0.876_527_207, 6e-10);
    near(found.mean_fitness.unwrap(), 0.885_851_633, 6e-10);
    near(found.log_fitness.unwrap(), 0.836_075_160, 6e-10);
}

#[test]
fn a_file_that_was_cut_off_is_refused() {
    let error = read_xes(&OFFERS[..OFFERS.len() / 2], Limits::default()).unwrap_err().to_string();
    assert!(error.contains("byte"), "{error}");
}
