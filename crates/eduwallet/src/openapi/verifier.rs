//! The API of organisations that ask (`interfaces.md` section 6).

use serde_json::{Value, json};

use super::{Operation, moment, object, or_null, reference, text};

pub(super) const ABOUT: &str = "Asking holders for proofs and checking credentials. A presentation that is no answer is rejected at the \
    wallet's endpoint; what is wrong with a credential's standing stands in the report.";

const NO_KEY: (u16, &str) = (401, "No key, or an unknown one.");
const UNKNOWN: (u16, &str) = (404, "No such request, or another organisation's.");
const TOO_OFTEN: (u16, &str) = (429, "Too often; Retry-After says how long to wait.");

pub(super) fn paths() -> Value {
    json!({
        "/api/v1/requests": {"post": Operation::new("createRequest", "Ask one holder one question", Some("key"))
            .body(reference("NewRequest"))
            .gives(201, "Asked.", reference("Asked"))
            .refuses(&[NO_KEY, TOO_OFTEN, (400, "Malformed, or an unknown member."), (413, "Longer than 64 KiB."), (415, "Not JSON."),
                (422, "Understood, but not acceptable: ground_missing, not_allowed, purpose_not_allowed, asker_suspended …")])
            .done()},
        "/api/v1/requests/{id}": {
            "get": one("showRequest", "What became of it")
                .parameter("query", "response_code", "For requests with a redirect_uri: opens report and claims, once, within five minutes.")
                .gives(200, "Its state.", reference("Request"))
                .refuses(&[(400, "The code is not one of this request, was used, or is too old.")])
                .done(),
            "delete": one("withdrawRequest", "Withdraw it").says(204, "Withdrawn.").refuses(&[(409, "It has ended already.")]).done()},
        "/api/v1/requests/{id}/events": {"get": one("followRequest", "The same as server-sent events, until it has ended")
            .answers(200, json!({"description": "Events named `state`, each with a Request as data.",
                "content": {"text/event-stream": {"schema": text()}}}))
            .done()},
        "/api/v1/use-cases": {"get": Operation::new("listUseCases", "What can be asked by name", None)
            .gives(200, "All of them.", object(&["items", "next"], json!({
                "items": {"type": "array", "items": object(&["use_case", "name", "description", "dcql_query", "parameters"], json!({
                    "use_case": text(), "name": reference("LocalText"), "description": reference("LocalText"),
                    "dcql_query": {"type": "object"}, "parameters": {"type": "object"}}))},
                "next": or_null("string")})))
            .done()},
        "/api/v1/verify": {"post": Operation::new("verify", "Check any credential or presentation; nothing is kept", None)
            .body_of(json!({
                "application/json": {"schema": object(&["credential"], json!({
                    "credential": {"type": ["string", "object"]}, "nonce": text(), "audience": text()}))},
                "application/dc+sd-jwt": {"schema": text()},
                "text/plain": {"schema": text()}}))
            .gives(200, "The report, whatever the verdict.", reference("Report"))
            .refuses(&[TOO_OFTEN, (400, "Empty, not text, or an unknown member."), (413, "Longer than 256 KiB.")])
            .done()},
    })
}

/// An operation on one request of the organisation's own.
fn one(id: &str, summary: &str) -> Operation {
    Operation::new(id, summary, Some("key")).parameter("path", "id", "Its public id.").refuses(&[NO_KEY, UNKNOWN, TOO_OFTEN])
}

pub(super) fn schemas() -> Value {
    let report: Value = serde_json::from_str(include_str!("../../../../schemas/report.schema.json")).unwrap_or_default();
    json!({
        "Report": report,
        "NewRequest": object(&["purpose", "retention_days"], json!({
            "use_case": {"enum": ["proof-of-enrolment", "microcredential"], "description": "This, or dcql_query."},
            "parameters": {"type": "object", "description": "Of the use case."},
            "dcql_query": {"type": "object"},
            "purpose": reference("LocalText"),
            "retention_days": {"type": "integer", "minimum": 1},
            "ground": {"type": "string", "maxLength": 300, "description": "The legal ground; without it the register's."},
            "expires_in": {"type": "integer", "minimum": 60, "maximum": 2_592_000, "default": 600},
            "response_mode": {"enum": ["direct_post.jwt", "direct_post"], "default": "direct_post.jwt"},
            "client_id_prefix": {"enum": ["x509_hash", "x509_san_dns", "redirect_uri", "decentralized_identifier"], "default": "x509_hash"},
            "redirect_uri": {"type": "string", "description": "Where the holder's browser returns; makes the request same-device only."},
            "reference": {"type": "string", "maxLength": 200, "description": "The asker's own word for it."},
            "webhook": {"type": "string", "description": "Told of each change, without claims."},
            "accept_expired": {"type": "boolean", "default": true},
        })),
        "Asked": object(
            &["id", "authorization_request", "wallet_link", "cross_device_link", "page", "expires_at"],
            json!({"id": text(), "authorization_request": text(), "wallet_link": text(), "cross_device_link": or_null("string"),
                "page": text(), "webhook_secret": text(), "expires_at": moment()})),
        "Request": object(
            &["id", "state", "reference", "report", "claims", "created_at", "expires_at", "ended_at"],
            json!({"id": text(),
                "state": {"enum": ["waiting", "opened", "received", "refused", "failed", "expired", "withdrawn", "purged"]},
                "reference": or_null("string"),
                "report": {"oneOf": [reference("Report"), {"type": "null"}]},
                "claims": {"type": ["object", "null"], "description": "The disclosed claims by query id, while they are kept."},
                "created_at": moment(), "expires_at": moment(), "ended_at": or_null("string")})),
    })
}
