//! The files of a policy set: names, networks, strengths, and the policies by what they do.

use crate::entra::finding::Refusal;
use crate::entra::lower::{self, Context};
use crate::entra::model::{Combination, Demand, Member, Network, Part, Policy, Strength};
use crate::entra::{names, tree};
use crate::source::Sources;
use crate::syntax::ast::{
    self, Item, ItemKind, LiteralValue, NetworkBody, NetworkMember, ObjectKind, StrengthBody,
};
use crate::syntax::format::format_item;
use crate::syntax::{format, parse};

/// An object and what it is called.
#[derive(Debug)]
pub(super) struct Named<T> {
    pub(super) name: String,
    pub(super) object: T,
}

/// A directory object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) kind: ObjectKind,
    pub(super) name: String,
    pub(super) id: String,
    /// As the export knows it.
    pub(super) display_name: Option<String>,
}

/// Everything that goes into files.
#[derive(Debug)]
pub(super) struct Set<'a> {
    pub(super) policies: &'a [Named<Policy>],
    pub(super) networks: &'a [Named<Network>],
    pub(super) strengths: &'a [Named<Strength>],
    pub(super) objects: &'a [Object],
    pub(super) refused: &'a [Refusal],
}

/// Writes every file that has something in it.
pub(super) fn files(set: &Set<'_>, context: &Context<'_>) -> Vec<(String, String)> {
    let mut files = vec![
        ("names.latch", names_file(set)),
        ("networks.latch", networks_file(set)),
        ("strengths.latch", strengths_file(set)),
        ("not-imported.latch", refused_file(set)),
    ];
    for theme in THEMES {
        files.push((theme.file, policies_file(theme, set, context)));
    }
    let mut files: Vec<(String, String)> = files
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), formatted(name, &text?))))
        .collect();
    files.sort();
    files
}

/// The text in the one layout of the language.
fn formatted(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add(name, text);
    let mut mistakes = Vec::new();
    let file = parse(source, text, &mut mistakes);
    // What is written here is built from trees, so that it always reads back; a mistake would be one of this room.
    debug_assert!(mistakes.is_empty(), "{name} reads back: {mistakes:?}");
    if mistakes.is_empty() { format(&file) } else { text.to_owned() }
}

/// What a file of policies holds: the first theme that fits a policy takes it.
struct Theme {
    file: &'static str,
    about: &'static str,
    holds: fn(&Policy) -> bool,
}

const THEMES: &[Theme] = &[
    Theme {
        file: "workloads.latch",
        about: "Policies about service principals and agents.",
        holds: is_about_workloads,
    },
    Theme {
        file: "guests.latch",
        about: "Policies about guests and other external people, and about nobody else.",
        holds: is_about_guests,
    },
    Theme {
        file: "administrators.latch",
        about: "Policies about directory roles.",
        holds: |policy| !policy.conditions.users.include.roles.is_empty(),
    },
    Theme {
        file: "risk.latch",
        about: "Policies that ask for a risk.",
        holds: |policy| !policy.conditions.risks.is_empty(),
    },
    Theme {
        file: "block.latch",
        about: "Policies that block.",
        holds: |policy| matches!(policy.demand, Demand::Block),
    },
    Theme {
        file: "devices.latch",
        about: "Policies that demand something of a device or of a client app.",
        holds: is_about_devices,
    },
    Theme {
        file: "sessions.latch",
        about: "Policies that demand nothing and control sessions.",
        holds: |policy| matches!(policy.demand, Demand::Nothing),
    },
    Theme {
        file: "everyone.latch",
        about: "Policies about everyone.",
        holds: |policy| policy.conditions.users.include.everyone,
    },
    Theme { file: "people.latch", about: "Policies about some people.", holds: |_| true },
];

fn is_about_workloads(policy: &Policy) -> bool {
    let workloads = &policy.conditions.service_principals;
    let agents = &policy.conditions.agents;
    let included = [&workloads.include, &agents.include].iter().any(|ids| !ids.is_empty());
    included || workloads.own_tenant || agents.every_identity || agents.every_user
}

fn is_about_guests(policy: &Policy) -> bool {
    let people = &policy.conditions.users.include;
    let others = people.everyone
        || [&people.users, &people.groups, &people.roles].iter().any(|ids| !ids.is_empty());
    !people.guests.is_empty() && !others
}

