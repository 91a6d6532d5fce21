//! A document as one HTML page.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::document::{
    Card, Cell, Demanded, Document, Emergency, Entry, Group, LAWS_MEANING, Law, Line,
    MATRIX_MEANING, Met, Phrase, Piece, counted, left_out, state_word,
};
use crate::hir::PolicyState;
use crate::page::{Bar, Page, Section, Tone, anchor, legend, scrolling, stack};

pub(super) fn render(document: &Document) -> String {
    let mut sections = vec![
        Section::new("summary", "Summary", summary(document)),
        Section::new("policies", "Policies", policies(document)),
        Section::new("matrix", "Who needs what", matrix(document)),
        Section::new("emergency", "Emergency accounts", emergencies(&document.emergency)),
    ];
    if !document.laws.is_empty() {
        sections.push(Section::new("laws", "Laws", laws(&document.laws)));
    }
    sections.push(Section::new("tests", "Tests", tests(document)));
    sections.push(Section::new("names", "Names", names(&document.glossary)));
    Page { title: &document.title, kind: "Conditional access policies", sections }.render()
}

fn phrase(phrase: &Phrase) -> Markup {
    html! {
        @for piece in &phrase.0 {
            @match piece {
                Piece::Words(words) => { (words) }
                Piece::Name(name, None) => { code { (name) } }
                Piece::Name(name, Some(anchor)) => { a href={ "#" (anchor) } { code { (name) } } }
            }
        }
    }
}

fn sentence(words: &str) -> Markup {
    phrase(&Phrase::from(words).capital())
}

fn tone(state: PolicyState) -> Tone {
    match state {
        PolicyState::On => Tone::Good,
        PolicyState::ReportOnly => Tone::Trial,
        PolicyState::Disabled => Tone::Quiet,
    }
}

fn state(state: PolicyState) -> Markup {
    html! { span.state.(tone(state).class()) { (state_word(state)) } }
}

fn policy_link(name: &str) -> Markup {
    html! { a href={ "#" (anchor("policy", name)) } { code { (name) } } }
}

fn summary(document: &Document) -> Markup {
    let states = document
        .states
        .map(|(state, count)| Bar::new(state_word(state), count as u64, tone(state)));
    let all = counted(document.cards.len(), "policy", "policies");
    let files = counted(document.files, "file", "files");
    html! {
        p.lead { (in_one_sentence(document)) }
        @if !document.cards.is_empty() { (stack("States of the policies", &states)) (legend(&states)) }
        p.soft.small {
            (all) " from " (files) ". This page is made from them. It describes them; it proves nothing about them."
        }
        h3 { "At a glance" }
        table.wide.glance {
            thead { tr {
                th scope="col" { "Policy" } th scope="col" { "Effect" } th scope="col" { "State" } th scope="col" { "Tests" }
            } }
            tbody { @for card in &document.cards { tr {
                th scope="row" { a href={ "#" (anchor("policy", &card.name)) } { (card.called()) } }
                td { (sentence(&card.in_short)) }
                td { (state(card.state)) }
                td { (in_tests(&card.tests)) }
            } } }
        }
    }
}

/// For whoever reads no other sentence.
fn in_one_sentence(document: &Document) -> String {
    let [(_, on), (_, trial), (_, off)] = document.states;
    let mut parts = vec![counted(on, "policy is on", "policies are on")];
    if trial > 0 {
        parts.push(counted(
            trial,
            "is tried out without being enforced",
            "are tried out without being enforced",
        ));
    }
    if off > 0 {
        parts.push(counted(off, "is disabled", "are disabled"));
    }
    let [_, _, untested] = document.coverage();
    let tests = match untested {
        0 if document.tests == 0 => String::new(),
        0 => " Every one is met by a test.".to_owned(),
        some => format!(" {} met by no test.", counted(some, "policy is", "policies are")),
    };
    format!("{}.{tests}", parts.join(", "))
}

/// How well tests know a policy, in a few words.
fn in_tests(met: &Met) -> Markup {
    html! { @match met.word() {
        "named" => { (counted(met.named_by.len(), "test", "tests")) }
        "met" => { "applies in " (met.applies) }
        _ => { span.ask { "none" } }
    } }
}

fn policies(document: &Document) -> Markup {
    html! { @for card in &document.cards { (policy(card)) } }
}

