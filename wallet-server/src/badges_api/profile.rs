//! `GET`, `PUT /ims/ob/v3p0/profile`: what a platform may know the learner by, and what it wrote down of the learner itself. That is
//! for this platform alone: it changes nothing that the learner or anybody else sees.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use http::failure::{Failed, Kind};
use http::{Ctx, Json as Strict};
use model::LocalText;
use model::activity::{ActivityAbout, ActivityKind};
use serde_json::{Value, json};

use super::access::Access;
use super::client::stored;
use super::scope::Scope;
use crate::state::AppState;

/// The contexts of a profile.
const CONTEXTS: [&str; 2] = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];

pub(super) async fn show(ctx: Ctx, State(state): State<AppState>, headers: HeaderMap) -> Result<Json<Value>, Failed> {
    let Access { grant, platform } = Access::of(&ctx, &state, &headers, Scope::ReadProfile).await?;
    let mut tx = state.store.write().await.map_err(stored)?;
    let own = tx.badge_profile(&grant).await.map_err(stored)?;
    let profile = match own {
        Some(profile) => profile,
        None => {
            let name = tx.learner_name(&grant.learner).await.map_err(stored)?;
            let name = name.as_ref().map(|name| name.as_str()).unwrap_or_default();
            json!({"@context": CONTEXTS, "id": grant.profile_id, "type": ["Profile"], "name": name})
        }
    };
    let about = ActivityAbout {
        party: Some(LocalText::same(platform.known_as())),
        party_id: Some(platform.host().to_owned()),
        labels: vec![LocalText::new("Naam", "Name")],
        contact: Some(platform.metadata.policy_uri.clone()),
        ..ActivityAbout::default()
    };
    tx.note(&grant.learner, ActivityKind::Shared, &about, ctx.now()).await.map_err(stored)?;
    tx.touch_badge_grant(&grant.id, ctx.now()).await.map_err(stored)?;
    tx.commit().await.map_err(stored)?;
    Ok(Json(profile))
}

pub(super) async fn put(
    ctx: Ctx,
    State(state): State<AppState>,
    headers: HeaderMap,
    Strict(profile): Strict<Value>,
) -> Result<Json<Value>, Failed> {
    let Access { grant, .. } = Access::of(&ctx, &state, &headers, Scope::UpdateProfile).await?;
    if !is_profile(&profile) {
        return Err(Failed::new(Kind::Invalid, "profile").with_detail("A Profile has an id, which is a URI, and the type Profile."));
    }
    let mut tx = state.store.write().await.map_err(stored)?;
    tx.put_badge_profile(&grant, &profile).await.map_err(stored)?;
    tx.touch_badge_grant(&grant.id, ctx.now()).await.map_err(stored)?;
    tx.commit().await.map_err(stored)?;
    Ok(Json(profile))
}

/// Whether a body is a Profile (Open Badges 3.0 section B.3): `id` a URI, `type` with `Profile` in it, `name` a text.
fn is_profile(body: &Value) -> bool {
    let named = match body.get("type") {
        Some(Value::String(one)) => one == "Profile",
        Some(Value::Array(all)) => all.iter().any(|one| one == "Profile"),
        _ => false,
    };
    let id = body.get("id").and_then(Value::as_str).is_some_and(|id| url::Url::parse(id).is_ok());
    named && id && body.get("name").is_none_or(Value::is_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_an_id_and_its_type() {
        assert!(is_profile(&json!({"id": "urn:uuid:1", "type": ["Profile", "Person"], "name": "Samira", "phone": "1"})));
        for wrong in
            [json!([]), json!({"id": "x", "type": "Profile"}), json!({"id": "urn:x:1", "type": "Person"}), json!({"type": "Profile"})]
        {
            assert!(!is_profile(&wrong), "{wrong}");
        }
    }
}
