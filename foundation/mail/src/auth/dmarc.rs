//! DMARC records, and where they are looked for: the tree walk of RFC 9989.

use super::tags;

/// Names asked at most on the way up (RFC 9989 4.10).
const STEPS: usize = 8;

/// A record as a domain publishes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dmarc {
    /// `none`, `quarantine` or `reject`.
    pub policy: String,
    /// The same for names below the domain.
    pub below: Option<String>,
    /// `y`, `n` or `u`: whether names below belong to others.
    pub psd: String,
    /// Whether a signature's domain must be exactly the author's.
    pub strict_dkim: bool,
    /// Whether the return path's domain must be exactly the author's.
    pub strict_spf: bool,
    /// Whether somebody gets reports.
    pub reports: bool,
    /// Tags of RFC 7489 that receivers no longer look at.
    pub outdated: Vec<&'static str>,
}

/// Whether a text is meant as a DMARC record.
#[must_use]
pub fn is_dmarc(text: &str) -> bool {
    let head = text.trim_start().split(';').next().unwrap_or_default();
    head.split_whitespace().collect::<String>().eq_ignore_ascii_case("v=DMARC1")
}

/// Reads a record. A policy that is not known counts as `none` when reports are asked for (RFC 9989 4.7).
///
/// # Errors
/// What is wrong with it.
pub fn parse(text: &str) -> Result<Dmarc, &'static str> {
    let tags = tags::read(text).ok_or("it is no list of tags, or names one twice")?;
    if tags.first().is_none_or(|(name, value)| name != "v" || value != "DMARC1") {
        return Err("it does not begin with v=DMARC1");
    }
    let known = |value: &str| matches!(value, "none" | "quarantine" | "reject");
    let policy = |name| tags::of(&tags, name).map(str::to_ascii_lowercase);
    let reports = tags::of(&tags, "rua").is_some_and(|rua| rua.to_ascii_lowercase().contains("mailto:"));
    let policy_said = match policy("p") {
        Some(p) if known(&p) => p,
        _ if reports => "none".to_owned(),
        Some(_) => return Err("p= is neither none nor quarantine nor reject"),
        None => return Err("p= is missing"),
    };
    let strict = |name| tags::of(&tags, name).is_some_and(|v| v.eq_ignore_ascii_case("s"));
    Ok(Dmarc {
        policy: policy_said,
        below: policy("sp").filter(|p| known(p)),
        psd: policy("psd").unwrap_or_else(|| "u".to_owned()),
        strict_dkim: strict("adkim"),
        strict_spf: strict("aspf"),
        reports,
        outdated: ["pct", "rf", "ri"].into_iter().filter(|name| tags::of(&tags, name).is_some()).collect(),
    })
}

/// Names that are asked for a domain's policy, the nearest first: the domain, then up by a label each, from the
/// seventh label on when there are more than eight.
#[must_use]
pub fn walk(domain: &str) -> Vec<String> {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    let labels: Vec<&str> = domain.split('.').filter(|label| !label.is_empty()).collect();
    let mut names = vec![labels.join(".")];
    let next = if labels.len() > STEPS { labels.len() - (STEPS - 1) } else { 1 };
    names.extend((next..labels.len()).map(|from| labels[from..].join(".")));
    names
}

/// The organisational domain among the names of a [`walk`], given each one's record where it has one: the name with
/// `psd=n`, else the one below a name with `psd=y`, else the shortest that has a record; without any, the domain itself.
#[must_use]
pub fn organisation(walked: &[(String, Option<Dmarc>)]) -> Option<&str> {
    for (at, (name, record)) in walked.iter().enumerate() {
        match record.as_ref().map(|r| r.psd.as_str()) {
            Some("n") => return Some(name),
            Some("y") => return Some(if at == 0 { name } else { &walked[at - 1].0 }),
            _ => {}
        }
    }
    let shortest = walked.iter().rev().find(|(_, record)| record.is_some());
    shortest.or(walked.first()).map(|(name, _)| name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_walk_goes_up_by_a_label_each() {
        let table = [
            ("sales.example.com", vec!["sales.example.com", "example.com", "com"]),
            ("Example.com.", vec!["example.com", "com"]),
            (
                "a.b.c.d.e.f.g.h.i.com",
                vec![
                    "a.b.c.d.e.f.g.h.i.com",
                    "d.e.f.g.h.i.com",
                    "e.f.g.h.i.com",
                    "f.g.h.i.com",
                    "g.h.i.com",
                    "h.i.com",
                    "i.com",
                    "com",
                ],
            ),
        ];
        for (domain, names) in table {
            assert_eq!(walk(domain), names, "{domain}");
        }
    }

    #[test]
    fn the_organisation_is_found_on_the_way() {
        let record = |psd: &str| parse(&format!("v=DMARC1; p=none; psd={psd}")).ok();
        let names = |records: [Option<Dmarc>; 3]| -> Vec<(String, Option<Dmarc>)> {
            walk("mail.example.com").into_iter().zip(records).collect()
        };
        let table = [
            (names([None, record("u"), None]), "example.com"),
            (names([record("u"), record("u"), None]), "example.com"),
            (names([record("n"), record("u"), None]), "mail.example.com"),
            (names([None, None, record("y")]), "example.com"),
            (names([None, None, None]), "mail.example.com"),
        ];
        for (walked, expected) in table {
            assert_eq!(organisation(&walked), Some(expected), "{walked:?}");
        }
    }

    #[test]
    fn records_are_read_as_receivers_read_them() {
        let table = [
            ("v=DMARC1; p=reject; rua=mailto:a@b.test", Ok("reject")),
            ("v=DMARC1;p=none", Ok("none")),
            ("v=DMARC1; rua=mailto:a@b.test", Ok("none")),
            ("v=DMARC1; p=maybe; rua=mailto:a@b.test", Ok("none")),
            ("v=DMARC1; p=maybe", Err("p= is neither none nor quarantine nor reject")),
            ("v=DMARC1", Err("p= is missing")),
            ("p=none; v=DMARC1", Err("it does not begin with v=DMARC1")),
            ("v=DMARC1; p=none; p=none", Err("it is no list of tags, or names one twice")),
        ];
        for (text, expected) in table {
            assert_eq!(parse(text).map(|r| r.policy).as_deref().map_err(|e| *e), expected, "{text}");
        }
        let old = parse("v=DMARC1; p=none; pct=50; adkim=s").expect("a record");
        assert_eq!((old.outdated, old.strict_dkim, old.strict_spf), (vec!["pct"], true, false));
        assert!(is_dmarc("v = DMARC1 ; p=none") && !is_dmarc("v=spf1 -all"));
    }
}
