//! What a record says of itself: typed fields with the values as they were written.

use serde::{Deserialize, Serialize};

/// What the records are records of. Each kind has one configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Human beings, each perhaps of a company.
    People,
    /// Companies, shops, restaurants, institutions.
    Companies,
}

/// What a value means, and with it how it is normalised and compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// A number given by an authority: social security, tax, company registration.
    NationalId,
    /// A mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Given name or names of a person.
    GivenName,
    /// Family name of a person.
    FamilyName,
    /// A person's whole name; split into given and family name.
    FullName,
    /// A company's name: the company itself, or the one a person works for.
    Company,
    /// A web address or domain; compared as registrable domain.
    Domain,
    /// Day of birth.
    BirthDate,
    /// Number of the house.
    HouseNumber,
    /// Street, or the first line of an address; a number in it is taken out as the house number.
    Street,
    /// Second line of an address.
    #[serde(rename = "street_2")]
    Street2,
    /// Town or suburb.
    City,
    /// Postal code.
    PostalCode,
    /// State, province, 시도.
    Region,
    /// Country, by name or code.
    Country,
    /// Title at work.
    Title,
    /// What the company does.
    Industry,
    /// People who stand for a company: 대표자명, contact. Several may be named.
    Person,
    /// A day of the record's life: founding, listing.
    Date,
    /// Any other column both sides have; the number tells such columns apart.
    Text(u8),
}

impl Field {
    /// The name used in output.
    #[must_use]
    pub fn name(self) -> String {
        let name = match self {
            Self::NationalId => "national_id",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::GivenName => "given_name",
            Self::FamilyName => "family_name",
            Self::FullName => "full_name",
            Self::Company => "company",
            Self::Domain => "domain",
            Self::BirthDate => "birth_date",
            Self::HouseNumber => "house_number",
            Self::Street => "street",
            Self::Street2 => "street_2",
            Self::City => "city",
            Self::PostalCode => "postal_code",
            Self::Region => "region",
            Self::Country => "country",
            Self::Title => "title",
            Self::Industry => "industry",
            Self::Person => "person",
            Self::Date => "date",
            Self::Text(n) => return format!("text_{n}"),
        };
        name.to_owned()
    }

    /// Whether the field tells one record from another of the same place: without agreement in one of
    /// these no pair is a match, however well the rest agrees.
    #[must_use]
    pub fn identifies(self, kind: Kind) -> bool {
        match self {
            Self::NationalId | Self::Email | Self::Phone => true,
            Self::GivenName | Self::FamilyName | Self::FullName | Self::BirthDate => kind == Kind::People,
            Self::Company | Self::Domain => kind == Kind::Companies,
            _ => false,
        }
    }

    /// Whether the field tells where somebody is rather than who. Such fields agree together among
    /// neighbours and colleagues, so their weights must not simply be added.
    #[must_use]
    pub fn is_place(self) -> bool {
        matches!(
            self,
            Self::Company
                | Self::Domain
                | Self::HouseNumber
                | Self::Street
                | Self::Street2
                | Self::City
                | Self::PostalCode
                | Self::Region
                | Self::Country
                | Self::Industry
        )
    }
}

/// A record as somebody wrote it. Order does not matter; of several values of one field the first
/// that can be read counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// Fields with their values, not normalised.
    pub fields: Vec<(Field, String)>,
}

impl Record {
    /// A record of these fields.
    #[must_use]
    pub fn new<S: Into<String>>(fields: impl IntoIterator<Item = (Field, S)>) -> Self {
        Self { fields: fields.into_iter().map(|(field, value)| (field, value.into())).collect() }
    }
}
