//! `GET`, `POST /wallet/scan`: a link from elsewhere is pasted; offers and requests go where their own links go.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Kind, Page, Protected};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::byte_serialize;
use web::scan::{Scan, ScanProblem};

use crate::learner::Learner;
use crate::state::AppState;

/// The longest link that is read, in characters.
const LONGEST: usize = 8192;

/// Schemes by which credential offers travel.
const OFFER_SCHEMES: [&str; 2] = ["openid-credential-offer", "haip-vci"];
/// Schemes by which requests travel.
const REQUEST_SCHEMES: [&str; 4] = ["openid4vp", "haip-vp", "eudi-openid4vp", "mdoc-openid4vp"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pasted {
    link: String,
}

pub(crate) async fn show(learner: Learner, ctx: Ctx) -> Page<Scan> {
    ctx.page_for(learner.session(), Scan::default())
}

pub(crate) async fn go(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Protected(Pasted { link }): Protected<Pasted>,
) -> Response {
    match destination(&link, state.core.urls().own.as_str()) {
        Ok(path) => ctx.see_other(&path).into_response(),
        Err(problem) => {
            let link = link.chars().take(LONGEST).collect();
            let page = ctx.page_for(learner.session(), Scan { link, problem: Some(problem) });
            let code = match problem {
                ScanProblem::Empty => "link_missing",
                ScanProblem::TooLong => "link_too_long",
                ScanProblem::NotForWallets | ScanProblem::Expired => "link_unknown",
            };
            page.refused(&ctx, Kind::Unprocessable, code).into_response()
        }
    }
}

/// The path of ours at which a pasted text is read.
fn destination(text: &str, own: &str) -> Result<String, ScanProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ScanProblem::Empty);
    }
    if text.len() > LONGEST {
        return Err(ScanProblem::TooLong);
    }
    if text.starts_with('{') {
        return Ok(format!("/credential-offer?credential_offer={}", escaped(text)));
    }
    let url = Url::parse(text).map_err(|_| ScanProblem::NotForWallets)?;
    let query = url.query().unwrap_or_default();
    let names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let (offers, asks) = (has("credential_offer") || has("credential_offer_uri"), has("client_id") || has("request_uri") || has("request"));
    match url.scheme() {
        scheme if OFFER_SCHEMES.contains(&scheme) => Ok(format!("/credential-offer?{query}")),
        scheme if REQUEST_SCHEMES.contains(&scheme) => Ok(format!("/authorize?{query}")),
        "https" | "http" if offers => Ok(format!("/credential-offer?{query}")),
        "https" | "http" if asks => Ok(format!("/authorize?{query}")),
        // A page of ours, such as a share.
        "https" | "http" if url.origin().ascii_serialization() == own => Err(ScanProblem::NotForWallets),
        "https" | "http" if url.path().split('/').any(|segment| segment.contains("offer")) => {
            Ok(format!("/credential-offer?credential_offer_uri={}", escaped(text)))
        }
        _ => Err(ScanProblem::NotForWallets),
    }
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "https://wallet.example";

    #[test]
    fn links_go_where_their_own_links_go() {
        let to = |text: &str| destination(text, OWN).unwrap();
        assert_eq!(
            to("openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fi.example%2Fo"),
            "/credential-offer?credential_offer_uri=https%3A%2F%2Fi.example%2Fo"
        );
        assert_eq!(to(" https://wallet.example/credential-offer?credential_offer_uri=x "), "/credential-offer?credential_offer_uri=x");
        assert_eq!(to("openid4vp://?client_id=a&request_uri=b"), "/authorize?client_id=a&request_uri=b");
        assert_eq!(to("https://wallet.example/authorize?client_id=a&request=b"), "/authorize?client_id=a&request=b");
        assert_eq!(
            to("https://i.example/roc/offers/1"),
            "/credential-offer?credential_offer_uri=https%3A%2F%2Fi.example%2Froc%2Foffers%2F1"
        );
        assert_eq!(to("{\"a\":1}"), "/credential-offer?credential_offer=%7B%22a%22%3A1%7D");
    }

    #[test]
    fn anything_else_is_not_for_wallets() {
        for text in ["hello", "https://example.org/", "javascript:alert(1)", "https://wallet.example/s/abc"] {
            assert_eq!(destination(text, OWN), Err(ScanProblem::NotForWallets), "{text}");
        }
        assert_eq!(destination("  ", OWN), Err(ScanProblem::Empty));
        assert_eq!(destination(&"x".repeat(9000), OWN), Err(ScanProblem::TooLong));
    }
}
