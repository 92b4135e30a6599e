//! Issuing by the pre-authorized code: whole flows of a wallet, and credential requests alone. Each has its own offer, nonce and key.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::Semaphore;
use vc::key::{Algorithm, SigningKey};

use crate::Anyhow;
use crate::issuer::{Issuer, Offered, json_of, text};
use crate::load::{Measured, open_loop};
use crate::machine::processor;

/// How many are prepared side by side; preparing is not measured.
const SIDE_BY_SIDE: usize = 16;
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

/// Everything up to the credential request.
struct Ready {
    token: String,
    proof: String,
}

/// Prepares everything up to the credential request, then sends those in an open loop and counts what the issuer kept.
pub(crate) async fn credential_requests(issuer: &Arc<Issuer>, rate: u32, seconds: u32) -> Anyhow<Measured> {
    let before = issuer.kept().await?;
    let work = prepared(issuer, rate * seconds, |issuer| async move {
        let offered = issuer.offer().await?;
        ready(&issuer, &offered, &SigningKey::generate(Algorithm::Es256)?).await
    })
    .await?;
    let spent = processor(issuer.process);
    let mut measured = open_loop(work, rate, |ready| {
        let issuer = Arc::clone(issuer);
        async move { redeem(&issuer, ready).await.is_ok() }
    })
    .await?;
    measured.processor = processor(issuer.process).zip(spent).map(|(after, before)| after - before);
    measured.kept = Some(issuer.kept().await? - before);
    Ok(measured)
}

/// Prepares offers and keys; then offer, token, nonce, credential and, where the issuer wants to know, notification.
pub(crate) async fn flows(issuer: &Arc<Issuer>, rate: u32, seconds: u32) -> Anyhow<Measured> {
    let before = issuer.kept().await?;
    let work =
        prepared(issuer, rate * seconds, |issuer| async move { Ok((issuer.offer().await?, SigningKey::generate(Algorithm::Es256)?)) })
            .await?;
    let spent = processor(issuer.process);
    let mut measured = open_loop(work, rate, |(offered, key)| {
        let issuer = Arc::clone(issuer);
        async move { flow(&issuer, &offered, &key).await.is_ok() }
    })
    .await?;
    measured.processor = processor(issuer.process).zip(spent).map(|(after, before)| after - before);
    measured.kept = Some(issuer.kept().await? - before);
    Ok(measured)
}

async fn prepared<W, F>(issuer: &Arc<Issuer>, count: u32, make: impl Fn(Arc<Issuer>) -> F) -> Anyhow<Vec<W>>
where
    W: Send + 'static,
    F: Future<Output = Anyhow<W>> + Send + 'static,
{
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = Vec::new();
    for _ in 0..count {
        let (made, turns) = (make(Arc::clone(issuer)), Arc::clone(&turns));
        tasks.push(tokio::spawn(async move {
            let _turn = turns.acquire().await?;
            made.await
        }));
    }
    let mut work = Vec::new();
    for task in tasks {
        work.push(task.await??);
    }
    Ok(work)
}

async fn flow(issuer: &Issuer, offered: &Offered, key: &SigningKey) -> Anyhow<()> {
    let ready = ready(issuer, offered, key).await?;
    let token = ready.token.clone();
    let answer = redeem(issuer, ready).await?;
    if let (Some(endpoint), Some(id)) = (&issuer.notification, answer.get("notification_id")) {
        let told = json!({ "notification_id": id, "event": "credential_accepted" });
        issuer.client.post(endpoint).bearer_auth(token).json(&told).send().await?.error_for_status()?;
    }
    Ok(())
}

/// The offer by its reference, the token, the nonce and the proof.
async fn ready(issuer: &Issuer, offered: &Offered, key: &SigningKey) -> Anyhow<Ready> {
    let offer = json_of(issuer.client.get(&offered.uri)).await?;
    let code = offer.get("grants").and_then(|grants| grants.get(PRE_AUTHORIZED)).ok_or("no grant in the offer")?;
    let mut form = vec![("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", text(code, "pre-authorized_code")?)];
    form.extend(offered.tx_code.as_deref().map(|tx_code| ("tx_code", tx_code)));
    let token = json_of(issuer.client.post(&issuer.token).form(&form)).await?;
    let nonce = json_of(issuer.client.post(&issuer.nonce)).await?;
    Ok(Ready { token: text(&token, "access_token")?.to_owned(), proof: proof(issuer, key, text(&nonce, "c_nonce")?)? })
}

fn proof(issuer: &Issuer, key: &SigningKey, nonce: &str) -> Anyhow<String> {
    let header = json!({ "typ": "openid4vci-proof+jwt", "jwk": key.public_jwk()? });
    let payload = json!({ "aud": issuer.identifier, "iat": issuer.now(), "nonce": nonce });
    let header = header.as_object().cloned().ok_or("a header")?;
    Ok(vc::jws::sign(&header, &serde_json::to_vec(&payload)?, key)?)
}

/// The answer of the credential endpoint, with a credential in it.
async fn redeem(issuer: &Issuer, ready: Ready) -> Anyhow<Value> {
    let body = json!({ "credential_configuration_id": issuer.configuration, "proofs": { "jwt": [ready.proof] } });
    let answer = json_of(issuer.client.post(&issuer.credential).bearer_auth(ready.token).json(&body)).await?;
    let given = answer.pointer("/credentials/0/credential").is_some_and(Value::is_string);
    if given { Ok(answer) } else { Err("no credential in the answer".into()) }
}
