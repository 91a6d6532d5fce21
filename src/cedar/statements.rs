//! All statements of an export, in files: policy by policy, then where they meet, then the open default.

use crate::cedar::evidence::Proven;
use crate::cedar::expr::Expr;
use crate::cedar::keys::{Key, Keys, Type, access, has};
use crate::cedar::meeting::{Applying, bounds_of, meetings};
use crate::cedar::policy::{Statement, challenge_json, effect_text};
use crate::cedar::schema::wrapped;
use crate::cedar::test::{CONTEXT, Writer};
use crate::cedar::{MAX_EXPORT_BYTES, MAX_STATEMENT_BYTES, STORE_POLICY_BYTES, codes};
use crate::decision::Options;
use crate::diagnostic::Diagnostic;
use crate::hir::{Effect, Policy, PolicySet, PolicyState};
use crate::source::Span;

const HEADER: &str = "\
// Written by `latch export cedar`: open for exactly the sign-ins that the policies open for, and for no others.
//
// Validate requests against the schema. A policy is a `forbid`; the `permit` at the end stands for all that nobody forbids.
// It touches every attribute, so that a request of another shape, in which Cedar would skip a `forbid`, is not let in.
//
// What Cedar cannot carry: what a sign-in is asked for (the challenge; `@latch_effect` and `@latch_challenge` say what each
// policy demands), whether it is step-up or block, how long a decision holds and on what it depends, the merging of session
// controls (`sessions.cedar` names those that apply; the strictest wins), what report-only policies would have done. Asserts
// and tests stay behind. Time zones, lower case, and the youngest of several proofs are the request's business:
// `latch export cedar --requests` writes requests.
";

const SESSIONS: &str = "\
// Written by `latch export cedar`: which session controls are in force. Ask this for a sign-in that `policies.cedar` allows:
// the determining policies of the answer are those whose controls apply. Of several, the strictest wins. No permit that
// applies means no controls, and nothing else: whether the sign-in may pass is not said here.
";

const MEETINGS: &str = "\
// Where policies meet: the sign-in frequency of one bounds the proofs that another asks for.
";

/// The texts of an export.
pub(super) struct Written {
    pub policies: String,
    pub sessions: Option<String>,
    pub large: Vec<String>,
    pub forbids: usize,
    pub left_out: Vec<String>,
    pub keys: Keys,
}

/// Everything there is to write.
pub(super) fn statements(set: &PolicySet, options: &Options) -> Result<Written, Vec<Diagnostic>> {
    let is_on = |policy: &&Policy| match policy.state {
        PolicyState::On => true,
        PolicyState::ReportOnly => options.as_if_enforced,
        PolicyState::Disabled => false,
    };
    let (on, off): (Vec<_>, Vec<_>) = set.policies.iter().partition(is_on);
    let keys = Keys::of(set, &on);
    let applying = applying(set, &on)?;
    let mut pages = Pages::new(HEADER);
    for one in &applying {
        pages.add(forbid(set, &keys, options, one), one.0.span)?;
    }
    pages.meet(meetings(set, &keys, options, &applying), on.first().map(|policy| policy.span))?;
    pages.text.push('\n');
    pages.text.push_str(&open_default(&keys).write());
    let left_out: Vec<_> = off.iter().map(|policy| policy.name.clone()).collect();
    for policy in off {
        pages.text.push_str(&left_out_line(policy));
    }
    let Pages { text, large, forbids } = pages;
    let sessions = sessions(&applying)?;
    Ok(Written { policies: text, sessions, large, forbids, left_out, keys })
}

/// The policies that are on, with when they apply; or everything that stands in the way.
fn applying<'a>(set: &PolicySet, on: &[&'a Policy]) -> Result<Vec<Applying<'a>>, Vec<Diagnostic>> {
    let writer = Writer::new(set);
    let (mut applying, mut refused) = (Vec::new(), Vec::new());
    for policy in on {
        match writer.formula(&policy.condition, true) {
            Ok(formula) => applying.push((*policy, writer.somewhere(formula))),
            Err(diagnostic) => refused.push(*diagnostic),
        }
    }
    if refused.is_empty() { Ok(applying) } else { Err(refused) }
}

/// A file that grows.
struct Pages {
    text: String,
    large: Vec<String>,
    forbids: usize,
}

impl Pages {
    fn new(header: &str) -> Pages {
        Pages { text: header.to_owned(), large: Vec::new(), forbids: 0 }
    }

    /// What policies forbid together; their places are too many to tell.
    fn meet(
        &mut self,
        statements: impl Iterator<Item = Statement>,
        span: Option<Span>,
    ) -> Result<(), Vec<Diagnostic>> {
        let own = self.forbids;
        for (statement, span) in statements.zip(span.into_iter().cycle()) {
            if self.forbids == own {
                self.text.push('\n');
                self.text.push_str(MEETINGS);
            }
            self.add(Some(statement), span)?;
        }
        Ok(())
    }

