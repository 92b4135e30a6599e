//! `GET /`, `GET /{institution}` and `…/achievements/{name}`: who issues what here, for anybody.

use axum::extract::{Path as UrlPath, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Failed, Kind};
use model::achievement::WorkloadUnit;
use serde_json::Value;
use vc::Map;
use vc::sd_jwt::Path;
use web::head::{Level, Load, Unit};
use web::issuer::{AchievementPage, InstitutionPage, IssuerHomePage, NamedLink};

use crate::Issuer;
use crate::award::template::Template;
use crate::institution::{At, Institution, text};

pub(crate) async fn home(ctx: Ctx, State(issuer): State<Issuer>) -> Response {
    let institutions = issuer.institutions.iter().map(|one| NamedLink { name: one.name(), href: format!("/{}", one.slug()) }).collect();
    ctx.page(IssuerHomePage { institutions }).into_response()
}

pub(crate) async fn institution(At(institution): At, ctx: Ctx, State(issuer): State<Issuer>) -> Response {
    let register = issuer.register.current();
    let known = register.issuer(&institution.identifier).is_some();
    let connect = ctx.urls().wallet.as_ref().map(|wallet| wallet.at(&format!("/wallet/institutions/{}/connect", institution.slug())));
    let page = InstitutionPage {
        name: institution.name(),
        site: institution.config.site.clone(),
        identifier: institution.identifier.clone(),
        register_keeper: known.then(|| text(&register.keeper.name)),
        achievements: institution.templates.iter().map(|template| achievement_link(&institution, template)).collect(),
        connect,
        desk: format!("/{}/desk", institution.slug()),
    };
    ctx.page(page).into_response()
}

fn achievement_link(institution: &Institution, template: &Template) -> NamedLink {
    NamedLink { name: text(&template.title), href: format!("/{}/achievements/{}", institution.slug(), template.name) }
}

/// What a course's microcredential says of everybody who gets it; nothing about persons.
pub(crate) async fn achievement(At(institution): At, ctx: Ctx, UrlPath((_, name)): UrlPath<(String, String)>) -> Result<Response, Failed> {
    let template = institution.template(&name).ok_or(Failed::new(Kind::NotFound, "not_found"))?;
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
    Ok(ctx.page(page).into_response())
}

/// How it is assessed, in words.
fn assessment(template: &Template) -> Option<web::Text> {
    let name = "assessment_type";
    let claims = Map::from_iter([(name.to_owned(), Value::from(template.assessment_type.as_str()))]);
    let fact = http::claims::fact(vc::bundled::MICROCREDENTIAL_VCT, &Path::key(name), &claims)?;
    Some(web::Text::new(fact.value.plain(web::Lang::Nl), fact.value.plain(web::Lang::En)))
}
