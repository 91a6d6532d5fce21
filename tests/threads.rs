//! Any number of threads writes what one writes, byte by byte, and stops where one stops.

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

const POLICIES: &str = "
policy legacy { when client is other block }
policy abroad { when user in anyone unless country is DE require mfa or compliant-device }
policy phones { when platform in [ios, android] require protected-app and mfa within 1 hour sign-in frequency 4 hours }
policy trial report-only { when risk.sign-in >= medium require password-change and mfa }
";

/// Sign-ins of every outcome; a few lines are none, and one is far longer than the others.
fn sign_ins(count: usize, bad: &[usize]) -> String {
    let mut rng = fastrand::Rng::with_seed(20_261_124);
    let mut pick = |from: &'static [&'static str]| from[rng.usize(..from.len())];
    let mut text = String::new();
    for at in 1..=count {
        if bad.contains(&at) {
            text.push_str("{\"client\": \"browser\", no sign-in\n");
            continue;
        }
        let client = pick(&["browser", "other", "mobile-desktop"]);
        let platform = pick(&["ios", "android", "windows", "linux"]);
        let (country, risk) = (pick(&["DE", "FR", "US"]), pick(&["none", "low", "high"]));
        let who = if at == 700 { "x".repeat(300_000) } else { format!("u{}", at % 97) };
        writeln!(
            text,
            "{{\"id\":\"{at}\",\"user\":{{\"id\":\"{who}\",\"type\":\"member\"}},\"client\":\"{client}\",\
             \"platform\":\"{platform}\",\"country\":\"{country}\",\"risk\":{{\"signIn\":\"{risk}\"}}}}"
        )
        .expect("memory");
    }
    text
}

struct World(TempDir);

impl World {
    fn new(bad: &[usize]) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("p.latch"), POLICIES).expect("written");
        fs::write(folder.path().join("in.jsonl"), sign_ins(3_000, bad)).expect("written");
        World(folder)
    }

    fn decide(&self, threads: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_latch"))
            .current_dir(self.0.path())
            .args(["decide", "-p", "p.latch", "in.jsonl", "--threads", threads])
            .args(arguments)
            .output()
            .expect("it runs")
    }

    /// What any number of threads says.
    fn said(&self, arguments: &[&str]) -> Output {
        let one = self.decide("1", arguments);
        for threads in ["2", "7"] {
            let more = self.decide(threads, arguments);
            assert!(more == one, "{threads} threads, {arguments:?}");
        }
        one
    }
}

fn lines(bytes: &[u8]) -> Vec<&str> {
    std::str::from_utf8(bytes).expect("text").lines().collect()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    let world = World::new(&[]);
    let json = world.said(&["--format", "json"]);
    assert_eq!((json.status.code(), json.stderr.len()), (Some(0), 0));
    for (at, line) in lines(&json.stdout).into_iter().enumerate() {
        assert!(line.starts_with(&format!("{{\"id\":\"{}\",", at + 1)), "{line}");
    }
    assert_eq!(lines(&json.stdout).len(), 3_000);
    let text = world.said(&[]);
    assert!(lines(&text.stdout)[3_001].starts_with("3000 sign-ins: "), "{text:?}");
    let colored = world.said(&["--color", "always"]);
    assert!(colored.stdout.len() > text.stdout.len());
}

#[test]
fn any_number_of_threads_stops_at_the_first_line_that_is_no_sign_in() {
    let world = World::new(&[500, 1_500]);
    for format in ["json", "text"] {
        let ran = world.said(&["--format", format]);
        assert_eq!(ran.status.code(), Some(2));
        // In JSON the bad one has its line too.
        let expected = 499 + usize::from(format == "json");
        assert_eq!(lines(&ran.stdout).len(), expected, "{format}");
        let errors = lines(&ran.stderr);
        assert!(errors.len() == 1 && errors[0].contains("line 500: "), "{errors:?}");
    }
}

#[test]
fn any_number_of_threads_tells_of_bad_lines_in_their_places() {
    let world = World::new(&[1, 500, 501, 2_999]);
    let ran = world.said(&["--format", "json", "--keep-going"]);
    assert_eq!(ran.status.code(), Some(2));
    let written = lines(&ran.stdout);
    assert_eq!(written.len(), 3_000);
    for (at, line) in written.into_iter().enumerate() {
        let number = at + 1;
        let expected = match number {
            1 | 500 | 501 | 2_999 => format!("{{\"line\":{number},\"error\":"),
            _ => format!("{{\"id\":\"{number}\","),
        };
        assert!(line.starts_with(&expected), "{line}");
    }
    assert_eq!(lines(&ran.stderr).len(), 4);
}
