//! What a presentation of ours is signed with, and whether the asker says that it reads that.

use openid4vc::{ClientMetadata, VpFormat};
use serde_json::Value;
use vc::Map;
use vc::data_integrity::Cryptosuite;

use super::choice::Readable;
use crate::hold::form::Form;

/// What holder keys sign with: they are P-256.
const HOLDER: &str = "ES256";
/// The type of every proof that we make.
const PROOF: &str = "DataIntegrityProof";
/// Suites for P-256, the one that most software reads first.
const SUITES: [Cryptosuite; 2] = [Cryptosuite::EcdsaRdfc2019, Cryptosuite::EcdsaJcs2019];

/// Whether an asker reads a credential and a presentation of it.
pub(super) fn is_read(asker: &ClientMetadata, held: &Readable) -> bool {
    let format = asker.format(&held.format);
    match &held.form {
        Form::SdJwt(credential) => {
            let signed = credential.jwt().header().get("alg").and_then(Value::as_str).unwrap_or_default();
            format.takes("sd-jwt_alg_values", signed) && format.takes("kb-jwt_alg_values", HOLDER)
        }
        Form::Jwt { alg, .. } => format.takes("alg_values", alg) && format.takes("alg_values", HOLDER),
        Form::Embedded(document) => suites(&format).next().is_some() && proofs_are_read(&format, document),
    }
}

/// The suites of ours that an asker reads, the preferred one first.
pub(super) fn suites<'a>(format: &'a VpFormat<'_>) -> impl Iterator<Item = Cryptosuite> + 'a {
    SUITES.into_iter().filter(|suite| format.takes("proof_type_values", PROOF) && format.takes("cryptosuite_values", suite.name()))
}

/// Whether one of the credential's own proofs is read; the others do no harm.
fn proofs_are_read(format: &VpFormat<'_>, document: &Map) -> bool {
    let proofs = match document.get("proof") {
        Some(Value::Array(proofs)) => proofs.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    let text = |proof: &Value, name: &str| proof.get(name).and_then(Value::as_str).map(str::to_owned);
    proofs.iter().any(|proof| {
        let kind = text(proof, "type").unwrap_or_default();
        let suite = text(proof, "cryptosuite");
        format.takes("proof_type_values", &kind) && suite.is_none_or(|suite| format.takes("cryptosuite_values", &suite))
    })
}
