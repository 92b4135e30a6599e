//! What tests need and the product does not: a database per test, a clock that stands still.

pub mod database;

pub use database::{TestDatabase, each_database};
