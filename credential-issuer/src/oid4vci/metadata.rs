//! What an institution publishes of itself: issuer metadata, its keys in three forms, and the bundled types.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use http::{Failed, Kind};
use model::configuration::Configuration;
use openid4vc::issuer_metadata::{ClaimDescription, CredentialConfiguration, CredentialDefinition, CredentialMetadata, Display, ProofType};
use openid4vc::{IssuerMetadata, proof};
use serde_json::{Value, json};
use storage::{IssuerStore, StorageError};
use vc::bundled::{self, CredentialType};
use vc::data_integrity::Cryptosuite;
use vc::key::Jwk;
use web::format::capital;

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
pub(super) fn once<T: serde::Serialize>(
    kept: &OnceLock<Published>,
    write: impl FnOnce() -> T,
    headers: &HeaderMap,
) -> Result<Response, Failed> {
    if let Some(published) = kept.get() {
        return Ok(published.answer(headers));
    }
    let published = document(&write())?.with_gzip();
    Ok(kept.get_or_init(|| published).answer(headers))
}

fn issuer_metadata(institution: &Institution) -> IssuerMetadata {
    let display = [("nl-NL", institution.config.name.get("nl")), ("en-GB", institution.config.name.get("en"))]
        .map(|(locale, name)| Display { name: Some(name.to_owned()), locale: Some(locale.to_owned()), ..Display::default() });
    let configurations = Configuration::ALL.into_iter().filter_map(|one| Some((one.id().to_owned(), configuration(one)?)));
    IssuerMetadata {
        credential_issuer: institution.identifier.clone(),
        authorization_servers: Vec::new(),
        credential_endpoint: institution.at("/credential"),
        nonce_endpoint: Some(institution.at("/nonce")),
        deferred_credential_endpoint: None,
        notification_endpoint: Some(institution.at("/notification")),
        credential_request_encryption: None,
        credential_response_encryption: None,
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

fn configuration(one: Configuration) -> Option<CredentialConfiguration> {
    let of = bundled::credential_type(one.kind().vct())?;
    let proof_algorithms: Vec<String> = proof::ALGORITHMS.iter().map(|algorithm| algorithm.name().to_owned()).collect();
    let display = of.display.iter().map(|display| Display {
        name: Some(display.name.clone()),
        locale: Some(display.locale.clone()),
        description: Some(display.description.clone()),
        ..Display::default()
    });
    let is_sd_jwt = one.format() == "dc+sd-jwt";
    let claims = if is_sd_jwt { claims(of) } else { members(of) };
    let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    // OpenID4VCI appendix A.1: JOSE names, and the names of suites where the proof is embedded.
    let signed_with = if one.format() == "ldp_vc" { Cryptosuite::EddsaRdfc2022.name() } else { "ES256" };
    let definition = || CredentialDefinition {
        // A JWT's reader does not process contexts (appendix A.1.1).
        context: if one.format() == "ldp_vc" { of.w3c.contexts.iter().map(|context| json!(context)).collect() } else { Vec::new() },
        types: texts(of.w3c.types),
        ..CredentialDefinition::default()
    };
    Some(CredentialConfiguration {
        format: one.format().to_owned(),
        scope: Some(one.kind().as_str().to_owned()),
        credential_signing_alg_values_supported: vec![json!(signed_with)],
        cryptographic_binding_methods_supported: texts(&["jwk", "did:jwk", "did:key"]),
        proof_types_supported: BTreeMap::from([(
            "jwt".to_owned(),
            ProofType { proof_signing_alg_values_supported: proof_algorithms, key_attestations_required: None },
        )]),
        credential_metadata: Some(CredentialMetadata { display: display.collect(), claims }),
        vct: is_sd_jwt.then(|| of.vct.to_owned()),
        credential_definition: (!is_sd_jwt).then(definition),
    })
}

fn named((nl, en): (&str, &str)) -> Vec<Display> {
    [("nl", nl), ("en", en)]
        .map(|(locale, name)| Display { name: Some(name.to_owned()), locale: Some(locale.to_owned()), ..Display::default() })
        .into()
}

/// The claims of the SD-JWT VC, as its type metadata labels them.
fn claims(of: &CredentialType) -> Vec<ClaimDescription> {
    let described = |claim: &bundled::ClaimInfo| ClaimDescription {
        path: segments(&claim.path),
        mandatory: claim.mandatory,
        display: claim
            .display
            .iter()
            .map(|display| Display { name: Some(display.label.clone()), locale: Some(display.locale.clone()), ..Display::default() })
            .collect(),
    };
    of.claims.iter().map(described).collect()
}

/// The members of the W3C form, named as the elements of the type that they belong to.
fn members(of: &CredentialType) -> Vec<ClaimDescription> {
    let subject =
        |path: &&vc::sd_jwt::Path| path.top() == Some("credentialSubject") && !path.segments().contains(&vc::sd_jwt::Segment::All);
    let described = |element: &bundled::Element| {
        let display = named((&capital(&element.name.nl), &capital(&element.name.en)));
        let paths = element.w3c.iter().filter(subject);
        paths.map(|path| ClaimDescription { path: segments(path), mandatory: false, display: display.clone() }).collect::<Vec<_>>()
    };
    of.mapping.elements.iter().flat_map(described).collect()
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

/// `/vct/…`, `/contexts/…` and `/schemas/…`: what has a name in the world, byte for byte as every build bundles it.
pub(crate) async fn named_document(uri: Uri, headers: HeaderMap) -> Result<Response, Failed> {
    let found = bundled::documents().find(|document| document.name.strip_prefix(bundled::NAMES) == Some(uri.path()));
    let found = found.ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    Ok(Published::new(found.media_type, PUBLIC, found.text.as_bytes().to_vec()).with_gzip().answer(&headers))
}
