//! Users, workloads and agents of one draft.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::dimension::named;
use crate::entra::export::draft::{Filters, Made, Miss, filter};
use crate::entra::export::letters::Letters;
use crate::entra::export::literal::{Demand, Literal, guests};
use crate::entra::export::products::Product;
use crate::entra::export::who::{Ids, MEMBER, Meeting, Programs, Users, Who};
use crate::entra::model::{Conditions, Guests, People};
use crate::entra::rule::Rule;
use crate::schema::attribute::{Attribute, USER_TYPES};
use crate::source::Span;
use crate::syntax::ast::ObjectKind;

/// What a draft is written into.
pub(super) type Into<'c> = (&'c mut Conditions, &'c mut Filters);

/// Whom one draft is about.
#[derive(Debug, Clone)]
pub(super) enum Principal {
    Users(Users),
    Workloads(Programs),
    Agents(Programs),
    /// Of a policy that never applies.
    Nobody,
}

impl Principal {
    /// One for each kind.
    pub(super) fn each(who: Option<Who>) -> Vec<Principal> {
        let Some(who) = who else { return vec![Principal::Nobody] };
        let users = who.users.map(Principal::Users);
        let workloads = who.workloads.map(Principal::Workloads);
        users.into_iter().chain(workloads).chain(who.agents.map(Principal::Agents)).collect()
    }

    /// Whether it is about agents.
    pub(super) fn is_agent(&self) -> bool {
        matches!(self, Principal::Agents(_))
    }
}

/// Those that are in both, kind by kind; nothing, where no union says so.
pub(super) fn meet(one: &Who, other: &Who) -> Result<Who, ()> {
    let programs = |one: &Option<Programs>, other: &Option<Programs>, every_id| {
        both(one, other, |one, other| one.meet(other, every_id))
    };
    Ok(Who {
        users: both(&one.users, &other.users, Users::meet)?,
        workloads: programs(&one.workloads, &other.workloads, false)?,
        agents: programs(&one.agents, &other.agents, true)?,
    })
}

fn both<T>(
    one: &Option<T>,
    other: &Option<T>,
    meet: impl Fn(&T, &T) -> Meeting<T>,
) -> Result<Option<T>, ()> {
    let (Some(one), Some(other)) = (one, other) else { return Ok(None) };
    match meet(one, other) {
        Meeting::In(both) => Ok(Some(both)),
        Meeting::Nothing => Ok(None),
        Meeting::Unsaid => Err(()),
    }
}

/// Writes whom a draft is about, and answers the users it includes: once for each policy that they need.
pub(super) fn write(
    letters: &Letters<'_>,
    product: &Product,
    principal: &Principal,
    (conditions, filters): Into<'_>,
) -> Made<Vec<People>> {
    foreign_filters(product, principal)?;
    match principal {
        Principal::Users(users) => {
            conditions.users.exclude = excluded_users(letters, product, false)?;
            included_users(letters, product, users)
        }
        Principal::Nobody => {
            conditions.users.exclude = excluded_users(letters, product, true)?;
            Ok(vec![People::default()])
        }
        Principal::Workloads(programs) => {
            no_tenants(product)?;
            let side = Side::Workloads;
            let (include, exclude) = side.lists(product, programs)?;
            filters.workload = side.filter(product, &include)?;
            let workloads = &mut conditions.service_principals;
            workloads.own_tenant = include.every;
            workloads.include = side.spelled(letters, &include.ids);
            workloads.exclude = side.spelled(letters, &exclude);
            Ok(vec![People::default()])
        }
        Principal::Agents(programs) => {
            no_tenants(product)?;
            let side = Side::Agents;
            let (include, exclude) = side.lists(product, programs)?;
            filters.agent = side.filter(product, &include)?;
            let agents = &mut conditions.agents;
            let kinds = named(Attribute::AgentKind, &include.kinds);
            agents.every_identity = include.every || kinds.contains(&"identity");
            agents.every_user = include.every || kinds.contains(&"user");
            agents.include = side.spelled(letters, &include.ids);
            agents.exclude = side.spelled(letters, &exclude);
            Ok(vec![People::default()])
        }
    }
}

/// Only users have a home tenant.
fn no_tenants(product: &Product) -> Made<()> {
    let tenants = product.iter().any(|literal| matches!(literal.demand, Demand::Tenants(_)));
    if tenants { Err(Miss::Empty) } else { Ok(()) }
}

/// What a product says of attributes that its principal does not have: nothing, or that nobody is meant.
fn foreign_filters(product: &Product, principal: &Principal) -> Made<()> {
    let own = match principal {
        Principal::Users(_) | Principal::Nobody => None,
        Principal::Workloads(_) => Some(Attribute::ServicePrincipalAttribute),
        Principal::Agents(_) => Some(Attribute::AgentAttribute),
    };
    let foreign =
        |attribute: &Attribute| *attribute != Attribute::AppAttribute && Some(*attribute) != own;
    let empty = product.iter().any(|literal| match &literal.demand {
        Demand::Custom(attribute, rule) => foreign(attribute) && !rule.holds_on_absent(),
        Demand::NotCustom(attribute, rule) => foreign(attribute) && rule.holds_on_absent(),
        _ => false,
    });
    if empty { Err(Miss::Empty) } else { Ok(()) }
}

