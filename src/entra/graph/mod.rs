//! Graph's JSON as typed objects: every field of a policy, a location, a strength. What is not understood is refused.

mod conditions;
mod grants;
mod locations;
mod people;
mod policy;
mod session;
mod strength;
mod targets;

pub(super) use locations::read as network;
pub(super) use policy::read as policy;
pub(super) use strength::{RESTRICTIONS, read as strength};

use crate::entra::finding::Findings;
use crate::entra::json::{Fields, Node};
use crate::entra::model::{Origin, Remarks};
use crate::entra::tables::KEYWORDS;
use crate::entra::{codes, field};

/// Ids in a list, apart from the words that this list may have in the place of ids.
struct Ids {
    ids: Vec<String>,
    words: Vec<&'static str>,
}

impl Ids {
    fn has(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

/// Reads a list of ids in which some of Graph's words may stand. Any other word of Graph's is no id.
fn ids(node: &Node<'_>, allowed: &[&'static str], findings: &mut Findings) -> Ids {
    let mut found = Ids { ids: Vec::new(), words: Vec::new() };
    for text in node.texts(findings) {
        let word = KEYWORDS.iter().find(|word| word.eq_ignore_ascii_case(&text));
        match word {
            None => found.ids.push(text),
            Some(word) if allowed.contains(word) => {
                if !found.words.contains(word) {
                    found.words.push(word);
                }
            }
            Some(word) => findings.refuse(
                node.fault(codes::UNKNOWN_VALUE, format!("`{word}` is no id of this list"))
                    .suggest(match allowed {
                        [] => "name what is meant by its ids".to_owned(),
                        allowed => format!("beside ids it takes: {}", allowed.join(", ")),
                    }),
            ),
        }
    }
    found
}

/// Ids among which no word may stand.
fn plain_ids(node: &Node<'_>, findings: &mut Findings) -> Vec<String> {
    ids(node, &[], findings).ids
}

/// Reads what an object carries beside its meaning.
fn remarks(fields: &mut Fields<'_>, file: &str, findings: &mut Findings) -> Remarks {
    let mut text = |key: &str| fields.take(key).text(findings);
    let id = text(field::ID);
    let name = text(field::DISPLAY_NAME).or_else(|| id.clone()).unwrap_or_default();
    let (template, description) = (text(field::TEMPLATE_ID), text(field::DESCRIPTION));
    let mut moment = |key: &str| {
        let node = fields.take(key);
        node.moment(findings)
    };
    Remarks {
        id,
        template,
        description,
        created: moment(field::CREATED_DATE_TIME),
        modified: moment(field::MODIFIED_DATE_TIME),
        deleted: moment(field::DELETED_DATE_TIME),
        origin: Origin { file: file.to_owned(), name },
        notes: Vec::new(),
    }
}
