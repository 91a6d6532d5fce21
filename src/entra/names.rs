//! Names: which of the prelude's belong to which ids, and new ones for what an export brings.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use crate::entra::tables::APP_GROUPS;
use crate::hir::reserved_word;
use crate::source::SourceId;
use crate::syntax::ast::{ItemKind, ObjectKind};
use crate::syntax::parse;
use crate::syntax::words::{is_name, kebab};
use crate::value::canonical_id;

/// The longest name that is made from a display name. A name that says all is better than a short one; beyond this,
/// which is half of what a display name may have, it ends at the hyphen before.
const MAX_MADE_NAME: usize = 128;

/// An id of one kind of directory object.
pub(super) type Key = (ObjectKind, String);

/// The key of an id: ids are compared without regard to case.
pub(super) fn key(kind: ObjectKind, id: &str) -> Key {
    (kind, canonical_id(id))
}

/// The names of a policy set while it is made: unique, and none of the language's own.
#[derive(Debug, Clone)]
pub(super) struct Names {
    /// The prelude's own names.
    prelude: BTreeSet<String>,
    taken: BTreeSet<String>,
    /// The number to try next for a name that was taken.
    next: BTreeMap<String, usize>,
    objects: BTreeMap<Key, String>,
    networks: BTreeMap<String, String>,
    strengths: BTreeMap<String, String>,
}

impl Names {
    /// The prelude's names.
    pub(super) fn of_prelude() -> Names {
        static PRELUDE: OnceLock<Names> = OnceLock::new();
        PRELUDE.get_or_init(Names::read_prelude).clone()
    }

    fn read_prelude() -> Names {
        let mut names = Names {
            prelude: BTreeSet::new(),
            taken: BTreeSet::new(),
            next: BTreeMap::new(),
            objects: BTreeMap::new(),
            networks: BTreeMap::new(),
            strengths: BTreeMap::new(),
        };
        let mut mistakes = Vec::new();
        let text = include_str!("../prelude.latch");
        for item in parse(SourceId::PRELUDE, text, &mut mistakes).items {
            names.learn(&item);
        }
        debug_assert!(mistakes.is_empty(), "the prelude parses");
        names
    }

    fn learn(&mut self, item: &crate::syntax::ast::Item) {
        let id = item.annotations.iter().find(|it| it.name.node == "id");
        let id = id.map(|annotation| canonical_id(&annotation.value.node));
        match &item.kind {
            ItemKind::Object(object) => {
                let name = object.name.node.clone();
                self.prelude.insert(name.clone());
                let ids = &object.ids;
                let group = APP_GROUPS.iter().any(|(id, _)| *id == ids[0].node);
                if ids.len() == 1 || group {
                    self.objects.insert(key(object.kind.node, &ids[0].node), name);
                }
            }
            ItemKind::Network(network) => {
                self.prelude.insert(network.name.node.clone());
                self.networks.extend(id.map(|id| (id, network.name.node.clone())));
            }
            ItemKind::Strength(strength) => {
                self.prelude.insert(strength.name.node.clone());
                self.strengths.extend(id.map(|id| (id, strength.name.node.clone())));
            }
            _ => {}
        }
    }

    /// The name of a directory object.
    pub(super) fn object(&self, kind: ObjectKind, id: &str) -> Option<&str> {
        self.objects.get(&key(kind, id)).map(String::as_str)
    }

    /// The name of a network.
    pub(super) fn network(&self, id: &str) -> Option<&str> {
        self.networks.get(&canonical_id(id)).map(String::as_str)
    }

    /// The name of a strength.
    pub(super) fn strength(&self, id: &str) -> Option<&str> {
        self.strengths.get(&canonical_id(id)).map(String::as_str)
    }

    /// Names a directory object after its display name, or after its id where nobody knows one.
    pub(super) fn add_object(&mut self, key: &Key, display_name: Option<&str>) -> String {
        let (kind, id) = key;
        let name = self.make(display_name.unwrap_or(id), kind.keyword());
        self.objects.insert(key.clone(), name.clone());
        name
    }

    /// Names a network.
    pub(super) fn add_network(&mut self, id: Option<&str>, display_name: &str) -> String {
        let name = self.make(display_name, "network");
        self.networks.extend(id.map(|id| (canonical_id(id), name.clone())));
        name
    }

