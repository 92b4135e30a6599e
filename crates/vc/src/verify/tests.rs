//! Verification end to end.
