//! The register of parties: a file that the operator keeps, saying who issues what and who may ask which claims, why and how long.
//!
//! Pages and verdicts take names, logos and grounds from here, never from a request or a credential (`domain.md` 5.4, rules 7 to 12).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use vc::key::Jwk;
use vc::trust::{Departure, FormerName, IssuerState, Trust, TrustedIssuer};

use crate::LocalText;

mod issues;
mod logo;
mod past;

pub use issues::{FinalStatus, IssuerKey, Issues};
pub use logo::Logo;
pub use past::{Left, Moment, Name};

/// The whole file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// The register's name, as verdicts quote it.
    pub name: LocalText,
    /// Who keeps it.
    pub keeper: Keeper,
    /// Certificates under which issuers and verifiers have theirs: base64 of DER.
    #[serde(default)]
    pub anchors: Vec<String>,
    /// Whose attestations of verifiers are believed (`verifier_attestation:` client identifiers, OpenID4VP section 12).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verifier_attesters: Vec<VerifierAttester>,
    /// Everybody in it.
    pub parties: Vec<Party>,
    /// Of all of the above as it was read; gone when something changes.
    #[serde(skip)]
    digest: Option<[u8; 32]>,
}

/// Somebody who says which key is a verifier's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifierAttester {
    /// The `iss` of its attestations.
    pub issuer: String,
    /// Its public keys, with `kid` where there are several; at least one.
    pub keys: Vec<Jwk>,
}

/// Who keeps the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keeper {
    /// Its name.
    pub name: LocalText,
    /// Its slug when it is itself a party: what it vouches for about itself is then shown as such (`own_register`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its slug, unique in the register.
    pub slug: String,
    /// The name by which people know it.
    pub name: LocalText,
    /// The name in the trade register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// Town and country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<LocalText>,
    /// Its web site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Its colour for badges and marks: `#rrggbb`, at least 4.5:1 with white.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// Its logo. Without one its letters stand on its colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<Logo>,
    /// Two letters for the mark beside its name, where it has no logo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// Whether it takes part.
    #[serde(default)]
    pub state: PartyState,
    /// Names that it had before, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<Name>,
    /// Since when it does not take part any more; only of one that exited or merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Left>,
    /// What it issues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issues: Option<Issues>,
    /// What it asks, by service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Service>,
}

/// Where a party stands (`domain.md` 5.4 rule 8). Only an admitted one issues and asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyState {
    /// It asked to take part.
    Applied,
    /// Its connection was tested.
    Tested,
    /// It takes part.
    #[default]
    Admitted,
    /// It may not issue or ask for now; what it issued shows so.
    Suspended,
    /// It left. What it issued still verifies.
    Exited,
    /// It went on in another party. What it issued still verifies.
    Merged,
}

/// A service by which a party asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What the service is called.
    pub name: LocalText,
    /// The full client identifiers, prefix included, under which it asks. One without a prefix is known by `keys` alone.
    pub client_ids: Vec<String>,
    /// The public keys that sign its requests under a client identifier without a prefix.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<Jwk>,
    /// The claims that it may ask, by short name of the type. `*` alone means any claim of that type.
    pub claims: BTreeMap<String, Vec<String>>,
    /// The purposes for which it may ask; none listed means that it states its own each time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<LocalText>,
    /// The legal ground that the receiver names for itself.
    pub ground: LocalText,
    /// The longest that it may keep what it got, in days.
    pub max_retention_days: u32,
    /// Whom a learner writes to.
    pub contact: String,
    /// Its privacy statement.
    pub privacy_page: String,
    /// To whom it passes on what it got; nothing means that it promises not to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward_sharing: Option<LocalText>,
    /// How the same is done without this wallet.
    pub without_wallet: LocalText,
}

/// Why a register was refused.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// Not JSON of this shape; the message names line and member.
    #[error("the register is not readable: {0}")]
    Shape(#[from] serde_json::Error),
    /// Two parties, or two services, answer to one name.
    #[error("the register names {0} twice")]
    Twice(String),
    /// An anchor is not base64 of a certificate.
    #[error("anchor {0} of the register is not base64")]
    Anchor(usize),
    /// What the register says of a party does not fit together; the text says what.
    #[error("the register's entry of {party}: {what}")]
    Entry {
        /// The party's slug.
        party: String,
        /// What is wrong.
        what: String,
    },
}

impl Register {
    /// Reads and checks a register file.
    ///
    /// # Errors
    /// When it is not of this shape, or names a party or client twice.
    pub fn parse(bytes: &[u8]) -> Result<Self, RegisterError> {
        let mut register: Self = serde_json::from_slice(bytes)?;
        let mut seen = std::collections::BTreeSet::new();
        for party in &register.parties {
            let clients = party.asks.iter().flat_map(|service| &service.client_ids);
            let issuer = party.issues.iter().map(|issues| &issues.credential_issuer);
            // One key is one issuer's.
            let keys = party.issues.iter().flat_map(|issues| &issues.keys).map(|key| key.jwk.thumbprint());
            // A client without a prefix may be called as a party is.
            let clients = clients.map(|id| if id.contains(':') { id.clone() } else { format!("client {id}") });
            for name in std::iter::once(&party.slug).chain(issuer).cloned().chain(clients).chain(keys) {
                if let Some(twice) = seen.replace(name) {
                    return Err(RegisterError::Twice(twice));
                }
            }
            register.fits(party).map_err(|what| RegisterError::Entry { party: party.slug.clone(), what })?;
        }
        if let Some(attester) = register.verifier_attesters.iter().find(|attester| attester.keys.is_empty()) {
            return Err(RegisterError::Entry { party: attester.issuer.clone(), what: "an attester without a key".to_owned() });
        }
        register.anchor_certificates()?;
        register.digest = Some(vc::encoding::sha256(&serde_json::to_vec(&register)?));
        Ok(register)
    }

