//! What a learner is told of, and where: in the wallet, and by mail where the operator has it.

use crate::view::{template, words};
use crate::{Chrome, Lang, PageView, Section};

/// `GET /settings/notifications`.
#[derive(Clone, Debug)]
pub struct Notices {
    /// What can be chosen, in order.
    pub choices: Vec<Choice>,
    /// How mail goes.
    pub mail: Mail,
    /// The language of mail.
    pub lang: Lang,
    /// Set right after it was saved.
    pub saved: bool,
}

/// One sort of news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Which.
    pub kind: Kind,
    /// Whether it is told in the wallet.
    pub feed: bool,
    /// Whether it is told by mail.
    pub mail: bool,
}

/// The sorts that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A credential came.
    New,
    /// A credential was suspended or withdrawn.
    Withdrawn,
    /// Somebody asks.
    Asked,
    /// Something was shared.
    Released,
}

/// How mail goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mail {
    /// The operator has none.
    Off,
    /// eduID gave no address.
    NoAddress,
    /// To this address.
    To(String),
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::New, Self::Withdrawn, Self::Asked, Self::Released];

    /// As it is sent: `new_feed`, `new_mail`.
    const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Withdrawn => "withdrawn",
            Self::Asked => "asked",
            Self::Released => "released",
        }
    }

    fn words(self, w: &Words) -> (&'static str, &'static str) {
        match self {
            Self::New => (w.new, w.new_text),
            Self::Withdrawn => (w.withdrawn, w.withdrawn_text),
            Self::Asked => (w.asked, w.asked_text),
            Self::Released => (w.released, w.released_text),
        }
    }
}

impl Notices {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let all = |feed, mail| Kind::ALL.into_iter().map(|kind| Choice { kind, feed, mail }).collect::<Vec<_>>();
        let to = Self { choices: all(true, true), mail: Mail::To("samira@post.example".to_owned()), lang: Lang::Nl, saved: false };
        let mut some = all(true, true);
        for (at, choice) in some.iter_mut().enumerate() {
            (choice.feed, choice.mail) = (at != 3, at == 1);
        }
        vec![
            ("no-mail", Self { mail: Mail::Off, ..to.clone() }),
            ("no-address", Self { mail: Mail::NoAddress, ..to.clone() }),
            ("saved", Self { choices: some, lang: Lang::En, saved: true, ..to.clone() }),
            ("mail", to),
        ]
    }

    /// Whether mail can be chosen.
    fn has_mail(&self) -> bool {
        self.mail != Mail::Off
    }
}

impl PageView for Notices {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Learner(Section::Other)
    }

    template!(Notices, "wallet/notices.html", Words);
}

struct Words {
    title: &'static str,
    text: &'static str,
    saved: &'static str,
    in_wallet: &'static str,
    by_mail: &'static str,
    new: &'static str,
    new_text: &'static str,
    withdrawn: &'static str,
    withdrawn_text: &'static str,
    asked: &'static str,
    asked_text: &'static str,
    released: &'static str,
    released_text: &'static str,
    device: &'static str,
    device_text: &'static str,
    always: &'static str,
    mail: &'static str,
    mail_off: &'static str,
    mail_none: &'static str,
    mail_to: fn(&str) -> String,
    mail_says: &'static str,
    lang: &'static str,
    save: &'static str,
    news: &'static str,
    privacy: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Waarover je nieuws krijgt",
    text: "Zet uit wat je niet wilt weten. Je wallet werkt gewoon door.",
    saved: "Je keuze is bewaard.",
    in_wallet: "In je wallet",
    by_mail: "Per mail",
    new: "Nieuw",
    new_text: "Er is een bewijs binnengekomen, het ligt klaar, of het komt niet.",
    withdrawn: "Ingetrokken",
    withdrawn_text: "Een school heeft een bewijs opgeschort, ingetrokken, of weer geldig gemaakt.",
    asked: "Gevraagd",
    asked_text: "Iemand vraagt om gegevens. Een mail volgt alleen als je niet meteen antwoordt.",
    released: "Gedeeld",
    released_text: "Er is iets gedeeld, er is een link gemaakt, of een link is gesloten.",
    device: "Inloggen op een nieuw apparaat",
    device_text: "Dit kan niet uit: zo merk je het als iemand anders in je wallet komt.",
    always: "Altijd aan",
    mail: "Mail",
    mail_off: "De beheerder van deze wallet verstuurt geen mail.",
    mail_none: "eduID gaf bij het inloggen geen mailadres. Er wordt niets gestuurd.",
    mail_to: |address| {
        format!("Mail gaat naar {address}. Dat adres komt van eduID. Verander het daar; bij de volgende keer inloggen komt het mee.")
    },
    mail_says: "In een mail staat nooit welk bewijs het is of van wie, en geen link waarmee je inlogt.",
    lang: "Taal van de mail",
    save: "Bewaar",
    news: "Naar je nieuws",
    privacy: "Privacy en instellingen",
};

const EN: Words = Words {
    title: "What you are told",
    text: "Switch off what you do not want to know. Your wallet goes on as before.",
    saved: "Your choice is saved.",
    in_wallet: "In your wallet",
    by_mail: "By mail",
    new: "New",
    new_text: "A credential came in, is ready, or will not come.",
    withdrawn: "Withdrawn",
    withdrawn_text: "A school suspended or withdrew a credential, or made it valid again.",
    asked: "Asked",
    asked_text: "Somebody asks for data. A mail follows only when you do not answer at once.",
    released: "Shared",
    released_text: "Something was shared, a link was made, or a link was closed.",
    device: "Logging in on a new device",
    device_text: "This cannot be switched off: it is how you notice that somebody else gets into your wallet.",
    always: "Always on",
    mail: "Mail",
    mail_off: "The operator of this wallet sends no mail.",
    mail_none: "eduID gave no mail address when you logged in. Nothing is sent.",
    mail_to: |address| {
        format!("Mail goes to {address}. That address comes from eduID. Change it there; it comes along the next time you log in.")
    },
    mail_says: "A mail never says which credential it is or whose, and holds no link that logs you in.",
    lang: "Language of mail",
    save: "Save",
    news: "To your news",
    privacy: "Privacy and settings",
};
