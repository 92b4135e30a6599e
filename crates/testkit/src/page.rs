//! Just enough of HTML to read a page as a visitor without JavaScript does: its words, links, forms, fields and buttons.

/// A page that was read.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Its words, white space folded, without scripts and styles.
    pub words: String,
    /// Its forms.
    pub forms: Vec<Form>,
    /// Its links.
    pub links: Vec<Link>,
    /// `data-error` of its main part.
    pub error: Option<String>,
    /// Values of inputs that have an id.
    values: Vec<(String, String)>,
}

/// A link.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Its `id`.
    pub id: Option<String>,
    /// Its `href`, as written.
    pub href: String,
}

/// A form with what it would send.
#[derive(Clone, Debug, Default)]
pub struct Form {
    id: Option<String>,
    /// Where it goes, as written.
    pub action: String,
    /// Whether it is a POST.
    pub post: bool,
    /// Whether it sends files.
    pub multipart: bool,
    /// Fields with the values that they have as delivered; of boxes and radio buttons only what is ticked.
    pub fields: Vec<(String, String)>,
    /// Every box and radio button: name, value, ticked.
    pub choices: Vec<(String, String, bool)>,
    /// Every button: name, value.
    pub buttons: Vec<(String, String)>,
}

impl Form {
    /// Whether it has this button.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.buttons.iter().any(|(n, v)| n == name && v == value)
    }

    fn take(&mut self, tag: &Tag<'_>) {
        let kind = tag.attribute("type").unwrap_or(if tag.name == "button" { "submit" } else { "text" });
        if matches!(kind, "submit" | "image") {
            let pair = |name: &str| tag.attribute(name).unwrap_or_default().to_owned();
            self.buttons.push((pair("name"), pair("value")));
            return;
        }
        let Some(name) = tag.attribute("name").filter(|_| tag.attribute("disabled").is_none()) else { return };
        let value = |usual: &str| tag.attribute("value").unwrap_or(usual).to_owned();
        if matches!(kind, "checkbox" | "radio") {
            let ticked = tag.attribute("checked").is_some();
            self.choices.push((name.to_owned(), value("on"), ticked));
            if ticked {
                self.fields.push((name.to_owned(), value("on")));
            }
        } else if !matches!(kind, "button" | "reset") {
            self.fields.push((name.to_owned(), value("")));
        }
    }
}

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Self {
        let mut page = Self::default();
        let (mut inside, mut elsewhere, mut hidden) = (None, Vec::new(), None);
        for (at, piece) in html.split('<').enumerate() {
            if at == 0 {
                page.say(piece);
                continue;
            }
            let (raw, words) = split_tag(piece);
            if let Some(name) = hidden {
                if raw.strip_prefix('/').is_some_and(|closed| closed.starts_with(name)) {
                    hidden = None;
                    page.say(words);
                }
                continue;
            }
            if raw.starts_with("/form") {
                inside = None;
            }
            if let Some(tag) = Tag::read(raw) {
                page.open(&tag, &mut inside, &mut elsewhere);
                if matches!(tag.name, "script" | "style") {
                    hidden = Some(tag.name);
                    continue;
                }
            }
            page.say(words);
        }
        for (id, tag) in &elsewhere {
            if let Some(form) = page.forms.iter_mut().find(|form| form.id.as_deref() == Some(id)) {
                form.take(tag);
            }
        }
        page
    }

    fn say(&mut self, text: &str) {
        for word in unescape(text).split_whitespace() {
            if !self.words.is_empty() {
                self.words.push(' ');
            }
            self.words.push_str(word);
        }
    }

    fn open<'a>(&mut self, tag: &Tag<'a>, inside: &mut Option<usize>, elsewhere: &mut Vec<(String, Tag<'a>)>) {
        let text = |name: &str| tag.attribute(name).map(str::to_owned);
        match tag.name {
            "form" => {
                self.forms.push(Form {
                    id: text("id"),
                    action: text("action").unwrap_or_default(),
                    post: tag.attribute("method").is_some_and(|method| method.eq_ignore_ascii_case("post")),
                    multipart: tag.attribute("enctype").is_some_and(|kind| kind.starts_with("multipart/")),
                    ..Form::default()
                });
                *inside = Some(self.forms.len() - 1);
            }
            "input" | "button" | "textarea" => {
                if let (Some(id), Some(value)) = (text("id"), text("value")) {
                    self.values.push((id, value));
                }
                match (text("form"), inside.and_then(|at| self.forms.get_mut(at))) {
                    (Some(id), _) => elsewhere.push((id, tag.clone())),
                    (None, Some(form)) => form.take(tag),
                    (None, None) => {}
                }
            }
            "a" => self.links.push(Link { id: text("id"), href: text("href").unwrap_or_default() }),
            "main" => self.error = text("data-error"),
            _ => {}
        }
    }

    /// The form with a button.
    pub fn form_with(&self, name: &str, value: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.has(name, value))
    }

    /// The POST form whose address ends so.
    pub fn form_to(&self, action: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.post && form.action.split(['?', '#']).next().is_some_and(|path| path.ends_with(action)))
    }

    /// The value of the input with an id.
    pub fn value(&self, id: &str) -> Option<&str> {
        self.values.iter().find(|(named, _)| named == id).map(|(_, value)| value.as_str())
    }

    /// The address of the link with an id.
    pub fn link(&self, id: &str) -> Option<&str> {
        self.links.iter().find(|link| link.id.as_deref() == Some(id)).map(|link| link.href.as_str())
    }

    /// What follows `prefix` in links, up to the next part of the path; each once.
    pub fn linked(&self, prefix: &str) -> Vec<String> {
        let mut found = Vec::new();
        for link in &self.links {
            let rest = link.href.strip_prefix(prefix).map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
            if let Some(id) = rest.filter(|id| !id.is_empty() && !found.iter().any(|known| known == id)) {
                found.push(id.to_owned());
            }
        }
        found
    }
}

