//! What an institution publishes of itself: issuer and server metadata, its keys in three forms, and the bundled types.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use http::{Failed, Kind};
use model::award::Kind as AwardKind;
use openid4vc::issuer_metadata::{ClaimDescription, CredentialConfiguration, CredentialMetadata, Display, ProofType};
use openid4vc::{AuthorizationServerMetadata, IssuerMetadata, pkce, proof, token};
use serde_json::{Value, json};
use storage::{IssuerStore, StorageError};
use vc::bundled::{self, CredentialType};
use vc::key::Jwk;

use super::par::DELIVERY;
use super::storage_failed;
use crate::institution::{At, Institution};
use crate::published::Published;

/// Public, for five minutes.
const PUBLIC: &str = "public, max-age=300";

fn document(value: &impl serde::Serialize) -> Result<Published, Failed> {
    let body = serde_json::to_vec(value).map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok(Published::new("application/json", PUBLIC, body))
}

/// `/.well-known/openid-credential-issuer/{institution}`, and appended to the identifier.
pub(crate) async fn credential_issuer(At(institution): At, headers: HeaderMap) -> Result<Response, Failed> {
    once(&institution.documents.credential_issuer, || issuer_metadata(&institution), &headers)
}

/// The answer of a document that is written once.
fn once<T: serde::Serialize>(kept: &OnceLock<Published>, write: impl FnOnce() -> T, headers: &HeaderMap) -> Result<Response, Failed> {
    if let Some(published) = kept.get() {
        return Ok(published.answer(headers));
    }
    let published = document(&write())?.with_gzip();
    Ok(kept.get_or_init(|| published).answer(headers))
}

fn issuer_metadata(institution: &Institution) -> IssuerMetadata {
    let display = [("nl-NL", institution.config.name.get("nl")), ("en-GB", institution.config.name.get("en"))]
        .map(|(locale, name)| Display { name: Some(name.to_owned()), locale: Some(locale.to_owned()), ..Display::default() });
    let kinds = [AwardKind::Microcredential, AwardKind::Enrolment];
    let configurations = kinds
        .into_iter()
        .filter_map(|kind| Some((kind.configuration().to_owned(), configuration(kind, bundled::credential_type(kind.vct())?))));
    IssuerMetadata {
        credential_issuer: institution.identifier.clone(),
        authorization_servers: Vec::new(),
        credential_endpoint: institution.at("/credential"),
        nonce_endpoint: Some(institution.at("/nonce")),
        deferred_credential_endpoint: None,
        notification_endpoint: Some(institution.at("/notification")),
        batch_credential_issuance: None,
        display: display.into(),
        credential_configurations_supported: configurations.collect(),
    }
}

/// A claims path as it stands in metadata.
fn segments(path: &vc::sd_jwt::Path) -> Vec<Value> {
    match serde_json::to_value(path) {
        Ok(Value::Array(segments)) => segments,
        _ => Vec::new(),
    }
}

fn configuration(kind: AwardKind, of: &CredentialType) -> CredentialConfiguration {
    let algorithms: Vec<String> = proof::ALGORITHMS.iter().map(|algorithm| algorithm.name().to_owned()).collect();
    let display = of.display.iter().map(|display| Display {
        name: Some(display.name.clone()),
        locale: Some(display.locale.clone()),
        description: Some(display.description.clone()),
        ..Display::default()
    });
    let claims = of.claims.iter().map(|claim| ClaimDescription {
        path: segments(&claim.path),
        mandatory: claim.mandatory,
        display: claim
            .display
            .iter()
            .map(|display| Display { name: Some(display.label.clone()), locale: Some(display.locale.clone()), ..Display::default() })
            .collect(),
    });
    CredentialConfiguration {
        format: "dc+sd-jwt".to_owned(),
        scope: Some(kind.as_str().to_owned()),
        credential_signing_alg_values_supported: vec![json!("ES256")],
        cryptographic_binding_methods_supported: ["jwk", "did:jwk", "did:key"].map(str::to_owned).into(),
        proof_types_supported: BTreeMap::from([(
            "jwt".to_owned(),
            ProofType { proof_signing_alg_values_supported: algorithms, key_attestations_required: None },
        )]),
        credential_metadata: Some(CredentialMetadata { display: display.collect(), claims: claims.collect() }),
        vct: Some(of.vct.to_owned()),
        credential_definition: None,
    }
}

