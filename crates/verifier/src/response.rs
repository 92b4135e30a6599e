//! `POST /response/{id}`: a wallet answers a question.
//!
//! What makes it not an answer (parsing, signature, holder binding, nonce, audience, query) is rejected with 400 and the question
//! stays open; what is wrong with a credential's standing is received, and the report says it.

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use http::{AppCore, Ctx, Failed, Kind};
use model::verification::{Answer, State as Became, Verification, VerificationId};
use openid4vc::VpToken;
use openid4vc::dcql::{self, Candidate, Format, Presented, Query, check_answer};
use openid4vc::response::{ACCESS_DENIED, Incoming, Parameters, Received};
use serde_json::{Map, Value};
use storage::audit::Actor;
use storage::verifier::link::Link;
use storage::verifier::verification::End;
use vc::encoding::sha256;
use vc::key::AgreementKey;
use vc::report::{Check, CheckName, CheckState, Report};
use vc::sd_jwt::IatWindow;
use vc::verify::{Binding, Inputs, Shown, shown};

use crate::error::{database, ours};
use crate::links::LinkValues;
use crate::outcome::{event, purge_at, return_address, tell};
use crate::state::AppState;

/// Seconds by which an issuer's clock may differ.
pub(crate) const CLOCK_TOLERANCE: i64 = 60;

/// Members of a credential that say nothing about the holder and are not handed on.
const TECHNICAL: [&str; 8] = ["cnf", "status", "_sd_alg", "_sd", "vct#integrity", "proof", "@context", "credentialStatus"];

/// Not an answer to this question; it stays open.
fn rejected(why: &'static str) -> Failed {
    tracing::info!(why, "an answer was rejected");
    Failed::new(Kind::Refused, "invalid_request")
}

pub(crate) async fn respond(
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<VerificationId>,
    body: Bytes,
) -> Result<Json<Received>, Failed> {
    let body = std::str::from_utf8(&body).map_err(|_| rejected("body"))?;
    let mut tx = state.store.read().await.map_err(database)?;
    let found = tx.verification(&id).await.map_err(database)?.ok_or_else(|| rejected("no such request"))?;
    let private = tx.encryption_key(&id).await.map_err(database)?;
    drop(tx);
    let incoming = Incoming::parse(body).map_err(|_| rejected("form"))?;
    let encrypted = incoming.is_encrypted();
    let parameters = read(incoming, private.as_ref().map(|key| key.as_slice())).await?;
    let link = link(&state, &id, parameters.state.as_deref()).await?;
    let mark = mark(&parameters);
    if !found.state(ctx.now()).is_open() {
        return again(&ctx, &state, &found, &link, &mark).await;
    }
    if let Some(error) = parameters.error.as_deref() {
        return refuse(&ctx, &state, &found, &link, error, mark).await;
    }
    if !encrypted && found.question.response_mode == "direct_post.jwt" {
        return Err(rejected("not encrypted"));
    }
    let answer = check(&ctx, &state, &found, &parameters).await?;
    accept(&ctx, &state, &found, &link, answer, mark).await
}

/// The members of an answer. Once an answer was erased its key is gone, and an encrypted one cannot be read any more.
async fn read(incoming: Incoming, private: Option<&[u8]>) -> Result<Parameters, Failed> {
    let key = match private {
        Some(private) => AgreementKey::from_pkcs8(private).map_err(|error| ours(&error))?,
        None if incoming.is_encrypted() => return Err(rejected("the request has ended")),
        None => AgreementKey::generate().map_err(|error| ours(&error))?,
    };
    incoming.decrypt(&key).map_err(|_| rejected("does not decrypt or read"))
}

/// The link that was answered, by its `state`.
async fn link(state: &AppState, id: &VerificationId, value: Option<&str>) -> Result<Link, Failed> {
    let value = value.ok_or_else(|| rejected("state"))?;
    let mut tx = state.store.read().await.map_err(database)?;
    tx.link_by_state(id, value).await.map_err(database)?.ok_or_else(|| rejected("state"))
}

/// What tells the same answer when it is sent again because ours was lost.
fn mark(parameters: &Parameters) -> Vec<u8> {
    let token = parameters.vp_token.as_ref().map(Value::to_string).unwrap_or_default();
    let parts = [token.as_str(), parameters.error.as_deref().unwrap_or_default(), parameters.state.as_deref().unwrap_or_default()];
    sha256(parts.join("\u{1f}").as_bytes()).to_vec()
}

