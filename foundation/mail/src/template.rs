//! Merge fields of a mail, by minijinja: a field that has no value and no fallback is an error that names it.
//!
//! What the fields are called and where they come from is the caller's. A rendered text is never empty by
//! accident: undefined, null and blank values are refused alike unless a fallback stands beside them.

use minijinja::value::{Serde, Value};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, escape_formatter,
};
use serde_json::Value as Json;
use std::sync::LazyLock;

/// Instructions one rendering may use; an ordinary mail uses some hundreds.
const FUEL: u64 = 100_000;
/// Longest source, in bytes.
const SOURCE_CAP: usize = 256 * 1024;

/// Why a template gave no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A variable is undefined, null or blank and has no fallback; the mail must not be sent (R24).
    #[error(
        "line {line}: `{variable}` has no value; fill it in or write {{{{ {variable} | fallback(\"…\") }}}}"
    )]
    Unresolved {
        /// The variable as written, such as `person.given_name`.
        variable: String,
        /// Line in the source, from 1.
        line: usize,
    },
    /// The source cannot be read as a template.
    #[error("line {line}: {why}")]
    Syntax {
        /// Line in the source, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// The template was understood but failed while running, or ran too long.
    #[error("line {line}: {why}")]
    Failed {
        /// Line in the source, from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

/// Fills the merge fields of a subject or a plain-text body.
pub fn render(source: &str, context: &Json) -> Result<String, TemplateError> {
    render_as("mail.txt", source, context)
}

/// Fills the merge fields of an HTML body; values are escaped.
pub fn render_html(source: &str, context: &Json) -> Result<String, TemplateError> {
    render_as("mail.html", source, context)
}

/// The variables a template uses, with their paths, sorted: `["person.given_name", "sender.name"]`.
pub fn variables(source: &str) -> Result<Vec<String>, TemplateError> {
    let template = parse("mail.txt", source)?;
    let found = template.undeclared_variables(true);
    let mut found: Vec<String> = found.into_iter().collect();
    found.sort_unstable();
    let longer = |name: &str, other: &String| other.strip_prefix(name).is_some_and(|r| r.starts_with('.'));
    Ok(found.iter().filter(|n| !found.iter().any(|o| longer(n, o))).cloned().collect())
}

fn render_as(name: &str, source: &str, context: &Json) -> Result<String, TemplateError> {
    let context = filled(context);
    let template = parse(name, source)?;
    template.render(Serde(&context)).map_err(|e| explain(source, &context, &e))
}

fn parse<'e>(name: &'e str, source: &'e str) -> Result<minijinja::Template<'e, 'e>, TemplateError> {
    if source.len() > SOURCE_CAP {
        return Err(TemplateError::Syntax { line: 1, why: format!("longer than {SOURCE_CAP} bytes") });
    }
    let env: &Environment<'e> = &ENVIRONMENT;
    env.template_from_named_str(name, source).map_err(|e| TemplateError::Syntax {
        line: e.line().unwrap_or(1),
        why: e.detail().map_or_else(|| e.to_string(), str::to_owned),
    })
}

/// Filters and rules of all templates; to make it anew takes longer than an ordinary mail.
static ENVIRONMENT: LazyLock<Environment<'static>> =
    LazyLock::new(|| {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        env.set_fuel(Some(FUEL));
        env.set_debug(true);
        env.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        env.set_formatter(print);
        env.add_filter("fallback", fallback);
        env.add_filter("josa", josa);
        env
    });

/// Prints a value, but never a missing one.
fn print(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    if is_blank(value) {
        return Err(Error::new(ErrorKind::UndefinedError, "no value"));
    }
    escape_formatter(out, state, value)
}

fn is_blank(value: &Value) -> bool {
    value.is_undefined() || value.is_none() || value.as_str().is_some_and(|s| s.trim().is_empty())
}

fn fallback(value: &Value, other: Value) -> Value {
    if is_blank(value) { other } else { value.clone() }
}

/// The context without nulls and blank texts, so that those count as undefined wherever they are used.
fn filled(context: &Json) -> Json {
    let blank = |v: &Json| v.is_null() || v.as_str().is_some_and(|s| s.trim().is_empty());
    match context {
        Json::Object(map) => {
            map.iter().filter(|(_, v)| !blank(v)).map(|(k, v)| (k.clone(), filled(v))).collect()
        }
        Json::Array(list) => list.iter().map(filled).collect(),
        other => other.clone(),
    }
}

fn explain(source: &str, context: &Json, error: &Error) -> TemplateError {
    let line = error.line().unwrap_or(1);
    if error.kind() == ErrorKind::UndefinedError {
        let range = error.range().unwrap_or_default();
        let expression = source.get(range.clone()).unwrap_or_default();
        let before = source.get(..range.start).unwrap_or_default();
        let variable = match before.trim_end().ends_with('|') {
            true => paths(&before[before.rfind("{{").unwrap_or(0)..]).pop(),
            false => missing_path(expression, context),
        };
        return TemplateError::Unresolved {
            variable: variable.unwrap_or_else(|| expression.to_owned()),
            line,
        };
    }
    let why = error.detail().map_or_else(|| error.to_string(), str::to_owned);
    TemplateError::Failed { line, why }
}

/// The first path in the expression that the context does not hold, else its first path.
fn missing_path(expression: &str, context: &Json) -> Option<String> {
    let found = paths(expression);
    let missing = found.iter().find(|path| {
        let mut place = Some(context);
        for key in path.split('.') {
            place = place.and_then(|p| p.get(key));
        }
        place.is_none()
    });
    missing.or(found.first()).cloned()
}

/// Dotted names in an expression, outside quotes and not after `|` (those are filters).
fn paths(expression: &str) -> Vec<String> {
    const WORDS: [&str; 12] =
        ["if", "else", "elif", "endif", "for", "in", "not", "and", "or", "is", "true", "false"];
    let mut found = Vec::new();
    let mut quote = None;
    let mut after_bar = false;
    let mut name = String::new();
    for c in expression.chars().chain([' ']) {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => {}
            None if c.is_alphanumeric() || c == '_' || (c == '.' && !name.is_empty()) => name.push(c),
            None => {
                let word = std::mem::take(&mut name);
                if !word.is_empty() {
                    let number = word.starts_with(|c: char| c.is_ascii_digit());
                    if !after_bar && !number && !WORDS.contains(&word.as_str()) {
                        found.push(word);
                    }
                    after_bar = false;
                }
                after_bar |= c == '|';
                quote = (c == '"' || c == '\'').then_some(c);
            }
        }
    }
    found
}

