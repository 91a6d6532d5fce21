//! A box in words: who, what for, from where, and whatever else narrows it.

use std::collections::BTreeSet;

use crate::analyze::cover::Area;
use crate::analyze::space::{Class, Crowds, Dimension, Input, Place, Space, Test, Tests};
use crate::analyze::{crowd_in_words, tests_in_words};
use crate::hir::PolicySet;
use crate::request::Value;
use crate::schema::attribute::{Attribute, Kind};
use crate::syntax::ast::ObjectKind;
use crate::syntax::format::quoted;

use Attribute as A;

/// So many names are listed before the rest is counted: what fits on a line.
const MAX_NAMES: usize = 6;

/// One thing that a region says of its sign-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// What it is about: `who`, `what`, `where`, or the name of an attribute.
    pub about: String,
    /// What it says.
    pub says: String,
}

/// What a box is described against.
pub(super) struct Speaker<'a> {
    pub set: &'a PolicySet,
    pub space: &'a Space<'a>,
    pub tests: &'a Tests,
    /// The classes that occur in the box.
    pub real: &'a Area,
    /// Those that occur where the same kinds of principals ask for the same kinds of targets.
    pub possible: &'a Area,
}

/// Inputs that are told together, under `who`, `what` and `where`.
const WHO: [A; 6] =
    [A::Principal, A::UserId, A::UserGroups, A::UserRoles, A::UserType, A::UserTenant];
const WHERE: [A; 4] = [A::Ip, A::Country, A::GpsCountry, A::LocationNamed];
const WHAT: [A; 4] = [A::Target, A::Action, A::Context, A::Traffic];
/// The action that `any-app` takes in.
const WITH_ANY_APP: [&str; 1] = ["register-security-info"];

