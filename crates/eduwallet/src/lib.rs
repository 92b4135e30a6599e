//! Every role in one binary, as a library: the command, and the demo for tests that run it in their own process.

mod cli;
mod config;
pub mod demo;
mod init;
mod keys;
mod log;
mod migrate;
mod openapi;
mod operations;
mod roles;
mod say;
mod serve;
mod verify;

use std::process::ExitCode;

use cli::{Cli, Command};

/// Runs the command with the process's arguments.
pub async fn run() -> ExitCode {
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(usage) => return usage,
    };
    match cli.command {
        Command::Verify(arguments) => verify::run(arguments).await,
        Command::Demo(arguments) => finish(demo::run(arguments).await),
        Command::Serve(arguments) => finish(serve::run(arguments).await),
        Command::Init(arguments) => finish(init::run(&arguments)),
        Command::Migrate(arguments) => finish(migrate::run(arguments).await),
        Command::Keys(arguments) => finish(keys::run(arguments).await),
        Command::Openapi { of } => print(&openapi::printed(of)),
        Command::ConfigSchema => print(&config::schema::printed()),
    }
}

/// A document, as it is.
fn print(document: &str) -> ExitCode {
    say::line(document.trim_end());
    ExitCode::SUCCESS
}

/// An error is one line with its causes; what to do about it stands in it.
fn finish<E: std::error::Error>(outcome: Result<(), E>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&http::failure::chain(&error));
            ExitCode::FAILURE
        }
    }
}
