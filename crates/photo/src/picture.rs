//! From a file to brightness: what kind it is by its first bytes, how large by its header, then its pixels and nothing else of it.

use std::io::Cursor;

use image_webp::WebPDecoder;
use png::{ColorType, InterlaceInfo, Limits, Transformations};
use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use crate::luma::Luma;
use crate::{LONGEST_SIDE, PhotoError};

/// Scans of a progressive JPEG; encoders make about ten.
const SCANS: usize = 64;
/// What a decoder may take beside the pixels that we hand it, in bytes.
const BESIDE: usize = 96 * 1024 * 1024;
/// Brands of the container by which HEIC and AVIF are told.
const HEIF: [&[u8]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"];

/// The brightness of a picture's pixels.
///
/// # Errors
/// [`PhotoError`].
pub(crate) fn read(file: &[u8]) -> Result<Luma, PhotoError> {
    match file {
        [] => Err(PhotoError::Empty),
        [0xff, 0xd8, 0xff, ..] => jpeg(file),
        [0x89, b'P', b'N', b'G', ..] => png(file),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => webp(file),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if HEIF.iter().any(|known| brand.starts_with(known)) => Err(PhotoError::Heif),
        _ => Err(PhotoError::Kind),
    }
}

fn fits(width: usize, height: usize) -> Result<usize, PhotoError> {
    match (width, height) {
        (0, _) | (_, 0) => Err(PhotoError::Broken),
        (width, height) if width.max(height) > LONGEST_SIDE => Err(PhotoError::TooManyPixels),
        (width, height) => Ok(width * height),
    }
}

/// Brightness is what a JPEG keeps first; its colours are not computed. A file that ends early gives what is there.
fn jpeg(file: &[u8]) -> Result<Luma, PhotoError> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(SCANS)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|_| PhotoError::Broken)?;
    let (width, height) = decoder.dimensions().ok_or(PhotoError::Broken)?;
    let size = fits(width, height)?;
    if decoder.output_buffer_size() != Some(size) {
        return Err(PhotoError::Broken);
    }
    let mut pixels = vec![0; size];
    decoder.decode_into(&mut pixels).map_err(|_| PhotoError::Broken)?;
    Luma::new(width, height, pixels).ok_or(PhotoError::Broken)
}

/// Row by row: of its colours only one row is held.
fn png(file: &[u8]) -> Result<Luma, PhotoError> {
    let broken = |_| PhotoError::Broken;
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), Limits { bytes: BESIDE });
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let header = decoder.read_header_info().map_err(broken)?;
    let side = |pixels: u32| usize::try_from(pixels).map_err(|_| PhotoError::TooManyPixels);
    let (width, height) = (side(header.width)?, side(header.height)?);
    let mut pixels = vec![u8::MAX; fits(width, height)?];
    let mut reader = decoder.read_info().map_err(broken)?;
    let (colours, _) = reader.output_color_type();
    let mut y = 0;
    while let Some(row) = reader.next_interlaced_row().map_err(broken)? {
        let bright = brightness(row.data(), colours);
        match row.interlace() {
            InterlaceInfo::Null(_) => {
                let place = pixels.get_mut(y * width..(y + 1) * width).ok_or(PhotoError::Broken)?;
                place.iter_mut().zip(bright).for_each(|(pixel, value)| *pixel = value);
                y += 1;
            }
            InterlaceInfo::Adam7(pass) => png::expand_interlaced_row(&mut pixels, width, &bright, pass, 8),
        }
    }
    Luma::new(width, height, pixels).ok_or(PhotoError::Broken)
}

fn webp(file: &[u8]) -> Result<Luma, PhotoError> {
    let broken = |_| PhotoError::Broken;
    let mut decoder = WebPDecoder::new(Cursor::new(file)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let side = |pixels: u32| usize::try_from(pixels).map_err(|_| PhotoError::TooManyPixels);
    let (width, height) = (side(width)?, side(height)?);
    let size = fits(width, height)?;
    if decoder.is_animated() {
        return Err(PhotoError::Kind);
    }
    decoder.set_memory_limit(BESIDE);
    let (channels, colours) = if decoder.has_alpha() { (4, ColorType::Rgba) } else { (3, ColorType::Rgb) };
    let mut pixels = vec![0; size * channels];
    decoder.read_image(&mut pixels).map_err(broken)?;
    Luma::new(width, height, brightness(&pixels, colours)).ok_or(PhotoError::Broken)
}

/// Brightness (ITU-R BT.601) of eight-bit samples; what is see-through lies on white.
fn brightness(samples: &[u8], colours: ColorType) -> Vec<u8> {
    let over_white = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        u8::try_from((value * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)
    };
    let of = |red: u8, green: u8, blue: u8| {
        let sum = 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
        u8::try_from(sum / 1000).unwrap_or(u8::MAX)
    };
    match colours {
        ColorType::Rgb => samples.as_chunks::<3>().0.iter().map(|[red, green, blue]| of(*red, *green, *blue)).collect(),
        ColorType::Rgba => {
            samples.as_chunks::<4>().0.iter().map(|[red, green, blue, alpha]| over_white(of(*red, *green, *blue), *alpha)).collect()
        }
        ColorType::GrayscaleAlpha => samples.as_chunks::<2>().0.iter().map(|[value, alpha]| over_white(*value, *alpha)).collect(),
        ColorType::Grayscale | ColorType::Indexed => samples.to_vec(),
    }
}
