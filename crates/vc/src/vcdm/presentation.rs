//! A presentation of the data model: who holds, and what is shown.

use super::check::{element, id, named, one_or_many, types};
use super::enveloped::{self, Enveloped, MediaType};
use super::{At, Code, Credential, VcdmError, Version, context};
use crate::Map;
use serde_json::Value;

/// Most credentials that are read at once: in one presentation, one record or one verification, those inside others included.
pub const MAX_CREDENTIALS: usize = 64;

/// One credential of a presentation.
#[derive(Debug, Clone, PartialEq)]
pub enum Presented {
    /// A credential as JSON, structure checked.
    Embedded(Box<Credential>),
    /// A signed text, to be read and verified on its own.
    Enveloped(Enveloped),
}

/// A presentation whose structure was checked (VCDM 2.0 section 4.13). Nobody vouches for it yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Presentation {
    map: Map,
    version: Version,
    holder: Option<String>,
    credentials: Vec<Presented>,
}

impl Presentation {
    /// Reads a presentation, checks its structure and that of every credential in it.
    ///
    /// # Errors
    /// The first rule that is broken, with the member at fault.
    pub fn parse(map: Map) -> Result<Self, VcdmError> {
        let at = At::ROOT;
        let version = context::check(&map, &at)?;
        types(&map, &at, "VerifiablePresentation")?;
        id(&map, &at)?;
        let holder = match map.get("holder") {
            None => None,
            value => Some(named(value, &at.key("holder"), Code::Holder)?.to_owned()),
        };
        let credentials = credentials(&map, version, &at)?;
        Ok(Self { version, holder, credentials, map })
    }

    /// Version of the data model.
    pub fn version(&self) -> Version {
        self.version
    }

    /// `holder`, or its `id`.
    pub fn holder(&self) -> Option<&str> {
        self.holder.as_deref()
    }

    /// What is presented, in order.
    pub fn credentials(&self) -> &[Presented] {
        &self.credentials
    }

    /// Whether it carries an embedded proof.
    pub fn has_proof(&self) -> bool {
        self.map.contains_key("proof")
    }

    /// The document, as read.
    pub fn as_map(&self) -> &Map {
        &self.map
    }

    /// The document, given back.
    pub fn into_map(self) -> Map {
        self.map
    }
}

fn credentials(map: &Map, version: Version, at: &At<'_>) -> Result<Vec<Presented>, VcdmError> {
    let Some(value) = map.get("verifiableCredential") else { return Ok(Vec::new()) };
    let member = at.key("verifiableCredential");
    let items = one_or_many(Some(value));
    if items.is_empty() {
        return Err(VcdmError::new(Code::Credential, &member));
    }
    if items.len() > MAX_CREDENTIALS {
        return Err(VcdmError::new(Code::TooMany, &member));
    }
    let mut out = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let here = element(&member, value, index);
        out.push(match item {
            Value::Object(object) if enveloped::is_envelope(object) => Presented::Enveloped(Enveloped::parse_at(object, &here)?),
            Value::Object(object) => Presented::Embedded(Box::new(Credential::parse_at(object.clone(), &here)?)),
            // Bare JWTs were allowed in 1.1 only.
            Value::String(text) if version == Version::V1 && text.split('.').count() == 3 => {
                Presented::Enveloped(Enveloped { media_type: MediaType::Jwt, text: text.clone() })
            }
            _ => return Err(VcdmError::new(Code::Credential, &here)),
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcdm::{BASE_V1, BASE_V2};
    use serde_json::json;

    fn read(base: &str, credentials: Value) -> Result<Presentation, (&'static str, String)> {
        let map =
            json!({"@context": [base], "type": "VerifiablePresentation", "holder": "did:example:h", "verifiableCredential": credentials});
        Presentation::parse(map.as_object().unwrap().clone()).map_err(|e| (e.code(), e.path().to_owned()))
    }

    #[test]
    fn objects_only_in_version_2() {
        assert_eq!(read(BASE_V2, json!(["a.b.c"])).unwrap_err(), ("presented_credential", "/verifiableCredential/0".into()));
        let old = read(BASE_V1, json!(["a.b.c"])).unwrap();
        assert_eq!(old.credentials(), [Presented::Enveloped(Enveloped { media_type: MediaType::Jwt, text: "a.b.c".into() })]);
        assert_eq!(read(BASE_V1, json!("a.b")).unwrap_err(), ("presented_credential", "/verifiableCredential".into()));
        assert_eq!(read(BASE_V2, json!([])).unwrap_err(), ("presented_credential", "/verifiableCredential".into()));
        assert_eq!(read(BASE_V2, json!(vec![json!({}); 65])).unwrap_err(), ("too_many", "/verifiableCredential".into()));
        let mut envelope = json!({"@context": BASE_V2, "type": "EnvelopedVerifiableCredential", "id": "data:text/plain,a.b.c"});
        assert_eq!(read(BASE_V2, json!([envelope.clone()])).unwrap_err(), ("envelope", "/verifiableCredential/0/id".into()));
        for context in [json!([]), json!("https://www.w3.org/ns/credentials/examples/v2"), json!(null)] {
            envelope["@context"] = context;
            assert_eq!(read(BASE_V2, json!([envelope])).unwrap_err(), ("context", "/verifiableCredential/0/@context".into()));
        }
    }
}
