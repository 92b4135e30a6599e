//! A credential of the data model, checked for structure when it is read.

use super::check::{Needs, element, id, language_value, named, one_or_many, texts, typed, types};
use super::date::{self, Moment};
use super::digest::{RelatedResource, related_resources};
use super::{At, Code, VcdmError, context};
use crate::Map;
use serde_json::Value;

/// First entry of `@context` in version 2.0.
pub const BASE_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// First entry of `@context` in version 1.1.
pub const BASE_V1: &str = "https://www.w3.org/2018/credentials/v1";

/// Version of the data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Version {
    /// 1.1, with `issuanceDate` and `expirationDate`.
    V1,
    /// 2.0, with `validFrom` and `validUntil`.
    V2,
}

/// A credential whose structure was checked (VCDM 2.0 section 4, VCDM 1.1 section 4). Nobody vouches for it yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    map: Map,
    version: Version,
    issuer: String,
    valid_from: Option<Moment>,
    valid_until: Option<Moment>,
    related: Vec<RelatedResource>,
}

impl Credential {
    /// Reads a credential and checks its structure.
    ///
    /// # Errors
    /// The first rule that is broken, with the member at fault.
    pub fn parse(map: Map) -> Result<Self, VcdmError> {
        Self::parse_at(map, &At::ROOT)
    }

    /// The same for a credential that stands inside another document.
    pub(crate) fn parse_at(map: Map, at: &At<'_>) -> Result<Self, VcdmError> {
        let version = context::check(&map, at)?;
        types(&map, at, "VerifiableCredential")?;
        id(&map, at)?;
        let issuer = named(map.get("issuer"), &at.key("issuer"), Code::Issuer)?.to_owned();
        subjects(&map, at)?;
        let (valid_from, valid_until) = dates(&map, version, at)?;
        for (name, needs) in TYPED {
            typed(&map, name, at, needs)?;
        }
        let related = match version {
            Version::V1 => Vec::new(),
            Version::V2 => {
                names(&map, at)?;
                related_resources(&map, at)?
            }
        };
        Ok(Self { version, issuer, valid_from, valid_until, related, map })
    }

    /// Version of the data model.
    pub fn version(&self) -> Version {
        self.version
    }

    /// `id`.
    pub fn id(&self) -> Option<&str> {
        self.map.get("id").and_then(Value::as_str)
    }

    /// `type`, as it stands in the document.
    pub fn types(&self) -> Vec<&str> {
        texts(self.map.get("type")).collect()
    }

    /// Whether `type` has this value.
    pub fn has_type(&self, name: &str) -> bool {
        texts(self.map.get("type")).any(|t| t == name)
    }

    /// The URLs of `@context`, in order; inline contexts are passed over.
    pub fn contexts(&self) -> Vec<&str> {
        texts(self.map.get("@context")).collect()
    }

    /// The issuer's identifier: `issuer`, or its `id`.
    pub fn issuer_id(&self) -> &str {
        &self.issuer
    }

    /// The subjects; at least one.
    pub fn subjects(&self) -> Vec<&Map> {
        one_or_many(self.map.get("credentialSubject")).iter().filter_map(Value::as_object).collect()
    }

    /// `id` of the subject, when there is exactly one subject and it has one.
    pub fn subject_id(&self) -> Option<&str> {
        match self.subjects().as_slice() {
            [subject] => subject.get("id").and_then(Value::as_str),
            _ => None,
        }
    }

    /// Beginning of validity in Unix seconds. In version 1.1 `issuanceDate`, or `validFrom` when that comes later.
    pub fn valid_from(&self) -> Option<i64> {
        self.valid_from.map(|moment| moment.seconds)
    }

    /// End of validity in Unix seconds. In version 1.1 `expirationDate`, or `validUntil` when that comes sooner.
    pub fn valid_until(&self) -> Option<i64> {
        self.valid_until.map(|moment| moment.seconds)
    }

    /// The objects of `credentialStatus`, as they stand in the document; each has a type.
    pub fn status(&self) -> Vec<&Map> {
        self.objects("credentialStatus")
    }

    /// The schemas that the credential names: `(id, type)`.
    pub fn schemas(&self) -> Vec<(&str, &str)> {
        self.objects("credentialSchema")
            .into_iter()
            .filter_map(|schema| Some((texts(schema.get("id")).next()?, texts(schema.get("type")).next()?)))
            .collect()
    }

