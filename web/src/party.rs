//! A party that offers or asks, and how it was proven who that is.

use crate::badge::{Colour, monogram};
use crate::text::{Html, Value, escape};
use crate::{Day, Fact, Frame, Lang, Text};

/// A party, as the register names it and not as it names itself.
#[derive(Clone, Debug)]
pub struct Party {
    /// Its name; for a party outside the register the name that it gives itself, or its host.
    pub name: Text,
    /// The service of it, when it has several.
    pub service: Option<Text>,
    /// Ground of its monogram.
    pub colour: Colour,
    /// Path of its logo, from the register and never from itself; without one its monogram stands there.
    pub picture: Option<String>,
    /// How it was proven.
    pub proof: Proof,
    /// Legal name, place, web address, certificate: folded under "who is this?".
    pub facts: Vec<Fact>,
}

/// The first letters of the first two words.
fn letters(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

/// A party's monogram as a picture that stands alone, a PNG: for wallets of others, when it has no logo. No SVG: there are wallets
/// that know no media type with a plus sign and would not read the metadata around it.
pub fn drawn_logo(name: &str, colour: Colour) -> Vec<u8> {
    monogram(&letters(name), colour)
}

/// How it was proven who a party is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// It is in a register, and its certificate or key fits.
    Register {
        /// Who keeps the register.
        keeper: Text,
    },
    /// Only its certificate is valid; it is in no register.
    Certificate {
        /// The host that the certificate is for.
        host: String,
    },
    /// Only the web address is known.
    Address {
        /// That host.
        host: String,
    },
    /// Only a key is known: its name is not one that can be looked up.
    Key,
    /// The operator of this wallet looked at it; it is in no register.
    Operator {
        /// Who that is.
        name: String,
        /// Its host.
        host: String,
    },
}

impl Party {
    /// Whether a register vouches for it.
    pub const fn is_proven(&self) -> bool {
        matches!(self.proof, Proof::Register { .. })
    }

    /// One or two letters for its monogram.
    pub fn monogram(&self) -> String {
        letters(&self.name.nl)
    }
}

/// A logo of the register as a picture, named for those who do not see it.
pub(crate) fn shown(path: &str, name: &str, lang: Lang) -> Html {
    let alt = format!("{} {name}", lang.pick("Logo van", "Logo of"));
    Html(format!("<img class=\"logo-i\" src=\"{}\" alt=\"{}\" width=\"56\" height=\"56\">", escape(path), escape(&alt)))
}

impl Party {
    /// Its logo, or its monogram on its own colour: a picture, with the name beside it.
    pub fn logo(&self, frame: &Frame) -> Html {
        if let Some(picture) = &self.picture {
            return shown(picture, self.name.get(frame.lang), frame.lang);
        }
        let (colour, letters) = (self.colour.hex(), escape(&self.monogram()));
        let text = format!("<text x=\"28\" y=\"35\" text-anchor=\"middle\" fill=\"#fff\" class=\"logo-t\">{letters}</text>");
        Html(format!(
            "<svg class=\"logo-i\" viewBox=\"0 0 56 56\" aria-hidden=\"true\"><rect width=\"56\" height=\"56\" rx=\"4\" fill=\"{colour}\"/>{text}</svg>"
        ))
    }

