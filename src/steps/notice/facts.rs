//! What a notice knows of the run that it is about.

use serde::Serialize;

/// What a notice knows; empty where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The run.
    pub run: String,
    /// The plan's name.
    pub plan: String,
    /// The version that is deployed.
    pub version: String,
    /// The environment.
    pub environment: String,
    /// The service in it, where each is deployed for itself.
    pub service: String,
    /// The version that was deployed before.
    pub previous: String,
    /// The hours of the window.
    pub window: String,
    /// The address of the environment.
    pub url: String,
    /// How the run leaves the service so far: `open`, `running`, `maintenance`, `taken-back` or `failed`.
    pub condition: String,
    /// When the notice was made, ISO 8601.
    pub now: String,
    /// What happened, a line each; a run tells it where it tells people by itself.
    pub details: String,
}

impl Facts {
    /// The variables in which a deployment tells them.
    pub const VARIABLES: [&'static str; 9] = [
        "ZARPE_RUN",
        "ZARPE_PLAN",
        "ZARPE_VERSION",
        "ZARPE_ENVIRONMENT",
        "ZARPE_SERVICE",
        "ZARPE_PREVIOUS",
        "ZARPE_WINDOW",
        "ZARPE_ENVIRONMENT_URL",
        "ZARPE_CONDITION",
    ];

    /// The variable that has the ids of the notices that the step has sent before, with commas between them.
    pub const SENT: &'static str = "ZARPE_SENT";

    /// The facts by these variables.
    pub fn read(value: impl Fn(&str) -> Option<String>, now: String) -> Self {
        let [run, plan, version, environment, service, previous, window, url, condition] =
            Self::VARIABLES.map(|name| value(name).unwrap_or_default());
        Self { run, plan, version, environment, service, previous, window, url, condition, now, details: String::new() }
    }
}
