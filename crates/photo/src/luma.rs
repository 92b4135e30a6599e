//! A picture as brightness alone, smaller or larger, and as dark and light: each pixel against its own surroundings.

/// Brightness, row by row.
pub(crate) struct Luma {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Dark and light, row by row.
pub(crate) struct Bitmap {
    width: usize,
    height: usize,
    dark: Vec<bool>,
}

/// Of the longest side, the part that is a pixel's surroundings: wide for what is sharp and large, narrow for what is blurred.
pub(crate) const WIDE: usize = 8;
pub(crate) const NARROW: usize = 36;
/// The least that surroundings may be, in pixels.
const LEAST: usize = 24;
/// What a pixel must be darker than its surroundings, in their deviation and in levels: paper is not even, and sensors are noisy.
const DARKER: (f32, f32) = (0.1, 2.0);

impl Luma {
    /// Pixels of these sides; `None` when there are not as many.
    pub(crate) fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        (width > 0 && height > 0 && pixels.len() == width * height).then_some(Self { width, height, pixels })
    }

    pub(crate) fn longest(&self) -> usize {
        self.width.max(self.height)
    }

    pub(crate) fn inverted(&self) -> Self {
        Self { width: self.width, height: self.height, pixels: self.pixels.iter().map(|value| u8::MAX - value).collect() }
    }

    /// Each square of so many pixels as one, their mean. What does not fill a square falls off.
    pub(crate) fn shrunk(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        if factor <= 1 || width == 0 || height == 0 {
            return Self { width: self.width, height: self.height, pixels: self.pixels.clone() };
        }
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0_u32; width];
        let share = u32::try_from(factor * factor).unwrap_or(u32::MAX);
        for (at, row) in self.pixels.chunks_exact(self.width).take(height * factor).enumerate() {
            for (sum, square) in sums.iter_mut().zip(row.chunks_exact(factor)) {
                *sum += square.iter().map(|value| u32::from(*value)).sum::<u32>();
            }
            if at % factor == factor - 1 {
                pixels.extend(sums.iter_mut().map(|sum| u8::try_from(std::mem::take(sum) / share).unwrap_or(u8::MAX)));
            }
        }
        Self { width, height, pixels }
    }

    /// Twice as large, with what lies between two pixels between them.
    pub(crate) fn doubled(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let mut pixels = Vec::with_capacity(width * height);
        let value = |x: usize, y: usize| {
            let (x, y) = (x.min(self.width - 1), y.min(self.height - 1));
            self.pixels.get(y * self.width + x).map_or(0, |value| u32::from(*value))
        };
        for y in 0..height {
            for x in 0..width {
                let (near_x, near_y) = (x / 2, y / 2);
                let far_x = if x % 2 == 0 { near_x.saturating_sub(1) } else { near_x + 1 };
                let far_y = if y % 2 == 0 { near_y.saturating_sub(1) } else { near_y + 1 };
                let sum = 9 * value(near_x, near_y) + 3 * value(far_x, near_y) + 3 * value(near_x, far_y) + value(far_x, far_y);
                pixels.push(u8::try_from((sum + 8) / 16).unwrap_or(u8::MAX));
            }
        }
        Self { width, height, pixels }
    }

    /// Dark is what is darker than the square around it, so that a shadow over half of a page takes nothing away.
    pub(crate) fn bitmap(&self, part: usize) -> Bitmap {
        let half = (self.longest() / part).max(LEAST) / 2;
        // Sums of the values and of their squares over the rows of the window, for each column.
        let mut columns = vec![(0_u32, 0_u64); self.width];
        let mut dark = Vec::with_capacity(self.pixels.len());
        let row = |y: usize| self.pixels.get(y * self.width..(y + 1) * self.width).unwrap_or_default();
        for y in 0..half.min(self.height) {
            columns.iter_mut().zip(row(y)).for_each(|(column, value)| enter(column, *value));
        }
        for y in 0..self.height {
            if y + half < self.height {
                columns.iter_mut().zip(row(y + half)).for_each(|(column, value)| enter(column, *value));
            }
            if y > half {
                columns.iter_mut().zip(row(y - half - 1)).for_each(|(column, value)| leave(column, *value));
            }
            let rows = (y + half).min(self.height - 1) - y.saturating_sub(half) + 1;
            self.darken(&columns, row(y), rows, half, &mut dark);
        }
        Bitmap { width: self.width, height: self.height, dark }
    }

    fn darken(&self, columns: &[(u32, u64)], row: &[u8], rows: usize, half: usize, dark: &mut Vec<bool>) {
        let (mut sum, mut squares) = (0_u64, 0_u64);
        for column in columns.iter().take(half) {
            sum += u64::from(column.0);
            squares += column.1;
        }
        for (x, value) in row.iter().enumerate() {
            if let Some(column) = columns.get(x + half) {
                sum += u64::from(column.0);
                squares += column.1;
            }
            if let Some(column) = x.checked_sub(half + 1).and_then(|gone| columns.get(gone)) {
                sum -= u64::from(column.0);
                squares -= column.1;
            }
            let count = (rows * ((x + half).min(self.width - 1) - x.saturating_sub(half) + 1)) as f32;
            let mean = sum as f32 / count;
            let deviation = (squares as f32 / count - mean * mean).max(0.0).sqrt();
            dark.push(f32::from(*value) < mean - DARKER.0 * deviation - DARKER.1);
        }
    }
}

fn enter(column: &mut (u32, u64), value: u8) {
    column.0 += u32::from(value);
    column.1 += u64::from(value) * u64::from(value);
}

fn leave(column: &mut (u32, u64), value: u8) {
    column.0 -= u32::from(value);
    column.1 -= u64::from(value) * u64::from(value);
}

impl Bitmap {
    pub(crate) fn height(&self) -> usize {
        self.height
    }

    pub(crate) fn row(&self, y: usize) -> &[bool] {
        self.dark.get(y * self.width..(y + 1) * self.width).unwrap_or_default()
    }

    /// Whether a pixel is dark; around the picture all is light.
    pub(crate) fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.dark.get(y * self.width + x).copied().unwrap_or(false)
    }

    /// Whether the pixel at a place is dark.
    pub(crate) fn is_dark_at(&self, x: f32, y: f32) -> bool {
        // Negative numbers and what is no number fall outside.
        x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32 && self.is_dark(x as usize, y as usize)
    }
}
