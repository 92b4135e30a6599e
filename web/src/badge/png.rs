//! The same badge as PNG, for portfolios that take no SVG, and monograms for wallets that do not: painted dot by dot from the distance to each part, with letters that are
//! strokes of a round pen, so that no font and no drawing library is needed.

use std::io::Write as _;

use aws_lc_rs::digest;
use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{BadgeSpec, Colour, Middle, Shape, middle};

/// Dots on each side of a badge.
const SIDE: u16 = 240;
/// Dots on each side of a monogram.
const MONOGRAM_SIDE: u16 = 56;
/// Units of the drawing on each side.
const UNITS: f32 = 120.0;
/// Samples on each side of a dot.
const SAMPLES: u16 = 3;

type Point = (f32, f32);
/// Red, green, blue and coverage, each from 0 to 1.
type Paint = [f32; 4];

/// The badge as a PNG of 240 by 240 dots.
pub fn png(spec: &BadgeSpec) -> Vec<u8> {
    let drawing = Drawing::of(spec);
    picture(SIDE, |at| drawing.paint(at))
}

/// Letters in white on a colour, as a PNG of 56 by 56 dots.
pub fn monogram(letters: &str, colour: Colour) -> Vec<u8> {
    let (ground, line) = (colour.paint(), write(letters, UNITS / 2.0 - 18.0, 36.0));
    picture(MONOGRAM_SIDE, |at| if line.covers(at) { WHITE } else { ground })
}

/// Dots by what is painted at each point, as a PNG.
fn picture(side: u16, paint: impl Fn(Point) -> Paint) -> Vec<u8> {
    let mut rows = Vec::with_capacity(usize::from(side) * (usize::from(side) * 4 + 1));
    for y in 0..side {
        rows.push(0); // no filter
        for x in 0..side {
            rows.extend(dot(side, (x, y), &paint));
        }
    }
    let mut header = Vec::new();
    header.extend(u32::from(side).to_be_bytes());
    header.extend(u32::from(side).to_be_bytes());
    header.extend([8, 6, 0, 0, 0]); // eight bits, with coverage
    let mut out = vec![0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];
    chunk(&mut out, *b"IHDR", &header);
    chunk(&mut out, *b"IDAT", &packed(&rows));
    chunk(&mut out, *b"IEND", &[]);
    out
}

/// One dot, the mean of its samples.
fn dot(side: u16, (x, y): (u16, u16), paint: &impl Fn(Point) -> Paint) -> [u8; 4] {
    let scale = UNITS / f32::from(side);
    let at = |dot: u16, sample: u16| (f32::from(dot) + (f32::from(sample) + 0.5) / f32::from(SAMPLES)) * scale;
    let mut sum = [0.0_f32; 4];
    for down in 0..SAMPLES {
        for across in 0..SAMPLES {
            let [red, green, blue, cover] = paint((at(x, across), at(y, down)));
            for (sum, part) in sum.iter_mut().zip([red * cover, green * cover, blue * cover, cover]) {
                *sum += part;
            }
        }
    }
    let [red, green, blue, cover] = sum;
    let byte = |value: f32| (value * 255.0).round() as u8;
    let colour = |value: f32| if cover > 0.0 { byte(value / cover) } else { 0 };
    [colour(red), colour(green), colour(blue), byte(cover / f32::from(SAMPLES * SAMPLES))]
}

fn packed(rows: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let _infallible = encoder.write_all(rows);
    encoder.finish().unwrap_or_default()
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], data: &[u8]) {
    out.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    let covered = [name.as_slice(), data].concat();
    out.extend(&covered);
    out.extend(crc32(&covered).to_be_bytes());
}

/// CRC-32 as PNG has it (ISO 3309).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// The parts of a badge, ready to be asked what is at a point.
struct Drawing {
    shape: Shape,
    outline: Vec<Point>,
    body: Paint,
    core: Paint,
    turn: f32,
    bands: Vec<(f32, f32)>,
    level: Option<u8>,
    middle: Middle,
    letters: Vec<Line>,
}

/// A row of letters: its strokes and half the width of the pen.
struct Line {
    strokes: Vec<(Point, Point)>,
    pen: f32,
}

