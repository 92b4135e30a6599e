//! OpenID4VCI and OpenID4VP messages, DCQL and HAIP rules, without IO.
//!
//! Spec objects are one-to-one structs; what we support of them is checked on reading, and the error carries the code of the
//! protocol or, for what a learner's page shows, of the catalogue of bad inputs. Times are Unix seconds, identifiers are compared
//! as plain strings, and nothing here opens a connection: where a rule needs an outside answer, a function says what to fetch and
//! another one takes the answer.

pub mod dcql;
pub mod issuance;
pub mod oauth;
pub mod presentation;

mod jwt;

pub use issuance::credential::{
    CredentialError, CredentialErrorCode, CredentialRequest, CredentialResponse, IssuedCredential, Proofs, Wanted,
};
pub use issuance::deferred::{DeferredAnswer, DeferredRequest};
pub use issuance::encryption::ResponseEncryption;
pub use issuance::issuer_metadata::{CredentialConfiguration, IssuerMetadata, IssuerMetadataError};
pub use issuance::nonce::NonceResponse;
pub use issuance::notification::{Notification, NotificationErrorCode, NotificationEvent};
pub use issuance::offer::{CredentialOffer, OfferError, OfferSource};
pub use issuance::{
    claims, credential, deferred, di_vp, encryption, issuer_metadata, key_attestation, nonce, notification, offer, older, proof,
};
pub use oauth::attester::TrustedAttester;
pub use oauth::par::{AuthorizationCodeAnswer, PushedAuthorizationRequest, PushedAuthorizationResponse};
pub use oauth::server_metadata::AuthorizationServerMetadata;
pub use oauth::token::{Grant, TokenErrorCode, TokenRequest, TokenResponse, TokenType};
pub use oauth::{
    OAuthError, authorization_details, client_assertion, client_attestation, dpop, form, par, pkce, server_metadata, token, well_known,
};
pub use presentation::client_id::{ClientId, Prefix};
pub use presentation::client_metadata::ClientMetadata;
pub use presentation::object::{Evidence, RequestObject, SignedBy};
pub use presentation::request::{Authentication, AuthorizationRequest, RequestParameters, ResponseMode};
pub use presentation::source::RequestSource;
pub use presentation::verifier_info::{Flow, Purpose, Text, VerifierInfo};
pub use presentation::vp_formats::VpFormat;
pub use presentation::vp_token::VpToken;
pub use presentation::{
    Refusal, RequestError, client_id, client_metadata, object, request, response, source, verifier_info, vp_formats, vp_token, w3c,
};
