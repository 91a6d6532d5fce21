//! A decision as JSON: keys in a stable order, only the session controls that are set.

use serde_json::{Map, Value as Json, json};

use crate::decision::{
    Alternative, Blocked, Challenge, Decision, Demand, DemandKind, Feasibility, Outcome, ReportOnly,
};
use crate::schema::session::{Argument, CONTROLS, Control, Frequency, MaxAge, SessionControls};
use crate::value::Timestamp;

/// What signing in again is called, where grants have their words.
pub(crate) const SIGN_IN: &str = "sign-in";
/// The ages that are no number of seconds.
pub(crate) const EVERY_TIME: &str = "every time";
/// The words of [`Feasibility`], in its order.
pub(crate) const FEASIBILITIES: [&str; 3] = ["interactive", "remediable", "impossible"];
/// Why a latch stays shut.
pub(crate) const REASONS: [&str; 2] = ["policy", "impossible"];

/// The decision as JSON, with the id of the request it answers. Moments are written by `time_text`.
pub fn write(decision: &Decision, id: Option<&str>) -> Json {
    let mut object = Map::new();
    insert(&mut object, "id", id.map(Json::from));
    outcome(&mut object, &decision.outcome);
    object.extend([
        ("unguarded".to_owned(), json!(decision.unguarded)),
        ("by".to_owned(), json!(decision.by)),
        ("applying".to_owned(), json!(decision.applying)),
        ("session".to_owned(), session(&decision.session)),
        ("reportOnly".to_owned(), decision.report_only.iter().map(report_only).collect()),
        ("assumed".to_owned(), json!(decision.assumed)),
        ("assumptionMatters".to_owned(), json!(decision.assumption_matters)),
        // Whole seconds, rounded down: whoever keeps a decision too short loses nothing.
        ("validForSeconds".to_owned(), json!(decision.valid_for_ms.map(|millis| millis / 1_000))),
        ("validUntil".to_owned(), json!(decision.valid_until.map(time_text))),
        ("dependsOn".to_owned(), json!(decision.depends_on)),
    ]);
    Json::Object(object)
}

fn insert(object: &mut Map<String, Json>, key: &str, value: Option<Json>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value);
    }
}

/// ISO 8601, in UTC; one that no calendar reaches is written as the last that it does.
fn time_text(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_millisecond(time.0);
    time.unwrap_or(jiff::Timestamp::MAX).to_string()
}

fn outcome(object: &mut Map<String, Json>, outcome: &Outcome) {
    let (reason, demanded) = match outcome {
        Outcome::Open => (None, None),
        Outcome::StepUp(asked) => (None, Some(asked)),
        Outcome::Blocked(Blocked::ByPolicy) => (Some(REASONS[0]), None),
        Outcome::Blocked(Blocked::Impossible(asked)) => (Some(REASONS[1]), Some(asked)),
    };
    insert(object, "outcome", Some(json!(outcome.word())));
    insert(object, "reason", reason.map(Json::from));
    insert(object, "challenge", demanded.map(challenge));
}

fn report_only(report: &ReportOnly) -> Json {
    let mut object = Map::from_iter([("policy".to_owned(), json!(report.policy))]);
    outcome(&mut object, &report.would);
    Json::Object(object)
}

fn challenge(challenge: &Challenge) -> Json {
    json!({
        "sentence": challenge.sentence(),
        "alternatives": challenge.alternatives.iter().map(alternative).collect::<Vec<_>>(),
        "truncated": challenge.truncated,
        "wwwAuthenticate": challenge.www_authenticate(),
    })
}

fn alternative(alternative: &Alternative) -> Json {
    json!({
        "feasibility": feasibility(alternative.feasibility),
        "demands": alternative.demands.iter().map(demand).collect::<Vec<_>>(),
    })
}

fn feasibility(feasibility: Feasibility) -> &'static str {
    match feasibility {
        Feasibility::Interactive => FEASIBILITIES[0],
        Feasibility::Remediable => FEASIBILITIES[1],
        Feasibility::Impossible => FEASIBILITIES[2],
    }
}

