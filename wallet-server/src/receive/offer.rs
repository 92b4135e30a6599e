//! Reads an offer from where it stands, checks it against its issuer's metadata, and says what the learner is to see of it.

use std::sync::Arc;

use http::egress::{Egress, EgressError, Outgoing};
use http::failure::{Failure, Kind};
use model::held::ClaimLabel;
use model::receipt::{Came, OfferContent, OfferGrant, OfferedCredential, TxCode};
use model::{LocalText, Timestamp, receipt};
use openid4vc::issuer_metadata::{CredentialConfiguration, Display};
use openid4vc::offer::{self, InputMode, check_media_type};
use openid4vc::{CredentialOffer, OfferError, OfferSource};
use url::Url;

use super::issuer::{Documents, IssuerDocuments, IssuerError};

/// Why an offer cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OfferReadError {
    /// The link or the offer breaks the rules (rows O1 to O6).
    #[error("the offer breaks the rules: {0}")]
    Offer(OfferError),
    /// It was there and is over, or it never was.
    #[error("there is no such offer any more")]
    Gone,
    /// It answered with a redirect.
    #[error("the offer's address answered with a redirect")]
    Redirect,
    /// The offer's text is too long.
    #[error("the offer is too large")]
    TooLarge,
    /// Nothing usable came back.
    #[error("the offer could not be fetched")]
    Unreachable(#[source] Option<EgressError>),
    /// No grant that can be used here.
    #[error("the offer has no grant that can be used")]
    Grant,
    /// The form of a draft before 13.
    #[error("the offer is of an old draft")]
    Old,
    /// The issuer's metadata cannot be used.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
}

impl Failure for OfferReadError {
    fn kind(&self) -> Kind {
        match self {
            Self::Offer(_) | Self::Grant | Self::Old => Kind::Refused,
            Self::Gone => Kind::Gone,
            Self::Redirect | Self::TooLarge | Self::Unreachable(_) => Kind::Upstream,
            Self::Issuer(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Offer(error) => error.code(),
            Self::Gone => "offer_gone",
            Self::Redirect => "offer_redirect",
            Self::TooLarge => "offer_too_large",
            Self::Unreachable(_) => "offer_unreachable",
            Self::Grant => "offer_grant",
            Self::Old => "offer_old",
            Self::Issuer(error) => error.code(),
        }
    }
}

impl From<OfferError> for OfferReadError {
    fn from(error: OfferError) -> Self {
        Self::Offer(error)
    }
}

impl From<EgressError> for OfferReadError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Scheme => Self::Offer(OfferError::UriScheme),
            EgressError::Address => Self::Offer(OfferError::UriAddress),
            EgressError::Redirect => Self::Redirect,
            EgressError::TooLarge => Self::TooLarge,
            other => Self::Unreachable(Some(other)),
        }
    }
}

/// An offer as read.
pub(crate) struct ReadOffer {
    /// What it says.
    pub(crate) offer: CredentialOffer,
    /// Its JSON.
    pub(crate) text: String,
}

/// The checks of an offer link that need no connection, so that they are answered before any login (rows O1 to O3, M2).
///
/// # Errors
/// [`OfferReadError`].
pub(crate) fn check_link(egress: &Egress, query: &str) -> Result<OfferSource, OfferReadError> {
    let source = OfferSource::from_query(query, egress.allows_localhost())?;
    match &source {
        OfferSource::Reference(url) => egress.check(url.as_str())?,
        OfferSource::Value(text) => check_issuer(egress, text)?,
    }
    Ok(source)
}

/// Row M2 of an offer that stands in the link itself. Whatever else is wrong with it is said after the login.
fn check_issuer(egress: &Egress, text: &str) -> Result<(), OfferReadError> {
    match CredentialOffer::parse(text.as_bytes(), egress.allows_localhost()) {
        Err(error @ OfferError::Issuer) => Err(error.into()),
        Ok(offer) => egress.check(&offer.credential_issuer).map_err(|_| OfferReadError::Offer(OfferError::Issuer)),
        Err(_) => Ok(()),
    }
}

