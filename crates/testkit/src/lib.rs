//! What tests need and the product does not: a database per test, a look into it, badges in every form, pictures of codes, with the
//! feature `log` what the product logs, and with the feature `actors` an institution that issues and actors that call it over HTTP.

pub mod badges;
pub mod database;
pub mod invariants;
pub mod leak;
pub mod pictures;
pub mod rows;
pub mod schema;

#[cfg(feature = "actors")]
pub mod answer;
#[cfg(feature = "actors")]
pub mod browser;
#[cfg(feature = "actors")]
pub mod collector;
#[cfg(feature = "actors")]
pub mod demo;
#[cfg(feature = "actors")]
pub mod door;
#[cfg(feature = "log")]
pub mod log;
#[cfg(feature = "actors")]
pub mod page;
#[cfg(feature = "actors")]
pub mod school;
#[cfg(feature = "actors")]
pub mod stranger;

pub use database::{TestDatabase, each_database};
