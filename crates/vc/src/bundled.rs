//! The credential types that every build knows: names, labels, concealed claims, schemas, contexts and elements, read from
//! `schemas/`.

mod mapping;
mod quality;

pub use mapping::{Element, ElementName, Mapping};
pub use quality::{QualityFramework, QualityFrameworkError, Refused, quality_framework, quality_frameworks};

use crate::encoding::integrity;
use crate::json_ld;
use crate::json_schema::Schema;
use crate::sd_jwt::Path;
use serde::Deserialize;
use std::sync::LazyLock;

/// `vct` of the microcredential.
pub const MICROCREDENTIAL_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-microcredential/1";
/// `vct` of the proof of enrolment.
pub const ENROLMENT_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-enrolment/1";

/// JSON-LD context of the microcredential as Open Badge.
pub const MICROCREDENTIAL_CONTEXT: &str = "https://w3id.org/eduwallet-nl/contexts/nl-microcredential/v1";
/// JSON-LD context of the proof of enrolment as W3C credential.
pub const ENROLMENT_CONTEXT: &str = "https://w3id.org/eduwallet-nl/contexts/nl-enrolment/v1";
/// What every name of ours in the world begins with; the rest is the path at which every issuer serves it too.
pub const NAMES: &str = "https://w3id.org/eduwallet-nl";
/// Contexts of our Open Badge, in order.
pub const OPEN_BADGE_CONTEXTS: [&str; 3] =
    ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", MICROCREDENTIAL_CONTEXT];
/// Types of our Open Badge.
pub const OPEN_BADGE_TYPES: [&str; 2] = ["VerifiableCredential", "OpenBadgeCredential"];
/// Contexts of our proof of enrolment as W3C credential, in order.
pub const ENROLMENT_CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/credentials/v2", ENROLMENT_CONTEXT];
/// Types of our proof of enrolment as W3C credential.
pub const ENROLMENT_TYPES: [&str; 2] = ["VerifiableCredential", "AcademicEnrollmentCredential"];

/// A type as W3C credential.
pub struct W3cForm {
    /// `@context`, in order.
    pub contexts: &'static [&'static str],
    /// `type`, in order.
    pub types: &'static [&'static str],
    /// `id` of its JSON Schema, as `credentialSchema` names it.
    pub schema_id: &'static str,
    /// JSON Schema of the whole document, byte for byte as served.
    pub schema_text: &'static str,
    schema: Schema,
}

impl W3cForm {
    /// The schema, ready to use.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}

/// One bundled credential type.
pub struct CredentialType {
    /// `vct`.
    pub vct: &'static str,
    /// `microcredential` or `enrolment`.
    pub short_name: &'static str,
    /// Type metadata, byte for byte as served.
    pub metadata: &'static str,
    /// JSON Schema of the processed claims.
    pub schema_text: &'static str,
    /// The same type as W3C credential.
    pub w3c: W3cForm,
    /// Its elements: where each stands in every form and where it comes from.
    pub mapping: Mapping,
    /// The names of the type itself.
    pub display: Vec<TypeDisplay>,
    /// Its claims, in the order in which they are shown.
    pub claims: Vec<ClaimInfo>,
    schema: Schema,
    integrity: String,
}

/// Name of a type in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TypeDisplay {
    /// `nl` or `en`.
    pub locale: String,
    /// Name.
    pub name: String,
    /// One sentence.
    #[serde(default)]
    pub description: String,
}

/// What type metadata says of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClaimInfo {
    /// Where it stands.
    pub path: Path,
    /// Its labels.
    pub display: Vec<ClaimDisplay>,
    /// An issuer must put it in (a verifier may still not see it).
    #[serde(default)]
    pub mandatory: bool,
    /// Whether it is concealed.
    pub sd: SelectiveDisclosure,
}

/// Label of a claim in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ClaimDisplay {
    /// `nl` or `en`.
    pub locale: String,
    /// Label.
    pub label: String,
}

/// Rule for selective disclosure (SD-JWT VC type metadata).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SelectiveDisclosure {
    /// Must be concealed.
    Always,
    /// May be concealed.
    Allowed,
    /// Must not be concealed.
    Never,
}

impl CredentialType {
    /// The paths that an issuer conceals.
    pub fn concealed(&self) -> Vec<Path> {
        self.claims.iter().filter(|c| c.sd == SelectiveDisclosure::Always).map(|c| c.path.clone()).collect()
    }

    /// What the type says of the claim at `path`; indexes match `null`.
    pub fn claim(&self, path: &Path) -> Option<&ClaimInfo> {
        self.claims.iter().find(|c| c.path.covers(path) && path.covers(&c.path))
    }

