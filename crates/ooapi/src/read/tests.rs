//! The reader against whole documents.
