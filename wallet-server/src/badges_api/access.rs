//! Who calls the API, for which learner, within what that learner allowed (Open Badges 3.0 section 7.4).

use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderMap, HeaderValue};
use http::failure::{Failed, Kind};
use http::{Bearer, Ctx};
use storage::WalletTx;
use storage::wallet::badge_grant::BadgeGrant;
use storage::wallet::badge_token::TokenKind;

use super::client::stored;
use super::platform::Platform;
use super::scope::{Scope, Scopes};
use crate::state::AppState;

/// A call that is allowed.
pub(super) struct Access {
    /// What the learner allowed.
    pub(super) grant: BadgeGrant,
    /// Who calls.
    pub(super) platform: Platform,
}

impl Access {
    /// The call behind an access token, when that allows this.
    ///
    /// # Errors
    /// 401 `unauthorized`, 403 `insufficient_scope`, 429.
    pub(super) async fn of(ctx: &Ctx, state: &AppState, headers: &HeaderMap, needs: Scope) -> Result<Self, Failed> {
        let bearer = Bearer::read(headers).ok_or_else(|| refused("Bearer"))?;
        let mut tx = state.store.read().await.map_err(stored)?;
        let found = tx.badge_token(bearer.token(), TokenKind::Access).await.map_err(stored)?;
        let found = found.filter(|found| found.expires_at > ctx.now()).ok_or_else(invalid)?;
        let grant = tx.badge_grant(&found.grant).await.map_err(stored)?.filter(|grant| grant.live).ok_or_else(invalid)?;
        let platform = tx.platform(&grant.platform).await.map_err(stored)?.ok_or_else(invalid)?;
        drop(tx);
        let platform = Platform::of(platform, &state.platforms).map_err(stored)?;
        if !platform.may_ask(&state.platforms) {
            return Err(invalid());
        }
        ctx.core().limits().take("badges", &grant.id, ctx.now())?;
        if !Scopes::known(&found.scope).has(needs) {
            let header = HeaderValue::from_static("Bearer error=\"insufficient_scope\"");
            return Err(Failed::new(Kind::Forbidden, "insufficient_scope").with_header(WWW_AUTHENTICATE, header));
        }
        if found.is_new() {
            let mut tx = state.store.write().await.map_err(stored)?;
            tx.use_badge_token(bearer.token(), &found, ctx.now()).await.map_err(stored)?;
            tx.commit().await.map_err(stored)?;
        }
        Ok(Self { grant, platform })
    }

    /// Whether the learner still allows it, in the transaction that follows from it.
    ///
    /// # Errors
    /// 401 `unauthorized`.
    pub(super) async fn still(&self, tx: &mut WalletTx) -> Result<(), Failed> {
        let grant = tx.badge_grant(&self.grant.id).await.map_err(stored)?;
        grant.filter(|grant| grant.live).map(drop).ok_or_else(invalid)
    }
}

fn invalid() -> Failed {
    refused("Bearer error=\"invalid_token\"")
}

fn refused(challenge: &'static str) -> Failed {
    Failed::new(Kind::Unauthorized, "unauthorized").with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
}
