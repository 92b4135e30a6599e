//! The one door for randomness: everything random in the product comes through [`Random`].

use aws_lc_rs::rand::SecureRandom;

/// A source of random bytes; handed in, so that tests can repeat salts and nonces.
pub trait Random: Send + Sync {
    /// Fills `out` with random bytes.
    fn fill(&self, out: &mut [u8]);
}

/// The operating system's random bytes, through the crypto engine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, out: &mut [u8]) {
        if engine().fill(out).is_err() {
            // Without randomness no salt, nonce or key is safe: stop the process instead of going on.
            std::process::abort();
        }
    }
}

/// The engine's own generator, which signing calls ask for.
#[expect(clippy::disallowed_methods, reason = "this is the door that the ban points to")]
pub fn engine() -> aws_lc_rs::rand::SystemRandom {
    aws_lc_rs::rand::SystemRandom::new()
}

/// `N` random bytes.
pub fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut out = [0; N];
    random.fill(&mut out);
    out
}

const BASE62: [char; 62] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q',
    'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r',
    's', 't', 'u', 'v', 'w', 'x', 'y', 'z',
];

/// 128 random bits as 22 base62 characters: tokens, codes and public ids.
pub fn token128(random: &dyn Random) -> String {
    let mut rest = u128::from_be_bytes(bytes(random));
    let mut out: Vec<char> = Vec::with_capacity(22);
    while out.len() < 22 {
        let digit = usize::try_from(rest % 62).unwrap_or_default();
        out.push(BASE62.get(digit).copied().unwrap_or('0'));
        rest /= 62;
    }
    out.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Random for Fixed {
        fn fill(&self, out: &mut [u8]) {
            out.fill(self.0);
        }
    }

    #[test]
    fn token_has_22_base62_characters_for_all_128_bits() {
        assert_eq!(token128(&Fixed(0)), "0".repeat(22));
        assert_eq!(token128(&Fixed(255)), "7n42DGM5Tflk9n8mt7Fhc7");
        let token = token128(&SystemRandom);
        assert_eq!(token.len(), 22);
        assert_ne!(token, token128(&SystemRandom));
    }
}
