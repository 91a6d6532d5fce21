//! The rules as one page of Markdown: a table of all, and the page of each.

use std::fmt::Write;

use crate::diagnostic::Severity;
use crate::lint::page::Section;
use crate::lint::rule::{Rule, Safety};
use crate::lint::rules::categories;

/// The word of a severity.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// From which profile on a rule is on, and what its fixes do, in one line.
pub fn facts(rule: &Rule) -> String {
    let on = match rule.profile {
        crate::lint::Profile::Default => "on by default".to_owned(),
        crate::lint::Profile::Named => "on when it is named".to_owned(),
        profile => format!("on from the profile `{}`", profile.name()),
    };
    let certain = if rule.exact { "exact" } else { "possibly" };
    let fix = match rule.fix {
        None => "",
        Some(Safety::Safe) => " · has a safe fix",
        Some(Safety::Unsafe) => " · has a fix that changes decisions",
    };
    format!("{} · {} · {certain} · {on}{fix}", severity_word(rule.severity), rule.category.name())
}

/// The whole catalogue.
pub fn catalogue() -> String {
    let mut text = String::from(HEAD);
    for (category, rules) in categories() {
        let _ = write!(text, "\n## {}\n\n{}\n\n", capital(category.name()), category.about());
        text.push_str("| code | rule | severity | finds |\n| --- | --- | --- | --- |\n");
        for rule in &rules {
            let (id, name, severity) = (rule.code.id, rule.name(), severity_word(rule.severity));
            let finds = rule.page().finds;
            let _ = writeln!(text, "| {id} | [{name}](#{name}) | {severity} | {finds} |");
        }
    }
    for (_, rules) in categories() {
        rules.into_iter().for_each(|rule| section(rule, &mut text));
    }
    text
}

fn section(rule: &Rule, text: &mut String) {
    let page = rule.page();
    let _ = write!(text, "\n## {}\n\n", rule.name());
    let _ = write!(text, "**{}** · {}\n\n{}\n", rule.code.id, facts(rule), page.finds);
    for section in Section::ALL {
        if let Some(body) = page.section(section) {
            let _ = write!(text, "\n### {}\n\n{body}\n", section.heading());
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const HEAD: &str = "\
# Lint rules

What `latch lint` finds. This page is generated from the rules; `latch explain-rule NAME` shows one of them. An exact rule
never guesses: where it cannot be certain it is silent. One that cannot be exact says *possibly*, and is off unless asked for.

A finding that is right where it stands is allowed there, with the reason:

```latch
// latch: allow(rule-name) why it is right here
```

Which rules are on, and how grave, `latch.toml` says, in the folder of the policies or above it. The profile `default` is
what is certain and serious; `recommended` and `strict` add to it.
";
