//! The exports of other products, as the table `presets.toml` describes them.

use super::mapping::{ColumnSuggestion, Target, is_repeatable};
use super::source::Format;
use crate::kind::Kind;
use kernel::fold::fold_key;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// An export that is recognised by its columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Never changes.
    pub key: String,
    /// What it is a list of.
    pub kind: Kind,
    /// As people know it.
    pub name: String,
    /// The source its records are given.
    pub source: String,
    /// Only files of this format.
    #[serde(default)]
    format: Option<Format>,
    needs: Vec<String>,
    #[serde(default)]
    any: Vec<String>,
    columns: HashMap<String, String>,
    /// Words that say nothing.
    #[serde(default)]
    pub blank: Vec<String>,
    /// How lines under the rows begin.
    #[serde(default)]
    pub footer: Vec<String>,
}

#[derive(Deserialize)]
struct Presets {
    preset: Vec<Preset>,
}

static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    toml::from_str::<Presets>(include_str!("presets.toml")).expect("a test reads the table").preset
});

/// The preset a file's columns fit; the one that knows most of them.
#[must_use]
pub fn recognise<'a>(
    kind: Kind,
    format: Format,
    headers: impl IntoIterator<Item = &'a str>,
) -> Option<&'static Preset> {
    let there: HashSet<String> = headers.into_iter().map(fold_key).collect();
    PRESETS
        .iter()
        .filter(|p| p.kind == kind && p.format.is_none_or(|f| f == format))
        .filter(|p| p.needs.iter().all(|n| there.contains(n)))
        .filter(|p| p.any.is_empty() || p.any.iter().any(|n| there.contains(n)))
        .max_by_key(|p| (there.iter().filter(|h| p.columns.contains_key(*h)).count(), p.needs.len()))
}

impl Preset {
    /// Says what the columns it knows are. Of several columns for a field that takes one, the first
    /// that holds anything has it.
    pub fn apply(&self, columns: &mut [ColumnSuggestion], filled: impl Fn(usize) -> bool) {
        // Field, and the column that has it: the first that holds anything, else the first.
        let mut given: HashMap<&str, usize> = HashMap::new();
        let known = |header: &str| self.columns.get(&fold_key(header)).map(String::as_str);
        for one in columns.iter() {
            let Some(field) = known(&one.header) else { continue };
            match given.get(field) {
                Some(before) if filled(*before) || !filled(one.column) => {}
                _ => _ = given.insert(field, one.column),
            }
        }
        for one in columns.iter_mut() {
            let mine =
                |field: &str| is_repeatable(field) || given.get(field).is_none_or(|c| *c == one.column);
            let guessed = match &one.target {
                Target::Field { key } => Some(key.clone()),
                _ => None,
            };
            match (known(&one.header), guessed) {
                (Some(field), _) if field != "-" && mine(field) => {
                    one.target = Target::Field { key: field.to_owned() };
                    one.confidence = 1.0;
                }
                (Some(_), _) => {
                    one.target = Target::Ignore;
                    one.confidence = 1.0;
                }
                (None, Some(field)) if !mine(&field) => one.target = Target::Ignore,
                (None, _) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::record::field_keys;

    #[test]
    fn every_preset_maps_to_fields_of_its_kind_and_needs_folded_names() {
        let mut keys = HashSet::new();
        for preset in PRESETS.iter() {
            assert!(keys.insert(&preset.key), "{} stands twice", preset.key);
            let fields = field_keys(preset.kind);
            for (header, field) in &preset.columns {
                assert_eq!(&fold_key(header), header, "{}", preset.key);
                assert!(
                    field == "-" || fields.contains(&field.as_str()),
                    "{}: {header} = {field}",
                    preset.key
                );
            }
            for name in preset.needs.iter().chain(&preset.any) {
                assert_eq!(&fold_key(name), name, "{}", preset.key);
            }
        }
    }

    #[test]
    fn exports_are_recognised_by_their_columns() {
        let cases = [
            (
                Kind::Person,
                "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Contact owner",
                Some("hubspot_contacts"),
            ),
            (
                Kind::Company,
                "Record ID,Company name,Company owner,Create Date,Phone Number,City,Country/Region,Industry",
                Some("hubspot_companies"),
            ),
            (
                Kind::Deal,
                "Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount",
                Some("hubspot_deals"),
            ),
            (
                Kind::Person,
                "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Seniority,Departments,Person Linkedin Url,Website,Company Linkedin Url,# Employees,Country",
                Some("apollo_people"),
            ),
            (
                Kind::Company,
                "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,Website",
                Some("apollo_people_companies"),
            ),
            (
                Kind::Company,
                "Company,Account Stage,Lists,# Employees,Industry,Account Owner,Website,Company Linkedin Url",
                Some("apollo_accounts"),
            ),
            (
                Kind::Person,
                "First Name,Last Name,URL,Email Address,Company,Position,Connected On",
                Some("linkedin_connections"),
            ),
            (
                Kind::Person,
                "profileUrl,fullName,firstName,lastName,companyName,title,defaultProfileUrl,vmid",
                Some("sales_navigator"),
            ),
            (Kind::Person, "Person - Name,Organization - Name,Person - Email", Some("pipedrive_people")),
            (
                Kind::Company,
                "Organization - Name,Organization - Address,Organization - Owner",
                Some("pipedrive_organizations"),
            ),
            (
                Kind::Deal,
                "Deal - ID,Deal - Title,Deal - Organization,Deal - Value,Deal - Status",
                Some("pipedrive_deals"),
            ),
            (
                Kind::Person,
                "Lead Source,First Name,Last Name,Email,Phone,Lead Status,Lead Owner,Create Date",
                Some("salesforce_leads"),
            ),
            (
                Kind::Person,
                "Salutation,First Name,Last Name,Title,Account Name,Mailing City,Email",
                Some("salesforce_contacts"),
            ),
            (
                Kind::Company,
                "Account Name,Account Owner,Billing City,Type,Industry",
                Some("salesforce_accounts"),
            ),
            (
                Kind::Deal,
                "Opportunity Name,Account Name,Stage,Amount,Close Date",
                Some("salesforce_opportunities"),
            ),
            (
                Kind::Company,
                "Organization Name,Organization Name URL,Industries,Headquarters Location,Number of Employees,Founded Date",
                Some("crunchbase_companies"),
            ),
            (
                Kind::Person,
                "Name,Given Name,Family Name,E-mail 1 - Type,E-mail 1 - Value,Organization 1 - Name,Phone 1 - Value",
                Some("google_contacts"),
            ),
            (
                Kind::Person,
                "First Name,Last Name,Organization Name,Organization Title,E-mail 1 - Label,E-mail 1 - Value",
                Some("google_contacts"),
            ),
            (
                Kind::Person,
                "First Name,Last Name,Company,Job Title,E-mail Address,Business Phone,Mobile Phone",
                Some("outlook_contacts"),
            ),
            (Kind::Person, "이름,성,회사,직함,전자 메일 주소", Some("outlook_contacts_ko")),
            (
                Kind::Company,
                "회사명,시장구분,종목코드,업종,주요제품,상장일,결산월,대표자명,홈페이지,지역",
                Some("kind_listed"),
            ),
            (Kind::Person, "First Name,Last Name,Email,Company", None),
            (Kind::Company, "name,domain,industry", None),
        ];
        for (kind, headers, expected) in cases {
            let found = recognise(kind, Format::Csv, headers.split(',')).map(|p| p.key.as_str());
            assert_eq!(found, expected, "{headers}");
        }
    }
}
