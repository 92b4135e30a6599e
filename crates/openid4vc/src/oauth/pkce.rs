//! Proof Key for Code Exchange with S256 (RFC 7636), the only method we speak.

use vc::encoding::{b64url, sha256};
use vc::random::Random;

/// The only `code_challenge_method`.
pub const S256: &str = "S256";

/// A fresh `code_verifier`: 256 random bits, 43 characters.
pub fn verifier(random: &dyn Random) -> String {
    b64url(vc::random::bytes::<32>(random))
}

/// The `code_challenge` of a verifier.
pub fn challenge(verifier: &str) -> String {
    b64url(sha256(verifier.as_bytes()))
}

/// Whether a text has the shape of an S256 challenge: 43 characters of base64url.
pub fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether `verifier` is well formed and answers `challenge`.
pub fn answers(verifier: &str, challenge: &str) -> bool {
    let shaped = (43..=128).contains(&verifier.len()) && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
    shaped && self::challenge(verifier) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_7636_appendix_b() {
        let vectors: serde_json::Value = serde_json::from_str(include_str!("../../tests/vectors/oauth/rfc-snippets.json")).unwrap();
        let case = &vectors["pkce_s256_rfc7636_appendix_b"];
        let (verifier, challenge) = (case["code_verifier"].as_str().unwrap(), case["code_challenge"].as_str().unwrap());
        assert_eq!(super::challenge(verifier), challenge);
        assert!(answers(verifier, challenge) && is_challenge(challenge));
        assert!(!answers("dBjftJeZ4CVP", challenge));
    }
}
