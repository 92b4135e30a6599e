//! Whom a verifier believes: the anchors and issuers that a register of parties vouches for.

use serde::{Deserialize, Serialize};

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
}

/// An issuer in a register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedIssuer {
    /// Credential Issuer Identifier, equal to `iss`.
    pub id: String,
    /// Dutch name.
    pub name_nl: String,
    /// English name.
    pub name_en: String,
    /// Address of a logo.
    pub logo: Option<String>,
    /// Web site.
    pub site: Option<String>,
    /// Short names of the credential types that it may issue (`microcredential`, `enrolment`).
    pub types: Vec<String>,
    /// Standing in the register.
    pub state: IssuerState,
    /// This issuer keeps the register that vouches for it; reports say so (`own_register`).
    pub keeps_register: bool,
}

/// Standing of an issuer in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerState {
    /// In good standing.
    Admitted,
    /// For the time being not vouched for.
    Suspended,
}

impl Trust {
    /// The issuer with this identifier.
    pub fn issuer(&self, id: &str) -> Option<&TrustedIssuer> {
        self.issuers.iter().find(|issuer| issuer.id == id)
    }
}
