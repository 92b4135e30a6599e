//! The words of a verdict in Dutch and English: one entry per outcome of a check.

mod en;
mod nl;
mod why;

use self::en::EN;
use self::nl::NL;
pub(crate) use self::why::why;
use crate::view::words;

/// What a sentence about a check may name, already in the page's language.
pub(crate) struct Named<'a> {
    /// The issuer, by the register; `the issuer` when nobody vouches for a name.
    pub(crate) issuer: &'a str,
    /// Who keeps the register.
    pub(crate) keeper: &'a str,
    /// The date or time that the check is about; empty when there is none.
    pub(crate) when: &'a str,
}

type Say = for<'a, 'b> fn(&'a Named<'b>) -> String;

/// One outcome of one check: a heading, a sentence, and what stands in the fold.
pub(crate) struct Line {
    pub(crate) title: &'static str,
    pub(crate) text: Say,
    pub(crate) more: &'static str,
}

pub(crate) struct Words {
    pub(crate) faces: [&'static str; 4],
    pub(crate) checked_at: fn(&str, &str) -> String,
    pub(crate) signature_fits: &'static str,
    pub(crate) do_not_trust: &'static str,
    pub(crate) unavailable_reason: &'static str,
    pub(crate) shared_thing: &'static str,
    pub(crate) several: fn(usize) -> String,
    pub(crate) one_of: fn(usize, usize) -> String,
    pub(crate) level: fn(&str, &str) -> String,
    pub(crate) level_by_institution: fn(&str, &str) -> String,
    pub(crate) achieved_by: &'static str,
    pub(crate) enrolled_person: &'static str,
    pub(crate) issued_by: &'static str,
    pub(crate) issuer_says: &'static str,
    pub(crate) enrolled_at: &'static str,
    pub(crate) achieved_on: &'static str,
    pub(crate) result: &'static str,
    pub(crate) born: &'static str,
    pub(crate) valid_until: &'static str,
    pub(crate) was_valid_until: &'static str,
    pub(crate) from: &'static str,
    pub(crate) until: &'static str,
    pub(crate) as_of: &'static str,
    pub(crate) state: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) code: &'static str,
    pub(crate) enrolment_state: fn(&str) -> Option<&'static str>,
    pub(crate) enrolment_phase: fn(&str) -> Option<&'static str>,
    pub(crate) enrolment_mode: fn(&str) -> Option<&'static str>,
    pub(crate) what_checked: &'static str,
    pub(crate) hidden_title: &'static str,
    pub(crate) hidden_text: &'static str,
    pub(crate) what_to_do: &'static str,
    pub(crate) do_ask_again: &'static str,
    pub(crate) do_call: &'static str,
    pub(crate) do_keep_report: &'static str,
    pub(crate) report_link: &'static str,
    pub(crate) paste_again: &'static str,
    pub(crate) name_title: &'static str,
    pub(crate) name_confirmed: fn(&str, &str) -> String,
    pub(crate) name_unrecorded: &'static str,
    pub(crate) name_more: &'static str,
    pub(crate) key_title: &'static str,
    pub(crate) key_here: &'static str,
    pub(crate) key_here_more: &'static str,
    pub(crate) key_wallet: &'static str,
    pub(crate) key_wallet_more: &'static str,
    pub(crate) not_title: &'static str,
    pub(crate) not_diploma: &'static str,
    pub(crate) not_now: fn(&str) -> String,
    pub(crate) not_person: &'static str,
    pub(crate) shared_until: fn(&str) -> String,
    pub(crate) shared_open: &'static str,
    pub(crate) answered: fn(&str, &str) -> String,
    pub(crate) pasted: &'static str,
    pub(crate) what_can: fn(&str) -> String,
    pub(crate) the_holder: &'static str,
    pub(crate) outcomes_by: fn(&str) -> String,
    pub(crate) tested_by: fn(&str) -> String,
    pub(crate) level_and_load: &'static str,
    pub(crate) scale_label: fn(&str, &str) -> String,
    pub(crate) scale: [&'static str; 8],
    pub(crate) level_is: fn(&str, &str, &str) -> String,
    pub(crate) level_not_verified: &'static str,
    pub(crate) ec_hours: fn(&str, &str) -> String,
    pub(crate) sbu_hours: fn(&str) -> String,
    pub(crate) plain_hours: fn(&str) -> String,
    pub(crate) also_in_it: &'static str,
    pub(crate) keep_copy: &'static str,
    pub(crate) certificate: &'static str,
    pub(crate) data: &'static str,
    pub(crate) report: &'static str,
    pub(crate) elsewhere: &'static str,
    pub(crate) elsewhere_text: fn(&str) -> String,
    pub(crate) elsewhere_link: &'static str,
    pub(crate) counted: &'static str,
    pub(crate) checks: Checks,
}

/// Every outcome of every check.
pub(crate) struct Checks {
    pub(crate) format_ok: Line,
    pub(crate) format_failed: Line,
    pub(crate) format_not_checked: Line,
    pub(crate) signature_ok: Line,
    pub(crate) signature_failed: Line,
    pub(crate) signature_not_checked: Line,
    pub(crate) issuer_ok: Line,
    pub(crate) issuer_own_register: Line,
    pub(crate) issuer_key_given: Line,
    pub(crate) issuer_unknown: Line,
    pub(crate) issuer_suspended: Line,
    pub(crate) issuer_key_revoked: Line,
    pub(crate) issuer_not_checked: Line,
    pub(crate) dates_ok: Line,
    pub(crate) dates_expired: Line,
    pub(crate) dates_not_yet: Line,
    pub(crate) dates_not_checked: Line,
    pub(crate) status_ok: Line,
    pub(crate) status_revoked: Line,
    pub(crate) status_suspended: Line,
    pub(crate) status_superseded: Line,
    pub(crate) status_not_checked: Line,
    pub(crate) schema_ok: Line,
    pub(crate) schema_failed: Line,
    pub(crate) schema_not_checked: Line,
    pub(crate) binding_ok: Line,
    pub(crate) binding_failed: Line,
    pub(crate) binding_not_checked: Line,
    pub(crate) query_ok: Line,
    pub(crate) query_failed: Line,
    pub(crate) query_not_checked: Line,
}

words!(Words);
