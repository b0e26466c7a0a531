//! The mail servers of the browser tests: started with the accounts given as `address=password`, led by
//! JSON lines on stdin, ended with their files when stdin closes.
//!
//! The first line on stdout names the ports. Every line after it answers one command, in order:
//! `{"ok":…}` or `{"error":"…"}`. Mails travel as text; bytes that are no UTF-8 are replaced.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use hosts::mail::MailHost;
use serde_json::{Value, json};
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let accounts = arguments
        .iter()
        .map(|a| a.split_once('=').with_context(|| format!("`{a}` is not address=password")))
        .collect::<Result<Vec<_>>>()?;
    let host = MailHost::start(&accounts).await?;
    println!("{}", ports(&host));
    let mut lines = stdin_lines();
    while let Some(line) = lines.recv().await {
        let answer = match obey(&host, &line).await {
            Ok(value) => json!({ "ok": value }),
            Err(e) => json!({ "error": format!("{e:#}") }),
        };
        println!("{answer}");
    }
    Ok(())
}

/// Lines of stdin, read by a thread of their own; the channel closes with it.
fn stdin_lines() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

fn ports(host: &MailHost) -> Value {
    json!({
        "smtp_port": host.smtp_port,
        "smtps_port": host.smtps_port,
        "mx_port": host.mx_port,
        "imap_port": host.imap_port,
        "imaps_port": host.imaps_port,
        "certificate_pem": host.certificate_pem,
    })
}

async fn obey(host: &MailHost, line: &str) -> Result<Value> {
    let command: Value = serde_json::from_str(line).context("not a JSON line")?;
    let text = |key: &str| command[key].as_str().with_context(|| format!("`{key}` is missing"));
    match text("cmd")? {
        "deliver" => {
            host.deliver_from(text("raw")?.as_bytes(), text("from")?, text("to")?).await?;
            Ok(Value::Null)
        }
        "read" => Ok(shown(host.read_maildir(text("account")?)?)),
        "wait" => {
            let count = command["count"].as_u64().context("`count` is missing")?;
            let seconds = command["seconds"].as_u64().context("`seconds` is missing")?;
            let count = usize::try_from(count)?;
            let mails = host.wait_for_mail(text("account")?, count, Duration::from_secs(seconds)).await?;
            Ok(shown(mails))
        }
        "log" => Ok(Value::String(host.log())),
        other => bail!("no command `{other}`: deliver, read, wait or log"),
    }
}

fn shown(mails: Vec<Vec<u8>>) -> Value {
    mails.iter().map(|mail| String::from_utf8_lossy(mail).into_owned()).collect()
}
