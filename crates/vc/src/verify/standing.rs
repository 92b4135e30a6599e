//! Dates: whether a genuine credential is within its validity.

use super::Case;
use crate::Map;
use crate::report::{Check, CheckName};
use crate::sd_jwt::numeric_date;

/// The dates of a credential, Unix seconds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Dates {
    /// When it was signed.
    pub(super) issued: Option<i64>,
    /// First second of validity.
    pub(super) from: Option<i64>,
    /// First second after validity.
    pub(super) until: Option<i64>,
}

impl Dates {
    /// `iat`, `nbf` and `exp` of a JWT.
    pub(super) fn of_claims(claims: &Map) -> Self {
        let at = |name: &str| claims.get(name).and_then(numeric_date);
        Self { issued: at("iat"), from: at("nbf"), until: at("exp") }
    }

    /// The narrower of two windows.
    pub(super) fn within(self, other: Self) -> Self {
        Self {
            issued: self.issued.max(other.issued),
            from: self.from.max(other.from),
            until: [self.until, other.until].into_iter().flatten().min(),
        }
    }

    /// The `dates` check.
    pub(super) fn check(self, case: &Case<'_>) -> Check {
        let tolerance = case.clock_tolerance.max(0);
        let ahead = |t: i64| t > case.now.saturating_add(tolerance);
        let mut check = if self.issued.is_some_and(ahead) || self.from.is_some_and(ahead) {
            Check::failed(CheckName::Dates, "not_yet_valid")
        } else if self.until.is_some_and(|until| case.now >= until.saturating_add(tolerance)) {
            Check::failed(CheckName::Dates, "expired")
        } else {
            Check::passed(CheckName::Dates)
        };
        for (name, time) in [("issued_at", self.issued), ("not_before", self.from), ("expires_at", self.until)] {
            if let Some(time) = time {
                check = check.with_time(name, time);
            }
        }
        check
    }
}
