//! Issuing templates: what a course needs for its microcredential and OOAPI does not say, from versioned files.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::LocalText;
use model::achievement::{Alignment, LearningOutcome, Level, QualityAssurance, Workload};
use serde::Deserialize;
use serde_json::json;
use vc::Map;
use vc::bundled::{MICROCREDENTIAL_VCT, QualityFramework, QualityFrameworkError, quality_frameworks};
use vc::verify::lint_content;

const BUILT_IN: [&str; 2] = [include_str!("../../templates/hoger-onderwijs.json"), include_str!("../../templates/mbo.json")];

/// What a template's file says, and the template itself.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    /// Its name at the machine API.
    pub(crate) name: String,
    #[serde(rename = "version")]
    _version: u32,
    /// Codes of its course at the source, beside its name.
    #[serde(default)]
    courses: Vec<String>,
    /// Title, where the source has none.
    pub(crate) title: LocalText,
    /// Description, where the source has none.
    pub(crate) description: LocalText,
    /// Learning outcomes, where the source has none.
    pub(crate) learning_outcomes: Vec<Outcome>,
    /// What must be shown to get it, where the source does not say.
    #[serde(default)]
    pub(crate) criteria: Option<LocalText>,
    /// What somebody must know or have to begin, where the source does not say.
    #[serde(default)]
    pub(crate) prerequisites: Option<LocalText>,
    /// Workload, where the source has none.
    #[serde(default)]
    pub(crate) workload: Option<Workload>,
    /// Level, where the source has none.
    #[serde(default)]
    pub(crate) level: Option<Level>,
    /// How it is assessed.
    pub(crate) assessment_type: String,
    /// How it is followed.
    pub(crate) participation_type: String,
    /// How the assessment is supervised.
    pub(crate) supervision_type: String,
    /// Whether the identity is checked at the assessment.
    pub(crate) identity_checked: bool,
    quality_framework: FrameworkName,
    /// Code of the decision by which the course falls under that framework.
    #[serde(default)]
    decision: Option<String>,
    /// Language of instruction, where the source has none.
    pub(crate) language: String,
    /// `stand-alone` or `stackable`, where the source does not say.
    #[serde(default)]
    pub(crate) stackability: Option<String>,
    /// Programmes that it counts for.
    #[serde(default)]
    pub(crate) programme_identifiers: Vec<String>,
    /// Items of other frameworks that it meets.
    #[serde(default)]
    pub(crate) alignments: Vec<Alignment>,
    /// Its picture: an address, or a `data:` URI. Without one, the badge carries a drawing of ours.
    #[serde(default)]
    pub(crate) image: Option<String>,
    /// Where more can be read.
    #[serde(default)]
    pub(crate) further_information: Vec<String>,
    /// After how many years it ends; most do not.
    #[serde(default)]
    pub(crate) valid_years: Option<u32>,
    #[serde(skip)]
    quality: Option<Arc<QualityFramework>>,
}

/// One version of a quality framework, by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameworkName {
    id: String,
    version: String,
}

/// What the holder can do afterwards.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Outcome {
    nl: String,
    #[serde(default)]
    en: Option<String>,
    #[serde(default)]
    description: Option<LocalText>,
    #[serde(default)]
    uri: Option<String>,
}

impl Outcome {
    /// Its title in both languages.
    pub(crate) fn title(&self) -> LocalText {
        LocalText { nl: self.nl.clone(), en: self.en.clone() }
    }

    /// As a credential says it.
    pub(crate) fn claim(&self) -> LearningOutcome {
        let description = self.description.as_ref().map(|text| text.nl.clone());
        LearningOutcome { title: self.nl.clone(), description, uri: self.uri.clone() }
    }
}

