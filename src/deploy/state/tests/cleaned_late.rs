//! Clean-ups that fail: they are tried again, in their order, and what they kept goes on.

use test_case::test_case;

use super::*;

const ONE: &str = "
  a:
    environment: prod
    steps:
      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}
      - {id: switch, run: x}
  b: {needs: a, steps: [{id: tag, run: x, done-if: z}]}
  c: {needs: b, if: failure(), steps: [{id: tell, run: x, done-if: z}]}
";

/// It fails once or twice, the process that tries it again dies somewhere, and once a person lets it run.
#[test_case(1, false; "the next process tries it again")]
#[test_case(2, false; "and so does the one after it")]
#[test_case(2, true; "where a person lets it run")]
fn a_job_whose_clean_up_alone_failed_succeeds_with_it(times: u32, lifts: bool) {
    let plan = plan(ONE);
    for death in [None].into_iter().chain((0..14).map(Some)) {
        let (mut run, mut world) = (Run::new(&plan), failing("a/post/on", times));
        assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
        assert_eq!(run.state.jobs["a"].result, Some(Outcome::Failure));
        assert!(world.maintenance && !world.effects.contains_key("b/tag") && !run.state.is_deployed(&plan));
        for attempt in 2..5 {
            run = run.resumed(attempt);
            if lifts && attempt == 2 {
                let event = Event::CleanupReleased { place: find(&plan, "on").remove(0), by: "b".to_owned() };
                assert!(run.write(&mut world, event).is_ok());
            }
            world.left = death.filter(|_| attempt == 2);
            let _ = run.drive(&mut world);
        }
        let results: Vec<Option<Outcome>> = run.results().into_iter().map(|(_, result)| result).collect();
        assert_eq!(results[..2], [Some(Outcome::Success); 2], "{death:?} {:#?}", run.events);
        assert!(!world.maintenance && run.state.is_deployed(&plan));
        assert_eq!([world.effects["b/tag"], world.effects["a/switch"]], [1, 1]);
    }
}

#[test_case("  a:\n    steps:\n", "a/switch", 9; "a step failed")]
#[test_case("  a:\n    rollback: [{id: back, run: x}]\n    steps:\n", "a/post/on", 0; "all went well")]
fn a_clean_up_makes_no_success_of_what_failed(head: &str, fails: &str, times: u32) {
    let steps = "      - {id: on, run: x, idempotent: true, post: y}\n      - {id: switch, run: x}\n";
    let plan = plan(&format!("{head}{steps}"));
    let (mut run, mut world) = (Run::new(&plan), failing(fails, times));
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    run = run.resumed(2);
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    let result = if times == 0 { Outcome::Success } else { Outcome::Failure };
    assert_eq!((run.state.jobs["a"].result, world.maintenance), (Some(result), false));
}

/// Maintenance around a database that is read-only for a while: it is not lifted while that is so.
#[test_case("", 1; "after the steps")]
#[test_case("a/switch", 1; "after a rollback")]
fn an_outer_clean_up_waits_for_the_inner_one(fails: &str, times: u32) {
    let inner = "{id: read-only, run: x, idempotent: true, post: y, post-if: safe()}";
    let (within, back) = if fails.is_empty() { (inner, "") } else { ("{id: none, run: x}", inner) };
    let rollback =
        if back.is_empty() { String::new() } else { format!("    rollback: [{back}, {{id: restore, run: x}}]\n") };
    let plan = plan(&format!(
        "  a:\n    steps:\n      - {{id: on, run: x, idempotent: true, post: y, post-if: safe()}}\n      - {within}\n      - {{id: switch, run: x}}\n{rollback}"
    ));
    let (mut run, mut world) = (Run::new(&plan), World::default());
    world.fails.extend([
        (fails.to_owned(), 9),
        ("a/post/read-only".to_owned(), times),
        ("a/rollback-post/read-only".to_owned(), times),
    ]);
    assert!(run.drive(&mut world).is_ok());
    if !back.is_empty() {
        let event = Event::RollbackRequested { job: "a".to_owned(), by: "b".to_owned(), lost_minutes: None };
        assert!(run.write(&mut world, event).is_ok());
        assert!(run.drive(&mut world).is_ok());
    }
    assert_eq!((world.maintenance, run.state.left_cleanups().len()), (true, 2), "{:#?}", run.events);
    run = run.resumed(2);
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!((world.maintenance, run.state.left_cleanups().len()), (false, 0), "{:#?}", run.events);
}

/// What a text says is what a condition says: maintenance is lifted by one exactly where it is by the other.
#[test_case("", "a/post/on" => (true, true, false); "all went well")]
#[test_case("a/switch", "a/post/on" => (false, false, true); "a step failed")]
#[test_case("a/on", "a/post/on" => (false, true, true); "nothing came after it")]
fn the_status_of_a_text_is_that_of_a_condition(fails: &str, cleanup: &str) -> (bool, bool, bool) {
    let text = "  a:\n    steps:\n      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}\n      - {id: switch, run: x, idempotent: true, done-if: z}\n";
    let plan = plan(text);
    let (mut run, mut world) = (Run::new(&plan), World { maintenance: true, ..failing(fails, 9) });
    assert!(run.drive(&mut world).is_ok());
    let place = run.state.jobs["a"].cleanups[0].clone();
    assert_eq!(place.to_string(), cleanup);
    let status = run.state.status_at(View { plan: &plan, facts: &run.facts }, &place);
    assert_eq!(world.maintenance, !status.safe);
    (status.success, status.safe, status.failure)
}
