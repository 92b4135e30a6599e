//! Tests of `vc` through its public face: published vectors, a second implementation, bad input, tampering.

mod claims;
mod lint;
mod oracle;
mod report;
mod sd_jwt;
mod speed;
mod status_list;
mod tamper;
mod vectors;
mod verify;
