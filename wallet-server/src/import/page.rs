//! `GET`, `POST /wallet/import/{id}`: the badge in full with its verdict; the learner keeps it, or not.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::{Ctx, Protected, SeeOther, verdict};
use model::register::Register;
use serde::Deserialize;
use storage::wallet::credential::NewCredential;
use storage::wallet::import::{Import, Waiting};
use vc::report::Report;
use web::import::{About, ImportPage};
use web::party::Party;
use web::verdict::HolderKey;

use super::judge;
use super::keep::{self, Kept};
use super::whose::Whose;
use crate::error::WalletError;
use crate::hold::display;
use crate::hold::form::Form;
use crate::learner::Learner;
use crate::parties;
use crate::receive::look;
use crate::state::AppState;

pub(super) async fn show(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, WalletError> {
    let mut tx = state.store.read().await?;
    let waiting = match tx.import(&id, learner.id(), ctx.now()).await?.ok_or(WalletError::NotFound)? {
        Import::Waiting(waiting) => waiting,
        Import::Kept(card) => {
            let copies = tx.copies_on_card(learner.id(), &card).await?;
            let front = copies.first().ok_or(WalletError::NotFound)?;
            return Ok(ctx.see_other(&format!("/wallet/credentials/{}", front.id)).into_response());
        }
        Import::Refused => return Ok(ctx.see_other("/wallet").into_response()),
    };
    let Waiting { credential, report } = *waiting;
    let form = Form::read(&credential.format, &credential.body).ok_or(WalletError::NotFound)?;
    let whose = Whose::of(&mut tx, learner.id(), (&form, &credential.summary), None).await?;
    drop(tx);
    let register = state.register.current();
    let party = issuer(&register, &credential);
    let mut all = judge::inside(&credential);
    all.insert(0, credential);
    let report: Report = serde_json::from_value(report).map_err(|_| WalletError::NotFound)?;
    let page = ImportPage {
        action: ctx.localised(&format!("/wallet/import/{id}")),
        party,
        credentials: all.iter().flat_map(|one| look::shown(std::slice::from_ref(one), &register)).collect(),
        verdicts: verdict::credentials(&report, &register, HolderKey::NotShown),
        about: match whose {
            Whose::Mine => About::You,
            Whose::Unsaid(names) => About::Unsaid(names),
            Whose::AnotherKey | Whose::AnotherName => About::Another,
        },
    };
    Ok(ctx.page_for(learner.session(), page).into_response())
}

/// Who issued it: the register's party, or what is known of somebody outside it.
fn issuer(register: &Register, credential: &NewCredential) -> Party {
    let own_name = credential.summary.origin.as_ref().and_then(|origin| origin.name.as_ref());
    match parties::issuer(register, &credential.issuer) {
        Some(institution) => display::party(register, &institution),
        None => display::unknown_party(&credential.issuer, own_name),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    choice: Choice,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Choice {
    Keep,
    Refuse,
}

pub(super) async fn answer(
    learner: Learner,
    ctx: Ctx,
    State(state): State<AppState>,
    Path(id): Path<String>,
    Protected(Answer { choice }): Protected<Answer>,
) -> Result<SeeOther, WalletError> {
    let mut tx = state.store.write().await?;
    let found = tx.import(&id, learner.id(), ctx.now()).await?.ok_or(WalletError::NotFound)?;
    let Import::Waiting(waiting) = found else { return Ok(ctx.see_other(&format!("/wallet/import/{id}"))) };
    if choice == Choice::Refuse {
        tx.answer_import(&id, learner.id(), None, ctx.now()).await?;
        tx.commit().await?;
        return Ok(ctx.see_other("/wallet"));
    }
    let (Kept::New(card) | Kept::Replaced(card) | Kept::Known(card)) =
        keep::keep(&mut tx, &state, learner.id(), &waiting.credential, ctx.now()).await?;
    if tx.answer_import(&id, learner.id(), Some(&card), ctx.now()).await? {
        tx.commit().await?;
    }
    Ok(ctx.see_other(&format!("/wallet/import/{id}")))
}
