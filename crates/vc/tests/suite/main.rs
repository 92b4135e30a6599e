//! Tests of `vc` through its public face: published vectors, a second implementation, bad input, tampering.

#[cfg(test)]
mod anything;
#[cfg(test)]
mod claims;
#[cfg(test)]
mod contexts;
#[cfg(test)]
mod data_integrity;
#[cfg(test)]
mod data_integrity_refusals;
#[cfg(test)]
mod data_integrity_tampering;
#[cfg(test)]
mod did;
#[cfg(test)]
mod json_ld;
#[cfg(test)]
mod json_ld_oracle;
#[cfg(test)]
mod lint;
#[cfg(test)]
mod mapping;
#[cfg(test)]
mod open_badge;
#[cfg(test)]
mod open_badge_bombs;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod register;
#[cfg(test)]
mod report;
#[cfg(test)]
mod rfc9901;
#[cfg(test)]
mod sd_jwt;
#[cfg(test)]
mod sd_jwt_properties;
#[cfg(test)]
mod sd_jwt_vc;
#[cfg(test)]
mod status_bitstring;
#[cfg(test)]
mod status_bombs;
#[cfg(test)]
mod status_list;
#[cfg(test)]
mod status_rows;
#[cfg(test)]
mod tamper;
#[cfg(test)]
mod type_metadata;
#[cfg(test)]
mod vc_jose_cose;
#[cfg(test)]
mod vcdm;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod webvh;
