//! The rules about schemas: what can happen to one aspect of a set, at each place where a schema stands.

use super::{Direction, Relation, Rule};
use crate::openapi::schema::Types;

/// Where a schema stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum Where {
    RequestBody,
    RequestProperty,
    RequestParameter,
    RequestParameterProperty,
    /// A parameter in a header.
    RequestHeader,
    RequestHeaderProperty,
    ResponseBody,
    ResponseProperty,
    ResponseHeader,
}

impl Where {
    const ALL: [Self; 9] = [
        Self::RequestBody,
        Self::RequestProperty,
        Self::RequestParameter,
        Self::RequestParameterProperty,
        Self::RequestHeader,
        Self::RequestHeaderProperty,
        Self::ResponseBody,
        Self::ResponseProperty,
        Self::ResponseHeader,
    ];

    pub(in crate::openapi) fn direction(self) -> Direction {
        match self {
            Self::ResponseBody | Self::ResponseProperty | Self::ResponseHeader => Direction::Response,
            _ => Direction::Request,
        }
    }

    /// Where the properties and items of a schema stand.
    pub(in crate::openapi) fn inside(self) -> Self {
        match self {
            Self::RequestBody | Self::RequestProperty => Self::RequestProperty,
            Self::RequestParameter | Self::RequestParameterProperty => Self::RequestParameterProperty,
            Self::RequestHeader | Self::RequestHeaderProperty => Self::RequestHeaderProperty,
            Self::ResponseBody | Self::ResponseProperty | Self::ResponseHeader => Self::ResponseProperty,
        }
    }

    /// Whether the value is written as text: a number is text there as well.
    pub(in crate::openapi) fn is_text(self) -> bool {
        self.is_parameter() || self == Self::ResponseHeader
    }

    /// Whether it belongs to a parameter, in whatever place that is.
    pub(in crate::openapi) fn is_parameter(self) -> bool {
        matches!(
            self,
            Self::RequestParameter | Self::RequestParameterProperty | Self::RequestHeader | Self::RequestHeaderProperty
        )
    }

    fn prefix(self) -> &'static str {
        match self {
            Self::RequestBody => "request-body",
            Self::RequestProperty => "request-property",
            Self::RequestParameter | Self::RequestHeader => "request-parameter",
            Self::RequestParameterProperty | Self::RequestHeaderProperty => "request-parameter-property",
            Self::ResponseBody => "response-body",
            Self::ResponseProperty => "response-property",
            Self::ResponseHeader => "response-header",
        }
    }

    /// The nearest place that has ids of its own for an aspect.
    fn within(self, scope: Scope) -> Self {
        match (scope, self) {
            (Scope::Everywhere, _) => self,
            (Scope::Parameters, Self::RequestParameter | Self::RequestHeader) => self,
            (Scope::Properties, Self::RequestBody) => Self::RequestProperty,
            (Scope::Properties, Self::ResponseBody) => Self::ResponseProperty,
            _ if self.is_parameter() => Self::RequestProperty,
            (_, Self::ResponseHeader) => Self::ResponseProperty,
            _ => self,
        }
    }
}

/// Which places have ids of their own for an aspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    Everywhere,
    /// Bodies, properties and parameters.
    Parameters,
    /// Bodies and properties.
    Bodies,
    Properties,
}

/// An upper or lower limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum Limit {
    Max,
    Min,
    MaxLength,
    MinLength,
    MaxItems,
    MinItems,
    MaxProperties,
    MinProperties,
    MaxContains,
    MinContains,
    /// An upper limit that is itself outside.
    ExclusiveMax,
    /// A lower limit that is itself outside.
    ExclusiveMin,
}

