//! Everything that is known when somebody looks at an offer through a link.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;
use http_room::{Answer, App, Problem};
use kernel::{FileId, Locale, Timestamp, WorkspaceId};
use outreach::recipient::{self, Recipient};
use paper::document::{PICTURE_BYTES, Picture};
use process::deal_row::{self, DealRow};
use records::workspace::Workspace;
use store::db::Source;
use store::{Sql, file};
use tokio::sync::Semaphore;

use crate::content::Content;
use crate::incentive;
use crate::link::Link;
use crate::offer::{Offer, of_deal};
use crate::sight::{Choice, Cover, ShownIncentive, Sight, sight};
use crate::state::is_expired;
use crate::theme::{self, Theme};

/// Documents that are set at once.
static PRESSES: Semaphore = Semaphore::const_new(2);

/// An offer, its deal, and whoever looks at it.
#[derive(Debug)]
pub struct Standing {
    /// The version.
    pub offer: Offer,
    /// What it says.
    pub content: Content,
    /// What exactly is accepted.
    pub hash: String,
    /// The deal.
    pub deal: DealRow,
    /// The workspace.
    pub space: Workspace,
    /// Whoever looks; none for a preview or when they were deleted.
    pub who: Option<Recipient>,
    /// Where the prospect is.
    pub zone: Tz,
    /// What they get for deciding by a day.
    pub incentive: Option<ShownIncentive>,
    /// What time it is.
    pub now: Timestamp,
}

impl Standing {
    /// Of a link; none when the offer or deal is gone.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of_link(app: &App, db: &impl Source, link: &Link) -> Answer<Option<Self>> {
        let Some(deal) = deal_row::find(db, link.workspace_id, link.deal_id).await? else { return Ok(None) };
        let all = of_deal(db, link.workspace_id, link.deal_id).await?;
        let Some(offer) = all.into_iter().find(|o| o.id == link.offer_id) else { return Ok(None) };
        let mut standing = Self::of_offer(app, db, link.workspace_id, deal, offer).await?;
        standing.who = recipient::find(db, link.workspace_id, link.person_id).await?;
        Ok(Some(standing))
    }

    /// Of a version, whoever looks.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of_offer(
        app: &App,
        db: &impl Source,
        workspace: WorkspaceId,
        deal: DealRow,
        offer: Offer,
    ) -> Answer<Self> {
        let space = deal_row::workspace(db, workspace).await?;
        let zone = zone_of(db, &deal, &space).await?;
        let content = offer.content.clone();
        let incentive = incentive::of_offer(db, space.id, offer.id).await?;
        Ok(Self {
            hash: offer.content_hash.clone(),
            incentive: incentive.map(|i| i.shown(content.currency)),
            content,
            offer,
            deal,
            space,
            who: None,
            zone,
            now: app.clock.now(),
        })
    }

    /// The day it is where the prospect is.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.to_utc().with_timezone(&self.zone).date_naive()
    }

    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.offer.expires_on.is_some_and(|day| is_expired(day, self.zone, self.now))
    }

    /// The language of the reader: what the offer is written in.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.content.locale).unwrap_or_default()
    }

    /// The day prices are shown of: today, or the day of the answer.
    #[must_use]
    pub fn price_day(&self) -> NaiveDate {
        let at = self.offer.ended_at.unwrap_or(self.now);
        at.to_utc().with_timezone(&self.zone).date_naive()
    }

    /// What is shown with this choice.
    ///
    /// # Errors
    /// When it cannot be reckoned.
    pub fn sight(&self, choice: Option<&Choice>) -> Answer<Sight> {
        let seen = sight(&self.content, choice, self.incentive.as_ref(), self.price_day());
        seen.map_err(|e| Problem::internal(&e))
    }

    /// Until when it holds, in words, where the prospect is.
    #[must_use]
    pub fn valid_until(&self) -> Option<String> {
        let day = self.offer.expires_on?;
        let locale = self.locale();
        let zone = self.zone.name().replace('_', " ");
        Some(match locale {
            Locale::En => format!("{}, 23:59 ({zone})", locale.date(day)),
            Locale::Ko => format!("{} 23:59까지 ({zone})", locale.date(day)),
        })
    }

    /// What stands on the cover.
    #[must_use]
    pub fn cover(&self, theme: &Theme) -> Cover {
        let who = self.who.as_ref();
        let company = who.and_then(|w| w.company_name.clone());
        let names = [who.map(|w| w.name.clone()), company].into_iter().flatten().collect::<Vec<_>>();
        let day = |at: Timestamp| at.to_utc().with_timezone(&self.zone).date_naive();
        Cover {
            locale: self.locale(),
            sender: theme.sender.clone(),
            sender_lines: theme.lines(),
            recipient: if names.is_empty() { self.deal.name.clone() } else { names.join(", ") },
            version: self.offer.version,
            sent_on: self.offer.sent_at.map(day),
            valid_until: self.valid_until(),
            accent: theme.accent.clone(),
            logo: theme.logo.clone(),
            pictures: std::collections::BTreeMap::new(),
            content_hash: self.hash.clone(),
            made_at: self.offer.sent_at.unwrap_or(self.offer.updated_at).to_utc().timestamp(),
        }
    }

    /// The PDF with this choice. Set on a thread of its own.
    ///
    /// # Errors
    /// When it cannot be set.
    pub async fn pdf(&self, app: &App, choice: Option<&Choice>) -> Answer<Vec<u8>> {
        let cover = self.whole_cover(app).await?;
        print(crate::sight::document(&self.sight(choice)?, &cover, choice.is_some())).await
    }

    /// The cover, with the pictures of the chapters that can be printed.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn whole_cover(&self, app: &App) -> Answer<Cover> {
        let theme = theme::of(&app.db, &self.space).await?;
        let mut cover = self.cover(&theme);
        for section in &self.content.sections {
            let Some(id) = section.file_id else { continue };
            let Some(bytes) = file::bytes(&app.db, self.space.id, FileId(id)).await? else { continue };
            if is_picture(&bytes) {
                cover.pictures.insert(id, Picture { bytes, alt: section.title.clone() });
            }
        }
        Ok(cover)
    }
}

/// Whether it is a picture that pages and browsers show: a PNG or JPEG of at most two megabytes.
#[must_use]
pub fn is_picture(bytes: &[u8]) -> bool {
    let known = bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"\xff\xd8\xff");
    known && bytes.len() <= PICTURE_BYTES
}

/// Sets a document on a thread that may take its time.
///
/// # Errors
/// When it cannot be set.
pub async fn print(document: paper::document::Document) -> Answer<Vec<u8>> {
    // However many ask at once, the rest of the program keeps its turn.
    let _turn = PRESSES.acquire().await.map_err(|e| Problem::internal(&e))?;
    let set = tokio::task::spawn_blocking(move || paper::print_document(&document)).await;
    let printed = set.map_err(|e| Problem::internal(&e))?;
    Ok(printed.map_err(|e| Problem::internal(&e))?.pdf)
}

async fn zone_of(db: &impl Source, deal: &DealRow, space: &Workspace) -> Answer<Tz> {
    let text = "SELECT time_zone FROM company WHERE id = ? AND workspace_id = ?";
    let own: Option<Option<String>> = match deal.company_id {
        Some(company) => {
            Sql::with(db.engine(), text, [company.into(), space.id.into()]).scalar(db.conn()).await?
        }
        None => None,
    };
    let zone = own.flatten().and_then(|zone| Tz::from_str(&zone).ok());
    Ok(zone.or_else(|| Tz::from_str(&space.time_zone).ok()).unwrap_or(Tz::UTC))
}
