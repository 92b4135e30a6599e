//! What stands around every page: language, who is signed in, who runs this server, and the menu.

use crate::head::State;
use crate::text::{self, Fact, Html, Text, Value};
use crate::{Day, ErrorMark, Lang, Moment, format};

/// Facts of one request that every page shows or needs.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Language of this answer.
    pub lang: Lang,
    /// The session's token for forms; none where nobody has a session.
    pub csrf: Option<String>,
    /// First name of who is signed in.
    pub signed_in_name: Option<String>,
    /// How many news the learner has not read.
    pub unread: usize,
    /// Who runs this server, for the foot of the page.
    pub operator: String,
    /// Path with query of this page, for the link to the other language.
    pub path: String,
    /// Now, in Unix seconds: "today" and "yesterday" are seen from here.
    pub now: i64,
    /// The demo's time in Unix seconds when it is not the real one; a bar says so.
    pub demo_time: Option<i64>,
    /// Why a form is shown again, for pages that do not tell of a failure themselves.
    pub failure: Option<ErrorMark>,
}

/// Which menu a page has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chrome {
    /// The learner's menu with the current section marked.
    Learner(Section),
    /// A decision: no menu, only a way out to the given path.
    Focus(String),
    /// A page for anybody: no menu.
    Public,
    /// A menu of its own, for desks.
    Own {
        /// Words beside the product's name: the institution or organisation.
        place: String,
        /// Where the product's name leads.
        home: String,
        /// The menu.
        items: Vec<NavItem>,
        /// Where the form that ends the session posts to.
        logout: String,
    },
}

/// A part of the learner's menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `/wallet`
    Credentials,
    /// `/wallet/shares`
    Shares,
    /// `/wallet/activity`
    Activity,
    /// `/wallet/institutions`
    Institutions,
    /// `/wallet/feed`
    Feed,
    /// `/settings/privacy` and other pages that no menu item stands for.
    Other,
}

/// An item of a menu of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavItem {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub label: Text,
    /// Whether the page is in this part.
    pub current: bool,
}

impl Frame {
    /// A frame for samples: signed in, 22 November 2026 at 14.03 in Amsterdam.
    pub fn sample(lang: Lang, path: &str) -> Self {
        Self {
            lang,
            csrf: Some("sample-token".to_owned()),
            signed_in_name: Some("Samira".to_owned()),
            unread: 2,
            operator: "Voorbeeld Onderwijs".to_owned(),
            path: path.to_owned(),
            now: 1_795_352_580,
            demo_time: None,
            failure: None,
        }
    }

    /// This page in the other language.
    pub fn other_lang_href(&self) -> String {
        let (path, query) = self.path.split_once('?').unwrap_or((&self.path, ""));
        let mut kept: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        let lang = format!("lang={}", self.lang.other().tag());
        kept.push(&lang);
        format!("{path}?{}", kept.join("&"))
    }

    /// The demo's date and time in words, when it is not the real one.
    pub fn demo_clock(&self) -> Option<String> {
        self.demo_time.map(|time| format::date_time(self.lang, Moment(time)))
    }

    /// The hidden field that every form with POST carries.
    pub fn csrf_field(&self) -> Html {
        let field = |token: &String| format!("<input type=\"hidden\" name=\"csrf\" value=\"{}\">", text::escape(token));
        Html(self.csrf.as_ref().map(field).unwrap_or_default())
    }

    /// The hidden field by which a form with GET, whose own fields replace the address's, keeps the language.
    pub fn lang_field(&self) -> Html {
        let kept = self.lang != Lang::default();
        Html(if kept { format!("<input type=\"hidden\" name=\"lang\" value=\"{}\">", self.lang.tag()) } else { String::new() })
    }

    /// One of the symbols of `assets/icons.svg`, without its `i-`; the words stand beside it.
    pub fn icon(&self, name: &str) -> Html {
        icon(name, "i")
    }

    /// A symbol in the colour of a state: `ok`, `warn`, `bad`, `mute`.
    pub fn icon_in(&self, name: &str, tone: &str) -> Html {
        icon(name, &format!("i {}", text::escape(tone)))
    }

    /// The chevron in front of a `summary`.
    pub fn chevron(&self) -> Html {
        icon("chev", "i chev")
    }

    /// The state of a credential: icon, word and colour.
    pub fn state(&self, state: &State) -> Html {
        self.state_as(state, "state")
    }

    /// The same with other classes, such as `state lead`.
    pub fn state_as(&self, state: &State, class: &str) -> Html {
        let words = text::escape(&state.words(self.lang));
        Html(format!("<p class=\"{class} {}\">{}<span>{words}</span></p>", state.class(), self.icon(state.icon())))
    }

    /// A count in words, up to ten.
    pub fn count(&self, number: &usize) -> String {
        format::count(self.lang, *number)
    }

    /// Facts as the rows of a definition list.
    pub fn facts(&self, facts: &[Fact], class: &str) -> Html {
        let row = |fact: &Fact| format!("<div><dt>{}</dt><dd>{}</dd></div>", self.text(&fact.label), self.value(&fact.value));
        Html(format!("<dl class=\"{class}\">{}</dl>", facts.iter().map(row).collect::<String>()))
    }

    /// Labels in one sentence, the first with a capital: `Naam, titel en studielast`.
    pub fn sentence(&self, labels: &[Text]) -> String {
        format::sentence(self.lang, labels.iter().map(|label| label.get(self.lang)))
    }

    /// The same for the middle of a sentence: `naam, titel en studielast`.
    pub fn labels(&self, labels: &[Text]) -> String {
        format::enumeration(self.lang, labels.iter().map(|label| label.get(self.lang)))
    }

    /// A text in the page's language.
    pub fn text(&self, of: &Text) -> Html {
        text::text(self.lang, of)
    }

    /// The bare words of a text, for use inside a sentence.
    pub fn plain<'a>(&self, of: &'a Text) -> &'a str {
        of.get(self.lang)
    }

    /// A value of a claim in the page's language.
    pub fn value(&self, of: &Value) -> Html {
        text::value(self.lang, of)
    }

    /// `1 februari 2026`.
    pub fn date(&self, day: &Day) -> String {
        format::date(self.lang, *day)
    }

    /// The date of a moment.
    pub fn day_of(&self, moment: &Moment) -> String {
        format::date(self.lang, moment.day())
    }

    /// `vandaag`, `gisteren` or the date.
    pub fn near_day(&self, moment: &Moment) -> String {
        format::relative_day(self.lang, moment.day(), Moment(self.now))
    }

    /// `vandaag om 14.03 uur` or the date with the time.
    pub fn near_time(&self, moment: &Moment) -> String {
        format::relative_time(self.lang, *moment, Moment(self.now))
    }

    /// `14.03 uur`.
    pub fn time(&self, moment: &Moment) -> String {
        format::time(self.lang, *moment)
    }

    /// The date and the time.
    pub fn date_time(&self, moment: &Moment) -> String {
        format::date_time(self.lang, *moment)
    }
}

fn icon(name: &str, class: &str) -> Html {
    Html(format!("<svg class=\"{class}\" aria-hidden=\"true\"><use href=\"#i-{}\"/></svg>", text::escape(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_link_keeps_the_query() {
        assert_eq!(Frame::sample(Lang::Nl, "/wallet?q=data&lang=nl&state=valid").other_lang_href(), "/wallet?q=data&state=valid&lang=en");
        assert_eq!(Frame::sample(Lang::En, "/").other_lang_href(), "/?lang=nl");
    }
}
