//! A verdict for every face, for several credentials, and for each way in which one comes here.

use super::{
    Check, CheckName, CheckState, Content, Copies, Credential, Enrolment, Face, HolderKey, Issuer, Left, NameSource, Occasion, Past,
    VerdictPage,
};
use crate::badge::{self, BadgeSpec, Colour, Shape};
use crate::head::{Kind, Level, Load, Unit};
use crate::{Day, Fact, Moment, Text, Value};

const NOW: Moment = Moment(1_795_352_580);

impl VerdictPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let valid = page(Face::Valid, vec![data_analysis()]);
        let with = |change: fn(&mut Credential), face| {
            let mut credential = data_analysis();
            credential.face = face;
            change(&mut credential);
            page(face, vec![credential])
        };
        vec![
            ("valid", valid.clone()),
            ("valid-enrolment", page(Face::Valid, vec![enrolment()])),
            ("attention-expired", page(Face::Attention, vec![care()])),
            ("attention-suspended", with(|c| c.set(CheckName::Status, CheckState::Failed, "suspended"), Face::Attention)),
            ("attention-unknown-issuer", with(unknown_issuer, Face::Attention)),
            ("attention-own-register", with(|c| c.set(CheckName::Issuer, CheckState::Passed, "own_register"), Face::Valid)),
            ("attention-not-checked", with(|c| c.set(CheckName::Status, CheckState::NotChecked, "status_unknown"), Face::Attention)),
            ("invalid-revoked", with(|c| c.set(CheckName::Status, CheckState::Failed, "revoked"), Face::Invalid)),
            ("invalid-signature", page(Face::Invalid, vec![altered()])),
            ("badge", page(Face::Valid, vec![super::samples_badge::badge()])),
            ("badge-endorsed", page(Face::Valid, vec![super::samples_badge::endorsed()])),
            ("issuer-renamed", with(renamed, Face::Valid)),
            ("issuer-left", with(left, Face::Valid)),
            ("issuer-merged", with(merged, Face::Valid)),
            (
                "unavailable-picture",
                VerdictPage { occasion: Occasion::Pasted, ..page(Face::Unavailable, vec![unreadable("no_credential_in_image")]) },
            ),
            ("unavailable-key", page(Face::Unavailable, vec![unsigned()])),
            ("unavailable", VerdictPage { occasion: Occasion::Pasted, ..page(Face::Unavailable, vec![unreadable("unreadable")]) }),
            ("several", page(Face::Attention, vec![data_analysis(), care()])),
            ("pasted", VerdictPage { occasion: Occasion::Pasted, ..valid.clone() }),
            ("answer", VerdictPage { occasion: answer(), ..page(Face::Valid, vec![answered()]) }),
        ]
    }
}

impl Credential {
    fn set(&mut self, name: CheckName, state: CheckState, code: &str) {
        for check in self.checks.iter_mut().filter(|check| check.name == name) {
            check.state = state;
            check.code = code.to_owned();
        }
    }
}

fn page(face: Face, credentials: Vec<Credential>) -> VerdictPage {
    let copy = |name: &str| format!("/s/4KT9W2MZsample00000001/{name}");
    VerdictPage {
        face,
        checked_at: NOW,
        occasion: Occasion::Share {
            until: Some(Moment(1_797_940_800)),
            copies: Copies { certificate: copy("certificate"), credential: copy("credential"), report: copy("report.json") },
        },
        credentials,
        host: "https://eduwallet.example".to_owned(),
        verify_url: "/verify".to_owned(),
    }
}

fn answer() -> Occasion {
    Occasion::Answer {
        purpose: Text::new("Inschrijving voor de minor", "Enrolment for the minor"),
        kept_until: Moment(1_797_940_800),
        report: None,
    }
}

pub(super) fn check(name: CheckName, technical: &[&str]) -> Check {
    let technical = technical.iter().map(|part| (*part).to_owned()).collect();
    Check { name, state: CheckState::Passed, code: "ok".to_owned(), at: None, reason: None, technical }
}

pub(super) fn passed() -> Vec<Check> {
    vec![
        check(CheckName::Signature, &["ES256", "SD-JWT VC"]),
        check(CheckName::Issuer, &[]),
        Check { at: Some(Moment(NOW.0 - 60)), ..check(CheckName::Status, &["/hogeschool-voorbeeld/status/3"]) },
        check(CheckName::Dates, &[]),
        check(CheckName::Schema, &[]),
        check(CheckName::HolderBinding, &[]),
    ]
}

pub(super) fn issuer(name: &str) -> Issuer {
    Issuer {
        name: Text::same(name),
        site: Some("https://hogeschool-voorbeeld.example".to_owned()),
        logo: None,
        register: "Voorbeeldregister".to_owned(),
        register_keeper: Text::same("Voorbeeld Onderwijs"),
        past: Past::default(),
    }
}

pub(super) fn badge(shape: Shape, colour: &str, pattern: &str, level: u8, figure: (&str, &str)) -> Option<String> {
    let colour = Colour::from_hex(colour).unwrap_or(Colour::of(pattern));
    Some(badge::path(&BadgeSpec::new(shape, colour, pattern, Some(level), figure)))
}

