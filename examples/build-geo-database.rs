//! Builds a small MaxMind database from a table of networks, such as the sample of the baseline policies:
//!
//! ```sh
//! cargo run --example build-geo-database -- policies/baseline/geo.csv policies/baseline/geo.mmdb
//! ```
//!
//! The table is CSV with the columns `network,country,asn,organisation,anonymizer`; only the first must be filled. A network
//! inside another one overrides it. The result follows the MaxMind DB format 2.0: a binary tree over IPv6 addresses with
//! IPv4 at `::/96` (then, as MaxMind does, also at `::ffff:0:0/96` and, for 6to4, at `2002::/16`), then the records, each
//! different one once, then the metadata. The same table gives the same bytes.

use std::collections::BTreeMap;
use std::net::IpAddr;

/// Between the tree and the records.
const SEPARATOR: [u8; 16] = [0; 16];
/// Before the metadata.
const MARKER: &[u8] = b"\xab\xcd\xefMaxMind.com";
/// Where the IPv4 addresses are, in bits from the root.
const IPV4_DEPTH: u8 = 96;
/// When it was built: always the same moment, 2026-01-01, so that the same table gives the same bytes.
const BUILD_EPOCH: u64 = 1_767_225_600;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut or = |usual: &str| arguments.next().unwrap_or_else(|| usual.to_owned());
    let (table, database) = (or("policies/baseline/geo.csv"), or("policies/baseline/geo.mmdb"));
    let rows = read_table(&std::fs::read_to_string(&table)?)?;
    let bytes = build(&rows, None)?;
    std::fs::write(&database, &bytes)?;
    println!("{database}: {} networks, {} bytes", rows.len(), bytes.len());
    Ok(())
}

/// One line of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    /// The first bits of the addresses, as IPv6, and how many count.
    pub network: (u128, u8),
    /// Two letters, or nothing.
    pub country: String,
    /// The number of the autonomous system.
    pub asn: Option<u32>,
    /// The organisation that runs it, or nothing.
    pub organisation: String,
    /// `vpn`, `tor`, `hosting`, `proxy`, or nothing.
    pub anonymizer: String,
}

/// Reads the table; the first line names the columns.
pub fn read_table(text: &str) -> Result<Vec<Row>, String> {
    let mut lines = text.lines().enumerate();
    match lines.next() {
        Some((_, "network,country,asn,organisation,anonymizer")) => {}
        _ => return Err("line 1: expected network,country,asn,organisation,anonymizer".to_owned()),
    }
    let rows = lines.filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(at, line)| read_row(line).map_err(|error| format!("line {}: {error}", at + 1)))
        .collect()
}

fn read_row(line: &str) -> Result<Row, String> {
    let columns: Vec<_> = line.split(',').map(str::trim).collect();
    let [network, country, asn, organisation, anonymizer] = columns[..] else {
        return Err(format!("expected 5 columns, found {}", columns.len()));
    };
    let asn = match asn {
        "" => None,
        number => Some(number.parse().map_err(|_| format!("`{number}` is no AS number"))?),
    };
    if !matches!(anonymizer, "" | "vpn" | "tor" | "hosting" | "proxy") {
        return Err(format!("`{anonymizer}` is no kind of anonymizer"));
    }
    Ok(Row {
        network: read_network(network).ok_or_else(|| format!("`{network}` is no network"))?,
        country: country.to_owned(),
        asn,
        organisation: organisation.to_owned(),
        anonymizer: anonymizer.to_owned(),
    })
}

