//! Measures the release binary in its own process, from outside: `cargo xtask bench` runs it.
//!
//! Open loop: requests leave at a fixed rate whether or not earlier ones were answered, and a latency is counted from the moment
//! when its request was due. Anything but the expected answer is a failure.

mod demo;
mod issue;
mod load;
mod machine;

use std::error::Error;

use crate::demo::Demo;

type Anyhow<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Says a line to whoever measures.
#[expect(clippy::print_stdout, reason = "the figures are the output")]
fn say(line: &str) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> Anyhow<()> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let postgres = std::env::var("BENCH_POSTGRES").ok();
    for line in machine::facts() {
        say(&line);
    }
    on("SQLite", None, quick).await?;
    match postgres {
        Some(url) => on("PostgreSQL", Some(&url), quick).await?,
        None => say("PostgreSQL: left out, BENCH_POSTGRES names no server"),
    }
    Ok(())
}

async fn on(database: &str, postgres: Option<&str>, quick: bool) -> Anyhow<()> {
    say(&format!("\n{database}"));
    let demo = Demo::start(postgres)?;
    let (seconds, cards) = demo.first_page().await?;
    say(&format!("demo command to overview with {cards} credentials: {seconds:.1} s"));
    tokio::time::sleep(std::time::Duration::from_secs(if quick { 2 } else { 10 })).await;
    say(&format!("memory when idle: {:.0} MiB", demo.memory_mib()?));
    let (rates, length): (&[u32], u32) = if quick { (&[50], 3) } else { (&[50, 100, 200, 400], 10) };
    for rate in rates {
        let page = load::share_page(&demo, *rate, length).await?;
        say(&format!("share page at {rate}/s for {length} s: {page}"));
    }
    for rate in rates {
        let measured = issue::credential_requests(&demo, *rate, length).await?;
        say(&format!("credential request at {rate}/s for {length} s: {measured}"));
    }
    Ok(())
}
