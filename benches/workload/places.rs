//! Named networks, and which of them an address and a country are in.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use fastrand::Rng;

/// The countries that sign-ins come from; the first four are where the company is.
pub(crate) const COUNTRIES: [&str; 16] = [
    "DE", "FR", "GB", "US", "PL", "IN", "NL", "ES", "BR", "CN", "RU", "NG", "UA", "KP", "IR", "SY",
];
/// The bit in [`Network::countries`] of no country at all.
pub(crate) const UNKNOWN_COUNTRY: u32 = 1 << 31;
/// How many networks are lists of prefixes, and how many more lists of countries. Together at most 64: places are bits.
pub(crate) const PREFIX_NETWORKS: usize = 48;
pub(crate) const COUNTRY_NETWORKS: usize = 12;
/// How many of the first networks are trusted.
pub(crate) const TRUSTED: usize = 10;
/// How many prefixes a network has.
const PREFIXES: usize = 25;

/// A named network.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network {
    pub(crate) trusted: bool,
    /// The first address of each prefix with its length.
    pub(crate) prefixes: Vec<(IpAddr, u8)>,
    /// Bits of [`COUNTRIES`], and [`UNKNOWN_COUNTRY`].
    pub(crate) countries: u32,
}

/// The networks of a tenant.
pub(crate) fn networks(rng: &mut Rng) -> Vec<Network> {
    let by_prefix = (0..PREFIX_NETWORKS).map(|at| Network {
        trusted: at < TRUSTED,
        prefixes: (0..PREFIXES).map(|_| prefix(rng)).collect(),
        countries: 0,
    });
    let mut all: Vec<Network> = by_prefix.collect();
    let last = COUNTRIES.len();
    // Where the company is, what is sanctioned, what has no country, and nine that somebody once put together.
    let mut lists = vec![0b1111, 0b111 << (last - 3), UNKNOWN_COUNTRY];
    lists.extend((0..COUNTRY_NETWORKS - 3).map(|_| (0..4).fold(0, |all, _| all | country(rng))));
    all.extend(lists.into_iter().map(|countries| Network { countries, ..Network::default() }));
    all
}

/// Rather one of the later ones: lists are of places where one does not expect anybody.
fn country(rng: &mut Rng) -> u32 {
    1 << rng.usize(4..COUNTRIES.len())
}

fn prefix(rng: &mut Rng) -> (IpAddr, u8) {
    if rng.u8(..8) == 0 {
        let length = [48, 48, 56, 64][rng.usize(..4)];
        let bits = (0x2001_0db8 << 96 | u128::from(rng.u64(..)) << 32) & !(u128::MAX >> length);
        return (IpAddr::V6(Ipv6Addr::from(bits)), length);
    }
    let length = [20, 22, 24, 24, 24, 27, 28, 29, 30, 32][rng.usize(..10)];
    let bits = rng.u32(0x0b00_0000..0xdf00_0000) & u32::MAX << (32 - u32::from(length));
    (IpAddr::V4(Ipv4Addr::from(bits)), length)
}

/// Each address family as disjoint intervals: where each begins, and the networks that hold it, as bits.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places {
    v4: Intervals,
    v6: Intervals,
    /// The networks of each country, and last of none.
    countries: Vec<u64>,
}

#[derive(Debug, Clone, Default)]
struct Intervals {
    first: Vec<u128>,
    networks: Vec<u64>,
}

impl Places {
    /// Compiled from these networks.
    pub(crate) fn of(networks: &[Network]) -> Places {
        let bits = (0..COUNTRIES.len()).map(|at| 1 << at).chain([UNKNOWN_COUNTRY]);
        let of_country = |bit: u32| {
            let within = networks.iter().enumerate().filter(|(_, it)| it.countries & bit != 0);
            within.fold(0, |all, (at, _)| all | 1 << at)
        };
        Places {
            v4: Intervals::of(networks, IpAddr::is_ipv4),
            v6: Intervals::of(networks, IpAddr::is_ipv6),
            countries: bits.map(of_country).collect(),
        }
    }

    /// The networks that an address and a country are in, as bits.
    pub(crate) fn find(&self, ip: IpAddr, country: Option<u8>) -> u64 {
        let by_address = match ip {
            IpAddr::V4(ip) => self.v4.find(u128::from(u32::from(ip))),
            IpAddr::V6(ip) => self.v6.find(u128::from(ip)),
        };
        by_address | self.countries[country.map_or(COUNTRIES.len(), usize::from)]
    }
}

impl Intervals {
    fn of(networks: &[Network], family: fn(&IpAddr) -> bool) -> Intervals {
        let numbered = networks.iter().enumerate();
        let ranges: Vec<(u128, u128, u64)> = numbered
            .flat_map(|(at, network)| network.prefixes.iter().map(move |prefix| (at, prefix)))
            .filter(|(_, (ip, _))| family(ip))
            .map(|(at, (ip, length))| {
                let (first, last) = range(*ip, *length);
                (first, last, 1 << at)
            })
            .collect();
        let mut first: Vec<u128> = ranges.iter().flat_map(|it| [it.0, it.1 + 1]).collect();
        first.push(0);
        first.sort_unstable();
        first.dedup();
        let within = |at: &u128| {
            let over = ranges.iter().filter(|range| (range.0..=range.1).contains(at));
            over.fold(0, |all, range| all | range.2)
        };
        Intervals { networks: first.iter().map(within).collect(), first }
    }

    fn find(&self, address: u128) -> u64 {
        self.networks[self.first.partition_point(|first| *first <= address) - 1]
    }
}

/// The first and last address of a prefix.
pub(crate) fn range(ip: IpAddr, length: u8) -> (u128, u128) {
    match ip {
        IpAddr::V4(ip) => {
            let first = u128::from(u32::from(ip));
            (first, first + (1 << (32 - length)) - 1)
        }
        IpAddr::V6(ip) => {
            let first = u128::from(ip);
            (first, first + (1 << (128 - length)) - 1)
        }
    }
}
