//! Cedar expressions as a tree: folded while they are built, laid out when they are written.

use crate::cedar::quote::text;

/// The longest line that is not broken, as the formatter of policy files has it.
const WIDTH: usize = 100;

/// How many operands stand in one chain. Cedar reads a chain as a tree as deep as it is long, and evaluates it by
/// recursion; longer chains are split into groups, so that depth grows with the logarithm.
const MAX_CHAIN: usize = 32;

/// A Cedar expression of type boolean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expr {
    /// `true` or `false`
    Const(bool),
    /// `a && b`
    All(Vec<Expr>),
    /// `a || b`
    Any(Vec<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `if a then b else c`
    If(Box<[Expr; 3]>),
    /// Anything that stands on one line and binds tighter than `&&`.
    Leaf(String),
    /// A set of texts, with what stands before and behind it.
    Set(Box<Set>),
}

/// `before[items]after`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set {
    before: String,
    items: Vec<Item>,
    after: String,
}

/// One text of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// The text.
    pub text: String,
    /// The name that people know it by.
    pub name: Option<String>,
}

impl From<&str> for Item {
    fn from(text: &str) -> Item {
        Item { text: text.to_owned(), name: None }
    }
}

impl Expr {
    /// A line.
    pub(super) fn leaf(text: impl Into<String>) -> Expr {
        Expr::Leaf(text.into())
    }

