//! Organisations that ask: how they are known, by which key they sign, and `GET /o/{slug}/did.json`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::{Failed, Kind, RoleUrls};
use openid4vc::{Prefix, SignedBy};
use vc::encoding::b64url;
use vc::key::{Algorithm, SigningKey};
use vc::x509::Chain;

use crate::config::OrganisationConfig;

/// The fragment of the key in the DID document.
const KEY: &str = "key-1";

/// Why an organisation cannot ask as configured.
#[derive(Debug, thiserror::Error)]
pub enum OrganisationError {
    /// The key is no P-256 key, or has no public half.
    #[error("organisation {0}: the signing key is no P-256 key")]
    Key(String),
    /// The certificates do not read.
    #[error("organisation {0}: the certificate chain does not read")]
    Chain(String),
    /// The leaf certifies another key.
    #[error("organisation {0}: the certificate is of another key")]
    OtherKey(String),
    /// The address of this verifier makes no DID.
    #[error("organisation {0}: this verifier's address makes no DID")]
    Did(String),
    /// Two organisations have one slug, or one key.
    #[error("organisation {0} is configured twice, or shares its API key")]
    Twice(String),
}

/// An organisation that asks with its own key.
#[derive(Clone)]
pub(crate) struct Organisation {
    slug: String,
    api_key_hash: Vec<u8>,
    key: SigningKey,
    chain: Chain,
    did: String,
    dns_name: String,
}

impl Organisation {
    pub(crate) fn open(config: OrganisationConfig, urls: &RoleUrls) -> Result<Self, OrganisationError> {
        let slug = config.slug;
        let fault = |error: fn(String) -> OrganisationError| error(slug.clone());
        let public = config.signing_key.public_jwk().map_err(|_| fault(OrganisationError::Key))?;
        if config.signing_key.algorithm() != Algorithm::Es256 {
            return Err(fault(OrganisationError::Key));
        }
        let chain = Chain::from_der(config.chain).map_err(|_| fault(OrganisationError::Chain))?;
        let leaf = chain.leaf_unverified().map_err(|_| fault(OrganisationError::Chain))?;
        if !leaf.jwk.same_key(&public) {
            return Err(fault(OrganisationError::OtherKey));
        }
        let did = vc::did::web_did(&urls.own.at(&format!("/o/{slug}"))).map_err(|_| fault(OrganisationError::Did))?;
        Ok(Self { api_key_hash: config.api_key_hash, key: config.signing_key, chain, did, dns_name: urls.own.host().to_owned(), slug })
    }

    pub(crate) fn slug(&self) -> &str {
        &self.slug
    }

    pub(crate) fn key(&self) -> &SigningKey {
        &self.key
    }

    pub(crate) fn default_client_id(&self) -> String {
        format!("x509_hash:{}", b64url(self.chain.leaf_sha256()))
    }

    /// The client identifier of a prefix; `response_uri` is what `redirect_uri` names. None for prefixes that we do not use.
    pub(crate) fn client_id(&self, prefix: Prefix, response_uri: &str) -> Option<String> {
        match prefix {
            Prefix::X509Hash => Some(self.default_client_id()),
            Prefix::X509SanDns => Some(format!("x509_san_dns:{}", self.dns_name)),
            Prefix::DecentralizedIdentifier => Some(format!("decentralized_identifier:{}", self.did)),
            Prefix::RedirectUri => Some(format!("redirect_uri:{response_uri}")),
            _ => None,
        }
    }

    /// How a signed object shows whose key signed, for a prefix.
    pub(crate) fn with_signed_by<T>(&self, prefix: Prefix, then: impl FnOnce(&SignedBy<'_>) -> T) -> T {
        match prefix {
            Prefix::DecentralizedIdentifier => then(&SignedBy::Kid(&format!("{}#{KEY}", self.did))),
            _ => then(&SignedBy::X5c(&self.chain)),
        }
    }
}

/// All organisations. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Organisations(Arc<[Organisation]>);

impl Organisations {
    pub(crate) fn new(all: Vec<Organisation>) -> Result<Self, OrganisationError> {
        for (at, one) in all.iter().enumerate() {
            let again = all.iter().skip(at + 1).any(|other| other.slug == one.slug || other.api_key_hash == one.api_key_hash);
            if again {
                return Err(OrganisationError::Twice(one.slug.clone()));
            }
        }
        Ok(Self(all.into()))
    }

    pub(crate) fn by_slug(&self, slug: &str) -> Option<&Organisation> {
        self.0.iter().find(|one| one.slug == slug)
    }

    /// The organisation with this API key, compared by hash and in constant time.
    pub(crate) fn by_key_hash(&self, hash: &[u8]) -> Option<&Organisation> {
        self.0.iter().find(|one| aws_lc_rs::constant_time::verify_slices_are_equal(&one.api_key_hash, hash).is_ok())
    }
}

/// `GET /o/{slug}/did.json`.
pub(crate) async fn did(State(organisations): State<Organisations>, Path(slug): Path<String>) -> Result<Response, Failed> {
    let not_found = || Failed::new(Kind::NotFound, "not_found");
    let organisation = organisations.by_slug(&slug).ok_or_else(not_found)?;
    let public = organisation.key.public_jwk().map_err(|error| Failed::new(Kind::Ours, "internal").because(&error))?;
    let document = vc::did::build_document(&organisation.did, &[(KEY.to_owned(), public)])
        .map_err(|error| Failed::new(Kind::Ours, "internal").because(&error))?;
    let headers = [(CONTENT_TYPE, "application/did+json"), (CACHE_CONTROL, "public, max-age=300")];
    Ok((headers, document.to_string()).into_response())
}
