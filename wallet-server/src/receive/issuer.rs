//! What an issuer says about itself: its metadata and that of its authorization server, fetched with care (rows M1 to M7).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::egress::{Answer, Egress, EgressError, Outgoing};
use http::failure::{Failure, Kind};
use model::Timestamp;
use model::receipt::OfferGrant;
use openid4vc::issuer_metadata::{IssuerMetadataError, check_media_type};
use openid4vc::server_metadata::ServerMetadataError;
use openid4vc::well_known::{self, Document};
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata};

/// For how long metadata is believed, in seconds.
const KEPT_FOR: i64 = 60;
/// How many issuers are remembered.
const KEPT: usize = 256;
/// How many authorization servers of an issuer are looked at.
const SERVERS: usize = 4;

/// The two documents of an issuer.
pub(crate) struct Documents {
    /// What it issues, and where.
    pub(crate) metadata: IssuerMetadata,
    /// Where tokens come from.
    pub(crate) server: AuthorizationServerMetadata,
}

/// Metadata read lately, by Credential Issuer Identifier. Public data only. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct IssuerDocuments(Arc<Mutex<HashMap<String, Kept>>>);

/// When it was read, and what.
type Kept = (Timestamp, Arc<Documents>);

/// Why an issuer's metadata could not be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IssuerError {
    /// The identifier breaks the rules, or points where we do not connect (row M2).
    #[error("the issuer identifier is not allowed")]
    Identifier,
    /// The document is not one, or names endpoints where we do not connect (rows M3, M7).
    #[error("the issuer's metadata is not usable")]
    Metadata,
    /// The document speaks of another identifier (row M1).
    #[error("the issuer's metadata is of another issuer")]
    Mismatch,
    /// It answered with a redirect (row M4).
    #[error("the issuer answered with a redirect")]
    Redirect,
    /// The document is too large (row M5).
    #[error("the issuer's metadata is too large")]
    TooLarge,
    /// Signed metadata, which was not asked for (row M6).
    #[error("the issuer's metadata is signed in a way that is not checked")]
    Signature,
    /// It did not answer, or not with a document.
    #[error("the issuer did not answer")]
    Unreachable(#[source] Option<EgressError>),
}

impl Failure for IssuerError {
    fn kind(&self) -> Kind {
        match self {
            Self::Identifier | Self::Metadata | Self::Mismatch | Self::Signature => Kind::Refused,
            Self::Redirect | Self::TooLarge | Self::Unreachable(_) => Kind::Upstream,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Identifier => "issuer_identifier",
            Self::Metadata => "issuer_metadata",
            Self::Mismatch => "issuer_mismatch",
            Self::Redirect => "issuer_redirect",
            Self::TooLarge => "issuer_too_large",
            Self::Signature => "issuer_signature",
            Self::Unreachable(_) => "issuer_unreachable",
        }
    }
}

impl From<EgressError> for IssuerError {
    fn from(error: EgressError) -> Self {
        match error {
            EgressError::Scheme | EgressError::Address => Self::Identifier,
            EgressError::Redirect => Self::Redirect,
            EgressError::TooLarge => Self::TooLarge,
            other => Self::Unreachable(Some(other)),
        }
    }
}

impl From<IssuerMetadataError> for IssuerError {
    fn from(error: IssuerMetadataError) -> Self {
        match error {
            IssuerMetadataError::Invalid => Self::Metadata,
            IssuerMetadataError::Mismatch => Self::Mismatch,
            IssuerMetadataError::Signed => Self::Signature,
        }
    }
}

impl From<ServerMetadataError> for IssuerError {
    fn from(error: ServerMetadataError) -> Self {
        match error {
            ServerMetadataError::Invalid => Self::Metadata,
            ServerMetadataError::Mismatch => Self::Mismatch,
        }
    }
}

impl IssuerDocuments {
    /// The documents of an issuer, read at most a minute ago. `server` is the authorization server that an offer names; where it
    /// names none and the issuer has several, it is the first one that speaks the grant.
    ///
    /// # Errors
    /// [`IssuerError`]; nothing is remembered then.
    pub(crate) async fn read(
        &self,
        egress: &Egress,
        credential_issuer: &str,
        server: Option<&str>,
        grant: OfferGrant,
        now: Timestamp,
    ) -> Result<Arc<Documents>, IssuerError> {
        let key = format!("{credential_issuer}\n{}\n{grant:?}", server.unwrap_or_default());
        if let Some(kept) = self.kept(&key, now) {
            return Ok(kept);
        }
        let documents = Arc::new(fetch(egress, credential_issuer, server, grant).await?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(key, (now, Arc::clone(&documents)));
        Ok(documents)
    }

    fn kept(&self, key: &str, now: Timestamp) -> Option<Arc<Documents>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, documents) = all.get(key)?;
        let fresh = *read_at <= now && now <= read_at.plus_seconds(KEPT_FOR);
        fresh.then(|| Arc::clone(documents))
    }
}

