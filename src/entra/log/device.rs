//! The device: what its directory object is known to say, and what the user agent tells of it.

use crate::entra::log::field::Scalar;
use crate::entra::log::row::{Device, Row};
use crate::entra::log::words::{TRUSTS, meaning, platform};
use crate::request::{RequestBuilder, Value};
use crate::schema::attribute::Attribute as A;
use crate::value::Slot;

pub(super) fn read(row: &Row<'_>, builder: RequestBuilder) -> RequestBuilder {
    let Some(device) = &row.device.0 else { return builder };
    let builder = match device.system.0.text() {
        Some(system) => builder.word(A::Platform, platform(system)),
        None => builder,
    };
    match is_registered(device) {
        Some(false) => builder.set(A::DeviceRegistered, Value::Boolean(false)),
        Some(true) => registered(device, builder),
        None => builder,
    }
}

/// A device has shown itself when the log has its id, or says of it what only a registered one is. An id that is there
/// and empty is a device that has not, which conditional access takes for one that is not registered.
fn is_registered(device: &Device) -> Option<bool> {
    let shown = device.id.0.text().is_some()
        || trust(device).is_some()
        || device.compliant.0.boolean() == Some(true);
    match shown {
        true => Some(true),
        false => device.id.0.is_blank().then_some(false),
    }
}

fn trust(device: &Device) -> Option<&'static str> {
    device.trust.0.text().and_then(|word| meaning(TRUSTS, word))
}

fn registered(device: &Device, builder: RequestBuilder) -> RequestBuilder {
    let mut builder = builder.set(A::DeviceRegistered, Value::Boolean(true));
    builder = text(builder, A::DeviceId, &device.id.0);
    builder = text(builder, A::DeviceName, &device.name.0);
    if let Some(word) = trust(device) {
        builder = builder.word(A::DeviceTrust, word);
    }
    if let Some(compliant) = device.compliant.0.boolean() {
        builder = builder.set(A::DeviceCompliant, Value::Boolean(compliant));
    }
    // A device that nothing manages is enrolled with no app; of one that is managed, the log does not say with which.
    if device.managed.0.boolean() == Some(false) {
        builder = builder.slot(A::DeviceMdmApp, Slot::Absent);
    }
    builder
}

fn text(builder: RequestBuilder, attribute: A, value: &Scalar<'_>) -> RequestBuilder {
    match value.text() {
        Some(text) => builder.set(attribute, Value::Text(text.to_owned())),
        None => builder,
    }
}
