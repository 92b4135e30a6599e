//! The printable certificate: one A4, black on white, that says itself that it is not the proof.

use crate::head::{Kind, Unit};
use crate::verdict::{self, Content, Face, Past, VerdictPage};
use crate::view::{template, words};
use crate::{Frame, Lang, Moment, PageView, Text, format};

/// The link that stands on the paper.
#[derive(Clone, Debug)]
pub struct PaperLink {
    /// The whole address, also in the QR.
    pub url: String,
    /// The end of the link; nothing means until the holder stops it.
    pub until: Option<Moment>,
    /// A short code to type, with the address where to type it.
    pub short_code: Option<(String, String)>,
}

/// A certificate to print.
#[derive(Clone, Debug)]
pub struct CertificatePage {
    /// The state at the moment of printing. Only a genuine credential has a certificate.
    pub face: Face,
    /// What kind of credential.
    pub kind: Kind,
    /// Name of the issuer, from the register.
    pub issuer: Text,
    /// Its former name, and that it left.
    pub past: Past,
    /// What it says.
    pub content: Content,
    /// The link on the paper; nothing when it was opened from the wallet without a link.
    pub link: Option<PaperLink>,
    /// Where "back" leads.
    pub back: String,
    /// When it was checked.
    pub checked_at: Moment,
}

impl CertificatePage {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let page = |name: &str| {
            let verdicts = VerdictPage::samples();
            let credential =
                verdicts.into_iter().find(|(state, _)| *state == name).and_then(|(_, page)| page.credentials.into_iter().next())?;
            let issuer = credential.issuer?;
            Some(Self {
                face: credential.face,
                kind: credential.kind,
                past: issuer.past,
                issuer: issuer.name,
                content: credential.content?,
                link: Some(PaperLink {
                    url: "https://eduwallet.example/s/4KT9W2MZsample00000001".to_owned(),
                    until: Some(Moment(1_826_884_800)),
                    short_code: Some(("4KT9 W2MZ".to_owned(), "eduwallet.example/c".to_owned())),
                }),
                back: "/s/4KT9W2MZsample00000001".to_owned(),
                checked_at: Moment(1_795_352_580),
            })
        };
        let mut samples: Vec<_> =
            [("valid", "valid"), ("enrolment", "valid-enrolment"), ("expired", "attention-expired"), ("issuer-merged", "issuer-merged")]
                .into_iter()
                .filter_map(|(state, verdict)| page(verdict).map(|page| (state, page)))
                .collect();
        samples.extend(page("valid").map(|page| ("without-link", Self { link: None, ..page })));
        samples
    }

    fn title_words(&self, frame: &Frame) -> String {
        self.content.title.as_ref().map_or_else(|| self.kind.words(frame.lang).to_owned(), |title| title.get(frame.lang).to_owned())
    }

    fn kind_words(&self, frame: &Frame) -> String {
        self.kind.words(frame.lang).to_owned()
    }

    fn load(&self, frame: &Frame, words: &Words) -> Option<String> {
        let load = self.content.workload.as_ref()?;
        let plain = load.words(frame.lang);
        Some(match load.unit {
            Unit::Ec => (words.about_hours)(&plain, &format!("{}", (load.amount * 28.0).round())),
            Unit::Sbu | Unit::Hours => plain,
        })
    }

    fn level(&self, frame: &Frame) -> Option<String> {
        let level = self.content.level.as_ref()?;
        let words = Words::of(frame.lang);
        Some(if level.verified { level.words() } else { format!("{}, {}", level.words(), words.by_institution) })
    }

    fn enrolled(&self, frame: &Frame, words: &Words) -> Option<String> {
        let enrolment = self.content.enrolment.as_ref()?;
        let day = |day| format::date(frame.lang, day);
        Some((words.enrolled_between)(&enrolment.from.map(day).unwrap_or_default(), &enrolment.until.map(day).unwrap_or_default()))
    }

    fn state(&self, frame: &Frame, words: &Words) -> String {
        let words_of = verdict::Words::of(frame.lang);
        (words.state)(self.face.words(words_of), &format::date(frame.lang, self.checked_at.day()))
    }

    fn qr(&self, words: &Words) -> crate::text::Html {
        self.link.as_ref().map(|link| crate::qr::svg(&link.url, words.qr_label)).unwrap_or_default()
    }

    fn ends(&self, frame: &Frame, words: &Words) -> String {
        match self.link.as_ref().and_then(|link| link.until) {
            Some(until) => (words.works_until)(&format::date(frame.lang, until.day())),
            None => words.works_open.to_owned(),
        }
    }
}

