//! Runs without a world: every command is a number, and the process may die before and after each line of the journal.

mod cleaned_late;
mod taken_back;
mod taken_over;

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use test_case::test_case;

use super::*;
use crate::deploy::journal::{End, Event, Outcome, Started, Who};

/// What the commands do, and what came of it.
#[derive(Default)]
struct World {
    /// Steps that fail, each so many times.
    fails: BTreeMap<String, u32>,
    /// How often each command took effect.
    effects: BTreeMap<String, u32>,
    /// Whether maintenance is on; `on` and its clean-up say it.
    maintenance: bool,
    /// How many more lines and effects there are until the process dies.
    left: Option<u32>,
    /// What was begun after `on` and is not done; a rollback that is done takes all of it back.
    half: std::collections::BTreeSet<String>,
    /// Whether maintenance was lifted over any of it.
    lifted_over: bool,
    /// Steps that cannot be begun.
    never: std::collections::BTreeSet<String>,
    /// Whether a step began of a job that stands on what is taken back, or was.
    over: bool,
}

struct Died;

struct Run<'p> {
    plan: &'p Plan,
    facts: Facts,
    events: Vec<Event>,
    state: State,
}

impl<'p> Run<'p> {
    fn new(plan: &'p Plan) -> Self {
        Self { plan, facts: Facts::default(), events: Vec::new(), state: State::default() }
    }

