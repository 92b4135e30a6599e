//! Dates and status: whether a genuine credential still stands.

use super::Case;
use super::fetched::{FetchedStatusList, Need};
use super::format::number;
use crate::Map;
use crate::report::{Check, CheckName, rfc3339};
use crate::status_list::{Status, TokenKeys, read_token};
use serde_json::Value;
use std::sync::Arc;

/// Claim `status.status_list`: where the status stands.
pub(super) struct Reference {
    index: u64,
    pub(super) uri: String,
}

impl Reference {
    /// Reads the claim; `None` when there is no `status`, an error code when it is malformed (row S4).
    pub(super) fn of(claims: &Map) -> Result<Option<Self>, &'static str> {
        const MALFORMED: &str = "malformed_status";
        let Some(status) = claims.get("status") else { return Ok(None) };
        let Some(list) = status.as_object().ok_or(MALFORMED)?.get("status_list") else { return Ok(None) };
        let index = list.get("idx").and_then(Value::as_u64).ok_or(MALFORMED)?;
        let uri = list.get("uri").and_then(Value::as_str).ok_or(MALFORMED)?;
        let url = url::Url::parse(uri).map_err(|_| MALFORMED)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(MALFORMED);
        }
        Ok(Some(Self { index, uri: uri.to_owned() }))
    }
}

/// The `dates` check.
pub(super) fn dates(claims: &Map, inputs: &Case<'_>) -> Check {
    let at = |name: &str| number(claims, name).ok().flatten();
    let (iat, nbf, exp) = (at("iat"), at("nbf"), at("exp"));
    let tolerance = inputs.clock_tolerance.max(0);
    let ahead = |t: i64| t > inputs.now.saturating_add(tolerance);
    let mut check = if iat.is_some_and(ahead) || nbf.is_some_and(ahead) {
        Check::failed(CheckName::Dates, "not_yet_valid")
    } else if exp.is_some_and(|exp| inputs.now >= exp.saturating_add(tolerance)) {
        Check::failed(CheckName::Dates, "expired")
    } else {
        Check::passed(CheckName::Dates)
    };
    for (name, time) in [("issued_at", iat), ("not_before", nbf), ("expires_at", exp)] {
        if let Some(time) = time {
            check = check.with(name, rfc3339(time));
        }
    }
    check
}

/// The `status` check; `None` when the credential names no status. `issuer` must be the list's signer too (row S8).
pub(super) fn status(claims: &Map, issuer: &str, inputs: &Case<'_>) -> Option<Check> {
    let unknown = |reason: &str| Check::not_checked(CheckName::Status, "status_unknown").with("reason", reason);
    let reference = match Reference::of(claims) {
        Ok(Some(reference)) => reference,
        // A mechanism that is not supported here is a status that is not known.
        _ => return claims.contains_key("status").then(|| unknown("unsupported")),
    };
    let Some(fetched) = inputs.fetched.list(&reference.uri) else {
        inputs.ask(Need::StatusList(reference.uri));
        return Some(unknown(if inputs.offline { "offline" } else { "not_fetched" }));
    };
    let token = match fetched {
        FetchedStatusList::Read(token) if token.uri == reference.uri && token.is_current(inputs.now) => Arc::clone(token),
        FetchedStatusList::Read(_) => return Some(unknown("list_refused")),
        FetchedStatusList::Text(text) => {
            let keys = inputs.key_given.map_or(TokenKeys::Trust(inputs.trust), TokenKeys::Given);
            match read_token(text, keys, &reference.uri, inputs.now) {
                Ok(token) => Arc::new(token),
                Err(_) => return Some(unknown("list_refused")),
            }
        }
    };
    if inputs.key_given.is_none() && !token.issuers.iter().any(|i| i == issuer) {
        return Some(unknown("list_of_another_issuer"));
    }
    let status = usize::try_from(reference.index).ok().and_then(|index| token.list.status(index));
    let check = match status {
        None => Check::failed(CheckName::Status, "status_out_of_range"),
        Some(Status::Valid) => Check::passed(CheckName::Status),
        Some(Status::Invalid) => Check::failed(CheckName::Status, "revoked"),
        Some(Status::Suspended) => Check::failed(CheckName::Status, "suspended"),
        Some(Status::Other(_)) => return Some(unknown("unknown_value")),
    };
    Some(check.with("as_of", rfc3339(token.iat)))
}
