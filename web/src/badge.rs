//! The picture of a credential, drawn from facts that say nothing about a person.
//!
//! Grammar: shape = kind; body = colour of the institution; bands ("polder parcels") = direction and rhythm from SHA-256 of the
//! achievement's name or id, so the same achievement has the same bands; ring of eight = level in the qualification framework;
//! in the middle a figure with its unit. A white die-cut line around it is the edge on dark ground.
//! Roles serve `GET /badge/{code}.svg` by [`from_path`] and [`svg`]; the code is the whole specification.

mod png;

use std::fmt::Write as _;

use aws_lc_rs::digest;

pub use self::png::{monogram, png};
use crate::text::escape;

/// The outline of a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Hexagon: a microcredential.
    Microcredential,
    /// Circle: a badge, and anything else.
    Badge,
    /// Shield: a diploma.
    Diploma,
    /// Card with a slot: a proof of enrolment.
    Enrolment,
}

/// A colour that white text can stand on (contrast at least 4.5 to 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(u8, u8, u8);

/// Colours for institutions that named none; each has at least 5.9 to 1 with white.
const PALETTE: [Colour; 6] = [
    Colour(0x0f, 0x64, 0x70),
    Colour(0xa8, 0x45, 0x1d),
    Colour(0x5b, 0x3f, 0x8c),
    Colour(0x1b, 0x3d, 0x86),
    Colour(0x8a, 0x24, 0x4c),
    Colour(0x3f, 0x5f, 0x1e),
];

impl Colour {
    /// Reads `#0f6470`; none when it is no colour or white text on it would have less than 4.5 to 1.
    pub fn from_hex(hex: &str) -> Option<Self> {
        let digits = hex.strip_prefix('#')?;
        if digits.len() != 6 || !digits.is_ascii() {
            return None;
        }
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        let colour = Self(part(0)?, part(2)?, part(4)?);
        (1.05 / (colour.luminance() + 0.05) >= 4.5).then_some(colour)
    }

    /// A colour from our palette for an institution that named none: the same slug has the same colour.
    pub fn of(slug: &str) -> Self {
        let hash = digest::digest(&digest::SHA256, slug.as_bytes());
        let at = hash.as_ref().first().map_or(0, |byte| usize::from(*byte) % PALETTE.len());
        PALETTE.get(at).copied().unwrap_or(Self(0x1b, 0x3d, 0x86))
    }

    /// `#0f6470`.
    pub fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// The same colour 24 % darker, for the disc in the middle.
    fn dark(self) -> String {
        let darker = |part: u8| (f32::from(part) * 0.76).round() as u8;
        Self(darker(self.0), darker(self.1), darker(self.2)).hex()
    }

    /// Relative luminance (WCAG 2.2, definition).
    fn luminance(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }
}

/// Everything a badge shows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BadgeSpec {
    shape: Shape,
    colour: Colour,
    level: Option<u8>,
    figure: String,
    unit: String,
    pattern: [u8; 8],
}

impl BadgeSpec {
    /// A badge of a kind in an institution's colour; `pattern` is the achievement's name or id, `level` 1 to 8.
    ///
    /// `figure` and `unit` are cut at eight characters: `5` `EC`, `240` `SBU`, `mbo` `2023`, `26/27` and nothing.
    pub fn new(shape: Shape, colour: Colour, pattern: &str, level: Option<u8>, (figure, unit): (&str, &str)) -> Self {
        let hash = digest::digest(&digest::SHA256, pattern.as_bytes());
        let mut seed = [0; 8];
        for (to, from) in seed.iter_mut().zip(hash.as_ref()) {
            *to = *from;
        }
        let cut = |text: &str| text.chars().take(8).collect();
        Self { shape, colour, level: level.filter(|level| (1..=8).contains(level)), figure: cut(figure), unit: cut(unit), pattern: seed }
    }
}

/// `/badge/{code}.svg` for a badge.
pub fn path(spec: &BadgeSpec) -> String {
    let shape = match spec.shape {
        Shape::Microcredential => 'm',
        Shape::Badge => 'b',
        Shape::Diploma => 'd',
        Shape::Enrolment => 'e',
    };
    let pattern: String = spec.pattern.iter().map(|byte| format!("{byte:02x}")).collect();
    let colour = spec.colour.hex();
    let colour = colour.trim_start_matches('#');
    format!("/badge/{shape}{}{colour}{pattern}-{}-{}.svg", spec.level.unwrap_or(0), encode(&spec.figure), encode(&spec.unit))
}

