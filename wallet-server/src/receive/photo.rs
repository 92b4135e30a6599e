//! `POST /wallet/scan/photo` and `/wallet/scan/frame`: the code in a photo, or in what a camera sees, goes the way of a pasted link.
//! One photo at a time is looked at, away from the threads that answer; it is never stored, and nothing of it is logged.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use http::failure::Failed;
use http::upload::DRAINED_LIMIT;
use http::{Ctx, Kind, ProtectedUpload, Upload};
use model::receipt::Came;
use photo::PhotoError;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use web::scan::{Scan, ScanProblem};

use super::scan::{self, Leads, follow, leads};
use crate::learner::Learner;
use crate::state::AppState;

/// How long a photo waits for its turn.
const WAITS: Duration = Duration::from_secs(10);

/// Whose turn it is: what looking at a photo takes of memory and of the processor is taken once. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Photos(Arc<Semaphore>);

impl Default for Photos {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Photos {
    /// The texts of the codes in a picture.
    async fn texts(&self, picture: Bytes) -> Result<Vec<String>, ScanProblem> {
        let turn = timeout(WAITS, self.0.clone().acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(ScanProblem::Busy) };
        let read = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, also when whoever asked has gone.
            let _turn = turn;
            photo::read(&picture)
        });
        read.await.unwrap_or(Err(PhotoError::Broken)).map_err(|error| match error {
            PhotoError::Empty => ScanProblem::NoPhoto,
            PhotoError::TooManyPixels => ScanProblem::TooManyPixels,
            PhotoError::Heif => ScanProblem::Heif,
            PhotoError::Kind => ScanProblem::NoPicture,
            PhotoError::Broken => ScanProblem::Broken,
        })
    }
}

/// The routes of this file. A photo that is too large is read to its end, so that the browser shows the answer.
pub(crate) fn routes() -> Router<AppState> {
    let routes = Router::new().route("/wallet/scan/photo", post(photo)).route("/wallet/scan/frame", post(frame));
    routes.layer(DefaultBodyLimit::max(DRAINED_LIMIT))
}

async fn photo(learner: Learner, ctx: Ctx, State(state): State<AppState>, ProtectedUpload(form): ProtectedUpload) -> Response {
    match found(&learner, &ctx, &state, &form).await {
        Err(limited) => limited.into_response(),
        Ok(Ok(leads)) => follow(&learner, &ctx, &state, leads, Came::Photo).await,
        Ok(Err(problem)) => {
            let (kind, code) = refusal(&problem);
            let view = Scan { link: String::new(), problem: Some(problem), photo: true };
            scan::page(&learner, &ctx, view).refused(&ctx, kind, code).into_response()
        }
    }
}

async fn found(learner: &Learner, ctx: &Ctx, state: &AppState, form: &Upload) -> Result<Result<Leads, ScanProblem>, Failed> {
    let Some(picture) = form.part("photo") else {
        return Ok(Err(if form.is_too_large() { ScanProblem::TooLarge } else { ScanProblem::NoPhoto }));
    };
    ctx.core().limits().take("photo", learner.id().as_str(), ctx.now())?;
    Ok(state.photos.texts(picture.clone()).await.and_then(|texts| chosen(&texts, ctx.origin().as_str())))
}

/// Of the codes in a photo the one for a wallet, when there is one.
fn chosen(texts: &[String], own: &str) -> Result<Leads, ScanProblem> {
    let mut others = None;
    let mut found: Option<Leads> = None;
    for text in texts {
        match leads(text, own) {
            Ok(_) if found.is_some() => return Err(ScanProblem::SeveralCodes),
            Ok(leads) => found = Some(leads),
            Err(problem) => others = others.or(Some(problem)),
        }
    }
    found.ok_or(match others {
        None => ScanProblem::NoCode,
        // A code with nothing or very much in it is one for something else.
        Some(ScanProblem::Empty | ScanProblem::TooLong) => ScanProblem::NotForWallets,
        Some(problem) => problem,
    })
}

