//! The consent page: who asks, why, what with its values, how long, what stays behind, and two equal buttons.
//!
//! Nothing is released by looking at it; only a POST with `choice=share` does. Ids of the parts (`who`, `why`, `what`, `how-long`,
//! `not-shared`) are an interface.

mod samples;

use crate::head::{Head, State};
use crate::party::Party;
use crate::text::{Html, escape};
use crate::view::{template, words};
use crate::{Chrome, Day, Fact, Frame, Lang, Moment, PageView, Text, format};

/// `GET /wallet/requests/{id}` while it can be answered.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Where the form posts to.
    pub action: String,
    /// Who asks.
    pub party: Party,
    /// How often the learner shared with this service before, and when last.
    pub shared_before: Option<(usize, Moment)>,
    /// Why, in the party's own words.
    pub purpose: Text,
    /// The purpose that the party states, when the register does not let it ask for that one.
    pub purpose_beyond: Option<Text>,
    /// More of it, folded.
    pub explanation: Option<Text>,
    /// What is asked, one block for each credential query.
    pub asked: Vec<Asked>,
    /// Other combinations of credentials that would answer, each on a page of its own.
    pub ways: Vec<Way>,
    /// Share was pressed with everything left out.
    pub nothing_chosen: bool,
    /// How long the party promises to keep it.
    pub retention: Retention,
    /// On which ground, in the party's own words.
    pub ground: Option<Text>,
    /// The party's privacy page.
    pub privacy_href: Option<String>,
    /// The way without the wallet.
    pub without_wallet: Option<Text>,
    /// Until when it can be answered.
    pub expires: Moment,
    /// Whether "more time" can still be asked.
    pub can_extend: bool,
    /// Whether the request came by a code or link of another device.
    pub cross_device: bool,
    /// Set for parties outside the register: what has to be typed.
    pub confirm: Option<Confirm>,
    /// Where "is something wrong?" leads.
    pub report_href: Option<String>,
}

/// One credential query of a request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Name of the fields of this query.
    pub field: String,
    /// Whether it may be left out, as it is until the learner chooses.
    pub optional: bool,
    /// Whether several may go: tick boxes in place of radio buttons.
    pub multiple: bool,
    /// Those that fit, the preselected one first. Never empty.
    pub candidates: Vec<Candidate>,
}

/// Another combination of credentials that answers the same question.
#[derive(Clone, Debug)]
pub struct Way {
    /// The page with that combination on it.
    pub href: String,
    /// The kinds of credential in it; none when it leaves out what this page has.
    pub kinds: Vec<Text>,
    /// Whether it comes in place of something on this page.
    pub instead: bool,
}

/// A credential that answers a query.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Value of its radio button.
    pub value: String,
    /// What it is.
    pub head: Head,
    /// Whether it holds; it may be shared whatever it says.
    pub state: State,
    /// Whether it goes whole because its form cannot leave anything out.
    pub whole: bool,
    /// What goes when it is shared: every value, in full.
    pub facts: Vec<AskedFact>,
    /// What may go along.
    pub optional: Vec<OptionalFact>,
    /// Labels of what it also holds and what stays behind.
    pub not_shared: Vec<Text>,
}

/// A required claim with its value.
#[derive(Clone, Debug)]
pub struct AskedFact {
    /// Label and value.
    pub fact: Fact,
    /// Whether the register does not allow this party to ask it.
    pub over_asking: bool,
}

/// A claim that is not needed; off until ticked.
#[derive(Clone, Debug)]
pub struct OptionalFact {
    /// Value of its tick box, whose name is `optional`.
    pub value: String,
    /// Label and value.
    pub fact: Fact,
}

/// What a party promises of keeping.
#[derive(Clone, Debug)]
pub struct Retention {
    /// Until when; none when it says nothing.
    pub until: Option<Day>,
    /// Whether it passes the data on, in its own words; none is "not passed on".
    pub onward: Option<Text>,
    /// Where deletion can be asked: an address or a page.
    pub contact: Option<String>,
}

/// Typed confirmation for a party that no register knows.
#[derive(Clone, Debug)]
pub struct Confirm {
    /// The host to type.
    pub host: String,
    /// What was typed, when it was something else.
    pub wrong: Option<String>,
}

impl Consent {
    /// Whole minutes until it ends, at least one.
    fn minutes(&self, frame: &Frame) -> i64 {
        ((self.expires.0 - frame.now + 59) / 60).max(1)
    }