/// The badge of a path that [`path`] made, or of its last segment; none for anything else.
pub fn from_path(path: &str) -> Option<BadgeSpec> {
    let code = path.rsplit('/').next()?.strip_suffix(".svg")?;
    if code.len() > 120 || !code.is_ascii() {
        return None;
    }
    let mut parts = code.split('-');
    let (head, figure, unit) = (parts.next()?, decode(parts.next()?)?, decode(parts.next()?)?);
    if parts.next().is_some() || head.len() != 24 || figure.chars().count() > 8 || unit.chars().count() > 8 {
        return None;
    }
    let shape = match head.get(..1)? {
        "m" => Shape::Microcredential,
        "b" => Shape::Badge,
        "d" => Shape::Diploma,
        "e" => Shape::Enrolment,
        _ => return None,
    };
    let level = head.get(1..2)?.parse::<u8>().ok().filter(|level| *level <= 8)?;
    let colour = Colour::from_hex(&format!("#{}", head.get(2..8)?))?;
    let mut pattern = [0; 8];
    for (at, byte) in pattern.iter_mut().enumerate() {
        *byte = u8::from_str_radix(head.get(8 + at * 2..10 + at * 2)?, 16).ok()?;
    }
    Some(BadgeSpec { shape, colour, level: (level > 0).then_some(level), figure, unit, pattern })
}

/// ASCII letters and digits stay; every other byte becomes `_` and two hexadecimal digits.
fn encode(text: &str) -> String {
    text.bytes().map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("_{byte:02x}") }).collect()
}

fn decode(code: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        if first == '_' {
            bytes.push(u8::from_str_radix(rest.get(1..3)?, 16).ok()?);
            rest = rest.get(3..)?;
        } else {
            first.is_ascii_alphanumeric().then(|| bytes.push(first as u8))?;
            rest = rest.get(1..)?;
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
}

/// The badge as an SVG file, for `<img alt="">` beside the name in text. Serve it as `image/svg+xml`.
pub fn svg(spec: &BadgeSpec) -> String {
    let outline = outline(spec.shape);
    let (body, core) = (spec.colour.hex(), spec.colour.dark());
    let middle = middle(spec.shape);
    let (wide, narrow, ring) = (middle.core + 3.0, middle.core, middle.ring);
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 120 120\" width=\"120\" height=\"120\" aria-hidden=\"true\">",
    );
    let _infallible = write!(
        out,
        "<clipPath id=\"c\"><path d=\"{outline}\"/></clipPath>\
         <path d=\"{outline}\" fill=\"#fff\" stroke=\"#fff\" stroke-width=\"12\" stroke-linejoin=\"round\"/>\
         <path d=\"{outline}\" fill=\"{body}\" stroke=\"{body}\" stroke-width=\"8\" stroke-linejoin=\"round\"/>\
         <g clip-path=\"url(#c)\">{}</g>{}\
         <circle cx=\"60\" cy=\"{y}\" r=\"{wide}\" fill=\"{body}\"/><circle cx=\"60\" cy=\"{y}\" r=\"{narrow}\" fill=\"{core}\"/>{}{}</svg>",
        bands(spec.pattern),
        if spec.shape == Shape::Enrolment { "<rect x=\"46\" y=\"15\" width=\"28\" height=\"7\" rx=\"3.5\" fill=\"#fff\"/>" } else { "" },
        level_ring(spec.level, middle.y, ring),
        figure(spec, middle.y),
        y = middle.y,
    );
    out
}

/// Where the disc lies: its height, its radius and that of the ring on it.
struct Middle {
    y: f32,
    core: f32,
    ring: f32,
}

fn middle(shape: Shape) -> Middle {
    match shape {
        Shape::Microcredential | Shape::Badge => Middle { y: 60.0, core: 38.5, ring: 34.5 },
        Shape::Diploma => Middle { y: 56.0, core: 38.5, ring: 34.5 },
        Shape::Enrolment => Middle { y: 66.0, core: 36.5, ring: 32.5 },
    }
}

fn outline(shape: Shape) -> &'static str {
    match shape {
        Shape::Microcredential => "M60 11L102.44 35.5L102.44 84.5L60 109L17.56 84.5L17.56 35.5Z",
        Shape::Badge => "M60 12A48 48 0 1 1 60 108A48 48 0 1 1 60 12Z",
        Shape::Diploma => "M14 14H106V58C106 84 86 101 60 111C34 101 14 84 14 58Z",
        Shape::Enrolment => "M20 10H100V110H20Z",
    }
}

/// Parallel bands in one of six directions; widths and gaps from the pattern.
fn bands(pattern: [u8; 8]) -> String {
    let hash = digest::digest(&digest::SHA256, &pattern);
    let turn = pattern.first().map_or(0, |byte| u16::from(*byte) % 6 * 30);
    let mut path = String::new();
    let mut x = -50_i32;
    for byte in hash.as_ref() {
        if x > 168 {
            break;
        }
        let width = i32::from(byte & 7) + 3;
        let _infallible = write!(path, "M{x} -50h{width}v220h-{width}Z");
        x += width + i32::from(byte >> 3) % 6 + 5;
    }
    format!("<path d=\"{path}\" transform=\"rotate({turn} 60 60)\" fill=\"#fff\" opacity=\".17\"/>")
}

