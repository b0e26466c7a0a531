//! What the story stands on: the team, two versions of the process, the profile, fields and views.

use super::chance::id_of;
use super::player::Player;
use super::post::Post;
use super::texts::{self, say};
use super::words::TEAM;
use super::{Place, STORY_DAYS};
use crate::accounts::users::{self, User};
use http_room::{App, Problem, Role};
use kernel::{Locale, ProcessVersionId, Timestamp, UserId, WorkspaceId};
use process::definition::{Definition, EntryTask, TaskKind, Text};
use process::stage::Phase;
use process::version::{self, VERSION_PUBLISHED};
use prospecting::icp::criteria::{Criterion, Half, Role as Part, Test, UnknownPolicy};
use prospecting::profile::{self, By};
use records::custom_field::{self, NewCustomField};
use serde_json::{Value as Json, json};
use store::db::Source;
use store::{Actor, NewEvent, Sql, StoreError, Subject, WriteTx};

/// Finds out where the story plays.
pub(super) async fn place(
    app: &App,
    workspace: WorkspaceId,
    owner: UserId,
    now: Timestamp,
) -> Result<Place, Problem> {
    let found = records::workspace::find(&app.db, workspace).await?;
    let space = found.ok_or_else(|| Problem::not_found("workspace"))?;
    let team = (0..TEAM.len()).map(|n| UserId(id_of(workspace.0, "member", n, space.created_at)));
    Ok(Place {
        workspace,
        now,
        zone: space.time_zone.parse().unwrap_or(chrono_tz::UTC),
        locale: space.locale(),
        currency: space.currency(),
        us: space.name.clone(),
        members: std::iter::once(owner).chain(team).collect(),
    })
}

/// Lays the ground, once.
pub(super) async fn lay(player: &Player) -> Result<(), Problem> {
    let place = &player.place;
    let mut tx = player.app.db.write_tx().await?;
    if users::find(&tx, place.members[1]).await?.is_none() {
        let begun = place.at(-STORY_DAYS - 6.0, 9 * 60);
        hire(&mut tx, place, begun).await?;
        first_version(&tx, place, begun).await?;
        for field in fields() {
            custom_field::create(&tx, place.workspace, &read(field)?, begun).await?;
        }
        publish_profile(&mut tx, place, begun).await?;
        tx.commit().await?;
    }
    super::offered::sell(player).await?;
    views(player).await
}

async fn hire(tx: &mut WriteTx, place: &Place, begun: Timestamp) -> Result<(), Problem> {
    let found = records::workspace::find(tx, place.workspace).await?;
    let slug = found.map(|w| w.slug).unwrap_or_default();
    for ((name, address, zone, manages), id) in TEAM.into_iter().zip(&place.members[1..]) {
        let user = User {
            id: *id,
            email: format!("{address}@{slug}.example"),
            name: name.to_owned(),
            password_hash: None,
            locale: if zone == "Asia/Seoul" { Locale::Ko } else { Locale::En }.tag().to_owned(),
            time_zone: zone.to_owned(),
            created_at: begun,
            disabled_at: None,
        };
        users::insert(tx, &user).await?;
        let role = if manages { Role::Manager } else { Role::Rep };
        users::join(tx, place.workspace, *id, role, begun).await?;
        let event = NewEvent::now(place.workspace, "member.joined", Actor::System, begun);
        tx.record(event.with(json!({ "user_id": id, "role": role.key() }))).await?;
    }
    Ok(())
}

/// The process that came with the workspace is a year old in the story.
async fn first_version(tx: &WriteTx, place: &Place, begun: Timestamp) -> Result<(), Problem> {
    let text =
        "UPDATE process_version SET published_at = ?, created_at = ? WHERE workspace_id = ? AND number = 1";
    Sql::with(tx.engine(), text, [begun.into(), begun.into(), place.workspace.into()]).run(tx.conn()).await?;
    Ok(())
}

