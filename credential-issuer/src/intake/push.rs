//! `PATCH /{institution}/ooapi/v5/associations/{id}` and the v6 form: results pushed by OOAPI, as a merge patch.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use http::{Ctx, Failed, Json, Kind, Wrong};
use serde_json::{Value, json};

use super::decide;
use super::poll::{ORIGIN, queue};
use super::source::Source;
use crate::Issuer;
use crate::api::{Answer, storage_failed};
use crate::institution::Keyed;

/// Members of an association that may be patched (OOAPI v5 `PATCH /associations/{associationId}`).
const PATCHABLE: [&str; 4] = ["result", "remoteState", "state", "consumers"];

pub(crate) async fn association(
    keyed: Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    Json(patch): Json<Value>,
) -> Result<Answer, Failed> {
    patched(keyed, ctx, issuer, id, patch).await
}

pub(crate) async fn association_v6(
    keyed: Keyed,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, resource, id)): Path<(String, String, String)>,
    Json(patch): Json<Value>,
) -> Result<Answer, Failed> {
    if !resource.ends_with("-offering-associations") {
        return Err(Failed::new(Kind::NotFound, "not_found"));
    }
    patched(keyed, ctx, issuer, id, patch).await
}

/// The source itself is asked for the whole association, because no payload is kept here; the patch is laid over it.
async fn patched(Keyed(institution): Keyed, ctx: Ctx, issuer: Issuer, id: String, patch: Value) -> Result<Answer, Failed> {
    let Some(members) = patch.as_object() else { return Err(Failed::new(Kind::Invalid, "malformed")) };
    if let Some(foreign) = members.keys().find(|name| !PATCHABLE.contains(&name.as_str())) {
        return Err(Failed::new(Kind::Invalid, "malformed").with_errors(vec![Wrong::at(format!("/{foreign}"), "unknown")]));
    }
    let not_found = || Failed::new(Kind::NotFound, "not_found");
    let source = issuer.store.blind_index(&format!("source/{}/{ORIGIN}", institution.slug()), &id);
    let known = {
        let mut tx = issuer.store.read().await.map_err(|error| storage_failed(&error))?;
        tx.source_known(institution.slug(), &source).await.map_err(|error| storage_failed(&error))?
    };
    let (Some(_), Some(endpoint)) = (known, &institution.config.ooapi) else { return Err(not_found()) };
    let egress = Source::new(issuer.core.egress());
    let upstream = |failure: ooapi::Failure| {
        tracing::warn!(institution = institution.slug(), code = failure.code(), "a source could not be read");
        Failed::new(Kind::Upstream, "source")
    };
    let client = egress.client(endpoint).await.map_err(upstream)?;
    let patched = client.association_with(&id, &patch).await.map_err(upstream)?;
    let association = patched.association.map_err(|quarantine| {
        let pointer: String = quarantine.path.split('.').filter(|part| !part.is_empty()).map(|part| format!("/{part}")).collect();
        Failed::new(Kind::Unprocessable, "quarantined").with_errors(vec![Wrong::at(pointer, quarantine.reason.code())])
    })?;
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    // Where the source says the same, its next reading has nothing to overrule.
    let digest = association.digest().map_err(|_| Failed::new(Kind::Ours, "internal"))?;
    let at_source = patched.at_source.filter(|at_source| *at_source != digest);
    let origin = (source.as_slice(), at_source.as_ref().map(<[u8; 32]>::as_slice));
    queue(&mut tx, &institution, &association, origin, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    decide::all(&issuer, &institution).await.map_err(|error| storage_failed(&error))?;
    let body = json!({"associationId": id, "state": association.state.word(), "message": []});
    Ok(Answer { status: StatusCode::OK, body })
}