impl Line {
    fn covers(&self, at: Point) -> bool {
        self.strokes.iter().any(|(from, to)| distance(at, *from, *to) <= self.pen)
    }
}

impl Colour {
    fn paint(self) -> Paint {
        let part = |value: u8| f32::from(value) / 255.0;
        [part(self.0), part(self.1), part(self.2), 1.0]
    }
}

impl Drawing {
    fn of(spec: &BadgeSpec) -> Self {
        let body = spec.colour.paint();
        let [red, green, blue, _] = body;
        let middle = middle(spec.shape);
        Self {
            shape: spec.shape,
            outline: outline(spec.shape),
            body,
            core: [red * 0.76, green * 0.76, blue * 0.76, 1.0],
            turn: spec.pattern.first().map_or(0.0, |byte| f32::from(*byte % 6) * 30.0).to_radians(),
            bands: bands(spec.pattern),
            level: spec.level,
            letters: letters(spec, middle.y),
            middle,
        }
    }

    /// What is painted at a point, layer over layer.
    fn paint(&self, at: Point) -> Paint {
        let edge = self.edge(at);
        if edge > 6.0 {
            return [0.0; 4];
        }
        let mut paint = if edge > 4.0 { WHITE } else { self.body };
        if edge <= 0.0 && self.is_band(at) {
            paint = over(paint, 0.17);
        }
        if self.shape == Shape::Enrolment && (at.0 - at.0.clamp(49.5, 70.5)).hypot(at.1 - 18.5) <= 3.5 {
            paint = WHITE;
        }
        let radius = (at.0 - 60.0).hypot(at.1 - self.middle.y);
        if radius <= self.middle.core {
            paint = self.core;
        } else if radius <= self.middle.core + 3.0 {
            paint = self.body;
        }
        paint = over(paint, self.ring(at, radius));
        if self.letters.iter().any(|line| line.covers(at)) { WHITE } else { paint }
    }

    /// How far outside of the outline a point lies; inside it is negative.
    fn edge(&self, at: Point) -> f32 {
        if self.shape == Shape::Badge {
            return (at.0 - 60.0).hypot(at.1 - 60.0) - 48.0;
        }
        let ends = self.outline.iter().zip(self.outline.iter().cycle().skip(1));
        let (mut nearest, mut inside) = (f32::MAX, false);
        for (from, to) in ends {
            nearest = nearest.min(distance(at, *from, *to));
            let crosses = (from.1 > at.1) != (to.1 > at.1);
            if crosses && at.0 < from.0 + (at.1 - from.1) / (to.1 - from.1) * (to.0 - from.0) {
                inside = !inside;
            }
        }
        if inside { -nearest } else { nearest }
    }

    fn is_band(&self, at: Point) -> bool {
        let across = 60.0 + (at.0 - 60.0) * self.turn.cos() + (at.1 - 60.0) * self.turn.sin();
        self.bands.iter().any(|(from, to)| (*from..=*to).contains(&across))
    }

    /// How white the level's ring is at a point.
    fn ring(&self, at: Point, radius: f32) -> f32 {
        let off = (radius - self.middle.ring).abs();
        let Some(level) = self.level else { return if off <= 0.8 { 0.6 } else { 0.0 } };
        let degrees = (at.0 - 60.0).atan2(self.middle.y - at.1).to_degrees().rem_euclid(360.0);
        let within = degrees % 45.0;
        if off > 2.4 || !(4.5..=40.5).contains(&within) {
            return 0.0;
        }
        if degrees / 45.0 < f32::from(level) { 1.0 } else { 0.28 }
    }
}

const WHITE: Paint = [1.0; 4];

/// White of some opacity over a paint.
fn over(paint: Paint, opacity: f32) -> Paint {
    paint.map(|part| part + (1.0 - part) * opacity)
}

