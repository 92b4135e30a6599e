//! `POST /{institution}/deferred-credential`: nothing is deferred here, so no transaction is known (OpenID4VCI section 9, row D1).
//!
//! The metadata does not name it. A wallet that asks all the same hears so in the protocol's words.

use axum::extract::State;
use axum::http::HeaderMap;
use http::{Ctx, Failed, Kind};

use super::access;
use crate::Issuer;
use crate::institution::At;

pub(crate) async fn deferred(At(institution): At, ctx: Ctx, State(issuer): State<Issuer>, headers: HeaderMap) -> Result<(), Failed> {
    access::offer(&issuer, &institution, &ctx, &headers, "/deferred-credential").await?;
    Err(Failed::new(Kind::Refused, "invalid_transaction_id"))
}
