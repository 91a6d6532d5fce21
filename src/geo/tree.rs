//! Examines the tree of a database in one pass over its nodes, before anything walks it.
//!
//! A tree that joins itself has few nodes and paths without number, so that a walk over its networks would not end; one
//! with a circle is deeper than an address has bits. Both are refused here, in time and memory linear in the nodes. The
//! root of the IPv4 addresses alone may be led to from several places: that is how databases give IPv4-mapped and
//! 6to4 addresses the records of the IPv4 address in them.

use maxminddb::Metadata;

/// Where the IPv4 addresses are in a tree of IPv6 addresses, in bits from the root.
const IPV4_DEPTH: u8 = 96;

/// Refuses a tree that is none. The reader has made sure that all its nodes lie within `bytes`.
pub(super) fn examine(bytes: &[u8], metadata: &Metadata) -> Result<(), String> {
    let nodes = Nodes { bytes, count: metadata.node_count, bits: metadata.record_size };
    let depth = if metadata.ip_version == 4 { 32 } else { 128 };
    let mut walk = Walk { seen: vec![false; nodes.count as usize], depth, nodes };
    let Some(ipv4) = walk.nodes.ipv4_root().filter(|_| depth == 128) else {
        return walk.below(0, 0, None);
    };
    walk.below(ipv4, IPV4_DEPTH, None)?;
    walk.below(0, 0, Some(ipv4))
}

/// The nodes as they lie in the file.
struct Nodes<'a> {
    bytes: &'a [u8],
    count: u32,
    bits: u16,
}

impl Nodes<'_> {
    /// Where a node leads for the next bit 0 and 1; `None` where it cannot be read.
    fn read(&self, node: u32) -> Option<[u32; 2]> {
        let size = usize::from(self.bits / 4);
        let start = (node as usize).checked_mul(size)?;
        let bytes = self.bytes.get(start..start.checked_add(size)?)?;
        let number =
            |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        match (self.bits, bytes) {
            (28, [left @ .., shared, a, b, c]) => Some([
                number(left) | u32::from(shared >> 4) << 24,
                number(&[shared & 15, *a, *b, *c]),
            ]),
            (24 | 32, bytes) => {
                let (left, right) = bytes.split_at(size / 2);
                Some([number(left), number(right)])
            }
            _ => None,
        }
    }

    /// The node that all IPv4 addresses are below: 96 times bit 0.
    fn ipv4_root(&self) -> Option<u32> {
        let mut node = 0;
        for _ in 0..IPV4_DEPTH {
            node = self.read(node)?[0];
            if node >= self.count {
                return None;
            }
        }
        Some(node)
    }
}

struct Walk<'a> {
    nodes: Nodes<'a>,
    seen: Vec<bool>,
    /// How many bits an address has.
    depth: u8,
}

impl Walk<'_> {
    /// Sees every node below one; `known` has been seen and may be led to again.
    fn below(&mut self, node: u32, depth: u8, known: Option<u32>) -> Result<(), String> {
        let mut stack = vec![(node, depth)];
        while let Some((node, depth)) = stack.pop() {
            let seen = self
                .seen
                .get_mut(node as usize)
                .ok_or("is corrupt: a node lies outside the tree")?;
            if std::mem::replace(seen, true) {
                return Err(format!("is corrupt: its tree joins itself again at node {node}"));
            }
            if depth >= self.depth {
                return Err(format!("is corrupt: its tree is deeper than {} bits", self.depth));
            }
            for next in self.nodes.read(node).ok_or("is corrupt: its tree is cut off")? {
                let alias = Some(next) == known && depth < IPV4_DEPTH;
                if next < self.nodes.count && !alias {
                    stack.push((next, depth + 1));
                }
            }
        }
        Ok(())
    }
}

/// Where a walk over the leaves of a tree comes by.
pub(super) enum Leaf {
    /// A leaf begins at this address.
    Whole { first: u128 },
    /// Addresses that have what others have: those that lead to the IPv4 addresses.
    Elsewhere { first: u128, last: u128 },
}

