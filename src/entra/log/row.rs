//! One sign-in record as it was logged: the fields that mean something, of whatever shape.
//!
//! Graph, PowerShell, Log Analytics and the diagnostic log write the same fields under the same names but for a few, and
//! but for case; so one reading serves them all.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use crate::entra::log::field::{Fields, List, Member, Nested, Owned, Scalar, fields, skip};
use crate::entra::log::recorded::{Applied, Conditions, PolicyResult};
use crate::value::canonical_id;

/// A sign-in record. Keys in lower case behind each field.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) id: Scalar<'a>,
    pub(super) created: Scalar<'a>,
    pub(super) generated: Scalar<'a>,
    /// `category` of the diagnostic log, `type` of Log Analytics: which log it is of.
    pub(super) category: Scalar<'a>,
    pub(super) table: Scalar<'a>,
    pub(super) event_types: List<Owned>,
    pub(super) user: Scalar<'a>,
    pub(super) user_name: Scalar<'a>,
    pub(super) user_type: Scalar<'a>,
    pub(super) access_type: Scalar<'a>,
    pub(super) home_tenant: Scalar<'a>,
    pub(super) resource_tenant: Scalar<'a>,
    /// The tenant whose log it is.
    pub(super) tenant: Scalar<'a>,
    pub(super) principal: Scalar<'a>,
    pub(super) principal_name: Scalar<'a>,
    pub(super) app_owner_tenant: Scalar<'a>,
    pub(super) agent: Nested<Agent>,
    /// The resource: `resourceIdentity` in Log Analytics, where `resourceId` is something else.
    pub(super) resource: Scalar<'a>,
    pub(super) resource_identity: Scalar<'a>,
    pub(super) audiences: List<Audience>,
    pub(super) contexts: List<Nested<Context>>,
    pub(super) client: Scalar<'a>,
    pub(super) device: Nested<Device>,
    pub(super) ip: Scalar<'a>,
    /// `location` in Graph; in Log Analytics `location` is a country and this is `locationDetails`.
    pub(super) location: Nested<Location>,
    pub(super) location_details: Nested<Location>,
    pub(super) networks: List<Nested<NetworkDetail>>,
    pub(super) asn: Scalar<'a>,
    pub(super) risk: Scalar<'a>,
    pub(super) transfer: Scalar<'a>,
    pub(super) protocol: Scalar<'a>,
    pub(super) steps: List<Nested<Step>>,
    pub(super) status: Nested<StatusDetail>,
    pub(super) result_type: Scalar<'a>,
    pub(super) access_status: Scalar<'a>,
    pub(super) policies: List<Nested<Applied>>,
    pub(super) through_global_secure_access: Scalar<'a>,
    /// Of the envelope that the diagnostic log puts a record into: `tenantId` (which is the workspace elsewhere),
    /// `callerIpAddress`, and the record itself.
    pub(super) envelope_tenant: Scalar<'a>,
    pub(super) caller_ip: Scalar<'a>,
    pub(super) properties: Properties<'a>,
}

