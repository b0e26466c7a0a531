//! A calendar is asked what it says: a file (iCalendar) by `GET`, or a calendar of a server (CalDAV) by `PROPFIND` and
//! `REPORT`. Which of the two an address is shows by itself. What is *not* here: when, and where it is written down.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono_tz::Tz;
use outward::{Answer, Ask, HeaderMap, HeaderValue, Method, Outside, OutwardError};
use url::Url;

use super::calendar::{Busy, NoCalendar, busy};
use super::connect::SignIn;
use super::multistatus::{self, Multistatus};
use super::rules::Span;

/// Longest time for one question; there are four at most.
const WITHIN: Duration = Duration::from_secs(15);
/// Largest answer, bytes.
const MOST_BYTES: usize = 8 << 20;
/// Redirects followed.
const REDIRECTS: usize = 4;

/// What an address turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalendarKind {
    /// An iCalendar file.
    File,
    /// A calendar of a server that speaks CalDAV.
    Server,
}

impl CalendarKind {
    /// As it is kept and shown.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "ics",
            Self::Server => "caldav",
        }
    }

    /// What was kept.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::File, Self::Server].into_iter().find(|source| source.name() == name)
    }
}

/// Why a calendar could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nobody said who is asking.
    #[error("it asks for a user name and a password")]
    SignIn,
    /// Its server does not know them.
    #[error("its server does not take this user name and password")]
    Password,
    /// Something else is there.
    #[error("at this address is no iCalendar file and no calendar (CalDAV)")]
    None,
    /// Too much.
    #[error("{0}")]
    TooLarge(String),
    /// The server left events out.
    #[error("its server sends only a part of the events")]
    Cut,
    /// Neither XML nor what CalDAV answers.
    #[error("what its server answers is not CalDAV")]
    NotXml,
    /// Another answer than one that can be read.
    #[error("its server answered {0}")]
    Refused(u16),
    /// Nothing came back.
    #[error("{0}")]
    Away(String),
    /// What is kept of it cannot be used here.
    #[error("{0}")]
    Kept(String),
}

impl Failure {
    /// Its name, by which the screen finds the words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Password => "password",
            Self::None => "none",
            Self::TooLarge(_) => "too_large",
            Self::Cut => "cut",
            Self::NotXml => "not_xml",
            Self::Refused(_) => "refused",
            Self::Away(_) => "away",
            Self::Kept(_) => "kept",
        }
    }
}

impl From<OutwardError> for Failure {
    fn from(why: OutwardError) -> Self {
        match why {
            OutwardError::TooLong { .. } => Self::TooLarge(why.to_string()),
            _ => Self::Away(why.to_string()),
        }
    }
}

/// A calendar to be asked.
#[derive(Debug)]
pub struct Calendar<'a> {
    /// The world outside.
    pub outside: &'a Outside,
    /// Where it is.
    pub url: Url,
    /// Who asks.
    pub sign_in: Option<SignIn>,
    /// The zone of times that have none.
    pub zone: Tz,
    /// The time looked at.
    pub within: Span,
}

