//! A JSON value as exporters write it: an id as text or as number, a flag as 0, "1" or true. Reading never fails on the
//! type of a field, so one odd field does not cost the row. Numbers with a fraction are no ids.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// A scalar, leniently read. Lists and objects count as nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Lax<'a> {
    #[default]
    None,
    Text(Cow<'a, str>),
    Int(i64),
    Big(u64),
    Float(f64),
    Bool(bool),
}

impl Lax<'_> {
    /// The text, empty for nothing.
    pub(crate) fn text(&self) -> &str {
        match self {
            Lax::Text(text) => text,
            _ => "",
        }
    }

    /// An id: text or a whole number, as text. Empty, `0` and numbers mangled by a spreadsheet are none.
    pub(crate) fn id(&self) -> Option<String> {
        let id = match self {
            Lax::Text(text) => text.trim().to_owned(),
            Lax::Int(n) => n.to_string(),
            Lax::Big(n) => n.to_string(),
            _ => return None,
        };
        is_id(&id).then_some(id)
    }

    /// A whole number.
    pub(crate) fn int(&self) -> Option<i64> {
        match self {
            Lax::Int(n) => Some(*n),
            Lax::Big(n) => i64::try_from(*n).ok(),
            Lax::Text(text) => text.trim().parse().ok(),
            #[expect(clippy::cast_possible_truncation, reason = "a float that was a time in milliseconds")]
            Lax::Float(f) if f.abs() < 9e15 => Some(*f as i64),
            _ => None,
        }
    }

    /// A flag; `None` where nothing is said.
    pub(crate) fn flag(&self) -> Option<bool> {
        match self {
            Lax::Bool(b) => Some(*b),
            Lax::Int(n) => Some(*n != 0),
            Lax::Text(text) => match text.as_ref() {
                "1" | "true" | "True" => Some(true),
                "0" | "false" | "False" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    pub(crate) fn is_none(&self) -> bool {
        *self == Lax::None
    }
}

/// Whether a text can be an id: not empty, not zero, not `6.54E+18`.
pub(crate) fn is_id(text: &str) -> bool {
    let mangled = text.contains(['.', '+'])
        && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'E' | b'e' | b'+'));
    !text.is_empty() && text != "0" && text != "null" && !mangled
}

/// The md5 in a field, in lower case, where it is one.
pub(super) fn md5(text: &str) -> Option<String> {
    (text.len() == 32).then(|| text.to_ascii_lowercase())
}

impl<'de: 'a, 'a> Deserialize<'de> for Lax<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LaxVisitor)
    }
}

pub(super) struct LaxVisitor;

impl<'de> Visitor<'de> for LaxVisitor {
    type Value = Lax<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Lax::Text(Cow::Borrowed(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Lax::Text(Cow::Owned(v.to_owned())))
    }

    fn visit_string<E>(self, v: String) -> Result<Self::Value, E> {
        Ok(Lax::Text(Cow::Owned(v)))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Lax::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(v).map_or(Lax::Big(v), Lax::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Lax::Float(v))
    }

    fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Lax::Bool(v))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Lax::None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Lax::None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Lax::None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Lax::None)
    }
}

/// A list or an object that may be missing, `null` or something else: what cannot be read counts as empty.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    let raw = <&serde_json::value::RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stay_text() {
        for (json, want) in [
            ("\"6543210987654321001\"", Some("6543210987654321001")),
            ("6543210987654321001", Some("6543210987654321001")),
            ("16543210987654321001", Some("16543210987654321001")),
            ("6.54321E+18", None),
            ("\"6.54321E+18\"", None),
            ("0", None),
            ("null", None),
            ("[1,{\"a\":2}]", None),
        ] {
            let lax: Lax<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(lax.id().as_deref(), want, "{json}");
        }
    }
}
