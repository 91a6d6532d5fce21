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

/// Where a file ends and the next part of it begins, in bytes: an eighth of the largest policy file, since one item
/// may still be added, and items are read in memory.
const MAX_PART_BYTES: usize = crate::syntax::limits::MAX_FILE_BYTES / 8;

/// A file while it is written; a very long one is several.
struct Page {
    name: &'static str,
    head: String,
    parts: Vec<String>,
}

impl Page {
    /// A file with its head: what it holds, and where that comes from.
    fn new(name: &'static str, about: &str) -> Page {
        let head = format!("// {about}\n// Imported from Microsoft Entra.\n");
        Page { name, head, parts: Vec::new() }
    }

    /// Adds a piece that stays together.
    fn add(&mut self, piece: &str) {
        match self.parts.last_mut() {
            Some(part) if part.len() < MAX_PART_BYTES => part.push_str(piece),
            _ => self.parts.push(format!("{}{piece}", self.head)),
        }
    }

    /// The files with their texts; none, where nothing was added.
    fn files(self) -> impl Iterator<Item = (String, String)> {
        let name = self.name;
        self.parts.into_iter().zip(1..).map(move |(text, number)| {
            let number = if number == 1 { String::new() } else { format!("-{number}") };
            let name = format!("{name}{number}.latch");
            let text = formatted(&name, &text);
            (name, text)
        })
    }
}

/// Writes every file that has something in it.
pub(super) fn files(set: &Set<'_>, context: &Context<'_>) -> Vec<(String, String)> {
    let mut pages =
        vec![names_page(set), networks_page(set), strengths_page(set), refused_page(set)];
    pages.extend(policy_pages(set, context));
    let mut files: Vec<(String, String)> = pages.into_iter().flat_map(Page::files).collect();
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
        file: "workloads",
        about: "Policies about service principals and agents.",
        holds: is_about_workloads,
    },
    Theme {
        file: "guests",
        about: "Policies about guests and other external people, and about nobody else.",
        holds: is_about_guests,
    },
    Theme {
        file: "administrators",
        about: "Policies about directory roles.",
        holds: |policy| !policy.conditions.users.include.roles.is_empty(),
    },
    Theme {
        file: "risk",
        about: "Policies that ask for a risk.",
        holds: |policy| !policy.conditions.risks.is_empty(),
    },
    Theme {
        file: "block",
        about: "Policies that block.",
        holds: |policy| matches!(policy.demand, Demand::Block),
    },
    Theme {
        file: "devices",
        about: "Policies that demand something of a device or of a client app.",
        holds: is_about_devices,
    },
    Theme {
        file: "sessions",
        about: "Policies that demand nothing and control sessions.",
        holds: |policy| matches!(policy.demand, Demand::Nothing),
    },
    Theme {
        file: "everyone",
        about: "Policies about everyone.",
        holds: |policy| policy.conditions.users.include.everyone,
    },
    Theme { file: "people", about: "Policies about some people.", holds: |_| true },
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

/// The widest line of a comment, as wide as the formatter's.
const WIDTH: usize = 100;

