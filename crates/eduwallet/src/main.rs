//! The `eduwallet` command.
fn main() {}
