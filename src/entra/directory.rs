//! Who is in which group and role: memberships from files, joined to sign-ins that do not carry them.
//!
//! The files hold JSON as [`Records`](crate::entra::log::Records) reads it, in any layout and packing, objects of at most
//! [`MAX_DIRECTORY_OBJECT`](crate::entra::log::MAX_DIRECTORY_OBJECT) bytes: users, groups and
//! directory roles as Microsoft Graph gives them, or as somebody wrote them.
//!
//! | object | told by | read |
//! | --- | --- | --- |
//! | user | anything else with an `id` | `groups` and `roles` (or `transitiveMemberOf` with both), each taken for complete; `memberOf`, taken for a part; `type`, in the language's words |
//! | group | `members`, `transitiveMembers`, or a type of Graph | its members, groups among them included with theirs |
//! | role | `roleTemplateId`, or a type of Graph | its members, by the id of its template |
//! | app | `appId`, or a type of Graph | its `appId` |
//!
//! What is not known stays open: where only groups list their members, a user is known to be in some and not in others of
//! these, and whether in one that the files do not have, nobody knows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{self, Read};

use crate::analyze::{Person, Snapshot};
use crate::entra::json::Json;
use crate::entra::log::{LogError, objects};
use crate::request::{Ids, Request, RequestError, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Slot, canonical_id};

/// How many memberships a directory may have, over all objects: a million users in a hundred groups each would be ten
/// times what the largest single tenants export, and take a hundred bytes each.
pub const MAX_MEMBERSHIPS: usize = 100_000_000;

/// Why a file is no part of a directory.
#[derive(Debug)]
pub enum DirectoryError {
    /// It could not be read.
    Read(io::Error),
    /// One of its objects is none: the number, and why.
    Object(u64, LogError),
    /// There are more memberships than [`MAX_MEMBERSHIPS`].
    TooMany,
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DirectoryError::Read(error) => write!(f, "{error}"),
            DirectoryError::Object(number, error) => write!(f, "object {number}: {error}"),
            DirectoryError::TooMany => {
                write!(f, "more than {MAX_MEMBERSHIPS} memberships; that is the limit")
            }
        }
    }
}

impl std::error::Error for DirectoryError {}

/// What is known of one user's memberships of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Known {
    ids: BTreeSet<String>,
    complete: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct User {
    groups: Known,
    roles: Known,
    kind: Option<u8>,
    /// What Graph's two user types come to: members, guests, and members from elsewhere by their names. Which of six
    /// kinds a guest is it does not tell, so sign-ins are not told so.
    likely: Option<u8>,
}

/// Groups or roles that list their members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Listed {
    /// The lists that each member is in, groups that are members included.
    of: BTreeMap<String, BTreeSet<String>>,
    all: BTreeSet<String>,
}

/// Memberships, to be joined to sign-ins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Directory {
    users: BTreeMap<String, User>,
    groups: Listed,
    roles: Listed,
    apps: BTreeSet<String>,
    memberships: usize,
    /// The ids worth saying that a user is not in; all that are listed, where nobody said.
    about: Option<BTreeSet<String>>,
}

impl Directory {
    /// A directory that knows nobody.
    pub fn new() -> Directory {
        Directory::default()
    }

    /// Takes in a file. Which objects stand in which file, and in which order files come, makes no difference.
    ///
    /// # Errors
    /// When it cannot be read, or one of its objects is none. Nothing is passed over: a membership that is lost in
    /// silence could exempt somebody.
    pub fn add(&mut self, input: impl Read) -> Result<(), DirectoryError> {
        for object in objects(input) {
            let (number, json) = object.map_err(DirectoryError::Read)?;
            let json = json.map_err(|error| DirectoryError::Object(number, error))?;
            self.object(&json).map_err(|error| DirectoryError::Object(number, error))?;
            if self.memberships > MAX_MEMBERSHIPS {
                return Err(DirectoryError::TooMany);
            }
        }
        Ok(())
    }

    /// Leaves out that a user is not in what nobody asks about: for the groups and roles that policies name, these say
    /// the same, and a sign-in costs less.
    #[must_use]
    pub fn about(mut self, ids: impl IntoIterator<Item = impl AsRef<str>>) -> Directory {
        self.about = Some(ids.into_iter().map(|id| canonical_id(id.as_ref())).collect());
        self
    }

