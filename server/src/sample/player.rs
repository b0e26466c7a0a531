//! Plays the year: asks the rooms, as the members would have, with the clock set to each step.

use super::firms::{Firm, list_day};
use super::post::Post;
use super::steps::{Act, Step};
use super::story::Told;
use super::{Place, passage};
use crate::assemble;
use crate::worker::{self, Duties};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use http_room::{App, Member, Problem, Role, Scope};
use kernel::{DealId, Timestamp, UserId};
use process::gate_cache;
use process::moves::{self, Mover};
use process::transition::{MoveKind, MoveRequest};
use records::Kind;
use records::activity::NewActivity;
use records::task::{self, NewTask};
use records::write::{self, Author};
use serde_json::{Map, Value as Json, json};
use std::collections::HashSet;
use std::time::Duration;
use store::db::Source;
use store::{Actor, Clock, Sql};
use tower::ServiceExt;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

/// Largest answer of a room that is read.
const ANSWER_BYTES: usize = 4 << 20;

/// Plays the team.
pub(super) struct Player {
    /// The program, its clock standing where the story is.
    pub app: App,
    pub place: Place,
    /// The mails.
    pub post: Post,
    /// Moves that passed over a criterion, with a reason.
    pub forced: usize,
    rooms: Router,
    reactions: Duties,
}

impl Player {
    pub fn new(app: &App, place: Place) -> Self {
        let app = App { clock: Clock::fixed(place.now), ..app.clone() };
        let mut doors = assemble::rooms();
        let mut routes = OpenApiRouter::new();
        for door in &mut doors {
            routes = routes.merge(std::mem::take(&mut door.routes));
        }
        let rooms = routes.split_for_parts().0.with_state(app.clone());
        let reactions = doors.into_iter().flat_map(|door| door.reactions).collect();
        let reactions = Duties { reactions, ..Duties::default() };
        Self { app, place, post: Post::default(), forced: 0, rooms, reactions }
    }

    pub fn actor(&self, who: usize) -> Actor {
        Actor::User(self.user(who))
    }

    fn user(&self, who: usize) -> UserId {
        self.place.members.get(who).copied().unwrap_or(self.place.members[0])
    }

    pub fn author(&self, who: usize, now: Timestamp) -> Author {
        let (workspace, currency) = (self.place.workspace, self.place.currency);
        Author { workspace, actor: self.actor(who), now, cause: None, currency }
    }

    /// Asks a room as this member at this instant.
    ///
    /// # Errors
    /// What the room answered when it refused.
    pub async fn ask(
        &self,
        at: Timestamp,
        who: usize,
        role: Role,
        (method, path): (&str, &str),
        body: &Json,
    ) -> Result<Json, Problem> {
        self.app.clock.set(at);
        let member = Member {
            workspace: self.place.workspace,
            user: self.user(who),
            token: None,
            role,
            scope: Scope::Write,
            locale: self.place.locale,
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(member)
            .body(Body::from(body.to_string()))
            .map_err(|e| Problem::internal(&e))?;
        let Ok(response) = self.rooms.clone().oneshot(request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), ANSWER_BYTES).await.map_err(|e| Problem::internal(&e))?;
        let answer: Json = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        if status.is_success() {
            return Ok(answer);
        }
        let said = format!("{method} {path} at {at}: {status} {answer}; asked: {body}");
        Err(Problem::new(status, "sample_refused", said).with_facts(answer["facts"].clone()))
    }

