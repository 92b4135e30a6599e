//! Finder patterns: the three squares of a QR code, by the runs 1:1:3:1:1 of dark and light that every line through one has
//! (ISO/IEC 18004 section 6.3.3).

use crate::luma::Bitmap;

/// The centre of a finder pattern.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finder {
    pub(crate) x: f32,
    pub(crate) y: f32,
    /// The side of a module along the picture's axes; a turned code's is shorter than that.
    pub(crate) module: f32,
    /// On how many rows it was seen.
    seen: u16,
}

/// Patterns that are told apart at most.
const TOLD_APART: usize = 512;
/// Sights of patterns in one picture; a photo full of codes has some thousands.
const SIGHTS: usize = 20_000;
/// Patterns that are kept: twelve codes, or one among thirty things that look like it.
const KEPT: usize = 36;

/// The patterns of a picture, those that were seen on most rows first.
pub(crate) fn finders(bitmap: &Bitmap) -> Vec<Finder> {
    let mut found: Vec<Finder> = Vec::new();
    let mut left = SIGHTS;
    for y in 0..bitmap.height() {
        along(bitmap, y, &mut found, &mut left);
        if left == 0 {
            break;
        }
    }
    found.retain(|finder| finder.seen > 1);
    found.sort_by_key(|finder| std::cmp::Reverse(finder.seen));
    found.truncate(KEPT);
    found
}

/// Looks along a row: each time a dark run ends, the five runs up to it may be a line through a pattern.
fn along(bitmap: &Bitmap, y: usize, found: &mut Vec<Finder>, left: &mut usize) {
    let mut runs = [0_usize; 5];
    let (mut dark, mut length) = (false, 0_usize);
    let row = bitmap.row(y);
    for (x, now) in row.iter().copied().chain([false]).enumerate() {
        if now == dark {
            length += 1;
            continue;
        }
        runs.rotate_left(1);
        if let Some(last) = runs.last_mut() {
            *last = length;
        }
        if dark && is_pattern(&runs) {
            let [_, _, middle, light, edge] = runs;
            let centre = x as f32 - (edge + light) as f32 - middle as f32 / 2.0;
            if let Some(finder) = look_around(bitmap, centre, y, runs.iter().sum()) {
                keep(found, finder);
                *left = left.saturating_sub(1);
            }
        }
        (dark, length) = (now, 1);
    }
}

/// Whether five runs have the lengths 1:1:3:1:1, near enough for what is blurred or seen aslant.
fn is_pattern(runs: &[usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    if total < 7 || runs.contains(&0) {
        return false;
    }
    let module = total as f32 / 7.0;
    let shares = [(1.0, 0.7), (1.0, 0.7), (3.0, 1.5), (1.0, 0.7), (1.0, 0.7)];
    runs.iter().zip(shares).all(|(run, (share, off))| (share * module - *run as f32).abs() < off * module)
}

/// Confirms what a row showed: up and down, and again from left to right through the middle. Not aslant: where a photo is blurred,
/// corners are round.
fn look_around(bitmap: &Bitmap, x: f32, y: usize, total: usize) -> Option<Finder> {
    let from = (x, y as f32 + 0.5);
    let (height, vertical) = across(bitmap, from, (0.0, 1.0), total).filter(|(_, sum)| near(*sum, total, 1.0))?;
    let from = (x, from.1 + height);
    let (width, horizontal) = across(bitmap, from, (1.0, 0.0), total).filter(|(_, sum)| near(*sum, total, 0.4))?;
    let centre = (x + width, from.1);
    Some(Finder { x: centre.0, y: centre.1, module: (vertical + horizontal) / 14.0, seen: 1 })
}

/// The five runs through a place in a direction: how far their middle lies from it, and how long they are together.
fn across(bitmap: &Bitmap, from: (f32, f32), step: (f32, f32), total: usize) -> Option<(f32, f32)> {
    let at = |steps: f32| bitmap.is_dark_at(from.0 + steps * step.0, from.1 + steps * step.1);
    if !at(0.0) {
        return None;
    }
    // Half of the middle, then light, then dark, to one side.
    let side = |sign: f32| -> Option<[usize; 3]> {
        let (mut lengths, mut expected, mut steps) = ([0_usize; 3], true, 1.0);
        for length in &mut lengths {
            while at(sign * steps) == expected {
                *length += 1;
                steps += 1.0;
                if *length > 2 * total {
                    return None;
                }
            }
            expected = !expected;
        }
        Some(lengths)
    };
    let ([up, light_up, edge_up], [down, light_down, edge_down]) = (side(-1.0)?, side(1.0)?);
    let runs = [edge_up, light_up, up + down + 1, light_down, edge_down];
    is_pattern(&runs).then(|| ((down as f32 - up as f32) / 2.0, runs.iter().sum::<usize>() as f32))
}

/// Whether a length is that of what led here, within a part of it.
fn near(sum: f32, total: usize, part: f32) -> bool {
    (sum - total as f32).abs() < part * total as f32
}

/// Adds a pattern, or another sight of one that is known.
fn keep(found: &mut Vec<Finder>, new: Finder) {
    let same = |known: &&mut Finder| {
        let near = (known.x - new.x).abs() <= known.module && (known.y - new.y).abs() <= known.module;
        near && (known.module - new.module).abs() <= known.module.max(1.0) * 0.6
    };
    if let Some(known) = found.iter_mut().find(same) {
        let (before, after) = (f32::from(known.seen), f32::from(known.seen) + 1.0);
        let mean = |old: f32, new: f32| (old * before + new) / after;
        (known.x, known.y, known.module) = (mean(known.x, new.x), mean(known.y, new.y), mean(known.module, new.module));
        known.seen = known.seen.saturating_add(1);
    } else if found.len() < TOLD_APART {
        found.push(new);
    }
}
