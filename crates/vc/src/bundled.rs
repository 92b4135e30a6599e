//! The credential types of this product: their names in the world and what belongs to them.

/// The type of a microcredential.
pub const MICROCREDENTIAL_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-microcredential/1";
/// The type of a proof of enrolment.
pub const ENROLMENT_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-enrolment/1";
