//! The session latch: what one session may do between two decisions, without a clock or a store of its own.
//!
//! A [`SessionLatch`] is offered decisions and told what happens: that time passes, that attributes changed, that the
//! session was used. It answers with [`Advice`]. It never looks at a clock and never asks for a decision; whoever
//! embeds it does both.
//!
//! # A working day
//!
//! ```
//! use latch::latch::{Advice, SessionLatch, State};
//! use latch::request::{Proof, Request, Value};
//! use latch::schema::attribute::Attribute;
//! use latch::schema::method::Method;
//! use latch::value::Timestamp;
//! use latch::{Decision, Engine};
//!
//! let engine = Engine::from_text([("day.latch", r#"
//!     policy everyone {
//!       when user in anyone
//!       require mfa
//!       sign-in frequency 8 hours
//!       idle 3 hours
//!     }
//!     policy risky-sign-ins {
//!       when risk.sign-in >= medium
//!       require strength phishing-resistant
//!     }
//! "#)])?;
//!
//! // Whoever embeds the latch knows the time, the risk, and what was proven at which hour.
//! let at = |hour: i64| Timestamp(hour * 3_600_000);
//! let decide = |hour: i64, risk: &str, proofs: &[(Method, i64)]| -> Decision {
//!     let request = Request::builder()
//!         .set(Attribute::UserId, Value::Text("ada".to_owned()))
//!         .word(Attribute::Client, "browser")
//!         .word(Attribute::RiskSignIn, risk)
//!         .set(Attribute::Time, Value::Instant(at(hour)));
//!     let request = proofs.iter().fold(request, |request, (method, proven)| {
//!         let age_ms = (hour - proven) * 3_600_000;
//!         let (method, aaguid, issuer, policies) = (*method, None, None, Default::default());
//!         request.proof(Proof { method, age_ms, aaguid, issuer, policies })
//!     });
//!     engine.decide(&request.build().expect("nothing contradicts"))
//! };
//!
//! // 08:00 Someone signs in with a password. That is not enough yet.
//! let mut latch = SessionLatch::closed();
//! latch.offer(&decide(8, "none", &[(Method::Password, 8)]), at(8));
//! assert!(matches!(latch.state(), State::Waiting(_)) && !latch.is_open(at(8)));
//!
//! // They add a second factor, and the latch opens: for eight hours, but if nobody uses the session, for three.
//! let morning = [(Method::Password, 8), (Method::Sms, 8)];
//! latch.offer(&decide(8, "none", &morning), at(8));
//! assert_eq!(latch.state(), &State::OpenUntil(Some(at(11))));
//!
//! // 09:00 The train moves on and the address changes. No policy looks at it.
//! latch.used(at(9));
//! assert_eq!(latch.attributes_changed(&["ip"], at(9)), Advice::Keep);
//! assert!(latch.is_open(at(9)));
//!
//! // 10:00 The risk of the sign-in rises. The latch lets nobody through until there is a new decision.
//! latch.used(at(10));
//! assert_eq!(latch.attributes_changed(&["risk.sign-in"], at(10)), Advice::DecideAgain);
//! assert!(!latch.is_open(at(10)));
//! latch.offer(&decide(10, "medium", &morning), at(10));
//! let State::Waiting(challenge) = latch.state() else { panic!("it waits") };
//! assert!(challenge.sentence().starts_with("Sign in with phishing-resistant authentication"));
//!
//! // A security key settles it, and begins another eight hours.
//! let with_key = [(Method::Password, 8), (Method::Sms, 8), (Method::Fido2, 10)];
//! latch.offer(&decide(10, "medium", &with_key), at(10));
//! for hour in [11, 13, 15, 17] {
//!     assert_eq!(latch.used(at(hour)), Advice::Keep);
//! }
//!
//! // 19:00 The key was used nine hours ago: the frequency has run out. A new sign-in opens the latch again.
//! assert_eq!(latch.tick(at(19)), Advice::DecideAgain);
//! latch.offer(&decide(19, "medium", &with_key), at(19));
//! assert!(matches!(latch.state(), State::Waiting(_)));
//! latch.offer(&decide(19, "medium", &[(Method::Fido2, 19)]), at(19));
//! assert_eq!(latch.used(at(19)), Advice::Keep);
//!
//! // 22:00 Nobody has touched anything for three hours. The session is over, whatever anyone decides.
//! assert_eq!(latch.tick(at(22)), Advice::Close);
//! latch.offer(&decide(22, "none", &[(Method::Fido2, 22)]), at(22));
//! assert_eq!(latch.state(), &State::Closed);
//! # Ok::<(), latch::LoadError>(())
//! ```

