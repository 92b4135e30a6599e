//! How the running demo is told: a JSON file for scripts (`interfaces.md` section 3), a table and a QR code for people.

use std::io::Write;
use std::path::Path;

use model::Clock;
use sandbox::PersonaKind;
use serde_json::{Map, Value, json};
use vc::encoding::b64;

use super::peers::Peers;
use super::plan::Plan;
use super::story::Told;
use crate::say;

/// The description file's document.
pub(super) fn description(plan: &Plan, peers: &Peers, told: &Told, register: &Path) -> Value {
    let now = plan.clock.now();
    json!({
        "wallet": plan.wallet.as_str(), "issuer": plan.issuer.as_str(), "verifier": plan.verifier.as_str(), "operations": plan.operations.as_str(),
        "sandbox": {"eduid": plan.eduid.as_str(), "ooapi": plan.ooapi.as_str(), "fii": plan.fii.as_str(), "badges": plan.badges.as_str(), "mail": plan.mail.as_str()},
        "now": now.rfc3339(),
        "learners": learners(plan),
        "staff": staff(plan),
        "institutions": plan.world.institutions().iter().map(|one| institution(plan, peers, one)).collect::<Vec<_>>(),
        "verifiers": plan.organisations.iter()
            .map(|one| json!({"slug": one.slug, "api_key": one.api_key, "client_id": one.client_id})).collect::<Vec<_>>(),
        "types": {"microcredential": vc::bundled::MICROCREDENTIAL_VCT, "enrolment": vc::bundled::ENROLMENT_VCT},
        "register_file": register.display().to_string(),
        "trust_anchors_pem": pem(plan.authority.anchor_der()),
        "share_links": told.share_links,
        "waiting_request": told.waiting_request,
        "parked_award": told.parked_award.as_ref().map(|(institution, id)| json!({"institution": institution, "id": id})),
    })
}

fn learners(plan: &Plan) -> Vec<Value> {
    let learners = plan.world.personas().iter().filter_map(|persona| {
        let PersonaKind::Learner(institutions) = persona.kind else { return None };
        let eduid: Map<String, Value> =
            institutions.iter().filter_map(|slug| Some(((*slug).to_owned(), json!(plan.world.eduid(persona.id, slug)?)))).collect();
        Some(json!({"persona": persona.id, "name": persona.name(), "eduid": eduid}))
    });
    learners.collect()
}

fn staff(plan: &Plan) -> Vec<Value> {
    let staff = plan.world.personas().iter().filter_map(|persona| match persona.kind {
        PersonaKind::Staff { institution, .. } => Some(json!({"persona": persona.id, "institution": institution})),
        PersonaKind::Learner(_) => None,
    });
    staff.collect()
}

fn institution(plan: &Plan, peers: &Peers, about: &sandbox::Institution) -> Value {
    let now = plan.clock.now().seconds();
    let associations = about
        .associations(now)
        .into_iter()
        .map(|one| json!({"id": one.id, "persona": one.persona, "about": one.about, "state": one.state}));
    json!({
        "slug": about.slug,
        "credential_issuer": plan.issuer.at(&format!("/{}", about.slug)),
        "api_key": plan.institution(about.slug).map(|secrets| secrets.api_key.as_str()),
        "ooapi": {"v5": peers.institutions().base(about.slug), "v6": null, "user": about.user, "password": about.password},
        "associations": associations.collect::<Vec<_>>(),
    })
}

fn pem(der: &[u8]) -> String {
    let text = b64(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// Writes the file beside its place, readable by nobody else, and renames it: whoever sees it sees all of it.
pub(super) fn write(path: &Path, document: &Value) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&beside)?;
    file.write_all(serde_json::to_string_pretty(document).unwrap_or_default().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

/// What a person reads in the terminal.
pub(super) fn table(plan: &Plan, told: &Told) {
    let mut rows = vec![
        ("Wallet: log in as Samira or Barry".to_owned(), plan.wallet.at("/wallet")),
        ("Issuer's desk: log in as admin-hogeschool".to_owned(), plan.issuer.at("/hogeschool-voorbeeld/desk")),
        ("Issuer's desk: log in as admin-roc".to_owned(), plan.issuer.at("/roc-voorbeeld/desk")),
        ("Verifier: ask one candidate one question".to_owned(), plan.verifier.at("/ask")),
        ("Verifier: check any credential".to_owned(), plan.wallet.at("/verify")),
        ("FII portal (sandbox)".to_owned(), plan.fii.at("/")),
        ("Badge platform (sandbox): press its button".to_owned(), plan.badges.at("/")),
        ("Mail that the wallet sent (sandbox)".to_owned(), plan.mail.at("/")),
        ("Sandbox eduID".to_owned(), plan.eduid.at("/.well-known/openid-configuration")),
        ("Health and metrics".to_owned(), plan.operations.at("/readyz")),
    ];
    rows.extend(told.share_links.iter().enumerate().map(|(at, link)| (format!("Shared link {}", at + 1), link.clone())));
    rows.extend(told.waiting_request.iter().map(|link| ("A request that waits for an answer".to_owned(), link.clone())));
    let width = rows.iter().map(|(what, _)| what.chars().count()).max().unwrap_or_default();
    say::line("\nEduwallet demo is running. Ctrl-C ends it.\n");
    for (what, link) in &rows {
        say::line(&format!("  {what:<width$}  {link}"));
    }
    if let Some(link) = told.share_links.first()
        && let Ok(code) = fast_qr::QRBuilder::new(link.as_str()).build()
    {
        say::line(&format!("\n  The first shared link:\n{}", code.to_str()));
    }
}
