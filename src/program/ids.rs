//! Ids that policies name, with a table in which each is found at once.

/// Sorted ids. Lookup takes about 70 instructions, and a binary search over a hundred of them 370.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Ids {
    pub all: Vec<String>,
    /// Numbers of ids, each from the place on that its text says; [`FREE`] where there is none. A power of two, at least
    /// twice as many as ids.
    places: Vec<u32>,
}

const FREE: u32 = u32::MAX;

impl Ids {
    /// A table of sorted ids.
    pub(crate) fn new(all: Vec<String>) -> Ids {
        let mut places = free_places(all.len());
        for (number, id) in (0..).zip(&all) {
            settle(&mut places, number, id);
        }
        Ids { all, places }
    }

    /// The same for ids that nobody vouches for: none, where so many of them want the same places that finding each
    /// would take long.
    #[cfg(feature = "save")]
    pub(crate) fn of_strangers(all: Vec<String>) -> Option<Ids> {
        let mut places = free_places(all.len());
        let mut left = MAX_STEPS.saturating_mul(all.len() + 64);
        for (number, id) in (0..).zip(&all) {
            left = left.checked_sub(settle(&mut places, number, id))?;
        }
        Some(Ids { all, places })
    }

    /// The number of an id.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        for at in probe(&self.places, id) {
            let number = *self.places.get(at)? as usize;
            if self.all.get(number)? == id {
                return Some(number);
            }
        }
        None
    }

    /// Whether the ids are in order and each is found.
    pub(super) fn is_well_formed(&self) -> bool {
        self.all.is_sorted_by(|a, b| a < b)
            && self.all.iter().enumerate().all(|(at, id)| self.find(id) == Some(at))
    }
}

/// How many places an id of strangers is looked for on average. Half of all places are free, and a hash that spreads finds
/// one of these after two.
#[cfg(feature = "save")]
const MAX_STEPS: usize = 16;

fn free_places(ids: usize) -> Vec<u32> {
    vec![FREE; (ids * 2).next_power_of_two()]
}

/// Gives an id its place, and says how many it tried.
fn settle(places: &mut [u32], number: u32, id: &str) -> usize {
    let free = probe(places, id).enumerate().find(|(_, at)| places.get(*at) == Some(&FREE));
    let (steps, at) = free.unwrap_or((places.len(), usize::MAX));
    if let Some(place) = places.get_mut(at) {
        *place = number;
    }
    steps
}

/// The places where an id may be, in turn.
fn probe(places: &[u32], id: &str) -> impl Iterator<Item = usize> + use<> {
    let (count, first) = (places.len(), hash(id.as_bytes()) as usize);
    (0..count).map(move |step| first.wrapping_add(step) & (count - 1))
}

/// A number that differs for most texts: eight bytes are folded in at a time, by a multiplication whose halves are mixed.
fn hash(text: &[u8]) -> u64 {
    let mut state = text.len() as u64;
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
    for word in words.iter().chain([&last]) {
        let product = u128::from(state ^ u64::from_le_bytes(*word)).wrapping_mul(FOLD);
        state = (product as u64) ^ ((product >> 64) as u64);
    }
    state
}

/// An odd number with its bits well spread: the golden ratio's fraction.
const FOLD: u128 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_found_and_no_other() {
        let all: Vec<String> =
            (0..1_000).map(|at| format!("8f6a1f7b-1f53-4b45-8a55-{at:012x}")).collect();
        let ids = Ids::new(all);
        assert!(ids.is_well_formed());
        for other in ["", "8f6a1f7b", "8f6a1f7b-1f53-4b45-8a55-0000000003e8", "\u{e9}"] {
            assert_eq!(ids.find(other), None);
        }
        assert_eq!(Ids::new(Vec::new()).find("any"), None);
        assert_eq!(Ids::new(vec![String::new()]).find(""), Some(0));
    }

    #[test]
    fn ids_that_differ_in_one_place_spread() {
        let longest = |ids: &[String]| {
            let ids = Ids::new(ids.to_vec());
            let steps = |id: &String| {
                let number = ids.all.binary_search(id).expect("it is one") as u32;
                probe(&ids.places, id).position(|at| ids.places[at] == number)
            };
            ids.all.iter().map(steps).max().flatten()
        };
        let at_the_end: Vec<String> =
            (0..4_096).map(|at| format!("8f6a1f7b-1f53-4b45-8a55-{at:012x}")).collect();
        let at_the_start: Vec<String> =
            (0..4_096).map(|at| format!("{at:08x}-1f53-4b45-8a55-0123456789ab")).collect();
        for ids in [at_the_end, at_the_start] {
            assert!(longest(&ids) < Some(32), "{:?}", longest(&ids));
        }
    }
}