fn is_about_devices(policy: &Policy) -> bool {
    const WORDS: [&str; 4] =
        ["compliant-device", "hybrid-joined-device", "approved-app", "protected-app"];
    let Demand::Require { parts, .. } = &policy.demand else { return false };
    parts.iter().any(|part| matches!(part, Part::Word(word) if WORDS.contains(word)))
}

/// A file's head: what it holds, and where that comes from.
fn head(about: &str) -> String {
    format!("// {about}\n// Imported from Microsoft Entra.\n")
}

/// A comment of one line; whatever would end it becomes a space.
fn comment(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    format!("// {}\n", text.trim())
}

fn policies_file(theme: &Theme, set: &Set<'_>, context: &Context<'_>) -> Option<String> {
    let first = |policy: &Policy| THEMES.iter().find(|theme| (theme.holds)(policy));
    let belongs =
        |named: &&Named<Policy>| first(&named.object).is_some_and(|it| it.file == theme.file);
    let mut policies: Vec<&Named<Policy>> = set.policies.iter().filter(belongs).collect();
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    if policies.is_empty() {
        return None;
    }
    let mut text = head(theme.about);
    for named in policies {
        text.push('\n');
        for (path, note) in &named.object.remarks.notes {
            let dot = if path.is_empty() { "" } else { ": " };
            text.push_str(&comment(&format!("Imported: {path}{dot}{note}")));
        }
        for hint in context.why_never(&named.object) {
            text.push_str(&comment(hint));
        }
        text.push_str(&format_item(&context.policy(&named.name, &named.object)));
    }
    Some(text)
}

/// Kinds of objects in the order of their section, with its heading.
const SECTIONS: [(ObjectKind, &str); 10] = [
    (ObjectKind::Group, "Groups"),
    (ObjectKind::User, "Users"),
    (ObjectKind::Role, "Roles"),
    (ObjectKind::App, "Apps"),
    (ObjectKind::ServicePrincipal, "Service principals"),
    (ObjectKind::Agent, "Agents"),
    (ObjectKind::Tenant, "Tenants"),
    (ObjectKind::Terms, "Terms of use"),
    (ObjectKind::Context, "Authentication contexts"),
    (ObjectKind::CustomControl, "Custom controls"),
];

fn names_file(set: &Set<'_>) -> Option<String> {
    if set.objects.is_empty() {
        return None;
    }
    let mut text =
        head("What policies call people, groups, apps and everything else that has an id.");
    for (kind, heading) in SECTIONS {
        let of_kind = set.objects.iter().filter(|object| object.kind == kind);
        let (known, unknown): (Vec<_>, Vec<_>) = of_kind.partition(|object| has_name(object));
        section(heading, &known, &mut text);
        let heading = format!("{heading} that the export does not name: call them what they are");
        section(&heading, &unknown, &mut text);
    }
    Some(text)
}

fn has_name(object: &Object) -> bool {
    object.display_name.is_some() || !names::is_guid(&object.id)
}

fn section(heading: &str, objects: &[&Object], text: &mut String) {
    if objects.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&comment(&format!("── {heading} ──")));
    let mut objects = objects.to_vec();
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    for object in objects {
        if looks_like_break_glass(object) {
            let hint = format!(
                "Break-glass accounts, by the name. If they are, say so: {} {} emergency = …",
                object.kind.keyword(),
                object.name
            );
            text.push_str(&comment(&hint));
        }
        text.push_str(&format_item(&object_item(object)));
    }
}

/// Only a name says so, so that it is only suggested.
fn looks_like_break_glass(object: &Object) -> bool {
    let name = object.name.replace('-', "");
    let account = matches!(object.kind, ObjectKind::User | ObjectKind::Group);
    account && ["breakglass", "emergency"].iter().any(|word| name.contains(word))
}

fn object_item(object: &Object) -> Item {
    let docs = match &object.display_name {
        Some(display_name) if names::plain_name(display_name) != object.name => {
            lower::description(Some(display_name))
        }
        _ => Vec::new(),
    };
    let kind = ItemKind::Object(ast::Object {
        kind: tree::spanned(object.kind),
        name: tree::name(&*object.name),
        emergency: None,
        ids: vec![tree::name(&*object.id)],
    });
    tree::item(docs, Vec::new(), kind)
}

