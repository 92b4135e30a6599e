//! Looking for what must not be there: a value as it is, in base64, base64url or hex, anywhere in some bytes.

use std::collections::HashMap;

/// Bytes by which needles are found.
const START: usize = 5;

/// Values that must not be found, each with what it is.
#[derive(Default)]
pub struct Secrets {
    values: Vec<(String, String)>,
    /// Encodings of values, by their first bytes: the encoding, and which value.
    needles: HashMap<[u8; START], Vec<(Vec<u8>, usize)>>,
}

impl Secrets {
    /// Adds a value. Shorter ones than five bytes would be found by chance.
    ///
    /// # Panics
    /// When it is shorter.
    pub fn add(&mut self, what: &str, value: &str) {
        assert!(value.len() >= START, "{what} is too short to be looked for");
        if self.values.iter().any(|(_, known)| known == value) {
            return;
        }
        let at = self.values.len();
        self.values.push((what.to_owned(), value.to_owned()));
        for needle in encodings(value.as_bytes()) {
            if let Some(start) = needle.first_chunk::<START>() {
                self.needles.entry(*start).or_default().push((needle, at));
            }
        }
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// What is found in `bytes`: what it is, and the value.
    pub fn found_in(&self, bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        for (at, window) in bytes.windows(START).enumerate() {
            let Some(needles) = window.first_chunk::<START>().and_then(|start| self.needles.get(start)) else { continue };
            for (needle, value) in needles {
                if bytes.get(at..).is_some_and(|rest| rest.starts_with(needle))
                    && let Some((what, value)) = self.values.get(*value)
                {
                    found.push(format!("{what} {value}"));
                }
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// A value as it is, in hex, and in both base64 alphabets wherever it may lie in what was encoded.
fn encodings(value: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![value.to_vec(), hex.to_uppercase().into_bytes(), hex.into_bytes()];
    for before in 0..3 {
        let mut padded = vec![0u8; before];
        padded.extend_from_slice(value);
        for text in [vc::encoding::b64(&padded), vc::encoding::b64url(&padded)] {
            // Only characters that depend on the value alone.
            let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            all.extend(text.get(from..to).map(|text| text.as_bytes().to_vec()));
        }
    }
    all.sort();
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_however_it_is_written() {
        let mut secrets = Secrets::default();
        secrets.add("name", "Kwartelkoning>?");
        let json = br#"{"given_name":"Kwartelkoning>?"}"#;
        for shift in 0..3 {
            let mut text = vec![b' '; shift];
            text.extend_from_slice(json);
            let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
            for written in
                [String::from_utf8(text.clone()).unwrap(), vc::encoding::b64(&text), vc::encoding::b64url(&text), hex.to_uppercase(), hex]
            {
                assert_eq!(secrets.found_in(written.as_bytes()), ["name Kwartelkoning>?"], "{written}");
            }
        }
        assert!(secrets.found_in(b"Kwartelkoning, without its end").is_empty());
    }
}
