//! Help, privacy, accessibility, and whose software this is.

mod words;

use self::words::{Section, Words};
use crate::view::template;
use crate::{Lang, PageView};

/// The role that shows the page; the privacy page differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The wallet.
    Wallet,
    /// The issuer.
    Issuer,
    /// The verifier.
    Verifier,
}

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// `/help`
    Help,
    /// `/privacy`
    Privacy,
    /// `/accessibility`
    Accessibility,
    /// `/licence`
    Licence,
}

/// One of the pages behind the footer's links.
#[derive(Clone, Debug)]
pub struct LegalPage {
    /// Which page.
    pub topic: Topic,
    /// In which role.
    pub role: Role,
    /// Who runs this server.
    pub operator: String,
    /// Mail address for questions, when the operator gave one.
    pub contact: Option<String>,
    /// Version of the software.
    pub version: String,
}

impl LegalPage {
    /// A value for every page in every role that differs.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |topic, role| Self {
            topic,
            role,
            operator: "Voorbeeld Onderwijs".to_owned(),
            contact: Some("wallet@voorbeeld-onderwijs.example".to_owned()),
            version: "0.1.0".to_owned(),
        };
        vec![
            ("help-wallet", page(Topic::Help, Role::Wallet)),
            ("help-issuer", page(Topic::Help, Role::Issuer)),
            ("help-verifier", page(Topic::Help, Role::Verifier)),
            ("privacy-wallet", page(Topic::Privacy, Role::Wallet)),
            ("privacy-issuer", page(Topic::Privacy, Role::Issuer)),
            ("privacy-verifier", page(Topic::Privacy, Role::Verifier)),
            ("accessibility", page(Topic::Accessibility, Role::Wallet)),
            ("licence", Self { contact: None, ..page(Topic::Licence, Role::Wallet) }),
        ]
    }

    fn sections(&self, words: &'static Words) -> &'static [Section] {
        match (self.topic, self.role) {
            (Topic::Help, Role::Wallet) => words.help_wallet,
            (Topic::Help, Role::Issuer) => words.help_issuer,
            (Topic::Help, Role::Verifier) => words.help_verifier,
            (Topic::Privacy, Role::Wallet) => words.privacy_wallet,
            (Topic::Privacy, Role::Issuer) => words.privacy_issuer,
            (Topic::Privacy, Role::Verifier) => words.privacy_verifier,
            (Topic::Accessibility, _) => words.accessibility,
            (Topic::Licence, _) => words.licence,
        }
    }

    fn heading(&self, words: &Words) -> &'static str {
        match self.topic {
            Topic::Help => words.help_title,
            Topic::Privacy => words.privacy_title,
            Topic::Accessibility => words.accessibility_title,
            Topic::Licence => words.licence_title,
        }
    }
}

impl PageView for LegalPage {
    fn title(&self, lang: Lang) -> String {
        self.heading(Words::of(lang)).to_owned()
    }

    template!(LegalPage, "public/legal.html", Words);
}