impl Calendar<'_> {
    /// What it says. What it is, is found out while nobody knows. Whoever gave a user name most likely means a server,
    /// and some of them answer `GET` too, with everything that ever was.
    ///
    /// # Errors
    /// Why it could not be read.
    pub async fn read(&self, known: Option<CalendarKind>) -> Result<(CalendarKind, Busy), Failure> {
        match known {
            Some(CalendarKind::File) => self.file().await,
            Some(CalendarKind::Server) => self.server().await,
            None if self.sign_in.is_some() => match self.is_calendar().await? {
                Some(true) => self.server().await,
                said => self.file().await.map_err(|why| nearer(why, said)),
            },
            None => match self.file().await {
                Err(why @ (Failure::None | Failure::Refused(_) | Failure::TooLarge(_))) => {
                    match self.is_calendar().await? {
                        Some(true) => self.server().await,
                        said => Err(nearer(why, said)),
                    }
                }
                other => other,
            },
        }
    }

    async fn file(&self) -> Result<(CalendarKind, Busy), Failure> {
        let answer = self.ask(Method::GET, "text/calendar, */*;q=0.5", None).await?;
        match answer.status {
            200 => {}
            404 | 410 => return Err(Failure::None),
            other => return Err(Failure::Refused(other)),
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let read = self.understood(text).await?.map_err(|NoCalendar| Failure::None)?;
        Ok((CalendarKind::File, read))
    }

    /// Whether it is a calendar of a server; none when its server does not say what is there.
    async fn is_calendar(&self) -> Result<Option<bool>, Failure> {
        let body = Some(("0", multistatus::WHAT_IS_IT.to_owned()));
        let answer = self.ask(method("PROPFIND")?, "application/xml, text/xml", body).await?;
        if answer.status != 207 {
            return Ok(None);
        }
        understood(answer).await.map(|said| Some(said.calendar))
    }

    /// Not every server repeats events itself; what comes with its rule is repeated here.
    async fn server(&self) -> Result<(CalendarKind, Busy), Failure> {
        let all = match self.report(true).await {
            Err(Failure::Refused(_) | Failure::TooLarge(_)) => self.report(false).await?,
            other => other?,
        };
        if all.cut {
            return Err(Failure::Cut);
        }
        let read = match all.texts.join("\r\n") {
            text if text.is_empty() => Busy::default(),
            text => self.understood(text).await?.map_err(|NoCalendar| Failure::NotXml)?,
        };
        Ok((CalendarKind::Server, read))
    }

    async fn report(&self, expand: bool) -> Result<Multistatus, Failure> {
        let body = Some(("1", multistatus::query(self.within, expand)));
        let answer = self.ask(method("REPORT")?, "application/xml, text/xml", body).await?;
        match answer.status {
            207 => understood(answer).await,
            404 | 410 => Err(Failure::None),
            200 => Err(Failure::NotXml),
            other => Err(Failure::Refused(other)),
        }
    }

    async fn ask(
        &self,
        method: Method,
        accept: &'static str,
        body: Option<(&'static str, String)>,
    ) -> Result<Answer, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static(accept));
        if let Some(SignIn { user, password }) = &self.sign_in {
            let basic = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
            let mut basic = HeaderValue::from_str(&basic).map_err(|why| Failure::Kept(why.to_string()))?;
            basic.set_sensitive(true);
            headers.insert("authorization", basic);
        }
        if let Some((depth, _)) = &body {
            headers.insert("depth", HeaderValue::from_static(depth));
            headers.insert("content-type", HeaderValue::from_static("application/xml; charset=utf-8"));
        }
        let ask = Ask {
            method,
            url: self.url.clone(),
            headers,
            body: body.map(|(_, body)| body),
            within: WITHIN,
            most_bytes: MOST_BYTES,
            cut: false,
            redirects: REDIRECTS,
        };
        let answer = self.outside.ask(&ask).await?;
        match (answer.status, &self.sign_in) {
            (401, Some(_)) => Err(Failure::Password),
            (401, None) => Err(Failure::SignIn),
            _ => Ok(answer),
        }
    }

    async fn understood(&self, text: String) -> Result<Result<Busy, NoCalendar>, Failure> {
        let (zone, within) = (self.zone, self.within);
        let read = tokio::task::spawn_blocking(move || busy(&text, zone, within)).await;
        read.map_err(|_| Failure::Kept("it cannot be read".to_owned()))
    }
}

/// A server that says what is there and shows no file has no calendar there, such as in the folder of all of them.
fn nearer(why: Failure, said: Option<bool>) -> Failure {
    if matches!((&why, said), (Failure::Refused(_), Some(false))) { Failure::None } else { why }
}

async fn understood(answer: Answer) -> Result<Multistatus, Failure> {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let read = tokio::task::spawn_blocking(move || multistatus::read(&text)).await;
    read.ok().and_then(Result::ok).ok_or(Failure::NotXml)
}

fn method(name: &str) -> Result<Method, Failure> {
    Method::from_bytes(name.as_bytes()).map_err(|why| Failure::Kept(why.to_string()))
}