/// What the team changed after eight months: replies waited too long.
fn faster() -> Definition {
    let mut process = Definition::seven_stages();
    for stage in &mut process.stages {
        match stage.phase {
            Phase::Outreach => {
                stage.sla = 21;
                let title = Text {
                    en: "Second touch on another channel".to_owned(),
                    ko: "다른 채널로 두 번째 접촉하기".to_owned(),
                };
                let task = EntryTask { key: "second_touch".to_owned(), title, due: 4, kind: TaskKind::Call };
                stage.entry_tasks.push(task);
            }
            Phase::Qualification => stage.answer_within_hours = Some(2),
            _ => {}
        }
    }
    process
}

/// Publishes the second version, once.
pub(super) async fn second_version(player: &Player, at: Timestamp) -> Result<(), Problem> {
    let place = &player.place;
    let mut tx = player.app.db.write_tx().await?;
    if version::all(&tx, place.workspace).await?.len() > 1 {
        return Ok(());
    }
    let id = ProcessVersionId(id_of(place.workspace.0, "version", 2, at));
    let note = say(texts::VERSION_NOTE[0], place.locale);
    let definition = serde_json::to_value(faster()).map_err(|e| Problem::internal(&e))?;
    let by = place.members[1];
    let text = "INSERT INTO process_version (id, workspace_id, number, state, definition, note, published_at, \
                published_by, created_at) VALUES (?, ?, 2, 'published', ?, ?, ?, ?, ?)";
    let values =
        [id.into(), place.workspace.into(), definition.into(), note.into(), at.into(), by.into(), at.into()];
    Sql::with(tx.engine(), text, values).run(tx.conn()).await?;
    let text = "UPDATE workspace SET process_version_id = ? WHERE id = ?";
    Sql::with(tx.engine(), text, [id.into(), place.workspace.into()]).run(tx.conn()).await?;
    let event = NewEvent::now(place.workspace, VERSION_PUBLISHED, Actor::User(by), at)
        .about(Subject { row: Some(id.0), ..Subject::default() })
        .under(Some(id))
        .with(json!({ "number": 2, "note": note }));
    tx.record(event).await?;
    Ok(tx.commit().await?)
}

fn fields() -> Vec<Json> {
    let label = |en: &str, ko: &str| json!({ "en": en, "ko": ko });
    let option = |key: &str, en: &str, ko: &str| json!({ "key": key, "label": label(en, ko) });
    let plans = [
        option("spreadsheet", "Spreadsheet", "스프레드시트"),
        option("board", "Wall board", "현황판"),
        option("program", "Own program", "자체 프로그램"),
    ];
    let likes = [
        option("phone", "Phone", "전화"),
        option("mail", "Mail", "메일"),
        option("meeting", "Meeting", "미팅"),
    ];
    vec![
        json!({ "on": "company", "key": "sites", "label": label("Sites", "사업장 수"), "kind": "number" }),
        json!({ "on": "company", "key": "plans_with", "label": label("Plans with", "계획 도구"), "kind": "choice", "options": plans }),
        json!({ "on": "person", "key": "likes", "label": label("Likes to be reached by", "편한 연락 방법"), "kind": "choice", "options": likes }),
        json!({ "on": "deal", "key": "users", "label": label("Users", "사용자 수"), "kind": "number" }),
        json!({ "on": "deal", "key": "pilot", "label": label("Begins with a pilot", "시범 도입 여부"), "kind": "yes_no" }),
    ]
}

fn read(field: Json) -> Result<NewCustomField, Problem> {
    serde_json::from_value(field).map_err(|e| Problem::internal(&e))
}

async fn publish_profile(tx: &mut WriteTx, place: &Place, at: Timestamp) -> Result<(), Problem> {
    let by = By { workspace: place.workspace, actor: Actor::User(place.members[0]), now: at };
    let words = |list: &[&str]| list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let weight = |half, weight| Part::Weight { half, weight, unknown: UnknownPolicy::Neutral };
    let of = |field: &str, test, role| Criterion { field: field.to_owned(), test, role };
    let size = Test::Range { from: Some(30.0), to: Some(700.0), soft_percent: 25 };
    let sector = Test::Choice {
        accepts: words(&["logistics", "manufacturing", "food"]),
        partial: words(&["software", "energy"]),
    };
    let home = Test::Choice { accepts: words(&["KR", "JP", "US"]), partial: words(&["DE"]) };
    let tool = Test::Choice { accepts: words(&["spreadsheet"]), partial: words(&["board"]) };
    let several = Test::Range { from: Some(2.0), to: None, soft_percent: 50 };
    let criteria = [
        of("employees", size, weight(Half::ToUs, 8)),
        of("industry", sector, weight(Half::ToUs, 7)),
        of("country", home, weight(Half::ToUs, 2)),
        of("custom.plans_with", tool, weight(Half::ToThem, 5)),
        of("custom.sites", several, weight(Half::ToThem, 4)),
    ];
    let (name, purpose) = (say(texts::PROFILE[0], place.locale), say(texts::PROFILE[1], place.locale));
    let made = profile::insert(tx, by, name, Some(purpose), place.currency, &criteria).await?;
    profile::publish(tx, by, &made, None).await?;
    Ok(())
}

