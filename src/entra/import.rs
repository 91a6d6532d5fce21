//! An export as policy files: what is read, what is refused, what everything is called.

use std::collections::{BTreeMap, BTreeSet};

use crate::entra::codes;
use crate::entra::finding::{Fault, Findings, Note, Refusal};
use crate::entra::graph;
use crate::entra::json::Node;
use crate::entra::lower::Context;
use crate::entra::model::{
    App, Combination, Demand, Member, MethodUse, Network, Origin, Part, People, Place, Policy,
    Remarks, Strength, StrengthRef,
};
use crate::entra::names::{Key, Names, key};
use crate::entra::origin;
use crate::entra::read::{Export, Found};
use crate::entra::tables::MFA_TRUSTED_IPS;
use crate::entra::write::{self, Named, Object, Set};
use crate::syntax::ast::ObjectKind;
use crate::value::canonical_id;

/// The most policies of one import: as many as a policy set may have.
pub const MAX_POLICIES: usize = crate::hir::limits::MAX_POLICIES;

/// The most ids in all policies of one import: half of what conditions of a policy set may hold, since each id has
/// a comparison around it.
pub const MAX_VALUES: usize = crate::hir::limits::MAX_EXPANSION / 2;

/// The most bytes of one policy, location or strength: some 20,000 ids, four times the longest list that Entra
/// has, and few enough for one item of a policy file.
pub const MAX_OBJECT_BYTES: usize = 1024 * 1024;

/// How many faults of one object are told: more than anyone reads at once.
const MAX_FAULTS: usize = 20;

/// What became of an export.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Policy files: their names, without a folder, and their texts, formatted.
    pub files: Vec<(String, String)>,
    /// What was not taken over, a line for each field at fault.
    pub refused: Vec<Refusal>,
    /// What was taken over in another form, or should be known.
    pub notes: Vec<Note>,
    /// How much there was of what.
    pub counts: Counts,
    /// Where each policy came from, in the order of the export.
    pub origins: Vec<origin::Origin>,
}

/// How much an import took over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files that were read.
    pub files: usize,
    /// Policies that were taken over.
    pub policies: usize,
    /// Policies that were refused.
    pub refused: usize,
    /// Policies that stood in the export a second time, with the same id and all the same fields.
    pub repeated: usize,
    /// Networks that were taken over.
    pub networks: usize,
    /// Strengths that were taken over.
    pub strengths: usize,
    /// Directory objects named as the export knows them.
    pub named: usize,
    /// Directory objects of which only the id is known.
    pub unnamed: usize,
    /// Kinds of objects that are of no use to policies, with how many there were.
    pub skipped: BTreeMap<String, usize>,
}

/// Makes policy files of an export.
pub fn import(export: &Export) -> Imported {
    let mut importer = Importer::default();
    importer.refused.extend(export.unreadable.iter().cloned());
    importer.counts.files = export.files();
    importer.counts.skipped = export.skipped.clone();
    importer.refuse_plans(export);
    let policies = importer.policies(export);
    let networks = importer.networks(export, &policies);
    let strengths = importer.strengths(export, &policies);
    let names = Names::of_prelude();
    importer.assemble(export, names, policies, networks, strengths)
}

/// What accumulates while an export is read.
#[derive(Default)]
struct Importer {
    refused: Vec<Refusal>,
    notes: Vec<Note>,
    counts: Counts,
}

impl Importer {
    /// Whether there were no faults; else they refuse what they were found in.
    fn accept(&mut self, what: &'static str, remarks: &mut Remarks, findings: Findings) -> bool {
        let accepted = findings.faults.is_empty();
        if accepted {
            remarks.notes.extend(findings.notes);
        }
        let Origin { file, name } = &remarks.origin;
        let faults = findings.faults.into_iter().take(MAX_FAULTS);
        self.refused.extend(faults.map(|fault| fault.of(what, name, file)));
        accepted
    }

    /// Tells what there is to know of an object that was taken over.
    fn tell(&mut self, remarks: &Remarks) {
        let Origin { file, name } = &remarks.origin;
        let notes = remarks.notes.iter().map(|(path, text)| Note {
            name: name.clone(),
            file: file.clone(),
            path: path.clone(),
            text: text.clone(),
        });
        self.notes.extend(notes);
    }