/// The record in an envelope: an object, or a text that holds one.
#[derive(Debug, Default)]
pub(super) enum Properties<'a> {
    #[default]
    None,
    Row(Box<Row<'a>>),
    Text(Cow<'a, str>),
}

struct PropertiesVisitor;

impl<'de> Visitor<'de> for PropertiesVisitor {
    type Value = Properties<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the properties of a record")
    }

    fn visit_unit<E>(self) -> Result<Properties<'de>, E> {
        Ok(Properties::None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Properties<'de>, A::Error> {
        fields(map).map(|row| Properties::Row(Box::new(row)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Properties<'de>, E> {
        Ok(Properties::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Properties<'de>, E> {
        Ok(Properties::Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de> Deserialize<'de> for Properties<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Properties<'de>, D::Error> {
        deserializer.deserialize_any(PropertiesVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sign-in record")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Row<'de>, A::Error> {
        fields(map)
    }
}

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Row<'de>, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

impl<'a> Row<'a> {
    /// The record of an envelope, with what only the envelope says.
    pub(super) fn inside(self, record: Row<'a>) -> Row<'a> {
        let or = |inner: Scalar<'a>, outer: Scalar<'a>| if inner.is_said() { inner } else { outer };
        let location = if record.location.0.is_some() { record.location } else { self.location };
        Row {
            location,
            generated: or(record.generated, self.generated),
            category: or(record.category, self.category),
            tenant: or(record.tenant, self.envelope_tenant),
            ip: or(record.ip, self.caller_ip),
            result_type: or(record.result_type, self.result_type),
            ..record
        }
    }
}

impl<'de> Fields<'de> for Row<'de> {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = map.next_value()?,
            "createddatetime" => self.created = map.next_value()?,
            "timegenerated" | "time" => self.generated = map.next_value()?,
            "category" => self.category = map.next_value()?,
            "type" => self.table = map.next_value()?,
            "signineventtypes" => self.event_types = map.next_value()?,
            "userid" => self.user = map.next_value()?,
            "userprincipalname" => self.user_name = map.next_value()?,
            "usertype" => self.user_type = map.next_value()?,
            "crosstenantaccesstype" => self.access_type = map.next_value()?,
            "hometenantid" => self.home_tenant = map.next_value()?,
            "resourcetenantid" => self.resource_tenant = map.next_value()?,
            "aadtenantid" => self.tenant = map.next_value()?,
            "serviceprincipalid" => self.principal = map.next_value()?,
            "serviceprincipalname" => self.principal_name = map.next_value()?,
            "appownertenantid" => self.app_owner_tenant = map.next_value()?,
            "agent" => self.agent = map.next_value()?,
            "resourceid" => self.resource = map.next_value()?,
            "resourceidentity" => self.resource_identity = map.next_value()?,
            "conditionalaccessaudiences" => self.audiences = map.next_value()?,
            "authenticationcontextclassreferences" => self.contexts = map.next_value()?,
            _ => return self.circumstance(key, map),
        }
        Ok(())
    }
}

impl<'de> Row<'de> {
    fn circumstance<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "clientappused" => self.client = map.next_value()?,
            "devicedetail" => self.device = map.next_value()?,
            "ipaddress" => self.ip = map.next_value()?,
            "location" => self.location = map.next_value()?,
            "locationdetails" => self.location_details = map.next_value()?,
            "networklocationdetails" => self.networks = map.next_value()?,
            "autonomoussystemnumber" => self.asn = map.next_value()?,
            "risklevelduringsignin" => self.risk = map.next_value()?,
            "originaltransfermethod" => self.transfer = map.next_value()?,
            "authenticationprotocol" => self.protocol = map.next_value()?,
            "authenticationdetails" => self.steps = map.next_value()?,
            "status" => self.status = map.next_value()?,
            "resulttype" => self.result_type = map.next_value()?,
            "conditionalaccessstatus" => self.access_status = map.next_value()?,
            "appliedconditionalaccesspolicies" | "conditionalaccesspolicies" => {
                self.policies = map.next_value()?;
            }
            _ => return self.wrapped(key, map),
        }
        Ok(())
    }

    fn wrapped<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "isthroughglobalsecureaccess" => {
                self.through_global_secure_access = map.next_value()?;
            }
            "tenantid" => self.envelope_tenant = map.next_value()?,
            "calleripaddress" => self.caller_ip = map.next_value()?,
            "properties" => self.properties = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// `agent`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Agent {
    pub(super) kind: Owned,
}

impl<'de> Fields<'de> for Agent {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "agenttype" => self.kind = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// A member of `conditionalAccessAudiences`: an id, or an object that has one.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Audience(pub(super) Owned);

#[derive(Debug, Default)]
struct AudienceObject(Owned);

impl<'de> Fields<'de> for AudienceObject {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "applicationid" | "appid" | "id" => self.0 = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> bool {
        self.0 = Owned(Scalar::Text(text.to_owned().into()));
        true
    }
}

impl<'de> Deserialize<'de> for Audience {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Audience, D::Error> {
        let read = Nested::<AudienceObject>::deserialize(deserializer)?;
        Ok(read.0.map_or_else(Audience::default, |object| Audience(object.0)))
    }
}

impl Member for Audience {
    fn of_map<'de, A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
        fields(map).map(|object: AudienceObject| Audience(object.0))
    }

    fn of_text(text: &str) -> Vec<Self> {
        Owned::of_text(text).into_iter().map(Audience).collect()
    }
}

/// A member of `authenticationContextClassReferences`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Context {
    pub(super) id: Owned,
    pub(super) detail: Owned,
}

impl<'de> Fields<'de> for Context {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = map.next_value()?,
            "detail" => self.detail = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// `deviceDetail`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Device {
    pub(super) id: Owned,
    pub(super) name: Owned,
    pub(super) system: Owned,
    pub(super) compliant: Owned,
    pub(super) managed: Owned,
    pub(super) trust: Owned,
}

impl<'de> Fields<'de> for Device {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "deviceid" => self.id = map.next_value()?,
            "displayname" => self.name = map.next_value()?,
            "operatingsystem" => self.system = map.next_value()?,
            "iscompliant" => self.compliant = map.next_value()?,
            "ismanaged" => self.managed = map.next_value()?,
            "trusttype" => self.trust = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// `location`; a text in its place is a country.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Location {
    pub(super) country: Owned,
}

impl<'de> Fields<'de> for Location {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "countryorregion" => self.country = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> bool {
        self.country = Owned(Scalar::Text(text.to_owned().into()));
        true
    }
}

/// A member of `networkLocationDetails`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct NetworkDetail {
    pub(super) kind: Owned,
    pub(super) names: List<Owned>,
}