    /// Names a strength.
    pub(super) fn add_strength(&mut self, id: &str, display_name: &str) -> String {
        let name = self.make(display_name, "strength");
        self.strengths.insert(canonical_id(id), name.clone());
        name
    }

    /// A name nobody has yet, from a text: `CA014: Block it` becomes `ca014-block-it`. Where that is taken, the kind
    /// of thing is added, then a number.
    pub(super) fn make(&mut self, text: &str, kind: &str) -> String {
        let base = base_name(text, kind);
        let with_kind = format!("{base}-{kind}");
        // A second policy of one title is a second one, and not another kind of thing.
        let is_word = self.is_word(&base);
        let other_kind = kind != "policy" && !base.starts_with(kind);
        let with_kind = (other_kind || is_word).then_some(with_kind);
        let first = self.next.get(&base).copied().unwrap_or(2);
        let numbered = (first..).map(|number| format!("{base}-{number}"));
        let mut candidates = std::iter::once(base.clone()).chain(with_kind).chain(numbered);
        let free = |name: &String| !self.taken.contains(name) && !self.is_word(name);
        let name = candidates.find(free).unwrap_or_else(|| base.clone());
        let number = name.strip_prefix(&base).and_then(|rest| rest.strip_prefix('-'));
        if let Some(number) = number.and_then(|number| number.parse::<usize>().ok()) {
            self.next.insert(base, number.saturating_add(1));
        }
        self.taken.insert(name.clone());
        name
    }
}

impl Names {
    /// Whether nothing can be called so, because the language or the prelude has the word.
    fn is_word(&self, name: &str) -> bool {
        !is_name(name) || self.prelude.contains(name) || reserved_word(name).is_some()
    }
}

fn base_name(text: &str, kind: &str) -> String {
    if is_guid(text) {
        return format!("{kind}-{}", &text[..8].to_ascii_lowercase());
    }
    let plain = plain_letters(&without_reference(text));
    let digit_first = plain.trim_start().starts_with(|first: char| first.is_ascii_digit());
    // A name begins with a letter; policies that are only numbered are called by the usual short form.
    let head = if kind == "policy" { "ca" } else { kind };
    let name = if digit_first { kebab(&format!("{head} {plain}")) } else { kebab(&plain) };
    let name = shortened(&name);
    if name.is_empty() { format!("unnamed-{kind}") } else { name }
}

/// Whether a name was made of this text.
pub(super) fn is_made_of(name: &str, text: &str, kind: &str) -> bool {
    let base = base_name(text, kind);
    name.strip_prefix(&base).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// What a display name reads like as a name, whole.
pub(super) fn plain_name(text: &str) -> String {
    kebab(&plain_letters(text))
}

/// Whether a text has the form of a GUID.
pub(super) fn is_guid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|it| it == b'-' || it.is_ascii_hexdigit())
}

/// `${data.azuread_group.admins["Tier 0"].id}`, as Terraform refers to things: `admins["Tier 0"]`.
fn without_reference(text: &str) -> String {
    let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) else {
        return text.to_owned();
    };
    let inner = inner.strip_prefix("data.").unwrap_or(inner);
    let inner = inner.split_once('.').map_or(inner, |(_, rest)| rest);
    inner.rsplit_once('.').map_or(inner, |(rest, _)| rest).to_owned()
}

/// Words of products whose capitals begin no new word.
const WHOLE_WORDS: [(&str, &str); 11] = [
    ("iOS", "Ios"),
    ("macOS", "Macos"),
    ("MacOS", "Macos"),
    ("SharePoint", "Sharepoint"),
    ("OneDrive", "Onedrive"),
    ("DevOps", "Devops"),
    ("PowerShell", "Powershell"),
    ("GitHub", "Github"),
    ("LinkedIn", "Linkedin"),
    ("BreakGlass", "Break-Glass"),
    ("ToU", "Tou"),
];

/// The text in ASCII: accents fall away, as people do when they type.
fn plain_letters(text: &str) -> String {
    let mut plain = text.to_owned();
    for (written, read) in WHOLE_WORDS {
        plain = plain.replace(written, read);
    }
    plain.chars().map(plain_letter).collect()
}

