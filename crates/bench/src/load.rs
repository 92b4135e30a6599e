//! An open loop at a fixed rate, and what it says.

use std::fmt;
use std::future::Future;
use std::time::{Duration, Instant};

use reqwest::Client;

use crate::Anyhow;
use crate::demo::Demo;

/// Time as the machine's own monotonic clock tells it: measuring is what this program is for.
#[derive(Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "this program measures time")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn seconds(self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}

/// What a run measured.
pub(crate) struct Measured {
    asked: usize,
    milliseconds: Vec<f64>,
    seconds: f64,
    /// What the server says it kept, where that can be asked.
    pub(crate) kept: Option<usize>,
    /// Seconds of processor that the server's process took meanwhile, where it was looked at.
    pub(crate) processor: Option<f64>,
}

impl Measured {
    /// How many were answered as expected.
    pub(crate) fn succeeded(&self) -> usize {
        self.milliseconds.len()
    }

    /// Some were not answered, or the last ones came more than a second late: this rate is too much.
    pub(crate) fn fell_behind(&self, rate: u32) -> bool {
        let due = self.asked as f64 / f64::from(rate);
        self.succeeded() < self.asked || self.seconds > due + 1.0
    }

    fn quantile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index into a list of latencies"
        )]
        let at = ((self.milliseconds.len() as f64 - 1.0) * share).round().max(0.0) as usize;
        self.milliseconds.get(at).copied().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Measured {
    #[expect(clippy::cast_precision_loss, reason = "a rate for people to read")]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.asked - self.succeeded();
        let rate = self.succeeded() as f64 / self.seconds;
        write!(
            f,
            "{} of {} answered ({failed} failed), {rate:.0}/s, p50 {:.1} ms, p99 {:.1} ms",
            self.succeeded(),
            self.asked,
            self.quantile(0.5),
            self.quantile(0.99)
        )?;
        if let Some(seconds) = self.processor {
            write!(f, ", {:.2} ms of processor each", seconds * 1000.0 / self.asked as f64)?;
        }
        match self.kept {
            Some(kept) if kept == self.succeeded() => write!(f, ", rows kept: {kept}"),
            Some(kept) => write!(f, ", ROWS KEPT: {kept}, NOT WHAT WAS ANSWERED"),
            None => Ok(()),
        }
    }
}

/// Sends each piece of work when it is due and waits for all answers. A latency runs from when the request was due.
pub(crate) async fn open_loop<W, F>(work: Vec<W>, rate: u32, send: impl Fn(W) -> F) -> Anyhow<Measured>
where
    F: Future<Output = bool> + Send + 'static,
{
    let started = Stopwatch::start();
    let asked = work.len();
    let mut sent = Vec::with_capacity(asked);
    for (n, item) in work.into_iter().enumerate() {
        let due = Duration::from_secs_f64(f64::from(u32::try_from(n)?) / f64::from(rate));
        tokio::time::sleep(due.saturating_sub(Duration::from_secs_f64(started.seconds()))).await;
        let answer = send(item);
        sent.push(tokio::spawn(async move { answer.await.then(|| (started.seconds() - due.as_secs_f64()) * 1000.0) }));
    }
    let mut milliseconds = Vec::with_capacity(asked);
    for answer in sent {
        milliseconds.extend(answer.await?);
    }
    milliseconds.sort_by(f64::total_cmp);
    Ok(Measured { asked, milliseconds, seconds: started.seconds(), kept: None, processor: None })
}

/// The employer's page of a share link.
pub(crate) async fn share_page(demo: &Demo, rate: u32, seconds: u32) -> Anyhow<Measured> {
    let client = Demo::client()?;
    let link = demo.text("/share_links/0")?.to_owned();
    let work = vec![link; usize::try_from(rate * seconds)?];
    open_loop(work, rate, |link| open(client.clone(), link)).await
}

async fn open(client: Client, link: String) -> bool {
    match client.get(link).header("accept", "text/html").send().await {
        Ok(answer) if answer.status().is_success() => answer.text().await.is_ok_and(|page| page.contains("</html>")),
        _ => false,
    }
}