impl Speaker<'_> {
    /// The clauses of the box, the most telling first.
    pub(super) fn clauses(&self) -> Vec<Clause> {
        let clause = |about: &str, says: String| Clause { about: about.to_owned(), says };
        let mut clauses = vec![
            clause("who", self.who()),
            clause("what", self.what()),
            clause("where", self.places()),
        ];
        for (at, dimension) in self.space.dimensions.iter().enumerate() {
            let Some(input) = dimension.place.input() else { continue };
            let together = match input {
                Input::Slot(attribute) => {
                    WHO.contains(attribute) || WHAT.contains(attribute) || WHERE.contains(attribute)
                }
                Input::App => true,
                Input::AgentResource | Input::Own(_) | Input::Custom(..) => false,
            };
            if !together && self.narrows(at) && !self.goes_without_saying(input) {
                clauses.push(clause(&self.name(input), self.said(at, dimension, input)));
            }
        }
        clauses
    }

    /// Whether the box leaves out something that could be.
    fn narrows(&self, at: usize) -> bool {
        self.real[at] != self.possible[at]
    }

    /// That a device is registered follows from whatever else is known of it.
    fn goes_without_saying(&self, input: &Input) -> bool {
        let of_device = |input: &Input| match input {
            Input::Slot(other) => {
                *other != A::DeviceRegistered && other.name().starts_with("device.")
            }
            Input::Own(_) | Input::Custom(..) | Input::App | Input::AgentResource => false,
        };
        let known = |(at, it): (usize, &Dimension)| {
            self.narrows(at) && !self.absent(at) && it.place.input().is_some_and(of_device)
        };
        *input == Input::Slot(A::DeviceRegistered)
            && self.space.dimensions.iter().enumerate().any(known)
    }

    fn name(&self, input: &Input) -> String {
        match input {
            Input::Slot(attribute) => attribute.name().to_owned(),
            Input::Own(number) => self.set.own_attributes[usize::from(*number)].name.clone(),
            Input::Custom(attribute, name) => format!("{}.{name}", attribute.name()),
            Input::App => "app".to_owned(),
            Input::AgentResource => "any-agent-resource".to_owned(),
        }
    }

    fn choice(&self, attribute: A) -> Option<(usize, &Dimension)> {
        let input = Input::Slot(attribute);
        let mut found = self.space.dimensions.iter().enumerate();
        found.find(|(_, it)| it.place == Place::Choice(input.clone()))
    }

    fn tests(&self, input: &Input) -> impl Iterator<Item = &Test> {
        self.tests.get(input).into_iter().flatten()
    }

    /// Whether two values pass the same tests.
    fn alike(&self, input: &Input, a: Option<&Value>, b: Option<&Value>) -> bool {
        self.tests(input).all(|test| test.passes(self.set, a) == test.passes(self.set, b))
    }

    /// The class that a value belongs to.
    fn class_of(&self, dimension: &Dimension, input: &Input, value: &Value) -> Option<usize> {
        let stands = |class: &Class| {
            let standing = class.value.as_ref().filter(|_| !class.absent);
            self.alike(input, standing, Some(value))
        };
        dimension.classes.iter().position(stands)
    }

    /// The words of an enumeration that are inside and those that are outside, of those that can be.
    fn words(&self, attribute: A) -> (Vec<&'static str>, Vec<&'static str>) {
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        let Some((at, dimension)) = self.choice(attribute) else { return (inside, outside) };
        let input = Input::Slot(attribute);
        for (number, word) in (0u8..).zip(attribute.words()) {
            let class = self.class_of(dimension, &input, &Value::Word(number));
            let Some(class) = class.filter(|it| self.possible[at][*it]) else { continue };
            if self.real[at][class] { inside.push(*word) } else { outside.push(*word) }
        }
        (inside, outside)
    }

    /// Whether a value that is absent is inside.
    fn absent(&self, at: usize) -> bool {
        let classes = self.space.dimensions[at].classes.iter().zip(&self.real[at]);
        classes.into_iter().any(|(class, inside)| *inside && class.absent)
    }

    fn who(&self) -> String {
        let (principals, _) = self.words(A::Principal);
        let mut parts: Vec<String> = Vec::new();
        for principal in principals {
            parts.push(match principal {
                "user" => self.users(),
                "service-principal" => "service principals".to_owned(),
                _ => "agents".to_owned(),
            });
        }
        if parts.is_empty() { self.users() } else { parts.join("; ") }
    }

    /// The dimension of real people, with who they are.
    fn crowds(&self) -> Option<(usize, &Crowds<'_>)> {
        let at = self.space.dimensions.iter().position(|it| it.place == Place::Person)?;
        Some((at, self.space.crowds.as_ref()?))
    }

    /// How many people of the directory are inside.
    pub(super) fn people(&self) -> Option<usize> {
        let (at, crowds) = self.crowds()?;
        let inside = (0..self.real[at].len()).filter(|class| self.real[at][*class]);
        Some(inside.map(|class| crowds.count(class)).sum())
    }

    fn users(&self) -> String {
        if let Some((at, crowds)) = self.crowds() {
            return crowd_in_words::told(self, at, crowds);
        }
        let mut text = self.kinds_of_users();
        let (mut within, mut without) = (Vec::new(), Vec::new());
        for attribute in [A::UserGroups, A::UserRoles] {
            let input = Input::Slot(attribute);
            for (at, dimension) in self.space.of_input(&input) {
                if !matches!(dimension.place, Place::Member(_)) || !self.narrows(at) {
                    continue;
                }
                let names = self.members(&input, dimension);
                if self.absent(at) { without.extend(names) } else { within.push(list(names, "or")) }
            }
        }
        if !within.is_empty() {
            text = format!("{text} in {}", list(within, "and"));
        }
        let (named, but) = self.named(A::UserId, &Input::Slot(A::UserId), ObjectKind::User);
        if let Some(named) = named {
            text = match text.as_str() {
                "anyone" => named,
                kinds => format!("{named} ({kinds})"),
            };
        }
        without.extend(but);
        if !without.is_empty() {
            text = format!("{text} but not {}", list(without, "or"));
        }
        match self.named(A::UserTenant, &Input::Slot(A::UserTenant), ObjectKind::Tenant) {
            (Some(named), _) => format!("{text} of {named}"),
            (None, but) if but.is_empty() => text,
            (None, but) => format!("{text} of no tenant {}", list(but, "or")),
        }
    }

    fn kinds_of_users(&self) -> String {
        let (inside, outside) = self.words(A::UserType);
        match (inside.as_slice(), outside.as_slice()) {
            (_, []) => "anyone".to_owned(),
            (_, ["member"]) => "guests".to_owned(),
            (["member"], _) => "members".to_owned(),
            (inside, outside) if outside.len() < inside.len() => {
                format!("anyone but {}", outside.join(" or "))
            }
            (inside, _) => inside.join(" or "),
        }
    }

    /// The names of what no test tells from the members of a class.
    fn members(&self, input: &Input, dimension: &Dimension) -> Vec<String> {
        let Some(member) = dimension.classes.iter().find_map(|class| class.value.as_ref()) else {
            return Vec::new();
        };
        let alike = |id: &String| self.alike(input, Some(member), Some(&Value::Text(id.clone())));
        let ids: BTreeSet<String> = self.ids(input).into_iter().filter(alike).collect();
        match input {
            Input::Slot(A::UserGroups) => self.names(ObjectKind::Group, ids),
            _ => self.names(ObjectKind::Role, ids),
        }
    }

    /// Every id that is tested.
    fn ids(&self, input: &Input) -> BTreeSet<String> {
        let wanted = self.tests(input).filter_map(|test| match test {
            Test::Ids(ids) => Some(ids),
            Test::Passes(_) | Test::Countries(..) | Test::Addresses(_) | Test::Known => None,
        });
        wanted.flatten().cloned().collect()
    }

    /// Names for ids: objects that are whole, the largest first, then single ids.
    pub(super) fn names(&self, kind: ObjectKind, mut ids: BTreeSet<String>) -> Vec<String> {
        let of_kind = self.set.objects.iter().filter(|it| it.kind == kind && !it.ids.is_empty());
        let mut objects: Vec<_> = of_kind.collect();
        objects.sort_by_key(|object| std::cmp::Reverse(object.ids.len()));
        let mut names = Vec::new();
        for object in objects {
            if object.ids.iter().all(|id| ids.contains(id)) {
                ids.retain(|id| !object.ids.contains(id));
                names.push(object.name.clone());
            }
        }
        names.sort();
        names.extend(ids.iter().map(|id| quoted(id)));
        names
    }

    /// What of the named ids is inside, where that is all there is, or what is not.
    fn named(
        &self,
        attribute: A,
        input: &Input,
        kind: ObjectKind,
    ) -> (Option<String>, Vec<String>) {
        let found = match input {
            Input::App => {
                let mut all = self.space.dimensions.iter().enumerate();
                all.find(|(_, it)| it.place == Place::Choice(Input::App))
            }
            _ => self.choice(attribute),
        };
        let Some((at, dimension)) = found.filter(|(at, _)| self.narrows(*at)) else {
            return (None, Vec::new());
        };
        let (mut inside, mut outside) = (BTreeSet::new(), BTreeSet::new());
        let mut of_named = BTreeSet::new();
        for id in self.ids(input) {
            let class = self.class_of(dimension, input, &Value::Text(id.clone()));
            let Some(class) = class.filter(|class| self.possible[at][*class]) else { continue };
            of_named.insert(class);
            if self.real[at][class] {
                inside.insert(id)
            } else {
                outside.insert(id)
            };
        }
        let others = (0..dimension.classes.len())
            .any(|class| self.real[at][class] && !of_named.contains(&class));
        if others {
            (None, self.names(kind, outside))
        } else {
            (Some(list(self.names(kind, inside), "or")), Vec::new())
        }
    }

    fn what(&self) -> String {
        let (targets, left_out) = self.words(A::Target);
        if let Some(all) = self.all_targets(&targets).filter(|_| left_out.is_empty()) {
            return all.to_owned();
        }
        let mut parts = Vec::new();
        for target in &targets {
            parts.push(match *target {
                "app" => self.apps(),
                "action" if self.goes_with_any_app(&parts) => continue,
                "action" => self.actions(),
                "context" => self.contexts(),
                _ => self.traffic(),
            });
        }
        list(parts, "or")
    }

    /// What stands for all of these targets, where nothing narrows any.
    fn all_targets(&self, targets: &[&str]) -> Option<&'static str> {
        let apps = |it: &&Dimension| it.place == Place::Choice(Input::App);
        let at = self.space.dimensions.iter().position(|it| apps(&it));
        let wide = [A::Action, A::Context, A::Traffic].into_iter().all(|it| self.is_wide(it));
        let wide = wide && at.is_none_or(|at| !self.narrows(at));
        match targets {
            _ if !wide => None,
            ["app"] | ["app", "action"] => Some("any app"),
            ["app", "action", "context", "traffic"] => Some("anything"),
            _ => None,
        }
    }

    /// Whatever is about any app is about registering security information too.
    fn goes_with_any_app(&self, told: &[String]) -> bool {
        told.iter().any(|it| it.starts_with("any app")) && self.words(A::Action).0 == WITH_ANY_APP
    }

    fn is_wide(&self, attribute: A) -> bool {
        self.choice(attribute).is_none_or(|(at, _)| !self.narrows(at))
    }

    fn apps(&self) -> String {
        match self.named(A::App, &Input::App, ObjectKind::App) {
            (Some(named), _) => named,
            (None, but) if but.is_empty() => "any app".to_owned(),
            (None, but) => format!("any app but {}", list(but, "and")),
        }
    }

    fn actions(&self) -> String {
        let (inside, outside) = self.words(A::Action);
        if outside.is_empty() { "any action".to_owned() } else { list(owned(inside), "or") }
    }

    fn contexts(&self) -> String {
        let input = Input::Slot(A::Context);
        match self.named(A::Context, &input, ObjectKind::Context) {
            (Some(named), _) => format!("context {named}"),
            (None, but) if but.is_empty() => "any context".to_owned(),
            (None, but) => format!("any context but {}", list(but, "and")),
        }
    }

    fn traffic(&self) -> String {
        let (inside, outside) = self.words(A::Traffic);
        if outside.is_empty() {
            return "any traffic".to_owned();
        }
        format!("{} traffic", list(owned(inside), "or"))
    }

    fn places(&self) -> String {
        let mut parts = Vec::new();
        for attribute in WHERE {
            let input = Input::Slot(attribute);
            for (at, dimension) in self.space.of_input(&input) {
                if self.narrows(at) {
                    parts.push(self.said(at, dimension, &input));
                }
            }
        }
        if parts.is_empty() { "from anywhere".to_owned() } else { parts.join(" and ") }
    }

    /// What a box says of one dimension.
    fn said(&self, at: usize, dimension: &Dimension, input: &Input) -> String {
        if let (Input::Slot(attribute), Place::Choice(_)) = (input, &dimension.place) {
            match attribute.row().kind {
                Kind::Enumeration(_) | Kind::Ordered(_) => {
                    return self.said_in_words(at, *attribute);
                }
                Kind::Boolean => {
                    let not = if self.absent(at) { "not " } else { "" };
                    return format!("{not}{}", attribute.name());
                }
                _ => {}
            }
        }
        let subject = tests_in_words::subject(&self.name(input), input);
        match self.by_tests(at, dimension, input) {
            Some(text) => text,
            None => format!("{subject} {}", self.examples(at, dimension)),
        }
    }

    fn said_in_words(&self, at: usize, attribute: A) -> String {
        let (inside, outside) = self.words(attribute);
        let shown = match attribute {
            A::Client => String::new(),
            A::Platform => "on ".to_owned(),
            other => format!("{} ", other.name()),
        };
        match (self.absent(at), inside.is_empty()) {
            (true, true) => format!("no {}", attribute.name()),
            (true, false) => format!("{shown}other than {}", list(owned(outside), "or")),
            (false, _) if outside.is_empty() => format!("{} known", attribute.name()),
            (false, _) => format!("{shown}{}", list(owned(inside), "or")),
        }
    }

    /// The classes inside as tests that are passed, or as tests that are not.
    fn by_tests(&self, at: usize, dimension: &Dimension, input: &Input) -> Option<String> {
        let classes = 0..dimension.classes.len();
        let inside: BTreeSet<usize> = classes.clone().filter(|it| self.real[at][*it]).collect();
        let possible: BTreeSet<usize> = classes.filter(|it| self.possible[at][*it]).collect();
        let outside: BTreeSet<usize> = possible.difference(&inside).copied().collect();
        let passing = |test: &Test| -> BTreeSet<usize> {
            let of = |class: &Class| match &dimension.place {
                Place::Free(_, free) => free == test && !class.absent,
                Place::Member(_) => !class.absent && test.passes(self.set, class.value.as_ref()),
                _ => test.passes(self.set, class.value.as_ref().filter(|_| !class.absent)),
            };
            possible.iter().copied().filter(|it| of(&dimension.classes[*it])).collect()
        };
        let tested: Vec<(&Test, BTreeSet<usize>)> =
            self.tests(input).map(|test| (test, passing(test))).collect();
        let words = |tests: Vec<&Test>, passed| {
            tests_in_words::told(self.set, &self.name(input), input, &tests, passed)
        };
        if let Some(tests) = fewest(&tested, &inside) {
            return Some(words(tests, true));
        }
        if let Some(tests) = fewest(&tested, &outside) {
            return Some(words(tests, false));
        }
        tested.iter().find_map(|(test, passed)| {
            if !inside.is_subset(passed) {
                return None;
            }
            let but = passed.difference(&inside).copied().collect();
            let but = fewest(&tested, &but)?;
            Some(format!("{} and {}", words(vec![test], true), words(but, false)))
        })
    }

    fn examples(&self, at: usize, dimension: &Dimension) -> String {
        let inside = dimension.classes.iter().zip(&self.real[at]).filter(|(_, inside)| **inside);
        let shown: Vec<String> = inside
            .map(|(class, _)| match class.value.as_ref().filter(|_| !class.absent) {
                Some(value) => tests_in_words::value(value),
                None => "absent".to_owned(),
            })
            .collect();
        format!("such as {}", list(shown, "or"))
    }
}

