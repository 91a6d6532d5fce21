//! Address to country, autonomous system and kind of anonymizer, from MaxMind databases.
//!
//! Databases are read into memory, examined to the last record and compiled when they are opened: a missing, cut off or
//! corrupt file, or one that says nothing that is asked here, is an error then, with the name of the file. A lookup
//! afterwards reads one table that was made of all databases: a jump by the first bits of the address, and a short search.
//!
//! | field | where in a record | from databases like |
//! | --- | --- | --- |
//! | country | `country.iso_code`; where another maker has no `country`, `country_code` | Country, City, Enterprise |
//! | AS | `autonomous_system_number`, alone or in `traits` | ASN, ISP, Enterprise |
//! | anonymizer | `is_tor_exit_node`, `is_anonymous_vpn`, `is_public_proxy`, `is_residential_proxy`, `is_hosting_provider`, alone or in `traits` | Anonymous IP, Anonymous Plus |
//!
//! Which of them a database gives shows in its records, and in its type where that is one of these.
//!
//! - An address that a database does not have, or a record without the field, makes the field absent: that is what
//!   `country unknown` in a network matches.
//! - A field that no database gives is not supplied. So is every field of an IPv6 address that only databases of
//!   IPv4 could have given: nobody looked, so nobody knows.
//! - The country is where the address is used (`country`); where it is registered (`registered_country`) is another
//!   question and never stands in.
//! - An address that is several kinds of anonymizer is the first of tor, vpn, proxy, hosting: the surest sign first. One that
//!   is anonymous without a kind (`is_anonymous` alone) is not supplied, since no answer would be true.
//! - Of several databases that give the same field, the first one that has an answer gives it.
//! - An IPv4-mapped IPv6 address is looked up as IPv4. A 6to4 address (`2002::/16`) has what the database gives it;
//!   MaxMind's own give it what they give the IPv4 address in it.

mod flat;
mod record;
mod tree;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use maxminddb::{LookupResult, MaxMindDbError, Metadata, Reader, WithinOptions};

use crate::request::{Request, Value};
use crate::schema::attribute::Attribute;
use crate::value::{Country, Slot};

use flat::Flat;
use record::{Fields, Known, Record};

/// The largest database that is read, in bytes. MaxMind's own stay below one GiB; it is read into memory.
pub const MAX_DATABASE_BYTES: u64 = 2 << 30;

/// The longest metadata the format allows, at the end of a database.
const MAX_METADATA_BYTES: usize = 128 << 10;

/// The databases to ask, in their order. Sharing them is cheap.
#[derive(Debug, Clone, Default)]
pub struct GeoDatabases {
    databases: Arc<[Database]>,
    flat: Arc<Flat>,
}

/// What is known about an address. Not supplied where no database can know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Place {
    /// The country it is used in.
    pub country: Slot<Country>,
    /// The number of its autonomous system.
    pub asn: Slot<u32>,
    /// The kind of anonymizer behind it: the number of the word of [`Attribute::Anonymizer`].
    pub anonymizer: Slot<u8>,
}

/// Why a database cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GeoError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for GeoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "geo database {}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for GeoError {}

impl GeoDatabases {
    /// Reads, examines and compiles these files.
    ///
    /// # Errors
    /// When a file is missing, too large, cut off, corrupt, or has none of the fields.
    pub fn open<P: AsRef<Path>>(paths: &[P]) -> Result<GeoDatabases, GeoError> {
        let databases = paths.iter().map(|path| {
            let path = path.as_ref();
            let bytes = read_file(path).map_err(|message| error(path, message))?;
            Database::compile(path, bytes)
        });
        GeoDatabases::of(databases.collect::<Result<_, _>>()?)
    }

    /// Examines and compiles one database that is in memory; `name` is what errors call it.
    ///
    /// # Errors
    /// As [`GeoDatabases::open`].
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<GeoDatabases, GeoError> {
        GeoDatabases::of(Arc::new([Database::compile(Path::new(name), bytes)?]))
    }

    fn of(databases: Arc<[Database]>) -> Result<GeoDatabases, GeoError> {
        let flat = Arc::new(Flat::of(&databases)?);
        Ok(GeoDatabases { databases, flat })
    }

    /// Whether there is no database.
    pub fn is_empty(&self) -> bool {
        self.databases.is_empty()
    }

    /// What the databases know about an address.
    ///
    /// # Errors
    /// When a database leads the address nowhere, which opening it has ruled out.
    pub fn lookup(&self, address: IpAddr) -> Result<Place, GeoError> {
        let address = address.to_canonical();
        match self.flat.lookup(address) {
            Some(place) => Ok(place.clone()),
            None => walk(&self.databases, address),
        }
    }

