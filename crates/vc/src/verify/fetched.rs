//! What a verification needs from elsewhere and what was had of it. The caller fetches; nothing here opens a connection.

use crate::status_list::{CheckedList, StatusListToken};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Something that a verification cannot go on without, by its address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// A status list, of whichever kind its address gives.
    StatusList(String),
    /// A public document: of a DID, of an issuer's keys, of a controller.
    Document(String),
    /// The credential behind a link that its holder shared.
    Credential(String),
}

impl Need {
    /// Where it is.
    pub fn url(&self) -> &str {
        match self {
            Self::StatusList(url) | Self::Document(url) | Self::Credential(url) => url,
        }
    }
}

/// A status list as the caller has it.
#[derive(Clone)]
pub enum FetchedStatusList {
    /// As it was served, to be verified here.
    Text(String),
    /// A token that was verified before; its expiry is checked again.
    Read(Arc<StatusListToken>),
    /// A list of any kind that was verified before; its expiry is checked again.
    Checked(CheckedList),
}

impl From<String> for FetchedStatusList {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Arc<StatusListToken>> for FetchedStatusList {
    fn from(token: Arc<StatusListToken>) -> Self {
        Self::Read(token)
    }
}

impl From<CheckedList> for FetchedStatusList {
    fn from(list: CheckedList) -> Self {
        Self::Checked(list)
    }
}

/// What was fetched for a verification, and what could not be had.
#[derive(Clone, Default)]
pub struct Fetched {
    lists: HashMap<String, FetchedStatusList>,
    only_list: Option<FetchedStatusList>,
    bytes: HashMap<Need, Arc<[u8]>>,
    failed: HashSet<Need>,
}

impl Fetched {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with the status list of an address.
    #[must_use]
    pub fn with_list(mut self, uri: impl Into<String>, list: impl Into<FetchedStatusList>) -> Self {
        self.insert_list(uri, list);
        self
    }

    /// The same with the one list that there is, whatever address is asked for: it says itself which one it is.
    #[must_use]
    pub fn with_only_list(self, list: impl Into<FetchedStatusList>) -> Self {
        Self { only_list: Some(list.into()), ..self }
    }

    /// Takes the status list of an address.
    pub fn insert_list(&mut self, uri: impl Into<String>, list: impl Into<FetchedStatusList>) {
        self.lists.insert(uri.into(), list.into());
    }

    /// Takes what was fetched for a need.
    pub fn insert(&mut self, need: Need, bytes: impl Into<Arc<[u8]>>) {
        self.bytes.insert(need, bytes.into());
    }

    /// Notes that a need could not be met, so that it is not asked for again.
    pub fn fail(&mut self, need: Need) {
        self.failed.insert(need);
    }

    /// Whether a need was met, or cannot be.
    pub fn settles(&self, need: &Need) -> bool {
        let listed = matches!(need, Need::StatusList(uri) if self.list(uri).is_some());
        listed || self.bytes.contains_key(need) || self.failed.contains(need)
    }

    /// The status list of an address.
    pub fn list(&self, uri: &str) -> Option<&FetchedStatusList> {
        self.lists.get(uri).or(self.only_list.as_ref())
    }

    /// What was fetched for a need.
    pub fn bytes(&self, need: &Need) -> Option<&[u8]> {
        self.bytes.get(need).map(AsRef::as_ref)
    }
}
