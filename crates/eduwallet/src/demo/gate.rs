//! Until the demo is ready only its own calls are served; others get 503.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, USER_AGENT};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::operations::Ready;

#[derive(Clone)]
struct Gate {
    ready: Ready,
    agent: String,
}

/// Puts the gate before a role. `agent` is the secret `User-Agent` of the demo's own calls.
pub(super) fn guard(router: Router, ready: &Ready, agent: &str) -> Router {
    let gate = Gate { ready: ready.clone(), agent: agent.to_owned() };
    Router::new().fallback_service(router).layer(from_fn_with_state(gate, pass))
}

async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let own = request.headers().get(USER_AGENT).is_some_and(|agent| agent.as_bytes() == gate.agent.as_bytes());
    if gate.ready.is_set() || own {
        return next.run(request).await;
    }
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "2")], "the demo is starting\n").into_response()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn only_the_demo_itself_is_served_before_it_is_ready() {
        let ready = Ready::default();
        let router = guard(Router::new().route("/", get(|| async { "page" })), &ready, "own/1");
        let ask = async |agent: &str| {
            let request = Request::builder().uri("/").header(USER_AGENT, agent).body(Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!((ask("own/1").await, ask("browser").await), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
        ready.set();
        assert_eq!(ask("browser").await, StatusCode::OK);
    }
}