    /// A plan shares conditions between rules; reading a rule alone would lose them.
    fn refuse_plans(&mut self, export: &Export) {
        for found in &export.plans {
            let mut findings = Findings::default();
            let node = Node::root(&found.json);
            let name = node.fields(&mut findings).take("displayName").text(&mut findings);
            let reason =
                "policy plans are not known: their rules share conditions that would be lost";
            let fault =
                Fault { value: String::new(), ..node.fault(codes::NOT_EXPRESSIBLE, reason) };
            self.refused.push(fault.of("plan", &name.unwrap_or_default(), &found.file));
            self.counts.refused += 1;
        }
    }

    fn policies(&mut self, export: &Export) -> Vec<Policy> {
        let (distinct, repeated) = distinct(&export.policies);
        self.counts.repeated = repeated.len();
        for found in repeated {
            let name =
                found.json.get("displayName").and_then(|it| it.as_text()).unwrap_or_default();
            let text = "stands in the export a second time, the same; taken over once";
            self.notes.push(Note {
                name: name.to_owned(),
                file: found.file.clone(),
                path: "id".to_owned(),
                text: text.to_owned(),
            });
        }
        let mut policies = Vec::new();
        let mut values = 0;
        for found in distinct {
            let mut findings = Findings::default();
            let node = Node::root(&found.json);
            let mut policy = graph::policy(&node, &found.file, &mut findings);
            check_size(&node, &mut findings);
            values += references(&policy).len();
            if policies.len() == MAX_POLICIES || values > MAX_VALUES {
                let reason = format!(
                    "an import may hold {MAX_POLICIES} policies and {MAX_VALUES} ids in them"
                );
                findings
                    .refuse(Fault { value: String::new(), ..node.fault(codes::TOO_LARGE, reason) });
            }
            if self.accept("policy", &mut policy.remarks, findings) {
                policies.push(policy);
            } else {
                self.counts.refused += 1;
            }
        }
        policies.sort_by(|a, b| order(&a.remarks).cmp(&order(&b.remarks)));
        self.counts.policies = policies.len();
        policies
    }

    /// The locations of the export, and those that only policies name.
    fn networks(&mut self, export: &Export, policies: &[Policy]) -> Vec<Network> {
        let mut networks: Vec<Network> = Vec::new();
        for found in distinct(&export.networks).0 {
            let mut findings = Findings::default();
            let node = Node::root(&found.json);
            let mut network = graph::network(&node, &found.file, &mut findings);
            check_size(&node, &mut findings);
            if !self.accept("network", &mut network.remarks, findings) {
                network.members = None;
            }
            networks.push(network);
        }
        let mut networks = self.settle_twice(networks);
        let ids = networks.iter().filter_map(|it| it.remarks.id.as_deref()).map(canonical_id);
        let mut described: BTreeSet<String> = ids.collect();
        for policy in policies {
            let locations = &policy.conditions.locations;
            for place in locations.include.iter().chain(&locations.exclude) {
                let id = place_id(place);
                if described.insert(canonical_id(id)) {
                    networks.push(undescribed(id, export));
                }
            }
        }
        networks.sort_by(|a, b| order(&a.remarks).cmp(&order(&b.remarks)));
        networks
    }

    /// Two locations of one id that differ: nothing tells which holds, so that only requests can say who is in it.
    fn settle_twice(&mut self, networks: Vec<Network>) -> Vec<Network> {
        let mut settled: Vec<Network> = Vec::new();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for network in networks {
            let id = network.remarks.id.as_deref().map(canonical_id);
            if let Some(at) = id.as_ref().and_then(|id| places.get(id)) {
                let first = &mut settled[*at];
                first.trusted = first.trusted && network.trusted;
                first.members = None;
                let reason =
                    "two locations have this id and differ; it is taken over by its id alone";
                self.refused.push(twice("network", &network.remarks, reason));
                continue;
            }
            places.extend(id.map(|id| (id, settled.len())));
            settled.push(network);
        }
        settled
    }

