//! `eduwallet verify` on every form in which a credential travels: exit codes, the report, and each flag.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use testkit::badges::{self, ACHIEVEMENT, COMMENT, LIST, SAID, Somebody};

const BINARY: &str = env!("CARGO_BIN_EXE_eduwallet");
/// Tests do not grow old.
const NOW: [&str; 2] = ["--now", "2026-11-22T14:03:00Z"];

/// Somebody who was given files, with a register that knows one issuer and one endorser.
struct Desk {
    folder: tempfile::TempDir,
    issuer: Somebody,
    endorser: Somebody,
    holder: Somebody,
    register: PathBuf,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (issuer, endorser) = (Somebody::new(), Somebody::new());
        let parties = [issuer.party("badgeschool", "Badgeschool Voorbeeld"), endorser.party("vereniging", "Vereniging Voorbeeld")];
        let register = json!({"name": {"nl": "Proefregister"}, "keeper": {"name": {"nl": "Voorbeeld Onderwijs"}}, "parties": parties});
        let path = folder.path().join("register.json");
        std::fs::write(&path, register.to_string()).unwrap();
        Self { folder, issuer, endorser, holder: Somebody::new(), register: path }
    }

    fn badge(&self) -> Value {
        self.issuer.badge(self.holder.did())
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// Checks with the register and without a connection.
    fn checks(&self, bytes: impl AsRef<[u8]>, more: &[&str]) -> Checked {
        let file = self.file("given", bytes);
        let register = ["--offline", "--register", self.register.to_str().unwrap()];
        verify(&file, &[&register[..], more].concat())
    }
}

/// How it ended.
struct Checked {
    exit: i32,
    text: String,
    report: Value,
}

impl Checked {
    fn of(output: &Output) -> Self {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        let report = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { exit: output.status.code().unwrap(), text, report }
    }

    fn code(&self, check: &str) -> &str {
        let found = self.report["checks"].as_array().unwrap().iter().find(|one| one["check"] == check);
        found.and_then(|one| one["code"].as_str()).unwrap_or("-")
    }

    fn verdict(&self) -> (i32, &str) {
        (self.exit, self.report["verdict"].as_str().unwrap_or("-"))
    }
}

fn verify(file: &Path, more: &[&str]) -> Checked {
    Checked::of(&Command::new(BINARY).arg("verify").arg(file).args(NOW).args(more).env_remove("EDUWALLET_REGISTER").output().unwrap())
}

#[test]
fn each_form_of_a_good_badge_is_valid() {
    let desk = Desk::new();
    let badge = desk.badge();
    let record = desk.issuer.record(desk.holder.did(), &[badge.clone(), desk.issuer.badge("urn:else")]);
    for (form, bytes, count) in [
        ("png", badges::png(&badge), 1),
        ("svg", badges::svg(&badge), 1),
        ("json", format!(" {badge:#}\n").into_bytes(), 1),
        ("record", record.to_string().into_bytes(), 3),
    ] {
        let checked = desk.checks(&bytes, &["--json"]);
        assert_eq!(checked.verdict(), (0, "valid"), "{form}: {}", checked.text);
        let credentials = checked.report["credentials"].as_array().unwrap();
        assert_eq!(credentials.len(), count, "{form}");
        assert!(credentials.iter().all(|one| one["issuer"]["name"] == "Badgeschool Voorbeeld"), "{form}");
        assert_eq!(credentials.iter().filter(|one| one["type"] == "ClrCredential").count(), usize::from(form == "record"));
    }
}

