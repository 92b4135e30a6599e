//! The plain pages of the sandbox peers: one look, strict headers, no script.

use std::collections::HashMap;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lang {
    Nl,
    En,
}

impl Lang {
    /// From `ui_locales`, `lang` or `Accept-Language`: English when it is named first, else Dutch.
    pub(crate) fn of(wish: Option<&str>) -> Self {
        match wish {
            Some(wish) if wish.trim_start().to_ascii_lowercase().starts_with("en") => Self::En,
            _ => Self::Nl,
        }
    }

    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Nl => "nl",
            Self::En => "en",
        }
    }

    pub(crate) const fn pick<'a>(self, nl: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Nl => nl,
            Self::En => en,
        }
    }
}

/// One page. `body` is HTML; everything foreign in it went through [`escape`].
pub(crate) struct Page {
    pub(crate) lang: Lang,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Origins besides our own at which a form may end, such as that of a validated `redirect_uri`.
    pub(crate) form_action: Vec<String>,
    pub(crate) status: StatusCode,
}

impl Page {
    pub(crate) fn new(lang: Lang, title: &str, body: String) -> Self {
        Self { lang, title: title.to_owned(), body, form_action: Vec::new(), status: StatusCode::OK }
    }

    fn html(&self) -> String {
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title><link rel=\"icon\" href=\"data:,\">\
             <link rel=\"stylesheet\" href=\"/sandbox.css\"></head><body><main>{}</main><footer><p>{}</p></footer></body></html>",
            self.lang.tag(),
            escape(&self.title),
            self.body,
            self.lang.pick(
                "Oefenomgeving op deze computer. Alle namen zijn verzonnen; dit is niet eduID, niet van SURF en niet van een school.",
                "Sandbox on this computer. All names are invented; this is not eduID, not SURF's, and no school's.",
            ),
        )
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let policy = format!(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' {}; base-uri 'none'; frame-ancestors 'none'",
            self.form_action.join(" ")
        );
        let mut response = (self.status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.html()).into_response();
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::from_str(policy.trim_end()) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        for (name, value) in
            [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer"), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")]
        {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

/// `GET /sandbox.css`.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], include_str!("page.css")).into_response()
}

/// `lang` in the query, else the browser's wish.
pub(crate) fn language(headers: &HeaderMap, asked: &HashMap<String, String>) -> Lang {
    let wish = asked.get("lang").map(String::as_str);
    Lang::of(wish.or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()))
}

/// Text for HTML, also inside a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a axum::http::HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Whether a form came from a page of ours: `Origin` equal to the own origin or, when it is missing, `Sec-Fetch-Site: same-origin`.
/// `null` counts as missing: it is what browsers send for our own forms, because our pages have `Referrer-Policy: no-referrer`.
pub(crate) fn is_own_form(headers: &HeaderMap, origin: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match text("origin") {
        Some(given) if given != "null" => given == origin,
        _ => text("sec-fetch-site") == Some("same-origin"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_cannot_leave_its_place() {
        assert_eq!(escape("<b a=\"x\">&'"), "&lt;b a=&quot;x&quot;&gt;&amp;&#39;");
    }

    #[test]
    fn a_form_from_elsewhere_is_not_ours() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
        };
        assert!(is_own_form(&headers(&[("origin", "http://localhost:1")]), "http://localhost:1"));
        assert!(is_own_form(&headers(&[("origin", "null"), ("sec-fetch-site", "same-origin")]), "http://localhost:1"));
        assert!(!is_own_form(&headers(&[("origin", "null"), ("sec-fetch-site", "cross-site")]), "http://localhost:1"));
        assert!(!is_own_form(&headers(&[("origin", "null")]), "http://localhost:1"));
        assert!(!is_own_form(&headers(&[("origin", "http://localhost:2"), ("sec-fetch-site", "same-origin")]), "http://localhost:1"));
        assert!(is_own_form(&headers(&[("sec-fetch-site", "same-origin")]), "http://localhost:1"));
        assert!(!is_own_form(&headers(&[]), "http://localhost:1"));
    }

    #[test]
    fn finds_its_cookie_among_others() {
        let mut headers = axum::http::HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; sandbox_eduid=xyz; b=2"));
        assert_eq!(cookie(&headers, "sandbox_eduid"), Some("xyz"));
        assert_eq!(cookie(&headers, "eduid"), None);
    }
}
