//! How often what may be done: token buckets by name and key, in memory of one process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::Timestamp;
use serde::Deserialize;

use crate::failure::{Failed, Kind};

/// What a limit counts by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// The caller's network address.
    #[default]
    Address,
    /// The signed-in person.
    Person,
    /// The organisation or institution of the API key.
    Organisation,
    /// The thing acted on.
    Thing,
}

/// One limit: `limits.<name>` of the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// So many at once.
    pub burst: f64,
    /// So many come back each second.
    pub per_second: f64,
    /// What it counts by.
    #[serde(default)]
    pub key: Key,
}

/// Names and what they allow when the configuration says nothing. Transaction codes, PINs and short codes are not here:
/// they are counted in the database and never widened.
const DEFAULTS: [(&str, Rule); 15] = [
    ("login", Rule { burst: 20.0, per_second: 0.5, key: Key::Address }),
    ("nonce", Rule { burst: 100.0, per_second: 20.0, key: Key::Address }),
    ("token", Rule { burst: 60.0, per_second: 5.0, key: Key::Address }),
    ("par", Rule { burst: 60.0, per_second: 5.0, key: Key::Address }),
    ("credential", Rule { burst: 100.0, per_second: 10.0, key: Key::Thing }),
    ("deferred", Rule { burst: 5.0, per_second: 5.0 / 60.0, key: Key::Thing }),
    ("ask", Rule { burst: 10.0, per_second: 0.1, key: Key::Address }),
    ("verify", Rule { burst: 30.0, per_second: 1.0, key: Key::Address }),
    ("share", Rule { burst: 60.0, per_second: 5.0, key: Key::Address }),
    ("api", Rule { burst: 10_000.0, per_second: 500.0, key: Key::Organisation }),
    ("deliveries", Rule { burst: 300.0, per_second: 10.0, key: Key::Thing }),
    ("register", Rule { burst: 10.0, per_second: 0.01, key: Key::Address }),
    ("badges", Rule { burst: 200.0, per_second: 5.0, key: Key::Thing }),
    ("fetch", Rule { burst: 30.0, per_second: 1.0, key: Key::Person }),
    ("photo", Rule { burst: 30.0, per_second: 1.0, key: Key::Person }),
];

/// Buckets that are kept at most; beyond it the full ones are forgotten.
const KEPT: usize = 50_000;

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// The limits of a role.
#[derive(Clone)]
pub struct Limits {
    rules: Arc<HashMap<String, Rule>>,
    buckets: Arc<Mutex<HashMap<(String, String), Bucket>>>,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(HashMap::new(), 1.0)
    }
}

impl Limits {
    /// The configured rules over the built-in ones; limits by address are multiplied by `widened` (the demo: 100).
    pub fn new(configured: HashMap<String, Rule>, widened: f64) -> Self {
        let mut rules: HashMap<String, Rule> = DEFAULTS.iter().map(|(name, rule)| ((*name).to_owned(), *rule)).collect();
        rules.extend(configured);
        for rule in rules.values_mut().filter(|rule| rule.key == Key::Address) {
            rule.burst *= widened;
            rule.per_second *= widened;
        }
        Self { rules: Arc::new(rules), buckets: Arc::default() }
    }

    /// What a limit counts by.
    pub fn key_of(&self, name: &str) -> Option<Key> {
        self.rules.get(name).map(|rule| rule.key)
    }

    /// Takes one from the bucket `name` of `key`.
    ///
    /// # Errors
    /// 429 `too_many` with the seconds to wait. A name without a rule is never limited.
    pub fn take(&self, name: &str, key: &str, now: Timestamp) -> Result<(), Failed> {
        let Some(rule) = self.rules.get(name) else { return Ok(()) };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEPT {
            buckets.retain(|(name, _), bucket| self.rules.get(name).is_some_and(|rule| bucket.refilled(rule, now) < rule.burst));
        }
        let bucket = buckets.entry((name.to_owned(), key.to_owned())).or_insert(Bucket { tokens: rule.burst, at: now });
        let tokens = bucket.refilled(rule, now);
        if tokens < 1.0 {
            let wait = ((1.0 - tokens) / rule.per_second.max(0.001)).ceil().clamp(1.0, 3600.0);
            return Err(Failed::new(Kind::TooMany { retry_after: wait as u32 }, "too_many"));
        }
        *bucket = Bucket { tokens: tokens - 1.0, at: now };
        Ok(())
    }
}

impl Bucket {
    fn refilled(&self, rule: &Rule, now: Timestamp) -> f64 {
        let seconds = (now.millis() - self.at.millis()).max(0) as f64 / 1000.0;
        (self.tokens + seconds * rule.per_second).min(rule.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    #[test]
    fn a_bucket_empties_and_refills() {
        let rule = Rule { burst: 2.0, per_second: 0.5, key: Key::Person };
        let limits = Limits::new(HashMap::from([("x".to_owned(), rule)]), 100.0);
        let now = Timestamp::from_seconds(1_000);
        assert!(limits.take("x", "a", now).is_ok() && limits.take("x", "a", now).is_ok());
        let refused = limits.take("x", "a", now).unwrap_err();
        assert_eq!(refused.kind(), Kind::TooMany { retry_after: 2 });
        assert!(limits.take("x", "b", now).is_ok());
        assert!(limits.take("x", "a", now.plus_seconds(2)).is_ok());
        assert!(limits.take("unnamed", "a", now).is_ok());
    }

    #[test]
    fn only_limits_by_address_are_widened() {
        let limits = Limits::new(HashMap::new(), 100.0);
        assert_eq!(limits.rules.get("ask").unwrap().burst, 1000.0);
        assert_eq!(limits.rules.get("api").unwrap().burst, 10_000.0);
    }
}
