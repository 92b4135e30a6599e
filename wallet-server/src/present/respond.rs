//! The answer to a verifier: made and recorded with the consent in one transaction, then posted to `response_uri`.

use http::MESSAGE_LIMIT;
use http::egress::{EgressError, Outgoing};
use model::activity::{ActivityAbout, ActivityKind};
use model::consent::{AnsweredAbout, Asked, ConsentId, DELIVERY_SECONDS, Delivery};
use model::id::LearnerId;
use model::{LocalText, Timestamp};
use openid4vc::dcql::Format;
use openid4vc::response::{ACCESS_DENIED, Answer, Received};
use openid4vc::w3c::{self, Audience};
use openid4vc::{AuthorizationRequest, VpToken, well_known};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::audit::{Actor, Event};
use storage::outbox::{Claimed, Job, JobId};
use storage::wallet::copy::Shown;
use url::Url;
use vc::key::SigningKey;
use zeroize::Zeroizing;

use super::asked::{self, Question};
use super::choice::Chosen;
use super::consent::ConsentError;
use super::suite;
use crate::feed;
use crate::hold::form::Form;
use crate::learner::Learner;
use crate::receive::renew;
use crate::state::AppState;
use crate::work::Done;

/// The outbox's name for answers.
pub(crate) const TOPIC: &str = "present";

/// What the learner decided, ready to be recorded.
pub(super) struct Decision {
    granted: bool,
    /// The form body for `response_uri`.
    body: String,
    response_uri: String,
    party: LocalText,
    labels: Vec<LocalText>,
    about: ActivityAbout,
}

/// What the worker needs. Sealed.
#[derive(Serialize, Deserialize)]
struct Payload {
    consent: ConsentId,
    learner: LearnerId,
    granted: bool,
    response_uri: String,
    body: String,
    about: ActivityAbout,
}

/// What one asker is shown of a chosen credential, with the key that it is bound to.
pub(super) struct Copy {
    /// A copy that no other asker saw; none when the credential itself is shown.
    own: Option<(Form, Zeroizing<String>)>,
    /// None for a badge from elsewhere, which goes to askers that want no proof of its holder.
    key: Option<SigningKey>,
}

/// A copy of each chosen credential for this asker, in their order: two askers hold nothing in common by which they could find out
/// that they talk of one person (threat T25). Where no copy is left, more are asked for, and the first one goes again.
pub(super) async fn copies(
    state: &AppState,
    learner: &Learner,
    request: &AuthorizationRequest,
    chosen: &[Chosen<'_>],
) -> Result<Vec<Copy>, ConsentError> {
    let mut tx = state.store.write().await?;
    let mut copies = Vec::with_capacity(chosen.len());
    for one in chosen {
        let held = &one.held.copy;
        let taken = tx.take_copy(&held.id, learner.id(), request.client_id.as_str()).await?;
        if taken.last {
            tx.renew_by(&held.receipt, renew::soon(state.core.random(), state.core.now())).await?;
        }
        let (own, pkcs8) = match taken.shown {
            Shown::First => (None, tx.holder_key(&held.id, learner.id()).await?),
            Shown::Copy { body, pkcs8 } => (Some((Form::read(&held.format, &body).ok_or(ConsentError::Ours)?, body)), Some(pkcs8)),
        };
        let key = pkcs8.map(|pkcs8| SigningKey::from_pkcs8(&pkcs8)).transpose().map_err(|_| ConsentError::Ours)?;
        copies.push(Copy { own, key });
    }
    tx.commit().await?;
    Ok(copies)
}

impl Decision {
    /// The learner does not share, or cannot.
    pub(super) fn refused(question: &Question<'_>, now: Timestamp) -> Self {
        let answer = Answer::Error { error: ACCESS_DENIED, state: question.request.state.clone() };
        // An error needs no key, so writing it as a form cannot fail.
        let body = answer.form(None).unwrap_or_default();
        Self::of(question, false, body, Vec::new(), now)
    }

    /// The learner shares: presentations are made for this audience and nonce, and encrypted where the verifier wants that.
    pub(super) fn granted(question: &Question<'_>, chosen: &[Chosen<'_>], copies: &[Copy], now: Timestamp) -> Result<Self, ConsentError> {
        let request = question.request;
        let mut vp_token = VpToken::default();
        for (one, copy) in chosen.iter().zip(copies) {
            vp_token.add(one.query_id, presentation(request, one, copy, now)?);
        }
        let digest = digest(&vp_token);
        let answer = Answer::Presented { vp_token, state: request.state.clone() };
        let body = answer.form(request.recipient.as_ref()).map_err(|_| ConsentError::Ours)?;
        let mut decision = Self::of(question, true, body, asked::labels(chosen), now);
        decision.about.titles = chosen.iter().map(|one| one.held.copy.summary.title.clone()).collect();
        decision.about.digest = digest;
        decision.about.claims = asked::names(chosen);
        decision.about.cards = chosen.iter().map(|one| one.held.copy.card.clone()).collect();
        Ok(decision)
    }

    fn of(question: &Question<'_>, granted: bool, body: String, labels: Vec<LocalText>, now: Timestamp) -> Self {
        let asker = question.asker();
        let kept_until = asker.retention_days().filter(|_| granted).map(|days| now.plus_days(i64::from(days)).millis());
        let about = ActivityAbout { labels: labels.clone(), kept_until, ..question.about() };
        Self { granted, body, response_uri: question.request.response_uri.to_string(), party: asker.name(), labels, about }
    }
}

