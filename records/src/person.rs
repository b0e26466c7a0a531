//! People: whom we talk to, and by which addresses.

use crate::company::LAWFUL_BASES;
use crate::kind::Shape::{
    Choice, Choices, Company as OfCompany, Country, Date, Email, Line, Phone, Points, Url, User, Words, Zone,
};
use crate::kind::{FieldSpec, field, kept};
use crate::write::Draft;
use http_room::FieldKind::{self, Choice as OneOf, Instant, MultiChoice, Text};
use kernel::{CompanyId, PersonId, PersonName, Timestamp, UserId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

/// An address, number or profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactPoint {
    /// The address, number, or profile's link.
    pub value: String,
    /// `work`, `mobile`, `linkedin`, …
    #[serde(default)]
    pub label: String,
    /// The first to use.
    #[serde(default)]
    pub primary: bool,
}

/// A person.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Where they work.
    pub company_id: Option<CompanyId>,
    /// Its name.
    pub company_name: Option<String>,
    /// The whole name as shown.
    pub name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// What they do there.
    pub title: Option<String>,
    /// The first mail address.
    pub email: Option<String>,
    /// The first phone number.
    pub phone: Option<String>,
    /// LinkedIn page.
    pub linkedin_url: Option<String>,
    /// What is known of them there: `active`, `inactive`, `absent`, `pending` (a request of ours waits), `connected`.
    pub linkedin_state: Option<String>,
    /// Since which day; for `active`, when they were last.
    pub linkedin_state_on: Option<String>,
    /// All mail addresses.
    #[schema(value_type = Vec<ContactPoint>)]
    pub emails: Json,
    /// All phone numbers.
    #[schema(value_type = Vec<ContactPoint>)]
    pub phones: Json,
    /// Profiles elsewhere.
    #[schema(value_type = Vec<ContactPoint>)]
    pub profiles: Json,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// City.
    pub city: Option<String>,
    /// IANA zone.
    pub time_zone: Option<String>,
    /// Language to write in.
    pub locale: Option<String>,
    /// Channels never to use: `email`, `phone`, `sms`, `linkedin`, `social`, `postal`, `all`.
    #[schema(value_type = Vec<String>)]
    pub do_not_contact: Json,
    /// The channel they asked for.
    pub preferred_channel: Option<String>,
    /// Words of our own.
    #[schema(value_type = Vec<String>)]
    pub tags: Json,
    /// Where they were found.
    pub source: Option<String>,
    /// When.
    pub source_date: Option<String>,
    /// On what ground they are kept and written to.
    pub lawful_basis: Option<String>,
    /// Whose they are.
    pub owner_id: Option<UserId>,
    /// Fields of the workspace's own.
    #[schema(value_type = Object)]
    pub custom: Json,
    /// Counts changes.
    pub revision: i64,
    /// Written down first.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
    /// Deleted.
    pub deleted_at: Option<Timestamp>,
    /// The record it was merged into.
    pub merged_into: Option<PersonId>,
}

/// Columns of [`Person`].
pub const COLUMNS: &str = "id, company_id, (SELECT c.name FROM company c WHERE c.id = person.company_id) AS company_name, \
    name, given_name, family_name, title, email, phone, linkedin_url, linkedin_state, linkedin_state_on, emails, phones, profiles, country, city, time_zone, \
    locale, do_not_contact, preferred_channel, tags, source, source_date, lawful_basis, owner_id, custom, revision, \
    created_at, updated_at, deleted_at, merged_into";

/// Ways to reach somebody.
pub const CHANNELS: &[&str] = &["email", "phone", "sms", "linkedin", "social", "postal", "in_person", "all"];

/// What may be known of somebody on LinkedIn.
pub const LINKEDIN_STATES: &[&str] = &["active", "inactive", "absent", "pending", "connected"];

