//! Companies: who we sell to.

use crate::kind::Shape::{
    Choice, Country, Date, Decimal, Line, Long, Money as Amount, Name, Phone, Url, User, Whole, Words, Zone,
};
use crate::kind::{FieldSpec, field, kept};
use crate::stored::Stored;
use crate::write::Draft;
use http_room::FieldKind::{self, Choice as OneOf, Instant, MultiChoice, Number, Text};
use kernel::{CompanyId, IcpProfileId, Timestamp, UserId};
use sea_orm::FromQueryResult;
use serde::Serialize;

/// An amount read from two columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromQueryResult)]
pub struct Revenue {
    /// Minor units.
    #[sea_orm(from_alias = "revenue_minor")]
    pub minor: i64,
    /// ISO 4217.
    #[sea_orm(from_alias = "revenue_currency")]
    pub currency: String,
}

/// A company.
#[derive(Debug, Clone, Serialize, FromQueryResult, utoipa::ToSchema)]
pub struct Company {
    /// Its id.
    pub id: CompanyId,
    /// What it is called.
    pub name: String,
    /// Its registered name.
    pub legal_name: Option<String>,
    /// Its registrable domain: `acme.co.kr`.
    pub domain: Option<String>,
    /// Its site.
    pub website: Option<String>,
    /// Its number in a register or on an exchange.
    pub registration_number: Option<String>,
    /// What it does, in a word or two.
    pub industry: Option<String>,
    /// What it does, at length.
    pub description: Option<String>,
    /// People employed.
    pub employees: Option<i64>,
    /// Growth in percent a year.
    pub growth_percent: Option<f64>,
    /// Revenue a year.
    #[sea_orm(nested)]
    #[schema(value_type = Option<kernel::Money>)]
    pub revenue: Option<Revenue>,
    /// Year of founding.
    pub founded_year: Option<i64>,
    /// ISO 3166 alpha-2.
    pub country: Option<String>,
    /// State or province.
    pub region: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Street.
    pub address: Option<String>,
    /// Phone as typed.
    pub phone: Option<String>,
    /// LinkedIn page.
    pub linkedin_url: Option<String>,
    /// IANA zone of its main office.
    pub time_zone: Option<String>,
    /// Language to write in.
    pub locale: Option<String>,
    /// Words of our own.
    #[schema(value_type = Vec<String>)]
    pub tags: serde_json::Value,
    /// Where it was found.
    pub source: Option<String>,
    /// When it was found.
    pub source_date: Option<String>,
    /// On what ground it is kept and written to.
    pub lawful_basis: Option<String>,
    /// Whose it is.
    pub owner_id: Option<UserId>,
    /// Fields of the workspace's own.
    #[schema(value_type = Object)]
    pub custom: serde_json::Value,
    /// Fit with the profile, 0 to 100.
    pub icp_score: Option<i64>,
    /// A to D, `?`, or `excluded`.
    pub icp_grade: Option<String>,
    /// Share of the weights that was known, 0 to 1.
    pub icp_coverage: Option<f64>,
    /// Why.
    #[schema(value_type = Vec<Object>)]
    pub icp_reasons: Stored,
    /// By which profile.
    pub icp_profile_id: Option<IcpProfileId>,
    /// By which version of it.
    pub icp_profile_version: Option<i64>,
    /// How many people there are known.
    pub people: i64,
    /// Fits, and nobody there is known.
    pub needs_people: bool,
    /// Counts changes.
    pub revision: i64,
    /// Written down first.
    pub created_at: Timestamp,
    /// Changed last.
    pub updated_at: Timestamp,
    /// Deleted.
    pub deleted_at: Option<Timestamp>,
    /// The record it was merged into.
    pub merged_into: Option<CompanyId>,
}

