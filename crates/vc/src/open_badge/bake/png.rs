//! PNG (W3C PNG, third edition): an uncompressed `iTXt` chunk with the keyword `openbadgecredential`, once.

use super::{BakeError, MAX_CREDENTIAL, MAX_IMAGE, MAX_SIDE, bakeable};
use flate2::Crc;
use flate2::read::ZlibDecoder;
use std::io::Read;

/// The first eight bytes.
pub(super) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a];
/// Keyword of Open Badges 3.0.
const KEYWORD: &[u8] = b"openbadgecredential";
/// Keyword of CLR 2.0, read alike.
const CLR_KEYWORD: &[u8] = b"clrcredential";
/// Keyword of Open Badges 2.0 and older.
const OLD_KEYWORD: &[u8] = b"openbadges";
/// Most chunks; real images have few hundreds.
const MAX_CHUNKS: usize = 65_536;

/// One chunk, its bytes as they stand in the file and its parts.
struct Chunk<'a> {
    whole: &'a [u8],
    name: &'a [u8],
    data: &'a [u8],
}

/// Takes the credential out of a PNG. `None`: an image without one.
///
/// # Errors
/// `TooLarge` over a limit, also when inflated; `Media` for damaged images and for two credentials; `OlderVersion`.
pub fn png_unbake(image: &[u8]) -> Result<Option<String>, BakeError> {
    let mut found = None;
    let mut older = false;
    for chunk in chunks(image)? {
        let Some((keyword, rest)) = chunk.text() else { continue };
        // Each keyword once: a second text is refused before the next is inflated.
        if keyword == OLD_KEYWORD {
            text(chunk.name, rest)?;
            if std::mem::replace(&mut older, true) {
                return Err(BakeError::Media);
            }
        } else if keyword == KEYWORD || keyword == CLR_KEYWORD {
            let text = text(chunk.name, rest)?;
            if found.replace(text).is_some() {
                return Err(BakeError::Media);
            }
        }
    }
    match found {
        None if older => Err(BakeError::OlderVersion),
        found => Ok(found),
    }
}

/// Puts a credential into a PNG, before its end; one that was there is replaced, and what follows the image is dropped.
///
/// # Errors
/// As for reading.
pub fn png_bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    bakeable(credential)?;
    let mut out = Vec::with_capacity(image.len() + credential.len() + 64);
    out.extend_from_slice(&SIGNATURE);
    for chunk in chunks(image)? {
        let baked = chunk.text().is_some_and(|(keyword, _)| [KEYWORD, CLR_KEYWORD, OLD_KEYWORD].contains(&keyword));
        if baked {
            continue;
        }
        if chunk.name == b"IEND" {
            // Compression flag and method, no language, no translated keyword.
            let data = [KEYWORD, &[0, 0, 0, 0, 0], credential.as_bytes()].concat();
            write_chunk(&mut out, *b"iTXt", &data)?;
        }
        out.extend_from_slice(chunk.whole);
    }
    if out.len() > MAX_IMAGE { Err(BakeError::TooLarge) } else { Ok(out) }
}

/// Whether the bytes are a whole PNG within the limits.
pub(super) fn check(image: &[u8]) -> Result<(), BakeError> {
    chunks(image).map(|_| ())
}

/// The chunks up to `IEND`: first `IHDR` with sides within the limit, at least one `IDAT`, every checksum right. What
/// follows the image is passed over.
fn chunks(image: &[u8]) -> Result<Vec<Chunk<'_>>, BakeError> {
    if image.len() > MAX_IMAGE {
        return Err(BakeError::TooLarge);
    }
    let mut rest = image.strip_prefix(&SIGNATURE).ok_or(BakeError::Media)?;
    let mut out = Vec::new();
    loop {
        let (chunk, after) = split(rest).ok_or(BakeError::Media)?;
        if out.is_empty() {
            header(&chunk)?;
        }
        let last = chunk.name == b"IEND";
        out.push(chunk);
        if last {
            break;
        }
        if out.len() > MAX_CHUNKS {
            return Err(BakeError::TooLarge);
        }
        rest = after;
    }
    if out.iter().any(|chunk| chunk.name == b"IDAT") { Ok(out) } else { Err(BakeError::Media) }
}

