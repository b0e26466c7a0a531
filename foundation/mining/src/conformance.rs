//! How far cases keep to a model: allowed starts, moves and ends (docs/metrics.md, process mining).
//!
//! Open cases are measured on their prefix and kept apart by the caller, who asks for them without an end.

use std::collections::{BTreeSet, VecDeque};

use serde::{Deserialize, Serialize};

use crate::log::EventLog;

/// What a process version allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Model {
    /// Activities a case may begin with.
    pub starts: BTreeSet<String>,
    /// Pairs that may follow each other.
    pub moves: BTreeSet<(String, String)>,
    /// Activities a case may end with.
    pub ends: BTreeSet<String>,
}

/// Of one case.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct CaseFit {
    /// Start, moves and end that are allowed.
    pub allowed_steps: u64,
    /// All of them: events + 1, or events when the case is open.
    pub steps: u64,
    /// Least number of events to insert and to remove until the case is allowed.
    pub cost: u64,
    /// 1 − cost/(events + events of the shortest allowed case).
    pub fitness: f64,
}

/// Of all cases of a log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conformance {
    /// Cases.
    pub cases: u64,
    /// Cases of cost 0.
    pub fitting_cases: u64,
    /// Allowed steps of all cases.
    pub allowed_steps: u64,
    /// Steps of all cases.
    pub steps: u64,
    /// Allowed steps/steps; none without a case.
    pub step_fitness: Option<f64>,
    /// Sum of the costs of all cases.
    pub cost: u64,
    /// Mean fitness of the cases.
    pub mean_fitness: Option<f64>,
    /// 1 − cost/Σ(events + events of the shortest allowed case).
    pub log_fitness: Option<f64>,
}

/// An activity the model does not know: no state of it.
const STRANGE: usize = usize::MAX;

/// A model over numbers: state 0 is before the start, the others are activities.
struct Net {
    next: Vec<Vec<usize>>,
    end: Vec<bool>,
    /// Whether a case may stop anywhere, being open.
    open: bool,
    shortest: u64,
}

impl Model {
    /// Measures a case given as activities. `None` when the model allows no case at all.
    #[must_use]
    pub fn case(&self, trace: &[&str], open: bool) -> Option<CaseFit> {
        let names = self.names();
        let net = self.net(&names, open)?;
        let states: Vec<usize> = trace.iter().map(|name| number(&names, name).unwrap_or(STRANGE)).collect();
        Some(net.fit(&states))
    }

    /// Measures a log, each variant once. `None` when the model allows no case at all.
    #[must_use]
    #[allow(clippy::cast_precision_loss)] // cases and steps, far below 2^53
    pub fn conformance(&self, log: &EventLog, open: bool) -> Option<Conformance> {
        let names = self.names();
        let net = self.net(&names, open)?;
        let states: Vec<usize> =
            log.activities().iter().map(|name| number(&names, name).unwrap_or(STRANGE)).collect();
        let mut all = Conformance {
            cases: 0,
            fitting_cases: 0,
            allowed_steps: 0,
            steps: 0,
            step_fitness: None,
            cost: 0,
            mean_fitness: None,
            log_fitness: None,
        };
        let (mut fitness, mut most) = (0.0, 0);
        for (trace, count) in log.traces() {
            let trace: Vec<usize> = trace.iter().map(|activity| states[*activity as usize]).collect();
            let fit = net.fit(&trace);
            all.cases += count;
            all.fitting_cases += if fit.cost == 0 { count } else { 0 };
            all.allowed_steps += count * fit.allowed_steps;
            all.steps += count * fit.steps;
            all.cost += count * fit.cost;
            fitness += count as f64 * fit.fitness;
            most += count * (trace.len() as u64 + net.shortest);
        }
        if all.cases > 0 {
            all.step_fitness = Some(all.allowed_steps as f64 / all.steps as f64);
            all.mean_fitness = Some(fitness / all.cases as f64);
            all.log_fitness = Some(1.0 - all.cost as f64 / most as f64);
        }
        Some(all)
    }

    fn names(&self) -> Vec<&str> {
        let moves = self.moves.iter().flat_map(|(from, to)| [from, to]);
        let names: BTreeSet<&str> =
            self.starts.iter().chain(&self.ends).chain(moves).map(String::as_str).collect();
        names.into_iter().collect()
    }

