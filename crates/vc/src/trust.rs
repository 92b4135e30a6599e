//! Whom a verifier believes: the anchors, issuers and their keys that a register of parties vouches for, now and in the past.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::key::Jwk;

/// One register's view on issuers, as built from the register of parties.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// Name of the register.
    pub register: String,
    /// Who keeps the register.
    pub keeper: String,
    /// DER certificates to which issuer chains must lead.
    pub anchors: Vec<Vec<u8>>,
    /// Who issues what.
    pub issuers: Vec<TrustedIssuer>,
    /// Stands for everything above, when who read it worked it out. Whoever changes the rest clears it.
    #[serde(skip)]
    pub digest: Option<[u8; 32]>,
}

impl Trust {
    /// Stands for everything that is believed here: with another register, were it only for one key that it does not believe any
    /// more, what was read on this one is read again.
    pub fn basis(&self) -> [u8; 32] {
        self.digest.unwrap_or_else(|| crate::encoding::sha256(&serde_json::to_vec(self).unwrap_or_default()))
    }
}

/// An issuer in a register.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// Credential Issuer Identifier, equal to `iss`.
    pub id: String,
    /// Dutch name.
    pub name_nl: String,
    /// English name.
    pub name_en: String,
    /// Path of its logo, where a role shows one.
    pub logo: Option<String>,
    /// Web site.
    pub site: Option<String>,
    /// Short names of the credential types that it may issue (`microcredential`, `enrolment`).
    pub types: Vec<String>,
    /// Standing in the register.
    pub state: IssuerState,
    /// This issuer keeps the register that vouches for it; reports say so (`own_register`).
    pub keeps_register: bool,
    /// The one way by which its keys are found, by format. What is not listed has the usual way: [`TrustedIssuer::mechanism`].
    pub mechanisms: BTreeMap<String, Mechanism>,
    /// Keys that the register remembers: those of an issuer that left, and those that were revoked.
    pub keys: Vec<ArchivedKey>,
    /// Names that it had before, the oldest first.
    pub former_names: Vec<FormerName>,
    /// Since when it does not issue any more.
    pub left: Option<Departure>,
    /// Its last status lists by their address, as they were when it left: tokens or signed credentials.
    pub final_status: BTreeMap<String, String>,
}

/// Standing of an issuer in a register.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerState {
    /// In good standing, or left in good standing: [`TrustedIssuer::left`].
    #[default]
    Admitted,
    /// For the time being not vouched for.
    Suspended,
}

/// How the key of an issuer is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mechanism {
    /// A certificate chain in the header, under an anchor of the register.
    X5c,
    /// The JWT VC Issuer Metadata of the issuer.
    IssuerMetadata,
    /// The issuer's DID, or the DID that belongs to its identifier.
    Did,
}

/// A key that the register remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArchivedKey {
    /// The key; `kid` is its thumbprint.
    pub jwk: Jwk,
    /// Since when it signed, Unix seconds.
    pub valid_from: Option<i64>,
    /// Until when it signed, Unix seconds.
    pub valid_until: Option<i64>,
    /// When it was revoked, Unix seconds: nothing that it signed is believed, whatever time that claims.
    pub revoked_at: Option<i64>,
}

/// A name that an issuer had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerName {
    /// In Dutch.
    pub nl: String,
    /// In English.
    pub en: String,
    /// Until when, Unix seconds.
    pub until: i64,
}

/// That an issuer left, or merged into another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// Unix seconds. What claims to be issued after this is not believed.
    pub at: i64,
    /// It went on in this party: its names in Dutch and English.
    pub successor: Option<(String, String)>,
}

/// Why a key does not count for a credential, although its signature verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefusal {
    /// It was revoked, at this time.
    #[error("the key was revoked")]
    Revoked(i64),
    /// The credential was issued before or after the time in which the key signed.
    #[error("the key did not sign at that time")]
    OutOfTime,
    /// The credential was issued after the issuer had left, at this time.
    #[error("the issuer had left")]
    Left(i64),
    /// The issuer left, and its key is not among those that the register keeps: who has its addresses now is not known.
    #[error("the issuer left, and the register does not keep this key")]
    NotArchived,
}