    fn add(&mut self, statement: Option<Statement>, span: Span) -> Result<(), Vec<Diagnostic>> {
        let Some(statement) = statement.filter(|it| !it.is_empty()) else { return Ok(()) };
        let written = statement.write();
        let id = statement.annotations.first().map(|(_, id)| id.clone()).unwrap_or_default();
        if written.len() > MAX_STATEMENT_BYTES {
            return Err(vec![large_policy(&id, written.len(), span)]);
        }
        if self.text.len() + written.len() > MAX_EXPORT_BYTES {
            return Err(vec![large_export(span)]);
        }
        if written.len() > STORE_POLICY_BYTES {
            self.large.push(id);
        }
        self.forbids += usize::from(statement.word == "forbid");
        self.text.push('\n');
        self.text.push_str(&written);
        Ok(())
    }
}

fn large_policy(id: &str, bytes: usize, span: Span) -> Diagnostic {
    let message = format!("`{id}` becomes a Cedar policy of {bytes} bytes");
    Diagnostic::error(codes::LARGE_POLICY, span, message)
        .note(format!("the limit is {MAX_STATEMENT_BYTES} bytes, a hundred times what Amazon Verified Permissions takes"))
        .help("name fewer ids, or split the policy")
}

fn large_export(span: Span) -> Diagnostic {
    let message = "the policies become more Cedar than a limit allows";
    Diagnostic::error(codes::LARGE_EXPORT, span, message)
        .note(format!("the limit is {MAX_EXPORT_BYTES} bytes, two hundred times what Amazon Verified Permissions takes"))
        .help("use fewer different sign-in frequencies: each is combined with each grant")
}

/// What a policy forbids; nothing where it only sets session controls.
fn forbid(
    set: &PolicySet,
    keys: &Keys,
    options: &Options,
    (policy, applies): &Applying<'_>,
) -> Option<Statement> {
    let proven = Proven { set, keys, bounds: bounds_of(policy, options) };
    let mut statement = Statement::about(policy, "forbid", applies.clone());
    statement.annotations.push(("latch_effect", effect_text(set, policy)));
    match &policy.effect {
        Effect::Block => {}
        Effect::Require(grant) => {
            let challenge = challenge_json(set, grant).to_string();
            statement.annotations.push(("latch_challenge", challenge));
            statement.granted = Some(Expr::all([proven.grant(grant), proven.signed_in()]));
        }
        Effect::Nothing => statement.granted = Some(proven.signed_in()),
    }
    statement.annotations.extend(session_text(policy));
    Some(statement)
}

fn session_text(policy: &Policy) -> Option<(&'static str, String)> {
    let lines = policy.session.lines();
    (!lines.is_empty()).then(|| ("latch_session", lines.join("; ")))
}

/// A permit for each policy with session controls.
fn sessions(applying: &[Applying<'_>]) -> Result<Option<String>, Vec<Diagnostic>> {
    let mut pages = Pages::new(SESSIONS);
    for (policy, applies) in applying {
        if let Some(session) = session_text(policy) {
            let mut statement = Statement::about(policy, "permit", applies.clone());
            statement.annotations.push(session);
            pages.add(Some(statement), policy.span)?;
        }
    }
    Ok((pages.text.len() > SESSIONS.len()).then_some(pages.text))
}

/// The open default, for requests of the right shape.
fn open_default(keys: &Keys) -> Statement {
    let shaped = keys.all.iter().flat_map(|key| touched(CONTEXT, key));
    Statement {
        remark: wrapped(
            "Open, unless a policy forbids. Each line holds for every value of the right type, and fails for any other.",
            0,
        ),
        annotations: vec![("id", "open".to_owned())],
        word: "permit",
        applies: Some(Expr::all(shaped)),
        granted: None,
    }
}

fn touched(base: &str, key: &Key) -> Option<Expr> {
    let required = key.carries == crate::cedar::keys::Carries::Absent;
    touch(base, &key.name, &key.kind, required)
}

/// An expression that is true, and an error on a value of another type.
fn touch(base: &str, name: &str, kind: &Type, required: bool) -> Option<Expr> {
    let value = access(base, name);
    let shaped = match kind {
        Type::Boolean => Expr::Any(vec![Expr::leaf(value.clone()), Expr::leaf(value).not()]),
        Type::Long => {
            Expr::Any(vec![Expr::leaf(format!("{value} <= 0")), Expr::leaf(format!("{value} > 0"))])
        }
        Type::String => Expr::leaf(format!("{value} like \"*\"")),
        Type::Strings => Expr::leaf(format!("{value}.containsAll({value})")),
        Type::Address => Expr::Any(vec![
            Expr::leaf(format!("{value}.isIpv4()")),
            Expr::leaf(format!("{value}.isIpv6()")),
        ]),
        Type::Record(fields) => {
            let each = fields
                .iter()
                .filter_map(|field| touch(&value, &field.name, &field.kind, field.required));
            Expr::all(each)
        }
    };
    if shaped == Expr::Const(true) || required {
        return Some(shaped);
    }
    let [given, yes] = [Expr::leaf(has(base, name)), Expr::Const(true)];
    Some(Expr::If(Box::new([given, shaped, yes])))
}

fn left_out_line(policy: &Policy) -> String {
    let why = match policy.state {
        PolicyState::On => return String::new(),
        PolicyState::ReportOnly => "report-only",
        PolicyState::Disabled => "disabled",
    };
    format!("\n// Left out, since it is {why}: {}\n", policy.name)
}
