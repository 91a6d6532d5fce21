//! Keys of an object, found by a hash of their length and three of their bytes.

use crate::request::json::fast::Entry;

/// Twice as many places as there may be keys, so that few share one.
const PLACES: usize = 128;
/// A place without a key.
const NOBODY: u8 = u8::MAX;

/// Keys, and what stands under each.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    all: Vec<(&'static str, Entry)>,
    /// The number of the key that has each place; one whose place was taken has the next that was free.
    places: [u8; PLACES],
}

impl Keys {
    /// Different keys, at most half as many as there are places.
    pub(super) fn new(all: Vec<(&'static str, Entry)>) -> Keys {
        assert!(all.len() <= PLACES / 2, "the table of attributes gives no group so many keys");
        let mut places = [NOBODY; PLACES];
        for (number, (key, _)) in (0..NOBODY).zip(&all) {
            let mut at = place(key);
            while places[at] != NOBODY {
                at = (at + 1) % PLACES;
            }
            places[at] = number;
        }
        Keys { all, places }
    }

    /// The number of a key, and what stands under it.
    #[inline]
    pub(super) fn find(&self, key: &str) -> Option<(usize, &Entry)> {
        let mut at = place(key);
        // Half of the places are nobody's, so this ends.
        while self.places[at] != NOBODY {
            let number = usize::from(self.places[at]);
            let (found, entry) = self.all.get(number)?;
            if *found == key {
                return Some((number, entry));
            }
            at = (at + 1) % PLACES;
        }
        None
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(&'static str, Entry)> {
        self.all.iter()
    }
}

#[inline]
fn place(key: &str) -> usize {
    let bytes = key.as_bytes();
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
    let (first, middle, last) = (byte(0), byte(bytes.len() / 2), byte(bytes.len().wrapping_sub(1)));
    (first * 7 + middle * 31 + last * 13 + bytes.len() * 61) % PLACES
}
