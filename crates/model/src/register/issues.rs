//! A party as issuer: what it issues, how its keys are found, and which of them the register remembers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use vc::key::Jwk;
use vc::trust::{ArchivedKey, Mechanism};

use super::{Moment, Register};

/// The formats that a mechanism can be named for, and the mechanisms that each of them knows.
const FORMATS: [(&str, &[Mechanism]); 5] = [
    ("dc+sd-jwt", &[Mechanism::X5c, Mechanism::IssuerMetadata, Mechanism::Did]),
    ("vc+sd-jwt", &[Mechanism::X5c, Mechanism::IssuerMetadata, Mechanism::Did]),
    ("ldp_vc", &[Mechanism::Did]),
    ("jwt_vc_json", &[Mechanism::X5c, Mechanism::Did]),
    ("vc+jwt", &[Mechanism::X5c, Mechanism::Did]),
];
/// The longest status list that is kept in a register, in characters.
const MAX_STATUS: usize = 1 << 20;

/// A party as issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Issues {
    /// Its Credential Issuer Identifier.
    pub credential_issuer: String,
    /// Short names of the types that it may issue: `microcredential`, `enrolment`.
    pub types: Vec<String>,
    /// The one way by which its keys are found, by format: `x5c`, `issuer_metadata` or `did`. What is missing has the usual way:
    /// `x5c` for an SD-JWT VC that names it by its identifier, and `did` for everything else.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub mechanisms: BTreeMap<String, Mechanism>,
    /// Keys that the register remembers: all of an issuer that left, and every one that was revoked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<IssuerKey>,
    /// The last status lists of an issuer that left.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub final_status: Vec<FinalStatus>,
}

/// A key of an issuer, in the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IssuerKey {
    /// The public key. A `kid` must be its thumbprint.
    pub jwk: Jwk,
    /// Since when it signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Moment>,
    /// Until when it signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Moment>,
    /// When it was revoked: nothing that it signed is believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Moment>,
}

/// A status list as it was when its issuer left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FinalStatus {
    /// The address that credentials name.
    pub uri: String,
    /// The status list token, or the signed status list credential, as it was served there.
    pub document: String,
}

impl IssuerKey {
    /// The key as verification needs it.
    pub(super) fn archived(&self) -> ArchivedKey {
        let seconds = |moment: &Option<Moment>| moment.as_ref().map(Moment::seconds);
        ArchivedKey {
            jwk: self.jwk.clone().with_kid(self.jwk.thumbprint()),
            valid_from: seconds(&self.valid_from),
            valid_until: seconds(&self.valid_until),
            revoked_at: seconds(&self.revoked_at),
        }
    }

    fn fits(&self) -> Result<(), String> {
        let thumbprint = self.jwk.thumbprint();
        if self.jwk.kid().is_some_and(|kid| kid != thumbprint) {
            return Err(format!("the kid of a key is not its thumbprint {thumbprint}"));
        }
        match (&self.valid_from, &self.valid_until) {
            (Some(from), Some(until)) if until.seconds() < from.seconds() => Err(format!("key {thumbprint} ends before it begins")),
            _ => Ok(()),
        }
    }
}

impl Register {
    /// Remembers a key of the party that issues as `credential_issuer`, in place of what was known of it. False when nobody does.
    pub fn remember_key(&mut self, credential_issuer: &str, key: IssuerKey) -> bool {
        let issues = self.parties.iter_mut().filter_map(|party| party.issues.as_mut());
        let Some(issues) = issues.into_iter().find(|issues| issues.credential_issuer == credential_issuer) else { return false };
        issues.keys.retain(|known| !known.jwk.same_key(&key.jwk));
        issues.keys.push(key);
        self.digest = None;
        true
    }
}

impl Issues {
    /// Whether what stands here fits together.
    pub(super) fn fits(&self) -> Result<(), String> {
        for (format, mechanism) in &self.mechanisms {
            let (_, known) = FORMATS.iter().find(|(name, _)| name == format).ok_or(format!("no format is called {format}"))?;
            if !known.contains(mechanism) {
                return Err(format!("{format} does not know that mechanism"));
            }
        }
        self.keys.iter().try_for_each(IssuerKey::fits)?;
        let mut seen = BTreeSet::new();
        for list in &self.final_status {
            if !seen.insert(&list.uri) || list.document.is_empty() || list.document.len() > MAX_STATUS {
                return Err(format!("the final status list {} stands there twice, is empty or too long", list.uri));
            }
        }
        Ok(())
    }
}