/// Reads an offer: fetched as JSON, never as a JWT (row O4), and well-formed (row O5).
///
/// # Errors
/// [`OfferReadError`].
pub(crate) async fn read(egress: &Egress, source: &OfferSource) -> Result<ReadOffer, OfferReadError> {
    let text = match source {
        OfferSource::Value(text) => text.clone(),
        OfferSource::Reference(url) => fetch(egress, url.as_str()).await?,
    };
    match CredentialOffer::parse(text.as_bytes(), egress.allows_localhost()) {
        Err(OfferError::Invalid) if is_old(&text) => Err(OfferReadError::Old),
        Ok(_) if is_old(&text) => Err(OfferReadError::Old),
        offer => Ok(ReadOffer { offer: offer?, text }),
    }
}

/// Whether an offer is of a draft before 13: it lists `credentials`, or asks for a PIN in a way that says nothing of it.
fn is_old(text: &str) -> bool {
    let Ok(offer) = vc::strict_json::parse(text.as_bytes()) else { return false };
    let grants = offer.get("grants").and_then(serde_json::Value::as_object);
    let pin = |grant: &serde_json::Value| grant.get("user_pin_required") == Some(&true.into()) && grant.get("tx_code").is_none();
    let listed = offer.get("credentials").is_some() && offer.get("credential_configuration_ids").is_none();
    listed || grants.is_some_and(|grants| grants.values().any(pin))
}

/// Fetches the text of an offer; each fetch gives a fresh code.
///
/// # Errors
/// [`OfferReadError`].
pub(crate) async fn fetch(egress: &Egress, uri: &str) -> Result<String, OfferReadError> {
    offer::reference(uri, egress.allows_localhost())?;
    let answer = egress.send(Outgoing::get(uri).accept("application/json")).await?;
    match answer.status {
        200 => {}
        404 | 410 => return Err(OfferReadError::Gone),
        _ => return Err(OfferReadError::Unreachable(None)),
    }
    check_media_type(answer.headers.get(axum::http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok()))?;
    answer.text().map(str::to_owned).ok_or(OfferReadError::Offer(OfferError::Invalid))
}

/// An offer with its issuer's documents, checked against each other (row O6).
pub(crate) struct KnownOffer {
    /// What it says.
    pub(crate) offer: CredentialOffer,
    /// What its issuer says.
    pub(crate) documents: Arc<Documents>,
    /// How it is fetched.
    pub(crate) grant: OfferGrant,
}

/// Reads the issuer's documents and checks that they fit the offer.
///
/// # Errors
/// [`OfferReadError`].
pub(crate) async fn with_issuer(
    egress: &Egress,
    issuers: &IssuerDocuments,
    offer: CredentialOffer,
    now: Timestamp,
) -> Result<KnownOffer, OfferReadError> {
    let grant = grant(&offer);
    let documents = issuers.read(egress, &offer.credential_issuer, offer.authorization_server(), grant, now).await?;
    offer.check_against(&documents.metadata)?;
    let server = &documents.server;
    let spoken = server.token_endpoint.is_some() && (grant == OfferGrant::PreAuthorizedCode || server.authorization_endpoint.is_some());
    if spoken { Ok(KnownOffer { offer, documents, grant }) } else { Err(OfferReadError::Grant) }
}

/// How an offer is fetched: with the code that is in it, where there is one. An offer without grants is fetched with a login.
fn grant(offer: &CredentialOffer) -> OfferGrant {
    if offer.pre_authorized().is_some() { OfferGrant::PreAuthorizedCode } else { OfferGrant::AuthorizationCode }
}

