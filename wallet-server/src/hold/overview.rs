//! `GET /wallet`: everything that a learner holds, what is new, and how much study it is.

use axum::extract::{self, Query};
use http::{Ctx, Page};
use model::Timestamp;
use model::consent::Asked;
use model::held::{Card, HeldCopy, Kind};
use model::id::LearnerId;
use model::receipt::{Receipt, ReceiptState};
use model::register::Register;
use storage::StorageError;
use web::Text;
use web::head::State;
use web::overview::{Fresh, LoadRow, Overview, Tile, Waiting};

use super::filter::Filter;
use super::{display, watch};
use crate::error::WalletError;
use crate::learner::Learner;
use crate::receive;
use crate::state::AppState;

/// How many new ones the strip shows.
const NEW: usize = 5;
/// How many tiles a page has.
const TILES: usize = 100;
/// From when on old statuses are mentioned, in seconds.
const STALE: i64 = 10 * 60;

/// What the page is made of.
struct Held {
    copies: Vec<HeldCopy>,
    offers: Vec<Receipt>,
    connected: bool,
    asked: Vec<Asked>,
    permissions: bool,
}

pub(crate) async fn overview(
    learner: Learner,
    ctx: Ctx,
    extract::State(state): extract::State<AppState>,
    Query(filter): Query<Filter>,
) -> Result<Page<Overview>, WalletError> {
    let all_read = watch::refresh(&state, learner.id()).await?;
    let held = held(&state, learner.id(), ctx.now()).await?;
    let (register, now) = (state.register.current(), ctx.now());
    let stale_since = (!all_read).then(|| stale_since(&held.copies, now)).flatten();
    let cards = Card::lay_out(held.copies);
    let mut institutions: Vec<&str> = cards.iter().map(|card| card.front.issuer.as_str()).collect();
    institutions.sort_unstable();
    institutions.dedup();
    let tiles = cards.iter().filter(|card| filter.takes(card, &register, now)).take(TILES);
    let view = Overview {
        name: learner.session().display_name().unwrap_or_default().to_owned(),
        total: cards.len(),
        institutions: institutions.len(),
        fresh: fresh(&ctx, &held.offers, &cards, &register),
        waiting: held.asked.iter().map(|asked| waiting(&ctx, asked, &register)).collect(),
        load: load_rows(&cards, now),
        search: filter.search(&cards, &register, now),
        counts: filter.counts(&cards, now),
        tiles: tiles.map(|card| tile(&ctx, card, &register, now)).collect(),
        stale_since: stale_since.map(display::moment),
        connected: held.connected,
        permissions: held.permissions,
    };
    Ok(ctx.page_for(learner.session(), view))
}

async fn held(state: &AppState, learner: &LearnerId, now: Timestamp) -> Result<Held, StorageError> {
    let mut tx = state.store.read().await?;
    let copies = tx.copies(learner).await?;
    let offers = tx.open_receipts(learner, now).await?;
    let connected = !tx.connections(learner).await?.is_empty();
    let asked = tx.asked_consents(learner, now).await?;
    let permissions = !tx.permissions(learner).await?.is_empty();
    Ok(Held { copies, offers, connected, asked, permissions })
}

/// Since when the oldest status is old.
fn stale_since(copies: &[HeldCopy], now: Timestamp) -> Option<Timestamp> {
    let oldest = copies.iter().filter_map(|copy| copy.validity.standing_at).min()?;
    (oldest.plus_seconds(STALE) < now).then_some(oldest)
}

fn tile(ctx: &Ctx, card: &Card, register: &Register, now: Timestamp) -> Tile {
    Tile {
        href: ctx.localised(&format!("/wallet/credentials/{}", card.front.id)),
        head: display::head(&card.front.summary, &card.front.issuer, register),
        state: display::state(&card.front.validity, now),
    }
}

/// A request that waits, with its asker as the register names it; else only the name under which it asks is known.
fn waiting(ctx: &Ctx, asked: &Asked, register: &Register) -> Waiting {
    let client_id = &asked.request.client_id;
    let host = || client_id.rsplit_once(':').map_or(client_id.as_str(), |(_, host)| host).trim_start_matches('/');
    Waiting {
        href: ctx.localised(&format!("/wallet/requests/{}", asked.id)),
        party: register.client(client_id).map_or_else(|| Text::same(host()), |(party, _)| display::text(&party.name)),
        until: display::moment(asked.expires_at),
    }
}

/// Offers that wait for an answer, then what came and was not looked at yet.
fn fresh(ctx: &Ctx, offers: &[Receipt], cards: &[Card], register: &Register) -> Vec<Fresh> {
    // What a connected institution delivers is no offer; that it is still being prepared is worth knowing.
    let tells = |offer: &&Receipt| offer.card.is_none() && (offer.connection.is_none() || offer.deferred_at.is_some());
    let waiting = offers.iter().filter(tells).filter_map(|offer| {
        Some(Fresh {
            href: ctx.localised(&format!("/wallet/offers/{}", offer.id)),
            head: receive::page::head(offer.content.offered.first()?, offer, register),
            received: display::moment(offer.created_at),
            waits: Some(match (offer.state, offer.deferred_at) {
                (ReceiptState::Arrived, _) => State::Arrived,
                (_, Some(_)) => State::Prepared,
                _ => State::Offered,
            }),
        })
    });
    let unseen = cards.iter().filter(|card| !card.front.opened).map(|card| Fresh {
        href: ctx.localised(&format!("/wallet/credentials/{}", card.front.id)),
        head: display::head(&card.front.summary, &card.front.issuer, register),
        received: display::moment(card.front.received_at),
        waits: None,
    });
    waiting.chain(unseen).take(NEW).collect()
}

/// Study load in force, by level and unit; units are never added to each other.
fn load_rows(cards: &[Card], now: Timestamp) -> Vec<LoadRow> {
    let mut rows: Vec<LoadRow> = Vec::new();
    let counting =
        cards.iter().filter(|card| card.front.summary.kind == Kind::Microcredential && card.front.validity.state(now).is_in_force());
    for card in counting {
        let summary = &card.front.summary;
        let Some(load) = display::load(summary) else { continue };
        let level = summary.level.as_ref().map(|level| format!("{}\u{a0}{}", level.framework, level.value));
        let part: (Text, f64) = (display::text(&summary.title), load.amount);
        match rows.iter_mut().find(|row| row.level == level && row.unit == load.unit) {
            Some(row) => row.parts.push(part),
            None => rows.push(LoadRow { level, unit: load.unit, parts: vec![part] }),
        }
    }
    rows.sort_by(|a, b| (a.unit, &b.level).cmp(&(b.unit, &a.level)));
    rows
}
