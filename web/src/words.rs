//! The words of the frame and of things that several groups of pages show.

use crate::view::words;

/// Words that stand on every page.
pub(crate) struct Common {
    pub(crate) skip: &'static str,
    pub(crate) main_menu: &'static str,
    pub(crate) credentials: &'static str,
    pub(crate) shares: &'static str,
    pub(crate) activity: &'static str,
    pub(crate) institutions: &'static str,
    pub(crate) news: &'static str,
    pub(crate) unread: &'static str,
    pub(crate) stop: &'static str,
    pub(crate) log_out: &'static str,
    pub(crate) my_data: &'static str,
    pub(crate) run_by: fn(&str) -> String,
    pub(crate) independent: &'static str,
    pub(crate) help: &'static str,
    pub(crate) privacy: &'static str,
    pub(crate) accessibility: &'static str,
    pub(crate) licence: &'static str,
    pub(crate) demo_time: fn(&str) -> String,
}

words!(Common);

const NL: Common = Common {
    skip: "Direct naar de inhoud",
    main_menu: "Hoofdmenu",
    credentials: "Bewijzen",
    shares: "Gedeeld",
    activity: "Activiteit",
    institutions: "Scholen",
    news: "Nieuws",
    unread: "nog niet gelezen",
    stop: "Stoppen",
    log_out: "Uitloggen",
    my_data: "Privacy en instellingen",
    run_by: |operator| format!("Deze dienst wordt beheerd door {operator}."),
    independent: "Onafhankelijke software, niet van eduID of SURF.",
    help: "Hulp",
    privacy: "Privacy",
    accessibility: "Toegankelijkheid",
    licence: "Licentie",
    demo_time: |time| format!("Demo: de klok staat op {time}."),
};

const EN: Common = Common {
    skip: "Skip to content",
    main_menu: "Main menu",
    credentials: "Credentials",
    shares: "Shared",
    activity: "Activity",
    institutions: "Schools",
    news: "News",
    unread: "not read yet",
    stop: "Stop",
    log_out: "Log out",
    my_data: "Privacy and settings",
    run_by: |operator| format!("This service is run by {operator}."),
    independent: "Independent software, not from eduID or SURF.",
    help: "Help",
    privacy: "Privacy",
    accessibility: "Accessibility",
    licence: "Licence",
    demo_time: |time| format!("Demo: the clock says {time}."),
};
