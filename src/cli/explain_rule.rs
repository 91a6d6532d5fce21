//! `latch explain-rule`: what a lint rule finds, why that is bad, and what to do about it.

use std::io::Write;

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::json;

use crate::cli::console::{Console, DIM, Exit, Failure, GREEN};
use crate::cli::options;
use crate::lint::catalogue::{catalogue, facts, severity_word};
use crate::lint::{Rule, Section, categories, find_rule, nearest_rule};

const EXAMPLES: &str = "\
Examples:
  latch explain-rule                        every rule, a line each
  latch explain-rule never-applies
  latch explain-rule L1001 --format json
  latch explain-rule --catalogue            all pages as one of Markdown";

pub(super) fn command() -> Command {
    let rule =
        Arg::new("rule").value_name("RULE").help("A rule's name or its code; all of them without");
    let catalogue = Arg::new("catalogue")
        .long("catalogue")
        .action(ArgAction::SetTrue)
        .conflicts_with("rule")
        .help("Every rule with its page, as Markdown");
    Command::new("explain-rule")
        .about("Say what a lint rule is about, and list the rules")
        .after_help(EXAMPLES)
        .args([rule, catalogue])
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    if matches.get_flag("catalogue") {
        write!(console.out(), "{}", catalogue())?;
        return Ok(Exit::Fine);
    }
    let as_json = options::wants_json(matches);
    match matches.get_one::<String>("rule") {
        Some(name) => explain(named(name)?, as_json, console)?,
        None => list(as_json, console)?,
    }
    Ok(Exit::Fine)
}

fn named(name: &str) -> Result<&'static Rule, Failure> {
    find_rule(name).ok_or_else(|| {
        let hint = nearest_rule(name).map_or_else(
            || "`latch explain-rule` lists them".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Failure::unusable(format_args!("there is no rule `{name}`; {hint}"))
    })
}

fn explain(rule: &Rule, as_json: bool, console: &mut Console) -> Result<(), Failure> {
    if as_json {
        writeln!(console.out(), "{:#}", object(rule))?;
        return Ok(());
    }
    let page = rule.page();
    let name = console.paint(GREEN, rule.name());
    let facts = console.paint(DIM, facts(rule));
    writeln!(console.out(), "{} {name}\n{facts}\n\n{}", rule.code.id, page.finds)?;
    for section in Section::ALL {
        let Some(body) = page.section(section) else { continue };
        let heading = console.paint(GREEN, section.heading());
        writeln!(console.out(), "\n{heading}\n")?;
        let code = matches!(section, Section::Example | Section::Instead);
        for line in body.lines().filter(|line| !line.starts_with("```")) {
            let indent = if code && !line.is_empty() { "    " } else { "" };
            writeln!(console.out(), "{indent}{line}")?;
        }
    }
    Ok(())
}

fn object(rule: &Rule) -> serde_json::Value {
    let page = rule.page();
    let mut object = json!({
        "code": rule.code.id,
        "name": rule.name(),
        "category": rule.category.name(),
        "severity": severity_word(rule.severity),
        "profile": rule.profile.name(),
        "exact": rule.exact,
        "finds": page.finds,
    });
    for section in Section::ALL {
        object[section.heading()] = json!(page.section(section));
    }
    object
}

fn list(as_json: bool, console: &mut Console) -> Result<(), Failure> {
    if as_json {
        let all: Vec<_> = categories().flat_map(|(_, rules)| rules).map(object).collect();
        writeln!(console.out(), "{:#}", json!(all))?;
        return Ok(());
    }
    for (category, rules) in categories() {
        let heading = console.paint(GREEN, category.name());
        writeln!(console.out(), "{heading}: {}", category.about())?;
        for rule in rules {
            let (id, name) = (rule.code.id, rule.name());
            let facts = console.paint(DIM, facts(rule));
            writeln!(console.out(), "  {id} {name:32} {facts}")?;
        }
    }
    Ok(())
}
