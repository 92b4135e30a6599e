//! Badges with all that a badge may say: results, frameworks, evidence, and endorsements of each kind.

use super::samples::{badge as picture, check, data_analysis, issuer, passed};
use super::{
    Alignment, Check, CheckName, CheckState, Content, Credential, Endorsement, Endorses, Evidence, Face, Issuer, ResultEntry, Scale,
};
use crate::badge::Shape;
use crate::head::{Kind, Load, Unit};
use crate::{Day, Text};

/// A badge with results, alignments and evidence.
pub(super) fn badge() -> Credential {
    Credential {
        kind: Kind::Badge,
        content: Some(Content {
            title: Some(Text::new("Interviewen", "Interviewing")),
            badge: picture(Shape::Badge, "#7a3e8e", "interviewen", 5, ("2", "EC")),
            awarded_on: Day::parse("2026-03-12"),
            workload: Some(Load { amount: 2.0, unit: Unit::Ec }),
            result: Some(Text::same("8")),
            results: results(),
            alignments: alignments(),
            evidence: evidence(),
            ..Content::default()
        }),
        ..data_analysis()
    }
}

/// The same with what others say of it.
pub(super) fn endorsed() -> Credential {
    Credential { endorsements: endorsements(), ..badge() }
}

fn results() -> Vec<ResultEntry> {
    let of = |nl: &str, en: &str| ResultEntry { name: Some(Text::new(nl, en)), ..ResultEntry::default() };
    vec![
        ResultEntry {
            value: Some(Text::same("8")),
            scale: Some(Scale::Range("1".to_owned(), "10".to_owned())),
            required: Some("5.5".to_owned()),
            status: Some(Text::new("behaald", "completed")),
            ..of("Eindgesprek", "Final interview")
        },
        ResultEntry {
            value: Some(Text::same("B")),
            scale: Some(Scale::Values(["A", "B", "C", "D"].map(str::to_owned).to_vec())),
            required: Some("C".to_owned()),
            ..of("Verslag", "Report")
        },
        ResultEntry { status: Some(Text::new("voorlopig", "provisional")), ..of("Stage", "Internship") },
    ]
}

fn alignments() -> Vec<Alignment> {
    vec![
        Alignment {
            name: Text::new("gesprekken voeren", "conduct interviews"),
            framework: Some("Voorbeeld vaardighedenlijst".to_owned()),
            code: Some("S1.4.2".to_owned()),
            description: Some(Text::new("Open vragen stellen en doorvragen.", "Ask open questions and follow them up.")),
            url: Some("https://vaardigheden.example/lijst/s1-4-2".to_owned()),
        },
        Alignment { name: Text::dutch("Onderzoekend vermogen"), framework: None, code: None, description: None, url: None },
    ]
}

fn evidence() -> Vec<Evidence> {
    vec![
        Evidence {
            name: Text::dutch("Verslag van drie interviews"),
            genre: Some("Verslag".to_owned()),
            description: Some(Text::dutch("Met toestemming van wie is gesproken.")),
            url: Some(
                "https://portfolio.example/samira/een-tamelijk-lang-adres/verslag-van-drie-interviews-in-het-voorjaar.pdf".to_owned(),
            ),
        },
        Evidence { name: Text::dutch("Opname"), genre: None, description: None, url: Some("urn:uuid:0a6c2b1e-3b8f-4a54-9f0f".to_owned()) },
    ]
}

fn endorsements() -> Vec<Endorsement> {
    let good = Endorsement {
        face: Face::Valid,
        issuer: Some(issuer("Branchevereniging Voorbeeld")),
        endorses: Endorses::Achievement,
        comment: Some(Text::dutch("Wie deze badge heeft, kan bij ons als interviewer beginnen.")),
        checks: passed().into_iter().filter(|check| check.name != CheckName::HolderBinding).collect(),
    };
    let with = |name: CheckName, state: CheckState, code: &str| -> Vec<Check> {
        let changed = |check: Check| if check.name == name { Check { state, code: code.to_owned(), ..check } } else { check };
        good.checks.clone().into_iter().map(changed).collect()
    };
    let unknown = Endorsement {
        face: Face::Attention,
        issuer: Some(Issuer { name: Text::same("https://onbekend.example/wij"), site: None, ..issuer("") }),
        endorses: Endorses::Issuer,
        comment: Some(Text::dutch("Een fijne school.")),
        checks: with(CheckName::Issuer, CheckState::Failed, "issuer_unknown"),
    };
    let altered = Endorsement {
        face: Face::Invalid,
        issuer: None,
        endorses: Endorses::Other,
        comment: None,
        checks: vec![
            Check { state: CheckState::Failed, code: "proof_invalid".to_owned(), ..check(CheckName::Signature, &[]) },
            Check { state: CheckState::NotChecked, code: "unproven".to_owned(), ..check(CheckName::Issuer, &[]) },
        ],
    };
    vec![good, unknown, altered]
}