impl Limit {
    pub(in crate::openapi) const KEYWORDS: [(&'static str, Self); 12] = [
        ("maximum", Self::Max),
        ("minimum", Self::Min),
        ("exclusiveMaximum", Self::Max),
        ("exclusiveMinimum", Self::Min),
        ("maxLength", Self::MaxLength),
        ("minLength", Self::MinLength),
        ("maxItems", Self::MaxItems),
        ("minItems", Self::MinItems),
        ("maxProperties", Self::MaxProperties),
        ("minProperties", Self::MinProperties),
        ("maxContains", Self::MaxContains),
        ("minContains", Self::MinContains),
    ];

    pub(in crate::openapi) fn of(keyword: &str) -> Option<Self> {
        Self::KEYWORDS.iter().find(|(known, _)| *known == keyword).map(|(_, limit)| *limit)
    }

    /// What a limit is called where the value itself is outside; lengths and counts have no such form.
    pub(in crate::openapi) fn exclusive(self) -> Self {
        match self {
            Self::Max => Self::ExclusiveMax,
            Self::Min => Self::ExclusiveMin,
            other => other,
        }
    }

    /// Whether a larger value is tighter.
    pub(in crate::openapi) fn is_lower(self) -> bool {
        matches!(
            self,
            Self::Min | Self::MinLength | Self::MinItems | Self::MinProperties | Self::MinContains | Self::ExclusiveMin
        )
    }

    /// The types that it restricts.
    pub(in crate::openapi) fn types(self) -> Types {
        Types::named(match self {
            Self::Max | Self::Min | Self::ExclusiveMax | Self::ExclusiveMin => "number",
            Self::MaxLength | Self::MinLength => "string",
            Self::MaxItems | Self::MinItems | Self::MaxContains | Self::MinContains => "array",
            Self::MaxProperties | Self::MinProperties => "object",
        })
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Max => ("max", "maximum"),
            Self::Min => ("min", "minimum"),
            Self::MaxLength => ("max-length", "maximum length"),
            Self::MinLength => ("min-length", "minimum length"),
            Self::MaxItems => ("max-items", "maximum number of items"),
            Self::MinItems => ("min-items", "minimum number of items"),
            Self::MaxProperties => ("max-properties", "maximum number of properties"),
            Self::MinProperties => ("min-properties", "minimum number of properties"),
            Self::MaxContains => ("max-contains", "maximum number of matching items"),
            Self::MinContains => ("min-contains", "minimum number of matching items"),
            Self::ExclusiveMax => ("exclusive-max", "exclusive maximum"),
            Self::ExclusiveMin => ("exclusive-min", "exclusive minimum"),
        }
    }
}

/// What can happen to a number or a list that may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum Step {
    Set,
    Unset,
    Increased,
    Decreased,
}

impl Step {
    const ALL: [Self; 4] = [Self::Set, Self::Unset, Self::Increased, Self::Decreased];

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Set => ("set", "set"),
            Self::Unset => ("unset", "taken away"),
            Self::Increased => ("increased", "raised"),
            Self::Decreased => ("decreased", "lowered"),
        }
    }
}

/// A keyword of JSON Schema beyond the common ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum Keyword {
    Contains,
    PrefixItems,
    PropertyNames,
    PatternProperty,
    DependentSchema,
    If,
    Then,
    Else,
    Not,
    UnevaluatedItems,
    UnevaluatedProperties,
    ContentSchema,
    DependentRequired,
    ContentEncoding,
    ContentMediaType,
}

impl Keyword {
    const ALL: [(&'static str, Self, &'static str); 15] = [
        ("contains", Self::Contains, "contains"),
        ("prefixItems", Self::PrefixItems, "prefix-items"),
        ("propertyNames", Self::PropertyNames, "property-names"),
        ("patternProperties", Self::PatternProperty, "pattern-property"),
        ("dependentSchemas", Self::DependentSchema, "dependent-schema"),
        ("if", Self::If, "if"),
        ("then", Self::Then, "then"),
        ("else", Self::Else, "else"),
        ("not", Self::Not, "not"),
        ("unevaluatedItems", Self::UnevaluatedItems, "unevaluated-items"),
        ("unevaluatedProperties", Self::UnevaluatedProperties, "unevaluated-properties"),
        ("contentSchema", Self::ContentSchema, "content-schema"),
        ("dependentRequired", Self::DependentRequired, "dependent-required"),
        ("contentEncoding", Self::ContentEncoding, "content-encoding"),
        ("contentMediaType", Self::ContentMediaType, "content-media-type"),
    ];

    pub(in crate::openapi) fn of(keyword: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, ..)| *known == keyword).map(|(_, keyword, _)| *keyword)
    }

    /// Whether it holds no schema, and is compared as it is written.
    pub(in crate::openapi) fn is_opaque(self) -> bool {
        matches!(self, Self::DependentRequired | Self::ContentEncoding | Self::ContentMediaType)
    }

    /// Whether it says how a text is written: without it the text is written otherwise as well.
    pub(in crate::openapi) fn is_encoding(self) -> bool {
        matches!(self, Self::ContentEncoding | Self::ContentMediaType)
    }

    /// Whether a narrower schema under it does not simply narrow the set.
    pub(in crate::openapi) fn turns(self) -> bool {
        matches!(self, Self::If | Self::Not)
    }

    pub(in crate::openapi) fn name(self) -> &'static str {
        self.row().0
    }

    fn row(self) -> (&'static str, &'static str) {
        Self::ALL.iter().find(|(_, known, _)| *known == self).map_or(("", ""), |(name, _, stem)| (name, stem))
    }

    /// What a changed one means; `None` where what is under it is compared instead. An item that has a schema of its own on one
    /// side only has that of all items on the other, and neither may hold the other.
    fn changed(self) -> Option<Relation> {
        match self {
            Self::If | Self::Not => Some(Relation::Undecidable),
            Self::DependentRequired | Self::ContentEncoding | Self::ContentMediaType | Self::PrefixItems => {
                Some(Relation::Changed)
            }
            _ => None,
        }
    }
}

