//! Networks as named locations of Entra. A network with addresses and countries becomes two, which policies name
//! together; addresses and countries in conditions become locations without a network.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::letters::Letters;
use crate::entra::export::literal::Spot;
use crate::entra::export::remarks::{self, Kind};
use crate::entra::model::{Member, Network, Origin, Place, Remarks};
use crate::entra::tables::{COMPLIANT_NETWORK, MFA_TRUSTED_IPS};
use crate::hir::{self, NetworkId, PolicySet};
use crate::source::{SourceId, Span};
use crate::syntax::ast::{LiteralValue, NetworkBody, NetworkMember};
use crate::value::Country;

/// The widest prefix of a location ("CIDR masks greater than /8").
const MIN_PREFIX: u8 = 8;

/// The most address ranges of one location.
pub(super) const MAX_RANGES: usize = 2_000;

/// The locations of a set, and how policies refer to them.
#[derive(Debug)]
pub(super) struct Places<'a> {
    set: &'a PolicySet,
    letters: &'a Letters<'a>,
    /// Ids by the network or the countries.
    ids: BTreeMap<Spot, Vec<String>>,
    /// Every location, with the place that it is made of.
    pub(super) locations: Vec<(Network, Span)>,
    /// The names of those whose id was made up.
    pub(super) made_up: Vec<String>,
    pub(super) found: Vec<Diagnostic>,
}

