//! The project's own tasks: `cargo xtask test` runs every test there is, `cargo xtask bench` measures.

mod bench;
mod oracles;
mod postgres;
mod run;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["test"] => test::all(),
        ["bench", rest @ ..] => bench::all(rest),
        _ => {
            run::say("usage: cargo xtask test | bench [--quick] | bench formats");
            ExitCode::from(64)
        }
    }
}