/// `192.0.2.0/24` as 24 bits below the 96 of IPv4.
fn read_network(text: &str) -> Option<(u128, u8)> {
    let (address, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok()?;
    match address.parse().ok()? {
        IpAddr::V4(address) if length <= 32 => {
            Some((u128::from(u32::from(address)), IPV4_DEPTH + length))
        }
        IpAddr::V6(address) if length <= 128 => Some((u128::from(address), length)),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

/// Builds the database, with records of 24, 28 or 32 bits; without a wish, the smallest that fit.
pub fn build(rows: &[Row], record_bits: Option<u16>) -> Result<Vec<u8>, String> {
    let mut rows: Vec<_> = rows.iter().collect();
    rows.sort_by_key(|row| (row.network.1, row.network.0));
    let mut records = Records::default();
    let mut tree = Tree::default();
    for row in &rows {
        let at = records.add(record(row));
        tree.insert(row.network, Entry::Data(at))?;
    }
    if rows.iter().any(|row| row.network.0 >> 32 == 0) {
        let ipv4 = tree.node_at((0, IPV4_DEPTH));
        tree.insert((0xffff << 32, IPV4_DEPTH), Entry::Node(ipv4))?;
        tree.insert((0x2002 << 112, 16), Entry::Node(ipv4))?;
    }

    let largest = tree.nodes.len() + SEPARATOR.len() + records.bytes.len();
    let fits = |bits: &u16| largest < 1 << *bits;
    let bits =
        record_bits.map_or_else(|| [24, 28, 32].into_iter().find(fits), |it| Some(it).filter(fits));
    let bits = bits.ok_or("the records do not fit into the tree")?;
    let mut bytes = tree.write(bits)?;
    bytes.extend(SEPARATOR);
    bytes.extend(records.bytes);
    bytes.extend(MARKER);
    metadata(tree.nodes.len(), bits).write(&mut bytes);
    Ok(bytes)
}

/// The tree: each node leads somewhere for the next bit 0 and 1.
#[derive(Debug)]
struct Tree {
    nodes: Vec<[Entry; 2]>,
}

/// Where a bit leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    Nowhere,
    Node(usize),
    /// The record at this place of the data section.
    Data(usize),
}

impl Default for Tree {
    fn default() -> Self {
        Tree { nodes: vec![[Entry::Nowhere; 2]] }
    }
}

impl Tree {
    /// All addresses of the network lead there. Shorter networks come first.
    fn insert(&mut self, network: (u128, u8), entry: Entry) -> Result<(), String> {
        let (bits, length) = network;
        let last =
            length.checked_sub(1).ok_or("a network of all addresses has no place in the tree")?;
        let node = self.node_at((bits, last));
        self.nodes[node][bit(bits, last)] = entry;
        Ok(())
    }

    /// The node at the end of these bits. What led to one record there is split into two of the same.
    fn node_at(&mut self, (bits, length): (u128, u8)) -> usize {
        let mut node = 0;
        for depth in 0..length {
            let side = bit(bits, depth);
            node = match self.nodes[node][side] {
                Entry::Node(next) => next,
                leaf => {
                    self.nodes.push([leaf; 2]);
                    let next = self.nodes.len() - 1;
                    self.nodes[node][side] = Entry::Node(next);
                    next
                }
            };
        }
        node
    }

    fn write(&self, record_bits: u16) -> Result<Vec<u8>, String> {
        let number = |entry: Entry| {
            u32::try_from(match entry {
                Entry::Nowhere => self.nodes.len(),
                Entry::Node(node) => node,
                Entry::Data(at) => self.nodes.len() + SEPARATOR.len() + at,
            })
        };
        let mut bytes = Vec::new();
        for [left, right] in &self.nodes {
            let too_large = |_| "the database is too large".to_owned();
            let left = number(*left).map_err(too_large)?.to_be_bytes();
            let right = number(*right).map_err(too_large)?.to_be_bytes();
            match record_bits {
                24 => bytes.extend([&left[1..], &right[1..]].concat()),
                28 => bytes.extend([&left[1..], &[left[0] << 4 | right[0]], &right[1..]].concat()),
                32 => bytes.extend([left, right].concat()),
                other => return Err(format!("records have 24, 28 or 32 bits, not {other}")),
            }
        }
        Ok(bytes)
    }
}

/// The bit at a depth, from the left.
fn bit(bits: u128, depth: u8) -> usize {
    usize::from(bits >> (127 - depth) & 1 == 1)
}

/// The data section: each different record once.
#[derive(Debug, Default)]
struct Records {
    bytes: Vec<u8>,
    places: BTreeMap<Vec<u8>, usize>,
}

impl Records {
    fn add(&mut self, record: Value) -> usize {
        let mut written = Vec::new();
        record.write(&mut written);
        let end = self.bytes.len();
        let place = *self.places.entry(written.clone()).or_insert(end);
        if place == end {
            self.bytes.extend(written);
        }
        place
    }
}

/// A value of the data section, as far as it is needed here.
#[derive(Debug, Clone)]
enum Value {
    Text(String),
    Number16(u16),
    Number32(u32),
    Number64(u64),
    Boolean(bool),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
}

impl Value {
    fn write(&self, bytes: &mut Vec<u8>) {
        match self {
            Value::Text(text) => {
                control(2, text.len(), bytes);
                bytes.extend(text.as_bytes());
            }
            Value::Number16(number) => write_number(5, &number.to_be_bytes(), bytes),
            Value::Number32(number) => write_number(6, &number.to_be_bytes(), bytes),
            Value::Number64(number) => write_number(9, &number.to_be_bytes(), bytes),
            Value::Boolean(value) => control(14, usize::from(*value), bytes),
            Value::List(items) => {
                control(11, items.len(), bytes);
                items.iter().for_each(|item| item.write(bytes));
            }
            Value::Map(entries) => {
                control(7, entries.len(), bytes);
                for (key, value) in entries {
                    Value::Text((*key).to_owned()).write(bytes);
                    value.write(bytes);
                }
            }
        }
    }
}

/// Without its leading zeros.
fn write_number(kind: u8, number: &[u8], bytes: &mut Vec<u8>) {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    control(kind, number.len() - zeros, bytes);
    bytes.extend(&number[zeros..]);
}

/// The byte that says type and size, and those that follow it: the type if it is above 7, the size if it is above 28.
/// What is written here is never longer than the 65,820 bytes that two more say.
fn control(kind: u8, size: usize, bytes: &mut Vec<u8>) {
    let (small, more) = match size {
        0..29 => (size, Vec::new()),
        29..285 => (29, (size - 29).to_be_bytes()[7..].to_vec()),
        _ => (30, (size - 285).to_be_bytes()[6..].to_vec()),
    };
    let small = small.to_be_bytes()[7];
    match kind {
        1..8 => bytes.push(kind << 5 | small),
        _ => bytes.extend([small, kind - 7]),
    }
    bytes.extend(more);
}

/// The record of a line, with MaxMind's names of the fields.
fn record(row: &Row) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let mut fields = Vec::new();
    if let Some(asn) = row.asn {
        fields.push(("autonomous_system_number", Value::Number32(asn)));
    }
    if !row.organisation.is_empty() {
        fields.push(("autonomous_system_organization", text(&row.organisation)));
    }
    if !row.country.is_empty() {
        fields.push(("country", Value::Map(vec![("iso_code", text(&row.country))])));
    }
    let flag = match row.anonymizer.as_str() {
        "vpn" => Some("is_anonymous_vpn"),
        "tor" => Some("is_tor_exit_node"),
        "hosting" => Some("is_hosting_provider"),
        "proxy" => Some("is_public_proxy"),
        _ => None,
    };
    if let Some(flag) = flag {
        fields.push(("is_anonymous", Value::Boolean(true)));
        fields.push((flag, Value::Boolean(true)));
    }
    Value::Map(fields)
}

fn metadata(nodes: usize, record_bits: u16) -> Value {
    let text = |text: &str| Value::Text(text.to_owned());
    let english = text("Sample networks for Latch: country, autonomous system, anonymizer");
    Value::Map(vec![
        ("binary_format_major_version", Value::Number16(2)),
        ("binary_format_minor_version", Value::Number16(0)),
        ("build_epoch", Value::Number64(BUILD_EPOCH)),
        ("database_type", text("Latch-Sample-Geo")),
        ("description", Value::Map(vec![("en", english)])),
        ("ip_version", Value::Number16(6)),
        ("languages", Value::List(vec![text("en")])),
        // As many as fit into a record of the tree, which has at most 32 bits.
        ("node_count", Value::Number32(u32::try_from(nodes).unwrap_or(u32::MAX))),
        ("record_size", Value::Number16(record_bits)),
    ])
}
