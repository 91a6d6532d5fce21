//! One demand on one dimension of a sign-in: what a condition's tests say, before they are joined.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::formula::{Formula, Subject};
use crate::entra::export::letters::Letters;
use crate::entra::export::what::{Apps, REGISTER_SECURITY_INFO, What};
use crate::entra::export::who::{Ids, MEMBER, Programs, Users, Who};
use crate::entra::rule::Rule;
use crate::hir::{Condition, ConditionKind, NetworkId, PolicySet, Predicate, Probe};
use crate::schema::attribute::{Attribute, AttributeId};
use crate::source::Span;
use crate::value::Country;

/// A place that a policy names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Spot {
    /// The word `trusted`.
    Trusted,
    Network(NetworkId),
    /// `country in …`
    Countries(BTreeSet<Country>),
}

/// What is demanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Demand {
    Never,
    Who(Who),
    NotWho(Who),
    /// `user.tenant in …`
    Tenants(Ids),
    What(What),
    NotWhat(What),
    /// Numbers of words of an enumeration.
    Words(Attribute, BTreeSet<u8>),
    NotWords(Attribute, BTreeSet<u8>),
    Spots(BTreeSet<Spot>),
    NotSpots(BTreeSet<Spot>),
    Device(Rule),
    NotDevice(Rule),
    Custom(Attribute, Rule),
    NotCustom(Attribute, Rule),
}

/// A demand and the place that makes it.
#[derive(Debug, Clone)]
pub(super) struct Literal {
    pub(super) demand: Demand,
    pub(super) span: Span,
}

/// Reads literals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) set: &'a PolicySet,
    pub(super) letters: &'a Letters<'a>,
}

/// A literal, where there is one; or why there can be none.
pub(super) type Read = Result<Option<Demand>, Box<Diagnostic>>;

