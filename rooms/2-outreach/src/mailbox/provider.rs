//! The large providers mail is sent through: what they allow a mailbox, and what SPF must include. Figures of 2026.

/// A provider's limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    /// Its name in answers.
    pub key: &'static str,
    /// Recipients in a day.
    pub a_day: i64,
    /// Mails in a minute.
    pub a_minute: Option<i64>,
    /// Names of which a domain's SPF record has to include one.
    pub includes: &'static [&'static str],
}

const GMAIL: Provider = Provider { key: "gmail", a_day: 500, a_minute: None, includes: &["_spf.google.com"] };
const WORKSPACE: Provider = Provider { key: "google_workspace", a_day: 2000, ..GMAIL };
const MICROSOFT: Provider = Provider {
    key: "microsoft_365",
    a_day: 10_000,
    a_minute: Some(30),
    includes: &["spf.protection.outlook.com"],
};

/// Hosts that send, by the end of their names.
const HOSTS: [(&str, &Provider); 5] = [
    ("smtp.gmail.com", &WORKSPACE),
    ("smtp.googlemail.com", &WORKSPACE),
    ("smtp-relay.gmail.com", &WORKSPACE),
    ("smtp.office365.com", &MICROSOFT),
    ("mail.protection.outlook.com", &MICROSOFT),
];

/// The provider behind a server, for mail of this domain.
#[must_use]
pub fn of(smtp_host: &str, domain: &str) -> Option<&'static Provider> {
    let host = smtp_host.trim_end_matches('.').to_lowercase();
    let fits = |name: &str| host == name || host.ends_with(&format!(".{name}"));
    let found = HOSTS.iter().find(|(name, _)| fits(name)).map(|(_, provider)| *provider)?;
    let personal = matches!(domain.to_lowercase().as_str(), "gmail.com" | "googlemail.com");
    Some(if found == &WORKSPACE && personal { &GMAIL } else { found })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_known_by_its_name() {
        let table = [
            ("smtp.gmail.com", "gmail.com", Some(("gmail", 500))),
            ("SMTP.gmail.com.", "ours.test", Some(("google_workspace", 2000))),
            ("smtp.office365.com", "ours.test", Some(("microsoft_365", 10_000))),
            ("ours-test.mail.protection.outlook.com", "ours.test", Some(("microsoft_365", 10_000))),
            ("notsmtp.gmail.com.evil.test", "ours.test", None),
            ("mail.ours.test", "ours.test", None),
        ];
        for (host, domain, expected) in table {
            assert_eq!(of(host, domain).map(|p| (p.key, p.a_day)), expected, "{host}");
        }
    }
}
