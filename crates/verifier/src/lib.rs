//! The role that asks: requests, answers, verdicts.
//!
//! [`Verifier`] is opened from a [`Config`] over its store. An organisation asks with its API key, anybody asks one candidate by a
//! page; a wallet fetches the question ([`object`]), answers it ([`response`]), and whoever asked sees the verdict.

mod api;
mod config;
mod error;
mod links;
mod object;
mod organisation;
mod outcome;
mod page;
mod public;
mod query;
mod response;
mod routes;
mod state;
mod verify;
mod webhook;
mod work;

pub use config::{Config, OpenError, OrganisationConfig, Verifier};
pub use state::AppState;
