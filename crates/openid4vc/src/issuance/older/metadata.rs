//! Issuer metadata of drafts 13 to 15: read as it was meant, and written so that wallets of those drafts find what they look for.

use serde_json::{Map, Value, json};

use super::super::issuer_metadata::IssuerMetadata;
use super::{Bridges, VC_SD_JWT};

/// What stands behind the id of a configuration when it names the same credential as `vc+sd-jwt`.
pub const TWIN: &str = "-vc-sd-jwt";

/// The deepest a `claims` map is followed.
const DEPTH: usize = 8;

/// The configuration that an id names: of a twin, the one whose twin it is.
pub fn original(configuration: &str) -> &str {
    configuration.strip_suffix(TWIN).unwrap_or(configuration)
}

/// The document as it is served: with the twins and repetitions that the open bridges ask for, else as it is.
pub fn published(metadata: &IssuerMetadata, bridges: Bridges) -> Value {
    let mut document = serde_json::to_value(metadata).unwrap_or_default();
    let Some(Value::Object(configurations)) = document.get_mut("credential_configurations_supported") else { return document };
    if bridges.vc_sd_jwt {
        let twins: Vec<(String, Value)> = configurations.iter().filter_map(|(id, value)| twin(id, value)).collect();
        configurations.extend(twins);
    }
    if bridges.flat_metadata {
        configurations.values_mut().filter_map(Value::as_object_mut).for_each(flatten);
    }
    document
}

fn twin(id: &str, configuration: &Value) -> Option<(String, Value)> {
    let mut twin = configuration.clone();
    let format = twin.get_mut("format")?;
    if format != "dc+sd-jwt" {
        return None;
    }
    *format = VC_SD_JWT.into();
    Some((format!("{id}{TWIN}"), twin))
}

fn flatten(configuration: &mut Map<String, Value>) {
    for name in ["display", "claims"] {
        let value = configuration.get("credential_metadata").and_then(|metadata| metadata.get(name)).cloned();
        configuration.extend(value.map(|value| (name.to_owned(), value)));
    }
}

/// Puts what drafts said otherwise into the words of 1.0.
pub(in super::super) fn read_metadata(document: &mut Value) {
    // The example of 1.0 itself has a bare list of keys, which its errata put right.
    if let Some(jwks) = document.pointer_mut("/credential_request_encryption/jwks")
        && jwks.is_array()
    {
        *jwks = json!({"keys": jwks});
    }
    let Some(Value::Object(configurations)) = document.get_mut("credential_configurations_supported") else { return };
    for configuration in configurations.values_mut().filter_map(Value::as_object_mut) {
        read_algorithms(configuration);
        read_types(configuration);
        read_shown(configuration);
    }
}

/// `cryptographic_suites_supported`, and proof types as a list.
fn read_algorithms(configuration: &mut Map<String, Value>) {
    if let Some(suites) = configuration.remove("cryptographic_suites_supported") {
        configuration.entry("credential_signing_alg_values_supported").or_insert(suites);
    }
    if let Some(Value::Array(kinds)) = configuration.get("proof_types_supported") {
        let kinds = kinds.iter().filter_map(Value::as_str);
        let map = kinds.map(|kind| (kind.to_owned(), json!({"proof_signing_alg_values_supported": ["ES256"]}))).collect();
        configuration.insert("proof_types_supported".into(), Value::Object(map));
    }
}

/// `types` beside or inside the definition, and `vct` inside it.
fn read_types(configuration: &mut Map<String, Value>) {
    let vct =
        configuration.get("credential_definition").and_then(|definition| definition.get("vct")).filter(|vct| vct.is_string()).cloned();
    if let Some(vct) = vct {
        configuration.entry("vct").or_insert(vct);
    }
    let beside = configuration.remove("types");
    if let Some(Value::Object(definition)) = configuration.get_mut("credential_definition") {
        if let Some(types) = definition.remove("types").or(beside) {
            definition.entry("type").or_insert(types);
        }
    } else if let Some(types) = beside {
        configuration.insert("credential_definition".into(), json!({"type": types}));
    }
}

/// `display` and `claims` one level up, `claims` as a map, logos under another name.
fn read_shown(configuration: &mut Map<String, Value>) {
    let order = configuration.remove("order");
    let subject =
        configuration.get_mut("credential_definition").and_then(|definition| definition.as_object_mut()?.remove("credentialSubject"));
    let (display, claims) = (configuration.remove("display"), configuration.remove("claims"));
    let claims = match (claims, subject) {
        (Some(Value::Object(map)), _) => Some(described(map, &[], order.as_ref())),
        (Some(list @ Value::Array(_)), _) => Some(list),
        (_, Some(Value::Object(map))) => Some(described(map, &["credentialSubject".into()], order.as_ref())),
        _ => None,
    };
    let metadata = configuration.entry("credential_metadata").or_insert_with(|| json!({}));
    let Value::Object(metadata) = metadata else { return };
    for (name, value) in [("display", display), ("claims", claims)] {
        if let Some(value) = value {
            metadata.entry(name).or_insert(value);
        }
    }
    if let Some(Value::Array(list)) = metadata.get_mut("display") {
        list.iter_mut().filter_map(Value::as_object_mut).for_each(read_pictures);
    }
    if metadata.is_empty() {
        configuration.remove("credential_metadata");
    }
}

/// Pictures without an address show nothing.
fn read_pictures(display: &mut Map<String, Value>) {
    for name in ["logo", "background_image"] {
        let Some(picture) = display.get_mut(name) else { continue };
        if let Value::Object(members) = picture
            && let Some(url) = members.remove("url")
        {
            members.entry("uri").or_insert(url);
        }
        if !picture.get("uri").is_some_and(Value::is_string) {
            display.remove(name);
        }
    }
}

/// A `claims` map as a list of descriptions, in the order that was asked for.
fn described(map: Map<String, Value>, above: &[Value], order: Option<&Value>) -> Value {
    let mut list = Vec::new();
    let first: Vec<&str> = order.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let place = |name: &str| first.iter().position(|one| *one == name).unwrap_or(first.len());
    let mut members: Vec<(String, Value)> = map.into_iter().collect();
    members.sort_by_key(|(name, _)| place(name));
    for (name, value) in members {
        describe(above, name, value, DEPTH, &mut list);
    }
    Value::Array(list)
}

fn describe(above: &[Value], name: String, value: Value, depth: usize, list: &mut Vec<Value>) {
    let mut path = above.to_vec();
    path.push(name.into());
    let Value::Object(members) = value else { return };
    let is_leaf = |name: &str| matches!(name, "display" | "mandatory" | "value_type");
    let (own, below): (Map<_, _>, Map<_, _>) = members.into_iter().partition(|(name, value)| is_leaf(name) && !value.is_object());
    if below.is_empty() || !own.is_empty() {
        let mut description = Map::new();
        description.insert("path".into(), path.clone().into());
        description.extend(own.into_iter().filter(|(name, _)| name != "value_type"));
        list.push(Value::Object(description));
    }
    for (name, value) in below.into_iter().filter(|_| depth > 0) {
        describe(&path, name, value, depth.saturating_sub(1), list);
    }
}
