//! The words of a verdict in English.

use super::{Checks, Line, Words};

pub(super) const EN: Words = Words {
    faces: ["Genuine and valid", "Genuine, take note", "Not valid", "Cannot be checked"],
    checked_at: |date, time| format!("Checked on {date} at {time}"),
    signature_fits: "The signature is right.",
    do_not_trust: "Do not trust this credential.",
    unavailable_reason: "There is no credential here that we can read.",
    shared_thing: "shared credential",
    several: |n| format!("{n} credentials"),
    one_of: |i, n| format!("Credential {i} of {n}"),
    level: |framework, level| format!("level {framework}\u{a0}{level}"),
    level_by_institution: |framework, level| format!("level according to the institution: {framework}\u{a0}{level}"),
    achieved_by: "Achieved by",
    enrolled_person: "Enrolled",
    issued_by: "Issued by",
    logo_from: |keeper| format!("Name and logo of the issuer come from the register of {keeper}."),
    issuer_says: "Issuer as stated",
    enrolled_at: "At",
    achieved_on: "Achieved on",
    result: "Result",
    born: "Born on",
    valid_until: "Valid until",
    was_valid_until: "Was valid until",
    from: "From",
    until: "Up to and including",
    as_of: "As it was on",
    state: "Enrolment",
    phase: "Phase",
    mode: "Form",
    code: "Programme code",
    enrolment_state: |state| match state {
        "associated" => Some("active"),
        "finished" => Some("finished"),
        "cancelled" | "canceled" => Some("ended"),
        "pending" => Some("being handled"),
        "queued" => Some("on the waiting list"),
        "denied" => Some("refused"),
        _ => None,
    },
    enrolment_phase: |phase| match phase {
        "associate_degree" | "associate degree" => Some("associate degree"),
        "propedeuse" | "propaedeutic" => Some("first year"),
        "bachelor" => Some("bachelor"),
        "master" => Some("master"),
        _ => None,
    },
    enrolment_mode: |mode| match mode {
        "full-time" => Some("full-time"),
        "part-time" => Some("part-time"),
        "dual training" => Some("work and study"),
        "self-paced" => Some("self-paced"),
        _ => None,
    },
    what_checked: "What did we check?",
    hidden_title: "We do not show the content",
    hidden_text: "Somebody may have changed the credential. That is why you see no name, no title and no school here. They could be untrue.",
    what_to_do: "What can you do?",
    do_ask_again: "Ask the holder for a new link.",
    do_ask_file: "Ask the holder for the credential itself: a file or a shared link, not a screenshot.",
    do_call: "Is that one not right either? Call the school. Look up the number yourself, do not use a number from a mail.",
    do_keep_report: "Keep the report of the check if you want to report this.",
    report_link: "To the report of the check",
    paste_again: "Check another credential",
    name_title: "Name according to the institution",
    name_confirmed: |source, date| {
        if date.is_empty() { format!("Confirmed through {source}.") } else { format!("Confirmed through {source}, on {date}.") }
    },
    name_unrecorded: "How the name was confirmed is not recorded.",
    name_more: "In the signed credential the institution says where the name comes from. We have not seen the person ourselves.",
    key_title: "Key of the holder",
    key_here: "Kept by this wallet server.",
    key_here_more: "The holder shared this with a key that the wallet keeps. The operator of the wallet could technically use it.",
    key_wallet: "The holder’s wallet proved that it has the key.",
    key_wallet_more: "The credential is tied to a key. The answer was signed with that key, for this question.",
    not_title: "What does this not mean?",
    not_diploma: "This is not a diploma or degree.",
    not_now: |date| {
        if date.is_empty() {
            "This says how it was when the credential was made.".to_owned()
        } else {
            format!("This says how it was on {date}. Something may have changed since.")
        }
    },
    not_person: "This page does not say who is in front of you now: if in doubt, ask for an identity document.",
    shared_until: |date| format!("Shared by the holder, until {date}."),
    shared_open: "Shared by the holder, until the holder stops sharing.",
    answered: |purpose, date| format!("Answer to the question “{purpose}”. The data are erased here on {date}."),
    pasted: "You gave this credential to this page yourself. We do not keep it.",
    what_can: |who| format!("What can {who} do now?"),
    the_holder: "the holder",
    outcomes_by: |issuer| format!("Learning outcomes according to {issuer}."),
    tested_by: |how| format!("Tested with: {how}."),
    level_and_load: "Level and workload",
    scale_label: |level, framework| format!("Level {level} of 8 of the {framework} framework"),
    scale: ["mbo entry", "mbo 2", "mbo 3", "mbo 4", "associate degree", "bachelor", "master", "doctorate"],
    level_is: |framework, level, like| format!("{framework}\u{a0}{level} is the level of: {like}."),
    level_not_verified: "This level stands in the credential according to the institution. Nobody else confirmed it.",
    ec_hours: |value, hours| format!("{value}\u{a0}EC stands for about {hours}\u{a0}hours of study."),
    sbu_hours: |value| format!("{value}\u{a0}SBU are {value}\u{a0}hours of study, lessons and practice together."),
    plain_hours: |value| format!("The workload is {value}\u{a0}hours."),
    also_in_it: "This is also in it",
    then_called: "Called at that time",
    called_then: |name| format!("When the credential was made, the issuer was called {name}."),
    since: "The institution now",
    left: |gone| format!("The issuer {gone}."),
    gone: |date| format!("stopped on {date}"),
    gone_into: |date, successor| format!("went on as {successor} on {date}"),
    left_more: "What the issuer signed before that day can still be checked: the register keeps the keys and the last status list.",
    according_to: |issuer| format!("According to {issuer}."),
    results: "Results",
    no_value: "not stated",
    scale_range: |from, to| format!("scale from {from} to {to}"),
    scale_values: |values| format!("possible: {values}"),
    required: |least| format!("needed to pass: {least}"),
    alignments: "What this connects to",
    evidence: "Evidence",
    evidence_unseen: "We did not look at these. What is at those places now, we do not know.",
    endorsements: "What others say about it",
    endorsements_apart: "Each endorsement is signed on its own and checked on its own. It makes the credential itself no more valid, nor less.",
    endorsed_by_nobody: "Endorsement",
    endorsement_hidden: "The signature under this endorsement is wrong or cannot be checked. That is why we do not show what it says and whose it would be.",
    endorses: ["about this credential", "about what was achieved", "about the institution", "about something else"],
    keep_copy: "Keep a copy",
    certificate: "Certificate to print",
    data: "Data (the credential itself)",
    report: "Report of the check (JSON)",
    elsewhere: "Check it somewhere else",
    elsewhere_text: |host| {
        format!(
            "Do not trust a green tick alone. See whether the web address of this page starts with {host}. Download the data and have other software check them too."
        )
    },
    elsewhere_link: "Check a file",
    counted: "The holder sees how often this page was opened, not by whom.",
    checks: Checks {
        format_ok: Line { title: "Readable credential", text: |_| "The file has the shape of a digital credential.".to_owned(), more: "" },
        format_failed: Line {
            title: "No readable credential",
            text: |_| "The file does not have the shape of a digital credential.".to_owned(),
            more: "Perhaps a piece was lost in copying.",
        },
        format_not_checked: Line { title: "Nothing to check", text: |_| String::new(), more: "" },
        signature_ok: Line {
            title: "Not changed",
            text: |n| format!("The digital signature of {} is right.", n.issuer),
            more: "If somebody changes one letter, the signature is no longer right.",
        },
        signature_failed: Line {
            title: "Changed or damaged",
            text: |_| "The digital signature is wrong.".to_owned(),
            more: "This can be on purpose, but also a mistake in copying.",
        },
        signature_not_checked: Line {
            title: "Signature: not checked",
            text: |_| "We could not find the issuer’s key.".to_owned(),
            more: "Try again later: perhaps the issuer cannot be reached for a moment.",
        },
        issuer_ok: Line {
            title: "Issuer known",
            text: |n| format!("{} stands in the register of {}.", n.issuer, n.keeper),
            more: "The name and web address of the issuer on this page come from that register, not from the credential itself.",
        },
        issuer_own_register: Line {
            title: "Issuer known, in its own register",
            text: |n| format!("{} stands in the register of {}. The issuer keeps that register itself.", n.issuer, n.keeper),
            more: "Nobody else vouches for the name of this issuer.",
        },
        issuer_key_given: Line {
            title: "Key given by you",
            text: |_| "The signature fits the key that you gave.".to_owned(),
            more: "Whose key that is, you have to know yourself.",
        },
        issuer_unknown: Line {
            title: "Issuer unknown",
            text: |n| format!("This issuer does not stand in the register of {}.", n.keeper),
            more: "The signature is right, but we do not know whose it is. The issuer filled in the name in the credential itself.",
        },
        issuer_suspended: Line {
            title: "Issuer suspended",
            text: |n| format!("According to the register of {1}, {0} may not issue credentials now.", n.issuer, n.keeper),
            more: "Ask the issuer for the reason.",
        },
        issuer_key_revoked: Line {
            title: "Key revoked",
            text: |n| format!("According to the register of {}, the key that signed this does not count any more.", n.keeper),
            more: "It may have come into wrong hands. The issuer issues again what it signed: ask for a new credential.",
        },
        issuer_not_checked: Line {
            title: "Issuer: not checked",
            text: |_| "Without a right signature we do not know who made this.".to_owned(),
            more: "",
        },
        dates_ok: Line {
            title: "Still valid",
            text: |n| if n.when.is_empty() { "Without an end date.".to_owned() } else { format!("Valid until {}.", n.when) },
            more: "We compare with the clock of this server.",
        },
        dates_expired: Line {
            title: "No longer valid",
            text: |n| {
                if n.when.is_empty() { "The end date of this credential has passed.".to_owned() } else { format!("Expired on {}.", n.when) }
            },
            more: "The credential was genuine, but its end date has passed. Ask the holder for a new one.",
        },
        dates_not_yet: Line {
            title: "Not valid yet",
            text: |n| if n.when.is_empty() { "This credential starts later.".to_owned() } else { format!("Valid from {}.", n.when) },
            more: "We compare with the clock of this server.",
        },
        dates_not_checked: Line { title: "Validity: not checked", text: |_| String::new(), more: "" },
        status_ok: Line {
            title: "Not withdrawn",
            text: |n| {
                if n.when.is_empty() {
                    format!("According to the status list of {}.", n.issuer)
                } else {
                    format!("According to the status list of {}, fetched on {}.", n.issuer, n.when)
                }
            },
            more: "The issuer can withdraw or suspend a credential. That has not happened here.",
        },
        status_revoked: Line {
            title: "Withdrawn",
            text: |n| format!("{} has withdrawn this credential.", n.issuer),
            more: "A withdrawn credential does not become valid again. The reason is not in the status list; the holder knows it.",
        },
        status_suspended: Line {
            title: "Suspended",
            text: |n| format!("{} has suspended this credential for now.", n.issuer),
            more: "A suspended credential can become valid again. Open this page again later.",
        },
        status_superseded: Line {
            title: "Replaced",
            text: |n| format!("{} has replaced this credential by a newer one.", n.issuer),
            more: "Ask the holder for the new credential.",
        },
        status_not_checked: Line {
            title: "Withdrawn or not: not checked",
            text: |n| {
                if n.when.is_empty() {
                    "The status list of the issuer could not be used.".to_owned()
                } else {
                    format!("The status list of the issuer could not be used. The last time was on {}.", n.when)
                }
            },
            more: "Try again later, then we fetch the list again.",
        },
        schema_ok: Line {
            title: "Filled in completely",
            text: |_| "The content has the shape that belongs to this kind of credential.".to_owned(),
            more: "",
        },
        schema_failed: Line {
            title: "Not filled in right",
            text: |_| "The content does not have the shape that belongs to this kind of credential.".to_owned(),
            more: "This is a mistake of the issuer.",
        },
        schema_not_checked: Line { title: "Shape of the content: not checked", text: |_| String::new(), more: "" },
        binding_ok: Line {
            title: "Shared by the holder",
            text: |_| "Signed with the key that the credential is tied to.".to_owned(),
            more: "Somebody who only has a copy of the credential cannot do this.",
        },
        binding_failed: Line {
            title: "Not shared by the holder",
            text: |_| "The signature of the holder is wrong.".to_owned(),
            more: "Perhaps somebody else sent a copy of the credential.",
        },
        binding_not_checked: Line { title: "Holder: not checked", text: |_| String::new(), more: "" },
        query_ok: Line { title: "Fits the question", text: |_| "Everything that was asked is in it.".to_owned(), more: "" },
        query_failed: Line { title: "Does not fit the question", text: |_| "Something that was asked is missing.".to_owned(), more: "" },
        query_not_checked: Line { title: "Question: not checked", text: |_| String::new(), more: "" },
    },
};
