//! Policies as Cedar, judged by Cedar's own validator and authorizer: law 6 of a decision.

mod agreement;
mod command;
mod export;
mod fixed;

use std::str::FromStr;

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, PolicySet as Statements, Request as Question, Schema,
    ValidationMode, Validator,
};
use latch::cedar::{Export, export};
use latch::decision::{Options, Outcome};
use latch::hir::PolicySet;
use latch::interpret::interpret;
use latch::request::Request;
use serde_json::Value as Json;

/// An export that Cedar has read and found valid.
pub(crate) struct Judge {
    export: Export,
    statements: Statements,
    schema: Schema,
    authorizer: Authorizer,
}

impl Judge {
    /// Every export passes Cedar's validator in its strict mode, and both forms of the schema are one.
    pub(crate) fn new(set: &PolicySet, options: &Options) -> Judge {
        let export = export(set, options).expect("Cedar can hold it");
        let statements = Statements::from_str(&export.policies)
            .unwrap_or_else(|error| panic!("{error:?}\n{}", export.policies));
        let (schema, remarks) = Schema::from_cedarschema_str(&export.schema)
            .unwrap_or_else(|error| panic!("{error:?}\n{}", export.schema));
        assert_eq!(remarks.count(), 0);
        let json = Schema::from_json_value(export.schema_json.clone()).expect("a schema in JSON");
        for schema in [&schema, &json] {
            valid(schema, &statements, &export.policies);
        }
        if let Some(sessions) = &export.sessions {
            let statements = Statements::from_str(sessions).expect("statements");
            valid(&schema, &statements, sessions);
        }
        Judge { export, statements, schema, authorizer: Authorizer::new() }
    }

    /// Whether Cedar opens. It must have no error: one in a `forbid` would skip it.
    pub(crate) fn opens(&self, set: &PolicySet, request: &Request) -> bool {
        let json = self.export.request(set, request).expect("Cedar can be asked");
        let question = self.question(&json);
        let response =
            self.authorizer.is_authorized(&question, &self.statements, &Entities::empty());
        let errors: Vec<_> = response.diagnostics().errors().collect();
        assert!(errors.is_empty(), "{errors:#?}\n{json:#}\n{}", self.export.policies);
        response.decision() == cedar_policy::Decision::Allow
    }

    /// The request, held against the schema.
    fn question(&self, json: &Json) -> Question {
        let uid = |key: &str| {
            EntityUid::from_str(json[key].as_str().expect("a uid")).expect("a uid of Cedar")
        };
        let action = uid("action");
        let context =
            Context::from_json_value(json["context"].clone(), Some((&self.schema, &action)))
                .unwrap_or_else(|error| panic!("{error:?}\n{json:#}"));
        Question::new(uid("principal"), action, uid("resource"), context, Some(&self.schema))
            .unwrap_or_else(|error| panic!("{error:?}\n{json:#}"))
    }

    /// Cedar opens where the specification does, and nowhere else.
    pub(crate) fn agrees(&self, set: &PolicySet, request: &Request, options: &Options) -> bool {
        let decision = interpret(set, request, options);
        let open = decision.outcome == Outcome::Open;
        assert_eq!(
            self.opens(set, request),
            open,
            "{decision}\n{:#}\n{}",
            self.export.request(set, request).expect("Cedar can be asked"),
            self.export.policies
        );
        open
    }
}

fn valid(schema: &Schema, statements: &Statements, text: &str) {
    let result = Validator::new(schema.clone()).validate(statements, ValidationMode::Strict);
    let errors: Vec<_> = result.validation_errors().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
}