/// How far a point lies from a stroke.
fn distance(at: Point, from: Point, to: Point) -> f32 {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let length = across * across + down * down;
    let along = if length > 0.0 { ((at.0 - from.0) * across + (at.1 - from.1) * down) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (at.0 - from.0 - along * across).hypot(at.1 - from.1 - along * down)
}

/// The corners of an outline; a circle has none.
fn outline(shape: Shape) -> Vec<Point> {
    match shape {
        Shape::Badge => Vec::new(),
        Shape::Microcredential => vec![(60.0, 11.0), (102.44, 35.5), (102.44, 84.5), (60.0, 109.0), (17.56, 84.5), (17.56, 35.5)],
        Shape::Enrolment => vec![(20.0, 10.0), (100.0, 10.0), (100.0, 110.0), (20.0, 110.0)],
        Shape::Diploma => {
            let right = curve([(106.0, 58.0), (106.0, 84.0), (86.0, 101.0), (60.0, 111.0)]);
            let left = curve([(60.0, 111.0), (34.0, 101.0), (14.0, 84.0), (14.0, 58.0)]);
            [(14.0, 14.0), (106.0, 14.0)].into_iter().chain(right).chain(left).collect()
        }
    }
}

/// A cubic curve as sixteen lines.
fn curve([a, b, c, d]: [Point; 4]) -> Vec<Point> {
    let mix = |a: f32, b: f32, c: f32, d: f32, t: f32| {
        let u = 1.0 - t;
        u * u * u * a + 3.0 * u * u * t * b + 3.0 * u * t * t * c + t * t * t * d
    };
    (0..=16_u8).map(|step| f32::from(step) / 16.0).map(|t| (mix(a.0, b.0, c.0, d.0, t), mix(a.1, b.1, c.1, d.1, t))).collect()
}

/// Where bands begin and end, as [`super::bands`] draws them.
fn bands(pattern: [u8; 8]) -> Vec<(f32, f32)> {
    let (mut bands, mut x) = (Vec::new(), -50.0_f32);
    for byte in digest::digest(&digest::SHA256, &pattern).as_ref() {
        if x > 168.0 {
            break;
        }
        let width = f32::from(byte & 7) + 3.0;
        bands.push((x, x + width));
        x += width + f32::from((byte >> 3) % 6) + 5.0;
    }
    bands
}

/// The figure and its unit, in the middle of the disc.
fn letters(spec: &BadgeSpec, y: f32) -> Vec<Line> {
    let cap = match spec.figure.chars().count() {
        0..=2 => 24.0,
        3 => 18.0,
        4 => 14.5,
        5 => 12.0,
        _ => 9.5,
    };
    if spec.unit.is_empty() {
        return vec![write(&spec.figure, y - cap / 2.0, cap)];
    }
    let top = y - (cap + 11.0) / 2.0;
    vec![write(&spec.figure, top, cap), write(&spec.unit, top + cap + 4.0, 7.0)]
}

/// A row of letters around the middle, `cap` high. Small letters are written as capitals; what has no strokes is a gap.
fn write(text: &str, top: f32, cap: f32) -> Line {
    const ADVANCE: f32 = 5.6;
    let unit = cap / 6.0;
    let count = u8::try_from(text.chars().count()).unwrap_or(u8::MAX);
    let mut x = 60.0 - (f32::from(count) * ADVANCE - 1.6) * unit / 2.0;
    let mut strokes = Vec::new();
    for letter in text.chars() {
        let mut last = None;
        for (pen_up, (across, down)) in glyph(letter.to_ascii_uppercase()) {
            let point = (x + across * unit, top + down * unit);
            if let (Some(from), false) = (last, pen_up) {
                strokes.push((from, point));
            }
            last = Some(point);
        }
        x += ADVANCE * unit;
    }
    Line { strokes, pen: unit * 0.46 }
}

/// The points of a letter on a grid of five by seven, and before which of them the pen is lifted.
fn glyph(letter: char) -> Vec<(bool, Point)> {
    let strokes = GLYPHS.iter().find(|(known, _)| *known == letter).map_or("", |(_, strokes)| strokes);
    let digit = |byte: Option<u8>| f32::from(byte.unwrap_or(b'0') - b'0');
    let points = |stroke: &'static str| {
        stroke.split(' ').enumerate().map(move |(at, point)| {
            let mut bytes = point.bytes();
            (at == 0, (digit(bytes.next()), digit(bytes.next())))
        })
    };
    strokes.split('|').filter(|stroke| !stroke.is_empty()).flat_map(points).collect()
}

