//! The issuer's last look at what is about to be signed, in every form: nothing leaves that verifiers or the law would refuse.
//!
//! A finding names the place as a dotted path and the element of the type's mapping table that it belongs to; never a value.

mod national;
mod person;
mod w3c;

pub use national::is_never_held;
pub use person::is_name;
pub use w3c::{lint_w3c, lint_w3c_content};

use crate::Map;
use crate::bundled::{self, CredentialType, Element, SelectiveDisclosure};
use crate::key::Jwk;
use crate::sd_jwt::{NEVER_HIDDEN, Path};
use serde_json::Value;
use std::fmt;

/// Something that keeps a credential from being signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Stable code: `vct`, `schema`, `mandatory`, `unknown_claim`, `hidden_security_claim`, `concealed`, `cnf`, `status`,
    /// `dates`, `national_number`, `text` (control or direction characters), `name`, `workload`, `level`, `required`,
    /// `context`, `subject`, `model`, `open_badge`.
    pub code: &'static str,
    /// Place, when it is about one. Never its value.
    pub path: Option<Path>,
    /// The element of the type that the place belongs to.
    pub element: Option<&'static Element>,
}

impl Finding {
    fn new(code: &'static str, path: Option<Path>, element: Option<&'static Element>) -> Self {
        Self { code, path, element }
    }

    fn of_claim(kind: &'static CredentialType, code: &'static str, path: Option<Path>) -> Self {
        let element = path.as_ref().and_then(|path| kind.mapping.of_claim(path));
        Self { code, path, element }
    }
}

/// For people: `schema at level.value (element 8, level)`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        if let Some(path) = &self.path {
            write!(f, " at {path}")?;
        }
        match self.element {
            Some(element) => write!(f, " (element {}, {})", element.number, element.name.en),
            None => Ok(()),
        }
    }
}

/// Checks claims that are about to be prepared and signed, with the paths that will be concealed. Empty means: sign.
pub fn lint(claims: &Map, concealed: &[Path], now: i64) -> Vec<Finding> {
    let kind = claims.get("vct").and_then(Value::as_str).and_then(bundled::credential_type);
    let Some(kind) = kind else { return vec![Finding::new("vct", None, None)] };
    let mut findings = Vec::new();
    let mut find = |code: &'static str, path: Option<Path>| findings.push(Finding::of_claim(kind, code, path));
    fits_type(kind, claims, concealed, &mut find);
    for path in concealed {
        if path.top().is_none_or(|top| NEVER_HIDDEN.contains(&top)) {
            find("hidden_security_claim", Some(path.clone()));
        }
    }
    if claims.get("cnf").and_then(|cnf| cnf.get("jwk")).is_none_or(|jwk| Jwk::from_value(jwk).is_err()) {
        find("cnf", Some(Path::key("cnf")));
    }
    if !names_a_place(claims) {
        find("status", Some(Path::key("status")));
    }
    if !dates_hold(claims, now) {
        find("dates", None);
    }
    findings.extend(of_content(kind, claims));
    findings.extend(by_framework(kind, claims, true));
    findings
}

/// Checks what an award would put into a credential before anything is held out: of its claims those that are there. Key, status
/// and dates come with signing, when [`lint`] looks at all of it. Codes: `vct`, `schema`, `unknown_claim`, `national_number`,
/// `text`, `name`, `workload`, `level`.
pub fn lint_content(vct: &str, claims: &Map) -> Vec<Finding> {
    let Some(kind) = bundled::credential_type(vct) else { return vec![Finding::new("vct", None, None)] };
    let mut findings = Vec::new();
    if let Err(violation) = kind.schema().check_members(claims) {
        findings.push(Finding::of_claim(kind, "schema", violation.path));
    }
    let known: Vec<&str> = kind.schema().property_names().collect();
    let unknown = claims.keys().filter(|name| !known.contains(&name.as_str()));
    findings.extend(unknown.map(|name| Finding::of_claim(kind, "unknown_claim", Some(Path::key(name)))));
    findings.extend(of_content(kind, claims));
    findings.extend(by_framework(kind, claims, false));
    findings
}