    /// How it was proven: icon, words and colour.
    pub fn proven(&self, frame: &Frame) -> Html {
        let (class, icon, words) = match (&self.proof, frame.lang) {
            (Proof::Register { keeper }, Lang::Nl) => {
                ("ok", "ok", format!("Gecontroleerd: staat in het register van {}", keeper.get(Lang::Nl)))
            }
            (Proof::Register { keeper }, Lang::En) => ("ok", "ok", format!("Checked: is in the register of {}", keeper.get(Lang::En))),
            (Proof::Certificate { host }, Lang::Nl) => {
                ("warn", "alert", format!("Niet in een register. Alleen het certificaat van {host} is gecontroleerd"))
            }
            (Proof::Certificate { host }, Lang::En) => {
                ("warn", "alert", format!("Not in any register. Only the certificate of {host} was checked"))
            }
            (Proof::Address { host }, Lang::Nl) => ("bad", "alert", format!("Niet gecontroleerd: alleen het webadres is bekend: {host}")),
            (Proof::Address { host }, Lang::En) => ("bad", "alert", format!("Not checked: only the web address is known: {host}")),
            (Proof::Operator { name, host }, Lang::Nl) => {
                ("warn", "alert", format!("Toegelaten door {name}, in geen register. Webadres: {host}"))
            }
            (Proof::Operator { name, host }, Lang::En) => {
                ("warn", "alert", format!("Admitted by {name}, in no register. Web address: {host}"))
            }
            (Proof::Key, Lang::Nl) => {
                ("bad", "alert", "Niet gecontroleerd: alleen een sleutel is bekend, geen naam of webadres".to_owned())
            }
            (Proof::Key, Lang::En) => ("bad", "alert", "Not checked: only a key is known, no name or web address".to_owned()),
        };
        Html(format!("<p class=\"state {class}\">{}<span>{}</span></p>", frame.icon(icon), escape(&words)))
    }

    /// A school of a register, for samples.
    pub(crate) fn sample_school() -> Self {
        Self {
            name: Text::same("Hogeschool Voorbeeld"),
            service: Some(Text::new("Flexibel inschrijven", "Flexible enrolment")),
            colour: Colour::from_hex("#0f6470").unwrap_or(Colour::of("")),
            picture: None,
            proof: Proof::Register { keeper: Text::same("Voorbeeld Onderwijs") },
            facts: vec![
                Fact::new(Text::new("Naam", "Name"), Value::same("Stichting Hogeschool Voorbeeld")),
                Fact::new(Text::new("Plaats", "Place"), Value::Text(Text::new("Utrecht, Nederland", "Utrecht, the Netherlands"))),
                Fact::new(Text::new("Webadres", "Web address"), Value::same("inschrijven.hogeschool-voorbeeld.example")),
                Fact::new(Text::new("Certificaat geldig tot", "Certificate valid until"), Value::Day(Day { year: 2027, month: 3, day: 1 })),
            ],
        }
    }

    /// Somebody whom no register knows, for samples.
    pub(crate) fn sample_stranger() -> Self {
        let host = "vacatures.bakkerij-voorbeeld.example".to_owned();
        Self {
            name: Text::same(host.clone()),
            service: None,
            colour: Colour::of(&host),
            picture: None,
            proof: Proof::Address { host },
            facts: vec![Fact::new(Text::new("Noemt zichzelf", "Calls itself"), Value::same("Bakkerij Voorbeeld"))],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_has_two_letters_at_most() {
        assert_eq!(Party::sample_school().monogram(), "HV");
        assert_eq!(Party { name: Text::same("roc"), ..Party::sample_school() }.monogram(), "R");
    }

    #[test]
    fn a_logo_stands_where_the_monogram_stood() {
        let frame = Frame::sample(Lang::En, "/");
        assert!(Party::sample_school().logo(&frame).to_string().contains(">HV</text>"));
        let with = Party { picture: Some("/logo/00.png".to_owned()), name: Text::same("A \"B\""), ..Party::sample_school() };
        let shown = with.logo(&frame).to_string();
        assert!(shown.contains("src=\"/logo/00.png\"") && shown.contains("alt=\"Logo of A &") && !shown.contains("\"B\""), "{shown}");
    }

    #[test]
    fn only_a_register_proves() {
        assert!(Party::sample_school().is_proven());
        assert!(!Party::sample_stranger().is_proven());
        let hostile = Party { proof: Proof::Address { host: "<b>".to_owned() }, ..Party::sample_stranger() };
        assert!(!hostile.proven(&Frame::sample(Lang::Nl, "/")).to_string().contains("<b>"));
    }
}
