//! The consent page from a request, the register and what the learner holds; and the digest of what it showed.

use http::claims;
use model::consent::Asked as AskedRequest;
use model::register::Register;
use model::{LocalText, Timestamp};
use openid4vc::dcql::{CandidateMatch, Query, QueryMatch};
use openid4vc::{Authentication, AuthorizationRequest, ClientId, Flow};
use serde_json::json;
use vc::bundled::short_name;
use vc::encoding::{b64url, sha256};
use web::Text;
use web::answered::Missing;
use web::consent::{Asked, AskedFact, Candidate, Confirm, Consent, OptionalFact};

use super::choice::{self, Chosen, Readable};
use super::party::Asker;
use crate::hold::display::{head, moment, state, text};

/// Everything that a page and an answer rest on.
pub(super) struct Question<'a> {
    /// As kept.
    pub(super) kept: &'a AskedRequest,
    /// As read again.
    pub(super) request: &'a AuthorizationRequest,
    /// The register as it is now.
    pub(super) register: &'a Register,
    /// What is held.
    pub(super) held: &'a [Readable],
    /// What of it answers.
    pub(super) queries: Vec<&'a QueryMatch>,
}

/// Reads a kept request again. `None` when it makes no sense any more, which only a changed program can bring about.
pub(super) fn reread(kept: &AskedRequest, allow_localhost: bool) -> Option<AuthorizationRequest> {
    let client_id = ClientId::parse_supported(&kept.request.client_id).ok()?;
    let authentication: Authentication = serde_json::from_value(kept.request.authentication.clone()).ok()?;
    AuthorizationRequest::parse(&kept.request.parameters, &client_id, authentication, allow_localhost).ok()
}

/// Members that change at each fetch of the same request.
const AT_EACH_FETCH: [&str; 5] = ["iat", "exp", "nbf", "jti", "wallet_nonce"];