/// Length, name, data and checksum of the first chunk.
fn split(rest: &[u8]) -> Option<(Chunk<'_>, &[u8])> {
    let (length, after) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (named, after) = after.split_at_checked(length.checked_add(4)?)?;
    let (checksum, after) = after.split_first_chunk::<4>()?;
    if crc(named) != u32::from_be_bytes(*checksum) {
        return None;
    }
    let (name, data) = named.split_at_checked(4)?;
    let whole = rest.get(..length + 12)?;
    name.iter().all(u8::is_ascii_alphabetic).then_some((Chunk { whole, name, data }, after))
}

/// `IHDR`: width and height from 1 to the limit.
fn header(chunk: &Chunk<'_>) -> Result<(), BakeError> {
    if chunk.name != b"IHDR" || chunk.data.len() != 13 {
        return Err(BakeError::Media);
    }
    let (width, rest) = chunk.data.split_first_chunk::<4>().ok_or(BakeError::Media)?;
    let height = rest.first_chunk::<4>().ok_or(BakeError::Media)?;
    for side in [u32::from_be_bytes(*width), u32::from_be_bytes(*height)] {
        match side {
            0 => return Err(BakeError::Media),
            1..=MAX_SIDE => {}
            _ => return Err(BakeError::TooLarge),
        }
    }
    Ok(())
}

impl<'a> Chunk<'a> {
    /// Keyword and the rest, when this is a chunk of text.
    fn text(&self) -> Option<(&'a [u8], &'a [u8])> {
        if ![b"iTXt", b"tEXt", b"zTXt"].iter().any(|name| self.name == *name) {
            return None;
        }
        split_at_nul(self.data)
    }
}

/// The text of a chunk behind its keyword, inflated within the limit where it is compressed.
///
/// Compression is forbidden for badges, but tools that rewrite images do it; what comes out is judged all the same.
fn text(name: &[u8], rest: &[u8]) -> Result<String, BakeError> {
    let (compressed, body) = match name {
        b"tEXt" => (false, rest),
        b"zTXt" => match rest.split_first() {
            Some((0, body)) => (true, body),
            _ => return Err(BakeError::Media),
        },
        _ => international(rest).ok_or(BakeError::Media)?,
    };
    let bytes = if compressed { inflate(body)? } else { body.to_vec() };
    if bytes.len() > MAX_CREDENTIAL {
        return Err(BakeError::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| BakeError::Media)
}

/// `iTXt` behind the keyword: compression flag and method, language, translated keyword, text.
fn international(rest: &[u8]) -> Option<(bool, &[u8])> {
    let (&[flag, method], rest) = rest.split_first_chunk::<2>()?;
    let (_language, rest) = split_at_nul(rest)?;
    let (_translated, text) = split_at_nul(rest)?;
    match (flag, method) {
        (0, _) => Some((false, text)),
        (1, 0) => Some((true, text)),
        _ => None,
    }
}

fn inflate(compressed: &[u8]) -> Result<Vec<u8>, BakeError> {
    let limit = MAX_CREDENTIAL as u64 + 1;
    let mut out = Vec::new();
    ZlibDecoder::new(compressed).take(limit).read_to_end(&mut out).map_err(|_| BakeError::Media)?;
    if out.len() > MAX_CREDENTIAL { Err(BakeError::TooLarge) } else { Ok(out) }
}

fn split_at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == 0)?;
    let (before, after) = bytes.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}

