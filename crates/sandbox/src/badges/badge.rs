//! The one badge that the platform gives, signed with its key.

use serde_json::{Value, json};
use vc::data_integrity::{self, Cryptosuite, ProofOptions, Purpose};
use vc::did::key_did;
use vc::key::{Algorithm, SigningKey};

use super::BadgesFailure;
use crate::world::uuid;

const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];

/// The name of the platform and of its badge.
pub(super) const PLATFORM: &str = "Oefenbadges";
pub(super) const BADGE: &str = "Presenteren voor een groep";

/// Whoever signs the badges: a `did:key`, so that a badge can be checked when the platform is gone.
pub(super) struct Issuer {
    key: SigningKey,
    did: String,
    site: String,
}

impl Issuer {
    pub(super) fn new(site: &str) -> Result<Self, BadgesFailure> {
        let key = SigningKey::generate(Algorithm::EdDsa)?;
        let did = key_did(&key.public_jwk()?)?;
        Ok(Self { key, did, site: site.to_owned() })
    }

    /// The badge for a learner, as the Host names them. `None` when it cannot be signed, or the moment has no date.
    pub(super) fn badge(&self, subject: &str, now: i64) -> Option<Value> {
        let seed = vc::encoding::sha256(self.did.as_bytes());
        let urn = |about: &[&str]| format!("urn:uuid:{}", uuid(&seed, about));
        let unsigned = json!({
            "@context": CONTEXTS,
            "id": urn(&["badge", subject]),
            "type": ["VerifiableCredential", "OpenBadgeCredential"],
            "name": BADGE,
            "issuer": {"id": self.did, "type": ["Profile"], "name": PLATFORM, "url": self.site},
            "validFrom": vc::report::rfc3339(now)?,
            "credentialSubject": {
                "id": subject,
                "type": ["AchievementSubject"],
                "achievement": {
                    "id": urn(&["achievement"]),
                    "type": ["Achievement"],
                    "achievementType": "Badge",
                    "name": BADGE,
                    "description": "Een presentatie van tien minuten voorbereiden en geven, en vragen uit de zaal beantwoorden.",
                    "criteria": {"narrative": "Je gaf een presentatie voor minstens twaalf mensen. Twee van hen beoordeelden die met een voldoende."},
                },
            },
        });
        let name = self.did.trim_start_matches("did:key:");
        let options = ProofOptions {
            cryptosuite: Cryptosuite::EddsaRdfc2022,
            verification_method: format!("{}#{name}", self.did),
            purpose: Purpose::AssertionMethod,
            created: Some(now),
            challenge: None,
            domain: None,
        };
        data_integrity::sign(unsigned.as_object()?, &options, &self.key).ok().map(Value::Object)
    }
}