/// A template could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Its file is not of this shape; the message names line and member.
    #[error("an issuing template is not readable: {0}")]
    Shape(#[from] serde_json::Error),
    /// A quality framework's file is not readable.
    #[error("a quality framework is not readable: {0}")]
    QualityFramework(#[from] QualityFrameworkError),
    /// It names a quality framework that is not there.
    #[error("issuing template {template} names the unknown quality framework {framework}")]
    Framework {
        /// The template.
        template: String,
        /// The framework, `id@version`.
        framework: String,
    },
    /// It says something that no credential may say.
    #[error("issuing template {template}: {finding}")]
    Element {
        /// The template.
        template: String,
        /// Code, place and element.
        finding: String,
    },
}

impl Template {
    /// The built-in templates and those of `more` (JSON arrays), by name; a later one replaces an earlier one. Quality frameworks
    /// are the built-in ones and those of `frameworks` (one JSON object each).
    pub(crate) fn all(more: &[String], frameworks: &[String]) -> Result<BTreeMap<String, Arc<Self>>, TemplateError> {
        let own = frameworks.iter().map(|text| QualityFramework::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let known: Vec<Arc<QualityFramework>> = quality_frameworks().iter().cloned().chain(own).map(Arc::new).collect();
        let mut all = BTreeMap::new();
        for text in BUILT_IN.iter().copied().chain(more.iter().map(String::as_str)) {
            for mut template in serde_json::from_str::<Vec<Self>>(text)? {
                let named = &template.quality_framework;
                let found = known.iter().rev().find(|framework| framework.id == named.id && framework.version == named.version);
                let Some(found) = found else {
                    let framework = format!("{}@{}", named.id, named.version);
                    return Err(TemplateError::Framework { template: template.name, framework });
                };
                template.quality = Some(Arc::clone(found));
                template.check()?;
                all.insert(template.name.clone(), Arc::new(template));
            }
        }
        Ok(all)
    }

    /// Whether its picture is one that a badge can carry: an address, or PNG or SVG as data of no more than 64 KiB.
    fn has_fit_picture(&self) -> bool {
        let Some(image) = &self.image else { return true };
        let data = ["data:image/png;base64,", "data:image/svg+xml;base64,"].iter().find_map(|head| image.strip_prefix(head));
        match data {
            Some(data) => vc::encoding::b64_decode(data).is_ok_and(|bytes| bytes.len() <= vc::open_badge::MAX_PICTURE),
            None => image.starts_with("https://") && url::Url::parse(image).is_ok(),
        }
    }

    /// What would keep every credential of it from being signed is told when the issuer opens, not when a learner comes.
    fn check(&self) -> Result<(), TemplateError> {
        let mut claims = json!({
            "title": self.title.nl, "description": self.description.nl, "assessment_type": self.assessment_type,
            "participation_type": self.participation_type, "supervision_type": self.supervision_type, "language": self.language,
            "learning_outcomes": self.learning_outcomes.iter().map(Outcome::claim).collect::<Vec<_>>(),
            "programme_identifiers": self.programme_identifiers, "quality_assurance": self.assurance(),
        });
        let optional = [
            ("workload", json!(self.workload)),
            ("level", json!(self.level)),
            ("stackability", json!(self.stackability)),
            ("criteria", json!(self.criteria.as_ref().map(|text| &text.nl))),
            ("prerequisites", json!(self.prerequisites.as_ref().map(|text| &text.nl))),
            ("alignments", json!(Some(&self.alignments).filter(|all| !all.is_empty()))),
            ("further_information", json!(Some(&self.further_information).filter(|all| !all.is_empty()))),
        ];
        if let Some(claims) = claims.as_object_mut() {
            claims.extend(optional.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)));
        }
        if !self.has_fit_picture() {
            return Err(TemplateError::Element { template: self.name.clone(), finding: "image (element 15, image)".to_owned() });
        }
        let empty = Map::new();
        let findings = lint_content(MICROCREDENTIAL_VCT, claims.as_object().unwrap_or(&empty));
        match findings.first() {
            None => Ok(()),
            Some(finding) => Err(TemplateError::Element { template: self.name.clone(), finding: finding.to_string() }),
        }
    }

    /// On what quality framework it rests.
    pub(crate) fn quality(&self) -> Option<&QualityFramework> {
        self.quality.as_deref()
    }

    /// What a credential says of that framework.
    pub(crate) fn assurance(&self) -> Option<QualityAssurance> {
        let quality = self.quality()?;
        Some(QualityAssurance {
            name: quality.name.clone(),
            url: quality.url.clone(),
            code: self.decision.clone().unwrap_or_else(|| quality.reference()),
            framework: quality.id.clone(),
            version: quality.version.clone(),
        })
    }

    /// Whether this is the template of the course with this code.
    pub(crate) fn is_for(&self, code: &str) -> bool {
        self.name == code || self.courses.iter().any(|course| course == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_templates_are_complete_and_within_their_framework() {
        let all = Template::all(&[], &[]).unwrap();
        for name in
            ["data-analyse-basis", "zorgtechnologie", "datavisualisatie", "interviewen", "toegankelijk-ontwerpen", "duurzaam-ondernemen"]
        {
            assert!(all.contains_key(name), "{name}");
        }
        for template in all.values() {
            assert!(template.workload.is_some() && template.level.is_some() && template.criteria.is_some(), "{}", template.name);
            assert!(!template.learning_outcomes.is_empty(), "{}", template.name);
        }
    }

    #[test]
    fn what_no_credential_may_say_is_refused_at_the_start() {
        let mut file: serde_json::Value = serde_json::from_str(BUILT_IN[0]).unwrap();
        let mut with = |change: &dyn Fn(&mut serde_json::Value)| {
            let mut template = file[0].take();
            let before = template.clone();
            change(&mut template);
            file[0] = before;
            Template::all(&[json!([template]).to_string()], &[]).map(|_| ()).unwrap_err().to_string()
        };
        let name = "issuing template data-analyse-basis";
        assert_eq!(with(&|t| t["workload"]["value"] = json!(2.5)), format!("{name}: workload at workload.value (element 7, workload)"));
        assert_eq!(with(&|t| t["level"]["value"] = json!("4")), format!("{name}: level at level.value (element 8, level)"));
        assert_eq!(
            with(&|t| t["assessment_type"] = json!("guessing")),
            format!("{name}: schema at assessment_type (element 9, type of assessment)")
        );
        let unknown = with(&|t| t["quality_framework"]["version"] = json!("9"));
        assert_eq!(unknown, format!("{name} names the unknown quality framework kwaliteitskader-ho@9"));
        assert!(with(&|t| t["colour"] = json!("blue")).starts_with("an issuing template is not readable"));
    }

    #[test]
    fn a_framework_of_the_institution_sets_its_own_limits() {
        let framework = json!({"id": "eigen-kader", "version": "2", "name": "Eigen kader", "url": "https://kader.example/2",
            "sectors": ["hbo"], "workload": [{"unit": "ects", "min": 1, "max": 2}],
            "levels": [{"framework": "EQF", "values": ["6"]}], "required": ["title", "workload", "image"]});
        let mut file: serde_json::Value = serde_json::from_str(BUILT_IN[0]).unwrap();
        let mut template = file[0].take();
        template["quality_framework"] = json!({"id": "eigen-kader", "version": "2"});
        let all = Template::all(&[json!([template]).to_string()], &[framework.to_string()]).unwrap();
        let assurance = all["data-analyse-basis"].assurance().unwrap();
        assert_eq!(
            (assurance.framework.as_str(), assurance.version.as_str(), assurance.code.as_str()),
            ("eigen-kader", "2", "eigen-kader@2")
        );
        assert!(matches!(Template::all(&[], &["{}".to_owned()]), Err(TemplateError::QualityFramework(_))));
    }
}
