//! Deleting an entry of the activity list: asked once more, with what goes.

use super::ActivityRow;
use super::words::Words as RowWords;
use crate::view::{template, words};
use crate::{Chrome, Lang, PageView};

/// `GET /wallet/activity/{id}/remove`: warns before an entry is deleted.
#[derive(Clone, Debug)]
pub struct RemoveActivity {
    /// What would be deleted.
    pub row: ActivityRow,
    /// Whether it is about something that went to a party: then deletion can no longer be asked from here.
    pub went: bool,
    /// Where the form posts to.
    pub action: String,
    /// The entry.
    pub back: String,
}

impl RemoveActivity {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let shared = Self {
            row: ActivityRow::sample_shared(),
            went: true,
            action: "/wallet/activity/a/remove".to_owned(),
            back: "/wallet/activity/a".to_owned(),
        };
        vec![("received", Self { row: ActivityRow::sample_received(), went: false, ..shared.clone() }), ("shared", shared)]
    }

    fn what(&self, lang: Lang) -> &'static str {
        self.row.what.words(RowWords::of(lang))
    }
}

impl PageView for RemoveActivity {
    fn title(&self, lang: Lang) -> String {
        Words::of(lang).title.to_owned()
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(self.back.clone())
    }

    template!(RemoveActivity, "wallet/activity_remove.html", Words);
}

struct Words {
    title: &'static str,
    gone: &'static str,
    other: &'static str,
    rights: &'static str,
    confirm: &'static str,
    keep: &'static str,
}

words!(Words);

const NL: Words = Words {
    title: "Deze regel verwijderen?",
    gone: "De regel is daarna weg, ook voor jou. Er is geen weg terug.",
    other: "Wat de ander heeft gekregen, blijft daar. Alleen jouw aantekening verdwijnt.",
    rights: "Zonder de regel kun je hier niet meer om verwijderen vragen, het melden of het bewijs van delen downloaden. Download dat eerst als je het wilt houden.",
    confirm: "Verwijderen",
    keep: "Niet verwijderen",
};

const EN: Words = Words {
    title: "Delete this row?",
    gone: "The row is gone after that, for you too. There is no way back.",
    other: "What the other party got stays there. Only your note of it goes.",
    rights: "Without the row you can no longer ask for deletion here, report it or download the proof of sharing. Download that first if you want to keep it.",
    confirm: "Delete",
    keep: "Do not delete",
};
