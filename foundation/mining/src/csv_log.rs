//! Event logs as tables: a row an event, the first line names the columns.

use std::io::Read;

use csv::StringRecord;

use crate::limits::{Limits, MiningError};
use crate::log::{EventLog, LogBuilder};
use crate::measure_time::micros;

const CASE: [&str; 3] = ["case_id", "case", "case:concept:name"];
const ACTIVITY: [&str; 3] = ["activity", "concept:name", "event"];
const TIME: [&str; 3] = ["timestamp", "time", "time:timestamp"];

/// Reads a table. Columns are recognised by name, whatever their order and capitals.
///
/// # Errors
/// When a column is missing, a row is broken or has an empty field, or a limit is passed.
pub fn read_csv(from: impl Read, limits: Limits) -> Result<EventLog, MiningError> {
    let mut table = csv::Reader::from_reader(from.take(limits.bytes.saturating_add(1)));
    let header = table.headers().map_err(|why| row(1, why))?.clone();
    let (case, activity, time) = (
        column(&header, "case", &CASE)?,
        column(&header, "activity", &ACTIVITY)?,
        column(&header, "time", &TIME)?,
    );
    let mut log = LogBuilder::new(limits);
    let mut record = StringRecord::new();
    loop {
        let line = table.position().line();
        let more = table.read_record(&mut record);
        if table.get_ref().limit() == 0 {
            return Err(MiningError::TooLarge { what: "bytes", limit: limits.bytes });
        }
        let more = more.map_err(|why| row(line, why))?;
        if !more {
            return Ok(log.finish());
        }
        let line = record.position().map_or(line, csv::Position::line);
        let case = log.case(field(&record, case, "case", line)?)?;
        let time = micros(field(&record, time, "time", line)?, || format!("line {line}"))?;
        log.event(case, field(&record, activity, "activity", line)?, time)?;
    }
}

fn column(header: &StringRecord, wanted: &'static str, names: &[&str]) -> Result<usize, MiningError> {
    let plain = |name: &str| name.trim_start_matches('\u{feff}').trim().to_lowercase();
    names.iter().find_map(|name| header.iter().position(|found| plain(found) == *name)).ok_or_else(|| {
        MiningError::Column {
            wanted,
            names: names.join(", "),
            found: header.iter().take(20).collect::<Vec<_>>().join(", "),
        }
    })
}

fn field<'a>(record: &'a StringRecord, at: usize, wanted: &str, line: u64) -> Result<&'a str, MiningError> {
    let text = record.get(at).unwrap_or_default().trim();
    if text.is_empty() {
        Err(MiningError::Row { line, why: format!("the {wanted} is empty") })
    } else {
        Ok(text)
    }
}

fn row(line: u64, why: csv::Error) -> MiningError {
    let line = why.position().map_or(line, csv::Position::line);
    MiningError::Row { line, why: why.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mine;

    #[test]
    fn columns_are_recognised_by_name() {
        for header in [
            "case_id,activity,timestamp",
            "\u{feff}Case,Event,Time",
            "case:concept:name,concept:name,time:timestamp",
        ] {
            let text = format!("{header}\n1,a,2026-03-02 09:00:00\n1,\"b, c\",2026-03-02T09:00:05Z\n");
            let found = mine(&read_csv(text.as_bytes(), Limits::default()).unwrap(), 1);
            assert_eq!(found.top_variants[0].trace, ["a", "b, c"]);
            assert_eq!(found.duration_mean_s, Some(5.0));
        }
    }

    #[test]
    fn broken_tables_say_where() {
        let cases = [
            ("case,time\n", "no column for the activity"),
            ("case,activity,time\n1,a,2026-03-02\n1,,2026-03-02\n", "line 3: the activity is empty"),
            ("case,activity,time\n1,a,soon\n", "(line 2) is no time"),
            ("case,activity,time\n1,a\n", "line 2: "),
        ];
        for (text, wanted) in cases {
            let found = read_csv(text.as_bytes(), Limits::default()).unwrap_err().to_string();
            assert!(found.contains(wanted), "{found} for {wanted}");
        }
        let small = Limits { bytes: 20, ..Limits::default() };
        assert!(
            read_csv(cases[1].0.as_bytes(), small).unwrap_err().to_string().contains("more than 20 bytes")
        );
    }
}
