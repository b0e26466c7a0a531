//! Which rules ask for somebody's agreement, and who may give it.

use chrono::NaiveDate;
use http_room::Role;
use kernel::{Currency, Money, UserId};
use serde::{Deserialize, Serialize};

use crate::price::Term;

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// More than `over` basis points are taken off.
    Discount,
    /// A line costs less than the price book allows.
    UnderFloor,
    /// A term the price book does not have.
    NonStandardTerm,
    /// They pay later than `over` days after the invoice.
    PaymentDays,
    /// It has a clause of its own.
    FreeTextClause,
    /// Less than `over` basis points of a package is left once what is sold in it has been paid for, where that is known.
    MarginBelow,
    /// A line has a price that stands in no price book, though there is one that holds.
    NoListPrice,
    /// It is worth more than `over` minor units of `currency`, or its worth is in another.
    ValueAbove,
}

/// A rule that asks for somebody's agreement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRule {
    /// What it looks at.
    pub kind: RuleKind,
    /// Basis points, days or minor units, by kind.
    #[serde(default)]
    pub over: i64,
    /// Of `value_above`.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The least role that may agree: `manager`, `admin` or `owner`.
    pub needs: Role,
}

/// The rules of a workspace that has written none: a manager agrees to any discount, an owner to more than 15 %.
#[must_use]
pub fn usual() -> Vec<ApprovalRule> {
    let of = |kind, over, needs| ApprovalRule { kind, over, currency: None, needs };
    vec![
        of(RuleKind::Discount, 0, Role::Manager),
        of(RuleKind::Discount, 1_500, Role::Owner),
        of(RuleKind::UnderFloor, 0, Role::Manager),
        of(RuleKind::NoListPrice, 0, Role::Manager),
        of(RuleKind::NonStandardTerm, 0, Role::Manager),
        of(RuleKind::PaymentDays, 30, Role::Manager),
        of(RuleKind::FreeTextClause, 0, Role::Manager),
    ]
}

/// An offer, as far as rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The most that is taken off anything, in basis points.
    pub discount_bp: u32,
    /// A line costs less than its floor.
    pub is_under_floor: bool,
    /// The least that is left of a package, in basis points; none when no cost is known.
    pub margin_bp: Option<i64>,
    /// A line that costs something has no list price, though a price book holds.
    pub has_free_price: bool,
    /// Its term is one of the price book's.
    pub is_standard_term: bool,
    /// Days within which they pay.
    pub payment_days: u16,
    /// It has a clause of its own.
    pub has_clause: bool,
    /// What it is worth over its term.
    pub value: Money,
}

/// Whether a term is one of those offered; none named means the usual ones.
#[must_use]
pub fn is_standard(term: Term, offered: &[Term]) -> bool {
    if offered.is_empty() { Term::USUAL.contains(&term) } else { offered.contains(&term) }
}

impl ApprovalRule {
    /// Whether it asks for agreement to this offer.
    #[must_use]
    pub fn matches(&self, asked: &Asked) -> bool {
        match self.kind {
            RuleKind::Discount => i64::from(asked.discount_bp) > self.over,
            RuleKind::UnderFloor => asked.is_under_floor,
            RuleKind::MarginBelow => asked.margin_bp.is_some_and(|left| left < self.over),
            RuleKind::NoListPrice => asked.has_free_price,
            RuleKind::NonStandardTerm => !asked.is_standard_term,
            RuleKind::PaymentDays => i64::from(asked.payment_days) > self.over,
            RuleKind::FreeTextClause => asked.has_clause,
            RuleKind::ValueAbove => {
                asked.value.minor > self.over || self.currency.is_some_and(|c| c != asked.value.currency)
            }
        }
    }
}

/// All rules that ask for agreement, in their order.
#[must_use]
pub fn matching(rules: &[ApprovalRule], asked: &Asked) -> Vec<ApprovalRule> {
    rules.iter().filter(|r| r.matches(asked)).copied().collect()
}

/// Somebody who agrees in another's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegation {
    /// In whose place.
    pub from: UserId,
    /// Their role.
    pub role: Role,
    /// The last day.
    pub until: NaiveDate,
}

/// In whose place somebody may agree: `Ok(None)` in their own, `Ok(Some(…))` in another's. `delegations` are those to them.
///
/// # Errors
/// Why they may not.
pub fn may_decide(
    me: UserId,
    role: Role,
    needs: Role,
    authors: &[UserId],
    delegations: &[Delegation],
    today: NaiveDate,
) -> Result<Option<UserId>, Refused> {
    if authors.contains(&me) {
        return Err(Refused::Author);
    }
    if role >= needs {
        return Ok(None);
    }
    let stands = |d: &&Delegation| d.until >= today && d.role >= needs && !authors.contains(&d.from);
    delegations.iter().find(stands).map(|d| Some(d.from)).ok_or(Refused::Role)
}

