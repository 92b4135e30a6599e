//! Relying parties of the sandbox eduID, as their registration says.

use vc::key::Jwk;

/// How the ID token of a client is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdTokenAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256, what eduID does.
    #[default]
    Rs256,
    /// ECDSA on P-256.
    Es256,
}

/// How a client proves itself at the token endpoint.
pub enum ClientAuthentication {
    /// `client_secret_basic` or `client_secret_post`.
    Secret(String),
    /// `private_key_jwt` with one of these keys.
    PrivateKeyJwt(Vec<Jwk>),
}

/// One client. No `Debug`: it may hold a secret.
pub struct Client {
    /// `client_id`.
    pub client_id: String,
    /// How it authenticates.
    pub authentication: ClientAuthentication,
    /// Where answers may go; compared character by character.
    pub redirect_uris: Vec<String>,
    /// Where a logout may go on; compared character by character.
    pub post_logout_redirect_uris: Vec<String>,
    /// The service whose `eduid` values it sees: an institution's slug for every client of that institution, else a name of its own.
    pub service: String,
    /// How its ID tokens are signed.
    pub id_token_algorithm: IdTokenAlgorithm,
}

impl Client {
    /// A client with a secret.
    pub fn new(client_id: &str, secret: &str, service: &str, redirect_uris: &[&str]) -> Self {
        Self {
            client_id: client_id.to_owned(),
            authentication: ClientAuthentication::Secret(secret.to_owned()),
            redirect_uris: redirect_uris.iter().map(|uri| (*uri).to_owned()).collect(),
            post_logout_redirect_uris: Vec::new(),
            service: service.to_owned(),
            id_token_algorithm: IdTokenAlgorithm::default(),
        }
    }

    /// The same with ID tokens signed otherwise.
    #[must_use]
    pub fn signed_with(mut self, algorithm: IdTokenAlgorithm) -> Self {
        self.id_token_algorithm = algorithm;
        self
    }

    /// The same with `private_key_jwt` instead of a secret.
    #[must_use]
    pub fn with_keys(mut self, keys: Vec<Jwk>) -> Self {
        self.authentication = ClientAuthentication::PrivateKeyJwt(keys);
        self
    }

    /// The same with an address to go to after a logout.
    #[must_use]
    pub fn returning_to(mut self, uri: &str) -> Self {
        self.post_logout_redirect_uris.push(uri.to_owned());
        self
    }
}