fn included_users(letters: &Letters<'_>, product: &Product, users: &Users) -> Made<Vec<People>> {
    let mut users = users.clone();
    let mut place = None;
    for literal in product {
        match &literal.demand {
            Demand::Tenants(tenants) => users = from_tenants(&users, tenants, literal.span)?,
            Demand::Who(_) => place = place.or(Some(literal.span)),
            _ => {}
        }
    }
    if users.types.contains(&MEMBER) {
        return Err(Miss::from(no_members(place.unwrap_or_else(crate::entra::tree::nowhere))));
    }
    let mut entries = guest_entries(letters, &users);
    // Internal guests have no home tenant: in one list with others they are meant whatever the tenants.
    if let [first, second] = &mut entries[..]
        && first.tenants.is_empty()
        && first.types == ["internal-guest"]
    {
        second.types.insert(0, "internal-guest");
        entries.remove(0);
    }
    let mut people = people(letters, &users);
    let mut entries = entries.into_iter();
    people.guests.extend(entries.next());
    let more = entries.map(|guests| People { guests: vec![guests], ..People::default() });
    Ok(std::iter::once(people).chain(more.collect::<Vec<_>>()).collect())
}

/// Types of external users, from these tenants.
fn from_tenants(users: &Users, tenants: &Ids, span: Span) -> Made<Users> {
    let narrowed = users.is_types().then(|| guests(users.types.clone(), tenants.clone()));
    narrowed.flatten().ok_or_else(|| {
        let message = "Entra knows tenants only beside types of external users";
        let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message)
            .note("members and internal guests have no home tenant");
        Miss::from(Box::new(
            diagnostic
                .help("write `user.type in [b2b-collaboration-guest, …] and user.tenant in […]`"),
        ))
    })
}

fn no_members(span: Span) -> Box<Diagnostic> {
    let message = "Entra has no list of members";
    let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message)
        .note("members are those that are no guests");
    Box::new(diagnostic.help("write `user in anyone`, and `unless user in guests`"))
}

/// Types without tenants first, then types of each list of tenants, as far as the first do not hold them.
fn guest_entries(letters: &Letters<'_>, users: &Users) -> Vec<Guests> {
    let types = |numbers: &BTreeSet<u8>| -> Vec<&'static str> {
        numbers.iter().filter_map(|it| USER_TYPES.get(usize::from(*it))).copied().collect()
    };
    let any_tenant = (!users.types.is_empty())
        .then(|| Guests { types: types(&users.types), tenants: Vec::new() });
    let of_tenants = users.guests.iter().filter(|(of, _)| !of.is_subset(&users.types));
    let of_tenants = of_tenants.map(|(of, tenants)| Guests {
        types: types(of),
        tenants: spelled(letters, ObjectKind::Tenant, tenants),
    });
    any_tenant.into_iter().chain(of_tenants).collect()
}

fn spelled(letters: &Letters<'_>, kind: ObjectKind, ids: &Ids) -> Vec<String> {
    ids.iter().map(|id| letters.id(kind, id)).collect()
}

/// Everyone that is named; guests are the caller's.
fn people(letters: &Letters<'_>, users: &Users) -> People {
    People {
        everyone: users.anyone,
        users: spelled(letters, ObjectKind::User, &users.users),
        groups: spelled(letters, ObjectKind::Group, &users.groups),
        roles: spelled(letters, ObjectKind::Role, &users.roles),
        guests: Vec::new(),
    }
}

fn excluded_users(letters: &Letters<'_>, product: &Product, lenient: bool) -> Made<People> {
    let mut all = People::default();
    for Literal { demand, span } in product {
        let Demand::NotWho(Who { users: Some(users), .. }) = demand else { continue };
        if users.anyone {
            return if lenient { Ok(People::default()) } else { Err(Miss::Empty) };
        }
        if users.types.contains(&MEMBER) {
            return Err(Miss::from(no_members(*span)));
        }
        let people = people(letters, users);
        all.users.extend(people.users);
        all.groups.extend(people.groups);
        all.roles.extend(people.roles);
        all.guests.extend(guest_entries(letters, users));
    }
    for ids in [&mut all.users, &mut all.groups, &mut all.roles] {
        ids.sort_by_key(|id| id.to_ascii_lowercase());
        ids.dedup();
    }
    all.guests = merged_guests(all.guests);
    if all.guests.len() > 1 {
        let span = excluded_guests(product).unwrap_or_else(crate::entra::tree::nowhere);
        return Err(Miss::from(several_guests(span)));
    }
    Ok(all)
}

