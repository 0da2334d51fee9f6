//! The rules about operations: everything around the schemas.

use super::{Direction, Relation, Rule};

/// Makes the enum and its table out of one list, so that no row can be forgotten.
macro_rules! rows {
    ($($name:ident $id:literal $direction:ident $relation:ident $text:literal;)*) => {
        /// What happened to an operation or to a part of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(in crate::openapi) enum Endpoint { $($name,)* }

        impl Endpoint {
            const ALL: &[Self] = &[$(Self::$name,)*];

            fn row(self) -> (&'static str, Direction, Relation, &'static str) {
                match self { $(Self::$name => ($id, Direction::$direction, Relation::$relation, $text),)* }
            }
        }
    };
}

rows! {
    Added "endpoint-added" None Widened "operation added";
    Deprecated "endpoint-deprecated" None Equal "operation deprecated";
    DeprecatedWithSunset "endpoint-deprecated-with-sunset" None Equal "operation deprecated, with the date it goes";
    SunsetDeleted "sunset-deleted" None Narrowed "the date of removal is no longer announced, though the operation stays deprecated";
    SunsetEarlier "api-sunset-date-changed-too-small" None Narrowed "operation goes earlier than was announced";
    SunsetInvalid "api-deprecated-sunset-parse" None Changed "the date of removal is no date";
    PathRemovedWithoutDeprecation "api-path-removed-without-deprecation" None Narrowed "path removed without having been deprecated";
    PathRemovedBeforeSunset "api-path-removed-before-sunset" None Narrowed "path removed before the date that was announced";
    PathRemovedWithDeprecation "api-path-removed-with-deprecation" None Equal "deprecated path removed";
    PathSunsetInvalid "api-path-sunset-parse" None Changed "deprecated path or operation removed, and the date that was announced is no date";
    SchemeAdded "api-security-component-added" None Equal "security scheme added to the components";
    SchemeRemoved "api-security-component-removed" None Equal "security scheme removed from the components";
    Reactivated "endpoint-reactivated" None Equal "operation no longer deprecated";
    RemovedWithoutDeprecation "api-removed-without-deprecation" None Narrowed "operation removed without having been deprecated";
    RemovedBeforeSunset "api-removed-before-sunset" None Narrowed "operation removed before the date that was announced";
    RemovedSunsetUnknown "api-removed-sunset-unknown" None Undecidable "deprecated operation removed, and whether its announced date has passed is not known";
    RemovedWithDeprecation "api-removed-with-deprecation" None Equal "deprecated operation removed";
    RemovedUnstable "api-removed-while-unstable" None Equal "operation removed that was marked as unstable";
    ChangedUnstable "api-changed-while-unstable" None Equal "operation changed that was marked as unstable";
    StabilityDecreased "api-stability-decreased" None Narrowed "operation marked as less stable";
    StabilityIncreased "api-stability-increased" None Equal "operation marked as more stable";
    StabilityInvalid "api-invalid-stability-level" None Changed "the mark of stability is none of draft, alpha, beta, stable";
    WebhookAdded "webhook-added" None Widened "webhook added";
    WebhookRemoved "webhook-removed" None Narrowed "webhook removed";
    CallbackAdded "api-callback-added" None Widened "callback added";
    CallbackRemoved "api-callback-removed" None Narrowed "callback removed";
    OperationIdAdded "api-operation-id-added" None Equal "operationId added";
    OperationIdRemoved "api-operation-id-removed" None Equal "operationId removed or replaced";
    TagAdded "api-tag-added" None Equal "tag added";
    TagRemoved "api-tag-removed" None Equal "tag removed or replaced";
    ServerAdded "api-server-added" None Widened "server added";
    ServerRemoved "api-server-removed" None Narrowed "server removed";
    ServerVariableDefaultChanged "api-server-variable-default-changed" None Changed "the default of a server's variable changed";
    ServerVariableBecameEnum "api-server-variable-became-enum" None Narrowed "a server's variable restricted to a list of values";
    ServerVariableBecameNotEnum "api-server-variable-became-not-enum" None Widened "a server's variable no longer restricted to a list of values";
    ServerVariableValueAdded "api-server-variable-value-added" None Widened "value added to the list of a server's variable";
    ServerVariableValueRemoved "api-server-variable-value-removed" None Narrowed "value removed from the list of a server's variable";
    SecurityAdded "api-security-added" None Narrowed "credentials are needed now";
    SecurityRemoved "api-security-removed" None Widened "no credentials are needed any more";
    SecurityAlternativeAdded "api-security-alternative-added" None Widened "another way to authenticate is accepted";
    SecurityAlternativeRemoved "api-security-alternative-removed" None Narrowed "a way to authenticate is no longer accepted";
    SecurityScopeAdded "api-security-scope-added" None Narrowed "a further scope is needed";
    SecurityScopeRemoved "api-security-scope-removed" None Widened "a scope is no longer needed";
    GlobalSecurityAdded "api-global-security-added" None Narrowed "credentials are needed now, for the whole API";
    GlobalSecurityRemoved "api-global-security-removed" None Widened "no credentials are needed any more, for the whole API";
    GlobalSecurityAlternativeAdded "api-global-security-alternative-added" None Widened "another way to authenticate is accepted, for the whole API";
    GlobalSecurityAlternativeRemoved "api-global-security-alternative-removed" None Narrowed "a way to authenticate is no longer accepted, for the whole API";
    GlobalSecurityScopeAdded "api-global-security-scope-added" None Narrowed "a further scope is needed, for the whole API";
    GlobalSecurityScopeRemoved "api-global-security-scope-removed" None Widened "a scope is no longer needed, for the whole API";
    SchemeChanged "api-security-component-changed" None Changed "how credentials are sent changed";
    SchemeTypeChanged "api-security-component-type-changed" None Changed "the kind of credentials changed";
    SchemeDeprecated "api-security-component-deprecated" None Equal "security scheme deprecated";
    SchemeReactivated "api-security-component-reactivated" None Equal "security scheme no longer deprecated";
    FlowAdded "api-security-component-oauth-flow-added" None Widened "OAuth flow added";
    FlowRemoved "api-security-component-oauth-flow-removed" None Narrowed "OAuth flow removed";
    OauthUrlChanged "api-security-component-oauth-url-changed" None Changed "OAuth authorization address changed";
    OauthTokenUrlChanged "api-security-component-oauth-token-url-changed" None Changed "OAuth token address changed";
    OauthScopeAdded "api-security-component-oauth-scope-added" None Widened "OAuth scope added";
    OauthScopeRemoved "api-security-component-oauth-scope-removed" None Narrowed "OAuth scope removed";
    OauthScopeChanged "api-security-component-oauth-scope-changed" None Equal "OAuth scope described anew";
    FieldNotJudged "api-field-not-judged" None Undecidable "a field changed that no rule judges";
    NotFollowed "api-reference-not-followed" None Undecidable "a reference leads out of the document, or nowhere";
    SchemaRemoved "api-schema-removed" None Equal "schema removed from the components";
    ComponentRenamed "api-component-renamed" None Equal "component renamed";
    ComponentReplaced "api-component-replaced" None Equal "another component stands here, or none where one was";
    PathParameterRenamed "request-path-parameter-renamed" Request Equal "path parameter renamed";
    UnusedChanged "api-component-changed-unused" None Equal "component changed that no operation reaches";
    NewRequiredParameter "new-required-request-parameter" Request Narrowed "required parameter added";
    NewPathParameter "new-request-path-parameter" Request Narrowed "path parameter added";
    NewOptionalParameter "new-optional-request-parameter" Request Equal "optional parameter added";
    NewRequiredPathLevelParameter "new-required-request-default-parameter-to-existing-path" Request Narrowed "required parameter added to all operations of the path";
    NewOptionalPathLevelParameter "new-optional-request-default-parameter-to-existing-path" Request Equal "optional parameter added to all operations of the path";
    ParameterRemoved "request-parameter-removed" Request Equal "parameter removed";
    ParameterRemovedWithDeprecation "request-parameter-removed-with-deprecation" Request Equal "deprecated parameter removed";
    ParameterRemovedBeforeSunset "request-parameter-removed-before-sunset" Request Narrowed "parameter removed before the date that was announced";
    ParameterSunsetDeleted "request-parameter-sunset-deleted" Request Narrowed "the parameter's date of removal is no longer announced, though it stays deprecated";
    ParameterSunsetEarlier "request-parameter-sunset-date-changed-too-small" Request Narrowed "parameter goes earlier than was announced";
    ParameterSunsetInvalid "request-parameter-sunset-parse" Request Changed "the parameter's date of removal is no date";
    ParameterBecameRequired "request-parameter-became-required" Request Narrowed "parameter became required";
    ParameterBecameOptional "request-parameter-became-optional" Request Widened "parameter became optional";
    ParameterDeprecated "request-parameter-deprecated" Request Equal "parameter deprecated";
    ParameterReactivated "request-parameter-reactivated" Request Equal "parameter no longer deprecated";
    ParameterAllowReservedSet "request-parameter-allow-reserved-set" Request Widened "reserved characters may be sent as they are";
    ParameterAllowReservedUnset "request-parameter-allow-reserved-unset" Request Narrowed "reserved characters may no longer be sent as they are";
    ParameterAllowEmptySet "request-parameter-allow-empty-value-set" Request Widened "parameter may be sent without a value";
    ParameterAllowEmptyUnset "request-parameter-allow-empty-value-unset" Request Narrowed "parameter may no longer be sent without a value";
    ParameterSerializationChanged "request-parameter-serialization-changed" Request Changed "the parameter is written another way (style, explode, content)";
    ParameterFieldNotJudged "request-parameter-field-not-judged" Request Undecidable "a field of the parameter changed that no rule judges";
    BodyAddedRequired "request-body-added-required" Request Narrowed "required body added";
    BodyAddedOptional "request-body-added-optional" Request Equal "optional body added";
    BodyRemoved "request-body-removed" Request Changed "body removed";
    BodyBecameRequired "request-body-became-required" Request Narrowed "body became required";
    BodyBecameOptional "request-body-became-optional" Request Widened "body became optional";
    BodyMediaTypeAdded "request-body-media-type-added" Request Widened "media type added";
    BodyMediaTypeRemoved "request-body-media-type-removed" Request Narrowed "media type removed";
    BodyMediaTypeNameChanged "request-body-media-type-name-changed" Request Equal "parameters of the media type changed";
    BodyMediaTypeGeneralized "request-body-media-type-name-generalized" Request Widened "media type replaced by a wildcard around it";
    BodyMediaTypeSpecialized "request-body-media-type-name-specialized" Request Narrowed "wildcard replaced by one of its media types";
    BodySchemaAdded "request-body-media-type-schema-added" Request Narrowed "schema added where anything was accepted";
    BodySchemaRemoved "request-body-media-type-schema-removed" Request Widened "schema removed: anything is accepted";
    BodyEncodingGeneralized "request-body-encoding-generalized" Request Widened "more ways to write a part are accepted";
    BodyEncodingSpecialized "request-body-encoding-specialized" Request Narrowed "fewer ways to write a part are accepted";
    BodyEncodingChanged "request-body-encoding-changed" Request Changed "a part is written another way";
    BodyFieldNotJudged "request-body-field-not-judged" Request Undecidable "a field of the body changed that no rule judges";
    SuccessStatusAdded "response-success-status-added" Response Equal "success status added";
    SuccessStatusRemoved "response-success-status-removed" Response Changed "success status removed";
    OtherStatusAdded "response-non-success-status-added" Response Equal "status added";
    OtherStatusRemoved "response-non-success-status-removed" Response Equal "status removed";
    ResponseMediaTypeAdded "response-media-type-added" Response Equal "media type added";
    ResponseMediaTypeRemoved "response-media-type-removed" Response Changed "media type removed";
    ResponseMediaTypeNameChanged "response-media-type-name-changed" Response Equal "parameters of the media type changed";
    ResponseMediaTypeGeneralized "response-media-type-name-generalized" Response Widened "media type replaced by a wildcard around it";
    ResponseMediaTypeSpecialized "response-media-type-name-specialized" Response Narrowed "wildcard replaced by one of its media types";
    ResponseSchemaAdded "response-body-media-type-schema-added" Response Narrowed "schema added where nothing was said";
    ResponseSchemaRemoved "response-body-media-type-schema-removed" Response Undecidable "schema removed: nothing is said any more";
    ResponseEncodingGeneralized "response-body-encoding-generalized" Response Widened "a part may be written in more ways";
    ResponseEncodingSpecialized "response-body-encoding-specialized" Response Narrowed "a part is written in fewer ways";
    ResponseEncodingChanged "response-body-encoding-changed" Response Changed "a part is written another way";
    LinkAdded "response-link-added" Response Equal "link added";
    LinkRemoved "response-link-removed" Response Equal "link removed";
    LinkChanged "response-link-changed" Response Equal "link leads elsewhere, or with other values";
    ResponseFieldNotJudged "response-field-not-judged" Response Undecidable "a field of the response changed that no rule judges";
    HeaderAdded "response-header-added" Response Equal "header added";
    RequiredHeaderRemoved "required-response-header-removed" Response Widened "header that was always sent removed";
    OptionalHeaderRemoved "optional-response-header-removed" Response Equal "header removed";
    HeaderBecameRequired "response-header-became-required" Response Narrowed "header is always sent now";
    HeaderBecameOptional "response-header-became-optional" Response Widened "header is no longer always sent";
    HeaderSerializationChanged "response-header-serialization-changed" Response Changed "the header is written another way (style, explode, content)";
    HeaderFieldNotJudged "response-header-field-not-judged" Response Undecidable "a field of the header changed that no rule judges";
}

impl Endpoint {
    /// The rule.
    pub(in crate::openapi) fn rule(self) -> Rule {
        let (id, direction, relation, text) = self.row();
        Rule::new(id.to_owned(), direction, relation, text.to_owned())
    }
}

/// Every rule about operations.
pub(super) fn all() -> impl Iterator<Item = Rule> {
    Endpoint::ALL.iter().map(|endpoint| endpoint.rule())
}
