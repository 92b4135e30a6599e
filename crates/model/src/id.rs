//! Identifiers: random ones that leave the house, ordered ones that never do.

use uuid::{Builder, Uuid};
use vc::random::Random;

use crate::Timestamp;

/// Declares a newtype around an identifier's text.
#[macro_export]
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an identifier that was read from a row, a path or a message.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// The identifier's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id! {
    /// A learner in this wallet: a row id, not anything eduID knows.
    LearnerId
}
id! {
    /// The slug of an institution or verifying organisation: `[a-z0-9](-?[a-z0-9])*`.
    Slug
}

/// Slugs that would shadow a route of the issuer (`interfaces.md` section 4).
const RESERVED_SLUGS: [&str; 14] =
    ["api", "assets", "vct", "contexts", "schemas", "desk", "auth", "status", "healthz", "s", "c", "r", "verify", "well-known"];

impl Slug {
    /// A slug by the rules of the issuer's paths: 2 to 40 of `[a-z0-9]` with single inner hyphens, none of the reserved words.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (2..=40).contains(&text.len())
            && text.split('-').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        (shaped && !RESERVED_SLUGS.contains(&text)).then(|| Self(text.to_owned()))
    }
}

/// An identifier for a row, ordered by time (UUIDv7). It never leaves the house, because it tells when the row was made.
pub fn row_id(now: Timestamp, random: &dyn Random) -> String {
    let mut noise = [0u8; 10];
    random.fill(&mut noise);
    Builder::from_unix_timestamp_millis(u64::try_from(now.millis()).unwrap_or_default(), &noise).into_uuid().to_string()
}

/// A random UUIDv4, as credential ids are.
pub fn credential_uuid(random: &dyn Random) -> Uuid {
    let mut noise = [0u8; 16];
    random.fill(&mut noise);
    Builder::from_random_bytes(noise).into_uuid()
}

/// An identifier that may leave the house: 128 random bits in base62, 22 characters.
pub fn public_id(random: &dyn Random) -> String {
    vc::random::token128(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_their_shape() {
        assert!(Slug::parse("hogeschool-voorbeeld").is_some());
        for bad in ["a", "-ab", "ab-", "a--b", "Ab", "api", "well-known", "", "é1"] {
            assert!(Slug::parse(bad).is_none(), "{bad}");
        }
    }
}
