//! Too early for a green, and how long to wait: the settle window and the decision after each judgement.

use test_case::test_case;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

impl Story {
    /// Asked so many seconds after the last check was registered.
    pub(super) fn asked(mut self, seconds: i64) -> Self {
        self.evidence.asked = Some(at(101) + SignedDuration::from_secs(seconds));
        self
    }

    fn settle(mut self, seconds: u64) -> Self {
        self.policy.settle = Some(seconds);
        self
    }

    fn watched(mut self, seconds: u64) -> Self {
        self.evidence.watched = Duration::from_secs(seconds);
        self
    }

    fn registered(mut self, time: Option<Timestamp>) -> Self {
        self.evidence.runs.as_mut().unwrap().iter_mut().for_each(|run| run.registered = time);
        self
    }

    /// The job that asks is in its own run, which this event started when it was asked.
    fn asking(mut self, event: &str) -> Self {
        self = self.check("release/clear in_progress").run_is("release", "in_progress");
        let asked = self.evidence.asked;
        let run = self.evidence.runs.as_mut().unwrap().last_mut().unwrap();
        (run.event, run.registered) = (event.to_owned(), asked);
        self.evidence.own = Own { check: None, run: Some(run.id), job: Some("clear".to_owned()), jobs: None };
        self
    }
}

pub(super) fn tested() -> Story {
    Story::new().check("test success")
}

#[test_case(tested().asked(59) => "PENDING"; "46: a check came less than a minute ago, and nothing says which there must be")]
#[test_case(tested().asked(60) => "PASS"; "a minute later")]
#[test_case(tested().asked(0).requires("test", None) => "PASS"; "every required name is there")]
#[test_case(tested().asked(59).requires("lint", None) => "PENDING"; "7: a required name may still come")]
#[test_case(tested().asked(60).requires("lint", None) => "MISSING"; "7: the window is over")]
#[test_case(Story::new().check("acme:test success").asked(59).requires("test", Some(ACTIONS)) => "PENDING"; "the right source may still come")]
#[test_case(tested().asked(0).settle(0) => "PASS"; "no window")]
#[test_case(tested().asked(0).settle(0).requires("lint", None) => "MISSING"; "no window, and it is missing")]
#[test_case(tested().asked(89).settle(90).requires("test", None) => "PENDING"; "a window of one's own holds for required names too")]
#[test_case(tested().asked(0).watched(59) => "PENDING"; "seen unchanged for too short a time")]
#[test_case(tested().asked(0).watched(60) => "PASS"; "seen unchanged for a minute, whatever the times say")]
#[test_case(tested().registered(None) => "PENDING"; "a time that is not known")]
#[test_case(tested().registered(None).requires("test", None) => "PASS"; "and that does not matter")]
#[test_case(tested().asked(-86_400) => "PENDING"; "44: a time in the future is no age")]
#[test_case(Story::new().asked(0) => "UNKNOWN"; "nothing at all")]
#[test_case(Story::new().check("test failure").asked(0) => "RED"; "a no needs no window")]
#[test_case(tested().status("ci/x", "success").asked(59) => "PENDING"; "a status is registered too")]
#[test_case(tested().check("acme:lint success").asked(59) => "PENDING"; "the check of another app is registered too")]
#[test_case(tested().asked(3600).asking("workflow_dispatch") => "PASS"; "started by hand long after the push")]
#[test_case(tested().asked(3600).asking("push") => "PENDING"; "started by the push itself just now")]
fn settles(story: Story) -> &'static str {
    story.green()
}

#[test]
fn a_server_that_tells_no_time_is_only_believed_after_a_while() {
    let mut story = tested();
    story.evidence.asked = None;
    assert_eq!(story.judged().green.settling, Some(MINUTE));
    assert_eq!(story.watched(60).green(), "PASS");
}

#[test]
fn a_merge_counts_as_a_push() {
    // The merge was at minute 100, and its commit is the one that is judged.
    let merged = || Story::new().requires("test", None).pull(|pull| pull.merge_commit = Some(sha('a').to_string()));
    assert_eq!(merged().asked(-61).green(), "PENDING");
    assert_eq!(merged().asked(0).green(), "MISSING");
}

/// What is decided right after a judgement, with so much time.
fn decision(story: &Story, limit: u64) -> String {
    let mut wait = Wait::new(Duration::from_secs(limit));
    wait.apply(&story.judged());
    match wait.next(Duration::ZERO) {
        Next::Finished => "finished".to_owned(),
        Next::Again(pause) => format!("again in {pause:?}"),
        Next::Deadline => "deadline".to_owned(),
    }
}

fn obstacle(word: Word) -> Obstacle {
    Obstacle { word, message: "no".to_owned(), help: None }
}

fn unseen(word: Word, hide: impl FnOnce(&mut Evidence, Obstacle)) -> Story {
    let mut story = tested();
    hide(&mut story.evidence, obstacle(word));
    story
}