fn demand(demand: &Demand) -> Json {
    let grant = match demand.kind {
        DemandKind::SignIn => SIGN_IN,
        DemandKind::Grant(grant) => grant.row().name,
    };
    let mut object = Map::from_iter([("grant".to_owned(), json!(grant))]);
    insert(&mut object, "name", demand.name.as_ref().map(|name| json!(name)));
    insert(&mut object, "within", demand.within.map(Json::from));
    insert(&mut object, "maxAge", demand.max_age.map(max_age));
    Json::Object(object)
}

/// Seconds, or `every time`.
fn max_age(age: MaxAge) -> Json {
    match age {
        MaxAge::EveryTime => json!(EVERY_TIME),
        MaxAge::Seconds(seconds) => json!(seconds),
    }
}

/// The controls that are set, under the keys of the table.
fn session(session: &SessionControls<String>) -> Json {
    let mut object = Map::new();
    for row in CONTROLS {
        insert(&mut object, row.json, control(row.control, session));
    }
    Json::Object(object)
}

fn control(control: Control, session: &SessionControls<String>) -> Option<Json> {
    let flag = |on: bool| on.then(|| json!(true));
    match control {
        Control::SignInFrequency => frequency(&session.sign_in_frequency),
        Control::PersistentBrowser => {
            word(control, session.persistent_browser.map(|it| it as usize))
        }
        Control::Lifetime => session.lifetime.map(Json::from),
        Control::Idle => session.idle.map(Json::from),
        Control::AppRestrictions => flag(session.app_restrictions),
        Control::CloudAppSecurity => {
            word(control, session.cloud_app_security.map(|it| it as usize))
        }
        Control::ContinuousEvaluation => {
            word(control, session.continuous_evaluation.map(|it| it as usize))
        }
        Control::Resilience => flag(session.resilience_off),
        Control::TokenProtection => flag(session.token_protection),
        Control::GlobalSecureAccessProfile => {
            session.global_secure_access_profile.as_ref().map(|id| json!(id))
        }
        Control::NetworkAccessPolicy => session.network_access_policy.as_ref().map(|id| json!(id)),
    }
}

/// The word of that number; the enumerations stand in the order of their words.
fn word(control: Control, number: Option<usize>) -> Option<Json> {
    let Argument::Word(words) = control.row().argument else { return None };
    words.get(number?).map(|word| json!(word))
}

fn frequency(frequency: &Frequency) -> Option<Json> {
    let mut object = Map::new();
    insert(&mut object, "both", frequency.both.map(max_age));
    insert(&mut object, "second", frequency.second.map(max_age));
    (!object.is_empty()).then_some(Json::Object(object))
}

#[cfg(test)]
pub(in crate::decision) mod tests {
    use super::*;
    use crate::decision::sample;
    use crate::schema::grant::GrantWord;
    use crate::schema::session::{CloudAppSecurity, ContinuousEvaluation, PersistentBrowser};

    fn full_session() -> SessionControls<String> {
        SessionControls {
            sign_in_frequency: Frequency {
                both: Some(MaxAge::EveryTime),
                second: Some(MaxAge::Seconds(60)),
            },
            persistent_browser: Some(PersistentBrowser::Never),
            lifetime: Some(10),
            idle: Some(5),
            app_restrictions: true,
            cloud_app_security: Some(CloudAppSecurity::BlockDownloads),
            continuous_evaluation: Some(ContinuousEvaluation::StrictLocation),
            resilience_off: true,
            token_protection: true,
            global_secure_access_profile: Some("p".to_owned()),
            network_access_policy: Some("n".to_owned()),
        }
    }

