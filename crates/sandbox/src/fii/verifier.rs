//! The verifier's API as an outside party uses it: ask, and fetch the outcome.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

/// The API of one verifier, with our key.
pub(super) struct Verifier {
    base: String,
    api_key: String,
    client: reqwest::Client,
}

/// The verifier did not answer as it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no usable answer from the verifier ({0})")]
pub(super) struct NoAnswer(pub(super) u16);

/// A request that was made.
pub(super) struct Made {
    pub(super) id: String,
    pub(super) wallet_link: String,
}

impl Verifier {
    pub(super) fn new(base: &str, api_key: &str) -> Self {
        // Without this builder a client has no limits; where it fails, the default one is what is left.
        let client = reqwest::Client::builder().timeout(Duration::from_secs(10)).redirect(reqwest::redirect::Policy::none()).build();
        Self { base: base.trim_end_matches('/').to_owned(), api_key: api_key.to_owned(), client: client.unwrap_or_default() }
    }

    /// `POST /api/v1/requests` for a proof of enrolment, same device.
    pub(super) async fn ask(&self, redirect_uri: &str, reference: &str) -> Result<Made, NoAnswer> {
        let body = json!({
            "use_case": "proof-of-enrolment",
            "purpose": {"nl": "Inschrijven voor onderwijs bij een andere instelling", "en": "Enrolling in education at another institution"},
            "retention_days": 30,
            "redirect_uri": redirect_uri,
            "reference": reference,
        });
        let request =
            self.client.post(format!("{}/api/v1/requests", self.base)).header(CONTENT_TYPE, "application/json").body(body.to_string());
        let answer = self.send(request, 201).await?;
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        match (text("id"), text("wallet_link")) {
            (Some(id), Some(wallet_link)) => Ok(Made { id, wallet_link }),
            _ => Err(NoAnswer(201)),
        }
    }

    /// `GET /api/v1/requests/{id}?response_code=…`.
    pub(super) async fn outcome(&self, id: &str, response_code: Option<&str>) -> Result<Value, NoAnswer> {
        let mut request = self.client.get(format!("{}/api/v1/requests/{id}", self.base));
        if let Some(code) = response_code {
            request = request.query(&[("response_code", code)]);
        }
        self.send(request, 200).await
    }

    async fn send(&self, request: reqwest::RequestBuilder, wanted: u16) -> Result<Value, NoAnswer> {
        let request = request.header(AUTHORIZATION, format!("Bearer {}", self.api_key));
        let response = request.send().await.map_err(|_| NoAnswer(0))?;
        let status = response.status().as_u16();
        if status != wanted {
            return Err(NoAnswer(status));
        }
        let body = response.bytes().await.map_err(|_| NoAnswer(status))?;
        serde_json::from_slice(&body).map_err(|_| NoAnswer(status))
    }
}