fn write_chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) -> Result<(), BakeError> {
    let length = u32::try_from(data.len()).map_err(|_| BakeError::TooLarge)?;
    let named = [name.as_slice(), data].concat();
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&named);
    out.extend_from_slice(&crc(&named).to_be_bytes());
    Ok(())
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write;

    /// An image of `width` × 1 pixels with these chunks before its end.
    fn image(width: u32, extra: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut out = SIGNATURE.to_vec();
        let header = [width.to_be_bytes().as_slice(), &1u32.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        write_chunk(&mut out, *b"IHDR", &header).unwrap();
        write_chunk(&mut out, *b"IDAT", &deflate(&[0, 0])).unwrap();
        for (name, data) in extra {
            write_chunk(&mut out, *name, data).unwrap();
        }
        write_chunk(&mut out, *b"IEND", &[]).unwrap();
        out
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn chunk(name: &[u8; 4], parts: &[&[u8]]) -> ([u8; 4], Vec<u8>) {
        (*name, parts.concat())
    }

    #[test]
    fn baking_twice_replaces() {
        let plain = image(1, &[]);
        assert_eq!(png_unbake(&plain), Ok(None));
        let first = png_bake(&plain, "a.b.c").unwrap();
        let second = png_bake(&first, "{\"é\":1}").unwrap();
        assert_eq!(png_unbake(&first).unwrap().as_deref(), Some("a.b.c"));
        assert_eq!(png_unbake(&second).unwrap().as_deref(), Some("{\"é\":1}"));
        assert_eq!(second.windows(KEYWORD.len()).filter(|w| w == &KEYWORD).count(), 1);
        let with_tail = [first.as_slice(), b"tail"].concat();
        assert_eq!(png_unbake(&with_tail).unwrap().as_deref(), Some("a.b.c"));
        assert_eq!(png_bake(&with_tail, "a.b.c").unwrap(), first);
    }

    #[test]
    fn what_is_compressed_is_bounded() {
        let text = deflate(b"a.b.c");
        let small = [
            chunk(b"iTXt", &[KEYWORD, &[0, 1, 0, 0, 0], &text]),
            chunk(b"zTXt", &[KEYWORD, &[0, 0], &text]),
            chunk(b"tEXt", &[KEYWORD, &[0], b"a.b.c"]),
        ];
        for extra in small {
            assert_eq!(png_unbake(&image(1, &[extra])).unwrap().as_deref(), Some("a.b.c"));
        }
        let bomb = deflate(&vec![b'a'; 50 << 20]);
        for keyword in [KEYWORD, CLR_KEYWORD, OLD_KEYWORD] {
            let bombs = [chunk(b"iTXt", &[keyword, &[0, 1, 0, 0, 0], &bomb]), chunk(b"zTXt", &[keyword, &[0, 0], &bomb])];
            for extra in bombs {
                assert_eq!(png_unbake(&image(1, &[extra])), Err(BakeError::TooLarge));
            }
        }
        let long = vec![b'a'; MAX_CREDENTIAL + 1];
        assert_eq!(png_unbake(&image(1, &[chunk(b"iTXt", &[KEYWORD, &[0; 5], &long])])), Err(BakeError::TooLarge));
        assert_eq!(png_unbake(&vec![0x89; MAX_IMAGE + 1]), Err(BakeError::TooLarge));
    }

    #[test]
    fn damage_and_ambiguity_are_refused() {
        let one = chunk(b"iTXt", &[KEYWORD, &[0; 5], b"a.b.c"]);
        let cases = [
            image(1, &[one.clone(), one.clone()]),
            image(1, &[chunk(b"iTXt", &[OLD_KEYWORD, &[0; 5], b"a"]), chunk(b"iTXt", &[OLD_KEYWORD, &[0; 5], b"a"])]),
            image(0, &[]),
            image(1, &[chunk(b"iTXt", &[KEYWORD, &[0, 2, 0, 0, 0], b"a"])]),
            image(1, &[chunk(b"iTXt", &[KEYWORD, &[0, 0]])]),
            image(1, &[chunk(b"iTXt", &[KEYWORD, &[0; 5], b"\xff"])]),
            image(1, &[chunk(b"iTXt", &[KEYWORD, &[0, 1, 0, 0, 0], b"no zlib"])]),
            image(1, &[])[..40].to_vec(),
            SIGNATURE.to_vec(),
            b"GIF89a".to_vec(),
        ];
        for (index, case) in cases.iter().enumerate() {
            assert_eq!(png_unbake(case), Err(BakeError::Media), "{index}");
        }
        let mut flipped = image(1, &[one]);
        let at = flipped.len() - 20;
        flipped[at] ^= 1;
        assert_eq!(png_unbake(&flipped), Err(BakeError::Media));
        assert_eq!(png_unbake(&image(MAX_SIDE + 1, &[])), Err(BakeError::TooLarge));
        assert_eq!(png_bake(&image(1, &[]), "a\0b"), Err(BakeError::Media));
        assert_eq!(png_bake(&image(1, &[]), &"a".repeat(MAX_CREDENTIAL + 1)), Err(BakeError::TooLarge));
    }

    #[test]
    fn older_badges_are_named() {
        let old = image(1, &[chunk(b"iTXt", &[OLD_KEYWORD, &[0; 5], b"https://a.example/assertion"])]);
        assert_eq!(png_unbake(&old), Err(BakeError::OlderVersion));
        assert_eq!(png_unbake(&png_bake(&old, "a.b.c").unwrap()).unwrap().as_deref(), Some("a.b.c"));
    }
}
