//! What tests need and the product does not: a database per test, and a look at its schema.

pub mod database;
pub mod schema;

pub use database::{TestDatabase, each_database};
