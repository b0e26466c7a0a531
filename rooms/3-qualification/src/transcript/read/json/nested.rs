//! Lists within lists: Gong, Rev AI, Azure Speech, and Deepgram's paragraphs.

use std::collections::BTreeMap;

use super::super::cue::{Cue, Millis};
use super::super::fault::{Fault, Reason};
use super::super::markup::tidy;
use super::flat::speaker;
use super::{Found, Node};

/// The cues, if the file is of one of these shapes.
pub(super) fn read(root: &Node<'_>) -> Result<Option<Found>, Fault> {
    if let Some(calls) = root.get("callTranscripts").and_then(|node| node.list()) {
        return match &calls[..] {
            [call] => gong(root, call).map(Some),
            _ => Err(root.fault(Reason::SeveralTalks(calls.len()))),
        };
    }
    let is_gong = |entry: &Node<'_>| entry.get("sentences").is_some();
    if root.get("transcript").and_then(|n| n.list()).is_some_and(|list| list.first().is_some_and(is_gong)) {
        return gong(root, root).map(Some);
    }
    if let Some(monologues) = root.get("monologues").and_then(|node| node.list()) {
        return rev(&monologues).map(Some);
    }
    if let Some(phrases) = root.get("recognizedPhrases").and_then(|node| node.list()) {
        return azure(&phrases).map(Some);
    }
    if root.path(&["results", "utterances"]).is_none() {
        let channels = root.path(&["results", "channels"]).and_then(|node| node.list());
        return channels.map(|channels| deepgram(&channels)).transpose();
    }
    Ok(None)
}

fn time(
    node: Option<Node<'_>>,
    unit: f64,
    of: &Node<'_>,
    which: &'static str,
) -> Result<Option<Millis>, Fault> {
    let number = node.and_then(|n| n.number().or_else(|| n.text()?.trim().parse().ok()));
    let time = number.and_then(|number| Millis::of_seconds(number * unit));
    time.map(Some).ok_or_else(|| of.fault(Reason::EntryTime(which)))
}

fn words(node: Option<Node<'_>>, of: &Node<'_>) -> Result<String, Fault> {
    node.and_then(|n| n.text()).map(|text| tidy(&text)).ok_or_else(|| of.fault(Reason::EntryText))
}

/// `callTranscripts[].transcript[].sentences[]` in thousandths; names are those of `parties`, where they are beside.
fn gong(root: &Node<'_>, call: &Node<'_>) -> Result<Found, Fault> {
    let parties = root.get("parties").or_else(|| call.get("parties")).and_then(|node| node.list());
    let names: BTreeMap<String, String> = parties
        .into_iter()
        .flatten()
        .filter_map(|party| Some((party.get("speakerId")?.text()?, party.get("name")?.text()?)))
        .collect();
    let monologues = call.get("transcript").and_then(|node| node.list());
    let mut found = Found::default();
    for monologue in monologues.ok_or_else(|| call.fault(Reason::Shape))? {
        let who = speaker(&monologue).map(|id| names.get(&id).cloned().unwrap_or(id));
        for sentence in monologue.get("sentences").and_then(|node| node.list()).unwrap_or_default() {
            let cue = Cue {
                start: time(sentence.get("start"), 0.001, &sentence, "start")?,
                end: time(sentence.get("end"), 0.001, &sentence, "end")?,
                speaker: who.clone(),
                text: words(sentence.get("text"), &sentence)?,
            };
            found.push(|| sentence.line(), cue)?;
        }
    }
    Ok(found)
}

/// `monologues[].elements[]` with `value`, `ts` and `end_ts` in seconds; a monologue is a cue.
fn rev(monologues: &[Node<'_>]) -> Result<Found, Fault> {
    let mut found = Found::default();
    for monologue in monologues {
        let elements = monologue.get("elements").and_then(|node| node.list()).unwrap_or_default();
        let timed: Vec<&Node<'_>> = elements.iter().filter(|element| element.get("ts").is_some()).collect();
        let (Some(first), Some(last)) = (timed.first(), timed.last()) else {
            return Err(monologue.fault(Reason::EntryTime("ts")));
        };
        let text: String = elements.iter().filter_map(|element| element.get("value")?.text()).collect();
        let cue = Cue {
            start: time(first.get("ts"), 1.0, first, "ts")?,
            end: time(last.get("end_ts"), 1.0, last, "end_ts")?,
            speaker: speaker(monologue),
            text: tidy(&text),
        };
        found.push(|| monologue.line(), cue)?;
    }
    Ok(found)
}

/// `recognizedPhrases[]` with `offsetInTicks` and `durationInTicks` of 100 ns, words in `nBest[0].display`.
fn azure(phrases: &[Node<'_>]) -> Result<Found, Fault> {
    const TICK: f64 = 1e-7;
    let mut found = Found::default();
    for phrase in phrases {
        let start = time(phrase.get("offsetInTicks"), TICK, phrase, "offsetInTicks")?;
        let lasts = time(phrase.get("durationInTicks"), TICK, phrase, "durationInTicks")?;
        let best = phrase.get("nBest").and_then(|node| node.list()).and_then(|list| list.first().copied());
        let cue = Cue {
            start,
            end: start.zip(lasts).map(|(start, lasts)| Millis(start.0 + lasts.0)),
            speaker: speaker(phrase),
            text: words(best.and_then(|best| best.get("display")), phrase)?,
        };
        found.push(|| phrase.line(), cue)?;
    }
    found.cues.sort_by_key(|cue| cue.start);
    Ok(found)
}

/// `results.channels[].alternatives[0].paragraphs.paragraphs[].sentences[]` in seconds, where utterances were not asked
/// for. Several channels are several people.
fn deepgram(channels: &[Node<'_>]) -> Result<Found, Fault> {
    let mut found = Found::default();
    for (nth, channel) in channels.iter().enumerate() {
        let best =
            channel.get("alternatives").and_then(|node| node.list()).and_then(|list| list.first().copied());
        let paragraphs =
            best.and_then(|best| best.path(&["paragraphs", "paragraphs"])).and_then(|node| node.list());
        for paragraph in paragraphs.ok_or_else(|| channel.fault(Reason::Shape))? {
            let several = channels.len() > 1;
            let who = if several { Some(format!("Speaker {nth}")) } else { speaker(&paragraph) };
            for sentence in paragraph.get("sentences").and_then(|node| node.list()).unwrap_or_default() {
                let cue = Cue {
                    start: time(sentence.get("start"), 1.0, &sentence, "start")?,
                    end: time(sentence.get("end"), 1.0, &sentence, "end")?,
                    speaker: who.clone(),
                    text: words(sentence.get("text"), &sentence)?,
                };
                found.push(|| sentence.line(), cue)?;
            }
        }
    }
    found.cues.sort_by_key(|cue| cue.start);
    Ok(found)
}
