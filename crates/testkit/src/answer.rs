//! What a server answered, read whole.

use reqwest::Response;
use serde_json::Value;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its media type without parameters.
    pub media_type: String,
    /// Where it sends on to, or nothing.
    pub location: Option<String>,
    /// Its body.
    pub body: String,
}

#[expect(clippy::panic, reason = "a test that got another answer cannot go on")]
impl Answer {
    /// Reads an answer.
    ///
    /// # Errors
    /// When the connection ended before the answer did.
    pub async fn read(response: Response) -> reqwest::Result<Self> {
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let media_type = header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let location = header("location");
        Ok(Self { status: response.status().as_u16(), media_type, location, body: response.text().await? })
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    /// The text at a JSON Pointer.
    ///
    /// # Panics
    /// When there is none.
    pub fn text(&self, pointer: &str) -> String {
        let found = self.json().pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no {pointer} in {} {}", self.status, self.body))
    }

    /// Status, and OAuth error or problem code.
    pub fn error(&self) -> (u16, String) {
        let json: Value = serde_json::from_str(&self.body).unwrap_or_default();
        let code = json.get("error").or_else(|| json.get("code")).and_then(Value::as_str).unwrap_or_default();
        (self.status, code.to_owned())
    }

    /// The same answer, when its status is this.
    ///
    /// # Panics
    /// When it is another.
    pub fn expect(self, status: u16) -> Self {
        if self.status == status { self } else { panic!("expected {status}: {} {}", self.status, self.body) }
    }
}
