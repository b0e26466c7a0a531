//! Troubles of the database itself, which are no fault of what was asked.

use sea_orm::{DbErr, RuntimeErr};

/// What keeps the database from answering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It cannot be reached now: it stops, starts, has no connection left, or ours broke. Asked again later it may well answer.
    Away,
    /// Its disk is full: nothing of what was to be written was kept.
    Full,
}

impl Trouble {
    /// The trouble behind an error, if that is what it is.
    #[must_use]
    pub fn behind(error: &DbErr) -> Option<Self> {
        match error {
            DbErr::Conn(RuntimeErr::SqlxError(why))
            | DbErr::Exec(RuntimeErr::SqlxError(why))
            | DbErr::Query(RuntimeErr::SqlxError(why)) => Self::of(why),
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Some(Self::Away),
            _ => None,
        }
    }

    fn of(why: &sqlx::Error) -> Option<Self> {
        match why {
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Some(Self::Away),
            sqlx::Error::Database(said) => Self::coded(&said.code()?),
            _ => None,
        }
    }

    /// By PostgreSQL's classes of SQLSTATE (its manual, appendix A) and SQLite's `SQLITE_FULL`.
    fn coded(code: &str) -> Option<Self> {
        match code {
            "53100" | "13" => Some(Self::Full),
            "53300" | "57P01" | "57P02" | "57P03" => Some(Self::Away),
            _ if code.starts_with("08") => Some(Self::Away),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_database_cannot_help_is_told_from_what_was_asked_wrongly() {
        for (code, trouble) in [
            ("57P01", Some(Trouble::Away)),
            ("57P03", Some(Trouble::Away)),
            ("08006", Some(Trouble::Away)),
            ("53300", Some(Trouble::Away)),
            ("53100", Some(Trouble::Full)),
            ("13", Some(Trouble::Full)),
            ("57014", None),
            ("23505", None),
            ("2067", None),
            ("1", None),
        ] {
            assert_eq!(Trouble::coded(code), trouble, "{code}");
        }
        let broken = sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        let error = DbErr::Query(RuntimeErr::SqlxError(broken.into()));
        assert_eq!(Trouble::behind(&error), Some(Trouble::Away));
        assert_eq!(Trouble::behind(&DbErr::Custom("no".to_owned())), None);
    }
}
