//! Session controls of a policy as Entra has them.

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::letters::Letters;
use crate::entra::model::{Control, Frequency};
use crate::hir::Policy;
use crate::schema::session::{self as schema, Argument, MaxAge};
use crate::source::Span;
use crate::syntax::ast::DurationUnit;

/// The shortest and the coarsest period, in seconds.
const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

/// The session controls, once for each policy that they take: a policy in Entra has one sign-in frequency.
pub(super) fn controls(
    policy: &Policy,
    letters: &Letters<'_>,
) -> Result<Vec<Vec<Control>>, Vec<Diagnostic>> {
    let mut found = Vec::new();
    let place = |control: schema::Control| {
        letters.control(&policy.name, control.row().words).unwrap_or(policy.span)
    };
    let session = &policy.session;
    let lasting =
        [(schema::Control::Lifetime, session.lifetime), (schema::Control::Idle, session.idle)];
    for (control, duration) in lasting {
        if duration.is_some() {
            found.push(not_there(control, place(control)));
        }
    }
    let span = place(schema::Control::SignInFrequency);
    let both =
        session.sign_in_frequency.both.map(|age| frequency(age, false, policy, letters, span));
    let second =
        session.sign_in_frequency.second.map(|age| frequency(age, true, policy, letters, span));
    let mut frequencies = Vec::new();
    for made in both.into_iter().chain(second) {
        match made {
            Ok(frequency) => frequencies.push(Control::Frequency(frequency)),
            Err(diagnostic) => found.push(*diagnostic),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    let others = others(policy);
    if frequencies.is_empty() {
        return Ok(vec![others]);
    }
    let with = |frequency| std::iter::once(frequency).chain(others.clone()).collect();
    Ok(frequencies.into_iter().map(with).collect())
}

fn frequency(
    age: MaxAge,
    second_factor_only: bool,
    policy: &Policy,
    letters: &Letters<'_>,
    span: Span,
) -> Result<Frequency, Box<Diagnostic>> {
    let MaxAge::Seconds(seconds) = age else {
        return Ok(Frequency { period: None, second_factor_only });
    };
    let written = letters.unit(&policy.name, seconds);
    let in_days = seconds.is_multiple_of(DAY)
        && matches!(written, None | Some(DurationUnit::Days | DurationUnit::Weeks));
    let unit = match (seconds.is_multiple_of(HOUR), in_days) {
        (true, true) => DurationUnit::Days,
        (true, false) => DurationUnit::Hours,
        (false, _) => return Err(Box::new(no_period(span))),
    };
    if seconds > schema_limit() {
        return Err(Box::new(too_long(span)));
    }
    Ok(Frequency { period: Some((seconds, unit)), second_factor_only })
}

/// The longest period that an import takes, too.
fn schema_limit() -> u64 {
    crate::entra::tables::MAX_FREQUENCY_DAYS.unsigned_abs() * DAY
}

/// Every control but the frequency, in the order of the table.
fn others(policy: &Policy) -> Vec<Control> {
    use schema::Control as C;
    let session = &policy.session;
    let word = |control: C, number: Option<usize>| {
        let Argument::Word(words) = control.row().argument else { return None };
        let word = words.get(number?)?;
        Some(Control::Word(control.row().words, Some(word)))
    };
    let flag = |control: C, on: bool| on.then(|| Control::Word(control.row().words, None));
    let id =
        |control: C, id: &Option<String>| id.clone().map(|id| Control::Id(control.row().words, id));
    [
        word(C::PersistentBrowser, session.persistent_browser.map(|it| it as usize)),
        flag(C::AppRestrictions, session.app_restrictions),
        word(C::CloudAppSecurity, session.cloud_app_security.map(|it| it as usize)),
        word(C::ContinuousEvaluation, session.continuous_evaluation.map(|it| it as usize)),
        session.resilience_off.then(|| Control::Word(C::Resilience.row().words, Some("off"))),
        flag(C::TokenProtection, session.token_protection),
        id(C::GlobalSecureAccessProfile, &session.global_secure_access_profile),
        id(C::NetworkAccessPolicy, &session.network_access_policy),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn not_there(control: schema::Control, span: Span) -> Diagnostic {
    let words = control.row().words;
    Diagnostic::error(
        codes::CONTROL_NOT_IN_ENTRA,
        span,
        format!("Entra has no session control `{words}`"),
    )
    .note("it ends a session by its sign-in frequency alone")
    .help("write `sign-in frequency …`, or keep this policy out of the export")
}

fn no_period(span: Span) -> Diagnostic {
    let message = "Entra counts a sign-in frequency in whole hours or days";
    Diagnostic::error(codes::CONTROL_NOT_IN_ENTRA, span, message)
        .help("write whole hours, or `every time`")
}

fn too_long(span: Span) -> Diagnostic {
    let days = crate::entra::tables::MAX_FREQUENCY_DAYS;
    let message = format!("a sign-in frequency is at most {days} days in Entra");
    Diagnostic::error(codes::OVER_A_LIMIT, span, message).help("write a shorter one")
}
