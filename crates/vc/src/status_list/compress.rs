//! DEFLATE in its two wrappings. Both sizes are known to be within their limits before anything big is allocated.

use super::StatusListError;
use super::pieces::{Filling, PIECE, Pieces, same};
use flate2::bufread::{GzDecoder, ZlibDecoder};
use flate2::{Compress, Compression, Crc, FlushCompress};
use std::io::{Read, Write, copy, sink};
use std::sync::Arc;

/// Most compressed bytes that are read.
pub const MAX_COMPRESSED: usize = 4 << 20;
/// Most inflated bytes that are kept.
pub const MAX_INFLATED: usize = 16 << 20;
/// A list is long runs of zeros: what higher levels save is not worth their time (`examples/speed_status.rs`).
const LEVEL: u32 = 6;

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
/// they are one ordinary stream, a few bytes longer than it could be. A segment is a piece of the list: as long as the list that was
/// compressed is still kept, its bytes are kept once.
#[derive(Clone, Default)]
pub struct Deflater {
    plain: Pieces,
    segments: Vec<Arc<[u8]>>,
}

impl Deflater {
    /// Compresses `bytes`.
    pub(super) fn deflate(&mut self, list: &Pieces, wrapping: Wrapping) -> Result<Vec<u8>, StatusListError> {
        let before = std::mem::replace(&mut self.plain, list.clone());
        let segments = std::mem::take(&mut self.segments);
        let known = before.len() == list.len();
        let mut last = before.iter().map(|(piece, _)| piece).zip(segments);
        let mut zeros: Option<Arc<[u8]>> = None;
        for (piece, bytes) in list.iter() {
            let deflated = last.next().filter(|(before, _)| known && same(before, piece)).map(|(_, deflated)| deflated);
            let empty = piece.is_none() && bytes.len() == PIECE;
            let deflated = match deflated.or_else(|| zeros.clone().filter(|_| empty)) {
                Some(deflated) => deflated,
                None => segment(bytes)?,
            };
            if empty && zeros.is_none() {
                zeros = Some(Arc::clone(&deflated));
            }
            self.segments.push(deflated);
        }
        Ok(self.stream(wrapping))
    }

    fn stream(&self, wrapping: Wrapping) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.segments.iter().map(|segment| segment.len()).sum::<usize>() + 32);
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
                self.plain.iter().for_each(|(_, bytes)| crc.update(bytes));
                out.extend(crc.sum().to_le_bytes());
                out.extend(crc.amount().to_le_bytes());
            }
        }
        out
    }
}

/// One segment: blocks that end on a byte and are not the last.
fn segment(plain: &[u8]) -> Result<Arc<[u8]>, StatusListError> {
    let mut compress = Compress::new(Compression::new(LEVEL), false);
    let mut out = Vec::with_capacity(plain.len() + plain.len() / 8 + 64);
    let mut rest = plain;
    loop {
        let before = compress.total_in();
        compress.compress_vec(rest, &mut out, FlushCompress::Sync).map_err(|_| StatusListError::Encoding)?;
        let read = usize::try_from(compress.total_in() - before).unwrap_or_default();
        rest = rest.get(read..).unwrap_or_default();
        if rest.is_empty() && out.len() < out.capacity() {
            return Ok(out.into());
        }
        out.reserve(PIECE);
    }
}

/// RFC 1950 section 8.2.
fn adler32(list: &Pieces) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1u32, 0u32);
    // So many sums fit into 32 bits.
    for chunk in list.iter().flat_map(|(_, bytes)| bytes.chunks(5_552)) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

/// Inflates one whole stream with nothing behind it: measured in constant memory first, then into no more than it needs.
pub(super) fn inflate(compressed: &[u8], wrapping: Wrapping) -> Result<Pieces, StatusListError> {
    if compressed.len() > MAX_COMPRESSED {
        return Err(StatusListError::Limit);
    }
    run(compressed, wrapping, &mut sink())?;
    let mut out = Filling::default();
    run(compressed, wrapping, &mut out)?;
    Ok(out.finish())
}

fn run(compressed: &[u8], wrapping: Wrapping, out: &mut dyn Write) -> Result<(), StatusListError> {
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
    if rest.is_empty() { Ok(()) } else { Err(StatusListError::Encoding) }
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
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 77] {
            for plain in [vec![0; len], scattered(len), (0..len).map(|at| u8::try_from(at * 7919 % 256).unwrap()).collect()] {
                for wrapping in [Wrapping::Zlib, Wrapping::Gzip] {
                    let packed = Deflater::default().deflate(&Pieces::of(&plain), wrapping).unwrap();
                    let mut out = Vec::new();
                    match wrapping {
                        Wrapping::Zlib => Unzlib::new(packed.as_slice()).read_to_end(&mut out).unwrap(),
                        Wrapping::Gzip => Gunzip::new(packed.as_slice()).read_to_end(&mut out).unwrap(),
                    };
                    assert!(out == plain && inflate(&packed, wrapping).unwrap().to_vec() == plain, "{len}");
                }
            }
        }
    }

    #[test]
    fn only_what_changed_is_compressed_again() {
        let mut plain = scattered(4 * PIECE);
        let mut deflater = Deflater::default();
        deflater.deflate(&Pieces::of(&plain), Wrapping::Zlib).unwrap();
        let before = deflater.segments.clone();
        plain[PIECE + 5] ^= 1;
        let packed = deflater.deflate(&Pieces::of(&plain), Wrapping::Zlib).unwrap();
        assert!(inflate(&packed, Wrapping::Zlib).unwrap().to_vec() == plain);
        let same: Vec<bool> = before.iter().zip(&deflater.segments).map(|(one, other)| one == other).collect();
        assert_eq!(same, [true, false, true, true]);
        assert!(packed == Deflater::default().deflate(&Pieces::of(&plain), Wrapping::Zlib).unwrap());
        // A list of another length starts anew.
        plain.truncate(PIECE);
        assert!(inflate(&deflater.deflate(&Pieces::of(&plain), Wrapping::Gzip).unwrap(), Wrapping::Gzip).unwrap().to_vec() == plain);
        plain.extend([1; 3 * PIECE]);
        assert!(inflate(&deflater.deflate(&Pieces::of(&plain), Wrapping::Gzip).unwrap(), Wrapping::Gzip).unwrap().to_vec() == plain);
    }

    #[test]
    fn adler32_of_wikipedia() {
        assert_eq!((adler32(&Pieces::of(b"")), adler32(&Pieces::of(b"Wikipedia"))), (1, 0x11E6_0398));
    }
}
