//! What a text that was served as a status list turns out to be, before anything in it is believed.

use super::compress::{MAX_COMPRESSED, is_simple};
use super::revocation_list::looks_like_one;
use super::{RevocationList, StatusListError};
use crate::encoding::b64url_decode;
use crate::jws::Jws;
use crate::{Map, strict_json};

/// A served text by its kind. Nothing is verified yet.
pub enum ListText {
    /// `statuslist+jwt`, for [`super::read_token`].
    Token,
    /// A list credential as JSON with embedded proof.
    Credential(Map),
    /// A list credential as JWT.
    CredentialJwt(Box<Jws>),
    /// 1EdTech's list, read already: it carries no signature.
    OneEdTech(RevocationList),
}

/// Recognises what was served at `uri`, within limits on size and structure. The media type is no help: some hosts serve any list as
/// plain text, and what was signed says its own type.
pub fn recognise(bytes: &[u8], uri: &str) -> Result<ListText, StatusListError> {
    // base64url of the compressed bytes within JSON, and once more as payload of a JWT.
    if bytes.len() > MAX_COMPRESSED * 2 {
        return Err(StatusListError::Limit);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| StatusListError::Malformed)?.trim();
    if text.starts_with('{') {
        return of_json(text, uri);
    }
    of_jwt(text)
}

fn of_json(text: &str, uri: &str) -> Result<ListText, StatusListError> {
    if !is_simple(text.as_bytes()) {
        // Only a list of many credentials may have so many members; it has a limit of its own.
        return RevocationList::read(text.as_bytes(), uri).map(ListText::OneEdTech);
    }
    let document = strict_json::parse_object(text.as_bytes()).map_err(|_| StatusListError::Malformed)?;
    if looks_like_one(&document) {
        return RevocationList::read(text.as_bytes(), uri).map(ListText::OneEdTech);
    }
    Ok(ListText::Credential(document))
}

fn of_jwt(text: &str) -> Result<ListText, StatusListError> {
    let jws = parse_jwt(text)?;
    Ok(if jws.typ() == Some(super::token::TYP) { ListText::Token } else { ListText::CredentialJwt(Box::new(jws)) })
}

/// Parses a JWT whose payload has few members.
pub(crate) fn parse_jwt(text: &str) -> Result<Jws, StatusListError> {
    let payload = text.split('.').nth(1).ok_or(StatusListError::Malformed)?;
    let payload = b64url_decode(payload).map_err(|_| StatusListError::Malformed)?;
    if !is_simple(&payload) {
        return Err(StatusListError::Limit);
    }
    drop(payload);
    Jws::parse(text).map_err(|_| StatusListError::Malformed)
}
