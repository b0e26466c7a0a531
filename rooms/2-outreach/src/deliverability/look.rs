//! Looking at a domain: everything that is asked, at once.

use std::collections::BTreeSet;

use futures::future::join_all;
use http_room::app::Config;
use http_room::{Answer, App, Problem};
use kernel::{Timestamp, WorkspaceId};
use mail::SmtpSettings;
use outward::{Outside, Policy};
use store::db::Source;
use store::{Result, Sql};

use super::authentication::{self, Sender};
use super::dkim_key::{self, StoredKey};
use super::{Finding, Report, content, gate, is_ready, rates, server};
use crate::mailbox::{COLUMNS, MailboxRow};
use crate::tracking;

/// The domains that real mailboxes send from, with their workspaces.
///
/// # Errors
/// Whatever the database says.
pub async fn domains_of_all(db: &impl Source) -> Result<Vec<(WorkspaceId, String)>> {
    let text =
        "SELECT DISTINCT workspace_id, address FROM mailbox WHERE deleted_at IS NULL AND kind = 'real'";
    let rows = Sql::new(db.engine(), text).rows(db.conn()).await?;
    let mut all = BTreeSet::new();
    for row in rows {
        let (space, address): (WorkspaceId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        all.insert((space, crate::mailbox::domain_of(&address)));
    }
    Ok(all.into_iter().collect())
}

/// The real mailboxes of a workspace, by address.
pub(super) async fn real_mailboxes(db: &impl Source, space: WorkspaceId) -> Result<Vec<MailboxRow>> {
    let mut sql = Sql::new(db.engine(), "SELECT ");
    sql.push(COLUMNS).push(" FROM mailbox WHERE deleted_at IS NULL AND kind = 'real' AND workspace_id = ");
    sql.bind(space).push(" ORDER BY address, id");
    sql.all(db.conn()).await
}

fn outside(config: &Config) -> Answer<Outside> {
    let policy = Policy { private: config.closed_network, name_server: config.name_server };
    Outside::new(policy).map_err(|why| Problem::internal(&why))
}

/// Looks at a domain that no mailbox of ours sends from: only at what DNS says of it.
///
/// # Errors
/// When nothing can be asked. What servers outside say is no error but a finding.
pub async fn look_from_outside(config: &Config, domain: &str, now: Timestamp) -> Answer<Report> {
    let outside = outside(config)?;
    let subject = Subject { outside: &outside, domain, mailboxes: &[], key: None, usable: true };
    let findings = subject.of_dns(&[]).await;
    let ready = is_ready(&findings, false);
    Ok(Report::new(domain, findings, ready, now))
}

/// Looks at a domain that mailboxes of a workspace send from. Writes nothing.
///
/// # Errors
/// Whatever the database says. What servers outside say is no error but a finding.
pub async fn look(app: &App, space: WorkspaceId, domain: &str) -> Answer<Report> {
    let outside = outside(&app.config)?;
    let mut mailboxes = real_mailboxes(&app.db, space).await?;
    mailboxes.retain(|mailbox| mailbox.domain() == domain);
    let key = dkim_key::of(&app.db, space, domain).await?;
    let before = gate::kept(&app.db, space, domain).await?.is_some_and(|check| check.ready);
    let usable = key.as_ref().is_none_or(|key| key.opened(app).is_ok());
    let servers = join_all(mailboxes.iter().map(|mailbox| mailbox.smtp_settings(app))).await;
    // A password that does not open, or a token that is not there, is told of where it is needed.
    let servers = server::distinct(servers.into_iter().flatten().collect());
    let subject = Subject { outside: &outside, domain, mailboxes: &mailboxes, key: key.as_ref(), usable };
    let mut findings = subject.of_dns(&servers).await;
    findings.extend(subject.of_servers(&servers).await);
    findings.push(server::unsubscribe(&app.config.base_url));
    findings.push(server::links(domain, &tracking::base(app, &app.db, space).await?));
    findings.push(content::content(&app.db, space, &mailboxes).await?);
    findings.extend(rates::findings(&rates::rates(app, &mailboxes).await?));
    let ready = is_ready(&findings, before);
    Ok(Report::new(domain, findings, ready, app.clock.now()))
}

/// What is looked at.
struct Subject<'a> {
    outside: &'a Outside,
    domain: &'a str,
    mailboxes: &'a [MailboxRow],
    key: Option<&'a StoredKey>,
    usable: bool,
}

impl Subject<'_> {
    async fn of_dns(&self, servers: &[SmtpSettings]) -> Vec<Finding> {
        let provider = |host: &str| crate::mailbox::provider::of(host, self.domain);
        let near = |host: &str| crate::mailbox::is_near(host);
        let senders: Vec<Sender<'_>> = servers
            .iter()
            .filter(|server| !near(&server.host))
            .map(|server| Sender { host: &server.host, provider: provider(&server.host) })
            .collect();
        let (spf, dkim, policies, mx) = tokio::join!(
            authentication::spf(self.outside, self.domain, &senders),
            authentication::dkim(self.outside, self.domain, self.key, self.usable),
            authentication::policies(self.outside, self.domain),
            server::mx(self.outside, self.domain),
        );
        let dmarc = policies.finding(self.domain);
        let alignment = policies.alignment(self.domain, &spf, &dkim);
        vec![spf, dkim, dmarc, alignment, mx]
    }

    async fn of_servers(&self, servers: &[SmtpSettings]) -> Vec<Finding> {
        let own = |host: &str| crate::mailbox::provider::of(host, self.domain).is_none();
        let hosts: BTreeSet<&str> =
            self.mailboxes.iter().filter_map(|m| m.smtp["host"].as_str()).filter(|host| own(host)).collect();
        let names = join_all(hosts.into_iter().map(|host| server::ptr(self.outside, host)));
        let ways = join_all(servers.iter().map(server::tls));
        let (names, ways) = tokio::join!(names, ways);
        names.into_iter().chain(ways).collect()
    }
}
