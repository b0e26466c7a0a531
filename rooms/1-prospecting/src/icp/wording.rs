//! Reasons in plain English; the screen words them itself, in its own language.

use super::criteria::Test;
use super::rules::Reason;

impl Reason {
    /// Plain English, such as `employees 240 within 50-500 (+10)`: for logs, exports and mails.
    #[must_use]
    pub fn text(&self) -> String {
        let field = self.field.strip_prefix("custom.").unwrap_or(&self.field);
        let Some(value) = &self.value else { return format!("{field} unknown ({:+})", self.points) };
        let said = format!("{field} {value} {}", self.relation());
        if self.exclusion { format!("{said}: excluded") } else { format!("{said} ({:+})", self.points) }
    }

    fn relation(&self) -> String {
        let full = self.matched >= 1.0;
        match &self.expected {
            Test::Range { from, to, .. } => {
                let range = match (from, to) {
                    (Some(from), Some(to)) => format!("{from}-{to}"),
                    (Some(from), None) => format!("{from} and more"),
                    (None, Some(to)) => format!("up to {to}"),
                    (None, None) => String::new(),
                };
                let word = if full { "within" } else { "outside" };
                format!("{word} {range}")
            }
            Test::Choice { accepts, .. } if full => format!("is among {}", accepts.join(", ")),
            Test::Choice { accepts, .. } if self.matched > 0.0 => {
                format!("is close to {}", accepts.join(", "))
            }
            Test::Choice { accepts, .. } => format!("is not among {}", accepts.join(", ")),
            Test::Contains { keywords, .. } if full => format!("speaks of {}", keywords.join(", ")),
            Test::Contains { keywords, .. } if self.matched > 0.0 => {
                format!("speaks of some of {}", keywords.join(", "))
            }
            Test::Contains { keywords, .. } => format!("does not speak of {}", keywords.join(", ")),
        }
    }
}
