//! Reads the QR codes in a photo: bytes of a stranger in, the texts of its codes out, within fixed bounds of memory and work.
//!
//! A picture is judged by its header before a pixel of it has a place in memory; colours, EXIF and everything else around the
//! pixels are passed over. Finding codes in a photo is ours ([`finder`], [`grid`]), with a bound on every search; reading the modules
//! of a found code is `rqrr`'s.

mod finder;
mod grid;
mod luma;
mod perspective;
mod picture;
#[cfg(test)]
mod tests;

use luma::{Luma, NARROW, WIDE};

/// The longest side of a picture, in pixels.
pub const LONGEST_SIDE: usize = 4096;
/// Codes of one picture that are read; whoever looks at a wall of them is asked to come closer.
const MOST: usize = 8;
/// Longest sides at which codes are looked for. A code that fills the picture is found in a small one, one in a corner in the largest;
/// the smallest is for what is blurred.
const SIDES: [usize; 4] = [1400, ALWAYS, LONGEST_SIDE, 700];
/// Pictures up to this side are also looked at twice as large: small modules have too few pixels to stand out.
const SMALL: usize = 800;
/// The side up to which all sizes are looked at, also when a smaller one had a code in it: there may be others.
const ALWAYS: usize = 2100;

/// Why a file is no photo that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    /// Nothing was given.
    #[error("there is no picture")]
    Empty,
    /// A side is longer than [`LONGEST_SIDE`].
    #[error("the picture has too many pixels")]
    TooManyPixels,
    /// HEIC, HEIF or AVIF, as some phones keep photos.
    #[error("the picture is HEIC or AVIF")]
    Heif,
    /// Another kind of picture, or of file.
    #[error("the file is no JPEG, PNG or WebP picture")]
    Kind,
    /// It begins like a picture and cannot be read.
    #[error("the picture is damaged")]
    Broken,
}

/// The texts of the QR codes in a picture (JPEG, PNG or WebP), each once; none when no code was found.
///
/// Takes up to a second of one core and 180 MiB, whatever the picture is: call it where both are to be had.
///
/// # Errors
/// [`PhotoError`] when the file is no picture that can be read.
pub fn read(file: &[u8]) -> Result<Vec<String>, PhotoError> {
    Ok(of(&picture::read(file)?))
}

/// The same of pixels by their brightness, row by row.
///
/// # Errors
/// [`PhotoError`] when there are too many of them, or not as many as the sides say.
pub fn read_brightness(width: usize, height: usize, pixels: Vec<u8>) -> Result<Vec<String>, PhotoError> {
    if width.max(height) > LONGEST_SIDE {
        return Err(PhotoError::TooManyPixels);
    }
    Luma::new(width, height, pixels).map(|picture| of(&picture)).ok_or(PhotoError::Broken)
}

/// The codes of a picture, dark on light or else light on dark.
fn of(picture: &Luma) -> Vec<String> {
    let found = codes(picture);
    if found.is_empty() { codes(&picture.inverted()) } else { found }
}

/// The codes of a picture, dark on light.
fn codes(picture: &Luma) -> Vec<String> {
    let mut found = Vec::new();
    let mut last = 0;
    for side in SIDES {
        let factor = picture.longest().div_ceil(side).max(1);
        if factor == last || (!found.is_empty() && ![SIDES[0], ALWAYS].contains(&side)) {
            continue;
        }
        last = factor;
        add(&mut found, &picture.shrunk(factor));
    }
    if found.is_empty() && picture.longest() <= SMALL {
        add(&mut found, &picture.doubled());
    }
    found
}

fn add(found: &mut Vec<String>, picture: &Luma) {
    let mut texts = grid::texts(&picture.bitmap(WIDE));
    if texts.is_empty() {
        texts = grid::texts(&picture.bitmap(NARROW));
    }
    for text in texts {
        if found.len() < MOST && !found.contains(&text) {
            found.push(text);
        }
    }
}
