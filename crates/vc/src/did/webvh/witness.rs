//! What witnesses said about a log (section "DID Witnesses"): `did-witness.json`, apart from the log.

use std::collections::BTreeMap;

use serde_json::Value;

use super::parameters::Witnesses;
use super::{Approval, proof};
use crate::{jcs, strict_json};

/// The most proofs that are tried.
const MAX_TRIED: usize = 4_000;

/// How many of the entries, from the first on, were approved as they must be.
///
/// A proof approves its entry and all before it. An entry with a new list of witnesses is approved by those before it; when the
/// new list is only a part of the old one, also by that part alone, because four of the five implementations in use publish it so.
pub(super) fn approved(ids: &[&str], approvals: &[&Approval], file: Option<&[u8]>, now: i64) -> usize {
    let latest = latest(ids, approvals, file.unwrap_or_default(), now);
    let enough = |list: &Witnesses, at: usize| {
        let said = list.keys.iter().filter(|key| latest.get(*key).is_some_and(|until| at <= *until)).count();
        said >= list.threshold
    };
    let holds = |(at, approval): &(usize, &&Approval)| match (&approval.by, &approval.or) {
        (None, _) => true,
        (Some(by), or) => enough(by, *at) || or.as_ref().is_some_and(|list| enough(list, *at)),
    };
    approvals.iter().enumerate().take_while(holds).count()
}

/// The last entry that each witness approved, by its key. Proofs about entries that are not there, by strangers, or that do not
/// verify say nothing.
fn latest(ids: &[&str], approvals: &[&Approval], file: &[u8], now: i64) -> BTreeMap<String, usize> {
    let mut latest = BTreeMap::new();
    let ids: BTreeMap<&str, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let Ok(Value::Array(said)) = strict_json::parse(file) else { return latest };
    let mut tried = 0;
    for entry in &said {
        let Some(id) = entry.get("versionId").and_then(Value::as_str) else { continue };
        let Some(at) = ids.get(id).copied() else { continue };
        let mut bare = entry.as_object().cloned().unwrap_or_default();
        bare.retain(|name, _| name == "versionId");
        let Ok(document) = jcs::canonical(&Value::Object(bare)) else { continue };
        for proof in entry.get("proof").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
            let listed = |key: &&str| approvals.iter().any(|approval| approval.by.iter().any(|list| list.keys.contains(*key)));
            let Some(key) = proof::signer(proof).filter(listed) else { continue };
            tried += 1;
            if tried > MAX_TRIED {
                return latest;
            }
            if proof::verify(proof, key, &document, now).is_ok() {
                let until = latest.entry(key.to_owned()).or_insert(at);
                *until = (*until).max(at);
            }
        }
    }
    latest
}
