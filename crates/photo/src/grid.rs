//! Codes by their finder patterns: which three belong together, how many modules lie between them, and where each module is.

use rqrr::{BitGrid, Grid};

use crate::finder::{Finder, finders};
use crate::luma::Bitmap;
use crate::perspective::{Perspective, Point};

/// Threes that are tried, the squarest first.
const TRIED: usize = 20;
/// Codes that are read at most, whether a text comes of them or not.
const READ: usize = 60;
/// Modules of the smallest code, which has no alignment pattern.
const SMALLEST: usize = 21;
/// The part of the timing patterns that must be as it should.
const TIMED: f32 = 0.75;
/// Versions next to the measured one that are tried.
const SIZES_OFF: usize = 2;
/// How the fourth corner is moved about: steps to each side, and their length in modules.
const STEPS: [(i8, f32); 4] = [(3, 4.0), (2, 1.5), (2, 0.75), (2, 0.3)];
/// What must fit when it was moved in large steps; of what is no code about six tenths do.
const LIKELY: f32 = 0.66;
/// Modules around the expected place of the alignment pattern in which it is looked for.
const AROUND: f32 = 5.0;

/// The texts of the codes in a picture.
pub(crate) fn texts(bitmap: &Bitmap) -> Vec<String> {
    let finders = finders(bitmap);
    let (mut texts, mut used, mut left) = (Vec::new(), Vec::new(), READ);
    for corners in corners(&finders) {
        if corners.of.iter().any(|index| used.contains(index)) {
            continue;
        }
        if let Some(text) = read(bitmap, &corners, &mut left) {
            texts.push(text);
            used.extend(corners.of);
        }
    }
    texts
}

/// Three finder patterns as the corners of a code.
struct Corners {
    top_left: Finder,
    top_right: Finder,
    bottom_left: Finder,
    /// Which patterns of the picture they are.
    of: [usize; 3],
    /// How far from a square on its side: 0 is one.
    off: f32,
}

/// The threes that may be one code, the squarest first.
fn corners(finders: &[Finder]) -> Vec<Corners> {
    let mut all = Vec::new();
    let indexed = || finders.iter().copied().enumerate();
    for (i, a) in indexed() {
        for (j, b) in indexed().skip(i + 1) {
            for (k, c) in indexed().skip(j + 1) {
                all.extend(Corners::of([(i, a), (j, b), (k, c)]));
            }
        }
    }
    all.sort_by(|one, other| one.off.total_cmp(&other.off));
    all.truncate(TRIED);
    all
}

impl Corners {
    fn of([a, b, c]: [(usize, Finder); 3]) -> Option<Self> {
        let modules = [a.1.module, b.1.module, c.1.module];
        let (least, most) = (modules.into_iter().fold(f32::MAX, f32::min), modules.into_iter().fold(0.0, f32::max));
        if most > 3.2 * least {
            return None;
        }
        // The corner lies across the longest side.
        let (ab, bc, ca) = (distance(&a.1, &b.1), distance(&b.1, &c.1), distance(&c.1, &a.1));
        let (corner, one, other) = if ab >= bc && ab >= ca {
            (c, a, b)
        } else if bc >= ca {
            (a, b, c)
        } else {
            (b, c, a)
        };
        let (to_one, to_other) = (leg(&corner.1, &one.1), leg(&corner.1, &other.1));
        let (first, second) = (length(to_one), length(to_other));
        // At least the fourteen modules of the smallest code, seen aslant; at most those of the largest.
        if first.min(second) < 8.0 * least || first.max(second) > 200.0 * most || first.max(second) > 2.5 * first.min(second) {
            return None;
        }
        let turn = (to_one.0 * to_other.0 + to_one.1 * to_other.1) / (first * second);
        if turn.abs() > 0.7 {
            return None;
        }
        let clockwise = to_one.0 * to_other.1 - to_one.1 * to_other.0 > 0.0;
        let (right, below) = if clockwise { (one, other) } else { (other, one) };
        let off = (first.max(second) / first.min(second) - 1.0) + turn.abs() + (most / least - 1.0);
        Some(Self { top_left: corner.1, top_right: right.1, bottom_left: below.1, of: [corner.0, right.0, below.0], off })
    }
}

