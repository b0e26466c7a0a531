//! What a content comes to, and what its hash stands for.

use std::collections::BTreeSet;

use super::canonical::write_sorted;
use super::*;

fn line(id: u128, minor: i64) -> OfferLine {
    let tax = Tax::rate(1_000);
    OfferLine {
        id: Uuid::from_u128(id),
        text: format!("line {id}"),
        unit_minor: minor,
        tax,
        ..OfferLine::default()
    }
}

fn content() -> Content {
    let optional = OfferLine { mandatory: false, ..line(2, 20_000) };
    let instead = OfferLine { alternative_to: Some(Uuid::from_u128(1)), ..line(3, 70_000) };
    let lines = vec![line(1, 100_000), optional, instead];
    let good = Package { id: Uuid::from_u128(10), name: "Good".into(), lines, ..Package::default() };
    let best = Package {
        id: Uuid::from_u128(11),
        name: "Best".into(),
        recommended: true,
        lines: vec![OfferLine { list_minor: Some(250_000), ..line(4, 200_000) }],
        ..Package::default()
    };
    Content {
        title: "Close in two days".into(),
        currency: Currency::KRW,
        packages: vec![good, best],
        ..Content::default()
    }
}

fn chosen(ids: &[u128]) -> BTreeSet<Uuid> {
    ids.iter().map(|id| Uuid::from_u128(*id)).collect()
}

#[test]
fn r53_what_is_optional_counts_when_chosen_and_an_alternative_takes_the_place_of_its_line() {
    let content = content();
    for (picked, net) in [
        (&[][..], 100_000),
        (&[2][..], 120_000),
        (&[3][..], 70_000),
        (&[2, 3][..], 90_000),
        (&[99][..], 100_000),
    ] {
        let priced = content.price(&content.packages[0], &chosen(picked)).unwrap();
        assert_eq!(priced.totals.first.net, net, "{picked:?}");
        assert_eq!(priced.totals.first.total, net + net / 10);
        assert_eq!(priced.apart.len() + priced.counted.len(), 3);
    }
    assert_eq!(content.value().unwrap().minor, 200_000, "the advised package");
    assert_eq!(content.totals().unwrap().len(), 2);
}

#[test]
fn r68_a_price_under_the_list_a_line_and_an_order_discount_are_all_discounts() {
    let share = |change: fn(&mut Content)| {
        let mut content = content();
        change(&mut content);
        content.totals().unwrap()[1].discount_bp
    };
    assert_eq!(share(|_| ()), 2_000, "the hand-lowered price");
    assert_eq!(share(|c| c.packages[1].lines[0].list_minor = None), 0);
    assert_eq!(share(|c| c.packages[1].lines[0].list_minor = Some(150_000)), 0, "over the list");
    assert_eq!(share(|c| c.packages[1].lines[0].discount_bp = 1_000), 2_800);
    let optional = |bp| {
        let mut content = content();
        content.packages[1].lines[0].list_minor = None;
        content.packages[0].lines[1].discount_bp = bp;
        content.discount_bp().unwrap()
    };
    assert_eq!((optional(0), optional(500)), (0, 500), "a line that does not count yet");
    assert_eq!(share(|c| c.packages[1].discount = OrderDiscount::Fixed { minor: 1 }), 2_001);
}

#[test]
fn what_is_under_the_floor_is_seen_with_every_discount_taken_off() {
    let under = |change: fn(&mut Content)| {
        let mut content = content();
        content.packages[0].lines[0].floor_minor = Some(90_000);
        content.packages[0].lines[1].floor_minor = Some(20_000);
        change(&mut content);
        content.is_under_floor().unwrap()
    };
    assert!(!under(|_| ()));
    assert!(!under(|c| c.packages[0].lines[0].discount_bp = 1_000));
    assert!(under(|c| c.packages[0].lines[0].discount_bp = 1_001));
    assert!(under(|c| c.packages[0].discount = OrderDiscount::Fixed { minor: 10_001 }));
    assert!(under(|c| c.packages[0].lines[1].discount_bp = 1), "optional lines too");
}

#[test]
fn two_contents_have_one_hash_when_they_say_the_same() {
    let first = content();
    let text = serde_json::to_string_pretty(&first).unwrap();
    let again: Content = serde_json::from_str(&text).unwrap();
    assert_eq!((again.hash().unwrap(), &again), (first.hash().unwrap(), &first));
    assert_eq!(first.hash().unwrap().len(), 64);
    let mut other = content();
    other.packages[1].lines[0].unit_minor += 1;
    assert_ne!(other.hash().unwrap(), first.hash().unwrap());
    let spaced = r#"{"b": [1, {"z": null, "a": "가\n\""}], "a": true}"#;
    let mut sorted = String::new();
    write_sorted(&serde_json::from_str(spaced).unwrap(), &mut sorted);
    assert_eq!(sorted, r#"{"a":true,"b":[1,{"a":"가\n\"","z":null}]}"#);
}

#[test]
fn a_line_of_the_first_versions_is_still_read() {
    let old = r#"{"packages":[{"lines":[{"text":"Licence","minor":900,"mandatory":true,"answers":[]}]}]}"#;
    let content: Content = serde_json::from_str::<Content>(old).unwrap().with_ids(Uuid::now_v7);
    assert_eq!(content.value().unwrap().minor, 900);
    assert!(content.lines().all(|l| !l.id.is_nil()));
}
