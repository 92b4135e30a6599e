//! A value for every state of the desk's pages.

use super::{
    ConfirmStatusPage, Decision, Desk, DeskSignInPage, HistoryItem, IssuedCredentialPage, IssuedPage, IssuedRow, IssuedState, ResultRow,
    ResultsPage, ResultsView,
};
use crate::{Day, Moment, Text};

const SAMPLE_NOW: Moment = Moment(1_795_352_580);

impl Desk {
    pub(crate) fn sample() -> Self {
        Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            base: "/hogeschool-voorbeeld/desk".to_owned(),
            staff: "M. Bakker".to_owned(),
            logout: "/hogeschool-voorbeeld/desk/logout".to_owned(),
        }
    }
}

impl ResultRow {
    fn samples() -> Vec<Self> {
        let row = |learner: &str, result: &str, decision, reasons: &[&str]| Self {
            learner: learner.to_owned(),
            what: Text::new("Data-analyse basis", "Data analysis basics"),
            result: Some(result.to_owned()),
            on: Day::parse("2026-11-20"),
            decision,
            reasons: reasons.iter().map(|code| (*code).to_owned()).collect(),
            decided_at: Moment(SAMPLE_NOW.0 - 1080),
            href: (decision == Decision::Issued).then(|| "/hogeschool-voorbeeld/desk/credentials/1".to_owned()),
            decide: (reasons == ["not_final"]).then(|| "/hogeschool-voorbeeld/desk/awards/1/decision".to_owned()),
            offer: (matches!(decision, Decision::Offered | Decision::Ready) || reasons == ["not_final"])
                .then(|| "/hogeschool-voorbeeld/desk/awards/1/offer".to_owned()),
        };
        vec![
            row("Noor Willems", "7,5", Decision::Parked, &["not_final"]),
            row("Jens Aydın", "8", Decision::Parked, &["learner_unknown"]),
            row(
                "Fatima el Idrissi",
                "voldoende",
                Decision::Parked,
                &["missing:level", "no_template", "unfit:16:toezicht bij de toetsing:supervision during assessment"],
            ),
            row("Samira de Vries", "8", Decision::Offered, &[]),
            row("Yusuf Demir", "7", Decision::Ready, &[]),
            row("Daan Hofstra", "6,5", Decision::Issued, &["board:2026-11-19:EXC-2026-114"]),
            row("Lotte Vermeulen", "4", Decision::Nothing, &["result_failed"]),
            row("Thijs van den Berg", "8,5", Decision::Withdrawn, &["result_withdrawn"]),
            row("Mila Visser", "7", Decision::Suspended, &["under_review"]),
        ]
    }
}

impl ResultsPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            desk: Desk::sample(),
            read_at: Some(Moment(SAMPLE_NOW.0 - 1080)),
            read_problem: None,
            view: ResultsView::Todo,
            counts: (4, 214, 3),
            rows: ResultRow::samples(),
            next: None,
        };
        vec![
            ("todo", page.clone()),
            ("source-down", Self { read_problem: Some("truncated".to_owned()), ..page.clone() }),
            ("issued", Self { view: ResultsView::Issued, next: Some("?view=issued&after=7".to_owned()), ..page.clone() }),
            ("empty", Self { rows: Vec::new(), counts: (0, 0, 0), read_at: None, ..page }),
        ]
    }
}

impl IssuedPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let row = |learner: &str, state| IssuedRow {
            learner: learner.to_owned(),
            what: Text::new("Data-analyse basis", "Data analysis basics"),
            issued_at: Moment(SAMPLE_NOW.0 - 86_400),
            state,
            href: "/hogeschool-voorbeeld/desk/credentials/1".to_owned(),
        };
        let rows = vec![
            row("Samira de Vries", IssuedState::Valid),
            row("Daan Hofstra", IssuedState::Suspended),
            row("Lotte Vermeulen", IssuedState::Revoked),
            row("Thijs van den Berg", IssuedState::Expired),
        ];
        let page = Self { desk: Desk::sample(), rows, next: Some("?after=4".to_owned()) };
        vec![("list", page.clone()), ("empty", Self { rows: Vec::new(), next: None, ..page })]
    }
}

impl IssuedCredentialPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let item = |at: i64, what: &str, by: Option<&str>, reason: Option<&str>| HistoryItem {
            at: Moment(SAMPLE_NOW.0 - at),
            what: what.to_owned(),
            by: by.map(str::to_owned),
            reason: reason.map(str::to_owned),
        };
        let page = |state| Self {
            desk: Desk::sample(),
            id: "2f1c7a9e-2f55-4e0f-9f6a-3c1f0b7d1a11".to_owned(),
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            kind: Text::same("Microcredential"),
            learner: "Samira de Vries".to_owned(),
            issued_at: Moment(SAMPLE_NOW.0 - 864_000),
            valid_until: None,
            state,
            history: vec![
                item(3600, "suspended", Some("M. Bakker"), Some("EXC-2026-114")),
                item(860_000, "collected", None, None),
                item(864_000, "issued", None, None),
            ],
            status_href: "/hogeschool-voorbeeld/desk/credentials/1/status".to_owned(),
        };
        vec![
            ("valid", page(IssuedState::Valid)),
            ("suspended", page(IssuedState::Suspended)),
            ("revoked", page(IssuedState::Revoked)),
            ("expired", page(IssuedState::Expired)),
        ]
    }
}

impl ConfirmStatusPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |to| Self {
            desk: Desk::sample(),
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            learner: "Samira de Vries".to_owned(),
            to,
            action: "/hogeschool-voorbeeld/desk/credentials/1/status".to_owned(),
            back: "/hogeschool-voorbeeld/desk/credentials/1".to_owned(),
            reason_missing: false,
            reason: String::new(),
        };
        vec![
            ("revoke", page(IssuedState::Revoked)),
            ("suspend", page(IssuedState::Suspended)),
            ("restore", page(IssuedState::Valid)),
            ("no-reason", Self { reason_missing: true, ..page(IssuedState::Revoked) }),
        ]
    }
}

impl DeskSignInPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            login: "/hogeschool-voorbeeld/desk/auth/login".to_owned(),
            not_staff: false,
        };
        vec![("sign-in", page.clone()), ("not-staff", Self { not_staff: true, ..page })]
    }
}
