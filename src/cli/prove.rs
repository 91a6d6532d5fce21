//! `latch prove`: the asserts beside the policies, proved for every possible sign-in or refuted by one.

use std::io::Write;

use clap::{Arg, ArgMatches, Command};
use serde_json::{Value, json};

use crate::analyze::example::lines;
use crate::analyze::{Answer, Assumption, Counterexample, Verdict, prove};
use crate::cli::console::{Console, DIM, Exit, Failure, GREEN, RED, YELLOW, clean_line, counted};
use crate::cli::explain::{applies, write_tree};
use crate::cli::load::load_sound;
use crate::cli::options;
use crate::cli::terms::{self, Terms};
use crate::decision::{self, Decision, Options, Outcome};
use crate::engine::Engine;
use crate::hir::Assert;
use crate::interpret::explain::explain;
use crate::syntax::format::quoted;

const EXAMPLES: &str = "\
Examples:
  latch prove policies
  latch prove policies --filter break-glass
  latch prove policies --format json | jq '.asserts[] | select(.verdict != \"proved\")'

An assert that is refuted comes with the smallest sign-in that breaks it, as a test to put beside the policies.

Exit codes:
  0  every assert is proved
  1  an assert is refuted
  2  misuse, or policies with mistakes
  3  an assert is undecided: the budget ended first, or something is not known exactly";

pub(super) fn command() -> Command {
    let filter = Arg::new("filter")
        .long("filter")
        .value_name("TEXT")
        .help("Only asserts whose name has this text in it");
    Command::new("prove")
        .about("Prove the asserts for every possible sign-in, or show one that breaks them")
        .after_help(EXAMPLES)
        .arg(options::paths())
        .arg(filter)
        .args(terms::arguments())
        .arg(options::as_if_enforced())
        .arg(options::format())
}

pub(super) fn run(matches: &ArgMatches, console: &mut Console) -> Result<Exit, Failure> {
    let engine = load_sound(&options::all_paths(matches, "paths"), console)?;
    let mut set = engine.policy_set().clone();
    if let Some(text) = matches.get_one::<String>("filter") {
        set.asserts.retain(|assert| assert.name.contains(text));
    }
    let as_if_enforced = matches.get_flag("as-if-enforced");
    let options = Options { as_if_enforced, ..*engine.options() };
    let terms = Terms::of(matches, console)?;
    let answers = prove(&set, &options, terms.setting());
    terms.finish();
    let assuming = Assumption::of(&set, terms.setting());
    let proofs = Proofs { engine: &engine, asserts: &set.asserts, options, assuming };
    if options::wants_json(matches) {
        proofs.write_json(&answers, console)?;
    } else {
        proofs.write_text(&answers, console)?;
    }
    Ok(exit(&answers))
}

/// A refuted assert is worse than one that nobody knows about.
fn exit(answers: &[Answer]) -> Exit {
    let any = |such: fn(&Verdict) -> bool| answers.iter().any(|answer| such(&answer.verdict));
    if any(|verdict| matches!(verdict, Verdict::Refuted(_))) {
        Exit::Findings
    } else if any(|verdict| matches!(verdict, Verdict::Undecided(_))) {
        Exit::Undecided
    } else {
        Exit::Fine
    }
}

/// What the answers are about.
struct Proofs<'a> {
    engine: &'a Engine,
    asserts: &'a [Assert],
    options: Options,
    assuming: Assumption,
}

