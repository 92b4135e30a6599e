//! Quality frameworks: the limits of a microcredential's size, from versioned files, never from code.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::achievement::{QualityAssurance, Workload, WorkloadUnit};
use serde::Deserialize;

const BUILT_IN: [&str; 2] =
    [include_str!("../../quality/kwaliteitskader-ho-1.json"), include_str!("../../quality/kwaliteitskader-mbo-1.json")];

/// One version of a quality framework.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QualityFramework {
    id: String,
    version: String,
    name: String,
    url: String,
    workload: Vec<Limits>,
}

/// The limits of a workload in one unit. What a framework has no limits for, it does not allow.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    unit: WorkloadUnit,
    min: f64,
    max: Option<f64>,
    step: Option<f64>,
}

impl QualityFramework {
    /// The built-in frameworks by id.
    pub(crate) fn built_in() -> Result<BTreeMap<String, Arc<Self>>, serde_json::Error> {
        BUILT_IN
            .iter()
            .map(|text| serde_json::from_str::<Self>(text).map(|framework| (framework.id.clone(), Arc::new(framework))))
            .collect()
    }

    /// Whether a workload is within the limits.
    pub(crate) fn allows(&self, workload: &Workload) -> bool {
        let Some(value) = workload.value.as_f64() else { return false };
        self.workload.iter().filter(|limits| limits.unit == workload.unit).any(|limits| limits.hold(value))
    }

    /// What a credential says of it.
    pub(crate) fn assurance(&self) -> QualityAssurance {
        QualityAssurance { name: self.name.clone(), url: self.url.clone(), code: format!("{}@{}", self.id, self.version) }
    }
}

impl Limits {
    fn hold(&self, value: f64) -> bool {
        let stepped = self.step.is_none_or(|step| (value / step).fract().abs() < 1e-9);
        value >= self.min && self.max.is_none_or(|max| value <= max) && stepped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(framework: &str, unit: WorkloadUnit, value: f64) -> bool {
        let value = serde_json::Number::from_f64(value).unwrap();
        QualityFramework::built_in().unwrap()[framework].allows(&Workload { unit, value })
    }

    #[test]
    fn limits_come_from_the_file() {
        let ects = |value| allows("kwaliteitskader-ho-1", WorkloadUnit::Ects, value);
        assert!(ects(3.0) && ects(3.5) && ects(30.0));
        assert!(!ects(2.5) && !ects(3.25) && !ects(30.5));
        let sbu = |value| allows("kwaliteitskader-mbo-1", WorkloadUnit::Sbu, value);
        assert!(sbu(240.0) && sbu(4800.0) && !sbu(239.0));
        assert!(!allows("kwaliteitskader-mbo-1", WorkloadUnit::Ects, 5.0));
    }
}