use crate::decision::{Challenge, Decision, Outcome};
use crate::value::Timestamp;

/// Where a session stands.
///
/// Times given to it may repeat and may run backwards, as clocks do that are set: it goes by the latest that it was
/// told, so setting a clock back never prolongs anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionLatch {
    state: State,
    /// What the last decision depended on, sorted.
    depends_on: Vec<String>,
    /// When passing time may change the last decision.
    valid_until: Option<Timestamp>,
    /// The session's own limits, from the last decision that opened it.
    limits: Limits,
    /// When it first opened.
    opened: Option<Timestamp>,
    /// When it was last used.
    used: Option<Timestamp>,
    /// The latest moment it was told.
    now: Option<Timestamp>,
    /// Its lifetime or its idle time ran out; it opens no more.
    ended: bool,
}

/// What a session may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Closed,
    /// Nothing, until somebody meets the challenge.
    Waiting(Challenge),
    /// Everything, before that moment; `None` is without end.
    OpenUntil(Option<Timestamp>),
}

/// What to do now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Advice {
    /// Nothing: what was decided still holds.
    Keep,
    /// Ask for a decision and offer it. Until then an open latch counts as shut.
    DecideAgain,
    /// End the session. It has outlived itself; another one needs a latch of its own.
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Limits {
    lifetime: Option<u64>,
    idle: Option<u64>,
}

impl Default for SessionLatch {
    fn default() -> Self {
        SessionLatch::closed()
    }
}

impl SessionLatch {
    /// A session about which nothing has been decided.
    pub fn closed() -> SessionLatch {
        SessionLatch {
            state: State::Closed,
            depends_on: Vec::new(),
            valid_until: None,
            limits: Limits::default(),
            opened: None,
            used: None,
            now: None,
            ended: false,
        }
    }

    /// Takes a decision that was made at `now`. It replaces the one before, except that a session that has ended stays
    /// closed.
    pub fn offer(&mut self, decision: &Decision, now: Timestamp) -> &State {
        let now = self.advance(now);
        if self.ended {
            return &self.state;
        }
        self.depends_on.clone_from(&decision.depends_on);
        self.depends_on.sort_unstable();
        self.valid_until = holds_until(decision, now);
        match &decision.outcome {
            Outcome::Open => self.open(decision, now),
            Outcome::StepUp(challenge) => self.state = State::Waiting(challenge.clone()),
            Outcome::Blocked(_) => self.state = State::Closed,
        }
        &self.state
    }

    fn open(&mut self, decision: &Decision, now: Timestamp) {
        self.limits = Limits { lifetime: decision.session.lifetime, idle: decision.session.idle };
        self.opened.get_or_insert(now);
        self.used.get_or_insert(now);
        self.state = State::OpenUntil(self.valid_until);
        self.end_if_over(now);
        self.shorten();
    }

    /// Says that time passed.
    pub fn tick(&mut self, now: Timestamp) -> Advice {
        let now = self.advance(now);
        self.end_if_over(now);
        if self.ended {
            Advice::Close
        } else if self.valid_until.is_some_and(|until| until <= now) {
            Advice::DecideAgain
        } else {
            Advice::Keep
        }
    }

