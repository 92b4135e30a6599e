//! Baked badges (Open Badges 3.0 section 5.3, document formats): a credential inside a PNG or SVG image.
//!
//! What is read is hostile until shown otherwise: sizes are bounded before anything is inflated or parsed, and an image
//! that does more than show a picture is refused.

mod png;
mod svg;
mod svg_safety;

pub use png::{png_bake, png_unbake};
pub use svg::{svg_bake, svg_unbake};

/// Most bytes of an image.
pub const MAX_IMAGE: usize = 5 << 20;
/// Most bytes of a credential in an image.
pub const MAX_CREDENTIAL: usize = 256 << 10;
/// Most pixels of a side.
pub const MAX_SIDE: u32 = 4096;

/// What kind of image it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// Portable Network Graphics.
    Png,
    /// Scalable Vector Graphics.
    Svg,
}

impl ImageKind {
    /// The kind that the bytes begin like; whether they are an image is not said.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&png::SIGNATURE) {
            return Some(Self::Png);
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        (text.trim_ascii_start().starts_with(b"<")).then_some(Self::Svg)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
        }
    }
}

/// Why an image was refused, or cannot be baked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BakeError {
    /// Over a limit, perhaps only when inflated.
    #[error("image or credential in it over its limit")]
    TooLarge,
    /// Not an image, damaged, with more than one credential, or one that does more than show a picture.
    #[error("not an image that is accepted")]
    Media,
    /// A badge of Open Badges 2.0 or older, which is not supported.
    #[error("badge of an older version")]
    OlderVersion,
}

impl BakeError {
    /// Stable code of the reason.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooLarge => "import_too_large",
            Self::Media => "import_media",
            Self::OlderVersion => "open_badges_2",
        }
    }
}

/// Takes the credential out of an image of either kind. `None`: an image without one.
///
/// # Errors
/// When the image is refused.
pub fn unbake(image: &[u8]) -> Result<Option<String>, BakeError> {
    match ImageKind::of(image) {
        Some(ImageKind::Png) => png_unbake(image),
        Some(ImageKind::Svg) => svg_unbake(image),
        None => Err(BakeError::Media),
    }
}

/// Puts a credential, JSON or JWT, into an image of either kind; one that was there is replaced.
///
/// # Errors
/// When the image is refused, or the text does not fit into it.
pub fn bake(image: &[u8], credential: &str) -> Result<Vec<u8>, BakeError> {
    match ImageKind::of(image) {
        Some(ImageKind::Png) => png_bake(image, credential),
        Some(ImageKind::Svg) => svg_bake(image, credential),
        None => Err(BakeError::Media),
    }
}

/// Whether `bytes` are an image that may be shown; a credential in it plays no part.
///
/// # Errors
/// When the image is refused.
pub fn check_image(bytes: &[u8]) -> Result<ImageKind, BakeError> {
    let kind = ImageKind::of(bytes).ok_or(BakeError::Media)?;
    match kind {
        ImageKind::Png => png::check(bytes)?,
        ImageKind::Svg => svg::check(bytes)?,
    }
    Ok(kind)
}

/// What may be baked: not empty, within the limit, and nothing that would end the text early.
fn bakeable(credential: &str) -> Result<(), BakeError> {
    if credential.len() > MAX_CREDENTIAL {
        return Err(BakeError::TooLarge);
    }
    if credential.trim().is_empty() || credential.contains('\0') {
        return Err(BakeError::Media);
    }
    Ok(())
}
