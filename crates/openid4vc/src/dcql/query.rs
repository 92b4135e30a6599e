//! Reading a query (OpenID4VP section 6.1 to 6.4.1), with rows Q1 to Q8 and Q10 of the catalogue of bad inputs.

use serde::Serialize;
use serde_json::{Map, Value};
use vc::sd_jwt::Path;

use super::path;

const MOST_CREDENTIALS: usize = 32;
const MOST_CLAIMS: usize = 64;
const MOST_SETS: usize = 16;

/// A complete query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Query {
    /// What is asked for; never empty.
    pub credentials: Vec<CredentialQuery>,
    /// How it may be combined; empty: all of it is required.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub credential_sets: Vec<CredentialSet>,
}

/// One kind of credential that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CredentialQuery {
    /// Its key in the `vp_token`.
    pub id: String,
    /// The format.
    pub format: Format,
    /// The types.
    pub meta: Meta,
    /// Whether several may be returned.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// Whose credentials; empty: anybody's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_authorities: Vec<TrustedAuthority>,
    /// True unless waived.
    pub require_cryptographic_holder_binding: bool,
    /// Which claims; empty: none that can be left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<ClaimsQuery>,
    /// Which combinations of claims, the first satisfiable one counts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claim_sets: Vec<Vec<String>>,
}

/// A credential format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    /// `dc+sd-jwt`
    SdJwtVc,
    /// `vc+sd-jwt`: an SD-JWT VC under its older name, or the W3C data model in an SD-JWT.
    VcSdJwt,
    /// `jwt_vc_json`
    JwtVcJson,
    /// `vc+jwt`: the W3C data model 2.0 as the payload of a JWT.
    VcJwt,
    /// `ldp_vc`
    LdpVc,
    /// A format that we do not speak.
    Other(String),
}

/// `meta`: the types that are wanted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Meta {
    /// One of these types.
    Vct {
        /// Types of SD-JWT VCs.
        vct_values: Vec<String>,
    },
    /// All types of one of these lists.
    Types {
        /// Types after the credential's contexts were applied; one that no context defines stays as it is (appendix B.1.1).
        type_values: Vec<Vec<String>>,
    },
    /// For a format that we do not speak.
    Other(Map<String, Value>),
}

/// Who must stand behind a credential.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrustedAuthority {
    /// `aki` is the kind that we evaluate.
    #[serde(rename = "type")]
    pub kind: String,
    /// Any of them.
    pub values: Vec<String>,
}

/// One claim that is asked for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimsQuery {
    /// Needed for claim sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it stands.
    pub path: Path,
    /// Values of which one must match in type and value; empty: any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// A combination of credentials.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CredentialSet {
    /// Alternatives, each a list of ids, in order of preference.
    pub options: Vec<Vec<String>>,
    /// Whether one of them is needed.
    pub required: bool,
}

/// Why a query is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// Malformed.
    #[error("invalid_request")]
    Invalid,
    /// Well formed, and of no format that we speak (row Q7).
    #[error("vp_formats_not_supported")]
    Formats,
}

impl QueryError {
    /// The protocol's code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invalid => "invalid_request",
            Self::Formats => "vp_formats_not_supported",
        }
    }
}

type Read<T> = Result<T, QueryError>;

impl Query {
    /// Reads a `dcql_query`. Unknown members are ignored everywhere.
    ///
    /// # Errors
    /// [`QueryError`].
    pub fn parse(value: &Value) -> Read<Self> {
        let members = object(value)?;
        let credentials = list(members, "credentials", MOST_CREDENTIALS)?.ok_or(QueryError::Invalid)?;
        let credentials = credentials.iter().map(CredentialQuery::parse).collect::<Read<Vec<_>>>()?;
        if !unique(credentials.iter().map(|query| query.id.as_str())) {
            return Err(QueryError::Invalid);
        }
        if credentials.iter().all(|query| matches!(query.format, Format::Other(_))) {
            return Err(QueryError::Formats);
        }
        let sets = list(members, "credential_sets", MOST_SETS)?.unwrap_or_default();
        let sets = sets.iter().map(|set| CredentialSet::parse(set, &credentials)).collect::<Read<Vec<_>>>()?;
        Ok(Self { credentials, credential_sets: sets })
    }

