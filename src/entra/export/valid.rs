//! What Entra refuses, although it has words for it: combinations of conditions and controls, and limits.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::draft::{Filter, Filters};
use crate::entra::model::{App, Conditions, Control, Demand, Part, People, Policy};
use crate::schema::session::Control as C;
use crate::source::Span;

/// The most policies of a tenant, whatever their state.
pub(super) const MAX_POLICIES: usize = 195;
/// The most named locations of a tenant.
pub(super) const MAX_LOCATIONS: usize = 195;
/// The most authentication strengths of a tenant's own.
pub(super) const MAX_STRENGTHS: usize = 15;
/// The longest filter rule, in characters.
const MAX_RULE: usize = 3_072;
/// The longest display name, in characters.
const MAX_TITLE: usize = 256;

/// A rule: what is wrong with a policy, where something is.
type Check = fn(&Case<'_>) -> Option<Wrong>;

/// What is wrong, why, and what to do about it.
struct Wrong {
    message: &'static str,
    note: &'static str,
    help: &'static str,
}

/// A policy that is looked at.
struct Case<'a> {
    conditions: &'a Conditions,
    filters: &'a Filters,
    demand: &'a Demand,
    session: &'a [Control],
}

/// Everything that Entra refuses in one policy.
pub(super) fn check(policy: &Policy, filters: &Filters, span: Span) -> Vec<Diagnostic> {
    let case = Case {
        conditions: &policy.conditions,
        filters,
        demand: &policy.demand,
        session: &policy.session,
    };
    let wrong = CHECKS.iter().filter_map(|check| check(&case));
    let refused = wrong.map(|wrong| {
        Diagnostic::error(codes::REFUSED_BY_ENTRA, span, wrong.message)
            .note(wrong.note)
            .help(wrong.help)
    });
    let limits = too_long_rules(filters, span).into_iter().chain(too_long_title(policy, span));
    refused.chain(limits).collect()
}

const CHECKS: [Check; 7] = [
    password_change,
    persistent_browser,
    app_restrictions,
    continuous_evaluation,
    workloads,
    registering_devices,
    traffic_controls,
];

impl Case<'_> {
    fn parts(&self) -> &[Part] {
        match self.demand {
            Demand::Require { parts, .. } => parts,
            Demand::Block | Demand::Nothing => &[],
        }
    }

    fn requires(&self, word: &'static str) -> bool {
        self.parts().contains(&Part::Word(word))
    }

    fn controls(&self, control: C) -> Option<&Control> {
        let words = control.row().words;
        self.session.iter().find(|it| match it {
            Control::Word(of, _) | Control::Id(of, _) => *of == words,
            Control::Frequency(_) => false,
        })
    }

    fn is_every_app(&self) -> bool {
        let targets = &self.conditions.targets;
        targets.every_app && targets.exclude.is_empty() && self.filters.app.is_none()
    }

    /// Whether anything but whom and what restricts it; risks are the caller's.
    fn has_other_conditions(&self) -> bool {
        let conditions = self.conditions;
        let sieves = [&conditions.platforms, &conditions.agent_contexts];
        let places = &conditions.locations;
        !conditions.clients.is_empty()
            || !conditions.flows.is_empty()
            || sieves.iter().any(|it| !it.include.is_empty() || !it.exclude.is_empty())
            || !places.include.is_empty()
            || !places.exclude.is_empty()
            || self.filters.device.is_some()
    }

    fn risks(&self) -> Vec<&'static str> {
        self.conditions.risks.iter().map(|risk| risk.attribute).collect()
    }
}

fn password_change(case: &Case<'_>) -> Option<Wrong> {
    let fits = case.is_every_app() && !case.has_other_conditions() && case.risks() == ["risk.user"];
    (case.requires("password-change") && !fits).then_some(Wrong {
        message: "Entra demands a password change only for risky users",
        note: "such a policy is about every app without exceptions, has a condition on `risk.user`, and no other one",
        help: "write `app in any-app and risk.user in […]`, and leave other conditions out",
    })
}

fn persistent_browser(case: &Case<'_>) -> Option<Wrong> {
    let set = case.controls(C::PersistentBrowser).is_some();
    (set && !case.conditions.targets.every_app).then_some(Wrong {
        message: "Entra controls persistent browser sessions for every app at once only",
        note: "all tabs of a browser share one session",
        help: "write `app in any-app`, or leave `persistent browser` out",
    })
}

/// The apps that restrict themselves: the group of Office 365, Exchange Online, SharePoint Online.
const RESTRICTING: [&str; 3] =
    ["Office365", "00000002-0000-0ff1-ce00-000000000000", "00000003-0000-0ff1-ce00-000000000000"];

