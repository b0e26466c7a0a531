//! What clients may send for each kind, for the API's description. The field tables read it.

#![allow(dead_code)]

use crate::person::ContactPoint;
use kernel::{CompanyId, Money, UserId};
use serde_json::Value as Json;
use utoipa::ToSchema;

/// A company to make, or fields of one to change; null clears a field. `name` is needed to make one.
#[derive(ToSchema)]
pub struct CompanyInput {
    name: Option<String>,
    domain: Option<String>,
    website: Option<String>,
    industry: Option<String>,
    employees: Option<i64>,
    revenue: Option<Money>,
    growth_percent: Option<f64>,
    founded_year: Option<i64>,
    /// By ISO code or by name.
    country: Option<String>,
    region: Option<String>,
    city: Option<String>,
    address: Option<String>,
    phone: Option<String>,
    linkedin_url: Option<String>,
    legal_name: Option<String>,
    registration_number: Option<String>,
    description: Option<String>,
    time_zone: Option<String>,
    locale: Option<String>,
    tags: Option<Vec<String>>,
    source: Option<String>,
    source_date: Option<String>,
    lawful_basis: Option<String>,
    owner_id: Option<UserId>,
    #[schema(value_type = Option<Object>)]
    custom: Option<Json>,
}

/// A person to make, or fields of one to change. A name or a mail address is needed to make one.
#[derive(ToSchema)]
pub struct PersonInput {
    name: Option<String>,
    given_name: Option<String>,
    family_name: Option<String>,
    title: Option<String>,
    company_id: Option<CompanyId>,
    email: Option<String>,
    phone: Option<String>,
    linkedin_url: Option<String>,
    linkedin_state: Option<String>,
    linkedin_state_on: Option<String>,
    emails: Option<Vec<ContactPoint>>,
    phones: Option<Vec<ContactPoint>>,
    profiles: Option<Vec<ContactPoint>>,
    country: Option<String>,
    city: Option<String>,
    time_zone: Option<String>,
    locale: Option<String>,
    do_not_contact: Option<Vec<String>>,
    preferred_channel: Option<String>,
    tags: Option<Vec<String>>,
    source: Option<String>,
    source_date: Option<String>,
    lawful_basis: Option<String>,
    owner_id: Option<UserId>,
    #[schema(value_type = Option<Object>)]
    custom: Option<Json>,
}

/// A deal to open, or fields of one to change. Stage and status are moved, not set.
#[derive(ToSchema)]
pub struct DealInput {
    name: Option<String>,
    company_id: Option<CompanyId>,
    value: Option<Money>,
    expected_close: Option<String>,
    owner_id: Option<UserId>,
    why_them: Option<String>,
    source: Option<String>,
    external_id: Option<String>,
    waiting_until: Option<String>,
    tags: Option<Vec<String>>,
    #[schema(value_type = Option<Object>)]
    custom: Option<Json>,
}
