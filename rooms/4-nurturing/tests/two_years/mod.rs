//! Two years of 10,000 people in six overlapping tracks, event by event, with the pure functions the timers ask.

mod life;
mod watch;

use std::time::{Duration, Instant};

use life::Life;

const PEOPLE: u64 = 10_000;
/// Any of them will do; a failure names the person, who is made from it.
const SEED: u64 = 20_261_123;

/// Lives these, watched. Answers how many touches, wake-ups and stops there were.
fn lives(people: impl Iterator<Item = u64>) -> [usize; 3] {
    let mut counted = [0; 3];
    for person in people {
        let mut life = Life::of(SEED.wrapping_add(person));
        life.run();
        watch::all(&life, person);
        counted[0] += life.sent.len();
        counted[1] += usize::from(life.woke_at.is_some());
        counted[2] += usize::from(life.stop.is_some());
    }
    counted
}

#[test]
fn in_two_years_of_six_overlapping_tracks_nobody_gets_more_than_the_limit_and_nothing_after_a_stop() {
    let began = Instant::now();
    // Each lives by themselves: as many at once as there are processors.
    let threads = std::thread::available_parallelism().map_or(1, |n| u64::try_from(n.get()).unwrap());
    let parts: Vec<[usize; 3]> = std::thread::scope(|scope| {
        let part = |first: u64| {
            scope.spawn(move || lives((first..PEOPLE).step_by(usize::try_from(threads).unwrap())))
        };
        let parts: Vec<_> = (0..threads).map(part).collect();
        parts.into_iter().map(|part| part.join().unwrap()).collect()
    });
    let [sent, woken, stopped] = [0, 1, 2].map(|n| parts.iter().map(|part| part[n]).sum::<usize>());
    let took = began.elapsed();
    println!("{PEOPLE} people, {sent} touches, {woken} wake-ups, {stopped} stops in {took:?}");
    assert!(sent > 200_000, "limits alone would not keep so many from leaving: {sent}");
    assert!(woken > 3_000 && stopped > 500, "{woken} wake-ups, {stopped} stops");
    assert!(took < Duration::from_secs(60), "{took:?}");
}
