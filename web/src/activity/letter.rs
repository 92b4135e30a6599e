//! A letter that the wallet prepares: to a receiver, to delete what it got, or to the authority, about whoever asked.
//!
//! It holds names of items and the number of the request, never a value and never who the learner is: the learner signs it.

use crate::format;
use crate::share::percent;
use crate::view::{template, words};
use crate::{Chrome, Day, Lang, Moment, PageView, Text};

/// The answer to `POST /wallet/activity/{id}/ask` and `…/report`, and `GET /wallet/requests/{id}/report`.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom it goes.
    pub kind: LetterKind,
    /// The party that it is to or about.
    pub party: Text,
    /// How that party identifies itself: a client identifier.
    pub party_id: Option<String>,
    /// Where it can be sent; none when the party gave no address.
    pub contact: Option<Contact>,
    /// When it was asked or shared; none while the question is still open.
    pub at: Option<Moment>,
    /// The number of the request.
    pub request: Option<String>,
    /// Why, in the party's words.
    pub purpose: Option<Text>,
    /// Labels of what was asked.
    pub requested: Vec<Text>,
    /// Labels of what went.
    pub labels: Vec<Text>,
    /// Until when the party promised to keep it.
    pub until: Option<Day>,
    /// The proof of sharing, to send along.
    pub proof_href: Option<String>,
    /// Back to the entry, or to the question.
    pub back: String,
}

/// Which letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterKind {
    /// To the receiver: delete it.
    Delete,
    /// To the authority; its name stands in the text.
    Report(&'static str),
}

/// Where a party or an authority is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contact {
    /// A mail address.
    Mail(String),
    /// A page.
    Page(String),
    /// A telephone number.
    Phone(String),
}

impl Contact {
    /// Reads a contact as registers and requests write it: a mail address with or without `mailto:`, a web address, or `tel:`.
    /// Anything else is none: it is not made a link.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.starts_with("https://") || text.starts_with("http://localhost") {
            return Some(Self::Page(text.to_owned()));
        }
        if let Some(number) = text.strip_prefix("tel:") {
            let digits = |c: char| c.is_ascii_digit() || "+- ".contains(c);
            return (!number.is_empty() && number.chars().all(digits)).then(|| Self::Phone(number.to_owned()));
        }
        let address = text.strip_prefix("mailto:").unwrap_or(text);
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-".contains(c);
        let (user, host) = address.split_once('@')?;
        let fits = !user.is_empty() && host.contains('.') && !host.contains('@') && address.chars().all(plain);
        fits.then(|| Self::Mail(address.to_owned()))
    }

    /// The address as people read it.
    pub fn shown(&self) -> &str {
        match self {
            Self::Mail(text) | Self::Page(text) | Self::Phone(text) => text,
        }
    }

    /// The address as a link; of a mail with everything filled in.
    fn href(&self, subject: &str, body: &str) -> String {
        match self {
            Self::Mail(address) => format!("mailto:{address}?subject={}&body={}", percent(subject), percent(body)),
            Self::Page(address) => address.clone(),
            Self::Phone(number) => format!("tel:{}", number.replace(' ', "")),
        }
    }
}

