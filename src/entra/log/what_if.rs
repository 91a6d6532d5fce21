//! The body of a What-If evaluation of Microsoft Graph as a request.
//!
//! Graph renamed the three parts in March 2025; both generations are read. What a body leaves out gets the defaults
//! that Graph documents ([`PROFILES`](crate::request::defaults::PROFILES)), and the sign-in says which these are. A key or
//! a word that nobody knows refuses the body: an evaluation of less than was asked would answer another question.

use crate::entra::json::{Json, is_remark, normal_key};
use crate::entra::log::SignIn;
use crate::entra::log::error::LogError;
use crate::entra::log::target::app;
use crate::entra::tables::{
    ACTIONS, CLIENTS, DEVICE_PROPERTIES, FLOWS, GUESTS, INSIDER_RISKS, KEYWORDS, PLATFORMS,
    Property, RISKS, Spelling, spelled,
};
use crate::request::defaults::Profile;
use crate::request::{Ids, Request, RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Country, Slot, canonical_id};

/// The parts of a body: the name of each, and what it was before.
const IDENTITY: [&str; 2] = ["signInIdentity", "conditionalAccessWhatIfSubject"];
const CONTEXT: [&str; 2] = ["signInContext", "conditionalAccessContext"];
const CONDITIONS: [&str; 2] = ["signInConditions", "conditionalAccessWhatIfConditions"];
/// It asks for fewer answers, and changes none.
const APPLIED_ONLY: &str = "appliedPoliciesOnly";

const IDENTITY_KEYS: [&str; 5] = [
    "userId",
    "externalTenantId",
    "externalUserType",
    "servicePrincipalId",
    "agentServicePrincipalId",
];
const CONTEXT_KEYS: [&str; 3] = ["includeApplications", "userAction", "authenticationContextValue"];
const CONDITION_KEYS: [&str; 11] = [
    "authenticationFlow",
    "clientAppType",
    "country",
    "deviceInfo",
    "devicePlatform",
    "ipAddress",
    "insiderRiskLevel",
    "servicePrincipalRiskLevel",
    "signInRiskLevel",
    "userRiskLevel",
    "agentIdRiskLevel",
];

/// `userAction`
const USER_ACTIONS: [(&str, &str); 2] = [
    ("registerSecurityInformation", "register-security-info"),
    ("registerOrJoinDevices", "register-device"),
];

/// The name of a device's property here, where it is another than in filter rules.
const OWNERSHIP: &str = "ownership";
const OWNERSHIP_IN_RULES: &str = "deviceOwnership";

/// The profile of what Graph documents for what is left out.
const DEFAULTS: &str = "entra";

/// A value, and the way to it.
struct At<'a> {
    path: String,
    json: &'a Json,
}

impl<'a> At<'a> {
    fn child(&self, key: &str) -> Option<At<'a>> {
        let json = self.json.get(key).filter(|json| !json.is_empty())?;
        let dot = if self.path.is_empty() { "" } else { "." };
        Some(At { path: format!("{}{dot}{key}", self.path), json })
    }

    fn any(&self, keys: &[&str]) -> Option<At<'a>> {
        keys.iter().find_map(|key| self.child(key))
    }

    /// Refuses keys that are not among these and say something.
    fn only(&self, known: &[&str]) -> Result<(), LogError> {
        let Json::Object(entries) = self.json else { return Err(self.expected("an object")) };
        let said = entries.iter().filter(|(key, json)| !is_remark(key) && !json.is_empty());
        let mut unknown = said.filter(|(key, _)| !known.contains(&normal_key(key).as_str()));
        match unknown.next() {
            Some((key, _)) => {
                let dot = if self.path.is_empty() { "" } else { "." };
                Err(LogError::at(
                    &format!("{}{dot}{key}", self.path),
                    "is no key that is known here",
                ))
            }
            None => Ok(()),
        }
    }

    fn expected(&self, what: &str) -> LogError {
        LogError::at(&self.path, format!("expected {what}, found {}", self.json.shown()))
    }

    fn text(&self) -> Result<&'a str, LogError> {
        self.json.as_text().map(str::trim).ok_or_else(|| self.expected("a text"))
    }

    fn id(&self) -> Result<String, LogError> {
        let text = self.text()?;
        match KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            true => Err(self.expected("one id, as a sign-in has it")),
            false => Ok(canonical_id(text)),
        }
    }

    /// The word of the language for one of Graph's; empty for those that mean no restriction.
    fn word(&self, table: &'static [Spelling]) -> Result<&'static str, LogError> {
        let row = spelled(table, self.text()?);
        let row = row.filter(|row| row.refused.is_none());
        row.map(|row| row.latch).ok_or_else(|| {
            let words: Vec<&str> = table.iter().map(|row| row.graph).collect();
            self.expected(&format!("one of {}", words.join(", ")))
        })
    }

    fn texts(&self) -> Result<Vec<&'a str>, LogError> {
        match self.json {
            Json::List(items) => {
                items.iter().map(|json| At { path: self.path.clone(), json }.text()).collect()
            }
            _ => self.text().map(|one| vec![one]),
        }
    }
}

