//! base64url without padding and SHA-256: the two encodings that every token here rests on.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Text that is not what its encoding demands. Never carries the text itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// Padding, a character outside the alphabet, a wrong length or trailing bits that are not zero.
    #[error("not base64url without padding")]
    Base64Url,
    /// The same for standard base64, which certificates in `x5c` use.
    #[error("not base64")]
    Base64,
}

/// base64url without padding (RFC 7515 section 2).
pub fn b64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends [`b64url`] of `bytes`.
pub fn b64url_into(bytes: impl AsRef<[u8]>, out: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, out);
}

/// Strict inverse of [`b64url`]: no padding, no white space, trailing bits zero.
pub fn b64url_decode(text: &str) -> Result<Vec<u8>, EncodingError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| EncodingError::Base64Url)
}

/// Standard base64 with padding (`x5c`, subresource integrity).
pub fn b64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Strict inverse of [`b64`].
pub fn b64_decode(text: &str) -> Result<Vec<u8>, EncodingError> {
    STANDARD.decode(text).map_err(|_| EncodingError::Base64)
}

/// SHA-256.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let mut out = [0; 32];
    for (to, from) in out.iter_mut().zip(digest.as_ref()) {
        *to = *from;
    }
    out
}

/// Subresource integrity value of `bytes` (`vct#integrity`): `sha256-` and standard base64.
pub fn integrity(bytes: &[u8]) -> String {
    format!("sha256-{}", b64(sha256(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_is_strict() {
        assert_eq!(b64url_decode("AQI").unwrap(), [1, 2]);
        for bad in ["AQI=", "AQJ", "A", "AQ I", "AQ+/", "AQI\n"] {
            assert_eq!(b64url_decode(bad), Err(EncodingError::Base64Url), "{bad:?}");
        }
    }

    #[test]
    fn sha256_of_abc() {
        assert_eq!(b64url(sha256(b"abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }
}