    /// Brings in a month's list of companies with their people.
    pub async fn bring_in(&self, firms: &[Firm], list: usize) -> Result<(), Problem> {
        let firms: Vec<&Firm> = firms.iter().filter(|f| f.list == list).collect();
        let Some(first) = firms.first() else { return Ok(()) };
        let mut tx = self.app.db.write_tx().await?;
        if self.exists(&tx, "company", first.id).await? {
            return Ok(());
        }
        let author = self.author(0, list_day(&self.place, list));
        let drafts = |rows: Vec<(Uuid, &Map<String, Json>)>, kind, custom: &[_]| {
            let read = |(id, fields): (Uuid, &Map<String, Json>)| {
                let draft =
                    write::read(kind, fields, custom, None, author.currency).map_err(Problem::invalid)?;
                Ok::<_, Problem>((id, draft))
            };
            rows.into_iter().map(read).collect::<Result<Vec<_>, _>>()
        };
        let custom = records::custom_field::in_use(&tx, author.workspace, Kind::Company).await?;
        let rows = drafts(firms.iter().map(|f| (f.id, &f.fields)).collect(), Kind::Company, &custom)?;
        write::insert_many(&mut tx, &author, Kind::Company, rows).await?;
        let custom = records::custom_field::in_use(&tx, author.workspace, Kind::Person).await?;
        let people = firms.iter().flat_map(|f| &f.people).map(|p| (p.id, &p.fields)).collect();
        write::insert_many(&mut tx, &author, Kind::Person, drafts(people, Kind::Person, &custom)?).await?;
        Ok(tx.commit().await?)
    }

    async fn exists(&self, db: &impl Source, table: &str, id: Uuid) -> Result<bool, Problem> {
        let mut sql = Sql::new(db.engine(), "SELECT 1 FROM ");
        sql.push(table).push(" WHERE id = ").bind(id);
        Ok(!sql.rows(db.conn()).await?.is_empty())
    }

    /// Plays the history of a deal, from wherever it was cut.
    pub async fn play(&mut self, deal: &Told) -> Result<(), Problem> {
        let mut taken = HashSet::new();
        if self.exists(&self.app.db, "deal", deal.id).await? {
            taken = self.instants(deal.id).await?;
        } else {
            self.open(deal).await?;
        }
        for step in deal.steps.iter().filter(|step| !taken.contains(&step.at)) {
            self.take(deal, step).await?;
        }
        let tx = self.app.db.write_tx().await?;
        passage::rest(&tx, deal).await?;
        Ok(tx.commit().await?)
    }

    /// Takes the steps that had to wait for the reactions.
    pub async fn finish(&mut self, deal: &Told) -> Result<(), Problem> {
        if deal.last.is_empty() {
            return Ok(());
        }
        let taken = self.instants(deal.id).await?;
        for step in deal.last.iter().filter(|step| !taken.contains(&step.at)) {
            self.take(deal, step).await?;
        }
        Ok(())
    }

    async fn instants(&self, deal: Uuid) -> Result<HashSet<Timestamp>, Problem> {
        let text = "SELECT at FROM event WHERE deal_id = ? AND workspace_id = ?";
        let db = &self.app.db;
        let rows =
            Sql::with(db.engine(), text, [deal.into(), self.place.workspace.into()]).rows(db.read()).await?;
        let read = |row: &store::Row| Ok(Timestamp(row.try_get_by_index(0)?));
        rows.iter().map(read).collect::<store::Result<_>>().map_err(Problem::from)
    }

    async fn open(&self, deal: &Told) -> Result<(), Problem> {
        let mut tx = self.app.db.write_tx().await?;
        let author = self.author(deal.owner, deal.opened);
        let custom = records::custom_field::in_use(&tx, author.workspace, Kind::Deal).await?;
        let draft = write::read(Kind::Deal, &deal.fields, &custom, None, author.currency)
            .map_err(Problem::invalid)?;
        write::insert_many(&mut tx, &author, Kind::Deal, vec![(deal.id, draft)]).await?;
        process::settle::settle(&mut tx, author.workspace, DealId(deal.id), deal.opened).await?;
        Ok(tx.commit().await?)
    }

