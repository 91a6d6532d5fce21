//! Addresses of files: between what an editor calls them and what the file system does.

use std::path::{Path, PathBuf};

/// The path of a `file:` address of this machine; nothing for anything else.
pub(super) fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    rest.starts_with('/').then_some(())?;
    let bytes = decoded(rest.split(['?', '#']).next()?)?;
    let text = String::from_utf8(bytes).ok()?;
    Some(PathBuf::from(with_drive(&text)))
}

/// The `file:` address of a path.
pub(super) fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut uri = String::from("file://");
    if !text.starts_with('/') {
        uri.push('/');
    }
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if plain {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

/// `/c:/x` is `c:/x`.
fn with_drive(text: &str) -> &str {
    let bytes = text.as_bytes();
    let drive = bytes.get(1).is_some_and(u8::is_ascii_alphabetic) && bytes.get(2) == Some(&b':');
    if drive { text.get(1..).unwrap_or(text) } else { text }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let high = char::from(rest.next()?).to_digit(16)?;
        let low = char::from(rest.next()?).to_digit(16)?;
        bytes.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths_are_two_spellings() {
        let odd = Path::new("/tmp/a b/ü%/x#1.latch");
        assert_eq!(uri(odd), "file:///tmp/a%20b/%C3%BC%25/x%231.latch");
        assert_eq!(path(&uri(odd)).as_deref(), Some(odd));
        assert_eq!(path("file:///c%3A/x.latch"), Some(PathBuf::from("c:/x.latch")));
        for none in ["untitled:Untitled-1", "file://host/x", "file:///%zz", "file:///%ff", "x", ""]
        {
            assert_eq!(path(none), None, "{none}");
        }
    }
}
