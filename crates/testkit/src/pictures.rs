//! Pictures of QR codes, as PNG: what a learner takes a photo of.

use fast_qr::{ECL, QRBuilder};
use png::{BitDepth, ColorType, Encoder};

/// Pixels of a module, and modules of quiet zone around a code.
const MODULE: usize = 5;
const QUIET: usize = 4;

/// A picture with these texts as codes beside each other.
///
/// # Panics
/// When a text is too long for a code.
#[expect(clippy::expect_used, reason = "a test without its picture cannot go on")]
pub fn codes(texts: &[&str]) -> Vec<u8> {
    let codes: Vec<_> = texts.iter().map(|text| QRBuilder::new(*text).ecl(ECL::M).build().expect("a code")).collect();
    let height = codes.iter().map(|code| code.size + 2 * QUIET).max().unwrap_or(40);
    let columns: Vec<Vec<bool>> = codes
        .iter()
        .flat_map(|code| {
            let dark = move |x: usize, y: usize| code.data.get(y * code.size + x).is_some_and(|module| module.value());
            let inside = move |at: usize| at.checked_sub(QUIET).filter(|at| *at < code.size);
            (0..code.size + 2 * QUIET)
                .map(move |x| (0..height).map(|y| inside(x).zip(inside(y)).is_some_and(|(x, y)| dark(x, y))).collect::<Vec<bool>>())
        })
        .collect();
    let width = columns.len().max(40);
    let is_dark = |x: usize, y: usize| columns.get(x / MODULE).and_then(|column| column.get(y / MODULE)).copied().unwrap_or(false);
    let (width, height) = (width * MODULE, height * MODULE);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| if is_dark(x, y) { 0 } else { 255 });
    gray(width, height, &pixels.collect::<Vec<u8>>())
}

/// A PNG that says in its header that it has these sides, and has almost nothing in it.
pub fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut file = gray(1, 1, &[0]);
    // Behind the signature: length and name of the header, then the sides.
    for (place, side) in [(16, width), (20, height)] {
        if let Some(bytes) = file.get_mut(place..place + 4) {
            bytes.copy_from_slice(&side.to_be_bytes());
        }
    }
    let sum = crc(file.get(12..29).unwrap_or_default());
    if let Some(bytes) = file.get_mut(29..33) {
        bytes.copy_from_slice(&sum.to_be_bytes());
    }
    file
}

/// The check sum of a PNG chunk (ISO/IEC 15948 section 5.5).
fn crc(bytes: &[u8]) -> u32 {
    let step =
        |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 });
    !bytes.iter().fold(u32::MAX, step)
}

#[expect(clippy::expect_used, reason = "a test without its picture cannot go on")]
fn gray(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
    let side = |side: usize| u32::try_from(side).expect("a small picture");
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, side(width), side(height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}