    async fn take(&mut self, deal: &Told, step: &Step) -> Result<(), Problem> {
        match &step.act {
            Act::Ask(method, path, body) => self.ask_about(deal, step, method, path, body).await,
            Act::Offer(body) => {
                let body = self.tied(deal, body).await?;
                self.ask_about(deal, step, "POST", "/offers", &body).await
            }
            Act::Log(body) => {
                let mut new: NewActivity = read(body)?;
                new.deal_id = Some(DealId(deal.id));
                let mut tx = self.app.db.write_tx().await?;
                records::activity::log(&mut tx, self.place.workspace, self.actor(step.who), new, step.at)
                    .await?;
                Ok(tx.commit().await?)
            }
            Act::Task(body) => {
                let mut new: NewTask = read(body)?;
                new.deal_id = Some(DealId(deal.id));
                let mut tx = self.app.db.write_tx().await?;
                task::create(&mut tx, self.place.workspace, self.actor(step.who), new, step.at).await?;
                Ok(tx.commit().await?)
            }
            Act::Done => self.finish_tasks(deal, step).await,
            Act::Mail { .. } | Act::Bounce { .. } | Act::Reply { .. } => {
                self.post.take(&self.app, &self.place, deal, step).await
            }
        }
    }

    async fn ask_about(
        &mut self,
        deal: &Told,
        step: &Step,
        method: &str,
        path: &str,
        body: &Json,
    ) -> Result<(), Problem> {
        let (workspace, id) = (self.place.workspace, DealId(deal.id));
        let (mut path, mut body) = (format!("/deals/{}{path}", deal.id), body.clone());
        if path.contains("{offer}") || body["offer_id"] == "{offer}" {
            let offers = offer::of_deal(&self.app.db, workspace, id).await?;
            let Some(offer) = offers.first() else { return Ok(()) };
            path = path.replace("{offer}", &offer.id.to_string());
            if body["offer_id"] == "{offer}" {
                body["offer_id"] = json!(offer.id);
            }
            if path.ends_with("/end") && offer.sent_at.is_none() {
                body = json!({ "state": "discarded" });
            }
        }
        if path.contains("{objection}") {
            let all = objections::of_deal(&self.app.db, workspace, id).await?;
            let Some(objection) = all.last() else { return Ok(()) };
            path = path.replace("{objection}", &objection.id.to_string());
        }
        // What a plan asked for before the story ends was done when its day came.
        let today = self.place.date(self.place.now);
        for one in body.get_mut("steps").and_then(Json::as_array_mut).into_iter().flatten() {
            one["done"] = json!(one["due_on"].as_str().is_some_and(|day| day < today.as_str()));
        }
        if path.ends_with("/move") {
            return self.go(id, step, &body).await;
        }
        self.ask(step.at, step.who, Role::Rep, (method, &path), &body).await.map(|_| ())
    }

    /// Moves a deal. What lacks something passes only by the manager's word.
    async fn go(&mut self, deal: DealId, step: &Step, body: &Json) -> Result<(), Problem> {
        let request: MoveRequest = read(body)?;
        match self.make(deal, step, step.who, Role::Rep, &request).await {
            Err(refused) if request.kind == MoveKind::Advance && refused.code == "gate_not_met" => {
                self.force(deal, step, &refused).await
            }
            other => other,
        }
    }

    async fn make(
        &self,
        deal: DealId,
        step: &Step,
        who: usize,
        role: Role,
        request: &MoveRequest,
    ) -> Result<(), Problem> {
        let (workspace, actor) = (self.place.workspace, self.actor(who));
        let mover = Mover { workspace, actor, role, now: step.at, cause: None };
        let mut tx = self.app.db.write_tx().await?;
        moves::make(&mut tx, &mover, deal, request).await?;
        Ok(tx.commit().await?)
    }

    /// The manager lets a deal pass that lacks something, with a reason for each.
    async fn force(&mut self, deal: DealId, step: &Step, refused: &Problem) -> Result<(), Problem> {
        let reason = super::texts::say(super::texts::FORCED[0], self.place.locale);
        let lacking = refused.facts["missing"].as_array().cloned().unwrap_or_default();
        let reasons =
            lacking.iter().filter_map(|c| Some((c["key"].as_str()?.to_owned(), reason.to_owned()))).collect();
        self.forced += 1;
        let request = MoveRequest { reasons, ..MoveRequest::of(MoveKind::AdvanceForced) };
        self.make(deal, step, 1, Role::Manager, &request).await
    }

