//! Just enough of HTML to press a button on our own pages: forms, fields, buttons and links.

/// A form with what it would send.
#[derive(Clone, Debug, Default)]
pub(super) struct Form {
    id: Option<String>,
    /// Where it goes, as written.
    pub(super) action: String,
    /// Whether it is a POST.
    pub(super) post: bool,
    /// Fields with their values as delivered.
    pub(super) fields: Vec<(String, String)>,
    buttons: Vec<(String, String)>,
}

impl Form {
    /// Whether it has this button.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.buttons.iter().any(|(n, v)| n == name && v == value)
    }
}

/// A page that was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    /// Its forms.
    pub(super) forms: Vec<Form>,
    /// Its links: `id` and `href`.
    pub(super) links: Vec<(Option<String>, String)>,
    /// Values of inputs that have an id.
    pub(super) values: Vec<(String, String)>,
    /// `data-error` of its main part.
    pub(super) error: Option<String>,
}

/// A start tag.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(String, String)>,
}

impl Tag<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

impl Page {
    /// Reads a page of ours.
    pub(super) fn parse(html: &str) -> Self {
        let mut page = Self::default();
        let mut inside: Option<usize> = None;
        let mut elsewhere = Vec::new();
        for raw in html.split('<').skip(1) {
            if raw.starts_with("/form") {
                inside = None;
            }
            let Some(tag) = tag(raw) else { continue };
            match tag.name {
                "form" => {
                    let post = tag.get("method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
                    let action = tag.get("action").unwrap_or_default().to_owned();
                    page.forms.push(Form { id: tag.get("id").map(str::to_owned), action, post, ..Form::default() });
                    inside = Some(page.forms.len() - 1);
                }
                "input" | "button" | "textarea" => {
                    if let (Some(id), Some(value)) = (tag.get("id"), tag.get("value")) {
                        page.values.push((id.to_owned(), value.to_owned()));
                    }
                    match (tag.get("form"), inside.and_then(|at| page.forms.get_mut(at))) {
                        (Some(id), _) => elsewhere.push((id.to_owned(), tag)),
                        (None, Some(form)) => form.take(&tag),
                        (None, None) => {}
                    }
                }
                "a" => page.links.push((tag.get("id").map(str::to_owned), tag.get("href").unwrap_or_default().to_owned())),
                "main" => page.error = tag.get("data-error").map(str::to_owned),
                _ => {}
            }
        }
        for (id, tag) in elsewhere {
            if let Some(form) = page.forms.iter_mut().find(|form| form.id.as_deref() == Some(&id)) {
                form.take(&tag);
            }
        }
        page
    }

    /// The form with a button.
    pub(super) fn form_with(&self, name: &str, value: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.has(name, value))
    }

    /// The form whose address ends so.
    pub(super) fn form_to(&self, action: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.post && form.action.split('?').next().is_some_and(|path| path.ends_with(action)))
    }

    /// The value of the input with an id.
    pub(super) fn value(&self, id: &str) -> Option<&str> {
        self.values.iter().find(|(named, _)| named == id).map(|(_, value)| value.as_str())
    }

    /// The link with an id.
    pub(super) fn link(&self, id: &str) -> Option<&str> {
        self.links.iter().find(|(named, _)| named.as_deref() == Some(id)).map(|(_, href)| href.as_str())
    }
}

impl Form {
    fn take(&mut self, tag: &Tag<'_>) {
        let kind = tag.get("type").unwrap_or("text");
        let Some(name) = tag.get("name") else { return };
        let pair = |usual: &str| (name.to_owned(), tag.get("value").unwrap_or(usual).to_owned());
        if tag.name == "button" || kind == "submit" {
            self.buttons.push(pair(""));
        } else if !matches!(kind, "checkbox" | "radio") {
            self.fields.push(pair(""));
        } else if tag.has("checked") && !tag.has("disabled") {
            self.fields.push(pair("on"));
        }
    }
}

/// Name and attributes of a start tag, from behind its `<`.
fn tag(raw: &str) -> Option<Tag<'_>> {
    let end = raw.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(raw.len());
    let (name, mut rest) = raw.split_at(end);
    if name.is_empty() {
        return None;
    }
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let stop = rest.find(|c: char| c == '=' || c == '>' || c == '/' || c.is_whitespace()).unwrap_or(rest.len());
        let (key, after) = rest.split_at(stop);
        if key.is_empty() {
            break;
        }
        let value;
        (value, rest) = match after.strip_prefix("=\"") {
            Some(quoted) => quoted.split_once('"')?,
            None => match after.strip_prefix('=') {
                Some(bare) => bare.split_at(bare.find(|c: char| c == '>' || c.is_whitespace()).unwrap_or(bare.len())),
                None => ("", after),
            },
        };
        attributes.push((key.to_ascii_lowercase(), unescape(value)));
    }
    Some(Tag { name, attributes })
}

fn unescape(text: &str) -> String {
    let mut out = text.to_owned();
    for (entity, plain) in [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#38;", "&"),
        ("&amp;", "&"),
    ] {
        out = out.replace(entity, plain);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_a_browser_would_send_them() {
        let page = Page::parse(
            r#"<main id="main" data-error="x_y"><form method="post" action="/a?b=1&amp;c=2" id=f><input type="hidden" name="csrf" value="t&quot;k">
            <input type="checkbox" name="claim" value="a" checked><input type="checkbox" name="claim" value="b"><input name=label>
            </form><button form="f" name="choice" value="allow">ok</button><a id="continue" href="https://x.example/?a=1&amp;b=2">go</a>"#,
        );
        let form = page.form_with("choice", "allow").unwrap();
        assert_eq!((form.action.as_str(), form.post), ("/a?b=1&c=2", true));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form.fields, [pair("csrf", "t\"k"), pair("claim", "a"), pair("label", "")]);
        assert_eq!(page.link("continue"), Some("https://x.example/?a=1&b=2"));
        assert_eq!(page.error.as_deref(), Some("x_y"));
    }
}
