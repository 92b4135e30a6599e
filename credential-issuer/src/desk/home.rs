//! `GET /` and `GET /{institution}`: who issues what here, for anybody.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::Ctx;
use web::issuer::{InstitutionPage, IssuerHomePage, NamedLink};

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
