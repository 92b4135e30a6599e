//! `PUT` and `DELETE /{institution}/api/v1/connections/{id}`: a learner's wallet connects and disconnects.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use http::{Bearer, Ctx, Failed, Json, Kind, Wrong};
use serde::Deserialize;
use serde_json::{Value, json};
use storage::audit::{Actor, Event};
use storage::issuer::connection::NewConnection;
use storage::{IssuerTx, StorageError};

use super::access;
use crate::Issuer;
use crate::api::{Answer, storage_failed};
use crate::institution::{At, Institution};
use crate::offer::make;
use crate::wallets::{DEMO_WALLET, is_loopback};

/// Bounds of a connection's identifier and key: 128 random bits and more, in any URL-safe writing.
const LENGTHS: std::ops::RangeInclusive<usize> = 22..=128;

/// Where the wallet takes deliveries.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectionBody {
    delivery_endpoint: String,
    delivery_key: String,
}

/// Connects: what was decided and waits is delivered from now on.
pub(crate) async fn connect(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    headers: HeaderMap,
    Json(value): Json<Value>,
) -> Result<Answer, Failed> {
    let path = format!("/api/v1/connections/{id}");
    let (person, client) = access::delivery(&issuer, &institution, &ctx, &headers, ("PUT", &path)).await?;
    let body: ConnectionBody = http::json::read(value)?;
    check(&issuer, &client, &id, &body)?;
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    let new = NewConnection {
        institution: institution.slug(),
        id: &id,
        person: &person,
        client: &client,
        delivery_endpoint: &body.delivery_endpoint,
        delivery_key: &body.delivery_key,
    };
    if !tx.insert_connection(&new, ctx.now()).await.map_err(|error| storage_failed(&error))? {
        // The same call again, because the wallet did not hear the answer, is the same connection.
        let known = tx.connection(institution.slug(), &id).await.map_err(|error| storage_failed(&error))?;
        let same = known.is_some_and(|known| {
            known.person == person
                && known.client == client
                && *known.delivery_key == body.delivery_key
                && known.delivery_endpoint == body.delivery_endpoint
        });
        let body = json!({"id": id});
        return if same { Ok(Answer { status: StatusCode::OK, body }) } else { Err(Failed::new(Kind::Conflict, "connection_exists")) };
    }
    let actor = Actor::Client(client);
    let event = Event { actor, action: "connection.made", object_kind: "connection", object: id.clone(), outcome: "done", amount: 1 };
    tx.audit(&event, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    deliver_waiting(&mut tx, &institution, &person, &ctx).await.map_err(|error| storage_failed(&error))?;
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    issuer.wake();
    Ok(Answer { status: StatusCode::CREATED, body: json!({"id": id}) })
}

fn check(issuer: &Issuer, client: &str, id: &str, body: &ConnectionBody) -> Result<(), Failed> {
    let safe = |text: &str| LENGTHS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if !safe(id) {
        return Err(Failed::new(Kind::Invalid, "connection_id"));
    }
    let wrong = |pointer: &'static str| Failed::new(Kind::Unprocessable, "connection").with_errors(vec![Wrong::at(pointer, "value")]);
    let origin = |text: &str| url::Url::parse(text).ok().map(|url| url.origin()).filter(url::Origin::is_tuple);
    // A wallet's deliveries go to its own origin, whatever it says; that of `demo-wallet` is this computer.
    let own = match client {
        DEMO_WALLET => is_loopback(&body.delivery_endpoint),
        client => origin(&body.delivery_endpoint).is_some_and(|of| Some(of) == origin(client)),
    };
    if !own || issuer.core.egress().check(&body.delivery_endpoint).is_err() {
        return Err(wrong("/delivery_endpoint"));
    }
    if safe(&body.delivery_key) { Ok(()) } else { Err(wrong("/delivery_key")) }
}

/// Everything that was decided for this person and not collected goes to the new wallet.
async fn deliver_waiting(tx: &mut IssuerTx, institution: &Institution, person: &str, ctx: &Ctx) -> Result<(), StorageError> {
    for award in tx.open_awards_of(person).await? {
        make::deliver(tx, institution, &award, (ctx.now(), ctx.random())).await?;
    }
    Ok(())
}

/// Disconnects, by the key that the connection was made with. What was delivered stays the learner's.
pub(crate) async fn disconnect(
    At(institution): At,
    ctx: Ctx,
    State(issuer): State<Issuer>,
    Path((_, id)): Path<(String, String)>,
    bearer: Bearer,
) -> Result<Response, Failed> {
    let mut tx = issuer.store.write().await.map_err(|error| storage_failed(&error))?;
    if !tx.end_connection(institution.slug(), &id, bearer.token(), ctx.now()).await.map_err(|error| storage_failed(&error))? {
        return Err(Bearer::unknown());
    }
    let actor = Actor::Client(String::new());
    let event = Event { actor, action: "connection.ended", object_kind: "connection", object: id, outcome: "done", amount: 1 };
    tx.audit(&event, ctx.now()).await.map_err(|error| storage_failed(&error))?;
    tx.commit().await.map_err(|error| storage_failed(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
