//! Bridges to wallets of older drafts: what an institution opened is read in their words, and answered so that they understand.

use std::collections::BTreeMap;

use http::Ctx;
use openid4vc::issuer_metadata::CredentialConfiguration;
use openid4vc::older::{self, Bridges};
use openid4vc::{CredentialErrorCode, CredentialRequest, CredentialResponse};
use serde_json::Value;

use super::access::Held;
use super::issuer_metadata::configuration;
use super::nonce;
use crate::Issuer;
use crate::config::Compat;
use crate::institution::Institution;

impl Compat {
    /// The same in the words of the messages. Our `vc+sd-jwt` forms are configurations of their own, not twins of others.
    pub(super) const fn bridges(self) -> Bridges {
        Bridges {
            single_proof: self.single_proof,
            by_format: self.format_in_request,
            one_credential: self.single_credential_in_answers,
            nonce_in_answers: self.c_nonce_in_answers,
            vc_sd_jwt: false,
            flat_metadata: self.flat_metadata,
        }
    }
}

/// Reads a request, in the words of drafts where the institution opened that bridge.
pub(super) fn read(body: &[u8], institution: &Institution, held: &Held) -> Result<CredentialRequest, CredentialErrorCode> {
    let bridges = institution.config.issuing.compat.bridges();
    if bridges.single_proof || bridges.by_format {
        older::read_request(body, bridges, &offered(body, institution, held))
    } else {
        CredentialRequest::parse(body)
    }
}

/// What a format can name: the forms that are offered. One that is called so comes before one that only means the same.
fn offered(body: &[u8], institution: &Institution, held: &Held) -> BTreeMap<String, CredentialConfiguration> {
    let value = vc::strict_json::parse(body).unwrap_or_default();
    let named = value.get("format").and_then(Value::as_str);
    let forms = held.forms();
    let exact = forms.iter().any(|(_, form)| Some(form.format()) == named);
    let meant = forms.into_iter().map(|(_, form)| form).filter(|form| !exact || Some(form.format()) == named);
    meant.filter_map(|form| Some((form.id().to_owned(), configuration(institution, form, false)?))).collect()
}

/// An answer with what wallets of drafts look for in it.
pub(super) fn completed(
    response: CredentialResponse,
    request: &CredentialRequest,
    (issuer, institution): (&Issuer, &Institution),
    ctx: &Ctx,
) -> CredentialResponse {
    older::answer(response, request.older, institution.config.issuing.compat.bridges(), next_nonce(issuer, institution, ctx))
}

/// The nonce that drafts up to 13 expected in token and credential answers, and for how many seconds it is good.
pub(super) fn next_nonce(issuer: &Issuer, institution: &Institution, ctx: &Ctx) -> Option<(String, u64)> {
    let asked = institution.config.issuing.compat.c_nonce_in_answers;
    let seconds = u64::try_from(nonce::LIFE_SECONDS).unwrap_or_default();
    asked.then(|| (nonce::make(&issuer.store, institution.slug(), ctx.now(), ctx.random()), seconds))
}