/// What happened to one aspect of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum SchemaChange {
    TypeChanged,
    TypeCompatible,
    TypeGeneralized,
    TypeSpecialized,
    TypesNarrowed,
    TypesWidened,
    BecameNullable,
    BecameNotNullable,
    BecameEnum,
    BecameNotEnum,
    EnumValueAdded,
    EnumValueRemoved,
    ConstAdded,
    ConstRemoved,
    ConstChanged,
    Limit(Limit, Step),
    MultipleOfNarrowed,
    MultipleOfWidened,
    MultipleOfChanged,
    PatternAdded,
    PatternRemoved,
    PatternChanged,
    PatternGeneralized,
    PatternSpecialized,
    ExtensibleValueAdded,
    ExtensibleValueRemoved,
    BecameUnique,
    BecameNotUnique,
    DefaultAdded,
    DefaultRemoved,
    DefaultChanged,
    AdditionalNarrowed,
    AdditionalWidened,
    AdditionalChanged,
    AllOfAdded,
    AllOfRemoved,
    AllOfAnnotationAdded,
    AllOfAnnotationRemoved,
    OneOfAdded,
    OneOfRemoved,
    AnyOfAdded,
    AnyOfRemoved,
    ChoiceAdded,
    ChoiceRemoved,
    ChoiceChanged,
    WrappedInOneOf,
    DiscriminatorAdded,
    DiscriminatorRemoved,
    DiscriminatorRenamed,
    MappingAdded,
    MappingRemoved,
    MappingChanged,
    DefaultMappingAdded,
    DefaultMappingRemoved,
    DefaultMappingChanged,
    XmlChanged,
    KeywordAdded(Keyword),
    KeywordRemoved(Keyword),
    KeywordChanged(Keyword),
    Property(PropertyChange),
    /// Of a property that this direction does not see.
    OfHidden(HiddenChange),
    Deprecated,
    DeprecatedWithSunset,
    DeprecatedSunsetInvalid,
    Reactivated,
    StabilityDecreased,
    StabilityIncreased,
    NotJudged,
    NotFollowed,
}

/// What happened to a property as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum PropertyChange {
    AddedRequired,
    AddedRequiredWithDefault,
    AddedOptional,
    RemovedRequired,
    RemovedOptional,
    /// Removed where the object takes no other names.
    RemovedAndRefused,
    BecameRequired,
    BecameRequiredWithDefault,
    BecameOptional,
    /// `readOnly` or `writeOnly` hides it from this direction now.
    Hidden {
        required: bool,
    },
    /// It was hidden from this direction.
    Shown {
        required: bool,
    },
    /// Added, and hidden from this direction.
    AddedHidden {
        required: bool,
    },
    /// Removed, after it had been hidden from this direction.
    RemovedHidden {
        required: bool,
    },
    /// Hidden from this direction, and required or optional now.
    HiddenBecame {
        required: bool,
    },
    /// Hidden from the other direction now.
    Marked {
        required: bool,
    },
    /// No longer hidden from the other direction.
    Unmarked {
        required: bool,
    },
}

impl PropertyChange {
    const ALL: [Self; 23] = [
        Self::AddedRequired,
        Self::AddedRequiredWithDefault,
        Self::AddedOptional,
        Self::RemovedRequired,
        Self::RemovedOptional,
        Self::RemovedAndRefused,
        Self::BecameRequired,
        Self::BecameRequiredWithDefault,
        Self::BecameOptional,
        Self::Hidden { required: true },
        Self::Hidden { required: false },
        Self::Shown { required: true },
        Self::Shown { required: false },
        Self::AddedHidden { required: true },
        Self::AddedHidden { required: false },
        Self::RemovedHidden { required: true },
        Self::RemovedHidden { required: false },
        Self::HiddenBecame { required: true },
        Self::HiddenBecame { required: false },
        Self::Marked { required: true },
        Self::Marked { required: false },
        Self::Unmarked { required: true },
        Self::Unmarked { required: false },
    ];

