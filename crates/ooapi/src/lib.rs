//! OOAPI's words, their normalisation into one internal model, and a paged client behind a fetch trait.
//!
//! Reads v5 and v6 of the Open Onderwijs API (<https://openonderwijsapi.nl>), liberally: what deployed systems send is
//! older or looser than the documents say. Nothing here opens a connection, looks at a clock or writes a log.

#![warn(missing_docs)]

pub mod association;
pub mod canonical;
pub mod client;
pub mod date;
pub mod merge_patch;
pub mod private;
pub mod problem;
pub mod read;
pub mod text;
pub mod words;

pub use association::{
    AcademicSession, Association, AssociationResult, Code, Course, Enrolment, Offering, Organisation, Person, Programme, StudyLoad,
};
pub use client::{Client, Credentials, Failure, Fetch, FetchError, Fetched, Patched, Run, Sweep};
pub use date::Date;
pub use read::{Quarantine, QuarantineReason};
pub use text::LanguageText;
pub use words::{Kind, LoadUnit, PassState, RemoteState, ResultState, Role, State, ValueType};
