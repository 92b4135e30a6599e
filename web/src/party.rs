//! A party that offers or asks, and how it was proven who that is.

use crate::badge::Colour;
use crate::{Fact, Text};

/// A party, as the register names it and not as it names itself.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its name; for a party outside the register the name that it gives itself, or its host.
    pub name: Text,
    /// The service of it, when it has several.
    pub service: Option<Text>,
    /// Ground of its monogram.
    pub colour: Colour,
    /// How it was proven.
    pub proof: Proof,
    /// Legal name, place, web address, certificate: folded under "who is this?".
    pub facts: Vec<Fact>,
}

/// How it was proven who a party is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is in a register, and its certificate or key fits.
    Register {
        /// Who keeps the register.
        keeper: Text,
    },
    /// Only its certificate is valid; it is in no register.
    Certificate {
        /// The host that the certificate is for.
        host: String,
    },
    /// Only the web address is known.
    Address {
        /// That host.
        host: String,
    },
}

impl Party {
    /// Whether a register vouches for it.
    pub const fn is_proven(&self) -> bool {
        matches!(self.proof, Proof::Register { .. })
    }

    /// One or two letters for its monogram.
    pub fn monogram(&self) -> String {
        let words = self.name.nl.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
    }
}
