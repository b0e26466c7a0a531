//! Two years of 10,000 people in six overlapping tracks, event by event, with the pure functions the timers ask.

mod life;
mod watch;

use std::time::{Duration, Instant};

use life::Life;

const PEOPLE: u64 = 10_000;
/// Any of them will do; a failure names the person, who is made from it.
const SEED: u64 = 20_261_123;

#[test]
fn in_two_years_of_six_overlapping_tracks_nobody_gets_more_than_the_limit_and_nothing_after_a_stop() {
    let began = Instant::now();
    let (mut sent, mut woken, mut stopped) = (0, 0, 0);
    for person in 0..PEOPLE {
        let mut life = Life::of(SEED.wrapping_add(person));
        life.run();
        watch::all(&life, person);
        sent += life.sent.len();
        woken += usize::from(life.woke_at.is_some());
        stopped += usize::from(life.stop.is_some());
    }
    let took = began.elapsed();
    println!("{PEOPLE} people, {sent} touches, {woken} wake-ups, {stopped} stops in {took:?}");
    assert!(sent > 200_000, "limits alone would not keep so many from leaving: {sent}");
    assert!(woken > 3_000 && stopped > 500, "{woken} wake-ups, {stopped} stops");
    assert!(took < Duration::from_secs(60), "{took:?}");
}