/// Tells where leaves begin, in the order of addresses, for a tree that was [examined](examine): of the IPv4 addresses, or of
/// all the others of a tree of IPv6. Nothing, when it is told to stop, or the tree cannot be read.
pub(super) fn leaves(
    bytes: &[u8],
    metadata: &Metadata,
    family: u16,
    tell: &mut dyn FnMut(Leaf) -> bool,
) -> Option<()> {
    let nodes = Nodes { bytes, count: metadata.node_count, bits: metadata.record_size };
    let (root, depth) = match (family, metadata.ip_version) {
        (4, 6) => match nodes.ipv4_root() {
            Some(root) => (root, 32),
            // All IPv4 addresses are in one leaf, or there are none.
            None => return tell(Leaf::Whole { first: 0 }).then_some(()),
        },
        (4, _) => (0, 32),
        _ => (0, 128),
    };
    let elsewhere = nodes.ipv4_root().filter(|_| depth == 128);
    // A node, the first address below it, and how many bits of that are decided.
    let mut stack = vec![(root, 0_u128, 0_u32)];
    while let Some((node, first, decided)) = stack.pop() {
        let is_node = node < nodes.count && decided < depth;
        let told = match elsewhere {
            Some(root) if root == node => {
                let last = first | (u128::MAX >> decided);
                tell(Leaf::Elsewhere { first, last })
            }
            _ if is_node => {
                let [left, right] = nodes.read(node)?;
                stack.push((right, first | 1 << (depth - decided - 1), decided + 1));
                stack.push((left, first, decided + 1));
                true
            }
            _ => tell(Leaf::Whole { first }),
        };
        told.then_some(())?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examined(nodes: &[[u8; 2]], ip_version: u16) -> Result<(), String> {
        let bytes: Vec<u8> = nodes.iter().flatten().flat_map(|to| [0, 0, *to]).collect();
        let metadata = Metadata {
            binary_format_major_version: 2,
            binary_format_minor_version: 0,
            build_epoch: 0,
            database_type: String::new(),
            description: Default::default(),
            ip_version,
            languages: Vec::new(),
            node_count: u32::try_from(nodes.len()).expect("few"),
            record_size: 24,
        };
        examine(&bytes, &metadata)
    }

    /// A chain to the right, each node leading to `left(number)` for the bit 0.
    fn chain(length: u8, left: impl Fn(u8) -> u8) -> Vec<[u8; 2]> {
        (0..length).map(|at| [left(at), at + 1]).collect()
    }

    #[test]
    fn a_tree_is_as_deep_as_an_address() {
        assert_eq!(examined(&chain(32, |_| 200), 4), Ok(()));
        assert!(
            examined(&chain(33, |_| 200), 4).is_err_and(|it| it.contains("deeper than 32 bits"))
        );
    }

    #[test]
    fn a_tree_that_joins_itself_is_refused() {
        assert!(examined(&[[1, 1], [9, 9]], 4).is_err_and(|it| it.contains("joins itself")));
        assert!(examined(&[[0, 9]], 4).is_err_and(|it| it.contains("joins itself")));
        // Every path of 96 bits leads to the root of IPv4: without number, and none of them counted by a walk.
        let bomb = chain(96, |at| at + 1);
        assert!(examined(&bomb, 6).is_err_and(|it| it.contains("joins itself")));
    }

    #[test]
    fn the_ipv4_addresses_may_be_led_to_from_elsewhere() {
        let mut nodes: Vec<[u8; 2]> = (0..96).map(|at| [at + 1, 200]).collect();
        nodes[15][1] = 96;
        nodes.push([200, 200]);
        assert_eq!(examined(&nodes, 6), Ok(()));
        nodes[96][1] = 96;
        assert!(examined(&nodes, 6).is_err(), "a circle below the root of IPv4");
    }
}