    /// `evidence`, as it stands in the document.
    pub fn evidence(&self) -> Vec<&Map> {
        self.objects("evidence")
    }

    /// The documents whose bytes the credential pins.
    pub fn related_resources(&self) -> &[RelatedResource] {
        &self.related
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

    fn objects(&self, name: &str) -> Vec<&Map> {
        one_or_many(self.map.get(name)).iter().filter_map(Value::as_object).collect()
    }
}

/// Members that hold typed objects.
const TYPED: [(&str, Needs); 6] = [
    ("credentialStatus", Needs::Type),
    ("credentialSchema", Needs::TypeAndId),
    ("refreshService", Needs::Type),
    ("termsOfUse", Needs::Type),
    ("evidence", Needs::Type),
    ("proof", Needs::Type),
];

/// `credentialSubject` (section 4.8): one object or several, each claiming something.
fn subjects(map: &Map, at: &At<'_>) -> Result<(), VcdmError> {
    let member = at.key("credentialSubject");
    let value = map.get("credentialSubject").ok_or_else(|| VcdmError::new(Code::Subject, &member))?;
    let items = one_or_many(Some(value));
    if items.is_empty() {
        return Err(VcdmError::new(Code::Subject, &member));
    }
    for (index, item) in items.iter().enumerate() {
        let here = element(&member, value, index);
        match item.as_object() {
            Some(subject) if !subject.is_empty() => id(subject, &here)?,
            _ => return Err(VcdmError::new(Code::Subject, &here)),
        }
    }
    Ok(())
}

/// The window of validity. Both versions are strict about the other's members: version 2.0 does not define those of
/// 1.1, so an end that was meant would be overlooked; 1.1 reserves those of 2.0, so the narrower window counts.
fn dates(map: &Map, version: Version, at: &At<'_>) -> Result<(Option<Moment>, Option<Moment>), VcdmError> {
    let mut from = date::member(map, "validFrom", at)?;
    let mut until = date::member(map, "validUntil", at)?;
    match version {
        Version::V2 => {
            if let Some(name) = ["issuanceDate", "expirationDate"].into_iter().find(|name| map.contains_key(*name)) {
                return Err(VcdmError::new(Code::UndefinedTerm, &at.key(name)));
            }
        }
        Version::V1 => {
            let issued = date::member(map, "issuanceDate", at)?;
            let issued = issued.ok_or_else(|| VcdmError::new(Code::DateFormat, &at.key("issuanceDate")))?;
            from = Some(from.map_or(issued, |from| from.max(issued)));
            let expires = date::member(map, "expirationDate", at)?;
            until = [until, expires].into_iter().flatten().min();
        }
    }
    if let (Some(from), Some(until)) = (from, until)
        && until < from
    {
        let name = if version == Version::V1 { "expirationDate" } else { "validUntil" };
        return Err(VcdmError::new(Code::DateOrder, &at.key(name)));
    }
    Ok((from, until))
}

/// `name` and `description` of the credential and of its issuer.
fn names(map: &Map, at: &At<'_>) -> Result<(), VcdmError> {
    let issuer_at = at.key("issuer");
    for name in ["name", "description"] {
        language_value(map, name, at)?;
        if let Some(Value::Object(issuer)) = map.get("issuer") {
            language_value(issuer, name, &issuer_at)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(version: Version, more: Value) -> Map {
        let mut map = match version {
            Version::V2 => {
                json!({"@context": [BASE_V2], "type": ["VerifiableCredential"], "issuer": "did:example:i", "credentialSubject": {"id": "did:example:s"}})
            }
            Version::V1 => {
                json!({"@context": [BASE_V1], "type": ["VerifiableCredential"], "issuer": "did:example:i", "credentialSubject": {"id": "did:example:s"}, "issuanceDate": "2020-01-01T00:00:00Z"})
            }
        };
        map.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        map.as_object().unwrap().clone()
    }

    fn refused(version: Version, more: Value) -> (&'static str, String) {
        let error = Credential::parse(document(version, more)).unwrap_err();
        (error.code(), error.path().to_owned())
    }

    #[test]
    fn window_of_both_versions() {
        let window = |version, more| {
            let credential = Credential::parse(document(version, more)).unwrap();
            (credential.valid_from(), credential.valid_until())
        };
        assert_eq!(window(Version::V2, json!({})), (None, None));
        let day = 86_400;
        let start = 1_577_836_800;
        let both = json!({"validFrom": "2020-01-01T00:00:00Z", "validUntil": "2020-01-02T00:00:00Z"});
        assert_eq!(window(Version::V2, both), (Some(start), Some(start + day)));
        assert_eq!(window(Version::V1, json!({})), (Some(start), None));
        let narrower =
            json!({"validFrom": "2020-01-02T00:00:00Z", "expirationDate": "2020-01-05T00:00:00Z", "validUntil": "2020-01-04T00:00:00Z"});
        assert_eq!(window(Version::V1, narrower), (Some(start + day), Some(start + 3 * day)));
    }

    #[test]
    fn dates_that_are_refused() {
        for text in ["2020-01-01T00:00:00", "2020-01-01", "yesterday"] {
            assert_eq!(refused(Version::V2, json!({"validFrom": text})), ("date_format", "/validFrom".into()));
            assert_eq!(refused(Version::V1, json!({"issuanceDate": text})), ("date_format", "/issuanceDate".into()));
            assert_eq!(refused(Version::V1, json!({"expirationDate": text})), ("date_format", "/expirationDate".into()));
        }
        assert_eq!(refused(Version::V2, json!({"validUntil": 1})), ("date_format", "/validUntil".into()));
        let mut without = document(Version::V1, json!({}));
        without.remove("issuanceDate");
        assert_eq!(Credential::parse(without).unwrap_err().path(), "/issuanceDate");
        let late = json!({"validFrom": "2020-01-01T00:00:00.002Z", "validUntil": "2020-01-01T00:00:00.001Z"});
        assert_eq!(refused(Version::V2, late), ("date_order", "/validUntil".into()));
        assert_eq!(refused(Version::V1, json!({"expirationDate": "2019-01-01T00:00:00Z"})), ("date_order", "/expirationDate".into()));
        assert_eq!(refused(Version::V2, json!({"expirationDate": "2019-01-01T00:00:00Z"})), ("undefined_term", "/expirationDate".into()));
    }

    #[test]
    fn what_it_says_of_itself() {
        let credential = Credential::parse(document(
            Version::V2,
            json!({
                "id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008",
                "issuer": {"id": "https://a.example", "name": [{"@value": "School", "@language": "nl"}]},
                "credentialStatus": {"type": "BitstringStatusListEntry"},
                "credentialSchema": [{"id": "https://a.example/s", "type": "JsonSchema"}],
                "evidence": [{"type": ["Evidence"], "id": "https://a.example/e"}],
            }),
        ))
        .unwrap();
        assert_eq!((credential.issuer_id(), credential.subject_id()), ("https://a.example", Some("did:example:s")));
        assert_eq!(credential.schemas(), [("https://a.example/s", "JsonSchema")]);
        assert_eq!((credential.status().len(), credential.evidence().len(), credential.has_proof()), (1, 1, false));
        assert_eq!((credential.types(), credential.contexts()), (vec!["VerifiableCredential"], vec![BASE_V2]));
    }

    #[test]
    fn places_are_named() {
        for (more, code, path) in [
            (json!({"credentialSubject": [{"a": 1}, {}]}), "subject", "/credentialSubject/1"),
            (json!({"credentialSubject": "did:example:s"}), "subject", "/credentialSubject"),
            (json!({"credentialSubject": {"id": "x"}}), "id", "/credentialSubject/id"),
            (json!({"issuer": {"id": null}}), "issuer_id", "/issuer/id"),
            (json!({"issuer": ["did:example:i"]}), "issuer_id", "/issuer"),
            (json!({"type": "Other"}), "type", "/type"),
            (json!({"type": ["VerifiableCredential", 1]}), "type", "/type"),
            (json!({"evidence": [{"type": "E"}, {}]}), "type", "/evidence/1/type"),
            (json!({"termsOfUse": []}), "member", "/termsOfUse"),
            (json!({"refreshService": "https://a.example"}), "member", "/refreshService"),
            (json!({"credentialSchema": {"type": "JsonSchema"}}), "id", "/credentialSchema/id"),
            (json!({"name": ["a"]}), "language_value", "/name"),
            (json!({"issuer": {"id": "did:example:i", "description": {"@language": "nl"}}}), "language_value", "/issuer/description"),
        ] {
            assert_eq!(refused(Version::V2, more.clone()), (code, path.to_owned()), "{more}");
        }
    }
}
