//! The table of session controls, their values, and how two values of one control merge: the strictest wins.

use crate::value::duration_text;

/// The session controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
#[rustfmt::skip]
#[allow(missing_docs, reason = "each is documented by its row")]
pub enum Control {
    SignInFrequency, PersistentBrowser, Lifetime, Idle, AppRestrictions, CloudAppSecurity,
    ContinuousEvaluation, Resilience, TokenProtection, GlobalSecureAccessProfile, NetworkAccessPolicy,
}

/// What follows a control's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Nothing.
    None,
    /// A duration, or `every time`; then perhaps `for second factor`.
    Frequency,
    /// A duration.
    Duration,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A string in quotes.
    Id,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Which control.
    pub control: Control,
    /// Its words in the language.
    pub words: &'static str,
    /// What follows them.
    pub argument: Argument,
    /// Its key in a decision as JSON.
    pub json: &'static str,
    /// What it does, and how two values merge.
    pub doc: &'static str,
}

use Control as C;

/// Every control; row `n` is the control with discriminant `n`.
#[rustfmt::skip]
pub const CONTROLS: &[Row] = &[
    Row { control: C::SignInFrequency, words: "sign-in frequency", argument: Argument::Frequency, json: "signInFrequency", doc: "How old a sign-in may grow before it must be repeated. The shortest wins, for each factor." },
    Row { control: C::PersistentBrowser, words: "persistent browser", argument: Argument::Word(&["always", "never"]), json: "persistentBrowser", doc: "Whether a browser session outlives the browser. `never` wins over `always`." },
    Row { control: C::Lifetime, words: "lifetime", argument: Argument::Duration, json: "lifetime", doc: "How long a session may last at all. The shortest wins." },
    Row { control: C::Idle, words: "idle", argument: Argument::Duration, json: "idle", doc: "How long a session may be idle. The shortest wins." },
    Row { control: C::AppRestrictions, words: "app restrictions", argument: Argument::None, json: "appRestrictions", doc: "The app restricts what an unmanaged device can do." },
    Row { control: C::CloudAppSecurity, words: "cloud app security", argument: Argument::Word(&["monitor", "custom", "block-downloads"]), json: "cloudAppSecurity", doc: "The session runs through a proxy. `block-downloads` wins over `custom`, that over `monitor`." },
    Row { control: C::ContinuousEvaluation, words: "continuous evaluation", argument: Argument::Word(&["off", "strict", "strict-location"]), json: "continuousEvaluation", doc: "How tokens are re-examined while they live. `strict-location` wins over `strict`, that over `off`." },
    Row { control: C::Resilience, words: "resilience", argument: Argument::Word(&["off"]), json: "resilienceOff", doc: "An outage extends no session." },
    Row { control: C::TokenProtection, words: "token protection", argument: Argument::None, json: "tokenProtection", doc: "Tokens are bound to the device they were issued to." },
    Row { control: C::GlobalSecureAccessProfile, words: "global secure access profile", argument: Argument::Id, json: "globalSecureAccessProfile", doc: "The filtering profile of Global Secure Access. Two policies that can apply together must name the same." },
    Row { control: C::NetworkAccessPolicy, words: "network access policy", argument: Argument::Id, json: "networkAccessPolicy", doc: "The network access policy. Two policies that can apply together must name the same." },
];

impl Control {
    /// Its row.
    pub fn row(self) -> &'static Row {
        &CONTROLS[self as usize]
    }
}

/// How old a proof may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MaxAge {
    /// Proven for this very sign-in: within the engine's skew, five minutes unless it says otherwise.
    EveryTime,
    /// So many seconds.
    Seconds(u64),
}

impl std::fmt::Display for MaxAge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            MaxAge::EveryTime => f.write_str("every time"),
            MaxAge::Seconds(seconds) => f.write_str(&duration_text(*seconds)),
        }
    }
}

/// What a sign-in frequency bounds, for each factor. The shortest bound wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Frequency {
    /// The bound on both factors.
    pub both: Option<MaxAge>,
    /// The bound on the second factor alone (`for second factor`).
    pub second: Option<MaxAge>,
}

