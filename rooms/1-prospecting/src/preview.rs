//! What criteria would do, on a sample of the companies; and what fields there are to ask for.
//!
//! Nothing here writes.

use std::collections::{BTreeMap, HashMap};

use http_room::{Answer, FieldKind};
use kernel::{CompanyId, Currency, WorkspaceId};
use records::company::Company;
use records::custom_field::{ChoiceOption, Label};
use serde::Serialize;
use store::db::Source;
use store::{Engine, Result, Sql};

use crate::icp::criteria::Criterion;
use crate::icp::rules::Grade;
use crate::icp::values::{Held, Scorable, scorable, value};
use crate::scoring::{Judged, Means, Scorer, WordedReason, companies};

/// Companies looked at, at most.
const SAMPLE: i64 = 2_000;
/// Companies shown.
const SHOWN: usize = 10;
/// Frequent values shown per field.
const VALUES: usize = 30;

/// How scores spread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Spread {
    /// Companies by score: 0-9, 10-19, … 90-100.
    pub histogram: [u32; 10],
    /// Companies by grade: `A`, `B`, `C`, `D`, `?` (not scored).
    pub grades: BTreeMap<&'static str, u32>,
    /// How many of those with D are excluded.
    pub excluded: u32,
}

impl Spread {
    fn new() -> Self {
        let grades = Grade::ALL.iter().map(|g| (g.key(), 0)).collect();
        Self { histogram: [0; 10], grades, excluded: 0 }
    }

    fn add(&mut self, score: Option<i64>, grade: &str, excluded: bool) {
        let bin = score.and_then(|s| usize::try_from(s / 10).ok()).map(|b| b.min(9));
        if let Some(bin) = bin {
            self.histogram[bin] += 1;
        }
        let grade = Grade::ALL.iter().map(|g| g.key()).find(|g| *g == grade).unwrap_or(Grade::Unknown.key());
        *self.grades.entry(grade).or_default() += 1;
        self.excluded += u32::from(excluded);
    }
}

/// What criteria would do.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct IcpPreview {
    /// Companies in the workspace.
    pub total: i64,
    /// Companies looked at: all, or an even sample of about 2,000.
    pub sampled: usize,
    /// As they are scored now.
    pub now: Spread,
    /// As these criteria would score them.
    #[serde(flatten)]
    pub then: Spread,
    /// Ten of them, from the best to the worst.
    pub companies: Vec<PreviewCompany>,
}

/// A company as criteria would score it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct PreviewCompany {
    /// Which.
    pub id: CompanyId,
    /// Its name.
    pub name: String,
    /// The score it would have.
    pub score: Option<u8>,
    /// The grade it would have.
    pub grade: Grade,
    /// The score it has.
    pub score_now: Option<i64>,
    /// The grade it has.
    pub was: Option<String>,
    /// Why.
    pub reasons: Vec<WordedReason>,
}

/// Scores a sample by criteria that have been checked.
///
/// # Errors
/// Whatever the database says.
pub async fn preview(
    db: &impl Source,
    workspace: WorkspaceId,
    criteria: &[Criterion],
    currency: Currency,
) -> Answer<IcpPreview> {
    let (total, sample) = sample(db, workspace).await?;
    let mut scorer = Scorer::new(criteria, currency, Vec::new())?;
    if scorer.wants_averages() {
        let mut means = Means::default();
        sample.iter().for_each(|company| means.add(&scorer.matches(company)));
        scorer = scorer.with_averages(means.get());
    }
    let (mut now, mut then) = (Spread::new(), Spread::new());
    let mut judged: Vec<(&Company, Judged)> = sample.iter().map(|c| (c, scorer.judge(c))).collect();
    for (company, judged) in &judged {
        let excluded = company.icp_reasons.value()[0]["exclusion"] == true;
        now.add(company.icp_score, company.icp_grade.as_deref().unwrap_or("?"), excluded);
        then.add(judged.score.score.map(i64::from), judged.score.grade.key(), judged.score.excluded);
    }
    judged.sort_by(|(a, x), (b, y)| y.score.score.cmp(&x.score.score).then_with(|| a.id.cmp(&b.id)));
    let companies = spread_out(judged.len()).map(|at| shown(judged[at].0, &judged[at].1)).collect();
    Ok(IcpPreview { total, sampled: sample.len(), now, then, companies })
}

/// At most ten places from first to last, evenly apart.
fn spread_out(len: usize) -> impl Iterator<Item = usize> {
    let shown = len.min(SHOWN);
    (0..shown).map(move |n| if shown > 1 { n * (len - 1) / (shown - 1) } else { 0 })
}

