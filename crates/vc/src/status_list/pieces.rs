//! The bytes of a list in pieces: one without a set bit takes no memory, and copies of a list share the pieces that are alike.

use std::io::{self, Write};
use std::sync::Arc;

/// Bytes of a piece: one of our lists has 32.
pub(super) const PIECE: usize = 8 << 10;

static ZEROS: [u8; PIECE] = [0; PIECE];

/// Bytes of a piece; absent when all of them are zero.
pub(super) type Piece = Option<Arc<[u8]>>;

/// The bytes of a list. Of most lists nearly all are zero, and a server remembers many lists.
#[derive(Clone, Default)]
pub(super) struct Pieces {
    len: usize,
    /// Of [`PIECE`] bytes each, the last one of what is left.
    pieces: Vec<Piece>,
}

impl Pieces {
    /// So many zeros.
    pub(super) fn zeros(len: usize) -> Self {
        Self { len, pieces: vec![None; len.div_ceil(PIECE)] }
    }

    /// These bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let pieces = bytes.chunks(PIECE).map(|piece| (!is_zero(piece)).then(|| Arc::from(piece))).collect();
        Self { len: bytes.len(), pieces }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The bytes that are kept of them.
    pub(super) fn memory(&self) -> usize {
        self.pieces.iter().flatten().map(|piece| piece.len()).sum()
    }

    /// The byte at a place; `None` behind the end.
    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        match self.pieces.get(at / PIECE)? {
            Some(piece) => piece.get(at % PIECE).copied(),
            None => (at < self.len).then_some(0),
        }
    }

    /// Puts a byte at a place; `None` behind the end.
    pub(super) fn put(&mut self, at: usize, byte: u8) -> Option<()> {
        if self.byte(at)? == byte {
            return Some(());
        }
        let number = at / PIECE;
        let zeros = ZEROS.get(..self.len_of(number))?;
        let piece = self.pieces.get_mut(number)?.get_or_insert_with(|| Arc::from(zeros));
        *Arc::make_mut(piece).get_mut(at % PIECE)? = byte;
        Some(())
    }

    /// Each piece with its bytes.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Piece, &[u8])> {
        self.pieces.iter().enumerate().map(|(number, piece)| match piece {
            Some(bytes) => (piece, bytes.as_ref()),
            None => (piece, ZEROS.get(..self.len_of(number)).unwrap_or_default()),
        })
    }

    /// All bytes in one.
    pub(super) fn to_vec(&self) -> Vec<u8> {
        self.iter().flat_map(|(_, bytes)| bytes).copied().collect()
    }

    fn len_of(&self, number: usize) -> usize {
        self.len.saturating_sub(number * PIECE).min(PIECE)
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().zip(other.iter()).all(|((one, left), (two, right))| same(one, two) || left == right)
    }
}

impl Eq for Pieces {}

/// Whether two pieces are known to be alike without a look at every byte of zeros.
pub(super) fn same(one: &Piece, other: &Piece) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other) || one == other,
        (None, None) => true,
        _ => false,
    }
}

fn is_zero(piece: &[u8]) -> bool {
    ZEROS.get(..piece.len()) == Some(piece)
}

/// Takes bytes as they come and makes pieces of them.
#[derive(Default)]
pub(super) struct Filling {
    done: Pieces,
    open: Vec<u8>,
}

impl Filling {
    /// What was written.
    pub(super) fn finish(mut self) -> Pieces {
        self.close();
        self.done
    }

    /// Adds as many zeros as are missing to `len` bytes, and gives all.
    pub(super) fn finish_at_least(mut self, len: usize) -> Pieces {
        let mut missing = len.saturating_sub(self.done.len + self.open.len());
        while missing > 0 {
            let zeros = ZEROS.get(..missing.min(PIECE)).unwrap_or_default();
            self.push(zeros);
            missing -= zeros.len();
        }
        self.finish()
    }

    /// Adds bytes.
    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.open.len()));
            self.open.extend_from_slice(now);
            bytes = later;
            if self.open.len() == PIECE {
                self.close();
            }
        }
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.done.pieces.push((!is_zero(&self.open)).then(|| Arc::from(self.open.as_slice())));
            self.done.len += self.open.len();
            self.open.clear();
        }
    }
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(len: usize) -> Vec<u8> {
        (0..len).map(|at| if at % 20_011 == 7 { u8::try_from(at % 255 + 1).unwrap() } else { 0 }).collect()
    }

    #[test]
    fn they_are_the_bytes_that_came() {
        for len in [0, 1, PIECE - 1, PIECE, PIECE + 1, 5 * PIECE + 77] {
            let bytes = scattered(len);
            let (whole, mut filling) = (Pieces::of(&bytes), Filling::default());
            bytes.chunks(1_000).for_each(|part| filling.push(part));
            let filled = filling.finish();
            assert!(whole == filled && whole.to_vec() == bytes && whole.len() == len, "{len}");
            assert!((0..len).all(|at| whole.byte(at) == Some(bytes[at])) && whole.byte(len).is_none(), "{len}");
            assert!(Filling::default().finish_at_least(len) == Pieces::zeros(len), "{len}");
        }
    }

    #[test]
    fn zeros_take_no_memory_and_copies_share() {
        let mut list = Pieces::zeros(32 * PIECE);
        assert_eq!(list.memory(), 0);
        list.put(3 * PIECE + 5, 9).unwrap();
        let before = list.clone();
        list.put(4 * PIECE, 1).unwrap();
        assert_eq!(list.memory(), 2 * PIECE);
        let alike = list.iter().zip(before.iter()).filter(|((one, _), (two, _))| same(one, two)).count();
        assert_eq!((alike, before.byte(4 * PIECE), list.byte(4 * PIECE)), (31, Some(0), Some(1)));
        assert_eq!((list.put(32 * PIECE, 1), list.put(32 * PIECE, 0)), (None, None));
        // Zeros that were written are the same bytes as zeros that never were.
        list.put(4 * PIECE, 0).unwrap();
        assert!(list == before);
    }
}