/// The sandbox mailbox, and a sequence of three mails that sends from it, once.
pub(super) async fn mail(player: &Player) -> Result<Post, Problem> {
    let (place, db) = (&player.place, &player.app.db);
    let begun = place.at(-STORY_DAYS - 6.0, 9 * 60);
    let mut tx = db.write_tx().await?;
    let mailbox = outreach::ensure_sandbox_mailbox(&mut tx, place.workspace, place.members[0], begun).await?;
    tx.commit().await?;
    let name = say(texts::SEQUENCE[0], place.locale);
    let text = "SELECT id, state FROM sequence WHERE workspace_id = ? AND name = ? AND deleted_at IS NULL";
    let values = [place.workspace.into(), name.into()];
    let rows = Sql::with(db.engine(), text, values).rows(db.read()).await?;
    let (mut id, mut state) = (String::new(), String::new());
    if let Some(row) = rows.first() {
        let read = (row.try_get_by_index::<uuid::Uuid>(0), row.try_get_by_index::<String>(1));
        (id, state) = (read.0.map_err(StoreError::from)?.to_string(), read.1.map_err(StoreError::from)?);
    } else {
        let steps: Vec<Json> = texts::LETTERS
            .iter()
            .enumerate()
            .map(|(n, letter)| {
                let subject = if n == 0 { say(texts::SEQUENCE[1], place.locale) } else { "" };
                json!({ "kind": "mail", "delay_days": n * 3, "subject": subject, "body": say(*letter, place.locale) })
            })
            .collect();
        let new = json!({ "name": name, "goal": "conversation", "mailbox_id": mailbox, "steps": steps });
        let made = player.ask(begun, 0, Role::Owner, ("POST", "/sequences"), &new).await?;
        id.push_str(made["id"].as_str().unwrap_or_default());
    }
    if state != "active" {
        let path = format!("/sequences/{id}/activate");
        player.ask(begun, 0, Role::Owner, ("POST", &path), &json!({})).await?;
    }
    Ok(Post { mailbox: Some(mailbox), sequence: id.parse().ok() })
}

/// Views everybody sees; `where` as lists take it.
async fn views(player: &Player) -> Result<(), Problem> {
    let place = &player.place;
    let db = &player.app.db;
    let text = "SELECT name FROM saved_view WHERE workspace_id = ?";
    let rows = Sql::with(db.engine(), text, [place.workspace.into()]).rows(db.read()).await?;
    let there: Vec<String> = rows.iter().filter_map(|row| row.try_get_by_index(0).ok()).collect();
    let queries = [
        ("company", json!({ "where": ["icp_grade.in.A,B"], "sort": "-icp_score" })),
        (
            "deal",
            json!({ "where": ["status.eq.open", format!("expected_close.lte.{}", place.date(place.now.plus_days(30)))], "sort": "expected_close" }),
        ),
        ("person", json!({ "where": ["country.eq.KR"], "sort": "name" })),
        ("deal", json!({ "where": ["status.eq.open"], "sort": "-value" })),
    ];
    for (name, (kind, query)) in texts::VIEWS.iter().zip(queries) {
        let name = say(*name, place.locale);
        if there.iter().any(|n| n == name) {
            continue;
        }
        let view = json!({ "kind": kind, "name": name, "query": query, "shared": true });
        player.ask(place.now.plus_days(-40), 0, Role::Owner, ("POST", "/saved-views"), &view).await?;
    }
    Ok(())
}