    /// What happened, the same word for it in both directions.
    fn aspect(self, direction: Direction) -> &'static str {
        match (self, direction) {
            (Self::AddedRequired | Self::AddedRequiredWithDefault | Self::AddedOptional, _)
            | (Self::AddedHidden { .. }, _) => "property added",
            (Self::RemovedRequired | Self::RemovedOptional | Self::RemovedAndRefused, _)
            | (Self::RemovedHidden { .. }, _) => "property removed",
            (Self::BecameRequired | Self::BecameRequiredWithDefault | Self::HiddenBecame { required: true }, _) => {
                "property became required"
            }
            (Self::BecameOptional | Self::HiddenBecame { required: false }, _) => "property became optional",
            (Self::Hidden { .. }, Direction::Request) | (Self::Marked { .. }, Direction::Response) => {
                "became read-only"
            }
            (Self::Hidden { .. } | Self::Marked { .. }, _) => "became write-only",
            (Self::Shown { .. }, Direction::Request) | (Self::Unmarked { .. }, Direction::Response) => {
                "became not read-only"
            }
            (Self::Shown { .. } | Self::Unmarked { .. }, _) => "became not write-only",
        }
    }

    /// Id, relation and text. Objects are open: a property that nobody asks for does not narrow a set.
    fn row(self, direction: Direction) -> (&'static str, Relation, &'static str) {
        use Relation::{Equal, Narrowed, Widened};
        match (direction, self) {
            (Direction::Request, Self::AddedRequired) => {
                ("new-required-request-property", Narrowed, "required property added")
            }
            (Direction::Request, Self::AddedRequiredWithDefault) => {
                ("new-required-request-property-with-default", Narrowed, "required property with a default added")
            }
            (Direction::Request, Self::AddedOptional) => {
                ("new-optional-request-property", Equal, "optional property added")
            }
            (Direction::Request, Self::RemovedRequired | Self::RemovedOptional) => {
                ("request-property-removed", Equal, "property removed")
            }
            (Direction::Request, Self::RemovedAndRefused) => (
                "request-property-removed-and-refused",
                Narrowed,
                "property removed from an object that takes no others",
            ),
            (Direction::Request, Self::BecameRequired) => {
                ("request-property-became-required", Narrowed, "property became required")
            }
            (Direction::Request, Self::BecameRequiredWithDefault) => {
                ("request-property-became-required-with-default", Narrowed, "property with a default became required")
            }
            (Direction::Request, Self::BecameOptional) => {
                ("request-property-became-optional", Widened, "property became optional")
            }
            (Direction::Request, Self::Hidden { required: true }) => {
                ("request-required-property-became-read-only", Widened, "required property became read-only")
            }
            (Direction::Request, Self::Hidden { required: false }) => {
                ("request-optional-property-became-read-only", Equal, "optional property became read-only")
            }
            (Direction::Request, Self::Shown { required: true }) => {
                ("request-required-property-became-not-read-only", Narrowed, "required property is no longer read-only")
            }
            (Direction::Request, Self::Shown { required: false }) => {
                ("request-optional-property-became-not-read-only", Equal, "optional property is no longer read-only")
            }
            (Direction::Request, Self::AddedHidden { required: true }) => {
                ("request-required-read-only-property-added", Equal, "required read-only property added")
            }
            (Direction::Request, Self::AddedHidden { required: false }) => {
                ("request-optional-read-only-property-added", Equal, "optional read-only property added")
            }
            (Direction::Request, Self::RemovedHidden { required: true }) => {
                ("request-required-read-only-property-removed", Equal, "required read-only property removed")
            }
            (Direction::Request, Self::RemovedHidden { required: false }) => {
                ("request-optional-read-only-property-removed", Equal, "optional read-only property removed")
            }
            (Direction::Request, Self::HiddenBecame { required: true }) => {
                ("request-read-only-property-became-required", Equal, "read-only property became required")
            }
            (Direction::Request, Self::HiddenBecame { required: false }) => {
                ("request-read-only-property-became-optional", Equal, "read-only property became optional")
            }
            (Direction::Request, Self::Marked { required: true }) => {
                ("request-required-property-became-write-only", Equal, "required property became write-only")
            }
            (Direction::Request, Self::Marked { required: false }) => {
                ("request-optional-property-became-write-only", Equal, "optional property became write-only")
            }
            (Direction::Request, Self::Unmarked { required: true }) => {
                ("request-required-property-became-not-write-only", Equal, "required property is no longer write-only")
            }
            (Direction::Request, Self::Unmarked { required: false }) => {
                ("request-optional-property-became-not-write-only", Equal, "optional property is no longer write-only")
            }
            (_, Self::AddedHidden { required: true }) => {
                ("response-required-write-only-property-added", Equal, "required write-only property added")
            }
            (_, Self::AddedHidden { required: false }) => {
                ("response-optional-write-only-property-added", Equal, "optional write-only property added")
            }
            (_, Self::RemovedHidden { required: true }) => {
                ("response-required-write-only-property-removed", Equal, "required write-only property removed")
            }
            (_, Self::RemovedHidden { required: false }) => {
                ("response-optional-write-only-property-removed", Equal, "optional write-only property removed")
            }
            (_, Self::HiddenBecame { required: true }) => {
                ("response-write-only-property-became-required", Equal, "write-only property became required")
            }
            (_, Self::HiddenBecame { required: false }) => {
                ("response-write-only-property-became-optional", Equal, "write-only property became optional")
            }
            (_, Self::Marked { required: true }) => {
                ("response-required-property-became-read-only", Equal, "required property became read-only")
            }
            (_, Self::Marked { required: false }) => {
                ("response-optional-property-became-read-only", Equal, "optional property became read-only")
            }
            (_, Self::Unmarked { required: true }) => {
                ("response-required-property-became-not-read-only", Equal, "required property is no longer read-only")
            }
            (_, Self::Unmarked { required: false }) => {
                ("response-optional-property-became-not-read-only", Equal, "optional property is no longer read-only")
            }
            (_, Self::AddedRequired | Self::AddedRequiredWithDefault) => {
                ("response-required-property-added", Narrowed, "required property added")
            }
            (_, Self::AddedOptional) => ("response-optional-property-added", Equal, "optional property added"),
            (_, Self::RemovedRequired) => ("response-required-property-removed", Widened, "required property removed"),
            (_, Self::RemovedOptional | Self::RemovedAndRefused) => {
                ("response-optional-property-removed", Equal, "optional property removed")
            }
            (_, Self::BecameRequired | Self::BecameRequiredWithDefault) => {
                ("response-property-became-required", Narrowed, "property became required")
            }
            (_, Self::BecameOptional) => ("response-property-became-optional", Widened, "property became optional"),
            (_, Self::Hidden { required: true }) => {
                ("response-required-property-became-write-only", Widened, "required property became write-only")
            }
            (_, Self::Hidden { required: false }) => {
                ("response-optional-property-became-write-only", Equal, "optional property became write-only")
            }
            (_, Self::Shown { required: true }) => (
                "response-required-property-became-not-write-only",
                Narrowed,
                "required property is no longer write-only",
            ),
            (_, Self::Shown { required: false }) => {
                ("response-optional-property-became-not-write-only", Equal, "optional property is no longer write-only")
            }
        }
    }
}