/// Of the codes that a camera sees the one for a wallet, else any.
fn first(texts: Vec<String>, own: &str) -> Option<String> {
    let at = texts.iter().position(|text| leads(text, own).is_ok()).unwrap_or(0);
    texts.into_iter().nth(at)
}

const fn refusal(problem: &ScanProblem) -> (Kind, &'static str) {
    match problem {
        ScanProblem::NoPhoto => (Kind::Unprocessable, "photo_missing"),
        ScanProblem::NoCode => (Kind::Unprocessable, "photo_no_code"),
        ScanProblem::SeveralCodes => (Kind::Unprocessable, "photo_several_codes"),
        ScanProblem::TooLarge => (Kind::TooLarge, "photo_too_large"),
        ScanProblem::TooManyPixels => (Kind::Unprocessable, "photo_pixels"),
        ScanProblem::Heif => (Kind::Unprocessable, "photo_heif"),
        ScanProblem::NoPicture => (Kind::Unprocessable, "photo_media"),
        ScanProblem::Broken => (Kind::Unprocessable, "photo_broken"),
        ScanProblem::Busy => (Kind::Unavailable, "photo_busy"),
        _ => (Kind::Unprocessable, "link_unknown"),
    }
}

/// What the page's script is told of what its camera sees.
#[derive(Serialize)]
struct Seen {
    /// The text of the code; the script puts it where a link is pasted.
    text: Option<String>,
}

async fn frame(learner: Learner, ctx: Ctx, State(state): State<AppState>, ProtectedUpload(form): ProtectedUpload) -> Response {
    let Some(picture) = form.part("photo") else { return Failed::new(Kind::Unprocessable, "photo_missing").into_response() };
    if let Err(limited) = ctx.core().limits().take("photo", learner.id().as_str(), ctx.now()) {
        return limited.into_response();
    }
    match state.photos.texts(picture.clone()).await {
        Ok(texts) => Json(Seen { text: first(texts, ctx.origin().as_str()) }).into_response(),
        Err(problem) => {
            let (kind, code) = refusal(&problem);
            Failed::new(kind, code).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_photo_at_a_time_is_looked_at() {
        let photos = Photos::default();
        let turn = photos.0.clone().acquire_owned().await.unwrap();
        let second = photos.texts(testkit::pictures::codes(&["hello"]).into());
        let mut second = Box::pin(second);
        assert!(timeout(Duration::from_millis(50), &mut second).await.is_err(), "it waits");
        drop(turn);
        assert_eq!(second.await, Ok(vec!["hello".to_owned()]));
    }

    #[test]
    fn of_several_codes_the_one_for_a_wallet_counts() {
        let chosen = |texts: &[&str]| chosen(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>(), "https://wallet.example");
        let (offer, ask) = ("openid-credential-offer://?credential_offer_uri=x", "openid4vp://?client_id=a");
        assert_eq!(chosen(&[]), Err(ScanProblem::NoCode));
        assert_eq!(chosen(&["https://example.org", offer]), Ok(Leads::Offer("credential_offer_uri=x".to_owned())));
        assert_eq!(chosen(&[offer, ask]), Err(ScanProblem::SeveralCodes));
        assert_eq!(chosen(&["https://example.org", "hello"]), Err(ScanProblem::Site { host: "example.org".to_owned() }));
        assert_eq!(chosen(&[" "]), Err(ScanProblem::NotForWallets));
        let seen = |texts: &[&str]| first(texts.iter().map(|text| (*text).to_owned()).collect(), "https://wallet.example");
        assert_eq!(seen(&["https://example.org", offer]).as_deref(), Some(offer));
        assert_eq!(seen(&["https://example.org", "hello"]).as_deref(), Some("https://example.org"));
        assert_eq!(seen(&[]), None);
    }
}
