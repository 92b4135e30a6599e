//! `GET /badge/{code}.svg`: the picture of a credential. Its address says everything that is drawn, so nothing is looked up.

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use http::{Failed, Kind};

pub(crate) async fn badge(Path(file): Path<String>) -> Result<impl IntoResponse, Failed> {
    let spec = web::badge::from_path(&file).ok_or(Failed::new(Kind::NotFound, "not_found"))?;
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];
    Ok((headers, web::badge::svg(&spec)))
}
