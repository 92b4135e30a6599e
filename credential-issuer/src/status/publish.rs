//! `GET /{institution}/status/{list}`: the Token Status List, signed by the institution, as fresh as its last change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use http::{Ctx, Failure, Kind};
use model::Timestamp;
use storage::StorageError;
use storage::issuer::key::InstitutionKey;
use storage::issuer::status_list::{CredentialStatus, ENTRIES_PER_LIST, StatusListRow};
use vc::key::Algorithm;
use vc::status_list::{Status, StatusList, StatusListError, TokenClaims, issue_token};

use crate::Issuer;
use crate::institution::{At, Institution};
use crate::published::Published;

/// Bits per entry: valid, revoked, suspended.
const BITS: u8 = 2;
/// A token lives a day, and is made anew when a quarter of that is left.
const LIFE_SECONDS: i64 = 86_400;
const RENEW_SECONDS: i64 = LIFE_SECONDS * 3 / 4;
/// For how long a copy may be used without asking again, in seconds.
const TTL_SECONDS: i64 = 60;
/// For how long a cache on the way may answer, in seconds.
const CACHE: &str = "public, max-age=2, must-revalidate";

/// Tokens of this process: public, and thrown away when the list's row has another version.
#[derive(Clone, Default)]
pub(crate) struct PublishedLists(Arc<Mutex<HashMap<String, Token>>>);

#[derive(Clone)]
struct Token {
    version: i64,
    signer: String,
    made_at: Timestamp,
    document: Published,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PublishError {
    #[error("no such list")]
    NotFound,
    #[error("historical lists are not served")]
    History,
    #[error("the list could not be made")]
    List(#[from] StatusListError),
    #[error("the institution has no active key")]
    Key,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl Failure for PublishError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotFound => Kind::NotFound,
            Self::History => Kind::NotServed,
            Self::List(_) | Self::Key => Kind::Ours,
            Self::Storage(_) => Kind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::History => "status_history",
            Self::List(_) | Self::Key => "internal",
            Self::Storage(_) => "unavailable",
        }
    }
}
http::failure!(PublishError);

pub(crate) async fn list(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, PublishError> {
    // Row S10: never the current list for a question about the past.
    if url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).any(|(name, _)| name == "time") {
        return Err(PublishError::History);
    }
    Ok(current(&issuer, &institution, &id, ctx.now()).await?.document.answer(&headers))
}

/// The token of the list's present version. The row is read each time, so that a change shows at once on every server.
async fn current(issuer: &Issuer, institution: &Institution, id: &str, now: Timestamp) -> Result<Token, PublishError> {
    let mut tx = issuer.store.read().await?;
    let list = tx.status_list(institution.slug(), id).await?.ok_or(PublishError::NotFound)?;
    let signer = tx.active_key_id(institution.slug(), Algorithm::Es256).await?.ok_or(PublishError::Key)?;
    if let Some(published) = issuer.lists.find(&list, &signer, now) {
        return Ok(published);
    }
    let key = tx.active_key(institution.slug(), Algorithm::Es256).await?.ok_or(PublishError::Key)?;
    let entries = tx.status_entries(id).await?;
    drop(tx);
    let published = make(institution, &list, &entries, (&key, now))?;
    issuer.lists.keep(id, published.clone());
    Ok(published)
}

fn make(
    institution: &Institution,
    row: &StatusListRow,
    entries: &[(i64, CredentialStatus)],
    (key, now): (&InstitutionKey, Timestamp),
) -> Result<Token, PublishError> {
    let mut list = StatusList::new(BITS, usize::try_from(ENTRIES_PER_LIST).unwrap_or_default())?;
    for (index, status) in entries {
        let status = match status {
            CredentialStatus::Valid => Status::Valid,
            CredentialStatus::Suspended => Status::Suspended,
            CredentialStatus::Revoked => Status::Invalid,
        };
        list.set(usize::try_from(*index).unwrap_or(usize::MAX), status)?;
    }
    let uri = institution.at(&format!("/status/{}", row.id));
    let claims = TokenClaims { uri, iat: now.seconds(), exp: now.plus_seconds(LIFE_SECONDS).seconds(), ttl: TTL_SECONDS };
    let token = issue_token(&list, &claims, &crate::key::header(key, "statuslist+jwt"), &crate::key::open(key)?)?;
    let document = Published::new("application/statuslist+jwt", CACHE, token.into_bytes()).with_gzip();
    Ok(Token { version: row.version, signer: key.id.clone(), made_at: now, document })
}

impl PublishedLists {
    fn find(&self, row: &StatusListRow, signer: &str, now: Timestamp) -> Option<Token> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = lists.get(&row.id)?;
        let fresh = found.made_at <= now && now < found.made_at.plus_seconds(RENEW_SECONDS);
        (found.version == row.version && found.signer == signer && fresh).then(|| found.clone())
    }

    fn keep(&self, id: &str, published: Token) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), published);
    }
}
