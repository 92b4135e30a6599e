//! Every page in every state, for tests, the gallery and the browser run, which fails when it misses one.

use crate::PageView;

/// One page in one state.
pub struct Sample {
    /// Group and name of the page: `overview`.
    pub page: &'static str,
    /// The state, unique within the page.
    pub state: &'static str,
    /// The page.
    pub view: Box<dyn PageView>,
}

/// Every page of every role in every state.
pub fn all() -> Vec<Sample> {
    let mut all = Vec::new();
    learner(&mut all);
    public(&mut all);
    verifier(&mut all);
    issuer(&mut all);
    all
}

fn learner(all: &mut Vec<Sample>) {
    add(all, "welcome", crate::welcome::Welcome::samples());
    add(all, "overview", crate::overview::Overview::samples());
    add(all, "credential", crate::credential::Credential::samples());
    add(all, "credential-delete", crate::credential::DeleteCredential::samples());
    add(all, "offer", crate::offer::Offer::samples());
    add(all, "scan", crate::scan::Scan::samples());
    add(all, "import", crate::import::ImportForm::samples());
    add(all, "import-look", crate::import::ImportPage::samples());
    add(all, "platforms", crate::platforms::Platforms::samples());
    add(all, "platform-asks", crate::platforms::PlatformAsks::samples());
    add(all, "institutions", crate::connect::Institutions::samples());
    add(all, "connect", crate::connect::Connect::samples());
    add(all, "continue", crate::connect::Continue::samples());
    add(all, "consent", crate::consent::Consent::samples());
    add(all, "consent-missing", crate::answered::Missing::samples());
    add(all, "consent-closed", crate::answered::Closed::samples());
    add(all, "answered", crate::answered::Answered::samples());
    add(all, "share-choose", crate::share::ChooseShare::samples());
    add(all, "share-new", crate::share::NewShare::samples());
    add(all, "share", crate::share::Share::samples());
    add(all, "shares", crate::share::Shares::samples());
    add(all, "activity", crate::activity::Activity::samples());
    add(all, "activity-detail", crate::activity::ActivityDetail::samples());
    add(all, "activity-remove", crate::activity::RemoveActivity::samples());
    add(all, "permission-give", crate::permission::GivePermission::samples());
    add(all, "permissions", crate::permission::Permissions::samples());
    add(all, "letter", crate::activity::Letter::samples());
    add(all, "feed", crate::feed::Feed::samples());
    add(all, "settings", crate::settings::Privacy::samples());
    add(all, "settings-notices", crate::settings::notices::Notices::samples());
}

fn public(all: &mut Vec<Sample>) {
    add(all, "verdict", crate::verdict::VerdictPage::samples());
    add(all, "certificate", crate::certificate::CertificatePage::samples());
    add(all, "pin", crate::shared_link::PinPage::samples());
    add(all, "ended", crate::shared_link::EndedPage::samples());
    add(all, "verify", crate::verify::VerifyPage::samples());
    add(all, "proof", crate::activity::ProofPage::samples());
    add(all, "legal", crate::legal::LegalPage::samples());
    add(all, "error", crate::error::ErrorPage::samples());
    add(all, "session-ended", crate::error::SessionEndedPage::samples());
}

fn verifier(all: &mut Vec<Sample>) {
    add(all, "verifier-start", crate::ask::StartPage::samples());
    add(all, "verifier-ask", crate::ask::AskPage::samples());
    add(all, "verifier-request", crate::ask::RequestPage::samples());
    add(all, "verifier-asked", crate::ask::AskedPage::samples());
}

fn issuer(all: &mut Vec<Sample>) {
    add(all, "issuer-home", crate::issuer::IssuerHomePage::samples());
    add(all, "issuer-institution", crate::issuer::InstitutionPage::samples());
    add(all, "issuer-achievement", crate::issuer::AchievementPage::samples());
    add(all, "issuer-choice", crate::issuer::ChoicePage::samples());
    add(all, "issuer-nothing", crate::issuer::NothingWaitsPage::samples());
    add(all, "desk-sign-in", crate::desk::DeskSignInPage::samples());
    add(all, "desk-results", crate::desk::ResultsPage::samples());
    add(all, "desk-decision", crate::desk_decision::DecisionPage::samples());
    add(all, "desk-offer", crate::desk_offer::MakeOfferPage::samples());
    add(all, "desk-offer-made", crate::desk_offer::OfferMadePage::samples());
    add(all, "desk-no-offer", crate::desk_offer::NoOfferPage::samples());
    add(all, "desk-issued", crate::desk::IssuedPage::samples());
    add(all, "desk-credential", crate::desk::IssuedCredentialPage::samples());
    add(all, "desk-confirm", crate::desk::ConfirmStatusPage::samples());
}

/// Adds the states of one page.
pub(crate) fn add<P: PageView + 'static>(all: &mut Vec<Sample>, page: &'static str, states: Vec<(&'static str, P)>) {
    all.extend(states.into_iter().map(|(state, view)| Sample { page, state, view: Box::new(view) }));
}
