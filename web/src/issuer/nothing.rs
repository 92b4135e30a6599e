//! A wallet asked the institution for what waits for a learner, and nothing does: why, and what to do.

use crate::view::{template, words};
use crate::{Frame, Lang, PageView, Text};

/// Why nothing waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nothing {
    /// The institution knows nothing of this eduID.
    Unknown,
    /// So many results or enrolments are not decided yet.
    NotDecided(u32),
    /// Everything was collected, or the wallet asks for another kind.
    Collected,
    /// The offer is for another eduID than the one of this login.
    NoMatch,
}

/// After the eduID login, in place of the page that says who gets what. The form posts `choice` = `refuse`.
#[derive(Clone, Debug)]
pub struct NothingWaitsPage {
    /// Name of the institution.
    pub institution: Text,
    /// Name of the learner, as the institution knows it from this login.
    pub learner: String,
    /// Name of the wallet.
    pub client: String,
    /// Why.
    pub why: Nothing,
    /// Where the form posts.
    pub action: String,
}

impl NothingWaitsPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self {
            institution: Text::same("Hogeschool Voorbeeld"),
            learner: "Samira de Vries".to_owned(),
            client: "Eduwallet".to_owned(),
            why: Nothing::Unknown,
            action: "/hogeschool-voorbeeld/authorize/4KT9W2MZ".to_owned(),
        };
        let not_decided = Self { why: Nothing::NotDecided(2), ..page.clone() };
        let collected = Self { why: Nothing::Collected, ..page.clone() };
        let no_match = Self { why: Nothing::NoMatch, ..page.clone() };
        vec![("unknown", page), ("not-decided", not_decided), ("collected", collected), ("no-match", no_match)]
    }

    fn told<'a>(&self, words: &'a Words) -> &'a Told {
        match self.why {
            Nothing::Unknown => &words.unknown,
            Nothing::NotDecided(_) => &words.not_decided,
            Nothing::Collected => &words.collected,
            Nothing::NoMatch => &words.no_match,
        }
    }

    fn what(&self, frame: &Frame, words: &Words) -> String {
        (self.told(words).what)(frame.plain(&self.institution))
    }

    fn count(&self, words: &Words) -> Option<String> {
        match self.why {
            Nothing::NotDecided(count) => Some((words.count)(count)),
            Nothing::Unknown | Nothing::Collected | Nothing::NoMatch => None,
        }
    }
}

impl PageView for NothingWaitsPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.told(Words::of(lang)).title, self.institution.get(lang))
    }

    template!(NothingWaitsPage, "issuer/nothing.html", Words);
}

struct Told {
    title: &'static str,
    what: fn(&str) -> String,
    now: &'static [&'static str],
}

struct Words {
    who: &'static str,
    not_you: &'static str,
    what: &'static str,
    now: &'static str,
    lost: &'static str,
    lost_nothing: &'static str,
    back: fn(&str) -> String,
    count: fn(u32) -> String,
    unknown: Told,
    not_decided: Told,
    collected: Told,
    no_match: Told,
}

words!(Words);

const NL: Words = Words {
    who: "Wie",
    not_you: "Ben je dit niet? Log dan uit bij eduID en begin opnieuw in je wallet.",
    what: "Wat er is gebeurd",
    now: "Wat je kunt doen",
    lost: "Is er iets kwijt?",
    lost_nothing: "Nee. Er is niets gegeven en niets verloren: wat je hebt behaald, blijft bij je school staan tot je het ophaalt.",
    back: |wallet| format!("Terug naar {wallet}"),
    count: |count| match count {
        1 => "Eén resultaat of inschrijving staat nog niet vast.".to_owned(),
        count => format!("{count} resultaten of inschrijvingen staan nog niet vast."),
    },
    unknown: Told {
        title: "We vinden nog niets van jou",
        what: |institution| format!("Je bent ingelogd, maar {institution} heeft niets dat bij jouw eduID hoort."),
        now: &[
            "Vraag je school om je eduID te koppelen aan je gegevens daar. Probeer het daarna opnieuw in je wallet.",
            "Heb je het bij een andere school behaald? Kies die school dan in je wallet.",
            "Heb je meer dan één eduID? Log dan uit bij eduID en gebruik het andere.",
        ],
    },
    not_decided: Told {
        title: "Het is nog niet klaar",
        what: |institution| format!("{institution} is er nog mee bezig."),
        now: &["Je hoeft niets te doen. Probeer het later opnieuw in je wallet.", "Duurt het langer dan je denkt? Vraag het je school."],
    },
    collected: Told {
        title: "Er ligt nu niets voor je klaar",
        what: |institution| format!("Van wat deze wallet vraagt, heeft {institution} nu niets dat nog opgehaald kan worden."),
        now: &["Staat het in een andere wallet? Dan is het daar.", "Ben je het kwijt? Vraag je school om een nieuwe link."],
    },
    no_match: Told {
        title: "Dit aanbod hoort bij een ander eduID",
        what: |institution| {
            format!(
                "Je bent ingelogd, maar {institution} heeft dit bewijs bij een ander eduID staan. We raden niet wie je bent. Het bewijs wacht, en de balie van de school ziet dat iemand het niet kon ophalen."
            )
        },
        now: &[
            "Heb je meer dan één eduID? Log dan uit bij eduID, open de link opnieuw en log in met het eduID dat je school van je kent.",
            "Heb je er maar één? Vraag je school welk eduID daar bij jou staat en laat het verbeteren. Open daarna de link opnieuw.",
            "Is de link van iemand anders? Dan is het bewijs niet voor jou en hoef je niets te doen.",
        ],
    },
};

const EN: Words = Words {
    who: "Who",
    not_you: "Is this not you? Then log out at eduID and start again in your wallet.",
    what: "What happened",
    now: "What you can do",
    lost: "Is anything lost?",
    lost_nothing: "No. Nothing was given and nothing is lost: what you achieved stays with your school until you collect it.",
    back: |wallet| format!("Back to {wallet}"),
    count: |count| match count {
        1 => "One result or enrolment is not decided yet.".to_owned(),
        count => format!("{count} results or enrolments are not decided yet."),
    },
    unknown: Told {
        title: "We find nothing of yours yet",
        what: |institution| format!("You are logged in, but {institution} has nothing that belongs to your eduID."),
        now: &[
            "Ask your school to link your eduID to what it has of you. After that, try again in your wallet.",
            "Did you achieve it at another school? Then choose that school in your wallet.",
            "Do you have more than one eduID? Then log out at eduID and use the other one.",
        ],
    },
    not_decided: Told {
        title: "It is not ready yet",
        what: |institution| format!("{institution} is still working on it."),
        now: &["You need not do anything. Try again later in your wallet.", "Does it take longer than you think? Ask your school."],
    },
    collected: Told {
        title: "Nothing is waiting for you now",
        what: |institution| format!("Of what this wallet asks for, {institution} has nothing now that can still be collected."),
        now: &["Is it in another wallet? Then it is there.", "Have you lost it? Ask your school for a new link."],
    },
    no_match: Told {
        title: "This offer belongs to another eduID",
        what: |institution| {
            format!(
                "You are logged in, but {institution} has this credential under another eduID. We do not guess who you are. The credential waits, and the school's desk sees that somebody could not collect it."
            )
        },
        now: &[
            "Do you have more than one eduID? Then log out at eduID, open the link again and log in with the eduID that your school has of you.",
            "Do you have only one? Ask your school which eduID it has of you and have it corrected. After that, open the link again.",
            "Is it somebody else's link? Then the credential is not for you and you need not do anything.",
        ],
    },
};
