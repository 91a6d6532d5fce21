//! What a policy requires.

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::resolve::names::NameKind;
use crate::hir::{Grant, ObjectRef, Requirement, StrengthId, codes};
use crate::schema::grant::{GRANTS, GrantWord};
use crate::source::Span;
use crate::syntax::ast::{self, Literal, LiteralValue, ObjectKind};

/// The strength of the prelude that `mfa` stands for.
pub(in crate::hir) const MULTI_FACTOR: &str = "multi-factor";

impl Checker<'_, '_> {
    /// What a grant means.
    pub(super) fn grant(&mut self, written: &ast::Grant) -> Option<Grant> {
        match written {
            ast::Grant::And(parts) => self.grants(parts).map(Grant::All),
            ast::Grant::Or(parts) => self.grants(parts).map(Grant::Any),
            ast::Grant::One(atom) => self.requirement(atom).map(Grant::One),
        }
    }

    fn grants(&mut self, parts: &[ast::Grant]) -> Option<Vec<Grant>> {
        let parts: Vec<Option<Grant>> = parts.iter().map(|part| self.grant(part)).collect();
        parts.into_iter().collect()
    }

    fn requirement(&mut self, atom: &ast::GrantAtom) -> Option<Requirement> {
        self.charge(1, atom.span)?;
        let grant = self.grant_word(&atom.grant)?;
        let within = match &atom.within {
            Some(duration) => Some(self.duration(duration)?),
            None => None,
        };
        let argument = self.grant_argument(grant, &atom.grant, atom.argument.as_ref())?;
        let mut requirement = Requirement { grant, strength: None, object: None, within };
        match (grant, argument) {
            (GrantWord::Strength, Some(name)) => {
                requirement.strength = Some(self.strength_of(name)?);
            }
            (GrantWord::Mfa, _) => {
                requirement.strength = Some(self.multi_factor(atom.grant.span)?);
            }
            (_, Some(name)) => requirement.object = Some(self.grant_object(grant, name)?),
            (_, None) => {}
        }
        Some(requirement)
    }

    /// The grant of a word.
    pub(super) fn grant_word(&mut self, name: &ast::Name) -> Option<GrantWord> {
        let word = &name.node;
        if let Some(grant) = GrantWord::by_name(word) {
            return Some(grant);
        }
        let message = format!("there is no grant `{word}`");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_GRANT, name.span, message);
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        if let Some(keyword) = declared.and_then(grant_keyword) {
            let mended = format!("{keyword} {word}");
            return self
                .report
                .refuse(diagnostic.help(format!("write `{mended}`")).fix(name.span, mended));
        }
        let near = self.report.nearest(word, GRANTS.iter().map(|row| row.name));
        self.report.refuse(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => {
                let words = GRANTS.iter().map(|row| row.name);
                let all = crate::hir::resolve::vocabulary::listed(words);
                diagnostic.note(format!("the grants are {all}"))
            }
        })
    }

    /// The name after a grant: there when it takes one, and only then.
    pub(super) fn grant_argument<'n>(
        &mut self,
        grant: GrantWord,
        word: &ast::Name,
        argument: Option<&'n ast::Name>,
    ) -> Option<Option<&'n ast::Name>> {
        let name = grant.row().name;
        match (grant.row().argument, argument) {
            (true, Some(argument)) => Some(Some(argument)),
            (false, None) => Some(None),
            (true, None) => self.report.refuse(
                Diagnostic::error(
                    codes::GRANT_ARGUMENT,
                    word.span,
                    format!("`{name}` lacks a name"),
                )
                .help(format!("say which: `{name} NAME`")),
            ),
            (false, Some(extra)) => self.report.refuse(
                Diagnostic::error(
                    codes::GRANT_ARGUMENT,
                    extra.span,
                    format!("`{name}` takes no name"),
                )
                .help("leave it out")
                .fix(extra.span, ""),
            ),
        }
    }

    /// The number of a strength.
    pub(super) fn strength_of(&mut self, name: &ast::Name) -> Option<StrengthId> {
        let word = &name.node;
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        if declared == Some(NameKind::Strength) {
            return self.tables.strength(word);
        }
        if let Some(what) = self.meaning_of(word) {
            return self.wrong_kind(word, name.span, &what, "require strength", "strengths");
        }
        let names = self.names.of_kinds(|kind| kind == NameKind::Strength);
        let near = self.report.nearest(word, names).map(str::to_owned);
        let declare = format!("strength {word} {{ … }}");
        self.unknown_name(word, name.span, "strengths", near, &declare)
    }

    fn multi_factor(&mut self, span: Span) -> Option<StrengthId> {
        self.strength_of(&ast::Name::new(MULTI_FACTOR.to_owned(), span))
    }

    /// The terms or the custom control of a name.
    pub(super) fn grant_object(&mut self, grant: GrantWord, name: &ast::Name) -> Option<ObjectRef> {
        let (kind, takes) = match grant {
            GrantWord::Terms => (ObjectKind::Terms, "terms"),
            _ => (ObjectKind::CustomControl, "custom controls"),
        };
        let word = &name.node;
        let declared = self.names.get(word).map(|declaration| declaration.kind());
        if declared == Some(NameKind::Object(kind)) {
            let weight = self.tables.objects.get(word)?.ids.len();
            self.charge(weight, name.span)?;
            let object = self.tables.objects.get(word)?;
            return Some(ObjectRef {
                name: word.clone(),
                ids: object.ids.iter().cloned().collect(),
            });
        }
        let taker = format!("require {}", grant.row().name);
        if let Some(what) = self.meaning_of(word) {
            return self.wrong_kind(word, name.span, &what, &taker, takes);
        }
        let names = self.names.of_kinds(|found| found == NameKind::Object(kind));
        let near = self.report.nearest(word, names).map(str::to_owned);
        let declare = format!("{} {word} = \"…\"", kind.keyword());
        self.unknown_name(word, name.span, takes, near, &declare)
    }

    /// A duration of more than nothing, in seconds.
    pub(super) fn duration(&mut self, literal: &Literal) -> Option<u64> {
        match literal.value {
            LiteralValue::Duration(0, _) => {
                if self.report.is_told(literal.span) {
                    return None;
                }
                self.report.refuse(
                    Diagnostic::error(
                        codes::EMPTY_DURATION,
                        literal.span,
                        "this duration is empty",
                    )
                    .note("no proof is ever so fresh")
                    .help("write a longer one, like `15 minutes`"),
                )
            }
            LiteralValue::Duration(seconds, _) => Some(seconds),
            _ => {
                let message = format!("`{}` is no duration", self.words_of(literal));
                self.report.refuse(
                    Diagnostic::error(codes::WRONG_VALUE, literal.span, message)
                        .help("write it like `15 minutes` or `4 hours`"),
                )
            }
        }
    }

    /// Tells which grants of a policy lack another one beside them.
    pub(super) fn check_company(&mut self, written: &ast::Grant, every_time: bool) -> Option<()> {
        let mut lonely = Vec::new();
        find_lonely(written, Company { factors: false, strength: false }, every_time, &mut lonely);
        let good = lonely.is_empty();
        for (span, message, addition) in lonely {
            self.report.tell(
                Diagnostic::error(codes::INCOMPLETE_GRANT, span, message)
                    .note("who only knows a stolen password could do it too")
                    .help(format!("add {addition}")),
            );
        }
        good.then_some(())
    }
}