    /// The strengths of the export and those that policies carry a copy of.
    fn strengths(&mut self, export: &Export, policies: &[Policy]) -> Vec<Strength> {
        let mut strengths: BTreeMap<String, Strength> = BTreeMap::new();
        for found in distinct(&export.strengths).0 {
            let mut findings = Findings::default();
            let node = Node::root(&found.json);
            let mut strength = graph::strength(&node, &found.file, &mut findings);
            check_size(&node, &mut findings);
            if !self.accept("strength", &mut strength.remarks, findings) {
                strength.combinations = None;
            }
            let Some(id) = strength.remarks.id.clone() else { continue };
            self.add_strength(&mut strengths, &id, strength);
        }
        for policy in policies {
            for reference in strength_references(policy) {
                let strength = copy_of(reference, &policy.remarks.origin, export);
                self.add_strength(&mut strengths, &reference.id, strength);
            }
        }
        let mut strengths: Vec<Strength> = strengths.into_values().collect();
        strengths.sort_by(|a, b| order(&a.remarks).cmp(&order(&b.remarks)));
        strengths
    }

    fn add_strength(
        &mut self,
        strengths: &mut BTreeMap<String, Strength>,
        id: &str,
        new: Strength,
    ) {
        let known = match strengths.entry(canonical_id(id)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(new);
                return;
            }
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
        };
        match (&known.combinations, &new.combinations) {
            (_, None) => {}
            (None, Some(_)) if known.remarks.origin.file == new.remarks.origin.file => {}
            (None, Some(_)) => known.combinations.clone_from(&new.combinations),
            (Some(first), Some(second)) => match agreed(first, second) {
                Some(agreed) => known.combinations = Some(agreed),
                None => {
                    let reason =
                        "two strengths have this id and differ; it is taken over by its id alone";
                    self.refused.push(twice("strength", &new.remarks, reason));
                    known.combinations = None;
                }
            },
        }
    }

    fn assemble(
        mut self,
        export: &Export,
        mut names: Names,
        policies: Vec<Policy>,
        networks: Vec<Network>,
        strengths: Vec<Strength>,
    ) -> Imported {
        let policies = self.name_policies(policies, &mut names);
        let mut named_networks = Vec::new();
        for network in networks {
            let remarks = &network.remarks;
            let id = remarks.id.as_deref();
            // The prelude has the network of Global Secure Access; one that the export describes is the tenant's own.
            let described = !remarks.origin.file.is_empty();
            if !described && id.is_some_and(|id| names.network(id).is_some()) {
                continue;
            }
            self.tell(remarks);
            let name = names.add_network(id, &remarks.origin.name);
            named_networks.push(Named { name, object: network });
        }
        let mut named_strengths = Vec::new();
        for mut strength in strengths {
            let Some(id) = strength.remarks.id.clone() else { continue };
            if names.strength(&id).is_some() {
                continue;
            }
            if strength.combinations.is_none() {
                let text = "the export does not say what this strength is made of: its proof comes with requests";
                strength.remarks.notes.push((String::new(), text.to_owned()));
            }
            self.tell(&strength.remarks);
            let name = names.add_strength(&id, &strength.remarks.origin.name);
            named_strengths.push(Named { name, object: strength });
        }
        let objects = self.name_objects(export, &policies, &mut names);
        self.counts.networks = named_networks.len();
        self.counts.strengths = named_strengths.len();
        let context = Context { names: &names };
        self.notes.sort();
        let set = Set {
            policies: &policies,
            networks: &named_networks,
            strengths: &named_strengths,
            objects: &objects,
            refused: &self.refused,
        };
        let files = write::files(&set, &context);
        let origins = policies.iter().map(origin::Origin::of).collect();
        let (refused, notes, counts) = (self.refused, self.notes, self.counts);
        Imported { files, refused, notes, counts, origins }
    }

    fn name_policies(&mut self, policies: Vec<Policy>, names: &mut Names) -> Vec<Named<Policy>> {
        let mut named: Vec<Named<Policy>> = Vec::new();
        let mut titles: BTreeMap<String, String> = BTreeMap::new();
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for mut policy in policies {
            let remarks = &mut policy.remarks;
            let title = &remarks.origin.name;
            let name = names.make(title, "policy");
            if let Some(other) = titles.get(title) {
                let text = format!(
                    "another policy has this display name: `{other}`; this one is `{name}`"
                );
                remarks.notes.push(("displayName".to_owned(), text));
            }
            titles.entry(title.clone()).or_insert_with(|| name.clone());
            if remarks.id.as_deref().is_some_and(|id| !ids.insert(canonical_id(id))) {
                let text = "another policy has this id and differs; both are taken over";
                remarks.notes.push(("id".to_owned(), text.to_owned()));
            }
            self.tell(remarks);
            named.push(Named { name, object: policy });
        }
        named
    }

    /// Names for all ids that policies speak of and the prelude does not know.
    fn name_objects(
        &mut self,
        export: &Export,
        policies: &[Named<Policy>],
        names: &mut Names,
    ) -> Vec<Object> {
        let mut wanted: BTreeMap<Key, String> = BTreeMap::new();
        for policy in policies {
            for (kind, id) in references(&policy.object) {
                let spelling = wanted.entry(key(kind, id)).or_insert_with(|| id.to_owned());
                if id < spelling.as_str() {
                    id.clone_into(spelling);
                }
            }
        }
        let mut objects = Vec::new();
        let mut ordered: Vec<_> = wanted
            .into_iter()
            .map(|(key, id)| (key.0, export.known.name(key.0, &id).map(str::to_owned), id, key))
            .collect();
        ordered.sort();
        for (kind, display_name, id, key) in ordered {
            let unnamed_context = kind == ObjectKind::Context && display_name.is_none();
            if names.object(kind, &id).is_some() || unnamed_context {
                continue;
            }
            let speaks = crate::entra::names::is_guid(&id);
            *(if display_name.is_some() || !speaks {
                &mut self.counts.named
            } else {
                &mut self.counts.unnamed
            }) += 1;
            let shown = display_name.as_deref().or((!speaks).then_some(id.as_str()));
            let name = names.add_object(&key, shown);
            objects.push(Object { kind, name, id, display_name });
        }
        objects
    }
}

