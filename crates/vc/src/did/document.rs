//! DID documents: reading the keys of foreign ones, building our own.

use super::{DidError, multikey};
use crate::key::{Algorithm, Jwk};
use crate::vcdm::timestamp;
use crate::{Map, strict_json};
use serde_json::{Value, json};
use std::collections::BTreeSet;

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
    /// Whose it is: the DID itself, because methods of others are passed over.
    pub controller: String,
    /// Its key.
    pub jwk: Jwk,
    /// When it expires or was revoked, Unix seconds: from then on it verifies nothing, whenever that was signed (Controlled
    /// Identifiers 1.0 section 2.2).
    pub ends: Option<i64>,
}

/// A DID document, as far as keys go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The DID.
    pub id: String,
    /// Who may change it; empty when it is the DID itself alone.
    pub controllers: Vec<String>,
    /// Methods with supported keys; others are passed over.
    pub methods: Vec<Method>,
    assertion: Vec<String>,
    authentication: Vec<String>,
}

impl Document {
    /// Reads the document of `did`: its `id` must be that DID. Methods that are not its own, or whose key is of no use here, are
    /// passed over; two methods with one identifier are refused.
    pub fn parse(bytes: &[u8], did: &str) -> Result<Self, DidError> {
        Self::read(&strict_json::parse_object(bytes).map_err(|_| DidError::Document)?, did)
    }

    /// As [`Document::parse`], from a document that was read already.
    pub(super) fn read(map: &Map, did: &str) -> Result<Self, DidError> {
        if map.get("id").and_then(Value::as_str) != Some(did) {
            return Err(DidError::Document);
        }
        let mut document = Self::empty(did);
        document.controllers = match map.get("controller") {
            None => Vec::new(),
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(_) => return Err(DidError::Document),
        };
        let mut seen = BTreeSet::new();
        for method in list(map, "verificationMethod")? {
            document.read_method(method, &mut seen)?;
        }
        document.assertion = document.read_relationship(map, Relationship::AssertionMethod, &mut seen)?;
        document.authentication = document.read_relationship(map, Relationship::Authentication, &mut seen)?;
        Ok(document)
    }

    /// Without the methods that have ended by `now`, Unix seconds.
    #[must_use]
    pub fn at(mut self, now: i64) -> Self {
        self.methods.retain(|method| method.ends.is_none_or(|end| now < end));
        self
    }

    fn empty(did: &str) -> Self {
        let (controllers, methods) = (Vec::new(), Vec::new());
        Self { id: did.to_owned(), controllers, methods, assertion: Vec::new(), authentication: Vec::new() }
    }

    /// The document of a DID that is its own key; a key for encryption (`use`: `enc`) has no relationship that counts here.
    pub(super) fn of_key(did: &str, fragment: &str, jwk: Jwk) -> Self {
        let id = format!("{did}#{fragment}");
        let signs = if jwk.usage() == Some("enc") { Vec::new() } else { vec![id.clone()] };
        let methods = vec![Method { id, controller: did.to_owned(), jwk, ends: None }];
        Self { methods, assertion: signs.clone(), authentication: signs, ..Self::empty(did) }
    }

    /// The key with this identifier (absolute, or `#fragment`), when the document allows it this use.
    pub fn key(&self, id: &str, relationship: Relationship) -> Option<&Jwk> {
        self.method(id, relationship).map(|method| &method.jwk)
    }

    /// The method with this identifier (absolute, or `#fragment`), when the document allows it this use.
    pub fn method(&self, id: &str, relationship: Relationship) -> Option<&Method> {
        let id = self.absolute(id);
        self.methods_for(relationship).find(|method| method.id == id)
    }

    /// The methods that the document allows this use, in its order.
    pub fn methods_for(&self, relationship: Relationship) -> impl Iterator<Item = &Method> {
        let allowed = match relationship {
            Relationship::AssertionMethod => &self.assertion,
            Relationship::Authentication => &self.authentication,
        };
        self.methods.iter().filter(|method| allowed.contains(&method.id))
    }

    fn absolute(&self, id: &str) -> String {
        if id.starts_with('#') { format!("{}{id}", self.id) } else { id.to_owned() }
    }

    fn read_method(&mut self, method: &Value, seen: &mut BTreeSet<String>) -> Result<String, DidError> {
        let text = |name: &str| method.get(name).and_then(Value::as_str);
        let id = self.absolute(text("id").ok_or(DidError::Document)?);
        if !seen.insert(id.clone()) {
            return Err(DidError::Document);
        }
        let own = id.strip_prefix(&self.id).is_some_and(|rest| rest.starts_with('#'));
        // Some implementations of did:webvh leave out the controller; then it is whose document this is.
        let controller = text("controller").unwrap_or(&self.id).to_owned();
        let jwk = match (method.get("publicKeyJwk"), text("publicKeyMultibase")) {
            (Some(jwk), None) => Jwk::from_value(jwk).ok(),
            (None, Some(multibase)) => Jwk::from_multikey(multibase).ok(),
            _ => None,
        };
        // A method of somebody else, or a key of another kind, is no fault of the document: it is only of no use here.
        if let (Some(jwk), Ok(ends)) = (jwk.filter(|_| own && controller == self.id), ends(method)) {
            self.methods.push(Method { id: id.clone(), controller, jwk, ends });
        }
        Ok(id)
    }

    /// References, or methods that are embedded in the relationship.
    fn read_relationship(&mut self, map: &Map, relationship: Relationship, seen: &mut BTreeSet<String>) -> Result<Vec<String>, DidError> {
        let mut out = Vec::new();
        for entry in list(map, relationship.name())? {
            out.push(match entry {
                Value::String(id) => self.absolute(id),
                method => self.read_method(method, seen)?,
            });
        }
        Ok(out)
    }
}

/// The earlier of `expires` and `revoked`. What is no time is no method that counts.
fn ends(method: &Value) -> Result<Option<i64>, DidError> {
    let mut found = None;
    for value in ["expires", "revoked"].into_iter().filter_map(|name| method.get(name)) {
        let at = value.as_str().and_then(timestamp).ok_or(DidError::Document)?;
        found = Some(found.map_or(at, |before: i64| before.min(at)));
    }
    Ok(found)
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