    /// An offer whose lines answer what was found.
    async fn tied(&self, deal: &Told, body: &Json) -> Result<Json, Problem> {
        let found =
            qualification::finding::of_deal(&self.app.db, self.place.workspace, DealId(deal.id)).await?;
        let of = |kinds: &[&str]| {
            let of_kind = found.iter().filter(|f| kinds.contains(&f.kind.as_str()));
            of_kind.map(|f| f.id).collect::<Vec<_>>()
        };
        let mut body = body.clone();
        for package in body["packages"].as_array_mut().into_iter().flatten() {
            package["lines"][0]["answers"] = json!(of(&["challenge", "ambition"]));
            package["lines"][1]["answers"] = json!(of(&["goal"]));
        }
        body["no_ambition_known"] = json!(of(&["ambition"]).is_empty());
        Ok(body)
    }

    async fn finish_tasks(&self, deal: &Told, step: &Step) -> Result<(), Problem> {
        let mut tx = self.app.db.write_tx().await?;
        let text = "SELECT id FROM task WHERE deal_id = ? AND workspace_id = ? AND state = 'open' AND deleted_at IS NULL ORDER BY id";
        let rows = Sql::with(tx.engine(), text, [deal.id.into(), self.place.workspace.into()])
            .rows(tx.conn())
            .await?;
        for row in &rows {
            let id = kernel::TaskId(row.try_get_by_index(0).map_err(store::StoreError::from)?);
            task::set_state(&mut tx, self.place.workspace, self.actor(step.who), id, "done", step.at).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Lets every reaction read the log to its end, so that what follows builds on it.
    pub async fn catch_up(&self) -> Result<(), Problem> {
        self.app.clock.set(self.place.now);
        loop {
            worker::drain(&self.app, &self.reactions).await?;
            if !self.is_behind().await? {
                return Ok(());
            }
            // Another node is at it.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn is_behind(&self) -> Result<bool, Problem> {
        for reaction in &self.reactions.reactions {
            if store::reaction::is_behind(&self.app.db, reaction).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What ended deals and plans asked for was done by the day before: nobody makes up for a year in one morning.
    pub async fn settle_old_tasks(&self) -> Result<(), Problem> {
        let by = self.place.now;
        let mut tx = self.app.db.write_tx().await?;
        let text = "SELECT t.id, t.owner_id FROM task t JOIN deal d ON d.id = t.deal_id WHERE t.workspace_id = ? \
                    AND t.state = 'open' AND t.deleted_at IS NULL AND (d.status <> 'open' OR t.origin_key LIKE 'closing:%') AND t.due_on <= ? ORDER BY t.id";
        let values = [self.place.workspace.into(), self.place.date(by).into()];
        for row in Sql::with(tx.engine(), text, values).rows(tx.conn()).await? {
            let id = kernel::TaskId(row.try_get_by_index(0).map_err(store::StoreError::from)?);
            let owner: Option<UserId> = row.try_get_by_index(1).map_err(store::StoreError::from)?;
            let who = owner.map_or_else(|| self.actor(0), Actor::User);
            task::set_state(&mut tx, self.place.workspace, who, id, "done", by).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Judges every open deal as it stands at the end of the story.
    pub async fn judge_open_deals(&self) -> Result<(), Problem> {
        let tx = self.app.db.write_tx().await?;
        let text = "SELECT id FROM deal WHERE workspace_id = ? AND status = 'open' AND deleted_at IS NULL";
        let rows = Sql::with(tx.engine(), text, [self.place.workspace.into()]).rows(tx.conn()).await?;
        for row in &rows {
            let deal = DealId(row.try_get_by_index(0).map_err(store::StoreError::from)?);
            gate_cache::refresh(&tx, self.place.workspace, deal, self.place.now).await?;
        }
        Ok(tx.commit().await?)
    }
}

fn read<T: serde::de::DeserializeOwned>(body: &Json) -> Result<T, Problem> {
    let wrong = |e: serde_json::Error| {
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "sample_refused", format!("{e}: {body}"))
    };
    serde_json::from_value(body.clone()).map_err(wrong)
}
