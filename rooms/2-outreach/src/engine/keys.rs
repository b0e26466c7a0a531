//! Keys to sign with, kept opened for a while: reading one out of its sealed form costs more than a mail.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http_room::{Answer, App};
use kernel::WorkspaceId;
use mail::DkimKey;

use crate::deliverability::dkim_key;
use crate::mailbox::MailboxRow;

/// How long a key is believed to be the one that is stored.
const KEPT: Duration = Duration::from_secs(30);

/// By workspace and domain: since when it is known, and the key, if the domain has one.
#[derive(Debug, Default)]
pub(super) struct Keys(Mutex<HashMap<(WorkspaceId, String), Known>>);

type Known = (Instant, Option<Arc<DkimKey>>);

impl Keys {
    /// The key that mails of a mailbox are signed with, if its domain has one. A key that cannot be opened signs nothing:
    /// the check of the domain says so.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn of(&self, app: &App, mailbox: &MailboxRow) -> Answer<Option<Arc<DkimKey>>> {
        let place = (mailbox.workspace_id, mailbox.domain());
        if let Some((since, key)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&place)
            && since.elapsed() < KEPT
        {
            return Ok(key.clone());
        }
        let stored = dkim_key::of(&app.db, place.0, &place.1).await?;
        let key = stored.and_then(|stored| match stored.opened(app) {
            Ok(key) => Some(Arc::new(key)),
            Err(why) => {
                tracing::error!(domain = place.1, %why, "mails leave unsigned: the stored key cannot be used");
                None
            }
        });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(place, (Instant::now(), key.clone()));
        Ok(key)
    }
}