    /// Name of the type, English when the language is not there.
    pub fn name(&self, language: &str) -> &str {
        let named = |language: &str| self.display.iter().find(|d| d.locale == language);
        named(language).or_else(|| named("en")).map_or(self.short_name, |d| d.name.as_str())
    }

    /// The schema, ready to use.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// `vct#integrity` of the metadata.
    pub fn integrity(&self) -> &str {
        &self.integrity
    }
}

#[derive(Deserialize)]
struct Metadata {
    display: Vec<TypeDisplay>,
    claims: Vec<ClaimInfo>,
}

struct Files {
    vct: &'static str,
    short_name: &'static str,
    metadata: &'static str,
    schema: &'static str,
    contexts: &'static [&'static str],
    types: &'static [&'static str],
    w3c_schema_id: &'static str,
    w3c_schema: &'static str,
    mapping: &'static str,
}

const FILES: [Files; 2] = [
    Files {
        vct: MICROCREDENTIAL_VCT,
        short_name: "microcredential",
        metadata: include_str!("../../../schemas/vct/nl-microcredential-1.json"),
        schema: include_str!("../../../schemas/microcredential.schema.json"),
        contexts: &OPEN_BADGE_CONTEXTS,
        types: &OPEN_BADGE_TYPES,
        w3c_schema_id: "https://w3id.org/eduwallet-nl/schemas/nl-microcredential-badge/1",
        w3c_schema: include_str!("../../../schemas/microcredential-badge.schema.json"),
        mapping: include_str!("../../../schemas/mapping/nl-microcredential-1.json"),
    },
    Files {
        vct: ENROLMENT_VCT,
        short_name: "enrolment",
        metadata: include_str!("../../../schemas/vct/nl-enrolment-1.json"),
        schema: include_str!("../../../schemas/enrolment.schema.json"),
        contexts: &ENROLMENT_CONTEXTS,
        types: &ENROLMENT_TYPES,
        w3c_schema_id: "https://w3id.org/eduwallet-nl/schemas/nl-enrolment-vc/1",
        w3c_schema: include_str!("../../../schemas/enrolment-vc.schema.json"),
        mapping: include_str!("../../../schemas/mapping/nl-enrolment-1.json"),
    },
];

/// Both types. A file that does not parse would leave its type out; tests count them.
static TYPES: LazyLock<Vec<CredentialType>> = LazyLock::new(|| FILES.iter().filter_map(read).collect());

fn read(files: &Files) -> Option<CredentialType> {
    let Metadata { display, claims } = serde_json::from_str(files.metadata).ok()?;
    Some(CredentialType {
        vct: files.vct,
        short_name: files.short_name,
        metadata: files.metadata,
        schema_text: files.schema,
        display,
        claims,
        schema: Schema::parse(files.schema).ok()?,
        integrity: integrity(files.metadata.as_bytes()),
        w3c: W3cForm {
            contexts: files.contexts,
            types: files.types,
            schema_id: files.w3c_schema_id,
            schema_text: files.w3c_schema,
            schema: Schema::parse(files.w3c_schema).ok()?,
        },
        mapping: serde_json::from_str(files.mapping).ok()?,
    })
}

/// Our own JSON-LD contexts.
const CONTEXTS: [&str; 2] = [MICROCREDENTIAL_CONTEXT, ENROLMENT_CONTEXT];

/// A document that has a name in the world, byte for byte as it is served under that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Document {
    /// Its name, below [`NAMES`].
    pub name: &'static str,
    /// Media type.
    pub media_type: &'static str,
    /// Text.
    pub text: &'static str,
}

/// Type metadata, contexts and schemas under their names: what every issuer serves.
pub fn documents() -> impl Iterator<Item = Document> {
    let contexts =
        CONTEXTS.iter().filter_map(|name| Some(Document { name, media_type: "application/ld+json", text: json_ld::context(name)? }));
    let of_type = |files: &'static Files| {
        let json = |name, media_type, text| Document { name, media_type, text };
        [
            json(files.vct, "application/json", files.metadata),
            json(files.w3c_schema_id, "application/schema+json", files.w3c_schema),
            json(claims_schema_id(files.short_name), "application/schema+json", files.schema),
        ]
    };
    contexts.chain(FILES.iter().flat_map(of_type))
}

/// The `$id` of a type's JSON Schema of processed claims.
fn claims_schema_id(short_name: &str) -> &'static str {
    if short_name == "microcredential" {
        "https://w3id.org/eduwallet-nl/schemas/nl-microcredential-claims/1"
    } else {
        "https://w3id.org/eduwallet-nl/schemas/nl-enrolment-claims/1"
    }
}