    fn ends(&self, frame: &Frame, w: &Words) -> Html {
        let minutes = self.minutes(frame);
        let time = match minutes {
            ..=1440 => format::time(frame.lang, self.expires),
            _ => format::date_time(frame.lang, self.expires),
        };
        Html((w.ends)(&escape(&time), minutes))
    }

    /// The primary look is for proven parties only: with others no button stands out.
    fn share_class(&self) -> &'static str {
        if self.confirm.is_some() { "btn btn-2" } else { "btn" }
    }
}

impl Asked {
    /// Whether there is one credential, and it may be left out.
    const fn is_alone_and_optional(&self) -> bool {
        self.optional && self.candidates.len() == 1
    }

    fn other_choice(&self, w: &Words) -> String {
        let words = match (self.multiple, self.optional) {
            (true, _) => w.more_choice,
            (false, true) => w.one_choice,
            (false, false) => w.other_choice,
        };
        words(self.candidates.len())
    }

    /// The preselected one.
    fn first(&self) -> Option<&Candidate> {
        self.candidates.first()
    }
}

impl Way {
    /// `Deel in plaats daarvan: Microcredential + Bewijs van inschrijving`.
    fn words(&self, frame: &Frame, w: &Words) -> String {
        if self.kinds.is_empty() {
            return w.way_without.to_owned();
        }
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.get(frame.lang)).collect();
        let kinds = kinds.join(" + ");
        if self.instead { (w.way_instead)(&kinds) } else { (w.way_also)(&kinds) }
    }
}

impl Candidate {
    /// `Drie gegevens uit`.
    fn count(&self, lang: Lang, w: &Words) -> String {
        (w.items)(&format::capital(&format::count(lang, self.facts.len())), self.facts.len())
    }

    /// Whether the other will see something that is not simply valid.
    fn marked(&self) -> bool {
        self.state != State::Valid
    }
}