impl Question<'_> {
    /// The asker.
    pub(super) fn asker(&self) -> Asker<'_> {
        Asker::of(self.request, self.register)
    }

    /// The digest of what the page shows: the request, what the register says of the asker, and what would go (row X7).
    pub(super) fn digest(&self) -> String {
        let mut parameters = self.kept.request.parameters.clone();
        parameters.retain(|name, _| !AT_EACH_FETCH.contains(&name.as_str()));
        let candidates: Vec<_> = self
            .queries
            .iter()
            .map(|query| {
                let paths = |candidate: &CandidateMatch| (candidate.id.clone(), choice::required(candidate));
                (query.query_id.as_str(), query.candidates.iter().map(paths).collect::<Vec<_>>())
            })
            .collect();
        let shown = json!([self.kept.request.client_id, parameters, self.asker().standing(), candidates]);
        b64url(sha256(shown.to_string().as_bytes()))
    }

    /// The consent page. `typed` is what was typed to confirm, when it was something else.
    pub(super) fn page(&self, now: Timestamp, shared_before: Option<(i64, Timestamp)>, typed: Option<String>) -> Consent {
        let asker = self.asker();
        let flow = request_flow(self.request);
        Consent {
            action: format!("/wallet/requests/{}?shown={}", self.kept.id, self.digest()),
            party: asker.party(self.register),
            shared_before: shared_before.map(|(count, latest)| (usize::try_from(count).unwrap_or_default(), moment(latest))),
            purpose: text(&asker.purpose()),
            explanation: None,
            asked: self.queries.iter().map(|query| self.asked(query, &asker, now)).collect(),
            retention: asker.retention(now),
            ground: asker.ground(),
            privacy_href: asker.privacy_page(),
            without_wallet: asker.without_wallet(),
            expires: moment(self.kept.expires_at),
            can_extend: false,
            cross_device: flow == Some(Flow::CrossDevice),
            confirm: asker.known.is_none().then(|| Confirm { host: asker.host().to_owned(), wrong: typed }),
            report_href: None,
        }
    }

    fn asked(&self, query: &QueryMatch, asker: &Asker<'_>, now: Timestamp) -> Asked {
        let candidates = query.candidates.iter().filter_map(|candidate| {
            let held = self.held.iter().find(|held| held.copy.id.as_str() == candidate.id)?;
            Some(self.candidate(query, candidate, held, asker, now))
        });
        Asked { field: choice::field(query), candidates: candidates.collect() }
    }

    fn candidate(&self, query: &QueryMatch, of: &CandidateMatch, held: &Readable, asker: &Asker<'_>, now: Timestamp) -> Candidate {
        let (vct, all) = (held.copy.vct.as_str(), held.credential.disclosed_claims());
        let goes = held.credential.reveal(&choice::required(of)).ok();
        let goes = goes.as_ref().map_or(all, |shown| shown.disclosed_claims());
        let asked_tops = self.asked_tops(&query.query_id);
        let kind = short_name(vct).unwrap_or(vct);
        let facts = claims::tops(vct, goes).into_iter().filter_map(|path| {
            let top = path.top().unwrap_or_default();
            let over_asking = asked_tops.contains(&top) && !asker.may_ask(kind, top);
            Some(AskedFact { fact: claims::fact(vct, &path, goes)?, over_asking })
        });
        let optional = of.optional();
        let ticks = optional.iter().enumerate().filter_map(|(at, path)| {
            Some(OptionalFact { value: choice::optional_value(query, of, at), fact: claims::fact(vct, path, all)? })
        });
        let stays = claims::tops(vct, all).into_iter().filter(|path| !path.top().is_some_and(|top| goes.contains_key(top)));
        Candidate {
            value: of.id.clone(),
            head: head(&held.copy.summary, &held.copy.issuer, self.register),
            state: state(&held.copy.validity, now),
            facts: facts.collect(),
            optional: ticks.collect(),
            not_shared: stays.map(|path| claims::label(vct, &path)).collect(),
        }
    }

    /// The top-level claims that a query names.
    fn asked_tops(&self, query_id: &str) -> Vec<&str> {
        let query = self.request.query.credential(query_id);
        query.into_iter().flat_map(|query| &query.claims).filter_map(|claim| claim.path.top()).collect()
    }

    /// The page for a request that nothing held answers.
    pub(super) fn missing(&self) -> Missing {
        let asker = self.asker();
        Missing {
            action: format!("/wallet/requests/{}?shown={}", self.kept.id, self.digest()),
            party: asker.party(self.register),
            purpose: text(&asker.purpose()),
            missing: wanted(&self.request.query).into_iter().map(|words| text(&words)).collect(),
            expires: moment(self.kept.expires_at),
            again: format!("/wallet/requests/{}", self.kept.id),
        }
    }

    /// Labels of all claims that were asked for.
    pub(super) fn requested(&self) -> Vec<LocalText> {
        let mut labels: Vec<LocalText> = Vec::new();
        for credential in &self.request.query.credentials {
            let vct = vct_of(credential).unwrap_or_default();
            labels.extend(credential.claims.iter().map(|claim| local(claims::label(vct, &claim.path))));
        }
        labels.dedup();
        labels
    }
}

/// Labels of the claims that go with a choice.
pub(super) fn labels(chosen: &[Chosen<'_>]) -> Vec<LocalText> {
    let mut labels: Vec<LocalText> = Vec::new();
    for one in chosen {
        let Ok(shown) = one.held.credential.reveal(&one.paths) else { continue };
        for path in claims::tops(&one.held.copy.vct, shown.disclosed_claims()) {
            let label = local(claims::label(&one.held.copy.vct, &path));
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    labels
}

/// What a query wants, in words: the types by their names, with the claims.
fn wanted(query: &Query) -> Vec<LocalText> {
    query
        .credentials
        .iter()
        .map(|credential| {
            let kind = vct_of(credential).and_then(vc::bundled::credential_type);
            let Some(kind) = kind else { return LocalText::new("een ander soort bewijs", "another kind of credential") };
            LocalText::new(kind.name("nl"), kind.name("en"))
        })
        .collect()
}

fn vct_of(credential: &openid4vc::dcql::CredentialQuery) -> Option<&str> {
    match &credential.meta {
        openid4vc::dcql::Meta::Vct { vct_values } => vct_values.first().map(String::as_str),
        _ => None,
    }
}

fn request_flow(request: &AuthorizationRequest) -> Option<Flow> {
    request.purpose().and_then(|purpose| purpose.flow)
}

/// A page's text as our nouns keep it.
pub(crate) fn local(text: Text) -> LocalText {
    LocalText { nl: text.nl, en: text.en }
}
