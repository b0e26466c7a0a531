//! Names and what they stand for. The HTTP client asks here too, so that what was checked is what is connected to.

use crate::{OutwardError, Policy, is_public};
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// Seconds a name server has for one try.
const SECONDS: u64 = 3;

/// A resolver that answers only addresses that may be asked.
#[derive(Clone)]
pub(crate) struct Guarded {
    resolver: Arc<TokioResolver>,
    private: bool,
}

/// A name that stands for an address that may not be asked.
#[derive(Debug, thiserror::Error)]
#[error("{0} may not be asked")]
pub(crate) struct Refused(pub IpAddr);

/// A name that stands for nothing.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NotFound(pub String);

impl Guarded {
    pub(crate) fn new(policy: Policy) -> Result<Self, OutwardError> {
        let failed = |why: NetError| OutwardError::Setup(why.to_string());
        let mut builder = match policy.name_server {
            None => TokioResolver::builder_tokio().map_err(failed)?,
            Some(at) => Resolver::builder_with_config(only(at), TokioRuntimeProvider::default()),
        };
        builder.options_mut().timeout = Duration::from_secs(SECONDS);
        builder.options_mut().attempts = 2;
        let resolver = builder.build().map_err(failed)?;
        Ok(Self { resolver: Arc::new(resolver), private: policy.private })
    }

    pub(crate) fn private(&self) -> bool {
        self.private
    }

    /// Refuses an address that may not be asked.
    pub(crate) fn check(&self, address: IpAddr) -> Result<(), Refused> {
        if self.private || is_public(address) { Ok(()) } else { Err(Refused(address)) }
    }

    pub(crate) async fn mail_servers(&self, domain: &str) -> Result<Vec<String>, OutwardError> {
        let mut servers: Vec<(u16, String)> = Vec::new();
        for data in self.records(domain, RecordType::MX).await? {
            if let RData::MX(mx) = data {
                let name = mx.exchange.to_ascii().trim_end_matches('.').to_lowercase();
                servers.push((mx.preference, name));
            }
        }
        servers.sort();
        // A lone dot says that the domain takes no mail (RFC 7505).
        Ok(servers.into_iter().map(|(_, name)| name).filter(|name| !name.is_empty()).collect())
    }

    pub(crate) async fn texts(&self, domain: &str) -> Result<Vec<String>, OutwardError> {
        let text = |data: RData| match data {
            RData::TXT(txt) => Some(txt.txt_data.iter().map(|p| String::from_utf8_lossy(p)).collect()),
            _ => None,
        };
        Ok(self.records(domain, RecordType::TXT).await?.into_iter().filter_map(text).collect())
    }

    pub(crate) async fn stands_for(&self, host: &str) -> Result<Vec<IpAddr>, OutwardError> {
        let mut addresses = Vec::new();
        for kind in [RecordType::A, RecordType::AAAA] {
            for data in self.records(host, kind).await? {
                match data {
                    RData::A(a) => addresses.push(IpAddr::V4(a.0)),
                    RData::AAAA(a) => addresses.push(IpAddr::V6(a.0)),
                    _ => {}
                }
            }
        }
        Ok(addresses)
    }

    pub(crate) async fn names_of(&self, address: IpAddr) -> Result<Vec<String>, OutwardError> {
        let name = hickory_resolver::proto::rr::Name::from(address).to_ascii();
        let plain = |data: RData| match data {
            RData::PTR(name) => Some(name.0.to_ascii().trim_end_matches('.').to_lowercase()),
            _ => None,
        };
        Ok(self.records(&name, RecordType::PTR).await?.into_iter().filter_map(plain).collect())
    }

    /// The records of a kind; none when the name is known to have none.
    async fn records(&self, domain: &str, kind: RecordType) -> Result<Vec<RData>, OutwardError> {
        let name = format!("{}.", domain.trim_end_matches('.'));
        match self.resolver.lookup(name.as_str(), kind).await {
            Ok(found) => Ok(found.answers().iter().map(|record| record.data.clone()).collect()),
            Err(why) if why.is_no_records_found() => Ok(Vec::new()),
            Err(why) => Err(OutwardError::Name { host: domain.to_owned(), why: why.to_string() }),
        }
    }

    async fn addresses(
        &self,
        host: &str,
    ) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let found = self.resolver.lookup_ip(host).await.map_err(|why| NotFound(plain(&why)))?;
        let addresses: Vec<IpAddr> = found.iter().collect();
        for address in &addresses {
            self.check(*address)?;
        }
        Ok(addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect())
    }
}

fn only(at: SocketAddr) -> ResolverConfig {
    let on_port = |mut connection: ConnectionConfig| {
        connection.port = at.port();
        connection
    };
    let connections = vec![on_port(ConnectionConfig::udp()), on_port(ConnectionConfig::tcp())];
    ResolverConfig::from_name_servers(vec![NameServerConfig::new(at.ip(), true, connections)])
}

fn plain(why: &NetError) -> String {
    if why.is_nx_domain() {
        "there is no such name".to_owned()
    } else if why.is_no_records_found() {
        "it has no address".to_owned()
    } else {
        why.to_string()
    }
}

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let this = self.clone();
        Box::pin(async move {
            let addresses = this.addresses(name.as_str()).await?;
            let addresses: Addrs = Box::new(addresses.into_iter());
            Ok(addresses)
        })
    }
}
