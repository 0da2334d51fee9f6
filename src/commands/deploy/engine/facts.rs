//! What a step, and who is told of the run, is told of it: for a step as variables beside those of the plan.

use super::Engine;
use crate::deploy::journal::Place;
use crate::deploy::state::Sight;

impl Engine<'_> {
    /// The variables, each with its value; one that is not known is empty.
    pub(super) fn told(&self, place: Option<&Place>) -> Vec<(&'static str, String)> {
        let (plan, facts) = (self.view.plan, self.view.facts);
        let state = self.state.borrow();
        let job = place.map(|place| place.job.as_str());
        let sight = Sight { job, ..Sight::default() };
        let render = |text: &str| self.view.render(&state, text, sight).unwrap_or_default();
        let own = job.and_then(|job| plan.job(job)?.environment.as_ref());
        let any = || plan.jobs.iter().find_map(|(_, job)| job.environment.as_ref());
        let url = own.or_else(any).and_then(|one| one.url.as_ref()).map(|url| render(url)).unwrap_or_default();
        let named = own.map(|own| render(&own.name)).filter(|name| !name.trim().is_empty());
        let named = named.or_else(|| state.environments(self.view).next()).unwrap_or_default();
        let window = plan.window.as_ref().map(|window| {
            let zone = window.timezone.0.iana_name().unwrap_or_default();
            let clock = |clock: crate::deploy::plan::Clock| clock.0.strftime("%H:%M").to_string();
            format!("{}–{} {zone}", clock(window.start), clock(window.end))
        });
        let sent = place.and_then(|place| state.sent.get(place)).into_iter().flatten();
        let sent = sent.map(String::as_str).collect::<Vec<_>>().join(",");
        vec![
            ("ZARPE_RUN", facts.run_id.clone()),
            ("ZARPE_PLAN", plan.name.as_ref().map(|name| render(name)).unwrap_or_default()),
            ("ZARPE_VERSION", facts.inputs.get("version").cloned().unwrap_or_default()),
            ("ZARPE_ENVIRONMENT", named),
            ("ZARPE_SERVICE", state.service(Some(self.view)).unwrap_or_default().to_owned()),
            ("ZARPE_ENVIRONMENT_URL", url),
            ("ZARPE_PREVIOUS", facts.previous_tag.clone().unwrap_or_default()),
            ("ZARPE_CONDITION", state.condition().word().to_owned()),
            ("ZARPE_WINDOW", window.unwrap_or_default()),
            ("ZARPE_SENT", sent),
        ]
    }
}