    /// All of them; what is true is left out.
    pub(super) fn all(parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Expr::Const(true) => {}
                Expr::Const(false) => return Expr::Const(false),
                Expr::All(inner) => inner.into_iter().for_each(|it| push(&mut kept, it)),
                other => push(&mut kept, other),
            }
        }
        one_or(kept, true, Expr::All)
    }

    /// Any of them; what is false is left out.
    pub(super) fn any(parts: impl IntoIterator<Item = Expr>) -> Expr {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Expr::Const(false) => {}
                Expr::Const(true) => return Expr::Const(true),
                Expr::Any(inner) => inner.into_iter().for_each(|it| push(&mut kept, it)),
                other => push(&mut kept, other),
            }
        }
        one_or(kept, false, Expr::Any)
    }

    /// The other way round.
    pub(super) fn not(self) -> Expr {
        match self {
            Expr::Const(value) => Expr::Const(!value),
            Expr::Not(inner) => *inner,
            other => Expr::Not(Box::new(other)),
        }
    }

    /// The second or the third, as the first says. (`!(context has a) || …` would say the same as a choice that ends in
    /// `else true`, but Cedar's validator sees what `has` allows in a choice alone.)
    pub(super) fn choice(condition: Expr, then: Expr, otherwise: Expr) -> Expr {
        match (&then, &otherwise) {
            (_, Expr::Const(false)) => Expr::all([condition, then]),
            (Expr::Const(false), _) => Expr::all([condition.not(), otherwise]),
            (Expr::Const(true), _) => Expr::any([condition, otherwise]),
            _ => Expr::If(Box::new([condition, then, otherwise])),
        }
    }

    /// `context.key` is one of these texts; false when there are none.
    pub(super) fn one_of(key: &str, items: Vec<Item>) -> Expr {
        match items.as_slice() {
            [] => Expr::Const(false),
            [Item { text: one, name: None }] => Expr::Leaf(format!("{key} == {}", text(one))),
            _ => Expr::set("", items, format!(".contains({key})")),
        }
    }

    /// `context.key` has one of these texts; false when there are none.
    pub(super) fn has_any(key: &str, items: Vec<Item>) -> Expr {
        match items.as_slice() {
            [] => Expr::Const(false),
            [Item { text: one, name: None }] => {
                Expr::Leaf(format!("{key}.contains({})", text(one)))
            }
            _ => Expr::set(format!("{key}.containsAny("), items, ")"),
        }
    }

    /// `context.key` has all of these texts; true when there are none.
    pub(super) fn has_all(key: &str, items: Vec<Item>) -> Expr {
        match items.as_slice() {
            [] => Expr::Const(true),
            _ => Expr::set(format!("{key}.containsAll("), items, ")"),
        }
    }

    /// `context.key` has nothing but these texts; there must be one.
    pub(super) fn has_only(key: &str, items: Vec<Item>) -> Expr {
        Expr::set("", items, format!(".containsAll({key})"))
    }

    fn set(before: impl Into<String>, items: Vec<Item>, after: impl Into<String>) -> Expr {
        Expr::Set(Box::new(Set { before: before.into(), items, after: after.into() }))
    }

    /// As lines, the first of which stands behind `indent` spaces.
    pub(super) fn write(&self, indent: usize) -> String {
        let mut out = " ".repeat(indent);
        self.write_at(indent, 0, &mut out);
        out
    }

    /// On one line, where it needs no comments.
    fn line(&self) -> Option<String> {
        let parts = |parts: &[Expr], tight: u8| {
            parts.iter().map(|it| it.line_within(tight)).collect::<Option<Vec<_>>>()
        };
        Some(match self {
            Expr::Const(value) => value.to_string(),
            Expr::All(all) if all.len() <= MAX_CHAIN => parts(all, AND)?.join(" && "),
            Expr::Any(any) if any.len() <= MAX_CHAIN => parts(any, OR)?.join(" || "),
            Expr::All(_) | Expr::Any(_) => return None,
            Expr::Not(inner) => format!("!{}", inner.line_within(TIGHT)?),
            Expr::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let (condition, then, otherwise) =
                    (condition.line()?, then.line()?, otherwise.line()?);
                format!("if {condition} then {then} else {otherwise}")
            }
            Expr::Leaf(line) => line.clone(),
            Expr::Set(set) => set.line()?,
        })
    }

    fn line_within(&self, outer: u8) -> Option<String> {
        let line = self.line()?;
        Some(if self.binding() < outer { format!("({line})") } else { line })
    }

    fn binding(&self) -> u8 {
        match self {
            Expr::If(_) => 0,
            Expr::Any(_) => OR,
            Expr::All(_) => AND,
            Expr::Not(_) | Expr::Const(_) | Expr::Set(_) => TIGHT,
            // A comparison needs parentheses behind `!`, and nowhere else.
            Expr::Leaf(line) if line.contains(' ') => TIGHT - 1,
            Expr::Leaf(_) => TIGHT,
        }
    }

    fn write_at(&self, indent: usize, outer: u8, out: &mut String) {
        let enclosed = self.binding() < outer;
        let column = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
        let fits = |line: &String| column + line.len() + 2 <= WIDTH;
        if let Some(line) = self.line().filter(fits) {
            out.push_str(&if enclosed { format!("({line})") } else { line });
        } else if enclosed {
            out.push('(');
            new_line(indent + 2, out);
            self.broken(indent + 2, out);
            new_line(indent, out);
            out.push(')');
        } else {
            self.broken(indent, out);
        }
    }

    /// Over several lines.
    fn broken(&self, indent: usize, out: &mut String) {
        match self {
            Expr::All(parts) => chain(parts, "&&", Expr::All, (indent, AND), out),
            Expr::Any(parts) => chain(parts, "||", Expr::Any, (indent, OR), out),
            Expr::Not(inner) => {
                out.push('!');
                inner.write_at(indent, TIGHT, out);
            }
            Expr::If(parts) => {
                for (word, part) in ["if ", "\nthen ", "\nelse "].into_iter().zip(&**parts) {
                    out.push_str(&word.replace('\n', &format!("\n{}", " ".repeat(indent))));
                    // What needs several lines stands in parentheses, so that its end is seen.
                    let column = out.len() - out.rfind('\n').map_or(0, |at| at + 1);
                    let fits = part.line().is_some_and(|line| column + line.len() + 2 <= WIDTH);
                    part.write_at(indent, if fits { 0 } else { TIGHT }, out);
                }
            }
            Expr::Set(set) => set.broken(indent, out),
            Expr::Const(_) | Expr::Leaf(_) => out.push_str(&self.line().unwrap_or_default()),
        }
    }
}

/// How tight each binds: in a chain of `||`, in one of `&&`, behind `!`.
const OR: u8 = 1;
const AND: u8 = 2;
const TIGHT: u8 = 4;

fn push(kept: &mut Vec<Expr>, part: Expr) {
    if !kept.contains(&part) {
        kept.push(part);
    }
}

fn one_or(mut parts: Vec<Expr>, neutral: bool, join: fn(Vec<Expr>) -> Expr) -> Expr {
    match parts.len() {
        0 => Expr::Const(neutral),
        1 => parts.remove(0),
        _ => join(parts),
    }
}