/// The fewest tests, found greedily, whose classes together are exactly these.
pub(super) fn fewest<'t, T>(
    tested: &[(&'t T, BTreeSet<usize>)],
    wanted: &BTreeSet<usize>,
) -> Option<Vec<&'t T>> {
    let mut left = wanted.clone();
    let mut chosen = Vec::new();
    while !left.is_empty() {
        let fitting = tested.iter().filter(|(_, passed)| passed.is_subset(wanted));
        let gain = |passed: &BTreeSet<usize>| passed.intersection(&left).count();
        // The first of the best, so that equal input gives equal words.
        let best = fitting.fold(None::<(usize, &(&T, BTreeSet<usize>))>, |best, it| {
            let gained = gain(&it.1);
            match best {
                Some((most, _)) if most >= gained => best,
                _ if gained == 0 => best,
                _ => Some((gained, it)),
            }
        });
        let (_, (test, passed)) = best?;
        chosen.push(*test);
        left = left.difference(passed).copied().collect();
    }
    (!chosen.is_empty()).then_some(chosen)
}

fn owned(words: Vec<&str>) -> Vec<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// `a, b or c`; of a long list, the first and how many more.
pub(super) fn list(mut names: Vec<String>, word: &str) -> String {
    if names.len() > MAX_NAMES {
        let more = names.len() - (MAX_NAMES - 1);
        names.truncate(MAX_NAMES - 1);
        names.push(format!("{more} more"));
    }
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} {word} {last}", names.join(", ")),
    }
}
