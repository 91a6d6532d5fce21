//! Streams: however records are laid out, packed and encoded, they are the same records.

use std::io::{Read, Write};

use latch::entra::log::{Records, Shape};

const RECORD: &str = r#"{"createdDateTime":"2026-11-23T08:00:00Z","userId":"ä-1","conditionalAccessStatus":"success"}"#;

/// What each entry is: its number, and its user or its error.
fn read(bytes: &[u8]) -> Vec<String> {
    read_from(bytes)
}

fn read_from(input: impl Read) -> Vec<String> {
    let entries = Records::new(input).map(|entry| entry.expect("it can be read"));
    let line = entries.map(|entry| match entry.sign_in {
        Ok(sign_in) => format!(
            "{} {}",
            entry.number,
            latch::request::json::write(&sign_in.request)["user"]["id"]
        ),
        Err(error) => format!("{} {error}", entry.number),
    });
    line.collect()
}

fn lines() -> String {
    format!("{RECORD}\r\n\r\n{RECORD}\n")
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let bytes = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn layouts() {
    let two = ["1 \"ä-1\"", "2 \"ä-1\""];
    for text in [
        format!("{RECORD}\n{RECORD}"),
        format!("[{RECORD},{RECORD}]"),
        format!("[\n  {RECORD},\n  {RECORD}\n]\n"),
        format!("{{\"@odata.context\":\"x\",\"value\":[{RECORD},{RECORD}]}}"),
        format!("{{\"records\":[{RECORD}]}}\n{{\"records\":[{RECORD}]}}"),
        format!("{RECORD}{RECORD}"),
        format!("{RECORD}, {RECORD}"),
    ] {
        assert_eq!(read(text.as_bytes()), two, "{text}");
    }
    assert_eq!(read(lines().as_bytes()), ["1 \"ä-1\"", "3 \"ä-1\""]);
    assert_eq!(read(b""), [""; 0]);
}

#[test]
fn encodings_and_packings() {
    let plain = read(lines().as_bytes());
    let mark = format!("\u{feff}{}", lines());
    let half = lines().len() / 2;
    let halves = lines();
    let halves = halves.as_bytes().split_at(half);
    let skippable = [[0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0].as_slice(), b"abc"].concat();
    for (name, bytes) in [
        ("UTF-8 with a mark", mark.clone().into_bytes()),
        ("UTF-16, little", utf16(&mark, true)),
        ("UTF-16, big", utf16(&mark, false)),
        ("UTF-16 without a mark", utf16(&lines(), true)),
        ("UTF-16 without a mark, big", utf16(&lines(), false)),
        ("gzip", gzip(lines().as_bytes())),
        ("gzip in two members", [gzip(halves.0), gzip(halves.1)].concat()),
        ("zstd", zstd(lines().as_bytes())),
        ("zstd in frames", [zstd(halves.0), skippable, zstd(halves.1)].concat()),
        ("UTF-16 in gzip", gzip(&utf16(&mark, true))),
        ("UTF-16 in zstd", zstd(&utf16(&mark, true))),
    ] {
        assert_eq!(read(&bytes), plain, "{name}");
    }
}

/// The input fails, and the stream says so once.
#[test]
fn a_packing_that_breaks_off_is_an_error_of_the_input() {
    for packed in [gzip(lines().as_bytes()), zstd(lines().as_bytes())] {
        let cut = &packed[..packed.len() - 5];
        let entries: Vec<_> = Records::new(cut).collect();
        let failed = entries.iter().filter(|entry| entry.is_err()).count();
        assert_eq!(failed, 1);
        assert!(entries.last().is_some_and(Result::is_err));
    }
    let mut zeroed = zstd(lines().as_bytes());
    zeroed.truncate(6);
    assert!(Records::new(zeroed.as_slice()).any(|entry| entry.is_err()));
}

/// Gigabytes of nothing in a few kilobytes: one record that is too long, and no memory for it.
#[test]
fn a_bomb_ends_in_the_limit() {
    let piece = vec![b' '; 1 << 20];
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"{}\n{\"id\":\"").expect("memory");
    for _ in 0..64 {
        packer.write_all(&piece).expect("memory");
    }
    packer.write_all(b"\"}\n{}\n").expect("memory");
    let bomb = packer.finish().expect("memory");
    assert!(bomb.len() < 200_000, "{}", bomb.len());
    let entries: Vec<_> =
        Records::new(bomb.as_slice()).map(|entry| entry.expect("it can be read")).collect();
    let numbers: Vec<_> =
        entries.iter().map(|entry| (entry.number, entry.sign_in.is_ok())).collect();
    assert_eq!(numbers, [(1, true), (2, false), (3, true)]);
    let error = entries[1].sign_in.as_ref().expect_err("too long").to_string();
    assert_eq!(error, "a record of 67108873 bytes; the limit is 1048576");
}

#[test]
fn a_shape_can_be_forced() {
    let text = br#"{"id":"1"}"#;
    let one = |shape| {
        let mut records = Records::new(text.as_slice()).of_shape(shape);
        records.next().expect("a record").expect("it can be read").sign_in
    };
    assert!(
        one(Shape::Native).is_ok() && one(Shape::Graph).is_ok() && one(Shape::AzureMonitor).is_ok()
    );
    let error = one(Shape::WhatIf).expect_err("no body").to_string();
    assert_eq!(error, "id: is no key that is known here");
    let error = Records::new(RECORD.as_bytes()).of_shape(Shape::Native).next();
    let error = error.expect("a record").expect("it can be read").sign_in.expect_err("no request");
    assert!(error.to_string().starts_with("createdDateTime: "), "{error}");
}

#[test]
fn a_bad_record_is_told_and_the_stream_goes_on() {
    let text = format!("{RECORD}\n{{\"createdDateTime\":\"x\"}}\nnothing\n{RECORD}\n");
    assert_eq!(
        read(text.as_bytes()),
        [
            "1 \"ä-1\"",
            "2 createdDateTime: expected a moment, found \"x\"",
            "3 this is no JSON: expected ident at column 2",
            "4 \"ä-1\"",
        ]
    );
    assert_eq!(Records::new(text.as_bytes()).unit(), "line");
    let mut list = Records::new(b"[{}]".as_slice());
    assert!(list.next().is_some() && list.unit() == "record");
}