/// Reads a body.
pub(super) fn read(record: &[u8]) -> Result<SignIn, LogError> {
    let json: Json = serde_json::from_slice(record).map_err(|error| LogError::json(&error))?;
    let body = At { path: String::new(), json: &json };
    let parts: Vec<&str> =
        [IDENTITY, CONTEXT, CONDITIONS].into_iter().flatten().chain([APPLIED_ONLY]).collect();
    body.only(&parts)?;
    let missing = || LogError::at(IDENTITY[0], "is missing: nobody signs in");
    let mut builder = identity(&body.any(&IDENTITY).ok_or_else(missing)?, Request::builder())?;
    let missing = || LogError::at(CONTEXT[0], "is missing: nothing is asked for");
    builder = context(&body.any(&CONTEXT).ok_or_else(missing)?, builder)?;
    let mut said = Vec::new();
    if let Some(at) = body.any(&CONDITIONS) {
        builder = conditions(&at, builder, &mut said)?;
    }
    let (builder, defaults) = defaulted(builder, &said);
    Ok(SignIn { request: builder.build()?, recorded: None, defaults })
}

/// Fills in what Graph documents, and says what was filled.
fn defaulted(mut builder: RequestBuilder, said: &[A]) -> (RequestBuilder, Vec<A>) {
    let profile = Profile::by_name(DEFAULTS).expect("the profile is in the table");
    let mut filled = Vec::new();
    for (attribute, slot) in profile.fills {
        if builder.get(*attribute).is_not_supplied() && !said.contains(attribute) {
            builder = builder.slot(*attribute, slot.clone());
            filled.push(*attribute);
        }
    }
    (builder, filled)
}

fn identity(at: &At<'_>, mut builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    at.only(&IDENTITY_KEYS)?;
    let ids = [
        ("userId", A::UserId),
        ("externalTenantId", A::UserTenant),
        ("servicePrincipalId", A::ServicePrincipalId),
        ("agentServicePrincipalId", A::AgentId),
    ];
    let mut named = false;
    for (key, attribute) in ids {
        if let Some(id) = at.child(key) {
            builder = builder.set(attribute, Value::Text(id.id()?));
            named |= attribute != A::UserTenant;
        }
    }
    if at.child("agentServicePrincipalId").is_some() {
        builder = builder.word(A::AgentKind, "identity");
    }
    if let Some(kind) = at.child("externalUserType") {
        match kind.word(GUESTS)? {
            // The directory knows which user it is, and the body does not say.
            "" => {}
            word => {
                builder = builder.word(A::UserType, word);
                named = true;
            }
        }
    }
    match named {
        true => Ok(builder),
        false => Err(LogError::at(&at.path, "names no user, service principal or agent")),
    }
}

fn context(at: &At<'_>, builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    at.only(&CONTEXT_KEYS)?;
    if let Some(apps) = at.child("includeApplications") {
        let mut asked = Vec::new();
        for id in apps.texts()? {
            let json = Json::Text(id.to_owned());
            asked.push(app(At { path: apps.path.clone(), json: &json }.id()?));
        }
        return Ok(builder.set(A::App, Value::Apps(asked)));
    }
    if let Some(action) = at.child("userAction") {
        return Ok(builder.word(A::Action, user_action(&action)?));
    }
    if let Some(context) = at.child("authenticationContextValue") {
        return Ok(builder.set(A::Context, Value::Ids(Ids::complete([context.id()?]))));
    }
    Err(LogError::at(&at.path, "asks for no app, no user action and no authentication context"))
}