    /// Says that the session was used: time passed, and it is not idle.
    pub fn used(&mut self, now: Timestamp) -> Advice {
        let advice = self.tick(now);
        if advice == Advice::Keep && matches!(self.state, State::OpenUntil(_)) {
            self.used = self.now;
            self.state = State::OpenUntil(self.valid_until);
            self.shorten();
        }
        advice
    }

    /// Says that attributes changed, by their names in the language.
    pub fn attributes_changed(&mut self, names: &[&str], now: Timestamp) -> Advice {
        let advice = self.tick(now);
        let matters = names.iter().any(|name| self.depends(name));
        if advice != Advice::Keep || !matters {
            return advice;
        }
        // From here on only a new decision opens it.
        self.valid_until = self.now;
        self.shorten();
        Advice::DecideAgain
    }

    fn depends(&self, name: &str) -> bool {
        self.depends_on.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }

    /// Where it stands.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether the session may go on at that moment.
    pub fn is_open(&self, now: Timestamp) -> bool {
        let now = self.now.map_or(now, |latest| latest.max(now));
        match self.state {
            State::Closed | State::Waiting(_) => false,
            State::OpenUntil(until) => until.is_none_or(|until| now < until),
        }
    }

    /// The next moment at which [`tick`](SessionLatch::tick) would advise something; `None` for never.
    pub fn next_tick(&self) -> Option<Timestamp> {
        match self.state {
            State::OpenUntil(until) => until,
            State::Closed if self.ended => None,
            State::Closed | State::Waiting(_) => earliest(self.valid_until, self.over_at()),
        }
    }

    fn advance(&mut self, now: Timestamp) -> Timestamp {
        let latest = self.now.map_or(now, |latest| latest.max(now));
        self.now = Some(latest);
        latest
    }

    /// When lifetime or idleness end the session.
    fn over_at(&self) -> Option<Timestamp> {
        earliest(after(self.opened, self.limits.lifetime), after(self.used, self.limits.idle))
    }

    fn end_if_over(&mut self, now: Timestamp) {
        if self.over_at().is_some_and(|end| end <= now) {
            self.ended = true;
            self.state = State::Closed;
        }
    }

    /// An open latch is open until the first of what ends it.
    fn shorten(&mut self) {
        let end = earliest(self.valid_until, self.over_at());
        if let State::OpenUntil(until) = &mut self.state {
            *until = end;
        }
    }
}

/// Until when a decision that is offered at `now` holds: by its own time, or counted from the offer, whichever is
/// earlier.
fn holds_until(decision: &Decision, now: Timestamp) -> Option<Timestamp> {
    let millis = decision.valid_for_ms.map(|millis| i64::try_from(millis).unwrap_or(i64::MAX));
    let counted = millis.map(|millis| Timestamp(now.0.saturating_add(millis)));
    earliest(counted, decision.valid_until)
}

fn after(start: Option<Timestamp>, seconds: Option<u64>) -> Option<Timestamp> {
    let millis = i64::try_from(seconds?.saturating_mul(1_000)).unwrap_or(i64::MAX);
    Some(Timestamp(start?.0.saturating_add(millis)))
}

