//! Which workspace a command works in, and in whose name.

use crate::output::Failure;
use clap::Args;
use http_room::{App, Member, Role, Scope};
use records::workspace::{self, Workspace};

/// Flags of every command that works inside a workspace.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The workspace's name in addresses; may be left out when there is only one.
    #[arg(long, value_name = "SLUG")]
    workspace: Option<String>,
    /// In whose name, by mail address [default: the workspace's first owner].
    #[arg(long, value_name = "EMAIL")]
    user: Option<String>,
}

impl Place {
    /// Finds the workspace and the member.
    ///
    /// # Errors
    /// When there is none, or several and none was named.
    pub async fn find(&self, app: &App) -> Result<(Workspace, Member), Failure> {
        let all = workspace::all(&app.db).await.map_err(Failure::of)?;
        let slugs = || all.iter().map(|w| w.slug.clone()).collect::<Vec<_>>().join(", ");
        let found = match &self.workspace {
            Some(slug) => all.iter().find(|w| w.slug == *slug),
            None if all.len() > 1 => {
                return Err(Failure::Usage(format!(
                    "there are several workspaces, name one with --workspace: {}",
                    slugs()
                )));
            }
            None => all.first(),
        };
        let workspace = found.cloned().ok_or_else(|| match &self.workspace {
            Some(slug) => {
                Failure::NotFound(format!("there is no workspace '{slug}'; there are: {}", slugs()))
            }
            None => Failure::NotFound(
                "there is no workspace yet: open the web app once, or run `sevenfold user create`".to_owned(),
            ),
        })?;
        let members = workspace::members(&app.db, workspace.id).await.map_err(Failure::of)?;
        let member = match &self.user {
            Some(email) => members.iter().find(|m| m.email == email.to_lowercase()),
            None => members.iter().filter(|m| m.role == "owner").min_by_key(|m| m.created_at),
        };
        let member =
            member.ok_or_else(|| Failure::NotFound("there is no such member of the workspace".to_owned()))?;
        let member = Member {
            workspace: workspace.id,
            user: member.user_id,
            token: None,
            role: Role::parse(&member.role).unwrap_or(Role::ReadOnly),
            scope: Scope::Write,
            locale: workspace.locale(),
        };
        Ok((workspace, member))
    }
}