/// What the receiver can tell the same answer by: SHA-256 of the `vp_token` as canonical JSON.
fn digest(vp_token: &VpToken) -> Option<String> {
    let canonical = vc::jcs::canonical(&serde_json::to_value(vp_token).ok()?).ok()?;
    Some(vc::encoding::b64url(vc::encoding::sha256(canonical.as_bytes())))
}

/// One presentation in the shape of its format: for this audience and nonce by the holder's key, or the bare credential where the
/// asker wants no binding.
fn presentation(request: &AuthorizationRequest, one: &Chosen<'_>, copy: &Copy, now: Timestamp) -> Result<Value, ConsentError> {
    let (form, body) = copy.own.as_ref().map_or((&one.held.form, &one.held.body), |(form, body)| (form, body));
    let to = Audience { client_id: request.client_id.as_str(), nonce: &request.nonce, now: now.seconds() };
    let bound = request.query.credential(one.query_id).is_none_or(|query| query.require_cryptographic_holder_binding);
    let key = match (bound, &copy.key) {
        (true, Some(key)) => key,
        (true, None) => return Err(ConsentError::Ours),
        (false, _) => return bare(one, form, body),
    };
    match form {
        Form::SdJwt(credential) => {
            let shown = credential.reveal(&one.paths).map_err(|_| ConsentError::Ours)?;
            shown.bind(key, to.client_id, to.nonce, to.now).map(Value::from).map_err(ConsentError::Sign)
        }
        Form::Jwt { .. } if one.held.format == Format::VcJwt => w3c::vp_jwt(body, key, &to).map(Value::from).map_err(ConsentError::Sign),
        Form::Jwt { .. } => w3c::jwt_vp(body, key, &to).map(Value::from).map_err(ConsentError::Sign),
        Form::Embedded(document) => {
            // A context that we do not know cannot be canonicalised as RDF, but it can as JSON.
            let format = request.client_metadata.format(&one.held.format);
            let signed = suite::suites(&format).find_map(|suite| w3c::ldp_vp(document, suite, key, &to).ok());
            signed.map(Value::Object).ok_or(ConsentError::Proof)
        }
    }
}

/// The credential alone, for an asker that wants no proof of its holder.
fn bare(one: &Chosen<'_>, form: &Form, body: &str) -> Result<Value, ConsentError> {
    Ok(match form {
        Form::SdJwt(credential) => credential.reveal(&one.paths).map_err(|_| ConsentError::Ours)?.to_string().into(),
        Form::Jwt { .. } => body.into(),
        Form::Embedded(document) => Value::Object(document.clone()),
    })
}

