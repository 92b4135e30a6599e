//! Tests of `openid4vc` through its public face: the schemas of the conformance suite, situations at the endpoints, and what holds
//! for any input.

#[cfg(test)]
mod behaviour;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod world;