fn new_line(indent: usize, out: &mut String) {
    out.push('\n');
    out.push_str(&" ".repeat(indent));
}

/// Operands one below the other.
fn chain(
    parts: &[Expr],
    operator: &str,
    join: fn(Vec<Expr>) -> Expr,
    (indent, binding): (usize, u8),
    out: &mut String,
) {
    let grouped: Vec<Expr>;
    let parts = if parts.len() > MAX_CHAIN {
        let size = parts.len().div_ceil(MAX_CHAIN).max(MAX_CHAIN);
        grouped = parts.chunks(size).map(|group| join(group.to_vec())).collect();
        &grouped
    } else {
        parts
    };
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            out.push(' ');
            out.push_str(operator);
            new_line(indent, out);
        }
        // A group of the same operator keeps its parentheses: they are what makes the tree flat.
        let own = if part.binding() == binding { binding + 1 } else { binding };
        part.write_at(indent, own, out);
    }
}

impl Set {
    fn line(&self) -> Option<String> {
        let named = self.items.iter().any(|item| item.name.is_some());
        let items: Vec<_> = self.items.iter().map(|item| text(&item.text)).collect();
        (!named).then(|| format!("{}[{}]{}", self.before, items.join(", "), self.after))
    }

    /// A text a line, with its name behind it.
    fn broken(&self, indent: usize, out: &mut String) {
        out.push_str(&self.before);
        out.push('[');
        for (at, item) in self.items.iter().enumerate() {
            new_line(indent + 2, out);
            out.push_str(&text(&item.text));
            if at + 1 < self.items.len() {
                out.push(',');
            }
            if let Some(name) = &item.name {
                out.push_str(" // ");
                out.push_str(name);
            }
        }
        new_line(indent, out);
        out.push(']');
        out.push_str(&self.after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(text: &str) -> Expr {
        Expr::leaf(text)
    }

    #[test]
    fn constants_are_folded() {
        let (yes, no) = (Expr::Const(true), Expr::Const(false));
        assert_eq!(Expr::all([yes.clone(), leaf("a")]), leaf("a"));
        assert_eq!(Expr::all([no.clone(), leaf("a")]), no);
        assert_eq!(Expr::any([yes.clone(), leaf("a")]), yes);
        assert_eq!(Expr::any([leaf("a"), leaf("a"), no.clone()]), leaf("a"));
        assert_eq!(
            Expr::choice(leaf("a"), leaf("b"), no.clone()),
            Expr::all([leaf("a"), leaf("b")])
        );
        assert_eq!(Expr::choice(leaf("a"), yes, no), leaf("a"));
        assert_eq!(leaf("a").not().not(), leaf("a"));
    }

    #[test]
    fn parentheses_stand_where_they_are_needed() {
        let or = Expr::any([leaf("a"), leaf("b")]);
        assert_eq!(Expr::all([or.clone(), leaf("c")]).write(0), "(a || b) && c");
        assert_eq!(or.clone().not().write(0), "!(a || b)");
        assert_eq!(leaf("a == b").not().write(0), "!(a == b)");
        let choice = Expr::choice(leaf("x"), or, leaf("d"));
        assert_eq!(choice.write(0), "if x then a || b else d");
        assert_eq!(Expr::any([choice, leaf("e")]).write(0), "(if x then a || b else d) || e");
    }

    #[test]
    fn long_chains_become_flat_trees() {
        let written = Expr::any((0..2_000).map(|at| leaf(&format!("a{at}")))).write(0);
        let mut depth = 0;
        let mut longest = 0;
        let mut length = vec![0];
        for character in written.chars() {
            match character {
                '(' => {
                    depth += 1;
                    length.push(0);
                }
                ')' => {
                    depth -= 1;
                    longest = longest.max(length.pop().expect("balanced"));
                }
                'a' => *length.last_mut().expect("one") += 1,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        assert!(longest <= 2 * MAX_CHAIN, "{longest}");
    }

    #[test]
    fn names_stand_behind_their_ids() {
        let named = Item { text: "id-1".to_owned(), name: Some("finance".to_owned()) };
        let set = Expr::has_any("context.user_groups.inside", vec![named, "id-2".into()]);
        let expected =
            "context.user_groups.inside.containsAny([\n  \"id-1\", // finance\n  \"id-2\"\n])";
        assert_eq!(set.write(0), expected);
    }
}
