//! One entry of a log: a line of JSON that is chained to the one before by a hash, and signed.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{LogError, PREFIX, parts, proof};
use crate::encoding::sha256;
use crate::{Map, jcs, strict_json};

/// The members of an entry.
const MEMBERS: [&str; 5] = ["versionId", "versionTime", "parameters", "state", "proof"];
/// What stood where the identifier stands now when it was computed.
const PLACEHOLDER: &str = "{SCID}";
/// Characters of a SHA-256 multihash in base58btc.
const HASH_LENGTH: usize = 46;

/// An entry that was read; nothing of it is checked but its shape.
pub(super) struct Entry {
    /// `versionId`.
    pub(super) id: String,
    /// `versionTime`, as it stands.
    pub(super) time: String,
    /// `parameters`.
    pub(super) parameters: Map,
    /// `state`: the DID document.
    pub(super) state: Map,
    /// The proofs.
    proofs: Vec<Map>,
    /// The entry without its proofs.
    bare: Map,
}

/// Whether a text is a SHA-256 multihash in base58btc, the only one that version 1.0 allows.
pub(super) fn is_hash(text: &str) -> bool {
    let raw = if text.len() == HASH_LENGTH { bs58::decode(text).into_vec().unwrap_or_default() } else { Vec::new() };
    raw.len() == 34 && raw.starts_with(&[0x12, 0x20])
}

/// The SHA-256 multihash of bytes in base58btc.
pub(super) fn hash(bytes: &[u8]) -> String {
    bs58::encode([[0x12, 0x20].as_slice(), &sha256(bytes)].concat()).into_string()
}

/// A time in UTC, Unix seconds.
pub(super) fn moment(text: &str) -> Result<i64, LogError> {
    let utc = text.ends_with('Z') || text.ends_with("+00:00");
    let time = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| LogError::Time)?;
    if utc { Ok(time.unix_timestamp()) } else { Err(LogError::Time) }
}

fn canonical(value: &Value) -> Result<String, LogError> {
    jcs::canonical(value).map_err(|_| LogError::Malformed)
}

impl Entry {
    /// Reads a line.
    pub(super) fn read(line: &[u8]) -> Result<Self, LogError> {
        let mut map = strict_json::parse_object(line).map_err(|_| LogError::Malformed)?;
        if map.keys().any(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(LogError::Malformed);
        }
        let proofs = match map.remove("proof") {
            Some(Value::Array(proofs)) => proofs,
            Some(proof @ Value::Object(_)) => vec![proof],
            None => return Err(LogError::Proof),
            Some(_) => return Err(LogError::Malformed),
        };
        let object = |value: Value| if let Value::Object(map) = value { Ok(map) } else { Err(LogError::Malformed) };
        let proofs = proofs.into_iter().map(object).collect::<Result<_, _>>()?;
        let text = |name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(LogError::Malformed);
        let part = |name: &str| map.get(name).and_then(Value::as_object).cloned().ok_or(LogError::Malformed);
        Ok(Self {
            id: text("versionId")?,
            time: text("versionTime")?,
            parameters: part("parameters")?,
            state: part("state")?,
            proofs,
            bare: map,
        })
    }

    /// `versionId` is the number of the entry, from 1, a dash and a hash.
    pub(super) fn check_number(&self, before: usize) -> Result<(), LogError> {
        let (number, hash) = self.id.split_once('-').ok_or(LogError::Number)?;
        let counts = before.checked_add(1).is_some_and(|next| number == next.to_string());
        if counts && is_hash(hash) { Ok(()) } else { Err(LogError::Number) }
    }

    /// `versionTime`: after that of the entry before, and not further ahead of `now` than `ahead` seconds.
    pub(super) fn time(&self, before: Option<i64>, now: i64, ahead: i64) -> Result<i64, LogError> {
        let time = moment(&self.time)?;
        if time > now.saturating_add(ahead) {
            return Err(LogError::Future);
        }
        if before.is_none_or(|before| before < time) { Ok(time) } else { Err(LogError::Time) }
    }

    /// `state.id`: a DID with this SCID. It may differ from that of the entry before only when the DID is portable and names the
    /// former one in `alsoKnownAs`.
    pub(super) fn identifier(&self, scid: &str, before: Option<(&str, bool)>) -> Result<String, LogError> {
        let did = self.state.get("id").and_then(Value::as_str).ok_or(LogError::Identifier)?;
        // Where it is makes no difference here: the log may be of a machine in a test.
        let own = parts(did, true).is_ok_and(|(found, _)| found == scid);
        if !own || !did.starts_with(PREFIX) {
            return Err(LogError::Identifier);
        }
        let known = |former: &str| {
            let names = self.state.get("alsoKnownAs").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|name| name.as_str() == Some(former)))
        };
        match before {
            Some((former, portable)) if former != did && !(portable && known(former)) => Err(LogError::Identifier),
            _ => Ok(did.to_owned()),
        }
    }

    /// The SCID is the hash of this entry with the placeholder in its place (section "Verify SCID").
    pub(super) fn check_scid(&self, scid: &str) -> Result<(), LogError> {
        let mut preliminary = self.bare.clone();
        preliminary.insert("versionId".into(), PLACEHOLDER.into());
        let text = canonical(&Value::Object(preliminary))?;
        // Written out, the placeholder stands in `versionId` alone: it would be replaced anywhere else.
        if text.matches(PLACEHOLDER).count() != 1 {
            return Err(LogError::Malformed);
        }
        let text = text.replace(scid, PLACEHOLDER);
        // Names may have changed their order with the replacement.
        let value = strict_json::parse(text.as_bytes()).map_err(|_| LogError::Malformed)?;
        if hash(canonical(&value)?.as_bytes()) == scid { Ok(()) } else { Err(LogError::Scid) }
    }

    /// The hash in `versionId` is that of this entry with the `versionId` before in its place (section "Verify The Entry Hash").
    pub(super) fn check_hash(&self, before: &str) -> Result<(), LogError> {
        let mut preliminary = self.bare.clone();
        preliminary.insert("versionId".into(), before.into());
        let expected = hash(canonical(&Value::Object(preliminary))?.as_bytes());
        let (_, found) = self.id.split_once('-').ok_or(LogError::Number)?;
        if found == expected { Ok(()) } else { Err(LogError::Hash) }
    }

    /// Every proof is by one of `keys` and verifies.
    pub(super) fn check_proofs(&self, keys: &[String], now: i64) -> Result<(), LogError> {
        let document = Value::Object(self.bare.clone());
        if self.proofs.is_empty() || self.proofs.len() > proof::MAX_PROOFS {
            return Err(LogError::Proof);
        }
        let bytes = canonical(&document)?;
        for proof in &self.proofs {
            let key = proof::signer(proof).filter(|key| keys.iter().any(|known| known == key)).ok_or(LogError::Proof)?;
            proof::verify(proof, key, &bytes, now).map_err(|_| LogError::Proof)?;
        }
        Ok(())
    }
}
