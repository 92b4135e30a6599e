//! From an award to a row that says what will be signed: built and linted outside of any lock, then kept together with what it uses up.

use model::Timestamp;
use model::offer::Offer;
use storage::audit::{Actor, Event};
use storage::issuer::achievement::AchievementRow;
use storage::issuer::award::{AwardRow, AwardState};
use storage::issuer::credential::{CredentialRow, NewCredential};
use storage::issuer::key::InstitutionKey;
use storage::issuer::offer::OfferRow;
use storage::role;
use storage::{Change, IssuerTx, Owner, Sealer, StorageError, hash_token};
use vc::key::Jwk;
use vc::verify::PreparedForm;

use super::again::more;
use super::forms::{self, Issuance};
use super::issue::{Collect, DENIED, IssueError, Numbers, Right};
use crate::Issuer;
use crate::failpoint::reached;
use crate::institution::Institution;
use crate::status::places::Place;

/// Prepared, and everything to sign and keep it with.
pub(super) struct Ready {
    pub(super) copies: Vec<(CredentialRow, PreparedForm)>,
    pub(super) key: InstitutionKey,
    pub(super) sealer: Sealer,
    pub(super) round: i64,
}

/// One copy before it has a row.
struct Copy<'a> {
    id: String,
    built: forms::Built,
    /// What is kept of it.
    kept: Vec<u8>,
    payload_hash: [u8; 32],
    holder: Vec<u8>,
    place: &'a Place,
}

/// After this the credentials will exist: forms, intents, nonce, award and offer are written together, against the award as it was built
/// from. It need not be on the disk before what is signed of it is stored: nothing leaves the server between, and a log has one order.
pub(super) async fn prepare(
    issuer: &Issuer,
    institution: &Institution,
    collect: &Collect<'_>,
    places: &[Place],
) -> Result<Ready, IssueError> {
    let offer = collect.offer;
    let mut tx = issuer.store.read().await?;
    let award = tx.award(institution.slug(), &offer.award).await?.ok_or(DENIED)?;
    // The first form takes the open award; others follow it.
    let stands = matches!(award.state, AwardState::Open | AwardState::Issued);
    if !stands || !is_of(&award, offer) {
        return Err(DENIED);
    }
    let key = tx.active_key(institution.slug(), forms::algorithm(collect.configuration)).await?.ok_or(IssueError::Sign)?;
    let sealer = tx.sealer(&Owner::person(&offer.institution, &offer.person)).await?;
    drop(tx);
    let built = collect.holders.iter().zip(places);
    let built = built.map(|(holder, place)| build(issuer, institution, collect, (&award, &key), (holder, place)));
    let built = built.collect::<Result<Vec<_>, _>>()?;
    reached("issuer.built");

    let (copies, round) = match first(issuer, collect, &award, (&built, &key, &sealer)).await? {
        Some(copies) => (copies, Numbers::FIRST.round),
        None => step_by_step(issuer, institution, collect, &award, (&built, &key)).await?,
    };
    Ok(Ready { copies, key, sealer, round })
}

/// Whether an award is still what was offered.
pub(crate) fn is_of(award: &AwardRow, offer: &OfferRow) -> bool {
    award.revision == offer.revision && award.person == offer.person
}

fn build<'a>(
    issuer: &Issuer,
    institution: &Institution,
    collect: &Collect<'_>,
    (award, key): (&AwardRow, &InstitutionKey),
    (holder, place): (&Jwk, &'a Place),
) -> Result<Copy<'a>, IssueError> {
    let content = award.content.as_ref().ok_or(DENIED)?;
    let id = model::id::credential_uuid(issuer.core.random()).to_string();
    let issuance = Issuance { institution, id: &id, holder, place, seen_at: award.seen_at, now: collect.now };
    let built = forms::build(collect.configuration, content, &issuance, key, issuer.core.random())?;
    let kept = serde_json::to_vec(&built.prepared).map_err(|_| StorageError::Row { table: "issued_credential", column: "prepared" })?;
    let payload_hash = built.prepared.hash();
    Ok(Copy { id, built, kept, payload_hash, holder: hash_token(&holder.thumbprint()), place })
}

impl Copy<'_> {
    /// Its row, and what writes it.
    fn row<'a>(&'a self, collect: &Collect<'a>, at: Numbers, key: &'a InstitutionKey) -> NewCredential<'a> {
        NewCredential {
            id: &self.id,
            offer: collect.offer,
            configuration: collect.configuration.id(),
            copy: at.copy,
            round: at.round,
            holder: &self.holder,
            list: &self.place.list,
            index: self.place.index,
            signing_key: &key.id,
            prepared: &self.kept,
            payload_hash: &self.payload_hash,
            expires_at: self.built.expires_at,
        }
    }
}

