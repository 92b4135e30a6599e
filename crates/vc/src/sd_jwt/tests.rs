//! SD-JWT against the vectors of RFC 9901.
