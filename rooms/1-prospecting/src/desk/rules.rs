//! Which company is handed out, and when nothing is left to find out.

use kernel::UserId;

/// A deal as the queue sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DealSeen {
    /// Open and in prospecting.
    pub in_prospecting: bool,
    /// Whose it is.
    pub owner: Option<UserId>,
}

/// What is left to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// Items of research that must still be found.
    pub items: usize,
    /// Fields without a value.
    pub fields: usize,
    /// Nobody there is known.
    pub nobody: bool,
}

impl Left {
    /// Whether that is nothing.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

/// What the queue does with a company it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It is handed out.
    Hand,
    /// A colleague works on a deal with it: they go on.
    LeaveToColleague,
    /// It needs no research any more and leaves the queue.
    Settle,
}

/// A company is researched while it is in the pool or its only deals stand in prospecting, and something is left.
#[must_use]
pub fn turn(deals: &[DealSeen], left: Left, me: UserId) -> Turn {
    if left.is_nothing() || deals.iter().any(|deal| !deal.in_prospecting) {
        return Turn::Settle;
    }
    let theirs = |deal: &DealSeen| deal.owner.is_some_and(|owner| owner != me);
    if deals.iter().any(theirs) { Turn::LeaveToColleague } else { Turn::Hand }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_company_is_handed_out_while_something_is_left_and_nobody_else_is_at_it() {
        let (me, other) = (UserId(Uuid::from_u128(1)), UserId(Uuid::from_u128(2)));
        let deal = |in_prospecting, owner| DealSeen { in_prospecting, owner };
        let some = Left { fields: 1, ..Left::default() };
        let cases = [
            (vec![], some, Turn::Hand),
            (vec![], Left { nobody: true, ..Left::default() }, Turn::Hand),
            (vec![], Left { items: 2, ..Left::default() }, Turn::Hand),
            (vec![], Left::default(), Turn::Settle),
            (vec![deal(true, Some(me))], some, Turn::Hand),
            (vec![deal(true, None)], some, Turn::Hand),
            (vec![deal(true, Some(other))], some, Turn::LeaveToColleague),
            (vec![deal(false, Some(me))], some, Turn::Settle),
            (vec![deal(true, Some(me)), deal(false, Some(other))], some, Turn::Settle),
        ];
        for (deals, left, expected) in cases {
            assert_eq!(turn(&deals, left, me), expected, "{deals:?} {left:?}");
        }
    }
}
