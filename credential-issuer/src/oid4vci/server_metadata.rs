//! Authorization server metadata of an institution (RFC 8414, OpenID4VCI section 12.3): what works here, and nothing else.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use http::Failed;
use model::award::Kind;
use openid4vc::{AuthorizationServerMetadata, authorization_details, client_attestation, pkce, token};

use super::metadata::once;
use super::par::DELIVERY;
use crate::institution::{At, Institution};
use crate::wallets::Wallets;

/// Algorithms of DPoP proofs, client assertions, attestations and their proofs.
const ALGORITHMS: [&str; 2] = ["ES256", "EdDSA"];

/// `/.well-known/oauth-authorization-server/{institution}`, and appended to the identifier.
pub(crate) async fn authorization_server(
    At(institution): At,
    State(wallets): State<Wallets>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    once(&institution.documents.authorization_server, || server_metadata(&institution, &wallets), &headers)
}

fn server_metadata(institution: &Institution, wallets: &Wallets) -> AuthorizationServerMetadata {
    let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let attested = wallets.knows_attesters();
    let mut methods = vec!["private_key_jwt"];
    if !institution.is_all_haip() {
        methods.insert(0, "none");
    }
    if attested {
        methods.extend([client_attestation::METHOD, client_attestation::METHOD_DPOP]);
    }
    let for_attested = |list: &[&str]| if attested { own(list) } else { Vec::new() };
    AuthorizationServerMetadata {
        authorization_endpoint: Some(institution.at("/authorize")),
        token_endpoint: Some(institution.at("/token")),
        pushed_authorization_request_endpoint: Some(institution.at("/par")),
        require_pushed_authorization_requests: true,
        jwks_uri: Some(institution.at("/jwks")),
        scopes_supported: own(&[Kind::Microcredential.as_str(), Kind::Enrolment.as_str(), DELIVERY]),
        response_types_supported: own(&["code"]),
        grant_types_supported: own(&[token::AUTHORIZATION_CODE, token::REFRESH_TOKEN, token::PRE_AUTHORIZED_CODE]),
        code_challenge_methods_supported: own(&[pkce::S256]),
        token_endpoint_auth_methods_supported: own(&methods),
        token_endpoint_auth_signing_alg_values_supported: own(&ALGORITHMS),
        dpop_signing_alg_values_supported: own(&ALGORITHMS),
        authorization_details_types_supported: own(&[authorization_details::OPENID_CREDENTIAL]),
        challenge_endpoint: attested.then(|| institution.at("/challenge")),
        client_attestation_signing_alg_values_supported: for_attested(&ALGORITHMS),
        client_attestation_pop_signing_alg_values_supported: for_attested(&ALGORITHMS),
        client_attestation_pop_methods_supported: for_attested(&["jwt", "dpop_combined"]),
        client_id_metadata_document_supported: true,
        authorization_response_iss_parameter_supported: true,
        pre_authorized_grant_anonymous_access_supported: !institution.is_all_haip(),
        status_list_aggregation_endpoint: Some(institution.at("/status")),
        ..AuthorizationServerMetadata::new(&institution.identifier)
    }
}
