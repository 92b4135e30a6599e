//! Lists, page by page.

use std::collections::HashSet;

use serde_json::Value;

use super::{Client, Failure, Fetch};
use crate::canonical;

/// No institution has more; a source that says so is broken (security.md A6).
const MOST_PAGES: u32 = 10_000;

/// The largest page that v5 allows.
const PAGE_SIZE: u32 = 250;

/// The rows of a list up to its end, or up to where it failed.
pub(super) struct Rows {
    pub(super) items: Vec<Value>,
    pub(super) failed: Option<Failure>,
}

impl<F: Fetch> Client<'_, F> {
    /// Reads a list to its end. Follows `hasNextPage`, never `totalPages`, which is optional. Rows of the pages before a failure stay.
    pub(super) async fn rows(&self, path: &str) -> Rows {
        let mut rows = Rows { items: Vec::new(), failed: None };
        let mut seen = HashSet::new();
        for number in 1..=MOST_PAGES {
            match self.page(path, number, &mut seen).await {
                Ok((items, more)) => {
                    rows.items.extend(items);
                    if !more {
                        return rows;
                    }
                }
                Err(failure) => {
                    rows.failed = Some(failure);
                    return rows;
                }
            }
        }
        rows.failed = Some(Failure::TooManyPages);
        rows
    }

    async fn page(&self, path: &str, number: u32, seen: &mut HashSet<[u8; 32]>) -> Result<(Vec<Value>, bool), Failure> {
        let glue = if path.contains('?') { '&' } else { '?' };
        let mut page = self.object(&format!("{path}{glue}pageSize={PAGE_SIZE}&pageNumber={number}")).await?;
        let more = page.get("hasNextPage").and_then(Value::as_bool).ok_or(Failure::Shape)?;
        let answered = page.get("pageNumber").and_then(Value::as_u64).ok_or(Failure::Shape)?;
        let items = page.get_mut("items").map(Value::take).ok_or(Failure::Shape)?;
        let digest = canonical::digest_of(&items);
        let Value::Array(items) = items else { return Err(Failure::Shape) };
        // A source that counts wrong or gives the same rows again would keep us here for ever.
        if answered != u64::from(number) || (!items.is_empty() && !seen.insert(digest)) {
            return Err(Failure::RepeatedPage);
        }
        // An empty page in the middle is legal, but a list of nothing but promises is not.
        if items.is_empty() && more && number > 1 {
            return Err(Failure::RepeatedPage);
        }
        Ok((items, more))
    }
}
