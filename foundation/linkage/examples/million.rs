//! How long a million people take: `million [COUNT]` invents people with duplicates among them, always
//! the same, and finds them. Prints time, candidates, precision and recall.

#![allow(clippy::unwrap_used, clippy::cast_precision_loss)] // a program for the desk

use linkage::{Collection, Field, Kind, Matcher};
use std::time::Instant;

/// Knuth's MMIX generator.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Small numbers far more often than large ones, as names are.
    fn common(&mut self, end: usize) -> usize {
        let (a, b) = (self.below(end), self.below(end));
        a * b / end
    }
}

const BEGINS: [&str; 24] = [
    "al", "be", "ca", "da", "el", "fa", "ga", "ha", "is", "jo", "ka", "li", "ma", "na", "ol", "pa", "ro",
    "sa", "ta", "ul", "vi", "wa", "xe", "yu",
];
const MIDDLES: [&str; 16] =
    ["ra", "ne", "mi", "do", "su", "la", "ve", "ti", "ko", "ri", "sha", "de", "po", "lu", "ga", "ber"];
const ENDS: [&str; 14] =
    ["n", "s", "ton", "ley", "ez", "son", "ski", "er", "a", "o", "man", "ova", "berg", "in"];

fn word(n: usize) -> String {
    let (a, b, c) = (n % 24, n / 24 % 16, n / 384 % 14);
    let more = if n >= 5376 { MIDDLES[n / 5376 % 16] } else { "" };
    format!("{}{more}{}{}", BEGINS[a], MIDDLES[b], ENDS[c])
}

#[derive(Clone)]
struct Person {
    values: [String; 6],
    entity: u32,
}

const FIELDS: [Field; 6] =
    [Field::GivenName, Field::FamilyName, Field::Email, Field::Phone, Field::Company, Field::City];

fn invent(draw: &mut Draw, entity: u32) -> Person {
    let (given, family) = (word(draw.common(3000)), word(draw.common(40_000)));
    let company = draw.common(200_000);
    let name = format!("{} {}", word(company % 50_000 + 5376), word(company / 50_000 + 100));
    let email = format!("{given}.{family}{}@{}.com", draw.below(100), name.replace(' ', ""));
    let phone = format!("+1 {} {:03} {:04}", 200 + company % 700, draw.below(1000), draw.below(10_000));
    let city = word(company % 900 + 11_000);
    Person { values: [given, family, email, phone, name, city], entity }
}

/// A second record of a person: one or two values changed, lost or mistyped.
fn again(draw: &mut Draw, person: &Person) -> Person {
    let mut copy = person.clone();
    for _ in 0..=draw.below(2) {
        let at = draw.below(6);
        let value = &mut copy.values[at];
        match draw.below(3) {
            0 => value.clear(),
            _ if value.len() > 3 => {
                let cut = 1 + draw.below(value.len() - 2);
                value.remove(cut);
            }
            _ => {}
        }
    }
    copy
}

fn main() {
    let count: usize = std::env::args().nth(1).map_or(1_000_000, |n| n.parse().unwrap());
    let mut draw = Draw(7);
    let mut people: Vec<Person> = Vec::with_capacity(count);
    while people.len() < count {
        let entity = u32::try_from(people.len()).unwrap();
        let person = invent(&mut draw, entity);
        if draw.below(10) == 0 && people.len() + 1 < count {
            let copy = again(&mut draw, &person);
            people.push(copy);
        }
        people.push(person);
    }
    let entities: Vec<u32> = people.iter().map(|p| p.entity).collect();
    let truth = entities.windows(2).filter(|two| two[0] == two[1]).count();
    let began = Instant::now();
    let mut collection = Collection::new(Kind::People);
    for person in people {
        collection.push_fields(FIELDS.into_iter().zip(person.values.iter().map(String::as_str)));
    }
    let prepared = began.elapsed();
    let found = Matcher::new(Kind::People).run(collection);
    let right = found.pairs.iter().filter(|p| entities[p.a] == entities[p.b]).count();
    println!(
        "{count} people: {:.1} s ({:.1} s to prepare), {} candidates, precision {:.4}, recall {:.4}",
        began.elapsed().as_secs_f64(),
        prepared.as_secs_f64(),
        found.candidates,
        right as f64 / found.pairs.len().max(1) as f64,
        right as f64 / truth.max(1) as f64,
    );
}
