//! What the columns of a file mean, from their headers in English and Korean, and which of them tell
//! nothing about who a record is.

use kernel::fold::fold_key;
use serde::Serialize;

use crate::field::{Field, Kind};

/// How a column was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// The header as it stands in the file.
    pub header: String,
    /// What it is compared as; `None` when it is not compared.
    pub field: Option<Field>,
}

/// Names of columns that number records inside one system.
const IDENTIFIERS: &[&str] = &[
    "id",
    "recid",
    "recordid",
    "uuid",
    "guid",
    "uid",
    "key",
    "pk",
    "rowid",
    "row",
    "index",
    "no",
    "nr",
    "code",
    "stockcode",
    "ticker",
    "symbol",
    "isin",
    "isucd",
    "isusrtcd",
    "shortcode",
    "standardcode",
    "corpcode",
    "종목코드",
    "단축코드",
    "표준코드",
    "코드",
    "번호",
    "순번",
    "연번",
    "고유번호",
    "관리번호",
    "cluster",
    "clusterid",
    "entityid",
    "groupid",
    "unnamed0",
];
/// Endings of such names.
const IDENTIFIER_ENDS: &[&str] = &["id", "uuid", "guid", "코드", "code"];

/// The header without the address of a vocabulary before it (`http://…#phone_number`), folded.
fn key(header: &str) -> String {
    let header = header.trim();
    let bare =
        if header.contains("://") { header.rsplit(['#', '/']).next().unwrap_or(header) } else { header };
    fold_key(bare)
}

fn known(kind: Kind, key: &str) -> Option<Field> {
    let letter = if kind == Kind::People { "p" } else { "c" };
    include_str!("columns.tsv").lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut parts = line.split('\t');
        let (field, kinds, names) = (parts.next()?, parts.next()?, parts.next()?);
        let mine = kinds == "b" || kinds == letter;
        (mine && names.split(' ').any(|name| name == key)).then(|| by_name(field)).flatten()
    })
}

fn by_name(name: &str) -> Option<Field> {
    serde::Deserialize::deserialize(serde::de::value::StrDeserializer::<serde::de::value::Error>::new(name))
        .ok()
}

fn is_identifier(key: &str) -> bool {
    IDENTIFIERS.contains(&key) || IDENTIFIER_ENDS.iter().any(|end| key.ends_with(end))
}

/// The field of a header among `others` words when the whole is unknown: `customer_phone`, `billing city`.
fn by_ending(kind: Kind, header: &str) -> Option<Field> {
    let bare =
        if header.contains("://") { header.rsplit(['#', '/']).next().unwrap_or(header) } else { header };
    let words: Vec<String> =
        bare.split(|c: char| !c.is_alphanumeric()).map(fold_key).filter(|w| !w.is_empty()).collect();
    (1..words.len()).find_map(|from| known(kind, &words[from..].concat()))
}

/// Understands the headers of one file, or of two that are to be compared. `ids` names the column of
/// each file that numbers its records; it is compared only when it holds names.
#[must_use]
pub fn understand(kind: Kind, files: &[Vec<String>], ids: &[usize]) -> Vec<Vec<Column>> {
    let mut unknown: Vec<String> = Vec::new();
    for (at, headers) in files.iter().enumerate() {
        let elsewhere = |key: &String| files.iter().all(|file| file.iter().any(|h| self::key(h) == *key));
        for (column, header) in headers.iter().enumerate() {
            let key = key(header);
            let plain =
                understood(kind, header).is_none() && !is_identifier(&key) && ids.get(at) != Some(&column);
            if plain && !key.is_empty() && elsewhere(&key) && !unknown.contains(&key) {
                unknown.push(key);
            }
        }
    }
    let column = |at: usize, column: usize, header: &String| {
        let field = understood(kind, header).or_else(|| {
            let n = unknown.iter().position(|u| *u == key(header))?;
            u8::try_from(n).ok().map(Field::Text)
        });
        let names = matches!(field, Some(Field::Company | Field::FullName | Field::Email | Field::Domain));
        let numbered = ids.get(at) == Some(&column);
        Column { header: header.clone(), field: field.filter(|_| !numbered || names) }
    };
    let mut understood: Vec<Vec<Column>> = files
        .iter()
        .enumerate()
        .map(|(at, headers)| headers.iter().enumerate().map(|(n, h)| column(at, n, h)).collect())
        .collect();
    only_shared(&mut understood);
    understood
}

fn understood(kind: Kind, header: &str) -> Option<Field> {
    let key = key(header);
    known(kind, &key).or_else(|| if is_identifier(&key) { None } else { by_ending(kind, header) })
}

/// A field only one of two files has is no evidence; names of people count as one field.
fn only_shared(files: &mut [Vec<Column>]) {
    let group = |field: Field| match field {
        Field::GivenName | Field::FamilyName | Field::FullName => Field::FullName,
        Field::HouseNumber | Field::Street => Field::Street,
        Field::Email | Field::Domain => Field::Domain,
        other => other,
    };
    let held: Vec<Vec<Field>> =
        files.iter().map(|file| file.iter().filter_map(|c| c.field).map(group).collect()).collect();
    for column in files.iter_mut().flatten() {
        column.field = column.field.filter(|f| held.iter().all(|held| held.contains(&group(*f))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(kind: Kind, files: &[&[&str]], ids: &[usize]) -> Vec<Vec<Option<Field>>> {
        let files: Vec<Vec<String>> =
            files.iter().map(|f| f.iter().map(|h| (*h).to_owned()).collect()).collect();
        let understood = understand(kind, &files, ids);
        understood.into_iter().map(|file| file.into_iter().map(|c| c.field).collect()).collect()
    }

    #[test]
    fn headers_in_two_languages_are_understood_and_identifiers_left_out() {
        use Field::{BirthDate, Company, Domain, FamilyName, GivenName, NationalId, Phone, Street, Text};
        let people: &[&str] =
            &["rec_id", "First Name", "surname", "date_of_birth", "soc_sec_id", "shoe size"];
        let expected =
            vec![None, Some(GivenName), Some(FamilyName), Some(BirthDate), Some(NationalId), Some(Text(0))];
        assert_eq!(fields(Kind::People, &[people], &[0]), [expected]);
        let left: &[&str] = &["Code", "ISU_CD", "Name", "Market"];
        let right: &[&str] = &["회사명", "종목코드", "홈페이지"];
        let expected = vec![vec![None, None, Some(Company), None], vec![Some(Company), None, None]];
        assert_eq!(fields(Kind::Companies, &[left, right], &[0, 0]), expected);
        let shops: &[&str] =
            &["id", "http://a.org/x#name", "http://a.org/x#phone_number", "http://a.org/x#street"];
        assert_eq!(
            fields(Kind::Companies, &[shops], &[0]),
            [vec![None, Some(Company), Some(Phone), Some(Street)]]
        );
        assert_eq!(fields(Kind::Companies, &[&["id", "company_url"]], &[0]), [vec![None, Some(Domain)]]);
    }
}
