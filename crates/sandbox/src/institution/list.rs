//! Pages of a list, as OOAPI v5 writes them.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::answer::{Answer, Answered};

/// Query of a list, by name.
pub(super) type Asked = HashMap<String, String>;

/// Page sizes that v5 allows.
const SIZES: [usize; 5] = [10, 20, 50, 100, 250];

/// The page of `items` that `asked` names.
pub(super) fn page(items: Vec<Value>, asked: &Asked) -> Answered {
    let number = |name: &str, default: usize| asked.get(name).map_or(Ok(default), |text| text.parse::<usize>());
    let size = number("pageSize", 10).ok().filter(|size| SIZES.contains(size));
    let page = number("pageNumber", 1).ok().filter(|page| *page >= 1);
    let (Some(size), Some(page)) = (size, page) else {
        return Err(Answer::bad("pageSize is one of 10, 20, 50, 100, 250; pageNumber starts at 1"));
    };
    let total = items.len();
    let before = size.saturating_mul(page.saturating_sub(1));
    let items: Vec<Value> = items.into_iter().skip(before).take(size).collect();
    Ok(Answer::ok(json!({
        "pageSize": size,
        "pageNumber": page,
        "hasPreviousPage": page > 1,
        "hasNextPage": before.saturating_add(size) < total,
        "totalPages": total.div_ceil(size),
        "items": items,
    })))
}

/// Whether a filter is absent or names this value.
pub(super) fn fits(asked: &Asked, name: &str, value: Option<&str>) -> bool {
    asked.get(name).is_none_or(|wanted| value == Some(wanted.as_str()))
}

/// `member` of `item` as text.
pub(super) fn text<'a>(item: &'a Value, member: &str) -> Option<&'a str> {
    item.get(member).and_then(Value::as_str)
}