#[test]
fn nothing_of_a_changed_badge_comes_out() {
    let desk = Desk::new();
    let broken = badges::altered(&desk.issuer.endorsed(desk.holder.did(), &[desk.endorser.endorses(ACHIEVEMENT)]));
    for bytes in [badges::png(&broken), badges::svg(&broken), broken.to_string().into_bytes()] {
        let checked = desk.checks(&bytes, &[]);
        assert_eq!((checked.verdict(), checked.code("signature")), ((2, "invalid"), "proof_invalid"));
        assert!(SAID.iter().chain(&[COMMENT]).all(|said| !checked.text.contains(said)), "{}", checked.text);
        assert!(checked.report["credentials"][0].get("claims").is_none());
    }
    let record = desk.issuer.record(desk.holder.did(), &[desk.badge(), broken]);
    let checked = desk.checks(record.to_string(), &[]);
    let each: Vec<_> = checked.report["credentials"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!((checked.exit, each.as_slice()), (2, ["valid", "valid", "invalid"].as_slice()));
    assert!(!checked.report["credentials"][0]["claims"].to_string().contains("Interviewen"), "a record says nothing for what is in it");
}

#[test]
fn pictures_and_files_with_nothing_in_them() {
    let desk = Desk::new();
    for (bytes, code) in [
        (badges::pixel(), "no_credential_in_image"),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec(), "no_credential_in_image"),
        (b"\xff\xd8\xff a photo".to_vec(), "unreadable"),
        (Vec::new(), "unreadable"),
        (vec![b'a'; 5 * 1024 * 1024 + 1], "too_large"),
    ] {
        let checked = desk.checks(&bytes, &[]);
        assert_eq!((checked.verdict(), checked.code("format")), ((3, "unavailable"), code), "{}", checked.text);
    }
}

#[test]
fn who_is_not_in_the_register_gets_attention_and_a_given_key_stands_for_itself() {
    let desk = Desk::new();
    let file = desk.file("badge.png", badges::png(&desk.badge()));
    let unknown = verify(&file, &["--offline"]);
    assert_eq!((unknown.verdict(), unknown.code("issuer")), ((1, "attention"), "issuer_unknown"));
    let key = desk.file("key.json", desk.issuer.jwk().to_string());
    let set = desk.file("set.json", json!({"keys": [desk.endorser.jwk(), desk.issuer.jwk()]}).to_string());
    for key in [&key, &set] {
        let given = verify(&file, &["--offline", "--issuer-jwk", key.to_str().unwrap()]);
        assert_eq!((given.verdict(), given.code("issuer")), ((0, "valid"), "key_given"), "{}", given.text);
    }
    // It is the only key that is tried, also where the register knows the issuer.
    let other = desk.file("other.json", desk.endorser.jwk().to_string());
    let refused = desk.checks(badges::png(&desk.badge()), &["--issuer-jwk", other.to_str().unwrap()]);
    assert_eq!((refused.verdict(), refused.code("signature")), ((2, "invalid"), "proof_invalid"));
}

#[test]
fn the_status_is_that_of_the_list_which_is_given() {
    let desk = Desk::new();
    let picture = badges::png(&desk.issuer.listed(desk.holder.did()));
    let unsaid = desk.checks(&picture, &[]);
    assert_eq!((unsaid.verdict(), unsaid.code("status")), ((1, "attention"), "status_unknown"));
    let list = |name: &str, list: Value| desk.file(name, list.to_string()).to_str().unwrap().to_owned();
    let (good, bad) = (list("good", desk.issuer.list(false)), list("bad", desk.issuer.list(true)));
    let checked = desk.checks(&picture, &["--status", &good]);
    assert_eq!((checked.verdict(), checked.code("status")), ((0, "valid"), "ok"), "{}", checked.text);
    let checked = desk.checks(&picture, &["--status", &bad]);
    assert_eq!((checked.verdict(), checked.code("status")), ((2, "invalid"), "revoked"));
    // A list of somebody else says nothing; among several each is found by its own address.
    let forged = list("forged", desk.endorser.list(false));
    assert_eq!(desk.checks(&picture, &["--status", &forged]).verdict(), (1, "attention"));
    let mut elsewhere = desk.issuer.list(true);
    elsewhere["id"] = json!("https://badges.example/status/2/suspension");
    let elsewhere = list("elsewhere", elsewhere);
    let checked = desk.checks(&picture, &["--status", &elsewhere, "--status", &good]);
    assert_eq!((checked.verdict(), checked.code("status")), ((0, "valid"), "ok"), "{LIST}: {}", checked.text);
    let wrong = desk.checks(&picture, &["--status", &good, "--status", "/nowhere"]);
    assert_eq!((wrong.exit, wrong.text.as_str()), (64, ""));
}

