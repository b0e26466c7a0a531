//! A share of people is advised a channel drawn by lot, so that the advisor goes on learning (domain, section 7). Pure.
//!
//! Thompson sampling: one value is drawn of what is believed of each channel, and the highest goes first. Who draws and
//! what is drawn hang on the person's id alone: the same question has the same answer, and nobody chooses who tries.

use kernel::PersonId;
use stats::SplitMix64;

use super::Channel;
use super::rules::{Ranking, Way};

/// The lot of one person.
#[derive(Debug, Clone)]
pub struct Lot {
    random: SplitMix64,
    share: f64,
}

impl Lot {
    /// The lot of somebody in a workspace where so many of a hundred people draw.
    #[must_use]
    pub fn of(person: PersonId, percent: u32) -> Self {
        let (high, low) = person.0.as_u64_pair();
        Self {
            random: SplitMix64::new(high ^ low.rotate_left(32)),
            share: f64::from(percent.min(100)) / 100.0,
        }
    }

    /// The channel drawn of these, by chance as far as each may be the best; `None` for who does not draw.
    #[must_use]
    pub fn draw(mut self, candidates: &[Way]) -> Option<Channel> {
        if self.random.unit() >= self.share {
            return None;
        }
        let drawn = candidates.iter().map(|way| {
            let (belief, share) = way.scaled();
            (way.channel, belief.quantile(self.random.unit()) * share)
        });
        drawn.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(channel, _)| channel)
    }

    /// The ranking with what was drawn in front. Nobody draws who asked for a channel or has only one.
    #[must_use]
    pub fn cast(self, ranking: Ranking) -> Ranking {
        let candidates = ranking.candidates();
        if ranking.preferred || candidates.len() < 2 {
            return ranking;
        }
        match self.draw(&candidates) {
            Some(drawn) => Ranking { lot: Some(true), ..ranking.beginning_with(drawn) },
            None => Ranking { lot: Some(false), ..ranking },
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::rules::{Access, Belief, Seen, Story, rank};
    use super::*;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn ranking(story: &Story, channels: &[Channel]) -> Ranking {
        let way = |channel: &Channel| Way {
            channel: *channel,
            access: Access::Verified,
            belief: Belief::of_workspace(*channel, &Seen::default()),
            touches: 0,
        };
        rank(channels.iter().map(way).collect(), story)
    }

    fn both() -> Ranking {
        ranking(&Story::default(), &[Channel::Email, Channel::Linkedin])
    }

    fn tries(percent: u32) -> usize {
        let both = both();
        let cast = (0..10_000).map(|n| Lot::of(person(n), percent).cast(both.clone()));
        cast.filter(|ranking| ranking.lot == Some(true)).count()
    }

    #[test]
    fn of_ten_thousand_people_the_share_that_was_set_draws() {
        // Four standard errors around the share.
        let (tenth, quarter) = (tries(10), tries(25));
        assert!((880..=1_120).contains(&tenth) && (2_320..=2_680).contains(&quarter), "{tenth} {quarter}");
        assert_eq!((tries(0), tries(100), tries(400)), (0, 10_000, 10_000));
    }

    #[test]
    fn the_same_person_always_draws_the_same() {
        let both = both();
        let drawn = |n| Lot::of(person(n), 100).cast(both.clone()).first;
        let once: Vec<_> = (0..500).map(drawn).collect();
        assert_eq!(once, (0..500).map(drawn).collect::<Vec<_>>());
        assert!(once.contains(&Some(Channel::Email)) && once.contains(&Some(Channel::Linkedin)));
    }

    #[test]
    fn a_channel_is_drawn_as_often_as_it_may_be_the_best() {
        let candidates = both().candidates();
        let likely = stats::probability_best(candidates[0].scaled(), &[candidates[1].scaled()]);
        let first = candidates[0].channel;
        let drawn = (0..10_000).filter(|n| Lot::of(person(*n), 100).draw(&candidates) == Some(first)).count();
        #[allow(clippy::cast_precision_loss)] // ten thousand
        let share = drawn as f64 / 10_000.0;
        assert!((share - likely).abs() < 0.02, "{share} for {likely}");
    }

    #[test]
    fn what_is_drawn_goes_first_and_what_would_have_been_is_kept() {
        let both = both();
        let all = (0..500).map(|n| Lot::of(person(n), 100).cast(both.clone()));
        let other = all.into_iter().find(|r| r.first == Some(Channel::Linkedin)).expect("somebody draws it");
        assert_eq!((other.usual, other.lot), (Some(Channel::Email), Some(true)));
        assert_eq!((other.ways[0].channel, other.path), (Channel::Linkedin, vec![Channel::Linkedin]));
        let plain = Lot::of(person(1), 0).cast(both.clone());
        assert_eq!((plain.first, plain.lot), (both.first, Some(false)));
    }

    #[test]
    fn nobody_draws_who_asked_for_a_channel_or_has_only_one() {
        let asked = Story { preferred: Some(Channel::Linkedin), ..Story::default() };
        let two = [Channel::Email, Channel::Linkedin];
        for ranking in [ranking(&asked, &two), ranking(&Story::default(), &two[..1])] {
            let cast = Lot::of(person(7), 100).cast(ranking.clone());
            assert_eq!(cast, ranking);
            assert_eq!(cast.lot, None);
        }
        // A call that may not come first is never drawn.
        let mail_and_phone = ranking(&Story::default(), &[Channel::Email, Channel::Phone]);
        assert_eq!(Lot::of(person(7), 100).cast(mail_and_phone).lot, None);
    }
}