    /// The anchors as DER.
    ///
    /// # Errors
    /// When one of them is not base64.
    pub fn anchor_certificates(&self) -> Result<Vec<Vec<u8>>, RegisterError> {
        self.anchors.iter().enumerate().map(|(at, text)| vc::encoding::b64_decode(text).map_err(|_| RegisterError::Anchor(at))).collect()
    }

    /// The register as verification needs it.
    pub fn trust(&self) -> Trust {
        let issuers = self.parties.iter().filter_map(|party| self.trusted(party)).collect();
        Trust {
            register: self.name.nl.clone(),
            keeper: self.keeper.name.nl.clone(),
            anchors: self.anchor_certificates().unwrap_or_default(),
            issuers,
            digest: self.digest,
        }
    }

    fn trusted(&self, party: &Party) -> Option<TrustedIssuer> {
        let issues = party.issues.as_ref()?;
        let state = match party.state {
            PartyState::Admitted | PartyState::Exited | PartyState::Merged => IssuerState::Admitted,
            PartyState::Suspended => IssuerState::Suspended,
            PartyState::Applied | PartyState::Tested => return None,
        };
        Some(TrustedIssuer {
            id: issues.credential_issuer.clone(),
            name_nl: party.name.nl.clone(),
            name_en: party.name.get("en").to_owned(),
            logo: party.logo.as_ref().map(Logo::path),
            site: party.site.clone(),
            types: issues.types.clone(),
            state,
            keeps_register: self.keeper.slug.as_deref() == Some(party.slug.as_str()),
            mechanisms: issues.mechanisms.clone(),
            keys: issues.keys.iter().map(IssuerKey::archived).collect(),
            former_names: party
                .former_names
                .iter()
                .map(|name| {
                    let (nl, en) = both(&name.name);
                    FormerName { nl, en, until: name.until.seconds() }
                })
                .collect(),
            left: party.left.as_ref().map(|left| {
                let successor = left.successor.as_deref().and_then(|slug| self.party(slug));
                Departure { at: left.on.seconds(), successor: successor.map(|party| both(&party.name)) }
            }),
            final_status: issues.final_status.iter().map(|list| (list.uri.clone(), list.document.clone())).collect(),
        })
    }

    /// The party with a slug.
    pub fn party(&self, slug: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.slug == slug)
    }

    /// The logo that is served under this name.
    pub fn logo(&self, name: &str) -> Option<&Logo> {
        self.parties.iter().filter_map(|party| party.logo.as_ref()).find(|logo| logo.name() == name)
    }

    /// The party that issues as `credential_issuer`.
    pub fn issuer(&self, credential_issuer: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.issues.as_ref().is_some_and(|issues| issues.credential_issuer == credential_issuer))
    }

    /// The party and service that ask as `client_id`, whatever their state.
    pub fn client(&self, client_id: &str) -> Option<(&Party, &Service)> {
        self.parties
            .iter()
            .flat_map(|party| party.asks.iter().map(move |service| (party, service)))
            .find(|(_, service)| service.client_ids.iter().any(|known| known == client_id))
    }
}

/// A name in Dutch and English.
fn both(name: &LocalText) -> (String, String) {
    (name.nl.clone(), name.get("en").to_owned())
}

impl Service {
    /// Whether what stands here fits together. A name without a prefix proves nothing without a key; and who says nothing of ground,
    /// contact, privacy, keeping or the way without the wallet may not ask (`domain.md` 5.4 rules 7 and 9).
    fn fits(&self) -> Result<(), String> {
        if let Some(id) = self.client_ids.iter().find(|id| !id.contains(':')).filter(|_| self.keys.is_empty()) {
            return Err(format!("{id} has no prefix, and the service has no keys"));
        }
        let said = [
            ("ground", &self.ground.nl),
            ("contact", &self.contact),
            ("privacy_page", &self.privacy_page),
            ("without_wallet", &self.without_wallet.nl),
        ];
        match said.iter().find(|(_, text)| text.trim().is_empty()) {
            Some((member, _)) => Err(format!("a service that says nothing of {member}")),
            None if self.max_retention_days == 0 => Err("a service that keeps for no day, which nobody can".to_owned()),
            None => Ok(()),
        }
    }

    /// Whether this service may ask the claim at the top-level member `claim` of the type with this short name.
    pub fn may_ask(&self, credential_type: &str, claim: &str) -> bool {
        self.claims.get(credential_type).is_some_and(|claims| claims.iter().any(|allowed| allowed == "*" || allowed == claim))
    }
}

#[cfg(test)]
mod tests;
