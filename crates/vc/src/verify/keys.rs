//! From what a credential says of its issuer's key to the key itself, by the one way that counts for that issuer.

use super::{Case, Need};
use crate::did::{self, Document, Relationship};
use crate::issuer_metadata::{self, IssuerMetadataError};
use crate::jws::{Jws, JwsError};
use crate::key::{Jwk, KeyError, VerifyingKey};
use crate::report::{Check, CheckName};
use crate::strict_json;
use crate::trust::{Mechanism, TrustedIssuer};
use crate::x509::{Chain, Leaf, X509Error};
use url::Url;

/// Why there is no key, or why it does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    /// There can be none, or it refused: the check fails.
    Refused(&'static str),
    /// It could not be had: the check cannot be made.
    Missing,
}

impl Problem {
    /// The check that did not pass for it.
    pub(super) fn check(self, name: CheckName, offline: bool) -> Check {
        match self {
            Self::Refused(code) => Check::failed(name, code),
            Self::Missing => Check::not_checked(name, "key_not_fetched").with("reason", self.reason(offline)),
        }
    }

    /// Why in one word.
    pub(super) fn reason(self, offline: bool) -> &'static str {
        match self {
            Self::Refused(code) => code,
            Self::Missing if offline => "offline",
            Self::Missing => "not_fetched",
        }
    }
}

/// How a key was found.
#[derive(Clone)]
pub(super) enum Way {
    /// The caller gave it.
    Given,
    /// The leaf of a chain that the credential brings along. The chain itself is not verified yet.
    Certificate(Box<Chain>),
    /// The issuer's metadata, `jwt-vc-issuer`.
    Metadata,
    /// A document of a DID, or of a controller at an https address.
    Document,
    /// It came along bare, in the header or as its own name: it proves only that whoever signed has it.
    Bare,
}

impl Way {
    /// Its name in reports.
    fn name(&self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Certificate(_) => "x5c",
            Self::Metadata => "jwt_vc_issuer",
            Self::Document => "did",
            Self::Bare => "bare",
        }
    }

    /// As the register names it; none for a key that no register can permit.
    pub(super) fn mechanism(&self) -> Option<Mechanism> {
        match self {
            Self::Given | Self::Bare => None,
            Self::Certificate(_) => Some(Mechanism::X5c),
            Self::Metadata => Some(Mechanism::IssuerMetadata),
            Self::Document => Some(Mechanism::Did),
        }
    }
}

/// Whose signature held, and how its key was found.
#[derive(Clone)]
pub(super) struct Signer {
    /// How the key was found.
    pub(super) way: Way,
    /// The key itself.
    pub(super) key: Jwk,
    /// For whom the key speaks, where the way says so: the SAN URIs of a certificate, the controller of a document.
    pub(super) names: Vec<String>,
    /// When it was signed, as the proof itself says, Unix seconds.
    pub(super) made_at: Option<i64>,
}

impl Signer {
    pub(super) fn new(way: Way, key: Jwk) -> Self {
        Self { way, key, names: Vec::new(), made_at: None }
    }

    /// The signature check that passed, with what its fold tells.
    pub(super) fn check(&self) -> Check {
        let check = Check::passed(CheckName::Signature).with("algorithm", self.key.algorithm().name());
        check.with("key", self.key.thumbprint()).with("mechanism", self.way.name())
    }
}

/// Verifies a JWS with a key.
pub(super) fn verify_jws(jws: &Jws, jwk: &Jwk) -> Result<(), Problem> {
    let key = VerifyingKey::from_jwk(jwk).map_err(|_| Problem::Refused("unsupported_key"))?;
    jws.verify(&key, None).map(|_| ()).map_err(|error| match error {
        JwsError::Algorithm | JwsError::Key(KeyError::Algorithm) => Problem::Refused("algorithm"),
        _ => Problem::Refused("signature"),
    })
}

