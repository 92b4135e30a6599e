//! `verifier_info` (OpenID4VP section 5.1), and our own format in it: why, for how long, on which ground.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The format of our entry.
pub const EDUWALLET_PURPOSE: &str = "eduwallet-purpose";

/// One entry. Wallets ignore formats that they do not know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VerifierInfo {
    /// What `data` is.
    pub format: String,
    /// A text or an object.
    pub data: Value,
    /// To which credential queries it applies; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_ids: Option<Vec<String>>,
}

/// Text in Dutch and, where it was written, English.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Dutch.
    pub nl: String,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

/// Which link of a request this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// The answer comes back to the browser that asked.
    SameDevice,
    /// The answer is shown elsewhere.
    CrossDevice,
}

/// The data of `eduwallet-purpose`: what the asker promises. It is shown as the asker's own words; the wallet believes it up to
/// what the register allows that client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purpose {
    /// What it is for.
    pub purpose: Text,
    /// How long it is kept, in days.
    pub retention_days: u32,
    /// On which ground. Without one there is no request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<String>,
    /// Its privacy page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy_page: Option<String>,
    /// Which link this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<Flow>,
    /// The name of the use case, when it is a known one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_case: Option<String>,
    /// How an asker that is in no register calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How to reach an asker that is in no register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Whether and to whom an asker that is in no register passes it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onward: Option<Text>,
    /// How it goes without this wallet, for an asker that is in no register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_wallet: Option<Text>,
}

impl VerifierInfo {
    /// The entry for a purpose.
    pub fn purpose(purpose: &Purpose) -> Self {
        let data = serde_json::to_value(purpose).unwrap_or_default();
        Self { format: EDUWALLET_PURPOSE.to_owned(), data, credential_ids: None }
    }
}

/// The first purpose among the entries. `None` when there is none, or it does not read as one.
pub fn purpose_of(entries: &[VerifierInfo]) -> Option<Purpose> {
    let entry = entries.iter().find(|entry| entry.format == EDUWALLET_PURPOSE)?;
    Purpose::deserialize(&entry.data).ok()
}
