//! Somebody who knows only the register: is what a wallet holds believed, and what do the published lists say?

use model::Timestamp;
use vc::report::Report;
use vc::status_list::{Status, StatusListToken, TokenKeys, read_token};
use vc::trust::Trust;
use vc::verify::{Fetched, Inputs, Need, attempt};

use crate::door::Door;

/// The path of an address.
fn path(url: &str) -> String {
    let after = url.split_once("://").map_or(url, |(_, rest)| rest);
    after.find('/').map_or_else(|| "/".to_owned(), |at| after.chars().skip(at).collect())
}

/// The report about a credential, with what it names fetched by a door.
pub async fn report(door: &Door, credential: &str, trust: &Trust, now: Timestamp) -> Report {
    let inputs = Inputs::new(now.seconds(), trust, "testkit").with_tolerance(60).with_localhost(true);
    let mut fetched = Fetched::new();
    loop {
        let (report, needs) = attempt(credential.as_bytes(), &inputs.with_fetched(&fetched));
        if needs.is_empty() {
            return report;
        }
        for need in needs {
            let body = door.get(&path(need.url()), None).await.expect(200).body;
            match need {
                Need::StatusList(uri) => fetched.insert_list(uri, body),
                other => fetched.insert(other, body.into_bytes()),
            }
        }
    }
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
