//! Status: what the lists that a credential names say of it. Of several the worst counts.

use super::fetched::{FetchedStatusList, Need};
use super::keys::Problem;
use super::{Case, w3c};
use crate::report::{Check, CheckName, rfc3339};
use crate::status_list::{BitstringList, CheckedList, ListText, Standing, StatusEntry, StatusListError, TokenKeys, read_token, recognise};
use crate::vcdm;
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
        Some(at) => check.with("as_of", rfc3339(at)),
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
            let keys = case.key_given.map_or(TokenKeys::Trust(case.trust), TokenKeys::Given);
            return Ok(read_token(text, keys, uri, case.now)?.into());
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