/// A start tag.
#[derive(Clone)]
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(String, String)>,
}

impl<'a> Tag<'a> {
    /// From what stands behind `<`.
    fn read(raw: &'a str) -> Option<Self> {
        let (name, mut rest) = raw.split_at(raw.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(raw.len()));
        if name.is_empty() {
            return None;
        }
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            let (key, after) = rest.split_at(rest.find(|c: char| c == '=' || c == '/' || c.is_whitespace()).unwrap_or(rest.len()));
            if key.is_empty() {
                return Some(Self { name, attributes });
            }
            let value;
            (value, rest) = match (after.strip_prefix("=\""), after.strip_prefix('=')) {
                (Some(quoted), _) => quoted.split_once('"')?,
                (None, Some(bare)) => bare.split_at(bare.find(char::is_whitespace).unwrap_or(bare.len())),
                (None, None) => ("", after),
            };
            attributes.push((key.to_ascii_lowercase(), unescape(value)));
        }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }
}

/// The inside of a tag, and the words behind it. A `>` may stand in a quoted value.
fn split_tag(piece: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in piece.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return (piece.get(..at).unwrap_or_default(), piece.get(at + 1..).unwrap_or_default()),
            _ => {}
        }
    }
    (piece, "")
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let entity = from.find(';').filter(|end| *end < 12).and_then(|end| from.get(1..end));
        match entity.and_then(plain) {
            Some(c) => {
                out.push(c);
                rest = from.get(entity.map_or(1, str::len) + 2..).unwrap_or_default();
            }
            None => {
                out.push('&');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

fn plain(entity: &str) -> Option<char> {
    let number = entity.strip_prefix('#');
    match (number, number.and_then(|number| number.strip_prefix(['x', 'X']))) {
        (_, Some(hex)) => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
        (Some(decimal), None) => decimal.parse().ok().and_then(char::from_u32),
        (None, None) => match entity {
            "quot" => Some('"'),
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "nbsp" => Some(' '),
            "apos" => Some('\''),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_as_a_visitor_sees_it() {
        let page = Page::read(
            r#"<main id="m" data-error="x_y"><style>a > b {}</style><h1>Jouw&nbsp;badge</h1><form method="post" action="/a?b=1&amp;c=2" id=f>
            <input type="hidden" name="csrf" value="t&quot;k"><input type="checkbox" name="claim" value="a>b" checked>
            <input type="checkbox" name="claim" value="b"><input name=label disabled></form>
            <button form="f" name="choice" value="allow">ok</button><a id="continue" href="https://x.example/?a=1&amp;b=2">go</a>
            <a href="/wallet/credentials/1/share">s</a><input id="link" value="l"></main>"#,
        );
        let form = page.form_with("choice", "allow").unwrap();
        assert_eq!(form.fields, [("csrf".to_owned(), "t\"k".to_owned()), ("claim".to_owned(), "a>b".to_owned())]);
        assert_eq!((form.action.as_str(), form.post, form.choices.len()), ("/a?b=1&c=2", true, 2));
        assert_eq!(page.words, "Jouw badge ok go s");
        assert_eq!((page.error.as_deref(), page.link("continue")), (Some("x_y"), Some("https://x.example/?a=1&b=2")));
        assert_eq!((page.linked("/wallet/credentials/"), page.value("link")), (vec!["1".to_owned()], Some("l")));
    }
}
