//! A refresh token (RFC 6749 section 6, decision 0016): each is good once, an answer that was lost is given again, and one that is
//! used after its successor was ends everything that came of the same code.

use model::award::Kind;
use openid4vc::{TokenErrorCode, TokenResponse};
use storage::audit::{Actor, Event};
use storage::issuer::credential::kind_of;
use storage::issuer::offer::OfferRow;
use storage::issuer::token::{Grant, Purpose, Refreshed};
use vc::encoding::b64url;

use super::Asker;
use crate::failpoint::reached;
use crate::oid4vci::refusal::Refusal;
use crate::oid4vci::waiting;
use crate::wallets::Client;

pub(super) async fn refresh(asker: &Asker<'_>, token: &str, scope: Option<&str>) -> Result<TokenResponse, Refusal> {
    let (slug, now) = (asker.institution.slug(), asker.ctx.now());
    let mut tx = asker.issuer.store.write().await?;
    let grant = tx.grant_of_refresh_token(slug, token, now).await?.ok_or(TokenErrorCode::InvalidGrant)?;
    check(asker, &grant)?;
    check_scope(offers(&grant)?, scope)?;
    asker.spend_proof(&mut tx).await?;
    let successor = successor(asker, token);
    let rotated = tx.rotate(slug, grant, (token, &successor), asker.refresh_until()).await?;
    let grant = match rotated {
        Refreshed::Grant(grant) => grant,
        Refreshed::Reused(grant) => {
            let actor = Actor::Client(grant.client.unwrap_or_default());
            let event = Event { actor, action: "token.refresh", object_kind: "grant", object: grant.id, outcome: "reused", amount: 1 };
            tx.audit(&event, now).await?;
            tx.commit().await?;
            return Err(TokenErrorCode::InvalidGrant.into());
        }
    };
    let mut response = asker.access_token(&mut tx, &grant.id, true).await?;
    reached("issuer.refreshing");
    tx.commit().await?;
    reached("issuer.refreshed");
    response.refresh_token = Some(successor);
    if grant.named {
        let offers = offers(&grant)?;
        let all: Vec<String> = offers.iter().flat_map(|offer| offer.configurations.iter().cloned()).collect();
        response.authorization_details = asker.named(offers, &waiting::once(&all))?;
    }
    Ok(response)
}

/// The token of a wallet is good with that wallet's keys only. What does not fit changes nothing: it may be a thief's try.
fn check(asker: &Asker<'_>, grant: &Grant) -> Result<(), TokenErrorCode> {
    let client = asker.client.as_ref();
    let same = match (client, &grant.client) {
        (Some(client), Some(id)) => client.id == *id && (client.is_proven() || !grant.proven),
        (None, _) => !grant.proven,
        (Some(client), None) => !client.is_proven(),
    };
    if !same || !grant.fits_instance(client.and_then(Client::instance)) {
        return Err(TokenErrorCode::InvalidGrant);
    }
    match asker.key() {
        None if grant.is_bound() => Err(TokenErrorCode::InvalidDpopProof),
        key if grant.fits_dpop(key) => Ok(()),
        _ => Err(TokenErrorCode::InvalidGrant),
    }
}

/// What may still be collected: more than nothing.
fn offers(grant: &Grant) -> Result<&[OfferRow], TokenErrorCode> {
    match &grant.purpose {
        Purpose::Collect(offers) if !offers.is_empty() => Ok(offers),
        Purpose::Collect(_) | Purpose::Delivery => Err(TokenErrorCode::InvalidGrant),
    }
}

/// Nothing more than was granted (RFC 6749 section 6). Scopes that nobody knows are ignored, as at the pushed request.
fn check_scope(offers: &[OfferRow], scope: Option<&str>) -> Result<(), TokenErrorCode> {
    let granted: Vec<Kind> = offers.iter().flat_map(|offer| &offer.configurations).filter_map(|id| kind_of(id)).collect();
    let asked = scope.unwrap_or_default().split(' ').filter_map(Kind::parse);
    if asked.into_iter().all(|kind| granted.contains(&kind)) { Ok(()) } else { Err(TokenErrorCode::InvalidScope) }
}

/// The token that follows one: always the same, so that an answer that was lost can be given again without being kept.
fn successor(asker: &Asker<'_>, token: &str) -> String {
    b64url(asker.issuer.store.mac(&format!("refresh_token/{}", asker.institution.slug()), token.as_bytes()))
}
