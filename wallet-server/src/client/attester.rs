//! The wallet's provider, who is its operator: vouches for this wallet, and for the key by which one learner's wallet meets one
//! authorization server (attestation-based client authentication, draft 07, which OpenID4VCI 1.0 pins).

use http::{AppCore, Origin};
use openid4vc::client_attestation::{self, AttestationClaims};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use storage::WalletStore;
use vc::encoding::{b64, b64_decode};
use vc::jws::JwsError;
use vc::key::{Algorithm, Jwk, KeyError, SigningKey};
use vc::x509::{CertificateAuthority, LeafRequest, X509Error};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::ClientError;

/// How long an attestation counts, in seconds. One is made for each request.
const LASTS: i64 = 60 * 60;
/// Certificates of the attesting key begin an hour before their day and end ninety days after it, in seconds.
const DAY: i64 = 24 * 60 * 60;
const BEFORE: i64 = 60 * 60;
const AFTER: i64 = 90 * DAY;
/// The wallet's name, as issuers show it.
const NAME: &str = "Eduwallet";

/// The provider: an anchor of its own and the key that attests, shared by all servers.
pub(super) struct Attester {
    authority: CertificateAuthority,
    key: SigningKey,
}

/// What is kept of it, sealed.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct Kept {
    anchor: String,
    authority: String,
    key: String,
}

impl Attester {
    /// Reads the provider's keys, or makes the first ones.
    ///
    /// # Errors
    /// When the database fails or the keys are unusable.
    pub(super) async fn open(core: &AppCore, store: &WalletStore) -> Result<Self, ClientError> {
        if let Some(kept) = store.read().await?.attester().await? {
            return Self::read(&kept);
        }
        let new = Self::made(core)?;
        let mut tx = store.write().await?;
        tx.put_attester(&new, core.now()).await?;
        tx.commit().await?;
        // Another server may have been first; what is in the table counts.
        let kept = store.read().await?.attester().await?;
        Self::read(&kept.unwrap_or(new))
    }

    fn made(core: &AppCore) -> Result<Zeroizing<Vec<u8>>, ClientError> {
        let name = format!("Wallet provider {}", core.urls().own.host());
        let authority = CertificateAuthority::new(&name, core.now().seconds()).map_err(ClientError::Certificate)?;
        let key = SigningKey::generate(Algorithm::Es256).map_err(ClientError::Key)?;
        let kept = Kept {
            anchor: b64(authority.anchor_der()),
            authority: b64(authority.key_pkcs8().map_err(ClientError::Certificate)?),
            key: b64(key.to_pkcs8().map_err(ClientError::Key)?),
        };
        serde_json::to_vec(&kept).map(Zeroizing::new).map_err(|_| ClientError::Key(KeyError::Malformed))
    }

    fn read(kept: &[u8]) -> Result<Self, ClientError> {
        let unusable = || ClientError::Key(KeyError::Malformed);
        let kept: Kept = serde_json::from_slice(kept).map_err(|_| unusable())?;
        let bytes = |text: &str| b64_decode(text).map(Zeroizing::new).map_err(|_| unusable());
        let authority = CertificateAuthority::from_parts(&bytes(&kept.anchor)?, &bytes(&kept.authority)?);
        let key = SigningKey::from_pkcs8(&bytes(&kept.key)?).map_err(ClientError::Key)?;
        Ok(Self { authority: authority.map_err(ClientError::Certificate)?, key })
    }

    /// The word of the provider for `client_id` and the key of its instance, with the chain to its anchor.
    ///
    /// # Errors
    /// When the key cannot sign.
    pub(super) fn vouch(&self, core: &AppCore, client_id: &str, instance: &Jwk) -> Result<String, JwsError> {
        let (own, now) = (&core.urls().own, core.now().seconds());
        let x5c = [b64(self.leaf(own, now).map_err(|_| JwsError::Algorithm)?)];
        let claims = AttestationClaims {
            issuer: Some(own.as_str()),
            client_id,
            instance,
            iat: now,
            exp: now.saturating_add(LASTS),
            wallet_name: Some(NAME),
            wallet_link: Some(own.as_str()),
        };
        client_attestation::build_attestation(&self.key, &x5c, &claims)
    }

    fn leaf(&self, own: &Origin, now: i64) -> Result<Vec<u8>, X509Error> {
        // The same for a day: who compares two attestations learns nothing from their certificates.
        let day = now - now.rem_euclid(DAY);
        self.authority.issue_leaf(&LeafRequest {
            public_jwk: self.key.public_jwk().map_err(|_| X509Error::Engine)?,
            common_name: format!("{NAME} {}", own.host()),
            san_uri: Some(own.as_str().to_owned()),
            san_dns: vec![own.host().to_owned()],
            not_before: day - BEFORE,
            not_after: day + AFTER,
        })
    }

    /// What an authorization server has to know to believe it.
    ///
    /// # Errors
    /// When the key does not tell its public half.
    pub(super) fn document(&self, own: &Origin) -> Result<Value, KeyError> {
        let key = self.key.public_jwk()?;
        let kid = key.thumbprint();
        Ok(json!({
            "issuer": own.as_str(),
            "wallet_name": NAME,
            "jwks": {"keys": [key.with_kid(kid).with_alg(Algorithm::Es256.name()).with_use("sig").to_value()]},
            "x5c_trust_anchors": [b64(self.authority.anchor_der())],
        }))
    }
}
