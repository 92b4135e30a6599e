//! Credential offers (OpenID4VCI section 4.1): where they stand, what they say, and rows O1 to O7 of the catalogue of bad inputs.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::issuer_metadata::IssuerMetadata;
use crate::oauth::form::Params;
use crate::oauth::server_metadata::AuthorizationServerMetadata;
use crate::oauth::token::AUTHORIZATION_CODE;
use crate::oauth::well_known::{fetchable, identifier, literal};

/// A credential offer. Holds a code, so it has no `Debug`. Unknown members are ignored.
#[derive(Clone, Serialize, Deserialize)]
pub struct CredentialOffer {
    /// The Credential Issuer Identifier.
    pub credential_issuer: String,
    /// What is offered: not empty, none twice.
    pub credential_configuration_ids: Vec<String>,
    /// How it may be fetched; absent: as the authorization server's metadata says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<Grants>,
}

/// The grants of an offer.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Grants {
    /// With the learner's login at the issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_code: Option<AuthorizationCodeOffer>,
    /// With a code that is in the offer.
    #[serde(default, rename = "urn:ietf:params:oauth:grant-type:pre-authorized_code", skip_serializing_if = "Option::is_none")]
    pub pre_authorized_code: Option<PreAuthorizedCodeOffer>,
}

/// The authorization code grant of an offer.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct AuthorizationCodeOffer {
    /// To be echoed in the authorization request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_state: Option<String>,
    /// One of the issuer's authorization servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

/// The pre-authorized code grant of an offer.
#[derive(Clone, Serialize, Deserialize)]
pub struct PreAuthorizedCodeOffer {
    /// Short-lived, used once.
    #[serde(rename = "pre-authorized_code")]
    pub code: String,
    /// Its presence alone, even as `{}`, means that a transaction code is needed (row O7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx_code: Option<TxCode>,
    /// One of the issuer's authorization servers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_server: Option<String>,
}

/// What the transaction code looks like.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TxCode {
    /// Digits when absent; see [`TxCode::accepts`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input_mode: Option<InputMode>,
    /// Characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u8>,
    /// How the learner gets it, at most 300 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl TxCode {
    /// Whether what a learner typed can be the code: digits where nothing else is said, of the length that is said.
    pub fn accepts(&self, typed: &str) -> bool {
        let length = self.length.is_none_or(|length| typed.chars().count() == usize::from(length));
        let characters = self.input_mode == Some(InputMode::Text) || typed.bytes().all(|byte| byte.is_ascii_digit());
        !typed.is_empty() && length && characters
    }

    /// At least one character, and at most 300 of description (section 4.1.1).
    fn is_sound(&self) -> bool {
        self.length != Some(0) && self.description.as_ref().is_none_or(|text| text.chars().count() <= 300)
    }
}

/// What a transaction code is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InputMode {
    /// Digits.
    Numeric,
    /// Any characters.
    Text,
}

/// Why an offer cannot be taken. The codes are those of the catalogue of bad inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// Both or neither of the two parameters, or one twice (row O1).
    #[error("offer_ambiguous")]
    Ambiguous,
    /// A scheme that is not fetched (row O2).
    #[error("offer_uri_scheme")]
    UriScheme,
    /// An address literal (row O3).
    #[error("offer_uri_address")]
    UriAddress,
    /// Served as anything but JSON (row O4).
    #[error("offer_media_type")]
    MediaType,
    /// Not the JSON of an offer (row O5).
    #[error("offer_invalid")]
    Invalid,
    /// The issuer identifier breaks the rules (row M2).
    #[error("issuer_identifier")]
    Issuer,
    /// A configuration that the issuer does not have (row O6).
    #[error("offer_unknown_configuration")]
    UnknownConfiguration,
}

impl OfferError {
    /// The code of the catalogue of bad inputs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ambiguous => "offer_ambiguous",
            Self::UriScheme => "offer_uri_scheme",
            Self::UriAddress => "offer_uri_address",
            Self::MediaType => "offer_media_type",
            Self::Invalid => "offer_invalid",
            Self::Issuer => "issuer_identifier",
            Self::UnknownConfiguration => "offer_unknown_configuration",
        }
    }
}

/// Where an offer stands.
#[derive(Clone)]
pub enum OfferSource {
    /// In the query itself, as JSON text.
    Value(String),
    /// To be fetched with GET, answered as `application/json`, no redirect.
    Reference(Url),
}

impl OfferSource {
    /// Reads the query of a credential offer link (rows O1, O2 and, for literals, O3). Names that resolve to inner addresses are
    /// for whoever opens the connection.
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn from_query(query: &str, allow_localhost: bool) -> Result<Self, OfferError> {
        let mut params = Params::parse(query).map_err(|_| OfferError::Ambiguous)?;
        match (params.take("credential_offer"), params.take("credential_offer_uri")) {
            (Some(offer), None) => Ok(Self::Value(offer)),
            (None, Some(uri)) => reference(&uri, allow_localhost).map(Self::Reference),
            (Some(_), Some(_)) => Err(OfferError::Ambiguous),
            (None, None) => Err(OfferError::Invalid),
        }
    }

