//! A consent page in each of its states.

use super::{Asked, AskedFact, Candidate, Confirm, Consent, OptionalFact, Retention, Way};
use crate::head::{Head, State};
use crate::party::Party;
use crate::text::Value;
use crate::{Day, Fact, Lang, Moment, Text};

impl Consent {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let consent = Self::sample();
        let [data, enrolment, care, charts] = Head::samples();
        let stranger = Self {
            party: Party::sample_stranger(),
            shared_before: None,
            purpose: Text::dutch("Uw inschrijving controleren"),
            explanation: None,
            privacy_href: None,
            without_wallet: None,
            retention: Retention { until: None, onward: None, contact: None },
            confirm: Some(Confirm { host: "vacatures.bakkerij-voorbeeld.example".to_owned(), wrong: None }),
            cross_device: true,
            ..consent.clone()
        };
        let mistyped = Some(Confirm { host: "vacatures.bakkerij-voorbeeld.example".to_owned(), wrong: Some("bakkerij".to_owned()) });
        let several = Asked {
            candidates: vec![Candidate::sample(data.clone()), Candidate::sample(charts)],
            ..Asked::sample("credential", data.clone())
        };
        let expired = Candidate { state: State::Expired(Day { year: 2026, month: 9, day: 3 }), ..Candidate::sample(care) };
        let data_again = data.clone();
        let plain = Candidate { optional: vec![], ..Candidate::sample(data) };
        let mut over = plain.clone();
        over.facts.push(AskedFact {
            fact: Fact::new(Text::new("Geboortedatum", "Birth date"), Value::Day(Day { year: 2004, month: 5, day: 17 })),
            over_asking: true,
        });
        let whole = Candidate { whole: true, optional: vec![], not_shared: vec![], ..Candidate::sample(data_again) };
        let other = Asked {
            candidates: vec![Candidate { optional: vec![], ..Candidate::sample(enrolment.clone()) }],
            ..Asked::sample("credential-2", enrolment)
        };
        let one = |candidate: Candidate| Asked { candidates: vec![candidate.clone()], ..Asked::sample("credential", candidate.head) };
        let asked = |candidate| vec![one(candidate)];
        let required = one(plain.clone());
        let left_out = Asked { optional: true, ..other.clone() };
        let some = Asked { optional: true, field: "credential-3".to_owned(), ..several.clone() };
        let ticked = Asked { multiple: true, ..several.clone() };
        let way = |kinds: Vec<Text>, instead| Way { href: "/wallet/requests/r?way=1".to_owned(), kinds, instead };
        let kind = |nl: &str, en: &str| Text::new(nl, en);
        let ways = vec![
            way(vec![kind("Bewijs van inschrijving", "Proof of enrolment"), kind("Microcredential", "Microcredential")], true),
            way(vec![Text::same("Open Badge")], false),
            way(vec![], true),
        ];
        vec![
            ("optional-credential", Self { asked: vec![required.clone(), left_out, some], ..consent.clone() }),
            ("several-at-once", Self { asked: vec![ticked], ..consent.clone() }),
            ("nothing-chosen", Self { asked: vec![Asked { optional: true, ..other.clone() }], nothing_chosen: true, ..consent.clone() }),
            ("other-ways", Self { asked: vec![required.clone()], ways, ..consent.clone() }),
            ("several-choices", Self { asked: vec![several], ..consent.clone() }),
            ("two-credentials", Self { asked: vec![required.clone(), other.clone()], ..consent.clone() }),
            ("expired-credential", Self { asked: asked(expired), ..consent.clone() }),
            ("whole", Self { asked: asked(whole), ..consent.clone() }),
            ("purpose-beyond", Self { purpose_beyond: Some(Text::new("Reclame maken", "Advertising")), ..consent.clone() }),
            ("over-asking", Self { asked: asked(over), ..consent.clone() }),
            ("cross-device", Self { cross_device: true, can_extend: false, ..consent.clone() }),
            ("unproven-mistyped", Self { confirm: mistyped, ..stranger.clone() }),
            ("unproven", stranger),
            ("plain", Self { asked: asked(plain), shared_before: None, ..consent.clone() }),
            ("waiting", consent),
        ]
    }

    fn sample() -> Self {
        let [data, ..] = Head::samples();
        Self {
            action: "/wallet/requests/r".to_owned(),
            party: Party::sample_school(),
            shared_before: Some((2, Moment(1_777_800_000))),
            purpose: Text::new("Toelating tot de minor Data", "Admission to the minor Data"),
            purpose_beyond: None,
            explanation: Some(Text::new(
                "Voor de minor Data moet je een basis in data-analyse hebben. Met dit bewijs hoef je geen toets te maken.",
                "For the minor Data you need the basics of data analysis. With this credential you need not take a test.",
            )),
            asked: vec![Asked::sample("credential", data)],
            ways: vec![],
            nothing_chosen: false,
            retention: Retention {
                until: Day::parse("2027-02-01"),
                onward: None,
                contact: Some("privacy@hogeschool-voorbeeld.example".to_owned()),
            },
            ground: Some(Text::new(
                "een taak van algemeen belang: toelating tot onderwijs",
                "a task in the public interest: admission to education",
            )),
            privacy_href: Some("https://hogeschool-voorbeeld.example/privacy".to_owned()),
            without_wallet: Some(Text::new(
                "Je kunt ook een uittreksel mailen naar de onderwijsbalie.",
                "You can also mail an extract to the education desk.",
            )),
            expires: Moment(1_795_353_120),
            can_extend: true,
            cross_device: false,
            confirm: None,
            report_href: Some("/wallet/requests/r/report".to_owned()),
        }
    }
}

impl Asked {
    fn sample(field: &str, head: Head) -> Self {
        Self { field: field.to_owned(), optional: false, multiple: false, candidates: vec![Candidate::sample(head)] }
    }
}

impl Candidate {
    fn sample(head: Head) -> Self {
        let load = head.load.as_ref().map_or_else(|| Value::same("–"), |load| Value::same(load.words(Lang::Nl)));
        let fact = |nl: &str, en: &str, value| AskedFact { fact: Fact::new(Text::new(nl, en), value), over_asking: false };
        Self {
            value: "1".to_owned(),
            state: State::Valid,
            whole: false,
            facts: vec![
                fact("Naam", "Name", Value::same("Samira de Vries")),
                fact("Titel", "Title", Value::Text(head.title.clone())),
                fact("Studielast", "Study load", load),
            ],
            optional: vec![OptionalFact { value: "result".to_owned(), fact: Fact::new(Text::new("Cijfer", "Grade"), Value::same("8")) }],
            not_shared: vec![
                Text::new("Geboortedatum", "Birth date"),
                Text::new("Leeruitkomsten", "Learning outcomes"),
                Text::new("Datum", "Date"),
            ],
            head,
        }
    }
}
