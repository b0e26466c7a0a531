//! Puts snippets and stories among the merge fields of one mail, and says which story does not belong into it. Pure.

use std::cmp::Reverse;
use std::collections::HashMap;

use kernel::{Locale, UserId};
use serde_json::{Value as Json, json};

use super::Snippet;
use super::rules::{fitting, language_of};
use crate::letter;

/// The merge field that is the sender's story that fits best.
const STORY: &str = "story";

/// Whether a text inserts anything.
#[must_use]
pub(crate) fn inserts(source: &str) -> bool {
    source.contains("snippet") || source.contains(STORY)
}

/// The snippets of a workspace, by key.
#[derive(Debug, Default)]
pub(crate) struct Shelf(HashMap<String, Snippet>);

/// For whom a text is, and who writes.
pub(crate) struct Whom<'a> {
    /// What troubles them.
    pub troubles: &'a [String],
    /// Who writes.
    pub sender: Option<UserId>,
    /// The language to write in when the text does not say.
    pub locale: Locale,
}

/// What came of it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Inserted {
    /// The merge fields, with the texts among them.
    pub fields: Json,
    /// Merge fields of the texts without value.
    pub missing: Vec<String>,
    /// Stories that do not fit this person or this sender: `snippet.key`.
    pub unfit: Vec<String>,
}

impl Inserted {
    /// The merge fields without the stories that do not fit: whoever does the task finds their mark there.
    pub fn fitting_only(self) -> Json {
        let mut fields = self.fields;
        for name in self.unfit {
            if let Some(texts) = fields["snippet"].as_object_mut() {
                texts.remove(name.trim_start_matches("snippet."));
            }
        }
        fields
    }
}

impl Shelf {
    /// Of these.
    pub fn of(snippets: Vec<Snippet>) -> Self {
        Self(snippets.into_iter().map(|one| (one.key.clone(), one)).collect())
    }

    /// The merge fields of these sources with what they insert. A text that is not there, or not in the mail's language,
    /// stays a field without value, so that the mail waits and names it (R24).
    pub fn insert(&self, sources: &[&str], fields: Json, whom: &Whom<'_>) -> Inserted {
        let mut out = Inserted { fields, ..Inserted::default() };
        let mut names: Vec<String> =
            sources.iter().flat_map(|s| mail::variables(s).unwrap_or_default()).collect();
        names.retain(|name| name == STORY || name.starts_with("snippet."));
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return out;
        }
        let own = sources.iter().filter_map(|s| language_of(s)).next_back();
        let locale = own.unwrap_or(whom.locale);
        let mut texts = json!({});
        let bare = out.fields.clone();
        for name in names {
            let found = match name.strip_prefix("snippet.") {
                Some(key) => self.0.get(key),
                None => self.best(whom, locale),
            };
            let Some((snippet, text)) = found.and_then(|s| Some((s, s.texts().remove(locale.tag())?))) else {
                continue;
            };
            let filled = letter::fill(&text, &bare);
            out.missing.extend(filled.missing);
            if name == STORY {
                out.fields[STORY] = json!(filled.text);
                continue;
            }
            texts[&snippet.key] = json!(filled.text);
            if snippet.is_story() && !fits(snippet, whom) {
                out.unfit.push(name);
            }
        }
        out.fields["snippet"] = texts;
        out
    }

    /// The story to tell: the sender's own before everybody's, the one with more of their pains first.
    fn best(&self, whom: &Whom<'_>, locale: Locale) -> Option<&Snippet> {
        let told =
            self.0.values().filter(|s| s.is_story() && fits(s, whom) && s.texts().contains_key(locale.tag()));
        told.max_by_key(|s| {
            (s.owner_id.is_some(), fitting(&s.pains(), whom.troubles), Reverse(s.key.clone()))
        })
    }
}

/// Whether the sender may tell this person the story.
/// Whether a story is the sender's to tell and about what troubles the person.
pub(super) fn fits(story: &Snippet, whom: &Whom<'_>) -> bool {
    let told_by_sender = story.owner_id.is_none() || story.owner_id == whom.sender;
    told_by_sender && fitting(&story.pains(), whom.troubles) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{SnippetId, Timestamp};

    fn snippet(key: &str, kind: &str, texts: Json, pains: Json, owner: Option<UserId>) -> Snippet {
        Snippet {
            id: SnippetId::new(),
            key: key.into(),
            name: key.into(),
            kind: kind.into(),
            texts,
            pains,
            owner_id: owner,
            revision: 1,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    fn shelf(me: UserId) -> Shelf {
        Shelf::of(vec![
            snippet(
                "hello",
                "text",
                json!({ "en": "Dear {{ person.given_name }}", "ko": "안녕하세요" }),
                json!([]),
                None,
            ),
            snippet("late", "story", json!({ "en": "Parts came late" }), json!(["late parts"]), Some(me)),
            snippet("shared", "story", json!({ "en": "Scrap fell" }), json!(["scrap", "late parts"]), None),
            snippet("theirs", "story", json!({ "en": "When I" }), json!(["scrap"]), Some(UserId::new())),
        ])
    }

    #[test]
    fn r102_what_is_inserted_is_in_the_mails_language_and_stories_must_fit() {
        let me = UserId::new();
        let shelf = shelf(me);
        let (late, scrap) = (["Parts are late".to_owned()], ["Much scrap".to_owned()]);
        type Case<'a> = (&'a str, &'a [String], &'a str, Vec<&'a str>, Vec<&'a str>);
        let table: Vec<Case<'_>> = vec![
            ("Text: {{ snippet.hello }}", &[], "Text: Dear Ada", vec![], vec![]),
            ("본문: {{ snippet.hello }}", &[], "본문: 안녕하세요", vec![], vec![]),
            ("본문: {{ snippet.late }}", &late, "본문: [snippet.late]", vec![], vec!["snippet.late"]),
            ("So {{ snippet.late }}", &late, "So Parts came late", vec![], vec![]),
            ("So {{ snippet.late }}", &scrap, "So Parts came late", vec!["snippet.late"], vec![]),
            ("So {{ snippet.late }}", &[], "So Parts came late", vec!["snippet.late"], vec![]),
            ("So {{ snippet.theirs }}", &scrap, "So When I", vec!["snippet.theirs"], vec![]),
            ("So {{ story }}", &late, "So Parts came late", vec![], vec![]),
            ("So {{ story }}", &scrap, "So Scrap fell", vec![], vec![]),
            ("So {{ story }}", &[], "So [story]", vec![], vec!["story"]),
            ("So {{ snippet.gone }}", &late, "So [snippet.gone]", vec![], vec!["snippet.gone"]),
        ];
        for (source, troubles, text, unfit, missing) in table {
            let whom = Whom { troubles, sender: Some(me), locale: Locale::En };
            let fields = json!({ "person": { "given_name": "Ada" } });
            let inserted = shelf.insert(&[source], fields, &whom);
            let filled = letter::fill(source, &inserted.fields);
            assert_eq!(filled.text, text, "{source}");
            assert_eq!(
                (inserted.unfit, filled.missing),
                (own(&unfit), own(&missing)),
                "{source} {troubles:?}"
            );
        }
    }

    fn own(words: &[&str]) -> Vec<String> {
        words.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_snippets_own_field_without_value_is_named() {
        let whom = Whom { troubles: &[], sender: None, locale: Locale::En };
        let inserted = shelf(UserId::new()).insert(&["{{ snippet.hello }}"], json!({}), &whom);
        assert_eq!(inserted.missing, ["person.given_name"]);
    }
}
