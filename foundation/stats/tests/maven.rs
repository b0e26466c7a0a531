//! The trap of open deals and of deals seen late, in real figures: 8,300 deals of a public pipeline.
#![allow(clippy::unwrap_used)] // in what tests share

use stats::{Curve, Life, Outcome, Rate, Stratum, log_rank, stratified};

const MARCH: i64 = 59; // no deal was closed before 1 March 2017
const APRIL: i64 = 90;
const JULY: i64 = 181;
const OCTOBER: i64 = 273;
const LAST_DAY: i64 = 364;

/// Days since 1 January 2017.
struct Deal {
    engaged: i64,
    closed: Option<i64>,
    outcome: Outcome,
}

fn deals() -> Vec<Deal> {
    let mut deals = Vec::new();
    for line in include_str!("data/maven.csv").lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let outcome = match fields[2] {
            "won" => Outcome::Won,
            "lost" => Outcome::Lost,
            _ => Outcome::Open,
        };
        for _ in 0..fields[3].parse::<u32>().unwrap() {
            deals.push(Deal { engaged: fields[0].parse().unwrap(), closed: fields[1].parse().ok(), outcome });
        }
    }
    deals
}

/// As seen at the end of a day.
fn seen(deal: &Deal, day: i64) -> Life {
    match deal.closed {
        Some(closed) if closed <= day => Life::from_birth(closed - deal.engaged, deal.outcome),
        _ => Life::from_birth(day - deal.engaged, Outcome::Open),
    }
}

fn cohort(from: i64, to: i64, day: i64, late: bool) -> Vec<Life> {
    let deals = deals();
    let within = deals.iter().filter(|deal| (from..to).contains(&deal.engaged));
    within.map(|d| if late { seen(d, day).entered(MARCH - d.engaged - 1) } else { seen(d, day) }).collect()
}

fn won_ages(lives: &[Life], within: i64) -> Vec<i64> {
    let mut ages: Vec<i64> =
        lives.iter().filter(|l| l.outcome == Outcome::Won && l.end <= within).map(|l| l.end).collect();
    ages.sort_unstable();
    ages
}

fn median_won(lives: &[Life], within: i64) -> i64 {
    let ages = won_ages(lives, within);
    i64::midpoint(ages[(ages.len() - 1) / 2], ages[ages.len() / 2])
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 6e-7, "{found} for {wanted}");
}

#[test]
fn won_deals_alone_say_five_times_faster_and_open_deals_say_otherwise() {
    let (before, after) = (cohort(-999, JULY, LAST_DAY, false), cohort(JULY, 999, LAST_DAY, false));
    assert_eq!((median_won(&before, 999), median_won(&after, 999)), (72, 15));
    assert_eq!((Curve::of(&before).median(), Curve::of(&after).median()), (Some(78), Some(47)));
    let test = log_rank(&before, &after).unwrap();
    near(test.test.statistic, 31.903_007);
    assert!(test.faster() && (test.test.p - 1.6e-8).abs() < 6e-10);
}

#[test]
fn deals_missing_from_before_turn_the_answer_around() {
    let (before, after) = (cohort(-999, JULY, LAST_DAY, true), cohort(JULY, 999, LAST_DAY, true));
    let test = log_rank(&before, &after).unwrap();
    assert_eq!((test.observed, test.faster()), (3062, false));
    near(test.expected, 3_154.216_298);
    near(test.test.statistic, 5.273_501);
    near(test.test.p, 0.021_652);
    let (before, after) = (Curve::of(&before), Curve::of(&after));
    assert_eq!((before.median(), after.median()), (Some(67), Some(47)));
    let figures = [
        (before.survival(30), 0.612_047),
        (before.survival(90), 0.322_367),
        (before.won(90), 0.422_154),
        (before.lost(90), 0.255_479),
        (after.survival(30), 0.531_050),
        (after.survival(90), 0.303_635),
        (after.at(90).unwrap().error.unwrap(), 0.007_427),
        (after.won(90), 0.413_139),
        (after.lost(90), 0.283_226),
    ];
    figures.iter().for_each(|(found, wanted)| near(*found, *wanted));
    let all = Curve::of(&cohort(-999, 999, LAST_DAY, true));
    assert_eq!((all.median(), all.last_end()), (Some(60), Some(138)));
    near(all.survival(138), 0.155_628);
    near(all.won(138), 0.529_025);
    near(all.lost(138), 0.315_347);
}

