//! Lists that inflate to a gibibyte, and what they cost: a process of its own measures its own memory.

use flate2::write::{GzEncoder, ZlibEncoder};
use flate2::{Compress, Compression, FlushCompress, Status as State};
use serde_json::json;
use std::io::Write;
use vc::encoding::b64url;
use vc::status_list::bitstring::decode;
use vc::status_list::{StatusList, StatusListError};

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A stream of 1 GiB of zeros, in about a MiB: a block of a MiB that stands on its own, 1,024 times. It lacks its checksum, which
/// nobody should ever come to.
pub(crate) fn bomb(as_gzip: bool) -> Vec<u8> {
    let mut compress = Compress::new(Compression::best(), false);
    let mut block = vec![0; 1 << 16];
    let state = compress.compress(&vec![0; 1 << 20], &mut block, FlushCompress::Full).unwrap();
    assert!(state == State::Ok && compress.total_in() == 1 << 20);
    block.truncate(usize::try_from(compress.total_out()).unwrap());
    let head: &[u8] = if as_gzip { &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255] } else { &[0x78, 0xda] };
    [head, &block.repeat(1024)].concat()
}

/// Peak memory of this process in KiB, as the kernel counts it.
pub(crate) fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().split(' ').next().unwrap().parse().unwrap()
}

/// S6. Run by the test below, alone in a process.
#[test]
#[ignore = "measures the whole process; run by a_bomb_costs_little_memory"]
fn bombs_alone() {
    let token = json!({"bits": 1, "lst": b64url(bomb(false))});
    let credential = format!("u{}", b64url(bomb(true)));
    let before = peak();
    assert_eq!(StatusList::decode(&token).err(), Some(StatusListError::Limit));
    assert_eq!(decode(&credential).err(), Some(StatusListError::Limit));
    let more = peak() - before;
    assert!(more < 8 * 1024, "{more} KiB");
}

#[test]
fn a_bomb_costs_little_memory() {
    if !cfg!(target_os = "linux") {
        return;
    }
    let alone = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["status_bombs::bombs_alone", "--exact", "--ignored"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&alone.stdout);
    assert!(alone.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&alone.stderr));
}