fn leg(from: &Finder, to: &Finder) -> Point {
    (to.x - from.x, to.y - from.y)
}

fn length((x, y): Point) -> f32 {
    x.hypot(y)
}

fn distance(one: &Finder, other: &Finder) -> f32 {
    length(leg(one, other))
}

/// The text of the code with these corners.
fn read(bitmap: &Bitmap, corners: &Corners, left: &mut usize) -> Option<String> {
    let sides = Sides::measured(bitmap, corners)?;
    for opposite in [sides.opposite(corners), flat(corners)] {
        let Some((size, rough)) = best_view(bitmap, corners, &sides, opposite) else { continue };
        let aligned = alignment(bitmap, &rough, size).and_then(|place| {
            let far = size as f32 - 6.5;
            seen_from(corners, size, (far, far), place)
        });
        for view in aligned.into_iter().chain([rough]) {
            *left = left.checked_sub(1)?;
            let code = Code { bitmap, view, size };
            if let Some(text) = Grid::new(code).decode().ok().map(|(_, text)| text).filter(|text| !text.is_empty()) {
                return Some(text);
            }
        }
    }
    None
}

/// How long a module is at each corner, along both sides that meet there.
struct Sides {
    top_left: (f32, f32),
    top_right: f32,
    bottom_left: f32,
}

impl Sides {
    fn measured(bitmap: &Bitmap, corners: &Corners) -> Option<Self> {
        let Corners { top_left, top_right, bottom_left, .. } = corners;
        Some(Self {
            top_left: (module(bitmap, top_left, top_right)?, module(bitmap, top_left, bottom_left)?),
            top_right: module(bitmap, top_right, top_left)?,
            bottom_left: module(bitmap, bottom_left, top_left)?,
        })
    }

    /// Modules from edge to edge, as the distance of the patterns says it.
    fn size(&self, corners: &Corners) -> f32 {
        let across = distance(&corners.top_left, &corners.top_right) * 2.0 / (self.top_left.0 + self.top_right);
        let down = distance(&corners.top_left, &corners.bottom_left) * 2.0 / (self.top_left.1 + self.bottom_left);
        (across + down) / 2.0 + 7.0
    }

    /// Where the middle of a fourth pattern would lie, by how much smaller what is farther away looks.
    fn opposite(&self, corners: &Corners) -> Point {
        let nearness = |here: f32, there: f32| (here / there).powf(2.0 / 3.0).clamp(0.6, 1.7);
        let (right, below) = (nearness(self.top_left.0, self.top_right), nearness(self.top_left.1, self.bottom_left));
        let whole = (right + below - 1.0).max(0.4);
        let of = |corner: f32, along: f32, down: f32| (along * right + down * below - corner) / whole;
        (
            of(corners.top_left.x, corners.top_right.x, corners.bottom_left.x),
            of(corners.top_left.y, corners.top_right.y, corners.bottom_left.y),
        )
    }
}

/// Where the middle of a fourth pattern would lie if the code lay flat.
fn flat(corners: &Corners) -> Point {
    let of = |corner: f32, along: f32, down: f32| along + down - corner;
    (of(corners.top_left.x, corners.top_right.x, corners.bottom_left.x), of(corners.top_left.y, corners.top_right.y, corners.bottom_left.y))
}

