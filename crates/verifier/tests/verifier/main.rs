//! The verifier through its own doors, on a database of its own: the story, the states, the links, and rows V of bad inputs.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests fail loudly")]

mod badges;
mod conformance;
mod links;
mod logos;
mod pages;
mod rows;
mod story;
mod telling;
mod world;
