//! An offer at the desk: for a learner who did not connect a wallet, as a link, a QR code and a code to give by another way.

mod samples;
mod words;

use self::words::Words;
use crate::desk::{self, Desk, DeskTab};
use crate::text::Html;
use crate::view::template;
use crate::{Chrome, Day, ErrorMark, Frame, Lang, Moment, PageView, Text, format, qr, share};

/// What is offered, and to whom.
#[derive(Clone, Debug)]
pub struct OfferedAward {
    /// Course or programme.
    pub title: Text,
    /// Type, in words: `Microcredential`.
    pub kind: Text,
    /// Name of the learner, as the source has it.
    pub learner: String,
    /// The result as people write it; nothing for an enrolment.
    pub result: Option<String>,
    /// When it was achieved or started.
    pub on: Option<Day>,
}

/// An offer that stands already; a new one withdraws it.
#[derive(Clone, Copy, Debug)]
pub struct OpenOffer {
    /// Its end.
    pub until: Moment,
    /// It went to the wallet that the learner connected; nobody has a link of it.
    pub delivered: bool,
}

/// `GET /{institution}/desk/awards/{id}/offer`: what an offer will be, before it is made.
#[derive(Clone, Debug)]
pub struct MakeOfferPage {
    /// Whose desk.
    pub desk: Desk,
    /// What and to whom.
    pub award: OfferedAward,
    /// The examination board decides first; the wallet waits.
    pub later: bool,
    /// What stands already.
    pub open: Option<OpenOffer>,
    /// When the new one ends.
    pub until: Moment,
    /// Where the form posts; it has no fields of its own.
    pub action: String,
}

/// The answer to that form: everything to hand over, once. The transaction code is in no other page.
#[derive(Clone)]
pub struct OfferMadePage {
    /// Whose desk.
    pub desk: Desk,
    /// What and to whom.
    pub award: OfferedAward,
    /// Opens the offer in our own wallet, on any device; nothing where the server knows none.
    pub wallet_link: Option<String>,
    /// `openid-credential-offer://…`, which a phone opens in whatever wallet it has.
    pub deep_link: String,
    /// The transaction code: digits.
    pub tx_code: String,
    /// The end of the offer.
    pub until: Moment,
    /// The examination board decides first; the wallet waits.
    pub later: bool,
    /// The page that asks whether to make an offer.
    pub again: String,
}

/// Why nothing can be offered.
#[derive(Clone, Debug)]
pub enum WhyNot {
    /// A wallet has it.
    Collected {
        /// Its page on the desk.
        href: Option<String>,
    },
    /// Something is missing.
    Parked {
        /// What, as codes of the rules, like [`desk::ResultRow::reasons`].
        reasons: Vec<String>,
    },
    /// The result leads to nothing any more.
    Withdrawn {
        /// Why, as codes of the rules.
        reasons: Vec<String>,
    },
}

/// Instead of one of the others, when the award cannot be offered. Status 409.
#[derive(Clone, Debug)]
pub struct NoOfferPage {
    /// Whose desk.
    pub desk: Desk,
    /// What, and of whom.
    pub award: OfferedAward,
    /// Why not.
    pub why: WhyNot,
    /// The code of the machine API: `award_issued`, `award_parked`, `award_withdrawn`.
    pub code: &'static str,
    /// The reference of the request.
    pub reference: String,
}

impl OfferedAward {
    /// `8, behaald op 20 november 2026`; an enrolment has no result and starts.
    /// Result and day, as one line: `Resultaat 8, behaald op 20 november 2026`.
    pub(crate) fn achieved(&self, frame: &Frame) -> String {
        let words = Words::of(frame.lang);
        let on = self.on.map(|day| format::date(frame.lang, day));
        match (&self.result, on) {
            (Some(result), Some(on)) => (words.result_on)(result, &on),
            (Some(result), None) => (words.result)(result),
            (None, Some(on)) => (words.since)(&on),
            (None, None) => String::new(),
        }
    }
}

impl MakeOfferPage {
    fn withdraws(&self, frame: &Frame, words: &Words) -> Option<String> {
        let open = self.open?;
        let until = format::date(frame.lang, open.until.day());
        Some(if open.delivered { (words.withdraws_delivery)(&until) } else { (words.withdraws)(&until) })
    }
}

impl PageView for MakeOfferPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).make_title, self.award.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Results)
    }

    template!(MakeOfferPage, "desk/offer.html", Words);
}

impl OfferMadePage {
    /// What is handed over: the address for our own wallet, which any camera opens, else the one for any wallet.
    fn link(&self) -> &str {
        self.wallet_link.as_ref().unwrap_or(&self.deep_link)
    }

    fn code(&self, words: &Words) -> Html {
        qr::svg(self.link(), words.qr)
    }

    fn other_code(&self, words: &Words) -> Html {
        qr::svg(&self.deep_link, words.other_qr)
    }

    fn until(&self, frame: &Frame) -> String {
        format::date_time(frame.lang, self.until)
    }

    /// A mail with the link and without the code.
    fn mail(&self, frame: &Frame, words: &Words) -> String {
        let title = self.award.title.get(frame.lang);
        let until = format::date(frame.lang, self.until.day());
        let body = (words.mail_body)(title, self.desk.institution.get(frame.lang), self.link(), &until);
        share::mailto(&(words.mail_subject)(title), &body)
    }
}

impl PageView for OfferMadePage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).made_title, self.award.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Results)
    }

    template!(OfferMadePage, "desk/offer_made.html", Words);
}

impl NoOfferPage {
    fn question(&self, words: &Words) -> &'static str {
        match self.why {
            WhyNot::Collected { .. } => words.collected_title,
            WhyNot::Parked { .. } => words.parked_title,
            WhyNot::Withdrawn { .. } => words.withdrawn_title,
        }
    }

    fn what(&self, words: &Words) -> &'static [&'static str] {
        match self.why {
            WhyNot::Collected { .. } => words.collected_text,
            WhyNot::Parked { .. } => words.parked_text,
            WhyNot::Withdrawn { .. } => words.withdrawn_text,
        }
    }

    fn icon(&self) -> &'static str {
        match self.why {
            WhyNot::Collected { .. } => "info",
            WhyNot::Parked { .. } => "pause",
            WhyNot::Withdrawn { .. } => "x",
        }
    }

    /// The reasons in sentences.
    fn reasons(&self, frame: &Frame) -> Vec<String> {
        match &self.why {
            WhyNot::Collected { .. } => Vec::new(),
            WhyNot::Parked { reasons } | WhyNot::Withdrawn { reasons } => desk::sentences(frame.lang, reasons),
        }
    }

    fn credential(&self) -> Option<&str> {
        match &self.why {
            WhyNot::Collected { href } => href.as_deref(),
            WhyNot::Parked { .. } | WhyNot::Withdrawn { .. } => None,
        }
    }
}

impl PageView for NoOfferPage {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", self.question(Words::of(lang)), self.award.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        self.desk.chrome(DeskTab::Results)
    }

    fn error(&self) -> Option<ErrorMark> {
        Some(ErrorMark { code: self.code.to_owned(), reference: self.reference.clone() })
    }

    template!(NoOfferPage, "desk/offer_not.html", Words);
}
