//! What the largest pictures take of memory: the figure that `photo::read` promises, measured in a process of its own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail loudly")]

use std::fs;

use photo::{LONGEST_SIDE, PhotoError, read};

/// The promise, in KiB, and what a test's process takes without it.
const PROMISED: usize = (180 + 16) * 1024;

/// The most memory that this process ever had, in KiB.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn side() -> [u8; 2] {
    u16::try_from(LONGEST_SIDE).unwrap().to_be_bytes()
}

/// A JPEG whose header says that it has the longest sides and every colour in every pixel; its pixels end early.
fn jpeg(file: &[u8], frame: u8) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.windows(2).position(|marker| marker == [0xff, frame]).unwrap();
    file[at + 5..at + 9].copy_from_slice(&[side(), side()].concat());
    for component in 0..usize::from(file[at + 9]) {
        file[at + 11 + 3 * component] = 0x11;
    }
    file
}

/// A lossless WebP whose header says that it has the longest sides (VP8L: fourteen bits each, less one).
fn webp(file: &[u8]) -> Vec<u8> {
    let mut file = file.to_vec();
    let at = file.windows(4).position(|name| name == b"VP8L").unwrap() + 9;
    let sides = u32::try_from(LONGEST_SIDE - 1).unwrap() * ((1 << 14) | 1);
    file[at..at + 4].copy_from_slice(&(sides | 1 << 28).to_le_bytes());
    file
}

/// White, with every channel that PNG knows, sixteen bits each; made row by row.
fn png() -> Vec<u8> {
    let (mut file, sides) = (Vec::new(), u32::try_from(LONGEST_SIDE).unwrap());
    let mut encoder = png::Encoder::new(&mut file, sides, sides);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Sixteen);
    encoder.set_compression(png::Compression::Fastest);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    let row = vec![0xff; LONGEST_SIDE * 8];
    for _ in 0..LONGEST_SIDE {
        std::io::Write::write_all(&mut rows, &row).unwrap();
    }
    rows.finish().unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn the_largest_pictures_take_no_more_memory_than_is_promised() {
    let broken_or_blank = |read: Result<Vec<String>, PhotoError>| matches!(read.as_deref(), Ok([]) | Err(PhotoError::Broken));
    let pictures = [
        ("png", png()),
        ("jpeg", jpeg(include_bytes!("pictures/aslant.jpg"), 0xc0)),
        ("progressive jpeg", jpeg(include_bytes!("pictures/progressive.jpg"), 0xc2)),
        ("webp", webp(include_bytes!("pictures/lossless.webp"))),
        // Whole and of one colour: every pixel is decoded, in every component that the format has a place for.
        ("whole progressive jpeg", include_bytes!("pictures/largest-progressive.jpg").to_vec()),
        ("whole see-through webp", include_bytes!("pictures/largest-see-through.webp").to_vec()),
    ];
    for (name, file) in &pictures {
        let outcome = read(file);
        assert!(broken_or_blank(outcome.clone()), "{name}: {outcome:?}");
        assert!(peak() <= PROMISED, "{name}: {} MiB", peak() / 1024);
    }
}
