//! What a rollback stops, what counts as one, and what is left in maintenance by it.

use proptest::prelude::*;
use test_case::test_case;

use super::*;

/// A job with a rollback, whose first step is this, and jobs that stand on it.
fn stood_on(first: &str) -> Plan {
    plan(&format!(
        "
  a: {{steps: [{{id: deploy, run: x, done-if: z}}], rollback: [{first}{{id: restore, run: x, idempotent: true}}, {{id: verify, run: x, idempotent: true}}]}}
  c:
    needs: a
    steps:
      - {{id: go, uses: zarpe/sign, role: boss}}
      - {{id: more, run: x, done-if: z}}
      - {{id: most, run: x, idempotent: true, if: always()}}
  d: {{needs: c, steps: [{{id: switch, run: x, done-if: z}}]}}
  b: {{needs: a, steps: [{{id: smoke, run: x, idempotent: true}}]}}
  e: {{needs: b, if: failure(), steps: [{{id: tell, run: x, idempotent: true}}]}}
"
    ))
}

fn requested(run: &mut Run<'_>, job: &str) {
    let event = Event::RollbackRequested { job: job.to_owned(), by: "b".to_owned(), lost_minutes: None };
    assert!(run.write(&mut World::default(), event).is_ok());
}

fn job<'s>(run: &'s Run<'_>, id: &str) -> &'s JobState {
    run.state.jobs.get(id).unwrap()
}

#[test_case(false, true; "signed, then asked for")]
#[test_case(false, false; "asked for, then signed")]
#[test_case(true, true; "signed before the sign-off that decides")]
#[test_case(true, false; "signed after the sign-off that decides")]
fn no_job_goes_on_with_what_is_taken_back(decides: bool, first: bool) {
    let plan = stood_on(if decides { "{id: decide, uses: zarpe/sign, role: boss}, " } else { "" });
    let (mut run, mut world) = (Run::new(&plan), failing("b/smoke", 9));
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.len() == 2));
    let asked = |run: &mut Run<'_>| if decides { sign(run, "decide") } else { requested(run, "a") };
    if first {
        sign(&mut run, "go");
        asked(&mut run);
    } else {
        asked(&mut run);
        sign(&mut run, "go");
    }
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    // Nor in the next process, nor where what failed is wanted again.
    run = run.resumed(2);
    assert_eq!(run.state.need_taken_back(&plan, "b"), Some("a"));
    assert!(run.write(&mut world, Event::JobReopened { job: "d".to_owned() }).is_ok());
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    let mut effects: Vec<&str> = world.effects.keys().map(String::as_str).collect();
    // What is there for failures is told of this one.
    assert!(effects.contains(&"e/tell"), "{effects:?}");
    effects.retain(|effect| !effect.starts_with("a/") && *effect != "e/tell");
    assert_eq!((effects, world.over), (vec![], false));
    assert_eq!(["c", "d"].map(|id| job(&run, id).dropped.as_deref()), [Some("a"); 2]);
    assert_eq!(["c", "d"].map(|id| job(&run, id).result), [Some(Outcome::Cancelled), Some(Outcome::Skipped)]);
}

