//! Measures the release binary in its own process, from outside: `cargo xtask bench` runs it.
//!
//! Open loop: requests leave at a fixed rate whether or not earlier ones were answered, and a latency is counted from the moment
//! when its request was due. Anything but the expected answer is a failure.

mod demo;
mod issue;
mod issuer;
mod load;
mod machine;
mod peer;

use std::error::Error;
use std::sync::Arc;

use crate::demo::Demo;
use crate::issuer::Issuer;
use crate::peer::Peer;

type Anyhow<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Says a line to whoever measures.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
fn say(line: &str) {
    println!("{line}");
}

/// What is measured, in which steps.
struct Plan {
    sqlite: bool,
    postgres: bool,
    /// Seconds before memory is read, and how long each rate is kept up.
    idle: u64,
    length: u32,
    pages: Vec<u32>,
    requests: Vec<u32>,
    flows: Vec<u32>,
}

impl Plan {
    /// All of it; `--quick` for a look; `--requests=800 --flows=300` for these rates and no others, `--seconds=8` for how long each,
    /// `--only=sqlite` or `--only=postgresql` for one database.
    fn of_arguments() -> Anyhow<Self> {
        let mut plan = Self {
            sqlite: true,
            postgres: true,
            idle: 10,
            length: 10,
            pages: vec![50, 100, 200, 400],
            requests: vec![100, 200, 400, 600, 800],
            flows: vec![50, 100, 200, 300, 400],
        };
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        if arguments.iter().any(|argument| argument == "--quick") {
            plan = Self { idle: 2, length: 3, pages: vec![50], requests: vec![50], flows: vec![20], ..plan };
        }
        let said = |name: &str| arguments.iter().find_map(|argument| argument.strip_prefix(name));
        match said("--only=") {
            None => {}
            Some("sqlite") => plan.postgres = false,
            Some("postgresql") => plan.sqlite = false,
            Some(other) => return Err(format!("--only={other} is no database").into()),
        }
        if let Some(seconds) = said("--seconds=") {
            plan.length = seconds.parse()?;
        }
        let named = |name: &str| said(name).map(rates).transpose();
        let (requests, flows) = (named("--requests=")?, named("--flows=")?);
        if requests.is_some() || flows.is_some() {
            plan = Self { idle: 0, pages: Vec::new(), requests: requests.unwrap_or_default(), flows: flows.unwrap_or_default(), ..plan };
        }
        Ok(plan)
    }
}

fn rates(text: &str) -> Anyhow<Vec<u32>> {
    Ok(text.split(',').map(str::parse).collect::<Result<_, _>>()?)
}

#[tokio::main]
async fn main() -> Anyhow<()> {
    let plan = Plan::of_arguments()?;
    let postgres = std::env::var("BENCH_POSTGRES").ok();
    for line in machine::facts() {
        say(&line);
    }
    match std::env::var("BENCH_PEER") {
        Ok(program) => {
            let peer = Peer::start(&program)?;
            say(&format!("\n{}", peer.text("name")?));
            let issuer = Arc::new(Issuer::of_peer(&peer).await?);
            requests(&issuer, &plan).await?;
            flows(&issuer, &plan).await?;
        }
        Err(_) => say("No peer: BENCH_PEER names no program"),
    }
    if plan.sqlite {
        on("SQLite", None, &plan).await?;
    }
    match postgres {
        _ if !plan.postgres => {}
        Some(url) => on("PostgreSQL", Some(&url), &plan).await?,
        None => say("PostgreSQL: left out, BENCH_POSTGRES names no server"),
    }
    Ok(())
}

async fn on(database: &str, postgres: Option<&str>, plan: &Plan) -> Anyhow<()> {
    say(&format!("\n{database}"));
    let demo = Demo::start(postgres)?;
    let (seconds, cards) = demo.first_page().await?;
    say(&format!("demo command to overview with {cards} credentials: {seconds:.1} s"));
    tokio::time::sleep(std::time::Duration::from_secs(plan.idle)).await;
    say(&format!("memory when idle: {:.0} MiB", demo.memory_mib()?));
    for rate in &plan.pages {
        let page = load::share_page(&demo, *rate, plan.length).await?;
        say(&format!("share page at {rate}/s for {} s: {page}", plan.length));
    }
    requests(&Arc::new(Issuer::of_demo(&demo).await?), plan).await?;
    drop(demo);
    // A fresh one: making offers has a limit per hour, also in the demo.
    let demo = Demo::start(postgres)?;
    flows(&Arc::new(Issuer::of_demo(&demo).await?), plan).await
}

/// Credential requests at rising rates, until one is not kept up with.
async fn requests(issuer: &Arc<Issuer>, plan: &Plan) -> Anyhow<()> {
    for rate in &plan.requests {
        let measured = issue::credential_requests(issuer, *rate, plan.length).await?;
        say(&format!("credential request at {rate}/s for {} s: {measured}", plan.length));
        if measured.fell_behind(*rate) {
            break;
        }
    }
    Ok(())
}

/// Whole flows at rising rates, until one is not kept up with.
async fn flows(issuer: &Arc<Issuer>, plan: &Plan) -> Anyhow<()> {
    for rate in &plan.flows {
        let measured = issue::flows(issuer, *rate, plan.length).await?;
        say(&format!("whole flow at {rate}/s for {} s: {measured}", plan.length));
        if measured.fell_behind(*rate) {
            break;
        }
    }
    Ok(())
}