/// Eight segments clockwise from the top, as many white as the level; without a level one thin ring.
fn level_ring(level: Option<u8>, y: f32, radius: f32) -> String {
    let Some(level) = level else {
        return format!("<circle cx=\"60\" cy=\"{y}\" r=\"{radius}\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.6\" opacity=\".6\"/>");
    };
    let arcs = |from: u8, to: u8| (from..to).map(|at| segment(at, y, radius)).collect::<String>();
    let rest = if level < 8 { format!("<path d=\"{}\" opacity=\".28\"/>", arcs(level, 8)) } else { String::new() };
    format!("<g fill=\"none\" stroke=\"#fff\" stroke-width=\"4.8\"><path d=\"{}\"/>{rest}</g>", arcs(0, level))
}

fn segment(at: u8, y: f32, radius: f32) -> String {
    const GAP: f32 = 4.5; // degrees on either side
    let point = |degrees: f32| {
        let angle = degrees.to_radians();
        format!("{:.2} {:.2}", 60.0 + radius * angle.sin(), y - radius * angle.cos())
    };
    let start = f32::from(at) * 45.0;
    format!("M{}A{radius} {radius} 0 0 1 {}", point(start + GAP), point(start + 45.0 - GAP))
}

fn figure(spec: &BadgeSpec, y: f32) -> String {
    let length = spec.figure.chars().count();
    let letters = spec.figure.chars().any(char::is_alphabetic);
    let size = match length {
        0..=2 => 34,
        3 if letters => 24,
        3 => 27,
        4 => 22,
        5 => 18,
        _ => 14,
    };
    let size = f32::from(size as i16);
    let (base, unit) = if spec.unit.is_empty() {
        (y + size * 0.36, String::new())
    } else {
        let base = y + if letters { 2.64 } else { 6.24 };
        let unit = format!(
            "<text x=\"60\" y=\"{:.2}\" font-size=\"10.5\" font-weight=\"600\" letter-spacing=\".6\">{}</text>",
            base + 12.5,
            escape(&spec.unit)
        );
        (base, unit)
    };
    format!(
        "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif\">\
         <text x=\"60\" y=\"{base:.2}\" font-size=\"{size}\" font-weight=\"700\">{}</text>{unit}</g>",
        escape(&spec.figure)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn badge(name: &str) -> BadgeSpec {
        BadgeSpec::new(Shape::Microcredential, Colour::from_hex("#0f6470").unwrap(), name, Some(6), ("5", "EC"))
    }

    #[test]
    fn the_path_holds_the_whole_badge() {
        for spec in [
            badge("Data-analyse basis"),
            BadgeSpec::new(Shape::Enrolment, Colour::of("roc-voorbeeld"), "x", None, ("26/27", "")),
            BadgeSpec::new(Shape::Diploma, Colour::of("u"), "y", Some(8), ("mbo 4+", "<é>")),
        ] {
            let path = path(&spec);
            assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte)), "{path}");
            assert_eq!(from_path(&path), Some(spec));
        }
    }

    #[test]
    fn other_paths_are_no_badges() {
        for path in [
            "/badge/x.svg",
            "/badge/.svg",
            "/badge/m90f64700000000000000000-5-EC.svg",
            "/badge/m6ffffff0000000000000000-5-EC.svg",
            "",
            "/badge/m60f6470000000000000000-5-E_zz.svg",
        ] {
            assert_eq!(from_path(path), None, "{path}");
        }
    }

    #[test]
    fn the_same_achievement_has_the_same_bands() {
        assert_eq!(svg(&badge("Data-analyse basis")), svg(&badge("Data-analyse basis")));
        assert_ne!(svg(&badge("Data-analyse basis")), svg(&badge("Datavisualisatie")));
    }

    #[test]
    fn a_hostile_unit_stays_text() {
        let spec = BadgeSpec::new(Shape::Badge, Colour::of("u"), "y", None, ("<script", "\"'&"));
        assert!(!svg(&spec).contains("<script"));
    }

    #[test]
    fn a_colour_that_white_does_not_stand_on_is_refused() {
        assert_eq!(Colour::from_hex("#ffc73a"), None);
        assert_eq!(Colour::from_hex("0f6470"), None);
        for colour in PALETTE {
            assert_eq!(Colour::from_hex(&colour.hex()), Some(colour));
        }
    }
}