    fn tick(world: &mut World) -> Result<(), Died> {
        match world.left.as_mut() {
            Some(0) => Err(Died),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn write(&mut self, world: &mut World, event: Event) -> Result<(), Died> {
        Self::tick(world)?;
        self.state.apply(Timestamp::UNIX_EPOCH, self.state.attempt.max(1), &event);
        self.events.push(event);
        Ok(())
    }

    /// Another process: it knows the journal and nothing else.
    fn resumed(self, attempt: u32) -> Self {
        let mut run = Run::new(self.plan);
        for event in self.events {
            run.state.apply(Timestamp::UNIX_EPOCH, attempt - 1, &event);
            run.events.push(event);
        }
        let event = resumed("p", None);
        run.state.apply(Timestamp::UNIX_EPOCH, attempt, &event);
        run.events.push(event);
        run
    }

    fn command(&mut self, world: &mut World, place: &Place) -> Result<Outcome, Died> {
        let name = place.to_string();
        let begun_behind = self.state.jobs.get(&place.job).map(|job| &job.begun_behind);
        let need = self.state.need_taken_back(self.plan, &place.job);
        let goes_back = need.is_some_and(|need| begun_behind.is_none_or(|behind| !behind.contains(need)));
        world.over |= place.part == Part::Steps && goes_back;
        let left = world.fails.get_mut(&name).filter(|left| **left > 0);
        let fails = left.map(|left| *left -= 1).is_some();
        if matches!(place.part, Part::Steps | Part::Rollback) && !matches!(place.step.as_str(), "on" | "off" | "before")
        {
            world.half.insert(name.clone());
        }
        if !fails {
            Self::tick(world)?;
            world.half.remove(&name);
            *world.effects.entry(name).or_default() += 1;
            match (place.step.as_str(), place.part) {
                ("on", Part::Steps | Part::Rollback) => world.maintenance = true,
                ("on", Part::Post | Part::RollbackPost) | ("off", Part::Steps) => {
                    world.lifted_over |= !world.half.is_empty();
                    world.maintenance = false;
                }
                ("verify", Part::Rollback) => world.half.clear(),
                _ => {}
            }
        }
        Ok(if fails { Outcome::Failure } else { Outcome::Success })
    }

    /// Goes on until nothing is left or everything waits; what waits is given.
    fn drive(&mut self, world: &mut World) -> Result<Vec<Decision>, Died> {
        if self.events.is_empty() {
            let started = Started { plan_sha256: "p".to_owned(), ..Started::default() };
            self.write(world, Event::RunStarted(Box::new(started)))?;
        }
        loop {
            let mut waits = Vec::new();
            let mut moved = false;
            for (id, _) in self.plan.jobs.iter() {
                let job = id.as_str().to_owned();
                let decision = self.state.decide(View { plan: self.plan, facts: &self.facts }, &job);
                match self.act(world, &job, decision)? {
                    Some(waiting) => waits.push(waiting),
                    None => moved = true,
                }
            }
            if !moved {
                return Ok(waits
                    .into_iter()
                    .filter(|one| !matches!(one, Decision::Ended | Decision::Blocked))
                    .collect());
            }
        }
    }

    fn act(&mut self, world: &mut World, job: &str, decision: Decision) -> Result<Option<Decision>, Died> {
        let job = job.to_owned();
        let finished = |place, end, outcome| Event::StepFinished {
            place,
            end,
            outcome,
            outputs: [].into(),
            withheld: [].into(),
            log_sha256: None,
            note: None,
        };
        let event = match decision {
            Decision::End { .. } if self.state.jobs.get(&job).is_some_and(|job| job.result.is_some()) => {
                let Decision::End { result, outputs } = decision else { return Ok(None) };
                for job in self.state.skipped_behind(self.plan, &job) {
                    self.write(world, Event::JobReopened { job })?;
                }
                Event::JobFinished { job, result, outputs, withheld: [].into() }
            }
            Decision::Begin => Event::JobStarted { job },
            Decision::Drop(taken_back) => Event::JobDropped { job, taken_back },
            Decision::End { result, outputs } => Event::JobFinished { job, result, outputs, withheld: [].into() },
            Decision::Register(place) => Event::CleanupRegistered { place },
            Decision::Skip(place) => Event::StepSkipped { place },
            Decision::Signed(place) => finished(place, End::Unseen, Outcome::Success),
            Decision::BeginRollback(job) => Event::RollbackStarted { job },
            Decision::EndRollback { job, result } => {
                if result == Outcome::Success {
                    for job in self.state.skipped_as_unsafe(self.plan, &job) {
                        self.write(world, Event::JobReopened { job })?;
                    }
                }
                Event::RollbackFinished { job, result }
            }
            Decision::Broken { place, .. } => finished(place, End::NotStarted, Outcome::Failure),
            Decision::Probe(place) => {
                let done = world.effects.contains_key(&place.to_string());
                let outcome = if done { Outcome::Success } else { Outcome::Failure };
                Event::StepSettled { place, outcome, by: "done-if".to_owned() }
            }
            Decision::Run { place, r#try, .. } => {
                self.write(world, Event::StepStarted { place: place.clone(), r#try })?;
                if world.never.contains(&place.to_string()) {
                    self.write(world, finished(place, End::NotStarted, Outcome::Failure))?;
                    return Ok(None);
                }
                let outcome = self.command(world, &place)?;
                finished(place, End::Code(0), outcome)
            }
            other => return Ok(Some(other)),
        };
        self.write(world, event)?;
        Ok(None)
    }

    fn results(&self) -> Vec<(String, Option<Outcome>)> {
        self.plan
            .jobs
            .iter()
            .map(|(id, _)| (id.as_str().to_owned(), self.state.jobs.get(id.as_str()).and_then(|job| job.result)))
            .collect()
    }
}

/// A process goes on by this plan, and by another commit where one is named.
fn resumed(plan: &str, sha: Option<&str>) -> Event {
    let (plan_sha256, sha) = (plan.to_owned(), sha.map(str::to_owned));
    Event::RunResumed { who: Who::default(), plan_sha256, lock_nonce: None, issue: None, sha }
}

fn plan(jobs: &str) -> Plan {
    Plan::parse("p", &format!("roles: {{boss: '@b'}}\njobs:\n{jobs}")).unwrap()
}

const WINDOW: &str = "
  before: {steps: [{id: save, run: x, idempotent: true}]}
  window:
    needs: before
    steps:
      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}
      - {id: migrate, run: x, done-if: z}
      - {id: up, run: x, idempotent: true, retry: {attempts: 2}}
      - {id: smoke, run: x, idempotent: true}
    rollback:
      - {id: decide, uses: zarpe/sign, role: boss}
      - {id: restore, run: x, idempotent: true}
  after: {needs: window, steps: [{id: tell, run: x, done-if: z}]}
";

fn failing(name: &str, times: u32) -> World {
    World { fails: [(name.to_owned(), times)].into(), ..World::default() }
}

fn sign(run: &mut Run<'_>, step: &str) {
    sign_for(run, step, "p");
}

fn sign_for(run: &mut Run<'_>, step: &str, plan: &str) {
    let place = find(run.plan, step).remove(0);
    let event = Event::Signed {
        place,
        role: "boss".to_owned(),
        member: None,
        login: "b".to_owned(),
        proof: crate::deploy::journal::Proof::Token,
        plan_sha256: plan.to_owned(),
        evidence: None,
        signature: None,
        source: None,
        at: None,
    };
    run.state.apply(Timestamp::UNIX_EPOCH, 1, &event);
    run.events.push(event);
}

#[test]
fn all_goes_well() {
    let plan = plan(WINDOW);
    let (mut run, mut world) = (Run::new(&plan), failing("window/up", 1));
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert!(run.results().iter().all(|(_, result)| *result == Some(Outcome::Success)), "{:?}", run.results());
    assert!(!world.maintenance);
    assert_eq!(world.effects.values().copied().max(), Some(1));
}

#[test]
fn a_failure_waits_for_the_decision_with_maintenance_on_and_the_rollback_lifts_it() {
    let plan = plan(WINDOW);
    let (mut run, mut world) = (Run::new(&plan), failing("window/smoke", 9));
    let Ok(waits) = run.drive(&mut world) else { panic!("it does not die") };
    assert!(matches!(waits.as_slice(), [Decision::Sign(place)] if place.step == "decide"), "{waits:?}");
    assert!(world.maintenance && !world.effects.contains_key("window/rollback/restore"));
    sign(&mut run, "decide");
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert!(!world.maintenance && world.effects.contains_key("window/rollback/restore"));
    let results: Vec<Option<Outcome>> = run.results().into_iter().map(|(_, result)| result).collect();
    assert_eq!(results, [Some(Outcome::Success), Some(Outcome::Failure), Some(Outcome::Skipped)]);
}

#[test]
fn a_later_failure_offers_the_rollback_of_the_job_before() {
    let plan = plan(WINDOW);
    let (mut run, mut world) = (Run::new(&plan), failing("after/tell", 9));
    let Ok(waits) = run.drive(&mut world) else { panic!("it does not die") };
    assert!(matches!(waits.as_slice(), [Decision::Sign(place)] if place.job == "window"), "{waits:?}");
    assert!(!world.maintenance);
    sign(&mut run, "decide");
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert!(world.effects.contains_key("window/rollback/restore"));
}

#[test_case("window/on", false; "nothing after it was started")]
#[test_case("window/migrate", true; "what came after it failed")]
fn maintenance_without_a_rollback(fails: &str, stays_on: bool) {
    let without: String = WINDOW
        .lines()
        .filter(|line| !line.contains("decide") && !line.contains("restore") && !line.contains("rollback"))
        .map(|line| format!("{line}\n"))
        .collect();
    let plan = plan(&without);
    let (mut run, mut world) = (Run::new(&plan), failing(fails, 9));
    world.maintenance = true;
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!((world.maintenance, run.state.left_cleanups().len()), (stays_on, usize::from(stays_on)));
    let place = find(&plan, "on").remove(0);
    run.state.apply(Timestamp::UNIX_EPOCH, 1, &Event::CleanupReleased { place, by: "b".to_owned() });
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert!(!world.maintenance && run.state.left_cleanups().is_empty());
}

/// What the condition of a clean-up cannot answer holds it back only where it asks whether that is safe.
#[test_case("always() && fromJSON(safe())", true; "it asks")]
#[test_case("always() && fromJSON('safe')", false; "a text is no question")]
fn a_clean_up_whose_condition_has_no_answer(condition: &str, stays_on: bool) {
    let text = format!(
        "  a:\n    steps:\n      - {{id: on, run: x, idempotent: true, post: y, post-if: \"{condition}\"}}\n      - {{id: x, run: x}}\n"
    );
    let plan = plan(&text);
    let (mut run, mut world) = (Run::new(&plan), failing("a/x", 9));
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!(world.maintenance, stays_on);
}

/// The process dies at every place, and again at every place of the next one: the end is that of a run that never died, and
/// what must not be done twice was done once.
#[test_case("", 0; "all goes well")]
#[test_case("window/up", 1; "a try fails")]
#[test_case("window/smoke", 9; "a rollback")]
fn killed_anywhere_it_ends_the_same(fails: &str, times: u32) {
    let plan = plan(WINDOW);
    let whole = |deaths: &[u32]| {
        let (mut run, mut world) = (Run::new(&plan), failing(fails, times));
        let (mut attempt, mut signed, mut deaths) = (1, false, deaths.iter());
        world.left = deaths.next().copied();
        loop {
            match run.drive(&mut world) {
                Err(Died) => {}
                Ok(waits) if waits.is_empty() => break,
                Ok(waits) if !signed && matches!(waits.as_slice(), [Decision::Sign(_)]) => {
                    sign(&mut run, "decide");
                    signed = true;
                    continue;
                }
                Ok(waits) => panic!("{waits:?}"),
            }
            attempt += 1;
            world.left = deaths.next().copied();
            // One that died before its first line is none.
            run = if run.events.is_empty() { Run::new(&plan) } else { run.resumed(attempt) };
        }
        let effects: Vec<(String, bool)> = world.effects.keys().map(|name| (name.clone(), true)).collect();
        let twice = ["window/migrate", "after/tell"].map(|name| world.effects.get(name).copied().unwrap_or_default());
        assert!(twice.iter().all(|times| *times <= 1), "{twice:?}");
        (run.results(), effects, world.maintenance, attempt)
    };
    let (results, effects, maintenance, _) = whole(&[]);
    let mut deaths = 0;
    for first in 0..80 {
        for second in [None, Some(0), Some(1), Some(3), Some(7)] {
            let died: Vec<u32> = [first].into_iter().chain(second).collect();
            let (again, done, still, attempts) = whole(&died);
            assert_eq!((&again, &done, still), (&results, &effects, maintenance), "{died:?}");
            deaths += attempts - 1;
        }
    }
    assert!(deaths > 150, "{deaths}");
}

#[test]
fn what_cannot_be_told_waits_for_a_person_and_is_never_done_again() {
    let plan = plan("  a: {steps: [{id: pay, run: x}, {id: next, run: x}]}\n");
    let (mut run, mut world) = (Run::new(&plan), World { left: Some(3), ..World::default() });
    assert!(run.drive(&mut world).is_err());
    world.left = None;
    run = run.resumed(2);
    let Ok(waits) = run.drive(&mut world) else { panic!("it does not die") };
    let [Decision::Person(place)] = waits.as_slice() else { panic!("{waits:?}") };
    let event = Event::StepSettled { place: place.clone(), outcome: Outcome::Success, by: "ana".to_owned() };
    assert!(run.write(&mut world, event).is_ok());
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!(world.effects.get("a/pay"), None);
    assert_eq!(world.effects.get("a/next"), Some(&1));
}

#[test_case("uses: zarpe/http, with: {url: x, method: POST}" => false; "a request that changes something")]
#[test_case("uses: zarpe/http, with: {url: x, method: '${{ inputs.m }}'}" => false; "one that may")]
#[test_case("uses: zarpe/http, with: {url: x, method: POST}, idempotent: true" => true; "one that says that twice is as once")]
#[test_case("uses: zarpe/http, with: {url: x, method: get}" => true; "a request that only looks")]
#[test_case("uses: zarpe/http, with: {url: x}" => true; "one that does so without a word")]
#[test_case("uses: zarpe/notify, with: {to: x}" => false; "people are told once")]
#[test_case("uses: zarpe/tag" => true; "a step that looks before it acts")]
fn a_lost_built_in_step_is_done_again_where_twice_is_as_once(step: &str) -> bool {
    let plan = plan(&format!("  a: {{steps: [{{id: s, {step}}}]}}\n"));
    let (mut run, mut world) = (Run::new(&plan), World { left: Some(3), ..World::default() });
    assert!(run.drive(&mut world).is_err());
    world.left = None;
    run = run.resumed(2);
    let Ok(waits) = run.drive(&mut world) else { panic!("it does not die") };
    assert_eq!(waits.is_empty(), world.effects.contains_key("a/s"));
    waits.is_empty()
}

#[test]
fn a_command_is_that_of_the_process_that_began_it_whoever_looked_since() {
    let at = |host: &str| Who { host: host.to_owned(), ..Who::default() };
    let place = Place { job: "a".to_owned(), step: "s".to_owned(), part: Part::Steps };
    let mut state = State::default();
    let mut apply = |attempt, event| state.apply(Timestamp::UNIX_EPOCH, attempt, &event);
    apply(1, Event::RunStarted(Box::new(Started { who: at("one"), ..Started::default() })));
    apply(1, Event::StepStarted { place: place.clone(), r#try: 1 });
    apply(1, Event::StepRunning { place: place.clone(), pid: 9 });
    apply(
        2,
        Event::RunResumed { who: at("two"), plan_sha256: String::new(), lock_nonce: None, issue: None, sha: None },
    );
    assert_eq!(state.command_of(&state.steps[&place]), Some((&at("one"), 9)));
}

#[test]
fn another_plan_voids_the_signatures() {
    let plan = plan("  a: {steps: [{id: go, uses: zarpe/sign, role: boss}]}\n");
    let mut run = Run::new(&plan);
    let mut world = World::default();
    assert!(run.drive(&mut world).is_ok());
    sign(&mut run, "go");
    let event = resumed("q", None);
    assert!(run.write(&mut world, event).is_ok());
    assert!(run.drive(&mut world).is_ok_and(|waits| matches!(waits.as_slice(), [Decision::Sign(_)])));
}

#[test]
fn another_commit_voids_the_signatures_and_the_questions() {
    let place = Place { job: "a".to_owned(), step: "go".to_owned(), part: Part::Steps };
    let mut state = State::default();
    let mut apply = |event| state.apply(Timestamp::UNIX_EPOCH, 1, &event);
    let started = Started { plan_sha256: "p".to_owned(), sha: Some("one".to_owned()), ..Started::default() };
    apply(Event::RunStarted(Box::new(started)));
    let (at, plan_sha256, places) = (Timestamp::UNIX_EPOCH, "p".to_owned(), vec![place]);
    apply(Event::Asked { issue: 1, comment: 2, at, plan_sha256, places, found: false });
    apply(resumed("p", None));
    apply(resumed("p", Some("one")));
    assert_eq!(state.asks[0].plan_sha256, "p");
    state.apply(Timestamp::UNIX_EPOCH, 1, &resumed("p", Some("two")));
    assert_eq!((state.started.sha.as_deref(), state.asks[0].plan_sha256.as_str()), (Some("two"), ""));
}

#[test]
fn another_plan_is_signed_anew_before_anything_more_begins() {
    let jobs = "  a: {steps: [{id: go, uses: zarpe/sign, role: boss}, {id: done, run: x}]}\n  b: {needs: a, steps: [{id: late, run: x}]}\n";
    let plan = plan(jobs);
    let (mut run, mut world) = (Run::new(&plan), failing("b/late", 1));
    assert!(run.drive(&mut world).is_ok());
    sign(&mut run, "go");
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    let event = resumed("q", None);
    assert!(run.write(&mut world, event).is_ok());
    assert!(run.write(&mut world, Event::JobReopened { job: "b".to_owned() }).is_ok());
    let Ok(waits) = run.drive(&mut world) else { panic!("it does not die") };
    assert!(matches!(waits.as_slice(), [Decision::Sign(place)] if place.to_string() == "a/go"), "{waits:?}");
    sign_for(&mut run, "go", "q");
    assert!(run.drive(&mut world).is_ok_and(|waits| waits.is_empty()));
    assert_eq!(world.effects.get("b/late"), Some(&1));
}

#[test_case("{role: [a, b], with: {quorum: all}}", &[("a", "x")], "b", "x" => Some("x signed for `a` already, and one person signs for one role".to_owned()); "one person for two roles")]
#[test_case("{role: [a, b], with: {quorum: all, distinct: false}}", &[("a", "x")], "b", "x" => None; "where that is allowed")]
#[test_case("{role: [a, b]}", &[], "c", "x" => Some("`c` does not sign this step: a, b".to_owned()); "another role")]
#[test_case("{role: [a, b]}", &[("a", "y")], "a", "x" => Some("y signed for `a` already".to_owned()); "twice")]
fn who_may_sign(step: &str, signed: &[(&str, &str)], role: &str, login: &str) -> Option<String> {
    let step = step.replacen('{', "{uses: zarpe/sign, ", 1);
    let plan = Plan::parse("p", &format!("jobs: {{a: {{steps: [{step}]}}}}")).unwrap();
    let place = Place { job: "a".to_owned(), step: "1".to_owned(), part: Part::Steps };
    let mut state = State::default();
    for (role, login) in signed {
        state.signatures.push(Signature {
            place: place.clone(),
            role: (*role).to_owned(),
            login: (*login).to_owned(),
            proof: crate::deploy::journal::Proof::Token,
            plan_sha256: String::new(),
            evidence: None,
            signature: None,
            at: Timestamp::UNIX_EPOCH,
        });
    }
    Request::of(step_of(&plan, &place).unwrap())
        .unwrap()
        .refusal(&state, &place, role, login)
        .map(|why| why.text(crate::config::Language::En))
}

const ASKED: &str = "
  window:
    steps:
      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}
      - {id: migrate, run: x, done-if: z}
      - {id: smoke, run: x, idempotent: true}
";

const BACK: &str = "
      - {id: restore, run: x, done-if: z}
      - {id: verify, run: x, idempotent: true}
";

/// When a process dies: not at all, soon, or some time.
fn deaths() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![Just(None), (0u32..3).prop_map(Some), (0u32..12).prop_map(Some)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4 * ProptestConfig::default().cases))]

    /// Whatever fails and wherever the process dies: a clean-up that was registered has run, or is held back and named.
    #[test]
    fn no_cleanup_is_lost(which in 0usize..5, times in 0u32..3, deaths in prop::collection::vec(0u32..20, 0..4)) {
        let plan = plan(WINDOW);
        let names = ["window/on", "window/migrate", "window/up", "window/smoke", "window/post/on"];
        let (mut run, mut world) = (Run::new(&plan), failing(names[which], times));
        for (at, death) in deaths.iter().enumerate() {
            world.left = Some(*death);
            let _ = run.drive(&mut world);
            run = if run.events.is_empty() { Run::new(&plan) } else { run.resumed(at as u32 + 2) };
        }
        world.left = None;
        prop_assert!(run.drive(&mut world).is_ok());
        prop_assert!(!world.maintenance || !run.state.left_cleanups().is_empty());
        prop_assert!(world.effects.get("window/migrate").copied().unwrap_or_default() <= 1);
    }

    /// Whatever fails, wherever the process dies, and whatever people ask for then: maintenance is not lifted over what is half done.
    #[test]
    fn maintenance_is_never_lifted_over_what_is_half_done(
        own in prop::bool::ANY,
        has_rollback in prop::bool::ANY,
        fails in prop::collection::vec((0usize..8, 1u32..3), 0..4),
        words in prop::collection::vec((0u8..4, deaths()), 1..8),
    ) {
        let rollback_on = if own { "      - {id: on, run: x, idempotent: true, post: y, post-if: safe()}\n" } else { "" };
        let rollback = format!("    rollback:\n{rollback_on}{BACK}");
        let plan = plan(&format!("{ASKED}{}", if has_rollback { &rollback } else { "" }));
        let names = ["window/on", "window/migrate", "window/smoke", "window/post/on", "window/rollback/on",
            "window/rollback/restore", "window/rollback/verify", "window/rollback-post/on"];
        let fails = fails.into_iter().map(|(which, times)| (names[which].to_owned(), times)).collect();
        let (mut run, mut world) = (Run::new(&plan), World { fails, ..World::default() });
        let _ = run.drive(&mut world);
        for (at, (word, death)) in words.into_iter().enumerate() {
            run = if run.events.is_empty() { Run::new(&plan) } else { run.resumed(at as u32 + 2) };
            let known = run.state.jobs.get("window").cloned().unwrap_or_default();
            let cleaned = known.cleanups.iter().any(|one| run.state.standing(one) == Standing::Finished(Outcome::Success));
            let is_undone = |one: &StepState| matches!(one.standing, Standing::Finished(Outcome::Failure) | Standing::NotDone);
            let waits = known.result.is_none()
                && run.state.steps.iter().any(|(place, one)| place.part == Part::Steps && is_undone(one));
            let has_failed = (known.result == Some(Outcome::Failure) || waits) && !run.state.cancelled;
            let is_untouched = !run.state.has_begun_rollback("window");
            let may_again = known.rollback.is_none() || !run.state.has_cleaned_rollback("window");
            let job = "window".to_owned();
            let event = match word {
                1 if has_failed && is_untouched && !cleaned => Some(Event::JobReopened { job }),
                2 if has_rollback && (known.result.is_some() || waits) && known.rollback != Some(Outcome::Success) && may_again => {
                    Some(Event::RollbackRequested { job, by: "b".to_owned(), lost_minutes: None })
                }
                3 if run.state.finished.is_none() => Some(Event::RunCancelled { by: "b".to_owned() }),
                _ => None,
            };
            world.left = None;
            let is_written = event.is_none_or(|event| run.write(&mut world, event).is_ok());
            prop_assert!(is_written);
            world.left = death;
            let _ = run.drive(&mut world);
            prop_assert!(!world.lifted_over, "{:#?}", run.events);
        }
    }

    /// The same where the plan changes on the way, conditions are false by then, and steps cannot be begun: by the `post-if` of
    /// its step, by the `if` of a step and by that of a job.
    #[test]
    fn maintenance_is_not_lifted_over_what_another_plan_has_no_more(
        how in 0usize..3,
        tries in prop::collection::vec((0usize..5, 0usize..4, prop::bool::ANY, prop::bool::ANY, deaths()), 1..5),
    ) {
        let over = lifted_over(how, &tries);
        prop_assert!(over.is_none(), "{over:#?}");
    }
}

/// A process goes on by another plan: which step fails, by which name the migration is there and whether its condition holds, whether
/// that step cannot be begun, and when the process dies.
type OtherPlan = (usize, usize, bool, bool, Option<u32>);

/// The end of maintenance began, and its process was lost; the next plan has a migration before it that fails.
#[test]
fn what_ended_maintenance_and_was_lost_asks_again_whether_it_may() {
    assert_eq!(lifted_over(1, &[(0, 0, true, false, Some(7)), (2, 1, true, false, Some(4))]), None);
}

/// What happened, where maintenance was lifted over what is half done.
fn lifted_over(how: usize, tries: &[OtherPlan]) -> Option<Vec<Event>> {
    let first = changed(how, 0, true);
    let (mut run, mut world) = (Run::new(&first), failing("window/migrate", 1));
    let _ = run.drive(&mut world);
    let plans: Vec<Plan> = tries.iter().map(|(_, ids, wanted, ..)| changed(how, *ids, *wanted)).collect();
    for (at, ((fails, _, _, ended, death), plan)) in tries.iter().zip(&plans).enumerate() {
        run = Run { plan, ..run.resumed(at as u32 + 2) };
        run.state.jobs.values_mut().for_each(|job| job.behind = Default::default());
        let names = ["window/before", "window/migrate", "window/other", "window/smoke"];
        let name = names.get(*fails).map(|name| (*name).to_owned());
        (world.never, world.fails) = Default::default();
        match name {
            Some(name) if *ended => drop(world.never.insert(name)),
            Some(name) => drop(world.fails.insert(name, 1)),
            None => {}
        }
        world.left = None;
        let ends = |place: &Place| place.part == Part::Post || place.step == "off";
        let cleaned = run.state.steps.iter().any(|(place, step)| ends(place) && step.touched.is_some());
        let has_failed = run.state.jobs.get("window").is_some_and(|job| job.result == Some(Outcome::Failure));
        for job in ["window", "late"].into_iter().filter(|_| has_failed && !cleaned) {
            if run.state.jobs.get(job).is_some_and(|job| job.result.is_some()) {
                assert!(run.write(&mut world, Event::JobReopened { job: job.to_owned() }).is_ok());
            }
        }
        world.left = *death;
        let _ = run.drive(&mut world);
        if world.lifted_over {
            return Some(run.events);
        }
    }
    None
}

/// A window whose maintenance is taken off in one of three ways, with its migration by one of four names, wanted or not.
fn changed(how: usize, ids: usize, wanted: bool) -> Plan {
    let id = ["migrate", "other", "third", "migrate"][ids];
    let migrate = if ids == 3 {
        String::new()
    } else {
        format!("      - {{id: {id}, if: \"'{wanted}' == 'true' && 'failure' != ''\", run: x, done-if: z}}\n")
    };
    let (post, step, job) = match how {
        0 => (", post: y, post-if: safe()", "", ""),
        1 => ("", "      - {id: 'off', if: safe(), run: x, idempotent: true}\n", ""),
        _ => (
            "",
            "",
            "  late: {needs: window, if: safe(), steps: [{id: 'off', if: safe(), run: x, idempotent: true}]}\n",
        ),
    };
    plan(&format!(
        "  window:\n    steps:\n      - {{id: before, run: x, idempotent: true}}\n      - {{id: 'on', run: x, idempotent: true{post}}}\n{migrate}      - {{id: smoke, run: x, idempotent: true}}\n{step}{job}"
    ))
}
