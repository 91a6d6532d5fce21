//! One typing error, one diagnostic: at the right place, with the right words, and every other item read.

use super::read;
use crate::diagnostic::Diagnostic;

/// Reads `text`, which holds one error among `others` items, and tells the error in short:
/// code, place, message, then help and fix.
fn told(text: &str, others: usize) -> String {
    let around = format!("group before = \"1\"\n{text}\npolicy after {{\n  block\n}}\n");
    let (file, diagnostics) = read(&around);
    let [diagnostic] = diagnostics.as_slice() else { panic!("{around}{diagnostics:#?}") };
    assert_eq!(file.items.len(), others + 2, "{around}{diagnostic:#?}");
    short(&around, diagnostic)
}

fn short(text: &str, diagnostic: &Diagnostic) -> String {
    let place = text[diagnostic.primary.span.range()].to_owned();
    let mut told = format!("{} `{place}` {}", diagnostic.code.name, diagnostic.message);
    if let Some(help) = &diagnostic.help {
        told += &format!("; {help}");
    }
    if let Some(fix) = &diagnostic.fix {
        told += &format!("; `{}` → `{}`", &text[fix.span.range()], fix.text);
    }
    told
}

#[test]
fn a_misspelt_item_is_told_at_the_start_of_a_file_too() {
    let text = "polcy x {\n  block\n}\n";
    let (_, diagnostics) = read(text);
    let told: Vec<_> = diagnostics.iter().map(|diagnostic| short(text, diagnostic)).collect();
    assert_eq!(
        told,
        ["misspelt `polcy` unknown word `polcy`; did you mean `policy`?; `polcy` → `policy`"]
    );
}

macro_rules! errors {
    ($($name:ident: $text:expr => $told:expr;)*) => { $(
        #[test]
        fn $name() {
            assert_eq!(told($text, 0), $told);
        }
    )* };
}

