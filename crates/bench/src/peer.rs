//! An issuer that others wrote, in a process of its own: Credo, as the browser tests have it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::Anyhow;

/// A running peer; dropping it stops it.
pub(crate) struct Peer {
    child: Child,
    described: Value,
}

impl Peer {
    /// Starts the program that `BENCH_PEER` names, whose first line says where it is found.
    pub(crate) fn start(program: &str) -> Anyhow<Self> {
        let mut child = Command::new("node").arg(program).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output of the peer")?).read_line(&mut line)?;
        Ok(Self { described: serde_json::from_str(&line)?, child })
    }

    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn text(&self, member: &str) -> Anyhow<&str> {
        self.described.get(member).and_then(Value::as_str).ok_or_else(|| format!("the peer does not say its {member}").into())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
