//! What a learner takes along: `GET /wallet/credentials/{id}/file`, one form as it was issued, and `…/badge.svg` and `…/badge.png`, the
//! picture of an Open Badge with the badge in it. The holder key stays here.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use http::failure::{Failed, Kind as FailureKind};
use model::held::{CredentialId, HeldCopy, Kind};
use openid4vc::dcql::Format;
use vc::open_badge::bake;
use web::credential::{Download, Form};

use super::display;
use crate::error::WalletError;
use crate::learner::Learner;
use crate::state::AppState;

/// The form of a copy in the words of its page.
pub(crate) fn kind(copy: &HeldCopy) -> Form {
    // An enrolment is no badge; everything else that comes as W3C credential from education is one, or reads like one.
    let badge = copy.summary.kind == Kind::Microcredential || copy.vct == http::claims::OPEN_BADGE;
    match (Format::from_name(&copy.format), badge) {
        (Format::LdpVc, true) => Form::OpenBadge,
        (Format::LdpVc, false) => Form::W3c,
        (Format::JwtVcJson | Format::VcJwt, true) => Form::OpenBadgeText,
        (Format::JwtVcJson | Format::VcJwt, false) => Form::W3cText,
        (Format::SdJwtVc | Format::VcSdJwt | Format::Other(_), _) => Form::Selective,
    }
}

/// What can be taken along of a copy.
pub(super) fn downloads(copy: &HeldCopy) -> Vec<(Download, String)> {
    let at = |name: &str| format!("/wallet/credentials/{}/{name}", copy.id);
    let mut downloads = vec![(Download::File, at("file"))];
    if is_badge(copy) {
        downloads.extend([(Download::Png, at("badge.png")), (Download::Svg, at("badge.svg"))]);
    }
    downloads
}

/// Whether a picture can hold it: one is enough, so that of the badge with its proof in it.
fn is_badge(copy: &HeldCopy) -> bool {
    kind(copy) == Form::OpenBadge
}

pub(crate) async fn file(learner: Learner, State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, WalletError> {
    let held = state.store.read().await?.held_credential(&CredentialId::new(id), learner.id()).await?.ok_or(WalletError::NotFound)?;
    let (media_type, name) = match Format::from_name(&held.copy.format) {
        Format::LdpVc => ("application/vc", "attachment; filename=\"credential.json\""),
        Format::JwtVcJson => ("application/jwt", "attachment; filename=\"credential.jwt\""),
        Format::VcJwt => ("application/vc+jwt", "attachment; filename=\"credential.jwt\""),
        Format::VcSdJwt => ("application/vc+sd-jwt", "attachment; filename=\"credential.sd-jwt\""),
        Format::SdJwtVc | Format::Other(_) => ("application/dc+sd-jwt", "attachment; filename=\"credential.sd-jwt\""),
    };
    Ok(([(CONTENT_TYPE, media_type), (CONTENT_DISPOSITION, name)], held.body.as_str().to_owned()).into_response())
}

/// The picture as SVG.
pub(crate) async fn badge_svg(learner: Learner, State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, WalletError> {
    baked(&learner, &state, id, |spec| web::badge::svg(spec).into_bytes()).await
}

/// The picture as PNG.
pub(crate) async fn badge_png(learner: Learner, State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, WalletError> {
    baked(&learner, &state, id, web::badge::png).await
}

async fn baked(
    learner: &Learner,
    state: &AppState,
    id: String,
    draw: impl Fn(&web::badge::BadgeSpec) -> Vec<u8>,
) -> Result<Response, WalletError> {
    let held = state.store.read().await?.held_credential(&CredentialId::new(id), learner.id()).await?;
    let held = held.filter(|held| is_badge(&held.copy)).ok_or(WalletError::NotFound)?;
    let head = display::head(&held.copy.summary, &held.copy.issuer, &state.register.current());
    let Ok(image) = bake::bake(&draw(&head.badge), &held.body) else {
        return Ok(Failed::new(FailureKind::Ours, "internal").into_response());
    };
    let (media_type, name) = match bake::ImageKind::of(&image) {
        Some(bake::ImageKind::Png) => ("image/png", "attachment; filename=\"badge.png\""),
        _ => ("image/svg+xml", "attachment; filename=\"badge.svg\""),
    };
    let headers = [
        (CONTENT_TYPE, media_type),
        (CONTENT_DISPOSITION, name),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    ];
    Ok((headers, image).into_response())
}
