//! `dateTimeStamp` of XML Schema 1.1: a date and time of day with zone, read to Unix time.

use super::{At, Code, VcdmError};
use crate::Map;
use time::{Date, Month, PrimitiveDateTime, Time, UtcOffset};

/// A moment: Unix seconds, and nanoseconds for comparing. More digits are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment {
    pub(super) seconds: i64,
    nanoseconds: u32,
}

/// The Unix seconds of a `dateTimeStamp`, fractions rounded down; `None` when it is not one, or has no zone.
pub fn timestamp(text: &str) -> Option<i64> {
    moment(text).map(|moment| moment.seconds)
}

/// The member `name` as moment: absent, or well-formed.
pub(super) fn member(map: &Map, name: &str, at: &At<'_>) -> Result<Option<Moment>, VcdmError> {
    let Some(value) = map.get(name) else { return Ok(None) };
    let read = value.as_str().and_then(moment);
    read.map(Some).ok_or_else(|| VcdmError::new(Code::DateFormat, &at.key(name)))
}

fn moment(text: &str) -> Option<Moment> {
    // The longest real one has 35 characters; a fraction may go on, but not for ever.
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_once('T')?;
    let zone_at = rest.find(['Z', '+', '-'])?;
    let (clock, zone) = rest.split_at(zone_at);
    let (time, nanoseconds, next_day) = time_of_day(clock)?;
    let mut date = calendar_day(date)?;
    if next_day {
        date = date.next_day()?;
    }
    let at = PrimitiveDateTime::new(date, time).assume_offset(offset(zone)?);
    Some(Moment { seconds: at.unix_timestamp(), nanoseconds })
}

/// `YYYY-MM-DD`; years of more or fewer than four digits are no dates of credentials.
fn calendar_day(text: &str) -> Option<Date> {
    let (year, rest) = text.split_once('-')?;
    let (month, day) = rest.split_once('-')?;
    let year = digits(year, 4)?;
    Date::from_calendar_date(i32::from(year), Month::try_from(small(month)?).ok()?, small(day)?).ok()
}

/// `hh:mm:ss` with optional fraction, and whether it was `24:00:00`.
fn time_of_day(text: &str) -> Option<(Time, u32, bool)> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let nanoseconds = fraction.map_or(Some(0), nanoseconds)?;
    let mut parts = whole.split(':');
    let (hour, minute, second) = (small(parts.next()?)?, small(parts.next()?)?, small(parts.next()?)?);
    if parts.next().is_some() {
        return None;
    }
    if (hour, minute, second, nanoseconds) == (24, 0, 0, 0) {
        return Some((Time::MIDNIGHT, 0, true));
    }
    Some((Time::from_hms(hour, minute, second).ok()?, nanoseconds, false))
}

fn nanoseconds(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let nine: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().ok()
}

/// `Z`, or `+hh:mm` and `-hh:mm` up to 14:00.
fn offset(text: &str) -> Option<UtcOffset> {
    if text == "Z" {
        return Some(UtcOffset::UTC);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (i8::try_from(small(hours)?).ok()?, i8::try_from(small(minutes)?).ok()?);
    if minutes > 59 || hours > 14 || (hours == 14 && minutes != 0) {
        return None;
    }
    let sign = if sign == "-" { -1 } else { 1 };
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

fn small(text: &str) -> Option<u8> {
    u8::try_from(digits(text, 2)?).ok()
}

fn digits(text: &str, count: usize) -> Option<u16> {
    (text.len() == count && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_moments() {
        assert_eq!(timestamp("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(timestamp("2010-01-01T00:00:00Z"), Some(1_262_304_000));
        assert_eq!(timestamp("2023-02-25T19:10:39-06:00"), timestamp("2023-02-26T01:10:39Z"));
        assert_eq!(timestamp("2023-02-26T01:02:58.447Z"), timestamp("2023-02-26T01:02:58Z"));
        assert_eq!(timestamp("2023-02-28T24:00:00Z"), timestamp("2023-03-01T00:00:00Z"));
        assert_eq!(timestamp("2023-02-28T12:00:00+14:00"), timestamp("2023-02-27T22:00:00Z"));
        assert_eq!(timestamp("1969-12-31T23:59:59.5Z"), Some(-1));
        assert!(moment("2023-02-26T01:02:58.447Z") > moment("2023-02-26T01:02:58.4469Z"));
    }

    #[test]
    fn refuses_what_has_no_zone_or_no_such_day() {
        for bad in [
            "",
            "2023-02-26T01:02:58",
            "2023-02-26",
            "2023-02-30T00:00:00Z",
            "2023-13-01T00:00:00Z",
            "2023-02-26T25:00:00Z",
            "2023-02-26T24:00:01Z",
            "2023-02-26T00:60:00Z",
            "2023-02-26T00:00:60Z",
            "2023-02-26T00:00:00+15:00",
            "2023-02-26T00:00:00+14:01",
            "2023-02-26T00:00:00+0100",
            "2023-02-26T00:00:00.Z",
            "2023-02-26t00:00:00z",
            "2023-02-26 00:00:00Z",
            "+2023-02-26T00:00:00Z",
            "12023-02-26T00:00:00Z",
            "2023-2-26T00:00:00Z",
            "2023-02-26T00:00:00ZZ",
            "2023-02-26T00:00:00Z ",
            "FUTURE DATE",
            "Sun, 26 Feb 2023 01:22:14 +0000",
        ] {
            assert_eq!(timestamp(bad), None, "{bad}");
        }
    }
}
