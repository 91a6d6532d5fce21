//! What was asked for: the resources that conditional access looked at, or the authentication contexts.

use std::collections::BTreeSet;

use crate::entra::log::row::Row;
use crate::request::{App, Ids, RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::{Slot, canonical_id};

/// An authentication context that is asked for now; one that was satisfied before asks for nothing.
const REQUIRED: &str = "required";

pub(super) fn read(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let contexts: Vec<&str> = contexts(row).collect();
    if !contexts.is_empty() {
        return builder.set(A::Context, Value::Ids(Ids::complete(contexts)));
    }
    let apps = apps(row);
    match apps.is_empty() {
        true => builder,
        false => builder.set(A::App, Value::Apps(apps.into_iter().map(app).collect())),
    }
}

fn contexts<'r>(row: &'r Row<'_>) -> impl Iterator<Item = &'r str> {
    let listed = row.contexts.items().iter().filter_map(|it| it.0.as_ref());
    let required = listed.filter(|it| {
        it.detail.0.text().is_some_and(|detail| detail.eq_ignore_ascii_case(REQUIRED))
    });
    required.filter_map(|it| it.id.0.text())
}

/// The audiences that were looked at, where the log has them; else the resource. The app that asked (`appId`) is the
/// client, and policies are about resources.
fn apps(row: &Row<'_>) -> BTreeSet<String> {
    let audiences = row.audiences.items().iter().filter_map(|it| it.0.0.text());
    let audiences: BTreeSet<String> = audiences.map(canonical_id).collect();
    if !audiences.is_empty() {
        return audiences;
    }
    // In tables `ResourceId` is the path of the log itself.
    let of_graph = row.resource.text().filter(|id| !id.starts_with('/'));
    row.resource_identity.text().or(of_graph).map(canonical_id).into_iter().collect()
}

pub(super) fn app(id: String) -> App {
    App { id, agent_resource: Slot::NotSupplied, attributes: Slot::NotSupplied }
}