impl Proofs<'_> {
    fn write_text(&self, answers: &[Answer], console: &mut Console) -> Result<(), Failure> {
        for answer in answers {
            let assert = &self.asserts[answer.assert];
            let (color, word) = match answer.verdict {
                Verdict::Proved => (GREEN, "proved   "),
                Verdict::Vacuous => (YELLOW, "proved   "),
                Verdict::Refuted(_) => (RED, "refuted  "),
                Verdict::Undecided(_) => (YELLOW, "undecided"),
            };
            let word = console.paint(color, word);
            let place = console.paint(DIM, self.place(assert));
            writeln!(console.out(), "{word} {}  {place}", assert.name)?;
            self.write_details(assert, &answer.verdict, console)?;
        }
        self.write_summary(answers, console)
    }

    fn write_details(
        &self,
        assert: &Assert,
        verdict: &Verdict,
        console: &mut Console,
    ) -> Result<(), Failure> {
        match verdict {
            Verdict::Proved => {}
            Verdict::Vacuous => {
                writeln!(console.out(), "  there is no sign-in that it speaks of")?;
            }
            Verdict::Undecided(why) => {
                writeln!(console.out(), "  neither proved nor refuted: {}", clean_line(why))?;
            }
            Verdict::Refuted(found) => self.write_counterexample(assert, found, console)?,
        }
        Ok(())
    }

    /// The request as a test, and why it is decided as it is.
    fn write_counterexample(
        &self,
        assert: &Assert,
        found: &Counterexample,
        console: &mut Console,
    ) -> Result<(), Failure> {
        writeln!(console.out(), "  this sign-in breaks it: {}", let_through(&found.decision))?;
        writeln!(console.out())?;
        for line in self.test(assert, found) {
            writeln!(console.out(), "    {}", clean_line(&line))?;
        }
        writeln!(console.out())?;
        let mut explanation = explain(self.engine.policy_set(), &found.request, &self.options);
        explanation.policies.retain(applies);
        write_tree(self.engine, &explanation, 4, console)?;
        writeln!(console.out())?;
        Ok(())
    }

    /// A test that passes now, and will not once the assert holds.
    fn test(&self, assert: &Assert, found: &Counterexample) -> Vec<String> {
        let set = self.engine.policy_set();
        let title = quoted(&format!("breaks {}", assert.name));
        let mut test = vec![format!("test {title} {{")];
        test.extend(lines(set, &found.request).into_iter().map(|line| format!("  {line}")));
        let enforced = if self.options.as_if_enforced { " as if enforced" } else { "" };
        test.push(format!("  expect {}{enforced}", word(&found.decision.outcome)));
        test.push("}".to_owned());
        test
    }

    fn write_summary(&self, answers: &[Answer], console: &mut Console) -> Result<(), Failure> {
        let count =
            |such: fn(&Verdict) -> bool| answers.iter().filter(|it| such(&it.verdict)).count();
        let proved = count(|it| matches!(it, Verdict::Proved | Verdict::Vacuous));
        let refuted = count(|it| matches!(it, Verdict::Refuted(_)));
        let undecided = answers.len() - proved - refuted;
        let asserts = counted(answers.len(), "assert", "asserts");
        let color = if proved == answers.len() { GREEN } else { RED };
        let line = format!("{asserts}: {proved} proved, {refuted} refuted, {undecided} undecided");
        let line = console.paint(color, line);
        writeln!(console.out(), "{line}")?;
        let assumed =
            console.paint(DIM, format_args!("for every sign-in with {}", self.assumption()));
        writeln!(console.out(), "{assumed}")?;
        Ok(())
    }

    /// Under what the answers hold.
    fn assumption(&self) -> String {
        let people = self.assuming;
        format!("one target, {people} and any evidence that an assert does not fix")
    }

    /// `policies/laws.latch:12`
    fn place(&self, assert: &Assert) -> String {
        let source = self.engine.sources().get(assert.span.source);
        let line = source.position(assert.span.range().start).line;
        clean_line(&format!("{}:{line}", source.name))
    }

    fn write_json(&self, answers: &[Answer], console: &mut Console) -> Result<(), Failure> {
        let asserts: Vec<Value> = answers.iter().map(|answer| self.json(answer)).collect();
        let report = json!({ "assuming": self.assumption(), "asserts": asserts });
        writeln!(console.out(), "{report:#}")?;
        Ok(())
    }

    fn json(&self, answer: &Answer) -> Value {
        let assert = &self.asserts[answer.assert];
        let source = self.engine.sources().get(assert.span.source);
        let mut report = json!({
            "name": assert.name,
            "file": source.name,
            "line": source.position(assert.span.range().start).line,
            "verdict": match answer.verdict {
                Verdict::Proved | Verdict::Vacuous => "proved",
                Verdict::Refuted(_) => "refuted",
                Verdict::Undecided(_) => "undecided",
            },
        });
        match &answer.verdict {
            Verdict::Proved => {}
            Verdict::Vacuous => report["vacuous"] = json!(true),
            Verdict::Undecided(why) => report["reason"] = json!(why),
            Verdict::Refuted(found) => {
                report["test"] = json!(self.test(assert, found).join("\n"));
                report["decision"] = decision::json::write(&found.decision, None);
            }
        }
        report
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Open => "open",
        Outcome::StepUp(_) => "step-up",
        Outcome::Blocked(_) => "block",
    }
}

/// What came of it, and who let it through or kept it out.
fn let_through(decision: &Decision) -> String {
    let what = match decision.outcome {
        Outcome::Open => "it opens",
        Outcome::StepUp(_) => "it is asked to prove more",
        Outcome::Blocked(_) => "it is blocked",
    };
    match (decision.by.as_slice(), decision.applying.len()) {
        ([], 0) => format!("{what}, and no policy applies"),
        ([], _) => format!("{what}; no policy that applies asks for anything"),
        (by, _) => format!("{what} by {}", by.join(", ")),
    }
}
