//! Figures of a reading against labels, and the page that shows them.

use std::fmt::Write;

use super::testing;
use crate::incoming::intent::train::Example;
use crate::incoming::intent::{Intent, intents};

/// How often each intent (row) was read as each (column).
pub(super) struct Confusion([[u32; 11]; 11]);

pub(super) fn confusion(replies: &[Example]) -> Confusion {
    let mut out = [[0; 11]; 11];
    for reply in replies {
        out[reply.primary() as usize][intents(&reply.text)[0].intent as usize] += 1;
    }
    Confusion(out)
}

impl Confusion {
    /// Precision, recall and their harmonic mean.
    fn of(&self, intent: Intent) -> [f64; 3] {
        let k = intent as usize;
        let right = f64::from(self.0[k][k]);
        let read = f64::from(self.0.iter().map(|row| row[k]).sum::<u32>());
        let are = f64::from(self.0[k].iter().sum::<u32>());
        [right / read.max(1.0), right / are.max(1.0), 2.0 * right / (read + are).max(1.0)]
    }

    pub(super) fn macro_f1(&self) -> f64 {
        Intent::ALL.iter().map(|intent| self.of(*intent)[2]).sum::<f64>() / 11.0
    }

    pub(super) fn table(&self) -> String {
        let mut out = String::from("| is \\ read as |");
        for intent in Intent::ALL {
            write!(out, " {} |", intent.key()).unwrap();
        }
        out.push_str(" precision | recall | F1 |\n|---|");
        out.push_str(&"---:|".repeat(14));
        out.push('\n');
        for intent in Intent::ALL {
            write!(out, "| {} |", intent.key()).unwrap();
            for count in self.0[intent as usize] {
                if count == 0 { out.push_str(" |") } else { write!(out, " {count} |").unwrap() }
            }
            for figure in self.of(intent) {
                write!(out, " {figure:.2} |").unwrap();
            }
            out.push('\n');
        }
        out
    }
}

/// Readings that say they are about as sure.
#[derive(Debug)]
pub(super) struct Bin {
    from: f64,
    count: usize,
    /// What part of all readings.
    pub share: f64,
    /// How sure they say they are.
    pub said: f64,
    /// How often they are right.
    pub right: f64,
}

pub(super) fn reliability(replies: &[Example]) -> Vec<Bin> {
    let readings: Vec<(f64, bool)> = replies
        .iter()
        .map(|reply| {
            let heard = intents(&reply.text)[0];
            (heard.confidence.share(), heard.intent == reply.primary())
        })
        .collect();
    let edges = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01];
    let bin = |edge: &[f64]| {
        let inside: Vec<&(f64, bool)> =
            readings.iter().filter(|(said, _)| (edge[0]..edge[1]).contains(said)).collect();
        let (count, all) = (inside.len(), readings.len() as f64);
        let n = count.max(1) as f64;
        let said = inside.iter().map(|(said, _)| said).sum::<f64>() / n;
        let right = inside.iter().filter(|(_, right)| *right).count() as f64 / n;
        Bin { from: edge[0], count, share: count as f64 / all, said, right }
    };
    edges.windows(2).map(bin).filter(|bin| bin.count > 0).collect()
}

/// Labels beside the primary one count here too: how many of those that hold were heard, and the reverse.
fn sets(replies: &[Example]) -> [f64; 2] {
    let (mut both, mut heard, mut held) = (0, 0, 0);
    for reply in replies {
        let said = intents(&reply.text);
        both += said.iter().filter(|h| reply.intents.contains(&h.intent)).count();
        heard += said.len();
        held += reply.intents.len();
    }
    [f64::from(both as u32) / heard as f64, f64::from(both as u32) / held as f64]
}

/// The page.
pub(super) fn page() -> String {
    let mut out = String::from(include_str!("page.md"));
    for (language, name) in [("en", "English"), ("ko", "Korean")] {
        let replies = testing(language);
        let (confusion, [precision, recall]) = (confusion(&replies), sets(&replies));
        let f1 = confusion.macro_f1();
        write!(
            out,
            "\n### {name}\n\n{} replies, macro-F1 of the primary intent **{f1:.3}**. ",
            replies.len()
        )
        .unwrap();
        write!(out, "Of all intents heard {:.0} % hold, ", precision * 100.0).unwrap();
        write!(out, "of all that hold {:.0} % are heard.\n\n{}", recall * 100.0, confusion.table()).unwrap();
    }
    out.push_str("\n## Reliability\n\nBoth languages, by the confidence of the primary intent. The scaling was learned on held-out stretches of the training\ntable, which are harder than these replies: it says rather too little than too much.\n\n");
    out.push_str("| confidence from | replies | said on average | right |\n|---:|---:|---:|---:|\n");
    let replies: Vec<Example> = testing("en").into_iter().chain(testing("ko")).collect();
    for Bin { from, count, said, right, .. } in reliability(&replies) {
        writeln!(out, "| {from:.2} | {count} | {said:.2} | {right:.2} |").unwrap();
    }
    out.push_str("\n## What it gets wrong\n\nReplies of the test that are read as something else:\n\n");
    out.push_str("| is | read as | confidence | reply |\n|---|---|---:|---|\n");
    for reply in &replies {
        let heard = intents(&reply.text)[0];
        if heard.intent != reply.primary() {
            let (is, read) = (reply.primary().key(), heard.intent.key());
            let text = reply.text.replace('\n', " ").replace('|', "/");
            writeln!(out, "| {is} | {read} | {:.2} | {text} |", heard.confidence.share()).unwrap();
        }
    }
    out
}
