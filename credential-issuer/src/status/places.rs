//! Places in status lists that this server took and has not given out yet: a block at a time, so that issuing waits for no list.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::Timestamp;
use model::award::Kind;
use storage::issuer::status_list::Block;
use storage::{IssuerStore, StorageError};
use vc::random::{Random, bytes};

/// A place that is given out once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) list: String,
    pub(crate) index: i64,
}

/// The blocks of each institution and kind.
type Blocks = HashMap<(String, Kind), Vec<Block>>;

/// What is left of the blocks. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<Blocks>>);

impl Places {
    /// The next place, of a list that is drawn by chance. A block is taken in a transaction of its own when one has run out.
    pub(crate) async fn take(
        &self,
        store: &IssuerStore,
        (institution, kind): (&str, Kind),
        (now, random): (Timestamp, &dyn Random),
    ) -> Result<Place, StorageError> {
        let draw = u64::from_le_bytes(bytes(random));
        if let Some(place) = self.next(institution, kind, draw) {
            return Ok(place);
        }
        let mut tx = store.write().await?;
        let blocks = tx.take_blocks(institution, kind, now).await?;
        tx.commit().await?;
        self.keep(institution, kind, blocks);
        self.next(institution, kind, draw).ok_or(StorageError::Conflict)
    }

    /// A place of one list; none when any list has run out, because the others alone would not hide it.
    fn next(&self, institution: &str, kind: Kind, draw: u64) -> Option<Place> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = all.get_mut(&(institution.to_owned(), kind)).filter(|blocks| !blocks.iter().any(|block| block.indexes.is_empty()))?;
        let at = usize::try_from(draw.checked_rem(blocks.len() as u64)?).ok()?;
        let block = blocks.get_mut(at)?;
        block.indexes.pop().map(|index| Place { list: block.list.clone(), index })
    }

    fn keep(&self, institution: &str, kind: Kind, fresh: Vec<Block>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = all.entry((institution.to_owned(), kind)).or_default();
        blocks.retain(|block| !block.indexes.is_empty());
        for mut block in fresh {
            match blocks.iter_mut().find(|known| known.list == block.list) {
                Some(known) => known.indexes.append(&mut block.indexes),
                None => blocks.push(block),
            }
        }
    }

    /// Takes back a place that nothing was prepared for.
    pub(crate) fn give_back(&self, institution: &str, kind: Kind, place: Place) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let blocks = all.get_mut(&(institution.to_owned(), kind));
        if let Some(block) = blocks.and_then(|blocks| blocks.iter_mut().find(|block| block.list == place.list)) {
            block.indexes.push(place.index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(list: &str, indexes: &[i64]) -> Block {
        Block { list: list.to_owned(), indexes: indexes.to_vec() }
    }

    #[test]
    fn a_place_is_given_out_once_and_every_list_takes_part() {
        let places = Places::default();
        let next = |draw| places.next("hogeschool", Kind::Enrolment, draw).map(|place| (place.list, place.index));
        assert_eq!(next(0), None);
        places.keep("hogeschool", Kind::Enrolment, vec![block("a", &[1, 2]), block("b", &[3])]);
        assert_eq!(places.next("hogeschool", Kind::Microcredential, 0), None);
        assert_eq!(next(0), Some(("a".to_owned(), 2)));
        assert_eq!(next(1), Some(("b".to_owned(), 3)));
        // One list ran out: a new block first.
        assert_eq!(next(0), None);
        places.keep("hogeschool", Kind::Enrolment, vec![block("a", &[5]), block("c", &[7])]);
        assert_eq!(next(3), Some(("c".to_owned(), 7)));
        places.give_back("hogeschool", Kind::Enrolment, Place { list: "c".to_owned(), index: 7 });
        assert_eq!((next(1), next(0)), (Some(("c".to_owned(), 7)), None));
    }
}
