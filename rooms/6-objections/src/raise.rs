//! Writing an objection down: from a deal, a person, a mail, a talk, or a question on a page.

use http_room::{Answer, Problem};
use kernel::{ObjectionId, PersonId, limits};
use process::room::{Visit, given};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Sql;
use store::db::Source as _;
use uuid::Uuid;

use crate::label;
use crate::objection::{OBJECTION_MOVED, OBJECTION_RAISED, Objection, of_deal, refresh};
use crate::rules::ObjectionKind;
use process::facts::ObjectionState;

/// Where an objection was heard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Somebody of us wrote it down.
    #[default]
    Hand,
    /// In a mail.
    Mail,
    /// In a talk that is on record.
    Talk,
    /// On the telephone.
    Call,
    /// On the page of an offer.
    OfferPage,
}

impl Source {
    /// The key used in tables and answers.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Mail => "mail",
            Self::Talk => "talk",
            Self::Call => "call",
            Self::OfferPage => "offer_page",
        }
    }
}

/// An objection to write down.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewObjection {
    /// What they said, word by word.
    pub stated: String,
    /// What it sounds like; `hidden` when they only say that they are not interested.
    pub stated_kind: ObjectionKind,
    /// More closely: a sub-kind, or a name of the workspace's own by its id.
    #[serde(default)]
    pub stated_sub: Option<String>,
    /// Who said it.
    #[serde(default)]
    pub person_id: Option<PersonId>,
    /// Where it was heard; by hand when left out.
    #[serde(default)]
    pub source: Option<Source>,
    /// The mail, talk or question.
    #[serde(default)]
    pub source_id: Option<Uuid>,
}

/// Writes it down, in the visit's transaction.
///
/// # Errors
/// 422 for fields at fault.
pub async fn raise(visit: &mut Visit, new: NewObjection) -> Answer<ObjectionId> {
    let stated = given("stated", &new.stated, limits::REASON_CHARS)?;
    let sub = label::checked(visit, "stated_sub", new.stated_kind, new.stated_sub.as_deref()).await?;
    visit.check_person("person_id", new.person_id).await?;
    let stage = visit.deal.position()?.stage;
    let objection = ObjectionId::new();
    let mut sql = Sql::new(
        visit.tx.engine(),
        "INSERT INTO objection (id, workspace_id, deal_id, person_id, stage, stated, stated_kind, stated_sub, source, source_id, \
         state, times, questions_skipped, raised_at, created_by, created_at, updated_at) VALUES ",
    );
    sql.bind_list([
        objection.into(),
        visit.workspace.into(),
        visit.deal.id.into(),
        new.person_id.into(),
        stage.key().into(),
        stated.clone().into(),
        new.stated_kind.key().into(),
        sub.clone().into(),
        new.source.unwrap_or_default().key().into(),
        new.source_id.into(),
        "open".into(),
        1_i64.into(),
        false.into(),
        visit.now.into(),
        visit.actor.user().into(),
        visit.now.into(),
        visit.now.into(),
    ]);
    sql.run(visit.tx.conn()).await?;
    let payload = json!({
        "stated": stated, "stated_kind": new.stated_kind, "stated_sub": sub, "stage": stage,
        "related": new.stated_kind.related(), "source": new.source.unwrap_or_default(),
    });
    visit.tell(OBJECTION_RAISED, objection.0, new.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    Ok(objection)
}

/// Writes it down, or, where the deal has one of this kind already, raises that again: a later repetition
/// is the same record.
///
/// # Errors
/// 422 for fields at fault.
pub async fn raise_or_repeat(visit: &mut Visit, new: NewObjection) -> Answer<ObjectionId> {
    let all = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    match all.iter().rev().find(|one| one.kind() == new.stated_kind) {
        None => raise(visit, new).await,
        // It is being talked about.
        Some(one) if !one.state.is_settled() => Ok(one.id),
        Some(one) => {
            repeat(visit, one).await?;
            Ok(one.id)
        }
    }
}

/// Opens a settled one again.
///
/// # Errors
/// Whatever the database says.
pub(crate) async fn repeat(visit: &mut Visit, one: &Objection) -> Answer<()> {
    let text = "UPDATE objection SET state = 'open', times = times + 1, raised_at = ?, settled_words = NULL, \
                settled_by_person = NULL, settled_at = NULL, updated_at = ? WHERE id = ?";
    let values = [visit.now.into(), visit.now.into(), one.id.into()];
    Sql::with(visit.tx.engine(), text, values).run(visit.tx.conn()).await?;
    crate::library::reopen(visit, one.id).await?;
    let payload = json!({ "step": "repeat", "from": one.state, "to": ObjectionState::Open, "said": {} });
    visit.tell(OBJECTION_MOVED, one.id.0, one.person_id, payload).await?;
    refresh(&visit.tx, visit.workspace, visit.deal.id, visit.now).await?;
    Ok(())
}

/// One of the deal.
///
/// # Errors
/// 404 without it.
pub(crate) async fn find(visit: &Visit, id: ObjectionId) -> Answer<Objection> {
    let all = of_deal(&visit.tx, visit.workspace, visit.deal.id).await?;
    all.into_iter().find(|o| o.id == id).ok_or_else(|| Problem::not_found("objection"))
}
