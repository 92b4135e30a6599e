//! A person's browser without JavaScript: cookies, redirects, links, forms.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::cookie::{CookieStore, Jar};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use url::Url;

use crate::page::{Form, Page};

/// A browser, and the page that it shows.
pub struct Browser {
    client: Client,
    jar: Arc<Jar>,
    /// Where the page is.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its text.
    pub body: String,
    /// What was read in it.
    pub page: Page,
    /// Where an answer never came from, with status 0; the page before it still shows. Only for who stays patient.
    pub lost: Option<Url>,
    patient: bool,
    /// Where the last redirect led.
    led: Arc<Mutex<Option<Url>>>,
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test whose page is another cannot go on")]
impl Browser {
    /// A browser without cookies.
    ///
    /// # Panics
    /// When no client can be made.
    pub fn new() -> Self {
        let jar = Arc::new(Jar::default());
        let led: Arc<Mutex<Option<Url>>> = Arc::default();
        let seen = Arc::clone(&led);
        let followed = Policy::custom(move |attempt| {
            if let Ok(mut seen) = seen.lock() {
                *seen = Some(attempt.url().clone());
            }
            if attempt.previous().len() > 10 { attempt.error("too many redirects") } else { attempt.follow() }
        });
        let client = Client::builder().cookie_provider(Arc::clone(&jar)).no_proxy().timeout(Duration::from_secs(30)).redirect(followed);
        let client = client.user_agent("testkit").build().expect("an HTTP client");
        let url = Url::parse("about:blank").expect("an address");
        Self { client, jar, url, status: 0, body: String::new(), page: Page::default(), lost: None, patient: false, led }
    }

    /// The same for a person who waits when nothing answers, and tries again.
    #[must_use]
    pub fn patient(mut self) -> Self {
        self.patient = true;
        self
    }

    /// Cookies that it would send to an address.
    pub fn cookies(&self, url: &str) -> String {
        let url = Url::parse(url).expect("an address");
        self.jar.cookies(&url).and_then(|value| value.to_str().map(str::to_owned).ok()).unwrap_or_default()
    }

    /// Opens an address.
    ///
    /// # Panics
    /// When nothing answers.
    pub async fn open(&mut self, url: &str) -> &mut Self {
        let url = self.join(url);
        self.show(self.client.get(url)).await
    }

    /// Follows the link with an id.
    ///
    /// # Panics
    /// When the page has none.
    pub async fn follow(&mut self, id: &str) -> &mut Self {
        let href = self.page.link(id).map(str::to_owned).unwrap_or_else(|| panic!("no link {id} on {}", self.told()));
        self.open(&href).await
    }

    /// Presses a button; `fill` replaces or adds fields.
    ///
    /// # Panics
    /// When the page has no such button.
    pub async fn press(&mut self, name: &str, value: &str, fill: &[(&str, &str)]) -> &mut Self {
        let form = self.page.form_with(name, value).cloned().unwrap_or_else(|| panic!("no button {name}={value} on {}", self.told()));
        self.send(&form, &[(name, value)], fill).await
    }

    /// Sends the form whose address ends so.
    ///
    /// # Panics
    /// When the page has none.
    pub async fn submit(&mut self, action: &str, fill: &[(&str, &str)]) -> &mut Self {
        let form = self.page.form_to(action).cloned().unwrap_or_else(|| panic!("no form to {action} on {}", self.told()));
        self.send(&form, &[], fill).await
    }

    async fn send(&mut self, form: &Form, pressed: &[(&str, &str)], fill: &[(&str, &str)]) -> &mut Self {
        let action = if form.action.is_empty() { self.url.clone() } else { self.join(&form.action) };
        let kept = form.fields.iter().filter(|(name, _)| !fill.iter().any(|(filled, _)| filled == name));
        let mut pairs: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(pressed);
        pairs.extend(fill);
        let origin = self.url.origin().ascii_serialization();
        let request = if form.post {
            self.client.post(action).header("origin", origin).header("sec-fetch-site", "same-origin").form(&pairs)
        } else {
            self.client.get(action).query(&pairs)
        };
        self.show(request).await
    }

    async fn show(&mut self, request: RequestBuilder) -> &mut Self {
        *self.led.lock().expect("the last redirect") = None;
        let response = match request.header("accept", "text/html,*/*").send().await {
            Err(error) if self.patient => {
                let led = self.led.lock().expect("the last redirect").take();
                (self.status, self.lost) = (0, led.or_else(|| error.url().cloned()));
                return self;
            }
            response => response.expect("an answer"),
        };
        (self.status, self.url) = (response.status().as_u16(), response.url().clone());
        self.body = response.text().await.expect("a whole answer");
        self.page = Page::read(&self.body);
        self
    }

    /// Signs in as a persona wherever the page asks for it: at the sandbox eduID, or by a link that leads there.
    pub async fn sign_in(&mut self, persona: &str) -> &mut Self {
        for _ in 0..4 {
            if self.page.form_with("persona", persona).is_some() {
                self.press("persona", persona, &[]).await;
            } else if let Some(link) = self.login_link() {
                self.open(&link).await;
            } else {
                break;
            }
        }
        self
    }

    /// The link to a login, on a page that offers no choice.
    fn login_link(&self) -> Option<String> {
        let asks = self.page.forms.iter().any(|form| form.buttons.iter().any(|(name, _)| name == "choice"));
        let link = self.page.links.iter().find(|link| link.href.split(['?', '#']).next().is_some_and(|path| path.ends_with("/auth/login")));
        link.filter(|_| !asks).map(|link| link.href.clone())
    }

    /// The same browser, when the page has this status.
    ///
    /// # Panics
    /// When it has another.
    pub fn expect(&mut self, status: u16) -> &mut Self {
        assert_eq!(self.status, status, "{}", self.told());
        self
    }

    /// Whether the words stand on the page.
    pub fn says(&self, words: &str) -> bool {
        self.page.words.contains(words)
    }

    /// Where the page is, its status and its words, for messages.
    pub fn told(&self) -> String {
        format!("{} ({} {}): {}", self.url, self.status, self.page.error.as_deref().unwrap_or("-"), self.page.words)
    }

    fn join(&self, url: &str) -> Url {
        Url::parse(url).or_else(|_| self.url.join(url)).expect("an address")
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}
