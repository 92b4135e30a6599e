//! Whether the register vouches for the issuer that signed.

use super::Case;
use super::keys::{Signer, Way};
use crate::report::{Check, CheckName, CheckState, IssuerReport};
use crate::trust::{IssuerState, TrustedIssuer};
use crate::x509::X509Error;

/// The `issuer` check and what the report says of the issuer.
///
/// A chain is judged when the credential was signed (`signed_at`): a credential outlives its issuer's certificate (two years
/// at most), and `dates` refuses a time that lies ahead. A key that was lost is answered by the register and the status list.
pub(super) fn issuer(id: &str, signer: &Signer, kind: &str, signed_at: Option<i64>, case: &Case<'_>) -> (Check, IssuerReport) {
    let unvouched = || IssuerReport { id: id.to_owned(), ..IssuerReport::default() };
    let signed_at = signed_at.unwrap_or(case.now).min(case.now);
    match &signer.way {
        Way::Given => return (Check::new(CheckName::Issuer, CheckState::Passed, "key_given"), unvouched()),
        Way::Bare => return (unknown("key_of_nobody"), unvouched()),
        Way::Certificate(chain) => {
            if let Err(error) = chain.verify_remembering(&case.trust.anchors, signed_at, case.signatures) {
                return (unknown(reason(error)), unvouched());
            }
        }
        Way::Metadata | Way::Document => {}
    }
    let Some(known) = case.known(id) else { return (unknown("not_registered"), unvouched()) };
    let report = IssuerReport {
        id: known.id.clone(),
        name: Some(known.name_nl.clone()),
        register: Some(case.trust.register.clone()),
        register_keeper: Some(case.trust.keeper.clone()),
    };
    (with_past(registered(known, signer, kind, signed_at), known, signed_at), report)
}

fn unknown(reason: &str) -> Check {
    Check::failed(CheckName::Issuer, "issuer_unknown").with("reason", reason)
}

/// What the register says of an issuer that it knows, and of the key.
fn registered(known: &TrustedIssuer, signer: &Signer, kind: &str, signed_at: i64) -> Check {
    if let Some(Err(refusal)) = signer.way.mechanism().map(|mechanism| known.key_counts(&signer.key, mechanism, signed_at)) {
        return Check::failed(CheckName::Issuer, refusal.code()).with("reason", refusal.reason());
    }
    match known.state {
        IssuerState::Suspended => Check::failed(CheckName::Issuer, "issuer_suspended"),
        IssuerState::Admitted if !known.types.iter().any(|t| t == kind) => unknown("not_registered_for_type"),
        IssuerState::Admitted if known.keeps_register => {
            let check = Check::new(CheckName::Issuer, CheckState::Passed, "own_register");
            check.with("note", "The issuer keeps the register that vouches for it.")
        }
        IssuerState::Admitted => Check::passed(CheckName::Issuer),
    }
}

/// The name that it had when it signed, where that was another one, and whether it left since.
fn with_past(mut check: Check, known: &TrustedIssuer, signed_at: i64) -> Check {
    let (then, _) = known.names_at(signed_at);
    if then != known.name_nl {
        check = check.with("name_then", then);
    }
    if let Some(left) = &known.left {
        check = check.with_time("left_at", left.at);
        if let Some((successor, _)) = &left.successor {
            check = check.with("successor", successor.as_str());
        }
    }
    check
}

fn reason(error: X509Error) -> &'static str {
    match error {
        X509Error::Unknown => "no_anchor",
        X509Error::Dates => "certificate_dates",
        _ => "certificate_chain",
    }
}
