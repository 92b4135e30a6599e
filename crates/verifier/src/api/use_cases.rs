//! `GET /api/v1/use-cases`: what can be asked by name.

use axum::Json;
use serde_json::{Map, Value, json};

use crate::query::{self, USE_CASES};

pub(crate) async fn list() -> Json<Value> {
    let items: Vec<Value> = USE_CASES
        .iter()
        .map(|case| {
            let parameters: Map<String, Value> = case
                .parameters
                .iter()
                .map(|(name, kind, about)| ((*name).to_owned(), json!({"type": kind, "description": about})))
                .collect();
            json!({
                "use_case": case.id,
                "name": {"nl": case.name.0, "en": case.name.1},
                "description": {"nl": case.about.0, "en": case.about.1},
                "dcql_query": query::of_use_case(case.id, &Map::new()).unwrap_or_default(),
                "parameters": parameters,
            })
        })
        .collect();
    Json(json!({"items": items, "next": null}))
}
