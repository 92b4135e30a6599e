//! A pre-authorized code, with the transaction code or from the person's own connected wallet (rows T2 to T7, O8).

use model::offer::TX_CODE_TRIES;
use openid4vc::{TokenErrorCode, TokenResponse};
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{NewGrant, Purpose};
use storage::{IssuerTx, StorageError};

use super::Asker;
use crate::failpoint::reached;
use crate::oid4vci::refusal::Refusal;
use crate::wallets::Client;

pub(super) async fn redeem(asker: &Asker<'_>, code: &str, tx_code: Option<&str>) -> Result<TokenResponse, Refusal> {
    let now = asker.ctx.now();
    let mut tx = asker.issuer.store.write().await?;
    let offer = tx.offer_of_code(asker.institution.slug(), code, now).await?.ok_or(TokenErrorCode::InvalidGrant)?;
    if !offer.stands.gives_codes(now) {
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    asker.check_profile(&offer.configurations)?;
    asker.spend_proof(&mut tx).await?;
    match (offer.asks_tx_code(), tx_code) {
        (true, None) | (false, Some(_)) => return Err(TokenErrorCode::InvalidRequest.into()),
        (true, Some(tx_code)) => {
            if tx.wrong_tx_codes(&offer.id).await? >= TX_CODE_TRIES {
                return Err(TokenErrorCode::InvalidGrant.into());
            }
            if !tx.is_tx_code(&offer, tx_code) {
                wrong_tx_code(asker, &mut tx, &offer).await?;
                tx.commit().await?;
                return Err(TokenErrorCode::InvalidGrant.into());
            }
        }
        (false, None) => {
            if !speaks_for(&mut tx, &offer, asker.client.as_ref()).await? {
                asker.audit(&mut tx, &offer, "offer_subject_mismatch").await?;
                tx.commit().await?;
                return Err(TokenErrorCode::InvalidGrant.into());
            }
        }
    }
    let offers = [offer];
    let authorization_details = asker.named(&offers, &asker.details)?;
    let [offer] = offers;
    if !tx.use_code(&offer.id, code, now).await? {
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    asker.audit(&mut tx, &offer, "done").await?;
    let named = !authorization_details.is_empty();
    let grant = NewGrant { named, ..asker.grant(&offer.person, Purpose::Collect(vec![offer.id.clone()]), code) };
    let grant = tx.insert_grant(&grant, now).await?;
    let mut response = asker.access_token(&mut tx, &grant, false).await?;
    if offer.deferred {
        response.refresh_token = Some(asker.refresh_token(&mut tx, &grant).await?);
    }
    reached("issuer.redeeming");
    tx.commit().await?;
    reached("issuer.redeemed");
    Ok(TokenResponse { authorization_details, ..response })
}

/// Row T7: the fifth wrong code ends the offer, and says so once in the trail: who wants it again asks the institution.
async fn wrong_tx_code(asker: &Asker<'_>, tx: &mut IssuerTx, offer: &OfferRow) -> Result<(), StorageError> {
    if tx.count_wrong_tx_code(&offer.id).await? == TX_CODE_TRIES {
        tx.end_offer(&offer.id).await?;
        asker.audit(tx, offer, "tx_code_exhausted").await?;
    }
    Ok(())
}

/// Row O8: an offer without transaction code is for the person's own connected wallet, which says for whom it speaks.
async fn speaks_for(tx: &mut IssuerTx, offer: &OfferRow, client: Option<&Client>) -> Result<bool, StorageError> {
    let Some((client, id)) = client.and_then(|client| client.connection().map(|id| (client, id))) else { return Ok(false) };
    let connection = tx.connection(&offer.institution, id).await?;
    Ok(connection.is_some_and(|connection| connection.person == offer.person && connection.client == client.id))
}
