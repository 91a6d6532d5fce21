//! One card per policy: a sentence or two, then the same in rows, part by part.

use crate::document::coverage::{Met, met};
use crate::document::english::{English, Grammar, Leaf, Part, Shown, session};
use crate::document::phrase::Phrase;
use crate::document::{Places, counted};
use crate::hir::{Condition, ConditionKind, Effect, Policy, PolicySet, PolicyState};

/// The longest sentence of exceptions, in characters; longer ones are left to the rows below it.
const MAX_EXCEPTIONS: usize = 260;

/// A policy, described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Whether it is enforced.
    pub state: PolicyState,
    /// What it does, in sentences.
    pub lead: Vec<Phrase>,
    /// The same part by part, nothing left out.
    pub rows: Vec<Row>,
    /// Its `///` comment, paragraph by paragraph.
    pub docs: Vec<Phrase>,
    /// Its annotations, by their words and values.
    pub annotations: Vec<(String, String)>,
    /// What it comes to, in a few words.
    pub in_short: String,
    /// File and line.
    pub place: String,
    /// What the tests say about it.
    pub tests: Met,
}

/// A row of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about.
    pub label: &'static str,
    /// What it says; where there are several lines, `joiner` says how they belong together.
    pub lines: Vec<Line>,
}

/// A line of a card, perhaps with lines below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A phrase.
    One(Phrase),
    /// All of these.
    All(Vec<Line>),
    /// Any of these.
    Any(Vec<Line>),
}

/// The cards in the order of what readers see first: the title, else the name.
pub(super) fn cards(set: &PolicySet, places: &Places<'_>) -> Vec<Card> {
    let teller = Teller { whole: English::new(set), brief: English::brief(set) };
    let policies = set.policies.iter().zip(met(set, places));
    let mut cards: Vec<Card> =
        policies.map(|(policy, tests)| teller.card(policy, tests, places)).collect();
    cards.sort_by(|a, b| a.called().cmp(b.called()).then_with(|| a.name.cmp(&b.name)));
    cards
}

impl Card {
    /// Its title, else its name.
    pub fn called(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.name)
    }
}

/// A `///` comment, paragraph by paragraph.
pub(super) fn paragraphs(docs: &str) -> Vec<Phrase> {
    let paragraphs =
        docs.split("\n\n").map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.filter(|it| !it.is_empty()).map(|it| Phrase::written(&it)).collect()
}

struct Teller<'a> {
    whole: English<'a>,
    brief: English<'a>,
}

/// The clauses of a policy's condition.
struct Clauses<'c> {
    /// All of these hold.
    when: Vec<&'c Condition>,
    /// None of these does.
    unless: Vec<&'c Condition>,
}

