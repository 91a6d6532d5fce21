//! A test of one attribute, as it stands in a sentence.

use std::collections::BTreeSet;

use crate::document::english::nouns::called;
use crate::document::english::{English, Grammar, Leaf, MAX_LISTED};
use crate::document::phrase::Phrase;
use crate::hir::{NetworkId, Predicate, Probe, Zone};
use crate::page::anchor;
use crate::schema::attribute::{Attribute, AttributeId, Kind, WEEKDAYS};
use crate::syntax::ast::ObjectKind;
use crate::value::Country;

fn adverb(phrase: Phrase) -> Leaf {
    Leaf { grammar: Grammar::Adverb, phrase }
}

fn doing(phrase: Phrase) -> Leaf {
    Leaf { grammar: Grammar::Doing, phrase }
}

/// The words for a test that holds, and for one that does not.
fn either(holds: bool, yes: &str, no: &str) -> Phrase {
    Phrase::from(if holds { yes } else { no })
}

impl English<'_> {
    pub(super) fn test(&self, probe: &Probe, holds: bool) -> Leaf {
        match &probe.predicate {
            Predicate::Holds => self.boolean(probe, holds),
            Predicate::Words(words, zone) => self.words_of(probe, words, zone.as_ref(), holds),
            Predicate::People(people) => anyone_but(self.people(people), holds),
            Predicate::Apps(apps) => asking_for(self.apps(apps), holds),
            Predicate::ServicePrincipals(wanted) => {
                anyone_but(self.service_principals(wanted), holds)
            }
            Predicate::Agents(agents) => anyone_but(self.agents(agents), holds),
            Predicate::Ids(ids) => self.ids(probe, ids, holds),
            Predicate::Networks(networks) => self.networks(networks, holds),
            Predicate::Countries(countries) => from_countries(countries, holds),
            Predicate::TimeOfDay(from, to, zone) => adverb(hours(*from, *to, zone, holds)),
            Predicate::Ranges(..) => self.as_written(probe, holds),
            Predicate::Text(_) => self.as_written(probe, holds),
            Predicate::Version(..) => self.as_written(probe, holds),
            Predicate::Custom(..) => self.as_written(probe, holds),
        }
    }

    /// In the words of the language.
    fn as_written(&self, probe: &Probe, holds: bool) -> Leaf {
        let test = Phrase::name(self.words.test(probe));
        adverb(either(holds, "where ", "where not ").then(test))
    }

    fn boolean(&self, probe: &Probe, holds: bool) -> Leaf {
        let device = match probe.attribute {
            AttributeId::BuiltIn(Attribute::DeviceCompliant) => "compliant",
            AttributeId::BuiltIn(Attribute::DeviceHybridJoined) => "hybrid-joined",
            AttributeId::BuiltIn(Attribute::DeviceRegistered) => "registered",
            AttributeId::BuiltIn(_) | AttributeId::Own(_) => return self.as_written(probe, holds),
        };
        let with = if holds { "with" } else { "without" };
        adverb(format!("{with} a {device} device").into())
    }

    fn words_of(
        &self,
        probe: &Probe,
        words: &BTreeSet<u8>,
        zone: Option<&Zone>,
        holds: bool,
    ) -> Leaf {
        let AttributeId::BuiltIn(attribute) = probe.attribute else {
            return self.as_written(probe, holds);
        };
        match attribute.row().kind {
            Kind::Ordered(levels) => adverb(risk(attribute, levels, words, holds)),
            Kind::Weekday => adverb(weekdays(words, zone, holds)),
            _ => {
                let names = words.iter().map(|it| called(attribute, *it).map(Phrase::from));
                let names: Option<Vec<Phrase>> = names.collect();
                let names = names.filter(|it| !it.is_empty()).map(|it| Phrase::list(it, "or"));
                let leaf = names.and_then(|names| enumerated(attribute, names, holds));
                leaf.unwrap_or_else(|| self.as_written(probe, holds))
            }
        }
    }

    fn ids(&self, probe: &Probe, ids: &BTreeSet<String>, holds: bool) -> Leaf {
        match probe.attribute {
            AttributeId::BuiltIn(Attribute::UserTenant) => {
                let names = self.listed(ObjectKind::Tenant, "tenant", ids);
                let lead = either(holds, "from the home tenant ", "from any home tenant but ");
                adverb(lead.then(names))
            }
            AttributeId::BuiltIn(Attribute::Context) => {
                let names = self.listed(ObjectKind::Context, "context", ids);
                asking_for(Phrase::from("the authentication context ").then(names), holds)
            }
            AttributeId::BuiltIn(_) | AttributeId::Own(_) => self.as_written(probe, holds),
        }
    }

    fn networks(&self, networks: &BTreeSet<NetworkId>, holds: bool) -> Leaf {
        let many = !self.whole && networks.len() > MAX_LISTED;
        if *networks == self.trusted() && (networks.is_empty() || many) {
            let none = if networks.is_empty() { " (there is none)" } else { "" };
            let words =
                either(holds, "from a trusted network", "from outside all trusted networks");
            return adverb(words.then(none));
        }
        let names = networks.iter().map(|id| self.network(*id));
        let lead = either(holds, "from ", "from outside ");
        adverb(lead.then(Phrase::list(names, if holds { "or" } else { "and" })))
    }

    /// What `trusted` stands for.
    fn trusted(&self) -> BTreeSet<NetworkId> {
        let numbered = (0..).map(NetworkId).zip(&self.set.networks);
        numbered.filter(|(_, it)| it.trusted && !it.anonymous).map(|(id, _)| id).collect()
    }

    /// The name of a network, leading to its lines where it has a place of its own.
    fn network(&self, id: NetworkId) -> Phrase {
        let network = self.set.network(id);
        match network.anonymous {
            true => Phrase::name(&network.name),
            false => Phrase::link(&network.name, anchor("network", &network.name)),
        }
    }
}