/// Verifies with keys that were given by hand, those with the `kid` of the header first and only, when there are such.
pub(super) fn given(jws: &Jws, kid: Option<&str>, keys: &[Jwk]) -> Result<Signer, Problem> {
    let named: Vec<&Jwk> = keys.iter().filter(|key| kid.is_some() && key.kid() == kid).collect();
    let tried = if named.is_empty() { keys.iter().collect() } else { named };
    let mut outcome = Err(Problem::Refused("signature"));
    for key in tried {
        outcome = verify_jws(jws, key).map(|()| Signer::new(Way::Given, key.clone()));
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// Verifies with the leaf of the chain in `x5c`, which must speak for the issuer, where the credential names one.
pub(super) fn by_certificate(jws: &Jws, issuer: Option<&str>) -> Result<Signer, Problem> {
    let (chain, leaf) = certificate(jws)?;
    verify_jws(jws, &leaf.jwk)?;
    if issuer.is_some_and(|issuer| !leaf.san_uris.iter().any(|uri| names(uri, issuer))) {
        return Err(Problem::Refused("issuer_mismatch"));
    }
    Ok(Signer { names: leaf.san_uris, ..Signer::new(Way::Certificate(Box::new(chain)), leaf.jwk) })
}

/// Whether an identifier is this issuer: itself, or the `did:web` of the same address.
pub(super) fn names(id: &str, issuer: &str) -> bool {
    id == issuer || (issuer.starts_with("did:web:") && did::web_did(id).is_ok_and(|did| did == issuer))
}

fn certificate(jws: &Jws) -> Result<(Chain, Leaf), Problem> {
    let read = || Chain::from_x5c(&jws.x5c().ok_or(X509Error::Malformed)?);
    let chain = read().map_err(|_| Problem::Refused("malformed_x5c"))?;
    let leaf = chain.leaf_unverified().map_err(|_| Problem::Refused("malformed_x5c"))?;
    Ok((chain, leaf))
}

impl Case<'_> {
    /// The register's entry of an issuer, by its identifier or by the `did:web` of that.
    pub(super) fn known(&self, issuer: &str) -> Option<&TrustedIssuer> {
        self.trust.issuer(issuer).or_else(|| self.trust.issuers.iter().find(|known| names(&known.id, issuer)))
    }

    /// Whether a key found in this way counts for an issuer and a format; `None` is a way that no register permits. Whom no
    /// register knows is taken at the credential's word, and reported as unknown.
    pub(super) fn permits(&self, issuer: &str, format: &str, mechanism: Option<Mechanism>) -> bool {
        self.known(issuer).is_none_or(|known| Some(known.mechanism(format, issuer)) == mechanism)
    }

    /// The key that the register remembers of an issuer: it needs no document, which may be gone, or somebody else's. `None` when
    /// the register leaves it to the documents.
    fn archived(&self, issuer: &str, kid: Option<&str>) -> Option<Result<Jwk, Problem>> {
        let known = self.known(issuer)?;
        match kid.and_then(|kid| known.archived_key(kid)) {
            Some(archived) => Some(Ok(archived.jwk.clone())),
            // Who left cannot be asked any more: nobody knows whether the signature holds.
            None if known.left.is_some() => Some(Err(Problem::Missing)),
            None => None,
        }
    }

    /// What was fetched from an address; what was not is asked for.
    pub(super) fn document_at(&self, url: &Url) -> Result<&[u8], Problem> {
        let need = Need::Document(url.to_string());
        self.fetched.bytes(&need).ok_or_else(|| {
            self.ask(need);
            Problem::Missing
        })
    }

    /// The document of a DID, or of a controller at an https address, found to be of that name.
    pub(super) fn controller(&self, name: &str) -> Result<Document, Problem> {
        if !name.starts_with("did:") {
            let url = issuer_metadata::https(name, self.allow_localhost).ok_or(Problem::Refused("unsupported_key"))?;
            let document = Document::parse(self.document_at(&url)?, name).map_err(|_| Problem::Refused("key_document"))?;
            return Ok(document.at(self.now));
        }
        let urls = did::documents(name, self.allow_localhost).map_err(|_| Problem::Refused("unsupported_key"))?;
        let needs: Vec<Need> = urls.iter().map(|url| Need::Document(url.to_string())).collect();
        for need in needs.iter().filter(|need| !self.fetched.settles(need)) {
            self.ask(need.clone());
        }
        // Only the first one must be there: a log has witnesses in a file of their own, or none.
        if needs.iter().any(|need| !self.fetched.settles(need)) || needs.first().is_some_and(|need| self.fetched.bytes(need).is_none()) {
            return Err(Problem::Missing);
        }
        let fetched = |url: &Url| self.fetched.bytes(&Need::Document(url.to_string())).map(<[u8]>::to_vec);
        did::resolve(name, &fetched, self.now, self.allow_localhost).map_err(|_| Problem::Refused("key_document"))
    }

    /// The key of an issuer's verification method; where none is named, the only one that the document has.
    pub(super) fn issuer_method(&self, did: &str, id: Option<&str>) -> Result<Jwk, Problem> {
        if let Some(archived) = self.archived(did, id) {
            return archived;
        }
        if let Some(id) = id {
            return self.method(id, Relationship::AssertionMethod);
        }
        let document = self.controller(did)?;
        let mut keys = document.methods.iter().filter_map(|method| document.key(&method.id, Relationship::AssertionMethod));
        match (keys.next(), keys.next()) {
            (Some(key), None) => Ok(key.clone()),
            (None, _) => Err(Problem::Refused("key_unknown")),
            _ => Err(Problem::Refused("key_ambiguous")),
        }
    }

    /// A bare key that is published at an address.
    pub(super) fn jwk_at(&self, address: &str) -> Result<Jwk, Problem> {
        let url = issuer_metadata::https(address, self.allow_localhost).ok_or(Problem::Refused("no_key"))?;
        let value = strict_json::parse(self.document_at(&url)?).map_err(|_| Problem::Refused("key_document"))?;
        Jwk::from_value(&value).map_err(|_| Problem::Refused("key_document"))
    }

    /// The key of a verification method, when its controller's document allows it this use.
    pub(super) fn method(&self, id: &str, relationship: Relationship) -> Result<Jwk, Problem> {
        if id.starts_with("did:key:") || id.starts_with("did:jwk:") {
            // A DID that is its own key has one method, which badges name without its fragment too.
            return did::key_of_url(id).map_err(|_| Problem::Refused("key_unknown"));
        }
        let controller = id.split('#').next().unwrap_or_default();
        let document = self.controller(controller)?;
        document.key(id, relationship).cloned().ok_or(Problem::Refused("key_unknown"))
    }

    /// A key of the issuer's metadata.
    pub(super) fn metadata_key(&self, issuer: &str, kid: Option<&str>) -> Result<Jwk, Problem> {
        if let Some(archived) = self.archived(issuer, kid) {
            return archived;
        }
        let refused = |error: IssuerMetadataError| Problem::Refused(error.code());
        let address = issuer_metadata::address(issuer, self.allow_localhost).map_err(|_| Problem::Refused("no_key"))?;
        let mut metadata = issuer_metadata::parse(self.document_at(&address)?, issuer, self.allow_localhost).map_err(refused)?;
        if let Some(url) = metadata.needs().cloned() {
            metadata = metadata.with_key_set(self.document_at(&url)?).map_err(refused)?;
        }
        metadata.key(kid).cloned().map_err(refused)
    }
}
