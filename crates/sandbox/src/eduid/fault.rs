//! Misbehaviour to order: `POST /sandbox/faults {"kind", "times"}` makes the next logins wrong in one way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use vc::encoding::b64url;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// The answer has no `iss`.
    MissingIss,
    /// The answer has the `iss` of somebody else.
    WrongIss,
    /// The answer is `access_denied`.
    Denied,
    /// 500 at the token endpoint.
    TokenStatus500,
    /// The ID token has another nonce.
    WrongNonce,
    /// The ID token has no nonce.
    MissingNonce,
    /// The ID token has another issuer.
    WrongIssuer,
    /// The ID token is for somebody else.
    WrongAudience,
    /// The ID token is also for a second client and has no `azp`.
    TwoAudiences,
    /// The ID token is over.
    Expired,
    /// The ID token is not signed.
    AlgNone,
    /// The ID token has `alg` HS256.
    Hs256,
    /// Userinfo has no `eduid`.
    NoEduid,
    /// Userinfo has a mail address with further headers behind it.
    EmailInjection,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Order {
    kind: Kind,
    times: u32,
}

/// What was ordered and has not happened yet, and which assertions were seen.
#[derive(Default)]
pub(super) struct Faults {
    waiting: Mutex<HashMap<Kind, u32>>,
    seen: Mutex<HashMap<String, i64>>,
}

impl Faults {
    /// Whether this fault is due now; counts it.
    pub(super) fn take(&self, kind: Kind) -> bool {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.get_mut(&kind) {
            Some(times) if *times > 0 => {
                *times = times.saturating_sub(1);
                true
            }
            _ => false,
        }
    }

    /// `iss` of an authorization answer.
    pub(super) fn issuer(&self, issuer: &str) -> Option<String> {
        if self.take(Kind::MissingIss) {
            return None;
        }
        Some(if self.take(Kind::WrongIss) { "https://other-op.example".to_owned() } else { issuer.to_owned() })
    }

    /// Spoils the claims of an ID token.
    pub(super) fn spoil(&self, claims: &mut Map<String, Value>) {
        let changes = [
            (Kind::WrongNonce, "nonce", json!("another-nonce")),
            (Kind::MissingNonce, "nonce", Value::Null),
            (Kind::WrongIssuer, "iss", json!("https://other-op.example")),
            (Kind::WrongAudience, "aud", json!("another-client")),
            (Kind::TwoAudiences, "aud", json!([claims.get("aud"), "another-client"])),
            (Kind::Expired, "exp", json!(claims.get("iat").and_then(Value::as_i64).unwrap_or_default().saturating_sub(600))),
        ];
        for (_, name, value) in changes.into_iter().filter(|(kind, _, _)| self.take(*kind)) {
            if value.is_null() {
                claims.remove(name);
            } else {
                claims.insert(name.to_owned(), value);
            }
        }
    }

    /// An ID token that proves nothing.
    pub(super) fn unsigned(&self, claims: &Value) -> Option<String> {
        let (alg, signature) = match () {
            () if self.take(Kind::AlgNone) => ("none", String::new()),
            () if self.take(Kind::Hs256) => ("HS256", b64url([7; 32])),
            () => return None,
        };
        Some(format!("{}.{}.{signature}", b64url(json!({"alg": alg, "typ": "JWT"}).to_string()), b64url(claims.to_string())))
    }

    /// Whether an assertion's `jti` is new.
    pub(super) fn first_use(&self, jti: &str, expires: i64, now: i64) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|_, until| *until > now);
        seen.insert(jti.to_owned(), expires).is_none()
    }
}

/// `POST /sandbox/faults`. `times` 0 takes an order back.
pub(super) async fn order(State(state): State<Arc<super::State>>, Json(order): Json<Order>) -> Json<Value> {
    let mut waiting = state.faults.waiting.lock().unwrap_or_else(PoisonError::into_inner);
    waiting.insert(order.kind, order.times);
    Json(json!({"waiting": waiting.values().sum::<u32>()}))
}