impl KeyRefusal {
    /// The code of the `issuer` check: `key_revoked` alone makes a credential worthless, the others leave its issuer unknown.
    pub fn code(self) -> &'static str {
        match self {
            Self::Revoked(_) => "key_revoked",
            Self::OutOfTime | Self::Left(_) | Self::NotArchived => "issuer_unknown",
        }
    }

    /// The `reason` beside the code.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Revoked(_) => "key_revoked",
            Self::OutOfTime => "key_out_of_time",
            Self::Left(_) => "issuer_left",
            Self::NotArchived => "key_not_archived",
        }
    }
}

impl Trust {
    /// The issuer with this identifier.
    pub fn issuer(&self, id: &str) -> Option<&TrustedIssuer> {
        self.issuers.iter().find(|issuer| issuer.id == id)
    }

    /// The last status list at this address of an issuer that left, and when it left (Unix seconds): the list is not fetched any
    /// more, and judged as it was then.
    pub fn final_status(&self, uri: &str) -> Option<(&str, i64)> {
        self.issuers.iter().find_map(|issuer| Some((issuer.final_status.get(uri)?.as_str(), issuer.left.as_ref()?.at)))
    }

    /// Whether any issuer's key was revoked that is this one.
    pub fn is_revoked(&self, key: &Jwk) -> bool {
        self.issuers.iter().flat_map(|issuer| &issuer.keys).any(|archived| archived.revoked_at.is_some() && archived.jwk.same_key(key))
    }
}

impl TrustedIssuer {
    /// The one permitted way to this issuer's keys for a format (`dc+sd-jwt`, `vc+sd-jwt`, `ldp_vc`, `jwt_vc_json`, `vc+jwt`) in
    /// which it is named so: its identifier, or the `did:web` of that. The usual way is the chain for an SD-JWT VC that names it by
    /// its identifier, and the DID for everything else.
    pub fn mechanism(&self, format: &str, named: &str) -> Mechanism {
        let chained = matches!(format, "dc+sd-jwt" | "vc+sd-jwt") && !named.starts_with("did:");
        let usual = if chained { Mechanism::X5c } else { Mechanism::Did };
        self.mechanisms.get(format).copied().unwrap_or(usual)
    }

    /// Whether `key`, found by `mechanism`, counts for what was issued at `issued_at` (Unix seconds): what a register says of keys,
    /// after the signature verified.
    ///
    /// # Errors
    /// [`KeyRefusal`].
    pub fn key_counts(&self, key: &Jwk, mechanism: Mechanism, issued_at: i64) -> Result<(), KeyRefusal> {
        let archived = self.keys.iter().find(|archived| archived.jwk.same_key(key));
        if let Some(at) = archived.and_then(|archived| archived.revoked_at) {
            return Err(KeyRefusal::Revoked(at));
        }
        if let Some(left) = &self.left {
            if issued_at > left.at {
                return Err(KeyRefusal::Left(left.at));
            }
            // A chain is certified by somebody else; keys at addresses of its own are whoever's those addresses are now.
            if archived.is_none() && mechanism != Mechanism::X5c {
                return Err(KeyRefusal::NotArchived);
            }
        }
        // Credentials round the time of their making down to the day, so that copies do not link.
        let day = |at: i64| at - at.rem_euclid(86_400);
        let inside = archived.is_none_or(|archived| {
            archived.valid_from.is_none_or(|from| day(from) <= issued_at) && archived.valid_until.is_none_or(|until| issued_at <= until)
        });
        if inside { Ok(()) } else { Err(KeyRefusal::OutOfTime) }
    }

    /// The key that the register remembers under a `kid`, or under a verification method whose fragment is that `kid` or the key
    /// itself as Multikey. For an issuer whose documents are gone, or do not list a former key any more.
    pub fn archived_key(&self, kid: &str) -> Option<&ArchivedKey> {
        let kid = kid.rsplit_once('#').map_or(kid, |(_, fragment)| fragment);
        self.keys.iter().find(|archived| archived.jwk.kid() == Some(kid) || archived.jwk.to_multikey().is_ok_and(|itself| itself == kid))
    }

