//! Dates, times and numbers as people read them, in Dutch and English.
//!
//! Dates are written in full and kept together with no-break spaces. Times are those of Europe/Amsterdam, by the rule of
//! Directive 2000/84/EC alone (UTC+1, and UTC+2 from 01:00 UTC on the last Sunday of March until 01:00 UTC on the last Sunday of
//! October), which has held since 1996; no time zone database is needed for anything that this product dates.

use crate::Lang;

/// A point in time, in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

/// A calendar date without a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    /// Year of the Gregorian calendar.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

const DAY: i64 = 86_400;
const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

impl Day {
    /// Reads `2026-02-01`, also at the start of a longer time such as `2026-02-01T09:00:00Z`; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        let date = text.get(..10)?;
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let read = Self { year, month, day };
        (parts.next().is_none() && from_days(read.days()) == read).then_some(read)
    }

    /// Days since 1970-01-01 (H. Hinnant, "chrono-compatible low-level date algorithms").
    pub(crate) fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }
}

impl Moment {
    /// The calendar day in Europe/Amsterdam.
    pub fn day(self) -> Day {
        from_days(local(self).div_euclid(DAY))
    }
}

/// `1 februari 2026`, `1 February 2026`, with no-break spaces.
pub fn date(lang: Lang, day: Day) -> String {
    format!("{}\u{a0}{}\u{a0}{}", day.day, month(lang, day.month), day.year)
}

/// The date without its year, for a date that is near: `14 december`.
pub fn short_date(lang: Lang, day: Day) -> String {
    format!("{}\u{a0}{}", day.day, month(lang, day.month))
}

/// `14.03 uur`, `14:03`, in Europe/Amsterdam.
pub fn time(lang: Lang, moment: Moment) -> String {
    let seconds = local(moment).rem_euclid(DAY);
    let (hour, minute) = (seconds / 3600, seconds / 60 % 60);
    lang.pick(format!("{hour:02}.{minute:02}\u{a0}uur"), format!("{hour:02}:{minute:02}"))
}

/// `22 november 2026, 14.03 uur`.
pub fn date_time(lang: Lang, moment: Moment) -> String {
    format!("{}, {}", date(lang, moment.day()), time(lang, moment))
}

/// `vandaag`, `gisteren`, or the date in full, seen from `now`.
pub fn relative_day(lang: Lang, day: Day, now: Moment) -> String {
    match now.day().days() - day.days() {
        0 => lang.pick("vandaag", "today").to_owned(),
        1 => lang.pick("gisteren", "yesterday").to_owned(),
        _ => date(lang, day),
    }
}

/// `vandaag om 14.03 uur`, or the date in full with the time, seen from `now`.
pub fn relative_time(lang: Lang, moment: Moment, now: Moment) -> String {
    let day = relative_day(lang, moment.day(), now);
    format!("{day} {} {}", lang.pick("om", "at"), time(lang, moment))
}

/// A count in words up to ten (`negen`, `nine`), above that in figures.
pub fn count(lang: Lang, number: usize) -> String {
    const WORDS: [(&str, &str); 11] = [
        ("nul", "zero"),
        ("één", "one"),
        ("twee", "two"),
        ("drie", "three"),
        ("vier", "four"),
        ("vijf", "five"),
        ("zes", "six"),
        ("zeven", "seven"),
        ("acht", "eight"),
        ("negen", "nine"),
        ("tien", "ten"),
    ];
    WORDS.get(number).map_or_else(|| number.to_string(), |(nl, en)| lang.pick(*nl, *en).to_owned())
}

/// A decimal number with the decimal sign of the language: `2,5`, `2.5`. The text is a plain decimal as in JSON.
pub fn decimal(lang: Lang, plain: &str) -> String {
    let trimmed = if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.') } else { plain };
    lang.pick(trimmed.replace('.', ","), trimmed.to_owned())
}

/// Words in one sentence, the first with a capital: `Naam, titel en studielast`. A word that starts with a capital and a small
/// letter gets a small one after the first; `EC` and names of several capitals stay.
pub fn sentence<'a>(lang: Lang, words: impl IntoIterator<Item = &'a str>) -> String {
    capital(&enumeration(lang, words))
}

