//! Somebody who knows only the register: is what a wallet holds believed, and what do the published lists say?

use std::collections::HashMap;

use model::Timestamp;
use vc::report::Report;
use vc::status_list::{Status, StatusListToken, TokenKeys, read_token};
use vc::trust::Trust;
use vc::verify::{FetchedStatusList, Inputs};

use crate::door::Door;

/// The path of an address.
fn path(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.find('/').map_or_else(|| "/".to_owned(), |at| after.chars().skip(at).collect())
}

/// The report about a credential, with its status list fetched by a door.
pub async fn report(door: &Door, credential: &str, trust: &Trust, now: Timestamp) -> Report {
    let mut status_lists = HashMap::new();
    for uri in vc::verify::status_uri(credential) {
        let token = door.get(&path(&uri), None).await.expect(200).body;
        status_lists.insert(uri, FetchedStatusList::Text(token));
    }
    let inputs = Inputs {
        now: now.seconds(),
        trust,
        status_lists: &status_lists,
        key_given: None,
        binding: None,
        software: "testkit",
        offline: false,
        clock_tolerance: 60,
    };
    vc::verify::credential(credential, &inputs)
}

/// A published list.
///
/// # Panics
/// When it is not served, or not to be believed.
#[expect(clippy::expect_used, reason = "a test without a list cannot go on")]
pub async fn list(door: &Door, uri: &str, trust: &Trust, now: Timestamp) -> StatusListToken {
    let token = door.get(&path(uri), None).await.expect(200).body;
    read_token(&token, TokenKeys::Trust(trust), uri, now.seconds()).expect("a list to be believed")
}

/// What a list says at a place.
pub fn status(list: &StatusListToken, index: i64) -> Option<Status> {
    list.list.status(usize::try_from(index).ok()?)
}