impl Reader<'_> {
    /// The whole condition (or its negation) as one literal. A test always is one, or cannot be said.
    pub(super) fn literal(self, condition: &Condition, holds: bool) -> Read {
        if let Some(subject) = Subject::of(condition) {
            return self.formula(subject, condition, holds).map(Some);
        }
        match &condition.kind {
            ConditionKind::Test(probe) => self.test(probe, condition.span, holds).map(Some),
            ConditionKind::All(parts) => self.narrowed(parts, holds),
            ConditionKind::Not(_) | ConditionKind::Any(_) => Ok(None),
            ConditionKind::Always | ConditionKind::Never => Ok(None),
        }
    }

    fn formula(
        self,
        subject: Subject,
        condition: &Condition,
        holds: bool,
    ) -> Result<Demand, Box<Diagnostic>> {
        // A negation of the whole is an exception, which the filter's mode says.
        if let ConditionKind::Not(inner) = &condition.kind {
            return self.formula(subject, inner, !holds);
        }
        let rule = Formula { letters: self.letters, narrows: holds }.rule(condition, true)?;
        Ok(match (subject, holds) {
            (Subject::Device, true) => Demand::Device(rule),
            (Subject::Device, false) => Demand::NotDevice(rule),
            (Subject::Custom(attribute), true) => Demand::Custom(attribute, rule),
            (Subject::Custom(attribute), false) => Demand::NotCustom(attribute, rule),
        })
    }

    fn test(self, probe: &Probe, span: Span, holds: bool) -> Result<Demand, Box<Diagnostic>> {
        let AttributeId::BuiltIn(attribute) = probe.attribute else {
            return Err(self.unknown(probe, span));
        };
        if let Some(who) = who_of(attribute, &probe.predicate) {
            return Ok(if holds { Demand::Who(who) } else { Demand::NotWho(who) });
        }
        if let Some(what) = self.what_of(attribute, &probe.predicate, span) {
            return Ok(if holds { Demand::What(what) } else { Demand::NotWhat(what) });
        }
        match (attribute, &probe.predicate) {
            (Attribute::UserTenant, Predicate::Ids(ids)) if holds => {
                Ok(Demand::Tenants(ids.clone()))
            }
            (Attribute::UserTenant, _) => Err(tenant_alone(span)),
            (Attribute::Location | Attribute::Ip, Predicate::Networks(networks)) => {
                Ok(self.spots(networks, span, holds))
            }
            (Attribute::Country, Predicate::Countries(countries)) => {
                let spots = BTreeSet::from([Spot::Countries(countries.clone())]);
                Ok(if holds { Demand::Spots(spots) } else { Demand::NotSpots(spots) })
            }
            (_, Predicate::Words(words, None)) if has_words(attribute) => {
                let words = words.clone();
                Ok(if holds {
                    Demand::Words(attribute, words)
                } else {
                    Demand::NotWords(attribute, words)
                })
            }
            _ => Err(self.unknown(probe, span)),
        }
    }

    fn unknown(self, probe: &Probe, span: Span) -> Box<Diagnostic> {
        let name = self.set.attribute_name(probe.attribute);
        let message = format!("Entra has no condition on `{name}`");
        let note = match probe.attribute {
            AttributeId::Own(_) => {
                "attributes of your own come with requests that Entra never sees"
            }
            AttributeId::BuiltIn(Attribute::Time | Attribute::Weekday | Attribute::Date) => {
                "its policies hold at every hour of every day"
            }
            AttributeId::BuiltIn(_) => "an export says all of a policy, or nothing",
        };
        let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message).note(note);
        Box::new(diagnostic.help("keep this policy out of the export, or leave the condition out"))
    }

    fn what_of(self, attribute: Attribute, tested: &Predicate, span: Span) -> Option<What> {
        Some(match (attribute, tested) {
            (Attribute::App, Predicate::Apps(apps)) => What::of_apps(apps, span, self.letters),
            (Attribute::Action, Predicate::Words(words, _)) => {
                What { actions: words.clone(), ..What::default() }
            }
            (Attribute::Context, Predicate::Ids(ids)) => {
                What { contexts: ids.clone(), ..What::default() }
            }
            (Attribute::Traffic, Predicate::Words(words, _)) => {
                What { traffic: words.clone(), ..What::default() }
            }
            _ => return None,
        })
    }

    /// `trusted` stays a word where Entra's word means the same, and is else the list of what is trusted.
    fn spots(self, networks: &BTreeSet<NetworkId>, span: Span, holds: bool) -> Demand {
        let words: Vec<&str> = self.letters.words(span).collect();
        let by_word = words.contains(&"trusted") && self.word_for_trusted();
        let named = |id: &NetworkId| {
            let network = self.set.network(*id);
            !by_word || !network.trusted || words.contains(&network.name.as_str())
        };
        let listed = networks.iter().filter(|id| named(id)).map(|id| Spot::Network(*id));
        let spots: BTreeSet<Spot> = listed.chain(by_word.then_some(Spot::Trusted)).collect();
        if holds { Demand::Spots(spots) } else { Demand::NotSpots(spots) }
    }

    /// Entra's `AllTrusted` counts the trusted addresses of multifactor authentication in, and cannot count countries
    /// in.
    fn word_for_trusted(self) -> bool {
        let mut trusted = self.set.networks.iter().filter(|network| network.trusted);
        let by_country = |network: &crate::hir::Network| {
            !network.countries.is_empty()
                || network.unknown_country
                || !network.gps_countries.is_empty()
                || network.gps_unknown
        };
        let addresses = self
            .set
            .networks
            .iter()
            .any(|network| network.trusted && network.named.contains("mfa-trusted-ips"));
        addresses && !trusted.any(by_country)
    }

    /// What belongs together: types of guests with their tenants; apps, workloads and agents with what filters them.
    fn narrowed(self, parts: &[Condition], holds: bool) -> Read {
        if let Some(who) = guests_of_tenants(parts) {
            return Ok(Some(if holds { Demand::Who(who) } else { Demand::NotWho(who) }));
        }
        if let (false, Some(rule)) = (holds, self.guarded_app_filter(parts)) {
            let apps = Apps { any: true, filter: Some(rule?), ..Apps::default() };
            return Ok(Some(Demand::NotWhat(What { apps: Some(apps), ..What::default() })));
        }
        self.filtered_programs(parts)
            .map(|who| who.map(|who| if holds { Demand::Who(who) } else { Demand::NotWho(who) }))
    }

    /// `app in any-app and action is not register-security-info and FILTER`: a filter that would also match what is
    /// no app, and is kept from it.
    fn guarded_app_filter(self, parts: &[Condition]) -> Option<Result<Rule, Box<Diagnostic>>> {
        let (filters, guards): (Vec<_>, Vec<_>) = parts
            .iter()
            .partition(|part| Subject::of(part) == Some(Subject::Custom(Attribute::AppAttribute)));
        let [any, action] = guards[..] else { return None };
        let guarded = is_any_app(any) && is_no_registration(action);
        if !guarded || filters.is_empty() {
            return None;
        }
        Some(self.rule_of(&filters, false))
    }

    fn rule_of(self, parts: &[&Condition], narrows: bool) -> Result<Rule, Box<Diagnostic>> {
        let formula = Formula { letters: self.letters, narrows };
        let rules = parts
            .iter()
            .map(|part| formula.rule(part, true))
            .collect::<Result<Vec<Rule>, Box<Diagnostic>>>()?;
        Ok(Rule::all(rules))
    }

    /// `service-principal in own-tenant and FILTER`, `agent in any-agent and FILTER`
    fn filtered_programs(self, parts: &[Condition]) -> Result<Option<Who>, Box<Diagnostic>> {
        for attribute in [Attribute::ServicePrincipalAttribute, Attribute::AgentAttribute] {
            let subject = Some(Subject::Custom(attribute));
            let (filters, guards): (Vec<_>, Vec<_>) =
                parts.iter().partition(|part| Subject::of(part) == subject);
            let [guard] = guards[..] else { continue };
            let Some(who) = union_of(guard).filter(|_| !filters.is_empty()) else { continue };
            let rule = self.rule_of(&filters, true)?;
            let narrowed = |programs: Option<Programs>| {
                programs.map(|programs| Programs { filter: Some(rule.clone()), ..programs })
            };
            return Ok(match (attribute, who) {
                (
                    Attribute::ServicePrincipalAttribute,
                    Who { users: None, workloads: Some(workloads), agents: None },
                ) => Some(Who { workloads: narrowed(Some(workloads)), ..Who::default() }),
                (
                    Attribute::AgentAttribute,
                    Who { users: None, workloads: None, agents: Some(agents) },
                ) => Some(Who { agents: narrowed(Some(agents)), ..Who::default() }),
                _ => None,
            });
        }
        Ok(None)
    }
}

