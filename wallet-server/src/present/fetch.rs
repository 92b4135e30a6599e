//! Getting hold of a request object and of the key that signed it, through the guarded client.

use http::Ctx;
use http::egress::Outgoing;
use model::register::VerifierAttester;
use openid4vc::source::Method;
use openid4vc::{Authentication, AuthorizationRequest, ClientId, Evidence, Refusal, RequestObject, RequestSource, TrustedAttester, form};
use serde_json::{Map, Value, json};
use url::Url;
use vc::did::{Document, Relationship};
use vc::key::Jwk;

use super::request::AuthorizeError;
use crate::state::AppState;

/// A request that was read and whose client is who it says.
pub(super) struct Received {
    /// The request.
    pub(super) request: AuthorizationRequest,
    /// Its parameters as they came.
    pub(super) parameters: Map<String, Value>,
}

/// Reads a request from wherever it is.
pub(super) async fn read(ctx: &Ctx, state: &AppState, source: RequestSource) -> Result<Result<Received, Refusal>, AuthorizeError> {
    match source {
        RequestSource::Parameters { client_id, parameters } => {
            let allow_localhost = ctx.egress().allows_localhost();
            let request = AuthorizationRequest::parse(&parameters, &client_id, Authentication::AddressOnly, allow_localhost);
            Ok(request.map(|request| Received { request, parameters }))
        }
        RequestSource::Object { client_id, jwt } => authenticate(ctx, state, &client_id, &jwt, None).await,
        RequestSource::Reference { client_id, request_uri, method } => {
            let nonce = (method == Method::Post).then(|| vc::random::token128(ctx.random()));
            let jwt = fetch(ctx, &request_uri, nonce.as_deref()).await?;
            authenticate(ctx, state, &client_id, &jwt, nonce.as_deref()).await
        }
    }
}

/// Fetches a request object; a wallet nonce makes it a POST.
async fn fetch(ctx: &Ctx, uri: &Url, wallet_nonce: Option<&str>) -> Result<String, AuthorizeError> {
    let outgoing = match wallet_nonce {
        None => Outgoing::get(uri.as_str()),
        Some(nonce) => {
            let metadata = wallet_metadata().to_string();
            let body = form::encode([("wallet_metadata", metadata.as_str()), ("wallet_nonce", nonce)]);
            Outgoing::post(uri.as_str(), "application/x-www-form-urlencoded", body)
        }
    };
    let outgoing = outgoing.accept("application/oauth-authz-req+jwt");
    let answer = ctx.egress().send(outgoing).await.map_err(AuthorizeError::Fetch)?;
    match answer.status {
        200 => answer.text().map(str::to_owned).ok_or(AuthorizeError::NotServed),
        404 | 410 => Err(AuthorizeError::Gone),
        _ => Err(AuthorizeError::NotServed),
    }
}

/// What this wallet can do, for verifiers that adapt their request.
fn wallet_metadata() -> Value {
    json!({
        "vp_formats_supported": openid4vc::vp_formats::of_wallet(),
        "client_id_prefixes_supported": openid4vc::Prefix::SUPPORTED,
        "response_modes_supported": ["direct_post", "direct_post.jwt"],
    })
}

async fn authenticate(
    ctx: &Ctx,
    state: &AppState,
    client_id: &ClientId,
    jwt: &str,
    wallet_nonce: Option<&str>,
) -> Result<Result<Received, Refusal>, AuthorizeError> {
    let object = RequestObject::parse(jwt, client_id)?;
    let resolved = match object.key_to_resolve() {
        Some(kid) => resolve(ctx, kid).await,
        None => None,
    };
    let register = state.register.current();
    let anchors = register.trust().anchors;
    let attesters: Vec<TrustedAttester> = register.verifier_attesters.iter().map(trusted).collect();
    let evidence = Evidence {
        registered: register.client(client_id.as_str()).map(|(_, service)| service.keys.as_slice()).unwrap_or_default(),
        attesters: &attesters,
        anchors: &anchors,
        resolved: resolved.as_ref(),
        wallet_nonce,
        wallet: ctx.origin().as_str(),
        allow_localhost: ctx.egress().allows_localhost(),
        now: ctx.now().seconds(),
    };
    Ok(object.authenticate(&evidence).map(|request| Received { request, parameters: object.parameters_unverified() }))
}

fn trusted(attester: &VerifierAttester) -> TrustedAttester {
    TrustedAttester { issuer: Some(attester.issuer.clone()), keys: attester.keys.clone(), anchors: Vec::new() }
}

/// The key that a `did:web` URL names, from its document.
async fn resolve(ctx: &Ctx, kid: &str) -> Option<Jwk> {
    let did = kid.split('#').next()?;
    let url = vc::did::web_url(did, ctx.egress().allows_localhost()).ok()?;
    let answer = ctx.egress().get(url.as_str()).await.ok().filter(|answer| answer.status == 200)?;
    let document = Document::parse(&answer.body, did).ok()?;
    let by = |relationship| document.key(kid, relationship).cloned();
    by(Relationship::Authentication).or_else(|| by(Relationship::AssertionMethod))
}
