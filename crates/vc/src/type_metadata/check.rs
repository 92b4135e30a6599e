//! A credential's claims against its type (section 5.6): what is mandatory, and what is selectively disclosable.

use super::issued::Issued;
use super::{ClaimMetadata, SelectiveDisclosure, TypeMetadata};
use crate::sd_jwt::{Path, SdJwt};

/// Something in a credential that its type does not allow. Never holds a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimViolation {
    /// Path of the type metadata.
    pub path: Path,
    /// What is wrong.
    pub problem: ClaimProblem,
}

/// What is wrong with a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimProblem {
    /// The path goes into something that is no object, or no array.
    Path,
    /// Mandatory, not there, and not merely undisclosed.
    Missing,
    /// Must be selectively disclosable, and is not.
    NotConcealed,
    /// Must not be selectively disclosable, and is.
    Concealed,
}

impl ClaimProblem {
    /// Stable code of the problem.
    pub fn code(self) -> &'static str {
        match self {
            Self::Path => "claim_path",
            Self::Missing => "claim_missing",
            Self::NotConcealed => "claim_not_concealed",
            Self::Concealed => "claim_concealed",
        }
    }
}

/// All places where a credential breaks the rules of its type. What was not disclosed is not missing.
pub fn check(metadata: &TypeMetadata, credential: &SdJwt) -> Vec<ClaimViolation> {
    let issued = Issued::new(credential);
    let found = |claim: &ClaimMetadata| problem(claim, &issued).map(|problem| ClaimViolation { path: claim.path.clone(), problem });
    metadata.claims.iter().filter_map(found).collect()
}

fn problem(claim: &ClaimMetadata, issued: &Issued<'_>) -> Option<ClaimProblem> {
    let Ok(selection) = issued.select(&claim.path) else { return Some(ClaimProblem::Path) };
    if claim.mandatory == Some(true) && selection.items.is_empty() && !selection.maybe_more {
        return Some(ClaimProblem::Missing);
    }
    match claim.sd.unwrap_or_default() {
        SelectiveDisclosure::Always if selection.items.iter().any(|item| !item.disclosable) => Some(ClaimProblem::NotConcealed),
        SelectiveDisclosure::Never if selection.items.iter().any(|item| item.disclosable) => Some(ClaimProblem::Concealed),
        _ => None,
    }
}