/// Whether an attribute is one of some words in Entra, too.
fn has_words(attribute: Attribute) -> bool {
    use Attribute as A;
    let risks = [A::RiskSignIn, A::RiskUser, A::RiskServicePrincipal, A::RiskInsider, A::RiskAgent];
    let others = [A::Client, A::Platform, A::Flow, A::AgentContext];
    risks.contains(&attribute) || others.contains(&attribute)
}

fn who_of(attribute: Attribute, tested: &Predicate) -> Option<Who> {
    Some(match (attribute, tested) {
        (_, Predicate::People(people)) => Who::from(people),
        (_, Predicate::ServicePrincipals(principals)) => Who::from(principals),
        (_, Predicate::Agents(agents)) => Who::from(agents),
        (Attribute::UserType, Predicate::Words(words, _)) => Who::of_types(words.clone()),
        (Attribute::AgentKind, Predicate::Words(words, _)) => Who::of_kinds(words.clone()),
        _ => return None,
    })
}

/// A union of principals, as one condition or several joined by `or`.
fn union_of(condition: &Condition) -> Option<Who> {
    match &condition.kind {
        ConditionKind::Test(Probe { attribute: AttributeId::BuiltIn(attribute), predicate }) => {
            who_of(*attribute, predicate)
        }
        ConditionKind::Any(parts) => {
            let mut all = parts.iter().map(union_of);
            let first = all.next()??;
            all.try_fold(first, |union, next| union.union(&next?))
        }
        _ => None,
    }
}

/// `user.type in […] and user.tenant in […]`, of external users.
fn guests_of_tenants(parts: &[Condition]) -> Option<Who> {
    let [one, other] = parts else { return None };
    let (types, tenants) = match (tenants_of(one), tenants_of(other)) {
        (Some(tenants), None) => (union_of(other)?, tenants),
        (None, Some(tenants)) => (union_of(one)?, tenants),
        _ => return None,
    };
    let users = types.users.filter(Users::is_types)?;
    guests(users.types, tenants).map(|users| Who { users: Some(users), ..Who::default() })
}

/// External users of these types from these tenants. Only external users have a home tenant in Entra.
pub(super) fn guests(types: BTreeSet<u8>, tenants: Ids) -> Option<Users> {
    use crate::entra::export::who::INTERNAL_GUEST;
    let external = !types.contains(&MEMBER) && !types.contains(&INTERNAL_GUEST);
    let guests = BTreeSet::from([(types, tenants)]);
    external.then(|| Users { guests, ..Users::default() })
}

fn tenants_of(condition: &Condition) -> Option<Ids> {
    match &condition.kind {
        ConditionKind::Test(Probe {
            attribute: AttributeId::BuiltIn(Attribute::UserTenant),
            predicate: Predicate::Ids(ids),
        }) => Some(ids.clone()),
        _ => None,
    }
}

fn tenant_alone(span: Span) -> Box<Diagnostic> {
    let message = "Entra knows tenants only beside types of external users";
    let diagnostic = Diagnostic::error(codes::NOT_IN_ENTRA, span, message)
        .note("and it excludes those of some tenants; all but those of some, it cannot name");
    Box::new(
        diagnostic.help(
            "write `user.type in […] and user.tenant in […]`, after `when` or after `unless`",
        ),
    )
}

fn is_any_app(condition: &Condition) -> bool {
    let ConditionKind::Test(probe) = &condition.kind else { return false };
    match &probe.predicate {
        Predicate::Apps(apps) => apps.any && !apps.any_agent_resource && apps.ids.is_empty(),
        _ => false,
    }
}

fn is_no_registration(condition: &Condition) -> bool {
    let ConditionKind::Not(inner) = &condition.kind else { return false };
    let ConditionKind::Test(probe) = &inner.kind else { return false };
    probe.attribute == AttributeId::BuiltIn(Attribute::Action)
        && probe.predicate == Predicate::Words(BTreeSet::from([REGISTER_SECURITY_INFO]), None)
}
