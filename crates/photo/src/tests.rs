//! Photos of codes: turned, aslant, small, far, blurred, dim, noisy, inverted, several, none; and pictures that mean harm.

use std::sync::mpsc::channel;
use std::thread::spawn;
use std::time::Duration;

use fast_qr::{ECL, QRBuilder};

use super::*;

/// What is in the code of every picture of `tests/pictures` but those that say otherwise.
const OFFER: &str =
    "openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fissuer.example%2Fhogeschool-voorbeeld%2Foffers%2F4KT9W2MZ4KT9W2MZ4KT9W2";
const SHARE: &str = "https://wallet.example/s/4KT9W2MZ4KT9W2MZ4KT9W2";

macro_rules! picture {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../tests/pictures/", $name)).as_slice())
    };
}

#[test]
fn photos_as_phones_make_them_are_read() {
    for (name, file) in [
        picture!("aslant.jpg"),
        picture!("steep.jpg"),
        picture!("turned.jpg"),
        picture!("far.jpg"),
        picture!("blurred.jpg"),
        picture!("dim.jpg"),
        picture!("shadow.jpg"),
        picture!("noisy.jpg"),
        picture!("small.jpg"),
        picture!("inverted.jpg"),
        picture!("progressive.jpg"),
        picture!("gray.jpg"),
        picture!("lossy.webp"),
        picture!("lossless.webp"),
        picture!("see-through.png"),
        picture!("palette.png"),
        picture!("interlaced.png"),
        picture!("sixteen-bits.png"),
    ] {
        assert_eq!(read(file), Ok(vec![OFFER.to_owned()]), "{name}");
    }
    let (_, several) = picture!("several.jpg");
    let mut found = read(several).unwrap();
    found.sort();
    assert_eq!(found, [SHARE.to_owned(), OFFER.to_owned()]);
    let (_, none) = picture!("none.jpg");
    assert_eq!(read(none), Ok(Vec::new()));
}

#[test]
fn what_is_no_picture_is_told_apart() {
    let heic = [b"\0\0\0\x18ftypmif1".as_slice(), &[0; 32]].concat();
    for (file, error) in [
        (b"".as_slice(), PhotoError::Empty),
        (b"GIF89a", PhotoError::Kind),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", PhotoError::Kind),
        (&heic, PhotoError::Heif),
        (b"\xff\xd8\xff", PhotoError::Broken),
        (b"\x89PNG\r\n\x1a\n", PhotoError::Broken),
        (b"RIFF\0\0\0\0WEBP", PhotoError::Broken),
    ] {
        assert_eq!(read(file), Err(error));
    }
    assert_eq!(read_brightness(2, 2, vec![0; 3]), Err(PhotoError::Broken));
    assert_eq!(read_brightness(5000, 1, vec![0; 5000]), Err(PhotoError::TooManyPixels));
}

/// The header says how large a JPEG is, long before its pixels.
#[test]
fn a_picture_with_too_many_pixels_is_refused_by_its_header() {
    let (_, file) = picture!("aslant.jpg");
    let mut file = file.to_vec();
    let at = file.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    file[at + 5..at + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(read(&file), Err(PhotoError::TooManyPixels));
}

/// Modules of a code as pixels of a large picture.
fn drawn(text: &str, module: usize) -> (usize, Vec<u8>) {
    let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
    let side = (code.size + 8) * module;
    let dark = |x: usize, y: usize| {
        let inside = |at: usize| (at / module).checked_sub(4).filter(|at| *at < code.size);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| code.data[y * code.size + x].value())
    };
    (side, (0..side * side).map(|at| if dark(at % side, at / side) { 20 } else { 230 }).collect())
}

#[test]
fn codes_of_every_size_are_read() {
    for length in [1, 20, 60, 120, 200, 400, 800, 1200, 2300] {
        let text = "a1".repeat(length / 2 + 1);
        for module in [2, 3, 7] {
            let (side, pixels) = drawn(&text, module);
            assert_eq!(read_brightness(side, side, pixels), Ok(vec![text.clone()]), "{length} {module}");
        }
    }
}

/// What comes of a picture. One that is still looked at when even a busy machine would have been ready is a search without end.
fn looked_at(name: &str, side: usize, pixels: Vec<u8>) -> Result<Vec<String>, PhotoError> {
    let (done, looked) = channel();
    spawn(move || done.send(read_brightness(side, side, pixels)));
    looked.recv_timeout(Duration::from_secs(90)).unwrap_or_else(|_| panic!("{name} takes too long"))
}

/// Pictures that a search without bounds would look at for minutes: full of what looks like the corners of codes.
#[test]
fn no_picture_takes_long() {
    let corner = |x: usize, y: usize| {
        let ring = x.abs_diff(3).max(y.abs_diff(3));
        ring == 3 || ring <= 1
    };
    for (name, step, module) in [("tight", 8, 1), ("tight and large", 8, 4), ("wide", 21, 3), ("loose", 13, 2)] {
        let side = LONGEST_SIDE;
        let pixel = |at: usize| {
            let (x, y) = ((at % side) / module % step, (at / side) / module % step);
            if x < 7 && y < 7 && corner(x, y) { 0 } else { 255 }
        };
        let pixels: Vec<u8> = (0..side * side).map(pixel).collect();
        assert_eq!(looked_at(name, side, pixels), Ok(Vec::new()), "{name}");
    }
}

/// Half of the pixels dark, by no rule.
#[test]
fn noise_has_no_code() {
    let mut state = 0x2545_f491_u32;
    let mut pixel = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        if state & 1 == 1 { 0 } else { 255 }
    };
    let side = 1500;
    assert_eq!(looked_at("noise", side, (0..side * side).map(|_| pixel()).collect()), Ok(Vec::new()));
}
