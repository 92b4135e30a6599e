//! `eduwallet keys` as an operator meets it: over the database of a configuration that `init` wrote.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use serde_json::{Value, json};
use storage::{IssuerStore, MasterKey};
use vc::random::SystemRandom;

const BINARY: &str = env!("CARGO_BIN_EXE_eduwallet");
const SLUG: &str = "hogeschool-voorbeeld";

/// A folder with a configuration of one institution.
fn configured() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(BINARY)
        .args(["init", "--operator", "Test", "--wallet-url", "https://wallet.example", "--issuer-url", "https://issuer.example"])
        .args(["--verifier-url", "https://verifier.example", "--eduid-discovery", "https://eduid.example/.well-known/openid-configuration"])
        .arg("--dir")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let path = folder.path().join("eduwallet.toml");
    let text = std::fs::read_to_string(&path).unwrap().replacen("institutions = []\n", "", 1);
    let institution = format!(
        "\n[[issuer.institutions]]\nslug = \"{SLUG}\"\nname = {{ nl = \"Hogeschool Voorbeeld\" }}\nsector = \"hbo\"\nbrin = \"98HV\"\n\
         schac_home = \"hogeschool-voorbeeld.example\"\napi_key_file = \"keys/api-key-example\"\ntemplates = []\n\
         signing = {{ authority_certificate = \"keys/authority.der\", authority_key = \"keys/authority.key\" }}\n\
         eduid = {{ discovery = \"https://eduid.example/.well-known/openid-configuration\", client_id = \"{SLUG}\" }}\n"
    );
    std::fs::write(&path, text + &institution).unwrap();
    let register = folder.path().join("register.json");
    let mut known: Value = serde_json::from_slice(&std::fs::read(&register).unwrap()).unwrap();
    let issues = json!({"credential_issuer": format!("https://issuer.example/{SLUG}"), "types": ["microcredential"]});
    known["parties"] = json!([{"slug": SLUG, "name": {"nl": "Hogeschool Voorbeeld"}, "issues": issues}]);
    std::fs::write(&register, known.to_string()).unwrap();
    folder
}

fn keys(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(BINARY).arg("keys").args(arguments).arg("--config").arg(folder.join("eduwallet.toml")).output().unwrap()
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn listed(folder: &Path) -> Vec<Value> {
    let list: Value = serde_json::from_str(&printed(&keys(folder, &["list", "--json"]))).unwrap();
    list["items"].as_array().unwrap().clone()
}

/// The one key of an algorithm in a state.
fn kid(folder: &Path, algorithm: &str, state: &str) -> String {
    let found: Vec<Value> = listed(folder).into_iter().filter(|key| key["algorithm"] == algorithm && key["state"] == state).collect();
    assert_eq!(found.len(), 1, "{algorithm} {state}");
    found[0]["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_are_shown_rotated_and_revoked() {
    let folder = configured();
    let here = folder.path();
    // Without a database there is nothing to show, and none is made.
    assert!(!keys(here, &["list"]).status.success());
    let told = printed(&keys(here, &["rotate", "--algorithm", "ES256"]));
    assert!(told.starts_with(&format!("{SLUG}: ES256 ")) && told.lines().count() == 1, "{told}");
    assert_eq!(listed(here).len(), 3);
    let (active, next) = (kid(here, "ES256", "active"), kid(here, "ES256", "next"));
    assert!(told.contains(&next));
    let again = keys(here, &["rotate", "--algorithm", "ES256"]);
    assert!(!again.status.success() && String::from_utf8(again.stderr).unwrap().contains("announced already"));
    // A stolen key: the next one signs, and the register says so.
    let told = printed(&keys(here, &["revoke", &active, "--take-back"]));
    assert!(told.contains(&format!("{next} signs from now on")) && told.contains("The register of this configuration says so"), "{told}");
    assert_eq!((kid(here, "ES256", "active"), kid(here, "ES256", "revoked")), (next, active.clone()));
    let register: Value = serde_json::from_slice(&std::fs::read(here.join("register.json")).unwrap()).unwrap();
    let remembered = &register["parties"][0]["issues"]["keys"];
    assert_eq!((remembered.as_array().unwrap().len(), remembered[0]["jwk"]["kid"].as_str().unwrap()), (1, active.as_str()));
    assert!(remembered[0]["revoked_at"].is_string() && remembered[0]["jwk"].get("d").is_none());
    // What an institution that leaves puts into the register.
    let archive: Value = serde_json::from_str(&printed(&keys(here, &["archive"]))).unwrap();
    assert_eq!(archive.as_array().unwrap().len(), 3);
    assert!(archive.as_array().unwrap().contains(&remembered[0]));
    for (arguments, code) in
        [(&["revoke", "unknown"][..], "has no key"), (&["rotate", "--institution", "nowhere"][..], "no institution of this configuration")]
    {
        let output = keys(here, arguments);
        assert!(!output.status.success() && String::from_utf8(output.stderr).unwrap().contains(code), "{arguments:?}");
    }
}

#[tokio::test]
async fn while_a_server_holds_the_file_keys_are_shown_and_not_written() {
    let folder = configured();
    let here = folder.path();
    printed(&keys(here, &["rotate", "--now"]));
    let master: [u8; 32] = std::fs::read(here.join("keys/issuer.key")).unwrap().try_into().unwrap();
    let url = format!("sqlite:{}", here.join("issuer.db").display());
    let server = IssuerStore::open(&url, &MasterKey::new(master), Arc::new(SystemRandom)).await.unwrap();
    assert_eq!(listed(here).len(), 4);
    assert!(printed(&keys(here, &["list"])).contains("signs since"));
    let refused = keys(here, &["rotate"]);
    assert!(!refused.status.success() && String::from_utf8(refused.stderr).unwrap().contains("another process"));
    drop(server);
}
