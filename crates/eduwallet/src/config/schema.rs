//! The configuration file as JSON Schema, printed by `eduwallet config-schema`. A test compares it with what is read.

use serde_json::{Map, Value, json};

/// The schema as text.
pub(crate) fn printed() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

pub(crate) fn schema() -> Value {
    let mut root = object(
        &["operator", "register"],
        json!({
            "operator": told("Who runs this server, shown in the footer and on the login page."),
            "register": file("The register of parties. Read again whenever it changes."),
            "trusted_proxies": many(told("An IP address whose X-Forwarded-For is believed.")),
            "dev": object(&[], json!({"allow_localhost": truth("Allows http://localhost, any port, as a foreign address.")})),
            "egress": object(&[], json!({
                "ca_bundle": file("PEM that is trusted beside the system's roots."),
                "peers": many(object(&["origin"], json!({
                    "origin": origin("A neighbour that may be on a private address."),
                    "connect_to": told("host:port to connect to instead of what the name resolves to.")}))),
            })),
            "limits": {"type": "object", "description": "By name: login, nonce, token, ask, verify, share, api, deliveries, register, badges, fetch.",
                "additionalProperties": object(&["burst", "per_second"], json!({
                    "burst": {"type": "number", "description": "So many at once."},
                    "per_second": {"type": "number", "description": "So many come back each second."},
                    "key": {"enum": ["address", "person", "organisation", "thing"], "default": "address"}}))},
            "session": object(&[], json!({"idle_minutes": whole("Minutes without use."), "absolute_minutes": whole("Minutes in all.")})),
            "operations": object(&["listen"], json!({"listen": address("Inner address of /healthz, /readyz and /metrics.")})),
            "wallet": role(&["eduid"], json!({
                "eduid": eduid(), "contact": told("Where questions go: a mail address."), "mail": mail(),
                "platforms": object(&[], json!({
                    "review": {"type": "boolean", "default": true,
                        "description": "Only badge platforms on the hosts below may ask learners to connect them. Any may register."},
                    "hosts": many(told("A host that the operator looked at."))}))})),
            "issuer": role(&["institutions"], issuer()),
            "verifier": role(&[], json!({
                "organisations": many(organisation()), "contact": told("Where questions go: a mail address.")})),
        }),
    );
    if let Some(members) = root.as_object_mut() {
        members.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        members.insert("title".into(), "eduwallet.toml".into());
        members.insert(
            "description".into(),
            "Paths start at the file's folder. The environment overrides: EDUWALLET_WALLET__URL stands for wallet.url.".into(),
        );
    }
    root
}

fn issuer() -> Value {
    json!({
        "poll_seconds": {"type": "integer", "minimum": 5, "default": 300, "description": "How often each source is read."},
        "templates": many(file("Issuing templates beside the built-in ones.")),
        "quality_frameworks": many(file("Quality frameworks beside the built-in ones, one in each file.")),
        "institutions": many(institution()),
        "wallets": many(object(&["client_id", "name"], json!({
            "client_id": told("The address of the wallet's client metadata, or a name."), "name": told("What learners call it."),
            "public": truth("A client that does not authenticate; it has redirect_uris."),
            "redirect_uris": many(told("Where the browser may go back to, compared exactly. Without them those of its client metadata count.")),
            "jwks_file": file("Its keys for private_key_jwt, a JWK set. Without one those of its client metadata count.")}))),
        "attesters": many(object(&[], json!({
            "issuer": told("The iss of the wallet provider, when its attestations have one."),
            "jwks_file": file("Its keys, a JWK set."),
            "certificates": many(file("A certificate, DER, to which its chain leads."))}))),
        "register_attests": truth("Wallet providers with a certificate under an anchor of the register count too."),
    })
}

fn institution() -> Value {
    let basic = object(
        &["base", "user", "password_file"],
        json!({
        "base": told("Address of the OOAPI v5 endpoint."), "user": told("HTTP Basic user."), "password_file": file("Mode 0400.")}),
    );
    let client = object(
        &["base", "token_endpoint", "client_id", "client_secret_file"],
        json!({
        "base": told("Address of the OOAPI v5 endpoint."), "token_endpoint": told("Where client credentials become a token."),
        "client_id": told("Client id."), "client_secret_file": file("Mode 0400."), "scope": told("Scope to ask for.")}),
    );
    let authority = object(
        &["authority_certificate", "authority_key"],
        json!({
        "authority_certificate": file("DER certificate of our own authority."), "authority_key": file("Its PKCS#8 key, mode 0400.")}),
    );
    let given = object(
        &["key", "certificates"],
        json!({
        "key": file("PKCS#8 P-256 key, mode 0400."), "certificates": many(file("DER, leaf first, without the anchor."))}),
    );
    object(
        &["slug", "name", "sector", "brin", "schac_home", "api_key_file", "eduid", "signing"],
        json!({
            "slug": told("Its part of every address."),
            "name": object(&["nl"], json!({"nl": told("In Dutch."), "en": told("In English.")})),
            "sector": {"enum": ["hbo", "wo", "mbo"]},
            "brin": told("Its number in the register of institutions."),
            "schac_home": told("Its domain in the federation."),
            "country": {"type": "string", "default": "NL"},
            "site": told("Its web site."),
            "api_key_file": file("The key of its machine API, mode 0400."),
            "ooapi": {"oneOf": [basic, client]},
            "eduid": eduid(),
            "finality": {"default": "source_says", "oneOf": [
                {"const": "source_says", "description": "Only when the source says so."},
                object(&["completed_is_final"], json!({"completed_is_final": object(&["number", "date"], json!({
                    "number": told("Number of the examination board's decision that completed results are final."),
                    "date": told("Its date.")}))})),
            ]},
            "signing": {"oneOf": [authority, given]},
            "templates": many(told("Names of the issuing templates that it uses.")),
            "profile": {"enum": ["edu-basic", "haip"], "default": "edu-basic",
                "description": "haip: everything is issued by the rules of HAIP, to clients that authenticate and with bound tokens."},
            "haip_configurations": many(told("A Credential Configuration that is issued by the rules of HAIP only.")),
            "staff": many(object(&["eduid", "name"], json!({
                "eduid": told("What eduID gives to this institution for this person."), "name": told("As shown at the desk."),
                "approver": truth("May record what the examination board decided.")}))),
            "batch_size": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10,
                "description": "How many copies of a credential a wallet may ask for at once; 1 turns batches off."},
            "live_copies": {"type": "integer", "minimum": 1, "maximum": 10000, "default": 100,
                "description": "How many credentials of one award may be out and hold, in all forms, for a wallet to get more copies of it."},
            "encryption_required": truth("Credential requests and answers must be encrypted."),
            "key_attestation": key_attestation(),
            "logo": told("Its picture for wallets, an https or data URL. Without one its monogram is drawn."),
            "compat": compat(),
        }),
    )
}

