//! What this process remembers of published lists: their statuses, packed, brought up to date by what changed since; and the signed
//! documents, until the list has another version.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::Timestamp;
use storage::issuer::key::InstitutionKey;
use storage::issuer::status_list::{ChangedEntry, CredentialStatus, StatusListRow};
use vc::data_integrity::{self, Cryptosuite, ProofOptions};
use vc::key::Algorithm;
use vc::status_list::bitstring::{ListFacts, credential_with};
use vc::status_list::{
    BITS, BITSTRING_MEDIA_TYPE, Bitstring, Deflater, ENTRIES, Purpose, Status, StatusList, StatusListError, TOKEN_MEDIA_TYPE, TokenClaims,
    issue_token_with,
};

use super::publish::{CACHE, PublishError};
use crate::institution::Institution;
use crate::published::Published;

/// A list lives a day from when it was made, and is made anew every quarter of an hour also when nothing changed.
const LIFE_SECONDS: i64 = 86_400;
const RENEW_SECONDS: i64 = 900;
/// For how long a copy may be used without asking again, in seconds.
const TTL_SECONDS: i64 = 60;
/// Lists that are remembered: one has up to 256 KiB, half as much again for each Bitstring form, what is compressed of it, and its
/// documents. Parts of a list in which nothing is withdrawn take no memory.
const KEPT: usize = 64;

/// A way in which a list is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Token,
    Revocation,
    Suspension,
}

impl Form {
    /// Of the key that signs it.
    pub(super) fn algorithm(self) -> Algorithm {
        match self {
            Self::Token => Algorithm::Es256,
            Self::Revocation | Self::Suspension => Algorithm::EdDsa,
        }
    }

    /// Below the institution's identifier.
    pub(super) fn path(self, id: &str) -> String {
        match self {
            Self::Token => format!("/status/{id}"),
            Self::Revocation => format!("/status/{id}/revocation"),
            Self::Suspension => format!("/status/{id}/suspension"),
        }
    }

    /// Signs a list.
    pub(super) fn publish(
        self,
        institution: &Institution,
        id: &str,
        packed: &Packed,
        (key, made_at): (&InstitutionKey, i64),
        deflater: &mut Deflater,
    ) -> Result<Published, PublishError> {
        let uri = institution.at(&self.path(id));
        let (purpose, status) = match self {
            Self::Token => return token(uri, packed, (key, made_at), deflater),
            Self::Revocation => (Purpose::Revocation, Status::Invalid),
            Self::Suspension => (Purpose::Suspension, Status::Suspended),
        };
        let did = vc::did::web_did(&institution.identifier).map_err(|_| PublishError::Key)?;
        let facts = ListFacts {
            uri: &uri,
            issuer: &did,
            purpose,
            valid_from: made_at,
            valid_until: made_at.saturating_add(LIFE_SECONDS),
            ttl: TTL_SECONDS,
        };
        let document = credential_with(&Bitstring::of(&packed.list, status), &facts, deflater)?;
        let method = format!("{did}#{}", key.kid);
        let mut options = ProofOptions::new(Cryptosuite::EddsaRdfc2022, method, data_integrity::Purpose::AssertionMethod);
        options.created = Some(made_at);
        let signed = data_integrity::sign(&document, &options, &crate::key::open(key)?)?;
        let body = serde_json::Value::Object(signed).to_string().into_bytes();
        Ok(Published::new(BITSTRING_MEDIA_TYPE, CACHE, body).with_quick_gzip())
    }
}

fn token(uri: String, packed: &Packed, (key, made_at): (&InstitutionKey, i64), deflater: &mut Deflater) -> Result<Published, PublishError> {
    let claims = TokenClaims { uri, iat: made_at, exp: made_at.saturating_add(LIFE_SECONDS), ttl: TTL_SECONDS };
    let header = crate::key::header(key, "statuslist+jwt");
    let token = issue_token_with(&packed.list, &claims, (&header, &crate::key::open(key)?), deflater)?;
    Ok(Published::new(TOKEN_MEDIA_TYPE, CACHE, token.into_bytes()).with_quick_gzip())
}