fn check_size(node: &Node<'_>, findings: &mut Findings) {
    if node.json.size() > MAX_OBJECT_BYTES {
        let reason = format!("one object may have {MAX_OBJECT_BYTES} bytes");
        // The size refuses it, whatever else there is to say.
        let fault = Fault { value: String::new(), ..node.fault(codes::TOO_LARGE, reason) };
        findings.faults.insert(0, fault);
    }
}

/// Objects that are not the same as an earlier one, and those that are. Without an id, nothing is the same.
fn distinct(found: &[Found]) -> (Vec<&Found>, Vec<&Found>) {
    let mut seen = BTreeSet::new();
    let is_new = |found: &&Found| {
        let id = found.json.get("id").is_some_and(|id| !id.is_empty());
        !id || seen.insert(found.json.canonical())
    };
    found.iter().partition(is_new)
}

/// Objects stand in the order of their names, whatever the order of files.
fn order(remarks: &Remarks) -> (&str, Option<&str>, &str) {
    (&remarks.origin.name, remarks.id.as_deref(), &remarks.origin.file)
}

fn twice(what: &'static str, remarks: &Remarks, reason: &str) -> Refusal {
    let fault = Fault {
        code: codes::CONTRADICTION,
        path: "id".to_owned(),
        value: remarks.id.clone().unwrap_or_default(),
        reason: reason.to_owned(),
        suggestion: Some("keep one of them in the export".to_owned()),
    };
    fault.of(what, &remarks.origin.name, &remarks.origin.file)
}

fn bare(id: &str, name: &str) -> Remarks {
    Remarks {
        origin: Origin { file: String::new(), name: name.to_owned() },
        id: Some(id.to_owned()),
        template: None,
        description: None,
        created: None,
        modified: None,
        deleted: None,
        notes: Vec::new(),
    }
}

fn place_id(place: &Place) -> &str {
    match place {
        Place::Trusted => MFA_TRUSTED_IPS,
        Place::Id(id) => id,
    }
}

