//! Credential requests: every one with its own award, offer, token, nonce and key.

use std::sync::Arc;

use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use vc::key::{Algorithm, SigningKey};
use vc::random::{SystemRandom, token128};

use crate::Anyhow;
use crate::demo::Demo;
use crate::load::{Measured, Stopwatch, open_loop};

/// How many are prepared side by side; preparing is not measured.
const SIDE_BY_SIDE: usize = 16;
const CONFIGURATION: &str = "microcredential-sd-jwt";
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

struct Ready {
    token: String,
    proof: String,
}

struct School {
    client: Client,
    issuer: String,
    key: String,
    eduid: String,
    now: i64,
    since: Stopwatch,
}

/// Prepares everything up to the credential request, then sends those in an open loop and counts what the issuer kept.
pub(crate) async fn credential_requests(demo: &Demo, rate: u32, seconds: u32) -> Anyhow<Measured> {
    let school = Arc::new(School {
        client: Demo::client()?,
        issuer: demo.text("/institutions/0/credential_issuer")?.to_owned(),
        key: demo.text("/institutions/0/api_key")?.to_owned(),
        eduid: demo.text("/learners/0/eduid/hogeschool-voorbeeld")?.to_owned(),
        now: unix(demo.text("/now")?)?,
        since: Stopwatch::start(),
    });
    let before = school.kept().await?;
    let turns = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    let mut tasks = Vec::new();
    for _ in 0..rate * seconds {
        let (school, turns) = (Arc::clone(&school), Arc::clone(&turns));
        tasks.push(tokio::spawn(async move {
            let _turn = turns.acquire().await?;
            school.ready().await
        }));
    }
    let mut work = Vec::new();
    for task in tasks {
        work.push(task.await??);
    }
    let endpoint = format!("{}/credential", school.issuer);
    let mut measured = open_loop(work, rate, |ready| redeem(school.client.clone(), endpoint.clone(), ready)).await?;
    measured.kept = Some(school.kept().await? - before);
    Ok(measured)
}

async fn redeem(client: Client, endpoint: String, ready: Ready) -> bool {
    let body = json!({ "credential_configuration_id": CONFIGURATION, "proofs": { "jwt": [ready.proof] } });
    match client.post(endpoint).bearer_auth(ready.token).json(&body).send().await {
        Ok(answer) if answer.status().is_success() => {
            answer.json::<Value>().await.is_ok_and(|body| body.pointer("/credentials/0/credential").is_some_and(Value::is_string))
        }
        _ => false,
    }
}

impl School {
    async fn ready(&self) -> Anyhow<Ready> {
        let award = json!({
            "kind": "microcredential", "reference": token128(&SystemRandom), "template": "data-analyse-basis",
            "learner": { "eduid": self.eduid, "given_name": "Samira", "family_name": "de Vries" },
            "awarded_date": "2026-02-01", "result": { "type": "1-10", "value": "8", "passed": true },
            "final": { "by": "examination board", "on": "2026-02-03" }, "deliver": false
        });
        let award = self.post("api/v1/awards", &award).await?;
        let offer = json!({ "award": award.get("id"), "credential_configuration_ids": [CONFIGURATION] });
        let offer = self.post("api/v1/offers", &offer).await?;
        let code = offer
            .pointer("/credential_offer/grants")
            .and_then(|grants| grants.get(PRE_AUTHORIZED))
            .and_then(|grant| grant.get("pre-authorized_code"));
        let code = code.and_then(Value::as_str).ok_or("no code in the offer")?;
        let form = [("grant_type", PRE_AUTHORIZED), ("pre-authorized_code", code), ("tx_code", text(&offer, "tx_code")?)];
        let token: Value = self.client.post(format!("{}/token", self.issuer)).form(&form).send().await?.error_for_status()?.json().await?;
        let nonce: Value = self.client.post(format!("{}/nonce", self.issuer)).send().await?.error_for_status()?.json().await?;
        let key = SigningKey::generate(Algorithm::Es256)?;
        let proof = self.proof(&key, text(&nonce, "c_nonce")?)?;
        Ok(Ready { token: text(&token, "access_token")?.to_owned(), proof })
    }

    fn proof(&self, key: &SigningKey, nonce: &str) -> Anyhow<String> {
        let header = json!({ "typ": "openid4vci-proof+jwt", "jwk": key.public_jwk()? });
        #[expect(clippy::cast_possible_truncation, reason = "seconds of one run")]
        let now = self.now + self.since.seconds() as i64;
        let payload = json!({ "aud": self.issuer, "iat": now, "nonce": nonce });
        let header = header.as_object().cloned().ok_or("a header")?;
        Ok(vc::jws::sign(&header, &serde_json::to_vec(&payload)?, key)?)
    }

    async fn post(&self, path: &str, body: &Value) -> Anyhow<Value> {
        let answer = self.client.post(format!("{}/{path}", self.issuer)).bearer_auth(&self.key).json(body).send().await?;
        let (status, body) = (answer.status(), answer.text().await?);
        if !status.is_success() {
            return Err(format!("{path}: {status} {body}").into());
        }
        Ok(serde_json::from_str(&body)?)
    }

    /// How many credentials the issuer has, by its own list.
    async fn kept(&self) -> Anyhow<usize> {
        let mut count = 0;
        let mut next = Some(format!("{}/api/v1/credentials", self.issuer));
        while let Some(url) = next.take() {
            let page: Value = self.client.get(&url).bearer_auth(&self.key).send().await?.error_for_status()?.json().await?;
            count += page.get("items").and_then(Value::as_array).map_or(0, Vec::len);
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(count)
    }
}

fn text<'a>(value: &'a Value, member: &str) -> Anyhow<&'a str> {
    value.get(member).and_then(Value::as_str).ok_or_else(|| format!("no {member} in the answer").into())
}

/// Seconds since 1970 of an RFC 3339 time in UTC with whole seconds.
fn unix(time: &str) -> Anyhow<i64> {
    let output = std::process::Command::new("date").args(["-u", "-d", time, "+%s"]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
