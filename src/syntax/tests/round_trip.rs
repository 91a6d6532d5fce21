//! Text and tree give each other back.

use super::generate::Generator;
use super::{SAMPLE, parse_valid, seed};
use crate::syntax::ast::File;
use crate::syntax::{format, format_condition, format_grant, format_item, words};
use fastrand::Rng;

fn same_text(found: &str, expected: &str, seed: u64) {
    for (at, (found_line, line)) in found.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found_line, line, "seed {seed}, line {}:\n{expected}\n---\n{found}", at + 1);
    }
    assert_eq!(found.len(), expected.len(), "seed {seed}");
}

#[test]
fn random_trees_survive_their_text() {
    for seed in seed()..seed() + 500 {
        let mut generator = Generator { rng: Rng::with_seed(seed) };
        let items = (0..6).map(|_| generator.item()).collect();
        let file = File { items, ..File::default() };
        let text = format(&file);
        let again = parse_valid(&text);
        assert_eq!(again, file, "seed {seed}:\n{text}");
        same_text(&format(&again), &text, seed);
    }
}

#[test]
fn one_item_is_formatted_as_in_its_file() {
    let mut generator = Generator { rng: Rng::with_seed(seed()) };
    for _ in 0..200 {
        let item = generator.item();
        let file = File { items: vec![item.clone()], ..File::default() };
        assert_eq!(format_item(&item), format(&file));
    }
}

#[test]
fn one_condition_is_one_line() {
    let mut generator = Generator { rng: Rng::with_seed(seed()) };
    for _ in 0..200 {
        let condition = generator.condition(4);
        let line = format_condition(&condition);
        assert_eq!(line.lines().count(), 1);
        let again = parse_valid(&format!("let x = {line}"));
        let crate::syntax::ast::ItemKind::Let(named) = &again.items[0].kind else {
            panic!("{line}")
        };
        assert_eq!(named.condition, condition, "{line}");
    }
}

#[test]
fn a_grant_keeps_its_parentheses() {
    let text = "policy a {\n  require (mfa or compliant-device) and terms t within 1 hour\n}\n";
    let file = parse_valid(text);
    let crate::syntax::ast::ItemKind::Policy(policy) = &file.items[0].kind else {
        panic!("{text}")
    };
    let crate::syntax::ast::Clause::Require(grant) = &policy.clauses[0] else { panic!("{text}") };
    assert_eq!(format_grant(grant), "(mfa or compliant-device) and terms t within 1 hour");
}

/// The words of a text, each with whether its line must end behind it.
fn tokens(text: &str) -> Vec<(String, bool)> {
    let mut tokens = Vec::new();
    for line in text.lines() {
        let line = line.trim();
        if line.starts_with("///") {
            tokens.push((line.to_owned(), true));
        } else if let Some((before, after)) = line.split_once("step-up") {
            tokens.push((format!("{before}step-up{after}"), true));
        } else {
            tokens.extend(pieces(line).into_iter().map(|piece| (piece, false)));
        }
    }
    tokens
}

/// A line cut at its blanks, strings and comments apart.
fn pieces(line: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    let mut escaped = false;
    for character in line.chars() {
        match character {
            ' ' if !quoted => pieces.push(String::new()),
            _ => pieces.last_mut().expect("there is a piece").push(character),
        }
        quoted ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn without_comments(text: &str) -> String {
    let mut file = parse_valid(text);
    file.comments.clear();
    format(&file)
}

#[test]
fn newlines_mean_nothing() {
    let plain = without_comments(SAMPLE);
    let expected = parse_valid(&plain);
    let tokens = tokens(&plain);
    for seed in seed()..seed() + 50 {
        let mut rng = Rng::with_seed(seed);
        let blanks = [" ", "\n", "\r\n\r\n", "\t"];
        let mut text = String::new();
        for (token, ends) in &tokens {
            let blank = if *ends { "\n" } else { blanks[rng.usize(..blanks.len())] };
            text += token;
            text += blank;
        }
        assert_eq!(parse_valid(&text), expected, "seed {seed}:\n{text}");
    }
}

#[test]
fn comments_survive_wherever_they_stand() {
    let plain = without_comments(SAMPLE);
    let expected = parse_valid(&plain);
    let tokens = tokens(&plain);
    for seed in seed()..seed() + 200 {
        let mut rng = Rng::with_seed(seed);
        let (mut text, mut count) = (String::new(), 0);
        for (token, ends) in &tokens {
            text += token;
            text += if *ends { "\n" } else { " " };
            if rng.u8(..) < 12 {
                count += 1;
                let before = ["", "\n", "\n\n"][rng.usize(..3)];
                let after = ["\n", "\n\n"][rng.usize(..2)];
                text += &format!("{before}// c{count}{after}");
            }
        }
        comments_survive(&text, &expected, count, seed);
    }
}

fn comments_survive(text: &str, expected: &File, count: usize, seed: u64) {
    let file = parse_valid(text);
    assert_eq!(file.items, expected.items, "seed {seed}:\n{text}");
    let once = format(&file);
    let again = parse_valid(&once);
    assert_eq!(again.items, expected.items, "seed {seed}:\n{once}");
    let mut found: Vec<usize> = once.split("// c").skip(1).map(leading_number).collect();
    found.sort_unstable();
    assert_eq!(found, (1..=count).collect::<Vec<_>>(), "seed {seed}:\n{text}\n---\n{once}");
    same_text(&format(&again), &once, seed);
}

fn leading_number(text: &str) -> usize {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a comment has a number")
}

#[test]
fn names_of_the_generator_are_names() {
    let mut generator = Generator { rng: Rng::with_seed(seed()) };
    for _ in 0..100 {
        if let crate::syntax::ast::ItemKind::Let(named) = generator.item().kind {
            assert!(words::is_name(&named.name.node));
        }
    }
}