pub(super) fn data_analysis() -> Credential {
    Credential {
        face: Face::Valid,
        kind: Kind::Microcredential,
        issuer: Some(issuer("Hogeschool Voorbeeld")),
        checks: passed(),
        content: Some(Content {
            title: Some(Text::new("Data-analyse basis", "Data analysis basics")),
            badge: badge(Shape::Microcredential, "#0f6470", "data-analyse-basis", 6, ("5", "EC")),
            holder: Some("Samira de Vries".to_owned()),
            given_name: Some("Samira".to_owned()),
            name_source: Some(NameSource { source: "eduID".to_owned(), checked_on: Day::parse("2026-01-12") }),
            awarded_on: Day::parse("2026-02-01"),
            workload: Some(Load { amount: 5.0, unit: Unit::Ec }),
            level: Some(Level { framework: "NLQF".to_owned(), value: "6".to_owned(), verified: true }),
            outcomes: vec![
                Text::new("Een dataset opschonen en controleren op fouten", "Clean a dataset and check it for errors"),
                Text::new("Beschrijvende statistiek berekenen en uitleggen", "Compute and explain descriptive statistics"),
                Text::dutch("Een duidelijk dashboard maken voor collega’s"),
                Text::dutch("Zorgvuldig omgaan met persoonsgegevens in data"),
            ],
            assessment: Some(Text::new("een praktijkopdracht en een gesprek", "a practical assignment and an interview")),
            ..Content::default()
        }),
        endorsements: Vec::new(),
        holder_key: HolderKey::ThisServer,
    }
}

fn care() -> Credential {
    let mut credential = data_analysis();
    credential.face = Face::Attention;
    credential.issuer = Some(issuer("ROC Voorbeeld"));
    credential.set(CheckName::Dates, CheckState::Failed, "expired");
    for check in credential.checks.iter_mut().filter(|check| check.name == CheckName::Dates) {
        check.at = Some(Moment(1_788_393_600));
    }
    credential.content = Some(Content {
        title: Some(Text::dutch("Zorgtechnologie")),
        badge: badge(Shape::Microcredential, "#a8451d", "zorgtechnologie", 4, ("240", "SBU")),
        holder: Some("Barry Jansen".to_owned()),
        given_name: Some("Barry".to_owned()),
        awarded_on: Day::parse("2024-09-03"),
        valid_until: Some(Moment(1_788_393_600)),
        workload: Some(Load { amount: 240.0, unit: Unit::Sbu }),
        level: Some(Level { framework: "NLQF".to_owned(), value: "4".to_owned(), verified: false }),
        outcomes: vec![
            Text::dutch("Medicijndispensers en sensoren veilig gebruiken"),
            Text::dutch("Cliënten uitleg geven over zorg op afstand"),
            Text::dutch("Storingen herkennen en melden"),
        ],
        ..Content::default()
    });
    credential
}

fn enrolment() -> Credential {
    Credential {
        kind: Kind::Enrolment,
        content: Some(Content {
            title: Some(Text::new("Communicatie", "Communication")),
            badge: badge(Shape::Enrolment, "#0f6470", "34401", 6, ("26/27", "")),
            holder: Some("Samira de Vries".to_owned()),
            given_name: Some("Samira".to_owned()),
            valid_until: Some(Moment(1_801_440_000)),
            enrolment: Some(Enrolment {
                state: "associated".to_owned(),
                from: Day::parse("2026-09-01"),
                until: Day::parse("2027-08-31"),
                phase: Some("bachelor".to_owned()),
                mode: Some("full-time".to_owned()),
                code: Some("34401".to_owned()),
                as_of: Day::parse("2026-11-20"),
            }),
            ..Content::default()
        }),
        ..data_analysis()
    }
}

/// An answer to a question: some claims only, bound to a wallet we know nothing about.
fn answered() -> Credential {
    let mut credential = enrolment();
    credential.holder_key = HolderKey::Wallet;
    credential.checks.push(check(CheckName::Query, &[]));
    if let Some(content) = &mut credential.content {
        content.other = vec![Fact::new(Text::new("Plaats", "Location"), Value::same("Utrecht"))];
    }
    credential
}

fn past(credential: &mut Credential, past: Past) {
    if let Some(issuer) = &mut credential.issuer {
        issuer.past = past;
    }
}

fn renamed(credential: &mut Credential) {
    past(credential, Past { then: Some(Text::new("Hogeschool De Brug", "De Brug College")), left: None });
}

fn left_on(successor: Option<Text>) -> Option<Left> {
    Day::parse("2026-09-01").map(|on| Left { on, successor })
}

fn left(credential: &mut Credential) {
    past(credential, Past { then: None, left: left_on(None) });
}

fn merged(credential: &mut Credential) {
    let then = Some(Text::new("Hogeschool De Brug", "De Brug College"));
    past(credential, Past { then, left: left_on(Some(Text::new("Universiteit Voorbeeld", "Example University"))) });
}

fn unknown_issuer(credential: &mut Credential) {
    credential.set(CheckName::Issuer, CheckState::Failed, "issuer_unknown");
    if let Some(issuer) = &mut credential.issuer {
        issuer.name = Text::same("https://onbekend.example/school");
        issuer.site = None;
    }
}

fn altered() -> Credential {
    let mut credential = data_analysis();
    credential.face = Face::Invalid;
    credential.issuer = None;
    credential.content = None;
    credential.endorsements.clear();
    for check in &mut credential.checks {
        (check.state, check.code) = match check.name {
            CheckName::Signature => (CheckState::Failed, "bad_signature".to_owned()),
            _ => (CheckState::NotChecked, "unproven".to_owned()),
        };
    }
    credential
}

/// The key of its issuer could not be had.
fn unsigned() -> Credential {
    let mut credential = altered();
    credential.face = Face::Unavailable;
    credential.set(CheckName::Signature, CheckState::NotChecked, "key_not_fetched");
    credential
}

fn unreadable(code: &str) -> Credential {
    Credential {
        face: Face::Unavailable,
        kind: Kind::Other(Text::new("Onbekend", "Unknown")),
        issuer: None,
        checks: vec![Check { state: CheckState::NotChecked, code: code.to_owned(), ..check(CheckName::Format, &[]) }],
        content: None,
        endorsements: Vec::new(),
        holder_key: HolderKey::NotShown,
    }
}
