//! The API of organisations: ask, look, withdraw, and what can be asked.

pub(crate) mod create;
pub(crate) mod events;
pub(crate) mod read;
pub(crate) mod use_cases;

use http::{Bearer, Ctx, Failed};

use crate::organisation::{Organisation, Organisations};

/// The organisation of a key.
pub(crate) fn caller<'a>(ctx: &Ctx, organisations: &'a Organisations, key: &Bearer) -> Result<&'a Organisation, Failed> {
    let organisation = organisations.by_key_hash(&key.hash()).ok_or_else(Bearer::unknown)?;
    ctx.core().limits().take("api", organisation.slug(), ctx.now())?;
    Ok(organisation)
}
