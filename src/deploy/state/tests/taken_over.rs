//! When what a run deploys took over.

use test_case::test_case;

use super::*;

const TWO: &str = "
  page: {environment: prod, steps: [{id: close, run: x}]}
  switch: {environment: ENVIRONMENT, needs: page, steps: [{id: up, run: x}]}
  watch: {needs: switch, steps: [{id: look, run: x}]}
";

/// From the first command of the jobs of one environment, wherever in the plan its name is written, to the end of the last of them.
#[test_case("prod" => Some((2, 8)); "two jobs of one environment")]
#[test_case("{name: prod, url: 'https://x.example'}" => Some((2, 8)); "one of which says its address")]
#[test_case("other" => Some((6, 8)); "each job has its own")]
fn the_time_of_all_jobs_of_the_environment(environment: &str) -> Option<(i64, i64)> {
    let plan = plan(&TWO.replace("ENVIRONMENT", environment));
    let mut state = State::default();
    let mut at = 0;
    let mut apply = |event| {
        at += 1;
        state.apply(Timestamp::from_second(at).unwrap(), 1, &event);
    };
    for (job, step) in [("page", "close"), ("switch", "up"), ("watch", "look")] {
        let place = Place { job: job.to_owned(), step: step.to_owned(), part: Part::Steps };
        apply(Event::JobStarted { job: job.to_owned() });
        apply(Event::StepStarted { place: place.clone(), r#try: 1 });
        apply(Event::StepSettled { place, outcome: Outcome::Success, by: "test".to_owned() });
        apply(Event::JobFinished {
            job: job.to_owned(),
            result: Outcome::Success,
            outputs: [].into(),
            withheld: [].into(),
        });
    }
    state.taken_over(&plan).map(|time| (time.from.as_second(), time.to.as_second()))
}