    /// How many users are described themselves, how many groups and how many roles list members.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.users.len(), self.groups.all.len(), self.roles.all.len())
    }

    fn object(&mut self, json: &Json) -> Result<(), LogError> {
        let Json::Object(_) = json else { return Err(LogError::whole("expected an object")) };
        let id = id(json).ok_or_else(|| LogError::at("id", "is missing"))?;
        match kind(json) {
            Kind::Group => self.group(&id, json),
            Kind::Role => self.role(id, json),
            Kind::User => self.user(id, json),
            Kind::App => {
                let app = json.get("appId").and_then(Json::as_text).map(canonical_id);
                self.apps.insert(app.unwrap_or(id));
                Ok(())
            }
        }
    }

    fn group(&mut self, id: &str, json: &Json) -> Result<(), LogError> {
        self.groups.all.insert(id.to_owned());
        for member in members(json)? {
            self.memberships += 1;
            self.groups.of.entry(member).or_default().insert(id.to_owned());
        }
        Ok(())
    }

    fn role(&mut self, id: String, json: &Json) -> Result<(), LogError> {
        let template = json.get("roleTemplateId").and_then(Json::as_text).map(canonical_id);
        let role = template.unwrap_or(id);
        for member in members(json)? {
            self.memberships += 1;
            self.roles.of.entry(member).or_default().insert(role.clone());
        }
        self.roles.all.insert(role);
        Ok(())
    }

    fn user(&mut self, id: String, json: &Json) -> Result<(), LogError> {
        let word = json.get("type").filter(|json| !json.is_empty());
        let kind = word.map(user_type).transpose()?;
        let mut said = User { kind, likely: likely(json), ..User::default() };
        for (key, complete) in [("transitiveMemberOf", true), ("memberOf", false)] {
            let Some(list) = json.get(key) else { continue };
            for object in list_of(list, key)? {
                let known = match self::kind(object) {
                    Kind::Role => &mut said.roles,
                    Kind::Group | Kind::User | Kind::App => &mut said.groups,
                };
                known.ids.insert(membership(object, key)?);
            }
            said.groups.complete |= complete;
            said.roles.complete |= complete;
        }
        for (key, known) in [("groups", &mut said.groups), ("roles", &mut said.roles)] {
            let Some(list) = json.get(key).filter(|json| **json != Json::Null) else { continue };
            for object in list_of(list, key)? {
                known.ids.insert(membership(object, key)?);
            }
            known.complete = true;
        }
        self.memberships += said.groups.ids.len() + said.roles.ids.len();
        let user = self.users.entry(id).or_default();
        user.kind = said.kind.or(user.kind);
        user.likely = said.likely.or(user.likely);
        for (known, more) in [(&mut user.groups, said.groups), (&mut user.roles, said.roles)] {
            known.ids.extend(more.ids);
            known.complete |= more.complete;
        }
        Ok(())
    }

    /// Everybody, with memberships through groups, as if all that files do not say were not so; members of groups and roles who
    /// are described nowhere included. And all apps.
    pub fn snapshot(&self) -> Snapshot {
        let listed = self.groups.of.keys().chain(self.roles.of.keys());
        let listed = listed.filter(|id| !self.groups.all.contains(*id));
        let ids: BTreeSet<&String> = self.users.keys().chain(listed).collect();
        let nobody = User::default();
        let people = ids.into_iter().map(|id| {
            let user = self.users.get(id).unwrap_or(&nobody);
            let groups = self.groups_of(id, user).inside;
            let roles = self.roles_of(id, user, &groups).inside;
            let kind = user.kind.or(user.likely).unwrap_or(0);
            Person { id: id.clone(), kind, groups, roles }
        });
        Snapshot::new(people).with_apps(self.apps.iter().cloned())
    }

    /// The sign-in with the memberships of its user, where it does not carry them itself.
    ///
    /// # Errors
    /// When what the directory says of the user contradicts the sign-in.
    pub fn join(&self, request: Request) -> Result<Request, RequestError> {
        let Slot::Known(Value::Text(id)) = request.get(A::UserId) else { return Ok(request) };
        let nobody = User::default();
        let user = self.users.get(id).unwrap_or(&nobody);
        let groups = self.groups_of(id, user);
        let roles = self.roles_of(id, user, &groups.inside);
        let kind = user.kind;
        let mut builder = request.into_builder();
        for (attribute, ids) in [(A::UserGroups, groups), (A::UserRoles, roles)] {
            let says = ids.complete || !ids.inside.is_empty() || !ids.outside.is_empty();
            if says && builder.get(attribute).is_not_supplied() {
                builder = builder.set(attribute, Value::Ids(ids));
            }
        }
        if let Some(kind) = kind.filter(|_| builder.get(A::UserType).is_not_supplied()) {
            builder = builder.set(A::UserType, Value::Word(kind));
        }
        builder.build()
    }

    /// The groups of a user: those that list the user, those that the user lists, and those that these are in.
    fn groups_of(&self, id: &str, user: &User) -> Ids {
        let mut inside = user.groups.ids.clone();
        let mut open: Vec<&str> = vec![id];
        open.extend(user.groups.ids.iter().map(String::as_str));
        while let Some(member) = open.pop() {
            for group in self.groups.of.get(member).into_iter().flatten() {
                if inside.insert(group.clone()) {
                    open.push(group);
                }
            }
        }
        let outside = self.outside(&self.groups.all, &inside);
        Ids { inside, outside, complete: user.groups.complete }
    }

    /// The roles of a user, those of the user's groups included: a role can be held by a group.
    fn roles_of(&self, id: &str, user: &User, groups: &BTreeSet<String>) -> Ids {
        let holders = groups.iter().map(String::as_str).chain([id]);
        let listed = holders.filter_map(|holder| self.roles.of.get(holder)).flatten().cloned();
        let mut inside: BTreeSet<String> = listed.collect();
        inside.extend(user.roles.ids.iter().cloned());
        let outside = self.outside(&self.roles.all, &inside);
        Ids { inside, outside, complete: user.roles.complete }
    }

    /// What of these a user is not in, as far as anybody asks.
    fn outside(&self, all: &BTreeSet<String>, inside: &BTreeSet<String>) -> BTreeSet<String> {
        match &self.about {
            Some(about) => {
                let asked = about.iter().filter(|id| all.contains(*id) && !inside.contains(*id));
                asked.cloned().collect()
            }
            None => all - inside,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    User,
    Group,
    Role,
    App,
}

/// By the type that Graph says, else by the keys that only one kind has.
fn kind(json: &Json) -> Kind {
    let said = json.get("@odata.type").and_then(Json::as_text).unwrap_or_default();
    if said.ends_with("directoryRole") || json.get("roleTemplateId").is_some() {
        Kind::Role
    } else if said.ends_with("group")
        || ["members", "transitiveMembers"].iter().any(|key| json.get(key).is_some())
    {
        Kind::Group
    } else if ["servicePrincipal", "application"].iter().any(|it| said.ends_with(it))
        || json.get("appId").is_some()
    {
        Kind::App
    } else {
        Kind::User
    }
}

fn id(json: &Json) -> Option<String> {
    let text = json.get("id").and_then(Json::as_text).map(str::trim);
    text.filter(|text| !text.is_empty()).map(canonical_id)
}

/// The members of a list; null is none.
fn list_of<'j>(json: &'j Json, key: &str) -> Result<&'j [Json], LogError> {
    match json {
        Json::List(items) => Ok(items),
        Json::Null => Ok(&[]),
        _ => Err(LogError::at(key, format!("expected a list, found {}", json.shown()))),
    }
}