    pub(in crate::decision) fn step_up() -> Decision {
        let fresh = Demand { max_age: Some(MaxAge::EveryTime), ..sample::demand(GrantWord::Mfa) };
        let terms = Demand {
            name: Some("visitors".to_owned()),
            within: Some(60),
            max_age: Some(MaxAge::Seconds(60)),
            ..sample::demand(GrantWord::Terms)
        };
        let asked = sample::challenge([
            sample::alternative([fresh, terms], Feasibility::Interactive),
            sample::alternative(
                [sample::demand(GrantWord::CompliantDevice)],
                Feasibility::Impossible,
            ),
        ]);
        Decision {
            outcome: Outcome::StepUp(asked.clone()),
            unguarded: false,
            by: vec!["a".to_owned()],
            session: full_session(),
            report_only: vec![
                ReportOnly { policy: "b".to_owned(), would: Outcome::Blocked(Blocked::ByPolicy) },
                ReportOnly {
                    policy: "c".to_owned(),
                    would: Outcome::Blocked(Blocked::Impossible(asked)),
                },
            ],
            assumed: vec!["client".to_owned()],
            valid_for_ms: Some(1_999),
            valid_until: Some(Timestamp(1_795_420_800_001)),
            ..Decision::open()
        }
    }

    #[test]
    fn a_step_up_is_written_with_its_keys_in_order() {
        let text = write(&step_up(), Some("r1")).to_string();
        let start = r#"{"id":"r1","outcome":"step-up","challenge":{"sentence":"Sign in "#;
        assert!(text.starts_with(start), "{text}");
        for part in [
            r#""alternatives":[{"feasibility":"interactive","demands":[{"grant":"mfa","maxAge":"every time"},{"grant":"terms","name":"visitors","within":60,"maxAge":60}]},{"feasibility":"impossible","demands":[{"grant":"compliant-device"}]}],"truncated":false,"wwwAuthenticate":"Bearer error="#,
            r#"},"unguarded":false,"by":["a"],"applying":[],"session":{"signInFrequency":{"both":"every time","second":60},"persistentBrowser":"never","lifetime":10,"idle":5,"appRestrictions":true,"cloudAppSecurity":"block-downloads","continuousEvaluation":"strict-location","resilienceOff":true,"tokenProtection":true,"globalSecureAccessProfile":"p","networkAccessPolicy":"n"},"reportOnly":[{"policy":"b","outcome":"blocked","reason":"policy"},{"policy":"c","outcome":"blocked","reason":"impossible","challenge":{"#,
            r#"],"assumed":["client"],"assumptionMatters":false,"validForSeconds":1,"validUntil":"2026-11-23T08:00:00.001Z","dependsOn":[]}"#,
        ] {
            assert!(text.contains(part), "{part}\nis not in\n{text}");
        }
    }

    #[test]
    fn an_open_latch_is_short() {
        assert_eq!(
            write(&Decision::open(), None).to_string(),
            r#"{"outcome":"open","unguarded":true,"by":[],"applying":[],"session":{},"reportOnly":[],"assumed":[],"assumptionMatters":false,"validForSeconds":null,"validUntil":null,"dependsOn":[]}"#,
        );
    }

    #[test]
    fn every_word_of_a_control_is_the_one_of_the_table() {
        let browser = [PersistentBrowser::Always, PersistentBrowser::Never];
        let cloud =
            [CloudAppSecurity::Monitor, CloudAppSecurity::Custom, CloudAppSecurity::BlockDownloads];
        let continuous = [
            ContinuousEvaluation::Off,
            ContinuousEvaluation::Strict,
            ContinuousEvaluation::StrictLocation,
        ];
        let kebab = |debug: String| {
            let lower = |letter: char| match letter.is_uppercase() {
                true => format!("-{}", letter.to_lowercase()),
                false => letter.to_string(),
            };
            debug.chars().map(lower).collect::<String>().trim_start_matches('-').to_owned()
        };
        let numbers =
            browser.map(|it| (Control::PersistentBrowser, it as usize, format!("{it:?}")));
        let numbers = numbers
            .into_iter()
            .chain(cloud.map(|it| (Control::CloudAppSecurity, it as usize, format!("{it:?}"))));
        let numbers = numbers.chain(
            continuous.map(|it| (Control::ContinuousEvaluation, it as usize, format!("{it:?}"))),
        );
        for (control, number, debug) in numbers {
            assert_eq!(word(control, Some(number)), Some(json!(kebab(debug))));
        }
    }
}
