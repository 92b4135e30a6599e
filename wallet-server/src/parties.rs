//! The institutions of the register, as the wallet meets them.

use model::LocalText;
use model::register::{Party, PartyState, Register};

/// An institution that this wallet can be connected to: an admitted issuer of the register.
#[derive(Clone, Debug)]
pub(crate) struct Institution {
    /// Its slug.
    pub(crate) slug: String,
    /// Its name.
    pub(crate) name: LocalText,
    /// Its Credential Issuer Identifier.
    pub(crate) credential_issuer: String,
    /// Short names of the types that it may issue.
    pub(crate) types: Vec<String>,
}

impl Institution {
    fn of(party: &Party) -> Option<Self> {
        let issues = party.issues.as_ref()?;
        Some(Self {
            slug: party.slug.clone(),
            name: party.name.clone(),
            credential_issuer: issues.credential_issuer.clone(),
            types: issues.types.clone(),
        })
    }
}

/// The institutions of a register that issue now, in its order.
pub(crate) fn institutions(register: &Register) -> Vec<Institution> {
    register.parties.iter().filter(|party| party.state == PartyState::Admitted).filter_map(Institution::of).collect()
}

/// The institution with a slug.
pub(crate) fn institution(register: &Register, slug: &str) -> Option<Institution> {
    institutions(register).into_iter().find(|institution| institution.slug == slug)
}

/// The institution behind a Credential Issuer Identifier, when it issues now.
pub(crate) fn issuer(register: &Register, credential_issuer: &str) -> Option<Institution> {
    institutions(register).into_iter().find(|institution| institution.credential_issuer == credential_issuer)
}
