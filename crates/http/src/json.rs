//! JSON bodies read strictly: duplicate and unknown members are refused, with a pointer to what is wrong.

use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_ENCODING;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use crate::failure::{Failed, Kind, Wrong};
use crate::protected::{media_type, whole};

/// A JSON body as `T`. Refusals: 415 `media_type`, 413 `too_large`, 400 `json` (not strict JSON) or `malformed` with
/// `errors` (unknown, missing or mistyped members; give `T` `#[serde(deny_unknown_fields)]`).
pub struct Json<T>(pub T);

impl<S, T> FromRequest<S> for Json<T>
where
    S: Send + Sync,
    T: DeserializeOwned,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let of_type = media_type(request.headers());
        let is_json = of_type == "application/json" || (of_type.starts_with("application/") && of_type.ends_with("+json"));
        if !is_json || request.headers().contains_key(CONTENT_ENCODING) {
            return Err(Failed::new(Kind::MediaType, "media_type").into_response());
        }
        let body = whole(request, state).await?;
        let value = vc::strict_json::parse(&body).map_err(|_| Failed::new(Kind::Invalid, "json").into_response())?;
        read(value).map(Self).map_err(IntoResponse::into_response)
    }
}

/// Reads a parsed document as `T`, as the extractor does.
///
/// # Errors
/// 400 `malformed` with what is wrong where.
pub fn read<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Failed> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let wrong = wrong(error.path(), &error.inner().to_string());
        Failed::new(Kind::Invalid, "malformed").with_errors(vec![wrong])
    })
}

/// serde tells what is wrong in words only; the words are stable enough to sort and never leave here.
fn wrong(path: &Path, message: &str) -> Wrong {
    let named = message.split('`').nth(1).unwrap_or("");
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Map { key } => push(&mut pointer, key),
            Segment::Seq { index } => push(&mut pointer, &index.to_string()),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    if message.starts_with("unknown field") {
        if !pointer.ends_with(&format!("/{}", escape(named))) {
            push(&mut pointer, named);
        }
        Wrong::at(pointer, "unknown")
    } else if message.starts_with("missing field") {
        push(&mut pointer, named);
        Wrong::at(pointer, "missing")
    } else if message.starts_with("invalid type") {
        Wrong::at(pointer, "type")
    } else {
        Wrong::at(pointer, "value")
    }
}

fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    pointer.push_str(&escape(token));
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[expect(dead_code, reason = "only its presence is tested")]
        learner: Learner,
    }
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Learner {
        #[expect(dead_code, reason = "only its presence is tested")]
        eduid: String,
    }

    #[test]
    fn the_pointer_says_where() {
        let told = |value| read::<Body>(value).unwrap_err().0.errors;
        assert_eq!(told(json!({"learner": {"eduid": "x", "bsn": 1}})), vec![Wrong::at("/learner/bsn", "unknown")]);
        assert_eq!(told(json!({"learner": {}})), vec![Wrong::at("/learner/eduid", "missing")]);
        assert_eq!(told(json!({})), vec![Wrong::at("/learner", "missing")]);
        assert_eq!(told(json!({"learner": {"eduid": 3}})), vec![Wrong::at("/learner/eduid", "type")]);
        assert_eq!(told(json!({"learner": {"eduid": "x"}, "a/b": 1})), vec![Wrong::at("/a~1b", "unknown")]);
    }
}
