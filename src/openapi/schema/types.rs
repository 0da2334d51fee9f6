//! Sets of JSON types. `integer` is a part of `number`, which no string tells: hence the bits.

use std::fmt;

/// A set of JSON types, `null` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::openapi) struct Types(u8);

/// The names, each with its bits; `number` is tried before `integer`.
const NAMES: [(&str, u8); 6] =
    [("boolean", 1), ("number", 2 | 4), ("integer", 2), ("string", 8), ("array", 16), ("object", 32)];

impl Types {
    pub(in crate::openapi) const NONE: Self = Self(0);
    pub(in crate::openapi) const ALL: Self = Self(63);
    pub(in crate::openapi) const NUMBER: Self = Self(2 | 4);
    pub(in crate::openapi) const STRING: Self = Self(8);
    pub(in crate::openapi) const ARRAY: Self = Self(16);
    pub(in crate::openapi) const OBJECT: Self = Self(32);
    /// What a parameter's text can stand for where it is read as text.
    const SCALARS: Self = Self(1 | 2 | 4 | 8);

    /// The type of a name; none for any other word.
    pub(in crate::openapi) fn named(name: &str) -> Self {
        NAMES.iter().find(|(known, _)| *known == name).map_or(Self::NONE, |(_, bits)| Self(*bits))
    }

    pub(in crate::openapi) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in crate::openapi) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in crate::openapi) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(in crate::openapi) fn meets(self, other: Self) -> bool {
        !self.and(other).is_empty()
    }

    pub(in crate::openapi) fn within(self, other: Self) -> bool {
        self.and(other) == self
    }

    /// The types as a parameter's text is read: a number is text as well.
    pub(in crate::openapi) fn as_text(self) -> Self {
        if self.meets(Self::STRING) { self.or(Self::SCALARS) } else { self }
    }

    /// Whether it takes more than one name to say it, and not all.
    pub(in crate::openapi) fn is_list(self) -> bool {
        self != Self::ALL && self.names().len() > 1
    }

    fn names(self) -> Vec<&'static str> {
        let mut left = self;
        let mut names = Vec::new();
        for (name, bits) in NAMES {
            if Self(bits).within(left) {
                left = Self(left.0 & !bits);
                names.push(name);
            }
        }
        names
    }
}

impl fmt::Display for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("any type"),
            Self::NONE => f.write_str("no type"),
            _ => f.write_str(&self.names().join(" or ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("integer", "number" => true; "an integer is a number")]
    #[test_case("number", "integer" => false; "not every number is an integer")]
    #[test_case("string", "string" => true)]
    #[test_case("string", "object" => false)]
    fn within(inner: &str, outer: &str) -> bool {
        Types::named(inner).within(Types::named(outer))
    }

    #[test]
    fn a_set_is_named_by_its_largest_parts() {
        assert_eq!(Types::named("number").or(Types::STRING).to_string(), "number or string");
        assert!(!Types::named("number").is_list());
        assert!(Types::named("integer").within(Types::STRING.as_text()));
    }
}
