//! Issuer metadata (OpenID4VCI section 12.2): what an institution has and asks for, unsigned and, by `Accept`, signed.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header::{ACCEPT, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use http::{Ctx, Failed, Kind};
use model::configuration::Configuration;
use openid4vc::encryption::{self, RequestEncryptionSupport, ResponseEncryptionSupport};
use openid4vc::issuer_metadata::{
    self, BatchIssuance, ClaimDescription, CredentialConfiguration, CredentialDefinition, CredentialMetadata, Display, Logo, ProofType,
};
use openid4vc::{IssuerMetadata, di_vp, older, proof};
use serde_json::{Value, json};
use storage::StorageError;
use storage::issuer::encryption_key::EncryptionKey;
use vc::bundled::{self, CredentialType};
use vc::data_integrity::Cryptosuite;
use vc::key::{Algorithm, Jwk};
use web::format::capital;

use super::proved::required;
use super::storage_failed;
use crate::Issuer;
use crate::institution::{At, Institution};
use crate::published::Published;

/// Public, for five minutes.
const PUBLIC: &str = "public, max-age=300";
/// For how long signed metadata holds, in seconds.
const SIGNED_SECONDS: i64 = 86_400;

/// `/.well-known/openid-credential-issuer/{institution}`, and appended to the identifier.
pub(crate) async fn credential_issuer(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let published = match wants_signed(&headers) {
        true => signed(&issuer, &institution, &ctx).await?,
        false => unsigned(&issuer, &institution, &ctx).await?,
    };
    let mut answer = published.answer(&headers);
    answer.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    Ok(answer)
}

/// Whether signed metadata is asked for, and not less than unsigned (RFC 9110 section 12.5.1). Without a word it is unsigned.
fn wants_signed(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(ACCEPT).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let (mut signed, mut unsigned) = (0.0f32, 0.0f32);
    for range in listed {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
        match name.as_str() {
            encryption::MEDIA_TYPE => signed = weight,
            "application/json" => unsigned = weight,
            _ => {}
        }
    }
    signed > 0.0 && signed >= unsigned
}

async fn unsigned(issuer: &Issuer, institution: &Institution, ctx: &Ctx) -> Result<Published, Failed> {
    let documents = &institution.documents;
    if let Some(published) = documents.credential_issuer.find("", ctx.now()) {
        return Ok(published);
    }
    let metadata = written(issuer, institution).await?;
    let document = older::published(&metadata, institution.config.issuing.compat.bridges());
    let published = Published::new("application/json", PUBLIC, document.to_string().into_bytes()).with_gzip();
    documents.credential_issuer.keep("", ctx.now(), published.clone());
    Ok(published)
}

/// Signed with the key that signs credentials, whose certificate names the institution.
async fn signed(issuer: &Issuer, institution: &Institution, ctx: &Ctx) -> Result<Published, Failed> {
    let ours = || Failed::new(Kind::Ours, "internal");
    let key = async { issuer.store.read().await?.active_key(institution.slug(), Algorithm::Es256).await };
    let key = key.await.map_err(|error| storage_failed(&error))?.ok_or_else(ours)?;
    let documents = &institution.documents;
    if let Some(published) = documents.signed_credential_issuer.find(&key.kid, ctx.now()) {
        return Ok(published);
    }
    let metadata = written(issuer, institution).await?;
    let signing = crate::key::open(&key).map_err(|error| storage_failed(&error))?;
    let (iat, exp) = (ctx.now().seconds(), ctx.now().plus_seconds(SIGNED_SECONDS).seconds());
    let jwt = issuer_metadata::signed::sign(&metadata, &signing, &key.x5c, iat, Some(exp)).map_err(|_| ours())?;
    let published = Published::new(encryption::MEDIA_TYPE, PUBLIC, jwt.into_bytes()).with_gzip();
    documents.signed_credential_issuer.keep(&key.kid, ctx.now(), published.clone());
    Ok(published)
}

async fn written(issuer: &Issuer, institution: &Institution) -> Result<IssuerMetadata, Failed> {
    let key = async { issuer.store.read().await?.encryption_key(institution.slug()).await };
    let key: Result<Option<EncryptionKey>, StorageError> = key.await;
    let key = key.map_err(|error| storage_failed(&error))?;
    let jwk = key.and_then(|key| serde_json::from_str::<Value>(&key.jwk).ok()).and_then(|value| Jwk::from_value(&value).ok());
    Ok(metadata(institution, jwk.as_ref(), issuer.wallets.knows_attesters()))
}