impl PageView for Consent {
    fn title(&self, lang: Lang) -> String {
        (Words::of(lang).question)(self.party.name.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus("/wallet".to_owned())
    }

    template!(Consent, "wallet/consent.html", Words);
}

struct Words {
    question: fn(&str) -> String,
    nothing_yet: &'static str,
    who: &'static str,
    service: &'static str,
    before: fn(&str, &usize, &str) -> String,
    who_more: &'static str,
    unproven: &'static str,
    unproven_text: &'static str,
    cross_device: fn(&str) -> String,
    why: &'static str,
    explained_by: fn(&str) -> String,
    purpose_beyond: fn(&str) -> String,
    what: &'static str,
    items: fn(&str, usize) -> String,
    over_asking: &'static str,
    still_may: &'static str,
    other_choice: fn(usize) -> String,
    one_choice: fn(usize) -> String,
    more_choice: fn(usize) -> String,
    which: &'static str,
    which_more: &'static str,
    optional: &'static str,
    optional_none: &'static str,
    optional_stays: &'static str,
    nothing_chosen: &'static str,
    way_instead: fn(&str) -> String,
    way_also: fn(&str) -> String,
    way_without: &'static str,
    also: &'static str,
    also_hint: &'static str,
    stays: fn(&str) -> String,
    how_long: &'static str,
    kept_until: fn(&str, &str) -> String,
    kept_unknown: fn(&str) -> String,
    not_onward: &'static str,
    onward: fn(&str) -> String,
    deletable: &'static str,
    deletable_at: fn(&str) -> String,
    ground_title: &'static str,
    ground: fn(&str, &str) -> String,
    ground_missing: &'static str,
    privacy_page: &'static str,
    without_wallet: &'static str,
    not_shared: &'static str,
    not_shared_text: fn(&str) -> String,
    not_shared_nothing: &'static str,
    whole: &'static str,
    not_shared_whole: &'static str,
    confirm: &'static str,
    confirm_label: fn(&str) -> String,
    confirm_hint: &'static str,
    confirm_wrong: fn(&str, &str) -> String,
    ends: fn(&str, i64) -> String,
    extend: &'static str,
    report: &'static str,
    share: &'static str,
    refuse: &'static str,
}

words!(Words);

const NL: Words = Words {
    question: |name| format!("Wil je dit delen met {name}?"),
    nothing_yet: "Er gaat niets weg voordat je onderaan op Delen drukt.",
    who: "Wie vraagt het",
    service: "Dienst:",
    before: |count, number, day| {
        format!("Je deelde {count} keer eerder met deze dienst, {} op {day}.", if *number == 1 { "namelijk" } else { "het laatst" })
    },
    who_more: "Wie is dit?",
    unproven: "We weten niet wie dit is",
    unproven_text: "Deze vrager staat in geen register. Naam, doel en beloftes hieronder zijn van de vrager zelf; niemand heeft ze nagekeken. Twijfel je? Deel dan niet.",
    cross_device: |name| {
        format!(
            "Deze vraag komt van een ander scherm. Deel alleen als je zelf bij {name} bent en daar een code hebt gescand. Kreeg je de code of link van iemand anders? Deel dan niet."
        )
    },
    why: "Waarom",
    purpose_beyond: |own| {
        format!(
            "De vrager noemt een ander doel: “{own}”. Daarvoor mag hij dit volgens het register niet vragen. Waarvoor wel, staat hierboven."
        )
    },
    explained_by: |name| format!("Uitleg van {name}"),
    what: "Wat je deelt",
    items: |count, number| format!("{count} {} uit", if number == 1 { "gegeven" } else { "gegevens" }),
    over_asking: "Volgens het register mag deze vrager dit niet vragen.",
    still_may: "Je mag dit bewijs delen; de ander ziet deze staat.",
    other_choice: |number| format!("Kies een ander bewijs ({number} passen)"),
    one_choice: |number| format!("Kies een bewijs ({number} passen)"),
    more_choice: |number| format!("Kies een of meer bewijzen ({number} passen)"),
    which: "Welk bewijs wil je gebruiken?",
    which_more: "Welke bewijzen wil je delen?",
    optional: "Mag erbij, maar is niet nodig. Het gaat alleen mee als jij het aanzet.",
    optional_none: "Niet meedelen",
    optional_stays: "Gaat niet mee, tenzij je het hierboven aanzet.",
    nothing_chosen: "Er is niets gedeeld. Kies ten minste één bewijs, of druk op Niet delen.",
    way_instead: |kinds| format!("Deel in plaats daarvan: {kinds}"),
    way_also: |kinds| format!("Deel ook: {kinds}"),
    way_without: "Laat weg wat niet nodig is",
    also: "Deel ook",
    also_hint: "Niet nodig voor deze vraag. Staat uit tot jij het aanzet.",
    stays: |labels| format!("Blijft achter: {labels}."),
    how_long: "Hoe lang",
    kept_until: |name, day| format!("{name} belooft: bewaard tot <b>{day}</b>"),
    kept_unknown: |name| format!("{name} zegt niet hoe lang het bewaard wordt."),
    not_onward: "en niet doorgegeven aan anderen. Wij kunnen dit niet controleren.",
    onward: |words| format!("Wordt doorgegeven: {}. Wij kunnen dit niet controleren.", words.trim_end_matches('.')),
    deletable: "Je kunt vragen om het te verwijderen.",
    deletable_at: |contact| format!("Je kunt vragen om het te verwijderen: {contact}"),
    ground_title: "Grondslag en privacyverklaring",
    ground: |name, ground| format!("{name} gebruikt deze gegevens op deze grond: {ground}."),
    ground_missing: "De vrager noemt geen grond.",
    privacy_page: "Lees de privacyverklaring",
    without_wallet: "Het kan ook zonder wallet",
    not_shared: "Dit deel je niet",
    not_shared_text: |labels| format!("{labels}. Dat staat op het bewijs, maar gaat niet mee."),
    not_shared_nothing: "Alles wat op dit bewijs staat wordt gevraagd; er blijft niets achter.",
    whole: "Deze vorm van het bewijs gaat altijd in zijn geheel mee. De ander ziet alles wat hieronder staat, ook wat niet is gevraagd.",
    not_shared_whole: "Uit deze vorm van het bewijs kun je niets weglaten; er blijft niets achter.",
    confirm: "Weet je het zeker?",
    confirm_label: |host| format!("Typ het adres over: {host}"),
    confirm_hint: "Alleen nodig als je wilt delen. Kijk of dit echt de site is waar je was.",
    confirm_wrong: |typed, host| format!("Er is niets gedeeld. Je typte “{typed}”, maar het adres is {host}."),
    ends: |time, minutes| match minutes {
        1 => format!("Deze vraag verloopt om <b>{time}</b>, over één minuut."),
        2..=90 => format!("Deze vraag verloopt om <b>{time}</b>, over {minutes}\u{a0}minuten."),
        _ => format!("Deze vraag verloopt: <b>{time}</b>."),
    },
    extend: "Geef me meer tijd",
    report: "Is er iets niet in orde? Meld het",
    share: "Delen",
    refuse: "Niet delen",
};

const EN: Words = Words {
    question: |name| format!("Do you want to share this with {name}?"),
    nothing_yet: "Nothing leaves until you press Share below.",
    who: "Who asks",
    service: "Service:",
    before: |count, number, day| {
        if *number == 1 {
            format!("You shared with this service once before, on {day}.")
        } else {
            format!("You shared with this service {count} times before, last on {day}.")
        }
    },
    who_more: "Who is this?",
    unproven: "We do not know who this is",
    unproven_text: "This asker is in no register. Name, purpose and promises below are the asker’s own; nobody has checked them. Not sure? Then do not share.",
    cross_device: |name| {
        format!(
            "This question comes from another screen. Only share if you are with {name} yourself and scanned a code there. Did someone else give you the code or link? Then do not share."
        )
    },
    why: "Why",
    purpose_beyond: |own| {
        format!("The asker names another purpose: “{own}”. The register does not let it ask for that. What it may ask for stands above.")
    },
    explained_by: |name| format!("Explanation by {name}"),
    what: "What you share",
    items: |count, number| format!("{count} {} from", if number == 1 { "item" } else { "items" }),
    over_asking: "According to the register this asker may not ask for this.",
    still_may: "You may share this credential; the other sees this state.",
    other_choice: |number| format!("Choose another credential ({number} fit)"),
    one_choice: |number| format!("Choose a credential ({number} fit)"),
    more_choice: |number| format!("Choose one or more credentials ({number} fit)"),
    which: "Which credential do you want to use?",
    which_more: "Which credentials do you want to share?",
    optional: "May go along and is not needed. It only goes when you switch it on.",
    optional_none: "Do not share this",
    optional_stays: "Does not go, unless you switch it on above.",
    nothing_chosen: "Nothing was shared. Choose at least one credential, or press Do not share.",
    way_instead: |kinds| format!("Share this instead: {kinds}"),
    way_also: |kinds| format!("Also share: {kinds}"),
    way_without: "Leave out what is not needed",
    also: "Also share",
    also_hint: "Not needed for this question. Off until you turn it on.",
    stays: |labels| format!("Stays behind: {labels}."),
    how_long: "How long",
    kept_until: |name, day| format!("{name} promises: kept until <b>{day}</b>"),
    kept_unknown: |name| format!("{name} does not say how long it is kept."),
    not_onward: "and not passed on to others. We cannot check this.",
    onward: |words| format!("Is passed on: {}. We cannot check this.", words.trim_end_matches('.')),
    deletable: "You can ask for it to be deleted.",
    deletable_at: |contact| format!("You can ask for it to be deleted: {contact}"),
    ground_title: "Ground and privacy statement",
    ground: |name, ground| format!("{name} uses these data on this ground: {ground}."),
    ground_missing: "The asker names no ground.",
    privacy_page: "Read the privacy statement",
    without_wallet: "It can be done without a wallet",
    not_shared: "This you do not share",
    not_shared_text: |labels| format!("{labels}. The credential holds it, but it does not go along."),
    not_shared_nothing: "Everything on this credential is asked for; nothing stays behind.",
    whole: "This form of the credential always goes as a whole. The other sees everything below, also what was not asked for.",
    not_shared_whole: "Nothing can be left out of this form of the credential; nothing stays behind.",
    confirm: "Are you sure?",
    confirm_label: |host| format!("Type this address: {host}"),
    confirm_hint: "Only needed if you want to share. Check that this really is the site where you were.",
    confirm_wrong: |typed, host| format!("Nothing was shared. You typed “{typed}”, but the address is {host}."),
    ends: |time, minutes| match minutes {
        1 => format!("This question ends at <b>{time}</b>, in one minute."),
        2..=90 => format!("This question ends at <b>{time}</b>, in {minutes}\u{a0}minutes."),
        _ => format!("This question ends: <b>{time}</b>."),
    },
    extend: "Give me more time",
    report: "Is something wrong? Report it",
    share: "Share",
    refuse: "Do not share",
};

impl Consent {
    /// `Hogeschool Voorbeeld belooft: bewaard tot 1 februari 2027`, or that nothing is promised.
    fn kept(&self, frame: &Frame, w: &Words) -> Html {
        let name = escape(self.party.name.get(frame.lang));
        Html(
            self.retention
                .until
                .map_or_else(|| (w.kept_unknown)(&name), |day| (w.kept_until)(&name, &escape(&format::date(frame.lang, day)))),
        )
    }
}
