//! What people in the European Economic Area and the United Kingdom are told with the first automatic mail when their data
//! did not come from themselves: where it came from, for what it is kept, and how to object (GDPR and UK GDPR, article 14
//! (1) (c), (2) (c), (2) (f) and (3) (b)). Pure, besides `to_tell`.

use std::collections::{HashMap, HashSet};

use kernel::{Country, Locale, PersonId};
use prospecting::enrich::origin;
use records::workspace::Workspace;
use store::db::Source;
use store::{Result, Sql};

use super::check::Standing;
use super::law::Ground;
use crate::recipient::Recipient;

/// Where the regulation holds: the Union, the other states of the Economic Area, the United Kingdom.
const HOLDS_IN: [&str; 31] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];
/// Longest name of a source that is told.
const NAME: usize = 200;

/// Whether somebody has to be told: by where they are, and the ground kept with themselves. Who agreed, asked or bought gave
/// their data themselves, and was told then (article 13).
#[must_use]
pub fn owed(country: Country, own_ground: Option<Ground>) -> bool {
    let themselves = matches!(own_ground, Some(Ground::Consent | Ground::Inquiry | Ground::Customer));
    HOLDS_IN.contains(&country.code()) && !themselves
}

/// What they are told, in their language.
#[must_use]
pub fn sentence(locale: Locale, company: &str, source: Option<&str>) -> String {
    let known = source.map(|source| source.split_whitespace().collect::<Vec<_>>().join(" "));
    let known = known.map(|source| source.chars().take(NAME).collect::<String>()).filter(|s| !s.is_empty());
    match locale {
        Locale::En => format!(
            "Where we have your address from: {}. {company} keeps it and your business details to ask whether what we offer is of use to you \
             (legitimate interest). You can object at any time, ask what we keep, or have it erased: reply to this mail or use the link above.",
            known.unwrap_or_else(|| "our own research".to_owned())
        ),
        Locale::Ko => format!(
            "연락처의 출처: {}. {company}에서는 제안이 도움이 될지 여쭙기 위해(정당한 이익) 연락처와 업무 정보를 보관합니다. 언제든지 이의를 \
             제기하거나 열람 또는 삭제를 요청하실 수 있습니다. 이 메일에 회신하시거나 위의 링크를 이용해 주세요.",
            known.unwrap_or_else(|| "자체 조사".to_owned())
        ),
    }
}

/// What each of these people is told with their next automatic mail, of those who have to be told and were not yet. A few
/// queries however many they are; none where nobody has to be.
///
/// # Errors
/// Whatever the database says.
pub async fn to_tell(
    db: &impl Source,
    workspace: &Workspace,
    people: &[Standing<'_>],
) -> Result<HashMap<PersonId, String>> {
    if !workspace.settings().tell_source {
        return Ok(HashMap::new());
    }
    let owed = |(who, country): &&Standing<'_>| owed(*country, who.own_ground());
    let mut asked: HashMap<PersonId, &Recipient> =
        people.iter().filter(owed).map(|(who, _)| (who.id, *who)).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let told = told(db, workspace, asked.keys().copied().collect()).await?;
    asked.retain(|id, _| !told.contains(id));
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<PersonId> = asked.keys().copied().collect();
    let origins = origin::of_addresses(db, workspace.id, &ids).await?;
    let said = |(id, who): (PersonId, &Recipient)| {
        let same = |(_, address): &&(String, String)| who.email.as_deref() == Some(address);
        let source = origins.get(&id).filter(same).map(|(name, _)| name.as_str()).or(who.source.as_deref());
        (id, sentence(who.language().unwrap_or(Locale::En), &workspace.name, source))
    };
    Ok(asked.into_iter().map(said).collect())
}

/// Who was told, or is about to be.
async fn told(db: &impl Source, workspace: &Workspace, people: Vec<PersonId>) -> Result<HashSet<PersonId>> {
    let text = "SELECT DISTINCT person_id FROM message WHERE source_told IS NOT NULL \
                AND state NOT IN ('cancelled', 'failed', 'bounced') AND person_id IN ";
    let mut sql = Sql::new(db.engine(), text);
    sql.bind_list(people.into_iter().map(Into::into)).push(" AND ").push_check("workspace_id", workspace.id);
    sql.rows(db.conn()).await?.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_data_came_from_elsewhere_is_told_where_the_regulation_holds() {
        let table = [
            ("DE", None, true),
            ("FR", Some(Ground::LegitimateInterest), true),
            ("GB", Some(Ground::Published), true),
            ("NO", None, true),
            ("GR", None, true),
            ("CH", None, false),
            ("US", None, false),
            ("KR", None, false),
            ("FR", Some(Ground::Inquiry), false),
            ("FR", Some(Ground::Consent), false),
            ("FR", Some(Ground::Customer), false),
        ];
        for (code, ground, expected) in table {
            assert_eq!(owed(Country::from_code(code).unwrap(), ground), expected, "{code} {ground:?}");
        }
        assert!(HOLDS_IN.iter().all(|code| Country::from_code(code).is_some()));
    }

    #[test]
    fn the_source_is_named_on_one_line_in_their_language() {
        let table = [
            (Locale::En, Some("Salon list\n2026"), "from: Salon list 2026. Stone keeps"),
            (Locale::En, Some("  "), "from: our own research."),
            (Locale::En, None, "You can object at any time"),
            (Locale::Ko, Some("전시회 명단"), "출처: 전시회 명단. Stone에서는"),
            (Locale::Ko, None, "출처: 자체 조사."),
        ];
        for (locale, source, expected) in table {
            let said = sentence(locale, "Stone", source);
            assert!(said.contains(expected) && !said.contains('\n'), "{source:?}: {said}");
        }
        assert!(sentence(Locale::En, "Stone", Some(&"x".repeat(5_000))).len() < 600);
    }
}
