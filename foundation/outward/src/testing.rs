//! A name server on this machine that knows what a test told it. Cargo feature `testing`; never part of the product.

use hickory_resolver::proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_resolver::proto::rr::rdata::{A, MX, PTR, TXT};
use hickory_resolver::proto::rr::{Name, RData, Record, RecordType};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// What the server knows: records by name, without the last dot.
#[derive(Debug, Clone, Default)]
pub struct Zone(BTreeMap<String, Vec<RData>>);

impl Zone {
    /// A name with an address.
    #[must_use]
    pub fn address(mut self, name: &str, address: Ipv4Addr) -> Self {
        self.0.entry(name.to_owned()).or_default().push(RData::A(A(address)));
        self
    }

    /// A domain with a mail server.
    ///
    /// # Panics
    /// When that is no name.
    #[must_use]
    pub fn mail(mut self, name: &str, server: &str) -> Self {
        let server = Name::from_str(&format!("{server}.")).expect("a name");
        self.0.entry(name.to_owned()).or_default().push(RData::MX(MX::new(10, server)));
        self
    }

    /// An address with a name.
    ///
    /// # Panics
    /// When that is no name.
    #[must_use]
    pub fn pointer(mut self, address: IpAddr, name: &str) -> Self {
        let at = Name::from(address).to_ascii().trim_end_matches('.').to_lowercase();
        let name = Name::from_str(&format!("{name}.")).expect("a name");
        self.0.entry(at).or_default().push(RData::PTR(PTR(name)));
        self
    }

    /// A domain with a text.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> Self {
        // A string of a record holds 255 characters.
        let strings = text.as_bytes().chunks(255).map(|part| String::from_utf8_lossy(part).into_owned());
        let text = RData::TXT(TXT::new(strings.collect()));
        self.0.entry(name.to_owned()).or_default().push(text);
        self
    }
}

/// The server; it ends with this value.
#[derive(Debug)]
pub struct NameServer {
    /// Where it listens.
    pub at: SocketAddr,
    answering: JoinHandle<()>,
}

impl NameServer {
    /// Starts one.
    ///
    /// # Panics
    /// When no port can be had: the test cannot go on.
    pub async fn start(zone: Zone) -> Self {
        let socket = UdpSocket::bind((IpAddr::from([127, 0, 0, 1]), 0)).await.expect("a port");
        let at = socket.local_addr().expect("its address");
        let zone = Arc::new(zone);
        let answering = tokio::spawn(async move {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                if let Some(answer) = answer(&zone, &buffer[..length]) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Self { at, answering }
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

fn answer(zone: &Zone, bytes: &[u8]) -> Option<Vec<u8>> {
    let question = Message::from_vec(bytes).ok()?;
    let query = question.queries.first()?.clone();
    let name = query.name().to_ascii().trim_end_matches('.').to_lowercase();
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.metadata.recursion_desired = true;
    answer.metadata.recursion_available = true;
    answer.add_query(query.clone());
    match zone.0.get(&name) {
        None => answer.metadata.response_code = ResponseCode::NXDomain,
        Some(records) => {
            for data in records.iter().filter(|data| kind(data) == query.query_type()) {
                answer.add_answer(Record::from_rdata(query.name().clone(), 60, data.clone()));
            }
        }
    }
    answer.to_vec().ok()
}

fn kind(data: &RData) -> RecordType {
    data.record_type()
}
