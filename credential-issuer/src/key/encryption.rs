//! The key to which wallets encrypt what they send to an institution: made here, announced in its metadata, exchanged every year.

use model::Timestamp;
use storage::StorageError;
use vc::key::AgreementKey;

use super::KeyFault;
use crate::Issuer;
use crate::institution::Institution;

/// After so many days a key gets a successor.
const ROTATE_DAYS: i64 = 365;
/// For so long a key still opens after its successor was announced: nobody keeps our metadata longer.
const OPENS_SECONDS: i64 = 86_400;

/// Makes sure that an institution announces a key.
pub(crate) async fn ensure_encryption(issuer: &Issuer, institution: &Institution) -> Result<(), KeyFault> {
    let now = issuer.core.now();
    let known = issuer.store.read().await?.encryption_key(institution.slug()).await?;
    if known.is_some_and(|key| now < key.created_at.plus_days(ROTATE_DAYS)) {
        return Ok(());
    }
    let key = AgreementKey::generate()?;
    let jwk = key.public_jwk()?;
    let (kid, private) = (jwk.thumbprint(), key.to_pkcs8()?);
    let announce = async {
        let mut tx = issuer.store.write().await?;
        tx.announce_encryption_key(institution.slug(), (&kid, &private, &jwk.to_value().to_string()), now).await?;
        tx.commit().await
    };
    match announce.await {
        // Another server announced one at the same moment: it is as good.
        Err(StorageError::Conflict) => Ok(()),
        outcome => Ok(outcome?),
    }
}

/// Destroys keys that open nothing any more.
pub(crate) async fn forget_encryption(issuer: &Issuer, now: Timestamp) -> Result<(), StorageError> {
    let mut tx = issuer.store.write().await?;
    tx.purge_encryption_keys(now.plus_seconds(-OPENS_SECONDS)).await?;
    tx.commit().await
}
