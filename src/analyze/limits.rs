//! How much an exact analysis may cost before it says that it does not know.

/// The most nodes of all diagrams together. The measured sets of 1,000 policies come to 90,000; a node takes 20 bytes with
/// its place in the table, so this is some 160 MB.
pub const MAX_NODES: usize = 8_000_000;

/// The most classes of one dimension. The measured sets of 5,000 policies have 45,000 classes of people.
pub const MAX_CLASSES: usize = 65_536;

/// The most values of one attribute that are tried to find its classes: texts multiply with every `contains`.
pub const MAX_CANDIDATES: usize = 131_072;

/// The most work of telling the classes of one attribute apart, where each candidate is put to each test: some seconds.
pub const MAX_SIGNATURE_WORK: usize = 1 << 27;

/// The most bits of all dimensions together. Diagrams are walked by recursion, a frame a bit.
pub const MAX_BITS: usize = 4_096;

/// The most nodes of the first attempt, which asks for people first: what the sets that people write stay far below. The
/// next attempt asks for people last, and takes longer.
pub const FIRST_BUDGET: usize = 1_000_000;