#[test]
fn a_rollback_begins_when_no_command_runs_that_goes_on_with_it() {
    let plan = stood_on("");
    let (mut run, mut world) = (Run::new(&plan), failing("b/smoke", 9));
    assert!(run.drive(&mut world).is_ok());
    let place = find(&plan, "more").remove(0);
    assert!(run.write(&mut world, Event::StepStarted { place: place.clone(), r#try: 1 }).is_ok());
    requested(&mut run, "a");
    let view = View { plan: run.plan, facts: &run.facts };
    assert_eq!(run.state.decide(view, "b"), Decision::Blocked);
    // One that was lost with its process has ended: the engine has waited for it.
    run = run.resumed(2);
    requested(&mut run, "a");
    let view = View { plan: run.plan, facts: &run.facts };
    assert_eq!(run.state.decide(view, "b"), Decision::BeginRollback("a".to_owned()));
}

#[test_case("{id: restore, if: failure(), run: x}"; "failure asks about the rollback's own steps")]
#[test_case("{id: restore, if: 'false', run: x}, {id: verify, if: 'false', run: x}"; "each is needless")]
#[test_case("{id: decide, uses: zarpe/sign, role: boss}, {id: restore, if: 'false', run: x}"; "a decision alone")]
fn a_rollback_of_which_nothing_ran_takes_nothing_back(steps: &str) {
    let plan = plan(&format!("{}    rollback: [{steps}]\n", ASKED.trim_end_matches(' ')));
    let (mut run, mut world) = (Run::new(&plan), failing("window/migrate", 9));
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.len() == 1));
    if steps.contains("decide") {
        sign(&mut run, "decide")
    } else {
        requested(&mut run, "window")
    }
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!((job(&run, "window").rollback, world.maintenance), (Some(Outcome::Failure), true));
    assert!(!run.state.is_rolled_back("window") && run.state.result(View { plan: &plan, facts: &run.facts }).is_none());
    // Who did it by hand says so.
    let place = find(&plan, "restore").remove(0);
    assert!(run.state.may_be_settled(&place));
    let event = Event::StepSettled { place, outcome: Outcome::Success, by: "ana".to_owned() };
    assert!(run.write(&mut world, event).is_ok());
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!((job(&run, "window").rollback, world.maintenance), (Some(Outcome::Success), false));
}

#[test_case(9, true; "it failed half way")]
#[test_case(0, false; "it was done")]
fn maintenance_is_not_lifted_over_the_failed_rollback_of_a_job_before(times: u32, stays_on: bool) {
    let plan = plan(
        "  a: {steps: [{id: migrate, run: x}], rollback: [{id: restore, run: x}]}\n  b:\n    needs: a\n    steps:\n      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}\n      - {id: next, run: x}\n",
    );
    let mut world = World { maintenance: true, ..failing("b/on", 9) };
    world.fails.insert("a/rollback/restore".to_owned(), times);
    let mut run = Run::new(&plan);
    assert!(run.drive(&mut world).is_ok_and(|waits| matches!(waits.as_slice(), [Decision::Decide(_)])));
    requested(&mut run, "a");
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!((world.maintenance, run.state.left_cleanups().len()), (stays_on, usize::from(stays_on)));
}

#[test_case("{id: s, uses: zarpe/sign, role: boss}, {id: x, run: x}", 0 => false; "a sign-off is waited for")]
#[test_case("{id: s, uses: zarpe/sign, role: boss}, {id: x, if: 'false', run: x}", 1 => false; "it is signed, and nothing done")]
#[test_case("{id: s, uses: zarpe/sign, role: boss}, {id: x, run: x}", 1 => true; "a step was done")]
#[test_case("{id: s, uses: zarpe/sign, role: boss}", 1 => true; "people do what they sign")]
#[test_case("{id: s, uses: zarpe/sign, role: boss}", 0 => false; "nobody has signed")]
fn what_can_be_taken_back_of_a_job(steps: &str, signatures: usize) -> bool {
    let plan = plan(&format!("  a: {{steps: [{steps}], rollback: [{{id: r, run: x}}]}}\n"));
    let (mut run, mut world) = (Run::new(&plan), World::default());
    assert!(run.drive(&mut world).is_ok());
    (0..signatures).for_each(|_| sign(&mut run, "s"));
    assert!(run.drive(&mut world).is_ok());
    run.state.has_begun_work(&plan, "a")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2 * ProptestConfig::default().cases))]

    /// Whatever fails, wherever the process dies, and whatever people sign and ask for: no step begins on what is taken back.
    #[test]
    fn nothing_begins_on_what_is_taken_back(
        decides in prop::bool::ANY,
        fails in prop::collection::vec((0usize..5, 1u32..3), 0..4),
        words in prop::collection::vec((0u8..6, deaths()), 1..8),
    ) {
        let plan = stood_on(if decides { "{id: decide, uses: zarpe/sign, role: boss}, " } else { "" });
        let names = ["b/smoke", "c/more", "c/most", "a/rollback/restore", "d/switch"];
        let fails = fails.into_iter().map(|(which, times)| (names[which].to_owned(), times)).collect();
        let (mut run, mut world) = (Run::new(&plan), World { fails, ..World::default() });
        let _ = run.drive(&mut world);
        for (at, (word, death)) in words.into_iter().enumerate() {
            run = if run.events.is_empty() { Run::new(&plan) } else { run.resumed(at as u32 + 2) };
            let known = run.state.jobs.get("a").cloned().unwrap_or_default();
            match word {
                1 => sign(&mut run, "go"),
                2 if decides => sign(&mut run, "decide"),
                3 if known.result.is_some() && known.rollback != Some(Outcome::Success) => requested(&mut run, "a"),
                4 if run.state.need_taken_back(&plan, "b").is_none() && run.state.jobs.get("b").is_some_and(|job| job.result == Some(Outcome::Failure)) => {
                    let event = Event::JobReopened { job: "b".to_owned() };
                    let is_written = run.write(&mut World::default(), event).is_ok();
                    prop_assert!(is_written);
                }
                5 if at > 4 => {
                    let event = Event::RunCancelled { by: "b".to_owned() };
                    let is_written = run.write(&mut World::default(), event).is_ok();
                    prop_assert!(is_written);
                }
                _ => {}
            }
            world.left = death;
            let _ = run.drive(&mut world);
            prop_assert!(!world.over, "{:#?}", run.events);
        }
    }
}
