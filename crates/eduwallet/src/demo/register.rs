//! The demo's register of parties, written as the file that an operator would keep.

use std::path::Path;

use http::RegisterFile;
use serde_json::{Value, json};
use vc::encoding::b64;
use web::badge::{BadgeSpec, Colour, Shape, png};

use super::DemoError;
use super::plan::{Organisation, Plan};

/// Colours and letters of the institutions' marks.
const MARKS: [(&str, &str, &str); 2] = [("hogeschool-voorbeeld", "#1d4e89", "HV"), ("roc-voorbeeld", "#8a3b12", "RV")];

/// Writes the file and opens it.
pub(super) fn write(plan: &Plan, path: &Path) -> Result<RegisterFile, DemoError> {
    let text = serde_json::to_string_pretty(&document(plan)).unwrap_or_default();
    std::fs::write(path, text).map_err(DemoError::File)?;
    Ok(RegisterFile::open(path)?)
}

fn document(plan: &Plan) -> Value {
    let mut parties: Vec<Value> = plan.world.institutions().iter().map(|institution| issuing(plan, institution)).collect();
    parties.extend(plan.organisations.iter().map(|organisation| asking(plan, organisation)));
    json!({
        "name": {"nl": "Demoregister", "en": "Demo register"},
        "keeper": {"name": {"nl": "Beheer van deze demo", "en": "Operator of this demo"}},
        "anchors": [b64(plan.authority.anchor_der())],
        "parties": parties,
    })
}

fn issuing(plan: &Plan, institution: &sandbox::Institution) -> Value {
    let (colour, initials) = MARKS.iter().find(|mark| mark.0 == institution.slug).map_or(("#374151", "??"), |mark| (mark.1, mark.2));
    json!({
        "slug": institution.slug,
        "name": {"nl": institution.name_nl, "en": institution.name_en},
        "place": {"nl": format!("{}, Nederland", institution.city), "en": format!("{}, the Netherlands", institution.city)},
        "site": format!("https://{}", institution.schac_home),
        "colour": colour,
        "initials": initials,
        "logo": logo(institution.slug, colour, initials),
        "issues": {"credential_issuer": plan.issuer.at(&format!("/{}", institution.slug)), "types": ["microcredential", "enrolment"]},
    })
}

/// An invented logo: the party's letters in a shape of our own, on its colour.
fn logo(slug: &str, colour: &str, initials: &str) -> String {
    let colour = Colour::from_hex(colour).unwrap_or_else(|| Colour::of(slug));
    let picture = png(&BadgeSpec::new(Shape::Badge, colour, slug, None, (initials, "")));
    format!("data:image/png;base64,{}", b64(picture))
}

fn asking(plan: &Plan, organisation: &Organisation) -> Value {
    let did = vc::did::web_did(&plan.verifier.at(&format!("/o/{}", organisation.slug))).unwrap_or_default();
    let client_ids = json!([organisation.client_id, format!("decentralized_identifier:{did}")]);
    if organisation.slug == "fii-portaal" {
        json!({
            "slug": organisation.slug,
            "name": {"nl": "FII-portaal Voorbeeld", "en": "Example FII portal"},
            "legal_name": "Stichting FII-portaal Voorbeeld",
            "place": {"nl": "Utrecht, Nederland", "en": "Utrecht, the Netherlands"},
            "initials": "FP", "colour": "#0b6b5d", "logo": logo(organisation.slug, "#0b6b5d", "FP"),
            "asks": [{
                "name": {"nl": "Inschrijven bij een andere instelling", "en": "Enrolling at another institution"},
                "client_ids": client_ids,
                "claims": {"enrolment": ["*"]},
                "ground": {"nl": "Publieke taak: inschrijving van gaststudenten", "en": "Public task: enrolling guest students"},
                "max_retention_days": 30,
                "contact": "privacy@fii-portaal.example",
                "privacy_page": "https://fii-portaal.example/privacy",
                "without_wallet": {"nl": "Stuur een uittreksel van je inschrijving op.", "en": "Send in an extract of your enrolment."},
            }],
        })
    } else {
        json!({
            "slug": organisation.slug,
            "name": {"nl": "Werkgever Voorbeeld", "en": "Example Employer"},
            "legal_name": "Werkgever Voorbeeld B.V.",
            "place": {"nl": "Amersfoort, Nederland", "en": "Amersfoort, the Netherlands"},
            "initials": "WV", "colour": "#5b2a86", "logo": logo(organisation.slug, "#5b2a86", "WV"),
            "asks": [{
                "name": {"nl": "Sollicitaties", "en": "Job applications"},
                "client_ids": client_ids,
                "claims": {"microcredential": ["*"]},
                "ground": {"nl": "Gerechtvaardigd belang: je geschiktheid voor de functie nagaan", "en": "Legitimate interest: seeing whether you fit the job"},
                "max_retention_days": 30,
                "contact": "privacy@werkgever-voorbeeld.example",
                "privacy_page": "https://werkgever-voorbeeld.example/privacy",
                "without_wallet": {"nl": "Stuur een kopie van je certificaat mee met je sollicitatie.", "en": "Send a copy of your certificate with your application."},
            }],
        })
    }
}
