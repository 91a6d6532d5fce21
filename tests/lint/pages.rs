//! Every rule has a page, its example is found by that rule and by no other rule's help, and the way to mend it is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use jiff::civil::date;
use latch::engine::Engine;
use latch::lint::catalogue::catalogue;
use latch::lint::{
    Category, RULES, Rule, Section, Settings, Subject, config, find_rule, fix, lint, nearest_rule,
};
use latch::source::Sources;

use super::{found, golden, names};

/// The rule alone, as the page sets it up.
fn alone(rule: &Rule, section: Section) -> Settings {
    let mut settings = Settings::only(rule);
    if let Some(text) = rule.page().settings(section) {
        let mut sources = Sources::new();
        let source = sources.add("latch.toml", text);
        let told = config::settings(source, text).expect("the page's settings are sound");
        settings.policy_names = told.policy_names;
        settings.policy_titles = told.policy_titles;
        settings.location_ranges = told.location_ranges;
        settings.budget = told.budget;
        settings.levels.extend(told.levels);
    }
    settings.today = Some(date(2026, 6, 1));
    settings
}

#[test]
fn every_page_is_whole() {
    for rule in RULES.iter() {
        let page = rule.page();
        assert_eq!(page.title, rule.name());
        assert!(page.finds.len() > 20 && page.finds.ends_with('.'), "{}", page.title);
        let headings: Vec<&str> = page.headings().collect();
        assert_eq!(headings, Section::ALL.map(Section::heading), "{}", page.title);
        for word in page.section(Section::Related).unwrap_or_default().split('`').skip(1).step_by(2)
        {
            let about_rules = word.contains('-') && !word.contains([' ', '=', '.', '/', '[']);
            assert!(!about_rules || find_rule(word).is_some(), "{}: `{word}`", page.title);
        }
    }
}

#[test]
fn codes_and_names_are_unique_and_sorted_and_tell_the_category() {
    assert!(RULES.windows(2).all(|pair| pair[0].code.id < pair[1].code.id));
    let names: BTreeSet<&str> = RULES.iter().map(|rule| rule.name()).collect();
    assert_eq!(names.len(), RULES.len());
    for rule in RULES.iter() {
        let at = Category::ALL.iter().position(|it| *it == rule.category).expect("it is one");
        assert_eq!(&rule.code.id[..3], format!("L1{at}"), "{}", rule.name());
        assert!(rule.exact || rule.profile > latch::lint::Profile::Recommended, "{}", rule.name());
    }
}

#[test]
fn examples_fail_and_what_to_use_instead_passes() {
    for rule in RULES.iter() {
        let page = rule.page();
        let policies = |section| page.policies(section).expect("a page has policies");
        let bad = names(policies(Section::Example), &alone(rule, Section::Example));
        assert!(!bad.is_empty(), "{}: its example is fine", rule.name());
        assert!(bad.iter().all(|it| *it == rule.name()), "{bad:?}");
        let good = names(policies(Section::Instead), &alone(rule, Section::Instead));
        assert!(good.is_empty(), "{}: what to use instead is not", rule.name());
    }
}

#[test]
fn examples_are_formatted() {
    for rule in RULES.iter() {
        for section in [Section::Example, Section::Instead] {
            let page = rule.page();
            let text = page.policies(section).expect("a page has policies");
            let mut sources = Sources::new();
            let source = sources.add("a.latch", text);
            let file = latch::syntax::parse(source, text, &mut Vec::new());
            assert_eq!(latch::syntax::format(&file), *text, "{} {section:?}", rule.name());
        }
    }
}

#[test]
fn fixes_leave_nothing_to_fix_and_keep_comments() {
    let mut fixed = 0;
    for rule in RULES.iter().filter(|rule| rule.fix.is_some()) {
        let page = rule.page();
        let text = page.policies(Section::Example).expect("a page has policies");
        let text = text.replacen('{', "{ // kept\n", 1);
        let settings = alone(rule, Section::Example);
        let engine = Engine::from_text([("a.latch", text.as_str())]).expect("sound");
        let found_here = lint(&Subject::new(engine.sources(), engine.policy_set(), &settings));
        let result = fix::apply(engine.sources(), &found_here, true);
        let Some(new) = result.texts.values().next() else { continue };
        assert!(new.contains("// kept"), "{new}");
        assert!(found(new, &settings).is_empty(), "{}: {new}", rule.name());
        fixed += 1;
    }
    let fixable = RULES.iter().filter(|rule| rule.fix.is_some()).count();
    assert_eq!(fixed, fixable, "every rule that promises a fix has one for its example");
}

/// `UPDATE=1` writes it anew.
#[test]
fn the_catalogue_is_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/lint-rules.md");
    if std::env::var_os("UPDATE").is_some_and(|it| it == "1") {
        fs::create_dir_all(path.parent().expect("it has a folder")).expect("made");
        fs::write(&path, catalogue()).expect("written");
    }
    assert!(fs::read_to_string(&path).expect("a page") == catalogue(), "UPDATE=1 writes it anew");
}

#[test]
fn rules_are_found_by_code_and_name() {
    assert_eq!(find_rule("l1001").map(|it| it.name()), Some("never-applies"));
    assert_eq!(find_rule("Never-Applies").map(|it| it.code.id), Some("L1001"));
    assert_eq!(nearest_rule("never-aplies"), Some("never-applies"));
    assert_eq!(nearest_rule("zzz"), None);
}

/// Every rule triggered, as GitHub gets it; the pages of the rules are in the catalogue already.
#[test]
fn every_rule_as_sarif() {
    let (mut all, mut last) = (Vec::new(), serde_json::Value::Null);
    for rule in RULES.iter() {
        let page = rule.page();
        let text = page.policies(Section::Example).expect("a page has policies");
        let engine = Engine::from_text([("policies/a.latch", text)]).expect("sound");
        let settings = alone(rule, Section::Example);
        let findings = lint(&Subject::new(engine.sources(), engine.policy_set(), &settings));
        let mut log = latch::lint::report::sarif(&findings, engine.sources());
        all.append(log["runs"][0]["results"].as_array_mut().expect("a list"));
        last = log;
    }
    last["runs"][0]["results"] = all.clone().into();
    holds_to_the_schema(&last);
    golden("sarif.json", &format!("{:#}\n", serde_json::Value::Array(all)));
}

/// Has a log checked by the program that `LATCH_SARIF_CHECK` names, made of `.ci/sarif`, against the schema of OASIS.
fn holds_to_the_schema(log: &serde_json::Value) {
    let Some(check) = std::env::var_os("LATCH_SARIF_CHECK") else {
        println!("skipped: no schema of SARIF");
        return;
    };
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), log.to_string()).expect("written");
    let ran = std::process::Command::new(check).arg(file.path()).output().expect("it starts");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
}
