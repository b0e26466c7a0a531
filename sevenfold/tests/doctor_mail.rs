//! `sevenfold doctor mail` against a name server on this machine.

use outward::testing::{NameServer, Zone};
use serde_json::Value as Json;
use std::path::Path;
use std::process::{Command, Output, Stdio};

async fn run(dir: &Path, args: &[&str], language: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sevenfold"));
    command.current_dir(dir).args(args).env("LC_ALL", language).env_remove("RUST_LOG").stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("SEVENFOLD_")) {
        command.env_remove(name);
    }
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_domain_is_looked_at_without_a_database_and_each_finding_says_how_to_mend_it() {
    let key = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    let names = NameServer::start(
        Zone::default()
            .text("good.test", "v=spf1 ip4:192.0.2.0/24 -all")
            .text("google._domainkey.good.test", key)
            .text("_dmarc.good.test", "v=DMARC1; p=reject; rua=mailto:d@good.test")
            .mail("good.test", "mx.good.test")
            .text("bad.test", "v=spf1 -all")
            .text("bad.test", "v=spf1 mx -all"),
    )
    .await;
    let (dir, at) = (tempfile::tempdir().unwrap(), names.at.to_string());
    let asked = ["doctor", "mail", "--name-server", &at, "--domain", "good.test"];
    let good = run(dir.path(), &asked, "C").await;
    let said = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(good.status.success(), "{said} {}", String::from_utf8_lossy(&good.stderr));
    assert!(said.starts_with("good.test: automatic mail may leave\nok    spf: One SPF record"), "{said}");
    let both = [&asked[..], &["--domain", "BAD.test", "--json"]].concat();
    let bad = run(dir.path(), &both, "C").await;
    assert_eq!(bad.status.code(), Some(1));
    let reports: Json = serde_json::from_slice(&bad.stdout).unwrap();
    let found: Vec<(&str, &str)> = reports[0]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["code"].as_str().unwrap(), f["state"].as_str().unwrap()))
        .collect();
    let expected = [
        ("spf_several", "red"),
        ("dkim_missing", "red"),
        ("dmarc_missing", "red"),
        ("alignment_none", "red"),
        ("mx_missing", "red"),
    ];
    assert_eq!(found, expected);
    assert_eq!((&reports[0]["ready"], &reports[1]["ready"]), (&Json::Bool(false), &Json::Bool(true)));
    let korean =
        run(dir.path(), &["doctor", "mail", "--name-server", &at, "--domain", "bad.test"], "ko_KR.UTF-8")
            .await;
    let said = String::from_utf8_lossy(&korean.stdout).into_owned();
    assert!(said.contains("SPF 레코드가 2개입니다") && said.contains("하나로 합치세요"), "{said}");
    assert!(dir.path().read_dir().unwrap().next().is_none(), "nothing is written");
}

#[tokio::test]
async fn a_domain_that_is_none_is_wrong_usage() {
    let dir = tempfile::tempdir().unwrap();
    let odd = run(dir.path(), &["doctor", "mail", "--domain", "not a domain"], "C").await;
    assert_eq!(odd.status.code(), Some(2));
    let none = run(dir.path(), &["doctor", "mail"], "C").await;
    assert_eq!(none.status.code(), Some(3), "there is no database to take domains from");
}
