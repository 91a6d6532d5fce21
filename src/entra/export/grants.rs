//! What a policy demands as controls of policies in Entra: one operator over a flat list, so that what is nested
//! becomes several policies, each with a part of what must all be proven.

use crate::diagnostic::Diagnostic;
use crate::entra::codes;
use crate::entra::export::letters::Letters;
use crate::entra::export::strengths::Strengths;
use crate::entra::model::{Demand, Part};
use crate::hir::{Effect, Grant, Policy, Requirement};
use crate::schema::grant::GrantWord;
use crate::schema::session::MaxAge;
use crate::source::Span;
use crate::syntax::ast::ObjectKind;

/// Alternatives of which one must be proven.
type Clause = Vec<Part>;

/// How many clauses are held on the way.
const MAX_CLAUSES: usize = 8 * super::MAX_COPIES;

/// Reads demands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grants<'a> {
    pub(super) letters: &'a Letters<'a>,
    pub(super) strengths: &'a Strengths,
}

impl Grants<'_> {
    /// What the policy demands, as one demand for each policy that it takes.
    pub(super) fn demands(self, policy: &Policy) -> Result<Vec<Demand>, Vec<Diagnostic>> {
        let grant = match &policy.effect {
            Effect::Block => return Ok(vec![Demand::Block]),
            Effect::Nothing => return Ok(vec![Demand::Nothing]),
            Effect::Require(grant) => grant,
        };
        let span = self.letters.requirement(&policy.name).unwrap_or(policy.span);
        let mut found = self.stale(grant, policy, span);
        let Some(clauses) = self.clauses(grant) else {
            found.push(too_many(span));
            return Err(found);
        };
        let clauses = absorbed(clauses);
        found.extend(clauses.iter().filter_map(|clause| check_alternatives(clause, span)));
        match together(clauses) {
            Ok(demands) if found.is_empty() => Ok(demands),
            Ok(_) => Err(found),
            Err(lonely) => {
                found.push(incomplete(lonely, span));
                Err(found)
            }
        }
    }

    /// A proof's own age is what only a sign-in frequency can say.
    fn stale(self, grant: &Grant, policy: &Policy, span: Span) -> Vec<Diagnostic> {
        let frequency = policy.session.sign_in_frequency.both;
        let said = |requirement: &Requirement| match requirement.within {
            None => true,
            Some(seconds) => {
                let methods = [GrantWord::Mfa, GrantWord::Strength].contains(&requirement.grant);
                methods && frequency == Some(MaxAge::Seconds(seconds))
            }
        };
        let unsaid = grant.requirements().into_iter().any(|requirement| !said(requirement));
        unsaid.then(|| no_within(span)).into_iter().collect()
    }

    /// The grant as clauses that must all be satisfied, each by any of its parts; nothing, where they are too many.
    fn clauses(self, grant: &Grant) -> Option<Vec<Clause>> {
        let clauses = match grant {
            Grant::All(parts) => {
                let each: Option<Vec<Vec<Clause>>> =
                    parts.iter().map(|part| self.clauses(part)).collect();
                each?.into_iter().flatten().collect()
            }
            Grant::Any(parts) => {
                let mut all: Vec<Clause> = vec![Vec::new()];
                for part in parts {
                    all = distributed(&all, &self.clauses(part)?)?;
                }
                all
            }
            Grant::One(requirement) => {
                self.parts(requirement).into_iter().map(|it| vec![it]).collect()
            }
        };
        (clauses.len() <= MAX_CLAUSES).then_some(clauses)
    }

    /// Terms with several ids are all needed.
    fn parts(self, requirement: &Requirement) -> Vec<Part> {
        let ids = |kind| {
            let ids = requirement.object.iter().flat_map(|object| &object.ids);
            ids.map(move |id| self.letters.id(kind, id))
        };
        match requirement.grant {
            GrantWord::Strength => {
                let strength = requirement.strength.map(|id| self.strengths.reference(id));
                strength.into_iter().map(Part::Strength).collect()
            }
            GrantWord::Terms => ids(ObjectKind::Terms).map(Part::Terms).collect(),
            GrantWord::CustomControl => {
                ids(ObjectKind::CustomControl).map(Part::CustomControl).collect()
            }
            word => vec![Part::Word(word.row().name)],
        }
    }
}

fn distributed(all: &[Clause], more: &[Clause]) -> Option<Vec<Clause>> {
    (all.len() * more.len() <= MAX_CLAUSES).then(|| {
        let both = |one: &Clause, other: &Clause| [one.as_slice(), other].concat();
        all.iter().flat_map(|one| more.iter().map(move |other| both(one, other))).collect()
    })
}

