//! The one door through which time comes in.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

const DAY_SECONDS: i64 = 86_400;

impl Timestamp {
    /// From milliseconds since 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// From whole seconds since 1970-01-01T00:00:00Z, as in JWT claims.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// From an RFC 3339 date-time such as `2026-11-22T14:03:00Z`, or a full-date, read as its first moment in UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let full;
        let text = if text.len() == 10 {
            full = format!("{text}T00:00:00Z");
            full.as_str()
        } else {
            text
        };
        let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok().map(Self)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This moment and `seconds` more.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// This moment and `days` more.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(DAY_SECONDS))
    }

    /// The start of this UTC day: what `iat` and `nbf` are rounded down to, so that copies do not link.
    pub const fn day_start(self) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY_SECONDS * 1000))
    }

    /// The start of the next UTC day, or this moment when it is one: what `exp` is rounded up to.
    pub const fn day_end(self) -> Self {
        let start = self.day_start();
        if start.0 == self.0 { self } else { start.plus_days(1) }
    }

    /// RFC 3339 in UTC with whole seconds: `2026-11-22T14:03:00Z`.
    pub fn rfc3339(self) -> String {
        OffsetDateTime::from_unix_timestamp(self.seconds()).ok().and_then(|moment| moment.format(&Rfc3339).ok()).unwrap_or_default()
    }

    /// The UTC full-date: `2026-11-22`.
    pub fn date(self) -> String {
        self.rfc3339().chars().take(10).collect()
    }
}

/// Tells what time it is. Handlers take it once per request, through their context.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> Timestamp {
        let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The machine's clock moved by an offset that can be changed while running: the demo's and the tests' clock.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    offset_millis: AtomicI64,
}

impl ShiftedClock {
    /// A clock that starts at `start` and runs on with the machine's.
    pub fn starting_at(start: Timestamp) -> Self {
        let clock = Self::default();
        clock.set(start);
        clock
    }

    /// Moves this clock so that it tells `to` now.
    pub fn set(&self, to: Timestamp) {
        self.offset_millis.store(to.0.saturating_sub(SystemClock.now().0), Ordering::SeqCst);
    }

    /// Moves this clock by `seconds`.
    pub fn advance_seconds(&self, seconds: i64) {
        self.offset_millis.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
    }

    /// How far this clock is from the machine's, in milliseconds; positive when it is ahead.
    pub fn offset_millis(&self) -> i64 {
        self.offset_millis.load(Ordering::SeqCst)
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        Timestamp(SystemClock.now().0.saturating_add(self.offset_millis()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_moment() {
        assert_eq!(Timestamp::parse("2026-02-01").map(Timestamp::rfc3339).as_deref(), Some("2026-02-01T00:00:00Z"));
        assert_eq!(Timestamp::parse("2026-11-22T15:03:00+01:00").map(Timestamp::rfc3339).as_deref(), Some("2026-11-22T14:03:00Z"));
        assert_eq!(Timestamp::parse("2026-13-01"), None);
    }

    #[test]
    fn days_round_outward() {
        let noon = Timestamp::parse("2026-02-01T12:00:00Z").unwrap();
        assert_eq!(noon.day_start().date(), "2026-02-01");
        assert_eq!(noon.day_end().date(), "2026-02-02");
        assert_eq!(noon.day_start().day_end().date(), "2026-02-01");
    }

    #[test]
    fn a_shifted_clock_runs_from_where_it_was_set() {
        let clock = ShiftedClock::starting_at(Timestamp::parse("2025-10-01").unwrap());
        assert_eq!(clock.now().date(), "2025-10-01");
        clock.advance_seconds(DAY_SECONDS);
        assert_eq!(clock.now().date(), "2025-10-02");
    }
}