fn plain_letter(letter: char) -> String {
    match letter {
        'ä' | 'æ' => "ae".into(),
        'Ä' | 'Æ' => "Ae".into(),
        'ö' | 'ø' | 'œ' => "oe".into(),
        'Ö' | 'Ø' | 'Œ' => "Oe".into(),
        'ü' => "ue".into(),
        'Ü' => "Ue".into(),
        'ß' => "ss".into(),
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ą' => "a".into(),
        'ç' | 'ć' | 'č' => "c".into(),
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e".into(),
        'É' | 'È' => "E".into(),
        'ì' | 'í' | 'î' | 'ï' => "i".into(),
        'ł' => "l".into(),
        'ñ' | 'ń' | 'ň' => "n".into(),
        'ò' | 'ó' | 'ô' | 'õ' => "o".into(),
        'ř' => "r".into(),
        'š' | 'ś' => "s".into(),
        'ù' | 'ú' | 'û' | 'ů' => "u".into(),
        'ý' | 'ÿ' => "y".into(),
        'ž' | 'ź' | 'ż' => "z".into(),
        _ => letter.to_string(),
    }
}

fn shortened(name: &str) -> String {
    if name.len() <= MAX_MADE_NAME {
        return name.to_owned();
    }
    // A kebab-case name is ASCII, so that every byte begins a character.
    let head = &name[..MAX_MADE_NAME];
    head.rsplit_once('-').map_or(head, |(words, _)| words).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_like_their_titles() {
        for (text, name) in [
            ("CA014: phishing-resistant MFA", "ca014-phishing-resistant-mfa"),
            ("100 - <RING> - Admin protection", "ca-100-ring-admin-protection"),
            (
                "CA002-Global-IdentityProtection-iOSenAndroid",
                "ca002-global-identity-protection-iosen-android",
            ),
            ("<EmergencyAccessAccountsGroup>", "emergency-access-accounts-group"),
            ("Ärzte & Pflege", "aerzte-pflege"),
            ("${azuread_group.CA-Persona-Groups[\"Admins\"].id}", "ca-persona-groups-admins"),
            ("${data.azuread_service_principal.intune.client_id}", "intune"),
            ("8072F500-ee01-4cc9-accc-230f11be2d5e", "policy-8072f500"),
            ("除外", "unnamed-policy"),
            ("c12", "c12-policy"),
        ] {
            let mut names = Names::of_prelude();
            assert_eq!(names.make(text, "policy"), name, "{text}");
        }
    }

    #[test]
    fn names_are_unique_and_never_the_languages() {
        let mut names = Names::of_prelude();
        assert_eq!(names.make("Guests", "group"), "guests-group");
        assert_eq!(names.make("guests", "group"), "guests-2");
        assert_eq!(names.make("Office 365", "group"), "office-365-group");
        assert_eq!(names.make("always", "policy"), "always-policy");
        assert_eq!(names.make("Windows", "network"), "windows-network");
        let long = names.make(&"a long title ".repeat(30), "policy");
        assert!(long.len() <= MAX_MADE_NAME && is_name(&long), "{long}");
        assert_ne!(names.make(&"a long title ".repeat(30), "policy"), long);
    }

    #[test]
    fn the_prelude_names_its_ids() {
        let names = Names::of_prelude();
        let role = names.object(ObjectKind::Role, "62E90394-69f5-4237-9190-012177145e10");
        assert_eq!(role, Some("global-administrator"));
        assert_eq!(names.object(ObjectKind::App, "Office365"), Some("office-365"));
        assert_eq!(
            names.object(ObjectKind::App, "MicrosoftAdminPortals"),
            Some("microsoft-admin-portals")
        );
        let planner = names.object(ObjectKind::App, "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3");
        assert_eq!(planner, None, "a name of two apps is not the name of one");
        let strength = names.strength("00000000-0000-0000-0000-000000000004");
        assert_eq!(strength, Some("phishing-resistant"));
        assert_eq!(
            names.network(crate::entra::tables::COMPLIANT_NETWORK),
            Some("all-compliant-networks")
        );
    }
}
