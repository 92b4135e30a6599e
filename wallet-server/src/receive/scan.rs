//! `GET`, `POST /wallet/scan`: a link from elsewhere is pasted, or came from the camera; offers and requests go where their own links
//! go. What a text leads to is told from the text alone: nothing is fetched for it here.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Ctx, Kind, Page, Protected};
use model::receipt::Came;
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::byte_serialize;
use web::scan::{Scan, ScanProblem};

use super::link;
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
    /// Who put it into the field.
    #[serde(default)]
    came: By,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    /// The learner.
    #[default]
    Pasted,
    /// The page's script, from the camera.
    Camera,
}

pub(crate) async fn show(learner: Learner, ctx: Ctx) -> Page<Scan> {
    page(&learner, &ctx, Scan::default())
}

/// The page, which alone of all may use the camera.
pub(super) fn page(learner: &Learner, ctx: &Ctx, view: Scan) -> Page<Scan> {
    ctx.page_for(learner.session(), view).with_camera()
}

pub(crate) async fn go(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Protected(Pasted { link, came }): Protected<Pasted>,
) -> Response {
    let came = match came {
        By::Pasted => Came::Pasted,
        By::Camera => Came::Camera,
    };
    match leads(&link, ctx.origin().as_str()) {
        Ok(leads) => follow(&learner, &ctx, &state, leads, came).await,
        Err(problem) => {
            let link = link.chars().take(LONGEST).collect();
            let code = match problem {
                ScanProblem::Empty => "link_missing",
                ScanProblem::TooLong => "link_too_long",
                _ => "link_unknown",
            };
            let view = Scan { link, problem: Some(problem), photo: false };
            page(&learner, &ctx, view).refused(&ctx, Kind::Unprocessable, code).into_response()
        }
    }
}

/// What a text leads to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// An offer, by the query of its link.
    Offer(String),
    /// A request, by the query of its link.
    Request(String),
}

/// Goes where a text leads.
pub(super) async fn follow(learner: &Learner, ctx: &Ctx, state: &AppState, leads: Leads, came: Came) -> Response {
    match leads {
        Leads::Offer(query) => link::bring(ctx, state, learner, &query, came).await,
        Leads::Request(query) => ctx.see_other(&format!("/authorize?{query}")).into_response(),
    }
}

/// What a text leads to, by what it says.
///
/// # Errors
/// What it is instead.
pub(super) fn leads(text: &str, own: &str) -> Result<Leads, ScanProblem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ScanProblem::Empty);
    }
    if text.len() > LONGEST {
        return Err(ScanProblem::TooLong);
    }
    if text.starts_with('{') {
        return Ok(Leads::Offer(format!("credential_offer={}", escaped(text))));
    }
    let url = Url::parse(text).map_err(|_| ScanProblem::NotForWallets)?;
    let query = || url.query().unwrap_or_default().to_owned();
    let has = |wanted: &str| url.query_pairs().any(|(name, _)| name == wanted);
    let (offers, asks) = (has("credential_offer") || has("credential_offer_uri"), has("client_id") || has("request_uri") || has("request"));
    match url.scheme() {
        scheme if OFFER_SCHEMES.contains(&scheme) => Ok(Leads::Offer(query())),
        scheme if REQUEST_SCHEMES.contains(&scheme) => Ok(Leads::Request(query())),
        "https" | "http" if offers => Ok(Leads::Offer(query())),
        "https" | "http" if asks => Ok(Leads::Request(query())),
        "https" | "http" if url.origin().ascii_serialization() == own => Err(own_page(&url)),
        "https" | "http" if url.path().split('/').any(|segment| segment.contains("offer")) => {
            Ok(Leads::Offer(format!("credential_offer_uri={}", escaped(text))))
        }
        "https" | "http" => Err(url.host_str().map_or(ScanProblem::NotForWallets, |host| ScanProblem::Site { host: host.to_owned() })),
        _ => Err(ScanProblem::NotForWallets),
    }
}

/// A page of ours, such as a share.
fn own_page(url: &Url) -> ScanProblem {
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    match url.path() {
        // Two slashes at the beginning would be another site.
        path if path.starts_with("//") => ScanProblem::NotForWallets,
        path => ScanProblem::OwnPage { href: format!("{path}{query}") },
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
        let to = |text: &str| leads(text, OWN).unwrap();
        let offer = |query: &str| Leads::Offer(query.to_owned());
        let by_reference = "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fi.example%2Fo";
        assert_eq!(to(by_reference), offer("credential_offer_uri=https%3A%2F%2Fi.example%2Fo"));
        assert_eq!(to(" https://wallet.example/credential-offer?credential_offer_uri=x "), offer("credential_offer_uri=x"));
        assert_eq!(to("openid4vp://?client_id=a&request_uri=b"), Leads::Request("client_id=a&request_uri=b".to_owned()));
        assert_eq!(to("https://wallet.example/authorize?client_id=a&request=b"), Leads::Request("client_id=a&request=b".to_owned()));
        assert_eq!(to("https://i.example/roc/offers/1"), offer("credential_offer_uri=https%3A%2F%2Fi.example%2Froc%2Foffers%2F1"));
        assert_eq!(to("{\"a\":1}"), offer("credential_offer=%7B%22a%22%3A1%7D"));
    }

    #[test]
    fn anything_else_is_told_for_what_it_is() {
        let site = |host: &str| ScanProblem::Site { host: host.to_owned() };
        for (text, problem) in [
            ("hello", ScanProblem::NotForWallets),
            ("javascript:alert(1)", ScanProblem::NotForWallets),
            ("WIFI:T:WPA;S:school;P:secret;;", ScanProblem::NotForWallets),
            ("https://example.org/", site("example.org")),
            ("https://example.org:8443/x?y", site("example.org")),
            ("https://wallet.example.evil.example/s/abc", site("wallet.example.evil.example")),
            ("https://wallet.example/s/abc?lang=en", ScanProblem::OwnPage { href: "/s/abc?lang=en".to_owned() }),
            ("https://wallet.example//evil.example/s", ScanProblem::NotForWallets),
            ("  ", ScanProblem::Empty),
        ] {
            assert_eq!(leads(text, OWN), Err(problem), "{text}");
        }
        assert_eq!(leads(&"x".repeat(9000), OWN), Err(ScanProblem::TooLong));
    }
}
