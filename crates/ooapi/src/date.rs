//! A full-date (`2026-02-01`), also read from a date-time.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

const FULL_DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// A day, written `YYYY-MM-DD`; always one that exists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(String);

impl Date {
    /// From a full-date, or the day of an RFC 3339 date-time in its own offset.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 10 {
            let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
            return Some(Self::of(moment.date()));
        }
        time::Date::parse(text, FULL_DATE).ok().filter(|_| text.len() == 10).map(Self::of)
    }

    /// The day, in UTC, that holds a moment in Unix seconds.
    pub fn of_unix(seconds: i64) -> Option<Self> {
        OffsetDateTime::from_unix_timestamp(seconds).ok().map(|moment| Self::of(moment.date()))
    }

    /// First second of the day in UTC, in Unix seconds.
    pub fn unix(&self) -> i64 {
        time::Date::parse(&self.0, FULL_DATE).map_or(0, |date| date.midnight().assume_utc().unix_timestamp())
    }

    /// Year and month, to tell academic years apart.
    pub fn year_and_month(&self) -> (i32, u8) {
        time::Date::parse(&self.0, FULL_DATE).map_or((1970, 1), |date| (date.year(), u8::from(date.month())))
    }

    /// `YYYY-MM-DD`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(date: time::Date) -> Self {
        Self(format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
    }
}

/// Unix seconds of an RFC 3339 date-time.
pub(crate) fn moment(text: &str) -> Option<i64> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(OffsetDateTime::unix_timestamp)
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("not a full-date")
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist() {
        assert_eq!(Date::parse("2026-02-01").map(String::from), Some("2026-02-01".to_owned()));
        assert_eq!(Date::parse("2026-11-20T00:30:00+01:00").map(String::from), Some("2026-11-20".to_owned()));
        for wrong in ["2026-02-30", "01-02-2026", "2026-2-1", "20260201", "", "2026-W05-1", "2026-11-20T25:00:00Z"] {
            assert!(Date::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn days_and_seconds_agree() {
        assert_eq!(Date::of_unix(1_769_904_000).map(String::from), Some("2026-02-01".to_owned()));
        assert_eq!(Date::parse("2026-02-01").map(|date| date.unix()), Some(1_769_904_000));
    }
}