/// The usual case, in one trip to the database: the first form of an open offer for a fresh nonce, of which nothing is published.
/// Nothing when it is another case, and then nothing was written: step by step it is found out which.
async fn first(
    issuer: &Issuer,
    collect: &Collect<'_>,
    award: &AwardRow,
    (built, key, sealer): (&[Copy<'_>], &InstitutionKey, &Sealer),
) -> Result<Option<Vec<(CredentialRow, PreparedForm)>>, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    let publishes = built.iter().any(|copy| copy.built.achievement.is_some());
    let Right::Nonce(nonce) = collect.right else { return Ok(None) };
    if publishes || collect.renews || award.state != AwardState::Open {
        return Ok(None);
    }
    let mut changes = vec![nonce.consumed(), Change::take_award(award), Change::bind_offer(&offer.id, &collect.holders_hash(), now)];
    let mut copies = Vec::with_capacity(built.len());
    for (copy, number) in built.iter().zip(Numbers::FIRST.copy..) {
        let at = Numbers { copy: number, ..Numbers::FIRST };
        let (row, change) = Change::prepare_credential(&copy.row(collect, at, key), sealer, now)?;
        changes.extend([change, audited(&row.id, "credential.intent", now)]);
        copies.push((row, copy.built.prepared.clone()));
    }
    match issuer.store.all_or_none_unsynced(changes).await {
        Ok(true) => Ok(Some(copies)),
        Ok(false) | Err(StorageError::Conflict) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Every other case: more forms, more copies, a wallet that was put off, somebody else who is faster, a nonce that was used.
async fn step_by_step(
    issuer: &Issuer,
    institution: &Institution,
    collect: &Collect<'_>,
    award: &AwardRow,
    (built, key): (&[Copy<'_>], &InstitutionKey),
) -> Result<(Vec<(CredentialRow, PreparedForm)>, i64), IssueError> {
    let mut tx = issuer.store.write_unsynced().await?;
    collect.use_nonce(&mut tx).await?;
    let Numbers { round, copy } = consume(&mut tx, institution, collect, award).await?;
    let mut copies = Vec::with_capacity(built.len());
    for (one, copy) in built.iter().zip(copy..) {
        copies.push(keep(&mut tx, collect, (one, Numbers { round, copy }), key).await?);
    }
    tx.commit().await?;
    Ok((copies, round))
}

/// Keeps a copy and the intent to sign it, and the achievement that it names.
async fn keep(
    tx: &mut IssuerTx,
    collect: &Collect<'_>,
    (copy, at): (&Copy<'_>, Numbers),
    key: &InstitutionKey,
) -> Result<(CredentialRow, PreparedForm), IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    if let Some(achievement) = copy.built.achievement.as_ref().filter(|_| at.copy == 0) {
        let document = serde_json::Value::Object(achievement.document.clone()).to_string();
        let kept = AchievementRow { template: achievement.template.clone(), document };
        tx.keep_achievement(&offer.institution, &achievement.id, &kept, now).await?;
    }
    let row = tx.prepare_credential(&copy.row(collect, at, key), now).await?;
    audit(tx, &row.id, "credential.intent", now).await?;
    Ok((row, copy.built.prepared.clone()))
}

/// Takes the open award and its offer; one that another form took is good for as long as it heals a lost answer, and for whom it was
/// put off or asks for more. The award first, as everybody does who changes both, and as what was built from it: what was decided
/// anew meanwhile is not issued as it was.
async fn consume(tx: &mut IssuerTx, institution: &Institution, collect: &Collect<'_>, award: &AwardRow) -> Result<Numbers, IssueError> {
    let (offer, now) = (collect.offer, collect.now);
    if tx.take_award(award).await? {
        return if tx.bind_offer(&offer.id, &collect.holders_hash(), now).await? { Ok(Numbers::FIRST) } else { Err(DENIED) };
    }
    // What another form took is held, so that this one is not issued for an award that is taken back meanwhile.
    let out = tx.hold_award(award).await?;
    let standing = tx.offer(&offer.institution, &offer.id).await?.ok_or(DENIED)?;
    let waited = matches!(collect.right, Right::Transaction(_));
    let follows = matches!(standing.stands, Offer::Issued { .. }) && (waited || collect.renews || standing.stands.gives_codes(now));
    match (follows && out, collect.renews) {
        (false, _) => Err(DENIED),
        (true, false) => Ok(Numbers::FIRST),
        (true, true) => more(tx, institution, collect).await,
    }
}

fn event(id: &str, action: &'static str) -> Event {
    Event { actor: Actor::System, action, object_kind: "credential", object: id.to_owned(), outcome: "done", amount: 1 }
}

/// A deed on a credential, for the trail.
pub(super) fn audited(id: &str, action: &'static str, now: Timestamp) -> Change<role::Issuer> {
    Change::audit(&event(id, action), now)
}

pub(super) async fn audit(tx: &mut IssuerTx, id: &str, action: &'static str, now: Timestamp) -> Result<(), StorageError> {
    tx.audit(&event(id, action), now).await
}
