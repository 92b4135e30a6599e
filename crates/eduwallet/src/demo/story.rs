//! What happens in the demo before its present begins, and at its start: all of it through the product's own paths.

use std::time::Duration;

use http::Shutdown;
use model::Clock;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::DemoError;
use super::browser::{Browser, Machine};
use super::learner::{self, Learner, Sharing};
use super::plan::Plan;
use crate::roles::Roles;

/// What came of it.
#[derive(Default)]
pub(super) struct Told {
    pub(super) share_links: Vec<String>,
    pub(super) waiting_request: Option<String>,
    /// Institution and id of an award that waits for something.
    pub(super) parked_award: Option<(String, String)>,
}

/// Days of the history at which the institutions are read. Results of the days between come with the next reading, with their own dates.
const READINGS: [i64; 8] = [1, 61, 121, 211, 301, 331, 386, 396];

/// How often it is looked for a delivery that is under way, and how long between: a busy machine brings it later.
const LOOKS: u32 = 150;
const BETWEEN: Duration = Duration::from_millis(200);

const SHARES: [(&str, Sharing); 3] = [
    ("samira", Sharing { about: "Data-analyse basis", label: "Sollicitatie Werkgever Voorbeeld" }),
    ("samira", Sharing { about: "Projectmatig werken", label: "Stage Voorbeeldbureau" }),
    ("barry", Sharing { about: "Zorgtechnologie", label: "Mijn teamleider" }),
];

/// Runs the story and leaves the clock in the present.
pub(super) async fn tell(plan: &Plan, roles: &Roles, tasks: &mut JoinSet<()>, stop: &Shutdown) -> Result<Told, DemoError> {
    let start = plan.clock.now();
    let mut learners = Vec::new();
    for learner in learner::all(plan) {
        let mut browser = Learner::browser(plan)?;
        learner.sign_in(plan, &mut browser).await?;
        for slug in learner.institutions {
            learner.connect(plan, &mut browser, slug).await?;
        }
        learners.push((learner, browser));
    }
    for day in READINGS {
        plan.clock.set(start.plus_days(day));
        read(roles).await?;
    }
    plan.clock.set(plan.present());
    read(roles).await?;
    roles.work(tasks, stop);

    let machine = Machine::new(&plan.agent)?;
    let mut told = Told { parked_award: Some(park(plan, &machine).await?), ..Told::default() };
    for (persona, sharing) in &SHARES {
        let learner = learners.iter_mut().find(|(learner, _)| learner.persona == *persona);
        let (learner, browser) = learner.ok_or_else(|| DemoError::Missing((*persona).to_owned()))?;
        told.share_links.push(share(plan, learner, browser, sharing).await?);
    }
    told.waiting_request = Some(ask(plan, &machine).await?);
    Ok(told)
}

async fn read(roles: &Roles) -> Result<(), DemoError> {
    let Some(issuer) = &roles.issuer else { return Ok(()) };
    for report in issuer.poll_now().await? {
        if report.outcome != "ok" {
            return Err(DemoError::Missing(format!("{} could not be read: {}", report.institution, report.outcome)));
        }
    }
    Ok(())
}

async fn share(plan: &Plan, learner: &Learner, browser: &mut Browser, sharing: &Sharing) -> Result<String, DemoError> {
    learner.sign_in(plan, browser).await?;
    for _ in 0..LOOKS {
        if let Some(link) = learner.share(plan, browser, sharing).await? {
            return Ok(link);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Err(DemoError::Missing(format!("nothing to share about {}", sharing.about)))
}

/// An award that waits: the hogeschool has a result of somebody whom eduID does not know here yet.
async fn park(plan: &Plan, machine: &Machine) -> Result<(String, String), DemoError> {
    let slug = "hogeschool-voorbeeld";
    let key = &plan.institution(slug).ok_or_else(|| DemoError::Missing(slug.to_owned()))?.api_key;
    let day = plan.clock.now().plus_days(-3).date();
    let body = json!({
        "kind": "microcredential",
        "reference": "demo-parked-1",
        "template": "data-analyse-basis",
        "learner": {"given_name": "Lotte", "family_name": "Smits"},
        "awarded_date": day,
        "result": {"type": "1-10", "value": "7", "passed": true},
        "final": {"by": "examination board", "on": day},
    });
    let made = machine.call(Method::POST, &plan.issuer.at(&format!("/{slug}/api/v1/awards")), key, Some(&body)).await?;
    let id = made.get("id").and_then(Value::as_str).filter(|_| made.get("decision").is_some_and(|decision| decision == "parked"));
    let id = id.ok_or_else(|| DemoError::Missing("no award was parked".to_owned()))?;
    Ok((slug.to_owned(), id.to_owned()))
}

/// The FII portal asks for a proof of enrolment, open for 30 days.
async fn ask(plan: &Plan, machine: &Machine) -> Result<String, DemoError> {
    let portal = plan.organisation("fii-portaal").ok_or_else(|| DemoError::Missing("fii-portaal".to_owned()))?;
    let body = json!({
        "use_case": "proof-of-enrolment",
        "purpose": {"nl": "Inschrijven voor een keuzevak bij een andere instelling", "en": "Enrolling for a course at another institution"},
        "retention_days": 30,
        "expires_in": 2_592_000,
    });
    let made = machine.call(Method::POST, &plan.verifier.at("/api/v1/requests"), &portal.api_key, Some(&body)).await?;
    let link = made.get("wallet_link").and_then(Value::as_str).map(str::to_owned);
    link.ok_or_else(|| DemoError::Missing("the waiting request has no wallet_link".to_owned()))
}
