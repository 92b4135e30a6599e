//! What wallets and issuers of drafts 13 to 15 of OpenID4VCI still say, put into the words of 1.0, and back. Towards wallets each
//! bridge is open only where an institution opened it; what issuers say is always read as it was meant.

mod answer;
mod metadata;
mod request;

pub use answer::{answer, pending, pending_interval};
pub use metadata::{TWIN, original, published};
pub use request::read_request;

pub(super) use metadata::read_metadata;

use serde::{Deserialize, Serialize};

/// The format and `typ` of SD-JWT VCs before they were called `dc+sd-jwt`.
pub const VC_SD_JWT: &str = "vc+sd-jwt";

/// What of a credential request was said in the words of an older draft, so that the answer can be too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Older {
    /// Drafts up to 15: one `proof` instead of `proofs`.
    pub single_proof: bool,
    /// Drafts up to 14: `format` with `vct` or `credential_definition` instead of the id of a configuration.
    pub by_format: bool,
}

/// Which bridges an institution opened; none by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Bridges {
    /// One `proof` is read as a list of one.
    pub single_proof: bool,
    /// `format` with `vct` or `credential_definition` names a configuration.
    pub by_format: bool,
    /// Answers repeat a single credential as `credential`, and say `issuance_pending` where they defer.
    pub one_credential: bool,
    /// Token and credential answers carry a `c_nonce`.
    pub nonce_in_answers: bool,
    /// SD-JWT VCs can be had as `vc+sd-jwt` too.
    pub vc_sd_jwt: bool,
    /// Metadata repeats names and claims where drafts looked for them.
    pub flat_metadata: bool,
}

#[cfg(test)]
mod tests;