/// The length of a module of a pattern along the line to another: from edge to edge of it are seven.
fn module(bitmap: &Bitmap, of: &Finder, toward: &Finder) -> Option<f32> {
    let far = distance(of, toward);
    let step = (0.25 * (toward.x - of.x) / far, 0.25 * (toward.y - of.y) / far);
    let edge = |sign: f32| -> Option<f32> {
        let (mut dark, mut changes) = (true, 0);
        // Four times a pixel, no farther than twelve modules.
        let most = (48.0 * of.module) as usize;
        for steps in 1..most {
            let along = sign * steps as f32;
            let now = bitmap.is_dark_at(of.x + along * step.0, of.y + along * step.1);
            if now != dark {
                (dark, changes) = (now, changes + 1);
            }
            if changes == 3 {
                return Some(steps as f32 * 0.25);
            }
        }
        None
    };
    let whole = edge(1.0)? + edge(-1.0)?;
    (whole > 3.5).then_some(whole / 7.0)
}

/// The view of a code of so many modules whose fourth place is known.
fn seen_from(corners: &Corners, size: usize, known: Point, place: Point) -> Option<Perspective> {
    let far = size as f32 - 3.5;
    let at = |finder: &Finder| (finder.x, finder.y);
    Perspective::between(
        [(3.5, 3.5), (far, 3.5), known, (3.5, far)],
        [at(&corners.top_left), at(&corners.top_right), place, at(&corners.bottom_left)],
    )
}

/// The size and the view in which what every code has is best seen: of the sizes near the measured one, with the fourth corner near
/// where it should be.
fn best_view(bitmap: &Bitmap, corners: &Corners, sides: &Sides, opposite: Point) -> Option<(usize, Perspective)> {
    let measured = ((sides.size(corners) - 17.0) / 4.0).round().clamp(1.0, 40.0) as usize;
    let mut best: Option<(f32, usize, Perspective)> = None;
    for version in measured.saturating_sub(SIZES_OFF).max(1)..=(measured + SIZES_OFF).min(40) {
        let size = 17 + 4 * version;
        let Some((fit, view)) = fitted(bitmap, corners, size, opposite) else { continue };
        if timed(bitmap, &view, size) >= TIMED && best.as_ref().is_none_or(|(known, ..)| fit > *known) {
            best = Some((fit, size, view));
        }
    }
    best.map(|(_, size, view)| (size, view))
}

/// Moves the fourth corner about, in ever smaller steps, to where the patterns of the other three and those between them fit best.
fn fitted(bitmap: &Bitmap, corners: &Corners, size: usize, opposite: Point) -> Option<(f32, Perspective)> {
    let far = size as f32 - 3.5;
    let module = distance(&corners.top_left, &corners.top_right) / (size as f32 - 7.0);
    let at = |place: Point| {
        let view = seen_from(corners, size, (far, far), place)?;
        Some((fit(bitmap, &view, size), view))
    };
    let (mut place, mut best) = (opposite, at(opposite));
    for (reach, step) in STEPS {
        let middle = place;
        for down in -reach..=reach {
            for along in -reach..=reach {
                let there = (middle.0 + f32::from(along) * step * module, middle.1 + f32::from(down) * step * module);
                let Some(found) = at(there) else { continue };
                if best.as_ref().is_none_or(|(known, _)| found.0 > *known) {
                    (place, best) = (there, Some(found));
                }
            }
        }
        if best.as_ref().is_none_or(|(fit, _)| *fit < LIKELY) {
            return None;
        }
    }
    best
}

/// The part of the finder patterns, with the light around them, and of the timing patterns that is as it should be.
fn fit(bitmap: &Bitmap, view: &Perspective, size: usize) -> f32 {
    let far = size - 7;
    let (mut right, mut all) = (0_u32, 0_u32);
    let mut see = |x: f32, y: f32, dark: bool| {
        let (x, y) = view.map((x, y));
        right += u32::from(bitmap.is_dark_at(x, y) == dark);
        all += 1;
    };
    for (left, top) in [(0, 0), (far, 0), (0, far)] {
        for down in -1_i8..=7 {
            for along in -1_i8..=7 {
                let ring = (along - 3).abs().max((down - 3).abs());
                see(left as f32 + f32::from(along) + 0.5, top as f32 + f32::from(down) + 0.5, ring == 3 || ring <= 1);
            }
        }
    }
    for at in 8..size - 8 {
        see(at as f32 + 0.5, 6.5, at % 2 == 0);
        see(6.5, at as f32 + 0.5, at % 2 == 0);
    }
    right as f32 / all.max(1) as f32
}

