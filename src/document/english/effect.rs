//! What policies demand, and on which terms a session goes on.

use crate::decision::Demand;
use crate::document::english::English;
use crate::document::phrase::Phrase;
use crate::hir::{Effect, Expectation, Grant, Policy, Requirement};
use crate::interpret::demanded;
use crate::schema::session::{
    CloudAppSecurity, ContinuousEvaluation, MaxAge, PersistentBrowser, SessionControls,
};
use crate::value::duration_text;

impl English<'_> {
    /// What somebody must do: "use a compliant device or sign in with multifactor authentication".
    pub(in crate::document) fn grant(&self, grant: &Grant) -> String {
        self.multiplied(grant, &|demand| demand.to_string())
    }

    /// What is asked for, in a few words: "a compliant device or multifactor authentication".
    pub(in crate::document) fn noun(&self, grant: &Grant) -> String {
        self.multiplied(grant, &Demand::noun)
    }

    fn multiplied(&self, grant: &Grant, tell: &dyn Fn(&Demand) -> String) -> String {
        let join = |grants: &[Grant], joiner: &str| {
            let nested = grants.iter().any(|it| !matches!(it, Grant::One(_)));
            let parts = grants.iter().map(|it| match it {
                Grant::One(_) => self.multiplied(it, tell),
                Grant::All(_) => format!("both {}", self.multiplied(it, tell)),
                Grant::Any(_) => format!("either {}", self.multiplied(it, tell)),
            });
            let mut parts: Vec<String> = parts.collect();
            one_verb(&mut parts);
            if nested {
                return parts.join(&format!(", {joiner} "));
            }
            Phrase::list(parts.into_iter().map(Phrase::from), joiner).plain()
        };
        match grant {
            Grant::All(grants) => join(grants, "and"),
            Grant::Any(grants) => join(grants, "or"),
            Grant::One(requirement) => tell(&self.demand(requirement)),
        }
    }

    fn demand(&self, requirement: &Requirement) -> Demand {
        let max_age = requirement.within.map(MaxAge::Seconds);
        Demand { max_age, ..demanded(self.set, requirement) }
    }

    /// What a policy comes to, in a few words for a table.
    pub(in crate::document) fn in_short(&self, policy: &Policy) -> String {
        match &policy.effect {
            Effect::Block => "blocked".to_owned(),
            Effect::Require(grant) => self.noun(grant),
            Effect::Nothing => "limited session".to_owned(),
        }
    }

    /// What an assert expects, as the end of "must …".
    pub(in crate::document) fn expectation(&self, expected: &Expectation) -> String {
        let join = |parts: &[Expectation], joiner: &str| {
            let parts = parts.iter().map(|it| Phrase::from(self.expectation(it)));
            Phrase::list(parts, joiner).plain()
        };
        match expected {
            Expectation::All(parts) => join(parts, "and"),
            Expectation::Any(parts) => join(parts, "or"),
            Expectation::Block => "be blocked".to_owned(),
            Expectation::NotBlock => "never be blocked".to_owned(),
            Expectation::Open => "be open".to_owned(),
            Expectation::StepUp => "be asked for more".to_owned(),
            Expectation::Require(grant) => format!("never open without {}", self.noun(grant)),
            Expectation::FrequencyAtMost(seconds) => {
                format!("ask for a fresh sign-in after {} at most", duration_text(*seconds))
            }
        }
    }
}

/// Says a verb that all parts begin with once: "use a and use b" is "use a and b".
fn one_verb(parts: &mut [String]) {
    for verb in ["use ", "sign in with "] {
        if parts.iter().all(|part| part.starts_with(verb)) {
            parts.iter_mut().skip(1).for_each(|part| *part = part.replacen(verb, "", 1));
        }
    }
}

/// The session's terms, each a sentence.
pub(in crate::document) fn session(controls: &SessionControls<String>) -> Vec<String> {
    let profile = controls.global_secure_access_profile.as_ref();
    let network = controls.network_access_policy.as_ref();
    let sentences = [
        controls.sign_in_frequency.both.map(|age| frequency("A sign-in", age)),
        controls.sign_in_frequency.second.map(|age| frequency("The second factor", age)),
        controls.persistent_browser.map(|it| browser(it).to_owned()),
        controls.lifetime.map(|it| format!("The session lasts {} at most.", duration_text(it))),
        controls.idle.map(|it| format!("A session ends when idle for {}.", duration_text(it))),
        said(controls.app_restrictions, "The app restricts what an unmanaged device can do."),
        controls.cloud_app_security.map(|it| proxy(it).to_owned()),
        controls.continuous_evaluation.map(|it| tokens(it).to_owned()),
        said(controls.resilience_off, "An outage extends no session."),
        said(controls.token_protection, "Tokens are bound to the device they were issued to."),
        profile.map(|it| format!("Traffic follows the Global Secure Access profile {it}.")),
        network.map(|it| format!("The network access policy {it} applies.")),
    ];
    sentences.into_iter().flatten().collect()
}

fn said(on: bool, sentence: &str) -> Option<String> {
    on.then(|| sentence.to_owned())
}

fn frequency(what: &str, age: MaxAge) -> String {
    match age {
        MaxAge::EveryTime => format!("{what} must be fresh every time."),
        MaxAge::Seconds(age) => format!("{what} counts for {}.", duration_text(age)),
    }
}

fn browser(control: PersistentBrowser) -> &'static str {
    match control {
        PersistentBrowser::Always => "The session outlives the browser.",
        PersistentBrowser::Never => "Closing the browser ends the session.",
    }
}

fn proxy(control: CloudAppSecurity) -> &'static str {
    match control {
        CloudAppSecurity::Monitor => "The session runs through a proxy that watches it.",
        CloudAppSecurity::Custom => "The session runs through a proxy with rules of its own.",
        CloudAppSecurity::BlockDownloads => {
            "The session runs through a proxy that blocks downloads."
        }
    }
}

fn tokens(control: ContinuousEvaluation) -> &'static str {
    match control {
        ContinuousEvaluation::Off => "Tokens are not examined again while they live.",
        ContinuousEvaluation::Strict => "Tokens are examined again, strictly, while they live.",
        ContinuousEvaluation::StrictLocation => {
            "Tokens are examined again while they live, and hold for their place alone."
        }
    }
}
