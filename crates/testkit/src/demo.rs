//! A running demo as its description file tells it (`interfaces.md` section 3), and who acts in it.

use std::time::Duration;

use model::{Clock, SystemClock};
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::browser::Browser;

/// How long something may take that the product does by itself, such as reading a source every five seconds.
const PATIENCE_SECONDS: i64 = 40;

/// A running demo.
pub struct Demo {
    /// Its description.
    pub description: Value,
    client: Client,
}

#[expect(clippy::expect_used, clippy::panic, reason = "a test whose demo is another cannot go on")]
impl Demo {
    /// The demo of a description.
    ///
    /// # Panics
    /// When no client can be made.
    pub fn of(description: Value) -> Self {
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(30));
        Self { description, client: client.build().expect("an HTTP client") }
    }

    /// The text at a JSON Pointer of the description.
    ///
    /// # Panics
    /// When there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.description.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("no {pointer} in the description"))
    }

    /// An address of a role: `wallet`, `issuer`, `verifier`, `operations`.
    pub fn at(&self, role: &str, path: &str) -> String {
        format!("{}{path}", self.text(&format!("/{role}")))
    }

    fn listed(&self, list: &str, name: &str, value: &str) -> &Value {
        let items = self.description.get(list).and_then(Value::as_array).unwrap_or_else(|| panic!("no {list}"));
        let found = items.iter().find(|item| item.get(name).and_then(Value::as_str) == Some(value));
        found.unwrap_or_else(|| panic!("no {value} in {list}"))
    }

    /// A member of an institution's entry, by JSON Pointer.
    ///
    /// # Panics
    /// When there is none.
    pub fn institution(&self, slug: &str, pointer: &str) -> String {
        let found = self.listed("institutions", "slug", slug).pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no {pointer} of {slug}")).to_owned()
    }

    /// A member of a verifier's entry.
    ///
    /// # Panics
    /// When there is none.
    pub fn verifier(&self, slug: &str, member: &str) -> String {
        let found = self.listed("verifiers", "slug", slug).get(member).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no {member} of {slug}")).to_owned()
    }

    /// The eduID value of a learner at an institution.
    ///
    /// # Panics
    /// When the description has none.
    pub fn eduid(&self, persona: &str, slug: &str) -> String {
        let found = self.listed("learners", "persona", persona).pointer(&format!("/eduid/{slug}")).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no eduID of {persona} at {slug}")).to_owned()
    }

    /// The association of a learner with a course.
    ///
    /// # Panics
    /// When there is none.
    pub fn association(&self, slug: &str, persona: &str, about: &str) -> String {
        let all = self.listed("institutions", "slug", slug).get("associations").and_then(Value::as_array).expect("associations");
        let member = |item: &Value, name: &str, value: &str| item.get(name).and_then(Value::as_str) == Some(value);
        let found = all.iter().find(|item| member(item, "persona", persona) && member(item, "about", about));
        found.and_then(|item| item.get("id")).and_then(Value::as_str).unwrap_or_else(|| panic!("no {about} of {persona}")).to_owned()
    }

    /// Calls an API.
    ///
    /// # Panics
    /// When nothing answers.
    pub async fn call(&self, method: Method, url: &str, key: Option<&str>, body: Option<&Value>) -> Answer {
        let mut request = self.client.request(method, url);
        if let Some(key) = key {
            request = request.bearer_auth(key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::read(request.send().await.expect("an answer")).await.expect("a whole answer")
    }

    /// `GET` of anything, with what is accepted.
    ///
    /// # Panics
    /// When nothing answers.
    pub async fn get(&self, url: &str, accept: &str) -> Answer {
        Answer::read(self.client.get(url).header("accept", accept).send().await.expect("an answer")).await.expect("a whole answer")
    }

    /// Changes an association in the institution's own system, and leaves it to the issuer to notice.
    ///
    /// # Panics
    /// When the system refuses.
    pub async fn result(&self, slug: &str, association: &str, patch: &Value) {
        let url = format!("{}/associations/{association}", self.institution(slug, "/ooapi/v5"));
        let request =
            self.client.patch(url).basic_auth(self.institution(slug, "/ooapi/user"), Some(self.institution(slug, "/ooapi/password")));
        let answer = Answer::read(request.json(patch).send().await.expect("an answer")).await.expect("a whole answer");
        answer.expect(200);
    }

    /// An association as the institution's own system tells it, with its person.
    ///
    /// # Panics
    /// When the system refuses.
    pub async fn told(&self, slug: &str, association: &str) -> Value {
        let url = format!("{}/associations/{association}?expand=person", self.institution(slug, "/ooapi/v5"));
        let request =
            self.client.get(url).basic_auth(self.institution(slug, "/ooapi/user"), Some(self.institution(slug, "/ooapi/password")));
        Answer::read(request.send().await.expect("an answer")).await.expect("a whole answer").expect(200).json()
    }

    /// `POST awards` at an institution.
    pub async fn award(&self, slug: &str, body: &Value) -> Answer {
        let url = format!("{}/api/v1/awards", self.institution(slug, "/credential_issuer"));
        self.call(Method::POST, &url, Some(&self.institution(slug, "/api_key")), Some(body)).await
    }

    /// Sets the status of the credential that was issued last for an award.
    ///
    /// # Panics
    /// When there is none, or the institution's API refuses.
    pub async fn status(&self, slug: &str, award: &str, status: &str) {
        let (base, key) =
            (format!("{}/api/v1/credentials", self.institution(slug, "/credential_issuer")), self.institution(slug, "/api_key"));
        let issued = self.call(Method::GET, &base, Some(&key), None).await.expect(200).json();
        let items = issued.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
        let credential = items.iter().find(|item| item.get("award").and_then(Value::as_str) == Some(award));
        let id = credential.and_then(|item| item.get("id")).and_then(Value::as_str).expect("a credential of the award");
        let body = json!({"status": status, "reason": "test"});
        self.call(Method::POST, &format!("{base}/{id}/status"), Some(&key), Some(&body)).await.expect(200);
    }

    /// Asks a learner something in a registered organisation's name.
    ///
    /// # Panics
    /// When the verifier refuses.
    pub async fn ask(&self, slug: &str, body: &Value) -> Asked<'_> {
        let key = self.verifier(slug, "api_key");
        let answer = self.call(Method::POST, &self.at("verifier", "/api/v1/requests"), Some(&key), Some(body)).await.expect(201);
        Asked { demo: self, key, id: answer.text("/id"), made: answer.json() }
    }

    /// A learner's browser, signed in, on the overview.
    pub async fn learner(&self, persona: &str) -> Browser {
        let mut browser = Browser::new();
        browser.open(&self.at("wallet", "/wallet")).await.sign_in(persona).await.expect(200);
        browser
    }
}