fn earliest(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    [a, b].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::Blocked;

    fn decision(valid_for_ms: Option<u64>) -> Decision {
        let depends_on = vec!["ip".to_owned(), "client".to_owned()];
        Decision { valid_for_ms, depends_on, ..Decision::open() }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    #[test]
    fn it_is_open_before_the_moment_and_no_longer() {
        let mut latch = SessionLatch::closed();
        assert_eq!(latch.tick(at(5)), Advice::Keep);
        latch.offer(&decision(Some(100)), at(10));
        assert!(latch.is_open(at(109)) && !latch.is_open(at(110)));
        assert_eq!(latch.tick(at(109)), Advice::Keep);
        assert_eq!(latch.tick(at(110)), Advice::DecideAgain);
        assert_eq!(latch.next_tick(), Some(at(110)));
    }

    #[test]
    fn a_decision_holds_by_its_own_time_where_that_is_earlier() {
        let late = Decision { valid_until: Some(at(90)), ..decision(Some(100)) };
        let mut latch = SessionLatch::closed();
        assert_eq!(latch.offer(&late, at(50)), &State::OpenUntil(Some(at(90))));
    }

    #[test]
    fn a_clock_that_is_set_back_prolongs_nothing() {
        let mut latch = SessionLatch::closed();
        latch.offer(&decision(Some(100)), at(1_000));
        assert_eq!(latch.tick(at(1_100)), Advice::DecideAgain);
        assert_eq!(latch.tick(at(0)), Advice::DecideAgain);
        assert!(!latch.is_open(at(0)));
        latch.offer(&decision(Some(100)), at(0));
        assert_eq!(latch.state(), &State::OpenUntil(Some(at(1_200))));
    }

    #[test]
    fn what_it_depends_on_shuts_it_until_decided_again() {
        let mut latch = SessionLatch::closed();
        latch.offer(&decision(None), at(0));
        assert_eq!(latch.attributes_changed(&["risk.user"], at(1)), Advice::Keep);
        assert_eq!(latch.attributes_changed(&["risk.user", "client"], at(2)), Advice::DecideAgain);
        assert!(!latch.is_open(at(2)));
        assert_eq!(latch.tick(at(3)), Advice::DecideAgain, "it goes on asking");
        latch.offer(&decision(None), at(4));
        assert!(latch.is_open(at(i64::MAX)));
        assert_eq!(latch.next_tick(), None);
    }

    #[test]
    fn a_blocked_session_may_open_when_things_change() {
        let blocked = Decision { outcome: Outcome::Blocked(Blocked::ByPolicy), ..decision(None) };
        let mut latch = SessionLatch::closed();
        assert_eq!(latch.offer(&blocked, at(0)), &State::Closed);
        assert_eq!(latch.attributes_changed(&["ip"], at(1)), Advice::DecideAgain);
        latch.offer(&decision(None), at(2));
        assert!(latch.is_open(at(2)));
    }

    #[test]
    fn lifetime_counts_from_the_first_opening() {
        let mut bounded = decision(None);
        bounded.session.lifetime = Some(10);
        let mut latch = SessionLatch::closed();
        latch.offer(&bounded, at(0));
        latch.offer(&bounded, at(9_000));
        assert_eq!(latch.state(), &State::OpenUntil(Some(at(10_000))));
        assert_eq!(latch.used(at(9_999)), Advice::Keep);
        assert_eq!(latch.used(at(10_000)), Advice::Close);
        assert_eq!(latch.offer(&bounded, at(10_001)), &State::Closed);
        assert_eq!(latch.tick(at(10_002)), Advice::Close);
        assert_eq!(latch.next_tick(), None);
    }

    #[test]
    fn use_keeps_a_session_from_idling_out_and_time_alone_does_not() {
        let mut idle = decision(Some(100_000));
        idle.session.idle = Some(10);
        let mut latch = SessionLatch::closed();
        latch.offer(&idle, at(0));
        assert_eq!(latch.tick(at(6_000)), Advice::Keep);
        assert_eq!(latch.used(at(9_000)), Advice::Keep);
        assert_eq!(latch.state(), &State::OpenUntil(Some(at(19_000))));
        assert_eq!(latch.tick(at(19_000)), Advice::Close);
    }

    #[test]
    fn a_shorter_lifetime_that_is_over_already_ends_it_at_once() {
        let mut latch = SessionLatch::closed();
        latch.offer(&decision(None), at(0));
        let mut bounded = decision(None);
        bounded.session.lifetime = Some(10);
        assert_eq!(latch.offer(&bounded, at(20_000)), &State::Closed);
        assert_eq!(latch.tick(at(20_000)), Advice::Close);
    }
}