async fn fetch(egress: &Egress, credential_issuer: &str, server: Option<&str>, grant: OfferGrant) -> Result<Documents, IssuerError> {
    let localhost = egress.allows_localhost();
    well_known::identifier(credential_issuer, localhost).map_err(|_| IssuerError::Identifier)?;
    let answer = document(egress, credential_issuer, Document::CredentialIssuer).await?;
    check_media_type(content_type(&answer))?;
    let metadata = IssuerMetadata::parse(&answer.body, credential_issuer, localhost)?;
    check_endpoints(egress, &metadata)?;
    let named: Vec<String> = match server {
        Some(_) => vec![metadata.authorization_server(server).to_owned()],
        None if metadata.authorization_servers.is_empty() => vec![metadata.credential_issuer.clone()],
        None => metadata.authorization_servers.iter().take(SERVERS).cloned().collect(),
    };
    let mut first = None;
    for name in &named {
        let read = authorization_server(egress, name).await;
        if let Ok(server) = &read
            && speaks(server, grant)
        {
            return Ok(Documents { metadata, server: server.clone() });
        }
        first.get_or_insert(read);
    }
    Ok(Documents { metadata, server: first.unwrap_or(Err(IssuerError::Metadata))? })
}

async fn authorization_server(egress: &Egress, name: &str) -> Result<AuthorizationServerMetadata, IssuerError> {
    let localhost = egress.allows_localhost();
    well_known::identifier(name, localhost).map_err(|_| IssuerError::Metadata)?;
    // It is the issuer's document that sends us there: where no connection may go, that document is not usable (row M3).
    let answer = document(egress, name, Document::AuthorizationServer).await.map_err(|error| match error {
        IssuerError::Identifier => IssuerError::Metadata,
        error => error,
    })?;
    let server = AuthorizationServerMetadata::parse(&answer.body, name, localhost)?;
    let endpoints = [&server.token_endpoint, &server.pushed_authorization_request_endpoint, &server.challenge_endpoint];
    let reachable = endpoints.into_iter().flatten().all(|endpoint| egress.check(endpoint).is_ok());
    reachable.then_some(server).ok_or(IssuerError::Metadata)
}

/// Whether a server says that it speaks a grant; one that lists none is believed to.
fn speaks(server: &AuthorizationServerMetadata, grant: OfferGrant) -> bool {
    let grants = &server.grant_types_supported;
    let lists = |name: &str| grants.is_empty() || grants.iter().any(|grant| grant == name);
    match grant {
        OfferGrant::PreAuthorizedCode => lists(openid4vc::token::PRE_AUTHORIZED_CODE),
        OfferGrant::AuthorizationCode => server.authorization_endpoint.is_some() && lists(openid4vc::token::AUTHORIZATION_CODE),
    }
}

/// Endpoints where no connection may go make the whole document unusable, before any of them is called (row M3).
fn check_endpoints(egress: &Egress, metadata: &IssuerMetadata) -> Result<(), IssuerError> {
    let optional = [&metadata.nonce_endpoint, &metadata.deferred_credential_endpoint, &metadata.notification_endpoint];
    let mut endpoints = std::iter::once(&metadata.credential_endpoint).chain(optional.into_iter().flatten());
    endpoints.all(|endpoint| egress.check(endpoint).is_ok()).then_some(()).ok_or(IssuerError::Metadata)
}

/// Fetches a well-known document: inserted between host and path, and where that is not found as others form its address.
async fn document(egress: &Egress, identifier: &str, document: Document) -> Result<Answer, IssuerError> {
    let inserted = well_known::inserted(identifier, document).ok_or(IssuerError::Identifier)?;
    let others = [well_known::without_closing_slash(identifier, document), Some(well_known::appended(identifier, document))];
    let mut answer = egress.send(Outgoing::get(&inserted).accept("application/json")).await?;
    for other in others.into_iter().flatten() {
        if answer.status == 404 {
            answer = egress.send(Outgoing::get(&other).accept("application/json")).await?;
        }
    }
    if answer.is_success() { Ok(answer) } else { Err(IssuerError::Unreachable(None)) }
}

fn content_type(answer: &Answer) -> Option<&str> {
    answer.headers.get(axum::http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
}
