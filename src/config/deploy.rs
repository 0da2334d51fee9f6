//! `deploy` of `zarpe.yml`: who is told where a deployment needs people.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::steps::notice::Target;

/// What holds for every deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deploy {
    /// Who is told when a run fails, waits for a person, is taken back, or leaves maintenance on.
    pub notify: Notify,
}

/// Who is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Notify {
    /// To whom, as `to` of `zarpe/notify`: `slack:VARIABLE`, `teams:VARIABLE`, `discord:VARIABLE` or `webhook:VARIABLE`, where the
    /// variable holds the address, or `mailto:ADDRESS`, by SMTP_URL and SMTP_FROM.
    pub to: Vec<Target>,
}
