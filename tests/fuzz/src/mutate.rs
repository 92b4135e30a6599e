//! Inputs from seeds: small changes of one, or pieces of two; the same sequence for the same number.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Pieces that parsers of this field look for.
const WORDS: [&[u8]; 24] = [
    b"{",
    b"}",
    b"[",
    b"]",
    b"\"",
    b":",
    b",",
    b"~",
    b".",
    b"null",
    b"-1",
    b"1e999",
    b"18446744073709551616",
    b"\\u0000",
    b"\\ud800",
    b"\xff",
    b"_sd",
    b"...",
    b"@context",
    b"@type",
    b"did:web:",
    b"data:",
    b"%2e%2e",
    b"=",
];

/// Makes inputs.
pub(crate) struct Mutator<'s> {
    state: u64,
    seeds: &'s [Vec<u8>],
}

impl<'s> Mutator<'s> {
    /// `seeds` holds at least one seed.
    pub(crate) fn new(number: u64, seeds: &'s [Vec<u8>]) -> Self {
        Self { state: number | 1, seeds }
    }

    /// The next input.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut input = self.seed().to_vec();
        for _ in 0..=self.below(4) {
            self.change(&mut input);
        }
        input
    }

    fn seed(&mut self) -> &'s [u8] {
        let index = self.below(self.seeds.len());
        &self.seeds[index]
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let some = 1 + self.below(24);
        let end = (at + some).min(input.len());
        match self.below(10) {
            8 | 9 => self.inside(input),
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 if at < input.len() => input[at] = self.next_number().to_le_bytes()[0],
            2 => drop(input.drain(at..end)),
            3 => {
                let piece = input[at..end].to_vec();
                let to = self.below(input.len() + 1);
                drop(input.splice(to..to, piece));
            }
            4 => {
                let word = WORDS[self.below(WORDS.len())];
                drop(input.splice(at..at, word.iter().copied()));
            }
            5 => {
                let other = self.seed();
                let from = self.below(other.len() + 1);
                let to = (from + 1 + self.below(256)).min(other.len());
                drop(input.splice(at..end, other[from..to].iter().copied()));
            }
            6 => {
                // One piece many times: depth, and long strings.
                let piece = input[at..end].repeat(1 + self.below(200));
                drop(input.splice(at..at, piece));
            }
            _ => input.truncate(at),
        }
    }

    /// Changes what one base64url part of a compact form says, and encodes it again.
    fn inside(&mut self, input: &mut Vec<u8>) {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        let from = self.below(input.len() + 1);
        let start = input[..from].iter().rposition(|byte| !is_part(byte)).map_or(0, |at| at + 1);
        let end = input[from..].iter().position(|byte| !is_part(byte)).map_or(input.len(), |at| from + at);
        if let Ok(mut decoded) = URL_SAFE_NO_PAD.decode(&input[start..end]) {
            let at = self.below(decoded.len() + 1);
            match self.below(3) {
                0 if at < decoded.len() => decoded[at] ^= 1 << self.below(8),
                1 => {
                    let word = WORDS[self.below(WORDS.len())];
                    drop(decoded.splice(at..at, word.iter().copied()));
                }
                _ => decoded.truncate(at),
            }
            drop(input.splice(start..end, URL_SAFE_NO_PAD.encode(decoded).into_bytes()));
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next_number() % (bound.max(1) as u64)).unwrap_or(0)
    }

    /// Xorshift (Marsaglia 2003): even enough to choose pieces with.
    fn next_number(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}

/// A short name for an input.
pub(crate) fn fingerprint(input: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    hasher.finish()
}
