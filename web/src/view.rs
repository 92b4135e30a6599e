//! From a page to an HTML document: the trait, the template's link to it, and the icons that the page uses.

use crate::{Chrome, Frame, Lang, assets};

/// A template could not be written; nothing of it was sent.
#[derive(Debug, thiserror::Error)]
#[error("page could not be rendered: {0}")]
pub struct RenderError(#[from] askama::Error);

/// What `<main data-error data-reference>` says on a page that tells of a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorMark {
    /// Code from the catalogue of bad inputs.
    pub code: String,
    /// The reference under which the cause was logged.
    pub reference: String,
}

/// A page: display values that render to one HTML document.
pub trait PageView {
    /// What the browser's tab says before the product's name. Never a person's name on pages that others can open.
    fn title(&self, lang: Lang) -> String;

    /// Which menu the page has.
    fn chrome(&self) -> Chrome {
        Chrome::Public
    }

    /// Set when the page tells of a failure.
    fn error(&self) -> Option<ErrorMark> {
        None
    }

    /// The document before its icons are put in; made by [`template!`](crate::view::template).
    fn document(&self, frame: &Frame) -> Result<String, RenderError>;

    /// The whole HTML document.
    fn render(&self, frame: &Frame) -> Result<String, RenderError> {
        Ok(in_language(assets::with_sprite(&self.document(frame)?), frame.lang))
    }
}

/// Gives every own link and form of a page in another language than the default the `lang` that keeps it, until the visitor
/// switches back.
fn in_language(document: String, lang: Lang) -> String {
    if lang == Lang::default() {
        return document;
    }
    let mut kept = String::with_capacity(document.len() + document.len() / 16);
    let mut rest = document.as_str();
    while let Some(at) = rest.find("=\"/") {
        let (before, value) = rest.split_at(at + 2);
        let (address, tail) = value.split_at(value.find('"').unwrap_or(value.len()));
        kept.push_str(before);
        rest = tail;
        let link = before.ends_with(" href=\"") || before.ends_with(" action=\"");
        let file = address.starts_with("/assets/") || address.starts_with("/badge/");
        if !link || file || address.contains("lang=") {
            kept.push_str(address);
            continue;
        }
        let (page, fragment) = address.split_at(address.find('#').unwrap_or(address.len()));
        let sign = if page.contains('?') { "&amp;" } else { "?" };
        kept.extend([page, sign, "lang=", lang.tag(), fragment]);
    }
    kept.push_str(rest);
    kept
}

/// Writes `PageView::document` for a page: `template!(Page, "group/page.html", Words);` inside the `impl`.
///
/// The template extends `layout.html` and sees `page`, `frame`, `w` (the group's words in the page's language), `c` (the frame's
/// words), `title`, `chrome` and `error`. `Words` has `fn of(lang: Lang) -> &'static Self`.
macro_rules! template {
    ($page:ty, $path:tt, $words:ty) => {
        fn document(&self, frame: &crate::Frame) -> Result<String, crate::RenderError> {
            #[derive(askama::Template)]
            #[template(path = $path)]
            struct Document<'a> {
                page: &'a $page,
                frame: &'a crate::Frame,
                w: &'static $words,
                c: &'static crate::words::Common,
                title: String,
                chrome: crate::Chrome,
                error: Option<crate::ErrorMark>,
            }
            let document = Document {
                page: self,
                frame,
                w: <$words>::of(frame.lang),
                c: crate::words::Common::of(frame.lang),
                title: self.title(frame.lang),
                chrome: self.chrome(),
                error: self.error().or_else(|| frame.failure.clone()),
            };
            Ok(askama::Template::render(&document)?)
        }
    };
}
pub(crate) use template;

/// Gives a struct of words its `of(lang)`; two consts `NL` and `EN` of it stand beside it, so a missing word does not compile.
macro_rules! words {
    ($words:ty) => {
        impl $words {
            /// The words of a language.
            pub(crate) fn of(lang: crate::Lang) -> &'static Self {
                match lang {
                    crate::Lang::Nl => &NL,
                    crate::Lang::En => &EN,
                }
            }
        }
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_links_and_forms_keep_a_language_that_is_not_the_default() {
        let kept = |html: &str| in_language(html.to_owned(), Lang::En);
        assert_eq!(kept("<a href=\"/wallet\">x</a>"), "<a href=\"/wallet?lang=en\">x</a>");
        assert_eq!(kept("<a class=\"b\" href=\"/w?a=b#top\">"), "<a class=\"b\" href=\"/w?a=b&amp;lang=en#top\">");
        assert_eq!(kept("<form method=\"post\" action=\"/x\">"), "<form method=\"post\" action=\"/x?lang=en\">");
        let others = "<link href=\"/assets/a.css\"><img src=\"/badge/b.svg\"><a href=\"/w?lang=nl\"><a href=\"https://x/\"><a href=\"#m\"><a data-href=\"";
        assert_eq!(kept(others), others);
        assert_eq!(in_language("<a href=\"/wallet\">".to_owned(), Lang::Nl), "<a href=\"/wallet\">");
    }
}
