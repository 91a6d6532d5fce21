//! What objects carry beside their meaning: ids, titles, descriptions, times.

use crate::entra::model::{Origin, Remarks};
use crate::entra::names;
use crate::hir;

/// What an object is, and so how its title is told from its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Network,
    Strength,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Network => "network",
            Kind::Strength => "strength",
        }
    }
}

/// The remarks of a network or a strength. These have no title: an import writes it as the first line of their
/// documentation, which is known by the name that it makes.
pub(super) fn of(remarks: &hir::Remarks, name: &str, kind: Kind) -> Remarks {
    let (first, rest) = remarks.docs.split_once('\n').unwrap_or((&remarks.docs, ""));
    let is_title = !first.is_empty() && names::is_made_of(name, first, kind.word());
    let (title, description) = if is_title { (first, rest) } else { (name, &*remarks.docs) };
    titled(remarks, title, description)
}

/// The remarks of a policy.
pub(super) fn of_policy(policy: &hir::Policy) -> Remarks {
    let title = policy.title.as_deref().unwrap_or(&policy.name);
    titled(&policy.remarks, title, &policy.remarks.docs)
}

fn titled(remarks: &hir::Remarks, title: &str, description: &str) -> Remarks {
    let annotation = |name: &str| remarks.annotation(name).map(str::to_owned);
    Remarks {
        origin: Origin { file: String::new(), name: title.to_owned() },
        id: annotation("id"),
        template: annotation("template"),
        description: Some(description.to_owned()).filter(|text| !text.is_empty()),
        created: annotation("created"),
        modified: annotation("modified"),
        deleted: annotation("deleted"),
        notes: Vec::new(),
    }
}

/// An id for what has none, the same in every export: a GUID of version 8, which nobody else gives out.
pub(super) fn made_up_id(kind: &str, name: &str) -> String {
    let hash = fnv(&format!("latch {kind} {name}"));
    let hash = hash & !(0xf << 76) & !(0x3 << 62) | (0x8 << 76) | (0x2 << 62);
    let text = format!("{hash:032x}");
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}

/// FNV-1a in 128 bits: no secret depends on it, only that different names have different ids.
fn fnv(text: &str) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    text.bytes().fold(OFFSET, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::made_up_id;
    use crate::entra::names::is_guid;

    #[test]
    fn made_up_ids_are_guids_of_version_8() {
        let ids = ["office", "offices", ""].map(|name| made_up_id("network", name));
        for id in &ids {
            assert!(is_guid(id), "{id}");
            assert_eq!(&id[14..15], "8", "{id}");
            assert!("89ab".contains(&id[19..20]), "{id}");
        }
        assert_ne!(ids[0], ids[1]);
        assert_ne!(made_up_id("strength", "office"), ids[0]);
        assert_eq!(made_up_id("network", "office"), ids[0]);
    }
}
