//! The verdict page of this wallet: for shared links and for what is pasted.

use http::{Ctx, verdict};
use model::register::Register;
use vc::report::Report;
use web::verdict::{HolderKey, Occasion, VerdictPage};

/// The page of a report. Issuers are named as the register names them now.
pub(crate) fn page(ctx: &Ctx, report: &Report, register: &Register, occasion: Occasion, holder_key: HolderKey) -> VerdictPage {
    VerdictPage {
        face: verdict::face(report),
        checked_at: verdict::checked_at(report),
        occasion,
        credentials: verdict::credentials(report, register, holder_key),
        host: ctx.origin().as_str().to_owned(),
        verify_url: verify_url(ctx),
    }
}

/// The page that checks a file: the verifier's, when there is one in this house, else our own.
pub(crate) fn verify_url(ctx: &Ctx) -> String {
    let urls = ctx.urls();
    urls.verifier.as_ref().unwrap_or(&urls.own).at("/verify")
}
