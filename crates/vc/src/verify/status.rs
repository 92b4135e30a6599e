//! Status: what the lists that a credential names say of it. Of several the worst counts.

use super::fetched::{FetchedStatusList, Need};
use super::keys::Problem;
use super::{Case, w3c};
use crate::encoding::b64url_decode;
use crate::key::Jwk;
use crate::report::{Check, CheckName};
use crate::sd_jwt::{self, TYP};
use crate::status_list::{
    BitstringList, CheckedList, ListText, Standing, StatusEntry, StatusListError, TokenKeys, parse_jwt, read_token, recognise,
};
use crate::trust::Mechanism;
use crate::{strict_json, vcdm};
use serde_json::Value;
use std::sync::Arc;

/// Why a list says nothing.
struct Silent(&'static str);

/// The `status` check; `None` when the credential names no status. `issuers` are the names of the credential's issuer: a
/// list of somebody else says nothing (row S8). `credential_id` is by which 1EdTech's lists know it.
pub(super) fn check(entries: &[StatusEntry], issuers: &[&str], credential_id: Option<&str>, case: &Case<'_>) -> Option<Check> {
    entries.iter().map(|entry| of_entry(entry, issuers, credential_id, case)).max_by_key(|check| (check.verdict(), check.state))
}

fn of_entry(entry: &StatusEntry, issuers: &[&str], credential_id: Option<&str>, case: &Case<'_>) -> Check {
    let unknown = |reason: &str| Check::not_checked(CheckName::Status, "status_unknown").with("reason", reason);
    // A mechanism that is not supported here is a status that is not known.
    let Some(uri) = entry.uri() else { return unknown("unsupported") };
    let list = match list(uri, case) {
        Ok(list) => list,
        Err(Silent(reason)) => return unknown(reason).with("list", uri),
    };
    let check = match list.standing(entry, credential_id) {
        _ if case.key_given.is_none() && !issuers.iter().any(|issuer| list.is_tied_to(issuer)) => unknown("list_of_another_issuer"),
        Ok(Standing::Valid | Standing::Refresh | Standing::Message(_)) => Check::passed(CheckName::Status),
        Ok(Standing::Revoked) => Check::failed(CheckName::Status, "revoked"),
        Ok(Standing::Suspended) => Check::failed(CheckName::Status, "suspended"),
        Ok(Standing::Unknown(_)) => unknown("unknown_value"),
        Err(StatusListError::Index) => Check::failed(CheckName::Status, "status_out_of_range"),
        Err(_) => unknown("list_refused"),
    };
    let check = check.with("list", uri);
    match list.made_at() {
        Some(at) => check.with_time("as_of", at),
        None => check,
    }
}

/// The list at an address, checked.
fn list(uri: &str, case: &Case<'_>) -> Result<CheckedList, Silent> {
    if let Some(list) = last_of_one_that_left(uri, case) {
        return list;
    }
    let Some(fetched) = case.fetched.list(uri) else {
        case.ask(Need::StatusList(uri.to_owned()));
        return Err(Silent(if case.offline { "offline" } else { "not_fetched" }));
    };
    let known = match fetched {
        FetchedStatusList::Read(token) => CheckedList::Token(Arc::clone(token)),
        FetchedStatusList::Checked(list) => list.clone(),
        FetchedStatusList::Text(text) => return read(text.as_bytes(), uri, case).map_err(|_| Silent("list_refused")),
    };
    if known.uri() == uri && known.is_current(case.now) { Ok(known) } else { Err(Silent("list_refused")) }
}

/// The list that the register keeps of an issuer that left, judged at that time. Its address is not asked any more.
fn last_of_one_that_left(uri: &str, case: &Case<'_>) -> Option<Result<CheckedList, Silent>> {
    let (kept, left_at) = case.trust.final_status(uri)?;
    Some(read(kept.as_bytes(), uri, &case.at(left_at.min(case.now))).map_err(|_| Silent("list_refused")))
}

/// Reads and verifies what was served at an address, whatever kind of list it is.
pub(super) fn read(served: &[u8], uri: &str, case: &Case<'_>) -> Result<CheckedList, StatusListError> {
    let unproven = |_: Problem| StatusListError::Signature;
    let (credential, until) = match recognise(served, uri)? {
        ListText::Token => {
            let text = std::str::from_utf8(served).map_err(|_| StatusListError::Malformed)?;
            return token(text, uri, case);
        }
        ListText::OneEdTech(list) => return Ok(list.into()),
        ListText::Credential(map) => {
            w3c::proven_by_proof(&map, case).map_err(unproven)?;
            (map, None)
        }
        ListText::CredentialJwt(jws) => {
            let jwt = vcdm::jwt::read(jws.as_str()).map_err(|_| StatusListError::Malformed)?;
            w3c::proven_by_jwt(&jwt, case).map_err(unproven)?;
            (jwt.credential_unverified().clone(), jwt.claims().expires)
        }
    };
    Ok(BitstringList::of_verified(&credential, uri, case.now)?.ending_at(until, case.now)?.into())
}

/// A Token Status List: by the key that was given, by its certificates, or by the key that its issuer publishes.
fn token(text: &str, uri: &str, case: &Case<'_>) -> Result<CheckedList, StatusListError> {
    let list = match (case.key_given, publisher(text, case)?) {
        (Some(keys), _) => read_token(text, TokenKeys::Given(keys), uri, case.now)?,
        (None, None) => read_token(text, TokenKeys::Trust(case.trust), uri, case.now)?,
        (None, Some((issuer, key))) => {
            let keys = TokenKeys::Published { issuer: &issuer, keys: std::slice::from_ref(&key) };
            read_token(text, keys, uri, case.now)?
        }
    };
    Ok(list.into())
}

/// Whose token it says that it is, without certificates: `iss`, or the DID in `kid`; and the key, found in the one way that is
/// permitted for that issuer's SD-JWT VCs. `None` when it brings certificates, or a key was given.
fn publisher(text: &str, case: &Case<'_>) -> Result<Option<(String, Jwk)>, StatusListError> {
    let malformed = |_| StatusListError::Malformed;
    let header = b64url_decode(text.trim_start().split('.').next().unwrap_or_default())?;
    let header = strict_json::parse_object(&header).map_err(malformed)?;
    if case.key_given.is_some() || header.contains_key("x5c") {
        return Ok(None);
    }
    let jws = parse_jwt(text.trim())?;
    let kid = jws.kid();
    let named = jws.payload_unverified().get("iss").and_then(Value::as_str);
    let by_kid = || kid.filter(|kid| kid.starts_with("did:")).and_then(|kid| kid.split('#').next());
    let issuer = named.or_else(by_kid).ok_or(StatusListError::Signature)?;
    let mechanism = if issuer.starts_with("did:") { Mechanism::Did } else { Mechanism::IssuerMetadata };
    if !case.permits(issuer, TYP, Some(mechanism)) {
        return Err(StatusListError::Signature);
    }
    let key = match mechanism {
        Mechanism::Did => {
            let method = sd_jwt::verification_method(issuer, kid).map_err(|_| StatusListError::Signature)?;
            case.issuer_method(issuer, method.as_deref())
        }
        _ => case.metadata_key(issuer, kid),
    };
    let key = key.map_err(|_| StatusListError::Signature)?;
    // A stolen key says nothing about anybody's status either.
    if case.trust.is_revoked(&key) { Err(StatusListError::Signature) } else { Ok(Some((issuer.to_owned(), key))) }
}