    /// Reads what a learner pasted: an offer link of any scheme, a bare `credential_offer_uri`, or the offer's JSON.
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn from_pasted(text: &str, allow_localhost: bool) -> Result<Self, OfferError> {
        let text = text.trim();
        if text.starts_with('{') {
            return Ok(Self::Value(text.to_owned()));
        }
        match Url::parse(text) {
            Ok(url) if url.query().is_some_and(|query| query.contains("credential_offer")) => {
                Self::from_query(url.query().unwrap_or_default(), allow_localhost)
            }
            Ok(_) => reference(text, allow_localhost).map(Self::Reference),
            Err(_) => Err(OfferError::Invalid),
        }
    }
}

/// A `credential_offer_uri` that may be fetched, as far as its text tells.
pub fn reference(uri: &str, allow_localhost: bool) -> Result<Url, OfferError> {
    let url = Url::parse(uri).map_err(|_| OfferError::UriScheme)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(OfferError::UriScheme);
    }
    if matches!(url.host(), Some(Host::Ipv4(_) | Host::Ipv6(_))) {
        return Err(OfferError::UriAddress);
    }
    let plain = url.username().is_empty() && url.password().is_none() && literal(uri, &url) && fetchable(&url, allow_localhost);
    plain.then_some(url).ok_or(OfferError::UriScheme)
}

/// Whether a fetched offer came as JSON (row O4). `content_type` is the header's value.
///
/// # Errors
/// [`OfferError::MediaType`].
pub fn check_media_type(content_type: Option<&str>) -> Result<(), OfferError> {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json").then_some(()).ok_or(OfferError::MediaType)
}

impl CredentialOffer {
    /// Reads an offer (row O5 and the issuer identifier of row M2).
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn parse(json: &[u8], allow_localhost: bool) -> Result<Self, OfferError> {
        let value = vc::strict_json::parse(json).map_err(|_| OfferError::Invalid)?;
        let offer: Self = serde_json::from_value(value).map_err(|_| OfferError::Invalid)?;
        let ids = &offer.credential_configuration_ids;
        let unique = ids.iter().enumerate().all(|(at, id)| !ids.iter().take(at).any(|earlier| earlier == id));
        let coded =
            offer.pre_authorized().is_none_or(|grant| !grant.code.is_empty() && grant.tx_code.as_ref().is_none_or(TxCode::is_sound));
        if ids.is_empty() || !unique || !coded {
            return Err(OfferError::Invalid);
        }
        identifier(&offer.credential_issuer, allow_localhost).map_err(|_| OfferError::Issuer)?;
        Ok(offer)
    }

    /// Compares the offer with the issuer's metadata (row O6, and an authorization server that the issuer does not name).
    ///
    /// # Errors
    /// [`OfferError`].
    pub fn check_against(&self, metadata: &IssuerMetadata) -> Result<(), OfferError> {
        let known = |id: &String| metadata.credential_configurations_supported.contains_key(id);
        if !self.credential_configuration_ids.iter().all(known) {
            return Err(OfferError::UnknownConfiguration);
        }
        let known = |server: &String| metadata.authorization_servers.contains(server);
        let by_code = self.authorization_code().and_then(|grant| grant.authorization_server.as_ref());
        let pre_authorized = self.pre_authorized().and_then(|grant| grant.authorization_server.as_ref());
        [by_code, pre_authorized].into_iter().flatten().all(known).then_some(()).ok_or(OfferError::Invalid)
    }

    /// The pre-authorized code grant.
    pub fn pre_authorized(&self) -> Option<&PreAuthorizedCodeOffer> {
        self.grants.as_ref()?.pre_authorized_code.as_ref()
    }

    /// The authorization code grant.
    pub fn authorization_code(&self) -> Option<&AuthorizationCodeOffer> {
        self.grants.as_ref()?.authorization_code.as_ref()
    }

    /// Whether the learner may log in at the issuer for it: the offer says so, or says nothing of grants that we know and the server
    /// has that one.
    pub fn may_authorize(&self, server: &AuthorizationServerMetadata) -> bool {
        match &self.grants {
            Some(Grants { authorization_code: Some(_), .. }) => true,
            Some(Grants { pre_authorized_code: Some(_), .. }) => false,
            _ => server.has_grant(AUTHORIZATION_CODE),
        }
    }

    /// What the transaction code looks like, when one is needed.
    pub fn tx_code(&self) -> Option<&TxCode> {
        self.pre_authorized()?.tx_code.as_ref()
    }

    /// The authorization server that a grant names.
    pub fn authorization_server(&self) -> Option<&str> {
        let grants = self.grants.as_ref()?;
        let pre_authorized = grants.pre_authorized_code.as_ref().and_then(|grant| grant.authorization_server.as_deref());
        pre_authorized.or_else(|| grants.authorization_code.as_ref()?.authorization_server.as_deref())
    }

    /// The `openid-credential-offer://` link that refers to an offer.
    pub fn deep_link(credential_offer_uri: &str) -> String {
        format!("openid-credential-offer://?{}", Self::query(credential_offer_uri))
    }

    /// The query that refers to an offer, for any wallet's credential offer endpoint.
    pub fn query(credential_offer_uri: &str) -> String {
        crate::oauth::form::encode([("credential_offer_uri", credential_offer_uri)])
    }
}

#[cfg(test)]
mod tests;