    /// The JSON form.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The query with this id.
    pub fn credential(&self, id: &str) -> Option<&CredentialQuery> {
        self.credentials.iter().find(|query| query.id == id)
    }
}

impl CredentialQuery {
    fn parse(value: &Value) -> Read<Self> {
        let members = object(value)?;
        let id = identifier(members.get("id"))?;
        let format = Format::from_name(text(members.get("format"))?);
        let meta = Meta::parse(members.get("meta").ok_or(QueryError::Invalid)?, &format)?;
        let authorities = list(members, "trusted_authorities", MOST_CLAIMS)?.unwrap_or_default();
        let claims = claims(members)?;
        let claim_sets = claim_sets(members, &claims)?;
        Ok(Self {
            id,
            format,
            meta,
            multiple: flag(members, "multiple", false)?,
            trusted_authorities: authorities.iter().map(TrustedAuthority::parse).collect::<Read<_>>()?,
            require_cryptographic_holder_binding: flag(members, "require_cryptographic_holder_binding", true)?,
            claims: without_repetition(claims),
            claim_sets,
        })
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&ClaimsQuery> {
        self.claims.iter().find(|claim| claim.id.as_deref() == Some(id))
    }
}

impl Format {
    /// The format with this identifier.
    pub fn from_name(name: &str) -> Self {
        match name {
            "dc+sd-jwt" => Self::SdJwtVc,
            "vc+sd-jwt" => Self::VcSdJwt,
            "jwt_vc_json" => Self::JwtVcJson,
            "vc+jwt" => Self::VcJwt,
            "ldp_vc" => Self::LdpVc,
            other => Self::Other(other.to_owned()),
        }
    }

    /// The format's identifier.
    pub fn name(&self) -> &str {
        match self {
            Self::SdJwtVc => "dc+sd-jwt",
            Self::VcSdJwt => "vc+sd-jwt",
            Self::JwtVcJson => "jwt_vc_json",
            Self::VcJwt => "vc+jwt",
            Self::LdpVc => "ldp_vc",
            Self::Other(name) => name,
        }
    }

