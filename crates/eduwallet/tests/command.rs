//! The binary as people and scripts meet it: the demo from start to Ctrl-C, and the exit codes of `verify`.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_eduwallet");

/// Nine free ports in a row of fifteen.
fn base_port() -> u16 {
    let free = |base: u16| [0, 1, 2, 9, 10, 11, 12, 13, 14].iter().all(|offset| TcpListener::bind(("127.0.0.1", base + offset)).is_ok());
    (0..500).map(|step| 30_000 + step * 20).find(|base| free(*base)).unwrap()
}

struct Demo {
    child: Child,
    folder: tempfile::TempDir,
}

impl Demo {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(BINARY)
            .args(["demo", "--base-port", &base_port().to_string(), "--json"])
            .arg(folder.path().join("demo.json"))
            .arg("--data")
            .arg(folder.path().join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    async fn described(&mut self) -> Value {
        let file = self.folder.path().join("demo.json");
        for _ in 0..1200 {
            if let Ok(text) = std::fs::read(&file) {
                return serde_json::from_slice(&text).unwrap();
            }
            assert!(self.child.try_wait().unwrap().is_none(), "the demo stopped");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        unreachable!("the demo did not become ready");
    }

    fn interrupt(mut self) -> std::process::ExitStatus {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        self.child.wait().unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

async fn get(url: &str) -> (u16, String) {
    let response = reqwest::Client::builder().build().unwrap().get(url).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

fn texts<'a>(value: &'a Value, pointer: &str) -> Vec<&'a str> {
    value.pointer(pointer).and_then(Value::as_array).unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_demo_describes_itself_and_stops_cleanly() {
    let mut demo = Demo::start();
    let told = demo.described().await;
    let file = demo.folder.path().join("demo.json");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let ready = format!("{}/readyz", told["operations"].as_str().unwrap());
    assert_eq!(get(&ready).await.0, 200);

    let links = texts(&told, "/share_links");
    assert_eq!(links.len(), 3);
    for link in &links {
        assert_eq!(get(link).await.0, 200, "{link}");
        let report: Value = serde_json::from_str(&get(&format!("{link}/report.json")).await.1).unwrap();
        assert_eq!(report["verdict"], "valid", "{link}");
    }
    // The same person is somebody else to each institution.
    let samira = &told["learners"][0];
    assert_eq!(samira["persona"], "samira");
    assert_ne!(samira["eduid"]["hogeschool-voorbeeld"], samira["eduid"]["roc-voorbeeld"]);
    assert!(told["waiting_request"].as_str().unwrap().starts_with(told["wallet"].as_str().unwrap()));
    assert_eq!(told["parked_award"]["institution"], "hogeschool-voorbeeld");
    assert!(Path::new(told["register_file"].as_str().unwrap()).is_file());

    check(&demo, links[0], told["register_file"].as_str().unwrap()).await;
    for role in ["issuer", "verifier"] {
        every_described_operation_answers(told[role].as_str().unwrap(), role).await;
    }
    assert!(demo.interrupt().success());
}

/// What `/api/openapi.json` names is there, and asks for a key where it says so.
async fn every_described_operation_answers(origin: &str, role: &str) {
    let (status, text) = get(&format!("{origin}/api/openapi.json")).await;
    let document: Value = serde_json::from_str(&text).unwrap();
    let printed = Command::new(BINARY).args(["openapi", role]).output().unwrap().stdout;
    assert_eq!((status, &document), (200, &serde_json::from_slice(&printed).unwrap()));
    let client = reqwest::Client::builder().build().unwrap();
    for (path, methods) in document["paths"].as_object().unwrap() {
        let address = format!("{origin}{}", path.replace("{institution}", "hogeschool-voorbeeld").replace("{id}", "none"));
        for (method, operation) in methods.as_object().unwrap() {
            let method = reqwest::Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer =
                client.request(method.clone(), &address).header("content-type", "application/json").body("{}").send().await.unwrap();
            let (status, keyed) = (answer.status().as_u16(), !operation["security"].as_array().unwrap().is_empty());
            assert!(if keyed { status == 401 } else { status == 200 }, "{method} {path}: {status}");
        }
    }
}

/// A shared presentation on the command line: judged with the register and its status list, without them, and spoiled.
async fn check(demo: &Demo, link: &str, register: &str) {
    let text = get(&format!("{link}/credential")).await.1;
    let file = demo.folder.path().join("presentation");
    std::fs::write(&file, &text).unwrap();
    let with_register = verify(&file, &["--register", register]);
    let report = report(&with_register);
    let state = |name: &str| report["checks"].as_array().unwrap().iter().find(|c| c["check"] == name).unwrap()["state"].clone();
    assert_eq!((state("signature"), state("issuer"), state("status")), ("passed".into(), "passed".into(), "passed".into()));
    // Who it was bound to was not said, so that check could not be made.
    assert_eq!((with_register.status.code(), report["verdict"].as_str()), (Some(1), Some("attention")));
    assert_eq!(verify(&file, &["--offline"]).status.code(), Some(1));
    assert_eq!(verify(&file, &["--nonce", "n", "--audience", "a", "--offline"]).status.code(), Some(2));
    // The link itself, in a file and in its place: who follows it sees what it is bound to.
    std::fs::write(&file, format!("{link}\n")).unwrap();
    for given in [file.as_path(), Path::new(link)] {
        let followed = verify(given, &["--register", register]);
        let seen: Value = serde_json::from_slice(&followed.stdout).unwrap();
        assert_eq!((followed.status.code(), seen["verdict"].as_str()), (Some(0), Some("valid")), "{seen}");
        let bound = seen["checks"].as_array().unwrap().iter().find(|check| check["check"] == "holder_binding").unwrap();
        assert_eq!(bound["code"], "shared_link");
    }
    assert_eq!(verify(Path::new(link), &["--offline"]).status.code(), Some(3));
    let spoiled = text.replacen('.', ".A", 1);
    std::fs::write(&file, spoiled).unwrap();
    assert_eq!(verify(&file, &["--offline"]).status.code(), Some(2));
}

fn verify(file: &Path, more: &[&str]) -> Output {
    Command::new(BINARY).arg("verify").arg(file).args(more).output().unwrap()
}

/// Standard output is exactly one JSON document when nobody looks.
fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn what_cannot_be_read_is_unavailable_and_wrong_usage_is_64() {
    let missing = verify(Path::new("/nowhere/at/all"), &[]);
    assert_eq!((missing.status.code(), report(&missing)["verdict"].as_str()), (Some(3), Some("unavailable")));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("nonsense");
    std::fs::write(&file, "nonsense").unwrap();
    assert_eq!(report(&verify(&file, &[]))["verdict"], "unavailable");
    for wrong in [vec!["verify"], vec!["verify", "x", "--nonce", "n"], vec!["nonsense"], vec!["demo", "--base-port", "70000"]] {
        assert_eq!(Command::new(BINARY).args(&wrong).output().unwrap().status.code(), Some(64), "{wrong:?}");
    }
    let bad_key = verify(&file, &["--issuer-jwk", "/nowhere/key.json"]);
    assert_eq!((bad_key.status.code(), bad_key.stdout.len()), (Some(64), 0));
}

#[test]
fn what_init_writes_is_served() {
    let folder = tempfile::tempdir().unwrap();
    let init =
        |more: &[&str]| Command::new(BINARY).args(["init", "--dir"]).arg(folder.path()).args(more).stdin(Stdio::null()).output().unwrap();
    assert!(!init(&[]).status.success());
    let made = init(&[
        "--operator",
        "Voorbeeld \"Onderwijs\"",
        "--wallet-url",
        "https://wallet.example",
        "--issuer-url",
        "https://issuer.example",
        "--verifier-url",
        "https://verifier.example",
        "--eduid-discovery",
        "https://eduid.example/.well-known/openid-configuration",
    ]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let config = folder.path().join("eduwallet.toml");
    let migrated = Command::new(BINARY).args(["migrate", "--config"]).arg(&config).output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    for role in ["wallet", "issuer", "verifier"] {
        assert!(folder.path().join(format!("{role}.db")).is_file());
        let key = folder.path().join(format!("keys/{role}.key"));
        assert_eq!(std::fs::metadata(key).unwrap().permissions().mode() & 0o777, 0o400);
    }
    assert!(!init(&["--operator", "x"]).status.success(), "init writes nothing over");
}
