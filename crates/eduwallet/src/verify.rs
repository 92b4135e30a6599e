//! `eduwallet verify FILE`: checks any credential or presentation, with the same code and report as everywhere.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use http::egress::{Egress, Rules};
use http::{AppCore, Gather, RegisterFile, StatusLists};
use model::{Clock, SystemClock};
use vc::did::web_url;
use vc::key::Jwk;
use vc::report::{CheckState, Report, Verdict};
use vc::status_list::StatusEntry;
use vc::trust::Trust;
use vc::verify::{Binding, Fetched, Inputs, anything, shown};

use crate::cli::VerifyArguments;
use crate::say;

/// What is read of a file: a picture may be this large.
const LIMIT: u64 = 5 * 1024 * 1024;
const UNREADABLE: u8 = 3;
const USAGE: u8 = 64;

/// A flag that names something unusable.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    #[error("--issuer-jwk: not a JWK or JWK set with a key that we can use")]
    Jwk,
    #[error("--status: could not be read")]
    Status,
    #[error("--register")]
    Register(#[from] http::register::RegisterFault),
    #[error("outgoing requests are not possible")]
    Egress(#[from] http::egress::EgressSetup),
}

/// Runs the command: exit 0 valid, 1 attention, 2 invalid, 3 unavailable or unreadable, 64 wrong usage.
pub(crate) async fn run(arguments: VerifyArguments) -> ExitCode {
    let now = arguments.now.unwrap_or_else(|| SystemClock.now());
    let as_json = arguments.json || !std::io::stdout().is_terminal();
    let report = match read(&arguments.file) {
        Ok(bytes) => match judge(&arguments, &bytes, now).await {
            Ok(report) => report,
            Err(unusable) => {
                say::error(&http::failure::chain(&unusable));
                return ExitCode::from(USAGE);
            }
        },
        Err(code) => Report::unavailable(code, now.seconds(), AppCore::software()),
    };
    if as_json {
        say::line(&serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        words(&report);
    }
    ExitCode::from(match report.verdict {
        Verdict::Valid => 0,
        Verdict::Attention => 1,
        Verdict::Invalid => 2,
        Verdict::Unavailable => UNREADABLE,
    })
}

fn read(path: &Path) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Vec::new();
    let taken = if path == Path::new("-") {
        std::io::stdin().lock().take(LIMIT + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes))
    };
    match taken {
        Ok(length) if length as u64 > LIMIT => Err("too_large"),
        Ok(_) => Ok(bytes),
        Err(_) => Err("unreadable"),
    }
}

async fn judge(arguments: &VerifyArguments, bytes: &[u8], now: model::Timestamp) -> Result<Report, Unusable> {
    let keys = arguments.issuer_jwk.as_deref().map(keys).transpose()?;
    let trust = match &arguments.register {
        Some(path) => RegisterFile::open(path)?.current().trust(),
        None => Trust::default(),
    };
    let fetched = given_list(arguments)?;
    let binding = match (&arguments.nonce, &arguments.audience) {
        // Whoever checks a file does so later than the request's own window.
        (Some(nonce), Some(audience)) => Some(Binding { nonce, audience, iat_window: None }),
        _ => None,
    };
    let inputs = Inputs::new(now.seconds(), &trust, AppCore::software())
        .with_fetched(&fetched)
        .with_keys(keys.as_deref())
        .with_binding(binding)
        .with_offline(arguments.offline);
    if arguments.offline {
        return Ok(anything(bytes, &inputs));
    }
    let allow_localhost = arguments.allow_localhost || of_this_machine(&String::from_utf8_lossy(bytes));
    let egress = Egress::new(Rules { allow_localhost, peers: Vec::new() }, None)?;
    Ok(Gather::new(egress.clone(), StatusLists::new(egress)).report(bytes, &inputs).await)
}

/// A JWK or a JWK set; keys of kinds that we do not use are passed over.
fn keys(path: &Path) -> Result<Vec<Jwk>, Unusable> {
    let bytes = std::fs::read(path).map_err(|_| Unusable::Jwk)?;
    let value = vc::strict_json::parse(&bytes).map_err(|_| Unusable::Jwk)?;
    let keys = match value.get("keys") {
        Some(_) => Jwk::set_from_value(&value).map_err(|_| Unusable::Jwk)?,
        None => vec![Jwk::from_value(&value).map_err(|_| Unusable::Jwk)?],
    };
    if keys.is_empty() { Err(Unusable::Jwk) } else { Ok(keys) }
}