/// What the configuration says, with the key to encrypt to. `attested` says whether anybody's word about keys is believed.
fn metadata(institution: &Institution, key: Option<&Jwk>, attested: bool) -> IssuerMetadata {
    let issuing = &institution.config.issuing;
    let older = Configuration::OLDER.into_iter().filter(|_| issuing.compat.vc_sd_jwt);
    let all = Configuration::ALL.into_iter().chain(older);
    let configurations = all.filter_map(|one| Some((one.id().to_owned(), configuration(institution, one, attested)?)));
    IssuerMetadata {
        credential_issuer: institution.identifier.clone(),
        authorization_servers: Vec::new(),
        credential_endpoint: institution.at("/credential"),
        nonce_endpoint: Some(institution.at("/nonce")),
        deferred_credential_endpoint: Some(institution.at("/deferred-credential")),
        notification_endpoint: Some(institution.at("/notification")),
        credential_request_encryption: key.map(|key| RequestEncryptionSupport::new(std::slice::from_ref(key), issuing.encryption_required)),
        credential_response_encryption: key.map(|_| ResponseEncryptionSupport::new(issuing.encryption_required)),
        batch_credential_issuance: (issuing.batch_size >= 2).then_some(BatchIssuance { batch_size: issuing.batch_size }),
        display: display(institution),
        credential_configurations_supported: configurations.collect(),
    }
}

/// Its name in both languages, with its picture.
fn display(institution: &Institution) -> Vec<Display> {
    let drawn = || {
        let png = web::party::drawn_logo(&institution.config.name.nl, web::badge::Colour::of(institution.slug()));
        format!("data:image/png;base64,{}", vc::encoding::b64(png))
    };
    let uri = institution.config.issuing.logo.clone().unwrap_or_else(drawn);
    let named = |(locale, name): (&str, &str)| Display {
        name: Some(name.to_owned()),
        locale: Some(locale.to_owned()),
        logo: Some(Logo { uri: uri.clone(), alt_text: Some(name.to_owned()) }),
        ..Display::default()
    };
    [("nl-NL", institution.config.name.get("nl")), ("en-GB", institution.config.name.get("en"))].map(named).into()
}

/// How keys are proved here (appendix F).
fn proof_types(institution: &Institution, attested: bool) -> BTreeMap<String, ProofType> {
    let required = required(institution);
    let names: Vec<String> = proof::ALGORITHMS.iter().map(|algorithm| algorithm.name().to_owned()).collect();
    let by_jwt = ProofType { proof_signing_alg_values_supported: names, key_attestations_required: required.clone() };
    let suites = di_vp::SUITES.map(|suite| suite.name().to_owned());
    let by_presentation = ProofType { proof_signing_alg_values_supported: suites.into(), key_attestations_required: None };
    let mut all = BTreeMap::from([("jwt".to_owned(), by_jwt.clone())]);
    if institution.config.issuing.compat.jwt_proofs_alone {
        return all;
    }
    if attested {
        all.insert("attestation".to_owned(), by_jwt);
    }
    if required.is_none() {
        // Nothing in a presentation attests its key.
        all.insert("di_vp".to_owned(), by_presentation);
    }
    all
}

/// A claims path as it stands in metadata.
fn segments(path: &vc::sd_jwt::Path) -> Vec<Value> {
    match serde_json::to_value(path) {
        Ok(Value::Array(segments)) => segments,
        _ => Vec::new(),
    }
}

pub(super) fn configuration(institution: &Institution, one: Configuration, attested: bool) -> Option<CredentialConfiguration> {
    let of = bundled::credential_type(one.kind().vct())?;
    let display = of.display.iter().map(|display| Display {
        name: Some(display.name.clone()),
        locale: Some(display.locale.clone()),
        description: Some(display.description.clone()),
        ..Display::default()
    });
    let is_sd_jwt = one.is_sd_jwt();
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
        proof_types_supported: proof_types(institution, attested),
        credential_metadata: Some(CredentialMetadata { display: display.collect(), claims }),
        vct: is_sd_jwt.then(|| of.vct.to_owned()),
        credential_definition: (!is_sd_jwt).then(definition),
    })
}

/// What credentials of these configurations disclose, each by the names that metadata gives it, once: so that whoever is asked knows
/// what goes (section 12.2.4). What stands inside something that is named there is not named again.
pub(super) fn disclosed(institution: &Institution, configurations: &[Configuration]) -> Vec<web::Text> {
    let mut names: Vec<web::Text> = Vec::new();
    for one in configurations {
        let claims = configuration(institution, *one, false).and_then(|one| one.credential_metadata).map(|about| about.claims);
        let claims = claims.unwrap_or_default();
        let paths: Vec<&[Value]> = claims.iter().map(|claim| claim.path.as_slice()).collect();
        let outer = claims.iter().filter(|claim| !paths.iter().any(|of| claim.path.len() > of.len() && claim.path.starts_with(of)));
        for claim in outer {
            let label = |lang: &str| claim.display.iter().find(|one| one.locale.as_deref() == Some(lang)).and_then(|one| one.name.clone());
            let Some(nl) = label("nl") else { continue };
            if !names.iter().any(|named| named.nl.eq_ignore_ascii_case(&nl)) {
                names.push(web::Text { nl, en: label("en") });
            }
        }
    }
    names
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