/// Letters as strokes: points are a column (0 to 4) and a row (0 to 6), `|` lifts the pen.
const GLYPHS: [(char, &str); 42] = [
    ('0', "10 30 41 45 36 16 05 01 10"),
    ('1', "01 20 26"),
    ('2', "01 10 30 41 42 06 46"),
    ('3', "01 10 30 41 42 33 23|33 44 45 36 16 05"),
    ('4', "36 30 04 44"),
    ('5', "40 00 02 32 43 45 36 16 05"),
    ('6', "41 30 10 01 05 16 36 45 44 33 13 04"),
    ('7', "00 40 16"),
    ('8', "10 30 41 42 33 13 02 01 10|13 04 05 16 36 45 44 33"),
    ('9', "42 33 13 02 01 10 30 41 45 36 16 05"),
    ('A', "06 02 20 42 46|04 44"),
    ('B', "00 30 41 42 33 03|33 44 45 36 06 00"),
    ('C', "41 30 10 01 05 16 36 45"),
    ('D', "00 30 41 45 36 06 00"),
    ('E', "40 00 06 46|03 33"),
    ('F', "40 00 06|03 33"),
    ('G', "41 30 10 01 05 16 36 45 43 23"),
    ('H', "00 06|40 46|03 43"),
    ('I', "20 26"),
    ('J', "40 45 36 16 05"),
    ('K', "00 06|40 03 46"),
    ('L', "00 06 46"),
    ('M', "06 00 23 40 46"),
    ('N', "06 00 46 40"),
    ('O', "10 30 41 45 36 16 05 01 10"),
    ('P', "06 00 30 41 42 33 03"),
    ('Q', "10 30 41 45 36 16 05 01 10|24 46"),
    ('R', "06 00 30 41 42 33 03|23 46"),
    ('S', "41 30 10 01 02 13 33 44 45 36 16 05"),
    ('T', "00 40|20 26"),
    ('U', "00 05 16 36 45 40"),
    ('V', "00 26 40"),
    ('W', "00 16 23 36 40"),
    ('X', "00 46|40 06"),
    ('Y', "00 23 40|23 26"),
    ('Z', "00 40 06 46"),
    (',', "25 17"),
    ('.', "26 26"),
    ('/', "40 06"),
    ('+', "21 25|03 43"),
    ('-', "03 43"),
    ('–', "03 43"),
];

#[cfg(test)]
mod tests {
    use super::super::{BadgeSpec, Colour, Shape};
    use super::*;

    #[test]
    fn a_png_of_each_shape_is_small_and_whole() {
        for shape in [Shape::Microcredential, Shape::Badge, Shape::Diploma, Shape::Enrolment] {
            let image = png(&BadgeSpec::new(shape, Colour::of("school"), "Data-analyse basis", Some(6), ("2,5", "EC")));
            assert!(image.starts_with(b"\x89PNG\r\n\x1a\n") && image.len() < 32 * 1024, "{}", image.len());
            assert!(image.ends_with(&[0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82]));
        }
    }

    #[test]
    fn a_monogram_is_a_small_png() {
        let image = monogram("HV", Colour::of("school"));
        assert!(image.starts_with(b"\x89PNG\r\n\x1a\n") && image.len() < 2048, "{}", image.len());
        assert!(monogram("HV", Colour::of("school")) == image && monogram("RV", Colour::of("school")) != image);
    }

    #[test]
    fn the_parts_lie_where_the_svg_has_them() {
        let drawing = Drawing::of(&BadgeSpec::new(Shape::Microcredential, Colour::from_hex("#0f6470").unwrap(), "x", Some(2), ("1", "")));
        let at = |x: f32, y: f32| drawing.paint((x, y)).map(|part| (part * 255.0).round() as u8);
        assert_eq!(at(1.0, 1.0), [0; 4], "nothing outside");
        assert_eq!(at(60.0, 5.5), [255; 4], "the white edge");
        assert_eq!(at(60.0, 97.0 + 3.0), [0x0f, 0x64, 0x70, 255], "the body's ring around the disc");
        assert_eq!(at(85.0, 60.0)[..3], at(35.0, 60.0)[..3], "the disc");
        assert_eq!(at(60.0 + 34.5 * 0.38, 60.0 - 34.5 * 0.92), [255; 4], "the first segment of the level");
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
        assert!(GLYPHS.iter().all(|(letter, _)| !glyph(*letter).is_empty()));
    }
}
