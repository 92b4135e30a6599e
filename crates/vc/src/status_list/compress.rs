//! DEFLATE in its two wrappings. Both sizes are known to be within their limits before anything big is allocated.

use super::StatusListError;
use flate2::Compression;
use flate2::bufread::{GzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::{Read, Write, copy, sink};

/// Most compressed bytes that are read.
pub const MAX_COMPRESSED: usize = 4 << 20;
/// Most inflated bytes that are kept.
pub const MAX_INFLATED: usize = 16 << 20;
/// A list is long runs of zeros: what higher levels save is not worth their time at every change (`examples/speed_status.rs`).
const LEVEL: u32 = 6;

/// What stands around the compressed bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapping {
    /// RFC 1950, of Token Status Lists.
    Zlib,
    /// RFC 1952, of Bitstring Status Lists.
    Gzip,
}

/// Compresses.
pub(super) fn deflate(bytes: &[u8], wrapping: Wrapping) -> Result<Vec<u8>, StatusListError> {
    let level = Compression::new(LEVEL);
    let outcome = match wrapping {
        Wrapping::Zlib => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
        Wrapping::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(bytes).and_then(|()| encoder.finish())
        }
    };
    outcome.map_err(|_| StatusListError::Encoding)
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