/// Columns of [`Company`].
pub const COLUMNS: &str = "id, name, legal_name, domain, website, registration_number, industry, description, \
    employees, growth_percent, revenue_minor, revenue_currency, founded_year, country, region, city, address, phone, \
    linkedin_url, time_zone, locale, tags, source, source_date, lawful_basis, owner_id, custom, icp_score, icp_grade, \
    icp_coverage, icp_reasons, icp_profile_id, icp_profile_version, people, needs_people, revision, created_at, updated_at, deleted_at, merged_into";

/// Grounds on which a company or person may be kept and written to.
pub const LAWFUL_BASES: &[&str] = &["consent", "customer", "legitimate_interest", "published", "inquiry"];

/// Fields of a company.
pub const FIELDS: &[FieldSpec] = &[
    field("name", Text, Name, ("Name", "회사명")).sorted("company_by_name"),
    field("domain", Text, Line, ("Domain", "도메인")).sorted("company_by_domain"),
    field("website", FieldKind::Url, Url, ("Website", "홈페이지")),
    field("industry", OneOf, Line, ("Industry", "업종")).sorted("company_by_industry"),
    field("employees", Number, Whole(0, 100_000_000), ("Employees", "직원 수"))
        .sorted("company_by_employees"),
    field("revenue", FieldKind::Money, Amount, ("Revenue", "매출")),
    field("growth_percent", Number, Decimal, ("Growth % a year", "연 성장률(%)")),
    field("founded_year", Number, Whole(1000, 2200), ("Founded", "설립연도")),
    field("country", OneOf, Country, ("Country", "국가")).sorted("company_by_country"),
    field("region", Text, Line, ("Region", "지역")),
    field("city", Text, Line, ("City", "도시")),
    field("address", Text, Line, ("Address", "주소")),
    field("phone", Text, Phone, ("Phone", "전화")),
    field("linkedin_url", FieldKind::Url, Url, ("LinkedIn", "LinkedIn")),
    field("legal_name", Text, Line, ("Legal name", "법인명")),
    field("registration_number", Text, Line, ("Registration number", "등록번호"))
        .found("company_by_registration"),
    field("description", Text, Long, ("Description", "설명")),
    field("time_zone", Text, Zone, ("Time zone", "시간대")),
    field("locale", OneOf, Choice(&["en", "ko"]), ("Language", "언어")),
    field("tags", MultiChoice, Words, ("Tags", "태그")),
    field("source", OneOf, Line, ("Source", "출처")),
    field("source_date", FieldKind::Date, Date, ("Source date", "출처 일자")),
    field("lawful_basis", OneOf, Choice(LAWFUL_BASES), ("Lawful basis", "처리 근거")),
    field("owner_id", FieldKind::User, User, ("Owner", "담당자")).found("company_by_owner"),
    kept("icp_score", Number, ("Fit", "적합도")).sorted("company_by_score"),
    kept("icp_grade", OneOf, ("Grade", "등급")).found("company_by_grade"),
    kept("people", Number, ("People known", "아는 사람 수")),
    kept("needs_people", FieldKind::YesNo, ("Needs people", "사람 필요")).found("company_in_need_of_people"),
    kept("created_at", Instant, ("Created", "생성일")).sorted("company_by_created").of_line(),
    kept("updated_at", Instant, ("Updated", "수정일")).sorted("company_by_updated"),
];

/// What follows from what was sent: the key for matching names, and the domain of the site.
pub fn complete(draft: &mut Draft) {
    if let Some(name) = draft.text("name") {
        draft.keep("name_key", kernel::name::company_name_key(&name).into());
    }
    if let Some(domain) = draft.text("domain") {
        let folded = kernel::domain::registrable_domain(&domain).unwrap_or_else(|| domain.to_lowercase());
        draft.put("domain", "domain", serde_json::Value::from(folded.clone()), folded.into());
    } else if let Some(domain) = draft.text("website").and_then(|w| kernel::domain::company_domain(&w))
        && !draft.knows("domain")
    {
        draft.put("domain", "domain", serde_json::Value::from(domain.clone()), domain.into());
    }
}
