//! Pages as typed structs, in Dutch and English, with their own pictures.
//!
//! A page is a struct of display values; it knows nothing of databases, requests or credentials. Texts of people and
//! institutions are [`Text`] in both languages, times are [`Moment`] and dates [`Day`], so one value renders in either language.
//! [`PageView::render`] makes the whole HTML document inside a [`Frame`]; each page has `samples()` with a value for every state.
//! No page holds a `style` attribute, an inline script or a foreign address: the strict Content-Security-Policy stands on that.

pub mod activity;
pub mod answered;
pub mod ask;
pub mod assets;
pub mod badge;
pub mod certificate;
pub mod chart;
pub mod connect;
pub mod consent;
pub mod credential;
pub mod desk;
pub mod desk_decision;
pub mod desk_offer;
pub mod error;
pub mod feed;
pub mod format;
pub mod frame;
pub mod head;
pub mod import;
pub mod issuer;
pub mod lang;
pub mod legal;
pub mod notice;
pub mod offer;
pub mod overview;
pub mod party;
pub mod permission;
pub mod platforms;
pub mod qr;
pub mod samples;
pub mod scan;
pub mod settings;
pub mod share;
pub mod shared_link;
pub mod text;
pub mod verdict;
pub mod verify;
pub mod view;
pub mod welcome;
mod words;

pub use format::{Day, Moment};
pub use frame::{Chrome, Frame, NavItem, Section};
pub use lang::Lang;
pub use text::{Fact, Text, Value};
pub use view::{ErrorMark, PageView, RenderError};
