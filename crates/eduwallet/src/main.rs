//! The `eduwallet` command: every role in one binary, a demo that needs nothing, and a check of any credential.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    eduwallet::run().await
}