    fn net(&self, names: &[&str], open: bool) -> Option<Net> {
        let mut next = vec![Vec::new(); names.len() + 1];
        let mut end = vec![false; names.len() + 1];
        next[0] = self.starts.iter().filter_map(|name| number(names, name)).collect();
        for (from, to) in &self.moves {
            if let (Some(from), Some(to)) = (number(names, from), number(names, to)) {
                next[from].push(to);
            }
        }
        for state in self.ends.iter().filter_map(|name| number(names, name)) {
            end[state] = true;
        }
        let mut net = Net { next, end, open, shortest: 0 };
        net.shortest = net.cost(&[])?;
        Some(net)
    }
}

fn number(names: &[&str], name: &str) -> Option<usize> {
    names.binary_search(&name).ok().map(|at| at + 1)
}

impl Net {
    fn may_end(&self, state: usize) -> bool {
        self.end[state] || self.open && state > 0
    }

    #[allow(clippy::cast_precision_loss)] // events of a case
    fn fit(&self, trace: &[usize]) -> CaseFit {
        let events = trace.len() as u64;
        let before = std::iter::once(&0).chain(trace);
        let moves = before
            .zip(trace)
            .filter(|(from, to)| self.next.get(**from).is_some_and(|next| next.contains(to)))
            .count() as u64;
        let ended = !self.open && trace.last().is_some_and(|last| self.end.get(*last) == Some(&true));
        // A model that allows no case has no net, so that a path always exists.
        let cost = self.cost(trace).unwrap_or(events + self.shortest);
        CaseFit {
            allowed_steps: moves + u64::from(ended),
            steps: events + u64::from(!self.open),
            cost,
            fitness: 1.0 - cost as f64 / (events + self.shortest).max(1) as f64,
        }
    }

    /// Shortest path over (position, state): keep an event that is allowed for nothing, insert or remove one
    /// for 1. Costs are 0 and 1, so that a double-ended queue is enough.
    fn cost(&self, trace: &[usize]) -> Option<u64> {
        let width = self.next.len();
        let mut done = vec![false; (trace.len() + 1) * width];
        let mut queue = VecDeque::from([(0_u64, 0_usize, 0_usize)]);
        while let Some((cost, at, state)) = queue.pop_front() {
            if std::mem::replace(&mut done[at * width + state], true) {
                continue;
            }
            if at == trace.len() && self.may_end(state) {
                return Some(cost);
            }
            if at < trace.len() {
                queue.push_back((cost + 1, at + 1, state));
            }
            for &to in &self.next[state] {
                queue.push_back((cost + 1, at, to));
                if trace.get(at) == Some(&to) {
                    queue.push_front((cost, at + 1, to));
                }
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        let moves = [("S", "C"), ("C", "T"), ("T", "B"), ("T", "X"), ("B", "A"), ("B", "D"), ("B", "X")];
        Model {
            starts: BTreeSet::from(["S".to_owned()]),
            moves: moves.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect(),
            ends: ["A", "D", "X"].map(str::to_owned).into(),
        }
    }

    #[test]
    fn single_cases_meet_the_worked_figures() {
        let cases = [
            ("S C T", 0.857_142_857, 3, 4, 1),
            ("S C T X S C T B A", 0.692_307_692, 9, 10, 4),
            ("S C T S X C T B A", 0.692_307_692, 7, 10, 4),
            ("S C T B A", 1.0, 6, 6, 0),
            ("Q", 0.0, 0, 2, 5),
            ("", 0.0, 0, 1, 4),
        ];
        for (trace, fitness, allowed, steps, cost) in cases {
            let found = model().case(&trace.split_whitespace().collect::<Vec<_>>(), false).unwrap();
            assert!((found.fitness - fitness).abs() < 6e-10, "{trace}: {found:?}");
            assert_eq!((found.allowed_steps, found.steps, found.cost), (allowed, steps, cost), "{trace}");
        }
    }

    #[test]
    fn an_open_case_is_measured_without_its_end() {
        let found = model().case(&["S", "C", "T"], true).unwrap();
        assert_eq!((found.allowed_steps, found.steps, found.cost, found.fitness), (3, 3, 0, 1.0));
    }

    #[test]
    fn a_model_that_allows_nothing_measures_nothing() {
        assert_eq!(Model::default().case(&["S"], false), None);
        let endless = Model { ends: BTreeSet::new(), ..model() };
        assert_eq!(endless.case(&["S"], false), None);
    }
}
