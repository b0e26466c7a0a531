//! What differs between two versions of an offer, so that a person can read it.

use serde::Serialize;
use serde_json::{Value as Json, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::content::{Content, OfferLine, Package, Section};

/// What happened to a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
}

/// Which part of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// What holds for all of it.
    Offer,
    /// A chapter.
    Section,
    /// A way to buy.
    Package,
    /// A line.
    Line,
}

/// A field that says something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldChange {
    /// Its name in the content.
    pub field: String,
    /// What it said.
    #[schema(value_type = Object)]
    pub before: Json,
    /// What it says.
    #[schema(value_type = Object)]
    pub after: Json,
}

/// A part that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VersionChange {
    /// What happened to it.
    pub kind: ChangeKind,
    /// What it is.
    pub part: Part,
    /// Its id; none for the offer itself.
    pub id: Option<Uuid>,
    /// What it is called, in the newer version when it is there.
    pub name: String,
    /// The package a line is of.
    pub package: Option<String>,
    /// What it says otherwise; empty when it is new or gone.
    pub fields: Vec<FieldChange>,
}

trait Piece {
    const PART: Part;
    fn id(&self) -> Uuid;
    fn name(&self) -> &str;
    fn fields(&self) -> Json;
}

impl Piece for Section {
    const PART: Part = Part::Section;
    fn id(&self) -> Uuid {
        self.id
    }
    fn name(&self) -> &str {
        &self.title
    }
    fn fields(&self) -> Json {
        json!(self)
    }
}

impl Piece for OfferLine {
    const PART: Part = Part::Line;
    fn id(&self) -> Uuid {
        self.id
    }
    fn name(&self) -> &str {
        &self.text
    }
    fn fields(&self) -> Json {
        json!(self)
    }
}

impl Piece for Package {
    const PART: Part = Part::Package;
    fn id(&self) -> Uuid {
        self.id
    }
    fn name(&self) -> &str {
        &self.name
    }
    fn fields(&self) -> Json {
        json!(Package { lines: Vec::new(), ..self.clone() })
    }
}

/// Everything that differs: first what holds for all, then chapters, then packages with their lines.
#[must_use]
pub fn changes(before: &Content, after: &Content) -> Vec<VersionChange> {
    let bare = |c: &Content| json!(Content { sections: Vec::new(), packages: Vec::new(), ..c.clone() });
    let mut all = Vec::new();
    let fields = differing(&bare(before), &bare(after));
    if !fields.is_empty() {
        let (kind, part) = (ChangeKind::Changed, Part::Offer);
        all.push(VersionChange { kind, part, id: None, name: after.title.clone(), package: None, fields });
    }
    all.extend(compare(&before.sections, &after.sections, None));
    all.extend(compare(&before.packages, &after.packages, None));
    let nothing = Package::default();
    for package in &after.packages {
        let was = before.packages.iter().find(|p| p.id == package.id).unwrap_or(&nothing);
        all.extend(compare(&was.lines, &package.lines, Some(&package.name)));
    }
    all
}

fn compare<P: Piece>(before: &[P], after: &[P], package: Option<&str>) -> Vec<VersionChange> {
    let change = |kind, piece: &P, fields| VersionChange {
        kind,
        part: P::PART,
        id: Some(piece.id()),
        name: piece.name().to_owned(),
        package: package.map(str::to_owned),
        fields,
    };
    let mut all = Vec::new();
    for piece in after {
        match before.iter().find(|b| b.id() == piece.id()) {
            None => all.push(change(ChangeKind::Added, piece, Vec::new())),
            Some(was) => {
                let fields = differing(&was.fields(), &piece.fields());
                if !fields.is_empty() {
                    all.push(change(ChangeKind::Changed, piece, fields));
                }
            }
        }
    }
    let gone = |b: &&P| !after.iter().any(|a| a.id() == b.id());
    all.extend(before.iter().filter(gone).map(|b| change(ChangeKind::Removed, b, Vec::new())));
    all
}

fn differing(before: &Json, after: &Json) -> Vec<FieldChange> {
    let (Some(was), Some(is)) = (before.as_object(), after.as_object()) else { return Vec::new() };
    let other = |(field, value): (&String, &Json)| {
        let before = was.get(field).cloned().unwrap_or(Json::Null);
        (before != *value).then(|| FieldChange { field: field.clone(), before, after: value.clone() })
    };
    is.iter().filter_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: u128, minor: i64) -> OfferLine {
        let text = format!("line {id}");
        OfferLine { id: Uuid::from_u128(id), text, unit_minor: minor, ..OfferLine::default() }
    }

    fn content(lines: Vec<OfferLine>) -> Content {
        let package = Package { id: Uuid::from_u128(90), name: "Good".into(), lines, ..Package::default() };
        let section = Section { id: Uuid::from_u128(80), title: "Why".into(), ..Section::default() };
        Content { title: "t".into(), packages: vec![package], sections: vec![section], ..Content::default() }
    }

    #[test]
    fn lines_added_removed_and_changed_are_told_apart() {
        let before = content(vec![line(1, 100), line(2, 200)]);
        let mut after = content(vec![line(1, 90), line(3, 300)]);
        after.sections[0].body = "Because".into();
        after.clause = "May be cancelled".into();
        let found = changes(&before, &after);
        let told: Vec<(ChangeKind, Part, &str, Vec<&str>)> = found
            .iter()
            .map(|c| (c.kind, c.part, c.name.as_str(), c.fields.iter().map(|f| f.field.as_str()).collect()))
            .collect();
        assert_eq!(
            told,
            [
                (ChangeKind::Changed, Part::Offer, "t", vec!["clause"]),
                (ChangeKind::Changed, Part::Section, "Why", vec!["body"]),
                (ChangeKind::Changed, Part::Line, "line 1", vec!["unit_minor"]),
                (ChangeKind::Added, Part::Line, "line 3", vec![]),
                (ChangeKind::Removed, Part::Line, "line 2", vec![]),
            ]
        );
        assert_eq!(found[2].fields[0].before, json!(100));
        assert_eq!(changes(&before, &before), []);
    }

    #[test]
    fn a_package_that_is_new_brings_its_lines() {
        let (before, mut after) = (content(vec![line(1, 100)]), content(vec![line(1, 100)]));
        let lines = vec![line(4, 1)];
        after.packages.push(Package {
            id: Uuid::from_u128(91),
            name: "Best".into(),
            lines,
            ..Package::default()
        });
        let told: Vec<(ChangeKind, Part)> =
            changes(&before, &after).iter().map(|c| (c.kind, c.part)).collect();
        assert_eq!(told, [(ChangeKind::Added, Part::Package), (ChangeKind::Added, Part::Line)]);
        let back: Vec<(ChangeKind, Part)> =
            changes(&after, &before).iter().map(|c| (c.kind, c.part)).collect();
        assert_eq!(back, [(ChangeKind::Removed, Part::Package)], "its lines go with it");
    }
}