/// What happened to a property that this direction does not see: told, and of no consequence here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::openapi) enum HiddenChange {
    EnumValueAdded,
    EnumValueRemoved,
    MaxDecreased,
    MinIncreased,
    ExclusiveMaxDecreased,
    ExclusiveMinIncreased,
    MaxLengthDecreased,
}

impl HiddenChange {
    const ALL: [Self; 7] = [
        Self::EnumValueAdded,
        Self::EnumValueRemoved,
        Self::MaxDecreased,
        Self::MinIncreased,
        Self::ExclusiveMaxDecreased,
        Self::ExclusiveMinIncreased,
        Self::MaxLengthDecreased,
    ];

    /// What the change would be where the property is seen.
    fn of(self) -> SchemaChange {
        match self {
            Self::EnumValueAdded => SchemaChange::EnumValueAdded,
            Self::EnumValueRemoved => SchemaChange::EnumValueRemoved,
            Self::MaxDecreased => SchemaChange::Limit(Limit::Max, Step::Decreased),
            Self::MinIncreased => SchemaChange::Limit(Limit::Min, Step::Increased),
            Self::ExclusiveMaxDecreased => SchemaChange::Limit(Limit::ExclusiveMax, Step::Decreased),
            Self::ExclusiveMinIncreased => SchemaChange::Limit(Limit::ExclusiveMin, Step::Increased),
            Self::MaxLengthDecreased => SchemaChange::Limit(Limit::MaxLength, Step::Decreased),
        }
    }

    fn rule(self, direction: Direction) -> Rule {
        let row = self.of().row();
        let (prefix, mark) = match direction {
            Direction::Response => ("response-write-only-property", "write-only"),
            Direction::Request | Direction::None => ("request-read-only-property", "read-only"),
        };
        let text = format!("{} of a {mark} property", row.text);
        Rule::new(format!("{prefix}-{}", row.stem), direction, Relation::Equal, text)
    }
}

impl SchemaChange {
    /// What is told of this change where the direction does not see the property.
    pub(in crate::openapi) fn of_hidden(self) -> Option<Self> {
        HiddenChange::ALL.into_iter().find(|hidden| hidden.of() == self).map(Self::OfHidden)
    }
}

/// The part of a rule that is the same at every place.
struct Row {
    stem: String,
    relation: Relation,
    text: String,
    scope: Scope,
}

fn row(stem: impl Into<String>, relation: Relation, text: impl Into<String>, scope: Scope) -> Row {
    Row { stem: stem.into(), relation, text: text.into(), scope }
}

