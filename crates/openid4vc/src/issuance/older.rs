//! What wallets of older drafts of OpenID4VCI still say, put into the words of 1.0, and back. Each bridge is open only where an
//! institution opened it.

/// What of a credential request was said in the words of an older draft, so that the answer can be too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Older {
    /// Drafts 9 to 15: one `proof` instead of `proofs`.
    pub single_proof: bool,
    /// Drafts up to 14: `format` with `vct` or `credential_definition` instead of the id of a configuration.
    pub by_format: bool,
}
