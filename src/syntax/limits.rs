//! How much of everything one file may hold.
//!
//! Each limit lies far above what people write and ends in a diagnostic. Microsoft Entra's own limits are the
//! yardstick: 240 policies, 195 named locations, 2,000 ranges a location.

/// The most bytes of one file. The 458 policies of a large public collection need less than 1 MiB.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// The most words and signs of one file: twenty-five thousand policies of the usual size. It bounds the memory
/// of the tree: 400 MiB for a million words in the costliest shape, each a method of a strength.
pub const MAX_TOKENS: usize = 1_000_000;

/// The most words and signs of one item: a list of [`MAX_LIST`] members, twice over, with room to spare. It
/// bounds what the parser holds at a time.
pub const MAX_ITEM_TOKENS: usize = 500_000;

/// The most items of one file: ten times the largest policy set that is measured.
pub const MAX_ITEMS: usize = 100_000;

/// The most members of one list in brackets. Entra's longest list has 5,000 members.
pub const MAX_LIST: usize = 100_000;

/// The deepest nesting of brackets and `not`. People nest four deep. The parser recurses once a level: the deepest
/// file needs less than 512 KiB of stack in a build without optimisation, a quarter of a thread's usual 2 MiB.
pub const MAX_NESTING: usize = 64;

/// The longest name, in bytes: Entra's display names end at 256 characters.
pub const MAX_NAME_LENGTH: usize = 256;

/// How many errors of one file are told one by one: more than anyone reads at once.
pub const MAX_ERRORS: usize = 100;

/// How many more errors of one file are counted before the rest of it is left unread: a file with so many is no
/// policy file, and reading on would only take time.
pub const MAX_COUNTED_ERRORS: usize = 10_000;