#[test_case(&tested(), 600 => "finished"; "green and approved")]
#[test_case(&tested().check("x in_progress"), 600 => "again in 5s"; "a check runs")]
#[test_case(&tested().check("x in_progress"), 0 => "deadline"; "no time at all")]
#[test_case(&tested().check("x in_progress"), 3 => "again in 2s"; "a last time before the end")]
#[test_case(&tested().check("x in_progress"), 1 => "deadline"; "no time for another question")]
#[test_case(&tested().check("x in_progress").check("y failure"), 600 => "finished"; "red is red whatever still runs")]
#[test_case(&tested().check("x in_progress").reviews(&[]), 600 => "finished"; "nobody approves what is merged")]
#[test_case(&tested().asked(58), 600 => "again in 2s"; "when it has settled")]
#[test_case(&tested().asked(30), 600 => "again in 5s"; "sooner than it settles: something may come")]
#[test_case(&tested().requires("lint", None), 600 => "finished"; "missing for good")]
#[test_case(&Story::new().asked(30), 600 => "again in 5s"; "nothing there yet")]
#[test_case(&Story::new().watched(60), 600 => "finished"; "nothing there after the window")]
#[test_case(&unseen(Word::Infra, |evidence, why| evidence.checks = Err(why)), 600 => "again in 5s"; "the network may come back")]
#[test_case(&unseen(Word::RateLimit, |evidence, why| evidence.range = Err(why)), 600 => "again in 5s"; "a limit ends")]
#[test_case(&unseen(Word::Auth, |evidence, why| evidence.checks = Err(why)), 600 => "finished"; "a permission does not come by waiting")]
#[test_case(&unseen(Word::Unknown, |evidence, why| evidence.range = Err(why)).check("x in_progress"), 600 => "finished"; "a shallow clone neither")]
fn decides(story: &Story, limit: u64) -> String {
    decision(story, limit)
}

#[test]
fn the_pace_grows_and_has_an_end() {
    let (mut wait, judgement) = (Wait::new(Duration::from_secs(6000)), tested().check("x in_progress").judged());
    let mut pauses = Vec::new();
    for _ in 0..7 {
        wait.apply(&judgement);
        let Next::Again(pause) = wait.next(Duration::ZERO) else { panic!("it goes on") };
        pauses.push(pause.as_millis());
    }
    assert_eq!(pauses, [5000, 7500, 11_250, 16_875, 25_312, 30_000, 30_000]);
}

#[test]
fn a_set_is_watched_from_when_it_was_seen_until_it_was_asked_for_again() {
    let (mut wait, story) = (Wait::new(MINUTE), tested());
    let seconds = Duration::from_secs;
    assert_eq!(wait.watch(&story.evidence, seconds(0), seconds(2)), Duration::ZERO);
    assert_eq!(wait.watch(&story.evidence, seconds(10), seconds(12)), seconds(8));
    let more = story.check("lint queued");
    assert_eq!(wait.watch(&more.evidence, seconds(20), seconds(22)), Duration::ZERO);
    assert_eq!(wait.watch(&more.evidence, seconds(30), seconds(31)), seconds(8));
    let hidden = unseen(Word::Infra, |evidence, why| evidence.runs = Err(why));
    assert_eq!(wait.watch(&hidden.evidence, seconds(40), seconds(41)), Duration::ZERO);
    assert_eq!(wait.watch(&more.evidence, seconds(50), seconds(51)), Duration::ZERO);
}

#[test]
fn what_is_missing_is_named() {
    let story = tested().check("a queued").check("b queued").check("c queued");
    assert_eq!(missing(&story.judged()), "waiting for a, b, c");
    assert_eq!(missing(&story.check("d queued").judged()), "waiting for a, b, c and 1 more");
    assert_eq!(missing(&tested().asked(1).judged()), "waiting for checks that may still be registered");
}

proptest! {
    /// Whatever each round sees and however long it takes: no pause ends after the deadline, and the waiting ends.
    #[test]
    fn no_pause_ends_after_the_deadline(
        limit in 0u64..4000,
        rounds in prop::collection::vec((0u64..20_000, prop::sample::select(vec!["success", "queued", "failure", "early"])), 1..400),
    ) {
        let limit = Duration::from_secs(limit);
        let (mut wait, mut now) = (Wait::new(limit), Duration::ZERO);
        let mut ended = false;
        for (took, word) in rounds {
            now += Duration::from_millis(took);
            let story = if word == "early" { tested().asked(10) } else { Story::new().check(&format!("x {word}")) };
            wait.apply(&story.judged());
            match wait.next(now) {
                Next::Again(pause) => {
                    now += pause;
                    prop_assert!(now <= limit, "{now:?} of {limit:?}");
                    prop_assert!(pause >= Duration::from_millis(1) || took > 0);
                }
                Next::Finished | Next::Deadline => { ended = true; break; }
            }
        }
        prop_assert!(ended || now <= limit + Duration::from_secs(20));
    }

    /// 46, 47: checks of one push are registered one after the other, each within the window of the one before. Whenever it is
    /// asked, it is not green before the last one is there.
    #[test]
    fn it_is_never_green_before_every_check_is_there(
        gaps in prop::collection::vec(0i64..60, 1..14),
        polls in prop::collection::vec(1u64..40, 1..60),
    ) {
        let mut times = vec![0];
        for gap in gaps {
            times.push(times[times.len() - 1] + gap);
        }
        let (mut wait, mut now) = (Wait::new(Duration::from_secs(10_000)), Duration::ZERO);
        for poll in polls {
            now += Duration::from_secs(poll);
            let seconds = i64::try_from(now.as_secs()).unwrap();
            let mut story = Story::new().asked(seconds);
            for (number, _) in times.iter().enumerate().filter(|(_, time)| **time <= seconds) {
                story = story.check(&format!("w{number}/test success"));
            }
            let runs = story.evidence.runs.as_mut().unwrap();
            for (run, time) in runs.iter_mut().zip(&times) {
                run.registered = Some(at(101) + SignedDuration::from_secs(*time));
            }
            story.evidence.watched = wait.watch(&story.evidence, now, now);
            let all = times[times.len() - 1] <= seconds;
            if story.green() == "PASS" {
                prop_assert!(all, "green at {seconds} s, and the checks came at {times:?}");
            }
        }
    }
}