/// `/.well-known/oauth-authorization-server/{institution}`, and appended to the identifier.
pub(crate) async fn authorization_server(At(institution): At, headers: HeaderMap) -> Result<Response, Failed> {
    once(&institution.documents.authorization_server, || server_metadata(&institution), &headers)
}

fn server_metadata(institution: &Institution) -> AuthorizationServerMetadata {
    let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    AuthorizationServerMetadata {
        authorization_endpoint: Some(institution.at("/authorize")),
        token_endpoint: Some(institution.at("/token")),
        pushed_authorization_request_endpoint: Some(institution.at("/par")),
        require_pushed_authorization_requests: true,
        jwks_uri: Some(institution.at("/jwks")),
        scopes_supported: own(&[DELIVERY]),
        response_types_supported: own(&["code"]),
        grant_types_supported: own(&["authorization_code", token::PRE_AUTHORIZED_CODE]),
        code_challenge_methods_supported: own(&[pkce::S256]),
        token_endpoint_auth_methods_supported: own(&["none", "private_key_jwt"]),
        token_endpoint_auth_signing_alg_values_supported: own(&["ES256", "EdDSA"]),
        authorization_response_iss_parameter_supported: true,
        pre_authorized_grant_anonymous_access_supported: true,
        status_list_aggregation_endpoint: Some(institution.at("/status")),
        ..AuthorizationServerMetadata::new(&institution.identifier)
    }
}

/// `/.well-known/jwt-vc-issuer/{institution}`: the same keys, for verifiers that know no certificates.
pub(crate) async fn jwt_vc_issuer(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    Ok(document(&json!({"issuer": institution.identifier, "jwks": {"keys": set(&keys)}}))?.answer(&headers))
}

/// `/{institution}/jwks`.
pub(crate) async fn jwks(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    Ok(document(&json!({"keys": set(&keys)}))?.answer(&headers))
}

/// `/{institution}/did.json`.
pub(crate) async fn did(At(institution): At, State(store): State<IssuerStore>, headers: HeaderMap) -> Result<Response, Failed> {
    let keys = keys(&store, &institution).await.map_err(|error| storage_failed(&error))?;
    let named: Vec<_> = keys.into_iter().map(|jwk| (jwk.thumbprint(), jwk)).collect();
    let built = vc::did::web_did(&institution.identifier).and_then(|did| vc::did::build_document(&did, &named));
    let built = built.map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    Ok(document(&built)?.answer(&headers))
}

async fn keys(store: &IssuerStore, institution: &Institution) -> Result<Vec<Jwk>, StorageError> {
    let published = store.read().await?.published_keys(institution.slug()).await?;
    let read = |text: &str| serde_json::from_str::<Value>(text).ok().and_then(|value| Jwk::from_value(&value).ok());
    Ok(published.iter().filter_map(|key| read(&key.jwk)).collect())
}

fn set(keys: &[Jwk]) -> Vec<Value> {
    keys.iter().map(|jwk| jwk.clone().with_kid(jwk.thumbprint()).with_alg(jwk.algorithm().name()).with_use("sig").to_value()).collect()
}

/// `/vct/{name}/{version}`: type metadata byte for byte, as every build bundles it.
pub(crate) async fn type_metadata(Path((name, version)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, Failed> {
    let tail = format!("/vct/{name}/{version}");
    let found = bundled::types().iter().find(|kind| kind.vct.ends_with(&tail));
    let found = found.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    Ok(Published::new("application/json", PUBLIC, found.metadata.as_bytes().to_vec()).answer(&headers))
}