/// The same without the capital, for the middle of a sentence.
pub fn enumeration<'a>(lang: Lang, words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(uncapital).collect();
    let and = lang.pick(" en ", " and ");
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{}{and}{last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The text with a small letter in front, for the middle of a sentence; `EC` and the like stay.
pub fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The text with a capital in front, for a sentence that starts with a count or a day.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Seconds since 1970-01-01T00:00 on the clocks of Amsterdam.
fn local(moment: Moment) -> i64 {
    moment.0 + 3600 + if summer(moment) { 3600 } else { 0 }
}

fn summer(moment: Moment) -> bool {
    let year = from_days(moment.0.div_euclid(DAY)).year;
    (last_sunday(year, 3)..last_sunday(year, 10)).contains(&moment.0)
}

/// 01:00 UTC on the last Sunday of a month of 31 days, in Unix seconds.
fn last_sunday(year: i32, month: u8) -> i64 {
    let last = Day { year, month, day: 31 }.days();
    let weekday = (last + 4).rem_euclid(7); // 1970-01-01 was a Thursday; 0 = Sunday
    (last - weekday) * DAY + 3600
}

fn month(lang: Lang, number: u8) -> &'static str {
    MONTHS.get(usize::from(number).wrapping_sub(1)).map_or("", |(nl, en)| lang.pick(nl, en))
}

fn from_days(days: i64) -> Day {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Day { year: year as i32, month: month as u8, day: day as u8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_in_full_and_kept_together() {
        let day = Day::parse("2026-02-01").unwrap();
        assert_eq!(date(Lang::Nl, day), "1\u{a0}februari\u{a0}2026");
        assert_eq!(date(Lang::En, day), "1\u{a0}February\u{a0}2026");
        assert_eq!(Day::parse("2026-02-30"), None);
        assert_eq!(Day::parse("2024-02-29T10:00:00Z"), Some(Day { year: 2024, month: 2, day: 29 }));
    }

    #[test]
    fn amsterdam_is_one_hour_ahead_in_winter_and_two_in_summer() {
        let winter = Moment(1_795_356_180); // 2026-11-22T14:03:00Z
        assert_eq!(time(Lang::Nl, winter), "15.03\u{a0}uur");
        assert_eq!(time(Lang::En, winter), "15:03");
        // 2026-03-29T00:59:59Z and one second later; 2026-10-25T00:59:59Z and one second later
        assert_eq!(time(Lang::En, Moment(1_774_745_999)), "01:59");
        assert_eq!(time(Lang::En, Moment(1_774_746_000)), "03:00");
        assert_eq!(time(Lang::En, Moment(1_792_889_999)), "02:59");
        assert_eq!(time(Lang::En, Moment(1_792_890_000)), "02:00");
    }

    #[test]
    fn the_day_changes_at_midnight_in_amsterdam() {
        assert_eq!(Moment(1_795_388_399).day(), Day { year: 2026, month: 11, day: 22 }); // 22:59:59Z
        assert_eq!(Moment(1_795_388_400).day(), Day { year: 2026, month: 11, day: 23 });
    }

    #[test]
    fn near_days_have_names() {
        let now = Moment(1_795_356_180);
        assert_eq!(relative_day(Lang::Nl, now.day(), now), "vandaag");
        assert_eq!(relative_day(Lang::En, Day { year: 2026, month: 11, day: 21 }, now), "yesterday");
    }

    #[test]
    fn numbers_follow_the_language() {
        assert_eq!(decimal(Lang::Nl, "2.50"), "2,5");
        assert_eq!(decimal(Lang::En, "30"), "30");
        assert_eq!(count(Lang::Nl, 9), "negen");
        assert_eq!(capital("één"), "Één");
        assert_eq!(sentence(Lang::Nl, ["Naam", "Titel", "EC"]), "Naam, titel en EC");
        assert_eq!(sentence(Lang::En, ["Name"]), "Name");
    }
}
