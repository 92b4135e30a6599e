//! `GET /logout`: RP-initiated logout. A login is asked every time, so there is no session to end; what is left is where to go.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use url::Url;

use crate::page::{Lang, Page};

pub(super) async fn logout(State(state): State<Arc<super::State>>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let wish = asked.get("post_logout_redirect_uri");
    let known = |uri: &&String| state.clients.iter().any(|client| client.post_logout_redirect_uris.contains(uri));
    let Some(mut target) = wish.filter(known).and_then(|uri| Url::parse(uri).ok()) else {
        let body = "<p class=\"tag\">Oefen-eduID</p><h1>Je bent uitgelogd</h1><p lang=\"en\">You are signed out.</p>".to_owned();
        return Page::new(Lang::Nl, "Je bent uitgelogd", body).into_response();
    };
    if let Some(its) = asked.get("state") {
        target.query_pairs_mut().append_pair("state", its);
    }
    Redirect::to(target.as_str()).into_response()
}
