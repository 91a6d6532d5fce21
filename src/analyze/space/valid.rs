//! Which points of the space are requests: what excludes each other, what follows from what, which people there are.

use crate::analyze::bdd::{Arena, Bdd, Result};
use crate::analyze::space::crowd::KNOWN;
use crate::analyze::space::test::{self, HYBRID_JOINED, words};
use crate::analyze::space::{Class, Dimension, Input, Place, Space, Test, Tests};
use crate::hir::{Archetype, People, PolicySet, Predicate};
use crate::schema::attribute::Attribute;
use crate::syntax::ast::Bound;

use Attribute as A;

/// The tests that saying which points are requests needs, beside those of policies. The feasibility of a challenge reads
/// what stands here too.
pub(in crate::analyze) fn basic_tests(set: &PolicySet, tests: &mut Tests) {
    let each = |count: u8| (0..count).map(|word| words([word])).collect::<Vec<_>>();
    let holds = || vec![Test::Passes(Predicate::Holds)];
    let mut add = |attribute: A, wanted: Vec<Test>| {
        tests.entry(Input::Slot(attribute)).or_default().extend(wanted);
    };
    add(A::Principal, each(3).into_iter().chain([words([1, 2])]).collect());
    add(A::Target, each(4));
    add(A::AgentKind, each(1));
    add(A::Client, vec![words([2, 3])]);
    add(A::Platform, vec![words([2]), words([0, 1]), words([0, 1, 2]), Test::Known]);
    add(A::Flow, each(1));
    add(A::DeviceRegistered, holds());
    add(A::DeviceCompliant, holds());
    add(A::DeviceTrust, vec![words([HYBRID_JOINED]), Test::Known]);
    if tests.keys().any(is_extension) {
        tests.entry(Input::Slot(A::DeviceMdmApp)).or_default().insert(Test::Known);
    }
    for archetype in &set.archetypes {
        for (_, input, test) in memberships(archetype) {
            tests.entry(input).or_default().insert(test);
        }
    }
}

fn is_extension(input: &Input) -> bool {
    matches!(input, Input::Slot(attribute) if attribute.name().starts_with("device.extension-"))
}

/// What an archetype says, test by test.
fn memberships(archetype: &Archetype) -> Vec<(Bound, Input, Test)> {
    let mut all = Vec::new();
    for (bound, people) in &archetype.memberships {
        all.extend(each_membership(people).into_iter().map(|(input, test)| (*bound, input, test)));
    }
    all
}

fn each_membership(people: &People) -> Vec<(Input, Test)> {
    let one = |id: &String| Test::Ids([id.clone()].into());
    let groups = people.groups.iter().map(|id| (Input::Slot(A::UserGroups), one(id)));
    let roles = people.roles.iter().map(|id| (Input::Slot(A::UserRoles), one(id)));
    let users = (!people.users.is_empty())
        .then(|| (Input::Slot(A::UserId), Test::Ids(people.users.clone())));
    let types = (!people.types.is_empty())
        .then(|| (Input::Slot(A::UserType), words(people.types.iter().copied())));
    groups.chain(roles).chain(users).chain(types).collect()
}

/// Whether an archetype says that a membership is always so, or never.
pub(super) fn is_said(
    set: &PolicySet,
    input: &Input,
    passed: impl Fn(&Test) -> bool,
    always: bool,
) -> bool {
    let bound = if always { Bound::Always } else { Bound::Never };
    let mut said = set.archetypes.iter().flat_map(memberships);
    said.any(|(told, of, test)| told == bound && of == *input && passed(&test))
}

/// Of which choice an input is a part: it is absent unless that was chosen.
fn owner(input: &Input) -> Option<(Attribute, u8)> {
    let attribute = match input {
        Input::Own(_) => return None,
        Input::App | Input::AgentResource => return Some((A::Target, 0)),
        Input::Slot(attribute) | Input::Custom(attribute, _) => *attribute,
    };
    match attribute {
        A::AppAttribute => Some((A::Target, 0)),
        A::Action => Some((A::Target, 1)),
        A::Context => Some((A::Target, 2)),
        A::Traffic => Some((A::Target, 3)),
        _ => match attribute.name().split('.').next() {
            Some("user") => Some((A::Principal, 0)),
            Some("service-principal") => Some((A::Principal, 1)),
            Some("agent") => Some((A::Principal, 2)),
            _ => None,
        },
    }
}

/// Whether what is chosen must be said: a request for an app is a request for some app.
fn must_be_known(input: &Input) -> bool {
    matches!(input, Input::App | Input::Slot(A::Action | A::Context | A::Traffic))
}

