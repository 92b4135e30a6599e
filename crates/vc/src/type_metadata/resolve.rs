//! From a `vct` to all that describes it: which document is needed next, and the merging of what extends what.

use super::{ClaimMetadata, Integrity, SelectiveDisclosure, TypeMetadata, TypeMetadataError, parse};
use url::Url;

/// Most types in one chain of `extends`, the first one included.
pub const MAX_EXTENDS: usize = 8;

/// How far a resolution has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// This document is needed first. A `vct` that is no https URL is asked for as it is: a register or a bundle may have it.
    Needs(String),
    /// The type with all that it extends.
    Resolved(TypeMetadata),
}

/// Whether a type can be fetched from its own name: an https URL.
pub fn is_fetchable(vct: &str) -> bool {
    Url::parse(vct).is_ok_and(|url| url.scheme() == "https" && url.username().is_empty() && url.password().is_none())
}

/// Describes type `vct` from the documents that `have` gives, by their `vct`, byte for byte as served. `integrity` is the
/// credential's `vct#integrity`. To be called again with more until nothing is needed.
pub fn resolve<'d>(vct: &str, integrity: Option<&str>, have: &dyn Fn(&str) -> Option<&'d [u8]>) -> Result<Resolution, TypeMetadataError> {
    let mut integrity = match integrity {
        None => None,
        Some(text) => Some(Integrity::parse(text).ok_or(TypeMetadataError::Integrity)?),
    };
    let mut chain: Vec<TypeMetadata> = Vec::new();
    let mut next = Some(vct.to_owned());
    while let Some(wanted) = next {
        if chain.iter().any(|known| known.vct.as_ref() == Some(&wanted)) {
            return Err(TypeMetadataError::Circle);
        }
        if chain.len() == MAX_EXTENDS {
            return Err(TypeMetadataError::Depth);
        }
        let Some(bytes) = have(&wanted) else { return Ok(Resolution::Needs(wanted)) };
        if integrity.is_some_and(|integrity: Integrity| !integrity.fits(bytes)) {
            return Err(TypeMetadataError::Integrity);
        }
        let mut document = parse(bytes)?;
        if document.vct.get_or_insert(wanted.clone()) != &wanted {
            return Err(TypeMetadataError::Type);
        }
        next = document.extends.as_ref().map(|extends| extends.vct.clone());
        integrity = document.extends.as_ref().and_then(|extends| extends.integrity.clone());
        chain.push(document);
    }
    let base = chain.pop().unwrap_or_default();
    chain.into_iter().rev().try_fold(base, extend).map(Resolution::Resolved)
}

/// `child` with what it takes over from `base` (sections 5.4, 5.5.2 and 5.6.4).
fn extend(base: TypeMetadata, mut child: TypeMetadata) -> Result<TypeMetadata, TypeMetadataError> {
    child.display = child.display.or(base.display);
    let mut claims = base.claims;
    for claim in child.claims {
        match claims.iter_mut().find(|inherited| inherited.path == claim.path) {
            Some(inherited) => override_claim(inherited, claim)?,
            None => claims.push(claim),
        }
    }
    child.claims = claims;
    Ok(child)
}

/// Each member that the child has takes the place of the inherited one, where that is allowed.
fn override_claim(inherited: &mut ClaimMetadata, child: ClaimMetadata) -> Result<(), TypeMetadataError> {
    if let Some(sd) = child.sd {
        if inherited.sd.is_some_and(|fixed| fixed != SelectiveDisclosure::Allowed && fixed != sd) {
            return Err(TypeMetadataError::Contradiction);
        }
        inherited.sd = Some(sd);
    }
    if let Some(mandatory) = child.mandatory {
        if inherited.mandatory == Some(true) && !mandatory {
            return Err(TypeMetadataError::Contradiction);
        }
        inherited.mandatory = Some(mandatory);
    }
    inherited.display = child.display.or(inherited.display.take());
    inherited.svg_id = child.svg_id.or(inherited.svg_id.take());
    Ok(())
}
