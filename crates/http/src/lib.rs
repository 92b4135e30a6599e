//! The glue between axum and the product: extractors, errors, sessions, egress.
//!
//! A role keeps an [`AppCore`] in its state (`#[derive(Clone, FromRef)] struct App { core: AppCore, store: …Store, … }`), groups its
//! routes with [`Site`], and writes handlers from [`Ctx`], [`Session`], [`Protected`], [`Json`], [`OAuthForm`] and [`Bearer`]. A handler's
//! error enum implements [`Failure`] and is named in [`failure!`]; the group decides whether it becomes a page, a problem
//! document or OAuth's JSON.

pub use axum;

pub mod claims;
pub mod cookie;
pub mod core;
pub mod ctx;
pub mod egress;
pub mod failure;
mod framed;
pub mod gather;
pub mod json;
mod legal;
pub mod limits;
pub mod oauth;
pub mod oidc;
pub mod origin;
pub mod page;
pub mod protected;
pub mod register;
pub mod render;
pub mod role;
pub mod serve;
pub mod session;
pub mod site;
pub mod status;
pub mod upload;
pub mod verdict;

pub use crate::core::{AppCore, CoreParts, Role};
pub use cookie::Cookie;
pub use ctx::Ctx;
pub use failure::{Failed, Failure, Kind, Wrong};
pub use gather::Gather;
pub use json::Json;
pub use oauth::{Bearer, OAuthForm};
pub use origin::{Origin, RoleUrls};
pub use page::{Page, SeeOther};
pub use protected::{FromOwnPage, OpenForm, Protected};
pub use register::RegisterFile;
pub use role::Surroundings;
pub use serve::{Shutdown, Stopper};
pub use session::{Opening, Session, SessionTimes, Sessions};
pub use site::{BODY_LIMIT, MESSAGE_LIMIT, Site, UPLOAD_LIMIT};
pub use status::StatusLists;
pub use upload::{ProtectedUpload, Upload};
