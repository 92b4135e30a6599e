//! Credential formats, keys, DIDs, status lists and verification, without IO.
