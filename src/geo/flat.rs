//! All databases as one table: from an address to what is known about it, by one jump and a short search.
//!
//! The tree of a database is walked once, when it is opened, for the addresses at which its leaves begin. Between two of
//! these all addresses have the same records, so what is known about the first is known about all. Neighbours of which
//! the same is known become one: a database of cities is no larger here than one of countries.
//!
//! The trees of several databases join one table. Two kinds of addresses are left to the trees: those of an IPv6 tree that
//! are led to the IPv4 addresses, and all, where a table would become too large.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::geo::tree::{Leaf, leaves};
use crate::geo::{Database, GeoError, Place, walk};

/// The most leaves of all databases together that are made a table: three times what the largest databases of countries
/// and of autonomous systems have. It takes a second to look so many up.
const MAX_LEAVES: usize = 1 << 21;

/// The table is entered by the first bits of an address.
const ENTRY_BITS: u32 = 16;

/// What is known about the addresses of both families.
#[derive(Debug, Default)]
pub(super) struct Flat {
    v4: Option<Table<u32>>,
    v6: Option<Table<u128>>,
    /// Everything that is known about any address, each once.
    places: Vec<Place>,
}

/// The intervals of one family.
#[derive(Debug)]
struct Table<T> {
    /// Of each way an address may begin, how many intervals begin before all such addresses; and how many there are.
    entries: Vec<u32>,
    /// First addresses, the first of them 0; each interval reaches to the next.
    starts: Vec<T>,
    /// Of each interval, the number of its place; [`TREE`] where the trees must be asked.
    places: Vec<u32>,
}

const TREE: u32 = u32::MAX;

/// An address as a number.
trait Bits: Copy + Ord {
    /// The first of its bits.
    fn entry(self) -> usize;
    fn address(self) -> IpAddr;
    fn of(address: u128) -> Self;
}

impl Bits for u32 {
    fn entry(self) -> usize {
        (self >> (u32::BITS - ENTRY_BITS)) as usize
    }

    fn address(self) -> IpAddr {
        IpAddr::V4(self.into())
    }

    fn of(address: u128) -> u32 {
        address as u32
    }
}

impl Bits for u128 {
    fn entry(self) -> usize {
        (self >> (u128::BITS - ENTRY_BITS)) as usize
    }

    fn address(self) -> IpAddr {
        IpAddr::V6(self.into())
    }

    fn of(address: u128) -> u128 {
        address
    }
}

impl Flat {
    /// The table of these databases.
    pub(super) fn of(databases: &[Database]) -> Result<Flat, GeoError> {
        let mut places = Places::default();
        let v4 = table(databases, 4, &mut places)?;
        let v6 = table(databases, 6, &mut places)?;
        Ok(Flat { v4, v6, places: places.all })
    }

    /// What is known about an address, unless the trees must be asked.
    pub(super) fn lookup(&self, address: IpAddr) -> Option<&Place> {
        let place = match address {
            IpAddr::V4(address) => self.v4.as_ref()?.place(address.to_bits()),
            IpAddr::V6(address) => self.v6.as_ref()?.place(address.to_bits()),
        };
        self.places.get(place? as usize)
    }
}

impl<T: Bits> Table<T> {
    fn place(&self, address: T) -> Option<u32> {
        let entry = address.entry();
        let (from, to) =
            (*self.entries.get(entry)? as usize, *self.entries.get(entry + 1)? as usize);
        let within = self.starts.get(from..to)?.partition_point(|start| *start <= address);
        self.places.get((from + within).checked_sub(1)?).copied()
    }
}

/// Places, numbered as they are met.
#[derive(Default)]
struct Places {
    all: Vec<Place>,
    numbers: HashMap<Place, u32>,
}

impl Places {
    fn number(&mut self, place: Place) -> u32 {
        if let Some(number) = self.numbers.get(&place) {
            return *number;
        }
        let number = self.all.len() as u32;
        self.all.push(place.clone());
        self.numbers.insert(place, number);
        number
    }
}

/// The table of one family; none where it would become too large.
fn table<T: Bits>(
    databases: &[Database],
    family: u16,
    places: &mut Places,
) -> Result<Option<Table<T>>, GeoError> {
    let Some((starts, to_the_trees)) = intervals(databases, family) else { return Ok(None) };
    let mut table = Table { entries: Vec::new(), starts: Vec::new(), places: Vec::new() };
    for start in starts {
        let asked = to_the_trees.partition_point(|(from, _)| *from <= start);
        let last = asked.checked_sub(1).and_then(|at| to_the_trees.get(at));
        let place = match last {
            Some((_, end)) if start <= *end => TREE,
            _ => places.number(walk(databases, T::of(start).address())?),
        };
        if table.places.last() != Some(&place) {
            table.starts.push(T::of(start));
            table.places.push(place);
        }
    }
    let before = |entry| table.starts.partition_point(|start| start.entry() < entry) as u32;
    table.entries = (0..=1 << ENTRY_BITS).map(before).collect();
    Ok(Some(table))
}

/// Stretches of addresses, the last of each included.
type Stretches = Vec<(u128, u128)>;

/// Where intervals begin, sorted, and the stretches that are left to the trees.
fn intervals(databases: &[Database], family: u16) -> Option<(Vec<u128>, Stretches)> {
    let (mut starts, mut to_the_trees) = (vec![0], Stretches::new());
    for database in databases.iter().filter(|it| it.covers(family)) {
        leaves(database.bytes(), database.reader.metadata(), family, &mut |leaf| {
            match leaf {
                Leaf::Whole { first } => starts.push(first),
                Leaf::Elsewhere { first, last } => {
                    starts.push(first);
                    to_the_trees.push((first, last));
                }
            }
            starts.len() <= MAX_LEAVES
        })?;
    }
    starts.sort();
    starts.dedup();
    Some((starts, joined(to_the_trees)))
}

/// The same stretches, sorted, those that overlap made one.
fn joined(mut all: Stretches) -> Stretches {
    all.sort();
    let mut joined = Stretches::new();
    for (first, last) in all {
        match joined.last_mut() {
            Some((_, end)) if first <= *end => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined
}
