//! Workspaces and their members, as every room reads them. How somebody gets in is the server's matter.

use std::collections::BTreeMap;

use kernel::{Currency, Locale, Timestamp, UserId, WorkspaceId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::db::Source;
use store::{Result, Sql, WriteTx};

/// A workspace.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Its name in addresses.
    pub slug: String,
    /// IANA zone: days of reports are days here.
    pub time_zone: String,
    /// ISO 3166 alpha-2: whose holidays and rules hold when nothing nearer is known.
    pub country: String,
    /// `en` or `ko`.
    pub locale: String,
    /// ISO 4217: the currency of reports and new deals.
    pub currency: String,
    /// Thresholds and habits, see [`Settings`].
    #[schema(value_type = Settings)]
    pub settings: serde_json::Value,
    /// Whether it was filled with sample data.
    pub sample_data: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Workspace {
    /// Its settings; what is not set has its default.
    #[must_use]
    pub fn settings(&self) -> Settings {
        serde_json::from_value(self.settings.clone()).unwrap_or_default()
    }

    /// Its currency.
    #[must_use]
    pub fn currency(&self) -> Currency {
        Currency::parse(&self.currency).unwrap_or(Currency::USD)
    }

    /// Its language.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::parse(&self.locale).unwrap_or_default()
    }
}

/// The rules marked *setting* in the domain's rules, with their defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Research items with a source before a deal may leave prospecting, of 5.
    pub research_items_needed: u32,
    /// Whether reps may pass a gate by force (managers always may).
    pub reps_may_force_gates: bool,
    /// Whether qualification needs a talk, mail alone not being enough.
    pub two_way_talk_needs_voice: bool,
    /// Fit from which a lead counts as qualified, 0 to 100.
    pub fit_needed: u32,
    /// Postal address in the footer of automated mails.
    pub postal_address: String,
    /// Mails answered with these intents count as positive replies.
    pub positive_intents: Vec<String>,
    /// Expected value of a deal, in whole units of the workspace's currency, above which a sale at first contact has to
    /// be confirmed; left out: about 1,000 US dollars.
    pub sale_confirm_units: Option<u32>,
    /// Days after which a request to connect nobody answered is taken for a no.
    pub connection_pending_days: u32,
    /// Of a hundred people, how many are advised a channel drawn by lot, so that the advisor goes on learning.
    pub channel_try_percent: u32,
    /// Automatic mails somebody may get of all tracks together in 7 days.
    pub touches_in_week: u32,
    /// The same in 30 days.
    pub touches_in_month: u32,
    /// Phone number in the footer of mails that advertise in Korea.
    #[serde(deserialize_with = "phone")]
    pub sender_phone: String,
    /// Countries (`KR`, or `other` for all without a rule of their own) where automatic mail needs something else than
    /// their law says here.
    #[serde(deserialize_with = "by_country")]
    #[schema(value_type = std::collections::HashMap<String, MailRule>)]
    pub mail_rules: MailRules,
    /// Whether people in Korea are reminded by mail of what they agreed to before two years are over; off: by hand.
    pub confirm_consents: bool,
    /// Whether the first automatic mail to people in the European Economic Area and the United Kingdom says where their
    /// data came from.
    pub tell_source: bool,
}

/// What automatic mail needs, by country.
pub type MailRules = BTreeMap<String, MailRule>;

/// What automatic mail needs in a country instead of what its law says, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailRule {
    /// What it needs.
    pub need: MailNeed,
    /// Why, in whoever's words decided it.
    #[serde(deserialize_with = "said")]
    pub reason: String,
}

/// What somebody must have given for automatic mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailNeed {
    /// Nothing.
    Nothing,
    /// Their consent, and no other ground is enough.
    Consent,
}

/// A phone number on one line.
fn phone<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<String, D::Error> {
    let text = String::deserialize(from)?;
    if text.chars().count() > kernel::limits::PHONE_CHARS || text.contains(char::is_control) {
        return Err(serde::de::Error::custom("a phone number on one line"));
    }
    Ok(text.trim().to_owned())
}

/// Rules by countries that there are.
fn by_country<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<MailRules, D::Error> {
    let rules = MailRules::deserialize(from)?;
    let known = |place: &str| {
        place == "other" || kernel::Country::from_code(place).is_some_and(|c| c.code() == place)
    };
    match rules.keys().find(|place| !known(place)) {
        Some(place) => Err(serde::de::Error::custom(format!("`{}` is no country", place.escape_debug()))),
        None => Ok(rules),
    }
}

/// A reason that was given, of a length to be read.
fn said<'de, D: serde::Deserializer<'de>>(from: D) -> std::result::Result<String, D::Error> {
    let text = String::deserialize(from)?;
    let text = text.trim();
    if text.is_empty() || text.chars().count() > kernel::limits::REASON_CHARS {
        return Err(serde::de::Error::custom("say why, in a few words"));
    }
    Ok(text.to_owned())
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            research_items_needed: 3,
            reps_may_force_gates: false,
            two_way_talk_needs_voice: true,
            fit_needed: 60,
            postal_address: String::new(),
            positive_intents: ["referral", "meeting", "interested", "question"].map(str::to_owned).to_vec(),
            sale_confirm_units: None,
            connection_pending_days: 14,
            channel_try_percent: 10,
            touches_in_week: 1,
            touches_in_month: 4,
            sender_phone: String::new(),
            mail_rules: MailRules::new(),
            confirm_consents: true,
            tell_source: true,
        }
    }
}

