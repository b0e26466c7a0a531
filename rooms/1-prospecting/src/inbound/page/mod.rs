//! A form as a visitor sees it: one page without scripts, in English or Korean.
//!
//! Everything is put in by a template that escapes; the address of the page is nowhere in it.

mod words;

use std::sync::LazyLock;

use http_room::{Answer, FieldError, Problem};
use kernel::Locale;
use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use records::custom_field::Label;
use serde::Serialize;

use super::ask::{Asked, Given, Input};
use super::form::LeadFormInput;

pub use words::{Words, words};

/// The style of every form.
pub const STYLE: &str = include_str!("form.css");
/// What an embedded form runs.
pub const FRAME: &str = include_str!("frame.js");
/// What a site runs to embed a form.
pub const EMBED: &str = include_str!("embed.js");

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut env = Environment::new();
    env.add_template("form.html", include_str!("form.html")).expect("the template is part of the program");
    env
});

/// How a page is shown.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// In which language.
    pub locale: Locale,
    /// Proof of when it was opened.
    pub ticket: String,
    /// Whether it stands in a frame on another site.
    pub embed: bool,
    /// What was filled in.
    pub given: Given,
    /// Whether they had agreed.
    pub agreed: bool,
    /// What is wrong.
    pub errors: Vec<FieldError>,
    /// What is wrong with the whole.
    pub alert: Option<&'static str>,
}

impl Shown {
    /// A page nobody has filled in.
    #[must_use]
    pub fn fresh(locale: Locale, ticket: &str) -> Self {
        Self { locale, ticket: ticket.to_owned(), ..Self::default() }
    }
}

#[derive(Serialize)]
struct Choice<'a> {
    key: &'a str,
    label: &'a str,
    chosen: bool,
}

#[derive(Serialize)]
struct Field<'a> {
    id: String,
    key: &'a str,
    label: &'a str,
    input: Input,
    required: bool,
    value: &'a str,
    options: Vec<Choice<'a>>,
    autocomplete: Option<&'static str>,
    error: Option<&'static str>,
}

/// A text in a language; the other's when it is empty, and then the usual one.
#[must_use]
pub fn in_language<'a>(label: &'a Label, locale: Locale, usual: &'a str) -> &'a str {
    let (own, other) = match locale {
        Locale::En => (&label.en, &label.ko),
        Locale::Ko => (&label.ko, &label.en),
    };
    [own.trim(), other.trim(), usual].into_iter().find(|t| !t.is_empty()).unwrap_or_default()
}

fn autocomplete(key: &str) -> Option<&'static str> {
    Some(match key {
        "person.name" => "name",
        "person.given_name" => "given-name",
        "person.family_name" => "family-name",
        "person.email" => "email",
        "person.phone" => "tel",
        "person.title" => "organization-title",
        "person.country" => "country-name",
        "company.name" => "organization",
        _ => return None,
    })
}

fn fields<'a>(asked: &'a [Asked], shown: &'a Shown) -> Vec<Field<'a>> {
    let field = |(n, asked): (usize, &'a Asked)| {
        let key = asked.field.key.as_str();
        let given = shown.given.get(key).map(Vec::as_slice).unwrap_or_default();
        let wrong = shown.errors.iter().find(|e| e.field == key);
        let options = asked.field.options.iter().map(|o| Choice {
            key: &o.key,
            label: in_language(&o.label, shown.locale, &o.key),
            chosen: given.contains(&o.key),
        });
        Field {
            id: format!("f{n}"),
            key,
            label: in_language(&asked.field.label, shown.locale, key),
            input: asked.field.input,
            required: asked.required,
            value: given.first().map(String::as_str).unwrap_or_default(),
            options: options.collect(),
            autocomplete: autocomplete(key),
            error: wrong.map(|e| words(shown.locale).fault(&e.code, asked.field.input)),
        }
    };
    asked.iter().enumerate().map(field).collect()
}

fn render(values: Value) -> Answer<String> {
    let template = TEMPLATES.get_template("form.html").map_err(|e| Problem::internal(&e))?;
    template.render(values).map_err(|e| Problem::internal(&e))
}