/// A location that policies name and the export does not describe.
fn undescribed(id: &str, export: &Export) -> Network {
    if id == MFA_TRUSTED_IPS {
        let members = vec![Member::Marker("mfa-trusted-ips", None)];
        let remarks = bare(id, "Multifactor trusted addresses");
        return Network { remarks, trusted: true, members: Some(members) };
    }
    let mut remarks = bare(id, export.known.any_name(id).unwrap_or(id));
    let text = "policies name this location and the export does not describe it: whether a request is in it comes with the request";
    remarks.notes.push((String::new(), text.to_owned()));
    Network { remarks, trusted: false, members: None }
}

fn strength_references<'p>(policy: &'p Policy) -> Vec<&'p StrengthRef> {
    let Demand::Require { parts, .. } = &policy.demand else { return Vec::new() };
    let reference = |part: &'p Part| match part {
        Part::Strength(reference) => Some(reference),
        Part::Word(_) | Part::Terms(_) | Part::CustomControl(_) => None,
    };
    parts.iter().filter_map(reference).collect()
}

fn copy_of<'a>(reference: &'a StrengthRef, origin: &Origin, export: &'a Export) -> Strength {
    let known = reference.name.as_deref().or_else(|| export.known.any_name(&reference.id));
    let mut remarks = bare(&reference.id, known.unwrap_or(&reference.id));
    remarks.origin.file.clone_from(&origin.file);
    Strength { remarks, combinations: reference.combinations.clone() }
}

/// What two definitions of a strength say together: the same, or the restricted one, when the other is a copy
/// without restrictions, which is how policies carry it. Nothing, when they differ.
fn agreed(first: &[Combination], second: &[Combination]) -> Option<Vec<Combination>> {
    let sorted = |combinations: &[Combination]| {
        let mut sorted = combinations.to_vec();
        sorted.iter_mut().for_each(|combination| combination.sort());
        sorted.sort();
        sorted
    };
    let unrestricted = |combinations: &[Combination]| {
        let plain = |method: &MethodUse| MethodUse { restrictions: Vec::new(), ..method.clone() };
        let all: Vec<Combination> =
            combinations.iter().map(|it| it.iter().map(plain).collect()).collect();
        sorted(&all)
    };
    let (a, b) = (sorted(first), sorted(second));
    match () {
        () if a == b || unrestricted(first) == b => Some(first.to_vec()),
        () if a == unrestricted(second) => Some(second.to_vec()),
        () => None,
    }
}

/// Every id that a policy speaks of, with its kind.
fn references(policy: &Policy) -> Vec<(ObjectKind, &str)> {
    let conditions = &policy.conditions;
    let mut found: Vec<(ObjectKind, &str)> = Vec::new();
    for people in [&conditions.users.include, &conditions.users.exclude] {
        add_people(people, &mut found);
    }
    let workloads = &conditions.service_principals;
    push(
        ObjectKind::ServicePrincipal,
        workloads.include.iter().chain(&workloads.exclude),
        &mut found,
    );
    let agents = &conditions.agents;
    push(ObjectKind::Agent, agents.include.iter().chain(&agents.exclude), &mut found);
    let targets = &conditions.targets;
    let apps = targets.include.iter().chain(&targets.exclude).filter_map(|app| match app {
        App::Id(id) => Some(id),
        App::AgentResources => None,
    });
    push(ObjectKind::App, apps, &mut found);
    push(ObjectKind::Context, &targets.contexts, &mut found);
    if let Demand::Require { parts, .. } = &policy.demand {
        for part in parts {
            match part {
                Part::Terms(id) => found.push((ObjectKind::Terms, id)),
                Part::CustomControl(id) => found.push((ObjectKind::CustomControl, id)),
                Part::Word(_) | Part::Strength(_) => {}
            }
        }
    }
    found
}

fn push<'p>(
    kind: ObjectKind,
    ids: impl IntoIterator<Item = &'p String>,
    found: &mut Vec<(ObjectKind, &'p str)>,
) {
    found.extend(ids.into_iter().map(|id| (kind, id.as_str())));
}

fn add_people<'p>(people: &'p People, found: &mut Vec<(ObjectKind, &'p str)>) {
    push(ObjectKind::User, &people.users, found);
    push(ObjectKind::Group, &people.groups, found);
    push(ObjectKind::Role, &people.roles, found);
    for guests in &people.guests {
        push(ObjectKind::Tenant, &guests.tenants, found);
    }
}
