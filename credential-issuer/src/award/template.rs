//! Issuing templates: what a course needs for its microcredential and OOAPI does not say, from versioned files.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::LocalText;
use model::achievement::{Level, Workload};
use serde::Deserialize;

use super::quality::QualityFramework;

const BUILT_IN: [&str; 2] = [include_str!("../../templates/hoger-onderwijs.json"), include_str!("../../templates/mbo.json")];

/// What a template's file says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(rename = "version")]
    _version: u32,
    #[serde(default)]
    courses: Vec<String>,
    title: LocalText,
    description: LocalText,
    learning_outcomes: Vec<LocalText>,
    #[serde(default)]
    workload: Option<WorkloadText>,
    #[serde(default)]
    level: Option<LevelText>,
    assessment_type: String,
    participation_type: String,
    supervision_type: String,
    identity_checked: bool,
    quality_framework: String,
    language: String,
    #[serde(default)]
    stackability: Option<String>,
    #[serde(default)]
    programme_identifiers: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkloadText {
    unit: model::achievement::WorkloadUnit,
    value: serde_json::Number,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LevelText {
    framework: String,
    value: String,
}

/// An issuing template.
pub(crate) struct Template {
    /// Its name at the machine API.
    pub(crate) name: String,
    /// Codes of its course at the source, beside its name.
    courses: Vec<String>,
    /// Title, where the source has none.
    pub(crate) title: LocalText,
    /// Description, where the source has none.
    pub(crate) description: LocalText,
    /// Learning outcomes, where the source has none.
    pub(crate) learning_outcomes: Vec<LocalText>,
    /// Workload, where the source has none.
    pub(crate) workload: Option<Workload>,
    /// Level, where the source has none.
    pub(crate) level: Option<Level>,
    /// How it is assessed.
    pub(crate) assessment_type: String,
    /// How it is followed.
    pub(crate) participation_type: String,
    /// How the assessment is supervised.
    pub(crate) supervision_type: String,
    /// Whether the identity is checked at the assessment.
    pub(crate) identity_checked: bool,
    /// On what quality framework it rests.
    pub(crate) quality: Arc<QualityFramework>,
    /// Language of instruction, where the source has none.
    pub(crate) language: String,
    /// `stand-alone` or `stackable`.
    pub(crate) stackability: Option<String>,
    /// Programmes that it counts for.
    pub(crate) programme_identifiers: Vec<String>,
}

/// A template could not be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// Its file is not of this shape; the message names line and member.
    #[error("an issuing template or quality framework is not readable: {0}")]
    Shape(#[from] serde_json::Error),
    /// It names a quality framework that is not there.
    #[error("issuing template {template} names the unknown quality framework {framework}")]
    Framework {
        /// The template.
        template: String,
        /// The framework.
        framework: String,
    },
}

impl Template {
    /// The built-in templates and those of `more` (JSON arrays), by name; a later one replaces an earlier one.
    pub(crate) fn all(more: &[String]) -> Result<BTreeMap<String, Arc<Self>>, TemplateError> {
        let frameworks = QualityFramework::built_in()?;
        let mut all = BTreeMap::new();
        for text in BUILT_IN.iter().copied().chain(more.iter().map(String::as_str)) {
            for file in serde_json::from_str::<Vec<File>>(text)? {
                let Some(quality) = frameworks.get(&file.quality_framework) else {
                    return Err(TemplateError::Framework { template: file.name, framework: file.quality_framework });
                };
                all.insert(file.name.clone(), Arc::new(Self::of(file, Arc::clone(quality))));
            }
        }
        Ok(all)
    }

    fn of(file: File, quality: Arc<QualityFramework>) -> Self {
        Self {
            workload: file.workload.map(|text| Workload { unit: text.unit, value: text.value }),
            level: file.level.map(|text| Level { framework: text.framework, value: text.value }),
            name: file.name,
            courses: file.courses,
            title: file.title,
            description: file.description,
            learning_outcomes: file.learning_outcomes,
            assessment_type: file.assessment_type,
            participation_type: file.participation_type,
            supervision_type: file.supervision_type,
            identity_checked: file.identity_checked,
            quality,
            language: file.language,
            stackability: file.stackability,
            programme_identifiers: file.programme_identifiers,
        }
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
        let all = Template::all(&[]).unwrap();
        for name in
            ["data-analyse-basis", "zorgtechnologie", "datavisualisatie", "interviewen", "toegankelijk-ontwerpen", "duurzaam-ondernemen"]
        {
            assert!(all.contains_key(name), "{name}");
        }
        for template in all.values() {
            assert!(template.workload.as_ref().is_some_and(|workload| template.quality.allows(workload)), "{}", template.name);
            assert!(template.level.is_some() && !template.learning_outcomes.is_empty(), "{}", template.name);
        }
    }
}
