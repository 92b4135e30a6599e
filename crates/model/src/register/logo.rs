//! The logo of a party: a PNG in the register file, shown from our own address under a name that its bytes decide.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vc::encoding::{b64_decode, sha256};
use vc::open_badge::bake::{ImageKind, check_image};

/// What a logo begins with in the file.
const HEAD: &str = "data:image/png;base64,";
/// Most bytes of the picture.
const MOST: usize = 64 << 10;

/// A PNG of at most 64 KiB, written as `data:image/png;base64,…`. It is read as it stands; whether it is one says
/// `Register::parse`, which names the party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Logo {
    text: String,
    png: Result<Arc<[u8]>, &'static str>,
    name: String,
}

impl From<String> for Logo {
    fn from(text: String) -> Self {
        let png = decoded(&text);
        let digest = png.as_ref().map(|png| sha256(png)).unwrap_or_default();
        let name = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { text, png, name }
    }
}

impl From<Logo> for String {
    fn from(logo: Logo) -> Self {
        logo.text
    }
}

impl Logo {
    /// The picture.
    pub fn png(&self) -> &[u8] {
        self.png.as_deref().unwrap_or_default()
    }

    /// By what it is asked for: 32 hexadecimal digits, of its digest.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where every role that shows it serves it.
    pub fn path(&self) -> String {
        format!("/logo/{}.png", self.name)
    }

    /// Whether it is what it must be.
    pub(super) fn fits(&self) -> Result<(), String> {
        self.png.as_ref().map(|_| ()).map_err(|what| format!("the logo is {what}"))
    }
}

fn decoded(text: &str) -> Result<Arc<[u8]>, &'static str> {
    let encoded = text.strip_prefix(HEAD).ok_or("no data:image/png;base64 address")?;
    // Four characters for three bytes.
    if encoded.len() > MOST.div_ceil(3) * 4 {
        return Err("larger than 64 KiB");
    }
    let bytes = b64_decode(encoded).map_err(|_| "not base64")?;
    match check_image(&bytes) {
        Ok(ImageKind::Png) if bytes.len() <= MOST => Ok(bytes.into()),
        Ok(ImageKind::Png) => Err("larger than 64 KiB"),
        _ => Err("no whole PNG"),
    }
}
