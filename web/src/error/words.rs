//! The words of failures: for each code of the catalogue what happened and what to do, and for any other its HTTP status.

mod badges;
mod en;
mod nl;

use self::en::EN;
use self::nl::NL;
use crate::view::words;

/// What is told of one failure.
pub(crate) struct Told {
    pub(crate) title: &'static str,
    pub(crate) what: &'static str,
    pub(crate) now: &'static str,
}

pub(crate) struct Words {
    pub(crate) shared_title: &'static str,
    pub(crate) shared_nothing: &'static str,
    pub(crate) shared_uncertain: &'static str,
    pub(crate) shared_uncertain_text: &'static str,
    pub(crate) what_title: &'static str,
    pub(crate) now_title: &'static str,
    pub(crate) lost_title: &'static str,
    pub(crate) lost_never: &'static str,
    pub(crate) lost_nothing: &'static str,
    pub(crate) lost_offer: &'static str,
    pub(crate) lost_unsure: &'static str,
    pub(crate) help_title: &'static str,
    pub(crate) help_text: &'static str,
    pub(crate) retry: &'static str,
    pub(crate) home: &'static str,
    pub(crate) session_title: &'static str,
    pub(crate) session_what: &'static str,
    pub(crate) session_now: &'static str,
    pub(crate) session_login: &'static str,
    pub(crate) code: fn(&str) -> Option<&'static Told>,
    pub(crate) status: fn(u16) -> &'static Told,
}

words!(Words);