    /// The request with what the databases know about its address. What it says itself, absent included, stays.
    ///
    /// # Errors
    /// As [`GeoDatabases::lookup`].
    pub fn fill(&self, mut request: Request) -> Result<Request, GeoError> {
        const FILLED: [Attribute; 3] = [Attribute::Country, Attribute::Asn, Attribute::Anonymizer];
        let Slot::Known(Value::Address(address)) = request.get(Attribute::Ip) else {
            return Ok(request);
        };
        let place = self.lookup(*address)?;
        let slots = [
            map(&place.country, |country| Value::Country(*country)),
            map(&place.asn, |asn| Value::Integer(i64::from(*asn))),
            map(&place.anonymizer, |word| Value::Word(*word)),
        ];
        // It was settled, nothing follows from a place, and a place contradicts nothing.
        for (attribute, slot) in FILLED.into_iter().zip(slots) {
            request.supply(attribute, slot);
        }
        Ok(request)
    }
}

/// What the trees of databases say about an address in its canonical form.
fn walk(databases: &[Database], address: IpAddr) -> Result<Place, GeoError> {
    let mut place = Place::default();
    for database in databases {
        if let Some(known) = database.lookup(address)? {
            answer(&mut place.country, known.country, database.gives.country);
            answer(&mut place.asn, known.asn, database.gives.asn);
            answer(&mut place.anonymizer, known.anonymizer, database.gives.anonymizer);
        }
    }
    Ok(place)
}

fn map<T>(slot: &Slot<T>, value: impl FnOnce(&T) -> Value) -> Slot<Value> {
    match slot {
        Slot::Known(known) => Slot::Known(value(known)),
        Slot::Absent => Slot::Absent,
        Slot::NotSupplied => Slot::NotSupplied,
    }
}

/// The first known answer stays; `no result` gives way to it.
fn answer<T>(slot: &mut Slot<T>, found: Known<T>, gives: bool) {
    let answered = matches!(slot, Slot::Known(_));
    *slot = match (found, std::mem::take(slot)) {
        (_, first) if answered || !gives => first,
        (Known::Is(value), _) => Slot::Known(value),
        (Known::Nothing, _) => Slot::Absent,
        // Something that has no word: no earlier `absent` may hide it.
        (Known::Unnamed, _) => Slot::NotSupplied,
    };
}

fn error(path: &Path, message: impl Into<String>) -> GeoError {
    GeoError { path: path.to_owned(), message: message.into() }
}

fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |error: std::io::Error| format!("cannot be read: {error}");
    let file = File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(MAX_DATABASE_BYTES + 1).read_to_end(&mut bytes).map_err(cannot)?;
    if bytes.len() as u64 > MAX_DATABASE_BYTES {
        return Err(format!("is larger than {MAX_DATABASE_BYTES} bytes, the limit"));
    }
    Ok(bytes)
}

/// The bytes of a database: the reader has them, and the tree is examined in them.
#[derive(Clone)]
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// One database, compiled: the tree as it came, the records as a table.
struct Database {
    path: PathBuf,
    bytes: Shared,
    reader: Reader<Shared>,
    gives: Gives,
    /// By the place in the data section, ascending.
    records: Vec<(usize, Fields)>,
}

/// Which fields a database gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Gives {
    country: bool,
    asn: bool,
    anonymizer: bool,
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("path", &self.path)
            .field("gives", &self.gives)
            .field("records", &self.records.len())
            .finish()
    }
}

impl Database {
    fn compile(path: &Path, bytes: Vec<u8>) -> Result<Database, GeoError> {
        if bytes.is_empty() {
            return Err(error(path, "is empty"));
        }
        let broken = |it: &MaxMindDbError| error(path, explain(it));
        let bytes = Shared(Arc::new(bytes));
        let reader = Reader::from_source(bytes.clone()).map_err(|it| broken(&it))?;
        tree::examine(bytes.as_ref(), reader.metadata()).map_err(|message| error(path, message))?;
        verify(&reader, bytes.as_ref()).map_err(|it| broken(&it))?;
        let records = records(&reader).map_err(|message| error(path, message))?;
        let kind = reader.metadata().database_type.as_str();
        let gives = gives(kind, &records).map_err(|message| error(path, message))?;
        Ok(Database { path: path.to_owned(), bytes, gives, records, reader })
    }

    fn bytes(&self) -> &[u8] {
        self.bytes.as_ref()
    }