/// Each part once, and no clause that another one makes true.
fn absorbed(clauses: Vec<Clause>) -> Vec<Clause> {
    let mut kept: Vec<Clause> = Vec::new();
    for clause in clauses {
        let mut parts: Clause = Vec::new();
        for part in clause {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
        let within = |one: &Clause, other: &Clause| one.iter().all(|part| other.contains(part));
        if kept.iter().any(|other| within(other, &parts)) {
            continue;
        }
        kept.retain(|other| !within(&parts, other));
        kept.push(parts);
    }
    kept
}

const MFA: Part = Part::Word("mfa");
const PASSWORD_CHANGE: Part = Part::Word("password-change");
const RISK_REMEDIATION: Part = Part::Word("risk-remediation");

fn is_strength(part: &Part) -> bool {
    matches!(part, Part::Strength(_))
}

/// What must all be proven, in as few policies as Entra takes it in.
fn together(clauses: Vec<Clause>) -> Result<Vec<Demand>, Part> {
    let (units, choices): (Vec<Clause>, Vec<Clause>) =
        clauses.into_iter().partition(|clause| clause.len() == 1);
    let mut units: Vec<Part> = units.into_iter().flatten().collect();
    let mut demands: Vec<Vec<Part>> = Vec::new();
    if take(&mut units, &PASSWORD_CHANGE) {
        if !units.contains(&MFA) {
            return Err(PASSWORD_CHANGE);
        }
        demands.push(vec![MFA, PASSWORD_CHANGE]);
        take(&mut units, &MFA);
    }
    if take(&mut units, &RISK_REMEDIATION) {
        let Some(at) = units.iter().position(is_strength) else { return Err(RISK_REMEDIATION) };
        demands.push(vec![RISK_REMEDIATION, units.remove(at)]);
    }
    let (strengths, mut rest): (Vec<Part>, Vec<Part>) = units.into_iter().partition(is_strength);
    let mut strengths = strengths.into_iter();
    if !rest.contains(&MFA) {
        rest.extend(strengths.next());
    }
    demands.extend(Some(rest).filter(|rest| !rest.is_empty()));
    demands.extend(strengths.map(|strength| vec![strength]));
    let all = demands.into_iter().map(|parts| Demand::Require { all: true, parts });
    let any = choices.into_iter().map(|parts| Demand::Require { all: false, parts });
    Ok(all.chain(any).collect())
}

fn take(parts: &mut Vec<Part>, part: &Part) -> bool {
    let at = parts.iter().position(|it| it == part);
    at.map(|at| parts.remove(at)).is_some()
}

/// One strength stands in a policy, and never beside `mfa`; two grants only work together with others.
fn check_alternatives(clause: &Clause, span: Span) -> Option<Diagnostic> {
    if clause.len() == 1 {
        return None;
    }
    let strengths = clause.iter().filter(|part| is_strength(part)).count();
    if strengths > 1 || strengths == 1 && clause.contains(&MFA) {
        let message = "Entra offers one strength as an alternative, and none beside `mfa`";
        return Some(
            Diagnostic::error(codes::GRANT_NOT_IN_ENTRA, span, message)
                .help("declare one strength that has the combinations of both, and require that"),
        );
    }
    let lonely = [PASSWORD_CHANGE, RISK_REMEDIATION].into_iter().find(|it| clause.contains(it));
    lonely.map(|part| incomplete(part, span))
}

fn incomplete(part: Part, span: Span) -> Diagnostic {
    let (message, help) = if part == PASSWORD_CHANGE {
        (
            "Entra demands a password change only together with `mfa`",
            "write `require password-change and mfa`",
        )
    } else {
        (
            "Entra demands risk remediation only together with a strength",
            "write `require risk-remediation and strength multi-factor`",
        )
    };
    Diagnostic::error(codes::REFUSED_BY_ENTRA, span, message).help(help)
}

fn no_within(span: Span) -> Diagnostic {
    let message = "Entra does not ask how old one proof is";
    Diagnostic::error(codes::GRANT_NOT_IN_ENTRA, span, message)
        .note("its sign-in frequency bounds the age of both factors, in hours or days; only where it says the same can `within` be left out")
        .help("write `sign-in frequency 1 hour` in the place of `within`, or keep this policy out of the export")
}

fn too_many(span: Span) -> Diagnostic {
    let message = "this grant needs too many policies";
    Diagnostic::error(codes::OVER_A_LIMIT, span, message)
        .note(format!(
            "each part that must be proven is a policy in Entra; {MAX_CLAUSES} are tried"
        ))
        .help("require less at once, or write several policies")
}
