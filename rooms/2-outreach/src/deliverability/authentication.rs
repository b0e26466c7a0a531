//! SPF, DKIM, DMARC and alignment of a domain: what DNS says, and what follows.

use std::net::IpAddr;

use futures::future::join_all;
use mail::auth::dkim::{self, Published};
use mail::auth::dmarc::{self, Dmarc};
use mail::auth::spf::{LOOKUPS, Says};
use outward::{Outside, OutwardError};

use super::dkim_key::StoredKey;
use super::spf_walk::{Fault, Walked, walk};
use super::{Check, Finding, Light};
use crate::mailbox::provider::Provider;

/// Names under which providers publish their keys, tried when no key was made here.
const SELECTORS: [&str; 16] = [
    "google",
    "selector1",
    "selector2",
    "default",
    "dkim",
    "mail",
    "smtp",
    "k1",
    "k2",
    "s1",
    "s2",
    "fm1",
    "protonmail",
    "zoho",
    "mx",
    "20230601",
];
/// Bits of an RSA key below which receivers refuse it, and below which it should be replaced.
const SHORT: usize = 1024;
const ADVISED: usize = 2048;

/// The server a domain's mails leave through, as far as SPF is concerned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sender<'a> {
    pub host: &'a str,
    pub provider: Option<&'static Provider>,
}

/// What SPF says.
pub(super) async fn spf(outside: &Outside, domain: &str, senders: &[Sender<'_>]) -> Finding {
    let walked = walk(outside, domain).await;
    let mut addresses = Vec::new();
    for sender in senders.iter().filter(|sender| sender.provider.is_none()) {
        match outside.addresses(sender.host).await {
            Ok(found) => addresses.push((sender.host, found)),
            // A server that is not found is told of by the check of its protection.
            Err(_) => addresses.push((sender.host, Vec::new())),
        }
    }
    spf_finding(domain, walked, senders, &addresses)
}

fn spf_finding(
    domain: &str,
    walked: Result<Result<Walked, Fault>, OutwardError>,
    senders: &[Sender<'_>],
    addresses: &[(&str, Vec<IpAddr>)],
) -> Finding {
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Spf, state, code, values);
    let walked = match walked {
        Err(why) => return find(Light::Amber, "spf_unknown", &[("why", &why.to_string())]),
        Ok(Err(Fault::Missing)) => {
            let parts: Vec<String> = senders.iter().map(suggestion).collect();
            let mut words = vec!["v=spf1".to_owned()];
            words.extend(if parts.is_empty() { vec!["mx".to_owned()] } else { parts });
            words.push("~all".to_owned());
            words.dedup();
            let values = [("domain", domain), ("suggestion", &words.join(" "))];
            return find(Light::Red, "spf_missing", &values);
        }
        Ok(Err(Fault::Several(count))) => {
            return find(Light::Red, "spf_several", &[("count", &count.to_string())]);
        }
        Ok(Err(Fault::Broken { at, word })) => {
            return find(Light::Red, "spf_broken", &[("at", &at), ("word", &word)]);
        }
        Ok(Err(Fault::IncludeMissing(at))) => {
            return find(Light::Red, "spf_include_missing", &[("at", &at)]);
        }
        Ok(Ok(walked)) => walked,
    };
    let lookups = walked.lookups.to_string();
    if walked.lookups > LOOKUPS {
        return find(Light::Red, "spf_lookups", &[("lookups", &lookups)]);
    }
    if walked.end == Some(Says::Pass) {
        return find(Light::Red, "spf_anyone", &[]);
    }
    for sender in senders {
        let named = match sender.provider {
            Some(provider) => provider.includes.iter().any(|name| walked.included.iter().any(|i| i == name)),
            None => addresses.iter().any(|(host, found)| {
                *host == sender.host && (found.is_empty() || found.iter().any(|a| walked.lets(*a)))
            }),
        };
        if !named {
            // A server may send from other addresses than it listens at; a large provider's record is known.
            let state = if sender.provider.is_some() { Light::Red } else { Light::Amber };
            let values = [("host", sender.host), ("suggestion", &suggestion(sender))];
            return find(state, "spf_not_named", &values);
        }
    }
    // A server that is not found may be named or not.
    let known = senders.iter().all(|sender| {
        sender.provider.is_some()
            || addresses.iter().any(|(host, found)| *host == sender.host && !found.is_empty())
    });
    match walked.end {
        None | Some(Says::Neutral) => find(Light::Amber, "spf_open", &[]),
        _ if senders.is_empty() || !known => find(Light::Green, "spf_readable", &[("lookups", &lookups)]),
        _ => find(Light::Green, "spf_fine", &[("lookups", &lookups)]),
    }
}

/// What names a server in a record.
fn suggestion(sender: &Sender<'_>) -> String {
    match sender.provider.and_then(|provider| provider.includes.first()) {
        Some(name) => format!("include:{name}"),
        None => format!("a:{}", sender.host),
    }
}

/// What is published of the domain's key, or of its provider's.
pub(super) async fn dkim(outside: &Outside, domain: &str, own: Option<&StoredKey>, usable: bool) -> Finding {
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Dkim, state, code, values);
    if !usable {
        return find(Light::Red, "dkim_unusable", &[]);
    }
    let selectors: Vec<&str> = own.map_or_else(|| SELECTORS.to_vec(), |own| vec![&own.selector]);
    let names: Vec<String> = selectors.iter().map(|selector| dkim::record_name(selector, domain)).collect();
    let answers = join_all(names.iter().map(|name| outside.texts(name))).await;
    let mut failed = None;
    let mut found: Vec<(&str, Published)> = Vec::new();
    for (name, answer) in names.iter().zip(answers) {
        match answer {
            Ok(texts) => {
                found.extend(texts.iter().filter_map(|t| dkim::published(t)).map(|p| (name.as_str(), p)))
            }
            Err(why) => failed = Some(why.to_string()),
        }
    }
    match (found.is_empty(), failed) {
        (true, Some(why)) => find(Light::Amber, "dkim_unknown", &[("why", &why)]),
        _ => dkim_finding(own.map(|own| (names[0].as_str(), own.public_key.as_str())), &found),
    }
}

