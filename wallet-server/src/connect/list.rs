//! `GET /wallet/institutions`: the institutions of the register, connected ones first.

use axum::extract::State;
use http::{Ctx, Page};
use model::connection::{Connection, ConnectionState};
use web::connect::{InstitutionRow, Institutions, Link};

use crate::error::WalletError;
use crate::hold::display;
use crate::learner::Learner;
use crate::parties;
use crate::state::AppState;

pub(crate) async fn list(learner: Learner, ctx: Ctx, State(state): State<AppState>) -> Result<Page<Institutions>, WalletError> {
    let register = state.register.current();
    let (connections, copies) = {
        let mut tx = state.store.read().await?;
        (tx.connections(learner.id()).await?, tx.copies(learner.id()).await?)
    };
    let mut rows: Vec<InstitutionRow> = parties::institutions(&register)
        .into_iter()
        .map(|institution| {
            let connection = connections.iter().find(|connection| connection.institution.as_str() == institution.slug);
            let delivered = copies.iter().filter(|copy| copy.issuer == institution.credential_issuer).count();
            InstitutionRow {
                href: ctx.localised(&format!("/wallet/institutions/{}/connect", institution.slug)),
                party: display::party(&register, &institution),
                state: link(connection, delivered),
            }
        })
        .collect();
    rows.sort_by_key(|row| matches!(row.state, Link::None));
    Ok(ctx.page_for(learner.session(), Institutions { rows }))
}

/// How a connection is shown.
pub(super) fn link(connection: Option<&Connection>, delivered: usize) -> Link {
    let Some(connection) = connection else { return Link::None };
    match connection.state {
        ConnectionState::Registering => Link::Registering,
        ConnectionState::Connected => {
            Link::Connected { since: display::moment(connection.created_at), until: display::moment(connection.ends_at), delivered }
        }
        ConnectionState::Ending => Link::Ending,
        ConnectionState::Ended => Link::None,
    }
}
