//! The links by which a question travels, each with a `request_uri`, `nonce` and `state` of its own.
//!
//! Nothing secret of a link is kept: its values are made anew from the role's MAC key when they are shown, and found by hash.

use http::RoleUrls;
use model::Timestamp;
use model::verification::{Question, VerificationId};
use openid4vc::{ClientMetadata, Flow, Prefix, Purpose, RequestParameters, ResponseMode, Text, VerifierInfo};
use storage::verifier::link::{LinkKind, NewLink};
use storage::{Result, VerifierStore, VerifierTx};
use vc::encoding::b64url;
use vc::key::Jwk;

/// Which of the links of a request.
#[derive(Clone, Copy)]
pub(crate) enum Way<'a> {
    /// `openid4vp://`, for any wallet app.
    App,
    /// The wallet that we know.
    Wallet,
    /// What the QR holds.
    Qr,
    /// The button on the request's page, for one browser.
    Page(&'a [u8]),
}

/// What belongs to one link.
pub(crate) struct LinkValues {
    link: String,
    /// Goes into presentations.
    pub(crate) nonce: String,
    /// Comes back with the answer.
    pub(crate) state: String,
}

impl LinkValues {
    fn of_link(store: &VerifierStore, link: String) -> Self {
        let state = part(store, "verifier.state", &link);
        Self { nonce: Self::nonce_of_state(store, &state), state, link }
    }

    /// The nonce of the link that has this `state`.
    pub(crate) fn nonce_of_state(store: &VerifierStore, state: &str) -> String {
        part(store, "verifier.nonce", state)
    }

    /// The values of a link that somebody opened.
    pub(crate) fn opened(store: &VerifierStore, link: &str) -> Self {
        Self::of_link(store, link.to_owned())
    }

    /// The values of a link that we show.
    pub(crate) fn shown(store: &VerifierStore, id: &VerificationId, way: Way<'_>) -> Self {
        let name = match way {
            Way::App => "app".to_owned(),
            Way::Wallet => "wallet".to_owned(),
            Way::Qr => "qr".to_owned(),
            Way::Page(browser) => format!("page.{}", b64url(browser)),
        };
        Self::of_link(store, part(store, "verifier.link", &format!("{}.{name}", id.as_str())))
    }

    /// Where a wallet fetches the signed object.
    pub(crate) fn request_uri(&self, urls: &RoleUrls) -> String {
        urls.own.at(&format!("/request/{}", self.link))
    }
}

/// 128 bits that only we can make, as text.
fn part(store: &VerifierStore, domain: &str, of: &str) -> String {
    b64url(store.mac(domain, of.as_bytes()).get(..16).unwrap_or_default())
}

/// Where answers to a question go; all its links have the same.
pub(crate) fn response_uri(urls: &RoleUrls, id: &VerificationId) -> String {
    urls.own.at(&format!("/response/{}", id.as_str()))
}

/// The page of a question.
pub(crate) fn page(urls: &RoleUrls, id: &VerificationId) -> String {
    urls.own.at(&format!("/r/{}", id.as_str()))
}

/// The kind under which a link is kept.
pub(crate) fn kind(question: &Question, way: Way<'_>) -> LinkKind {
    match (way, question.redirect_uri.is_some()) {
        (Way::App | Way::Wallet | Way::Page(_), true) => LinkKind::SameDevice,
        (Way::Page(_), false) => LinkKind::Page,
        (Way::App | Way::Wallet | Way::Qr, _) => LinkKind::CrossDevice,
    }
}

/// Keeps a link, so that it is found when it is opened and answered.
pub(crate) async fn keep(
    tx: &mut VerifierTx,
    values: &LinkValues,
    (id, question): (&VerificationId, &Question),
    way: Way<'_>,
    now: Timestamp,
) -> Result<()> {
    let kind = kind(question, way);
    let browser = match (way, kind) {
        (Way::Page(browser), LinkKind::Page) => Some(browser.to_vec()),
        _ => None,
    };
    tx.keep_link(&NewLink { link: &values.link, state: &values.state, verification: id, kind, browser }, now).await
}

/// The prefix of a question's client identifier.
pub(crate) fn prefix(question: &Question) -> Prefix {
    openid4vc::ClientId::parse(&question.client_id).map_or(Prefix::PreRegistered, |client| client.prefix())
}

/// Everything that a request says, for one link.
pub(crate) fn parameters(
    urls: &RoleUrls,
    (id, question): (&VerificationId, &Question),
    values: &LinkValues,
    kind: LinkKind,
    encryption_key: &Jwk,
) -> RequestParameters {
    let key = encryption_key.clone().with_kid(encryption_key.thumbprint()).with_use("enc").with_alg("ECDH-ES");
    let (name, contact) = match &question.asker {
        model::verification::Asker::Organisation(_) => (None, None),
        model::verification::Asker::Anybody { name, contact } => (Some(name.clone()), Some(contact.clone())),
    };
    let purpose = Purpose {
        purpose: Text { nl: question.purpose.nl.clone(), en: question.purpose.en.clone() },
        retention_days: question.retention_days,
        ground: Some(question.ground.clone()),
        privacy_page: question.privacy_page.clone(),
        flow: Some(if kind == LinkKind::CrossDevice { Flow::CrossDevice } else { Flow::SameDevice }),
        use_case: question.use_case.clone(),
        name: name.clone(),
        contact,
        onward: None,
        without_wallet: None,
    };
    RequestParameters {
        client_id: question.client_id.clone(),
        response_uri: response_uri(urls, id),
        response_mode: ResponseMode::from_name(&question.response_mode).unwrap_or(ResponseMode::DirectPostJwt),
        nonce: values.nonce.clone(),
        state: values.state.clone(),
        dcql_query: question.query.clone(),
        client_metadata: ClientMetadata::ours(&key, name),
        verifier_info: vec![VerifierInfo::purpose(&purpose)],
    }
}

/// The query of a link: a reference to the signed object, or for unsigned clients everything by value.
pub(crate) fn query(
    urls: &RoleUrls,
    (id, question): (&VerificationId, &Question),
    values: &LinkValues,
    kind: LinkKind,
    encryption_key: &Jwk,
) -> String {
    if prefix(question).is_signed() {
        RequestParameters::reference(&question.client_id, &values.request_uri(urls))
    } else {
        parameters(urls, (id, question), values, kind, encryption_key).query()
    }
}

/// A link that any wallet app opens.
pub(crate) fn for_app(query: &str) -> String {
    format!("openid4vp://?{query}")
}

/// A link to the wallet that we know; else one for any app.
pub(crate) fn for_wallet(urls: &RoleUrls, query: &str) -> String {
    urls.wallet.as_ref().map_or_else(|| for_app(query), |wallet| wallet.at(&format!("/authorize?{query}")))
}
