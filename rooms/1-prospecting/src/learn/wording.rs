//! Groups and reasons in plain English; the screen words them itself, in its own language.

use super::groups::FactGroup;
use super::observed::FactSort;
use super::report::{VisibleDifference, WhyNothing};

/// A group in short, such as `1500–3000`, `5001+` or `1990s`.
pub(super) fn label(group: &FactGroup, sort: FactSort) -> String {
    match group {
        FactGroup::Word { text, .. } => text.clone(),
        FactGroup::Exactly { number } => number.to_string(),
        FactGroup::YesNo { yes } => if *yes { "yes" } else { "no" }.to_owned(),
        FactGroup::Elsewhere { .. } => "elsewhere".to_owned(),
        FactGroup::Band { above, to } => match sort {
            FactSort::Employees => counted(*above, *to),
            FactSort::FoundedYear => year(*above, *to),
            _ => amount(*above, *to),
        },
    }
}

fn counted(above: Option<f64>, to: Option<f64>) -> String {
    let from = above.unwrap_or(0.0) + 1.0;
    to.map_or_else(|| format!("{from}+"), |to| format!("{from}–{to}"))
}

fn year(above: Option<f64>, to: Option<f64>) -> String {
    match (above, to) {
        (None, Some(to)) => format!("<{}", to + 1.0),
        (Some(above), Some(_)) => format!("{}s", above + 1.0),
        (Some(above), None) => format!("{}+", above + 1.0),
        (None, None) => String::new(),
    }
}

fn amount(above: Option<f64>, to: Option<f64>) -> String {
    match (above, to) {
        (None, Some(to)) => format!("≤{}", short(to)),
        (Some(above), Some(to)) => format!("{}–{}", short(above), short(to)),
        (Some(above), None) => format!(">{}", short(above)),
        (None, None) => String::new(),
    }
}

/// From a million on in millions.
fn short(n: f64) -> String {
    if n >= 1e6 { format!("{}M", n / 1e6) } else { n.to_string() }
}

/// Why nothing is proposed.
pub(super) fn reason(reason: WhyNothing, visible: Option<VisibleDifference>) -> String {
    match (reason, visible) {
        (WhyNothing::NothingSeparates, Some(VisibleDifference { n, difference })) => format!(
            "Nothing in these facts separates won from lost. With n = {n} in a group a difference under {:.1} points \
             could not be seen.",
            difference * 100.0
        ),
        (WhyNothing::NothingSeparates, None) => "Nothing in these facts separates won from lost.".to_owned(),
        (WhyNothing::NothingDecided, _) => "No deal is won or lost yet: there is nothing to learn from.".to_owned(),
        (WhyNothing::OneOutcome, _) => {
            "All deals ended alike: without both won and lost deals nothing can tell them apart.".to_owned()
        }
        (WhyNothing::NoFacts, _) => {
            "No fact about the customers is known that was there before the deal: fill in their sector, size and place."
                .to_owned()
        }
        (WhyNothing::TooFew, _) => {
            "No group has 30 decided deals of 5 different companies: more deals, or fuller facts, are needed.".to_owned()
        }
    }
}
