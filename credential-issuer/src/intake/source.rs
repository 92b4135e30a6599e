//! An institution's OOAPI endpoint over the guarded client: authentication, and what the OOAPI client needs to fetch.

use http::egress::{Egress, EgressError, Outgoing};
use ooapi::client::{TokenRequest, token_answer};
use ooapi::{Client, Credentials, Failure, Fetch, FetchError, Fetched};
use secrecy::ExposeSecret;

use crate::config::{OoapiCredentials, OoapiSource};

/// What is read of one OOAPI answer: pages of 250 expanded rows.
const LIMIT: usize = 8 * 1024 * 1024;

/// The guarded client, as the OOAPI client wants it.
pub(crate) struct Source<'a> {
    egress: &'a Egress,
}

impl<'a> Source<'a> {
    pub(crate) const fn new(egress: &'a Egress) -> Self {
        Self { egress }
    }

    /// A client of the institution's endpoint, authenticated.
    pub(crate) async fn client(&self, source: &OoapiSource) -> Result<Client<'_, Self>, Failure> {
        Ok(Client::new(self, &source.base, self.credentials(source).await?))
    }

    async fn credentials(&self, source: &OoapiSource) -> Result<Credentials, Failure> {
        match &source.credentials {
            OoapiCredentials::Basic { user, password } => Ok(Credentials::basic(user, password.expose_secret())),
            OoapiCredentials::Client { token_endpoint, client_id, client_secret, scope } => {
                let request = TokenRequest::new(client_id, client_secret.expose_secret(), scope.as_deref());
                let outgoing = Outgoing::post_form(token_endpoint, &[])
                    .body("application/x-www-form-urlencoded", request.body.clone())
                    .header("authorization", request.authorization.as_str());
                let (credentials, _) = token_answer(&self.send(outgoing).await?)?;
                Ok(credentials)
            }
        }
    }

    async fn send(&self, outgoing: Outgoing) -> Result<Fetched, FetchError> {
        let answer = self.egress.send(outgoing.limit(LIMIT)).await.map_err(|error| match error {
            EgressError::TooLarge => FetchError::TooLarge,
            EgressError::Timeout => FetchError::TimedOut,
            error if error.is_refused() => FetchError::Refused,
            _ => FetchError::Unreachable,
        })?;
        Ok(Fetched { status: answer.status, content_type: Some(answer.media_type()), body: answer.body.to_vec() })
    }
}

impl Fetch for Source<'_> {
    async fn get(&self, url: &str, headers: &[(String, String)]) -> Result<Fetched, FetchError> {
        let outgoing = headers.iter().fold(Outgoing::get(url), |outgoing, (name, value)| match name.as_str() {
            "authorization" => outgoing.header("authorization", value.clone()),
            "accept" => outgoing.accept(value),
            _ => outgoing,
        });
        self.send(outgoing).await
    }
}
