//! Reading configurations.

use super::*;

const WALLET: &str = r#"
operator = "Voorbeeld Onderwijs"
register = "register.json"
[wallet]
url = "https://wallet.example"
listen = "127.0.0.1:8080"
master_key_file = "wallet.key"
[wallet.database]
url = "sqlite:wallet.db"
[wallet.eduid]
discovery = "https://eduid.example/.well-known/openid-configuration"
client_id = "wallet"
"#;

fn read(text: &str) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("eduwallet.toml");
    std::fs::write(&path, text).unwrap();
    Config::read(&path)
}

#[test]
fn a_role_of_its_own_is_enough() {
    let config = read(WALLET).unwrap();
    assert_eq!(config.urls().unwrap().wallet.unwrap().as_str(), "https://wallet.example");
    let place = &config.file.wallet.as_ref().unwrap().database;
    assert!(config.database(place).ends_with("/wallet.db"));
}

#[test]
fn an_unknown_key_is_named() {
    let error = read(&WALLET.replace("client_id", "klient_id")).err().unwrap().to_string();
    assert!(error.contains("klient_id"), "{error}");
    assert!(read(&format!("typo = 1\n{WALLET}")).err().unwrap().to_string().contains("typo"));
}

#[test]
fn an_origin_has_no_path_and_belongs_to_one_role() {
    assert!(matches!(read(&WALLET.replace("https://wallet.example", "https://wallet.example/x")), Err(ConfigError::Origin { .. })));
    let verifier = "[verifier]\nurl = \"https://wallet.example\"\nlisten = \"127.0.0.1:1\"\nmaster_key_file = \"v\"\norganisations = []\n[verifier.database]\nurl = \"sqlite:v\"\n";
    assert!(matches!(read(&format!("{WALLET}{verifier}")), Err(ConfigError::SameOrigin(_))));
}

#[cfg(unix)]
#[test]
fn a_master_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("eduwallet.toml"), WALLET).unwrap();
    let key = folder.path().join("wallet.key");
    std::fs::write(&key, [7; 32]).unwrap();
    let config = Config::read(&folder.path().join("eduwallet.toml")).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(config.master_key(Path::new("wallet.key")), Err(ConfigError::Mode(_))));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o400)).unwrap();
    assert!(config.master_key(Path::new("wallet.key")).is_ok());
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, [7; 31]).unwrap();
    assert!(matches!(config.master_key(Path::new("wallet.key")), Err(ConfigError::MasterKey(_))));
}

/// A configuration that has every section; unknown keys are put into each.
const EVERYTHING: &str = r#"
operator = "Voorbeeld Onderwijs"
register = "register.json"
#@
[dev]
#@dev
[egress]
#@egress
[[egress.peers]]
origin = "https://issuer.inner"
#@egress.peers
[limits.verify]
burst = 1
per_second = 1
#@limits
[session]
#@session
[operations]
listen = "127.0.0.1:1"
#@operations
[wallet]
url = "https://wallet.example"
listen = "127.0.0.1:8080"
master_key_file = "wallet.key"
#@wallet
[wallet.database]
url = "sqlite:wallet.db"
#@wallet.database
[wallet.eduid]
discovery = "https://eduid.example/.well-known/openid-configuration"
client_id = "wallet"
#@wallet.eduid
[wallet.mail]
host = "mail.example"
from = "Wallet <wallet@voorbeeld.example>"
#@wallet.mail
[issuer]
url = "https://issuer.example"
listen = "127.0.0.1:8081"
master_key_file = "issuer.key"
#@issuer
[issuer.database]
url = "sqlite:issuer.db"
[[issuer.wallets]]
client_id = "https://wallet.example/client-metadata.json"
name = "Eduwallet"
#@issuer.wallets
[[issuer.institutions]]
slug = "hogeschool-voorbeeld"
name = { nl = "Hogeschool Voorbeeld" }
sector = "hbo"
brin = "98HV"
schac_home = "hogeschool-voorbeeld.example"
api_key_file = "key"
eduid = { discovery = "https://eduid.example/", client_id = "x" }
signing = { key = "key.der", certificates = ["leaf.der"] }
finality = { completed_is_final = { number = "12", date = "2026-01-01" } }
#@issuer.institutions
[[issuer.institutions.staff]]
eduid = "x"
name = "y"
#@issuer.institutions.staff
[verifier]
url = "https://verifier.example"
listen = "127.0.0.1:8082"
master_key_file = "verifier.key"
#@verifier
[verifier.database]
url = "sqlite:verifier.db"
[[verifier.organisations]]
slug = "x"
api_key_file = "k"
key = "k.der"
certificates = ["leaf.der"]
#@verifier.organisations
"#;

/// The properties that the schema has at a place, through arrays and names.
fn described(place: &str) -> Vec<String> {
    let mut at = schema::schema();
    for segment in place.split('.').filter(|segment| !segment.is_empty()) {
        at = at["properties"][segment].clone();
        for inner in ["items", "additionalProperties"] {
            if at[inner].is_object() {
                at = at[inner].clone();
            }
        }
    }
    at["properties"].as_object().unwrap_or_else(|| panic!("{place}")).keys().cloned().collect()
}

#[test]
fn the_schema_knows_what_is_read() {
    read(EVERYTHING).unwrap();
    for place in EVERYTHING.lines().filter_map(|line| line.strip_prefix("#@")) {
        let Err(ConfigError::Shape(error)) = read(&EVERYTHING.replace(&format!("#@{place}\n"), "unheard_of = 1\n")) else {
            panic!("{place}");
        };
        let figment::error::Kind::UnknownField(_, known) = &error.kind else { panic!("{place}: {error}") };
        let mut known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
        known.sort();
        let mut described = described(place);
        described.sort();
        assert_eq!(described, known, "[{place}]");
    }
}