/// The id of what a user is in: a text, or an object that has it; a role's is that of its template.
fn membership(json: &Json, key: &str) -> Result<String, LogError> {
    let template = json.get("roleTemplateId").and_then(Json::as_text).map(canonical_id);
    let text = json.as_text().map(canonical_id);
    let wrong = || LogError::at(key, format!("expected an id, found {}", json.shown()));
    template.or(text).or_else(|| id(json)).filter(|id| !id.is_empty()).ok_or_else(wrong)
}

fn members(json: &Json) -> Result<Vec<String>, LogError> {
    let mut found = Vec::new();
    for key in ["members", "transitiveMembers"] {
        let Some(list) = json.get(key) else { continue };
        for member in list_of(list, key)? {
            let text = member.as_text().map(canonical_id).or_else(|| id(member));
            let wrong = || LogError::at(key, format!("expected an id, found {}", member.shown()));
            found.push(text.filter(|id| !id.is_empty()).ok_or_else(wrong)?);
        }
    }
    Ok(found)
}

/// A kind of user by what Graph says: `userType`, and the mark that names from elsewhere bear.
fn likely(json: &Json) -> Option<u8> {
    let text = |key: &str| json.get(key).and_then(Json::as_text).map(str::to_lowercase);
    let elsewhere = text("userPrincipalName").is_some_and(|name| name.contains("#ext#"));
    match (text("userType").as_deref(), elsewhere) {
        (Some("guest"), _) => A::UserType.word("b2b-collaboration-guest"),
        (Some("member"), true) => A::UserType.word("b2b-collaboration-member"),
        (Some("member"), false) => A::UserType.word("member"),
        _ => None,
    }
}

fn user_type(json: &Json) -> Result<u8, LogError> {
    let number = json.as_text().and_then(|word| A::UserType.word(word));
    number.ok_or_else(|| {
        let words = A::UserType.words().join(", ");
        LogError::at("type", format!("expected one of {words}, found {}", json.shown()))
    })
}
