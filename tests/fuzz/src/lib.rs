//! One target per parser of what strangers send. A target takes any bytes; all it promises is to return.

mod credentials;
mod messages;

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
    target("jwk", credentials::jwk, SD_JWT),
    target("x5c", credentials::x5c, SD_JWT),
    target("jwe", credentials::jwe, SD_JWT),
    target("did_document", credentials::did_document, SD_JWT),
    target("did_url", credentials::did_url, SD_JWT),
    target("status_list_token", credentials::status_list_token, SD_JWT),
    target("credential_offer", messages::credential_offer, MESSAGES),
    target("issuer_metadata", messages::issuer_metadata, MESSAGES),
    target("server_metadata", messages::server_metadata, MESSAGES),
    target("token_request", messages::token_request, MESSAGES),
    target("pushed_request", messages::pushed_request, MESSAGES),
    target("credential_request", messages::credential_request, MESSAGES),
    target("key_proof", messages::key_proof, MESSAGES),
    target("authorization_request", messages::authorization_request, MESSAGES),
    target("dcql", messages::dcql, MESSAGES),
    target("ooapi_association", messages::ooapi_association, OOAPI),
];

const SD_JWT: &[&str] = &["crates/vc/tests/vectors"];
const MESSAGES: &[&str] = &["crates/openid4vc/tests/vectors"];
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
