//! DEFLATE in its two wrappings. Both sizes are known to be within their limits before anything big is allocated.

use super::StatusListError;
use flate2::bufread::{GzDecoder, ZlibDecoder};
use flate2::{Compress, Compression, Crc, FlushCompress};
use std::io::{Read, Write, copy, sink};

/// Most compressed bytes that are read.
pub const MAX_COMPRESSED: usize = 4 << 20;
/// Most inflated bytes that are kept.
pub const MAX_INFLATED: usize = 16 << 20;
/// A list is long runs of zeros: what higher levels save is not worth their time (`examples/speed_status.rs`).
const LEVEL: u32 = 6;
/// Plain bytes that are compressed together: 32 segments in one of our lists.
const SEGMENT: usize = 8 << 10;

/// What stands around the compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// RFC 1950, of Token Status Lists.
    Zlib,
    /// RFC 1952, of Bitstring Status Lists.
    Gzip,
}

/// Compresses a list again and again, at the cost of what changed since the last time.
///
/// The list is compressed in segments that know nothing of each other, so that those without a change are used again; put together
/// they are one ordinary stream, a few bytes longer than it could be.
#[derive(Clone, Default)]
pub struct Deflater {
    plain: Vec<u8>,
    segments: Vec<Vec<u8>>,
}

impl Deflater {
    /// Compresses `bytes`.
    pub(super) fn deflate(&mut self, bytes: &[u8], wrapping: Wrapping) -> Result<Vec<u8>, StatusListError> {
        let known = self.plain.len() == bytes.len();
        let mut segments = std::mem::take(&mut self.segments).into_iter();
        let mut last = self.plain.chunks(SEGMENT);
        for plain in bytes.chunks(SEGMENT) {
            let (before, deflated) = (last.next(), segments.next());
            self.segments.push(match deflated {
                Some(deflated) if known && before == Some(plain) => deflated,
                _ => segment(plain)?,
            });
        }
        self.plain.clear();
        self.plain.extend_from_slice(bytes);
        Ok(self.stream(wrapping))
    }

    fn stream(&self, wrapping: Wrapping) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.segments.iter().map(Vec::len).sum::<usize>() + 32);
        match wrapping {
            Wrapping::Zlib => out.extend([0x78, 0x9c]),
            // No name, no time, no system.
            Wrapping::Gzip => out.extend([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]),
        }
        for segment in &self.segments {
            out.extend_from_slice(segment);
        }
        // An empty last block.
        out.extend([3, 0]);
        match wrapping {
            Wrapping::Zlib => out.extend(adler32(&self.plain).to_be_bytes()),
            Wrapping::Gzip => {
                let mut crc = Crc::new();
                crc.update(&self.plain);
                out.extend(crc.sum().to_le_bytes());
                out.extend(crc.amount().to_le_bytes());
            }
        }
        out
    }
}

/// One segment: blocks that end on a byte and are not the last.
fn segment(plain: &[u8]) -> Result<Vec<u8>, StatusListError> {
    let mut compress = Compress::new(Compression::new(LEVEL), false);
    let mut out = Vec::with_capacity(plain.len() + plain.len() / 8 + 64);
    let mut rest = plain;
    loop {
        let before = compress.total_in();
        compress.compress_vec(rest, &mut out, FlushCompress::Sync).map_err(|_| StatusListError::Encoding)?;
        let read = usize::try_from(compress.total_in() - before).unwrap_or_default();
        rest = rest.get(read..).unwrap_or_default();
        if rest.is_empty() && out.len() < out.capacity() {
            return Ok(out);
        }
        out.reserve(SEGMENT);
    }
}

/// RFC 1950 section 8.2.
fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1u32, 0u32);
    // So many sums fit into 32 bits.
    for chunk in bytes.chunks(5_552) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

