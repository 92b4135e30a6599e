//! Our nouns and their states, without IO.
//!
//! Times are [`Timestamp`]: milliseconds since 1970-01-01T00:00:00Z. Time and randomness come in through [`Clock`] and
//! [`vc::random::Random`]; nothing here asks the machine for either, but for the two named doors in [`clock`].

pub mod achievement;
pub mod activity;
pub mod award;
pub mod clock;
pub mod configuration;
pub mod connection;
pub mod consent;
pub mod held;
pub mod id;
pub mod news;
pub mod offer;
pub mod permission;
pub mod receipt;
pub mod register;
pub mod share;
pub mod sharing_proof;
pub mod text;
pub mod verification;
pub mod wish;

pub use clock::{Clock, ShiftedClock, SystemClock, Timestamp};
pub use text::LocalText;
