//! Reading what people type about themselves and their workspace: every complaint at once, each
//! naming its field.

use chrono_tz::Tz;
use http_room::{FieldError, Problem};
use kernel::limits::{NAME_CHARS, fits};
use kernel::{Country, Currency, EmailAddress, Locale};

/// Collects complaints while values are read.
#[derive(Debug, Default)]
pub struct Reading(Vec<FieldError>);

impl Reading {
    /// A name: not empty, not too long, in one line.
    pub fn name(&mut self, field: &str, text: &str) -> String {
        let text = text.trim();
        if text.is_empty() {
            self.complain(field, "required", "Say a name.");
        } else if !fits(text, NAME_CHARS) {
            self.complain(field, "too_long", &format!("Use at most {NAME_CHARS} characters."));
        } else if text.chars().any(char::is_control) {
            self.complain(field, "invalid", "Use one line without control characters.");
        }
        text.to_owned()
    }

    /// A mail address, lower-cased.
    pub fn email(&mut self, field: &str, text: &str) -> String {
        match EmailAddress::parse(text) {
            Ok(address) => address.key(),
            Err(why) => {
                let code = if text.trim().is_empty() { "required" } else { "invalid" };
                self.complain(field, code, &why.to_string());
                String::new()
            }
        }
    }

    /// A password somebody chooses.
    pub fn password(&mut self, field: &str, text: &str) {
        self.0.extend(super::password::complaint(field, text));
    }

    /// An IANA zone such as `Asia/Seoul`.
    pub fn zone(&mut self, field: &str, text: &str) -> String {
        match text.trim().parse::<Tz>() {
            Ok(zone) => zone.name().to_owned(),
            Err(_) => self.complain(field, "invalid", "Give an IANA time zone such as Asia/Seoul."),
        }
    }

    /// A country's two letters.
    pub fn country(&mut self, field: &str, text: &str) -> String {
        match Country::from_code(text) {
            Some(country) => country.code().to_owned(),
            None => self.complain(field, "invalid", "Give the two letters of a country, such as KR."),
        }
    }

    /// A currency's three letters.
    pub fn currency(&mut self, field: &str, text: &str) -> Currency {
        Currency::parse(text).unwrap_or_else(|why| {
            self.complain(field, "invalid", &why.to_string());
            Currency::USD
        })
    }

    /// A language we speak.
    pub fn locale(&mut self, field: &str, text: &str) -> Locale {
        Locale::parse(text).unwrap_or_else(|| {
            self.complain(field, "invalid", "Choose en or ko.");
            Locale::default()
        })
    }

    /// Notes a complaint; answers an empty text to stand in for the value.
    pub fn complain(&mut self, field: &str, code: &str, message: &str) -> String {
        self.0.push(FieldError::new(field, code, message));
        String::new()
    }

    /// All good, or all complaints.
    ///
    /// # Errors
    /// 422 naming each field at fault.
    pub fn finish(self) -> Result<(), Problem> {
        if self.0.is_empty() { Ok(()) } else { Err(Problem::invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let mut reading = Reading::default();
        reading.name("name", "  ");
        reading.email("email", "nobody");
        reading.password("password", "short");
        reading.zone("time_zone", "Seoul");
        reading.country("country", "ZZ");
        reading.currency("currency", "won");
        reading.currency("money", "WONS");
        reading.locale("locale", "fr");
        let problem = reading.finish().unwrap_err();
        let fields: Vec<&str> = problem.errors.iter().map(|e| e.field.as_str()).collect();
        assert_eq!(fields, ["name", "email", "password", "time_zone", "country", "money", "locale"]);
    }

    #[test]
    fn what_is_right_is_kept_in_its_one_spelling() {
        let mut reading = Reading::default();
        assert_eq!(reading.email("email", " Kim@Example.COM "), "kim@example.com");
        assert_eq!(reading.country("country", "kr"), "KR");
        assert_eq!(reading.zone("time_zone", "Asia/Seoul"), "Asia/Seoul");
        assert!(reading.finish().is_ok());
    }
}
