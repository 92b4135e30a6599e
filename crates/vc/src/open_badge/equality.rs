//! When two credentials are the same one (Open Badges 3.0 section 7, equality and comparison).

use crate::vcdm::percent_decode;

/// An identifier as it is compared: percent-decoded and trimmed. One with a broken percent-encoding stays as it is. Two credentials are
/// one when their issuers and their ids are equal so; the one with the later `validFrom` replaces the other.
pub fn comparable(identifier: &str) -> String {
    let decoded = percent_decode(identifier).unwrap_or_else(|| identifier.to_owned());
    decoded.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_looks_through_encoding() {
        assert_eq!(comparable("https://a.example/%69/1%20"), comparable(" https://a.example/i/1"));
        assert_ne!(comparable("https://a.example/C/1"), comparable("https://a.example/c/1"));
        assert_eq!(comparable("https://a.example/%zz"), "https://a.example/%zz");
    }
}
