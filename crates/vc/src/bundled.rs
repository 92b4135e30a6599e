//! The credential types that every build knows: names, labels, concealed claims and schemas, read from `schemas/`.

use crate::encoding::integrity;
use crate::json_schema::Schema;
use crate::sd_jwt::Path;
use serde::Deserialize;
use std::sync::LazyLock;

/// `vct` of the microcredential.
pub const MICROCREDENTIAL_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-microcredential/1";
/// `vct` of the proof of enrolment.
pub const ENROLMENT_VCT: &str = "https://w3id.org/eduwallet-nl/vct/nl-enrolment/1";

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

/// Both types. A file that does not parse would leave its type out; tests count them.
static TYPES: LazyLock<Vec<CredentialType>> = LazyLock::new(|| {
    let files = [
        (
            MICROCREDENTIAL_VCT,
            "microcredential",
            include_str!("../../../schemas/vct/nl-microcredential-1.json"),
            include_str!("../../../schemas/microcredential.schema.json"),
        ),
        (
            ENROLMENT_VCT,
            "enrolment",
            include_str!("../../../schemas/vct/nl-enrolment-1.json"),
            include_str!("../../../schemas/enrolment.schema.json"),
        ),
    ];
    files
        .into_iter()
        .filter_map(|(vct, short_name, metadata, schema_text)| {
            let Metadata { display, claims } = serde_json::from_str(metadata).ok()?;
            let schema = Schema::parse(schema_text).ok()?;
            let integrity = integrity(metadata.as_bytes());
            Some(CredentialType { vct, short_name, metadata, schema_text, display, claims, schema, integrity })
        })
        .collect()
});

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