/// What a published document must fit.
pub(super) struct Facts {
    version: i64,
    signer: String,
    /// Its `iat` or `validFrom`, Unix seconds: the list's last change, or the quarter of an hour that began since. Taken from the
    /// list's row and not from the clock, because a verifier never goes back to an earlier one: a server that is a second behind
    /// could else not publish a change for that second.
    pub(super) made_at: i64,
}

impl Facts {
    pub(super) fn of(row: &StatusListRow, signer: &str, now: Timestamp) -> Self {
        let quarter = now.seconds() - now.seconds().rem_euclid(RENEW_SECONDS);
        Self { version: row.version, signer: signer.to_owned(), made_at: row.changed_at.seconds().max(quarter) }
    }
}

/// The statuses of a list, as of a version. Cheap to clone.
#[derive(Clone)]
pub(super) struct Packed {
    list: Arc<StatusList>,
    pub(super) version: i64,
}

impl Packed {
    /// Nothing withdrawn yet.
    fn new() -> Result<Self, StatusListError> {
        Ok(Self { list: Arc::new(StatusList::new(BITS, ENTRIES)?), version: 0 })
    }

    /// Takes over what changed after [`Packed::version`]; `version` is the list's, as read before the changes were.
    pub(super) fn apply(&mut self, version: i64, changes: &[ChangedEntry]) -> Result<(), StatusListError> {
        let list = Arc::make_mut(&mut self.list);
        for change in changes {
            let status = match change.status {
                CredentialStatus::Valid => Status::Valid,
                CredentialStatus::Suspended => Status::Suspended,
                CredentialStatus::Revoked => Status::Invalid,
            };
            list.set(usize::try_from(change.index).unwrap_or(usize::MAX), status)?;
            self.version = self.version.max(change.version);
        }
        self.version = self.version.max(version);
        Ok(())
    }
}

/// A document and what it was made for.
#[derive(Clone)]
struct Made {
    version: i64,
    signer: String,
    made_at: i64,
    document: Published,
}

/// One list.
struct Kept {
    packed: Packed,
    used_at: Timestamp,
    made: HashMap<Form, Made>,
    /// What is compressed already; absent while somebody works with it.
    deflaters: HashMap<Form, Deflater>,
}

/// Lists of this process: public things. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct PublishedLists(Arc<Mutex<HashMap<String, Kept>>>);

impl PublishedLists {
    /// The document of a list that is made already, when it still fits.
    pub(super) fn find(&self, id: &str, form: Form, facts: &Facts) -> Option<Published> {
        let lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made = lists.get(id)?.made.get(&form)?;
        let fits = made.version >= facts.version && made.signer == facts.signer && made.made_at >= facts.made_at;
        fits.then(|| made.document.clone())
    }

    /// The statuses of a list as they are known here, to be brought up to date, and what is compressed of them.
    pub(super) fn begin(&self, id: &str, form: Form) -> Result<(Packed, Deflater), StatusListError> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(kept) = lists.get_mut(id) else { return Ok((Packed::new()?, Deflater::default())) };
        Ok((kept.packed.clone(), kept.deflaters.remove(&form).unwrap_or_default()))
    }

    /// Remembers a document, and what it was made from unless newer statuses are known.
    pub(super) fn keep(
        &self,
        id: &str,
        form: Form,
        (facts, now): (&Facts, Timestamp),
        (packed, deflater): (Packed, Deflater),
        document: Published,
    ) {
        let made = Made { version: packed.version, signer: facts.signer.clone(), made_at: facts.made_at, document };
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lists.len() >= KEPT && !lists.contains_key(id) {
            let idle = lists.iter().min_by_key(|(_, kept)| kept.used_at).map(|(id, _)| id.clone());
            idle.and_then(|id| lists.remove(&id));
        }
        let kept = lists.entry(id.to_owned()).or_insert_with(|| Kept::new(packed.clone(), now));
        if kept.packed.version < packed.version {
            kept.packed = packed;
        }
        kept.used_at = now;
        kept.made.insert(form, made);
        kept.deflaters.insert(form, deflater);
    }
}

impl Kept {
    fn new(packed: Packed, used_at: Timestamp) -> Self {
        Self { packed, used_at, made: HashMap::new(), deflaters: HashMap::new() }
    }
}