/// One action, by its word or by the name that policies have for it; some tools send a list of one.
fn user_action(at: &At<'_>) -> Result<&'static str, LogError> {
    let texts = at.texts()?;
    let [text] = texts.as_slice() else { return Err(at.expected("one user action")) };
    let known = USER_ACTIONS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    let known = known.map(|(_, action)| *action);
    let known = known.or_else(|| spelled(ACTIONS, text).map(|row| row.latch));
    known.ok_or_else(|| at.expected("registerSecurityInformation or registerOrJoinDevices"))
}

fn conditions(
    at: &At<'_>,
    mut builder: RequestBuilder,
    said: &mut Vec<A>,
) -> Result<RequestBuilder, LogError> {
    at.only(&CONDITION_KEYS)?;
    let words: [(&str, A, &'static [Spelling]); 2] =
        [("clientAppType", A::Client, CLIENTS), ("devicePlatform", A::Platform, PLATFORMS)];
    for (key, attribute, table) in words {
        if let Some(value) = at.child(key) {
            match value.word(table)? {
                "" => {}
                word => builder = builder.word(attribute, word),
            }
        }
    }
    builder = risks(at, builder, said)?;
    if let Some(flow) = at.child("authenticationFlow") {
        builder = transfer(&flow, builder)?;
    }
    if let Some(value) = at.child("country") {
        let country = Country::parse(value.text()?);
        let country = country.ok_or_else(|| value.expected("a country as two letters"))?;
        builder = builder.set(A::Country, Value::Country(country));
    }
    if let Some(value) = at.child("ipAddress") {
        let address = value.text()?.parse().map_err(|_| value.expected("an address"))?;
        builder = builder.set(A::Ip, Value::Address(address));
    }
    match at.child("deviceInfo") {
        Some(device) => device_info(&device, builder),
        None => Ok(builder),
    }
}

/// `hidden` is said and supplies nothing; no default fills it.
fn risks(
    at: &At<'_>,
    mut builder: RequestBuilder,
    said: &mut Vec<A>,
) -> Result<RequestBuilder, LogError> {
    let fields = [
        ("signInRiskLevel", A::RiskSignIn),
        ("userRiskLevel", A::RiskUser),
        ("servicePrincipalRiskLevel", A::RiskServicePrincipal),
        ("agentIdRiskLevel", A::RiskAgent),
        ("insiderRiskLevel", A::RiskInsider),
    ];
    for (key, attribute) in fields {
        let Some(value) = at.child(key) else { continue };
        let text = value.text()?;
        said.push(attribute);
        if text.eq_ignore_ascii_case("hidden") {
            continue;
        }
        let word = match attribute {
            A::RiskInsider if text.eq_ignore_ascii_case("none") => "none",
            A::RiskInsider => value.word(INSIDER_RISKS)?,
            _ => value.word(RISKS)?,
        };
        builder = builder.word(attribute, word);
    }
    Ok(builder)
}

fn transfer(at: &At<'_>, builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    at.only(&["transferMethod"])?;
    let Some(method) = at.child("transferMethod") else { return Ok(builder) };
    Ok(match method.word(FLOWS)? {
        "" => builder.slot(A::Flow, Slot::Absent),
        word => builder.word(A::Flow, word),
    })
}

fn device_info(at: &At<'_>, mut builder: RequestBuilder) -> Result<RequestBuilder, LogError> {
    let here = |name: &'static str| if name == OWNERSHIP_IN_RULES { OWNERSHIP } else { name };
    let known: Vec<&str> = DEVICE_PROPERTIES.iter().map(|(name, ..)| here(name)).collect();
    at.only(&known)?;
    for (name, attribute, property) in DEVICE_PROPERTIES {
        let Some(value) = at.child(here(name)) else { continue };
        let attribute = A::by_name(attribute).expect("the table names attributes");
        builder = match property {
            Property::Flag => builder.set(attribute, Value::Boolean(flag(&value)?)),
            Property::Words(table) => builder.word(attribute, value.word(table)?),
            Property::Text | Property::Id => {
                builder.set(attribute, Value::Text(value.text()?.to_owned()))
            }
            Property::Set => {
                let texts = value.texts()?.into_iter().map(str::to_owned).collect();
                builder.set(attribute, Value::Texts(texts))
            }
        };
    }
    Ok(builder)
}

fn flag(at: &At<'_>) -> Result<bool, LogError> {
    match at.json {
        Json::Bool(value) => Ok(*value),
        Json::Text(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Json::Text(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(at.expected("true or false")),
    }
}