fn networks_file(set: &Set<'_>) -> Option<String> {
    if set.networks.is_empty() {
        return None;
    }
    let mut text = head("Networks: named locations.");
    for named in set.networks {
        text.push('\n');
        let network = &named.object;
        if network.members.is_none() {
            let hint = "The export does not say what is in it: whether a request is in it comes with the request.";
            text.push_str(&comment(hint));
        }
        let is_mfa_list = network.remarks.origin.file.is_empty() && network.trusted;
        if is_mfa_list {
            let hint = "The trusted addresses in the settings of multifactor authentication, which no export holds.";
            text.push_str(&comment(hint));
            text.push_str(&comment(
                "Entra counts them as trusted. If that list is empty, remove this item.",
            ));
        }
        text.push_str(&format_item(&network_item(&named.name, network)));
    }
    Some(text)
}

/// The display name as documentation: items of these kinds have no title.
fn docs_of(remarks: &crate::entra::model::Remarks) -> Vec<String> {
    let described = !remarks.origin.file.is_empty();
    let known = described && Some(&remarks.origin.name) != remarks.id.as_ref();
    let mut docs = lower::description(known.then_some(remarks.origin.name.as_str()));
    docs.extend(lower::description(remarks.description.as_deref()));
    docs.dedup();
    docs
}

fn network_item(name: &str, network: &Network) -> Item {
    let id = network.remarks.id.clone();
    let (body, annotations) = match (&network.members, id) {
        (None, Some(id)) => {
            let mut annotations = lower::annotations(&network.remarks);
            annotations.retain(|(key, _)| *key != "id");
            (NetworkBody::Id(tree::name(id)), annotations)
        }
        (members, _) => {
            let members = members.iter().flatten().map(member).collect();
            (NetworkBody::Members(members), lower::annotations(&network.remarks))
        }
    };
    let kind = ItemKind::Network(ast::Network {
        name: tree::name(name),
        trusted: network.trusted.then(tree::nowhere),
        body,
    });
    tree::item(docs_of(&network.remarks), annotations, kind)
}

fn member(member: &Member) -> NetworkMember {
    match member {
        Member::Address(text) => {
            NetworkMember::Address(tree::literal(LiteralValue::Address(text.clone())))
        }
        Member::Range(low, high) => {
            let range = LiteralValue::AddressRange(low.clone(), high.clone());
            NetworkMember::Address(tree::literal(range))
        }
        Member::Countries { codes, unknown, gps } => {
            let unknown = unknown.then(|| "unknown".to_owned());
            NetworkMember::Country {
                codes: codes.iter().cloned().chain(unknown).map(tree::name).collect(),
                by_gps: gps.then(tree::nowhere),
                span: tree::nowhere(),
            }
        }
        Member::Marker(word, argument) => NetworkMember::Marker {
            word: tree::name(*word),
            argument: argument.clone().map(tree::name),
        },
    }
}

fn strengths_file(set: &Set<'_>) -> Option<String> {
    if set.strengths.is_empty() {
        return None;
    }
    let mut text = head("Authentication strengths of your own.");
    for named in set.strengths {
        text.push('\n');
        if named.object.combinations.is_none() {
            let hint = "The export does not say what it is made of: its proof comes with requests.";
            text.push_str(&comment(hint));
        }
        text.push_str(&format_item(&strength_item(&named.name, &named.object)));
    }
    Some(text)
}

fn strength_item(name: &str, strength: &Strength) -> Item {
    let mut annotations = lower::annotations(&strength.remarks);
    let body = match &strength.combinations {
        Some(combinations) => {
            StrengthBody::Combinations(combinations.iter().map(combination).collect())
        }
        None => {
            annotations.retain(|(key, _)| *key != "id");
            StrengthBody::Id(tree::name(strength.remarks.id.clone().unwrap_or_default()))
        }
    };
    let kind = ItemKind::Strength(ast::Strength { name: tree::name(name), body });
    tree::item(docs_of(&strength.remarks), annotations, kind)
}

fn combination(methods: &Combination) -> ast::Combination {
    let method = |method: &crate::entra::model::MethodUse| ast::MethodUse {
        method: tree::name(method.method),
        restrictions: method
            .restrictions
            .iter()
            .map(|(word, values)| (tree::name(*word), values.iter().map(tree::name).collect()))
            .collect(),
    };
    ast::Combination { methods: methods.iter().map(method).collect(), span: tree::nowhere() }
}

/// A file of comments: what the export holds and these files do not.
fn refused_file(set: &Set<'_>) -> Option<String> {
    if set.refused.is_empty() {
        return None;
    }
    let mut text = head("What was not taken over, and why. Nothing here has any effect.");
    for refusal in set.refused {
        text.push('\n');
        refusal.to_string().lines().for_each(|line| text.push_str(&comment(line)));
    }
    Some(text)
}
