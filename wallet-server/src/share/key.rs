//! What a link's token opens: the key of its presentation, derived from the token and from nothing that is kept.

use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use zeroize::Zeroizing;

struct Bytes32;

impl KeyType for Bytes32 {
    fn len(&self) -> usize {
        32
    }
}

/// The key that a presentation is sealed under. The token's hash, by which the link is found, does not give it away.
pub(super) fn presentation_key(token: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    let extracted = Salt::new(HKDF_SHA256, b"eduwallet share v1").extract(token.as_bytes());
    extracted.expand(&[b"presentation"], Bytes32).and_then(|material| material.fill(key.as_mut_slice())).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_its_key_and_the_hash_is_not_it() {
        let (one, other) = (presentation_key("a").unwrap(), presentation_key("b").unwrap());
        assert_ne!(*one, *other);
        assert_ne!(one.to_vec(), storage::hash_token("a"));
    }
}