errors! {
    misspelt_item: "polcy x {\n  block\n}" => "misspelt `polcy` unknown word `polcy`; did you mean `policy`?; `polcy` → `policy`";
    misspelt_when: "policy x {\n  wehn user in a\n  block\n}" => "misspelt `wehn` unknown word `wehn`; did you mean `when`?; `wehn` → `when`";
    capital_keyword: "policy x {\n  WHEN user in a\n  block\n}" => "misspelt `WHEN` unknown word `WHEN`; did you mean `when`?; `WHEN` → `when`";
    misspelt_and: "policy x {\n  when user in a adn client in b\n  block\n}" => "misspelt `adn` unknown word `adn`; did you mean `and`?; `adn` → `and`";
    misspelt_operator: "policy x {\n  when device.model strats with \"a\"\n  block\n}" => "misspelt `strats` unknown word `strats`; did you mean `starts`?; `strats` → `starts`";
    misspelt_control: "policy x {\n  sing-in frequency 4 hours\n}" => "misspelt `sing-in` unknown word `sing-in`; did you mean `sign-in`?; `sing-in` → `sign-in`";
    misspelt_state: "policy x report-onyl {\n  block\n}" => "misspelt `report-onyl` unknown word `report-onyl`; did you mean `report-only`?; `report-onyl` → `report-only`";
    misspelt_unit: "policy x {\n  require mfa within 4 huors\n}" => "misspelt `huors` unknown word `huors`; did you mean `hours`?; `huors` → `hours`";
    misspelt_outcome: "test \"x\" {\n  expect opne\n}" => "misspelt `opne` unknown word `opne`; did you mean `open`?; `opne` → `open`";
    missing_condition: "policy x {\n  when\n  block\n}" => "unexpected `block` expected a condition, found `block`";
    missing_operand: "policy x {\n  when user in\n  block\n}" => "unexpected `block` expected a value or `[`, found `block`";
    missing_grant: "policy x {\n  require\n}" => "unexpected `}` expected a grant, found `}`";
    missing_name: "policy {\n  block\n}" => "unexpected `{` expected a name, found `{`";
    missing_equals: "group x \"id\"" => "unexpected `\"id\"` expected `emergency` or `=`, found a string";
    missing_id: "group x =" => "unexpected `` expected a string, found `policy`";
    missing_comma: "policy x {\n  when user in [a b]\n  block\n}" => "unexpected `b` expected `]` or `,`, found `b`; separate the members of a list with commas; `` → `,`";
    missing_bracket: "policy x {\n  when user in [a, b\n  block\n}" => "unclosed `[` this `[` is never closed";
    missing_parenthesis: "policy x {\n  when (a or b\n  block\n}" => "unclosed `(` this `(` is never closed";
    missing_closing_brace: "policy x {\n  block\n" => "unclosed `{` this `{` is never closed";
    missing_opening_brace: "policy x\n  block\n}" => "unexpected `block` expected `report-only`, `disabled`, a string or `{`, found `block`";
    extra_closing_brace: "}" => "unopened `}` this `}` closes nothing; remove it, or add what it should close";
    wrong_closing: "policy x {\n  when user in [a, b)\n  block\n}" => "unclosed `[` this `[` is never closed";
    list_without_brackets: "policy x {\n  when user in a, b\n  block\n}" => "unexpected `,` expected a clause, `and`, `or`, `zone` or `}`, found `,`; several members stand in brackets: `in [a, b]`";
    open_string: "group x = \"id" => "unterminated-string `\"id` this string does not end on its line; add the closing `\"`";
    open_title: "policy x \"title {\n  block\n}" => "unterminated-string `\"title {` this string does not end on its line; add the closing `\"`";
    curly_quotes: "group x = “id”" => "foreign-character `“` `“` is not allowed here; strings stand in straight quotes; `“` → `\"`";
    single_quotes: "group x = 'id'" => "unexpected `'` expected a string, found `'`; strings stand in double quotes: `\"…\"`";
    double_equals: "policy x {\n  when client == browser\n  block\n}" => "foreign-operator `==` `==` is no operator of this language; write `is`; `==` → `is`";
    single_equals: "policy x {\n  when client = browser\n  block\n}" => "foreign-operator `=` `=` is no operator of this language; write `is`; `=` → `is`";
    not_equals: "policy x {\n  when client != browser\n  block\n}" => "foreign-operator `!=` `!=` is no operator of this language; write `is not`; `!=` → `is not`";
    ampersands: "policy x {\n  when a && b\n  block\n}" => "foreign-operator `&&` `&&` is no operator of this language; write `and`; `&&` → `and`";
    bars: "policy x {\n  when a || b\n  block\n}" => "foreign-operator `||` `||` is no operator of this language; write `or`; `||` → `or`";
    exclamation: "policy x {\n  when !a\n  block\n}" => "foreign-operator `!` `!` is no operator of this language; write `not`; `!` → `not `";
    semicolon: "policy x {\n  block;\n}" => "unexpected `;` expected a clause or `}`, found `;`; nothing needs a semicolon; `;` → ``";
    hash_comment: "# a comment" => "unexpected `#` expected an item or `,`, found `#`; a comment begins with `//`";
    no_break_space: "policy x {\n  when\u{a0}always\n  block\n}" => "foreign-character `\u{a0}` the character U+00A0 is not allowed here; use an ordinary space; `\u{a0}` → ` `";
    direction: "policy x {\n  when \u{202e}always\n  block\n}" => "foreign-character `\u{202e}` the character U+202E is not allowed here";
    control: "policy x {\n  when \u{1}always\n  block\n}" => "foreign-character `\u{1}` the character U+0001 is not allowed here";
    carriage_return: "policy x {\r  block\n}" => "foreign-character `\r` a carriage return without a line feed; `\r` → `\n`";
    letter: "policy größe {\n  block\n}" => "foreign-character `ö` `ö` is not allowed here";
    reserved_name: "policy when {\n  block\n}" => "reserved-word `when` `when` is a word of the language and cannot be a name";
    number_name: "group 2fa = \"id\"" => "unexpected `2fa` expected a name, found `2fa`; names begin with a letter";
    bare_version: "policy x {\n  when device.os-version < 10.0.22631\n  block\n}" => "unexpected `10.0.22631` expected a value, found `10.0.22631`; a version stands in quotes; `10.0.22631` → `\"10.0.22631\"`";
    glued_unit: "policy x {\n  sign-in frequency 4h\n}" => "unexpected `4h` expected a clause, a value or `}`, found `4h`; write `4 hours`; `4h` → `4 hours`";
    instant_without_offset: "test \"x\" {\n  time 2026-11-23T08:00:00\n  expect open\n}" => "unexpected `2026-11-23T08` expected a value, `not`, `in`, `absent` or `[`, found `2026-11-23T08`; an instant ends in `Z` or an offset such as `+02:00`";
    documentation_in_a_body: "policy x {\n  /// no\n  block\n}" => "stray-documentation `/// no` this documents no item; an ordinary comment begins with `//`";
    grant_not_negated: "policy x {\n  require not mfa\n}" => "unexpected `not` expected a grant, found `not`; a grant cannot be negated; `when` and `unless` say whom it is for";
    condition_as_clause: "policy x {\n  user in a\n  block\n}" => "unexpected `user` expected a clause or `}`, found `user`; a condition stands after `when` or `unless`";
    grant_with_too_much: "policy x {\n  require mfa please\n}" => "unexpected `please` expected a clause, `and`, `or`, `within` or `}`, found `please`";
    unknown_network_line: "network x {\n  country DE FR\n}" => "unexpected `FR` expected a word, an address, `country`, `by`, `}` or `,`, found `FR`";
    assert_without_expectation: "assert x {\n  expect\n}" => "unexpected `}` expected an expectation, found `}`";
    let_without_condition: "let x =" => "unexpected `` expected a condition, found `policy`";
    word_outside: "hello world" => "unexpected `hello` expected an item or `,`, found `hello`";
    trailing_dot: "policy x {\n  when device.compliant.\n  block\n}" => "unexpected `.` expected a clause, an operator, `and`, `or` or `}`, found `.`";
}

