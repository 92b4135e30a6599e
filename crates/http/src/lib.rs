//! The glue between axum and the product: extractors, errors, sessions, egress.
