//! Things that live for a while: logins under way, codes, tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

pub(super) struct Shelf<T> {
    things: Mutex<HashMap<String, (i64, T)>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: Mutex::new(HashMap::new()) }
    }
}

impl<T> Shelf<T> {
    /// Keeps `thing` until the moment `until`; what is over goes.
    pub(super) fn put(&self, key: String, thing: T, until: i64, now: i64) {
        self.locked(|things| {
            things.retain(|_, (until, _)| *until > now);
            things.insert(key, (until, thing));
        });
    }

    /// Takes it away; it cannot be taken twice.
    pub(super) fn take(&self, key: &str, now: i64) -> Option<T> {
        self.locked(|things| things.remove(key)).filter(|(until, _)| *until > now).map(|(_, thing)| thing)
    }

    /// Looks at it.
    pub(super) fn look<U>(&self, key: &str, now: i64, look: impl FnOnce(&mut T) -> U) -> Option<U> {
        self.locked(|things| things.get_mut(key).filter(|(until, _)| *until > now).map(|(_, thing)| look(thing)))
    }

    /// Removes all that fit.
    pub(super) fn forget(&self, fits: impl Fn(&T) -> bool) {
        self.locked(|things| things.retain(|_, (_, thing)| !fits(thing)));
    }

    fn locked<U>(&self, act: impl FnOnce(&mut HashMap<String, (i64, T)>) -> U) -> U {
        act(&mut self.things.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_taken_once_and_not_after_their_time() {
        let shelf = Shelf::default();
        shelf.put("a".to_owned(), 1, 10, 0);
        shelf.put("b".to_owned(), 2, 10, 0);
        assert_eq!(shelf.take("a", 5), Some(1));
        assert_eq!(shelf.take("a", 5), None);
        assert_eq!(shelf.take("b", 10), None);
    }
}
