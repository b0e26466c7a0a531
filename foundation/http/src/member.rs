//! Who is asking, and what they may do. Rights are decided here and nowhere else.

use crate::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{ApiTokenId, Locale, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use store::Actor;

/// A member's role in a workspace, weakest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees everything, changes nothing.
    ReadOnly,
    /// Sells.
    Rep,
    /// Also passes gates by force and sees the team.
    Manager,
    /// Also sets the workspace up.
    Admin,
    /// Also owns it: there is always at least one.
    Owner,
}

impl Role {
    /// The word stored and sent.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::ReadOnly => "read_only",
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        [Self::ReadOnly, Self::Rep, Self::Manager, Self::Admin, Self::Owner]
            .into_iter()
            .find(|r| r.key() == key)
    }

    /// Whether this role has a right.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        match right {
            Right::Read => true,
            Right::Write => self >= Self::Rep,
            Right::Manage => self >= Self::Manager,
            Right::Administer => self >= Self::Admin,
            Right::Own => self == Self::Owner,
        }
    }
}

/// What can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// See records.
    Read,
    /// Change records, move deals, send mail.
    Write,
    /// Override gates, see the team's work.
    Manage,
    /// Members, fields, process, mailboxes of others, tokens.
    Administer,
    /// Give away the workspace.
    Own,
}

/// What an API token may do at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read only.
    Read,
    /// What its owner may.
    Write,
}

/// A signed-in member of the workspace the request is about. The server's sign-in puts it into the
/// request; handlers take it out through [`Reader`] and its siblings.
#[derive(Debug, Clone)]
pub struct Member {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The user.
    pub user: UserId,
    /// The token, when it is a program.
    pub token: Option<ApiTokenId>,
    /// The role in this workspace.
    pub role: Role,
    /// The token's scope; `Write` for people.
    pub scope: Scope,
    /// The user's language.
    pub locale: Locale,
}

impl Member {
    /// Whether this is allowed.
    #[must_use]
    pub fn may(&self, right: Right) -> bool {
        self.role.has(right) && (self.scope == Scope::Write || right == Right::Read)
    }

    /// The actor for the event log.
    #[must_use]
    pub fn actor(&self) -> Actor {
        if self.token.is_some() { Actor::Token(self.user) } else { Actor::User(self.user) }
    }
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident => $right:expr, $words:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub struct $name(pub Member);

        impl std::ops::Deref for $name {
            type Target = Member;
            fn deref(&self) -> &Member {
                &self.0
            }
        }

        impl<S: Send + Sync> FromRequestParts<S> for $name {
            type Rejection = Problem;
            async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
                let member = parts.extensions.get::<Member>().cloned().ok_or_else(Problem::unauthenticated)?;
                if member.may($right) { Ok(Self(member)) } else { Err(Problem::forbidden($words)) }
            }
        }
    )+};
}

rights! {
    /// A member who may read.
    Reader => Right::Read, "You may not see this.";
    /// A member who may change records.
    Writer => Right::Write, "Your role or token may read only.";
    /// A member who may manage.
    Manager => Right::Manage, "This takes the role of a manager.";
    /// A member who may administer.
    Admin => Right::Administer, "This takes the role of an administrator.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_has_exactly_its_rights() {
        use Right::{Administer, Manage, Own, Read, Write};
        let table = [
            (Role::ReadOnly, vec![Read]),
            (Role::Rep, vec![Read, Write]),
            (Role::Manager, vec![Read, Write, Manage]),
            (Role::Admin, vec![Read, Write, Manage, Administer]),
            (Role::Owner, vec![Read, Write, Manage, Administer, Own]),
        ];
        for (role, rights) in table {
            for right in [Read, Write, Manage, Administer, Own] {
                assert_eq!(role.has(right), rights.contains(&right), "{role:?} {right:?}");
            }
            assert_eq!(Role::parse(role.key()), Some(role));
        }
    }

    #[test]
    fn a_read_token_of_an_owner_reads_only() {
        let member = Member {
            workspace: WorkspaceId::new(),
            user: UserId::new(),
            token: Some(ApiTokenId::new()),
            role: Role::Owner,
            scope: Scope::Read,
            locale: Locale::En,
        };
        assert!(member.may(Right::Read));
        assert!(!member.may(Right::Write));
    }
}
