//! Any bytes are a database in which every address has an answer, or are refused.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use latch::geo::GeoDatabases;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 16], &[u8])| {
    let (address, bytes) = input;
    if let Ok(databases) = GeoDatabases::from_bytes("fuzz.mmdb", bytes.to_vec()) {
        let [a, b, c, d, ..] = address;
        for address in [IpAddr::V4(Ipv4Addr::new(a, b, c, d)), IpAddr::V6(Ipv6Addr::from(address))]
        {
            databases.lookup(address).expect("opening it has ruled that out");
        }
    }
});