fn from_countries(countries: &BTreeSet<Country>, holds: bool) -> Leaf {
    let codes = countries.iter().map(|it| Phrase::from(it.to_string()));
    let one = if countries.len() == 1 { "country" } else { "countries" };
    let lead = if holds { "from" } else { "from outside" };
    let codes = Phrase::list(codes, if holds { "or" } else { "and" });
    adverb(Phrase::from(format!("{lead} the {one} ")).then(codes))
}

fn hours(from: u32, to: u32, zone: &Zone, holds: bool) -> Phrase {
    let lead = if holds { "between" } else { "outside of the hours between" };
    format!("{lead} {} and {} in {}", hour(from), hour(to), zone.0).into()
}

fn hour(second: u32) -> String {
    let (hours, minutes, seconds) = (second / 3_600, second / 60 % 60, second % 60);
    match seconds {
        0 => format!("{hours:02}:{minutes:02}"),
        _ => format!("{hours:02}:{minutes:02}:{seconds:02}"),
    }
}

fn anyone_but(leaf: Leaf, holds: bool) -> Leaf {
    if holds {
        return leaf;
    }
    let phrase = Phrase::from("anyone or anything but ").then(leaf.phrase);
    Leaf { grammar: Grammar::Somebody, phrase }
}

fn asking_for(what: Phrase, holds: bool) -> Leaf {
    doing(either(holds, "asking for ", "asking for anything but ").then(what))
}

/// The sentence around the names of an enumeration.
fn enumerated(attribute: Attribute, names: Phrase, holds: bool) -> Option<Leaf> {
    let (yes, no) = match attribute {
        Attribute::UserType => {
            let types = Leaf { grammar: Grammar::Several, phrase: names };
            return Some(anyone_but(types, holds));
        }
        Attribute::Action => {
            return Some(doing(either(holds, "", "doing anything but ").then(names)));
        }
        Attribute::Flow => return Some(doing(either(holds, "using ", "not using ").then(names))),
        Attribute::Traffic => return Some(asking_for(names, holds)),
        Attribute::Client => ("with ", "with anything but "),
        Attribute::Platform => ("on ", "on anything but "),
        Attribute::Anonymizer => ("from behind ", "from elsewhere than behind "),
        Attribute::DeviceTrust | Attribute::DeviceOwnership => {
            ("with a device that is ", "without a device that is ")
        }
        _ => return None,
    };
    Some(adverb(either(holds, yes, no).then(names)))
}

fn risk(attribute: Attribute, levels: &[&str], words: &BTreeSet<u8>, holds: bool) -> Phrase {
    let names = words.iter().filter_map(|word| levels.get(usize::from(*word)));
    let names = names.map(|it| Phrase::from(if *it == "none" { "no" } else { *it }));
    let lead = either(holds, "at ", "at anything but ");
    let whose = match attribute {
        Attribute::RiskSignIn => " sign-in risk",
        Attribute::RiskUser => " user risk",
        Attribute::RiskServicePrincipal => " workload risk",
        Attribute::RiskInsider => " insider risk",
        Attribute::RiskAgent => " agent risk",
        _ => " risk",
    };
    lead.then(Phrase::list(names, "or")).then(whose)
}

fn weekdays(words: &BTreeSet<u8>, zone: Option<&Zone>, holds: bool) -> Phrase {
    let names = words.iter().filter_map(|word| WEEKDAYS.get(usize::from(*word)));
    let days = Phrase::list(names.map(|it| Phrase::from(*it).capital()), "or");
    let zone = zone.map_or_else(String::new, |zone| format!(" in {}", zone.0));
    either(holds, "on ", "on any day but ").then(days).then(zone)
}
