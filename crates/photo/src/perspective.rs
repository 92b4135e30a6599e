//! From the plane of a code, in modules, to the plane of the picture, in pixels, as a camera sees one from the other.

/// A place in a plane.
pub(crate) type Point = (f32, f32);

/// A projective map, as a matrix of three rows.
#[derive(Clone, Debug)]
pub(crate) struct Perspective([[f64; 3]; 3]);

impl Perspective {
    /// The map that takes four places to four others; `None` when three of either lie on a line.
    pub(crate) fn between(from: [Point; 4], to: [Point; 4]) -> Option<Self> {
        let map = Self::of_square(to)?.after(&Self::of_square(from)?.inverse()?);
        map.0.iter().flatten().all(|number| number.is_finite()).then_some(map)
    }

    /// The map that takes the corners of the unit square, clockwise from the origin, to four places.
    fn of_square(corners: [Point; 4]) -> Option<Self> {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners.map(|(x, y)| (f64::from(x), f64::from(y)));
        let (dx1, dx2, dx3) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
        let (dy1, dy2, dy3) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
        let divisor = dx1 * dy2 - dx2 * dy1;
        if divisor.abs() < f64::EPSILON {
            return None;
        }
        let (g, h) = ((dx3 * dy2 - dx2 * dy3) / divisor, (dx1 * dy3 - dx3 * dy1) / divisor);
        Some(Self([[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1.0]]))
    }

    fn after(&self, first: &Self) -> Self {
        let [a, b, c] = first.0;
        Self(self.0.map(|[p, q, r]| {
            let [a0, a1, a2] = a;
            let [b0, b1, b2] = b;
            let [c0, c1, c2] = c;
            [p * a0 + q * b0 + r * c0, p * a1 + q * b1 + r * c1, p * a2 + q * b2 + r * c2]
        }))
    }

    /// The map back, up to a factor, which a projective map does not have.
    fn inverse(&self) -> Option<Self> {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
        (determinant.abs() > f64::EPSILON).then_some(Self([
            [e * i - f * h, c * h - b * i, b * f - c * e],
            [f * g - d * i, a * i - c * g, c * d - a * f],
            [d * h - e * g, b * g - a * h, a * e - b * d],
        ]))
    }

    /// Where a place of the code lies in the picture.
    pub(crate) fn map(&self, (x, y): Point) -> Point {
        let [[a, b, c], [d, e, f], [g, h, i]] = self.0;
        let (x, y) = (f64::from(x), f64::from(y));
        let w = g * x + h * y + i;
        (((a * x + b * y + c) / w) as f32, ((d * x + e * y + f) / w) as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_places_go_where_they_are_told() {
        let from = [(3.5, 3.5), (29.5, 3.5), (26.5, 26.5), (3.5, 29.5)];
        let to = [(100.0, 120.0), (310.0, 90.0), (300.0, 290.0), (80.0, 300.0)];
        let map = Perspective::between(from, to).unwrap();
        for (place, expected) in from.into_iter().zip(to) {
            let (x, y) = map.map(place);
            assert!((x - expected.0).abs() < 0.01 && (y - expected.1).abs() < 0.01, "{place:?} {x} {y}");
        }
        assert!(Perspective::between(from, [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (3.0, 0.0)]).is_none());
    }
}
