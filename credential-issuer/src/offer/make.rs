//! Making an offer: its identifier, its code, its transaction code, and the Credential Offer that a wallet reads.

use model::Timestamp;
use model::award::Kind;
use model::configuration::Configuration;
use model::offer::{Grant, OfferId, TX_CODE_DIGITS};
use openid4vc::CredentialOffer;
use openid4vc::offer::{AuthorizationCodeOffer, Grants, InputMode, PreAuthorizedCodeOffer, TxCode};
use serde::{Deserialize, Serialize};
use storage::audit::{Actor, Event};
use storage::issuer::award::AwardRow;
use storage::issuer::offer::{NewOffer, OfferRow};
use storage::outbox::{self, Job};
use storage::{IssuerTx, Owner, Result};
use vc::random::{Random, bytes, token128};

use crate::institution::Institution;

/// The topic of deliveries in the outbox.
pub(crate) const DELIVERIES: &str = "delivery";

/// What a delivery needs; sealed in the outbox.
#[derive(Serialize, Deserialize)]
pub(crate) struct Delivery {
    pub(crate) institution: String,
    pub(crate) connection: String,
    pub(crate) offer: String,
}

/// Offers an open award to the person's connected wallet and puts the delivery into the outbox. False without a connection.
pub(crate) async fn deliver(
    tx: &mut IssuerTx,
    institution: &Institution,
    award: &AwardRow,
    (now, random): (Timestamp, &dyn Random),
) -> Result<bool> {
    let Some(connection) = tx.connection_of(&award.person).await? else { return Ok(false) };
    let id = OfferId::new(token128(random));
    let new = NewOffer {
        id: &id,
        institution: institution.slug(),
        award: &award.id,
        revision: award.revision,
        person: &award.person,
        configurations: &all_forms(award.kind),
        grant: Grant::PreAuthorizedCode,
        deferred: false,
        tx_code: None,
    };
    tx.make_offer(&new, now).await?;
    let event =
        Event { actor: Actor::System, action: "offer.made", object_kind: "offer", object: id.to_string(), outcome: "delivery", amount: 1 };
    tx.audit(&event, now).await?;
    let delivery = Delivery { institution: institution.slug().to_owned(), connection: connection.id.clone(), offer: id.to_string() };
    let payload = outbox::payload(&delivery)?;
    let job = Job {
        topic: DELIVERIES,
        ordering_key: &format!("delivery/{}/{}", institution.slug(), connection.id),
        dedup_id: &format!("delivery/{id}"),
        owner: &Owner::person(institution.slug(), &award.person),
        payload: &payload,
        expires_at: now.plus_days(model::offer::OFFER_DAYS),
    };
    tx.later(&job, now).await?;
    Ok(true)
}

/// Everything that an award of this kind can be collected as. The wallet shows it as one, and has the right form when asked.
pub(crate) fn all_forms(kind: Kind) -> Vec<String> {
    Configuration::of(kind).map(|form| form.id().to_owned()).collect()
}

/// The address from which a wallet reads an offer.
pub(crate) fn address(institution: &Institution, offer: &OfferId) -> String {
    institution.at(&format!("/offers/{offer}"))
}

/// A fresh transaction code: six digits, each equally likely.
pub(crate) fn tx_code(random: &dyn Random) -> String {
    // 2^64 is so much more than 10^6 that the remainder favours no code by more than 1 in 10^13.
    let number = u64::from_le_bytes(bytes(random)) % 1_000_000;
    format!("{number:0TX_CODE_DIGITS$}")
}

/// The Credential Offer object (OpenID4VCI section 4.1.1) with a code for its grant.
pub(crate) fn object(institution: &Institution, offer: &OfferRow, code: Option<String>) -> CredentialOffer {
    let tx_code = offer.asks_tx_code().then(|| TxCode {
        input_mode: Some(InputMode::Numeric),
        length: u8::try_from(TX_CODE_DIGITS).ok(),
        description: None,
    });
    let grants = match (offer.grant, code) {
        (Grant::PreAuthorizedCode, Some(code)) => Grants {
            pre_authorized_code: Some(PreAuthorizedCodeOffer { code, tx_code, authorization_server: None }),
            authorization_code: None,
        },
        _ => Grants {
            pre_authorized_code: None,
            authorization_code: Some(AuthorizationCodeOffer { issuer_state: Some(offer.id.to_string()), authorization_server: None }),
        },
    };
    CredentialOffer {
        credential_issuer: institution.identifier.clone(),
        credential_configuration_ids: offer.configurations.clone(),
        grants: Some(grants),
    }
}
