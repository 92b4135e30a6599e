//! The consent page from a request, the register and what the learner holds; and the digest of what it showed.

use std::collections::BTreeMap;

use http::claims;
use model::activity::ActivityAbout;
use model::consent::Asked as AskedRequest;
use model::register::Register;
use model::{LocalText, Timestamp};
use openid4vc::dcql::{CredentialQuery, Meta, Query};
use openid4vc::{Authentication, AuthorizationRequest, ClientId, Flow};
use serde_json::json;
use vc::bundled::{self, short_name};
use vc::encoding::{b64url, sha256};
use web::Text;
use web::answered::Missing;
use web::consent::{Asked, AskedFact, Candidate, Confirm, Consent, OptionalFact, Way};

use super::choice::{Chosen, Fit, Slot};
use super::party::Asker;
use super::ways::{Forward, Other};
use crate::hold::display::{head, moment, state, text};
use crate::hold::view::{self, View};
use crate::parties::{self, Institution};

/// Everything that a page and an answer rest on.
pub(super) struct Question<'a> {
    /// As kept.
    pub(super) kept: &'a AskedRequest,
    /// As read again.
    pub(super) request: &'a AuthorizationRequest,
    /// The register as it is now.
    pub(super) register: &'a Register,
    /// What of what is held answers, by slot of the answer.
    pub(super) forward: Forward<'a>,
}