/// What holds for every text, and for names of people.
fn of_content(kind: &'static CredentialType, claims: &Map) -> impl Iterator<Item = Finding> {
    let found = national::numbers(claims).chain(person::texts(claims)).chain(person::names(claims));
    found.map(move |(code, path)| Finding::of_claim(kind, code, Some(path)))
}

/// What the quality framework that the claims name says of them. Claims that name none are judged by none.
fn by_framework(kind: &'static CredentialType, claims: &Map, complete: bool) -> Vec<Finding> {
    let member = |name: &str| claims.get("quality_assurance").and_then(|assurance| assurance.get(name)).and_then(Value::as_str);
    let Some(id) = member("framework") else { return Vec::new() };
    // A framework of the institution's own is judged where its file is: when the award is decided.
    let Some(framework) = bundled::quality_framework(id, member("version").unwrap_or_default()) else { return Vec::new() };
    let mut findings: Vec<Finding> = framework
        .refuses(claims)
        .into_iter()
        .map(|refused| match refused {
            bundled::Refused::Workload => ("workload", Path::from(["workload", "value"])),
            bundled::Refused::Level => ("level", Path::from(["level", "value"])),
        })
        .map(|(code, path)| Finding::of_claim(kind, code, Some(path)))
        .collect();
    if complete {
        let absent = |element: &&Element| element.claims.iter().all(|path| path.select(claims).is_empty());
        let missing = framework.required(&kind.mapping).filter(absent);
        findings.extend(missing.map(|element| Finding {
            code: "required",
            path: element.claims.first().cloned(),
            element: kind.mapping.by_key(&element.key),
        }));
    }
    findings
}

fn fits_type(kind: &CredentialType, claims: &Map, concealed: &[Path], find: &mut impl FnMut(&'static str, Option<Path>)) {
    if let Err(violation) = kind.schema().check(claims) {
        find("schema", violation.path);
    }
    for claim in kind.claims.iter().filter(|c| c.mandatory && c.path.segments().len() == 1) {
        if claim.path.select(claims).is_empty() {
            find("mandatory", Some(claim.path.clone()));
        }
    }
    let known: Vec<&str> = kind.schema().property_names().collect();
    for name in claims.keys().filter(|name| !known.contains(&name.as_str()) && !NEVER_HIDDEN.contains(&name.as_str())) {
        find("unknown_claim", Some(Path::key(name)));
    }
    for claim in &kind.claims {
        let hidden = concealed.contains(&claim.path);
        let right = match claim.sd {
            SelectiveDisclosure::Always => hidden,
            SelectiveDisclosure::Never => !hidden,
            SelectiveDisclosure::Allowed => true,
        };
        if !right && !claim.path.select(claims).is_empty() {
            find("concealed", Some(claim.path.clone()));
        }
    }
}

/// `status.status_list` has an index and an address (Token Status List section 6.2).
fn names_a_place(claims: &Map) -> bool {
    let Some(list) = claims.get("status").and_then(|status| status.get("status_list")) else { return false };
    let address = list.get("uri").and_then(Value::as_str).is_some_and(|uri| url::Url::parse(uri).is_ok());
    address && list.get("idx").is_some_and(Value::is_u64)
}

/// `iat` is there and not ahead; `nbf` and `exp`, when there, lie around it, and `exp` has not passed.
fn dates_hold(claims: &Map, now: i64) -> bool {
    let number = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or(()),
    };
    let (Ok(Some(iat)), Ok(nbf), Ok(exp)) = (number("iat"), number("nbf"), number("exp")) else { return false };
    iat <= now.saturating_add(60) && exp.is_none_or(|exp| exp > iat && exp > now && nbf.is_none_or(|nbf| nbf < exp))
}
