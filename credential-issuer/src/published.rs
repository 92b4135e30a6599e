//! What anybody may read and keep for a while: metadata, keys, types, status lists. With an ETag, readable from any web page, and
//! compressed for who asks and where it pays.

use std::io::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use vc::encoding::{b64url, sha256};

/// A public document, made once and served often. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Published {
    media_type: &'static str,
    cache: &'static str,
    plain: Form,
    gzip: Option<Form>,
}

/// One way to write it.
#[derive(Clone)]
struct Form {
    body: Bytes,
    etag: Arc<str>,
}

impl Form {
    fn of(body: Vec<u8>) -> Self {
        Self { etag: format!("\"{}\"", b64url(sha256(&body))).into(), body: Bytes::from(body) }
    }
}

impl Published {
    /// A document with its media type and what caches may do with it.
    pub(crate) fn new(media_type: &'static str, cache: &'static str, body: Vec<u8>) -> Self {
        Self { media_type, cache, plain: Form::of(body), gzip: None }
    }

    /// The same, also compressed.
    pub(crate) fn with_gzip(self) -> Self {
        Self { gzip: gzip(&self.plain.body, Compression::default()).map(Form::of), ..self }
    }

    /// The same for what is compressed already but written as text: only the narrow alphabet is left to save, and that is done fast.
    pub(crate) fn with_quick_gzip(self) -> Self {
        Self { gzip: gzip(&self.plain.body, Compression::fast()).map(Form::of), ..self }
    }

    /// The answer to a request with these headers: all of it, or 304.
    pub(crate) fn answer(&self, headers: &HeaderMap) -> Response {
        let form = self.gzip.as_ref().filter(|_| takes_gzip(headers));
        let (form, coded) = form.map_or((&self.plain, false), |gzip| (gzip, true));
        let known = knows(headers, &form.etag);
        let mut response =
            if known { StatusCode::NOT_MODIFIED.into_response() } else { (StatusCode::OK, form.body.clone()).into_response() };
        let answer = response.headers_mut();
        let mut set = |name: HeaderName, value: &'static str| drop(answer.insert(name, HeaderValue::from_static(value)));
        set(CONTENT_TYPE, self.media_type);
        set(CACHE_CONTROL, self.cache);
        set(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        if self.gzip.is_some() {
            set(VARY, "Accept-Encoding");
        }
        if coded && !known {
            set(CONTENT_ENCODING, "gzip");
        }
        if let Ok(etag) = HeaderValue::from_str(&form.etag) {
            answer.insert(ETAG, etag);
        }
        response
    }
}

fn gzip(body: &[u8], level: Compression) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

/// The values of a list header, without white space.
fn listed(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).map(str::trim)
}

/// `If-None-Match` compares weakly (RFC 9110 section 13.1.2).
fn knows(headers: &HeaderMap, etag: &str) -> bool {
    listed(headers, IF_NONE_MATCH).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

/// `gzip` is named and not refused by a weight of zero.
fn takes_gzip(headers: &HeaderMap) -> bool {
    listed(headers, ACCEPT_ENCODING).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_some_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    async fn answered(pairs: &[(HeaderName, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let response = Published::new("text/plain", "public", b"again and again and again".to_vec()).with_gzip().answer(&headers);
        let (parts, body) = response.into_parts();
        (parts.status, parts.headers, axum::body::to_bytes(body, 1_000).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn who_has_it_gets_it_not_again() {
        let (status, headers, body) = answered(&[]).await;
        assert_eq!((status, body.as_slice()), (StatusCode::OK, b"again and again and again".as_slice()));
        let etag = headers[ETAG].to_str().unwrap().to_owned();
        for known in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
            let (status, headers, body) = answered(&[(IF_NONE_MATCH, &known)]).await;
            assert_eq!((status, body.len(), headers[ETAG].to_str().unwrap()), (StatusCode::NOT_MODIFIED, 0, etag.as_str()), "{known}");
        }
        assert_eq!(answered(&[(IF_NONE_MATCH, "\"x\"")]).await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn who_asks_gets_it_compressed() {
        let (_, plain, _) = answered(&[]).await;
        for asked in ["gzip", "deflate, gzip;q=0.5", "br, GZIP"] {
            let (_, headers, body) = answered(&[(ACCEPT_ENCODING, asked)]).await;
            assert_eq!((&headers[CONTENT_ENCODING], &headers[VARY]), (&"gzip".parse().unwrap(), &"Accept-Encoding".parse().unwrap()));
            let mut text = String::new();
            flate2::read::GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
            assert_eq!(text, "again and again and again");
            assert_ne!(headers[ETAG], plain[ETAG]);
        }
        for not in ["identity", "gzip;q=0", "br"] {
            assert!(!answered(&[(ACCEPT_ENCODING, not)]).await.1.contains_key(CONTENT_ENCODING), "{not}");
        }
    }
}
