//! Which system wrote a record: told by its keys, or said by whoever reads.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::entra::log::field::Key;
use crate::request::json::KEYS;

/// What records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// Requests, as [`crate::request::json`] reads them.
    Native,
    /// `signIn` of Microsoft Graph, v1.0 and beta, and what PowerShell makes of it.
    Graph,
    /// Tables of Azure Monitor and Log Analytics (`SigninLogs`, `AADNonInteractiveUserSignInLogs`, …), and the
    /// diagnostic log with its envelope.
    AzureMonitor,
    /// The body of a What-If evaluation of Microsoft Graph, of either generation of names.
    WhatIf,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Shape; 4] = [Shape::Native, Shape::Graph, Shape::AzureMonitor, Shape::WhatIf];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Native => "native",
            Shape::Graph => "graph",
            Shape::AzureMonitor => "azure-monitor",
            Shape::WhatIf => "what-if",
        }
    }

    /// The shape of that name.
    pub fn by_name(name: &str) -> Option<Shape> {
        Shape::ALL.into_iter().find(|shape| shape.name() == name)
    }

    /// The shape of a record, by the first key that only one shape has. Without such a key it is a request of our own:
    /// its reader says best what is wrong with it.
    pub fn detect(record: &[u8]) -> Shape {
        let found = Cell::new(None);
        let mut reader = serde_json::Deserializer::from_slice(record);
        // It ends with an error as soon as it has found something.
        drop(Detect { found: &found }.deserialize(&mut reader));
        found.get().unwrap_or(Shape::Native)
    }
}

/// Keys that only What-If bodies have, in lower case.
const WHAT_IF: [&str; 7] = [
    "signinidentity",
    "signincontext",
    "signinconditions",
    "conditionalaccesswhatifsubject",
    "conditionalaccesscontext",
    "conditionalaccesswhatifconditions",
    "appliedpoliciesonly",
];

/// Keys that only tables and the diagnostic log have, in lower case.
const AZURE_MONITOR: [&str; 8] = [
    "timegenerated",
    "operationname",
    "operationversion",
    "conditionalaccesspolicies",
    "resourceidentity",
    "sourcesystem",
    "calleripaddress",
    "properties",
];

/// Keys that tell a sign-in record, in lower case.
const SIGN_IN: [&str; 11] = [
    "createddatetime",
    "userid",
    "userprincipalname",
    "userdisplayname",
    "appid",
    "appdisplayname",
    "ipaddress",
    "clientappused",
    "correlationid",
    "appliedconditionalaccesspolicies",
    "conditionalaccessstatus",
];

/// Keys that requests share with sign-in records.
const SHARED: [&str; 3] = ["id", "agent", "time"];

fn told_by(key: &Key, exact: &str) -> Option<Shape> {
    let key = key.as_str();
    if WHAT_IF.contains(&key) {
        Some(Shape::WhatIf)
    } else if AZURE_MONITOR.contains(&key) {
        Some(Shape::AzureMonitor)
    } else if SIGN_IN.contains(&key) {
        Some(Shape::Graph)
    } else {
        let ours = KEYS[""].contains_key(exact) || KEYS.contains_key(exact);
        (ours && !exact.is_empty() && !SHARED.contains(&exact)).then_some(Shape::Native)
    }
}

struct Detect<'a> {
    found: &'a Cell<Option<Shape>>,
}

/// A key as it is judged.
struct Judged(Option<Shape>);

struct JudgedVisitor;

impl Visitor<'_> for JudgedVisitor {
    type Value = Judged;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, text: &str) -> Result<Judged, E> {
        Ok(Judged(told_by(&Key::new(text), text)))
    }
}

impl<'de> serde::Deserialize<'de> for Judged {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Judged, D::Error> {
        deserializer.deserialize_str(JudgedVisitor)
    }
}

impl<'de> Visitor<'de> for Detect<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Judged(shape)) = map.next_key()? {
            if shape.is_some() {
                self.found.set(shape);
                return Err(A::Error::custom("found"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Detect<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Shape::{AzureMonitor, Graph, Native, WhatIf};

    #[test]
    fn keys_tell_the_shape() {
        for (record, shape) in [
            (r#"{"id":"1","createdDateTime":"2026-11-23T08:00:00Z"}"#, Graph),
            (r#"{"Id":"1","CreatedDateTime":"2026-11-23T08:00:00Z"}"#, Graph),
            (
                r#"{"TenantId":"w","TimeGenerated":"2026-11-23T08:00:00Z","UserId":"u"}"#,
                AzureMonitor,
            ),
            (
                r#"{"time":"2026-11-23T08:00:00Z","resourceId":"/t","operationName":"x"}"#,
                AzureMonitor,
            ),
            (r#"{"calleripaddress":"192.0.2.1","category":"SignInLogs"}"#, AzureMonitor),
            (r#"{"signInIdentity":{}}"#, WhatIf),
            (r#"{"ConditionalAccessWhatIfSubject":{}}"#, WhatIf),
            (r#"{"time":"2026-11-23T08:00:00Z","user":{"id":"u"}}"#, Native),
            (r#"{"id":"1","agent":{"id":"a"}}"#, Native),
            ("{}", Native),
            ("[]", Native),
            ("{", Native),
            (r#"{"createdDateTime":"#, Graph),
        ] {
            assert_eq!(Shape::detect(record.as_bytes()), shape, "{record}");
        }
    }

    #[test]
    fn names_are_unique_and_no_telling_key_is_a_requests_own() {
        for shape in Shape::ALL {
            assert_eq!(Shape::by_name(shape.name()), Some(shape));
        }
        for key in WHAT_IF.iter().chain(&AZURE_MONITOR).chain(&SIGN_IN) {
            assert!(!KEYS[""].contains_key(key) && !KEYS.contains_key(key), "{key}");
            assert_eq!(Key::new(key).as_str(), *key);
        }
        for key in SHARED {
            assert!(KEYS[""].contains_key(key) || KEYS.contains_key(key) || key == "id", "{key}");
        }
    }
}
