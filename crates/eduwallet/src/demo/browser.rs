//! A browser without JavaScript: cookies, redirects, forms. What the demo does with it, a visitor can do by hand.

use std::time::Duration;

use reqwest::{Client, Method, Response};
use serde_json::Value;
use url::Url;

use super::page::{Form, Page};

/// A step of the demo's own story did not go as it should.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// A page or an API did not answer.
    #[error("{step}: no answer")]
    NoAnswer {
        /// What was being done.
        step: String,
        /// Why not.
        #[source]
        cause: reqwest::Error,
    },
    /// It answered something else than expected.
    #[error("{step}: {what}")]
    Unexpected {
        /// What was being done.
        step: String,
        /// What came instead.
        what: String,
    },
}

/// One person's browser.
pub(crate) struct Browser {
    client: Client,
    url: Url,
    page: Page,
    body: String,
    status: u16,
}

impl Browser {
    /// A browser without cookies. `agent` is its `User-Agent`.
    pub(crate) fn new(agent: &str) -> Result<Self, BrowserError> {
        let client = Client::builder()
            .cookie_store(true)
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .user_agent(agent)
            .build()
            .map_err(|cause| BrowserError::NoAnswer { step: "browser".to_owned(), cause })?;
        let url = Url::parse("about:blank").map_err(|_| unexpected("browser", "about:blank"))?;
        Ok(Self { client, url, page: Page::default(), body: String::new(), status: 0 })
    }

    /// The page's text.
    pub(crate) fn body(&self) -> &str {
        &self.body
    }

    /// The value of an input that has an id.
    pub(crate) fn value(&self, id: &str) -> Option<&str> {
        self.page.value(id)
    }

    /// The last parts of the page's links that begin with `prefix`, each once.
    pub(crate) fn linked(&self, prefix: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (_, href) in &self.page.links {
            let rest = href.strip_prefix(prefix).map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned());
            if let Some(id) = rest.filter(|id| !id.is_empty() && !found.contains(id)) {
                found.push(id);
            }
        }
        found
    }

    /// Opens an address.
    pub(crate) async fn open(&mut self, url: &str) -> Result<(), BrowserError> {
        let response = self.client.get(url).header("accept", "text/html").send().await;
        self.show(url, response).await
    }

    /// Follows the link with an id.
    pub(crate) async fn follow(&mut self, id: &str) -> Result<(), BrowserError> {
        let target = self.page.link(id).and_then(|href| self.url.join(href).ok());
        let target = target.ok_or_else(|| self.unexpected(&format!("no link {id}")))?;
        self.open(target.as_str()).await
    }

    /// Presses a button; `fill` replaces or adds fields.
    pub(crate) async fn press(&mut self, name: &str, value: &str, fill: &[(&str, &str)]) -> Result<(), BrowserError> {
        let form = self.page.form_with(name, value).cloned().ok_or_else(|| self.unexpected(&format!("no button {name}={value}")))?;
        self.send(form, &[(name, value)], fill).await
    }

    /// Sends the form whose address ends so, as its only button does.
    pub(crate) async fn submit(&mut self, action: &str, fill: &[(&str, &str)]) -> Result<(), BrowserError> {
        let form = self.page.form_to(action).cloned().ok_or_else(|| self.unexpected(&format!("no form to {action}")))?;
        self.send(form, &[], fill).await
    }

    async fn send(&mut self, form: Form, pressed: &[(&str, &str)], fill: &[(&str, &str)]) -> Result<(), BrowserError> {
        let action =
            if form.action.is_empty() { self.url.clone() } else { self.url.join(&form.action).map_err(|_| self.unexpected("action"))? };
        let kept = form.fields.iter().filter(|(name, _)| !fill.iter().any(|(n, _)| n == name));
        let mut pairs: Vec<(&str, &str)> = kept.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        pairs.extend(fill);
        pairs.extend(pressed);
        let request = match form.post {
            true => {
                let origin = self.url.origin().ascii_serialization();
                self.client.post(action.clone()).header("origin", origin).header("sec-fetch-site", "same-origin").form(&pairs)
            }
            false => self.client.get(action.clone()).query(&pairs),
        };
        let response = request.header("accept", "text/html").send().await;
        self.show(action.as_str(), response).await
    }

    async fn show(&mut self, asked: &str, response: reqwest::Result<Response>) -> Result<(), BrowserError> {
        let step = || asked.split('?').next().unwrap_or_default().to_owned();
        let response = response.map_err(|cause| BrowserError::NoAnswer { step: step(), cause: cause.without_url() })?;
        (self.status, self.url) = (response.status().as_u16(), response.url().clone());
        self.body = response.text().await.map_err(|cause| BrowserError::NoAnswer { step: step(), cause: cause.without_url() })?;
        self.page = Page::parse(&self.body);
        if self.status == 200 {
            return Ok(());
        }
        let code = self.page.error.clone().unwrap_or_default();
        Err(self.unexpected(&format!("status {} {code}", self.status)))
    }

    /// Signs in at the sandbox eduID when its page is shown.
    pub(crate) async fn sign_in_if_asked(&mut self, persona: &str) -> Result<(), BrowserError> {
        if self.page.form_with("persona", persona).is_some() {
            self.press("persona", persona, &[]).await?;
        }
        Ok(())
    }

    fn unexpected(&self, what: &str) -> BrowserError {
        unexpected(self.url.path(), what)
    }
}

fn unexpected(step: &str, what: &str) -> BrowserError {
    BrowserError::Unexpected { step: step.to_owned(), what: what.to_owned() }
}

/// A machine that calls an API with its key.
pub(crate) struct Machine {
    client: Client,
}

impl Machine {
    /// A machine. `agent` is its `User-Agent`.
    pub(crate) fn new(agent: &str) -> Result<Self, BrowserError> {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).user_agent(agent).build();
        let client = client.map_err(|cause| BrowserError::NoAnswer { step: "machine".to_owned(), cause })?;
        Ok(Self { client })
    }

    /// Calls an API and gives its JSON.
    pub(crate) async fn call(&self, method: Method, url: &str, key: &str, body: Option<&Value>) -> Result<Value, BrowserError> {
        let mut request = self.client.request(method, url).bearer_auth(key).header("accept", "application/json");
        if let Some(body) = body {
            request = request.json(body);
        }
        let no_answer = |cause: reqwest::Error| BrowserError::NoAnswer { step: url.to_owned(), cause: cause.without_url() };
        let response = request.send().await.map_err(no_answer)?;
        let status = response.status();
        let value: Value = response.json().await.map_err(no_answer)?;
        if status.is_success() {
            return Ok(value);
        }
        let code = value.get("code").and_then(Value::as_str).unwrap_or_default();
        Err(unexpected(url, &format!("status {} {code}", status.as_u16())))
    }
}
