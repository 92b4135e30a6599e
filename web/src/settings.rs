//! What this wallet keeps of the learner, and what its operator could technically do.

use crate::{Moment, Text};

/// `GET /settings/privacy`.
#[derive(Clone, Debug)]
pub struct Privacy {
    /// Full name as eduID gave it.
    pub name: String,
    /// When the learner last logged in.
    pub last_login: Option<Moment>,
    /// Names of the connected schools.
    pub connected: Vec<Text>,
    /// How many credentials.
    pub credentials: usize,
    /// How many live links.
    pub links: usize,
    /// Where questions go.
    pub contact: Option<String>,
}