/// The keyword before a name in a grant.
fn grant_keyword(kind: NameKind) -> Option<&'static str> {
    match kind {
        NameKind::Strength => Some("strength"),
        NameKind::Object(ObjectKind::Terms) => Some("terms"),
        NameKind::Object(ObjectKind::CustomControl) => Some("custom-control"),
        _ => None,
    }
}

/// What is certainly required beside a grant.
#[derive(Clone, Copy)]
struct Company {
    /// `mfa` or a strength.
    factors: bool,
    /// A strength.
    strength: bool,
}

/// A place, what is missing there, and what to add.
type Lonely = (Span, &'static str, &'static str);

fn find_lonely(grant: &ast::Grant, company: Company, every_time: bool, lonely: &mut Vec<Lonely>) {
    match grant {
        ast::Grant::And(parts) => {
            let factors = others(parts.iter().map(|part| demands(part, &["mfa", "strength"])));
            let strengths = others(parts.iter().map(|part| demands(part, &["strength"])));
            for (at, part) in parts.iter().enumerate() {
                let company = Company {
                    factors: company.factors || factors[at],
                    strength: company.strength || strengths[at],
                };
                find_lonely(part, company, every_time, lonely);
            }
        }
        ast::Grant::Or(parts) => {
            parts.iter().for_each(|part| find_lonely(part, company, every_time, lonely));
        }
        ast::Grant::One(atom) => lonely.extend(missing(atom, company, every_time)),
    }
}

/// Of each whether another one is true.
fn others(truths: impl Iterator<Item = bool>) -> Vec<bool> {
    let truths: Vec<bool> = truths.collect();
    let count = truths.iter().filter(|truth| **truth).count();
    truths.into_iter().map(|truth| count > usize::from(truth)).collect()
}

fn missing(atom: &ast::GrantAtom, company: Company, every_time: bool) -> Option<Lonely> {
    match GrantWord::by_name(&atom.grant.node)? {
        GrantWord::PasswordChange if !company.factors => Some((
            atom.span,
            "`password-change` alone lets in whoever knows the password",
            "`and mfa`",
        )),
        GrantWord::RiskRemediation if !company.strength || !every_time => {
            Some(lonely_remediation(atom.span, company.strength, every_time))
        }
        _ => None,
    }
}

fn lonely_remediation(span: Span, strength: bool, every_time: bool) -> Lonely {
    let addition = match (strength, every_time) {
        (false, true) => "`and strength multi-factor`",
        (true, _) => "the line `sign-in frequency every time`",
        (false, false) => {
            "`and strength multi-factor`, and the line `sign-in frequency every time`"
        }
    };
    (span, "`risk-remediation` needs a strength and a sign-in every time", addition)
}

/// Whether whoever satisfies the grant has satisfied one of these.
fn demands(grant: &ast::Grant, words: &[&str]) -> bool {
    match grant {
        ast::Grant::And(parts) => parts.iter().any(|part| demands(part, words)),
        ast::Grant::Or(parts) => parts.iter().all(|part| demands(part, words)),
        ast::Grant::One(atom) => words.contains(&atom.grant.node.as_str()),
    }
}
