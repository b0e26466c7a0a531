use super::kind::Channel::{self, Email, InPerson, Linkedin, Phone, Postal, Sms, Social};
use super::rules::*;

fn counts(successes: f64, failures: f64) -> Counts {
    Counts { successes, failures }
}

/// What the worked example of section 7 has seen.
fn seen(channel: Channel) -> Seen {
    match channel {
        Email => Seen { response: counts(14.0, 386.0), touches: 400, ..Seen::default() },
        Phone => Seen { reach: counts(25.0, 75.0), response: counts(1.0, 24.0), touches: 100 },
        Linkedin => Seen { reach: counts(24.0, 36.0), response: counts(3.0, 21.0), touches: 60 },
        _ => Seen::default(),
    }
}

fn ways_of(access: &[(Channel, Access)], seen: impl Fn(Channel) -> Seen) -> Vec<Way> {
    Channel::ALL
        .into_iter()
        .map(|channel| Way {
            channel,
            access: access.iter().find(|(c, _)| *c == channel).map_or(Access::NoAddress, |(_, a)| *a),
            belief: Belief::of_workspace(channel, &seen(channel)),
            touches: seen(channel).touches,
        })
        .collect()
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 6e-5, "{found} for {wanted}");
}

#[test]
fn r22_the_table_of_priors_and_what_a_touch_brings() {
    let table = [
        (Phone, 0.004, 6, Basis::Article),
        (Email, 0.0234, 2, Basis::Assumption),
        (Linkedin, 0.015, 4, Basis::Assumption),
        (Social, 0.008, 4, Basis::Assumption),
        (Sms, 0.005, 1, Basis::Assumption),
        (Postal, 0.006, 15, Basis::Assumption),
        (InPerson, 0.010, 60, Basis::Assumption),
    ];
    for (channel, p, minutes, basis) in table {
        near(Belief::of_workspace(channel, &Seen::default()).per_touch().mean(), p);
        assert_eq!((prior(channel).minutes, prior(channel).basis), (minutes, basis), "{channel:?}");
    }
}

#[test]
fn r23_the_78_per_cent_weigh_in_the_receptiveness_only() {
    let (a, b) = prior(Email).response;
    near(a / (a + b), 0.78 * 0.03);
}

#[test]
fn r19_the_worked_example_mails_first_and_calls_last() {
    let access = [(Email, Access::Verified), (Linkedin, Access::Unverified), (Phone, Access::Verified)];
    let mean = |channel| Belief::of_workspace(channel, &seen(channel)).per_touch().mean();
    near(mean(Email), 0.0327);
    near(mean(Phone), 0.0054);
    near(mean(Linkedin), 0.0218);
    let ranking = rank(ways_of(&access, seen), &Story::default());
    assert_eq!((ranking.first, ranking.close_call, ranking.phone), (Some(Email), false, None));
    assert_eq!(ranking.path, [Linkedin, Email, Phone]);
    let order: Vec<Channel> = ranking.ways.iter().take(3).map(|way| way.channel).collect();
    assert_eq!(order, [Email, Linkedin, Phone]);

    let waited = Story { unanswered: 2, unanswered_days: 5, ..Story::default() };
    let later = rank(ways_of(&access, seen), &waited);
    assert_eq!((later.phone, later.first), (Some(PhoneGround::Unanswered), Some(Email)), "by (d), not first");

    let refusing = [(Email, Access::Refused), (Linkedin, Access::Unverified), (Phone, Access::Verified)];
    let without = rank(ways_of(&refusing, seen), &Story::default());
    assert_eq!((without.first, without.phone), (Some(Linkedin), None));

    let only = rank(ways_of(&[(Phone, Access::Verified)], seen), &Story::default());
    assert_eq!((only.first, only.phone), (Some(Phone), Some(PhoneGround::OnlyWay)));
}