    /// Whether a holder can leave claims out of it.
    pub const fn is_selective(&self) -> bool {
        matches!(self, Self::SdJwtVc | Self::VcSdJwt)
    }
}

impl Serialize for Format {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Meta {
    fn parse(value: &Value, format: &Format) -> Read<Self> {
        let members = object(value)?;
        match format {
            Format::SdJwtVc => texts(members.get("vct_values")).map(|vct_values| Self::Vct { vct_values }),
            Format::VcSdJwt if members.contains_key("vct_values") => Self::parse(value, &Format::SdJwtVc),
            Format::VcSdJwt | Format::JwtVcJson | Format::VcJwt | Format::LdpVc => {
                let alternatives = list(members, "type_values", MOST_CLAIMS)?.ok_or(QueryError::Invalid)?;
                let type_values = alternatives.iter().map(|types| texts(Some(types))).collect::<Read<_>>()?;
                Ok(Self::Types { type_values })
            }
            Format::Other(_) => Ok(Self::Other(members.clone())),
        }
    }
}

impl TrustedAuthority {
    fn parse(value: &Value) -> Read<Self> {
        let members = object(value)?;
        Ok(Self { kind: text(members.get("type"))?.to_owned(), values: texts(members.get("values"))? })
    }
}

impl ClaimsQuery {
    fn parse(value: &Value) -> Read<Self> {
        let members = object(value)?;
        let id = members.get("id").map(|id| identifier(Some(id))).transpose()?;
        let path = members.get("path").and_then(path::read).ok_or(QueryError::Invalid)?;
        let values = list(members, "values", MOST_CLAIMS)?.unwrap_or_default();
        let comparable = |value: &Value| value.is_string() || value.is_boolean() || value.is_i64() || value.is_u64();
        values.iter().all(comparable).then(|| Self { id, path, values: values.to_vec() }).ok_or(QueryError::Invalid)
    }
}

impl CredentialSet {
    fn parse(value: &Value, credentials: &[CredentialQuery]) -> Read<Self> {
        let members = object(value)?;
        let options = list(members, "options", MOST_SETS)?.ok_or(QueryError::Invalid)?;
        let options = options.iter().map(|option| texts(Some(option))).collect::<Read<Vec<_>>>()?;
        let known = |id: &String| credentials.iter().any(|query| &query.id == id);
        let required = flag(members, "required", true)?;
        options.iter().flatten().all(known).then_some(Self { options, required }).ok_or(QueryError::Invalid)
    }
}

fn claims(members: &Map<String, Value>) -> Read<Vec<ClaimsQuery>> {
    let claims = list(members, "claims", MOST_CLAIMS)?.unwrap_or_default();
    let claims = claims.iter().map(ClaimsQuery::parse).collect::<Read<Vec<_>>>()?;
    unique(claims.iter().filter_map(|claim| claim.id.as_deref())).then_some(claims).ok_or(QueryError::Invalid)
}

fn claim_sets(members: &Map<String, Value>, claims: &[ClaimsQuery]) -> Read<Vec<Vec<String>>> {
    let Some(sets) = list(members, "claim_sets", MOST_SETS)? else { return Ok(Vec::new()) };
    let sets = sets.iter().map(|set| texts(Some(set))).collect::<Read<Vec<_>>>()?;
    let named = !claims.is_empty() && claims.iter().all(|claim| claim.id.is_some());
    let known = |id: &String| claims.iter().any(|claim| claim.id.as_ref() == Some(id));
    (named && sets.iter().flatten().all(known)).then_some(sets).ok_or(QueryError::Invalid)
}

/// A claim that is asked for twice without an id of its own is asked for once (row Q10).
fn without_repetition(claims: Vec<ClaimsQuery>) -> Vec<ClaimsQuery> {
    let mut kept: Vec<ClaimsQuery> = Vec::new();
    for claim in claims {
        let again = kept.iter().any(|earlier| earlier.path == claim.path && earlier.values == claim.values && claim.id.is_none());
        if !again {
            kept.push(claim);
        }
    }
    kept
}

fn object(value: &Value) -> Read<&Map<String, Value>> {
    value.as_object().ok_or(QueryError::Invalid)
}

fn text(value: Option<&Value>) -> Read<&str> {
    value.and_then(Value::as_str).filter(|text| !text.is_empty()).ok_or(QueryError::Invalid)
}

/// An id: `[A-Za-z0-9_-]+`.
fn identifier(value: Option<&Value>) -> Read<String> {
    let id = text(value)?;
    let shaped = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    shaped.then(|| id.to_owned()).ok_or(QueryError::Invalid)
}

/// A list of texts that is not empty.
fn texts(value: Option<&Value>) -> Read<Vec<String>> {
    let list = value.and_then(Value::as_array).filter(|list| !list.is_empty() && list.len() <= MOST_CLAIMS).ok_or(QueryError::Invalid)?;
    list.iter().map(|item| text(Some(item)).map(str::to_owned)).collect()
}

/// A member that, if it is there, is a list that is neither empty nor too long.
fn list<'a>(members: &'a Map<String, Value>, name: &str, most: usize) -> Read<Option<&'a [Value]>> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::Array(list)) if !list.is_empty() && list.len() <= most => Ok(Some(list)),
        Some(_) => Err(QueryError::Invalid),
    }
}

fn flag(members: &Map<String, Value>, name: &str, default: bool) -> Read<bool> {
    members.get(name).map_or(Ok(default), |value| value.as_bool().ok_or(QueryError::Invalid))
}

fn unique<'a>(ids: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = std::collections::BTreeSet::new();
    ids.into_iter().all(|id| seen.insert(id))
}