impl KnownOffer {
    /// What the learner sees of it before accepting, and what redeeming starts from.
    pub(crate) fn content(&self, source: &OfferSource, text: &str, came: Came, now: Timestamp) -> OfferContent {
        let configurations = &self.documents.metadata.credential_configurations_supported;
        let ids = &self.offer.credential_configuration_ids;
        let offered = ids.iter().filter_map(|id| configurations.get(id).map(|configuration| described(id, configuration)));
        OfferContent {
            source: match source {
                OfferSource::Reference(url) => receipt::OfferSource::Uri(url.to_string()),
                OfferSource::Value(_) => receipt::OfferSource::Value,
            },
            text: text.to_owned(),
            read_at: now.millis(),
            offered: offered.collect(),
            tx_code: self.offer.tx_code().map(|code| TxCode {
                numeric: code.input_mode != Some(InputMode::Text),
                length: code.length.map(u32::from),
                description: code.description.clone(),
            }),
            grant: self.grant,
            came,
            issuer_name: named(&self.documents.metadata.display, |display| display.name.as_ref()),
        }
    }
}

/// What the metadata says of one configuration.
fn described(id: &str, configuration: &CredentialConfiguration) -> OfferedCredential {
    let metadata = configuration.credential_metadata.as_ref();
    let display = metadata.map(|metadata| metadata.display.as_slice()).unwrap_or_default();
    let claims = metadata.map(|metadata| metadata.claims.as_slice()).unwrap_or_default();
    OfferedCredential {
        configuration: id.to_owned(),
        format: configuration.format.clone(),
        vct: configuration.vct.clone(),
        types: configuration.types().to_vec(),
        name: named(display, |display| display.name.as_ref()).unwrap_or_else(|| LocalText::same(id)),
        description: named(display, |display| display.description.as_ref()),
        claims: claims
            .iter()
            .filter(|claim| is_shown(&claim.path))
            .filter_map(|claim| named(&claim.display, |d| d.name.as_ref()))
            .collect(),
        labels: claims.iter().filter_map(|claim| label(&claim.path, named(&claim.display, |d| d.name.as_ref())?)).collect(),
    }
}

fn label(path: &[serde_json::Value], label: LocalText) -> Option<ClaimLabel> {
    (!path.is_empty()).then(|| ClaimLabel { path: path.to_vec(), label })
}

/// Claims of the top level, once: what a credential has in several languages is one claim to its reader.
fn is_shown(path: &[serde_json::Value]) -> bool {
    matches!(path, [serde_json::Value::String(name)] if !name.ends_with("_by_language"))
}

/// Texts of several locales as one text in our two languages. The first one stands in for Dutch when there is none.
fn named(displays: &[Display], text: impl Fn(&Display) -> Option<&String>) -> Option<LocalText> {
    let in_language = |language: &str| {
        let spoken = |display: &&Display| display.locale.as_deref().is_some_and(|locale| locale.starts_with(language));
        displays.iter().find(spoken).and_then(&text).cloned()
    };
    let nl = in_language("nl").or_else(|| displays.iter().find_map(&text).cloned())?;
    Some(LocalText { nl, en: in_language("en") })
}

/// An offer's address when it is below the issuer's own: an institution delivers what is its own, so that its key cannot be used to
/// send this server elsewhere.
pub(crate) fn at_issuer(uri: &str, issuer: &str, egress: &Egress) -> Option<Url> {
    let url = offer::reference(uri, egress.allows_localhost()).ok()?;
    let below = uri.strip_prefix(issuer).is_some_and(|rest| rest.starts_with('/'));
    below.then_some(url)
}

/// What tells an offer from others: its address, or its text.
pub(crate) fn source_key(source: &OfferSource) -> String {
    match source {
        OfferSource::Reference(url) => url.to_string(),
        OfferSource::Value(text) => text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn display(locale: Option<&str>, name: &str) -> Display {
        Display { name: Some(name.to_owned()), locale: locale.map(str::to_owned), ..Display::default() }
    }

    #[test]
    fn names_come_in_our_languages() {
        let name = |displays: &[Display]| named(displays, |display| display.name.as_ref());
        assert_eq!(name(&[display(Some("en-GB"), "Proof"), display(Some("nl-NL"), "Bewijs")]), Some(LocalText::new("Bewijs", "Proof")));
        assert_eq!(name(&[display(Some("de"), "Nachweis")]), Some(LocalText { nl: "Nachweis".to_owned(), en: None }));
        assert_eq!(name(&[]), None);
    }
}