impl SchemaChange {
    fn all() -> impl Iterator<Item = Self> {
        let limits = Limit::KEYWORDS.into_iter().flat_map(|(_, limit)| [limit, limit.exclusive()]);
        let limits = limits.flat_map(|limit| Step::ALL.into_iter().map(move |step| Self::Limit(limit, step)));
        let keywords = Keyword::ALL.into_iter().flat_map(|(_, keyword, _)| {
            let changed = keyword.changed().map(|_| Self::KeywordChanged(keyword));
            let come = [Self::KeywordAdded(keyword), Self::KeywordRemoved(keyword)];
            come.into_iter().filter(move |_| !keyword.is_encoding()).chain(changed)
        });
        Self::PLAIN
            .into_iter()
            .chain(limits)
            .chain(keywords)
            .chain(PropertyChange::ALL.into_iter().map(Self::Property))
            .chain(HiddenChange::ALL.into_iter().map(Self::OfHidden))
    }

    const PLAIN: [Self; 63] = [
        Self::TypeChanged,
        Self::TypeCompatible,
        Self::TypeGeneralized,
        Self::TypeSpecialized,
        Self::TypesNarrowed,
        Self::TypesWidened,
        Self::BecameNullable,
        Self::BecameNotNullable,
        Self::BecameEnum,
        Self::BecameNotEnum,
        Self::EnumValueAdded,
        Self::EnumValueRemoved,
        Self::ConstAdded,
        Self::ConstRemoved,
        Self::ConstChanged,
        Self::MultipleOfNarrowed,
        Self::MultipleOfWidened,
        Self::MultipleOfChanged,
        Self::PatternAdded,
        Self::PatternRemoved,
        Self::PatternChanged,
        Self::PatternGeneralized,
        Self::PatternSpecialized,
        Self::ExtensibleValueAdded,
        Self::ExtensibleValueRemoved,
        Self::BecameUnique,
        Self::BecameNotUnique,
        Self::DefaultAdded,
        Self::DefaultRemoved,
        Self::DefaultChanged,
        Self::AdditionalNarrowed,
        Self::AdditionalWidened,
        Self::AdditionalChanged,
        Self::AllOfAdded,
        Self::AllOfRemoved,
        Self::AllOfAnnotationAdded,
        Self::AllOfAnnotationRemoved,
        Self::OneOfAdded,
        Self::OneOfRemoved,
        Self::AnyOfAdded,
        Self::AnyOfRemoved,
        Self::ChoiceAdded,
        Self::ChoiceRemoved,
        Self::ChoiceChanged,
        Self::WrappedInOneOf,
        Self::DiscriminatorAdded,
        Self::DiscriminatorRemoved,
        Self::DiscriminatorRenamed,
        Self::MappingAdded,
        Self::MappingRemoved,
        Self::MappingChanged,
        Self::DefaultMappingAdded,
        Self::DefaultMappingRemoved,
        Self::DefaultMappingChanged,
        Self::XmlChanged,
        Self::Deprecated,
        Self::DeprecatedWithSunset,
        Self::DeprecatedSunsetInvalid,
        Self::Reactivated,
        Self::StabilityDecreased,
        Self::StabilityIncreased,
        Self::NotJudged,
        Self::NotFollowed,
    ];

