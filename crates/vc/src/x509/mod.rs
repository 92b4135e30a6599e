//! Certificates: the chains in `x5c`, checked against the anchors of a register, and a small authority to issue them.

mod authority;
mod chain;
mod constraints;

pub use authority::{CertificateAuthority, LeafRequest};
pub use chain::{Chain, Leaf};

/// Why a certificate or chain was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum X509Error {
    /// Not one to three DER certificates in standard base64.
    #[error("malformed certificate chain")]
    Malformed,
    /// The leaf is no P-256 end-entity certificate for digital signatures of at most two years.
    #[error("leaf certificate does not fit its purpose")]
    Leaf,
    /// A certificate that signs others is not allowed to.
    #[error("certificate may not sign others")]
    Authority,
    /// A critical extension that is not understood.
    #[error("unknown critical extension")]
    Critical,
    /// A name that an authority may not sign for, or a constraint that is not understood.
    #[error("name outside what an authority may sign for")]
    Names,
    /// Names or signatures do not fit together.
    #[error("certificates do not form a chain")]
    Broken,
    /// Not yet, or no longer, valid at the time asked.
    #[error("certificate outside its validity")]
    Dates,
    /// The chain is sound but leads to no anchor of the register.
    #[error("no anchor vouches for this chain")]
    Unknown,
    /// The engine could not make a key or certificate.
    #[error("certificate could not be made")]
    Engine,
}
