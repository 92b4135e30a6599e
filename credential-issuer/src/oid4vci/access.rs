//! Access tokens at the credential, notification and connection endpoints (RFC 6750, RFC 9449): who holds one, and what it is for.

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue};
use http::{Bearer, Ctx, Failed, Kind};
use model::configuration::Configuration;
use openid4vc::CredentialErrorCode;
use openid4vc::credential::Wanted;
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{Grant, Purpose};

use super::credential::credential_identifier;
use super::storage_failed;
use crate::Issuer;
use crate::institution::Institution;

/// 401 without an error code: nobody showed a token (RFC 6750 section 3.1, row C1).
pub(crate) fn missing() -> Failed {
    Failed::new(Kind::Unauthorized, "unauthorized").with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

/// 401 `invalid_token`: unknown, expired, revoked, another institution's, or for something else.
pub(crate) fn invalid() -> Failed {
    let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
    Failed::new(Kind::Unauthorized, "invalid_token").with_header(WWW_AUTHENTICATE, challenge)
}

/// A wallet that showed a live token for collecting.
pub(crate) struct Held {
    /// What it may collect, the oldest first; never empty.
    pub(crate) offers: Vec<OfferRow>,
    /// The client's identifier; none for a wallet that did not say who it is.
    pub(crate) client: Option<String>,
    /// Whether the token answer named credential identifiers: then a request names one of them, and only then.
    pub(crate) named: bool,
}

impl Held {
    /// What limits count by: the same for every token of an offer.
    pub(crate) fn key(&self) -> &str {
        self.offers.first().map_or("", |offer| offer.id.as_str())
    }

    /// The offer and the configuration that a request names (OpenID4VCI section 8.2).
    pub(crate) fn wanted(&self, issuer: &Issuer, wanted: &Wanted) -> Result<(&OfferRow, Configuration), CredentialErrorCode> {
        match wanted {
            Wanted::Configuration(id) => {
                let configuration = Configuration::parse(id).ok_or(CredentialErrorCode::UnknownCredentialConfiguration)?;
                if self.named {
                    return Err(CredentialErrorCode::InvalidCredentialRequest);
                }
                let offer = self.offers.iter().find(|offer| offer.configurations.iter().any(|offered| offered == id));
                // Known here, and not in this offer: nothing that another request could heal.
                offer.map(|offer| (offer, configuration)).ok_or(CredentialErrorCode::CredentialRequestDenied)
            }
            Wanted::Identifier(id) => self.identified(issuer, id).ok_or(CredentialErrorCode::UnknownCredentialIdentifier),
        }
    }

    fn identified(&self, issuer: &Issuer, id: &str) -> Option<(&OfferRow, Configuration)> {
        let is = |(offer, form): &(&OfferRow, Configuration)| credential_identifier(issuer, &offer.id, form.id()) == *id;
        self.forms().into_iter().filter(|_| self.named).find(is)
    }

    /// Every form of every offer, in order.
    pub(crate) fn forms(&self) -> Vec<(&OfferRow, Configuration)> {
        let mut forms = Vec::new();
        for offer in &self.offers {
            forms.extend(offer.configurations.iter().filter_map(|id| Configuration::parse(id)).map(|form| (offer, form)));
        }
        forms
    }
}

/// The offers that the token of a request is for. `path` is the endpoint's, below the institution's identifier.
pub(crate) async fn offer(issuer: &Issuer, institution: &Institution, ctx: &Ctx, headers: &HeaderMap, path: &str) -> Result<Held, Failed> {
    let grant = grant(issuer, institution, ctx, headers, ("POST", path)).await?;
    let Purpose::Collect(ids) = grant.purpose else { return Err(invalid()) };
    let mut offers = Vec::with_capacity(ids.len());
    let mut tx = issuer.store.read().await.map_err(|error| storage_failed(&error))?;
    for id in &ids {
        offers.extend(tx.offer(institution.slug(), id).await.map_err(|error| storage_failed(&error))?);
    }
    if offers.is_empty() { Err(invalid()) } else { Ok(Held { offers, client: grant.client, named: grant.named }) }
}

/// The person and the client that the token of a request may make a connection of.
pub(crate) async fn delivery(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    headers: &HeaderMap,
    (method, path): (&'static str, &str),
) -> Result<(String, String), Failed> {
    let grant = grant(issuer, institution, ctx, headers, (method, path)).await?;
    match (grant.purpose, grant.client) {
        (Purpose::Delivery, Some(client)) => Ok((grant.person, client)),
        _ => Err(invalid()),
    }
}

async fn grant(
    issuer: &Issuer,
    institution: &Institution,
    ctx: &Ctx,
    headers: &HeaderMap,
    (_method, _path): (&'static str, &str),
) -> Result<Grant, Failed> {
    let bearer = Bearer::read(headers).ok_or_else(|| if headers.contains_key("authorization") { invalid() } else { missing() })?;
    let mut tx = issuer.store.read().await.map_err(|error| storage_failed(&error))?;
    let grant = tx.grant_of_token(institution.slug(), bearer.token(), ctx.now()).await.map_err(|error| storage_failed(&error))?;
    grant.filter(|grant| !grant.is_bound()).ok_or_else(invalid)
}
