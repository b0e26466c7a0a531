//! How large a log may be, and what can be wrong with one.

/// Sizes that are refused, so that a small file cannot unfold into all memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes after decompression.
    pub bytes: u64,
    /// Events of all cases.
    pub events: usize,
    /// Different names of activities.
    pub activities: usize,
    /// Bytes of one name of a case or an activity.
    pub name: usize,
}

impl Default for Limits {
    /// 4 GiB, 10 million events, 10,000 activities, names of 1,000 bytes.
    fn default() -> Self {
        Self { bytes: 4 << 30, events: 10_000_000, activities: 10_000, name: 1_000 }
    }
}

/// Why a log could not be read. Places are bytes of the text after decompression, or lines.
#[derive(Debug, thiserror::Error)]
pub enum MiningError {
    /// The file itself.
    #[error("the log could not be read after byte {at}: {why}")]
    Io {
        /// Where reading stopped.
        at: u64,
        /// What the system says.
        why: std::io::Error,
    },
    /// No XML.
    #[error("the log is broken at byte {at}: {why}")]
    Xml {
        /// Where.
        at: u64,
        /// What the parser says.
        why: String,
    },
    /// The text ends before the log does.
    #[error("the log ends at byte {at} inside <{inside}>: the file is cut off")]
    CutOff {
        /// Where.
        at: u64,
        /// What was not closed.
        inside: String,
    },
    /// XML, but no event log.
    #[error("this is no event log: it begins with <{found}>, not with <log>")]
    NoLog {
        /// Its first element.
        found: String,
    },
    /// An event without what mining needs.
    #[error("the event that ends at byte {at} has no {key}")]
    Missing {
        /// Where.
        at: u64,
        /// What is missing.
        key: &'static str,
    },
    /// A time nobody can read.
    #[error(
        "\u{201c}{value}\u{201d} ({place}) is no time: write 2026-03-02T09:30:00Z or 2026-03-02 09:30:00"
    )]
    Time {
        /// What was found.
        value: String,
        /// Byte or line.
        place: String,
    },
    /// A table without a column.
    #[error("line 1 names no column for the {wanted}: call it one of {names}. Found: {found}")]
    Column {
        /// What is missing.
        wanted: &'static str,
        /// Names that are recognised.
        names: String,
        /// Names that were found.
        found: String,
    },
    /// A row that is no row.
    #[error("line {line}: {why}")]
    Row {
        /// Counted from 1, with the header.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// Larger than allowed.
    #[error("the log has more than {limit} {what}: cut it into periods and read them one by one")]
    TooLarge {
        /// Bytes, events, activities.
        what: &'static str,
        /// How many are allowed.
        limit: u64,
    },
    /// A name that is too long.
    #[error("a name of {found} bytes, beginning \u{201c}{start}\u{201d}, is longer than the {limit} allowed")]
    LongName {
        /// Bytes.
        found: usize,
        /// First letters.
        start: String,
        /// Bytes allowed.
        limit: usize,
    },
}