/// Fields of a person.
pub const FIELDS: &[FieldSpec] = &[
    field("name", Text, Line, ("Name", "이름")).sorted("person_by_name"),
    field("given_name", Text, Line, ("Given name", "이름(성 제외)")),
    field("family_name", Text, Line, ("Family name", "성")),
    field("title", Text, Line, ("Title", "직함")),
    field("company_id", FieldKind::Company, OfCompany, ("Company", "회사")).found("person_by_company"),
    field("email", Text, Email, ("E-mail", "이메일")),
    field("phone", Text, Phone, ("Phone", "전화")),
    field("linkedin_url", FieldKind::Url, Url, ("LinkedIn", "LinkedIn")),
    field("linkedin_state", OneOf, Choice(LINKEDIN_STATES), ("On LinkedIn", "LinkedIn 상태")),
    field("linkedin_state_on", FieldKind::Date, Date, ("On LinkedIn since", "LinkedIn 상태 기준일")),
    field("emails", MultiChoice, Points, ("E-mail addresses", "이메일 주소")),
    field("phones", MultiChoice, Points, ("Phone numbers", "전화번호")),
    field("profiles", MultiChoice, Points, ("Profiles", "프로필")),
    field("country", OneOf, Country, ("Country", "국가")).sorted("person_by_country"),
    field("city", Text, Line, ("City", "도시")),
    field("time_zone", Text, Zone, ("Time zone", "시간대")),
    field("locale", OneOf, Choice(&["en", "ko"]), ("Language", "언어")),
    field("do_not_contact", MultiChoice, Choices(CHANNELS), ("Do not contact by", "연락 금지 채널")),
    field("preferred_channel", OneOf, Choice(CHANNELS), ("Preferred channel", "선호 채널")),
    field("tags", MultiChoice, Words, ("Tags", "태그")),
    field("source", OneOf, Line, ("Source", "출처")),
    field("source_date", FieldKind::Date, Date, ("Source date", "출처 일자")),
    field("lawful_basis", OneOf, Choice(LAWFUL_BASES), ("Lawful basis", "처리 근거")),
    field("owner_id", FieldKind::User, User, ("Owner", "담당자")).found("person_by_owner"),
    kept("created_at", Instant, ("Created", "생성일")).sorted("person_by_created").of_line(),
    kept("updated_at", Instant, ("Updated", "수정일")).sorted("person_by_updated").of_line(),
];

/// What follows from what was sent: the shown name and its parts, and the first of each address.
pub fn complete(draft: &mut Draft) {
    complete_name(draft);
    complete_points(draft, "email", "emails");
    complete_points(draft, "phone", "phones");
}

fn complete_name(draft: &mut Draft) {
    let parts = draft.sent("given_name") || draft.sent("family_name");
    if parts && !draft.sent("name") {
        let given = draft.text_or_before("given_name").unwrap_or_default();
        let family = draft.text_or_before("family_name").unwrap_or_default();
        let shown = PersonName::new(&given, &family).display(kernel::Locale::En);
        if !shown.is_empty() {
            draft.put("name", "name", Json::from(shown.clone()), shown.into());
        }
    } else if !parts && let Some(name) = draft.text("name") {
        let split = PersonName::split(&name);
        draft.put("given_name", "given_name", Json::from(split.given.clone()), split.given.into());
        draft.put("family_name", "family_name", Json::from(split.family.clone()), split.family.into());
    }
    if draft.is_new()
        && !draft.sent("name")
        && let Some(email) = draft.text("email")
    {
        draft.put("name", "name", Json::from(email.clone()), email.into());
    }
}

/// The list is the truth; the single field is its first entry. Sending the single field replaces
/// the first entry of the list.
fn complete_points(draft: &mut Draft, one: &'static str, many: &'static str) {
    if draft.sent(many) {
        let points = draft.value(many).cloned().unwrap_or_else(|| json!([]));
        let first = primary_of(&points);
        draft.put(one, one, first.clone().map_or(Json::Null, Json::from), first.into());
        return;
    }
    if !draft.sent(one) {
        return;
    }
    let mut points: Vec<ContactPoint> =
        draft.before(many).and_then(|p| serde_json::from_value(p.clone()).ok()).unwrap_or_default();
    let before = draft.before(one).and_then(Json::as_str).map(str::to_owned);
    points.retain(|p| {
        Some(&p.value) != before.as_ref() && Some(p.value.as_str()) != draft.text(one).as_deref()
    });
    if let Some(value) = draft.text(one) {
        points.iter_mut().for_each(|p| p.primary = false);
        points.insert(0, ContactPoint { value, label: "work".to_owned(), primary: true });
    }
    let points = serde_json::to_value(points).unwrap_or_else(|_| json!([]));
    draft.put(many, many, points.clone(), points.into());
}

fn primary_of(points: &Json) -> Option<String> {
    let list = points.as_array()?;
    let first = list.iter().find(|p| p["primary"] == true).or_else(|| list.first())?;
    first["value"].as_str().map(str::to_owned)
}

/// The folded forms under which a person is found by an address or number: (kind, folded).
#[must_use]
pub fn folded_points(emails: &Json, phones: &Json, country: Option<&str>) -> Vec<(&'static str, String)> {
    let values =
        |list| Json::as_array(list).into_iter().flatten().filter_map(|point| point["value"].as_str());
    let country = country.and_then(kernel::Country::from_code);
    let mut folded: Vec<_> = values(emails).map(|email| ("email", fold_email(email))).collect();
    let number = |phone: &str| kernel::phone::phone_key(phone, country).unwrap_or_else(|| digits(phone));
    folded.extend(values(phones).map(|phone| ("phone", number(phone))));
    folded.sort_unstable();
    folded.dedup();
    folded
}

/// How a mail address is compared: lower case, international domain folded.
#[must_use]
pub fn fold_email(email: &str) -> String {
    kernel::EmailAddress::parse(email).map_or_else(|_| email.trim().to_lowercase(), |e| e.key())
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
