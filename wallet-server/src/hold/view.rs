//! What a credential says in the words of its type, whichever form it has: what pages show and lists are made of.

pub(crate) use http::claims::View;
use http::claims::view;
use vc::sd_jwt::{Path, SdJwt};

use super::form::Form;

/// Everything that a credential says.
pub(crate) fn of(form: &Form) -> View {
    match form {
        Form::SdJwt(credential) => of_sd_jwt(credential),
        Form::Jwt { document, .. } | Form::Embedded(document) => view(document),
    }
}

/// What goes when these claims are shown: of a form that cannot leave anything out, everything.
pub(crate) fn shown(form: &Form, paths: &[Path]) -> View {
    match form {
        Form::SdJwt(credential) => credential.reveal(paths).map_or_else(|_| of(form), |shown| of_sd_jwt(&shown)),
        Form::Jwt { .. } | Form::Embedded(_) => of(form),
    }
}

fn of_sd_jwt(credential: &SdJwt) -> View {
    match credential.vct() {
        Some(vct) => View { vct: vct.to_owned(), claims: credential.disclosed_claims().clone() },
        None => view(credential.disclosed_claims()),
    }
}