impl<'a> Places<'a> {
    /// Reads every network that has a name.
    pub(super) fn new(set: &'a PolicySet, letters: &'a Letters<'a>) -> Places<'a> {
        let mut places = Places {
            set,
            letters,
            ids: BTreeMap::new(),
            locations: Vec::new(),
            made_up: Vec::new(),
            found: Vec::new(),
        };
        for (network, number) in set.networks.iter().zip(0..) {
            if !network.anonymous {
                places.add(NetworkId(number), network);
            }
        }
        places
    }

    /// How a policy names these.
    pub(super) fn of(&mut self, spots: &BTreeSet<Spot>) -> Vec<Place> {
        let mut ids = Vec::new();
        for spot in spots {
            match spot {
                Spot::Trusted => {}
                other => ids.extend(self.ids_of(other)),
            }
        }
        ids.sort_by_key(|id| id.to_ascii_lowercase());
        ids.dedup();
        let trusted = spots.contains(&Spot::Trusted).then_some(Place::Trusted);
        trusted.into_iter().chain(ids.into_iter().map(Place::Id)).collect()
    }

    fn ids_of(&mut self, spot: &Spot) -> Vec<String> {
        if let Some(ids) = self.ids.get(spot) {
            return ids.clone();
        }
        let made = match spot {
            Spot::Trusted => return Vec::new(),
            Spot::Network(number) => {
                let network = self.set.network(*number);
                let members = network.ranges.iter().map(|range| range_member(*range)).collect();
                self.unnamed(&network.name, members, network.span)
            }
            Spot::Countries(countries) => {
                let codes: Vec<String> = countries.iter().map(Country::to_string).collect();
                let title = codes.join(", ");
                let member = Member::Countries { codes, unknown: false, gps: false };
                self.unnamed(&title, vec![member], crate::entra::tree::nowhere())
            }
        };
        self.ids.insert(spot.clone(), vec![made.clone()]);
        vec![made]
    }

    /// A location for what stands in a condition.
    fn unnamed(&mut self, title: &str, members: Vec<Member>, span: Span) -> String {
        let id = remarks::made_up_id("location", title);
        let title = shortened(title);
        let remarks = Remarks {
            origin: Origin { file: String::new(), name: title.clone() },
            id: Some(id.clone()),
            template: None,
            description: None,
            created: None,
            modified: None,
            deleted: None,
            notes: Vec::new(),
        };
        self.made_up.push(title);
        self.add_location(Network { remarks, trusted: false, members: Some(members) }, span);
        id
    }

    fn add(&mut self, number: NetworkId, network: &hir::Network) {
        let body = self.letters.network(&network.name).map(|written| &written.body);
        let mut remarks = remarks::of(&network.remarks, &network.name, Kind::Network);
        let members = match body {
            Some(NetworkBody::Id(id)) => {
                self.ids.insert(Spot::Network(number), vec![id.node.trim().to_owned()]);
                return;
            }
            Some(NetworkBody::Members(lines)) => lines.iter().map(written_member).collect(),
            None => meant_members(network),
        };
        let parts = Part::each(members);
        let several = parts.len() > 1;
        let mut ids = Vec::new();
        for part in parts {
            let title = if several {
                part.title(&remarks.origin.name)
            } else {
                remarks.origin.name.clone()
            };
            let (id, is_made_up) = part.id(remarks.id.take(), &network.name, several);
            ids.push(id.clone());
            if part.kind == PartKind::MfaAddresses || network.span.source == SourceId::PRELUDE {
                continue;
            }
            if is_made_up {
                self.made_up.push(title.clone());
            }
            let origin = Origin { file: String::new(), name: title };
            let remarks = Remarks { id: Some(id), origin, ..remarks.clone() };
            let location =
                Network { remarks, trusted: network.trusted, members: Some(part.members) };
            self.add_location(location, network.span);
        }
        self.ids.insert(Spot::Network(number), ids);
    }

    fn add_location(&mut self, location: Network, span: Span) {
        let members = location.members.iter().flatten();
        let name = &location.remarks.origin.name;
        let ranges = members.clone().filter(|member| is_address(member)).count();
        if ranges > MAX_RANGES {
            let message = format!("`{name}` has {ranges} address ranges");
            self.found.push(
                Diagnostic::error(codes::OVER_A_LIMIT, span, message)
                    .note(format!("a named location in Entra has at most {MAX_RANGES}"))
                    .help("split the network, and name both parts in policies"),
            );
        }
        let wide: Vec<&str> = members.filter_map(too_wide).collect();
        if let Some(first) = wide.first() {
            let message = format!("`{first}` is wider than Entra takes");
            self.found.push(
                Diagnostic::error(codes::OBJECT_NOT_IN_ENTRA, span, message)
                    .note(format!("a prefix in a named location has at least {MIN_PREFIX} bits"))
                    .help("write several smaller prefixes, or a range from one address to another"),
            );
        }
        self.locations.push((location, span));
    }
}

/// The longest title of a location that is made of what it holds; a display name ends at 256 characters.
const MAX_TITLE: usize = 200;

fn shortened(title: &str) -> String {
    match title.char_indices().nth(MAX_TITLE) {
        Some((at, _)) => format!("{}…", &title[..at]),
        None => title.to_owned(),
    }
}

fn is_address(member: &Member) -> bool {
    matches!(member, Member::Address(_) | Member::Range(..))
}

fn too_wide(member: &Member) -> Option<&str> {
    let Member::Address(text) = member else { return None };
    let bits: u8 = text.split_once('/')?.1.parse().ok()?;
    (bits < MIN_PREFIX).then_some(text)
}

/// The lines of a network that make one location.
struct Part {
    kind: PartKind,
    members: Vec<Member>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum PartKind {
    Addresses,
    Countries,
    GpsCountries,
    CompliantNetwork,
    PrivateLinks,
    ServiceTags,
    MfaAddresses,
}

impl PartKind {
    fn of(member: &Member) -> PartKind {
        match member {
            Member::Address(_) | Member::Range(..) => PartKind::Addresses,
            Member::Countries { gps: false, .. } => PartKind::Countries,
            Member::Countries { gps: true, .. } => PartKind::GpsCountries,
            Member::Marker("compliant-network", _) => PartKind::CompliantNetwork,
            Member::Marker("mfa-trusted-ips", _) => PartKind::MfaAddresses,
            Member::Marker("private-link", _) => PartKind::PrivateLinks,
            Member::Marker(..) => PartKind::ServiceTags,
        }
    }

