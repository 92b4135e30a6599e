//! Reading the JWS JSON serialisations of an SD-JWT (RFC 9901 section 8), flattened and general.

use super::{MAX_BYTES, MAX_DISCLOSURES, SdJwt, SdJwtError};
use crate::Map;
use crate::jws::Jws;
use crate::strict_json;
use serde_json::Value;

/// Most signatures in a general serialisation.
const MAX_SIGNATURES: usize = 16;

impl SdJwt {
    /// Reads a flattened or general JWS JSON serialisation. From then on it is what its compact form would be: of several
    /// signatures the first one counts, because that is the one that `sd_hash` covers.
    pub fn parse_json(text: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_BYTES {
            return Err(SdJwtError::Limit);
        }
        let whole = strict_json::parse_object(text.as_bytes()).map_err(|_| SdJwtError::Malformed)?;
        let (signature, following) = signatures(&whole)?;
        let payload = text_of(&whole, "payload")?;
        let jwt = [text_of(signature, "protected")?, payload, text_of(signature, "signature")?].join(".");
        let jwt = Jws::parse(&jwt).map_err(SdJwtError::Jwt)?;
        let header = unprotected(signature)?;
        for other in following {
            text_of(other, "protected")?;
            text_of(other, "signature")?;
            if unprotected(other)?.is_some_and(|header| header.contains_key("disclosures") || header.contains_key("kb_jwt")) {
                return Err(SdJwtError::Malformed);
            }
        }
        // What is critical stands in the protected header or nowhere (RFC 7515 section 4.1.11).
        if header.is_some_and(|header| header.keys().any(|name| name == "crit" || jwt.header().contains_key(name))) {
            return Err(SdJwtError::Malformed);
        }
        let disclosures = header.map(disclosures).transpose()?.unwrap_or_default();
        let key_binding = match header.and_then(|header| header.get("kb_jwt")) {
            None => None,
            Some(text) => Some(Jws::parse(text.as_str().ok_or(SdJwtError::Malformed)?).map_err(|_| SdJwtError::Malformed)?),
        };
        let mut read = Self::assemble(jwt, &disclosures, key_binding)?;
        read.kid = header.and_then(|header| header.get("kid")).and_then(Value::as_str).map(str::to_owned);
        Ok(read)
    }
}

/// The object that holds the first signature, and those that hold the following ones.
fn signatures(whole: &Map) -> Result<(&Map, Vec<&Map>), SdJwtError> {
    let Some(all) = whole.get("signatures") else { return Ok((whole, Vec::new())) };
    if ["protected", "header", "signature"].iter().any(|name| whole.contains_key(*name)) {
        return Err(SdJwtError::Malformed);
    }
    let all = all.as_array().ok_or(SdJwtError::Malformed)?;
    if all.len() > MAX_SIGNATURES {
        return Err(SdJwtError::Limit);
    }
    let mut objects = all.iter().map(|one| one.as_object().ok_or(SdJwtError::Malformed));
    let first = objects.next().ok_or(SdJwtError::Malformed)??;
    Ok((first, objects.collect::<Result<_, _>>()?))
}

fn text_of<'m>(map: &'m Map, name: &str) -> Result<&'m str, SdJwtError> {
    map.get(name).and_then(Value::as_str).ok_or(SdJwtError::Malformed)
}

/// The unprotected header; nothing in it is signed except what `sd_hash` covers.
fn unprotected(signature: &Map) -> Result<Option<&Map>, SdJwtError> {
    signature.get("header").map(|header| header.as_object().ok_or(SdJwtError::Malformed)).transpose()
}

fn disclosures(header: &Map) -> Result<Vec<&str>, SdJwtError> {
    let Some(all) = header.get("disclosures") else { return Ok(Vec::new()) };
    let all = all.as_array().ok_or(SdJwtError::Malformed)?;
    if all.len() > MAX_DISCLOSURES {
        return Err(SdJwtError::Limit);
    }
    all.iter().map(|one| one.as_str().ok_or(SdJwtError::Disclosure)).collect()
}