const COLUMNS: &str =
    "id, name, slug, time_zone, country, locale, currency, settings, sample_data, created_at";

/// One workspace.
///
/// # Errors
/// Whatever the database says.
pub async fn find(db: &impl Source, id: WorkspaceId) -> Result<Option<Workspace>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM workspace WHERE id = ").bind(id);
    sql.one(db.conn()).await
}

/// Every workspace of this installation, oldest first.
///
/// # Errors
/// Whatever the database says.
pub async fn all(db: &impl Source) -> Result<Vec<Workspace>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM workspace ORDER BY id");
    sql.all(db.conn()).await
}

/// Writes a new workspace down.
///
/// # Errors
/// When the slug is taken, or whatever the database says.
pub async fn insert(tx: &WriteTx, w: &Workspace) -> Result<()> {
    let mut sql = Sql::new(tx.engine(), "INSERT INTO workspace (");
    sql.push(COLUMNS).push(") VALUES ").bind_list([
        w.id.into(),
        w.name.clone().into(),
        w.slug.clone().into(),
        w.time_zone.clone().into(),
        w.country.clone().into(),
        w.locale.clone().into(),
        w.currency.clone().into(),
        w.settings.clone().into(),
        w.sample_data.into(),
        w.created_at.into(),
    ]);
    sql.run(tx.conn()).await?;
    Ok(())
}

/// A member as lists and records show them.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct MemberInfo {
    /// The user.
    pub user_id: UserId,
    /// Name.
    pub name: String,
    /// Mail address.
    pub email: String,
    /// Role in this workspace.
    pub role: String,
    /// IANA zone.
    pub time_zone: String,
    /// `en` or `ko`.
    pub locale: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// The members of a workspace, by name.
///
/// # Errors
/// Whatever the database says.
pub async fn members(db: &impl Source, workspace: WorkspaceId) -> Result<Vec<MemberInfo>> {
    let text = "SELECT m.user_id, u.name, u.email, m.role, u.time_zone, u.locale, m.created_at \
                FROM membership m JOIN app_user u ON u.id = m.user_id WHERE m.workspace_id = ? ORDER BY u.name, m.user_id";
    Sql::with(db.engine(), text, [workspace.into()]).all(db.conn()).await
}

/// The language of a user; the workspace's when there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn locale_of(db: &impl Source, workspace: &Workspace, user: Option<UserId>) -> Result<Locale> {
    let Some(user) = user else { return Ok(workspace.locale()) };
    let text = "SELECT locale FROM app_user WHERE id = ?";
    let tag: Option<String> = Sql::with(db.engine(), text, [user.into()]).scalar(db.conn()).await?;
    Ok(tag.and_then(|tag| Locale::parse(&tag)).unwrap_or_else(|| workspace.locale()))
}

/// Whether a user is a member.
///
/// # Errors
/// Whatever the database says.
pub async fn is_member(db: &impl Source, workspace: WorkspaceId, user: UserId) -> Result<bool> {
    let text = "SELECT 1 FROM membership WHERE workspace_id = ? AND user_id = ?";
    Ok(!Sql::with(db.engine(), text, [workspace.into(), user.into()]).rows(db.conn()).await?.is_empty())
}

/// The same user while they are a member; nobody once they have left.
///
/// # Errors
/// Whatever the database says.
pub async fn still_member(
    db: &impl Source,
    workspace: WorkspaceId,
    user: Option<UserId>,
) -> Result<Option<UserId>> {
    match user {
        Some(user) if is_member(db, workspace, user).await? => Ok(Some(user)),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_mails_to_korea_show_and_rules_of_countries_are_read_with_care() {
        let rule = json!({ "need": "nothing", "reason": "asked" });
        let table = [
            (json!({ "sender_phone": "02-123-4567" }), true),
            (json!({ "sender_phone": "02\r\nBcc: x@y.test" }), false),
            (json!({ "sender_phone": "1".repeat(65) }), false),
            (json!({ "mail_rules": { "KR": rule, "other": rule } }), true),
            (json!({ "mail_rules": { "kr": rule } }), false),
            (json!({ "mail_rules": { "Germany": rule } }), false),
            (json!({ "mail_rules": { "DE": { "need": "nothing", "reason": " " } } }), false),
            (json!({ "mail_rules": { "DE": { "need": "perhaps", "reason": "asked" } } }), false),
        ];
        for (settings, fine) in table {
            assert_eq!(serde_json::from_value::<Settings>(settings.clone()).is_ok(), fine, "{settings}");
        }
    }
}