/// Whether a browser session outlives the browser; the later is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the table")]
pub enum PersistentBrowser {
    Always,
    Never,
}

/// How the session runs through a proxy; the later is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the table")]
pub enum CloudAppSecurity {
    Monitor,
    Custom,
    BlockDownloads,
}

/// How tokens are re-examined; the later is the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the words of the table")]
pub enum ContinuousEvaluation {
    Off,
    Strict,
    StrictLocation,
}

/// The session controls of one policy, or of all that apply, merged. `P` names a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct SessionControls<P> {
    /// How old a sign-in may grow.
    pub sign_in_frequency: Frequency,
    /// Whether a browser session outlives the browser.
    pub persistent_browser: Option<PersistentBrowser>,
    /// How long a session may last, in seconds.
    pub lifetime: Option<u64>,
    /// How long a session may be idle, in seconds.
    pub idle: Option<u64>,
    /// The app restricts what an unmanaged device can do.
    pub app_restrictions: bool,
    /// The session runs through a proxy.
    pub cloud_app_security: Option<CloudAppSecurity>,
    /// How tokens are re-examined.
    pub continuous_evaluation: Option<ContinuousEvaluation>,
    /// An outage extends no session.
    pub resilience_off: bool,
    /// Tokens are bound to the device.
    pub token_protection: bool,
    /// The filtering profile of Global Secure Access.
    pub global_secure_access_profile: Option<P>,
    /// The network access policy.
    pub network_access_policy: Option<P>,
}

/// The smaller of two, where nothing is larger than anything.
fn least<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

impl Frequency {
    /// Whether it bounds nothing.
    pub fn is_none(&self) -> bool {
        self.both.is_none() && self.second.is_none()
    }

    /// The shortest of both, factor by factor.
    #[must_use]
    pub fn merge(self, other: Frequency) -> Frequency {
        Frequency { both: least(self.both, other.both), second: least(self.second, other.second) }
    }
}

impl<P: Ord> SessionControls<P> {
    /// The strictest of both, control by control. It is commutative, associative and idempotent.
    #[must_use]
    pub fn merge(self, other: SessionControls<P>) -> SessionControls<P> {
        SessionControls {
            sign_in_frequency: self.sign_in_frequency.merge(other.sign_in_frequency),
            persistent_browser: self.persistent_browser.max(other.persistent_browser),
            lifetime: least(self.lifetime, other.lifetime),
            idle: least(self.idle, other.idle),
            app_restrictions: self.app_restrictions || other.app_restrictions,
            cloud_app_security: self.cloud_app_security.max(other.cloud_app_security),
            continuous_evaluation: self.continuous_evaluation.max(other.continuous_evaluation),
            resilience_off: self.resilience_off || other.resilience_off,
            token_protection: self.token_protection || other.token_protection,
            // Two different profiles that can meet are refused when policies are compiled.
            global_secure_access_profile: least(
                self.global_secure_access_profile,
                other.global_secure_access_profile,
            ),
            network_access_policy: least(self.network_access_policy, other.network_access_policy),
        }
    }
}

impl<P: std::fmt::Display> SessionControls<P> {
    /// The controls that are set, as lines of a policy.
    pub fn lines(&self) -> Vec<String> {
        let all = CONTROLS.iter().map(|row| (row, self.line(row.control)));
        let mut lines: Vec<_> = all
            .filter_map(|(row, value)| Some(format!("{} {}", row.words, value?).trim().to_owned()))
            .collect();
        if let Some(second) = self.sign_in_frequency.second {
            lines.push(format!("sign-in frequency {second} for second factor"));
        }
        lines
    }