impl Teller<'_> {
    fn card(&self, policy: &Policy, tests: Met, places: &Places<'_>) -> Card {
        let clauses = self.clauses(&policy.condition);
        Card {
            name: policy.name.clone(),
            title: policy.title.clone(),
            state: policy.state,
            lead: self.lead(policy, &clauses),
            rows: self.rows(policy, &clauses),
            docs: paragraphs(&policy.remarks.docs),
            annotations: policy.remarks.annotations.clone(),
            in_short: self.whole.in_short(policy),
            place: places.of(policy.span),
            tests,
        }
    }

    /// `when X unless Y` as it was written: `unless` became a last part at the same place as what it negates.
    fn clauses<'c>(&self, condition: &'c Condition) -> Clauses<'c> {
        let mut clauses = Clauses { when: Vec::new(), unless: Vec::new() };
        match &condition.kind {
            ConditionKind::All(parts) => match parts.as_slice() {
                [when, Condition { kind: ConditionKind::Not(unless), span }]
                    if *span == unless.span && condition.span == when.span =>
                {
                    self.conjuncts(when, &mut clauses.when);
                    self.disjuncts(unless, &mut clauses.unless);
                }
                _ => self.conjuncts(condition, &mut clauses.when),
            },
            _ => self.conjuncts(condition, &mut clauses.when),
        }
        clauses
    }

    fn conjuncts<'c>(&self, condition: &'c Condition, all: &mut Vec<&'c Condition>) {
        match &condition.kind {
            ConditionKind::All(parts) if self.whole.named(condition).is_none() => {
                parts.iter().for_each(|part| self.conjuncts(part, all));
            }
            _ => all.push(condition),
        }
    }

    fn disjuncts<'c>(&self, condition: &'c Condition, any: &mut Vec<&'c Condition>) {
        match &condition.kind {
            ConditionKind::Any(parts) if self.whole.named(condition).is_none() => {
                parts.iter().for_each(|part| self.disjuncts(part, any));
            }
            _ => any.push(condition),
        }
    }

    fn lead(&self, policy: &Policy, clauses: &Clauses<'_>) -> Vec<Phrase> {
        if clauses.when.iter().any(|it| it.kind == ConditionKind::Never) {
            return vec!["It applies to nobody: it has no target.".into()];
        }
        let mut lead = vec![self.sentence(policy, clauses)];
        lead.extend(session(&policy.session).into_iter().map(Phrase::from));
        lead.extend(self.exceptions(clauses));
        lead
    }

    /// "Everyone asking for `payroll` with a browser must …"
    fn sentence(&self, policy: &Policy, clauses: &Clauses<'_>) -> Phrase {
        let mut parts = self.parts(&self.brief, clauses);
        let who =
            parts.iter().position(|(part, shown)| *part == Part::Who && subject(shown).is_some());
        let subject = who.and_then(|at| subject(&parts.remove(at).1));
        let subject = subject.unwrap_or_else(|| nobody_named(&parts));
        let adverbs: Option<Vec<Phrase>> = parts.iter().map(|(_, shown)| adverb(shown)).collect();
        let sentence = subject.phrase.capital();
        let sentence = match adverbs {
            Some(adverbs) => adverbs.into_iter().fold(sentence, |all, it| all.then(" ").then(it)),
            None => sentence.then(", where all of what stands below holds,"),
        };
        let several = subject.grammar == Grammar::Several;
        sentence.then(" ").then(self.predicate(policy, several)).then(".")
    }

    fn predicate(&self, policy: &Policy, several: bool) -> String {
        let real = policy.state == PolicyState::On;
        match &policy.effect {
            Effect::Block => {
                let verb = if !real {
                    "would be"
                } else if several {
                    "are"
                } else {
                    "is"
                };
                format!("{verb} blocked")
            }
            Effect::Require(grant) => {
                let verb = if real { "must" } else { "would have to" };
                format!("{verb} {}", self.whole.grant(grant))
            }
            Effect::Nothing => {
                let verb = if !real {
                    "would get"
                } else if several {
                    "get"
                } else {
                    "gets"
                };
                format!("{verb} a limited session")
            }
        }
    }

    /// "Not for members of `break-glass`, nor from `headquarters`."
    fn exceptions(&self, clauses: &Clauses<'_>) -> Option<Phrase> {
        let count = clauses.unless.len();
        if count == 0 {
            return None;
        }
        let shown = clauses.unless.iter().map(|it| self.brief.shown(it, true).phrase());
        let phrases: Option<Vec<Phrase>> = shown.collect();
        let sentence =
            phrases.map(|it| Phrase::from("Not ").then(Phrase::joined(it, ", nor ")).then("."));
        let told = sentence.filter(|it| it.plain().chars().count() <= MAX_EXCEPTIONS);
        let left =
            || format!("{} below.", counted(count, "exception is listed", "exceptions are listed"));
        Some(told.unwrap_or_else(|| left().into()))
    }

    /// The conjuncts with what each is about, in the order of a sentence.
    fn parts(&self, english: &English<'_>, clauses: &Clauses<'_>) -> Vec<(Part, Shown)> {
        let mut parts: Vec<(Part, Shown)> = clauses
            .when
            .iter()
            .filter_map(|it| Some((Part::of(it)?, english.shown(it, true))))
            .collect();
        parts.sort_by_key(|(part, _)| *part);
        parts
    }

    fn rows(&self, policy: &Policy, clauses: &Clauses<'_>) -> Vec<Row> {
        let parts = self.parts(&self.whole, clauses);
        let mut rows: Vec<Row> = Vec::new();
        if !parts.iter().any(|(part, _)| *part == Part::Who) {
            let never = clauses.when.iter().any(|it| it.kind == ConditionKind::Never);
            let who = if never { "nobody" } else { "everyone and everything that signs in" };
            rows.push(Row { label: Part::Who.label(), lines: vec![Line::One(who.into())] });
        }
        for part in Part::ALL {
            let lines: Vec<Line> =
                parts.iter().filter(|(it, _)| *it == part).map(|(_, shown)| line(shown)).collect();
            if !lines.is_empty() {
                rows.push(Row { label: part.label(), lines });
            }
        }
        let unless = clauses.unless.iter().map(|it| line(&self.whole.shown(it, true)));
        let unless: Vec<Line> = unless.collect();
        if !unless.is_empty() {
            rows.push(Row { label: "Except", lines: unless });
        }
        rows.push(Row { label: "Effect", lines: self.demands(policy) });
        let terms: Vec<Line> =
            session(&policy.session).into_iter().map(|it| Line::One(it.into())).collect();
        if !terms.is_empty() {
            rows.push(Row { label: "Session", lines: terms });
        }
        rows
    }

    fn demands(&self, policy: &Policy) -> Vec<Line> {
        let words = match &policy.effect {
            Effect::Block => "blocks".to_owned(),
            Effect::Nothing => "limits the session".to_owned(),
            Effect::Require(grant) => format!("requires {}", self.whole.noun(grant)),
        };
        vec![Line::One(words.into())]
    }
}