fn app_restrictions(case: &Case<'_>) -> Option<Wrong> {
    let targets = &case.conditions.targets;
    let known = |app: &App| match app {
        App::Id(id) => RESTRICTING.iter().any(|known| known.eq_ignore_ascii_case(id)),
        App::AgentResources => false,
    };
    let fits =
        !targets.every_app && !targets.include.is_empty() && targets.include.iter().all(known);
    (case.controls(C::AppRestrictions).is_some() && !fits).then_some(Wrong {
        message: "only Exchange Online and SharePoint Online restrict themselves",
        note: "`app restrictions` works with these two and with Office 365, which holds them",
        help: "write `app in office-365` or `app in [exchange-online, sharepoint-online]`",
    })
}

fn continuous_evaluation(case: &Case<'_>) -> Option<Wrong> {
    let off = Control::Word(C::ContinuousEvaluation.row().words, Some("off"));
    let fits = case.is_every_app() && !case.has_other_conditions() && case.risks().is_empty();
    (case.session.contains(&off) && !fits).then_some(Wrong {
        message: "Entra turns continuous evaluation off for every app at once only",
        note: "such a policy is about every app and has no other condition",
        help: "write `app in any-app`, and leave other conditions out",
    })
}

/// Users of agents are people's accounts in this: real tenants ask them for devices.
fn workloads(case: &Case<'_>) -> Option<Wrong> {
    let workloads = &case.conditions.service_principals;
    let agents = &case.conditions.agents;
    let about = workloads.own_tenant
        || !workloads.include.is_empty()
        || agents.every_identity
        || !agents.every_user && !agents.include.is_empty();
    (about && !matches!(case.demand, Demand::Block)).then_some(Wrong {
        message: "Entra can only block workloads and agents",
        note: "nobody sits there who could prove anything",
        help: "write `block`, or keep this policy about users",
    })
}

fn registering_devices(case: &Case<'_>) -> Option<Wrong> {
    let about = case.conditions.targets.actions.contains(&"register-device");
    let fits = |part: &Part| matches!(part, Part::Word("mfa") | Part::Strength(_));
    let demands = matches!(case.demand, Demand::Require { parts, .. } if parts.iter().all(fits));
    let conditions = case.conditions.clients.is_empty() && case.filters.device.is_none();
    (about && !(demands && conditions)).then_some(Wrong {
        message: "Entra asks for nothing but factors when a device is registered",
        note: "such a policy requires `mfa` or a strength, and has no condition on clients or devices",
        help: "write `require mfa` or `require strength …`, and leave those conditions out",
    })
}

fn traffic_controls(case: &Case<'_>) -> Option<Wrong> {
    let people = &case.conditions.users.include;
    let about = !case.conditions.targets.traffic.is_empty();
    (about && *people == People::default()).then_some(Wrong {
        message: "Entra knows the traffic of users only",
        note: "traffic profiles belong to what people's devices do",
        help: "keep this policy about users",
    })
}

fn too_long_rules(filters: &Filters, span: Span) -> Vec<Diagnostic> {
    let all = [&filters.device, &filters.app, &filters.workload, &filters.agent];
    let length = |filter: &Filter| filter.rule.to_string().chars().count();
    let lengths = all.into_iter().flatten().map(length).filter(|length| *length > MAX_RULE);
    lengths
        .map(|length| {
            let message = format!("this needs a filter rule of {length} characters");
            Diagnostic::error(codes::OVER_A_LIMIT, span, message)
                .note(format!("a rule in Entra has at most {MAX_RULE}"))
                .help("compare with fewer values, or put a label on the devices and ask for that")
        })
        .collect()
}

fn too_long_title(policy: &Policy, span: Span) -> Option<Diagnostic> {
    let length = policy.remarks.origin.name.chars().count();
    (length > MAX_TITLE).then(|| {
        let message = format!("this display name has {length} characters");
        Diagnostic::error(codes::OVER_A_LIMIT, span, message)
            .note(format!("one in Entra has at most {MAX_TITLE}"))
            .help("give the policy a shorter title")
    })
}

/// More objects of one kind than a tenant holds, told at the first one too many.
pub(super) fn count(what: &str, most: usize, spans: &[Span]) -> Option<Diagnostic> {
    let span = spans.get(most)?;
    let message = format!("these are {} {what}", spans.len());
    Some(
        Diagnostic::error(codes::OVER_A_LIMIT, *span, message)
            .here("one too many")
            .note(format!("a tenant of Entra holds at most {most}"))
            .help(format!("keep some {what} out of the export, or unite them")),
    )
}

/// The objects as a file of Graph has them.
pub(super) fn file(objects: Vec<Value>) -> String {
    let value = serde_json::json!({ "value": objects });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}
