//! After a stop in the middle of issuing: prepared credentials are finished with the same payload.

use model::award::Kind;
use model::offer::OfferId;
use serde_json::json;
use storage::issuer::credential::NewCredential;
use storage::issuer::key::InstitutionKey;
use vc::key::{Algorithm, SigningKey};
use vc::random::SystemRandom;
use vc::sd_jwt::{Path, prepare};
use vc::verify::PreparedForm;

use super::{App, On, SLUG, on_each_database, wanted};

on_each_database! {
    a_prepared_credential_is_finished_at_the_next_start,
    the_wallets_retry_finishes_it_too,
}

fn payload(key: &InstitutionKey) -> PreparedForm {
    let claims =
        json!({"vct": vc::bundled::MICROCREDENTIAL_VCT, "iss": super::identifier(), "title": "Data-analyse basis", "given_name": "Samira"});
    let prepared = prepare(claims.as_object().unwrap().clone(), &[Path::key("given_name")], 0, &SystemRandom).unwrap();
    PreparedForm::SdJwt { header: crate::key::header(key, "dc+sd-jwt"), prepared }
}

/// What a process leaves behind that is killed right after step `prepared`.
pub(super) async fn left_prepared(app: &App, holder: &SigningKey) -> (serde_json::Value, Vec<u8>) {
    let (_, offer) = app.offered().await;
    let mut tx = app.issuer.store().write().await.unwrap();
    let row = tx.offer(SLUG, &OfferId::new(offer["id"].as_str().unwrap())).await.unwrap().unwrap();
    let key = tx.active_key(SLUG, Algorithm::Es256).await.unwrap().unwrap();
    let block = tx.take_blocks(SLUG, Kind::Microcredential, app.now()).await.unwrap().remove(0);
    let prepared = payload(&key);
    let hash = prepared.hash();
    let thumbprint = storage::hash_token(&holder.public_jwk().unwrap().thumbprint());
    let new = NewCredential {
        id: "0b9e1f6e-0000-4000-8000-000000000001",
        offer: &row,
        configuration: "microcredential-sd-jwt",
        copy: 0,
        round: 0,
        holder: &thumbprint,
        list: &block.list,
        index: block.indexes[0],
        signing_key: &key.id,
        prepared: &serde_json::to_vec(&prepared).unwrap(),
        payload_hash: &hash,
        expires_at: None,
    };
    tx.prepare_credential(&new, app.now()).await.unwrap();
    assert!(tx.bind_offer(&row.id, &thumbprint, app.now()).await.unwrap());
    let award = tx.award(SLUG, &row.award).await.unwrap().unwrap();
    assert!(tx.take_award(&award).await.unwrap());
    tx.commit().await.unwrap();
    (offer, hash.to_vec())
}

async fn a_prepared_credential_is_finished_at_the_next_start(on: On) {
    let app = App::new(on).await;
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    let (offer, hash) = left_prepared(&app, &holder).await;
    assert_eq!(app.issued().await, 0);
    let app = app.restarted().await;
    assert_eq!(app.issued().await, 1);
    assert_eq!(app.rows("credential.issued", "done").await, 1);
    // The wallet asks again and gets exactly what was prepared.
    let path = format!("/{SLUG}/offers/{}", offer["id"].as_str().unwrap());
    let again = json!({"credential_offer": app.get(&path).await.json(), "tx_code": offer["tx_code"]});
    let token = app.token(&again).await;
    let answer = app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await;
    let text = answer.text("/credentials/0/credential");
    let payload = text.split('.').nth(1).unwrap();
    assert_eq!(vc::encoding::sha256(&vc::encoding::b64url_decode(payload).unwrap()).to_vec(), hash);
    assert_eq!(app.issued().await, 1);
}

async fn the_wallets_retry_finishes_it_too(on: On) {
    let app = App::new(on).await;
    let holder = SigningKey::generate(Algorithm::Es256).unwrap();
    let (offer, _) = left_prepared(&app, &holder).await;
    let token = app.token(&offer).await;
    assert_eq!(app.credential(Some(&token), &wanted(&app.proof(&holder).await)).await.status, 200);
    assert_eq!(app.issued().await, 1);
}
