//! Decisions in words: a challenge as one English sentence, a decision as one line.

use std::fmt;

use crate::decision::{
    Alternative, Blocked, Challenge, Decision, Demand, DemandKind, Feasibility, Outcome,
};
use crate::schema::grant::GrantWord;
use crate::schema::session::MaxAge;

impl Challenge {
    /// One sentence that tells a person what to do: "Sign in with phishing-resistant authentication no older than
    /// 4 hours, or use a compliant device." What is impossible is left out, unless everything is.
    pub fn sentence(&self) -> String {
        let clauses: Vec<_> = self.worth_telling().map(Alternative::clause).collect();
        let more = if self.truncated { ", or do one of several other things" } else { "" };
        format!("{}{more}.", capital(&clauses.join(", or ")))
    }

    /// The alternatives that can be met; all of them when none can.
    pub(super) fn worth_telling(&self) -> impl Iterator<Item = &Alternative> {
        let possible = |one: &Alternative| one.feasibility != Feasibility::Impossible;
        let any = self.alternatives.iter().any(possible);
        self.alternatives.iter().filter(move |one| !any || possible(one))
    }
}

impl Alternative {
    /// What to do, without a full stop: "use a compliant device and accept the terms visitors".
    pub fn clause(&self) -> String {
        let demands: Vec<_> = self.demands.iter().map(ToString::to_string).collect();
        match demands.as_slice() {
            [] => String::new(),
            [one] => one.clone(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        }
    }
}

/// What to do: "sign in with multifactor authentication no older than 15 minutes".
impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            DemandKind::SignIn => f.write_str("sign in again"),
            DemandKind::Grant(grant) => self.grant(grant, f),
        }
    }
}

impl Demand {
    fn grant(&self, grant: GrantWord, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match grant {
            GrantWord::Mfa => self.sign_in("multifactor authentication", f),
            GrantWord::Strength => self.sign_in(&self.strength(), f),
            GrantWord::CompliantDevice
            | GrantWord::HybridJoinedDevice
            | GrantWord::ApprovedApp
            | GrantWord::ProtectedApp => self.other(&format!("use {}", grant.row().english), f),
            GrantWord::PasswordChange => self.other("change the password", f),
            GrantWord::RiskRemediation => self.other("remediate the user's risk", f),
            GrantWord::Terms => self.other(&format!("accept the terms {}", self.called()), f),
            GrantWord::CustomControl => {
                self.other(&format!("complete the custom control {}", self.called()), f)
            }
        }
    }

    /// What is asked for, as a thing: "multifactor authentication no older than 15 minutes", "a compliant device".
    pub fn noun(&self) -> String {
        let DemandKind::Grant(grant) = self.kind else { return "a fresh sign-in".to_owned() };
        let thing = match grant {
            GrantWord::Strength => self.strength(),
            _ if grant.row().argument => format!("{} {}", grant.row().english, self.called()),
            _ => grant.row().english.to_owned(),
        };
        match self.max_age {
            None => thing,
            Some(MaxAge::EveryTime) => format!("{thing}, anew"),
            Some(age @ MaxAge::Seconds(_)) => format!("{thing} no older than {age}"),
        }
    }