fn key_attestation() -> Value {
    object(
        &[],
        json!({
            "key_storage": many(told("How well keys are kept, one of these suffices: iso_18045_high, iso_18045_moderate, iso_18045_enhanced-basic, iso_18045_basic.")),
            "user_authentication": many(told("How well their users are authenticated, one of these suffices; the same words.")),
        }),
    )
}

/// Bridges to older wallets: each is closed until it is opened.
fn compat() -> Value {
    object(
        &[],
        json!({
            "single_proof": truth("Reads the one proof of OpenID4VCI drafts up to 15."),
            "format_in_request": truth("Reads format with vct or credential_definition of drafts up to 14 in place of a configuration's id."),
            "vc_sd_jwt": truth("Offers SD-JWT VC also in the words of drafts, as vc+sd-jwt."),
            "c_nonce_in_answers": truth("Puts c_nonce into token and credential answers, as drafts up to 13 did."),
            "single_credential_in_answers": truth(
                "Repeats a single credential as credential, the name of drafts up to 14, for who asked in their words."),
            "flat_metadata": truth("Repeats names and claims in metadata where drafts up to 15 looked for them."),
            "jwt_proofs_alone": truth(
                "Names key proofs of type jwt alone in metadata, for wallets that pass over a configuration which names types they do not know."),
        }),
    )
}

fn organisation() -> Value {
    object(
        &["slug", "api_key_file", "key", "certificates"],
        json!({
            "slug": told("The register's party of that slug says what it may ask."), "api_key_file": file("The key of its API, mode 0400."),
            "key": file("PKCS#8 P-256 key that signs its requests, mode 0400."),
            "certificates": many(file("DER, leaf first, without the anchor.")),
        }),
    )
}

fn mail() -> Value {
    object(
        &["host", "from"],
        json!({
            "host": told("Name of the mail server. Without this section no mail is sent and no mail address is kept."),
            "port": {"type": "integer", "minimum": 1, "maximum": 65535,
                "description": "Its port; 465 with implicit TLS, 587 with STARTTLS, 25 without."},
            "tls": {"enum": ["implicit", "starttls", "none"], "default": "starttls",
                "description": "none: to a server on this machine only, and without a password."},
            "user": told("User, where the server wants one."),
            "password_file": file("Its password, mode 0400."),
            "from": told("Who mail is from: Name <address>."),
        }),
    )
}

fn eduid() -> Value {
    object(
        &["discovery", "client_id"],
        json!({
        "discovery": told("Address of eduID's discovery document."), "client_id": told("Client id there."),
        "client_secret_file": file("Mode 0400; without it the client is public.")}),
    )
}

/// What every role has, and what this one has beside it.
fn role(required: &[&str], own: Value) -> Value {
    let shared = json!({
        "url": origin("Where people reach it."),
        "listen": address("Where it listens, behind a proxy that ends TLS."),
        "master_key_file": file("32 random bytes, mode 0400."),
        "database": object(&["url"], json!({"url": told("sqlite:PATH, or postgres://…, which several processes may share.")})),
    });
    let mut properties = shared.as_object().cloned().unwrap_or_default();
    properties.extend(own.as_object().cloned().unwrap_or_default());
    let all: Vec<&str> = ["url", "listen", "master_key_file", "database"].iter().chain(required).copied().collect();
    object(&all, Value::Object(properties))
}

fn object(required: &[&str], properties: Value) -> Value {
    let mut members = Map::new();
    members.insert("type".into(), "object".into());
    members.insert("additionalProperties".into(), false.into());
    members.insert("required".into(), json!(required));
    members.insert("properties".into(), properties);
    Value::Object(members)
}

fn many(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

fn told(about: &str) -> Value {
    json!({"type": "string", "description": about})
}

fn file(about: &str) -> Value {
    json!({"type": "string", "description": format!("File. {about}")})
}

fn origin(about: &str) -> Value {
    json!({"type": "string", "pattern": "^https?://[^/]+/?$", "description": format!("Scheme, host and port, no path. {about}")})
}

fn address(about: &str) -> Value {
    json!({"type": "string", "description": format!("IP and port. {about}")})
}

fn truth(about: &str) -> Value {
    json!({"type": "boolean", "default": false, "description": about})
}

fn whole(about: &str) -> Value {
    json!({"type": "integer", "minimum": 1, "description": about})
}