/// The part of both timing patterns that is dark and light by turns.
fn timed(bitmap: &Bitmap, view: &Perspective, size: usize) -> f32 {
    let (mut right, mut all) = (0_u32, 0_u32);
    for at in 8..size - 8 {
        for place in [(at as f32 + 0.5, 6.5), (6.5, at as f32 + 0.5)] {
            right += u32::from(is_dark(bitmap, view, place) == (at % 2 == 0));
            all += 1;
        }
    }
    right as f32 / all.max(1) as f32
}

/// Where the alignment pattern in the last corner is: the place near the expected one that looks most like it.
fn alignment(bitmap: &Bitmap, view: &Perspective, size: usize) -> Option<Point> {
    if size <= SMALLEST {
        return None;
    }
    let expected = size as f32 - 6.5;
    let mut best: (u32, f32, Vec<Point>) = (0, f32::MAX, Vec::new());
    let steps = (AROUND * 4.0) as i16;
    for down in -steps..=steps {
        for along in -steps..=steps {
            let away = (f32::from(along) / 4.0, f32::from(down) / 4.0);
            let place = (expected + away.0, expected + away.1);
            let (fit, far) = (aligned(bitmap, view, place), length(away));
            // Among equals the nearest, with those that touch it.
            if fit > best.0 || (fit == best.0 && far + 1.5 < best.1) {
                best = (fit, far, vec![place]);
            } else if fit == best.0 && best.2.first().is_some_and(|(x, y)| (x - place.0).abs() < 1.1 && (y - place.1).abs() < 1.1) {
                best.2.push(place);
                best.1 = best.1.min(far);
            }
        }
    }
    let (fit, _, places) = best;
    let count = places.len() as f32;
    let (x, y) = places.iter().fold((0.0, 0.0), |sum, place| (sum.0 + place.0, sum.1 + place.1));
    // Of twenty-five modules.
    (fit >= 21).then(|| view.map((x / count, y / count)))
}

/// How many of its twenty-five modules are as they should.
fn aligned(bitmap: &Bitmap, view: &Perspective, centre: Point) -> u32 {
    let mut right = 0;
    for down in -2_i8..=2 {
        for along in -2_i8..=2 {
            let ring = along.abs().max(down.abs());
            let place = view.map((centre.0 + f32::from(along), centre.1 + f32::from(down)));
            right += u32::from(bitmap.is_dark_at(place.0, place.1) == (ring != 1));
        }
    }
    right
}

/// Whether most of a module is dark.
fn is_dark(bitmap: &Bitmap, view: &Perspective, (x, y): Point) -> bool {
    let places = [(x, y), (x - 0.22, y - 0.22), (x + 0.22, y - 0.22), (x - 0.22, y + 0.22), (x + 0.22, y + 0.22)];
    let dark = places.into_iter().map(|place| view.map(place)).filter(|(x, y)| bitmap.is_dark_at(*x, *y)).count();
    dark >= 3
}

/// A code as its modules, each looked up in the picture when it is asked for.
struct Code<'b> {
    bitmap: &'b Bitmap,
    view: Perspective,
    size: usize,
}

impl BitGrid for Code<'_> {
    fn size(&self) -> usize {
        self.size
    }

    fn bit(&self, y: usize, x: usize) -> bool {
        is_dark(self.bitmap, &self.view, (x as f32 + 0.5, y as f32 + 0.5))
    }
}