impl<'de> Fields<'de> for NetworkDetail {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "networktype" => self.kind = map.next_value()?,
            "networknames" => self.names = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// A member of `authenticationDetails`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) time: Owned,
    pub(super) method: Owned,
    pub(super) succeeded: Owned,
    pub(super) detail: Owned,
    pub(super) requirement: Owned,
}

impl<'de> Fields<'de> for Step {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "authenticationstepdatetime" => self.time = map.next_value()?,
            "authenticationmethod" => self.method = map.next_value()?,
            "succeeded" => self.succeeded = map.next_value()?,
            "authenticationstepresultdetail" => self.detail = map.next_value()?,
            "authenticationsteprequirement" => self.requirement = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// `status`
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct StatusDetail {
    pub(super) code: Owned,
    pub(super) details: Owned,
}

impl<'de> Fields<'de> for StatusDetail {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "errorcode" => self.code = map.next_value()?,
            "additionaldetails" => self.details = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// A member of `appliedConditionalAccessPolicies`. There are many of them in a record, so each value becomes what it
/// means as it is read, and no text is kept that need not be.
impl<'de> Fields<'de> for Applied {
    fn field<A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "id" => self.id = map.next_value::<Scalar<'_>>()?.text().map(canonical_id),
            "displayname" => {
                self.name = map.next_value::<Scalar<'_>>()?.text().unwrap_or_default().to_owned();
            }
            "result" => {
                let word: Scalar<'_> = map.next_value()?;
                self.result =
                    word.plain().map_or(PolicyResult::Unknown, |it| PolicyResult::parse(&it));
            }
            "conditionssatisfied" => self.satisfied = conditions(&map.next_value()?),
            "conditionsnotsatisfied" => self.not_satisfied = conditions(&map.next_value()?),
            "enforcedgrantcontrols" => self.grants = texts(map.next_value()?),
            "enforcedsessioncontrols" => self.sessions = texts(map.next_value()?),
            _ => skip(map)?,
        }
        Ok(())
    }
}

fn conditions(value: &Scalar<'_>) -> Conditions {
    match value {
        Scalar::Text(text) => Conditions::parse(text),
        Scalar::Integer(bits) => {
            u64::try_from(*bits).map_or(Conditions::NONE, Conditions::from_bits)
        }
        _ => Conditions::NONE,
    }
}

fn texts(list: List<Owned>) -> Vec<String> {
    let items = list.0.unwrap_or_default().into_iter();
    items.filter_map(|it| it.0.text().map(str::to_owned)).collect()
}