    fn row(self) -> Row {
        use Relation::{Changed, Equal, Narrowed, Undecidable, Widened};
        use Scope::{Bodies, Everywhere, Parameters, Properties};
        match self {
            Self::TypeChanged => row("type-changed", Changed, "type changed", Everywhere),
            Self::TypeCompatible => {
                row("type-compatible", Equal, "type changed, and is written and read as before", Everywhere)
            }
            Self::TypeGeneralized => row("type-generalized", Widened, "type widened", Everywhere),
            Self::TypeSpecialized => row("type-specialized", Narrowed, "type narrowed", Everywhere),
            Self::TypesNarrowed => row("list-of-types-narrowed", Narrowed, "types taken away", Everywhere),
            Self::TypesWidened => row("list-of-types-widened", Widened, "types added", Everywhere),
            Self::BecameNullable => row("became-nullable", Widened, "may be null now", Everywhere),
            Self::BecameNotNullable => row("became-not-nullable", Narrowed, "may no longer be null", Everywhere),
            Self::BecameEnum => row("became-enum", Narrowed, "restricted to a list of values", Parameters),
            Self::BecameNotEnum => {
                row("became-not-enum", Widened, "no longer restricted to a list of values", Parameters)
            }
            Self::EnumValueAdded => row("enum-value-added", Widened, "value added to the list", Everywhere),
            Self::EnumValueRemoved => row("enum-value-removed", Narrowed, "value removed from the list", Everywhere),
            Self::ConstAdded => row("const-added", Narrowed, "restricted to one value", Parameters),
            Self::ConstRemoved => row("const-removed", Widened, "no longer restricted to one value", Parameters),
            Self::ConstChanged => row("const-changed", Changed, "the only value changed", Parameters),
            Self::Limit(limit, step) => limit_row(limit, step),
            Self::MultipleOfNarrowed => {
                row("multiple-of-narrowed", Narrowed, "restricted to fewer multiples", Parameters)
            }
            Self::MultipleOfWidened => row("multiple-of-widened", Widened, "more multiples accepted", Parameters),
            Self::MultipleOfChanged => row("multiple-of-changed", Changed, "other multiples accepted", Parameters),
            Self::PatternAdded => row("pattern-added", Narrowed, "pattern added", Parameters),
            Self::PatternRemoved => row("pattern-removed", Widened, "pattern removed", Parameters),
            Self::PatternChanged => row("pattern-changed", Undecidable, "pattern changed", Parameters),
            Self::PatternGeneralized => row("pattern-generalized", Widened, "pattern matches more now", Parameters),
            Self::PatternSpecialized => row("pattern-specialized", Narrowed, "pattern matches less now", Parameters),
            Self::ExtensibleValueAdded => {
                row("x-extensible-enum-value-added", Equal, "value added to the open list", Parameters)
            }
            Self::ExtensibleValueRemoved => {
                row("x-extensible-enum-value-removed", Narrowed, "value removed from the open list", Parameters)
            }
            Self::BecameUnique => row("unique-items-set", Narrowed, "items must differ now", Parameters),
            Self::BecameNotUnique => row("unique-items-unset", Widened, "items need not differ any more", Parameters),
            Self::DefaultAdded => row("default-value-added", Equal, "default added", Parameters),
            Self::DefaultRemoved => row("default-value-removed", Equal, "default removed", Parameters),
            Self::DefaultChanged => row("default-value-changed", Equal, "default changed", Parameters),
            Self::AdditionalNarrowed => row(
                "additional-properties-narrowed",
                Narrowed,
                "other properties are refused or restricted now",
                Bodies,
            ),
            Self::AdditionalWidened => {
                row("additional-properties-widened", Widened, "other properties are accepted now", Bodies)
            }
            Self::AdditionalChanged => {
                row("additional-properties-changed", Undecidable, "what is said about other properties changed", Bodies)
            }
            // What a branch of allOf restricts is judged by the rules of what it restricts: the list itself is only a way to write.
            Self::AllOfAdded => row("all-of-added", Equal, "schema added to allOf", Bodies),
            Self::AllOfRemoved => row("all-of-removed", Equal, "schema removed from allOf", Bodies),
            Self::AllOfAnnotationAdded => {
                row("all-of-added-annotation-only", Equal, "schema that restricts nothing added to allOf", Bodies)
            }
            Self::AllOfAnnotationRemoved => {
                row("all-of-removed-annotation-only", Equal, "schema that restricts nothing removed from allOf", Bodies)
            }
            Self::OneOfAdded => row("one-of-added", Widened, "alternative added to oneOf", Bodies),
            Self::OneOfRemoved => row("one-of-removed", Narrowed, "alternative removed from oneOf", Bodies),
            Self::AnyOfAdded => row("any-of-added", Widened, "alternative added to anyOf", Bodies),
            Self::AnyOfRemoved => row("any-of-removed", Narrowed, "alternative removed from anyOf", Bodies),
            Self::ChoiceAdded => {
                row("alternatives-set", Narrowed, "must fit one of several alternatives as well now", Bodies)
            }
            Self::ChoiceRemoved => {
                row("alternatives-unset", Widened, "need not fit one of several alternatives any more", Bodies)
            }
            Self::ChoiceChanged => {
                row("alternatives-changed", Undecidable, "alternatives changed beyond comparison", Bodies)
            }
            Self::WrappedInOneOf => {
                row("wrapped-in-one-of", Changed, "replaced by alternatives, each of which asks for more", Bodies)
            }
            Self::DiscriminatorAdded => row("discriminator-added", Equal, "discriminator added", Bodies),
            Self::DiscriminatorRemoved => row("discriminator-removed", Equal, "discriminator removed", Bodies),
            Self::DiscriminatorRenamed => {
                row("discriminator-property-name-changed", Undecidable, "discriminator property changed", Bodies)
            }
            Self::MappingAdded => row("discriminator-mapping-added", Widened, "discriminator value added", Bodies),
            Self::MappingRemoved => {
                row("discriminator-mapping-deleted", Narrowed, "discriminator value removed", Bodies)
            }
            Self::MappingChanged => {
                row("discriminator-mapping-changed", Changed, "discriminator value means another schema", Bodies)
            }
            Self::DefaultMappingAdded => {
                row("discriminator-default-mapping-added", Widened, "schema for all other values added", Bodies)
            }
            Self::DefaultMappingRemoved => {
                row("discriminator-default-mapping-removed", Narrowed, "schema for all other values removed", Bodies)
            }
            Self::DefaultMappingChanged => {
                row("discriminator-default-mapping-changed", Changed, "another schema for all other values", Bodies)
            }
            Self::XmlChanged => row("xml-changed", Changed, "written in XML another way", Bodies),
            Self::KeywordAdded(keyword) => {
                row(format!("{}-added", keyword.row().1), Narrowed, format!("{} added", keyword.name()), Bodies)
            }
            Self::KeywordRemoved(keyword) => {
                row(format!("{}-removed", keyword.row().1), Widened, format!("{} removed", keyword.name()), Bodies)
            }
            Self::KeywordChanged(keyword) => {
                let relation = keyword.changed().unwrap_or(Undecidable);
                row(format!("{}-changed", keyword.row().1), relation, format!("{} changed", keyword.name()), Bodies)
            }
            Self::Deprecated => row("deprecated", Equal, "deprecated", Properties),
            Self::DeprecatedWithSunset => {
                row("deprecated-with-sunset", Equal, "deprecated, with the date it goes", Properties)
            }
            Self::DeprecatedSunsetInvalid => {
                row("deprecated-sunset-invalid", Changed, "deprecated, and the date it goes is no date", Properties)
            }
            Self::StabilityDecreased => row("stability-decreased", Changed, "marked as less stable", Properties),
            Self::StabilityIncreased => row("stability-increased", Equal, "marked as more stable", Properties),
            Self::Reactivated => row("reactivated", Equal, "no longer deprecated", Properties),
            Self::NotJudged => row("keyword-not-judged", Undecidable, "a keyword changed that no rule judges", Bodies),
            Self::NotFollowed => {
                row("reference-not-followed", Undecidable, "a reference leads out of the document, or nowhere", Bodies)
            }
            Self::Property(_) | Self::OfHidden(_) => row("", Equal, "", Properties),
        }
    }

