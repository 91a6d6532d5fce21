//! The engines: how each is set up from the rules, and asked.

#[cfg(feature = "a-tree")]
mod atree;
mod by_hand;
#[cfg(feature = "casbin")]
mod casbin;
#[cfg(feature = "cedar")]
mod cedar;
#[cfg(feature = "cel")]
mod cel;
#[cfg(feature = "opa")]
mod opa;
mod ours;
#[cfg(any(feature = "opa", feature = "regorus"))]
mod rego;
#[cfg(feature = "regorus")]
mod regorus;
#[cfg(feature = "wirefilter")]
mod wirefilter;

use crate::child::Work;
use crate::workload::Verdict;

/// An engine with its policies.
pub(crate) trait Engine {
    /// Brings the sign-ins into the form that the engine likes best. Not timed.
    fn prepare(&mut self) -> Result<(), String>;

    /// Decides about the sign-in of that number: who applies, and what comes of it.
    fn decide(&mut self, at: usize, applying: &mut Vec<u32>) -> Result<Verdict, String>;

    /// Whether it says which policies apply.
    fn names_them(&self) -> bool {
        true
    }
}

/// What an engine is called, and how it is set up.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) setup: fn(&'static Work) -> Result<Box<dyn Engine>, String>,
}

const fn kind(
    name: &'static str,
    label: &'static str,
    setup: fn(&'static Work) -> Result<Box<dyn Engine>, String>,
) -> Kind {
    Kind { name, label, setup }
}

/// Every engine of this build; Latch first, since others are compared with it.
pub(crate) const ALL: &[Kind] = &[
    kind("latch", "Latch, prepared request", ours::prepared),
    kind("latch-outcome", "Latch, outcome alone", ours::outcome),
    kind("latch-session", "Latch, strings in a session", ours::session),
    kind("latch-native", "Latch, request with strings", ours::native),
    kind("prototype", "bit rows for this work alone", by_hand::prototype),
    kind("interned", "by hand, interned ids", by_hand::interned),
    kind("strings", "by hand, strings", by_hand::strings),
    #[cfg(feature = "wirefilter")]
    kind("wirefilter", "wirefilter-engine 0.6", wirefilter::setup),
    #[cfg(feature = "a-tree")]
    kind("a-tree", "a-tree 0.6", atree::setup),
    #[cfg(feature = "cel")]
    kind("cel", "cel 0.15", cel::setup),
    #[cfg(feature = "regorus")]
    kind("regorus", "regorus 0.14, compiled", regorus::setup),
    #[cfg(feature = "casbin")]
    kind("casbin", "casbin 2.20", casbin::setup),
    #[cfg(feature = "cedar")]
    kind("cedar", "cedar-policy 4.14", cedar::whole),
    #[cfg(feature = "cedar")]
    kind("cedar-sliced", "cedar-policy 4.14, by app", cedar::sliced),
    #[cfg(feature = "opa")]
    kind("opa", "OPA (Go, embedded)", opa::setup),
];

/// How an engine is called in tables.
pub(crate) fn label(name: &str) -> &'static str {
    ALL.iter().find(|it| it.name == name).map_or("", |it| it.label)
}
