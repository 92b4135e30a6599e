//! What is sent by mail: plain text that says that there is something, and never what, whose or from whom. No link but the wallet's
//! front page.

use crate::format;
use crate::view::words;
use crate::{Lang, Moment};

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Something new.
    New,
    /// An issuer changed what counts.
    Withdrawn,
    /// Somebody asks.
    Asked,
    /// Something left the wallet.
    Released,
    /// A sign-in from a new device.
    Device,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::New, Self::Withdrawn, Self::Asked, Self::Released, Self::Device];

    const fn words(self, w: &Words) -> (&'static str, &'static str) {
        match self {
            Self::New => w.new,
            Self::Withdrawn => w.withdrawn,
            Self::Asked => w.asked,
            Self::Released => w.released,
            Self::Device => w.device,
        }
    }
}

/// A mail, as its recipient reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The text, lines parted by `\n`.
    pub text: String,
}

/// Writes a mail. `wallet` is the wallet's front page, `operator` who runs it.
pub fn letter(lang: Lang, occasion: Occasion, at: Moment, wallet: &str, operator: &str) -> Letter {
    let w = Words::of(lang);
    let (subject, what) = occasion.words(w);
    let operator = one_line(operator);
    let choose = if occasion == Occasion::Device { w.always } else { w.choose };
    let text = [
        w.hello.to_owned(),
        format!("{what} ({})", format::date_time(lang, at).replace('\u{a0}', " ")),
        (w.look)(wallet),
        w.no_link.to_owned(),
        choose.to_owned(),
        (w.from)(&operator),
    ];
    Letter { subject: subject.to_owned(), text: format!("{}\n", text.join("\n\n")) }
}

/// A name as one line: what is put into a mail never begins another header or paragraph.
pub fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

struct Words {
    hello: &'static str,
    new: (&'static str, &'static str),
    withdrawn: (&'static str, &'static str),
    asked: (&'static str, &'static str),
    released: (&'static str, &'static str),
    device: (&'static str, &'static str),
    look: fn(&str) -> String,
    no_link: &'static str,
    choose: &'static str,
    always: &'static str,
    from: fn(&str) -> String,
}

words!(Words);

const NL: Words = Words {
    hello: "Hallo,",
    new: ("Er is iets nieuws in je wallet", "Er is iets nieuws in je wallet."),
    withdrawn: ("Er is iets veranderd in je wallet", "Een school heeft iets veranderd aan wat er in je wallet staat."),
    asked: ("Er staat een vraag open in je wallet", "Iemand vraagt je iets te delen. Je hebt nog niet geantwoord."),
    released: ("Er is iets gedeeld uit je wallet", "Er is iets gedeeld uit je wallet, of er veranderde iets aan een link die je maakte."),
    device: (
        "Er is ingelogd op je wallet vanaf een nieuw apparaat",
        "Er is op je wallet ingelogd vanaf een apparaat of browser die we nog niet kenden. Was jij dat, dan hoef je niets te doen. Was jij dat niet, log dan in de wallet overal uit en verander hoe je inlogt bij eduID.",
    ),
    look: |wallet| format!("Wat het is, zie je als je zelf naar je wallet gaat en inlogt:\n{wallet}"),
    no_link: "Om je te beschermen staat hier niet in wat het is, en is dit geen link waarmee je meteen inlogt.",
    choose: "Wil je dit niet meer per mail? Zet het uit in je wallet, onder Privacy en instellingen.",
    always: "Deze mail kun je niet uitzetten.",
    from: |operator| format!("{operator}\nJe kunt deze mail niet beantwoorden."),
};

const EN: Words = Words {
    hello: "Hello,",
    new: ("There is something new in your wallet", "There is something new in your wallet."),
    withdrawn: ("Something changed in your wallet", "A school changed something about what is in your wallet."),
    asked: ("A question is waiting in your wallet", "Somebody asks you to share something. You have not answered yet."),
    released: (
        "Something was shared from your wallet",
        "Something was shared from your wallet, or something changed about a link that you made.",
    ),
    device: (
        "Somebody logged in to your wallet on a new device",
        "Somebody logged in to your wallet from a device or browser that we did not know. If that was you, there is nothing to do. If not, log out everywhere in the wallet and change how you log in at eduID.",
    ),
    look: |wallet| format!("To see what it is, go to your wallet yourself and log in:\n{wallet}"),
    no_link: "To protect you, this mail does not say what it is, and its link does not log you in.",
    choose: "Do you no longer want this by mail? Switch it off in your wallet, under Privacy and settings.",
    always: "This mail cannot be switched off.",
    from: |operator| format!("{operator}\nYou cannot answer this mail."),
};

#[cfg(test)]
mod tests {
    use super::*;

    const WALLET: &str = "https://wallet.example/";

    fn each(mut look: impl FnMut(Lang, Occasion, Letter)) {
        for lang in Lang::ALL {
            for occasion in Occasion::ALL {
                look(lang, occasion, letter(lang, occasion, Moment(1_795_356_180), WALLET, "Voorbeeld Onderwijs"));
            }
        }
    }

    #[test]
    fn the_only_address_is_the_front_page() {
        each(|_, occasion, letter| {
            assert_eq!(letter.text.matches("://").count(), 1, "{occasion:?}");
            assert!(letter.text.lines().any(|line| line == WALLET), "{}", letter.text);
            assert!(!letter.subject.contains("://") && !letter.text.contains('@'));
        });
    }

    #[test]
    fn every_mail_is_of_its_occasion_and_language_alone() {
        let mut seen = Vec::new();
        each(|lang, occasion, letter| {
            assert!(!seen.contains(&letter.subject), "{lang:?} {occasion:?}");
            let (own, other) = lang.pick(("Hallo,", "Hello,"), ("Hello,", "Hallo,"));
            assert!(letter.text.starts_with(own) && !letter.text.contains(other), "{}", letter.text);
            assert!(letter.text.contains(lang.pick("22 november 2026, 15.03 uur", "22 November 2026, 15:03")), "{}", letter.text);
            seen.push(letter.subject);
        });
        assert_eq!(seen.len(), 10);
    }

    #[test]
    fn a_name_stays_on_its_line() {
        let hostile = "Voorbeeld\r\nBcc: iemand@evil.example\r\n\r\nKlik hier";
        assert_eq!(one_line(hostile), "Voorbeeld Bcc: iemand@evil.example Klik hier");
        let letter = letter(Lang::Nl, Occasion::New, Moment(0), WALLET, hostile);
        assert!(!letter.text.contains('\r') && !letter.text.lines().any(|line| line.starts_with("Bcc:")), "{}", letter.text);
    }
}
