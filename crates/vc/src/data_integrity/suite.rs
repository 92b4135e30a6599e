//! Cryptosuites: what is signed, and with what.

use super::DataIntegrityError;
use crate::json_ld::{self, Budget, Hash};
use crate::key::Algorithm;
use crate::{Map, jcs};
use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A way of signing a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Cryptosuite {
    /// Ed25519 over canonical RDF (vc-di-eddsa section 3.2).
    #[serde(rename = "eddsa-rdfc-2022")]
    EddsaRdfc2022,
    /// Ed25519 over canonical JSON (vc-di-eddsa section 3.3).
    #[serde(rename = "eddsa-jcs-2022")]
    EddsaJcs2022,
    /// ECDSA over canonical RDF (vc-di-ecdsa section 3.2): P-256 with SHA-256, P-384 with SHA-384.
    #[serde(rename = "ecdsa-rdfc-2019")]
    EcdsaRdfc2019,
    /// ECDSA over canonical JSON (vc-di-ecdsa section 3.3).
    #[serde(rename = "ecdsa-jcs-2019")]
    EcdsaJcs2019,
    /// The proof type of before cryptosuites (vc-di-eddsa section 3.4). Verified only.
    Ed25519Signature2020,
    /// A draft's name of `eddsa-rdfc-2022`. Verified only.
    #[serde(rename = "eddsa-2022")]
    Eddsa2022,
}

impl Cryptosuite {
    /// The `cryptosuite` value, or the `type` of proofs that have none.
    pub fn name(self) -> &'static str {
        match self {
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
            Self::EcdsaRdfc2019 => "ecdsa-rdfc-2019",
            Self::EcdsaJcs2019 => "ecdsa-jcs-2019",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
            Self::Eddsa2022 => "eddsa-2022",
        }
    }

    /// The suite of a proof's `type` and `cryptosuite`.
    pub fn of(kind: &str, cryptosuite: Option<&str>) -> Option<Self> {
        Some(match (kind, cryptosuite) {
            ("DataIntegrityProof", Some("eddsa-rdfc-2022")) => Self::EddsaRdfc2022,
            ("DataIntegrityProof", Some("eddsa-jcs-2022")) => Self::EddsaJcs2022,
            ("DataIntegrityProof", Some("ecdsa-rdfc-2019")) => Self::EcdsaRdfc2019,
            ("DataIntegrityProof", Some("ecdsa-jcs-2019")) => Self::EcdsaJcs2019,
            ("DataIntegrityProof", Some("eddsa-2022")) => Self::Eddsa2022,
            ("Ed25519Signature2020", None) => Self::Ed25519Signature2020,
            _ => return None,
        })
    }

    /// Whether proofs of this suite are made here.
    pub fn is_written(self) -> bool {
        !matches!(self, Self::Ed25519Signature2020 | Self::Eddsa2022)
    }

    /// Whether the JSON itself is signed, not its RDF.
    pub(super) fn is_jcs(self) -> bool {
        matches!(self, Self::EddsaJcs2022 | Self::EcdsaJcs2019)
    }

    /// Whether the suite signs with this algorithm.
    pub fn fits(self, algorithm: Algorithm) -> bool {
        match self {
            Self::EcdsaRdfc2019 | Self::EcdsaJcs2019 => matches!(algorithm, Algorithm::Es256 | Algorithm::Es384),
            _ => algorithm == Algorithm::EdDsa,
        }
    }

    /// The bytes that are signed: hash of the canonical proof options, then hash of the canonical document.
    ///
    /// `document` is what the proof covers (for a proof that has previous ones, with those as `proof`); `options` are the
    /// proof's members but `proofValue`.
    pub(super) fn hash_data(
        self,
        document: &Map,
        options: &Map,
        algorithm: Algorithm,
        budget: &Budget,
    ) -> Result<Vec<u8>, DataIntegrityError> {
        let proof = self.canonical_options(document, options, algorithm, budget)?;
        let document = self.canonical_document(document, options, algorithm, budget)?;
        Ok(joined(&proof, &document, algorithm))
    }

    /// The canonical document.
    pub(super) fn canonical_document(
        self,
        document: &Map,
        options: &Map,
        algorithm: Algorithm,
        budget: &Budget,
    ) -> Result<String, DataIntegrityError> {
        if !self.is_jcs() {
            return Ok(json_ld::canonical_within(document, rdf_hash(algorithm), budget)?);
        }
        let mut document = document.clone();
        if let Some(context) = options.get("@context") {
            if !starts_with(document.get("@context"), context) {
                return Err(DataIntegrityError::Invalid);
            }
            document.insert("@context".into(), context.clone());
        }
        canonical_json(document)
    }

    /// The canonical proof options ("proof configuration").
    pub(super) fn canonical_options(
        self,
        document: &Map,
        options: &Map,
        algorithm: Algorithm,
        budget: &Budget,
    ) -> Result<String, DataIntegrityError> {
        let mut options = options.clone();
        if self.is_jcs() {
            return canonical_json(options);
        }
        match document.get("@context") {
            Some(context) => options.insert("@context".into(), context.clone()),
            None => options.remove("@context"),
        };
        Ok(json_ld::canonical_within(&options, rdf_hash(algorithm), budget)?)
    }
}

/// Both hashes, the proof's first.
pub(super) fn joined(options: &str, document: &str, algorithm: Algorithm) -> Vec<u8> {
    let hash = match algorithm {
        Algorithm::Es384 => &digest::SHA384,
        _ => &digest::SHA256,
    };
    let mut out = digest::digest(hash, options.as_bytes()).as_ref().to_vec();
    out.extend_from_slice(digest::digest(hash, document.as_bytes()).as_ref());
    out
}

/// The hash inside RDFC-1.0, by the size of the key (vc-di-ecdsa section 3.2).
fn rdf_hash(algorithm: Algorithm) -> Hash {
    if algorithm == Algorithm::Es384 { Hash::Sha384 } else { Hash::Sha256 }
}

fn canonical_json(map: Map) -> Result<String, DataIntegrityError> {
    jcs::canonical(&Value::Object(map)).map_err(|_| DataIntegrityError::Malformed)
}

/// Whether the contexts of a document begin with those of its proof, in this order.
fn starts_with(document: Option<&Value>, proof: &Value) -> bool {
    fn items(value: Option<&Value>) -> &[Value] {
        match value {
            Some(Value::Array(items)) => items,
            Some(value) => std::slice::from_ref(value),
            None => &[],
        }
    }
    items(document).starts_with(items(Some(proof)))
}
