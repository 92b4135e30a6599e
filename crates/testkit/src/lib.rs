//! Builders, typed actors and a database per test.