/// What the grammar can read, and the check after it refuses: the item is kept, its name still declared.
macro_rules! refused {
    ($($name:ident: $text:expr => $told:expr;)*) => { $(
        #[test]
        fn $name() {
            assert_eq!(told($text, 1), $told);
        }
    )* };
}

refused! {
    unknown_escape: r#"group x = "C:\Temp""# => "unknown-escape `\\T` `\\T` is no escape; a backslash itself is written `\\\\`";
    unknown_number_escape: r#"group x = "\u{d800}""# => "unknown-escape `\\u{d800}` `\\u{d800}` is no escape; a backslash itself is written `\\\\`";
    capital_name: "group Finance = \"id\"" => "name-style `Finance` `Finance` is not kebab-case; call it `finance`, here and where it is used";
    doubled_hyphen: "group a--b = \"id\"" => "name-style `a--b` `a--b` is not kebab-case; call it `a-b`, here and where it is used";
    trailing_words: "attribute x: string of" => "unexpected `` expected a name, found `policy`";
    empty_list: "policy x {\n  when user in []\n  block\n}" => "empty-list `[]` this list has no members; a condition that is never true is written `never`";
    large_number: "policy x {\n  when asn > 9223372036854775808\n  block\n}" => "out-of-range `9223372036854775808` this number is out of range";
    large_duration: "policy x {\n  lifetime 9223372036854775807 weeks\n}" => "out-of-range `9223372036854775807 weeks` this duration is out of range";
    late_time: "policy x {\n  when time between 08:00 and 24:01 zone \"UTC\"\n  block\n}" => "out-of-range `24:01` this time of day is out of range";
    second_brace: "policy x {\n  block\n}\n}" => "unopened `}` this `}` closes nothing; remove it, or add what it should close";
    damaged_neighbour: "group x = \"1\"\ngruop y = \"2\"" => "misspelt `gruop` unknown word `gruop`; did you mean `group`?; `gruop` → `group`";
}

#[test]
fn documentation_at_the_end() {
    let text = "policy x {\n  block\n}\n/// nothing\n";
    let (file, diagnostics) = read(text);
    assert_eq!(file.items.len(), 1);
    assert_eq!(
        short(text, &diagnostics[0]),
        "stray-documentation `/// nothing` this documents no item; an ordinary comment begins with `//`"
    );
}

#[test]
fn an_error_at_the_end_of_the_file() {
    let text = "policy x {\n  block\n";
    let (_, diagnostics) = read(text);
    let [diagnostic] = diagnostics.as_slice() else { panic!("{diagnostics:#?}") };
    assert_eq!(short(text, diagnostic), "unclosed `{` this `{` is never closed");
    assert_eq!(diagnostic.labels.len(), 1);
}

#[test]
fn many_errors_are_told_by_number() {
    use crate::syntax::limits::MAX_ERRORS;
    let text = "group = \"x\"\n".repeat(MAX_ERRORS + 20);
    let (_, diagnostics) = read(&text);
    assert_eq!(diagnostics.len(), MAX_ERRORS + 1);
    assert_eq!(diagnostics[MAX_ERRORS].message, "20 more errors in this file are not shown");
}

#[test]
fn a_file_of_errors_is_left_unread() {
    use crate::syntax::limits::{MAX_COUNTED_ERRORS, MAX_ERRORS};
    let (_, diagnostics) = read(&"}\n".repeat(MAX_COUNTED_ERRORS + MAX_ERRORS + 5));
    let last = "10000 more errors in this file are not shown, and the rest of it was not read";
    assert_eq!(diagnostics[MAX_ERRORS].message, last);
}
