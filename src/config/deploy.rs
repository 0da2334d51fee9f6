//! `deploy` of `zarpe.yml`: what holds for every deployment.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::steps::notice::Target;

/// What holds for every deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deploy {
    /// Who is told when a run fails, waits for a person, is taken back, or leaves maintenance on.
    pub notify: Notify,
    /// The file that says whose each SSH key is (ssh-keygen(1), ALLOWED SIGNERS), from the top of the work tree; default:
    /// `.github/allowed_signers`. A sign-off holds by this file alone, whoever names another one.
    pub signers: Option<String>,
}

impl Deploy {
    /// The file that says whose each SSH key is, from the top of the work tree.
    #[must_use]
    pub fn signers(&self) -> &str {
        self.signers.as_deref().unwrap_or(".github/allowed_signers")
    }
}

/// Who is told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Notify {
    /// To whom, as `to` of `zarpe/notify`: `slack:VARIABLE`, `teams:VARIABLE`, `discord:VARIABLE` or `webhook:VARIABLE`, where the
    /// variable holds the address, or `mailto:ADDRESS`, by SMTP_URL and SMTP_FROM.
    pub to: Vec<Target>,
}
