//! An engine that can be replaced while others decide with it.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::decision::Decision;
use crate::engine::Engine;
use crate::request::Request;

/// A place that holds an engine. Whoever decides reads it without waiting; whoever has new policies puts another engine
/// in its place. Each decision is made by one engine from beginning to end.
///
/// ```
/// use latch::engine::{Engine, HotEngine};
/// use latch::request::Request;
///
/// let open = Engine::from_text([("a.latch", "")])?;
/// let hot = HotEngine::new(open);
/// let request = Request::builder().build()?;
/// assert!(hot.decide(&request).unguarded);
///
/// let shut = Engine::from_text([("a.latch", "policy shut { when always block }")])?;
/// hot.replace(shut);
/// assert!(!hot.decide(&request).unguarded);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct HotEngine {
    current: ArcSwap<Engine>,
}

impl HotEngine {
    /// A place that holds this engine first.
    pub fn new(engine: Engine) -> HotEngine {
        HotEngine { current: ArcSwap::from_pointee(engine) }
    }

    /// The engine that is there now. It stays usable when it is replaced: whoever prepares and evaluates in two steps
    /// takes it once for both.
    pub fn engine(&self) -> Arc<Engine> {
        self.current.load_full()
    }

    /// Puts another engine in its place and gives the old one back.
    pub fn replace(&self, engine: Engine) -> Arc<Engine> {
        self.current.swap(Arc::new(engine))
    }

    /// Decides with the engine that is there now.
    pub fn decide(&self, request: &Request) -> Decision {
        self.current.load().decide(request)
    }
}