#[test]
fn r21_the_phone_is_allowed_by_five_grounds_and_first_by_four() {
    let both = [(Email, Access::Verified), (Phone, Access::Verified)];
    let story = Story::default();
    let prefers = Story { preferred: Some(Phone), ..story };
    let asked = Story { asked_for_call: true, ..story };
    let once = Story { unanswered: 1, unanswered_days: 20, ..story };
    let too_soon = Story { unanswered: 3, unanswered_days: 4, ..story };
    let waited = Story { unanswered: 2, unanswered_days: 5, ..story };
    let loud = |channel| match channel {
        Phone => Seen { reach: counts(100.0, 110.0), response: counts(30.0, 70.0), touches: 210 },
        other => seen(other),
    };
    let too_few = |channel| Seen { touches: 199, ..loud(channel) };
    type Case<'a> = (&'a [(Channel, Access)], &'a dyn Fn(Channel) -> Seen, Story, Option<PhoneGround>);
    let table: [Case<'_>; 11] = [
        (&both, &seen, story, None),
        (&[(Phone, Access::Unverified)], &seen, story, Some(PhoneGround::OnlyWay)),
        (&[(Phone, Access::Verified), (Email, Access::Suppressed)], &seen, story, Some(PhoneGround::OnlyWay)),
        (&both, &seen, prefers, Some(PhoneGround::Preferred)),
        (&both, &seen, asked, Some(PhoneGround::AskedFor)),
        (&both, &seen, once, None),
        (&both, &seen, too_soon, None),
        (&both, &seen, waited, Some(PhoneGround::Unanswered)),
        (&both, &loud, story, Some(PhoneGround::WorksHere)),
        (&both, &too_few, story, None),
        (&[(Phone, Access::Refused)], &seen, prefers, None),
    ];
    for (access, seen, story, ground) in table {
        let ways = ways_of(access, seen);
        assert_eq!(phone_ground(&ways, &story), ground, "{access:?} {story:?}");
        let may = ground.is_some_and(PhoneGround::for_first_touch);
        assert!(may || rank(ways, &story).first != Some(Phone), "{access:?} {story:?}");
    }
}

#[test]
fn r28_a_preference_comes_first_whatever_the_figures_and_a_refusal_never() {
    let usual = [(Email, Access::Verified), (Linkedin, Access::Unverified), (Postal, Access::Unverified)];
    let story = |channel| Story { preferred: Some(channel), ..Story::default() };
    let post = rank(ways_of(&usual, seen), &story(Postal));
    assert_eq!((post.first, post.preferred, post.close_call), (Some(Postal), true, false));
    assert_eq!(post.ways[0].channel, Postal);
    // No address: the preference cannot be followed.
    let sms = rank(ways_of(&usual, seen), &story(Sms));
    assert_eq!((sms.first, sms.preferred), (Some(Email), false));
    let refused = [(Email, Access::Verified), (Postal, Access::Refused)];
    assert_eq!(rank(ways_of(&refused, seen), &story(Postal)).first, Some(Email));
    assert_eq!(rank(ways_of(&[], seen), &story(Email)).first, None);
}

#[test]
fn of_two_that_can_hardly_be_told_apart_the_one_that_costs_less_time_goes_first() {
    let both = [(Email, Access::Unverified), (Linkedin, Access::Verified)];
    let close = rank(ways_of(&both, |_| Seen::default()), &Story::default());
    assert_eq!(
        (close.first, close.close_call),
        (Some(Email), true),
        "0.0117 against 0.0150, 2 minutes against 4"
    );
    // 600 answers settle it.
    let told = |channel| match channel {
        Email => Seen { response: counts(2.0, 398.0), ..Seen::default() },
        Linkedin => Seen { reach: counts(200.0, 200.0), response: counts(40.0, 160.0), touches: 400 },
        _ => Seen::default(),
    };
    let clear = rank(ways_of(&both, told), &Story::default());
    assert_eq!((clear.first, clear.close_call), (Some(Linkedin), false));
}

#[test]
fn r20_outcomes_in_a_segment_change_the_ranking_there() {
    let both = [(Email, Access::Verified), (Linkedin, Access::Verified)];
    let mut ways = ways_of(&both, |_| Seen::default());
    assert_eq!(rank(ways.clone(), &Story::default()).first, Some(Email));
    for way in &mut ways {
        let here = match way.channel {
            Email => Seen { response: counts(0.0, 120.0), ..Seen::default() },
            Linkedin => Seen { reach: counts(60.0, 40.0), response: counts(15.0, 45.0), ..Seen::default() },
            _ => Seen::default(),
        };
        way.belief = way.belief.in_segment(&here);
    }
    let there = rank(ways, &Story::default());
    assert_eq!((there.first, there.close_call), (Some(Linkedin), false));
}

#[test]
fn a_segment_nobody_was_touched_in_is_as_the_workspace() {
    let whole = Belief::of_workspace(Email, &seen(Email));
    assert_eq!(whole.in_segment(&Seen::default()), whole);
    let narrowed = whole.in_segment(&Seen { response: counts(1.0, 9.0), ..Seen::default() }).per_touch();
    near(narrowed.mean(), (50.0 * 0.03268 + 1.0) / 60.0);
}

#[test]
fn an_outcome_counts_half_after_180_days() {
    for (days, left) in [(0.0, 1.0), (180.0, 0.5), (360.0, 0.25), (-3.0, 1.0)] {
        near(faded(days), left);
    }
}
