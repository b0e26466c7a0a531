//! The key this installation signs with: made when it is first needed, sealed in the database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_room::{Answer, App, Problem};
use rand::Rng;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sea_orm::FromQueryResult;
use store::Sql;
use store::db::Source;

const PURPOSE: &str = "signing key";

/// An Ed25519 key pair (RFC 8032).
#[derive(Debug)]
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// From 32 secret bytes.
    ///
    /// # Errors
    /// When they are no seed of a key.
    pub fn from_seed(seed: &[u8]) -> Answer<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).map(Self).map_err(|e| Problem::internal(&e))
    }

    /// The key others check with, in base64.
    #[must_use]
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.public_key().as_ref())
    }

    /// Signs.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }
}

#[derive(FromQueryResult)]
struct Kept {
    public_key: String,
    seed_sealed: String,
}

async fn kept(db: &impl Source) -> Answer<Option<Kept>> {
    let text = "SELECT public_key, seed_sealed FROM signing_key WHERE id = 1";
    Ok(Sql::new(db.engine(), text).one(db.conn()).await?)
}

/// The public key in base64, if one was ever needed.
///
/// # Errors
/// Whatever the database says.
pub async fn public_key(db: &impl Source) -> Answer<Option<String>> {
    Ok(kept(db).await?.map(|k| k.public_key))
}

/// The key; made now when there is none. Two that make one at once get the same.
///
/// # Errors
/// Whatever the database says.
pub async fn of_installation(app: &App) -> Answer<SigningKey> {
    let kept = match kept(&app.db).await? {
        Some(kept) => kept,
        None => make(app).await?,
    };
    let seed = app.secrets.open(PURPOSE, &kept.seed_sealed)?;
    SigningKey::from_seed(&STANDARD.decode(seed).map_err(|e| Problem::internal(&e))?)
}

async fn make(app: &App) -> Answer<Kept> {
    let mut seed = [0_u8; 32];
    rand::rng().fill_bytes(&mut seed);
    let public = SigningKey::from_seed(&seed)?.public();
    let tx = app.db.write_tx().await?;
    let text = "INSERT INTO signing_key (id, public_key, seed_sealed, created_at) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO NOTHING";
    let values =
        [public.into(), app.secrets.seal(PURPOSE, &STANDARD.encode(seed)).into(), app.clock.now().into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    tx.commit().await?;
    kept(&app.db).await?.ok_or_else(|| Problem::not_found("signing key"))
}
