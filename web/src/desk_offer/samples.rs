//! A value for every state of an offer at the desk.

use super::{MakeOfferPage, NoOfferPage, OfferMadePage, OfferedAward, OpenOffer, WhyNot};
use crate::desk::Desk;
use crate::{Day, Moment, Text};

const UNTIL: Moment = Moment(1_797_944_580);
const OFFER: &str = "https%3A%2F%2Fuitgifte.example%2Fhogeschool-voorbeeld%2Foffers%2F6fVnq2bYw0ZkT8rXcLm4Hs";

impl OfferedAward {
    pub(crate) fn sample() -> Self {
        Self {
            title: Text::new("Data-analyse basis", "Data analysis basics"),
            kind: Text::same("Microcredential"),
            learner: "Samira de Vries".to_owned(),
            result: Some("8".to_owned()),
            on: Day::parse("2026-11-20"),
        }
    }

    fn enrolment() -> Self {
        Self {
            title: Text::new("Communicatie", "Communication"),
            kind: Text::new("Bewijs van inschrijving", "Proof of enrolment"),
            learner: "Jens Aydın".to_owned(),
            result: None,
            on: Day::parse("2026-09-01"),
        }
    }
}

impl MakeOfferPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            desk: Desk::sample(),
            award: OfferedAward::sample(),
            later: false,
            open: None,
            until: UNTIL,
            action: "/hogeschool-voorbeeld/desk/awards/1/offer".to_owned(),
        };
        let open = |delivered| Some(OpenOffer { until: Moment(1_797_000_000), delivered });
        vec![
            ("ready", page.clone()),
            ("enrolment", Self { award: OfferedAward::enrolment(), ..page.clone() }),
            ("later", Self { later: true, ..page.clone() }),
            ("withdraws", Self { open: open(false), ..page.clone() }),
            ("withdraws-delivery", Self { open: open(true), ..page }),
        ]
    }
}

impl OfferMadePage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            desk: Desk::sample(),
            award: OfferedAward::sample(),
            wallet_link: Some(format!("https://eduwallet.example/credential-offer?credential_offer_uri={OFFER}")),
            deep_link: format!("openid-credential-offer://?credential_offer_uri={OFFER}"),
            tx_code: "042317".to_owned(),
            until: UNTIL,
            later: false,
            again: "/hogeschool-voorbeeld/desk/awards/1/offer".to_owned(),
        };
        vec![
            ("made", page.clone()),
            ("enrolment", Self { award: OfferedAward::enrolment(), ..page.clone() }),
            ("later", Self { later: true, ..page.clone() }),
            ("without-own-wallet", Self { wallet_link: None, ..page }),
        ]
    }
}

impl NoOfferPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |why, code| Self { desk: Desk::sample(), award: OfferedAward::sample(), why, code, reference: "K7M-482".to_owned() };
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let href = Some("/hogeschool-voorbeeld/desk/credentials/1".to_owned());
        vec![
            ("collected", page(WhyNot::Collected { href }, "award_issued")),
            ("parked", page(WhyNot::Parked { reasons: codes(&["not_final", "missing:level"]) }, "award_parked")),
            ("withdrawn", page(WhyNot::Withdrawn { reasons: codes(&["result_withdrawn"]) }, "award_withdrawn")),
        ]
    }
}
