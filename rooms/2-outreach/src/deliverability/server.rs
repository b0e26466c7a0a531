//! The servers of a domain: where answers go, what the sending one is called, whether the way to it is protected; and
//! where refusing by one click leads.

use std::collections::BTreeSet;

use mail::probe::{offers_starttls, probe_smtp};
use mail::{Security, SmtpSettings};
use outward::{Outside, OutwardError, is_public};

use super::{Check, Finding, Light};
use crate::mailbox::is_near;

/// Where answers go.
pub(super) async fn mx(outside: &Outside, domain: &str) -> Finding {
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Mx, state, code, values);
    match outside.mail_servers(domain).await {
        Err(why) => find(Light::Amber, "mx_unknown", &[("why", &why.to_string())]),
        Ok(servers) if servers.is_empty() => find(Light::Red, "mx_missing", &[]),
        Ok(servers) => find(Light::Green, "mx_fine", &[("servers", &servers.join(", "))]),
    }
}

/// What the sending server is called in reverse, and whether that name leads back.
pub(super) async fn ptr(outside: &Outside, host: &str) -> Finding {
    let unknown = |why: &OutwardError| {
        Finding::new(Check::Ptr, Light::Amber, "ptr_unknown", &[("host", host), ("why", &why.to_string())])
    };
    reverse(outside, host).await.unwrap_or_else(|why| unknown(&why))
}

async fn reverse(outside: &Outside, host: &str) -> Result<Finding, OutwardError> {
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Ptr, state, code, values);
    let addresses = outside.addresses(host).await?;
    if is_near(host) || (!addresses.is_empty() && !addresses.iter().any(|a| is_public(*a))) {
        return Ok(find(Light::Green, "ptr_near", &[("host", host)]));
    }
    let Some(address) = addresses.first() else {
        return Ok(find(Light::Amber, "ptr_nowhere", &[("host", host)]));
    };
    let said = address.to_string();
    let names = outside.names_of(*address).await?;
    let Some(name) = names.first() else {
        return Ok(find(Light::Amber, "ptr_missing", &[("host", host), ("address", &said)]));
    };
    for name in &names {
        if outside.addresses(name).await?.contains(address) {
            return Ok(find(Light::Green, "ptr_fine", &[("host", host), ("name", name)]));
        }
    }
    let values = [("host", host), ("address", said.as_str()), ("name", name)];
    Ok(find(Light::Amber, "ptr_mismatch", &values))
}

/// Whether the way to a server is protected. Signs in to nothing.
pub(super) async fn tls(settings: &SmtpSettings) -> Finding {
    let host = settings.host.as_str();
    let find = |state, code: &str, values: &[(&str, &str)]| Finding::new(Check::Tls, state, code, values);
    let failed = |why: &str| find(Light::Red, "tls_failed", &[("host", host), ("why", why)]);
    if settings.security == Security::Plain {
        if is_near(host) {
            return find(Light::Green, "tls_near", &[("host", host)]);
        }
        return match offers_starttls(settings).await {
            Ok(true) => find(Light::Red, "tls_off", &[("host", host)]),
            Ok(false) => find(Light::Red, "tls_not_offered", &[("host", host)]),
            Err(why) => failed(&why.to_string()),
        };
    }
    let anonymous = SmtpSettings { login: None, ..settings.clone() };
    match probe_smtp(&anonymous).await.into_iter().find(|step| !step.ok) {
        None => find(Light::Green, "tls_fine", &[("host", host)]),
        Some(step) => failed(&step.words),
    }
}

/// Where one-click unsubscribe leads (RFC 8058 wants https).
pub(super) fn unsubscribe(base_url: &str) -> Finding {
    let state = if base_url.starts_with("https://") { Light::Green } else { Light::Amber };
    let code = if state == Light::Green { "unsubscribe_fine" } else { "unsubscribe_plain" };
    Finding::new(Check::Unsubscribe, state, code, &[("url", base_url)])
}

/// Whether links of mails lead over a host of the sender's own domain.
pub(super) fn links(domain: &str, base: &str) -> Finding {
    let host = kernel::domain::host_of(base).unwrap_or_else(|| base.to_owned());
    let own = kernel::domain::registrable_domain(&host);
    let same = own.is_some() && own == kernel::domain::registrable_domain(domain);
    let (state, code) = if same { (Light::Green, "links_own") } else { (Light::Amber, "links_foreign") };
    Finding::new(Check::Links, state, code, &[("host", &host), ("domain", domain)])
}

/// Servers that differ, by name and port.
pub(super) fn distinct(settings: Vec<SmtpSettings>) -> Vec<SmtpSettings> {
    let mut seen = BTreeSet::new();
    settings.into_iter().filter(|s| seen.insert((s.host.clone(), s.port))).collect()
}
