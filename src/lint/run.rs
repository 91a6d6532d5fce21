//! Running the rules: which, with which level, less what is allowed.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::lint::allow::{Allows, Extent};
use crate::lint::answers::Answers;
use crate::lint::finding::{Finding, region, stable_hash};
use crate::lint::rule::Rule;
use crate::lint::rules::{RULES, hygiene};
use crate::lint::subject::Subject;
use crate::source::Span;

/// Everything that the rules find which are on, in the order of a reader. Where an exact rule came to no end, a finding
/// says so.
pub fn lint(subject: &Subject<'_>) -> Vec<Finding> {
    let mut round = Round::of(subject);
    round.run(&RULES);
    round.say_undecided();
    round.findings()
}

/// What rules find that ask nothing about all sign-ins, and the rules that would have to.
pub fn lint_quickly(subject: &mut Subject<'_>) -> (Vec<Finding>, Vec<&'static Rule>) {
    subject.ask.hurry(true);
    let mut round = Round::of(subject);
    round.run(&RULES);
    let open = round.undecided.iter().map(|(rule, _)| *rule).collect();
    let findings = round.findings();
    subject.ask.hurry(false);
    subject.answers = Answers::default();
    (findings, open)
}

/// What these rules find; nothing once nobody wants it any more.
pub fn lint_rest(subject: &Subject<'_>, rules: &[&'static Rule]) -> Vec<Finding> {
    let mut round = Round::of(subject);
    round.run(rules);
    round.say_undecided();
    if subject.ask.is_unwanted() { Vec::new() } else { round.findings() }
}

/// One run of some rules.
struct Round<'s, 'a> {
    subject: &'s Subject<'a>,
    allows: Allows,
    /// Which suppressions were needed.
    used: Vec<bool>,
    /// Rules that came to an end.
    decided: Vec<&'static Rule>,
    undecided: Vec<(&'static Rule, String)>,
    kept: Vec<(&'static Rule, Diagnostic)>,
}

impl<'s, 'a> Round<'s, 'a> {
    fn of(subject: &'s Subject<'a>) -> Round<'s, 'a> {
        let allows = Allows::of(subject);
        let used = vec![false; allows.list.len()];
        let (decided, undecided, kept) = (Vec::new(), Vec::new(), Vec::new());
        Round { subject, allows, used, decided, undecided, kept }
    }

    fn run(&mut self, rules: &[&'static Rule]) {
        for rule in rules.iter().copied() {
            let on = self.subject.settings.is_on_somewhere(rule);
            if (on || self.allows.names(rule)) && !self.subject.ask.is_unwanted() {
                self.check(rule, on);
            }
        }
    }

    fn check(&mut self, rule: &'static Rule, on: bool) {
        let mut found = Vec::new();
        (rule.check)(self.subject, &mut found);
        match self.subject.ask.given_up() {
            Some(why) => self.undecided.push((rule, why)),
            None => self.decided.push(rule),
        }
        for diagnostic in found {
            match self.allows.covering(rule, diagnostic.primary.span) {
                Some(at) => self.used[at] = true,
                None if on => self.kept.push((rule, diagnostic)),
                None => {}
            }
        }
    }

    fn say_undecided(&mut self) {
        let on = |rule: &Rule| self.subject.settings.is_on_somewhere(rule);
        let open = self.undecided.iter().filter(|(rule, _)| on(rule));
        let open: Vec<(&str, &str)> = open.map(|(rule, why)| (rule.name(), why.as_str())).collect();
        let told = hygiene::not_decided::told(self.subject, &open);
        self.kept.extend(told.map(|it| (&hygiene::not_decided::RULE, it)));
    }

    /// What was found, suppressions that nothing needed among it.
    fn findings(mut self) -> Vec<Finding> {
        let mut unused = Vec::new();
        let decided = |rule: &Rule| self.decided.iter().any(|it| it.code == rule.code);
        self.allows.unused(&self.used, decided, &mut unused);
        self.kept.extend(unused.into_iter().map(|it| (&hygiene::unused_suppression::RULE, it)));
        let kept = std::mem::take(&mut self.kept).into_iter();
        let kept = kept.filter_map(|(rule, it)| finding(self.subject, &self.allows, rule, it));
        numbered(kept.collect())
    }
}

/// The finding, with the level that its file gives it.
fn finding(
    subject: &Subject<'_>,
    allows: &Allows,
    rule: &'static Rule,
    mut diagnostic: Diagnostic,
) -> Option<Finding> {
    let span = diagnostic.primary.span;
    let file = &subject.sources.get(span.source).name;
    diagnostic.severity = subject.settings.level_in(rule, file).severity()?;
    let item = item_at(&allows.extents, span);
    Some(Finding { rule, diagnostic, item, fingerprint: String::new(), origin: None })
        .map(|it| fingerprinted(subject, it))
}

fn item_at(extents: &[Extent], span: Span) -> String {
    let around = extents.iter().find(|it| it.covers(span));
    around.map_or_else(String::new, |it| it.name.clone())
}

fn fingerprinted(subject: &Subject<'_>, mut finding: Finding) -> Finding {
    let words = region(subject.sources, finding.diagnostic.primary.span);
    finding.fingerprint = stable_hash(&[finding.rule.name(), &finding.item, &words]);
    finding
}

/// In the order of a reader; equal fingerprints get a number, so that each is known by itself.
fn numbered(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        let key = |it: &Finding| (it.diagnostic.primary.span, it.diagnostic.code);
        (key(a), &a.diagnostic.message).cmp(&(key(b), &b.diagnostic.message))
    });
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in &mut findings {
        let count = seen.entry(finding.fingerprint.clone()).or_default();
        *count += 1;
        if *count > 1 {
            let number = count.to_string();
            finding.fingerprint = stable_hash(&[&finding.fingerprint, &number]);
        }
    }
    findings
}
