//! Credential requests of drafts 13 to 15.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::credential::{CredentialErrorCode, CredentialRequest};
use super::super::issuer_metadata::CredentialConfiguration;
use super::{Bridges, Older, VC_SD_JWT};

/// Reads a body, decrypted where it came encrypted, over the bridges that are open. What none of them covers is read as by
/// [`CredentialRequest::parse`].
///
/// # Errors
/// [`CredentialErrorCode`]; `unknown_credential_configuration` for a format and type that no configuration has.
pub fn read_request(
    body: &[u8],
    bridges: Bridges,
    configurations: &BTreeMap<String, CredentialConfiguration>,
) -> Result<CredentialRequest, CredentialErrorCode> {
    let mut value = vc::strict_json::parse(body).map_err(|_| CredentialErrorCode::InvalidCredentialRequest)?;
    let mut older = Older::default();
    if let Value::Object(members) = &mut value {
        if bridges.by_format {
            older.by_format = name_configuration(members, configurations)?;
        }
        if bridges.single_proof {
            older.single_proof = list_proof(members)?;
        }
    }
    let request = CredentialRequest::from_value(value)?;
    Ok(CredentialRequest { older: Some(older).filter(|older| *older != Older::default()), ..request })
}

/// Drafts up to 14 named what they wanted by its format and type.
fn name_configuration(
    members: &mut Map<String, Value>,
    configurations: &BTreeMap<String, CredentialConfiguration>,
) -> Result<bool, CredentialErrorCode> {
    let named = ["credential_configuration_id", "credential_identifier"].iter().any(|name| members.contains_key(*name));
    let Some(format) = members.get("format").and_then(Value::as_str).filter(|_| !named) else { return Ok(false) };
    let wanted = configurations.iter().filter(|(_, configuration)| is_same(format, &configuration.format));
    let found = { wanted }.find(|(_, configuration)| has_type(members, configuration)).map(|(id, _)| id.clone());
    let id = found.ok_or(CredentialErrorCode::UnknownCredentialConfiguration)?;
    members.insert("credential_configuration_id".into(), id.into());
    Ok(true)
}

/// One format under its two names.
fn is_same(asked: &str, offered: &str) -> bool {
    asked == offered || (asked == VC_SD_JWT && offered == "dc+sd-jwt")
}

fn has_type(members: &Map<String, Value>, configuration: &CredentialConfiguration) -> bool {
    let vct = members.get("vct").or_else(|| members.get("credential_definition")?.get("vct")).and_then(Value::as_str);
    let types = members.get("credential_definition").and_then(|definition| definition.get("type").or_else(|| definition.get("types")));
    match (vct, types.and_then(Value::as_array)) {
        (Some(vct), _) => configuration.vct.as_deref() == Some(vct),
        (None, Some(types)) => {
            let own = configuration.types();
            types.len() == own.len() && types.iter().all(|asked| own.iter().any(|one| asked == one))
        }
        (None, None) => false,
    }
}

/// Drafts up to 15 had one proof, under its own name.
fn list_proof(members: &mut Map<String, Value>) -> Result<bool, CredentialErrorCode> {
    if members.contains_key("proofs") {
        return Ok(false);
    }
    let Some(proof) = members.get("proof") else { return Ok(false) };
    let kind = proof.get("proof_type").and_then(Value::as_str).ok_or(CredentialErrorCode::InvalidProof)?;
    let name = match kind {
        "ldp_vp" => "di_vp",
        other => other,
    };
    let content = proof.get(kind).ok_or(CredentialErrorCode::InvalidProof)?;
    let mut listed = Map::new();
    listed.insert(name.to_owned(), json!([content]));
    members.insert("proofs".into(), Value::Object(listed));
    Ok(true)
}
