//! One question by HTTP, redirects followed by hand so that each is checked.

use crate::names::{NotFound, Refused};
use crate::{Outside, OutwardError};
use bytes::{Bytes, BytesMut};
use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, Response, Url};
use std::error::Error;
use std::time::Duration;

/// A question.
#[derive(Debug, Clone)]
pub struct Ask {
    /// `GET`, `POST`, or what WebDAV adds to them.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// What else to say. Goes to this server only, not to others it sends on to.
    pub headers: HeaderMap,
    /// What to send.
    pub body: Option<String>,
    /// Longest time for all of it.
    pub within: Duration,
    /// Longest answer.
    pub most_bytes: usize,
    /// Whether the beginning of a longer answer will do.
    pub cut: bool,
    /// How often it may send us elsewhere. Only `GET` is ever sent elsewhere.
    pub redirects: usize,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Where it came from in the end.
    pub url: Url,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its bytes.
    pub body: Bytes,
}

impl Answer {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Outside {
    /// Asks.
    ///
    /// # Errors
    /// Why nothing came back. An answer with an error status is an answer.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, OutwardError> {
        let host = host_of(&ask.url);
        let late = OutwardError::Late { host, seconds: ask.within.as_secs() };
        tokio::time::timeout(ask.within, self.follow(ask)).await.unwrap_or(Err(late))
    }

    async fn follow(&self, ask: &Ask) -> Result<Answer, OutwardError> {
        let mut url = ask.url.clone();
        for _ in 0..=ask.redirects {
            self.check(&url)?;
            let response = self.send(ask, &url).await?;
            match elsewhere(&response, &url).filter(|_| ask.method == Method::GET) {
                Some(next) => url = next,
                None => return read(response, url, ask).await,
            }
        }
        Err(OutwardError::Redirects { host: host_of(&ask.url), most: ask.redirects })
    }

    /// Names are checked where they are resolved; an address written out is checked here.
    fn check(&self, url: &Url) -> Result<(), OutwardError> {
        let host = url.host_str().filter(|_| matches!(url.scheme(), "http" | "https"));
        let host = host.ok_or_else(|| OutwardError::Address(shown(url)))?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse() {
            Ok(address) => self.names.check(address).map_err(|Refused(address)| OutwardError::Private {
                host: host.to_owned(),
                address: address.to_string(),
            }),
            Err(_) => Ok(()),
        }
    }

    async fn send(&self, ask: &Ask, url: &Url) -> Result<Response, OutwardError> {
        let mut request = self.http.request(ask.method.clone(), url.clone());
        if url.origin() == ask.url.origin() {
            request = request.headers(ask.headers.clone());
        }
        if let Some(body) = &ask.body {
            request = request.body(body.clone());
        }
        request.send().await.map_err(|why| failure(why, url, ask.within))
    }
}

async fn read(mut response: Response, url: Url, ask: &Ask) -> Result<Answer, OutwardError> {
    let most = ask.most_bytes;
    let too_long = || OutwardError::TooLong { host: host_of(&url), bytes: most };
    if !ask.cut && response.content_length().is_some_and(|length| length > most as u64) {
        return Err(too_long());
    }
    let mut body = BytesMut::new();
    while let Some(part) = response.chunk().await.map_err(|why| failure(why, &url, ask.within))? {
        let room = most - body.len();
        if part.len() > room && !ask.cut {
            return Err(too_long());
        }
        body.extend_from_slice(&part[..part.len().min(room)]);
        if part.len() > room {
            break;
        }
    }
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Ok(Answer { status, url, headers, body: body.freeze() })
}

fn elsewhere(response: &Response, url: &Url) -> Option<Url> {
    let to = response.headers().get(LOCATION).filter(|_| response.status().is_redirection())?;
    url.join(to.to_str().ok()?).ok()
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    let _ = url.set_password(None);
    url.to_string()
}

fn failure(why: reqwest::Error, url: &Url, within: Duration) -> OutwardError {
    let host = host_of(url);
    let late = why.is_timeout();
    let why = why.without_url();
    let mut cause: Option<&(dyn Error + 'static)> = Some(&why);
    let mut last = why.to_string();
    while let Some(error) = cause {
        if let Some(Refused(address)) = error.downcast_ref() {
            return OutwardError::Private { host, address: address.to_string() };
        }
        if let Some(NotFound(why)) = error.downcast_ref() {
            return OutwardError::Name { host, why: why.clone() };
        }
        last = error.to_string();
        cause = error.source();
    }
    if late {
        OutwardError::Late { host, seconds: within.as_secs() }
    } else {
        OutwardError::Unreachable { host, why: last }
    }
}
