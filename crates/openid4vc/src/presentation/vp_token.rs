//! `vp_token` (OpenID4VP section 8.1): presentations by query id, always in lists.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::dcql::{Query, Unsatisfied};

/// Presentations by query id. Holds personal data, so it has no `Debug`.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct VpToken(BTreeMap<String, Vec<Value>>);

impl VpToken {
    /// Adds a presentation: text, or an object for `ldp_vc`.
    pub fn add(&mut self, query_id: impl Into<String>, presentation: impl Into<Value>) {
        self.0.entry(query_id.into()).or_default().push(presentation.into());
    }

    /// Reads a token for the query that it answers (row V20): only ids of the query, lists that are not empty, one presentation
    /// unless several were allowed.
    ///
    /// # Errors
    /// [`Unsatisfied`].
    pub fn parse(value: &Value, query: &Query) -> Result<Self, Unsatisfied> {
        let mut token = Self::default();
        for (id, presentations) in value.as_object().filter(|members| !members.is_empty()).ok_or(Unsatisfied)? {
            let wanted = query.credential(id).ok_or(Unsatisfied)?;
            let presentations = presentations.as_array().filter(|list| !list.is_empty()).ok_or(Unsatisfied)?;
            let readable = presentations.iter().all(|presentation| presentation.is_string() || presentation.is_object());
            if !readable || (presentations.len() > 1 && !wanted.multiple) {
                return Err(Unsatisfied);
            }
            token.0.insert(id.clone(), presentations.clone());
        }
        Ok(token)
    }

    /// The presentations by query id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Value])> {
        self.0.iter().map(|(id, presentations)| (id.as_str(), presentations.as_slice()))
    }

    /// The JSON object.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(&self.0).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn row_v20() {
        let query = json!({"credentials": [{"id": "a", "format": "dc+sd-jwt", "meta": {"vct_values": ["t"]}}]});
        let query = Query::parse(&query).unwrap();
        for refused in [json!({}), json!({"b": ["x"]}), json!({"a": "x"}), json!({"a": []}), json!({"a": ["x", "y"]}), json!({"a": [1]})] {
            assert!(VpToken::parse(&refused, &query).is_err(), "{refused}");
        }
        let token = VpToken::parse(&json!({"a": ["x"]}), &query).unwrap_or_default();
        assert_eq!(token.to_json(), json!({"a": ["x"]}));
    }
}
