//! Records of other systems: what is read from them is what they say, and nothing else.

mod command;
mod corpus;
mod directory;
mod fields;
mod recorded;
mod streams;
mod what_if;

use latch::entra::log::{LogError, SignIn, read};
use latch::request::Request;
use latch::request::json::write;
use latch::schema::attribute::Attribute;
use latch::value::Slot;

fn sign_in(record: &serde_json::Value) -> SignIn {
    let text = record.to_string();
    read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn refused(record: &serde_json::Value) -> LogError {
    let text = record.to_string();
    read(text.as_bytes()).expect_err(&text)
}

/// What a request says about an attribute: its JSON, `absent` or `unsaid`.
fn said(request: &Request, name: &str) -> String {
    let attribute = Attribute::by_name(name).unwrap_or_else(|| panic!("{name} is no attribute"));
    match request.get(attribute) {
        Slot::Absent => "absent".to_owned(),
        Slot::NotSupplied => "unsaid".to_owned(),
        Slot::Known(_) => {
            let latch::schema::attribute::Source::Request(path) = attribute.row().source else {
                panic!("{name} is derived")
            };
            let json = write(request);
            // A device that is not registered is written as `null`.
            path.split('.').fold(&json, |json, key| json.get(key).unwrap_or(json)).to_string()
        }
    }
}