#[test]
fn like_with_like_is_slower_and_worse() {
    let (before, after) = (cohort(APRIL, JULY, LAST_DAY, false), cohort(JULY, OCTOBER, LAST_DAY, false));
    assert_eq!((Curve::of(&before).median(), Curve::of(&after).median()), (Some(61), Some(74)));
    let test = log_rank(&before, &after).unwrap();
    near(test.test.statistic, 86.428_954);
    assert!(!test.faster() && (test.test.p - 1.4e-20).abs() < 6e-22);
    let within = |lives: &[Life]| Rate::new(won_ages(lives, 90).len() as u64, lives.len() as u64).unwrap();
    assert_eq!(within(&before), Rate::new(981, 2388).unwrap());
    assert_eq!(within(&after), Rate::new(967, 2770).unwrap());
    assert_eq!((median_won(&before, 90), median_won(&after, 90)), (14, 14));
}

#[test]
fn the_same_deals_on_three_days_keep_their_survival_while_the_won_ones_drift() {
    for (day, won, median) in [(195, 9, 60), (226, 11, 63), (LAST_DAY, 49, 61)] {
        let lives = cohort(APRIL, JULY, day, false);
        assert_eq!((median_won(&lives, 999), Curve::of(&lives).median()), (won, Some(median)), "day {day}");
    }
}

fn stratum((k1, n1, k2, n2): (u64, u64, u64, u64)) -> Stratum {
    Stratum { before: Rate::new(k1, n1).unwrap(), after: Rate::new(k2, n2).unwrap() }
}

#[test]
fn the_mix_of_products_does_not_explain_the_fall() {
    let products = [
        (12, 17, 3, 8),
        (528, 814, 387, 622),
        (365, 548, 288, 503),
        (259, 382, 220, 363),
        (404, 626, 325, 521),
        (376, 590, 278, 494),
        (450, 672, 343, 551),
    ];
    let found = stratified(&products.map(stratum)).unwrap();
    let test = found.test.unwrap();
    near(test.statistic, 20.698_628);
    assert!((test.p - 5.375_452e-6).abs() < 6e-13);
    near(found.difference, -0.053_830);
    near(found.interval.low, -0.077_123);
    near(found.interval.high, -0.030_537);
    near(found.odds.unwrap().ratio, 0.793_656);
    assert!(!found.opposite());
}

#[test]
fn the_last_month_of_a_quarter_explains_half_of_it() {
    // March, June, September and December of 2017, as days since its first.
    let months = [59..90, 151..181, 243..273, 334..365];
    let mut strata = [(0, 0, 0, 0); 2];
    for deal in deals() {
        let Some(closed) = deal.closed else { continue };
        let (k1, n1, k2, n2) = &mut strata[usize::from(months.iter().any(|month| month.contains(&closed)))];
        let (k, n) = if deal.engaged < JULY { (k1, n1) } else { (k2, n2) };
        *k += u64::from(deal.outcome == Outcome::Won);
        *n += 1;
    }
    let won = strata.map(|(k1, n1, k2, n2)| (k1 + k2, n1 + n2));
    assert_eq!(won, [(2162, 4137), (2076, 2574)]);
    let found = stratified(&strata.map(stratum)).unwrap();
    near(found.test.unwrap().statistic, 4.491_171);
    near(found.test.unwrap().p, 0.034_070);
    near(found.difference, -0.024_215);
    near(found.interval.low, -0.046_651);
    near(found.interval.high, -0.001_779);
}