fn policy(card: &Card) -> Markup {
    let class = if card.state == PolicyState::Disabled { "card off" } else { "card" };
    let id = anchor("policy", &card.name);
    html! {
        article class=(class) id=(id) {
            h3 { a href={ "#" (id) } { (card.called()) } (state(card.state)) }
            @if card.title.is_some() { p.name { code { (card.name) } } }
            p.lead { @for (at, sentence) in card.lead.iter().enumerate() {
                @if at > 0 { " " } (phrase(sentence))
            } }
            div.beside {
                dl {
                    @for row in &card.rows { dt { (row.label) } dd { (lines(&row.lines)) } }
                    @for (name, value) in &card.annotations { dt { (sentence(name)) } dd { (value) } }
                    dt { "Tests" } dd { (tested(&card.tests)) }
                    dt { "Written in" } dd { code { (card.place) } }
                }
                (docs(&card.docs))
            }
        }
    }
}

fn tested(met: &Met) -> Markup {
    html! {
        @if met.word() == "untested" { span.ask { "No test speaks of it." } }
        @if !met.named_by.is_empty() { ul { @for (title, _) in &met.named_by { li { (title) } } } }
        @if met.applies + met.spares > 0 {
            p.soft.small { "Applies in " (counted(met.applies, "test", "tests")) ", leaves " (met.spares) " alone." }
        }
    }
}

fn docs(docs: &[Phrase]) -> Markup {
    html! { @if !docs.is_empty() { div.docs { @for paragraph in docs { p { (phrase(paragraph)) } } } } }
}

fn lines(all: &[Line]) -> Markup {
    html! { @match all {
        [one] => (line(one)),
        several => ul { @for one in several { li { (line(one)) } } }
    } }
}

fn line(line: &Line) -> Markup {
    let list = |word: &str, parts: &[Line]| {
        html! { (word) ul { @for part in parts { li { (self::line(part)) } } } }
    };
    match line {
        Line::One(words) => phrase(words),
        Line::All(parts) => list("all of", parts),
        Line::Any(parts) => list("any of", parts),
    }
}

fn matrix(document: &Document) -> Markup {
    let matrix = &document.matrix;
    if matrix.rows.is_empty() {
        return html! { p { "No policy is on." } };
    }
    let on = document.cards.iter().filter(|card| card.state == PolicyState::On);
    let numbers: BTreeMap<&str, usize> = on.map(|card| card.name.as_str()).zip(1..).collect();
    let anyway = "Whatever is asked for";
    let table = html! {
        table.stacks.matrix {
            thead { tr {
                td {} th scope="col" { (anyway) }
                @for what in &matrix.columns { th scope="col" { (phrase(what)) } }
            } }
            tbody { @for row in &matrix.rows { tr {
                th scope="row" { (phrase(&row.who)) }
                td data-label=(anyway) { (cell(&numbers, &row.anyway)) }
                @for (what, it) in matrix.columns.iter().zip(&row.besides) {
                    td data-label=[(!it.0.is_empty()).then(|| what.plain())] { (cell(&numbers, it)) }
                }
            } } }
        }
    };
    html! {
        p.note { (MATRIX_MEANING) }
        (scrolling("Who needs what", table))
        @if matrix.left_out > 0 { p.ask { (left_out(matrix.left_out)) } }
        @for row in matrix.rows.iter().filter(|row| !row.counted.is_empty()) {
            p.small.full { (phrase(&row.who)) ": " @for (at, one) in row.counted.iter().enumerate() {
                @if at > 0 { ", " } (phrase(one))
            } }
        }
        h3 { "The numbers" }
        ol.columns.small { @for card in &document.cards { @if let Some(number) = numbers.get(card.name.as_str()) {
            li { span.number { (number) } " " (policy_link(&card.name)) }
        } } }
    }
}

fn cell(numbers: &BTreeMap<&str, usize>, cell: &Cell) -> Markup {
    html! { @for demanded in &cell.0 { p.cell {
        @let tone = if demanded.blocks { Tone::Stop.class() } else { "plain" };
        @if demanded.certain { strong.(tone) { (sentence(&demanded.what)) } }
        @else { span.soft { "Perhaps " (demanded.what) } }
        @for (number, name) in numbered(numbers, demanded) {
            " " a.by href={ "#" (anchor("policy", name)) } title=(name) { (number) }
        }
    } } }
}

