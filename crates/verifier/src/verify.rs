//! Checking anything that is pasted or posted: `/verify` for people, `POST /api/v1/verify` for machines. Nothing is kept.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse, Response};
use http::{AppCore, Ctx, Failed, Kind, Wrong};
use serde::Deserialize;
use serde_json::Value;
use vc::report::Report;
use vc::sd_jwt::IatWindow;
use vc::verify::{Binding, Inputs};
use web::verdict::{HolderKey, Occasion, VerdictPage};
use web::verify::{VerifyPage, VerifyProblem};

use crate::response::CLOCK_TOLERANCE;
use crate::state::AppState;

/// One credential, at most.
const LONGEST: usize = 256 * 1024;

/// What is to be checked.
struct Given {
    text: String,
    /// What the presentation must be bound to, when the caller knows.
    expected: Option<(String, String)>,
}

/// A credential or presentation with what it must be bound to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrapped {
    credential: Value,
    nonce: Option<String>,
    audience: Option<String>,
}

/// `GET /verify`.
pub(crate) async fn form(ctx: Ctx) -> Response {
    ctx.page(VerifyPage { problem: None }).into_response()
}

/// `POST /verify`: field `credential` or file `file`.
pub(crate) async fn paste(ctx: Ctx, State(state): State<AppState>, mut parts: Multipart) -> Result<Response, Failed> {
    ctx.limit("verify")?;
    let (mut text, mut problem) = (String::new(), None);
    while let Ok(Some(part)) = parts.next_field().await {
        let wanted = matches!(part.name(), Some("credential" | "file"));
        let Ok(bytes) = part.bytes().await else {
            problem = Some(VerifyProblem::TooLarge);
            break;
        };
        match String::from_utf8(bytes.to_vec()) {
            Ok(given) if wanted && text.is_empty() => given.trim().clone_into(&mut text),
            Ok(_) => {}
            Err(_) => problem = Some(VerifyProblem::Unreadable),
        }
    }
    if text.is_empty() {
        return Ok(again(&ctx, problem.unwrap_or(VerifyProblem::Empty)));
    }
    if text.len() > LONGEST {
        return Ok(again(&ctx, VerifyProblem::TooLarge));
    }
    let report = check(&ctx, &state, &Given { text, expected: None }).await;
    let register = state.register.current();
    let page = VerdictPage {
        face: http::verdict::face(report.verdict),
        checked_at: http::verdict::checked_at(&report),
        occasion: Occasion::Pasted,
        credentials: http::verdict::credentials(&report, &register, HolderKey::NotShown),
        host: ctx.origin().as_str().to_owned(),
        verify_url: "/verify".to_owned(),
    };
    Ok(ctx.page(page).noindex().into_response())
}

fn again(ctx: &Ctx, problem: VerifyProblem) -> Response {
    let code = match problem {
        VerifyProblem::Empty => "credential_missing",
        VerifyProblem::TooLarge => "credential_too_large",
        VerifyProblem::Unreadable => "credential_unreadable",
    };
    ctx.page(VerifyPage { problem: Some(problem) }).refused(ctx, Kind::Unprocessable, code).into_response()
}

/// `POST /api/v1/verify`: the credential or presentation itself as the body, or `{"credential", "nonce"?, "audience"?}`.
pub(crate) async fn api(ctx: Ctx, State(state): State<AppState>, body: Bytes) -> Result<Json<Report>, Failed> {
    ctx.limit("verify")?;
    let given = given(&body)?;
    if given.text.len() > LONGEST {
        return Err(Failed::new(Kind::TooLarge, "too_large"));
    }
    Ok(Json(check(&ctx, &state, &given).await))
}

/// What a body gives: with a member `credential` it is our wrapping, anything else is the thing itself.
fn given(body: &[u8]) -> Result<Given, Failed> {
    let malformed = || Failed::new(Kind::Invalid, "malformed");
    let text = std::str::from_utf8(body).map_err(|_| malformed())?.trim();
    if text.is_empty() {
        return Err(malformed());
    }
    let wrapped = vc::strict_json::parse_object(text.as_bytes()).ok().filter(|members| members.contains_key("credential"));
    let Some(members) = wrapped else { return Ok(Given { text: text.to_owned(), expected: None }) };
    let wrapped: Wrapped = http::json::read(Value::Object(members))?;
    let credential = match wrapped.credential {
        Value::String(text) => text,
        object @ Value::Object(_) => object.to_string(),
        _ => return Err(malformed().with_errors(vec![Wrong::at("/credential", "type")])),
    };
    let expected = match (wrapped.nonce, wrapped.audience) {
        (Some(nonce), Some(audience)) => Some((nonce, audience)),
        (None, None) => None,
        (Some(_), None) => return Err(malformed().with_errors(vec![Wrong::at("/audience", "missing")])),
        (None, Some(_)) => return Err(malformed().with_errors(vec![Wrong::at("/nonce", "missing")])),
    };
    Ok(Given { text: credential, expected })
}

async fn check(ctx: &Ctx, state: &AppState, given: &Given) -> Report {
    let trust = state.register.current().trust();
    let binding = given.expected.as_ref();
    let binding = binding.map(|(nonce, audience)| Binding { nonce, audience, iat_window: Some(IatWindow::PRESENTATION) });
    let inputs = Inputs::new(ctx.now().seconds(), &trust, AppCore::software()).with_binding(binding).with_tolerance(CLOCK_TOLERANCE);
    state.gather.report(given.text.as_bytes(), &inputs).await
}
