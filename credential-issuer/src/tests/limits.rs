//! How often: each limit by its name, answered with 429 and the seconds to wait.

use axum::http::Method;
use serde_json::json;

use super::{App, KEY, OTHER_KEY, On, SLUG, error, on_each_database, request};

on_each_database! {
    one_institution_s_calls_are_counted_together,
    one_offer_s_credential_requests_are_counted_together,
}

async fn one_institution_s_calls_are_counted_together(on: On) {
    let app = App::new(on).await;
    let list = || app.api(Method::GET, "/api/v1/credentials/unknown", Some(KEY), None);
    for _ in 0..300 {
        assert_eq!(list().await.error(), error(404, "not_found"));
    }
    // On a slow machine some come back meanwhile.
    let mut refused = list().await;
    for _ in 0..60 {
        if refused.status == 404 {
            refused = list().await;
        }
    }
    assert_eq!(refused.error(), error(429, "too_many"));
    assert!(refused.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap() >= 1);
    // Neither an unknown key nor another institution uses it up or meets it.
    assert_eq!(app.api(Method::GET, "/api/v1/credentials", Some("unknown"), None).await.error(), error(401, "unauthorized"));
    let other = request(Method::GET, "/roc-voorbeeld/api/v1/credentials", Some(OTHER_KEY)).body(axum::body::Body::empty()).unwrap();
    assert_eq!(app.send(other).await.status, 200);
    app.clock.advance_seconds(2);
    assert_eq!(list().await.error(), error(404, "not_found"));
}

async fn one_offer_s_credential_requests_are_counted_together(on: On) {
    let app = App::new(on).await;
    let (_, offer) = app.offered().await;
    let token = app.token(&offer).await;
    let mut codes = Vec::new();
    for _ in 0..130 {
        codes.push(app.credential(Some(&token), &json!({})).await.error());
    }
    assert_eq!(codes.first(), Some(&error(400, "invalid_credential_request")));
    assert!(codes.contains(&error(429, "too_many")), "{SLUG}");
}
