//! What the operator says about the issuer: institutions with their sources, clients and keys, and wallets that may connect.

use std::sync::Arc;
use std::time::Duration;

use model::LocalText;
use model::award::Finality;
use model::id::Slug;
use openid4vc::TrustedAttester;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use vc::key::{Jwk, SigningKey};
use vc::x509::{CertificateAuthority, Chain};

/// What the operator decides about an issuer. Addresses, clock, register and database come with [`http::role::Surroundings`].
pub struct Config {
    /// The institutions that issue here.
    pub institutions: Vec<InstitutionConfig>,
    /// Wallets that are known by name. Others show themselves by their client metadata, or by an attestation.
    pub wallets: Vec<WalletClient>,
    /// Wallet providers whose attestations count, of wallets as clients and of keys.
    pub attesters: Vec<TrustedAttester>,
    /// Whether a wallet provider with a certificate under an anchor of the register counts too.
    pub register_attests: bool,
    /// `dev.allow_localhost`: knows the public client `demo-wallet`.
    pub allow_localhost: bool,
    /// How often each source is read.
    pub poll_every: Duration,
    /// Issuing templates beside the built-in ones: JSON arrays.
    pub templates: Vec<String>,
    /// Quality frameworks beside the built-in ones: JSON objects.
    pub quality_frameworks: Vec<String>,
}

/// One institution.
pub struct InstitutionConfig {
    /// In its addresses.
    pub slug: Slug,
    /// Its name.
    pub name: LocalText,
    /// `mbo`, `hbo` or `wo`.
    pub sector: Sector,
    /// BRIN, `^\d{2}[A-Z]{2}$`.
    pub brin: String,
    /// Its home domain.
    pub schac_home: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Its own site.
    pub site: Option<String>,
    /// SHA-256 ([`storage::hash_token`]) of its API key.
    pub api_key_hash: Vec<u8>,
    /// Where its results come from; none for an institution that only uses the machine API.
    pub ooapi: Option<OoapiSource>,
    /// Its own client at eduID.
    pub eduid: EduidClient,
    /// What is issued by the rules of HAIP only.
    pub haip: Haip,
    /// When its results are final.
    pub finality: Finality,
    /// What signs its credentials.
    pub signing: SigningSource,
    /// Names of the issuing templates that it uses.
    pub templates: Vec<String>,
    /// Who may sit at its desk.
    pub staff: Vec<StaffMember>,
    /// How it issues.
    pub issuing: Issuing,
}

/// How an institution issues, beyond what it says by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issuing {
    /// How many copies of a form a wallet may ask for at once; below 2 none but one.
    pub batch_size: u32,
    /// How many credentials of one award may be out and hold, in all forms, for a wallet to get more copies with new keys.
    pub live_copies: u32,
    /// Whether credential requests and answers must be encrypted.
    pub encryption_required: bool,
    /// What a wallet's key store must be attested as; none when nothing is asked of it.
    pub key_attestation: Option<KeyAttestationRule>,
    /// The institution's picture for wallets: an `https` or `data` URL. Without one its monogram is drawn.
    pub logo: Option<String>,
    /// What is read of older wallets.
    pub compat: Compat,
}

impl Default for Issuing {
    fn default() -> Self {
        Self { batch_size: 10, live_copies: 100, encryption_required: false, key_attestation: None, logo: None, compat: Compat::default() }
    }
}

/// What key proofs must carry an attestation of (OpenID4VCI appendix D). An empty list asks for nothing in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyAttestationRule {
    /// How well the key is kept, one of these: `iso_18045_high`, `iso_18045_moderate`, …
    #[serde(default)]
    pub key_storage: Vec<String>,
    /// How well its user is authenticated, one of these.
    #[serde(default)]
    pub user_authentication: Vec<String>,
}