/// `own` is where the domain's key belongs, and its public half.
fn dkim_finding(own: Option<(&str, &str)>, found: &[(&str, Published)]) -> Finding {
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Dkim, state, code, values);
    let key = found.iter().find(|(_, published)| matches!(published, Published::Key { .. }));
    let Some((name, published)) = key.or(found.first()) else {
        return match own {
            Some((name, _)) => find(Light::Red, "dkim_unpublished", &[("name", name)]),
            None => find(Light::Red, "dkim_missing", &[]),
        };
    };
    match published {
        Published::Key { public, .. } if own.is_some_and(|(_, own)| own != public) => {
            find(Light::Red, "dkim_other", &[("name", name)])
        }
        Published::Key { bits, kind, .. } => {
            let bits_said = bits.to_string();
            let values = [("name", *name), ("bits", bits_said.as_str())];
            match *bits {
                bits if kind == "rsa" && bits < SHORT => find(Light::Red, "dkim_short", &values),
                bits if kind == "rsa" && bits < ADVISED => find(Light::Amber, "dkim_short", &values),
                _ if own.is_some() => find(Light::Green, "dkim_fine", &values),
                _ => find(Light::Green, "dkim_provider", &values),
            }
        }
        // A provider's key that was taken back says nothing: there may be others under names we do not know.
        Published::Revoked if own.is_none() => find(Light::Red, "dkim_missing", &[]),
        Published::Revoked => find(Light::Red, "dkim_revoked", &[("name", name)]),
        Published::Broken(why) => find(Light::Red, "dkim_broken", &[("name", name), ("why", why)]),
    }
}

/// What the walk up from a domain found: each name with its record, or what stood in the way.
pub(super) struct Policies(Result<Vec<Asked>, OutwardError>);

/// A name on the way up, with what is published there.
type Asked = (String, Result<Option<Dmarc>, Fault>);

/// Asks for the policy on the way up from the domain.
pub(super) async fn policies(outside: &Outside, domain: &str) -> Policies {
    let names = dmarc::walk(domain);
    let asked: Vec<String> = names.iter().map(|name| format!("_dmarc.{name}")).collect();
    let answers = join_all(asked.iter().map(|name| outside.texts(name))).await;
    let mut all = Vec::new();
    for (name, answer) in names.into_iter().zip(answers) {
        let texts = match answer {
            Ok(texts) => texts,
            Err(why) => return Policies(Err(why)),
        };
        let records: Vec<&String> = texts.iter().filter(|text| dmarc::is_dmarc(text)).collect();
        let record = match records.as_slice() {
            [] => Ok(None),
            [record] => dmarc::parse(record).map(Some).map_err(|why| broken(&name, why)),
            several => Err(Fault::Several(several.len())),
        };
        all.push((name, record));
    }
    Policies(Ok(all))
}