/// Why a page is shown again after something was pressed. Nothing was shared.
pub(super) enum Problem {
    /// It is not.
    None,
    /// Something else was typed than the host.
    Typed(String),
    /// Everything was left out.
    NothingChosen,
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
        let fit = |fit: &Fit<'_>| (fit.query_id.to_owned(), fit.shows.id.clone(), fit.required());
        let place = |slot: &Slot<'_>| (slot.field(), slot.optional, slot.multiple, slot.fits.iter().map(fit).collect::<Vec<_>>());
        let places: Vec<_> = self.forward.slots.iter().map(place).collect();
        let shown = json!([self.kept.request.client_id, parameters, self.asker().standing(), places, self.forward.way]);
        b64url(sha256(shown.to_string().as_bytes()))
    }

    /// Where the form goes: to this way of answering, as it was shown.
    fn action(&self) -> String {
        let way = if self.forward.way.is_empty() { String::new() } else { format!("&way={}", self.forward.way) };
        format!("/wallet/requests/{}?shown={}{way}", self.kept.id, self.digest())
    }

    /// The consent page.
    pub(super) fn page(&self, now: Timestamp, shared_before: Option<(i64, Timestamp)>, problem: Problem) -> Consent {
        let asker = self.asker();
        let flow = request_flow(self.request);
        let (nothing_chosen, typed) = match problem {
            Problem::None => (false, None),
            Problem::Typed(typed) => (false, Some(typed)),
            Problem::NothingChosen => (true, None),
        };
        Consent {
            action: self.action(),
            party: asker.party(self.register),
            nothing_chosen,
            ways: self.forward.others.iter().map(|other| self.way(other)).collect(),
            shared_before: shared_before.map(|(count, latest)| (usize::try_from(count).unwrap_or_default(), moment(latest))),
            purpose: text(&asker.purpose()),
            purpose_beyond: asker.purpose_beyond().as_ref().map(text),
            explanation: None,
            asked: self.forward.slots.iter().map(|slot| self.asked(slot, &asker, now)).collect(),
            retention: asker.retention(now),
            ground: asker.ground(),
            privacy_href: asker.privacy_page(),
            without_wallet: asker.without_wallet(),
            expires: moment(self.kept.expires_at),
            can_extend: self.kept.longer().is_some(),
            cross_device: flow == Some(Flow::CrossDevice),
            confirm: asker.known.is_none().then(|| Confirm { host: asker.host().to_owned(), wrong: typed }),
            report_href: Some(format!("/wallet/requests/{}/report", self.kept.id)),
        }
    }

    fn asked(&self, slot: &Slot<'_>, asker: &Asker<'_>, now: Timestamp) -> Asked {
        let candidates = slot.fits.iter().map(|fit| self.candidate(fit, asker, now)).collect();
        Asked { field: slot.field(), optional: slot.optional, multiple: slot.multiple, candidates }
    }

    /// A link to the same page with something else on it.
    fn way(&self, other: &Other<'_>) -> Way {
        let named = other.queries.iter().filter_map(|id| self.request.query.credential(id));
        let mut kinds: Vec<Text> = Vec::new();
        for words in named.map(|credential| text(&kind(credential))) {
            if !kinds.contains(&words) {
                kinds.push(words);
            }
        }
        Way { href: format!("/wallet/requests/{}?way={}", self.kept.id, other.way), kinds, instead: other.instead }
    }

    fn candidate(&self, fit: &Fit<'_>, asker: &Asker<'_>, now: Timestamp) -> Candidate {
        let copy = &fit.held.copy;
        let (all, goes) = (view::of(&fit.held.form), view::shown(&fit.held.form, &fit.required()));
        let vct = all.vct.as_str();
        let asked_tops = self.asked_tops(fit, &all);
        let kind = short_name(vct).unwrap_or(vct);
        let facts = claims::tops(vct, &goes.claims).into_iter().filter_map(|path| {
            let top = path.top().unwrap_or_default();
            let over_asking = asked_tops.iter().any(|asked| asked == top) && !asker.may_ask(kind, top);
            Some(AskedFact { fact: claims::fact(vct, &path, &goes.claims)?, over_asking })
        });
        let optional = fit.shows.optional();
        let ticks = optional
            .iter()
            .enumerate()
            .filter_map(|(at, path)| Some(OptionalFact { value: fit.optional_value(at), fact: claims::fact(vct, path, &all.claims)? }));
        let stays = claims::tops(vct, &all.claims).into_iter().filter(|path| !path.top().is_some_and(|top| goes.claims.contains_key(top)));
        Candidate {
            value: fit.shows.id.clone(),
            head: head(&copy.summary, &copy.issuer, self.register),
            state: state(&copy.validity, now),
            whole: !fit.held.form.is_selective(),
            facts: facts.collect(),
            optional: ticks.collect(),
            not_shared: stays.map(|path| claims::label(vct, &path)).collect(),
        }
    }

    /// The top-level claims that a query makes go: those that it names, or, of a form that cannot leave anything out, everything that
    /// another form could.
    fn asked_tops(&self, fit: &Fit<'_>, all: &View) -> Vec<String> {
        if !fit.held.form.is_selective() {
            let hidden = bundled::concealed(&all.vct);
            return hidden.iter().filter_map(|path| path.top().map(str::to_owned)).collect();
        }
        let query = self.request.query.credential(fit.query_id);
        query.into_iter().flat_map(|query| &query.claims).filter_map(|claim| claim.path.top().map(str::to_owned)).collect()
    }

    /// The page for a request that nothing held answers.
    pub(super) fn missing(&self, connected: &[String], waits: bool) -> Missing {
        let asker = self.asker();
        Missing {
            action: self.action(),
            party: asker.party(self.register),
            purpose: text(&asker.purpose()),
            missing: wanted(&self.request.query).into_iter().map(|words| text(&words)).collect(),
            expires: moment(self.kept.expires_at),
            again: format!("/wallet/requests/{}", self.kept.id),
            issuers: self.issuers(connected),
            told: (!self.kinds().is_empty()).then_some(waits),
        }
    }

    /// The institutions of the register that issue what is asked, with where they are connected when they are not.
    fn issuers(&self, connected: &[String]) -> Vec<(Text, Option<String>)> {
        let kinds: Vec<&str> = self.request.query.credentials.iter().filter_map(vct_of).filter_map(short_name).collect();
        let issues = |institution: &Institution| institution.types.iter().any(|kind| kinds.contains(&kind.as_str()));
        let place = |institution: &Institution| {
            let connect = format!("/wallet/institutions/{}/connect", institution.slug);
            (text(&institution.name), (!connected.contains(&institution.slug)).then_some(connect))
        };
        parties::institutions(self.register).iter().filter(|institution| issues(institution)).map(place).collect()
    }

    /// The types that are asked for, as held credentials name theirs.
    pub(super) fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for credential in &self.request.query.credentials {
            match &credential.meta {
                Meta::Vct { vct_values } => kinds.extend(vct_values.iter().map(String::as_str)),
                Meta::Types { type_values } if type_values.iter().flatten().any(|name| is_badge(name)) => kinds.push(claims::OPEN_BADGE),
                _ => {}
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// The question as the activity list writes it down.
    pub(super) fn about(&self) -> ActivityAbout {
        let asker = self.asker();
        ActivityAbout {
            party: Some(asker.name()),
            party_id: Some(self.kept.request.client_id.clone()),
            requested: self.requested(),
            request: Some(self.kept.id.as_str().to_owned()),
            contact: asker.contact(),
            purpose: Some(asker.purpose()),
            ground: asker.stated_ground(),
            ..ActivityAbout::default()
        }
    }

    /// Labels of all claims that were asked for.
    pub(super) fn requested(&self) -> Vec<LocalText> {
        let mut labels: Vec<LocalText> = Vec::new();
        for credential in &self.request.query.credentials {
            let vct = vct_of(credential).unwrap_or_default();
            for claim in &credential.claims {
                let label = local(claims::label(vct, &claim.path));
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
        }
        labels
    }
}

/// Names of the claims that go with a choice, by type.
pub(super) fn names(chosen: &[Chosen<'_>]) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in chosen {
        let shown = view::shown(&one.held.form, &one.paths);
        let kind = short_name(&shown.vct).unwrap_or(&shown.vct).to_owned();
        let of_kind = names.entry(kind).or_default();
        for path in claims::tops(&shown.vct, &shown.claims) {
            let name = path.top().unwrap_or_default().to_owned();
            if !of_kind.contains(&name) {
                of_kind.push(name);
            }
        }
    }
    names
}

/// Labels of the claims that go with a choice.
pub(super) fn labels(chosen: &[Chosen<'_>]) -> Vec<LocalText> {
    let mut labels: Vec<LocalText> = Vec::new();
    for one in chosen {
        let shown = view::shown(&one.held.form, &one.paths);
        for path in claims::tops(&shown.vct, &shown.claims) {
            let label = local(claims::label(&shown.vct, &path));
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    labels
}

/// What a query wants, in words: the types by their names, each once although it may be asked for in several forms.
fn wanted(query: &Query) -> Vec<LocalText> {
    let mut wanted: Vec<LocalText> = Vec::new();
    for credential in &query.credentials {
        let words = kind(credential);
        if !wanted.contains(&words) {
            wanted.push(words);
        }
    }
    wanted
}

/// The kind that a query wants, in words.
fn kind(credential: &CredentialQuery) -> LocalText {
    match (vct_of(credential).and_then(bundled::credential_type), &credential.meta) {
        (Some(kind), _) => LocalText::new(kind.name("nl"), kind.name("en")),
        (None, Meta::Types { type_values }) if type_values.iter().flatten().any(|name| is_badge(name)) => LocalText::same("Open Badge"),
        _ => LocalText::new("een ander soort bewijs", "another kind of credential"),
    }
}

/// Whether a type, short or expanded, is that of an Open Badge.
fn is_badge(name: &str) -> bool {
    let short = name.rsplit(['#', '/']).next().unwrap_or(name);
    matches!(short, "OpenBadgeCredential" | "AchievementCredential")
}

fn vct_of(credential: &CredentialQuery) -> Option<&str> {
    match &credential.meta {
        Meta::Vct { vct_values } => vct_values.first().map(String::as_str),
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
