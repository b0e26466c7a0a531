//! Answers that name who has which role in the committee, with their words as the proof.

use http_room::{Answer, Problem};
use kernel::{PersonId, limits};
use process::facts::CommitteeRole;
use records::committee::{Place, place};
use serde_json::{Value as Json, json};
use store::Sql;
use store::db::Source;

use super::{Filler, Given};
use crate::committee::NewProof;
use crate::committee::routes::keep_proof;

impl Filler<'_> {
    pub(super) async fn role(&mut self, key: &str, role: CommitteeRole, given: &Given) -> Answer<bool> {
        let named = given.value["person_id"].as_str().and_then(|id| id.parse().ok());
        let Some(person) = named else {
            self.unseat(key, role).await?;
            return match given.is_empty() {
                true => Ok(false),
                false => Err(Problem::field("value.person_id", "required", "say who")),
            };
        };
        self.seat(key, person, role, given).await?;
        Ok(true)
    }

    /// Gives somebody a role in the committee, with their words as the proof.
    pub(super) async fn seat(
        &mut self,
        key: &str,
        person: PersonId,
        role: CommitteeRole,
        given: &Given,
    ) -> Answer<()> {
        if self.wrote(key, "role") != Some(person.0) {
            self.unseat(key, role).await?;
            if self.change_roles(person, |roles| add(roles, role)).await? {
                self.note(key, "role", Some(person.0)).await?;
            }
        }
        let word = key_of(role);
        let said = given.words.clone().or_else(|| given.summary.clone());
        let said = said.unwrap_or_else(|| "Named in a talk".to_owned());
        let evidence: String = said.chars().take(limits::REASON_CHARS).collect();
        let named_by = given.person.filter(|by| *by != person);
        self.visit.check_person("named_by", named_by).await?;
        if self.is_proved(person, &word, &evidence).await? {
            return Ok(());
        }
        let proof = NewProof { person_id: person, role, evidence: evidence.clone(), named_by };
        keep_proof(self.visit, &proof, &word, &evidence).await?;
        Ok(())
    }

    async fn is_proved(&self, person: PersonId, role: &str, evidence: &str) -> Answer<bool> {
        let text =
            "SELECT 1 FROM role_proof WHERE deal_id = ? AND person_id = ? AND role = ? AND evidence = ?";
        let values = [self.visit.deal.id.into(), person.into(), role.into(), evidence.into()];
        Ok(!Sql::with(self.visit.tx.engine(), text, values).rows(self.visit.tx.conn()).await?.is_empty())
    }

    /// Takes back the role this answer gave.
    async fn unseat(&mut self, key: &str, role: CommitteeRole) -> Answer<()> {
        let Some(person) = self.wrote(key, "role") else { return Ok(()) };
        self.change_roles(PersonId(person), |roles| {
            let before = roles.len();
            roles.retain(|r| *r != key_of(role));
            roles.len() != before
        })
        .await?;
        self.note(key, "role", None).await
    }

    /// Changes somebody's roles; answers whether they differ then.
    async fn change_roles(
        &mut self,
        person: PersonId,
        change: impl Fn(&mut Vec<String>) -> bool,
    ) -> Answer<bool> {
        let (workspace, deal) = (self.visit.workspace, self.visit.deal.id);
        let seats = records::deal::committee(&self.visit.tx, workspace, deal).await?;
        let seat = seats.into_iter().find(|s| s.person_id == person);
        let mut roles: Vec<String> =
            seat.as_ref().and_then(|s| serde_json::from_value(s.roles.clone()).ok()).unwrap_or_default();
        if !change(&mut roles) {
            return Ok(false);
        }
        let (stance, evidence) = seat.map_or((None, None), |s| (s.stance, s.evidence));
        let new = Place { roles, stance, evidence };
        place(&mut self.visit.tx, workspace, self.visit.actor, deal, person, &new, self.visit.now).await?;
        Ok(true)
    }
}

fn key_of(role: CommitteeRole) -> String {
    json!(role).as_str().unwrap_or_default().to_owned()
}

pub(super) fn role_of(key: &str) -> Option<CommitteeRole> {
    serde_json::from_value(Json::from(key)).ok()
}

fn add(roles: &mut Vec<String>, role: CommitteeRole) -> bool {
    let key = key_of(role);
    let lacks = !roles.contains(&key);
    if lacks {
        roles.push(key);
    }
    lacks
}