/// A comment, broken at words; whatever would end a line becomes a space.
fn comment(text: &str) -> String {
    let text: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    let mut lines = vec![String::from("//")];
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > 2 && line + 1 + word.chars().count() > WIDTH {
            lines.push(String::from("//"));
        }
        if let Some(line) = lines.last_mut() {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n") + "\n"
}

fn policy_pages(set: &Set<'_>, context: &Context<'_>) -> Vec<Page> {
    let mut pages: Vec<Page> =
        THEMES.iter().map(|theme| Page::new(theme.file, theme.about)).collect();
    let mut policies: Vec<&Named<Policy>> = set.policies.iter().collect();
    policies.sort_by(|a, b| a.name.cmp(&b.name));
    for named in policies {
        let theme = THEMES.iter().position(|theme| (theme.holds)(&named.object));
        if let Some(page) = theme.and_then(|theme| pages.get_mut(theme)) {
            page.add(&policy_text(named, context));
        }
    }
    pages
}

fn policy_text(named: &Named<Policy>, context: &Context<'_>) -> String {
    let mut text = String::from("\n");
    for (path, note) in &named.object.remarks.notes {
        let dot = if path.is_empty() { "" } else { ": " };
        text.push_str(&comment(&format!("Imported: {path}{dot}{note}")));
    }
    for hint in context.why_never(&named.object) {
        text.push_str(&comment(hint));
    }
    text.push_str(&format_item(&context.policy(&named.name, &named.object)));
    text
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

fn names_page(set: &Set<'_>) -> Page {
    let about = "What policies call people, groups, apps and everything else that has an id.";
    let mut page = Page::new("names", about);
    for (kind, heading) in SECTIONS {
        let of_kind = set.objects.iter().filter(|object| object.kind == kind);
        let (known, unknown): (Vec<_>, Vec<_>) = of_kind.partition(|object| has_name(object));
        section(heading, &known, &mut page);
        let heading = format!("{heading} that the export does not name: call them what they are");
        section(&heading, &unknown, &mut page);
    }
    page
}

fn has_name(object: &Object) -> bool {
    object.display_name.is_some() || !names::is_guid(&object.id)
}

fn section(heading: &str, objects: &[&Object], page: &mut Page) {
    if objects.is_empty() {
        return;
    }
    page.add(&format!("\n{}", comment(&format!("── {heading} ──"))));
    let mut objects = objects.to_vec();
    objects.sort_by(|a, b| a.name.cmp(&b.name));
    for object in objects {
        let mut text = String::new();
        if looks_like_break_glass(object) {
            text.push_str(&comment("Break-glass accounts, by the name. If they are, say so:"));
            let kind = object.kind.keyword();
            text.push_str(&comment(&format!("{kind} {} emergency = …", object.name)));
        }
        text.push_str(&format_item(&object_item(object)));
        page.add(&text);
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

fn networks_page(set: &Set<'_>) -> Page {
    let mut page = Page::new("networks", "Networks: named locations.");
    for named in set.networks {
        let mut text = String::from("\n");
        let network = &named.object;
        if network.members.is_none() {
            text.push_str(&comment(
                "The export does not say what is in it: that comes with requests.",
            ));
        }
        if network.trusted && network.remarks.origin.file.is_empty() {
            text.push_str(&comment(
                "The trusted addresses in the settings of multifactor authentication, which no export holds. \
                 Entra counts them as trusted. If that list is empty, remove this item.",
            ));
        }
        text.push_str(&format_item(&network_item(&named.name, network)));
        page.add(&text);
    }
    page
}

/// The display name as documentation: items of these kinds have no title.
fn docs_of(remarks: &crate::entra::model::Remarks) -> Vec<String> {
    let described = !remarks.origin.file.is_empty();
    let known = described && Some(&remarks.origin.name) != remarks.id.as_ref();
    let mut docs = lower::description(known.then_some(remarks.origin.name.as_str()));
    docs.extend(lower::description(remarks.description.as_deref()));
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

fn strengths_page(set: &Set<'_>) -> Page {
    let mut page = Page::new("strengths", "Authentication strengths of your own.");
    for named in set.strengths {
        let mut text = String::from("\n");
        if named.object.combinations.is_none() {
            let hint = "The export does not say what it is made of: its proof comes with requests.";
            text.push_str(&comment(hint));
        }
        text.push_str(&format_item(&strength_item(&named.name, &named.object)));
        page.add(&text);
    }
    page
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
fn refused_page(set: &Set<'_>) -> Page {
    let about = "What was not taken over, and why. Nothing here has any effect.";
    let mut page = Page::new("not-imported", about);
    for refusal in set.refused {
        let shown = refusal.to_string();
        let lines: String = shown.lines().map(comment).collect();
        page.add(&format!("\n{lines}"));
    }
    page
}
