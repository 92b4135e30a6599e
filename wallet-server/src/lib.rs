//! The role that keeps: a learner's credentials, consents and shares.
//!
//! [`WalletServer`] is opened from a [`Config`] over its store; it serves a router and does the work that happens outside of
//! requests. Folders are the learner's verbs: log in, connect, receive, hold, present, share.

mod activity;
mod badges_api;
mod check;
mod client;
mod config;
mod connect;
mod error;
mod failpoint;
mod feed;
mod hold;
mod import;
mod learner;
mod login;
mod metadata;
mod notice;
mod parties;
mod present;
mod receive;
mod routes;
mod settings;
mod share;
mod state;
#[cfg(test)]
mod testing;
mod welcome;
mod work;

pub use badges_api::Platforms;
pub use client::ClientError;
pub use config::{Config, OpenError, WalletServer};
pub use notice::mailer::{MailConfig, MailError, MailTls};
