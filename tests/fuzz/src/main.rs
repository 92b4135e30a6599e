//! Runs every target for a fixed time on mutated seeds with the stable compiler: `eduwallet-fuzz [--seconds N] [--target NAME] [--seed N]`.
//!
//! `cargo +nightly fuzz run --fuzz-dir tests/fuzz --features libfuzzer NAME` explores deeper; this finds what a careless change breaks. It fails on a panic, on an input that takes
//! more than ten seconds, and when the process ever held more than 512 MiB. The input is then kept under `findings/`.

mod mutate;
mod seeds;

use eduwallet_fuzz::{TARGETS, Target};
use mutate::Mutator;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// An input that takes longer than this hangs.
const HANG: Duration = Duration::from_secs(10);
/// Resident memory that no target may ever need, KiB.
const MEMORY_KIB: u64 = 512 * 1024;
/// Inputs longer than this only slow the search down; the largest body that the product reads is 5 MiB.
const LONGEST: usize = 256 * 1024;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(64);
        }
    };
    let watch = Watch::start();
    let mut failed = false;
    for target in TARGETS.iter().filter(|target| options.target.as_deref().is_none_or(|name| name == target.name)) {
        failed |= !run(target, &options, &watch);
    }
    let peak = peak_memory_kib();
    println!("peak memory {} MiB", peak / 1024);
    if failed || peak > MEMORY_KIB { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Feeds one target until its time is over; false when it panicked.
fn run(target: &Target, options: &Options, watch: &Watch) -> bool {
    let seeds = seeds::of(target);
    let mut mutator = Mutator::new(options.seed, &seeds);
    let end = Instant::now() + options.time;
    let mut inputs = 0_u64;
    for seed in &seeds {
        if !survives(target, seed, watch) {
            return false;
        }
    }
    while Instant::now() < end {
        let mut input = mutator.next();
        input.truncate(LONGEST);
        if !survives(target, &input, watch) {
            return false;
        }
        inputs += 1;
    }
    println!("{}: {} seeds, {inputs} inputs", target.name, seeds.len());
    true
}

fn survives(target: &Target, input: &[u8], watch: &Watch) -> bool {
    watch.begin(target.name, input);
    let outcome = catch_unwind(|| (target.run)(input));
    watch.end();
    if outcome.is_err() {
        println!("{}: PANICKED; input kept in {}", target.name, keep(target.name, input));
    }
    outcome.is_ok()
}

/// Writes an input that broke a target where it can be looked at.
fn keep(name: &str, input: &[u8]) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("findings");
    let path = folder.join(format!("{name}-{:016x}", mutate::fingerprint(input)));
    match std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, input)) {
        Ok(()) => path.display().to_string(),
        Err(error) => format!("nothing ({error})"),
    }
}

struct Options {
    time: Duration,
    target: Option<String>,
    seed: u64,
}

impl Options {
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        const USAGE: &str = "usage: eduwallet-fuzz [--seconds N] [--target NAME] [--seed N]";
        let mut options = Self { time: Duration::from_secs(2), target: None, seed: 0x5eed };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or(USAGE)?;
            match name.as_str() {
                "--seconds" => options.time = Duration::from_secs(value.parse().map_err(|_| USAGE)?),
                "--seed" => options.seed = value.parse().map_err(|_| USAGE)?,
                "--target" if TARGETS.iter().any(|target| target.name == value) => options.target = Some(value),
                "--target" => return Err(format!("no target {value}")),
                _ => return Err(USAGE.to_owned()),
            }
        }
        Ok(options)
    }
}

/// A thread that ends the process when one input takes too long.
struct Watch {
    started: Instant,
    /// Milliseconds since `started` when the present input began; 0 between inputs.
    since: Arc<AtomicU64>,
    present: Arc<Mutex<(&'static str, Vec<u8>)>>,
}

impl Watch {
    fn start() -> Self {
        let watch = Self { started: Instant::now(), since: Arc::default(), present: Arc::new(Mutex::new(("", Vec::new()))) };
        let (started, since, present) = (watch.started, Arc::clone(&watch.since), Arc::clone(&watch.present));
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(500));
                let began = since.load(Ordering::Relaxed);
                if began != 0 && started.elapsed() > Duration::from_millis(began) + HANG {
                    if let Ok(present) = present.lock() {
                        println!("{}: HANGS; input kept in {}", present.0, keep(present.0, &present.1));
                    }
                    std::process::exit(1);
                }
            }
        });
        watch
    }

    fn begin(&self, name: &'static str, input: &[u8]) {
        if let Ok(mut present) = self.present.lock() {
            present.0 = name;
            present.1.clear();
            present.1.extend_from_slice(input);
        }
        self.since.store(u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1), Ordering::Relaxed);
    }

    fn end(&self) {
        self.since.store(0, Ordering::Relaxed);
    }
}

/// The most memory that this process ever held, KiB; 0 where the system does not tell.
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default()
}