/// Why somebody may not agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// They wrote it, or asked for it.
    Author,
    /// It takes a higher role, or somebody's place.
    Role,
}

#[cfg(test)]
mod tests {
    use super::*;
    use RuleKind::{
        Discount, FreeTextClause, MarginBelow, NoListPrice, NonStandardTerm, PaymentDays, UnderFloor,
        ValueAbove,
    };

    fn plain() -> Asked {
        Asked {
            discount_bp: 0,
            is_under_floor: false,
            margin_bp: Some(3_000),
            has_free_price: false,
            is_standard_term: true,
            payment_days: 30,
            has_clause: false,
            value: Money::new(1_000_000, Currency::KRW),
        }
    }

    #[test]
    fn all_rules_that_match_ask_in_their_order() {
        let kinds =
            |asked: Asked| matching(&usual(), &asked).iter().map(|r| (r.kind, r.needs)).collect::<Vec<_>>();
        let (manager, owner) = (Role::Manager, Role::Owner);
        assert_eq!(kinds(plain()), []);
        assert_eq!(kinds(Asked { discount_bp: 1, ..plain() }), [(Discount, manager)]);
        assert_eq!(kinds(Asked { discount_bp: 1_500, ..plain() }), [(Discount, manager)]);
        assert_eq!(kinds(Asked { discount_bp: 1_501, ..plain() }), [(Discount, manager), (Discount, owner)]);
        assert_eq!(kinds(Asked { is_under_floor: true, ..plain() }), [(UnderFloor, manager)]);
        assert_eq!(kinds(Asked { has_free_price: true, ..plain() }), [(NoListPrice, manager)]);
        assert_eq!(kinds(Asked { is_standard_term: false, ..plain() }), [(NonStandardTerm, manager)]);
        assert_eq!(kinds(Asked { payment_days: 31, ..plain() }), [(PaymentDays, manager)]);
        let both = Asked { has_clause: true, payment_days: 60, ..plain() };
        assert_eq!(kinds(both), [(PaymentDays, manager), (FreeTextClause, manager)]);
    }

    #[test]
    fn a_margin_below_a_limit_asks_where_it_is_known() {
        let rule = ApprovalRule { kind: MarginBelow, over: 3_000, currency: None, needs: Role::Owner };
        for (margin_bp, wanted) in
            [(Some(2_999), true), (Some(3_000), false), (Some(-10_000), true), (None, false)]
        {
            assert_eq!(rule.matches(&Asked { margin_bp, ..plain() }), wanted, "{margin_bp:?}");
        }
    }

    #[test]
    fn a_value_above_a_limit_or_in_another_currency_asks() {
        let rule = |over, currency| ApprovalRule { kind: ValueAbove, over, currency, needs: Role::Owner };
        for (over, currency, wanted) in [
            (1_000_000, Some(Currency::KRW), false),
            (999_999, Some(Currency::KRW), true),
            (2_000_000, Some(Currency::USD), true),
            (2_000_000, None, false),
        ] {
            assert_eq!(rule(over, currency).matches(&plain()), wanted, "{over} {currency:?}");
        }
    }

    #[test]
    fn r71_month_to_month_is_standard_unless_the_price_book_leaves_it_out() {
        let (month, year) = (Term::MONTH_TO_MONTH, Term::default());
        assert!(is_standard(month, &[]) && is_standard(year, &[]));
        assert!(!is_standard(month, &[year]) && is_standard(month, &[month]));
        assert!(!Term::months(18).is_some_and(|t| is_standard(t, &[])));
    }

    #[test]
    fn nobody_agrees_to_their_own_and_a_delegate_stands_in_until_the_day() {
        let [author, boss, rep] = [1, 2, 3].map(|n| UserId(uuid::Uuid::from_u128(n)));
        let today: NaiveDate = "2026-11-23".parse().unwrap();
        let place = |from, role, until: &str| Delegation { from, role, until: until.parse().unwrap() };
        let ask =
            |me, role, places: &[Delegation]| may_decide(me, role, Role::Manager, &[author], places, today);
        assert_eq!(ask(boss, Role::Manager, &[]), Ok(None));
        assert_eq!(ask(boss, Role::Owner, &[]), Ok(None));
        assert_eq!(ask(author, Role::Owner, &[]), Err(Refused::Author));
        assert_eq!(ask(rep, Role::Rep, &[]), Err(Refused::Role));
        assert_eq!(ask(rep, Role::Rep, &[place(boss, Role::Manager, "2026-11-23")]), Ok(Some(boss)));
        assert_eq!(ask(rep, Role::Rep, &[place(boss, Role::Manager, "2026-11-22")]), Err(Refused::Role));
        assert_eq!(ask(rep, Role::Rep, &[place(boss, Role::Rep, "2026-12-31")]), Err(Refused::Role));
        let authors = [place(author, Role::Owner, "2026-12-31")];
        assert_eq!(ask(rep, Role::Rep, &authors), Err(Refused::Role), "not in the author's place");
    }
}