fn shown(company: &Company, judged: &Judged) -> PreviewCompany {
    PreviewCompany {
        id: company.id,
        name: company.name.clone(),
        score: judged.score.score,
        grade: judged.score.grade,
        score_now: company.icp_score,
        was: company.icp_grade.clone(),
        reasons: judged.reasons.clone(),
    }
}

/// How many companies there are, and an even sample of them. The last bits of an id are random, so
/// those below a bound are a sample, and the same one until companies come or go.
async fn sample(db: &impl Source, workspace: WorkspaceId) -> Result<(i64, Vec<Company>)> {
    let text = "SELECT COUNT(*) FROM company WHERE deleted_at IS NULL AND workspace_id = ?";
    let total: Option<i64> = Sql::with(db.engine(), text, [workspace.into()]).scalar(db.conn()).await?;
    let total = total.unwrap_or(0);
    let mut sql = companies(db.engine(), workspace);
    if total > SAMPLE {
        let bound = u16::try_from((SAMPLE << 16) / total).unwrap_or(u16::MAX);
        match db.engine() {
            Engine::Sqlite => sql.push(" AND substr(id, 15) < ").bind(bound.to_be_bytes().to_vec()),
            Engine::Postgres => sql.push(" AND right(id::text, 4) < ").bind(format!("{bound:04x}")),
        };
    }
    sql.push(" ORDER BY id LIMIT ").bind(SAMPLE);
    Ok((total, sql.all(db.conn()).await?))
}

/// A field a criterion may ask for, and what is known of it.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub struct IcpField {
    /// Its key, as criteria name it.
    pub key: String,
    /// Its label.
    pub label: Label,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether the workspace made it up.
    pub custom: bool,
    /// Options of a custom choice.
    pub options: Vec<ChoiceOption>,
    /// Share of the companies looked at in which it is filled, 0 to 1.
    pub known: f64,
    /// Its most frequent values, for choices and places.
    pub values: Vec<ValueCount>,
}

/// A value and how often it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// In how many of the companies looked at.
    pub count: u32,
}

/// The fields, with what a sample of the companies knows of them.
///
/// # Errors
/// Whatever the database says.
pub async fn fields(db: &impl Source, workspace: WorkspaceId, currency: Currency) -> Result<Vec<IcpField>> {
    let (_, sample) = sample(db, workspace).await?;
    let described = |field: Scorable| describe(field, &sample, currency);
    Ok(scorable(db, workspace).await?.into_iter().map(described).collect())
}

#[allow(clippy::cast_precision_loss)] // at most 2,000 companies
fn describe(field: Scorable, sample: &[Company], currency: Currency) -> IcpField {
    let listed = matches!(field.kind, FieldKind::Choice | FieldKind::MultiChoice | FieldKind::YesNo)
        || matches!(field.key.as_str(), "region" | "city");
    let (mut known, mut counts) = (0_usize, HashMap::<String, u32>::new());
    for held in sample.iter().filter_map(|company| value(company, &field.key, currency)) {
        known += 1;
        if listed {
            words(held).into_iter().for_each(|word| *counts.entry(word).or_default() += 1);
        }
    }
    let mut values: Vec<ValueCount> =
        counts.into_iter().map(|(value, count)| ValueCount { value, count }).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values.truncate(VALUES);
    IcpField {
        custom: field.key.starts_with("custom."),
        known: if sample.is_empty() { 0.0 } else { known as f64 / sample.len() as f64 },
        key: field.key,
        label: field.label,
        kind: field.kind,
        options: field.options,
        values,
    }
}

fn words(held: Held) -> Vec<String> {
    match held {
        Held::Text(text) => vec![text],
        Held::List(items) => items,
        Held::Number(n) => vec![n.to_string()],
        Held::Flag(flag) => vec![if flag { "yes" } else { "no" }.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_companies_shown_reach_from_the_best_to_the_worst() {
        let places = |len| spread_out(len).collect::<Vec<_>>();
        assert_eq!(places(0), Vec::<usize>::new());
        assert_eq!(places(1), [0]);
        assert_eq!(places(3), [0, 1, 2]);
        assert_eq!(places(100), [0, 11, 22, 33, 44, 55, 66, 77, 88, 99]);
    }

    #[test]
    fn a_full_score_is_in_the_last_bin_and_an_unknown_one_in_none() {
        let mut spread = Spread::new();
        spread.add(Some(100), "A", false);
        spread.add(Some(0), "D", true);
        spread.add(None, "?", false);
        assert_eq!((spread.histogram[9], spread.histogram[0]), (1, 1));
        assert_eq!(
            (spread.grades["A"], spread.grades["D"], spread.grades["?"], spread.excluded),
            (1, 1, 1, 1)
        );
    }
}