    fn words(self) -> &'static str {
        match self {
            PartKind::Addresses => "addresses",
            PartKind::Countries => "countries",
            PartKind::GpsCountries => "countries by GPS",
            PartKind::CompliantNetwork => "compliant network",
            PartKind::PrivateLinks => "private links",
            PartKind::ServiceTags => "service tags",
            PartKind::MfaAddresses => "trusted addresses of multifactor authentication",
        }
    }
}

impl Part {
    fn each(members: Vec<Member>) -> Vec<Part> {
        let mut parts: BTreeMap<PartKind, Vec<Member>> = BTreeMap::new();
        for member in members {
            let lines = parts.entry(PartKind::of(&member)).or_default();
            match (lines.last_mut(), member) {
                (
                    Some(Member::Countries { codes, unknown, .. }),
                    Member::Countries { codes: more, unknown: more_unknown, .. },
                ) => {
                    codes.extend(more);
                    codes.sort();
                    codes.dedup();
                    *unknown |= more_unknown;
                }
                (_, member) => lines.push(member),
            }
        }
        parts.into_iter().map(|(kind, members)| Part { kind, members }).collect()
    }

    fn title(&self, name: &str) -> String {
        format!("{name} ({})", self.kind.words())
    }

    /// Its id, and whether it was made up.
    fn id(&self, annotated: Option<String>, name: &str, several: bool) -> (String, bool) {
        let fixed = match self.kind {
            PartKind::MfaAddresses => Some(MFA_TRUSTED_IPS.to_owned()),
            PartKind::CompliantNetwork => annotated.or(Some(COMPLIANT_NETWORK.to_owned())),
            _ => annotated,
        };
        let made = || match several {
            true => remarks::made_up_id("network", &self.title(name)),
            false => remarks::made_up_id("network", name),
        };
        let is_made_up = fixed.is_none();
        (fixed.unwrap_or_else(made), is_made_up)
    }
}

fn written_member(line: &NetworkMember) -> Member {
    match line {
        NetworkMember::Address(literal) => match &literal.value {
            LiteralValue::AddressRange(low, high) => Member::Range(low.clone(), high.clone()),
            LiteralValue::Address(text) => Member::Address(with_length(text)),
            _ => Member::Address(String::new()),
        },
        NetworkMember::Country { codes, by_gps, .. } => {
            let mut countries: Vec<String> = codes.iter().map(|code| code.node.clone()).collect();
            let unknown = countries.iter().any(|code| code == "unknown");
            countries.retain(|code| code != "unknown");
            countries.sort();
            countries.dedup();
            Member::Countries { codes: countries, unknown, gps: by_gps.is_some() }
        }
        NetworkMember::Marker { word, argument } => {
            let argument = argument.as_ref().map(|argument| argument.node.clone());
            Member::Marker(marker(&word.node), argument)
        }
    }
}

/// The word of a line, which the check knows to be one of these.
fn marker(word: &str) -> &'static str {
    let known = ["compliant-network", "mfa-trusted-ips", "private-link", "service-tag"];
    known.into_iter().find(|known| *known == word).unwrap_or("service-tag")
}

/// A single address is a prefix of all its bits.
fn with_length(text: &str) -> String {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => format!("{text}/32"),
        Ok(IpAddr::V6(_)) => format!("{text}/128"),
        Err(_) => text.to_owned(),
    }
}

fn range_member((low, high): (IpAddr, IpAddr)) -> Member {
    let bits: u8 = if low.is_ipv4() { 32 } else { 128 };
    let prefix = (0..=bits).find_map(|length| {
        let network = ipnetwork::IpNetwork::new(low, length).ok()?;
        (network.network() == low && network.broadcast() == high).then_some(network)
    });
    match prefix {
        Some(network) => Member::Address(network.to_string()),
        None => Member::Range(low.to_string(), high.to_string()),
    }
}

/// The lines of a network that no text stands behind.
fn meant_members(network: &hir::Network) -> Vec<Member> {
    let mut members: Vec<Member> = network.ranges.iter().map(|it| range_member(*it)).collect();
    let lists = [
        (&network.countries, network.unknown_country, false),
        (&network.gps_countries, network.gps_unknown, true),
    ];
    for (countries, unknown, gps) in lists {
        if !countries.is_empty() || unknown {
            let codes = countries.iter().map(Country::to_string).collect();
            members.push(Member::Countries { codes, unknown, gps });
        }
    }
    members.extend(network.named.iter().map(|named| match named.as_str() {
        "compliant-network" => Member::Marker("compliant-network", None),
        "mfa-trusted-ips" => Member::Marker("mfa-trusted-ips", None),
        other => Member::Marker("service-tag", Some(other.to_owned())),
    }));
    members
}
