//! The release binary's demo as a process of its own, and a browser without JavaScript for its pages.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, fs, thread};

use reqwest::{Client, ClientBuilder};
use serde_json::Value;

use crate::Anyhow;
use crate::load::Stopwatch;

/// A running demo; dropping it stops it.
pub(crate) struct Demo {
    child: Child,
    started: Stopwatch,
    folder: PathBuf,
    /// What the demo says of itself.
    pub(crate) described: Value,
}

impl Demo {
    /// Starts the demo on SQLite, or on the PostgreSQL server of an administrative address.
    pub(crate) fn start(postgres: Option<&str>) -> Anyhow<Self> {
        let target = env::var("CARGO_TARGET_DIR").map_or_else(|_| PathBuf::from("target"), PathBuf::from);
        let folder = env::temp_dir().join(format!("eduwallet-bench-{}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder)?;
        let file = folder.join("demo.json");
        let mut command = Command::new(target.join("release/eduwallet"));
        command.args(["demo", "--base-port", "24080", "--json"]).arg(&file).arg("--data").arg(folder.join("data"));
        if let Some(url) = postgres {
            command.args(["--postgres", url]);
        }
        let started = Stopwatch::start();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        while !file.exists() {
            if child.try_wait()?.is_some() || started.seconds() > 120.0 {
                return Err("the demo did not start".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(Self { child, started, described: serde_json::from_slice(&fs::read(&file)?)?, folder })
    }

    /// Seconds from the command to the overview of a learner, and the number of credentials on it.
    pub(crate) async fn first_page(&self) -> Anyhow<(f64, usize)> {
        let browser = ClientBuilder::new().cookie_store(true).build()?;
        let login = browser.get(format!("{}/wallet", self.text("/wallet")?)).send().await?;
        let (page, url) = (login.url().clone(), login.text().await?);
        let answer = press_persona(&browser, &page, &url, "samira").await?;
        let mut cards: Vec<&str> = answer.split("/wallet/credentials/").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        cards.sort_unstable();
        cards.dedup();
        Ok((self.started.seconds(), cards.len()))
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory of the server process in MiB.
    pub(crate) fn memory_mib(&self) -> Anyhow<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS")).ok_or("no VmRSS")?;
        Ok(line.split_ascii_whitespace().nth(1).ok_or("no figure")?.parse::<f64>()? / 1024.0)
    }

    /// A text in the description, by JSON pointer.
    pub(crate) fn text(&self, pointer: &str) -> Anyhow<&str> {
        self.described.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("the demo does not describe {pointer}").into())
    }

    /// A client without cookies that keeps its connections.
    pub(crate) fn client() -> Anyhow<Client> {
        Ok(ClientBuilder::new().pool_max_idle_per_host(256).timeout(Duration::from_secs(20)).build()?)
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status());
        thread::sleep(Duration::from_millis(800));
        drop(self.child.kill());
        drop(self.child.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Fills in the sandbox provider's form: its hidden fields and the persona's button.
async fn press_persona(browser: &Client, page: &reqwest::Url, html: &str, persona: &str) -> Anyhow<String> {
    let attribute = |tag: &str, name: &str| tag.split(&format!("{name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).map(unescape);
    let form = html.split("<form").nth(1).ok_or("no form to log in with")?;
    let target = page.join(&attribute(form.split('>').next().unwrap_or_default(), "action").unwrap_or_default())?;
    let mut fields: Vec<(String, String)> = form
        .split("<input")
        .skip(1)
        .filter_map(|input| Some((attribute(input.split('>').next()?, "name")?, attribute(input.split('>').next()?, "value")?)))
        .collect();
    fields.push(("persona".to_owned(), persona.to_owned()));
    let origin = page.origin().ascii_serialization();
    let answer = browser.post(target).header("origin", origin).form(&fields).send().await?;
    Ok(answer.text().await?)
}

fn unescape(text: &str) -> String {
    text.replace("&amp;", "&").replace("&#38;", "&").replace("&quot;", "\"").replace("&#34;", "\"").replace("&#39;", "'")
}
