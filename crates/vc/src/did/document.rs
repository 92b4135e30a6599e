//! DID documents: reading the keys of foreign ones, building our own.

use super::DidError;
use super::methods::multikey;
use crate::key::{Algorithm, Jwk};
use crate::{Map, strict_json};
use serde_json::{Value, json};

/// What a key of a document may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relationship {
    /// Signing credentials.
    AssertionMethod,
    /// Proving control, for instance of a request.
    Authentication,
}

impl Relationship {
    fn name(self) -> &'static str {
        match self {
            Self::AssertionMethod => "assertionMethod",
            Self::Authentication => "authentication",
        }
    }
}

/// A verification method with a key that is supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// Absolute identifier: the DID, `#`, a fragment.
    pub id: String,
    /// Its key.
    pub jwk: Jwk,
}

/// A DID document, as far as keys go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The DID.
    pub id: String,
    /// Methods with supported keys; others are passed over.
    pub methods: Vec<Method>,
    assertion: Vec<String>,
    authentication: Vec<String>,
}

impl Document {
    /// Reads the document of `did`: its `id` must be that DID, and every method its own.
    pub fn parse(bytes: &[u8], did: &str) -> Result<Self, DidError> {
        let map = strict_json::parse_object(bytes).map_err(|_| DidError::Document)?;
        if map.get("id").and_then(Value::as_str) != Some(did) {
            return Err(DidError::Document);
        }
        let mut document = Self { id: did.to_owned(), methods: Vec::new(), assertion: Vec::new(), authentication: Vec::new() };
        for method in list(&map, "verificationMethod")? {
            document.read_method(method)?;
        }
        document.assertion = document.read_relationship(&map, Relationship::AssertionMethod)?;
        document.authentication = document.read_relationship(&map, Relationship::Authentication)?;
        Ok(document)
    }

    /// The key with this identifier (absolute, or `#fragment`), when the document allows it this use.
    pub fn key(&self, id: &str, relationship: Relationship) -> Option<&Jwk> {
        let id = self.absolute(id);
        let allowed = match relationship {
            Relationship::AssertionMethod => &self.assertion,
            Relationship::Authentication => &self.authentication,
        };
        if !allowed.contains(&id) {
            return None;
        }
        self.methods.iter().find(|m| m.id == id).map(|m| &m.jwk)
    }

    fn absolute(&self, id: &str) -> String {
        if id.starts_with('#') { format!("{}{id}", self.id) } else { id.to_owned() }
    }

    fn read_method(&mut self, method: &Value) -> Result<String, DidError> {
        let text = |name: &str| method.get(name).and_then(Value::as_str);
        let id = self.absolute(text("id").ok_or(DidError::Document)?);
        let own = id.strip_prefix(&self.id).is_some_and(|rest| rest.starts_with('#'));
        if !own || text("controller") != Some(&self.id) || self.methods.iter().any(|m| m.id == id) {
            return Err(DidError::Document);
        }
        let jwk = match (method.get("publicKeyJwk"), text("publicKeyMultibase")) {
            (Some(jwk), None) => Jwk::from_value(jwk).map_err(|_| DidError::Key),
            (None, Some(multibase)) => Jwk::from_multikey(multibase).map_err(|_| DidError::Key),
            _ => return Err(DidError::Document),
        };
        // A key of another kind is no fault of the document: it is only of no use here.
        if let Ok(jwk) = jwk {
            self.methods.push(Method { id: id.clone(), jwk });
        }
        Ok(id)
    }

    /// References, or methods that are embedded in the relationship.
    fn read_relationship(&mut self, map: &Map, relationship: Relationship) -> Result<Vec<String>, DidError> {
        let mut out = Vec::new();
        for entry in list(map, relationship.name())? {
            out.push(match entry {
                Value::String(id) => self.absolute(id),
                method => self.read_method(method)?,
            });
        }
        Ok(out)
    }
}

fn list<'a>(map: &'a Map, name: &str) -> Result<&'a [Value], DidError> {
    match map.get(name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(DidError::Document),
    }
}

/// The document of a DID of ours: P-256 keys as `JsonWebKey`, Ed25519 keys as `Multikey`, all for assertion and
/// authentication. Each key comes with its fragment.
pub fn build_document(did: &str, keys: &[(String, Jwk)]) -> Result<Value, DidError> {
    let mut methods = Vec::new();
    let mut ids = Vec::new();
    for (fragment, jwk) in keys {
        let id = format!("{did}#{fragment}");
        methods.push(match jwk.algorithm() {
            Algorithm::EdDsa => json!({"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": multikey(jwk)?}),
            Algorithm::Es256 => json!({"id": id, "type": "JsonWebKey", "controller": did, "publicKeyJwk": jwk.to_value()}),
            Algorithm::Es384 | Algorithm::Rs256 => return Err(DidError::Key),
        });
        ids.push(Value::String(id));
    }
    Ok(json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": ids,
        "authentication": ids,
    }))
}