/// The policies of a demand with their numbers, in their order.
fn numbered<'a>(
    numbers: &BTreeMap<&str, usize>,
    demanded: &'a Demanded,
) -> BTreeMap<usize, &'a str> {
    let names = demanded.policies.iter().map(String::as_str);
    names.filter_map(|name| Some((*numbers.get(name)?, name))).collect()
}

fn emergencies(all: &[Emergency]) -> Markup {
    html! {
        @if all.is_empty() { p { "No group or user is declared as " code { "emergency" } "." } }
        @for one in all { (emergency(one)) }
    }
}

fn emergency(one: &Emergency) -> Markup {
    let on = one.reached_by.iter().filter(|it| it.state == PolicyState::On).count();
    let name = Piece::Name(one.name.clone(), Some(anchor(one.kind, &one.name)));
    html! {
        h3 { "The " (one.kind) " " (phrase(&Phrase(vec![name]))) }
        p {
            (counted(on, "policy that is on can reach it", "policies that are on can reach it")) ". "
            (counted(one.exempt_from.len(), "policy leaves it out", "policies leave it out"))
            ", whatever else is true of the sign-in."
        }
        @if !one.reached_by.is_empty() {
            table.wide.stacks {
                thead { tr { th scope="col" { "Can reach it" } th scope="col" { "When" } th scope="col" { "State" } } }
                tbody { @for reach in &one.reached_by { tr {
                    th scope="row" { (policy_link(&reach.policy)) }
                    td data-label="When" { (if reach.always { "always" } else { "depending on the sign-in" }) }
                    td data-label="State" { (state(reach.state)) }
                } } }
            }
        }
        @if !one.exempt_from.is_empty() {
            h4 { "Leave it out" }
            ul.columns.small { @for policy in &one.exempt_from { li { (policy_link(policy)) } } }
        }
    }
}

fn laws(laws: &[Law]) -> Markup {
    html! {
        p.note { (LAWS_MEANING) }
        @for law in laws { (one_law(law)) }
    }
}

fn one_law(law: &Law) -> Markup {
    html! { article.card id=(anchor("assert", &law.name)) {
        h3 { code { (law.name) } }
        div.beside {
            dl {
                dt { "Sign-ins" } dd { (line(&law.when)) }
                @if !law.except.is_empty() { dt { "Except" } dd { (lines(&law.except)) } }
                @for proof in &law.proofs { dt { "With" } dd { (phrase(proof)) } }
                dt { "Must" } dd { strong { (law.must) } }
                dt { "Written in" } dd { code { (law.place) } }
            }
            (docs(&law.docs))
        }
    } }
}

fn tests(document: &Document) -> Markup {
    let [named, met, untested] = document.coverage();
    let bars = [
        Bar::new("named by a test", named as u64, Tone::Good),
        Bar::new("applies in a test", met as u64, Tone::Ask),
        Bar::new("in no test", untested as u64, Tone::Stop),
    ];
    html! {
        p { (document.coverage_sentence()) }
        @if !document.cards.is_empty() { (stack("Policies and tests", &bars)) (legend(&bars)) }
        @if untested > 0 {
            h3 { "No test speaks of" }
            ul.columns { @for card in document.untested() { li { (policy_link(&card.name)) } } }
        }
    }
}

fn names(groups: &[Group]) -> Markup {
    html! { @for group in groups { h3 id=(group.anchor) { (group.title) } (entries(group)) } }
}

fn entries(group: &Group) -> Markup {
    html! {
        table.wide.stacks.names {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Stands for" } th scope="col" { "Used by" } } }
            tbody { @for it in &group.entries { (entry(it)) } }
        }
    }
}

fn entry(entry: &Entry) -> Markup {
    html! { tr id=(entry.anchor) {
        th scope="row" {
            code { (entry.name) }
            @for mark in &entry.marks { " " span.mark { (mark) } }
            @if let Some(place) = &entry.place { div.place { (place) } }
        }
        td data-label="Stands for" {
            (lines(&entry.lines))
            @if entry.place.is_some() { @for paragraph in &entry.docs { p.small.soft { (phrase(paragraph)) } } }
        }
        td data-label="Used by" {
            @if entry.used_by.is_empty() { span.soft { "no policy" } }
            @for (at, policy) in entry.used_by.iter().enumerate() { @if at > 0 { ", " } (policy_link(policy)) }
        }
    } }
}
