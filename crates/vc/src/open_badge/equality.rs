//! When two credentials are the same one (Open Badges 3.0 section 7, equality and comparison).

use crate::vcdm::{Credential, percent_decode};

/// Whether both are one credential: equal issuer and id, after percent-decoding and trimming. Without `id` never.
pub fn same_credential(a: &Credential, b: &Credential) -> bool {
    let (Some(id_a), Some(id_b)) = (a.id(), b.id()) else { return false };
    plain(a.issuer_id()) == plain(b.issuer_id()) && plain(id_a) == plain(id_b)
}

/// Whether `new` replaces `old`: the same credential, with a later `validFrom`.
pub fn replaces(new: &Credential, old: &Credential) -> bool {
    same_credential(new, old) && new.valid_from() > old.valid_from()
}

/// An identifier to compare. One with a broken percent-encoding is compared as it is.
fn plain(identifier: &str) -> String {
    let decoded = percent_decode(identifier).unwrap_or_else(|| identifier.to_owned());
    decoded.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn credential(issuer: &str, id: &str, year: i32) -> Credential {
        let map = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "VerifiableCredential", "id": id, "issuer": issuer,
            "validFrom": format!("{year}-01-01T00:00:00Z"), "credentialSubject": {"a": 1},
        });
        Credential::parse(map.as_object().unwrap().clone()).unwrap()
    }

    #[test]
    fn equality_looks_through_encoding() {
        let a = credential("https://a.example/i", "https://a.example/c/1 ".trim(), 2020);
        assert!(same_credential(&a, &credential("https://a.example/%69", "https://a.example/c/1%20", 2021)));
        assert!(!same_credential(&a, &credential("https://a.example/i", "https://a.example/c/2", 2020)));
        assert!(!same_credential(&a, &credential("https://b.example/i", "https://a.example/c/1", 2020)));
        assert!(!same_credential(&a, &credential("https://a.example/i", "https://a.example/C/1", 2020)));
        let newer = credential("https://a.example/i", "https://a.example/c/1", 2021);
        assert!(replaces(&newer, &a) && !replaces(&a, &newer) && !replaces(&a, &a));
    }
}