#[test]
fn a_presentation_is_judged_by_the_nonce_that_is_named() {
    let desk = Desk::new();
    let shown = desk.holder.shows(&[desk.badge()], "https://werkgever.example", "n-1").to_string();
    let asked = |nonce: &str, audience: &str| desk.checks(&shown, &["--nonce", nonce, "--audience", audience]);
    let right = asked("n-1", "https://werkgever.example");
    assert_eq!((right.verdict(), right.code("holder_binding")), ((0, "valid"), "ok"), "{}", right.text);
    assert_eq!(asked("n-2", "https://werkgever.example").code("holder_binding"), "binding_nonce");
    assert_eq!(asked("n-1", "https://ander.example").code("holder_binding"), "binding_audience");
    let unasked = desk.checks(&shown, &[]);
    assert_eq!((unasked.verdict(), unasked.code("holder_binding")), ((1, "attention"), "binding_unasked"));
    let thief = desk.endorser.shows(&[desk.badge()], "https://werkgever.example", "n-1").to_string();
    let stolen = desk.checks(thief, &["--nonce", "n-1", "--audience", "https://werkgever.example"]);
    assert_eq!((stolen.verdict(), stolen.code("holder_binding")), ((2, "invalid"), "holder_mismatch"));
    let bare = desk.checks(desk.badge().to_string(), &["--nonce", "n-1", "--audience", "a"]);
    assert_eq!((bare.verdict(), bare.code("holder_binding")), ((2, "invalid"), "binding_missing"));
}

#[test]
fn what_others_say_has_verdicts_of_its_own() {
    let desk = Desk::new();
    let mut forged = desk.endorser.endorses(ACHIEVEMENT);
    forged["credentialSubject"]["endorsementComment"] = json!("De allerbeste.");
    let endorsements = [desk.endorser.endorses(ACHIEVEMENT), Somebody::new().endorses(ACHIEVEMENT), forged];
    let checked = desk.checks(badges::svg(&desk.issuer.endorsed(desk.holder.did(), &endorsements)), &[]);
    let badge = &checked.report["credentials"][0];
    let told: Vec<_> = badge["endorsements"].as_array().unwrap().iter().map(|one| one["verdict"].as_str().unwrap()).collect();
    assert_eq!((checked.exit, told.as_slice()), (0, ["valid", "attention", "invalid"].as_slice()));
    assert!(!checked.text.contains("allerbeste"));
}

#[test]
fn it_is_judged_at_the_moment_that_is_named_and_read_from_standard_input() {
    let desk = Desk::new();
    let mut badge = desk.issuer.unsigned(desk.holder.did());
    badge["validUntil"] = json!("2026-12-01T00:00:00Z");
    let file = desk.file("badge.json", desk.issuer.sign(badge).to_string());
    let register = desk.register.to_str().unwrap();
    let at = |moment: &str| {
        let output = Command::new(BINARY).arg("verify").arg(&file).args(["--offline", "--register", register, "--now", moment]).output();
        Checked::of(&output.unwrap())
    };
    assert_eq!(at("2026-11-30T23:59:59Z").verdict(), (0, "valid"));
    assert_eq!((at("2026-12-02T00:00:00Z").exit, at("2026-12-02T00:00:00Z").code("dates")), (1, "expired"));
    let mut command = Command::new(BINARY);
    command.args(["verify", "-", "--offline", "--register", register]).args(NOW);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&badges::png(&desk.badge())).unwrap();
    assert_eq!(Checked::of(&child.wait_with_output().unwrap()).verdict(), (0, "valid"));
}

#[test]
fn a_link_is_not_followed_offline_and_an_address_is_no_file() {
    let desk = Desk::new();
    let link = "https://wallet.example/s/AAAAAAAAAAAAAAAAAAAAAA";
    for checked in [desk.checks(link, &[]), verify(Path::new(link), &["--offline"])] {
        assert_eq!((checked.verdict(), checked.code("format")), ((3, "unavailable"), "link_not_fetched"));
    }
    assert_eq!(verify(Path::new("https://wallet.example/other"), &["--offline"]).code("format"), "unsupported_format");
}
