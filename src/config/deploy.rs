//! `deploy` of `zarpe.yml`: what holds for every deployment.

use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::deploy::plan::Span;
use crate::steps::notice::Target;

/// How long a lock is watched, where nothing else is said.
const WATCH: Duration = Duration::from_secs(120);

/// What holds for every deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Deploy {
    /// Who is told when a run fails, waits for a person, is taken back, or leaves maintenance on.
    pub notify: Notify,
    /// The file that says whose each SSH key is (ssh-keygen(1), ALLOWED SIGNERS), from the top of the work tree; default:
    /// `.github/allowed_signers`. A sign-off holds by this file alone, whoever names another one.
    pub signers: Option<String>,
    /// How long the lock of a run is watched that another machine has not renewed for ten minutes, before its process counts as lost;
    /// default: 2m. One at work renews it twice in that time; with `0` the clocks of the machines are believed.
    pub watch_lock: Option<Span>,
}

impl Deploy {
    /// The file that says whose each SSH key is, from the top of the work tree.
    #[must_use]
    pub fn signers(&self) -> &str {
        self.signers.as_deref().unwrap_or(".github/allowed_signers")
    }

    /// How long a lock is watched before its process counts as lost.
    #[must_use]
    pub fn watch_lock(&self) -> Duration {
        self.watch_lock.map_or(WATCH, |span| span.0)
    }

    /// How long a process works on before it renews its lock.
    #[must_use]
    pub fn renew_lock(&self) -> Duration {
        let watch = self.watch_lock();
        if watch.is_zero() { WATCH / 2 } else { watch.min(WATCH) / 2 }
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
