//! Around a shared link: the PIN page, and the one page for every link that does not work.

use crate::view::{template, words};
use crate::{ErrorMark, Lang, PageView};

/// Asks for the PIN of a shared link. The form posts `pin` back to the link.
#[derive(Clone, Debug)]
pub struct PinPage {
    /// Where the form goes: the link itself.
    pub action: String,
    /// The last try was wrong.
    pub wrong: bool,
}

/// One page for a link that never existed, has ended or was stopped: they cannot be told apart (`README.md`, decision 21).
#[derive(Clone, Debug)]
pub struct EndedPage {
    /// Address of the page that checks a file.
    pub verify_url: String,
}

impl PinPage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = Self { action: "/s/4KT9W2MZsample00000001".to_owned(), wrong: false };
        vec![("ask", page.clone()), ("wrong", Self { wrong: true, ..page })]
    }
}

impl PageView for PinPage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        if self.wrong { words.pin_wrong_title.to_owned() } else { words.pin_title.to_owned() }
    }

    template!(PinPage, "public/pin.html", Words);
}

impl EndedPage {
    /// A value for every state: there is only one, on purpose.
    pub fn samples() -> Vec<(&'static str, Self)> {
        vec![("ended", Self { verify_url: "/verify".to_owned() })]
    }
}

impl PageView for EndedPage {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).ended_title.to_owned()
    }

    /// Without a reference of its own: the page is the same, byte for byte, for every link that does not work.
    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: "share_ended".to_owned(), reference: "-".to_owned() })
    }

    template!(EndedPage, "public/ended.html", Words);
}

struct Words {
    pin_title: &'static str,
    pin_wrong_title: &'static str,
    pin_lead: &'static str,
    pin_label: &'static str,
    pin_hint: &'static str,
    pin_wrong: &'static str,
    pin_open: &'static str,
    pin_tries: &'static str,
    ended_title: &'static str,
    ended_lead: &'static str,
    still_valid: &'static str,
    still_valid_text: &'static str,
    what_to_do: &'static str,
    ask_again: &'static str,
    typed: &'static str,
    have_file: &'static str,
    check_file: &'static str,
}

words!(Words);

const NL: Words = Words {
    pin_title: "Deze link heeft een pincode",
    pin_wrong_title: "Pincode klopt niet",
    pin_lead: "De houder heeft een pincode op deze link gezet. U kreeg die apart van de link.",
    pin_label: "Pincode",
    pin_hint: "6 cijfers",
    pin_wrong: "Deze pincode klopt niet. Na vijf keer fout gaat de link dicht.",
    pin_open: "Openen",
    pin_tries: "Hebt u geen pincode? Vraag de houder erom. Wij hebben die niet voor u.",
    ended_title: "Deze link werkt niet",
    ended_lead: "Hij bestaat niet, of het delen is gestopt.",
    still_valid: "Het bewijs kan nog geldig zijn",
    still_valid_text: "Dit gaat alleen over de link. Een link heeft een einddatum en de houder kan hem zelf stoppen. Over het bewijs zegt dat niets.",
    what_to_do: "Wat kunt u doen?",
    ask_again: "Vraag de houder om een nieuwe link.",
    typed: "Typte u de link over? Kijk of elke letter klopt. Hoofdletters en kleine letters tellen.",
    have_file: "Hebt u het bewijs als bestand?",
    check_file: "Controleer het bestand",
};

const EN: Words = Words {
    pin_title: "This link has a PIN",
    pin_wrong_title: "PIN is wrong",
    pin_lead: "The holder put a PIN on this link. You were given it apart from the link.",
    pin_label: "PIN",
    pin_hint: "6 digits",
    pin_wrong: "This PIN is wrong. After five wrong tries the link closes.",
    pin_open: "Open",
    pin_tries: "No PIN? Ask the holder for it. We do not have it for you.",
    ended_title: "This link does not work",
    ended_lead: "It does not exist, or the sharing has ended.",
    still_valid: "The credential may still be valid",
    still_valid_text: "This is about the link only. A link has an end date and the holder can stop it. That says nothing about the credential.",
    what_to_do: "What can you do?",
    ask_again: "Ask the holder for a new link.",
    typed: "Did you type the link? See whether every letter is right. Capitals and small letters count.",
    have_file: "Do you have the credential as a file?",
    check_file: "Check the file",
};
