//! How a sequence goes on for somebody who cannot be reached by some of its steps: they refuse a way (R28), or there is no
//! use in insisting on a network (R29). Pure.

use prospecting::channel::{Channel, Refusals};

use super::{Step, StepKind};

/// Why a step is left out, or an enrolment ends: they said so.
pub const DO_NOT_CONTACT: &str = "do_not_contact";

/// By which ways somebody may be reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// What they do not want.
    pub refusals: Refusals,
    /// Why LinkedIn leads nowhere: `absent`, `inactive`, `silent`.
    pub linkedin: Option<&'static str>,
}

impl Reach {
    /// Why a step cannot be taken: `do_not_contact`, or what closes its network. Who refuses everything refuses tasks
    /// without a channel, too.
    #[must_use]
    pub fn bar(&self, step: &Step) -> Option<&'static str> {
        let refused =
            step.way().map_or(self.refusals.everything() && step.kind != StepKind::Wait, |channel| {
                self.refusals.refuse(channel)
            });
        match step.way() {
            _ if refused => Some(DO_NOT_CONTACT),
            Some(Channel::Linkedin) => self.linkedin,
            _ => None,
        }
    }
}

/// What becomes of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayOn {
    /// It may be taken.
    Take,
    /// It is left out for this reason; a later one can be taken.
    LeaveOut(Channel, &'static str),
    /// Nothing that is left can be taken, for this reason.
    End(&'static str),
}

/// Why none of the steps, or not all that can be taken, can reach them: `do_not_contact`, `not_on_network`, `no_email`.
#[must_use]
pub fn out_of_reach(steps: &[Step], reach: &Reach, has_address: bool) -> Option<&'static str> {
    let bars: Vec<Option<&str>> = steps.iter().map(|step| reach.bar(step)).collect();
    let mailed = steps.iter().zip(&bars).any(|(step, bar)| bar.is_none() && step.kind == StepKind::Mail);
    let barred = !steps.is_empty() && bars.iter().all(Option::is_some);
    match (barred, mailed && !has_address) {
        (true, _) if bars.contains(&Some(DO_NOT_CONTACT)) => Some(DO_NOT_CONTACT),
        (true, _) => Some("not_on_network"),
        (_, true) => Some("no_email"),
        _ => None,
    }
}

/// What becomes of the step at this place, counted from 0; there must be one.
#[must_use]
pub fn way_on(steps: &[Step], at: usize, reach: &Reach) -> WayOn {
    let rest = steps.get(at..).unwrap_or_default();
    match rest.first().and_then(|step| Some((reach.bar(step)?, step.way()))) {
        Some((why, Some(channel))) if !rest.iter().all(|step| reach.bar(step).is_some()) => {
            WayOn::LeaveOut(channel, why)
        }
        Some((why, _)) => WayOn::End(why),
        None => WayOn::Take,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn step(subject: &str, body: &str) -> Step {
        Step { subject: subject.into(), body: body.into(), ..Step::default() }
    }

    fn task(channel: Option<Channel>) -> Step {
        Step { kind: StepKind::Task, channel, ..step("Do it", "") }
    }

    fn reach(said: &Json) -> Reach {
        Reach { refusals: Refusals::read(said), linkedin: None }
    }

    fn left_out(channel: Channel) -> WayOn {
        WayOn::LeaveOut(channel, DO_NOT_CONTACT)
    }

    #[test]
    fn r28_a_step_whose_channel_is_refused_is_left_out_and_the_next_allowed_one_follows() {
        use Channel::{Email, Linkedin, Phone};
        let steps = [step("Hi", "?"), task(Some(Linkedin)), step("", "?"), task(Some(Phone)), task(None)];
        let table = [
            (json!([]), [WayOn::Take; 5]),
            (json!(["email"]), [left_out(Email), WayOn::Take, left_out(Email), WayOn::Take, WayOn::Take]),
            (
                json!(["linkedin", "phone"]),
                [WayOn::Take, left_out(Linkedin), WayOn::Take, left_out(Phone), WayOn::Take],
            ),
            (json!(["sms", "postal"]), [WayOn::Take; 5]),
            (json!(["all"]), [WayOn::End(DO_NOT_CONTACT); 5]),
        ];
        for (said, expected) in table {
            let reach = reach(&said);
            for (at, expected) in expected.into_iter().enumerate() {
                assert_eq!(way_on(&steps, at, &reach), expected, "{said} step {at}");
            }
        }
        let call_last = [step("Hi", "?"), task(Some(Phone))];
        assert_eq!(way_on(&call_last, 1, &reach(&json!(["phone"]))), WayOn::End(DO_NOT_CONTACT));
        assert_eq!(way_on(&call_last, 0, &reach(&json!(["email", "phone"]))), WayOn::End(DO_NOT_CONTACT));
    }

    #[test]
    fn who_can_be_reached_by_some_step_is_not_out_of_reach() {
        let both = vec![step("Hi", "?"), task(Some(Channel::Phone))];
        let mails = vec![step("Hi", "?")];
        let table = [
            (&both, json!([]), true, None),
            (&both, json!([]), false, Some("no_email")),
            (&both, json!(["email"]), false, None),
            (&both, json!(["email", "phone"]), true, Some("do_not_contact")),
            (&mails, json!(["email"]), true, Some("do_not_contact")),
            (&mails, json!(["phone"]), true, None),
        ];
        for (steps, said, address, expected) in table {
            let found = out_of_reach(steps, &reach(&said), address);
            assert_eq!(found, expected, "{said} {address} {}", steps.len());
        }
    }

    #[test]
    fn r29_a_step_on_linkedin_is_left_out_for_whom_it_leads_nowhere() {
        use Channel::{Linkedin, Phone};
        let social = Step { kind: StepKind::Social, ..step("Connect", "") };
        let steps = [social.clone(), step("Hi", "?"), task(Some(Phone)), task(Some(Linkedin))];
        for why in ["absent", "inactive", "silent"] {
            let reach = Reach { linkedin: Some(why), ..Reach::default() };
            let found: Vec<WayOn> = (0..4).map(|at| way_on(&steps, at, &reach)).collect();
            let skipped = WayOn::LeaveOut(Linkedin, why);
            assert_eq!(found, [skipped, WayOn::Take, WayOn::Take, WayOn::End(why)]);
            assert_eq!(out_of_reach(&steps, &reach, true), None);
            assert_eq!(out_of_reach(&steps[..1], &reach, true), Some("not_on_network"));
        }
        let other = Step { channel: Some(Channel::Social), ..social };
        let reach = Reach { linkedin: Some("absent"), ..Reach::default() };
        assert_eq!(way_on(&[other], 0, &reach), WayOn::Take, "another network is another network");
    }
}