    /// Whether it can say anything about addresses of IPv4, or of IPv6.
    fn covers(&self, family: u16) -> bool {
        family == 4 || self.reader.metadata().ip_version == 6
    }

    /// The fields of an address; `None` when it is of a kind that the database does not cover.
    fn lookup(&self, address: IpAddr) -> Result<Option<Fields>, GeoError> {
        if address.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Ok(None);
        }
        let broken = |it: &MaxMindDbError| error(&self.path, explain(it));
        let found = self.reader.lookup(address).map_err(|it| broken(&it))?;
        let Some(offset) = found.offset() else { return Ok(Some(Fields::default())) };
        match self.records.binary_search_by_key(&offset, |(at, _)| *at) {
            Ok(at) => Ok(Some(self.records[at].1)),
            Err(_) => Err(error(&self.path, format!("{address} leads to no record"))),
        }
    }
}

/// Lets the reader examine tree, separator and every value of the data section. It also asks for a description,
/// which the format does and some makers do not: theirs are examined with one put in.
fn verify(reader: &Reader<Shared>, bytes: &[u8]) -> Result<(), MaxMindDbError> {
    match described(reader.metadata(), bytes) {
        Some(described) => Reader::from_source(described)?.verify(),
        None => reader.verify(),
    }
}

/// The database with a description in English, if it has an empty one: a map of one text instead of none.
fn described(metadata: &Metadata, bytes: &[u8]) -> Option<Vec<u8>> {
    const NONE: &[u8] = b"\x4bdescription\xe0";
    const ENGLISH: &[u8] = b"\x4bdescription\xe1\x42en\x41-";
    if !metadata.description.is_empty() {
        return None;
    }
    let start = bytes.len().saturating_sub(MAX_METADATA_BYTES);
    let at = start + bytes[start..].windows(NONE.len()).rposition(|it| it == NONE)?;
    Some([&bytes[..at], ENGLISH, &bytes[at + NONE.len()..]].concat())
}

/// Every record that the tree leads to, read once.
fn records(reader: &Reader<Shared>) -> Result<Vec<(usize, Fields)>, String> {
    let mut records = BTreeMap::new();
    for network in reader.networks(WithinOptions::default()).map_err(|it| explain(&it))? {
        let network = network.map_err(|it| explain(&it))?;
        if let Some(Entry::Vacant(place)) = network.offset().map(|at| records.entry(at)) {
            let fields = fields(&network).map_err(|message| {
                let at = network.network().map_or_else(|_| "?".to_owned(), |it| it.to_string());
                format!("the record of {at} is not as in MaxMind's databases: {message}")
            });
            place.insert(fields?);
        }
    }
    Ok(records.into_iter().collect())
}

fn fields(network: &LookupResult<'_, Shared>) -> Result<Fields, String> {
    match network.decode::<Record<'_>>() {
        Ok(record) => record.unwrap_or_default().fields(),
        Err(error) => Err(error.to_string()),
    }
}

/// Which fields a database of this type and with these records gives.
fn gives(kind: &str, records: &[(usize, Fields)]) -> Result<Gives, String> {
    let has = |field: fn(&Fields) -> bool| records.iter().any(|(_, fields)| field(fields));
    let found = Gives {
        country: has(|fields| fields.country != Known::Nothing),
        asn: has(|fields| fields.asn != Known::Nothing),
        anonymizer: has(|fields| fields.anonymizer != Known::Nothing),
    };
    let named = |words: &[&str]| words.iter().any(|word| kind.contains(word));
    let promised = Gives {
        country: named(&["Country", "City", "Enterprise"]),
        asn: named(&["ASN", "ISP"]),
        anonymizer: named(&["Anonymous"]),
    };
    let missing = [
        (promised.country && !found.country, "country.iso_code"),
        (promised.asn && !found.asn, "autonomous_system_number"),
    ];
    if let Some((_, field)) = missing.iter().find(|(missing, _)| *missing) {
        return Err(format!("is of type `{kind}`, but none of its records has `{field}`"));
    }
    let gives = Gives { anonymizer: found.anonymizer || promised.anonymizer, ..found };
    if gives == Gives::default() {
        return Err(format!(
            "is of type `{kind}`: its records have no country, no AS number and no anonymizer"
        ));
    }
    Ok(gives)
}

/// What is wrong with a database, in words for who configured it.
fn explain(error: &MaxMindDbError) -> String {
    let text = error.to_string();
    if text.contains("could not find MaxMind DB metadata") {
        return "is no MaxMind database, or its end is cut off: no metadata found".to_owned();
    }
    format!("is corrupt: {}", text.trim_start_matches("invalid database: "))
}