/// The status list that was given, for every list that the credential names.
fn given_list(arguments: &VerifyArguments) -> Result<Fetched, Unusable> {
    let Some(path) = &arguments.status else { return Ok(Fetched::new()) };
    let list = std::fs::read_to_string(path).map_err(|_| Unusable::Status)?;
    Ok(Fetched::new().with_only_list(list.trim().to_owned()))
}

/// Whether a credential says that its issuer is on this machine, as the demo's is, and its status lists are that very issuer's.
/// Then those and the issuer's keys may be fetched from there, and nothing else on this machine: there is no other address to
/// fetch.
fn of_this_machine(text: &str) -> bool {
    let shown = shown(text);
    !shown.is_empty() && shown.iter().all(|one| is_here(&one.claims))
}

fn is_here(claims: &vc::Map) -> bool {
    let stated =
        claims.get("iss").or_else(|| claims.get("issuer")).and_then(|issuer| issuer.as_str().or_else(|| issuer.get("id")?.as_str()));
    let by_did = |did: &str| web_url(did, true).ok()?.as_str().strip_suffix("/did.json").map(str::to_owned);
    let base = stated.and_then(|issuer| if issuer.starts_with("did:web:") { by_did(issuer) } else { Some(issuer.to_owned()) });
    let Some(base) = base.filter(|base| base.starts_with("http://localhost:")) else { return false };
    let own = |entry: &StatusEntry| entry.uri().and_then(|uri| uri.strip_prefix(&base)).is_some_and(|rest| rest.starts_with('/'));
    StatusEntry::of_credential(claims).is_ok_and(|entries| entries.iter().all(own))
}

/// The report for a person at a terminal.
fn words(report: &Report) {
    let verdict = match report.verdict {
        Verdict::Valid => "VALID: every check that applies passed",
        Verdict::Attention => "ATTENTION: real, but look at what did not pass",
        Verdict::Invalid => "INVALID: not to be believed",
        Verdict::Unavailable => "UNAVAILABLE: nothing here that can be checked",
    };
    say::line(verdict);
    let language = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG")).unwrap_or_default();
    for one in &report.credentials {
        let named = one.issuer.name.as_deref().unwrap_or(&one.issuer.id);
        say::line(&format!("  {} issued by {named}", one.kind));
    }
    for check in &report.checks {
        let mark = match check.state {
            CheckState::Passed => "ok ",
            CheckState::NotChecked => "?  ",
            CheckState::Failed => "NO ",
        };
        let name = serde_json::to_value(check.check).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
        let (heading, why) = http::verdict::explained(check, &language);
        say::line(&format!("  {mark} {name}: {} ({heading}{}{why})", check.code, if why.is_empty() { "" } else { ": " }));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vc::encoding::b64url;

    use super::*;

    fn credential(issuer: &str, list: &str) -> String {
        let claims = json!({"iss": issuer, "vct": "t", "status": {"status_list": {"idx": 1, "uri": list}}});
        format!("{}.{}.c2ln~", b64url(json!({"alg": "ES256", "typ": "dc+sd-jwt"}).to_string()), b64url(claims.to_string()))
    }

    #[test]
    fn only_an_issuer_on_this_machine_opens_its_own_list_here() {
        let local = "http://localhost:8081/school";
        assert!(of_this_machine(&credential(local, "http://localhost:8081/school/status/1")));
        for (issuer, list) in [
            (local, "http://localhost:8081/other/status/1"),
            (local, "http://localhost:9200/school/status/1"),
            (local, "http://localhost:8081/schoolx"),
            ("https://issuer.example", "http://localhost:8081/status/1"),
            ("http://localhost.evil.example", "http://localhost.evil.example/status/1"),
        ] {
            assert!(!of_this_machine(&credential(issuer, list)), "{issuer} {list}");
        }
        assert!(!of_this_machine("nonsense"));
    }
}
