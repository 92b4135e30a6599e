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