    /// What happened, the same word for it in both directions. A type is one aspect, whatever it became to whom.
    pub(in crate::openapi) fn aspect(self, at: Where) -> String {
        match self {
            Self::Property(change) => change.aspect(at.direction()).to_owned(),
            Self::OfHidden(change) => change.of().row().stem,
            Self::TypeChanged
            | Self::TypeCompatible
            | Self::TypeGeneralized
            | Self::TypeSpecialized
            | Self::TypesNarrowed
            | Self::TypesWidened => "type".to_owned(),
            _ => self.row().stem,
        }
    }

    /// Whether it can happen at a place: parameters that are read as text anyway were generalized by their type alone.
    fn happens(self, at: Where) -> bool {
        self != Self::TypeCompatible || !at.is_parameter()
    }

    /// The rule for this change at a place.
    pub(in crate::openapi) fn rule(self, at: Where) -> Rule {
        if let Self::Property(change) = self {
            let (id, relation, text) = change.row(at.direction());
            return Rule::new(named(id, at), at.direction(), relation, text.to_owned());
        }
        if let Self::OfHidden(change) = self {
            return change.rule(at.direction());
        }
        let row = self.aliased(at).row();
        let id = format!("{}-{}", at.within(row.scope).prefix(), row.stem);
        let id = named(&id, at);
        Rule::new(id, at.direction(), row.relation, row.text)
    }

    /// A narrowed type has no id of its own where the caller sends it.
    fn aliased(self, at: Where) -> Self {
        match (self, at) {
            (Self::TypeSpecialized, Where::RequestParameterProperty | Where::RequestHeaderProperty) => self,
            (Self::TypeSpecialized, _) if at.direction() == Direction::Request => Self::TypeChanged,
            _ => self,
        }
    }
}

/// Ids that do not follow from the place and the change: the field has called them otherwise.
fn named(id: &str, at: Where) -> String {
    let in_header = matches!(at, Where::RequestHeader | Where::RequestHeaderProperty);
    match id {
        "response-body-enum-value-removed" => "response-mediatype-enum-value-removed",
        "request-property-became-enum" if at == Where::RequestHeaderProperty => "request-header-property-became-enum",
        "new-required-request-property" if in_header => "new-required-request-header-property",
        "request-property-became-required" if in_header => "request-header-property-became-required",
        _ => id,
    }
    .to_owned()
}

fn limit_row(limit: Limit, step: Step) -> Row {
    let relation = match step {
        Step::Set => Relation::Narrowed,
        Step::Unset => Relation::Widened,
        Step::Increased if limit.is_lower() => Relation::Narrowed,
        Step::Decreased if !limit.is_lower() => Relation::Narrowed,
        Step::Increased | Step::Decreased => Relation::Widened,
    };
    let ((stem, words), (end, did)) = (limit.words(), step.words());
    row(format!("{stem}-{end}"), relation, format!("{words} {did}"), Scope::Parameters)
}

/// Every rule about schemas; some stand there more than once.
pub(super) fn all() -> impl Iterator<Item = Rule> {
    SchemaChange::all().flat_map(|change| {
        let places = Where::ALL.into_iter().filter(move |at| change.happens(*at));
        places.map(move |at| change.rule(at))
    })
}
