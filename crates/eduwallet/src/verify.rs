//! `eduwallet verify FILE`: checks any credential or presentation, with the same code and report as everywhere.

mod words;

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use http::egress::{Egress, Rules};
use http::{AppCore, Gather, RegisterFile, StatusLists};
use model::register::Register;
use model::{Clock, SystemClock};
use vc::did::web_url;
use vc::jws::Jws;
use vc::key::Jwk;
use vc::report::{Report, Verdict};
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
    let checked = async {
        let register = arguments.register.as_deref().map(RegisterFile::open).transpose()?.map(|file| file.current());
        let report = match read(&arguments.file) {
            Ok(bytes) => judge(&arguments, register.as_ref(), &bytes, now).await?,
            Err(code) => Report::unavailable(code, now.seconds(), AppCore::software()),
        };
        Ok::<_, Unusable>((report, register))
    };
    let (report, register) = match checked.await {
        Ok(checked) => checked,
        Err(unusable) => {
            say::error(&http::failure::chain(&unusable));
            return ExitCode::from(USAGE);
        }
    };
    if as_json {
        say::line(&serde_json::to_string_pretty(&report).unwrap_or_default());
    } else {
        words::lines(&report, register.as_deref(), &words::language(|name| std::env::var(name).ok()))
            .iter()
            .for_each(|line| say::line(line));
    }
    ExitCode::from(match report.verdict {
        Verdict::Valid => 0,
        Verdict::Attention => 1,
        Verdict::Invalid => 2,
        Verdict::Unavailable => UNREADABLE,
    })
}

/// What is in a file or comes in; the address of a shared link stands for itself.
fn read(path: &Path) -> Result<Vec<u8>, &'static str> {
    if let Some(address) = path.to_str().filter(|text| text.starts_with("https://") || text.starts_with("http://")) {
        return Ok(address.as_bytes().to_vec());
    }
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

async fn judge(
    arguments: &VerifyArguments,
    register: Option<&Arc<Register>>,
    bytes: &[u8],
    now: model::Timestamp,
) -> Result<Report, Unusable> {
    let keys = arguments.issuer_jwk.as_deref().map(keys).transpose()?;
    let trust = register.map_or_else(Trust::default, |register| register.trust());
    let fetched = given_lists(&arguments.status)?;
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

/// The status lists that were given: a single one for whatever list the credential names, several by the address that each has.
fn given_lists(paths: &[PathBuf]) -> Result<Fetched, Unusable> {
    let read = |path: &PathBuf| std::fs::read_to_string(path).map(|list| list.trim().to_owned()).map_err(|_| Unusable::Status);
    let lists = paths.iter().map(read).collect::<Result<Vec<String>, _>>()?;
    match lists.as_slice() {
        [] => Ok(Fetched::new()),
        [only] => Ok(Fetched::new().with_only_list(only.clone())),
        several => several
            .iter()
            .try_fold(Fetched::new(), |fetched, list| Ok(fetched.with_list(address_of(list).ok_or(Unusable::Status)?, list.clone()))),
    }
}

/// Where a status list says that it is: `id` of a credential, `sub` of a token. Whether that is true is verified with the list.
fn address_of(list: &str) -> Option<String> {
    let stated = |members: &vc::Map, names: &[&str]| names.iter().find_map(|name| members.get(*name)?.as_str()).map(str::to_owned);
    if list.starts_with('{') {
        return stated(&vc::strict_json::parse_object(list.as_bytes()).ok()?, &["id"]);
    }
    let token = Jws::parse(list).ok()?;
    let payload = token.payload_unverified().as_object()?;
    let inner = || payload.get("vc")?.as_object();
    stated(payload, &["id"]).or_else(|| stated(inner()?, &["id"])).or_else(|| stated(payload, &["sub"]))
}

/// Whether a credential says that its issuer is on this machine, as the demo's is, and its status lists are that very issuer's.
/// Then those and the issuer's keys may be fetched from there, and nothing else on this machine: there is no other address to
/// fetch. A link to this machine is the word of whoever gave it.
fn of_this_machine(text: &str) -> bool {
    if text.trim().starts_with("http://localhost:") {
        return true;
    }
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
