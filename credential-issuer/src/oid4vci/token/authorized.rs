//! An authorization code with PKCE: for a connection, for one offer, or for what waited for the learner (rows T4, T8).

use model::offer::OfferId;
use openid4vc::authorization_details::AuthorizedDetail;
use openid4vc::{TokenErrorCode, TokenResponse, pkce};
use storage::issuer::authorization::Authorization;
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{NewGrant, Purpose};
use storage::{IssuerTx, StorageError};

use super::Asker;
use crate::failpoint::reached;
use crate::oid4vci::par::{DELIVERY, Request, Wants};
use crate::oid4vci::refusal::Refusal;
use crate::oid4vci::waiting;
use crate::wallets::Client;

/// What came of an authorization.
struct Granted {
    offers: Vec<OfferRow>,
    /// What the token answer names; empty when configurations are asked for by their own names.
    details: Vec<AuthorizedDetail>,
    scope: Option<String>,
}

pub(super) async fn redeem(asker: &Asker<'_>, code: &str, redirect_uri: &str, code_verifier: &str) -> Result<TokenResponse, Refusal> {
    // Whoever pushed the request has a name, so whoever redeems it has one too.
    let client = asker.client.as_ref().ok_or(TokenErrorCode::InvalidClient)?;
    let mut tx = asker.issuer.store.write().await?;
    asker.spend_proof(&mut tx).await?;
    let Some(authorization) = tx.redeem_authorization(asker.institution.slug(), code, asker.ctx.now()).await? else {
        // Row T4: a code that comes twice may have been stolen, so what came of it ends.
        if tx.revoke_grants_of(asker.institution.slug(), code).await? {
            tx.commit().await?;
        }
        return Err(TokenErrorCode::InvalidGrant.into());
    };
    let request = Request::read(&authorization)?;
    if request.dpop.as_deref().is_some_and(|key| asker.key() != Some(key)) {
        // RFC 9449 section 10: bound at the pushed request. Whoever has the key may still redeem it.
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    if !fits(client, &authorization, &request)
        || request.redirect_uri != redirect_uri
        || !pkce::answers(code_verifier, &request.code_challenge)
    {
        // Row T8: the code is consumed all the same.
        tx.commit().await?;
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    let person = authorization.person.clone().ok_or(TokenErrorCode::InvalidGrant)?;
    let granted = granted(asker, &mut tx, &request, &person).await?;
    let delivery = matches!(request.wants, Wants::Delivery);
    let ids = granted.offers.iter().map(|offer| offer.id.clone()).collect();
    let purpose = if delivery { Purpose::Delivery } else { Purpose::Collect(ids) };
    let grant = NewGrant { named: !granted.details.is_empty(), ..asker.grant(&person, purpose, code) };
    let grant = tx.insert_grant(&grant, asker.ctx.now()).await?;
    let mut response = asker.access_token(&mut tx, &grant, false).await?;
    if !delivery {
        response.refresh_token = Some(asker.refresh_token(&mut tx, &grant).await?);
    }
    reached("issuer.granting");
    tx.commit().await?;
    reached("issuer.granted");
    Ok(TokenResponse { scope: granted.scope, authorization_details: granted.details, ..response })
}

/// Whether this is the client that pushed the request, as surely as then.
fn fits(client: &Client, authorization: &Authorization, request: &Request) -> bool {
    client.id == authorization.client
        && (client.is_proven() || !request.proven)
        && (request.instance.is_none() || request.instance.as_deref() == client.instance())
}

async fn granted(asker: &Asker<'_>, tx: &mut IssuerTx, request: &Request, person: &str) -> Result<Granted, Refusal> {
    let (offers, named) = match &request.wants {
        Wants::Delivery => return Ok(Granted { offers: Vec::new(), details: Vec::new(), scope: Some(DELIVERY.to_owned()) }),
        Wants::Offer { id, named } => {
            let offer = tx.offer(asker.institution.slug(), &OfferId::new(id)).await?;
            let offer = offer.filter(|offer| offer.person == person && offer.stands.gives_codes(asker.ctx.now()));
            (vec![offer.ok_or(TokenErrorCode::InvalidGrant)?], named.clone())
        }
        Wants::Waiting { named, scoped } => {
            let offers = waiting::offers(tx, asker.institution, person, (&request.chosen, asker.ctx)).await?;
            (offers, waiting::to_name(named, scoped))
        }
    };
    let all: Vec<String> = offers.iter().flat_map(|offer| offer.configurations.iter().cloned()).collect();
    if offers.is_empty() {
        return Err(TokenErrorCode::InvalidGrant.into());
    }
    asker.check_profile(&all)?;
    let asked = match (asker.details.is_empty(), named.is_empty()) {
        (false, _) => asker.details.clone(),
        (true, false) => named.into_iter().filter(|id| all.contains(id)).collect(),
        // Of one configuration there are several: only identifiers tell them apart.
        (true, true) if waiting::is_ambiguous(&offers) => waiting::once(&all),
        (true, true) => Vec::new(),
    };
    let details = asker.named(&offers, &asked)?;
    for offer in &offers {
        tx.claim_offer(&offer.id).await?;
        asker.audit(tx, offer, "done").await?;
    }
    Ok(Granted { offers, details, scope: request.scope.clone() })
}

impl Request {
    /// What was kept of a pushed request.
    pub(crate) fn read(authorization: &Authorization) -> Result<Self, StorageError> {
        serde_json::from_slice(&authorization.request).map_err(|_| StorageError::Row { table: "authorization_request", column: "request" })
    }
}