impl Letter {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let label = |nl: &str, en: &str| Text::new(nl, en);
        let delete = Self {
            kind: LetterKind::Delete,
            party: Text::same("Hogeschool Voorbeeld"),
            party_id: Some("x509_hash:2jmj7l5rSw0yVb_vlWAYkK_YBwkXkXkXkXkXkXkXkX8".to_owned()),
            contact: Contact::parse("privacy@hogeschool-voorbeeld.example"),
            at: Some(Moment(1_795_340_000)),
            request: Some("6fVnq2bYw0ZkT8rXcLm4Hs".to_owned()),
            purpose: Some(label("Toelating tot de minor Data", "Admission to the minor Data")),
            requested: vec![label("Naam", "Name"), label("Titel", "Title"), label("Studielast", "Study load")],
            labels: vec![label("Naam", "Name"), label("Titel", "Title"), label("Studielast", "Study load")],
            until: Day::parse("2027-02-01"),
            proof_href: Some("/wallet/activity/a/proof".to_owned()),
            back: "/wallet/activity/a".to_owned(),
        };
        let report = Self {
            kind: LetterKind::Report("Autoriteit Persoonsgegevens"),
            contact: Contact::parse("https://toezicht.example/melden"),
            ..delete.clone()
        };
        vec![
            ("delete-page", Self { contact: Contact::parse("https://hogeschool-voorbeeld.example/privacy"), ..delete.clone() }),
            ("delete-phone", Self { contact: Contact::parse("tel:+31 30 123 45 67"), ..delete.clone() }),
            ("delete-nobody", Self { contact: None, ..delete.clone() }),
            ("delete", delete),
            (
                "report-open",
                Self { at: None, labels: vec![], until: None, proof_href: None, back: "/wallet/requests/r".to_owned(), ..report.clone() },
            ),
            ("report", report),
        ]
    }

    fn heading(&self, lang: Lang) -> String {
        let w = Words::of(lang);
        match self.kind {
            LetterKind::Delete => (w.delete)(self.party.get(lang)),
            LetterKind::Report(authority) => (w.report)(authority),
        }
    }

    fn noted(&self, w: &Words) -> Option<&'static str> {
        match self.kind {
            LetterKind::Delete => Some(w.delete_noted),
            LetterKind::Report(_) => self.at.map(|_| w.report_noted),
        }
    }

    fn subject(&self, lang: Lang) -> String {
        let w = Words::of(lang);
        match self.kind {
            LetterKind::Delete => w.delete_subject.to_owned(),
            LetterKind::Report(_) => (w.report_subject)(self.party.get(lang)),
        }
    }

    /// The text, line by line.
    fn body(&self, lang: &Lang) -> String {
        let (lang, w) = (*lang, Words::of(*lang));
        let mut lines = vec![w.dear.to_owned(), String::new()];
        lines.extend(match self.kind {
            LetterKind::Delete => vec![w.delete_body.to_owned()],
            LetterKind::Report(_) => vec![(w.report_body)(self.party.get(lang)), w.report_add.to_owned()],
        });
        lines.push(String::new());
        let labels = |labels: &[Text]| format::sentence(lang, labels.iter().map(|label| label.get(lang)));
        let mut fact = |label: &str, value: Option<String>| lines.extend(value.map(|value| format!("{label}: {value}")));
        fact(w.when, self.at.map(|at| format::date_time(lang, at).replace('\u{a0}', " ")));
        fact(w.receiver, self.party_id.clone());
        fact(w.number, self.request.clone());
        fact(w.why, self.purpose.as_ref().map(|purpose| purpose.get(lang).to_owned()));
        fact(w.asked, (!self.requested.is_empty()).then(|| labels(&self.requested)));
        fact(w.went, (!self.labels.is_empty()).then(|| labels(&self.labels)));
        fact(w.until, self.until.map(|until| format::date(lang, until).replace('\u{a0}', " ")));
        if self.kind == LetterKind::Delete {
            lines.extend([String::new(), w.delete_end.to_owned()]);
        }
        lines.extend([String::new(), w.regards.to_owned(), String::new()]);
        lines.join("\n")
    }

    fn href(&self, lang: &Lang) -> Option<String> {
        self.contact.as_ref().map(|contact| contact.href(&self.subject(*lang), &self.body(lang)))
    }

    fn send<'w>(&self, w: &'w Words) -> &'w str {
        match self.contact {
            Some(Contact::Mail(_)) => w.by_mail,
            Some(Contact::Phone(_)) => w.by_phone,
            _ => w.by_page,
        }
    }

    /// Whether the text has to be copied over by hand.
    fn by_hand(&self) -> bool {
        !matches!(self.contact, Some(Contact::Mail(_)))
    }
}

impl PageView for Letter {
    fn title(&self, lang: Lang) -> String {
        self.heading(lang)
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(self.back.clone())
    }

    template!(Letter, "wallet/letter.html", Words);
}

struct Words {
    delete: fn(&str) -> String,
    delete_text: fn(&str) -> String,
    delete_noted: &'static str,
    delete_subject: &'static str,
    delete_body: &'static str,
    delete_end: &'static str,
    report: fn(&str) -> String,
    report_text: &'static str,
    report_noted: &'static str,
    report_subject: fn(&str) -> String,
    report_body: fn(&str) -> String,
    report_add: &'static str,
    dear: &'static str,
    regards: &'static str,
    when: &'static str,
    receiver: &'static str,
    number: &'static str,
    why: &'static str,
    asked: &'static str,
    went: &'static str,
    until: &'static str,
    letter: &'static str,
    by_mail: &'static str,
    by_page: &'static str,
    by_phone: &'static str,
    copy_over: &'static str,
    nobody: &'static str,
    proof: &'static str,
    back: &'static str,
}

words!(Words);

