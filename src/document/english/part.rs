//! What a condition is about: the rows of a card.

use crate::hir::Condition;
use crate::schema::attribute::AttributeId;

/// What a condition is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::document) enum Part {
    /// Who signs in.
    Who,
    /// What they ask for.
    What,
    /// With which client, device and flow.
    With,
    /// From where.
    Where,
    /// At which risk.
    Risk,
    /// At what time.
    When,
    /// The organisation's own attributes, and conditions about several of these.
    Other,
}

/// The first words of attributes' names, with what they are about.
const HEADS: [(&str, Part); 22] = [
    ("principal", Part::Who),
    ("user", Part::Who),
    ("service-principal", Part::Who),
    ("agent", Part::Who),
    ("target", Part::What),
    ("app", Part::What),
    ("action", Part::What),
    ("context", Part::What),
    ("traffic", Part::What),
    ("client", Part::With),
    ("platform", Part::With),
    ("flow", Part::With),
    ("device", Part::With),
    ("ip", Part::Where),
    ("location", Part::Where),
    ("country", Part::Where),
    ("asn", Part::Where),
    ("anonymizer", Part::Where),
    ("risk", Part::Risk),
    ("time", Part::When),
    ("weekday", Part::When),
    ("date", Part::When),
];

impl Part {
    /// Every part, in the order of a sentence.
    pub(in crate::document) const ALL: [Part; 7] =
        [Part::Who, Part::What, Part::With, Part::Where, Part::Risk, Part::When, Part::Other];

    /// Its word in a card.
    pub(in crate::document) fn label(self) -> &'static str {
        match self {
            Part::Who => "Who",
            Part::What => "Target",
            Part::With => "Device",
            Part::Where => "Place",
            Part::Risk => "Risk",
            Part::When => "Time",
            Part::Other => "Further",
        }
    }

    /// What the whole condition is about; nothing when it tests nothing.
    pub(in crate::document) fn of(condition: &Condition) -> Option<Part> {
        let probes = condition.probes();
        let mut parts = probes.into_iter().map(|probe| Part::of_attribute(probe.attribute));
        let first = parts.next()?;
        Some(if parts.all(|part| part == first) { first } else { Part::Other })
    }

    fn of_attribute(attribute: AttributeId) -> Part {
        let AttributeId::BuiltIn(attribute) = attribute else { return Part::Other };
        let head = attribute.name().split('.').next().unwrap_or_default();
        let known = HEADS.iter().find(|(name, _)| *name == head);
        known.map_or(Part::Other, |(_, part)| *part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::attribute::Attribute;

    #[test]
    fn every_attribute_is_about_something() {
        for attribute in Attribute::all() {
            let head = attribute.name().split('.').next().unwrap_or_default();
            assert!(HEADS.iter().any(|(name, _)| *name == head), "{}", attribute.name());
        }
    }
}
