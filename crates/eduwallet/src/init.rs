//! `eduwallet init`: a commented configuration, keys and an empty register, and what to do next.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use model::{Clock, SystemClock};
use serde_json::json;
use vc::encoding::b64;
use vc::random::{SystemRandom, bytes, token128};
use vc::x509::CertificateAuthority;

use crate::cli::InitArguments;
use crate::say;

const TEMPLATE: &str = include_str!("init/eduwallet.toml");

/// Why nothing was made, or not everything.
#[derive(Debug, thiserror::Error)]
pub(crate) enum InitError {
    #[error("{0} is there already; init changes nothing that exists")]
    Exists(PathBuf),
    #[error("{path} could not be written")]
    Write {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("{0} must be given, by its flag or at the question")]
    Missing(&'static str),
    #[error("--{flag}")]
    Origin {
        flag: &'static str,
        #[source]
        source: http::origin::NotAnOrigin,
    },
    #[error("a key could not be made")]
    Certificate(#[from] vc::x509::X509Error),
}

/// Writes everything into a folder; a file that exists already stops it before anything is written.
pub(crate) fn run(arguments: &InitArguments) -> Result<(), InitError> {
    let folder = &arguments.dir;
    let config = folder.join("eduwallet.toml");
    if config.exists() {
        return Err(InitError::Exists(config));
    }
    let answers = Answers::of(arguments)?;
    let keys = folder.join("keys");
    std::fs::create_dir_all(&keys).map_err(|source| InitError::Write { path: keys.clone(), source })?;
    for role in ["wallet", "issuer", "verifier"] {
        private(&keys.join(format!("{role}.key")), &bytes::<32>(&SystemRandom))?;
    }
    let authority = CertificateAuthority::new(&answers.operator, SystemClock.now().seconds())?;
    private(&keys.join("authority.key"), &authority.key_pkcs8()?)?;
    private(&keys.join("authority.der"), authority.anchor_der())?;
    private(&keys.join("api-key-example"), token128(&SystemRandom).as_bytes())?;
    write(&folder.join("register.json"), register(&answers, &authority).as_bytes())?;
    write(&config, answers.fill(TEMPLATE).as_bytes())?;
    say::line(&format!("{} is written, with keys in {}.", config.display(), keys.display()));
    say::line("Next: put the eduID client's secret into keys/eduid-wallet.secret (mode 0400), add your institutions to the file, then");
    say::line(&format!("  eduwallet migrate --config {0} && eduwallet serve --config {0}", config.display()));
    Ok(())
}

/// What the operator said.
struct Answers {
    operator: String,
    wallet: String,
    issuer: String,
    verifier: String,
    discovery: String,
}

impl Answers {
    fn of(arguments: &InitArguments) -> Result<Self, InitError> {
        let origin = |flag, given: &Option<String>, question| {
            let text = answer(given.as_deref(), question).ok_or(InitError::Missing(flag))?;
            http::Origin::parse(&text).map(|origin| origin.to_string()).map_err(|source| InitError::Origin { flag, source })
        };
        Ok(Self {
            operator: answer(arguments.operator.as_deref(), "Who runs this server?").ok_or(InitError::Missing("operator"))?,
            wallet: origin("wallet-url", &arguments.wallet_url, "Address of the wallet (https://…)?")?,
            issuer: origin("issuer-url", &arguments.issuer_url, "Address of the issuer (https://…)?")?,
            verifier: origin("verifier-url", &arguments.verifier_url, "Address of the verifier (https://…)?")?,
            discovery: answer(arguments.eduid_discovery.as_deref(), "Address of eduID's discovery document?")
                .ok_or(InitError::Missing("eduid-discovery"))?,
        })
    }

    fn fill(&self, template: &str) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        template
            .replace("{operator}", &quoted(&self.operator))
            .replace("{wallet}", &self.wallet)
            .replace("{issuer}", &self.issuer)
            .replace("{verifier}", &self.verifier)
            .replace("{discovery}", &quoted(&self.discovery))
    }
}

/// A flag's value, or what is typed at a terminal.
fn answer(given: Option<&str>, question: &str) -> Option<String> {
    if let Some(given) = given {
        return Some(given.to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return None;
    }
    say::line(question);
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed).ok()?;
    let typed = typed.trim();
    (!typed.is_empty()).then(|| typed.to_owned())
}

fn register(answers: &Answers, authority: &CertificateAuthority) -> String {
    let register = json!({
        "name": {"nl": "Register"},
        "keeper": {"name": {"nl": answers.operator}},
        "anchors": [b64(authority.anchor_der())],
        "parties": [],
    });
    serde_json::to_string_pretty(&register).unwrap_or_default()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    std::fs::write(path, bytes).map_err(|source| InitError::Write { path: path.to_owned(), source })
}

/// A file that nobody else may read and that is never written over.
fn private(path: &Path, bytes: &[u8]) -> Result<(), InitError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o400);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|source| InitError::Write { path: path.to_owned(), source })
}
