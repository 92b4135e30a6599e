//! The institutions' API (`interfaces.md` section 4).

use serde_json::{Value, json};

use super::{Operation, moment, object, or_null, reference, text};

pub(super) const ABOUT: &str = "Awards, offers, credentials and their status, for an institution's own systems, and the connections of \
    learners' wallets. An Idempotency-Key on POST gives the stored answer again for 24 hours.";

const INSTITUTION: &str = "Slug of the institution.";
const ID: &str = "Its public id.";
const IDEMPOTENCY: &str = "Any text of at most 255 characters, unique per deed.";

/// An operation of an institution with its API key.
fn operation(id: &str, summary: &str) -> Operation {
    Operation::new(id, summary, Some("key"))
        .parameter("path", "institution", INSTITUTION)
        .refuses(&[(401, "No key, an unknown one, or another institution's."), (429, "Too often; Retry-After says how long to wait.")])
}

/// The same that changes something, once.
fn deed(id: &str, summary: &str) -> Operation {
    operation(id, summary).parameter("header", "Idempotency-Key", IDEMPOTENCY).refuses(&[
        (400, "Malformed, or an unknown member."),
        (409, "The state does not allow it, or the same deed is in flight."),
        (413, "Longer than 64 KiB."),
        (415, "Not JSON."),
        (422, "Understood, but not acceptable; idempotency_mismatch when the key was used with another body."),
    ])
}

pub(super) fn paths() -> Value {
    json!({
        "/{institution}/api/v1/awards": {"post": deed("createAward", "An achievement or enrolment from a system without OOAPI")
            .body(reference("Award"))
            .gives(201, "Decided.", reference("Decision"))
            .gives(200, "The same reference with an equal body: the same award.", reference("Decision"))
            .done()},
        "/{institution}/api/v1/awards/{id}": {"put": operation("correctAward", "A correction: revokes and issues again by the rules")
            .parameter("path", "id", ID)
            .body(reference("Award"))
            .gives(200, "Decided anew.", reference("Decision"))
            .refuses(&[(400, "Malformed, or an unknown member."), (404, "No such award."), (409, "Another reference or kind."), (422, "Not acceptable.")])
            .done()},
        "/{institution}/api/v1/offers": {"post": deed("createOffer", "An offer by hand, with link and transaction code")
            .body(object(&["award"], json!({
                "award": text(),
                "credential_configuration_ids": {"type": "array", "items": text()},
                "grant": {"enum": ["pre-authorized_code", "authorization_code"], "default": "pre-authorized_code"},
                "tx_code": {"type": "boolean", "default": true},
                "deferred": {"type": "boolean", "default": false},
            })))
            .gives(201, "Made; an open offer of the award is withdrawn by it.", object(
                &["id", "credential_offer", "credential_offer_uri", "deep_link", "wallet_link", "tx_code", "expires_at"],
                json!({"id": text(), "credential_offer": {"type": "object"}, "credential_offer_uri": text(), "deep_link": text(),
                    "wallet_link": or_null("string"), "tx_code": or_null("string"), "expires_at": moment()})))
            .refuses(&[(404, "No such award.")])
            .done()},
        "/{institution}/api/v1/offers/{id}": {"get": operation("showOffer", "Where an offer stands")
            .parameter("path", "id", ID)
            .gives(200, "Its state.", object(&["id", "award", "state", "expires_at"], json!({
                "id": text(), "award": text(), "state": {"enum": ["made", "claimed", "issued", "expired", "withdrawn"]}, "expires_at": moment()})))
            .refuses(&[(404, "No such offer.")])
            .done()},
        "/{institution}/api/v1/credentials": {"get": operation("listCredentials", "What was issued, newest first")
            .parameter("query", "limit", "At most so many, 1 to 100.")
            .parameter("query", "after", "Where the next page begins; `next` has it.")
            .gives(200, "A page.", object(&["items", "next"], json!({
                "items": {"type": "array", "items": reference("Credential")}, "next": or_null("string")})))
            .refuses(&[(400, "A parameter that does not read.")])
            .done()},
        "/{institution}/api/v1/credentials/{id}": {"get": operation("showCredential", "One of them, with its history")
            .parameter("path", "id", ID)
            .gives(200, "The credential; no claim of it.", reference("Credential"))
            .refuses(&[(404, "No such credential.")])
            .done()},
        "/{institution}/api/v1/credentials/{id}/status": {"post": deed("setStatus", "Withdraw, suspend or restore")
            .parameter("path", "id", ID)
            .body(object(&["status"], json!({
                "status": {"enum": ["valid", "suspended", "revoked"]},
                "reason": {"type": "string", "maxLength": 1000, "description": "For the learner and the desk, never for verifiers."}})))
            .gives(200, "Committed; published within two seconds.", reference("Credential"))
            .refuses(&[(404, "No such credential.")])
            .done()},
        "/{institution}/ooapi/v5/associations/{id}": {"patch": pushed("pushAssociation")},
        "/{institution}/api/v1/connections/{id}": {
            "put": connection("connect", "A learner's wallet connects: where to deliver, and with which key")
                .body(object(&["delivery_endpoint", "delivery_key"], json!({"delivery_endpoint": text(), "delivery_key": text()})))
                .gives(201, "Connected; what was decided and waits is delivered from now on.", object(&["id"], json!({"id": text()})))
                .gives(200, "Connected already, in the same way.", object(&["id"], json!({"id": text()})))
                .done(),
            "delete": connection("disconnect", "The wallet disconnects, with the delivery key").says(204, "Disconnected.").done()},
    })
}

fn pushed(id: &str) -> Value {
    operation(id, "A result pushed by OOAPI, as a merge patch")
        .parameter("path", "id", "The association's id at the source.")
        .body_of(
            json!({"application/merge-patch+json": {"schema": {"type": "object"}}, "application/json": {"schema": {"type": "object"}}}),
        )
        .says(200, "Taken in.")
        .refuses(&[(400, "A member that may not be patched."), (404, "No such association."), (502, "The source did not answer.")])
        .done()
}

fn connection(id: &str, summary: &str) -> Operation {
    Operation::new(id, summary, Some("token"))
        .parameter("path", "institution", INSTITUTION)
        .parameter("path", "id", "128 random bits, made by the wallet.")
        .refuses(&[(400, "Malformed, or an unknown member."), (401, "Not the token or key of this connection.")])
}

pub(super) fn schemas() -> Value {
    let award: Value = serde_json::from_str(include_str!("../../../../schemas/award.schema.json")).unwrap_or_default();
    let change = object(
        &["status", "code", "reason", "at"],
        json!({"status": text(), "code": or_null("string"), "reason": or_null("string"), "at": moment()}),
    );
    json!({
        "Award": award,
        "Decision": object(&["id", "decision", "missing"], json!({
            "id": text(),
            "decision": {"enum": ["issue", "parked", "nothing", "withdraw", "suspend", "reinstate", "revoke", "supersede"]},
            "missing": {"type": "array", "items": text(), "description": "What is missing, when parked."},
        })),
        "Credential": object(
            &["id", "award", "revision", "offer", "credential_configuration_id", "status", "issued_at", "expires_at", "history"],
            json!({"id": text(), "award": text(), "revision": {"type": "integer"}, "offer": or_null("string"),
                "credential_configuration_id": text(), "status": {"enum": ["valid", "suspended", "revoked"]}, "issued_at": or_null("string"),
                "expires_at": or_null("string"), "history": {"type": "array", "items": change}})),
    })
}