/// Records a decision: consent, activity, audit and outbox row in one transaction. `None` when another press was first.
pub(super) async fn record(
    state: &AppState,
    learner: &Learner,
    kept: &Asked,
    decision: &Decision,
    now: Timestamp,
) -> Result<Option<JobId>, ConsentError> {
    let payload = Payload {
        consent: kept.id.clone(),
        learner: learner.id().clone(),
        granted: decision.granted,
        response_uri: decision.response_uri.clone(),
        body: decision.body.clone(),
        about: decision.about.clone(),
    };
    let payload = zeroize(serde_json::to_vec(&payload).map_err(|_| ConsentError::Ours)?);
    let kind = if decision.granted { ActivityKind::Shared } else { ActivityKind::Refused };
    let owner = learner.owner();
    let mut tx = state.store.write().await?;
    let activity = tx.note(learner.id(), kind, &decision.about, now).await?;
    let about =
        AnsweredAbout { party: decision.party.clone(), labels: decision.labels.clone(), activity: Some(activity.as_str().to_owned()) };
    if !tx.answer_consent(&kept.id, learner.id(), decision.granted, &about, now).await? {
        return Ok(None);
    }
    tx.audit(&event(learner, kept, decision), now).await?;
    tx.read_news_of(learner.id(), &feed::tell::asked_event(&kept.id), now).await?;
    if decision.granted {
        let news = feed::tell::answered(&kept.id, true, decision.about.party.clone(), &activity);
        feed::tell(&mut tx, state, learner.id(), &news, now).await?;
    }
    let job = Job {
        topic: TOPIC,
        ordering_key: kept.id.as_str(),
        dedup_id: kept.id.as_str(),
        owner: &owner,
        payload: &payload,
        expires_at: now.plus_seconds(DELIVERY_SECONDS),
    };
    let job = tx.later(&job, now).await?;
    tx.commit().await?;
    Ok(Some(job))
}

fn zeroize(bytes: Vec<u8>) -> zeroize::Zeroizing<Vec<u8>> {
    zeroize::Zeroizing::new(bytes)
}

fn event(learner: &Learner, kept: &Asked, decision: &Decision) -> Event {
    Event {
        actor: Actor::Learner(learner.id().as_str().to_owned()),
        action: "consent.answered",
        object_kind: "consent",
        object: kept.id.as_str().to_owned(),
        outcome: if decision.granted { "granted" } else { "refused" },
        amount: i64::try_from(decision.labels.len()).unwrap_or_default(),
    }
}

/// Posts an answer. What the verifier took or refused is final; everything else is tried again until the presentation is too old.
pub(crate) async fn work(state: &AppState, claimed: &Claimed) -> Done {
    let Ok(payload) = serde_json::from_slice::<Payload>(&claimed.payload) else { return Done::Never("payload") };
    let outgoing = Outgoing::post(&payload.response_uri, "application/x-www-form-urlencoded", payload.body.clone()).limit(MESSAGE_LIMIT);
    let (delivery, next) = match state.core.egress().send(outgoing).await {
        Ok(answer) if answer.is_success() => (Delivery::Delivered, continue_to(state, &answer.body)),
        Ok(answer) if is_final(answer.status) => (Delivery::Rejected, None),
        Err(EgressError::Scheme | EgressError::Address | EgressError::Redirect | EgressError::Request) => (Delivery::Rejected, None),
        Ok(_) => return Done::Again("status"),
        Err(_) => return Done::Again("unreachable"),
    };
    match settle(state, &payload, delivery, next.as_deref()).await {
        Ok(()) if delivery == Delivery::Delivered => Done::Finished,
        Ok(()) => Done::Never("rejected"),
        Err(error) => {
            tracing::error!(cause = http::failure::chain(&error), "the outcome of an answer could not be written down");
            Done::Again("storage")
        }
    }
}

/// Whether trying again cannot help.
const fn is_final(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429)
}

async fn settle(state: &AppState, payload: &Payload, delivery: Delivery, next: Option<&str>) -> storage::Result<()> {
    let mut tx = state.store.write().await?;
    tx.record_delivery(&payload.consent, &payload.learner, delivery, next).await?;
    if delivery == Delivery::Rejected && payload.granted {
        let about = ActivityAbout { outcome: Some("rejected".to_owned()), ..payload.about.clone() };
        let activity = tx.note(&payload.learner, ActivityKind::ShareFailed, &about, state.core.now()).await?;
        let news = feed::tell::answered(&payload.consent, false, about.party.clone(), &activity);
        feed::tell(&mut tx, state, &payload.learner, &news, state.core.now()).await?;
    }
    tx.commit().await
}

/// Where the verifier wants the learner back: a web address, shown as a link and never opened by itself.
fn continue_to(state: &AppState, body: &[u8]) -> Option<String> {
    let address = Received::parse(body).redirect_uri?;
    let url = Url::parse(&address).ok()?;
    well_known::fetchable(&url, state.core.egress().allows_localhost()).then_some(address)
}
