//! Following an SPF record through all it includes, as a receiver would, and counting the questions that takes.

use std::collections::VecDeque;
use std::net::IpAddr;

use mail::auth::spf::{self, Says, Whom};
use outward::{Outside, OutwardError};

/// Questions after which nothing more is followed: far beyond what any receiver asks.
const MOST: usize = 30;

/// What a record lets send.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Walked {
    /// Questions it takes; 10 are allowed.
    pub lookups: usize,
    /// Networks that may send.
    pub networks: Vec<(IpAddr, u8)>,
    /// Names whose records are included, at any depth.
    pub included: Vec<String>,
    /// What it says of everybody else.
    pub end: Option<Says>,
}

impl Walked {
    /// Whether a server at this address may send.
    pub fn lets(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|(network, bits)| spf::covers(*network, *bits, address))
    }
}

/// Why a record is worth nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    Missing,
    Several(usize),
    Broken { at: String, word: String },
    IncludeMissing(String),
}

/// A record still to be read.
struct Next {
    domain: String,
    /// Whether what fits there may send, and its end is the end: the domain's own record, or where that redirects to.
    own: bool,
}

/// Follows the record of a domain.
pub(super) async fn walk(outside: &Outside, domain: &str) -> Result<Result<Walked, Fault>, OutwardError> {
    let mut walked = Walked::default();
    let mut queue = VecDeque::from([Next { domain: domain.to_owned(), own: true }]);
    while let Some(next) = queue.pop_front() {
        let texts = outside.texts(&next.domain).await?;
        let records: Vec<&String> = texts.iter().filter(|text| spf::is_spf(text)).collect();
        let record = match records.as_slice() {
            [record] => spf::parse(record).map_err(|word| Fault::Broken { at: next.domain.clone(), word }),
            [] if next.domain == domain => Err(Fault::Missing),
            [] => Err(Fault::IncludeMissing(next.domain.clone())),
            several => Err(Fault::Several(several.len())),
        };
        let record = match record {
            Ok(record) => record,
            Err(fault) => return Ok(Err(fault)),
        };
        for (says, whom) in &record.terms {
            walked.lookups += usize::from(whom.asks());
            if walked.lookups > MOST {
                return Ok(Ok(walked));
            }
            if *says != Says::Pass {
                continue;
            }
            match whom {
                Whom::Include(name) if !name.contains('%') && !walked.included.contains(name) => {
                    walked.included.push(name.clone());
                    queue.push_back(Next { domain: name.clone(), own: false });
                }
                Whom::Network(network, bits) => walked.networks.push((*network, *bits)),
                Whom::Address(name) => {
                    let name = name.as_deref().unwrap_or(&next.domain);
                    add(&mut walked, outside.addresses(name).await?);
                }
                Whom::MailServers(name) => {
                    for server in outside.mail_servers(name.as_deref().unwrap_or(&next.domain)).await? {
                        add(&mut walked, outside.addresses(&server).await?);
                    }
                }
                Whom::All | Whom::Include(_) | Whom::Pointer | Whom::Exists(_) => {}
            }
        }
        if next.own {
            walked.end = record.end();
        }
        if let (None, Some(to)) = (record.end(), record.redirect) {
            walked.lookups += 1;
            if !to.contains('%') && !walked.included.contains(&to) {
                walked.included.push(to.clone());
                queue.push_back(Next { domain: to, own: next.own });
            }
        }
    }
    Ok(Ok(walked))
}

fn add(walked: &mut Walked, addresses: Vec<IpAddr>) {
    walked.networks.extend(addresses.into_iter().map(|a| (a, if a.is_ipv4() { 32 } else { 128 })));
}