/// Who a sentence is about.
fn subject(shown: &Shown) -> Option<Leaf> {
    let somebody = |leaf: &&Leaf| matches!(leaf.grammar, Grammar::Somebody | Grammar::Several);
    match shown {
        Shown::Leaf(leaf) => Some(leaf).filter(somebody).cloned(),
        Shown::All(_) => None,
        Shown::Any(parts) => {
            let leaf = |part: &Shown| match part {
                Shown::Leaf(leaf) => Some(leaf).filter(somebody).cloned(),
                Shown::All(_) | Shown::Any(_) => None,
            };
            let leaves: Vec<Leaf> = parts.iter().map(leaf).collect::<Option<_>>()?;
            let several = leaves.iter().any(|it| it.grammar == Grammar::Several);
            let grammar = if several { Grammar::Several } else { Grammar::Somebody };
            let phrase = Phrase::list(leaves.into_iter().map(|it| it.phrase), "or");
            Some(Leaf { grammar, phrase })
        }
    }
}

/// Who a sentence is about when nobody is named: people, workloads and agents alike.
fn nobody_named(parts: &[(Part, Shown)]) -> Leaf {
    let does = parts.first().is_some_and(|(_, shown)| shown.doing().is_some());
    let words = if does { "anyone or anything" } else { "whoever signs in" };
    Leaf { grammar: Grammar::Somebody, phrase: words.into() }
}

/// What follows the subject.
fn adverb(shown: &Shown) -> Option<Phrase> {
    match shown {
        Shown::Leaf(_) => shown.doing().or_else(|| shown.phrase()),
        Shown::All(_) => None,
        Shown::Any(parts) => {
            // What is nested deeper could be read in two ways.
            let flat = parts.iter().all(|part| matches!(part, Shown::Leaf(_)));
            let words = || Some(Phrase::from("either ").then(shown.phrase()?));
            shown.doing().or_else(|| if flat { words() } else { None })
        }
    }
}

/// A line of a row: what is simple in one phrase, what is not as a list.
fn line(shown: &Shown) -> Line {
    match shown {
        Shown::Leaf(leaf) => Line::One(leaf.phrase.clone()),
        Shown::All(parts) => Line::All(parts.iter().map(nested).collect()),
        Shown::Any(parts) => Line::Any(parts.iter().map(nested).collect()),
    }
}

fn nested(shown: &Shown) -> Line {
    match shown {
        Shown::Leaf(leaf) => Line::One(leaf.among()),
        Shown::All(_) | Shown::Any(_) => line(shown),
    }
}

/// A condition as lines, for whatever is no policy.
pub(super) fn condition(english: &English<'_>, condition: &Condition) -> Line {
    nested(&english.spelled(condition, true))
}

/// A condition as what must hold, and the exceptions from it.
pub(super) fn clauses_of(set: &PolicySet, condition: &Condition) -> (Line, Vec<Line>) {
    let teller = Teller { whole: English::new(set), brief: English::brief(set) };
    let clauses = teller.clauses(condition);
    let shown = |it: &&Condition| nested(&teller.whole.shown(it, true));
    let mut when: Vec<Line> = clauses.when.iter().map(shown).collect();
    let when = if when.len() == 1 { when.remove(0) } else { Line::All(when) };
    (when, clauses.unless.iter().map(shown).collect())
}
