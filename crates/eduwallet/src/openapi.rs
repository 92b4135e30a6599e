//! The machine APIs in the words of OpenAPI 3.1: served at `/api/openapi.json`, printed by `eduwallet openapi`, and checked in
//! under `docs/openapi/`, where a test finds them stale.

mod issuer;
mod verifier;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::routing::get;
use serde_json::{Map, Value, json};

/// Whose API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Of {
    /// The institutions' API.
    Issuer,
    /// The API of organisations that ask.
    Verifier,
}

/// The document of one role.
pub(crate) fn document(of: Of) -> Value {
    let (title, about, paths, schemas) = match of {
        Of::Issuer => ("Eduwallet issuer", issuer::ABOUT, issuer::paths(), issuer::schemas()),
        Of::Verifier => ("Eduwallet verifier", verifier::ABOUT, verifier::paths(), verifier::schemas()),
    };
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": title,
            "version": env!("CARGO_PKG_VERSION"),
            "description": about,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": "The API key of the institution or organisation."},
                "token": {"type": "http", "scheme": "bearer", "description": "The access token or delivery key of a connection."},
            },
            "schemas": merged(common(), schemas),
        },
    })
}

/// What `eduwallet openapi` prints: one role's document, else both in one. No path is in both.
pub(crate) fn printed(of: Option<Of>) -> String {
    let document = match of {
        Some(of) => document(of),
        None => both(),
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn both() -> Value {
    let (mut all, other) = (document(Of::Issuer), document(Of::Verifier));
    for (pointer, title) in [("/info/title", "Eduwallet"), ("/info/description", "The machine APIs of the issuer and of the verifier.")] {
        if let Some(member) = all.pointer_mut(pointer) {
            *member = title.into();
        }
    }
    for pointer in ["/paths", "/components/schemas"] {
        let more = other.pointer(pointer).and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(members) = all.pointer_mut(pointer).and_then(Value::as_object_mut) {
            members.extend(more);
        }
    }
    all
}

/// A role's router that serves its document too. It is public and the same for everybody.
pub(crate) fn described(router: Router, of: Of) -> Router {
    let text = document(of).to_string();
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=300"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];
    Router::new().route("/api/openapi.json", get(move || async move { (headers, text) })).fallback_service(router)
}

/// An operation under construction.
struct Operation(Map<String, Value>);

impl Operation {
    /// An operation with its name, one sentence, and the security scheme that it needs.
    fn new(id: &str, summary: &str, security: Option<&str>) -> Self {
        let security = security.map_or_else(|| json!([]), |scheme| json!([{scheme: []}]));
        let members = json!({"operationId": id, "summary": summary, "security": security, "parameters": [], "responses": {}});
        Self(members.as_object().cloned().unwrap_or_default())
    }

    /// A parameter in the path, the query or a header.
    fn parameter(mut self, place: &str, name: &str, about: &str) -> Self {
        let parameter = json!({"in": place, "name": name, "required": place == "path", "description": about, "schema": {"type": "string"}});
        if let Some(all) = self.0.get_mut("parameters").and_then(Value::as_array_mut) {
            all.push(parameter);
        }
        self
    }

    /// A JSON body.
    fn body(self, schema: Value) -> Self {
        self.body_of(json!({"application/json": {"schema": schema}}))
    }

    /// A body of several media types.
    fn body_of(mut self, content: Value) -> Self {
        self.0.insert("requestBody".into(), json!({"required": true, "content": content}));
        self
    }

    /// A JSON answer.
    fn gives(self, status: u16, about: &str, schema: Value) -> Self {
        self.answers(status, json!({"description": about, "content": {"application/json": {"schema": schema}}}))
    }

    /// An answer without a body.
    fn says(self, status: u16, about: &str) -> Self {
        self.answers(status, json!({"description": about}))
    }

    /// Problem documents.
    fn refuses(mut self, all: &[(u16, &str)]) -> Self {
        for (status, about) in all {
            let content = json!({"application/problem+json": {"schema": reference("Problem")}});
            self = self.answers(*status, json!({"description": about, "content": content}));
        }
        self
    }

    fn answers(mut self, status: u16, answer: Value) -> Self {
        if let Some(responses) = self.0.get_mut("responses").and_then(Value::as_object_mut) {
            responses.insert(status.to_string(), answer);
        }
        self
    }

    /// The finished member of a path.
    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An object with these members and no others.
fn object(required: &[&str], properties: Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties})
}

fn text() -> Value {
    json!({"type": "string"})
}

fn moment() -> Value {
    json!({"type": "string", "format": "date-time", "description": "RFC 3339, UTC, whole seconds."})
}

fn or_null(kind: &str) -> Value {
    json!({"type": [kind, "null"]})
}

fn merged(first: Value, second: Value) -> Value {
    let mut all = first.as_object().cloned().unwrap_or_default();
    all.extend(second.as_object().cloned().unwrap_or_default());
    Value::Object(all)
}

fn common() -> Value {
    json!({
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "code", "detail", "reference"],
            "properties": {
                "type": {"const": "about:blank"},
                "title": text(),
                "status": {"type": "integer"},
                "code": {"type": "string", "description": "Stable; programs decide by it."},
                "detail": text(),
                "reference": {"type": "string", "description": "Finds the cause in the server's log."},
                "errors": {"type": "array", "items": object(&["pointer", "code"], json!({
                    "pointer": {"type": "string", "description": "JSON Pointer into the body."},
                    "code": {"type": "string", "description": "missing, unknown, type, value, or a code of its own."},
                }))},
            },
        },
        "LocalText": object(&["nl"], json!({"nl": text(), "en": text()})),
    })
}

#[cfg(test)]
mod tests;