fn broken(name: &str, why: &str) -> Fault {
    Fault::Broken { at: format!("_dmarc.{name}"), word: why.to_owned() }
}

impl Policies {
    /// The records that can be read, by name.
    fn readable(&self) -> Vec<(String, Option<Dmarc>)> {
        let all = self.0.as_ref().map(Vec::as_slice).unwrap_or_default();
        all.iter().map(|(name, record)| (name.clone(), record.clone().ok().flatten())).collect()
    }

    /// The domain whose policy holds for all names below it.
    fn organisation(&self, domain: &str) -> String {
        let all = self.readable();
        dmarc::organisation(&all).unwrap_or(domain).to_owned()
    }

    /// What DMARC says of the domain.
    pub fn finding(&self, domain: &str) -> Finding {
        let find =
            |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Dmarc, state, code, values);
        let all = match &self.0 {
            Ok(all) => all,
            Err(why) => return find(Light::Amber, "dmarc_unknown", &[("why", &why.to_string())]),
        };
        if let Some((name, Err(fault))) = all.iter().find(|(_, record)| !matches!(record, Ok(None))) {
            let at = format!("_dmarc.{name}");
            return match fault {
                Fault::Several(n) => {
                    find(Light::Red, "dmarc_several", &[("count", &n.to_string()), ("at", &at)])
                }
                Fault::Broken { word, .. } => {
                    find(Light::Red, "dmarc_broken", &[("at", &at), ("why", word), ("domain", domain)])
                }
                Fault::Missing | Fault::IncludeMissing(_) => {
                    find(Light::Red, "dmarc_missing", &[("domain", domain)])
                }
            };
        }
        let readable = self.readable();
        let organisation = self.organisation(domain);
        let own = readable.first().filter(|(_, record)| record.is_some());
        let Some((name, Some(record))) = own.or(readable.iter().find(|(name, _)| *name == organisation))
        else {
            return find(Light::Red, "dmarc_missing", &[("domain", domain)]);
        };
        let below = record.below.as_ref().filter(|_| name != domain);
        let (policy, at) = (below.unwrap_or(&record.policy), format!("_dmarc.{name}"));
        let values = [("policy", policy.as_str()), ("at", &at)];
        if !record.outdated.is_empty() {
            let tags = record.outdated.join(", ");
            return find(Light::Amber, "dmarc_outdated", &[values[0], values[1], ("tags", &tags)]);
        }
        match policy.as_str() {
            "none" => find(Light::Amber, "dmarc_none", &values),
            _ => find(Light::Green, "dmarc_fine", &values),
        }
    }

    /// Whether what is believed of a mail is of its author's domain. Keys are looked for at the domain itself and
    /// mails return to it, so that both are aligned, strictly too, as soon as they are believed.
    pub fn alignment(&self, domain: &str, spf: &Finding, dkim: &Finding) -> Finding {
        let organisation = self.organisation(domain);
        let fine = |finding: &Finding| finding.state != Light::Red && !finding.code.ends_with("_unknown");
        let (state, code, kind) = match (fine(spf), fine(dkim)) {
            (true, true) => (Light::Green, "alignment_fine", ""),
            (true, false) => (Light::Amber, "alignment_one", "SPF"),
            (false, true) => (Light::Amber, "alignment_one", "DKIM"),
            (false, false) => (Light::Red, "alignment_none", ""),
        };
        Finding::new(Check::Alignment, state, code, &[("organisation", &organisation), ("kind", kind)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mailbox::provider;

    #[test]
    fn spf_names_who_sends_or_says_what_to_add() {
        let google = Sender { host: "smtp.gmail.com", provider: provider::of("smtp.gmail.com", "a.test") };
        let ours = Sender { host: "mail.a.test", provider: None };
        let at: IpAddr = "192.0.2.7".parse().expect("an address");
        let record = |lookups, included: &[&str], end| Walked {
            lookups,
            networks: vec![(at, 32)],
            included: included.iter().map(|s| (*s).to_owned()).collect(),
            end,
        };
        let soft = Some(Says::Soft);
        let table = [
            (record(2, &["_spf.google.com"], soft), google, "spf_fine", Light::Green),
            (record(2, &[], soft), google, "spf_not_named", Light::Red),
            (record(2, &[], soft), ours, "spf_fine", Light::Green),
            (record(11, &[], soft), ours, "spf_lookups", Light::Red),
            (record(10, &[], soft), ours, "spf_fine", Light::Green),
            (record(1, &[], Some(Says::Pass)), ours, "spf_anyone", Light::Red),
            (record(1, &[], None), ours, "spf_open", Light::Amber),
        ];
        for (walked, sender, code, state) in table {
            let addresses = [("mail.a.test", vec![at])];
            let found = spf_finding("a.test", Ok(Ok(walked)), &[sender], &addresses);
            assert_eq!((found.code.as_str(), found.state), (code, state));
        }
        let lost = [("mail.a.test", Vec::new())];
        let found = spf_finding("a.test", Ok(Ok(record(0, &[], soft))), &[ours], &lost);
        assert_eq!(found.code, "spf_readable", "nobody knows where the server is");
        let elsewhere = [("mail.a.test", vec!["198.51.100.1".parse().expect("an address")])];
        let found = spf_finding("a.test", Ok(Ok(record(0, &[], soft))), &[ours], &elsewhere);
        assert_eq!((found.code.as_str(), found.state), ("spf_not_named", Light::Amber));
        let missing = spf_finding("a.test", Ok(Err(Fault::Missing)), &[google, ours], &[]);
        let fix = missing.fix.expect("a cure").en;
        assert!(fix.ends_with("v=spf1 include:_spf.google.com a:mail.a.test ~all"), "{fix}");
    }

    #[test]
    fn a_key_counts_when_it_is_the_one_that_signs() {
        let key = |public: &str, bits, kind: &str| Published::Key {
            public: public.into(),
            bits,
            kind: kind.into(),
        };
        let own = Some(("s._domainkey.a.test", "OURS"));
        let table = [
            (own, vec![key("OURS", 2048, "rsa")], "dkim_fine", Light::Green),
            (own, vec![key("THEIRS", 2048, "rsa")], "dkim_other", Light::Red),
            (own, vec![], "dkim_unpublished", Light::Red),
            (own, vec![Published::Revoked], "dkim_revoked", Light::Red),
            (own, vec![Published::Broken("p= holds no key")], "dkim_broken", Light::Red),
            (None, vec![key("THEIRS", 2048, "rsa")], "dkim_provider", Light::Green),
            (None, vec![Published::Revoked, key("X", 1024, "rsa")], "dkim_short", Light::Amber),
            (None, vec![key("X", 768, "rsa")], "dkim_short", Light::Red),
            (None, vec![key("X", 256, "ed25519")], "dkim_provider", Light::Green),
            (None, vec![Published::Revoked], "dkim_missing", Light::Red),
            (None, vec![], "dkim_missing", Light::Red),
        ];
        for (own, found, code, state) in table {
            let found: Vec<(&str, Published)> =
                found.into_iter().map(|published| ("s._domainkey.a.test", published)).collect();
            let finding = dkim_finding(own, &found);
            assert_eq!((finding.code.as_str(), finding.state), (code, state), "{found:?}");
        }
    }

    #[test]
    fn the_nearest_policy_holds_and_a_broken_one_is_told() {
        let policies = |records: &[(&str, &str)]| {
            Policies(Ok(dmarc::walk("mail.a.test")
                .into_iter()
                .map(|name| {
                    let text = records.iter().find(|(at, _)| *at == name).map(|(_, text)| *text);
                    let record = text.map(dmarc::parse).transpose().map_err(|why| broken(&name, why));
                    (name, record)
                })
                .collect()))
        };
        let table = [
            (
                vec![("mail.a.test", "v=DMARC1; p=reject"), ("a.test", "v=DMARC1; p=none")],
                "dmarc_fine",
                Light::Green,
            ),
            (vec![("a.test", "v=DMARC1; p=reject; sp=none")], "dmarc_none", Light::Amber),
            (vec![("a.test", "v=DMARC1; p=quarantine")], "dmarc_fine", Light::Green),
            (vec![("a.test", "v=DMARC1; p=reject; pct=100")], "dmarc_outdated", Light::Amber),
            (vec![("a.test", "v=DMARC1; p=whatever")], "dmarc_broken", Light::Red),
            (vec![], "dmarc_missing", Light::Red),
        ];
        for (records, code, state) in table {
            let finding = policies(&records).finding("mail.a.test");
            assert_eq!((finding.code.as_str(), finding.state), (code, state), "{records:?}");
        }
    }
}
