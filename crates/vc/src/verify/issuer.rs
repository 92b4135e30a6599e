//! Whether the register vouches for the issuer that signed.

use super::Case;
use super::keys::{Mechanism, Signer, Way};
use crate::report::{Check, CheckName, CheckState, IssuerReport};
use crate::trust::IssuerState;
use crate::x509::X509Error;

/// The `issuer` check and what the report says of the issuer.
///
/// A chain is judged when the credential was signed (`signed_at`): a credential outlives its issuer's certificate (two years
/// at most), and `dates` refuses a time that lies ahead. A key that was lost is answered by the register and the status list.
pub(super) fn issuer(id: &str, signer: &Signer, kind: &str, signed_at: Option<i64>, case: &Case<'_>) -> (Check, IssuerReport) {
    let unvouched = || IssuerReport { id: id.to_owned(), ..IssuerReport::default() };
    let unknown = |reason: &str| Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", reason);
    match &signer.way {
        Way::Given => return (Check::new(CheckName::Issuer, CheckState::Passed, "key_given"), unvouched()),
        Way::By(Mechanism::Header) => return (unknown("key_in_header"), unvouched()),
        Way::Certificate(chain) => {
            let at = signed_at.unwrap_or(case.now).min(case.now);
            if let Err(error) = chain.verify(&case.trust.anchors, at) {
                return (unknown(reason(error)), unvouched());
            }
        }
        Way::By(_) => {}
    }
    registered(id, kind, (signer, signed_at.unwrap_or(case.now)), case)
}

fn registered(id: &str, kind: &str, (signer, signed_at): (&Signer, i64), case: &Case<'_>) -> (Check, IssuerReport) {
    let Some(known) = case.known(id) else {
        let check = Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", "not_registered");
        return (check, IssuerReport { id: id.to_owned(), ..IssuerReport::default() });
    };
    let report = IssuerReport {
        id: known.id.clone(),
        name: Some(known.name_nl.clone()),
        register: Some(case.trust.register.clone()),
        register_keeper: Some(case.trust.keeper.clone()),
    };
    // What the register says of a key comes before what it says of its issuer: a thief signs in good standing too.
    if let Err(refusal) = known.key_counts(&signer.key, signer.way.mechanism(), signed_at) {
        return (Check::failed(CheckName::Issuer, refusal.code()).with("reason", refusal.reason()), report);
    }
    let check = match known.state {
        IssuerState::Suspended => Check::failed(CheckName::Issuer, "issuer_suspended"),
        IssuerState::Admitted if !known.types.iter().any(|t| t == kind) => {
            Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", "not_registered_for_type")
        }
        IssuerState::Admitted if known.keeps_register => {
            let check = Check::new(CheckName::Issuer, CheckState::Passed, "own_register");
            check.with("note", "The issuer keeps the register that vouches for it.")
        }
        IssuerState::Admitted => Check::passed(CheckName::Issuer),
    };
    (check, report)
}

fn reason(error: X509Error) -> &'static str {
    match error {
        X509Error::Unknown => "no_anchor",
        X509Error::Dates => "certificate_dates",
        _ => "certificate_chain",
    }
}