/// Appends the Korean particle that fits the last syllable: `{{ person.name | josa("은/는") }}`. The form
/// after a final consonant comes first; `으로/로` follows its own rule (ㄹ counts as open).
fn josa(word: &Value, pair: String) -> Result<Value, Error> {
    if is_blank(word) {
        return Ok(Value::UNDEFINED);
    }
    let Some((closed, open)) = pair.split_once('/') else {
        return Err(Error::new(ErrorKind::InvalidOperation, "josa wants a pair such as \"은/는\""));
    };
    let word = word.to_string();
    let tail = word.trim_end_matches(|c: char| !c.is_alphanumeric()).chars().next_back();
    let rieul_is_open = closed == "으로";
    let particle = match tail.map_or(Final::None, final_consonant) {
        Final::None => open,
        Final::Rieul if rieul_is_open => open,
        Final::Rieul | Final::Other => closed,
    };
    Ok(Value::from(format!("{word}{particle}")))
}

enum Final {
    None,
    Rieul,
    Other,
}

/// How the last letter ends when read aloud in Korean: syllables exactly, digits by their names, Latin
/// letters by the usual reading.
fn final_consonant(c: char) -> Final {
    if ('가'..='힣').contains(&c) {
        return match (u32::from(c) - u32::from('가')) % 28 {
            0 => Final::None,
            8 => Final::Rieul,
            _ => Final::Other,
        };
    }
    match c.to_ascii_lowercase() {
        '1' | '7' | '8' | 'l' | 'r' => Final::Rieul,
        '0' | '3' | '6' | 'b' | 'c' | 'k' | 'm' | 'n' | 'p' | 't' => Final::Other,
        _ => Final::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn context() -> Json {
        json!({
            "person": {"given_name": "민수", "title": null, "nick": "  ", "company": {"name": "한빛소프트"}},
            "sender": {"name": "Jane <CEO>"},
        })
    }

    #[test]
    fn fields_are_filled_in_korean_and_english() {
        for (source, text) in [
            ("{{ person.given_name }}님 안녕하세요", "민수님 안녕하세요"),
            ("{{ person.company.name | josa(\"은/는\") }}", "한빛소프트는"),
            ("{{ person.given_name ~ '님' | upper }}", "민수님"),
            ("Hi {{ person.nick | fallback(\"there\") }}", "Hi there"),
            ("Hi {{ person.missing | default(\"there\", true) }}", "Hi there"),
            ("{% if person.title %}{{ person.title }}{% else %}-{% endif %}", "-"),
            ("{{ sender.name }}", "Jane <CEO>"),
            ("no fields", "no fields"),
        ] {
            assert_eq!(render(source, &context()).as_deref(), Ok(text), "{source}");
        }
        assert_eq!(render_html("{{ sender.name }}", &context()).as_deref(), Ok("Jane &lt;CEO&gt;"));
    }

    #[test]
    fn a_field_without_value_or_fallback_is_an_error_that_names_it() {
        for (source, name, at) in [
            ("Hi {{ person.surname }}", "person.surname", 1),
            ("Hi\n{{ person.title }}", "person.title", 2),
            ("{{ person.nick }}", "person.nick", 1),
            ("{{ persn.given_name }}", "persn.given_name", 1),
            ("{{ person.given_name }} {{ person.title | upper }}", "person.title", 1),
            ("{{ person.given_name ~ person.nick }}", "person.nick", 1),
            ("{{ person.title | josa(\"이/가\") }}", "person.title", 1),
            ("{{ person.title | default(\"\") }}", "person.title", 1),
        ] {
            let wanted = TemplateError::Unresolved { variable: name.into(), line: at };
            assert_eq!(render(source, &context()), Err(wanted), "{source}");
        }
    }

    #[test]
    fn the_variables_of_a_template_are_listed_with_their_paths() {
        let source =
            "{{ person.given_name }} {% if deal.value %}{{ deal.value }}{% endif %} {{ sender.name }}";
        let names = variables(source).expect("valid");
        assert_eq!(names, ["deal.value", "person.given_name", "sender.name"]);
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_loops_end() {
        assert!(matches!(render("a\n{{ x ", &context()), Err(TemplateError::Syntax { line: 2, .. })));
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        assert!(matches!(render(endless, &context()), Err(TemplateError::Failed { .. })));
        assert!(render("{{ person.given_name | nofilter }}", &context()).is_err());
    }

    #[test]
    fn particles_follow_the_last_syllable() {
        for (word, pair, text) in [
            ("민준", "은/는", "민준은"),
            ("민수", "은/는", "민수는"),
            ("서울", "으로/로", "서울로"),
            ("부산", "으로/로", "부산으로"),
            ("제주", "으로/로", "제주로"),
            ("Sevenfold(주)", "이/가", "Sevenfold(주)가"),
            ("3", "을/를", "3을"),
        ] {
            let source = format!("{{{{ w | josa(\"{pair}\") }}}}");
            assert_eq!(render(&source, &json!({ "w": word })).as_deref(), Ok(text));
        }
    }

    proptest! {
        #[test]
        fn any_text_without_braces_comes_through_unchanged(text in "[^{}\r\n]{0,80}") {
            prop_assert_eq!(render(&text, &json!({})), Ok(text));
        }

        #[test]
        fn no_source_makes_rendering_panic(source in "[{}%#a-z.| \"~-]{0,60}") {
            let _ = render(&source, &context());
            let _ = variables(&source);
        }
    }
}