    /// Its Dutch and English names at a time, Unix seconds.
    pub fn names_at(&self, at: i64) -> (&str, &str) {
        let former = self.former_names.iter().find(|name| at < name.until);
        former.map_or((self.name_nl.as_str(), self.name_en.as_str()), |name| (name.nl.as_str(), name.en.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::{Algorithm, SigningKey};

    const DAY: i64 = 86_400;

    fn key() -> Jwk {
        let jwk = SigningKey::generate(Algorithm::EdDsa).unwrap().public_jwk().unwrap();
        let kid = jwk.thumbprint();
        jwk.with_kid(kid)
    }

    fn archived(jwk: &Jwk) -> ArchivedKey {
        ArchivedKey { jwk: jwk.clone(), valid_from: Some(DAY + 100), valid_until: Some(2 * DAY), revoked_at: None }
    }

    #[test]
    fn each_format_has_one_way_to_its_key() {
        let mut issuer = TrustedIssuer { id: "https://issuer.example/h".into(), ..TrustedIssuer::default() };
        let ways =
            |issuer: &TrustedIssuer, named: &str| ["dc+sd-jwt", "ldp_vc", "jwt_vc_json"].map(|format| issuer.mechanism(format, named));
        let (https, did) = ("https://issuer.example/h", "did:web:issuer.example:h");
        assert_eq!(ways(&issuer, https), [Mechanism::X5c, Mechanism::Did, Mechanism::Did]);
        assert_eq!(ways(&issuer, did), [Mechanism::Did, Mechanism::Did, Mechanism::Did]);
        issuer.mechanisms.insert("dc+sd-jwt".into(), Mechanism::IssuerMetadata);
        assert_eq!(ways(&issuer, https), [Mechanism::IssuerMetadata, Mechanism::Did, Mechanism::Did]);
        assert_eq!(ways(&issuer, did), [Mechanism::IssuerMetadata, Mechanism::Did, Mechanism::Did]);
    }

    #[test]
    fn an_archived_key_counts_in_its_time_and_a_revoked_one_never() {
        let (known, other) = (key(), key());
        let mut issuer = TrustedIssuer { keys: vec![archived(&known)], ..TrustedIssuer::default() };
        let counts = |issuer: &TrustedIssuer, key: &Jwk, at| issuer.key_counts(key, Mechanism::Did, at);
        assert_eq!(counts(&issuer, &known, DAY), Ok(()));
        assert_eq!(counts(&issuer, &known, 2 * DAY), Ok(()));
        assert_eq!(counts(&issuer, &known, DAY - 1), Err(KeyRefusal::OutOfTime));
        assert_eq!(counts(&issuer, &known, 2 * DAY + 1), Err(KeyRefusal::OutOfTime));
        // A key that the register says nothing about is for its mechanism to judge.
        assert_eq!(counts(&issuer, &other, 999), Ok(()));
        issuer.keys[0].revoked_at = Some(300);
        for at in [0, DAY + 150, 2 * DAY] {
            assert_eq!(counts(&issuer, &known, at), Err(KeyRefusal::Revoked(300)));
        }
        assert_eq!(KeyRefusal::Revoked(300).code(), "key_revoked");
        assert_eq!(issuer.archived_key(&format!("did:web:x#{}", known.thumbprint())).unwrap().jwk, known);
        assert_eq!(issuer.archived_key(&format!("did:web:x#{}", known.to_multikey().unwrap())).unwrap().jwk, known);
        assert!(issuer.archived_key("other").is_none());
    }

    #[test]
    fn of_an_issuer_that_left_only_what_the_register_keeps_counts() {
        let (known, other) = (key(), key());
        let left = Some(Departure { at: DAY + 180, successor: None });
        let issuer = TrustedIssuer { keys: vec![archived(&known)], left, ..TrustedIssuer::default() };
        assert_eq!(issuer.key_counts(&known, Mechanism::Did, DAY + 150), Ok(()));
        assert_eq!(issuer.key_counts(&known, Mechanism::Did, DAY + 190), Err(KeyRefusal::Left(DAY + 180)));
        assert_eq!(issuer.key_counts(&other, Mechanism::Did, DAY + 150), Err(KeyRefusal::NotArchived));
        assert_eq!(issuer.key_counts(&other, Mechanism::IssuerMetadata, DAY + 150), Err(KeyRefusal::NotArchived));
        assert_eq!(issuer.key_counts(&other, Mechanism::X5c, DAY + 150), Ok(()));
    }

    #[test]
    fn a_name_is_that_of_its_time() {
        let former = |nl: &str, until| FormerName { nl: nl.into(), en: nl.into(), until };
        let former_names = vec![former("Eerste", 100), former("Tweede", 200)];
        let issuer = TrustedIssuer { name_nl: "Nu".into(), former_names, ..TrustedIssuer::default() };
        assert_eq!([50, 150, 200].map(|at| issuer.names_at(at).0), ["Eerste", "Tweede", "Nu"]);
    }
}
