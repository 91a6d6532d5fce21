//! Lines of a test that speak of evidence: proofs of methods, and claims.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::hir::check::Checker;
use crate::hir::check::facts::Facts;
use crate::hir::check::method::method_use;
use crate::hir::codes;
use crate::request::{Claim, Proof};
use crate::schema::grant::GrantWord;
use crate::source::Span;
use crate::syntax::ast::{self, Literal, Name};

impl Checker<'_, '_> {
    /// `proof fido2 aaguid "…" 5 minutes ago`
    pub(super) fn proof_line(&mut self, facts: &mut Facts, proof: &ast::Proof) -> Option<()> {
        let method = method_use(&proof.method, &mut self.report);
        let age = self.age(&proof.ago);
        let (method, age) = (method?, age?);
        let aaguid = self.one_of(method.aaguids, "key", proof.span)?;
        let issuer = self.one_of(method.issuers, "issuer", proof.span)?;
        facts.proofs.push(Proof {
            method: method.method,
            age_ms: milliseconds(age),
            aaguid,
            issuer,
            policies: method.policies,
        });
        Some(())
    }

    fn one_of(&mut self, ids: BTreeSet<String>, what: &str, span: Span) -> Option<Option<String>> {
        if ids.len() <= 1 {
            return Some(ids.into_iter().next());
        }
        self.report.refuse(
            Diagnostic::error(
                codes::NOT_IN_REQUESTS,
                span,
                format!("one proof is of one {what} only"),
            )
            .help("write a line for each"),
        )
    }

    /// `terms house-rules accepted 3 days ago`
    pub(super) fn claim_line(
        &mut self,
        facts: &mut Facts,
        word: &Name,
        argument: Option<&Name>,
        ago: Option<&Literal>,
    ) -> Option<()> {
        let grant = self.grant_word(word)?;
        let argument = self.grant_argument(grant, word, argument)?;
        let age_ms = match ago {
            Some(literal) => Some(milliseconds(self.age(literal)?)),
            None => None,
        };
        let ids: Vec<Option<String>> = match (grant, argument) {
            (GrantWord::Mfa, _) => return self.proven_by_methods("mfa", word.span),
            (GrantWord::Strength, Some(name)) => vec![Some(self.opaque_strength(name)?)],
            (_, Some(name)) => self.grant_object(grant, name)?.ids.into_iter().map(Some).collect(),
            (_, None) => vec![None],
        };
        facts.claims.extend(ids.into_iter().map(|id| Claim { grant, id, age_ms }));
        Some(())
    }

    fn opaque_strength(&mut self, name: &Name) -> Option<String> {
        self.strength_of(name)?;
        match self.tables.strengths.get(&name.node)?.opaque.clone() {
            Some(id) => Some(id),
            None => self.proven_by_methods(&name.node, name.span),
        }
    }

    fn proven_by_methods<T>(&mut self, name: &str, span: Span) -> Option<T> {
        let message = format!("`{name}` is proven by methods");
        self.report.refuse(
            Diagnostic::error(codes::NOT_IN_REQUESTS, span, message)
                .help("say which, a line each: `proof password 5 minutes ago`"),
        )
    }
}

fn milliseconds(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1_000)).unwrap_or(i64::MAX)
}
