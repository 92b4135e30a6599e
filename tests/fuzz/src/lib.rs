//! One target per parser of what strangers send. A target takes any bytes; all it promises is to return.

mod credentials;
mod messages;
mod pictures;

/// A parser, and where its seeds are.
pub struct Target {
    /// Name, as for `cargo fuzz run`.
    pub name: &'static str,
    /// Reads the input and drops what comes out.
    pub run: fn(&[u8]),
    /// Folders of the repository whose files, and the texts in them, are seeds.
    pub seeds: &'static [&'static str],
}

/// All of them.
pub const TARGETS: &[Target] = &[
    target("strict_json", credentials::strict_json, SD_JWT),
    target("jws", credentials::jws, SD_JWT),
    target("sd_jwt", credentials::sd_jwt, SD_JWT),
    target("sd_jwt_json", credentials::sd_jwt_json, SD_JWT),
    target("type_metadata", credentials::type_metadata, TYPES),
    target("issuer_key_documents", credentials::issuer_key_documents, TYPES),
    target("jwk", credentials::jwk, KEYS),
    target("x5c", credentials::x5c, SD_JWT),
    target("jwe", credentials::jwe, SD_JWT),
    target("did_document", credentials::did_document, KEYS),
    target("did_url", credentials::did_url, KEYS),
    target("did_webvh", credentials::did_webvh, KEYS),
    target("jcs", credentials::jcs, W3C),
    target("json_ld", credentials::json_ld, W3C),
    target("data_integrity", credentials::data_integrity, W3C),
    target("vcdm", credentials::vcdm, W3C),
    target("vc_jwt", credentials::vc_jwt, W3C),
    target("baked_image", credentials::baked_image, IMAGES),
    target("status_list_token", credentials::status_list_token, STATUS),
    target("bitstring", credentials::bitstring, STATUS),
    target("anything", credentials::anything, EVERYTHING),
    target("credential_offer", messages::credential_offer, MESSAGES),
    target("offer_link", messages::offer_link, MESSAGES),
    target("issuer_metadata", messages::issuer_metadata, MESSAGES),
    target("server_metadata", messages::server_metadata, MESSAGES),
    target("token_request", messages::token_request, MESSAGES),
    target("pushed_request", messages::pushed_request, MESSAGES),
    target("authorization_details", messages::authorization_details, MESSAGES),
    target("authorization_answer", messages::authorization_answer, MESSAGES),
    target("credential_request", messages::credential_request, MESSAGES),
    target("deferred_request", messages::deferred_request, MESSAGES),
    target("notification", messages::notification, MESSAGES),
    target("key_proof", messages::key_proof, MESSAGES),
    target("dpop_proof", messages::dpop_proof, MESSAGES),
    target("client_attestation", messages::client_attestation, MESSAGES),
    target("client_document", messages::client_document, MESSAGES),
    target("key_attestation", messages::key_attestation, MESSAGES),
    target("presentation_proof", messages::presentation_proof, MESSAGES),
    target("signed_metadata", messages::signed_metadata, MESSAGES),
    target("encrypted_message", messages::encrypted_message, MESSAGES),
    target("older_request", messages::older_request, MESSAGES),
    target("authorization_request", messages::authorization_request, MESSAGES),
    target("dcql", messages::dcql, MESSAGES),
    target("ooapi_association", messages::ooapi_association, OOAPI),
    target("photo", pictures::photo, PHOTOS),
];

/// Runs the target of a name; for libFuzzer.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.unwrap_or_else(|| panic!("no target {name}")).run)(input);
}

const SD_JWT: &[&str] = &["crates/vc/tests/vectors/sd-jwt", "crates/vc/tests/vectors/sd-jwt-vc"];
const TYPES: &[&str] = &["crates/vc/tests/vectors/sd-jwt-vc", "schemas/vct"];
const KEYS: &[&str] = &["crates/vc/tests/vectors/did", "crates/vc/tests/vectors/oauth"];
const W3C: &[&str] =
    &["crates/vc/tests/vectors/vcdm2", "crates/vc/tests/vectors/openbadges", "crates/vc/tests/vectors/data-integrity-eddsa"];
const IMAGES: &[&str] = &["crates/vc/tests/vectors/openbadges"];
const STATUS: &[&str] = &["crates/vc/tests/vectors/bitstring-status-list", "crates/vc/tests/vectors/token-status-list"];
const EVERYTHING: &[&str] =
    &["crates/vc/tests/vectors/sd-jwt", "crates/vc/tests/vectors/openbadges", "crates/vc/tests/vectors/data-integrity-eddsa"];
const MESSAGES: &[&str] = &["crates/openid4vc/tests/vectors"];
const PHOTOS: &[&str] = &["crates/photo/tests/pictures"];
const OOAPI: &[&str] = &["crates/ooapi/tests/examples"];

const fn target(name: &'static str, run: fn(&[u8]), seeds: &'static [&'static str]) -> Target {
    Target { name, run, seeds }
}

/// Text targets read what is UTF-8 and pass over the rest, as the servers do before them.
fn text(input: &[u8], read: impl FnOnce(&str)) {
    if let Ok(text) = str::from_utf8(input) {
        read(text);
    }
}

/// JSON targets start behind the strict parser, as the servers do.
fn json(input: &[u8], read: impl FnOnce(&serde_json::Value)) {
    if let Ok(value) = vc::strict_json::parse(input) {
        read(&value);
    }
}