/// Types of any tenant are one list.
fn merged_guests(guests: Vec<Guests>) -> Vec<Guests> {
    let (any, of_tenants): (Vec<_>, Vec<_>) =
        guests.into_iter().partition(|guests| guests.tenants.is_empty());
    let mut types: Vec<&'static str> = any.into_iter().flat_map(|guests| guests.types).collect();
    let place = |word: &&'static str| USER_TYPES.iter().position(|it| it == word);
    types.sort_by_key(place);
    types.dedup();
    let covered = |guests: &Guests| guests.types.iter().all(|it| types.contains(it));
    let mut of_tenants: Vec<Guests> =
        of_tenants.into_iter().filter(|guests| !covered(guests)).collect();
    of_tenants.dedup();
    let any = (!types.is_empty()).then_some(Guests { types, tenants: Vec::new() });
    any.into_iter().chain(of_tenants).collect()
}

fn excluded_guests(product: &Product) -> Option<Span> {
    let mut of_tenants = product.iter().filter(|literal| match &literal.demand {
        Demand::NotWho(Who { users: Some(users), .. }) => !users.guests.is_empty(),
        _ => false,
    });
    of_tenants.next().map(|literal| literal.span)
}

fn several_guests(span: Span) -> Box<Diagnostic> {
    let message = "Entra excludes one list of external users, of the same tenants";
    let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message);
    Box::new(diagnostic.help("write another policy for the other tenants"))
}

/// Workloads or agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Workloads,
    Agents,
}

impl Side {
    fn of(self, who: &Who) -> Option<&Programs> {
        match self {
            Side::Workloads => who.workloads.as_ref(),
            Side::Agents => who.agents.as_ref(),
        }
    }

    fn spelled(self, letters: &Letters<'_>, ids: &Ids) -> Vec<String> {
        let kind = match self {
            Side::Workloads => ObjectKind::ServicePrincipal,
            Side::Agents => ObjectKind::Agent,
        };
        spelled(letters, kind, ids)
    }

    /// What is included, and the ids that are taken out.
    fn lists(self, product: &Product, programs: &Programs) -> Made<(Programs, Ids)> {
        let mut include = programs.clone();
        let mut exclude = Ids::new();
        for Literal { demand, span } in product {
            let Demand::NotWho(who) = demand else { continue };
            let Some(out) = self.of(who).filter(|out| out.filter.is_none()) else { continue };
            if out.every && (self == Side::Agents || include.ids.is_empty()) {
                return Err(Miss::Empty);
            }
            let only_kinds = !include.every && include.ids.is_empty();
            if out.every || !out.kinds.is_empty() && !only_kinds {
                return Err(Miss::from(no_exceptions(*span)));
            }
            include.kinds.retain(|kind| !out.kinds.contains(kind));
            if only_kinds && !out.kinds.is_empty() && include.kinds.is_empty() {
                return Err(Miss::Empty);
            }
            exclude.extend(out.ids.iter().cloned());
        }
        Ok((include, exclude))
    }

    /// A filter that lets in stands only beside what is no list of ids; beside those, what it keeps away is taken out.
    fn filter(
        self,
        product: &Product,
        programs: &Programs,
    ) -> Made<Option<crate::entra::export::draft::Filter>> {
        let attribute = match self {
            Side::Workloads => Attribute::ServicePrincipalAttribute,
            Side::Agents => Attribute::AgentAttribute,
        };
        let mut include: Vec<Rule> = programs.filter.iter().cloned().collect();
        let mut exclude = Vec::new();
        for Literal { demand, span } in product {
            match demand {
                Demand::Custom(of, rule) if *of == attribute => include.push(rule.clone()),
                Demand::NotCustom(of, rule) if *of == attribute => exclude.push(rule.clone()),
                Demand::NotWho(who) => {
                    exclude.extend(self.guarded(who, programs, *span)?);
                }
                _ => {}
            }
        }
        if !programs.ids.is_empty() {
            exclude.extend(include.drain(..).map(Rule::negated));
        }
        Ok(filter(include, exclude))
    }

    /// A filter that stands beside what it speaks of must speak of all that is included.
    fn guarded(self, who: &Who, programs: &Programs, span: Span) -> Made<Option<Rule>> {
        let Some(out) = self.of(who) else { return Ok(None) };
        let Some(rule) = &out.filter else { return Ok(None) };
        let bare = |it: &Programs| Programs { filter: None, ..it.clone() };
        if bare(out) == bare(programs) {
            return Ok(Some(rule.clone()));
        }
        let message = "Entra's filter speaks of everything that a policy includes";
        let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message)
            .note("this one speaks of something else than what is included");
        Err(Miss::from(Box::new(diagnostic.help("write a policy for each"))))
    }
}

fn no_exceptions(span: Span) -> Box<Diagnostic> {
    let message = "Entra excludes workloads and agents one by one only";
    let diagnostic = Diagnostic::error(codes::NO_EXCEPTIONS, span, message);
    Box::new(diagnostic.help("include what is meant, or exclude by name"))
}
