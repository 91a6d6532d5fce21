//! Replays: small logs of which every number is worked out by hand, laws over random ones, the command, and real rows.

mod changes;
mod command;
mod corpus;
mod laws;
mod record;

use latch::engine::Engine;
use latch::entra::log::{Recorded, SignIn};
use latch::replay::report::{Example, Report};
use latch::replay::{Replay, Settings};
use latch::request::{Ids, Request, RequestBuilder, Value};
use latch::schema::attribute::Attribute as A;

fn engine(text: &str) -> Engine {
    Engine::from_text([("test.latch", text)]).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A member at a browser, of whom everything else is known to be absent.
fn person(name: &str) -> RequestBuilder {
    Request::builder()
        .id(format!("sign-in of {name}"))
        .who(format!("{name}@example.com"))
        .set(A::UserId, Value::Text(name.to_owned()))
        .set(A::UserGroups, Value::Ids(Ids::complete([] as [&str; 0])))
        .set(A::UserRoles, Value::Ids(Ids::complete([] as [&str; 0])))
        .word(A::UserType, "member")
        .word(A::Client, "browser")
}

fn known(builder: RequestBuilder) -> SignIn {
    sign_in(builder.rest_absent())
}

fn sign_in(builder: RequestBuilder) -> SignIn {
    SignIn { request: builder.build().expect("a request"), recorded: None, defaults: Vec::new() }
}

fn recorded(sign_in: SignIn, recorded: Recorded) -> SignIn {
    SignIn { recorded: Some(recorded), ..sign_in }
}

/// What comes of these sign-ins, numbered from 1.
fn replay(now: &str, against: Option<&str>, sign_ins: impl IntoIterator<Item = SignIn>) -> Report {
    replayed(Settings::default(), &engine(now), against.map(engine).as_ref(), sign_ins)
}

fn replayed(
    settings: Settings,
    now: &Engine,
    against: Option<&Engine>,
    sign_ins: impl IntoIterator<Item = SignIn>,
) -> Report {
    let mut replay = Replay::new(settings, now.clone(), against.cloned());
    for (number, sign_in) in (1..).zip(sign_ins) {
        replay.observe(number, sign_in).expect("it fits the policies");
    }
    replay.finish()
}

fn numbers(examples: &[Example]) -> Vec<u64> {
    examples.iter().map(|example| example.number).collect()
}