const NL: Words = Words {
    delete: |name| format!("Vraag {name} om te verwijderen"),
    delete_text: |name| {
        format!(
            "De tekst staat klaar. Zet je naam eronder en verstuur hem zelf. {name} moet binnen een maand antwoorden; wij kunnen niet controleren of het gebeurt."
        )
    },
    delete_noted: "Bij Activiteit staat nu dat je dit vroeg.",
    delete_subject: "Verzoek om verwijdering van mijn gegevens",
    delete_body: "Ik heb gegevens met u gedeeld vanuit mijn wallet. Ik vraag u die te verwijderen (artikel 17 AVG), en mij te laten weten dat dat gebeurd is.",
    delete_end: "Hebt u deze gegevens doorgegeven? Laat die ontvangers dan ook weten dat ik om verwijdering vroeg (artikel 19 AVG).",
    report: |authority| format!("Melden bij de {authority}"),
    report_text: "De tekst staat klaar. Vul aan wat er volgens jou mis is, en verstuur hem zelf. Wij sturen niets.",
    report_noted: "Bij Activiteit staat nu dat je een melding maakte.",
    report_subject: |name| format!("Melding over {name}"),
    report_body: |name| format!("Ik wil melden hoe {name} met persoonsgegevens omgaat. Wat er volgens mij mis is:"),
    report_add: "[vul hier aan]",
    dear: "Geachte heer, mevrouw,",
    regards: "Met vriendelijke groet,",
    when: "Gedeeld of gevraagd op",
    receiver: "Kenmerk van de vrager",
    number: "Nummer van de vraag",
    why: "Opgegeven doel",
    asked: "Gevraagd",
    went: "Gedeeld",
    until: "Beloofde einddatum",
    letter: "De tekst",
    by_mail: "Open in je mailprogramma",
    by_page: "Ga naar de pagina",
    by_phone: "Bel",
    copy_over: "Kopieer de tekst en plak hem daar, of noem het nummer van de vraag.",
    nobody: "Deze partij gaf geen adres op. Zoek het op haar eigen site, of maak een melding.",
    proof: "Download het bewijs van delen en stuur het mee",
    back: "Terug",
};

const EN: Words = Words {
    delete: |name| format!("Ask {name} to delete"),
    delete_text: |name| {
        format!(
            "The text is ready. Put your name below it and send it yourself. {name} must answer within a month; we cannot check whether it is done."
        )
    },
    delete_noted: "Activity now says that you asked this.",
    delete_subject: "Request to delete my data",
    delete_body: "I shared data with you from my wallet. I ask you to delete them (article 17 GDPR), and to let me know that this was done.",
    delete_end: "Did you pass these data on? Then also let those receivers know that I asked for deletion (article 19 GDPR).",
    report: |authority| format!("Report to the {authority}"),
    report_text: "The text is ready. Add what you think is wrong, and send it yourself. We send nothing.",
    report_noted: "Activity now says that you made a report.",
    report_subject: |name| format!("Report about {name}"),
    report_body: |name| format!("I want to report how {name} handles personal data. What I think is wrong:"),
    report_add: "[add it here]",
    dear: "Dear sir or madam,",
    regards: "Kind regards,",
    when: "Shared or asked on",
    receiver: "Identifier of the asker",
    number: "Number of the request",
    why: "Stated purpose",
    asked: "Asked",
    went: "Shared",
    until: "Promised end date",
    letter: "The text",
    by_mail: "Open in your mail program",
    by_page: "Go to the page",
    by_phone: "Call",
    copy_over: "Copy the text and paste it there, or name the number of the request.",
    nobody: "This party gave no address. Look for it on its own site, or make a report.",
    proof: "Download the proof of sharing and send it along",
    back: "Back",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_read_and_nothing_else_becomes_a_link() {
        let mail = Some(Contact::Mail("privacy@school.example".to_owned()));
        assert_eq!(Contact::parse("privacy@school.example"), mail);
        assert_eq!(Contact::parse("mailto:privacy@school.example"), mail);
        assert_eq!(Contact::parse("https://school.example/p"), Some(Contact::Page("https://school.example/p".to_owned())));
        assert_eq!(Contact::parse("tel:+31 30 1"), Some(Contact::Phone("+31 30 1".to_owned())));
        for wrong in ["javascript:alert(1)", "http://school.example", "a@b.c?bcc=x@y.z", "tel:", "balie", "a@b@c.d", "mailto:"] {
            assert_eq!(Contact::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_mail_is_filled_in_and_names_the_request() {
        let letter = Letter::samples().into_iter().find(|(state, _)| *state == "delete").map(|(_, letter)| letter).unwrap();
        let href = letter.href(&Lang::Nl).unwrap();
        assert!(href.starts_with("mailto:privacy@hogeschool-voorbeeld.example?subject=Verzoek%20om"), "{href}");
        assert!(href.contains("6fVnq2bYw0ZkT8rXcLm4Hs") && href.contains("Naam%2C%20titel%20en%20studielast"), "{href}");
        assert!(!letter.body(&Lang::En).contains('\u{a0}'), "no-break spaces are for pages");
    }
}
