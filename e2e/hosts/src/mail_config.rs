//! The configuration files of postfix and dovecot for [`crate::mail::MailHost`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The ports to listen on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ports {
    pub smtp_port: u16,
    pub smtps_port: u16,
    pub mx_port: u16,
    pub imap_port: u16,
    pub imaps_port: u16,
}

/// `domain/user` of an address.
pub(crate) fn home(account: &str) -> Result<PathBuf> {
    let (user, domain) = account.split_once('@').with_context(|| format!("`{account}` is no address"))?;
    Ok(Path::new(domain).join(user))
}

/// Writes every file into the host's directory.
pub(crate) fn write(
    dir: &Path,
    accounts: &[(&str, &str)],
    ports: Ports,
    introspection: Option<&str>,
) -> Result<()> {
    let mut domains = BTreeSet::new();
    let (mut mailboxes, mut users) = (String::new(), String::new());
    for (account, password) in accounts {
        let home = home(account)?;
        domains.extend(home.parent().map(|d| d.display().to_string()));
        mailboxes += &format!("{account} {}/Maildir/\n", home.display());
        users +=
            &format!("{account}:{{PLAIN}}{password}:8:8::{}::\n", dir.join("mail").join(&home).display());
    }
    let domains = domains.into_iter().collect::<Vec<_>>().join(" ");
    let at = dir.display();
    std::fs::write(dir.join("postfix/mailboxes"), mailboxes)?;
    std::fs::write(dir.join("postfix/main.cf"), main_cf(&at.to_string(), &domains))?;
    std::fs::write(dir.join("postfix/master.cf"), master_cf(ports))?;
    std::fs::write(dir.join("users"), users)?;
    let mut dovecot = dovecot_conf(&at.to_string(), ports);
    if let Some(url) = introspection {
        dovecot += &tokens_conf(&at.to_string());
        std::fs::write(dir.join("oauth2.conf"), oauth2_conf(url))?;
    }
    std::fs::write(dir.join("dovecot.conf"), dovecot)?;
    Ok(())
}

/// Outside addresses go to a command that answers "no such user" (EX_NOUSER), so that postfix accepts and
/// then bounces them; its own `error` transport would refuse them at once.
fn main_cf(dir: &str, domains: &str) -> String {
    format!(
        "compatibility_level = 3.6
queue_directory = {dir}/queue
data_directory = {dir}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
maillog_file = {dir}/postfix.log
maillog_file_prefixes = {dir}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.sevenfold.test
mydestination =
mynetworks =
alias_maps =
local_recipient_maps =
default_transport = outside
virtual_transport = virtual
virtual_mailbox_domains = {domains}
virtual_mailbox_base = {dir}/mail
virtual_mailbox_maps = texthash:{dir}/postfix/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:8
virtual_gid_maps = static:8
recipient_delimiter = +
message_size_limit = 52428800
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_error_sleep_time = 0
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
in_flow_delay = 0
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_tls_cert_file = {dir}/cert.pem
smtpd_tls_key_file = {dir}/key.pem
smtpd_tls_security_level = may
"
    )
}

fn master_cf(ports: Ports) -> String {
    let Ports { smtp_port, smtps_port, mx_port, .. } = ports;
    format!(
        "127.0.0.1:{smtp_port} inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{smtps_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
127.0.0.1:{mx_port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
outside unix - n n - - pipe user=nobody argv=/bin/sh -c {{exit 67}}
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"
    )
}

/// Tokens besides passwords.
fn tokens_conf(dir: &str) -> String {
    format!(
        "auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {dir}/oauth2.conf
}}
"
    )
}

/// Whom to ask whether a token is good, and what the answer means.
fn oauth2_conf(url: &str) -> String {
    format!(
        "introspection_mode = post
introspection_url = {url}
username_attribute = email
active_attribute = active
active_value = true
"
    )
}

fn dovecot_conf(dir: &str, ports: Ports) -> String {
    let Ports { imap_port, imaps_port, .. } = ports;
    format!(
        "base_dir = {dir}/run
state_dir = {dir}/run
log_path = {dir}/dovecot.log
protocols = imap
listen = 127.0.0.1
instance_name = {dir}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
mail_location = maildir:~/Maildir
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {dir}/users
}}
userdb {{
  driver = passwd-file
  args = {dir}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener {dir}/queue/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"
    )
}