/// Bridges to wallets that speak older drafts of OpenID4VCI, each closed until the institution opens it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Compat {
    /// Reads the one `proof` of drafts up to 15.
    pub single_proof: bool,
    /// Reads `format` with `vct` or `credential_definition` of drafts up to 14 in place of a configuration's id.
    pub format_in_request: bool,
    /// Offers SD-JWT VC also in the words of drafts: format and `typ` are `vc+sd-jwt`.
    pub vc_sd_jwt: bool,
    /// Puts `c_nonce` into token and credential answers, as drafts up to 13 did.
    pub c_nonce_in_answers: bool,
    /// Repeats a single credential as `credential`, the name of drafts up to 14, for who asked in their words.
    pub single_credential_in_answers: bool,
    /// Repeats names and claims in metadata where drafts up to 15 looked for them.
    pub flat_metadata: bool,
    /// Names key proofs of type `jwt` alone in metadata, for wallets that pass over a configuration which names types they do not know.
    pub jwt_proofs_alone: bool,
}

/// What an institution issues by the rules of HAIP only (OpenID4VC High Assurance Interoperability Profile 1.0): to clients that
/// authenticate, with tokens that are bound. Everything else follows the profile `edu-basic`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Haip {
    /// Nothing: every wallet may collect, by every grant.
    #[default]
    Nothing,
    /// These Credential Configurations.
    Configurations(Vec<String>),
    /// Everything.
    Everything,
}

/// The sector of an institution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sector {
    /// Secondary vocational education.
    Mbo,
    /// Higher professional education.
    Hbo,
    /// University education.
    Wo,
}

impl Sector {
    /// The word in a proof of enrolment.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mbo => "mbo",
            Self::Hbo => "hbo",
            Self::Wo => "wo",
        }
    }
}

/// An OOAPI v5 endpoint.
pub struct OoapiSource {
    /// Its base address, such as `https://ooapi.hogeschool.example/v5`.
    pub base: String,
    /// How we authenticate there.
    pub credentials: OoapiCredentials,
}

/// Credentials of an OOAPI endpoint.
pub enum OoapiCredentials {
    /// HTTP Basic.
    Basic {
        /// User name.
        user: String,
        /// Password.
        password: SecretString,
    },
    /// OAuth 2.0 client credentials.
    Client {
        /// Where the token comes from.
        token_endpoint: String,
        /// Client id.
        client_id: String,
        /// Client secret.
        client_secret: SecretString,
        /// Scope, where the institution wants one.
        scope: Option<String>,
    },
}

/// An institution's client at eduID. Its redirect address is `{issuer}/{institution}/auth/callback`.
pub struct EduidClient {
    /// The provider's discovery document.
    pub discovery: String,
    /// Client id.
    pub client_id: String,
    /// Client secret.
    pub client_secret: Option<SecretString>,
}

/// Where an institution's signing key and certificate come from.
#[derive(Clone)]
pub enum SigningSource {
    /// A certificate authority of our own makes the certificate for a key that is made here and kept sealed: demo, tests,
    /// small installations.
    Authority(Arc<CertificateAuthority>),
    /// A key with its certificates, leaf first, made elsewhere.
    Given {
        /// The key.
        key: SigningKey,
        /// Its certificates.
        chain: Chain,
    },
}

/// Somebody at a desk, known by the eduID that this institution sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// eduID value of this institution's client.
    pub eduid: String,
    /// Name on the desk.
    pub name: String,
    /// May record what the examination board decided.
    pub approver: bool,
}

/// A wallet that is known by name.
#[derive(Clone, Debug)]
pub struct WalletClient {
    /// Its identifier: the address of its client metadata, or a name.
    pub client_id: String,
    /// Its name on the page that says who gets what.
    pub name: String,
    /// A public client: it has no keys and does not authenticate, and its redirect addresses stand here.
    pub public: bool,
    /// Its keys for `private_key_jwt`; none means that they are read from its client metadata.
    pub keys: Option<Vec<Jwk>>,
    /// Its redirect addresses, each compared exactly; none means that they are read from its client metadata.
    pub redirect_uris: Option<Vec<String>>,
}

impl WalletClient {
    /// Whether the configuration says everything, so that its client metadata is not asked for.
    pub(crate) const fn is_whole(&self) -> bool {
        self.redirect_uris.is_some() && (self.public || self.keys.is_some())
    }
}
