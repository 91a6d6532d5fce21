//! What an export knows the names of: groups, users, roles, apps, service principals, terms, contexts.

use std::collections::BTreeMap;

use crate::entra::json::Json;
use crate::syntax::ast::ObjectKind;
use crate::value::canonical_id;

/// Display names by kind and id. Where nothing says of which kind an id is, it is known under none.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    names: BTreeMap<(Option<ObjectKind>, String), String>,
}

/// An object that has a name: its type, a field only it has, where its ids stand, and of which kind they are.
struct Shape {
    types: &'static [&'static str],
    marks: &'static [&'static str],
    ids: &'static [(&'static str, ObjectKind)],
}

use ObjectKind as K;

#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    Shape { types: &["group"], marks: &["groupTypes", "securityEnabled"], ids: &[("id", K::Group)] },
    Shape { types: &["user"], marks: &["userPrincipalName"], ids: &[("id", K::User)] },
    Shape { types: &["directoryRole"], marks: &["roleTemplateId"], ids: &[("roleTemplateId", K::Role)] },
    Shape { types: &["directoryRoleTemplate"], marks: &[], ids: &[("id", K::Role)] },
    Shape { types: &["unifiedRoleDefinition"], marks: &["rolePermissions"], ids: &[("templateId", K::Role), ("id", K::Role)] },
    Shape { types: &["servicePrincipal"], marks: &["servicePrincipalType"], ids: &[("id", K::ServicePrincipal), ("id", K::Agent), ("appId", K::App)] },
    Shape { types: &["application"], marks: &["signInAudience", "appDisplayName"], ids: &[("appId", K::App)] },
    Shape { types: &["agreement"], marks: &["isViewingBeforeAcceptanceRequired"], ids: &[("id", K::Terms)] },
    Shape { types: &["authenticationContextClassReference"], marks: &["isAvailable"], ids: &[("id", K::Context)] },
];

/// The kinds of a migration table's entries.
#[rustfmt::skip]
const TABLE_TYPES: &[(&str, &[ObjectKind])] = &[
    ("Group", &[K::Group]),
    ("User", &[K::User]),
    ("DirectoryRole", &[K::Role]),
    ("Application", &[K::App]),
    ("ServicePrincipal", &[K::ServicePrincipal, K::App]),
    ("TermsOfUse", &[K::Terms]),
    ("Agreement", &[K::Terms]),
];

impl Known {
    /// Remembers the name of an object; tells whether it is of a known kind.
    pub(super) fn learn(&mut self, json: &Json) -> bool {
        let Json::Object(_) = json else { return false };
        let text = |key: &str| json.get(key).and_then(Json::as_text).filter(|it| !it.is_empty());
        let name =
            ["displayName", "appDisplayName", "userPrincipalName"].iter().find_map(|key| text(key));
        let Some(name) = name else { return false };
        let kind = text("@odata.type").map(|kind| kind.rsplit('.').next().unwrap_or_default());
        let shape = SHAPES.iter().find(|shape| match kind {
            Some(kind) => shape.types.contains(&kind),
            None => shape.marks.iter().any(|mark| json.get(mark).is_some()),
        });
        if let Some(shape) = shape {
            let ids = shape.ids.iter().filter_map(|(key, kind)| Some((text(key)?, *kind)));
            ids.for_each(|(id, kind)| self.add(Some(kind), id, name));
            return true;
        }
        let Some(id) = text("id") else { return false };
        match text("type") {
            Some(kind) => self.learn_entry(kind, id, name),
            None => {
                self.add(None, id, name);
                false
            }
        }
    }

    /// An entry of a migration table: `{"Id": …, "DisplayName": …, "Type": "Group"}`.
    fn learn_entry(&mut self, kind: &str, id: &str, name: &str) -> bool {
        match TABLE_TYPES.iter().find(|(word, _)| word.eq_ignore_ascii_case(kind)) {
            Some((_, kinds)) => kinds.iter().for_each(|kind| self.add(Some(*kind), id, name)),
            None => self.add(None, id, name),
        }
        true
    }

    fn add(&mut self, kind: Option<ObjectKind>, id: &str, name: &str) {
        let key = (kind, canonical_id(id));
        // The smallest name wins, so that the order of files changes nothing.
        let entry = self.names.entry(key).or_insert_with(|| name.trim().to_owned());
        if name.trim() < entry.as_str() {
            name.trim().clone_into(entry);
        }
    }

    /// The display name of an object.
    pub(super) fn name(&self, kind: ObjectKind, id: &str) -> Option<&str> {
        let id = canonical_id(id);
        let named = self.names.get(&(Some(kind), id.clone()));
        named.or_else(|| self.names.get(&(None, id))).map(String::as_str)
    }

    /// The display name of anything with that id: a location, a strength.
    pub(super) fn any_name(&self, id: &str) -> Option<&str> {
        self.names.get(&(None, canonical_id(id))).map(String::as_str)
    }
}