impl PageView for CertificatePage {
    fn title(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        let title = self.content.title.as_ref().map_or_else(|| self.kind.words(lang), |title| title.get(lang));
        format!("{} {title}", words.certificate)
    }

    template!(CertificatePage, "public/certificate.html", Words);
}

struct Words {
    certificate: &'static str,
    of: &'static str,
    one_page: &'static str,
    back: &'static str,
    achieved_by: &'static str,
    enrolled_person: &'static str,
    achieved_on: &'static str,
    valid_until: &'static str,
    load: &'static str,
    level: &'static str,
    enrolled: &'static str,
    result: &'static str,
    about_hours: fn(&str, &str) -> String,
    enrolled_between: fn(&str, &str) -> String,
    holder_can: &'static str,
    tested: fn(&str) -> String,
    not_the_proof: &'static str,
    not_diploma: &'static str,
    scan: &'static str,
    or_type: fn(&str) -> String,
    works_until: fn(&str) -> String,
    works_open: &'static str,
    then: &'static str,
    no_link: &'static str,
    by_institution: &'static str,
    state: fn(&str, &str) -> String,
    qr_label: &'static str,
}

words!(Words);

const NL: Words = Words {
    certificate: "Certificaat",
    of: "Certificaat van",
    one_page: "Eén A4. Print met Ctrl+P of via het menu van uw browser; kies daar “opslaan als pdf” voor een bestand.",
    back: "Terug",
    achieved_by: "Behaald door",
    enrolled_person: "Ingeschreven",
    achieved_on: "Behaald op",
    valid_until: "Geldig tot",
    load: "Studielast",
    level: "Niveau",
    enrolled: "Periode",
    result: "Resultaat",
    about_hours: |load, hours| format!("{load}, ongeveer {hours}\u{a0}uur"),
    enrolled_between: |from, until| if until.is_empty() { format!("vanaf {from}") } else { format!("{from} tot en met {until}") },
    holder_can: "De houder kan",
    tested: |how| format!("Getoetst met: {how}."),
    not_the_proof: "Dit papier is niet het bewijs. De link is dat wel.",
    not_diploma: "Dit is geen diploma of graad.",
    scan: "Scan de code, of open:",
    or_type: |place| format!("Scan de code, of ga naar {place} en typ:"),
    works_until: |date| format!("De link werkt tot {date}."),
    works_open: "De link werkt tot de houder stopt met delen.",
    then: "Daarna kan het bewijs zelf nog geldig zijn: vraag de houder om een nieuwe link.",
    no_link: "Dit papier is niet het bewijs. Vraag de houder om een link om het te controleren.",
    by_institution: "volgens de instelling",
    state: |state, date| format!("Bij het printen gecontroleerd, op {date}: {state}."),
    qr_label: "QR-code naar deze link",
};

const EN: Words = Words {
    certificate: "Certificate",
    of: "Certificate of",
    one_page: "One A4. Print with Ctrl+P or from your browser’s menu; choose “save as PDF” there for a file.",
    back: "Back",
    achieved_by: "Achieved by",
    enrolled_person: "Enrolled",
    achieved_on: "Achieved on",
    valid_until: "Valid until",
    load: "Workload",
    level: "Level",
    enrolled: "Period",
    result: "Result",
    about_hours: |load, hours| format!("{load}, about {hours}\u{a0}hours"),
    enrolled_between: |from, until| if until.is_empty() { format!("from {from}") } else { format!("{from} to {until}") },
    holder_can: "The holder can",
    tested: |how| format!("Tested with: {how}."),
    not_the_proof: "This paper is not the proof. The link is.",
    not_diploma: "This is not a diploma or degree.",
    scan: "Scan the code, or open:",
    or_type: |place| format!("Scan the code, or go to {place} and type:"),
    works_until: |date| format!("The link works until {date}."),
    works_open: "The link works until the holder stops sharing.",
    then: "After that the credential itself may still be valid: ask the holder for a new link.",
    no_link: "This paper is not the proof. Ask the holder for a link to check it.",
    by_institution: "according to the institution",
    state: |state, date| format!("Checked when printed, on {date}: {state}."),
    qr_label: "QR code of this link",
};
