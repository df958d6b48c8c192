//! A JSON value of any shape that borrows from its row: for parts whose fields differ from kind to kind. Reading never
//! fails on the type of a field; what is missing is empty.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::lax::{Lax, LaxVisitor};

/// A value with all it holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree<'a> {
    Scalar(Lax<'a>),
    List(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

/// What stands where there is nothing.
static NOTHING: Tree<'static> = Tree::Scalar(Lax::None);

impl Default for Tree<'_> {
    fn default() -> Self {
        Tree::Scalar(Lax::None)
    }
}

impl<'a> Tree<'a> {
    /// The value of a text, nothing where it is no JSON.
    pub(crate) fn parse(json: &'a str) -> Tree<'a> {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// The field of a name; of several the last, as readers of JSON do.
    pub(crate) fn get(&self, name: &str) -> &Tree<'a> {
        self.field(name).unwrap_or(&NOTHING)
    }

    /// The field of a name, where there is one.
    pub(crate) fn field(&self, name: &str) -> Option<&Tree<'a>> {
        self.fields().iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// All fields in their order, none for anything but an object.
    pub(crate) fn fields(&self) -> &[(Cow<'a, str>, Tree<'a>)] {
        match self {
            Tree::Object(fields) => fields,
            _ => &[],
        }
    }

    /// The elements of a list, none for anything else.
    pub(crate) fn list(&self) -> &[Tree<'a>] {
        match self {
            Tree::List(list) => list,
            _ => &[],
        }
    }

    /// The value itself, where it holds no others.
    pub(crate) fn scalar(&self) -> &Lax<'a> {
        match self {
            Tree::Scalar(value) => value,
            _ => &Lax::None,
        }
    }

    /// The text, empty for anything else.
    pub(crate) fn text(&self) -> &str {
        self.scalar().text()
    }

    /// The text of a field, empty where there is none.
    pub(crate) fn word(&self, name: &str) -> &str {
        self.get(name).text()
    }

    /// The first of several fields that holds words, else an empty text.
    pub(crate) fn first_word(&self, names: &[&str]) -> &str {
        names.iter().map(|name| self.word(name)).find(|words| !words.is_empty()).unwrap_or("")
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Tree<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

/// A value without parts is read as [`Lax`] reads it.
struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E: Error>(self, v: &'de str) -> Result<Self::Value, E> {
        LaxVisitor.visit_borrowed_str(v).map(Tree::Scalar)
    }

    fn visit_str<E: Error>(self, v: &str) -> Result<Self::Value, E> {
        LaxVisitor.visit_str(v).map(Tree::Scalar)
    }

    fn visit_i64<E: Error>(self, v: i64) -> Result<Self::Value, E> {
        LaxVisitor.visit_i64(v).map(Tree::Scalar)
    }

    fn visit_u64<E: Error>(self, v: u64) -> Result<Self::Value, E> {
        LaxVisitor.visit_u64(v).map(Tree::Scalar)
    }

    fn visit_f64<E: Error>(self, v: f64) -> Result<Self::Value, E> {
        LaxVisitor.visit_f64(v).map(Tree::Scalar)
    }

    fn visit_bool<E: Error>(self, v: bool) -> Result<Self::Value, E> {
        LaxVisitor.visit_bool(v).map(Tree::Scalar)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Tree::default())
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Tree::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element()? {
            list.push(element);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(8);
        while let Some((Key(key), value)) = map.next_entry()? {
            fields.push((key, value));
        }
        Ok(Tree::Object(fields))
    }
}

/// The name of a field. A `Cow` by itself would copy it.
#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_empty() {
        let tree = Tree::parse(
            r#"{"a":{"b":["x",1,null,{"c":"\u6751\n"}]},"n":18446744073709551615,"a2":1,"a2":2}"#,
        );
        let list = tree.get("a").get("b").list();
        assert_eq!((list.len(), list[0].text(), list[1].text(), list[3].word("c")), (4, "x", "", "村\n"));
        assert_eq!(tree.get("n").scalar().id().as_deref(), Some("18446744073709551615"));
        assert_eq!(tree.get("a2").scalar().int(), Some(2));
        assert_eq!((tree.word("none"), tree.get("none").list().len()), ("", 0));
        assert_eq!(Tree::parse("[1,").list().len(), 0);
    }
}
