//! An issuer that is measured: the demo's first institution, or a peer that others wrote. Both are met by the same requests.

use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};
use vc::random::{SystemRandom, token128};

use crate::Anyhow;
use crate::demo::Demo;
use crate::load::Stopwatch;
use crate::peer::Peer;

const CONFIGURATION: &str = "microcredential-sd-jwt";

/// Where an issuer is asked for what (OpenID4VCI section 12.2), and what its clock says.
pub(crate) struct Issuer {
    pub(crate) client: Client,
    pub(crate) identifier: String,
    pub(crate) configuration: String,
    pub(crate) token: String,
    pub(crate) nonce: String,
    pub(crate) credential: String,
    pub(crate) notification: Option<String>,
    pub(crate) process: u32,
    now: i64,
    since: Stopwatch,
    staff: Staff,
}

/// How offers are made, and how it is asked what was kept.
enum Staff {
    School { api_key: String, eduid: String },
    Peer { address: String },
}

/// An offer by reference, and the code that goes with it.
pub(crate) struct Offered {
    pub(crate) uri: String,
    pub(crate) tx_code: Option<String>,
}

impl Issuer {
    pub(crate) async fn of_demo(demo: &Demo) -> Anyhow<Self> {
        let staff = Staff::School {
            api_key: demo.text("/institutions/0/api_key")?.to_owned(),
            eduid: demo.text("/learners/0/eduid/hogeschool-voorbeeld")?.to_owned(),
        };
        let now = unix(&["-d", demo.text("/now")?])?;
        Self::described(demo.text("/institutions/0/credential_issuer")?, CONFIGURATION, (now, demo.process()), staff).await
    }

    pub(crate) async fn of_peer(peer: &Peer) -> Anyhow<Self> {
        let staff = Staff::Peer { address: peer.text("staff")?.to_owned() };
        Self::described(peer.text("credential_issuer")?, peer.text("configuration")?, (unix(&[])?, peer.process()), staff).await
    }

    /// Reads both metadata documents.
    async fn described(identifier: &str, configuration: &str, (now, process): (i64, u32), staff: Staff) -> Anyhow<Self> {
        let client = Demo::client()?;
        let at = |kind: &str| -> Anyhow<String> {
            let mut url = reqwest::Url::parse(identifier)?;
            url.set_path(&format!("/.well-known/{kind}{}", url.path().to_owned()));
            Ok(url.into())
        };
        let issuer = json_of(client.get(at("openid-credential-issuer")?)).await?;
        let server = json_of(client.get(at("oauth-authorization-server")?)).await?;
        Ok(Self {
            client,
            identifier: identifier.to_owned(),
            configuration: configuration.to_owned(),
            token: text(&server, "token_endpoint")?.to_owned(),
            nonce: text(&issuer, "nonce_endpoint")?.to_owned(),
            credential: text(&issuer, "credential_endpoint")?.to_owned(),
            notification: issuer.get("notification_endpoint").and_then(Value::as_str).map(str::to_owned),
            process,
            now,
            since: Stopwatch::start(),
            staff,
        })
    }

    /// Seconds since 1970 by the issuer's clock.
    pub(crate) fn now(&self) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "seconds of one run")]
        let passed = self.since.seconds() as i64;
        self.now + passed
    }

    /// A new offer; the school's with an award of its own.
    pub(crate) async fn offer(&self) -> Anyhow<Offered> {
        let made = match &self.staff {
            Staff::School { api_key, eduid } => {
                let award = json!({
                    "kind": "microcredential", "reference": token128(&SystemRandom), "template": "data-analyse-basis",
                    "learner": { "eduid": eduid, "given_name": "Samira", "family_name": "de Vries" },
                    "awarded_date": "2026-02-01", "result": { "type": "1-10", "value": "8", "passed": true },
                    "final": { "by": "examination board", "on": "2026-02-03" }, "deliver": false
                });
                let award = self.staff_asks(api_key, "awards", &award).await?;
                let offer = json!({ "award": award.get("id"), "credential_configuration_ids": [self.configuration] });
                self.staff_asks(api_key, "offers", &offer).await?
            }
            Staff::Peer { address } => json_of(self.client.post(format!("{address}/offers"))).await?,
        };
        let tx_code = made.get("tx_code").and_then(Value::as_str).map(str::to_owned);
        Ok(Offered { uri: text(&made, "credential_offer_uri")?.to_owned(), tx_code })
    }

    /// Offers are made before the clock runs, so an issuer that says "too many" is asked again when it said.
    async fn staff_asks(&self, api_key: &str, path: &str, body: &Value) -> Anyhow<Value> {
        loop {
            let answer = self.client.post(format!("{}/api/v1/{path}", self.identifier)).bearer_auth(api_key).json(body).send().await?;
            if answer.status() != StatusCode::TOO_MANY_REQUESTS {
                return read(answer).await;
            }
            let wait = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            tokio::time::sleep(Duration::from_secs(wait.ok_or("too many, and not for how long")?)).await;
        }
    }

    /// How many credentials the issuer gave, by what it keeps itself.
    pub(crate) async fn kept(&self) -> Anyhow<usize> {
        let api_key = match &self.staff {
            Staff::School { api_key, .. } => api_key,
            Staff::Peer { address } => {
                let told = json_of(self.client.get(format!("{address}/kept"))).await?;
                return Ok(usize::try_from(told.get("kept").and_then(Value::as_u64).ok_or("no count")?)?);
            }
        };
        let mut count = 0;
        let mut next = Some(format!("{}/api/v1/credentials", self.identifier));
        while let Some(url) = next.take() {
            let page = json_of(self.client.get(&url).bearer_auth(api_key)).await?;
            count += page.get("items").and_then(Value::as_array).map_or(0, Vec::len);
            next = page.get("next").and_then(Value::as_str).map(str::to_owned);
        }
        Ok(count)
    }
}

/// The JSON of a good answer.
pub(crate) async fn json_of(request: reqwest::RequestBuilder) -> Anyhow<Value> {
    read(request.send().await?).await
}

async fn read(answer: Response) -> Anyhow<Value> {
    let (url, status, body) = (answer.url().path().to_owned(), answer.status(), answer.text().await?);
    if !status.is_success() {
        return Err(format!("{url}: {status} {body}").into());
    }
    Ok(serde_json::from_str(&body)?)
}

pub(crate) fn text<'a>(value: &'a Value, member: &str) -> Anyhow<&'a str> {
    value.get(member).and_then(Value::as_str).ok_or_else(|| format!("no {member} in the answer").into())
}

/// Seconds since 1970 of the machine's clock, or of the time that the arguments name.
fn unix(arguments: &[&str]) -> Anyhow<i64> {
    let output = std::process::Command::new("date").arg("-u").args(arguments).arg("+%s").output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}
