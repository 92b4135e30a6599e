//! The pages of a question: `/r/{id}` for the holder, `/ask` and `/asked/{key}` for an asker without an account, `/c` for codes.

pub(crate) mod ask;
pub(crate) mod asked;
pub(crate) mod request;

use http::Ctx;
use model::register::Register;
use model::verification::{Asker, Question, State, Verification};
use openid4vc::Prefix;
use web::ask::{RequestState, RequestSummary};
use web::{Moment, Text};

use crate::links;
use crate::query;

/// What both sides may see of a question.
fn summary(ctx: &Ctx, register: &Register, found: &Verification) -> RequestSummary {
    let question = &found.question;
    let (what, claims) = query::in_words(question.use_case.as_deref(), &question.query);
    let vouched = is_vouched(register, question);
    RequestSummary {
        asker: asker(register, &question.asker),
        register_keeper: vouched.then(|| query::text(&register.keeper.name)),
        what,
        claims,
        purpose: query::text(&question.purpose),
        retention_days: i64::from(question.retention_days),
        state: shown(found.state(ctx.now())),
        expires_at: Moment(found.expires_at.seconds()),
    }
}

/// Whether the register stands in for the name. Every signed request of an organisation is signed with its own certificate, which
/// the register knows by hash whatever name stands in the request.
fn is_vouched(register: &Register, question: &Question) -> bool {
    let by_certificate = || match &question.asker {
        Asker::Organisation(slug) if links::prefix(question) == Prefix::X509SanDns => {
            register.party(slug).is_some_and(|party| party.asks.iter().any(|service| !service.client_ids.is_empty()))
        }
        _ => false,
    };
    links::prefix(question).is_signed() && (register.client(&question.client_id).is_some() || by_certificate())
}

/// Who asks: by the register, else by slug; an asker without an account in its own words.
fn asker(register: &Register, asker: &Asker) -> Text {
    match asker {
        Asker::Organisation(slug) => register.party(slug).map_or_else(|| Text::same(slug.clone()), |party| query::text(&party.name)),
        Asker::Anybody { name, .. } => Text::same(name.clone()),
    }
}

fn shown(state: State) -> RequestState {
    match state {
        State::Waiting => RequestState::Waiting,
        State::Opened => RequestState::Opened,
        State::Received => RequestState::Received,
        State::Refused => RequestState::Refused,
        State::Failed => RequestState::Failed,
        State::Expired => RequestState::Expired,
        State::Withdrawn => RequestState::Withdrawn,
        State::Purged => RequestState::Purged,
    }
}

/// Where a short code is typed, beside the code.
fn short_code(ctx: &Ctx, found: &Verification) -> Option<(String, String)> {
    let open = found.state(ctx.now()).is_open();
    open.then(|| (crate::outcome::spaced(&found.question.short_code), format!("{}/c", ctx.origin().authority())))
}
