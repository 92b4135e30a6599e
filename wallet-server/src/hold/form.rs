//! A credential in one of its forms, read: what it says, how it is asked for, and to whose key it is bound. Nothing is verified
//! here; what is kept was verified before.

use openid4vc::dcql::{self, Format};
use serde_json::Value;
use vc::Map;
use vc::jws::Jws;
use vc::key::Jwk;
use vc::sd_jwt::SdJwt;
use vc::x509::Chain;
use vc::{did, json_ld};

/// A credential as its format has it.
pub(crate) enum Form {
    /// An SD-JWT with everything disclosed: an SD-JWT VC, or the W3C data model in an SD-JWT.
    SdJwt(Box<SdJwt>),
    /// A W3C credential in a JWT.
    Jwt {
        /// The credential.
        document: Map,
        /// What it is signed with.
        alg: String,
        /// Whose keys stand in the chain of its header.
        authority_keys: Vec<String>,
    },
    /// A W3C credential with an embedded proof.
    Embedded(Map),
}

impl Form {
    /// Reads the stored form. `None` when it is not of its format.
    pub(crate) fn read(format: &str, body: &str) -> Option<Self> {
        match Format::from_name(format) {
            Format::SdJwtVc | Format::VcSdJwt => SdJwt::parse(body).ok().map(|read| Self::SdJwt(Box::new(read))),
            Format::JwtVcJson | Format::VcJwt => {
                let jws = Jws::parse(body).ok()?;
                let alg = jws.header().get("alg")?.as_str()?.to_owned();
                let payload = jws.payload_unverified().as_object()?.clone();
                let authority_keys = authority_keys(&jws);
                // Version 1.1 puts the credential into a claim, Open Badges and version 2.0 put it at the top.
                let inner = payload.get("vc").and_then(Value::as_object).cloned();
                Some(Self::Jwt { document: inner.unwrap_or(payload), alg, authority_keys })
            }
            Format::LdpVc => match vc::strict_json::parse(body.as_bytes()).ok()? {
                Value::Object(document) => Some(Self::Embedded(document)),
                _ => None,
            },
            Format::Other(_) => None,
        }
    }

    /// Whose keys stand in the chain by which it was signed, for `aki` of a query; none where it names its key otherwise.
    pub(crate) fn authority_keys(&self) -> Vec<String> {
        match self {
            Self::SdJwt(credential) => authority_keys(credential.jwt()),
            Self::Jwt { authority_keys, .. } => authority_keys.clone(),
            Self::Embedded(_) => Vec::new(),
        }
    }

    /// Whether its holder can leave claims out.
    pub(crate) const fn is_selective(&self) -> bool {
        matches!(self, Self::SdJwt(_))
    }

    /// What claims paths of a query select from: the claims, or the whole W3C credential (OpenID4VP appendix B.1.2).
    pub(crate) fn document(&self) -> &Map {
        match self {
            Self::SdJwt(credential) => credential.disclosed_claims(),
            Self::Jwt { document, .. } | Self::Embedded(document) => document,
        }
    }

    /// The type of an SD-JWT VC.
    pub(crate) fn vct(&self) -> Option<&str> {
        match self {
            Self::SdJwt(credential) => credential.vct(),
            Self::Jwt { .. } | Self::Embedded(_) => None,
        }
    }

    /// The types of a W3C credential, as they stand in it and as its contexts expand them; none for an SD-JWT VC.
    pub(crate) fn types(&self) -> Vec<String> {
        if self.vct().is_some() { Vec::new() } else { dcql::types(self.document(), json_ld::context) }
    }

    /// The key that it is bound to: in `cnf`, or named by the subject's `did:jwk` or `did:key`.
    pub(crate) fn holder(&self) -> Option<Jwk> {
        let document = self.document();
        if let Some(cnf) = document.get("cnf") {
            return Jwk::from_value(cnf.get("jwk")?).ok();
        }
        let subject = match document.get("credentialSubject")? {
            Value::Array(subjects) => match subjects.as_slice() {
                [only] => only,
                _ => return None,
            },
            one => one,
        };
        did::key_of_url(subject.get("id")?.as_str()?).ok()
    }

    /// Who says that it issued it: `iss`, or `issuer` and its `id`.
    pub(crate) fn issuer(&self) -> Option<&str> {
        let document = self.document();
        match document.get("issuer") {
            Some(Value::Object(issuer)) => issuer.get("id")?.as_str(),
            Some(issuer) => issuer.as_str(),
            None => document.get("iss")?.as_str(),
        }
    }

    /// The identifier that a W3C credential gives itself.
    pub(crate) fn own_id(&self) -> Option<&str> {
        if self.vct().is_some() { None } else { self.document().get("id").and_then(Value::as_str) }
    }
}

/// What the chain in a header says of the keys that signed it. That the chain holds was seen when the credential came.
fn authority_keys(signed: &Jws) -> Vec<String> {
    let chain = signed.x5c().and_then(|x5c| Chain::from_x5c(&x5c).ok());
    chain.map(|chain| chain.authority_keys()).unwrap_or_default()
}
