//! `GET /{institution}/achievements/{id}`: what badges name, as JSON; for people, the page of its course.

use axum::extract::{Path as UrlPath, State};
use axum::http::header::{ACCEPT, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Kind};
use model::achievement::WorkloadUnit;
use serde_json::{Value, json};
use storage::IssuerStore;
use storage::issuer::achievement::AchievementRow;
use vc::Map;
use vc::bundled::OPEN_BADGE_CONTEXTS;
use vc::sd_jwt::Path;
use web::head::{Level, Load, Unit};
use web::issuer::AchievementPage;

use crate::award::template::Template;
use crate::institution::{At, Institution, text};
use crate::oid4vci::forms::of_template;
use crate::oid4vci::storage_failed;
use crate::published::Published;

/// An achievement never changes under its address.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// What a course's template makes today.
const TODAY: &str = "public, max-age=300";

/// By the id that a badge names: JSON, and the page for browsers, which name HTML. By the name of an issuing template: the page,
/// and JSON for who names it.
pub(crate) async fn achievement(
    At(institution): At,
    ctx: Ctx,
    State(store): State<IssuerStore>,
    UrlPath((_, id)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failed> {
    let nothing = || Failed::new(Kind::NotFound, "not_found");
    let kept = match institution.template(&id) {
        Some(_) => None,
        None => store
            .read()
            .await
            .map_err(|error| storage_failed(&error))?
            .achievement(institution.slug(), &id)
            .await
            .map_err(|error| storage_failed(&error))?,
    };
    let name = kept.as_ref().map_or(Some(id.as_str()), |kept| kept.template.as_deref());
    let template = name.and_then(|name| institution.template(name));
    let mut answer = match (kept, template) {
        (Some(_), Some(template)) if names(&headers, "text/html") => page(&institution, template, &ctx),
        (None, Some(template)) if !names(&headers, "json") => page(&institution, template, &ctx),
        (Some(kept), _) => document(&kept).ok_or_else(nothing)?.answer(&headers),
        (None, Some(template)) => {
            let made = of_template(template, &institution).ok_or_else(nothing)?;
            Published::new("application/ld+json", TODAY, written(made.document)).answer(&headers)
        }
        (None, None) => return Err(nothing()),
    };
    answer.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    Ok(answer)
}

/// Whether a media type is asked for by its name.
fn names(headers: &HeaderMap, media_type: &str) -> bool {
    headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).any(|value| value.contains(media_type))
}

fn document(kept: &AchievementRow) -> Option<Published> {
    let Ok(Value::Object(document)) = serde_json::from_str(&kept.document) else { return None };
    Some(Published::new("application/ld+json", FOREVER, written(document)))
}

/// As JSON-LD of its own.
fn written(mut document: Map) -> Vec<u8> {
    document.insert("@context".to_owned(), json!(OPEN_BADGE_CONTEXTS));
    Value::Object(document).to_string().into_bytes()
}

/// What a course's microcredential says of everybody who gets it; nothing about persons.
fn page(institution: &Institution, template: &Template, ctx: &Ctx) -> Response {
    let load = template.workload.as_ref().and_then(|workload| {
        let unit = if workload.unit == WorkloadUnit::Ects { Unit::Ec } else { Unit::Sbu };
        Some(Load { amount: workload.value.as_f64()?, unit })
    });
    let level = template.level.as_ref().map(|level| Level {
        framework: level.framework.clone(),
        value: level.value.clone(),
        verified: level.verified == Some(true),
    });
    let page = AchievementPage {
        institution: institution.name(),
        title: text(&template.title),
        badge: None,
        description: Some(text(&template.description)),
        workload: load,
        level,
        outcomes: template.learning_outcomes.iter().map(|outcome| text(&outcome.title())).collect(),
        assessment: assessment(template),
        quality: template.assurance().map(|assurance| (assurance.name, Some(assurance.url))),
        back: format!("/{}", institution.slug()),
    };
    ctx.page(page).into_response()
}

/// How it is assessed, in words.
fn assessment(template: &Template) -> Option<web::Text> {
    let name = "assessment_type";
    let claims = Map::from_iter([(name.to_owned(), Value::from(template.assessment_type.as_str()))]);
    let fact = http::claims::fact(vc::bundled::MICROCREDENTIAL_VCT, &Path::key(name), &claims)?;
    Some(web::Text::new(fact.value.plain(web::Lang::Nl), fact.value.plain(web::Lang::En)))
}
