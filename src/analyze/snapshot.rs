//! Who there is, and which apps: what a directory knows, for answers about real people.

use std::collections::BTreeSet;

/// Somebody who can sign in.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Person {
    /// The directory id, in canonical form.
    pub id: String,
    /// The number of the user's type among the words of `user.type`; 0 is a member.
    pub kind: u8,
    /// The ids of all groups the person is in, through other groups too.
    pub groups: BTreeSet<String>,
    /// The ids of all roles the person holds.
    pub roles: BTreeSet<String>,
}

/// The people and apps of a directory at some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    people: Vec<Person>,
    apps: BTreeSet<String>,
}

impl Snapshot {
    /// These people, in the order of their ids; of two with one id, the first.
    pub fn new(people: impl IntoIterator<Item = Person>) -> Snapshot {
        let mut people: Vec<Person> = people.into_iter().collect();
        people.sort_by(|a, b| a.id.cmp(&b.id));
        people.dedup_by(|a, b| a.id == b.id);
        Snapshot { people, apps: BTreeSet::new() }
    }

    /// The same people, with the ids of apps.
    #[must_use]
    pub fn with_apps(mut self, apps: impl IntoIterator<Item = String>) -> Snapshot {
        self.apps.extend(apps);
        self
    }

    /// Everybody, in the order of their ids.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// The ids of all apps.
    pub fn apps(&self) -> &BTreeSet<String> {
        &self.apps
    }
}
