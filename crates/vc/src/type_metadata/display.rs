//! Words for people: the name of a type and the label of a claim in the language that fits best.

use super::{ClaimDisplay, ClaimMetadata, Rendering, TypeDisplay, TypeMetadata};
use crate::sd_jwt::Path;

impl TypeMetadata {
    /// How the type is shown in `language` (`nl`, `en-GB` …): that language, else English, else what there is.
    pub fn display(&self, language: &str) -> Option<&TypeDisplay> {
        best(self.display.as_deref()?, language, |display| &display.locale)
    }

    /// Name of the type: for people, else for developers, else the type itself.
    pub fn display_name(&self, language: &str) -> Option<&str> {
        let named = self.display(language).map(|display| display.name.as_str());
        named.or(self.name.as_deref()).or(self.vct.as_deref())
    }

    /// How a card of this type looks.
    pub fn rendering(&self, language: &str) -> Option<&Rendering> {
        self.display(language).map(|display| &display.rendering)
    }

    /// What is said of the claim at `path`; of several entries the one with the fewest `null` steps.
    pub fn claim(&self, path: &Path) -> Option<&ClaimMetadata> {
        let fits = |claim: &&ClaimMetadata| claim.path.segments().len() == path.segments().len() && claim.path.covers(path);
        self.claims
            .iter()
            .filter(fits)
            .min_by_key(|claim| claim.path.segments().iter().filter(|s| **s == crate::sd_jwt::Segment::All).count())
    }

    /// How the claim at `path` is called.
    pub fn claim_display(&self, path: &Path, language: &str) -> Option<&ClaimDisplay> {
        best(self.claim(path)?.display.as_deref()?, language, |display| &display.locale)
    }

    /// Label of the claim at `path`.
    pub fn label(&self, path: &Path, language: &str) -> Option<&str> {
        self.claim_display(path, language).map(|display| display.label.as_str())
    }
}

/// The entry for `language`: the same tag, else the same language in any region, else English, else the first.
fn best<'d, T>(entries: &'d [T], language: &str, locale: impl Fn(&T) -> &String) -> Option<&'d T> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let exact = entries.iter().find(|entry| locale(entry).eq_ignore_ascii_case(language));
    let spoken = |language: &str| entries.iter().find(|entry| primary(locale(entry)) == primary(language));
    exact.or_else(|| spoken(language)).or_else(|| spoken("en")).or(entries.first())
}
