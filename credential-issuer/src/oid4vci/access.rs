//! Access tokens at the credential, notification and connection endpoints (RFC 6750, RFC 9449): who holds one, and what it is for.

use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use http::{Bearer, Ctx, Failed, Kind};
use model::configuration::Configuration;
use openid4vc::CredentialErrorCode;
use openid4vc::credential::Wanted;
use openid4vc::dpop::USE_NONCE;
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{Grant, Purpose};

use super::credential::credential_identifier;
use super::dpop::{self, NotTaken};
use super::nonce::dpop_header;
use super::storage_failed;
use crate::Issuer;
use crate::institution::Institution;

/// 401 without an error code: nobody showed a token (RFC 6750 section 3.1, row C1).
fn missing() -> Failed {
    let failed = Failed::new(Kind::Unauthorized, "unauthorized");
    failed.with_header(WWW_AUTHENTICATE, HeaderValue::from_static("DPoP algs=\"ES256 EdDSA\""))
}

/// 401 `invalid_token`: unknown, expired, revoked, another institution's, for something else, or bound to a key that is not shown.
fn invalid() -> Failed {
    refused("invalid_token")
}

/// 401 with an error of RFC 9449 or RFC 6750 (rows C2, C3).
fn refused(code: &'static str) -> Failed {
    let challenge = match code {
        "invalid_dpop_proof" => "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 EdDSA\"",
        USE_NONCE => "DPoP error=\"use_dpop_nonce\", algs=\"ES256 EdDSA\"",
        _ => "DPoP error=\"invalid_token\", algs=\"ES256 EdDSA\"",
    };
    Failed::new(Kind::Unauthorized, code).with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}

/// A wallet that showed a live token for collecting.
pub(crate) struct Held {
    /// What it may collect, the oldest first; never empty.
    pub(crate) offers: Vec<OfferRow>,
    /// The client's identifier; none for a wallet that did not say who it is.
    pub(crate) client: Option<String>,
    /// Whether the token answer named credential identifiers: then a request names one of them, and only then.
    pub(crate) named: bool,
    /// Whether the token came of a refresh token: then more copies of what was collected are asked for with new keys.
    pub(crate) refreshed: bool,
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
    match grant.purpose {
        Purpose::Collect(offers) if !offers.is_empty() => {
            Ok(Held { offers, client: grant.client, named: grant.named, refreshed: grant.refreshed })
        }
        Purpose::Collect(_) | Purpose::Delivery => Err(invalid()),
    }
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
    (method, path): (&'static str, &str),
) -> Result<Grant, Failed> {
    let sent = Sent::read(headers)?;
    let mut tx = issuer.store.read().await.map_err(|error| storage_failed(&error))?;
    let found = tx.grant_of_token(institution.slug(), sent.token.token(), ctx.now()).await.map_err(|error| storage_failed(&error))?;
    drop(tx);
    let grant = found.filter(|grant| grant.is_bound() == sent.with_proof).ok_or_else(invalid)?;
    if !sent.with_proof {
        return Ok(grant);
    }
    let shown = dpop::shown(issuer, institution, ctx, headers, (method, path, Some(sent.token.token())));
    let shown = shown.map_err(|not| match not {
        NotTaken::Invalid => refused("invalid_dpop_proof"),
        NotTaken::Nonce => {
            let (name, value) = dpop_header(&issuer.store, institution.slug(), ctx);
            refused(USE_NONCE).with_header(name, value)
        }
    })?;
    let shown = shown.ok_or_else(|| refused("invalid_dpop_proof"))?;
    if !grant.fits_dpop(Some(shown.key())) {
        return Err(invalid());
    }
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if !shown.spend(&mut tx).await.map_err(|error| storage_failed(&error))? {
        return Err(refused("invalid_dpop_proof"));
    }
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    Ok(grant)
}

/// The one token of a request, and whether it came by the scheme that wants a proof with it (rows C1, C3).
struct Sent {
    token: Bearer,
    with_proof: bool,
}

impl Sent {
    fn read(headers: &HeaderMap) -> Result<Self, Failed> {
        if let Some(token) = Bearer::read(headers) {
            return Ok(Self { token, with_proof: false });
        }
        match Bearer::of_scheme(headers, "dpop") {
            Some(token) => Ok(Self { token, with_proof: true }),
            None if headers.contains_key(AUTHORIZATION) => Err(invalid()),
            None => Err(missing()),
        }
    }
}
