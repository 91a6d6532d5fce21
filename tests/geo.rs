//! Databases: the sample and its builder, MaxMind's own test databases, broken ones, garbled ones.

#[allow(dead_code, unreachable_pub, reason = "its `main` is the example's")]
#[path = "../examples/build-geo-database.rs"]
mod builder;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use fastrand::Rng;
use latch::geo::{GeoDatabases, Place};
use latch::request::{Request, Value};
use latch::schema::attribute::{Attribute, Kind};
use latch::value::{Country, Slot};

use builder::{Row, build, read_table};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// MaxMind's test databases, where they are at hand.
fn corpus(folder: &str) -> Vec<PathBuf> {
    let root =
        std::env::var_os("LATCH_CORPUS").map_or_else(|| project("../shared/data"), PathBuf::from);
    let mut found = Vec::new();
    let mut folders = vec![root.join("geo/maxmind-test-db").join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else {
            println!("skipped: no corpus at {}", folder.display());
            return Vec::new();
        };
        for entry in entries {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "mmdb") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn rng() -> (Rng, u64) {
    let given = std::env::var("LATCH_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = given.unwrap_or_else(|| fastrand::u64(..));
    (Rng::with_seed(seed), seed)
}

fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(project("policies/baseline/geo.csv")).expect("the table");
    read_table(&table).expect("it is well-formed")
}

fn opened(bytes: Vec<u8>) -> GeoDatabases {
    GeoDatabases::from_bytes("test.mmdb", bytes).unwrap_or_else(|error| panic!("{error}"))
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn anonymizer(word: &str) -> Slot<u8> {
    let Kind::Enumeration(words) = Attribute::Anonymizer.row().kind else { panic!("words") };
    let number = words.iter().position(|it| *it == word);
    number.map_or(Slot::Absent, |number| Slot::Known(u8::try_from(number).expect("few words")))
}

fn or_absent<T>(value: Option<T>) -> Slot<T> {
    value.map_or(Slot::Absent, Slot::Known)
}

/// What the table says, by reading all of it: the longest network that has the address. A column that is empty
/// everywhere says nothing.
fn expected(rows: &[Row], address: IpAddr) -> Place {
    let bits = match address.to_canonical() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let has = |row: &&Row| {
        let (network, length) = row.network;
        (network ^ bits).checked_shr(128 - u32::from(length)).unwrap_or(0) == 0
    };
    let row = rows.iter().filter(has).max_by_key(|row| row.network.1).cloned().unwrap_or_default();
    let given = |column: fn(&Row) -> bool| rows.iter().any(column);
    let mut place = Place {
        country: or_absent(Country::parse(&row.country)),
        asn: row.asn.map_or_else(|| nothing(given(|row| row.asn.is_some())), Slot::Known),
        anonymizer: anonymizer(&row.anonymizer),
    };
    if place.anonymizer == Slot::Absent {
        place.anonymizer = nothing(given(|row| !row.anonymizer.is_empty()));
    }
    place
}

fn nothing<T>(given: bool) -> Slot<T> {
    if given { Slot::Absent } else { Slot::NotSupplied }
}

/// An address in or near one of the networks.
fn near(rng: &mut Rng, rows: &[Row]) -> IpAddr {
    let (network, length) = rows[rng.usize(..rows.len())].network;
    let noise =
        rng.u128(..) & u128::MAX.checked_shr(u32::from(length.saturating_sub(2))).unwrap_or(0);
    let bits = network ^ noise;
    match u32::try_from(bits) {
        Ok(bits) => IpAddr::V4(bits.into()),
        Err(_) => IpAddr::V6(bits.into()),
    }
}

#[test]
fn the_sample_database_is_the_one_its_table_builds() {
    let built = build(&rows(), None).expect("it fits");
    let path = project("policies/baseline/geo.mmdb");
    if std::env::var_os("UPDATE").is_some_and(|update| update == "1") {
        std::fs::write(&path, &built).expect("it can be written");
    }
    let found = std::fs::read(&path).expect("it is there");
    assert!(found == built, "out of date; `cargo run --example build-geo-database` builds it anew");
}

#[test]
fn every_size_of_record_gives_what_the_table_says() {
    let rows = rows();
    let (mut rng, seed) = rng();
    for bits in [24, 28, 32] {
        let databases = opened(build(&rows, Some(bits)).expect("it fits"));
        for row in &rows {
            let first = IpAddr::V6(row.network.0.into());
            let first = u32::try_from(row.network.0).map_or(first, |it| IpAddr::V4(it.into()));
            assert_eq!(databases.lookup(first), Ok(expected(&rows, first)), "{first}");
        }
        for _ in 0..5_000 {
            let address = near(&mut rng, &rows);
            let place = databases.lookup(address);
            assert_eq!(place, Ok(expected(&rows, address)), "seed {seed}: {address}");
        }
    }
}

/// Random tables, networks inside networks: what is more specific wins, wherever it stands in the table.
#[test]
fn a_network_inside_another_overrides_it() {
    let (mut rng, seed) = rng();
    for _ in 0..200 {
        let rows: Vec<_> = (0..rng.usize(1..20)).map(|_| random_row(&mut rng)).collect();
        let mut distinct = rows.clone();
        distinct.sort_by_key(|row| row.network);
        distinct.dedup_by_key(|row| row.network);
        rng.shuffle(&mut distinct);
        let databases = opened(build(&distinct, None).expect("it fits"));
        for _ in 0..100 {
            let address = near(&mut rng, &distinct);
            let place = databases.lookup(address);
            assert_eq!(place, Ok(expected(&distinct, address)), "seed {seed}: {address}");
        }
    }
}

fn random_row(rng: &mut Rng) -> Row {
    let length = rng.u8(97..=128);
    // Few high bits, so that networks meet; a country, so that no database is without one.
    let bits = u128::from(rng.u32(..) & 0xc000_00ff) >> (128 - length) << (128 - length);
    let anonymizer = ["", "vpn", "tor", "hosting", "proxy"][rng.usize(..5)].to_owned();
    let country = Country::from_index(rng.usize(..676)).expect("below 676").to_string();
    let asn = rng.bool().then(|| rng.u32(..));
    Row { network: (bits, length), country, asn, organisation: String::new(), anonymizer }
}

#[test]
fn mapped_and_6to4_addresses_have_what_ipv4_has() {
    let rows = rows();
    let databases = opened(build(&rows, None).expect("it fits"));
    for row in rows.iter().filter(|row| row.network.1 > 96) {
        let plain = Ipv4Addr::from(u32::try_from(row.network.0).expect("IPv4"));
        let place = databases.lookup(plain.into());
        assert_eq!(databases.lookup(plain.to_ipv6_mapped().into()), place);
        let [a, b, c, d] = plain.octets().map(u16::from);
        let sixth = Ipv6Addr::new(0x2002, a << 8 | b, c << 8 | d, 0, 0, 0, 0, 1);
        assert_eq!(databases.lookup(sixth.into()), place, "{sixth}");
    }
}

#[test]
fn the_builder_refuses_what_it_cannot_place() {
    let table =
        |line: &str| read_table(&format!("network,country,asn,organisation,anonymizer\n{line}"));
    assert!(read_table("network\n").is_err());
    for line in [
        "192.0.2.0/33,,,,",
        "192.0.2.0,,,,",
        "x/1,,,,",
        "192.0.2.0/24,,x,,",
        "192.0.2.0/24,,,,ftp",
        "192.0.2.0/24",
    ] {
        assert!(table(line).is_err_and(|error| error.starts_with("line 2: ")), "{line}");
    }
    assert!(build(&table("::/0,DE,,,").expect("a row"), None).is_err());
    assert!(build(&rows(), Some(25)).is_err());
}

#[test]
fn what_a_request_says_stays_and_what_it_leaves_out_is_filled() {
    let databases = opened(build(&rows(), None).expect("it fits"));
    let request = |text: &str| latch::request::json::read(text).expect("a request");
    let filled = |text: &str| databases.fill(request(text)).expect("it can be looked up");
    let country = |request: &Request| request.get(Attribute::Country).clone();
    let code = |code: &str| Slot::Known(Value::Country(Country::parse(code).expect("a code")));

    let tor = filled(r#"{"ip": "203.0.113.130"}"#);
    assert_eq!(country(&tor), code("SE"));
    assert_eq!(tor.get(Attribute::Asn), &Slot::Known(Value::Integer(64_511)));
    assert_eq!(tor.word(Attribute::Anonymizer), anonymizer("tor"));
    let said = filled(r#"{"ip": "203.0.113.130", "country": "US", "asn": null}"#);
    assert_eq!(country(&said), code("US"));
    assert_eq!(said.get(Attribute::Asn), &Slot::Absent);
    let nowhere = filled(r#"{"ip": "233.252.0.1"}"#);
    assert_eq!(country(&nowhere), Slot::Absent, "looked up without a result");
    for text in ["{}", r#"{"ip": null}"#] {
        assert_eq!(filled(text), request(text), "no address, nothing to look up");
    }
    let none = GeoDatabases::default().fill(request(r#"{"ip": "203.0.113.130"}"#));
    assert_eq!(country(&none.expect("nothing can fail")), Slot::NotSupplied, "nobody looked");
}

#[test]
fn what_is_no_database_is_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = build(&rows(), None).expect("it fits");
    let refused = |name: &str, bytes: Option<&[u8]>, part: &str| {
        let path = folder.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::write(&path, bytes).expect("it can be written");
        }
        let error = GeoDatabases::open(&[path]).expect_err("it is refused").to_string();
        assert!(error.contains(name) && error.contains(part), "{error}");
    };
    refused("missing.mmdb", None, "cannot be read");
    refused("", None, "cannot be read");
    refused("empty.mmdb", Some(b""), "is empty");
    refused("table.csv", Some(b"network,country\n"), "is no MaxMind database");
    refused("cut.mmdb", Some(&good[..good.len() / 2]), "its end is cut off");
    let marker =
        good.windows(14).rposition(|it| it == b"\xab\xcd\xefMaxMind.com").expect("a marker");
    refused("headless.mmdb", Some(&good[marker - 400..]), "is corrupt");
    let plain =
        Row { network: (1 << 32, 96), organisation: "only a name".to_owned(), ..Row::default() };
    let plain = build(&[plain], None).expect("it fits");
    refused("plain.mmdb", Some(&plain), "no country, no AS number and no anonymizer");
    let wrong = Row { network: (1 << 32, 96), country: "Germany".to_owned(), ..Row::default() };
    let wrong = build(&[wrong], None).expect("it fits");
    refused("wrong.mmdb", Some(&wrong), "`Germany` is no country code");
}

#[test]
fn no_beginning_of_a_database_passes_for_one() {
    let good = build(&rows(), None).expect("it fits");
    for length in 0..good.len() {
        assert!(
            GeoDatabases::from_bytes("cut", good[..length].to_vec()).is_err(),
            "{length} bytes"
        );
    }
    for path in corpus("test-data") {
        let good = std::fs::read(&path).expect("readable");
        for step in 0..200 {
            let cut = good[..good.len() * step / 200].to_vec();
            assert!(GeoDatabases::from_bytes("cut", cut).is_err(), "{} {step}", path.display());
        }
    }
}

/// Every test database of a kind that is used here, network by network as its source says.
#[test]
fn maxminds_own_databases_give_what_their_sources_say() {
    let mut compared = 0;
    for path in corpus("test-data") {
        let name = path.file_stem().expect("a name").to_str().expect("UTF-8");
        let source = path.with_file_name(format!("../source-data/{name}.json"));
        let Ok(source) = std::fs::read_to_string(source) else { continue };
        if name.contains("Connection-Type") {
            let error =
                GeoDatabases::open(&[&path]).expect_err("it has nothing of use").to_string();
            assert!(error.contains("`GeoIP2-Connection-Type`"), "{error}");
            continue;
        }
        let databases = GeoDatabases::open(&[&path]).unwrap_or_else(|error| panic!("{error}"));
        let source: Vec<serde_json::Map<String, serde_json::Value>> =
            serde_json::from_str(&source).expect("JSON");
        let networks: Vec<_> = source.iter().flatten().collect();
        for (network, record) in &networks {
            let (first, _) = network.split_once('/').expect("a network");
            let first = first.replace("::1.", "1.");
            let Ok(first) = first.parse::<IpAddr>() else { continue };
            let first = plain(first);
            // A network inside this one may start at the same address.
            let inner = networks.iter().filter(|(other, _)| {
                other
                    .split_once('/')
                    .and_then(|(it, _)| it.replace("::1.", "1.").parse().ok())
                    .map(plain)
                    == Some(first)
            });
            if inner.count() > 1 {
                continue;
            }
            let place = databases.lookup(first).unwrap_or_else(|error| panic!("{error}"));
            compare(name, record, &place);
            compared += 1;
        }
    }
    println!("{compared} networks compared");
    assert!(compared == 0 || compared > 300, "{compared} networks compared");
}

/// The sources write IPv4 as `::a.b.c.d`.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(it) if u128::from(it) <= u128::from(u32::MAX) => {
            IpAddr::V4(u32::try_from(u128::from(it)).expect("32 bits").into())
        }
        other => other.to_canonical(),
    }
}

fn compare(name: &str, record: &serde_json::Value, place: &Place) {
    let gives = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let country = record["country"]["iso_code"].as_str().and_then(Country::parse);
    let expected = if gives(&["Country", "City"]) { or_absent(country) } else { Slot::NotSupplied };
    assert_eq!(place.country, expected, "{name} {record}");
    let asn = record["autonomous_system_number"].as_u64().and_then(|it| u32::try_from(it).ok());
    let expected = if gives(&["ASN", "ISP"]) { or_absent(asn) } else { Slot::NotSupplied };
    assert_eq!(place.asn, expected, "{name} {record}");
    if gives(&["Anonymous"]) {
        let is = |flag: &str| record[flag] == true;
        let word = match () {
            () if is("is_tor_exit_node") => "tor",
            () if is("is_anonymous_vpn") => "vpn",
            () if is("is_public_proxy") || is("is_residential_proxy") => "proxy",
            () if is("is_hosting_provider") => "hosting",
            () => "",
        };
        let unnamed = word.is_empty() && is("is_anonymous");
        let expected = if unnamed { Slot::NotSupplied } else { anonymizer(word) };
        assert_eq!(place.anonymizer, expected, "{name} {record}");
    }
}

#[test]
fn broken_databases_are_refused() {
    for path in corpus("bad-data") {
        let result = GeoDatabases::open(&[&path]);
        assert!(result.is_err(), "{}", path.display());
    }
    for path in corpus("test-data") {
        let broken = path.to_string_lossy().contains("broken");
        if broken {
            assert!(GeoDatabases::open(&[&path]).is_err(), "{}", path.display());
        }
    }
}

/// Some makers name the country `country_code` and leave the description of the database empty.
#[test]
fn databases_of_other_makers_are_read() {
    let replace = |bytes: Vec<u8>, old: &[u8], new: &[u8]| {
        let at = bytes.windows(old.len()).rposition(|it| it == old).expect("it is there");
        [&bytes[..at], new, &bytes[at + old.len()..]].concat()
    };
    let row = Row { network: (0xc000_0200, 120), country: "DE".to_owned(), ..Row::default() };
    let bytes = build(&[row], None).expect("it fits");
    let nested = b"\x47country\xe1\x48iso_code\x42DE";
    let bytes = replace(bytes, nested, b"\x4ccountry_code\x42DE");
    let start = b"\x4bdescription\xe1\x42en";
    let at = bytes.windows(start.len()).rposition(|it| it == start).expect("a description");
    let text = start.len() + 2 + usize::from(bytes[at + start.len() + 1]) + 29;
    let described = bytes[at..at + text].to_vec();
    let bytes = replace(bytes, &described, b"\x4bdescription\xe0");
    let databases = opened(bytes.clone());
    let place = databases.lookup(address("192.0.2.200")).expect("fine");
    assert_eq!(place.country, or_absent(Country::parse("DE")));
    let broken = replace(bytes, b"\x42DE", b"\x5dDE");
    assert!(GeoDatabases::from_bytes("broken", broken).is_err(), "it is examined all the same");
}

#[test]
fn several_databases_complete_each_other() {
    let row = |country: &str, asn| Row {
        network: (0xc000_0200, 120),
        country: country.to_owned(),
        asn,
        ..Row::default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let saved = |name: &str, rows: &[Row]| {
        let path = folder.path().join(name);
        std::fs::write(&path, build(rows, None).expect("it fits")).expect("it can be written");
        path
    };
    let ours = saved("ours", &[row("FR", None)]);
    let other = Row { network: (0xc633_6400, 120), ..row("JP", Some(2)) };
    let theirs = saved("theirs", &[row("DE", Some(1)), other]);
    let both = GeoDatabases::open(&[ours, theirs]).expect("fine");
    let place = |text: &str| both.lookup(address(text)).expect("fine");
    let country = |code: &str| or_absent(Country::parse(code));
    assert_eq!(place("192.0.2.1").country, country("FR"), "the first that knows");
    assert_eq!(place("192.0.2.1").asn, Slot::Known(1), "what the first does not give");
    assert_eq!(place("198.51.100.1").country, country("JP"), "what the first does not have");
    assert_eq!(place("203.0.113.1").country, Slot::Absent);
    assert_eq!(place("203.0.113.1").anonymizer, Slot::NotSupplied, "none of them gives it");
}

/// An IPv6 address that only a database of IPv4 could know stays open: nobody looked.
#[test]
fn a_database_of_ipv4_says_nothing_about_ipv6() {
    // The first 32 bits of an IPv6 tree are an IPv4 tree, once the metadata says so.
    let row = Row { network: (0xc000_0200 << 96, 24), country: "DE".to_owned(), ..Row::default() };
    let mut bytes = build(&[row], None).expect("it fits");
    let key = b"ip_version\xa1";
    let at =
        bytes.windows(key.len()).position(|it| it == key).expect("in the metadata") + key.len();
    assert_eq!(std::mem::replace(&mut bytes[at], 4), 6);
    let databases = opened(bytes);
    let country = |text: &str| databases.lookup(address(text)).expect("fine").country;
    assert_eq!(country("192.0.2.9"), or_absent(Country::parse("DE")));
    assert_eq!(country("::ffff:192.0.2.9"), or_absent(Country::parse("DE")));
    assert_eq!(country("192.0.3.9"), Slot::Absent);
    assert_eq!(country("2001:db8::1"), Slot::NotSupplied);
}

/// `LATCH_GARBLED` says how many.
#[test]
fn garbled_databases_are_refused_in_peace() {
    let count = std::env::var("LATCH_GARBLED").ok().and_then(|it| it.parse().ok()).unwrap_or(3_000);
    let (mut rng, seed) = rng();
    let rows = rows();
    let mut originals: Vec<_> = [24, 28, 32]
        .map(|bits| build(&rows[..rng.usize(1..rows.len())], Some(bits)).expect("it fits"))
        .into();
    originals.push(build(&rows[..1], None).expect("it fits"));
    originals.extend(corpus("test-data").iter().map(|path| std::fs::read(path).expect("readable")));
    originals.retain(|bytes| GeoDatabases::from_bytes("whole", bytes.clone()).is_ok());
    assert!(originals.len() >= 4, "only what was whole can be garbled");
    let (mut read, mut looked_up) = (0, 0);
    for _ in 0..count {
        let mut bytes = originals[rng.usize(..originals.len())].clone();
        garble(&mut rng, &mut bytes);
        let Ok(databases) = GeoDatabases::from_bytes("garbled", bytes) else { continue };
        read += 1;
        for _ in 0..20 {
            let address = near(&mut rng, &rows);
            let place = databases.lookup(address);
            assert!(place.is_ok(), "seed {seed}: {place:?}");
            looked_up += 1;
        }
    }
    println!("{count} garbled, {read} still whole, {looked_up} looked up");
    assert!(read < count, "seed {seed}: nothing was noticed");
}

/// Breaks a few bytes: mostly near the ends, where metadata and the root of the tree are.
fn garble(rng: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.usize(1..4) {
        let length = bytes.len();
        let at = match rng.u8(..3) {
            0 => rng.usize(..=length),
            1 => length - rng.usize(..=length.min(300)),
            _ => rng.usize(..=length.min(300)),
        };
        let end = rng.usize(at..=length.min(at + 40));
        match rng.u8(..6) {
            0 => bytes.truncate(at.max(length - length.min(64))),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.splice(at..at, bytes[at..end].to_vec()).for_each(drop),
            3 => bytes[at..end].fill_with(|| rng.u8(..)),
            4 => bytes[at..end].fill([0, 0xff, 0x20, 0xe0][rng.usize(..4)]),
            _ if at < length => bytes[at] ^= 1 << rng.u8(..8),
            _ => {}
        }
    }
}
