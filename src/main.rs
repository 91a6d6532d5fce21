//! The `latch` command.

fn main() {}