    fn called(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// The built-in strengths are words of their own.
    fn strength(&self) -> String {
        match self.called() {
            "multi-factor" => "multifactor authentication".to_owned(),
            adjective @ ("passwordless" | "phishing-resistant") => {
                format!("{adjective} authentication")
            }
            name => format!("authentication of strength {name}"),
        }
    }

    fn sign_in(&self, with: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max_age {
            None => write!(f, "sign in with {with}"),
            Some(MaxAge::EveryTime) => write!(f, "sign in anew with {with}"),
            Some(age @ MaxAge::Seconds(_)) => write!(f, "sign in with {with} no older than {age}"),
        }
    }

    fn other(&self, what: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.max_age {
            None => f.write_str(what),
            Some(MaxAge::EveryTime) => write!(f, "{what} anew"),
            Some(age @ MaxAge::Seconds(_)) => write!(f, "{what} (no longer than {age} ago)"),
        }
    }
}

/// One line: the outcome, who decided it, and what would open the latch.
impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.outcome.word())?;
        if self.unguarded {
            f.write_str(", since no policy applies")?;
        }
        if !self.by.is_empty() {
            write!(f, " by {}", self.by.join(", "))?;
        }
        match &self.outcome {
            Outcome::Open | Outcome::Blocked(Blocked::ByPolicy) => Ok(()),
            Outcome::StepUp(challenge) => write!(f, ": {}", challenge.sentence()),
            Outcome::Blocked(Blocked::Impossible(challenge)) => {
                write!(f, ", since this client cannot do what is asked: {}", challenge.sentence())
            }
        }
    }
}

impl Outcome {
    /// Its word: `open`, `step-up` or `blocked`.
    pub fn word(&self) -> &'static str {
        match self {
            Outcome::Open => "open",
            Outcome::StepUp(_) => "step-up",
            Outcome::Blocked(_) => "blocked",
        }
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::sample::{alternative, challenge, demand};

    fn phishing_resistant() -> Demand {
        Demand {
            name: Some("phishing-resistant".to_owned()),
            max_age: Some(MaxAge::Seconds(14_400)),
            ..demand(GrantWord::Strength)
        }
    }

    #[test]
    fn alternatives_become_one_sentence() {
        let device = alternative([demand(GrantWord::CompliantDevice)], Feasibility::Remediable);
        let key = alternative([phishing_resistant()], Feasibility::Interactive);
        assert_eq!(
            challenge([key, device]).sentence(),
            "Sign in with phishing-resistant authentication no older than 4 hours, or use a compliant device."
        );
    }

    #[test]
    fn demands_are_joined_as_people_join_them() {
        let terms = Demand { name: Some("visitors".to_owned()), ..demand(GrantWord::Terms) };
        let every = Demand { max_age: Some(MaxAge::EveryTime), ..demand(GrantWord::Mfa) };
        let change =
            Demand { max_age: Some(MaxAge::Seconds(900)), ..demand(GrantWord::PasswordChange) };
        let all = alternative([every, change, terms], Feasibility::Interactive);
        assert_eq!(
            challenge([all]).sentence(),
            "Sign in anew with multifactor authentication, change the password (no longer than 15 minutes ago) \
             and accept the terms visitors."
        );
    }

    #[test]
    fn demands_are_things_too() {
        let within = |grant| Demand { max_age: Some(MaxAge::Seconds(900)), ..demand(grant) };
        assert_eq!(
            phishing_resistant().noun(),
            "phishing-resistant authentication no older than 4 hours"
        );
        assert_eq!(
            within(GrantWord::Mfa).noun(),
            "multifactor authentication no older than 15 minutes"
        );
        assert_eq!(demand(GrantWord::CompliantDevice).noun(), "a compliant device");
        let terms = Demand { name: Some("visitors".to_owned()), ..demand(GrantWord::Terms) };
        assert_eq!(terms.noun(), "acceptance of the terms visitors");
    }

    #[test]
    fn what_is_impossible_is_told_only_when_everything_is() {
        let hybrid = alternative([demand(GrantWord::HybridJoinedDevice)], Feasibility::Impossible);
        let mfa = alternative([demand(GrantWord::Mfa)], Feasibility::Interactive);
        let both = challenge([mfa, hybrid.clone()]);
        assert_eq!(both.sentence(), "Sign in with multifactor authentication.");
        assert_eq!(challenge([hybrid]).sentence(), "Use a hybrid-joined device.");
        let more = Challenge { truncated: true, ..both };
        assert_eq!(
            more.sentence(),
            "Sign in with multifactor authentication, or do one of several other things."
        );
    }
}