/// The page with the form on it.
///
/// # Errors
/// 500 when the template cannot be filled, which is a mistake in the program.
pub fn form(content: &LeadFormInput, asked: &[Asked], shown: &Shown) -> Answer<String> {
    let (locale, words) = (shown.locale, words(shown.locale));
    let texts = &content.texts;
    let consent = content.consent.as_ref().map(|consent| {
        let wrong = shown.errors.iter().any(|e| e.field == "consent");
        context! {
            text => in_language(&consent.text, locale, ""), required => consent.required,
            ticked => shown.agreed, error => wrong.then_some(words.agree),
        }
    });
    let alert = shown.alert.or((!shown.errors.is_empty()).then_some(words.look_again));
    render(context! {
        lang => locale.tag(), embed => shown.embed, ticket => shown.ticket.as_str(), words => Value::from(Serde(words)), alert => alert,
        title => in_language(&texts.title, locale, words.title), intro => in_language(&texts.intro, locale, ""),
        button => in_language(&texts.button, locale, words.send), fields => Value::from(Serde(fields(asked, shown))), consent => consent,
    })
}

/// The page after it was sent.
///
/// # Errors
/// As [`form`].
pub fn thanks(content: &LeadFormInput, locale: Locale, embed: bool) -> Answer<String> {
    let words = words(locale);
    render(context! {
        lang => locale.tag(), embed => embed, words => Value::from(Serde(words)), done => true, redirect => content.redirect_url.as_deref(),
        title => in_language(&content.texts.title, locale, words.title),
        thanks => in_language(&content.texts.thanks, locale, words.thanks),
    })
}

/// A page that says one thing.
///
/// # Errors
/// As [`form`].
pub fn notice(locale: Locale, embed: bool, title: &str, text: &str) -> Answer<String> {
    render(context! {
        lang => locale.tag(), embed => embed, words => Value::from(Serde(words(locale))), done => true, title => title, thanks => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbound::ask::{OwnFields, asked};
    use serde_json::json;

    fn content() -> LeadFormInput {
        let empty = json!({ "en": "", "ko": "" });
        serde_json::from_value(json!({
            "name": "x",
            "texts": { "title": { "en": "<b>Talk</b> to us", "ko": "" }, "intro": empty, "button": empty, "thanks": empty },
            "fields": [{ "field": "person.email" }, { "field": "message", "required": true }],
            "consent": { "text": { "en": "", "ko": "개인정보 수집에 동의합니다." }, "required": true },
        }))
        .unwrap()
    }

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        let content = content();
        let asked = asked(&content.fields, &OwnFields::default());
        let evil = "\"><script>alert(1)</script>".to_owned();
        let given = Given::from([
            ("person.email".to_owned(), vec![evil.clone()]),
            ("message".to_owned(), vec![format!("</textarea>{evil}")]),
        ]);
        let shown = Shown { given, ..Shown::fresh(Locale::En, &evil) };
        let html = form(&content, &asked, &shown).unwrap();
        assert!(
            !html.contains("<script>") && !html.contains("<b>Talk") && !html.contains("</textarea>\""),
            "{html}"
        );
        assert!(html.contains("&lt;b&gt;Talk&lt;&#x2f;b&gt; to us"), "{html}");
    }

    #[test]
    fn texts_fall_back_to_the_other_language_and_then_to_the_usual_ones() {
        let content = content();
        let asked = asked(&content.fields, &OwnFields::default());
        let page = |locale| form(&content, &asked, &Shown::fresh(locale, "t")).unwrap();
        let (english, korean) = (page(Locale::En), page(Locale::Ko));
        assert!(
            english.contains("개인정보 수집에 동의합니다.") && korean.contains("개인정보 수집에 동의합니다.")
        );
        assert!(english.contains(">Send<") && korean.contains(">보내기<"));
        assert!(english.contains("<html lang=\"en\">") && korean.contains("<html lang=\"ko\">"));
    }

    #[test]
    fn every_field_has_a_label_and_an_error_is_named_by_its_field() {
        let content = content();
        let asked = asked(&content.fields, &OwnFields::default());
        let errors =
            vec![FieldError::new("message", "required", ""), FieldError::new("consent", "required", "")];
        let html = form(&content, &asked, &Shown { errors, ..Shown::fresh(Locale::En, "t") }).unwrap();
        for id in ["f0", "f1", "consent"] {
            assert!(
                html.contains(&format!("for=\"{id}\"")) && html.contains(&format!("id=\"{id}\"")),
                "{id}"
            );
        }
        assert!(html.contains("aria-describedby=\"f1-error\"") && html.contains("id=\"f1-error\""));
        assert!(html.contains("aria-describedby=\"consent-error\"") && !html.contains("f0-error"));
    }
}
