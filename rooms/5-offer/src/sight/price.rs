//! Lines and sums as they are shown.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{Locale, Money};
use uuid::Uuid;

use super::words::{per, period_text, tax_text, words};
use super::{ShownIncentive, ShownLine, ShownPackage, ShownTotal, term_text};
use crate::content::{Content, OfferLine, Package};
use crate::price::{Period, PeriodTotals, PriceError, Totals, round_half_away};

/// The content with the prices of a day.
#[must_use]
pub fn on_day(content: &Content, day: NaiveDate) -> Content {
    let mut today = content.clone();
    for line in today.packages.iter_mut().flat_map(|p| &mut p.lines) {
        if let Some(rise) = line.rise.filter(|rise| rise.on <= day) {
            let was = i128::from(line.unit_minor);
            // A graduated price rises by the same share on every step.
            for step in line.steps.iter_mut().filter(|_| was > 0) {
                let risen = round_half_away(i128::from(step.minor) * i128::from(rise.minor), was);
                step.minor = i64::try_from(risen).unwrap_or(step.minor);
            }
            line.unit_minor = rise.minor;
        }
    }
    today
}

/// What is said about prices that will rise, or have.
#[must_use]
pub fn rises(content: &Content, day: NaiveDate, locale: Locale) -> Vec<String> {
    let mut said = Vec::new();
    for line in content.lines() {
        let Some(rise) = line.rise else { continue };
        let price = |minor| locale.money(Money::new(minor, content.currency));
        let (on, before, after) = (locale.date(rise.on), price(line.unit_minor), price(rise.minor));
        let text = &line.text;
        let words = match (locale, rise.on <= day) {
            (Locale::En, false) => format!("{text}: {before} each until {on}, {after} from then on."),
            (Locale::En, true) => format!("{text}: {after} each since {on}; it was {before} before."),
            (Locale::Ko, false) => format!("{text}: {on} 전까지 단가 {before}, 그날부터 {after}입니다."),
            (Locale::Ko, true) => {
                format!("{text}: {on}부터 단가가 {after}입니다. 이전에는 {before}이었습니다.")
            }
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

pub(super) fn incentive_text(incentive: &ShownIncentive, locale: Locale) -> String {
    let until = locale.date(incentive.until_on);
    let worth = incentive.value.map(|value| locale.money(value));
    match (locale, worth) {
        (Locale::En, Some(worth)) => format!("{} (worth {worth}), if you decide by {until}.", incentive.text),
        (Locale::En, None) => format!("{}, if you decide by {until}.", incentive.text),
        (Locale::Ko, Some(worth)) => format!("{until}까지 결정하시면: {} ({worth} 상당)", incentive.text),
        (Locale::Ko, None) => format!("{until}까지 결정하시면: {}", incentive.text),
    }
}

/// A package with what is chosen of it.
pub(super) fn package(
    content: &Content,
    package: &Package,
    chosen: &BTreeSet<Uuid>,
    locale: Locale,
) -> Result<ShownPackage, PriceError> {
    let priced = content.price(package, chosen)?;
    let amounts = priced.amounts();
    let lines = package.lines.iter().map(|one| line(content, package, (chosen, &amounts), one, locale));
    let totals = totals(content, &priced.totals, locale);
    let headline = totals.iter().rev().find(|t| t.strong).cloned();
    Ok(ShownPackage {
        id: package.id,
        name: if package.name.is_empty() { content.title.clone() } else { package.name.clone() },
        text: package.text.clone(),
        advised: content.packages.len() > 1 && content.advised().is_some_and(|p| p.id == package.id),
        lines: lines.collect::<Result<_, _>>()?,
        headline: headline.unwrap_or_else(|| ShownTotal {
            name: words(locale).total.to_owned(),
            amount: locale.money(Money::new(0, content.currency)),
            strong: true,
        }),
        totals,
        contract_minor: priced.totals.contract.total,
    })
}

fn line(
    content: &Content,
    package: &Package,
    (chosen, amounts): (&BTreeSet<Uuid>, &BTreeMap<Uuid, i64>),
    line: &OfferLine,
    locale: Locale,
) -> Result<ShownLine, PriceError> {
    let money = |minor| locale.money(Money::new(minor, content.currency));
    let counts = amounts.contains_key(&line.id);
    let free = !line.mandatory || line.alternative_to.is_some();
    let amount = match amounts.get(&line.id) {
        Some(amount) => Some(*amount),
        // What is not chosen is shown at what it would come to.
        None => {
            let mut with = chosen.clone();
            with.insert(line.id);
            let instead = package.lines.iter().filter(|l| l.alternative_to == Some(line.id));
            instead.for_each(|l| {
                with.remove(&l.id);
            });
            content.price(package, &with)?.amounts().get(&line.id).copied()
        }
    };
    let quantity = match line.unit.as_str() {
        "" => line.quantity.to_string(),
        unit => format!("{} {unit}", line.quantity),
    };
    let instead = |id: Uuid| package.lines.iter().find(|l| l.id == id).map(|l| l.text.clone());
    Ok(ShownLine {
        id: line.id,
        text: line.text.clone(),
        detail: line.detail.clone(),
        quantity,
        price: price_text(line, locale, &money),
        amount: format!("{}{}", money(amount.unwrap_or(0)), per(line.period, locale)),
        free,
        counts,
        instead_of: line.alternative_to.and_then(instead),
    })
}

fn price_text(line: &OfferLine, locale: Locale, money: &impl Fn(i64) -> String) -> String {
    let each = match (line.steps.is_empty(), locale) {
        (true, _) => money(line.unit_minor),
        (false, Locale::En) => "graduated".to_owned(),
        (false, Locale::Ko) => "구간별 단가".to_owned(),
    };
    match line.discount_bp {
        0 => each,
        bp => {
            let share = share_text(bp);
            match locale {
                Locale::En => format!("{each} − {share} %"),
                Locale::Ko => format!("{each} − {share}%"),
            }
        }
    }
}

/// Basis points as per cent: `12.5`.
pub(super) fn share_text(bp: u32) -> String {
    let text = format!("{}.{:02}", bp / 100, bp % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The sums, in the order they are read: what each period comes to with its taxes, the first bill, the whole term.
fn totals(content: &Content, totals: &Totals, locale: Locale) -> Vec<ShownTotal> {
    let says = words(locale);
    let money = |minor| locale.money(Money::new(minor, content.currency));
    let row = |name: String, minor: i64, strong| ShownTotal { name, amount: money(minor), strong };
    let mut rows = Vec::new();
    if totals.line_discount + totals.order_discount > 0 {
        rows.push(row(says.list.to_owned(), totals.full, false));
        rows.push(row(says.discount.to_owned(), -(totals.line_discount + totals.order_discount), false));
    }
    let periods = [
        (Period::OneOff, &totals.one_off),
        (Period::Monthly, &totals.monthly),
        (Period::Yearly, &totals.yearly),
    ];
    let used: Vec<_> = periods.into_iter().filter(|(_, sum)| !sum.groups.is_empty()).collect();
    for (period, sum) in &used {
        of_period(content, (*period, sum), used.len() == 1, locale, &mut rows);
    }
    let recurs = used.iter().any(|(period, _)| *period != Period::OneOff);
    if recurs && used.len() > 1 {
        rows.push(row(says.first.to_owned(), totals.first.total, false));
    }
    if recurs {
        let name = format!("{} ({})", says.contract, term_text(content.term, locale));
        rows.push(row(name, totals.contract.total, true));
    }
    rows
}

fn of_period(
    content: &Content,
    (period, sum): (Period, &PeriodTotals),
    only: bool,
    locale: Locale,
    rows: &mut Vec<ShownTotal>,
) {
    let says = words(locale);
    let money = |minor| locale.money(Money::new(minor, content.currency));
    let when =
        if only && period == Period::OneOff { String::new() } else { period_text(period, locale).to_owned() };
    let name = |word: &str| if when.is_empty() { word.to_owned() } else { format!("{when}: {word}") };
    let row = |name: String, minor: i64, strong| ShownTotal { name, amount: money(minor), strong };
    let taxed = sum.groups.iter().any(|group| tax_text(&group.tax, locale).is_some());
    if taxed {
        rows.push(row(name(says.net), sum.amount.net, false));
    }
    for group in &sum.groups {
        if let Some(text) = tax_text(&group.tax, locale) {
            rows.push(row(text, group.amount.tax, false));
        }
    }
    rows.push(row(name(says.total), sum.amount.total, true));
}