/// A question that was asked.
pub struct Asked<'a> {
    demo: &'a Demo,
    key: String,
    id: String,
    /// What the verifier answered.
    pub made: Value,
}

#[expect(clippy::panic, reason = "a test that got another answer cannot go on")]
impl Asked<'_> {
    /// A link of it.
    ///
    /// # Panics
    /// When there is none.
    pub fn link(&self, name: &str) -> String {
        self.made.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("no {name}")).to_owned()
    }

    /// What the organisation is told.
    pub async fn told(&self) -> Value {
        let url = self.demo.at("verifier", &format!("/api/v1/requests/{}", self.id));
        self.demo.call(Method::GET, &url, Some(&self.key), None).await.expect(200).json()
    }

    /// What the organisation is told once the answer is there: a slow machine's answer may come after the wallet's page.
    ///
    /// # Panics
    /// When no answer comes.
    pub async fn answered(&self) -> Value {
        until("an answer is there", async || {
            let told = self.told().await;
            let open = told.get("state").and_then(Value::as_str).is_none_or(|state| matches!(state, "waiting" | "opened"));
            (!open).then_some(told)
        })
        .await
    }
}

/// Waits until something has happened that the product does by itself.
///
/// # Panics
/// When it does not happen.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = SystemClock.now().plus_seconds(PATIENCE_SECONDS);
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(SystemClock.now() < end, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
