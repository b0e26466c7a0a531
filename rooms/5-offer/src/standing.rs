//! Everything that is known when somebody looks at an offer through a link.

use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::Tz;
use http_room::{Answer, App, Problem};
use kernel::{FileId, Locale, Timestamp, WorkspaceId};
use outreach::recipient::{self, Recipient};
use paper::document::{Document, Picture};
use paper::{PaperError, picture};
use process::deal_row::{self, DealRow};
use records::workspace::Workspace;
use sha2::{Digest, Sha256};
use store::db::Source;
use store::{Sql, file};
use tokio::sync::Semaphore;

use crate::content::Content;
use crate::incentive;
use crate::link::Link;
use crate::offer::{self, Offer};
use crate::sight::{Choice, Cover, ShownIncentive, Sight, sight};
use crate::sign::accept::{self, Receipt};
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
    /// What the first of its signers signed: its choice, its prices and its incentive hold for all.
    pub first: Option<Receipt>,
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
        let Some(offer) = offer::find(db, link.workspace_id, link.deal_id, link.offer_id).await? else {
            return Ok(None);
        };
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
        let first = accept::of_offer(db, space.id, offer.id).await?.into_iter().next().map(|a| a.receipt);
        let incentive = match &first {
            Some(first) => first.incentive.clone(),
            None => incentive.map(|i| i.shown(content.currency)),
        };
        Ok(Self {
            hash: offer.content_hash.clone(),
            incentive,
            first,
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

    /// What they get for deciding now; none once its day is over.
    #[must_use]
    pub fn granted(&self) -> Option<&ShownIncentive> {
        self.incentive.as_ref().filter(|i| self.price_day() <= i.until_on)
    }

    /// Stands for what they get for deciding now: another one, or none any more, has another key.
    #[must_use]
    pub fn granted_key(&self) -> String {
        let Some(granted) = self.granted() else { return String::new() };
        let whole = format!("{}\n{:?}\n{}", granted.text, granted.value, granted.until_on);
        hex::encode(&Sha256::digest(whole)[..16])
    }

    /// The day prices are shown of: today, the day of the first signature, or the day of the answer.
    #[must_use]
    pub fn price_day(&self) -> NaiveDate {
        if let Some(first) = &self.first {
            return first.price_day;
        }
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

    /// Whether its pages can be set; else why not.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prints(&self, app: &App) -> Answer<Result<(), PaperError>> {
        let document = crate::sight::document(&self.sight(None)?, &self.whole_cover(app).await?, false);
        Ok(set(document).await?.map(|_| ()))
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
            if picture::size(&bytes).is_some() {
                cover.pictures.insert(id, Picture { bytes, alt: section.title.clone() });
            }
        }
        Ok(cover)
    }
}

/// Sets a document on a thread that may take its time.
///
/// # Errors
/// When it cannot be set.
pub async fn print(document: Document) -> Answer<Vec<u8>> {
    set(document).await?.map_err(|e| Problem::internal(&e))
}

async fn set(document: Document) -> Answer<Result<Vec<u8>, PaperError>> {
    // However many ask at once, the rest of the program keeps its turn.
    let _turn = PRESSES.acquire().await.map_err(|e| Problem::internal(&e))?;
    let set = tokio::task::spawn_blocking(move || paper::print_document(&document)).await;
    Ok(set.map_err(|e| Problem::internal(&e))?.map(|printed| printed.pdf))
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
