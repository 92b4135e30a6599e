//! The peers we do not own, as real servers on loopback: an eduID provider, OOAPI institutions, an FII portal, a
//! badge platform and a mail server.
//!
//! For the demo and the tests only. They invent every person, institution and code; nothing here resembles a real party.

#![warn(missing_docs)]

pub mod badges;
pub mod eduid;
pub mod fii;
pub mod institution;
pub mod mail;
mod page;
pub mod world;

use std::sync::Arc;

use vc::random::Random;

pub use badges::{BadgePlatform, BadgesFailure, BadgesSettings};
pub use eduid::{Client, EduidProvider, EduidSettings, IdTokenAlgorithm, ProviderKeys};
pub use fii::{FiiPortal, FiiSettings};
pub use institution::{Institutions, InstitutionsSettings};
pub use mail::{Mail, MailFault, MailServer};
pub use world::{AssociationNote, Institution, Persona, PersonaKind, World};

/// Now, in Unix seconds. The demo hands in its own clock.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Where random bytes come from.
pub type SharedRandom = Arc<dyn Random>;