/// Inflates one whole stream with nothing behind it: measured in constant memory first, then into exactly as much as it needs.
pub(super) fn inflate(compressed: &[u8], wrapping: Wrapping) -> Result<Vec<u8>, StatusListError> {
    if compressed.len() > MAX_COMPRESSED {
        return Err(StatusListError::Limit);
    }
    let size = run(compressed, wrapping, &mut sink())?;
    let mut out = Vec::with_capacity(size);
    run(compressed, wrapping, &mut out)?;
    Ok(out)
}

fn run(compressed: &[u8], wrapping: Wrapping, out: &mut dyn Write) -> Result<usize, StatusListError> {
    let mut rest = compressed;
    let limit = MAX_INFLATED as u64 + 1;
    let written = match wrapping {
        Wrapping::Zlib => copy(&mut ZlibDecoder::new(&mut rest).take(limit), out),
        Wrapping::Gzip => copy(&mut GzDecoder::new(&mut rest).take(limit), out),
    };
    let written = written.map_err(|_| StatusListError::Encoding)?;
    if written >= limit {
        return Err(StatusListError::Limit);
    }
    if !rest.is_empty() {
        return Err(StatusListError::Encoding);
    }
    usize::try_from(written).map_err(|_| StatusListError::Limit)
}

/// Whether JSON has few enough members and items to be read without much memory. A list is one long text; text in base64url holds
/// none of these characters, so what is left is the frame around it.
pub(super) fn is_simple(json: &[u8]) -> bool {
    const MOST: usize = 8_192;
    json.iter().filter(|byte| matches!(byte, b',' | b'[' | b'{')).take(MOST + 1).count() <= MOST
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::{GzDecoder as Gunzip, ZlibDecoder as Unzlib};

    fn scattered(len: usize) -> Vec<u8> {
        (0..len).map(|at| if at % 7 == 0 { u8::try_from(at * at % 251).unwrap() } else { 0 }).collect()
    }

    #[test]
    fn a_stream_of_segments_is_one_stream() {
        for len in [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 5 * SEGMENT + 77] {
            for plain in [vec![0; len], scattered(len), (0..len).map(|at| u8::try_from(at * 7919 % 256).unwrap()).collect()] {
                for wrapping in [Wrapping::Zlib, Wrapping::Gzip] {
                    let packed = Deflater::default().deflate(&plain, wrapping).unwrap();
                    let mut out = Vec::new();
                    match wrapping {
                        Wrapping::Zlib => Unzlib::new(packed.as_slice()).read_to_end(&mut out).unwrap(),
                        Wrapping::Gzip => Gunzip::new(packed.as_slice()).read_to_end(&mut out).unwrap(),
                    };
                    assert!(out == plain && inflate(&packed, wrapping).unwrap() == plain, "{len}");
                }
            }
        }
    }

    #[test]
    fn only_what_changed_is_compressed_again() {
        let mut plain = scattered(4 * SEGMENT);
        let mut deflater = Deflater::default();
        deflater.deflate(&plain, Wrapping::Zlib).unwrap();
        let before = deflater.segments.clone();
        plain[SEGMENT + 5] ^= 1;
        let packed = deflater.deflate(&plain, Wrapping::Zlib).unwrap();
        assert!(inflate(&packed, Wrapping::Zlib).unwrap() == plain);
        let same: Vec<bool> = before.iter().zip(&deflater.segments).map(|(one, other)| one == other).collect();
        assert_eq!(same, [true, false, true, true]);
        assert!(packed == Deflater::default().deflate(&plain, Wrapping::Zlib).unwrap());
        // A list of another length starts anew.
        plain.truncate(SEGMENT);
        assert!(inflate(&deflater.deflate(&plain, Wrapping::Gzip).unwrap(), Wrapping::Gzip).unwrap() == plain);
        plain.extend([1; 3 * SEGMENT]);
        assert!(inflate(&deflater.deflate(&plain, Wrapping::Gzip).unwrap(), Wrapping::Gzip).unwrap() == plain);
    }

    #[test]
    fn adler32_of_wikipedia() {
        assert_eq!((adler32(b""), adler32(b"Wikipedia")), (1, 0x11E6_0398));
    }
}
