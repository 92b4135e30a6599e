//! What the demo's learners do, each in a browser of their own.

use super::browser::{Browser, BrowserError};
use super::plan::Plan;

/// A learner of the demo.
pub(super) struct Learner {
    pub(super) persona: &'static str,
    /// Slugs of the institutions that know them.
    pub(super) institutions: &'static [&'static str],
}

/// Both learners.
pub(super) fn all(plan: &Plan) -> Vec<Learner> {
    let learners = plan.world.personas().iter().filter_map(|persona| match persona.kind {
        sandbox::PersonaKind::Learner(institutions) => Some(Learner { persona: persona.id, institutions }),
        sandbox::PersonaKind::Staff { .. } => None,
    });
    learners.collect()
}

/// What a share is made of.
pub(super) struct Sharing {
    /// A word of the credential's page.
    pub(super) about: &'static str,
    /// For whom.
    pub(super) label: &'static str,
}

impl Learner {
    /// A browser of their own, that nobody used yet. The wallet knows it again, as it does a person's.
    pub(super) fn browser(plan: &Plan) -> Result<Browser, BrowserError> {
        Browser::new(&plan.agent)
    }

    /// Signs in, when they are not, and stands on the overview.
    pub(super) async fn sign_in(&self, plan: &Plan, browser: &mut Browser) -> Result<(), BrowserError> {
        browser.open(&plan.wallet.at("/wallet")).await?;
        browser.sign_in_if_asked(self.persona).await
    }

    /// Connects an institution: says yes at the wallet, signs in at the institution, says yes there.
    pub(super) async fn connect(&self, plan: &Plan, browser: &mut Browser, slug: &str) -> Result<(), BrowserError> {
        browser.open(&plan.wallet.at(&format!("/wallet/institutions/{slug}/connect"))).await?;
        browser.submit("/connect", &[]).await?;
        browser.follow("continue").await?;
        browser.sign_in_if_asked(self.persona).await?;
        browser.press("choice", "allow", &[]).await
    }

    /// Makes a share link of the first credential whose page has the words, and gives the link.
    pub(super) async fn share(&self, plan: &Plan, browser: &mut Browser, sharing: &Sharing) -> Result<Option<String>, BrowserError> {
        browser.open(&plan.wallet.at("/wallet")).await?;
        for id in browser.linked("/wallet/credentials/") {
            browser.open(&plan.wallet.at(&format!("/wallet/credentials/{id}"))).await?;
            if !browser.body().contains(sharing.about) {
                continue;
            }
            browser.open(&plan.wallet.at(&format!("/wallet/share?c={id}"))).await?;
            browser.submit("/wallet/share", &[("label", sharing.label)]).await?;
            return Ok(browser.value("link").map(str::to_owned));
        }
        Ok(None)
    }
}
