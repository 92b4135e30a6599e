//! Deleting a credential: asked once more, with what goes.

use super::words::Words;
use crate::head::Head;
use crate::view::template;
use crate::{Chrome, Lang, PageView, format};

/// `GET /wallet/credentials/{id}/delete`: asks before deleting.
#[derive(Clone, Debug)]
pub struct DeleteCredential {
    /// What would be deleted.
    pub head: Head,
    /// How many live links would stop.
    pub links: usize,
    /// In how many forms it is held.
    pub forms: usize,
    /// Where the form posts to.
    pub action: String,
    /// The credential's page.
    pub back: String,
}

impl DeleteCredential {
    /// A value for every state.
    pub fn samples() -> Vec<(&'static str, Self)> {
        let [head, ..] = Head::samples();
        let page =
            Self { head, links: 0, forms: 1, action: "/wallet/credentials/x/delete".to_owned(), back: "/wallet/credentials/x".to_owned() };
        vec![("not-shared", page.clone()), ("several-forms", Self { forms: 3, ..page.clone() }), ("shared", Self { links: 2, ..page })]
    }

    fn all_forms(&self, lang: &Lang) -> String {
        let count = format::count(*lang, self.forms);
        match lang {
            Lang::Nl => format!("Je hebt het in {count} vormen; ze worden allemaal verwijderd."),
            Lang::En => format!("You have it in {count} forms; all of them are deleted."),
        }
    }

    fn links_stop(&self, lang: &Lang) -> String {
        let count = format::capital(&format::count(*lang, self.links));
        match (lang, self.links) {
            (Lang::Nl, 1) => "Eén link naar dit bewijs stopt meteen.".to_owned(),
            (Lang::Nl, _) => format!("{count} links naar dit bewijs stoppen meteen."),
            (Lang::En, 1) => "One link to this credential stops at once.".to_owned(),
            (Lang::En, _) => format!("{count} links to this credential stop at once."),
        }
    }
}

impl PageView for DeleteCredential {
    fn title(&self, lang: Lang) -> String {
        format!("{} – {}", Words::of(lang).delete, self.head.title.get(lang))
    }

    fn chrome(&self) -> Chrome {
        Chrome::Focus(self.back.clone())
    }

    template!(DeleteCredential, "wallet/delete.html", Words);
}
