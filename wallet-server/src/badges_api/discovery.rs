//! `GET /ims/ob/v3p0/discovery`: the Service Description Document (Open Badges 3.0 section 7.2.1.1), OpenAPI 3.0 with 1EdTech's members.
//! Open to everybody.

use axum::Json;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::response::IntoResponse;
use http::Ctx;
use serde_json::{Map, Value, json};

use super::BASE;
use super::scope::Scope;

pub(super) async fn discovery(ctx: Ctx) -> impl IntoResponse {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (CACHE_CONTROL, "public, max-age=300")], Json(document(&ctx)))
}

fn document(ctx: &Ctx) -> Value {
    let at = |path: &str| ctx.origin().at(path);
    let operator = ctx.core().operator();
    let scopes: Map<String, Value> = Scope::ALL.into_iter().map(|scope| (scope.as_str(), means(scope).into())).collect();
    json!({
        "openapi": "3.0.1",
        "info": {
            "title": format!("Eduwallet, {operator}"),
            "description": "A learner's wallet as Host of Open Badges 3.0.",
            "version": "3.0",
            "termsOfService": at("/help"),
            "x-imssf-image": at(web::assets::favicon_path()),
            "x-imssf-privacyPolicyUrl": at("/privacy"),
        },
        "servers": [{"url": at(BASE)}],
        "paths": {
            "/discovery": {"get": {"operationId": "getServiceDescription", "security": [], "responses": answered("This document.", None)}},
            "/credentials": {
                "get": {"operationId": "getCredentials", "security": needs(&[Scope::Read]), "parameters": [
                        query("limit", json!({"type": "integer", "minimum": 1, "maximum": 100, "default": 100})),
                        query("offset", json!({"type": "integer", "minimum": 0, "default": 0})),
                        query("since", json!({"type": "string", "format": "date-time"}))],
                    "responses": answered("Badges, in pages.", Some("GetOpenBadgeCredentialsResponse"))},
                "post": {"operationId": "upsertCredential", "security": needs(&[Scope::Upsert]),
                    "requestBody": {"required": true, "content": badge()}, "responses": upserted()},
            },
            "/profile": {
                "get": {"operationId": "getProfile", "security": needs(&[Scope::ReadProfile]), "responses": answered("The learner.", Some("Profile"))},
                "put": {"operationId": "putProfile", "security": needs(&[Scope::UpdateProfile]),
                    "requestBody": {"required": true, "content": {"application/json": {"schema": named("Profile")}}},
                    "responses": answered("What was written down.", Some("Profile"))},
            },
        },
        "components": {
            "securitySchemes": {"OAuth2ACG": {
                "type": "oauth2",
                "description": "OAuth 2.0 authorization code with PKCE (S256); clients use client_secret_basic.",
                "x-imssf-name": format!("Eduwallet, {operator}"),
                "x-imssf-privacyPolicyUrl": at("/privacy"),
                "x-imssf-registrationUrl": at("/badges/register"),
                "x-imssf-revocationUrl": at("/badges/revoke"),
                "flows": {"authorizationCode": {
                    "authorizationUrl": at("/badges/authorize"),
                    "tokenUrl": at("/badges/token"),
                    "refreshUrl": at("/badges/token"),
                    "scopes": scopes,
                }},
            }},
            "schemas": schemas(),
        },
    })
}

const fn means(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "Permission to read AchievementCredentials for the authenticated entity.",
        Scope::Upsert => "Permission to create or update AchievementCredentials for the authenticated entity.",
        Scope::ReadProfile => "Permission to read the profile for the authenticated entity.",
        Scope::UpdateProfile => "Permission to update the profile for the authenticated entity.",
        Scope::Offline => "Permission to go on while the entity is away.",
    }
}

fn needs(scopes: &[Scope]) -> Value {
    json!([{"OAuth2ACG": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()}])
}

fn query(name: &str, schema: Value) -> Value {
    json!({"name": name, "in": "query", "required": false, "schema": schema})
}

fn named(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn badge() -> Value {
    let json = json!({"schema": named("AchievementCredential")});
    json!({"application/json": json, "application/vc+ld+json": json, "text/plain": {"schema": named("CompactJws")}})
}

fn answered(about: &str, schema: Option<&str>) -> Value {
    let content = schema.map_or_else(|| json!({"type": "object"}), named);
    json!({"200": {"description": about, "content": {"application/json": {"schema": content}}}, "default": failed()})
}

fn upserted() -> Value {
    json!({
        "200": {"description": "It replaced an older one.", "content": badge()},
        "201": {"description": "It is new.", "content": badge()},
        "304": {"description": "It is there already, as new or newer."},
        "default": failed(),
    })
}

fn failed() -> Value {
    json!({"description": "It was not done.", "content": {"application/json": {"schema": named("Imsx_StatusInfo")}}})
}

fn schemas() -> Value {
    json!({
        "AchievementCredential": {"$ref": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"},
        "CompactJws": {"type": "string", "pattern": r"^[-A-Za-z0-9_]+\.[-A-Za-z0-9_]*\.[-A-Za-z0-9_]+$"},
        "GetOpenBadgeCredentialsResponse": {"type": "object", "properties": {
            "credential": {"type": "array", "items": named("AchievementCredential")},
            "compactJwsString": {"type": "array", "items": named("CompactJws")}}},
        "Profile": {"type": "object", "required": ["id", "type"], "properties": {
            "id": {"type": "string", "format": "uri"}, "type": {"type": "array", "items": {"type": "string"}}, "name": {"type": "string"}}},
        "Imsx_StatusInfo": {"type": "object", "required": ["imsx_codeMajor", "imsx_severity"], "properties": {
            "imsx_codeMajor": {"enum": ["failure", "processing", "success", "unsupported"]},
            "imsx_severity": {"enum": ["error", "status", "warning"]},
            "imsx_description": {"type": "string"},
            "imsx_codeMinor": {"type": "object", "required": ["imsx_codeMinorField"], "properties": {"imsx_codeMinorField": {"type": "array",
                "items": {"type": "object", "required": ["imsx_codeMinorFieldName", "imsx_codeMinorFieldValue"], "properties": {
                    "imsx_codeMinorFieldName": {"type": "string"}, "imsx_codeMinorFieldValue": {"type": "string"}}}}}}}},
    })
}
