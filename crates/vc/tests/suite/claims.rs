//! What the tests issue: an invented microcredential and enrolment, an authority, an issuer and a holder.

use serde_json::{Value, json};
use vc::Map;
use vc::bundled::{self, ENROLMENT_VCT, MICROCREDENTIAL_VCT};
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{SdJwt, prepare};
use vc::status_list::{StatusList, TokenClaims, issue_token};
use vc::trust::{IssuerState, Trust, TrustedIssuer};
use vc::verify::Fetched;
use vc::x509::{CertificateAuthority, Chain, LeafRequest};

pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const ISSUER: &str = "https://issuer.example/hogeschool-voorbeeld";
pub(crate) const LIST: &str = "https://issuer.example/hogeschool-voorbeeld/status/1";
pub(crate) const INDEX: usize = 4711;

pub(crate) fn object(value: Value) -> Map {
    value.as_object().unwrap().clone()
}

/// An issuer under an anchor, a register that vouches for it, and a holder.
pub(crate) struct World {
    pub(crate) authority: CertificateAuthority,
    pub(crate) issuer: SigningKey,
    pub(crate) holder: SigningKey,
    pub(crate) header: Map,
    pub(crate) trust: Trust,
    pub(crate) list: StatusList,
}

impl World {
    pub(crate) fn new() -> Self {
        let authority = CertificateAuthority::new("Voorbeeldregister", NOW - 86_400).unwrap();
        let issuer = SigningKey::generate(Algorithm::Es256).unwrap();
        let header = object(json!({"typ": "dc+sd-jwt", "x5c": x5c(&authority, &issuer, ISSUER)}));
        let known = TrustedIssuer {
            id: ISSUER.into(),
            name_nl: "Hogeschool Voorbeeld".into(),
            name_en: "Voorbeeld University".into(),
            logo: None,
            site: None,
            types: vec!["microcredential".into(), "enrolment".into()],
            state: IssuerState::Admitted,
            keeps_register: false,
            ..TrustedIssuer::default()
        };
        let trust = Trust {
            register: "Voorbeeldregister".into(),
            keeper: "Stichting Voorbeeld".into(),
            anchors: vec![authority.anchor_der().to_vec()],
            issuers: vec![known],
            digest: None,
        };
        let holder = SigningKey::generate(Algorithm::Es256).unwrap();
        let list = StatusList::new(2, 1 << 13).unwrap();
        Self { authority, issuer, holder, header, trust, list }
    }

    /// The claims of a microcredential for this holder.
    pub(crate) fn microcredential(&self) -> Map {
        object(json!({
            "vct": MICROCREDENTIAL_VCT, "iss": ISSUER, "iat": NOW - 3600, "nbf": NOW - 3600,
            "cnf": {"jwk": self.holder.public_jwk().unwrap().to_value()},
            "status": {"status_list": {"idx": INDEX, "uri": LIST}},
            "title": "Data-analyse basis", "title_by_language": {"nl": "Data-analyse basis", "en": "Data analysis basics"},
            "description": "Gegevens verzamelen, opschonen en duiden.",
            "awarding_body": {"name": "Hogeschool Voorbeeld", "brin": "99XX", "schac_home": "hogeschool-voorbeeld.example", "country": "NL"},
            "awarded_date": "2026-02-01",
            "learning_outcomes": [{"title": "Kan een dataset opschonen"}, {"title": "Kan een grafiek duiden", "description": "In eigen woorden"}],
            "workload": {"unit": "ects", "value": 3}, "level": {"framework": "EQF", "value": "6", "verified": true},
            "assessment_type": "testing", "participation_type": "online", "supervision_type": "supervised online", "identity_checked": true,
            "quality_assurance": {"name": "Kwaliteitskader Voorbeeld", "url": "https://kader.example/1", "code": "1.0"},
            "language": "nl-NL", "class": "micro_credential",
            "result": {"value": "8", "type": "1-10", "passed": true},
            "given_name": "Samira", "family_name": "de Vries", "birthdate": "2004-05-17",
            "holder_identity": {"name_source": "institution", "assurance": "institution_records", "checked_on": "2025-09-01"},
        }))
    }

    /// The claims of a proof of enrolment for this holder.
    pub(crate) fn enrolment(&self) -> Map {
        object(json!({
            "vct": ENROLMENT_VCT, "iss": ISSUER, "iat": NOW - 3600, "exp": NOW + 86_400 * 180,
            "cnf": {"jwk": self.holder.public_jwk().unwrap().to_value()},
            "status": {"status_list": {"idx": INDEX, "uri": LIST}},
            "institutionBRINCode": "99XX", "schac_home_organization": "hogeschool-voorbeeld.example", "institution_name": "Hogeschool Voorbeeld",
            "kind": "programme", "state": "associated", "as_of": "2026-09-20", "is_enrolled": true,
            "crohoCreboCode": "34401", "name": "Communicatie", "phase": "bachelor", "modeOfStudy": "full-time",
            "startDate": "2026-09-01", "endDate": "2027-08-31", "given_name": "Samira", "family_name": "de Vries",
        }))
    }

    /// Issues claims as their type conceals them.
    pub(crate) fn issue(&self, claims: Map) -> SdJwt {
        let concealed = bundled::concealed(claims["vct"].as_str().unwrap());
        prepare(claims, &concealed, 2, &SystemRandom).unwrap().sign(&self.header, &self.issuer).unwrap()
    }

    /// The status list token of this issuer.
    pub(crate) fn token(&self) -> String {
        let claims = TokenClaims { uri: LIST.into(), iat: NOW - 10, exp: NOW + 3600, ttl: 60 };
        issue_token(&self.list, &claims, &self.header, &self.issuer).unwrap()
    }

    /// The status lists as a caller would have fetched them.
    pub(crate) fn lists(&self) -> Fetched {
        Fetched::new().with_list(LIST, self.token())
    }
}

/// `x5c` of a fresh leaf.
pub(crate) fn x5c(authority: &CertificateAuthority, key: &SigningKey, san_uri: &str) -> Vec<String> {
    let leaf = authority.issue_leaf(&LeafRequest {
        public_jwk: key.public_jwk().unwrap(),
        common_name: "Hogeschool Voorbeeld".into(),
        san_uri: Some(san_uri.into()),
        san_dns: vec!["issuer.example".into()],
        not_before: NOW - 86_400,
        not_after: NOW + 86_400 * 365,
    });
    Chain::from_der(vec![leaf.unwrap()]).unwrap().to_x5c()
}