impl Space<'_> {
    /// The points of one dimension whose class is such.
    pub(in crate::analyze) fn where_class(
        arena: &mut Arena<'_>,
        dimension: &Dimension,
        such: impl Fn(&Class) -> bool,
    ) -> Result {
        let marked: Vec<bool> = dimension.classes.iter().map(such).collect();
        arena.numbers(dimension.first, dimension.bits, &marked)
    }

    /// The points that pass a test.
    pub(in crate::analyze) fn passing(
        &self,
        arena: &mut Arena<'_>,
        set: &PolicySet,
        input: &Input,
        test: &Test,
    ) -> Result {
        if let (Some(crowds), Some(person)) = (&self.crowds, self.person())
            && KNOWN.contains(input)
        {
            let classes = crowds.passing(set, input, test);
            return arena.members(person.first, person.bits, &classes);
        }
        let mut any = Vec::new();
        for (_, dimension) in self.of_input(input) {
            any.push(match &dimension.place {
                Place::Free(_, of) if of != test => continue,
                Place::Free(..) => Self::where_class(arena, dimension, |class| !class.absent)?,
                Place::Member(_) if dimension.classes.len() == 1 => {
                    let member = &dimension.classes[0];
                    match !member.absent && test.passes(set, member.value.as_ref()) {
                        // Every user is in it, and nobody else.
                        true => self.chosen(arena, set, A::Principal, test::USER)?,
                        false => Bdd::NONE,
                    }
                }
                Place::Member(_) => Self::where_class(arena, dimension, |class| {
                    !class.absent && test.passes(set, class.value.as_ref())
                })?,
                _ => Self::where_class(arena, dimension, |class| {
                    // One of the class stands for all, whichever.
                    let value = class.value.as_ref().filter(|_| !class.absent);
                    test.passes(set, value)
                })?,
            });
        }
        arena.any(any)
    }

    /// The dimension of people.
    pub(in crate::analyze) fn person(&self) -> Option<&Dimension> {
        self.dimensions.iter().find(|it| it.place == Place::Person)
    }

    /// The points at which a word is chosen.
    pub(in crate::analyze) fn chosen(
        &self,
        arena: &mut Arena<'_>,
        set: &PolicySet,
        attribute: Attribute,
        word: u8,
    ) -> Result {
        self.passing(arena, set, &Input::Slot(attribute), &words([word]))
    }

    /// The points that are requests.
    pub(in crate::analyze) fn valid(&self, arena: &mut Arena<'_>, set: &PolicySet) -> Result {
        let mut rules = Vec::new();
        for dimension in &self.dimensions {
            rules.push(Self::where_class(arena, dimension, |_| true)?);
            if let Some(input) = dimension.place.input() {
                self.choice_rules(arena, set, input, dimension, &mut rules)?;
                self.device_rules(arena, set, input, dimension, &mut rules)?;
            }
        }
        rules.push(self.people(arena, set)?);
        // From the last bits up: what is joined stays narrow.
        let mut all = Bdd::ALL;
        rules.sort_by_key(|rule| std::cmp::Reverse(arena.bit(*rule)));
        for rule in rules {
            all = arena.and(all, rule)?;
        }
        Ok(all)
    }

    fn choice_rules(
        &self,
        arena: &mut Arena<'_>,
        set: &PolicySet,
        input: &Input,
        dimension: &Dimension,
        rules: &mut Vec<Bdd>,
    ) -> Result<()> {
        let Some((attribute, word)) = owner(input) else { return Ok(()) };
        if matches!(dimension.place, Place::Member(_)) && dimension.classes.len() == 1 {
            return Ok(());
        }
        let chosen = self.chosen(arena, set, attribute, word)?;
        let absent = Self::where_class(arena, dimension, |class| class.absent)?;
        rules.push(arena.or(chosen, absent)?);
        if must_be_known(input) {
            let silent = Self::where_class(arena, dimension, |class| class.value.is_none())?;
            let silent = arena.and(chosen, silent)?;
            rules.push(arena.not(silent)?);
        }
        Ok(())
    }

    /// An unregistered device has nothing else, and extension attributes count on a managed one only.
    fn device_rules(
        &self,
        arena: &mut Arena<'_>,
        set: &PolicySet,
        input: &Input,
        dimension: &Dimension,
        rules: &mut Vec<Bdd>,
    ) -> Result<()> {
        let Input::Slot(attribute) = input else { return Ok(()) };
        let of_device = attribute.name().starts_with("device.");
        if !of_device || *attribute == A::DeviceRegistered {
            return Ok(());
        }
        let absent = Self::where_class(arena, dimension, |class| class.absent)?;
        let holds = Test::Passes(Predicate::Holds);
        let registered = self.passing(arena, set, &Input::Slot(A::DeviceRegistered), &holds)?;
        rules.push(arena.or(registered, absent)?);
        if is_extension(input) {
            let managed = self.managed(arena, set)?;
            rules.push(arena.or(managed, absent)?);
        }
        Ok(())
    }

    fn managed(&self, arena: &mut Arena<'_>, set: &PolicySet) -> Result {
        let holds = Test::Passes(Predicate::Holds);
        let enrolled = self.passing(arena, set, &Input::Slot(A::DeviceMdmApp), &Test::Known)?;
        let compliant = self.passing(arena, set, &Input::Slot(A::DeviceCompliant), &holds)?;
        let hybrid = self.chosen(arena, set, A::DeviceTrust, HYBRID_JOINED)?;
        arena.any(vec![enrolled, compliant, hybrid])
    }

    /// A user is somebody of the directory, where there is one, or of a declared kind, where kinds are declared.
    fn people(&self, arena: &mut Arena<'_>, set: &PolicySet) -> Result {
        let user = self.chosen(arena, set, A::Principal, 0)?;
        if let Some(person) = self.person() {
            let nobody = Self::where_class(arena, person, |class| class.absent)?;
            let somebody = Self::where_class(arena, person, |class| !class.absent)?;
            let nobody = arena.without(nobody, user)?;
            let somebody = arena.and(user, somebody)?;
            return arena.or(nobody, somebody);
        }
        if set.archetypes.is_empty() {
            return Ok(Bdd::ALL);
        }
        let mut kinds = vec![arena.not(user)?];
        for archetype in &set.archetypes {
            let mut such = Vec::new();
            for (bound, input, test) in memberships(archetype) {
                let member = self.passing(arena, set, &input, &test)?;
                match bound {
                    Bound::Always => such.push(member),
                    Bound::Never => such.push(arena.not(member)?),
                    Bound::MayBe => {}
                }
            }
            kinds.push(arena.all(such)?);
        }
        arena.any(kinds)
    }
}