/// The answer that ended the question, sent once more, is answered as before; anything else comes too late.
async fn again(ctx: &Ctx, state: &AppState, found: &Verification, link: &Link, mark: &[u8]) -> Result<Json<Received>, Failed> {
    let mut tx = state.store.write().await.map_err(database)?;
    let known = tx.answer_hash(&found.id).await.map_err(database)?;
    if known.as_deref() != Some(mark) {
        return Err(rejected("the request has ended"));
    }
    let redirect_uri = return_address(&mut tx, ctx, found, link.browser.clone()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    Ok(Json(Received { redirect_uri }))
}

async fn refuse(
    ctx: &Ctx,
    state: &AppState,
    found: &Verification,
    link: &Link,
    error: &str,
    mark: Vec<u8>,
) -> Result<Json<Received>, Failed> {
    let known = ["invalid_request", "invalid_client", "vp_formats_not_supported", "invalid_transaction_data", "wallet_unavailable"];
    let failure = known.iter().find(|known| **known == error).copied().unwrap_or("other");
    let (became, failure) = if error == ACCESS_DENIED { (Became::Refused, None) } else { (Became::Failed, Some(failure)) };
    let mut tx = state.store.write().await.map_err(database)?;
    let end = End { state: became, failure, answer_hash: Some(mark), purge_at: purge_at(&found.question, ctx.now()) };
    if !tx.end_verification(&found.id, end, ctx.now()).await.map_err(database)? {
        return Err(rejected("another answer was first"));
    }
    let deed = event(&found.id, Actor::Client(String::new()), "verification.answered", became.as_str());
    tx.audit(&deed, ctx.now()).await.map_err(database)?;
    tell(&mut tx, found, became, ctx.now()).await.map_err(database)?;
    let redirect_uri = return_address(&mut tx, ctx, found, link.browser.clone()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    Ok(Json(Received { redirect_uri }))
}

/// Keeps an accepted answer; the first one ends the question.
async fn accept(
    ctx: &Ctx,
    state: &AppState,
    found: &Verification,
    link: &Link,
    answer: Answer,
    mark: Vec<u8>,
) -> Result<Json<Received>, Failed> {
    let purge_at = purge_at(&found.question, ctx.now());
    let mut tx = state.store.write().await.map_err(database)?;
    if !tx.record_answer(found, &answer, mark, ctx.now(), purge_at).await.map_err(database)? {
        return Err(rejected("another answer was first"));
    }
    let deed = event(&found.id, Actor::Client(String::new()), "verification.answered", "received");
    tx.audit(&deed, ctx.now()).await.map_err(database)?;
    tell(&mut tx, found, Became::Received, ctx.now()).await.map_err(database)?;
    let redirect_uri = return_address(&mut tx, ctx, found, link.browser.clone()).await.map_err(database)?;
    tx.commit().await.map_err(database)?;
    Ok(Json(Received { redirect_uri }))
}

/// One presentation, checked.
struct Checked {
    query_id: String,
    shown: Shown,
    /// Its types as a query names those of W3C credentials.
    types: Vec<String>,
    /// Whose keys stand in the chain that its issuer signed with; none where the query does not ask.
    authority_keys: Vec<String>,
    report: Report,
}

/// Checks an answer against the question and the link by which it came.
async fn check(ctx: &Ctx, state: &AppState, found: &Verification, parameters: &Parameters) -> Result<Answer, Failed> {
    let query = Query::parse(&found.question.query).map_err(|error| ours(&error))?;
    let token = parameters.vp_token.as_ref().ok_or_else(|| rejected("no vp_token"))?;
    let token = VpToken::parse(token, &query).map_err(|_| rejected("vp_token does not fit the query"))?;
    let nonce = nonce(state, parameters)?;
    let checked = presentations(ctx, state, found, (&query, &token, &nonce)).await?;
    if !satisfied(&query, &checked) {
        return Err(rejected("query"));
    }
    if !found.question.accept_expired && checked.iter().any(|one| failed(&one.report, CheckName::Dates)) {
        return Err(rejected("dates"));
    }
    let mut claims: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    // What a revoked key signed may be anybody's, so the report has no claims of it, and neither has the answer.
    for one in checked.iter().filter(|one| one.report.credentials.iter().all(|credential| credential.claims.is_some())) {
        claims.entry(one.query_id.clone()).or_default().push(Value::Object(handed_on(&one.shown.claims)));
    }
    let mut report = Report::merge(checked.into_iter().map(|one| one.report).collect(), ctx.now().seconds(), AppCore::software());
    report.add(&Check::passed(CheckName::Query));
    let claims = claims.into_iter().map(|(id, all)| (id, Value::Array(all))).collect();
    Ok(Answer { report, claims })
}

/// The nonce of the link whose `state` came back; that such a link exists was seen before.
fn nonce(state: &AppState, parameters: &Parameters) -> Result<String, Failed> {
    let value = parameters.state.as_deref().ok_or_else(|| rejected("state"))?;
    Ok(LinkValues::nonce_of_state(&state.store, value))
}

async fn presentations(
    ctx: &Ctx,
    state: &AppState,
    found: &Verification,
    (query, token, nonce): (&Query, &VpToken, &str),
) -> Result<Vec<Checked>, Failed> {
    let texts: Vec<(String, String)> = token.iter().flat_map(|(id, all)| all.iter().map(|one| (id.to_owned(), text(one)))).collect();
    let trust = state.register.current().trust();
    let mut checked = Vec::new();
    for (id, text) in texts {
        let bound = query.credential(&id).is_some_and(|wanted| wanted.require_cryptographic_holder_binding);
        let binding = Binding { nonce, audience: &found.question.client_id, iat_window: Some(IatWindow::PRESENTATION) };
        let inputs = Inputs::new(ctx.now().seconds(), &trust, AppCore::software())
            .with_binding(bound.then_some(binding))
            .with_tolerance(CLOCK_TOLERANCE);
        let report = state.gather.report(text.as_bytes(), &inputs).await;
        if let Some(check) = report.checks.iter().find(|check| is_no_answer(check)) {
            tracing::info!(code = check.code, "a presentation is not accepted");
            return Err(rejected("presentation"));
        }
        let mut all = shown(&text);
        let (Some(shown), true) = (all.pop(), all.is_empty()) else { return Err(rejected("not one credential")) };
        if !is_about(&report, &shown) {
            return Err(rejected("not what was checked"));
        }
        let types = dcql::types(&shown.claims, vc::json_ld::context);
        let asks_whose = query.credential(&id).is_some_and(|wanted| !wanted.trusted_authorities.is_empty());
        let authority_keys = if asks_whose { shown.authority_keys(&trust.anchors, ctx.now().seconds()) } else { Vec::new() };
        checked.push(Checked { query_id: id, shown, types, authority_keys, report });
    }
    Ok(checked)
}

/// What makes a presentation not an answer; an unread format or an unchecked signature proves nothing either.
fn is_no_answer(check: &Check) -> bool {
    match check.check {
        CheckName::Format | CheckName::Signature => check.state != CheckState::Passed,
        CheckName::HolderBinding => check.state == CheckState::Failed,
        _ => false,
    }
}

/// Whether a report is about what was shown: every claim that it found is one that would be handed on.
fn is_about(report: &Report, shown: &Shown) -> bool {
    let found = report.credentials.first().and_then(|one| one.claims.as_ref());
    found.is_none_or(|found| found.iter().all(|(name, value)| shown.claims.get(name) == Some(value)))
}

fn failed(report: &Report, name: CheckName) -> bool {
    report.credentials.iter().filter_map(|one| one.check(name)).any(|check| check.state == CheckState::Failed)
}

/// Asks again everything that was asked (rows V19, V20).
fn satisfied(query: &Query, checked: &[Checked]) -> bool {
    let mut presented: Presented<'_> = BTreeMap::new();
    for one in checked {
        presented.entry(one.query_id.as_str()).or_default().push(Candidate {
            id: &one.query_id,
            format: Format::from_name(one.shown.format),
            vct: one.shown.vct.as_deref(),
            types: &one.types,
            holder_bound: one.shown.bound,
            authority_keys: &one.authority_keys,
            claims: &one.shown.claims,
        });
    }
    check_answer(query, &presented).is_ok()
}

/// A presentation as text: `ldp_vc` comes as an object.
fn text(presentation: &Value) -> String {
    presentation.as_str().map_or_else(|| presentation.to_string(), str::to_owned)
}

/// What a credential says, without what would link the holder's presentations: keys, status entries, the subject's own DID.
fn handed_on(claims: &Map<String, Value>) -> Map<String, Value> {
    let mut kept: Map<String, Value> =
        claims.iter().filter(|(name, _)| !TECHNICAL.contains(&name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect();
    if let Some(subject) = kept.get_mut("credentialSubject").and_then(Value::as_object_mut) {
        subject.remove("id");
    }
    kept
}