/// The type of which this is the schema of its W3C form.
pub fn by_schema(id: &str) -> Option<&'static CredentialType> {
    TYPES.iter().find(|kind| kind.w3c.schema_id == id)
}

/// JSON Schema of the report, `schemas/report.schema.json`.
pub const REPORT_SCHEMA: &str = include_str!("../../../schemas/report.schema.json");

/// All bundled types.
pub fn types() -> &'static [CredentialType] {
    &TYPES
}

/// The type with this `vct`.
pub fn credential_type(vct: &str) -> Option<&'static CredentialType> {
    TYPES.iter().find(|t| t.vct == vct)
}

/// The type with this short name.
pub fn by_short_name(short_name: &str) -> Option<&'static CredentialType> {
    TYPES.iter().find(|t| t.short_name == short_name)
}

/// Short name of a bundled type.
pub fn short_name(vct: &str) -> Option<&'static str> {
    credential_type(vct).map(|t| t.short_name)
}

/// Type metadata to serve, byte for byte.
pub fn type_metadata(vct: &str) -> Option<&'static [u8]> {
    credential_type(vct).map(|t| t.metadata.as_bytes())
}

/// Label of a claim in `language` (`nl` or `en`).
pub fn claim_label(vct: &str, path: &Path, language: &str) -> Option<String> {
    let claim = credential_type(vct)?.claim(path)?;
    claim.display.iter().find(|d| d.locale == language).map(|d| d.label.clone())
}

/// The paths that an issuer of this type conceals.
pub fn concealed(vct: &str) -> Vec<Path> {
    credential_type(vct).map(CredentialType::concealed).unwrap_or_default()
}

/// JSON Schema of the processed claims, as text.
pub fn json_schema(vct: &str) -> Option<&'static str> {
    credential_type(vct).map(|t| t.schema_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_types_are_read_whole() {
        assert_eq!(types().len(), 2);
        for kind in types() {
            let metadata: serde_json::Value = serde_json::from_str(kind.metadata).unwrap();
            assert_eq!(metadata["vct"], kind.vct);
            assert_eq!(by_short_name(kind.short_name).unwrap().vct, kind.vct);
            let mut seen = std::collections::HashSet::new();
            for claim in &kind.claims {
                assert!(seen.insert(&claim.path), "{} twice", claim.path);
                let locales: Vec<_> = claim.display.iter().map(|d| d.locale.as_str()).collect();
                assert_eq!(locales, ["nl", "en"], "{}", claim.path);
                assert_eq!(claim_label(kind.vct, &claim.path, "nl").as_ref(), Some(&claim.display[0].label));
            }
            for top in crate::sd_jwt::NEVER_HIDDEN {
                assert!(kind.concealed().iter().all(|p| p.top() != Some(top)));
            }
        }
    }

    /// The labels of type metadata name claims that the schema has, and the schema has no claim without a label.
    #[test]
    fn labels_schema_and_documents_agree() {
        for kind in types() {
            let labelled: std::collections::BTreeSet<&str> = kind.claims.iter().filter_map(|claim| claim.path.top()).collect();
            let known = kind.schema().property_names().filter(|name| !["vct", "iss", "iat", "nbf", "exp", "cnf", "status"].contains(name));
            assert_eq!(labelled, known.collect(), "{}", kind.vct);
            for (text, id) in [(kind.schema_text, claims_schema_id(kind.short_name)), (kind.w3c.schema_text, kind.w3c.schema_id)] {
                assert_eq!(serde_json::from_str::<serde_json::Value>(text).unwrap()["$id"], id);
            }
            assert_eq!(by_schema(kind.w3c.schema_id).map(|found| found.vct), Some(kind.vct));
        }
        assert_eq!(documents().count(), 8);
        assert!(documents().all(|document| document.name.starts_with(NAMES)));
    }

    #[test]
    fn what_a_share_may_leave_out() {
        let concealed = concealed(MICROCREDENTIAL_VCT);
        for open in ["title", "awarding_body", "level", "workload", "class"] {
            assert!(!concealed.contains(&Path::key(open)), "{open}");
        }
        for hidden in ["awarded_date", "result", "learning_outcomes", "given_name", "family_name", "birthdate", "holder_identity"] {
            assert!(concealed.contains(&Path::key(hidden)), "{hidden}");
        }
        assert_eq!(claim_label(MICROCREDENTIAL_VCT, &Path::from(["level", "value"]), "nl").as_deref(), Some("Niveau"));
        let outcome = Path::key("learning_outcomes").child(3).child("title");
        assert_eq!(claim_label(MICROCREDENTIAL_VCT, &outcome, "en").as_deref(), Some("Learning outcome"));
    }
}
