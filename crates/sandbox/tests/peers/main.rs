//! The sandbox peers over real sockets.

mod institution;
mod schema;
mod support;
