//! Integrity of referenced documents (draft-ietf-oauth-sd-jwt-vc section 6): Subresource Integrity strings over the bytes served.

use crate::encoding::b64_decode;
use aws_lc_rs::digest::{Algorithm, SHA256, SHA384, SHA512, digest};

/// Hash expressions of one `…#integrity` value, those with the strongest algorithm only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integrity {
    strength: usize,
    digests: Vec<Vec<u8>>,
}

/// Weakest first.
const ALGORITHMS: [(&str, &Algorithm); 3] = [("sha256", &SHA256), ("sha384", &SHA384), ("sha512", &SHA512)];

impl Integrity {
    /// Reads integrity metadata: one or more hash expressions, `sha256-<base64>`, apart by white space; options behind `?` are
    /// ignored, unknown algorithms passed over. `None` when nothing is left, or when an expression is malformed.
    pub fn parse(text: &str) -> Option<Self> {
        let mut best: Option<Self> = None;
        for expression in text.split_ascii_whitespace() {
            let (name, rest) = expression.split_once('-')?;
            let Some(strength) = ALGORITHMS.iter().position(|(known, _)| *known == name) else { continue };
            let value = rest.split('?').next().unwrap_or_default();
            let value = b64_decode(value).ok()?;
            match &mut best {
                Some(kept) if kept.strength > strength => {}
                Some(kept) if kept.strength == strength => kept.digests.push(value),
                _ => best = Some(Self { strength, digests: vec![value] }),
            }
        }
        best
    }

    /// Whether these are the bytes that were meant.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        let Some((_, algorithm)) = ALGORITHMS.get(self.strength) else { return false };
        let actual = digest(algorithm, bytes);
        self.digests.iter().any(|expected| expected.as_slice() == actual.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::{b64, b64url, integrity, sha256};

    #[test]
    fn strongest_of_several() {
        let bytes = b"?>?"; // its digest has a '+' or '/'
        let right = integrity(bytes);
        let wrong = format!("sha256-{}", b64([0; 32]));
        let strong = format!("sha512-{}", b64(digest(&SHA512, bytes)));
        let strong_wrong = format!("sha512-{}", b64([0; 64]));
        for (text, fits) in [
            (right.clone(), true),
            (format!("{wrong} {right}"), true),
            (wrong.clone(), false),
            (format!("{wrong} {strong}"), true),
            (format!("{right} {strong_wrong}"), false),
            (format!("md5-AAAA {right}?opt"), true),
        ] {
            assert_eq!(Integrity::parse(&text).unwrap().fits(bytes), fits, "{text}");
        }
        for bad in ["", "md5-AAAA", "sha256", "sha256-?", &format!("sha256-{}", b64url(sha256(b"a"))), "sha256-*"] {
            assert!(Integrity::parse(bad).is_none_or(|i| !i.fits(b"a")), "{bad}");
        }
        assert_eq!(Integrity::parse(&format!("sha256-{}", b64url(sha256(b"a")))), None);
    }
}
