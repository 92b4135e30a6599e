//! What the figures were measured on.

use std::fs;
use std::process::Command;

/// Lines that belong above every figure.
pub(crate) fn facts() -> Vec<String> {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")).map_or("unknown", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let cores = cpu.lines().filter(|line| line.starts_with("processor")).count();
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: u64 = memory.lines().next().and_then(|line| line.split_ascii_whitespace().nth(1)).and_then(|n| n.parse().ok()).unwrap_or(0);
    vec![
        format!("{} · {}", first_line("date", &["-u", "+%Y-%m-%d %H:%M UTC"]), first_line("uname", &["-sr"])),
        format!("{cores} × {model}, {} GiB, {}", kib / 1024 / 1024, first_line("rustc", &["--version"])),
        "client and server share the machine; durability on".to_owned(),
    ]
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Seconds of processor that a process and its threads took so far (`proc(5)`, fields 14 and 15 in ticks of 10 ms).
pub(crate) fn processor(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let ticks = stat.rsplit_once(')')?.1.split_ascii_whitespace().skip(11).take(2);
    Some(ticks.filter_map(|field| field.parse::<f64>().ok()).sum::<f64>() / 100.0)
}
