//! The project's own tasks: `cargo xtask test` runs every test there is, `cargo xtask bench` measures, `cargo xtask mutations` tries
//! deliberate defects.

mod bench;
mod mutations;
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
        ["mutations", names @ ..] => mutations::all(names),
        _ => {
            run::say("usage: cargo xtask test | bench [--quick] | bench formats | mutations [MODULE…]");
            ExitCode::from(64)
        }
    }
}