    /// What stands after a control's words, where it is set.
    fn line(&self, control: Control) -> Option<String> {
        let flag = |on: bool, word: &str| on.then(|| word.to_owned());
        let quoted = |profile: &Option<P>| profile.as_ref().map(|it| format!("\"{it}\""));
        match control {
            Control::SignInFrequency => self.sign_in_frequency.both.map(|it| it.to_string()),
            Control::PersistentBrowser => {
                word(control, self.persistent_browser.map(|it| it as usize))
            }
            Control::Lifetime => self.lifetime.map(duration_text),
            Control::Idle => self.idle.map(duration_text),
            Control::AppRestrictions => flag(self.app_restrictions, ""),
            Control::CloudAppSecurity => {
                word(control, self.cloud_app_security.map(|it| it as usize))
            }
            Control::ContinuousEvaluation => {
                word(control, self.continuous_evaluation.map(|it| it as usize))
            }
            Control::Resilience => flag(self.resilience_off, "off"),
            Control::TokenProtection => flag(self.token_protection, ""),
            Control::GlobalSecureAccessProfile => quoted(&self.global_secure_access_profile),
            Control::NetworkAccessPolicy => quoted(&self.network_access_policy),
        }
    }
}

/// The word of that number; the enumerations stand in the order of their words.
fn word(control: Control, number: Option<usize>) -> Option<String> {
    let Argument::Word(words) = control.row().argument else { return None };
    words.get(number?).map(|word| (*word).to_owned())
}

impl<P> SessionControls<P> {
    /// Whether no control is set.
    pub fn is_empty(&self) -> bool {
        self.sign_in_frequency.is_none()
            && self.persistent_browser.is_none()
            && self.lifetime.is_none()
            && self.idle.is_none()
            && !self.app_restrictions
            && self.cloud_app_security.is_none()
            && self.continuous_evaluation.is_none()
            && !self.resilience_off
            && !self.token_protection
            && self.global_secure_access_profile.is_none()
            && self.network_access_policy.is_none()
    }

    /// The same with every profile named otherwise.
    pub fn map_profiles<Q>(self, mut name: impl FnMut(P) -> Q) -> SessionControls<Q> {
        SessionControls {
            sign_in_frequency: self.sign_in_frequency,
            persistent_browser: self.persistent_browser,
            lifetime: self.lifetime,
            idle: self.idle,
            app_restrictions: self.app_restrictions,
            cloud_app_security: self.cloud_app_security,
            continuous_evaluation: self.continuous_evaluation,
            resilience_off: self.resilience_off,
            token_protection: self.token_protection,
            global_secure_access_profile: self.global_secure_access_profile.map(&mut name),
            network_access_policy: self.network_access_policy.map(&mut name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_their_numbers() {
        for (at, row) in CONTROLS.iter().enumerate() {
            assert_eq!(row.control as usize, at, "{}", row.words);
        }
    }

    #[test]
    fn controls_are_told_as_a_policy_says_them() {
        let controls = SessionControls {
            sign_in_frequency: Frequency {
                both: Some(MaxAge::EveryTime),
                second: Some(MaxAge::Seconds(14_400)),
            },
            persistent_browser: Some(PersistentBrowser::Never),
            idle: Some(5_400),
            cloud_app_security: Some(CloudAppSecurity::BlockDownloads),
            continuous_evaluation: Some(ContinuousEvaluation::StrictLocation),
            resilience_off: true,
            token_protection: true,
            network_access_policy: Some("n"),
            ..SessionControls::default()
        };
        let expected = "sign-in frequency every time|persistent browser never|idle 90 minutes|\
                        cloud app security block-downloads|continuous evaluation strict-location|resilience off|\
                        token protection|network access policy \"n\"|sign-in frequency 4 hours for second factor";
        assert_eq!(controls.lines().join("|"), expected);
    }

    #[test]
    fn the_strictest_wins() {
        let every = Frequency { both: Some(MaxAge::EveryTime), second: None };
        let hours =
            Frequency { both: Some(MaxAge::Seconds(3_600)), second: Some(MaxAge::Seconds(60)) };
        let merged = every.merge(hours);
        assert_eq!(merged, hours.merge(every));
        assert_eq!(merged.both, Some(MaxAge::EveryTime));
        assert_eq!(merged.second, Some(MaxAge::Seconds(60)));
        assert_eq!(
            Some(PersistentBrowser::Never),
            Some(PersistentBrowser::Always).max(Some(PersistentBrowser::Never))
        );
    }
}
