//! `zarpe release` killed before and after every request, and at every change of this machine: a plain second run finishes it.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};

use test_case::test_case;
use zarpe::embedded::Moment;

use crate::kills::{HERE, can_trace, traced};
use crate::release::{published, ready, whole};
use crate::support::{ExitCode, Harbor};

/// The commit of a tag of the remote.
fn peeled(harbor: &Harbor, tag: &str) -> Option<String> {
    let refs = harbor.remote_refs(&format!("refs/tags/{tag}*"));
    let find = |name: &str| refs.lines().find_map(|line| line.strip_prefix(&format!("{name} ")).map(str::to_owned));
    find(&format!("refs/tags/{tag}^{{}}")).or_else(|| find(&format!("refs/tags/{tag}")))
}

/// After a kill: one release at most, and what is published is whole (I4); the next run ends it (I5), with both tags at the
/// verified commit (I2, I3). That no tag moved, no token shows and no run panics is looked at after every test (I1, I6, I7).
#[track_caller]
fn finished_by_the_next(harbor: &Harbor, moment: &str) {
    let half = published(harbor);
    assert!(half.len() <= 1, "I4: {moment}: {half:?}");
    assert!(half.iter().all(|(_, draft, _)| *draft) || half == whole(), "I4: {moment}: {half:?}");
    harbor.zarpe(["release", "--yes"]).run().exits(ExitCode::Done);
    assert_eq!(published(harbor), whole(), "I5: {moment}");
    for tag in ["v1.1.0".to_owned(), format!("sha-{}", &harbor.head()[..7])] {
        assert_eq!(peeled(harbor, &tag), Some(harbor.head()), "I2, I3: {moment}: {tag}");
    }
}

/// Runs the release and kills it at the `nth` request (from 1), in this moment of it; the line of the request where it came to
/// that, and how many requests there were.
fn killed(harbor: &Harbor, moment: Moment, nth: usize) -> (Option<String>, usize) {
    let process = Arc::new((Mutex::new(None), Condvar::new()));
    let seen = Arc::new(Mutex::new((None, 0)));
    let (id, count) = (Arc::clone(&process), Arc::clone(&seen));
    harbor.github.watch(move |now, line| {
        // Before a question is answered nothing is other than after the request before it.
        if now != moment || (moment == Moment::Come && line.starts_with("GET ")) {
            return;
        }
        let mut count = count.lock().unwrap();
        count.1 += 1;
        if count.1 == nth {
            let id = id.1.wait_while(id.0.lock().unwrap(), |id: &mut Option<u32>| id.is_none()).unwrap();
            let sent = Command::new("kill").args(["-KILL", &id.unwrap().to_string()]).status().unwrap();
            assert!(sent.success());
            count.0 = Some(line.to_owned());
        }
    });
    let mut child = harbor.zarpe(["release", "--yes"]).command().stdout(std::process::Stdio::null()).spawn().unwrap();
    *process.0.lock().unwrap() = Some(child.id());
    process.1.notify_all();
    let status = child.wait().unwrap();
    harbor.github.unwatch();
    let seen = seen.lock().unwrap().clone();
    let expected = if seen.0.is_some() { status.signal() == Some(9) } else { status.success() };
    assert!(expected, "{moment:?} {nth} {seen:?}: {status}");
    seen
}

/// Before each request that changes something or may, and after each; in lanes, so that several of these run at once.
#[test_case(Moment::Come, 0, 2; "before the first request, the third and so on")]
#[test_case(Moment::Come, 1, 2; "before the second request, the fourth and so on")]
#[test_case(Moment::Done, 0, 3; "after the first request, the fourth and so on")]
#[test_case(Moment::Done, 1, 3; "after the second request, the fifth and so on")]
#[test_case(Moment::Done, 2, 3; "after the third request, the sixth and so on")]
fn b14_b15_b16_killed_at_each_request_it_is_finished_by_the_next(moment: Moment, lane: usize, lanes: usize) {
    let (none, all) = killed(&ready(), moment, usize::MAX);
    assert_eq!(none, None);
    let mut lines = Vec::new();
    for nth in (1..=all).skip(lane).step_by(lanes) {
        let harbor = ready();
        let (line, _) = killed(&harbor, moment, nth);
        let line = line.expect("every run sends as many requests");
        finished_by_the_next(&harbor, &format!("{moment:?} {nth} {line}"));
        lines.push(line);
    }
    assert!(lines.len() >= 3, "{lines:?}");
}

#[test]
fn b14_killed_at_each_change_of_this_machine_it_is_finished_by_the_next() {
    if !can_trace() {
        return;
    }
    let first = ready();
    let (status, steps) = traced(first.zarpe(["release", "--yes"]), HERE, None);
    assert!(status.success(), "{status}");
    let mut killed = 0;
    for (call, nth) in &steps {
        let harbor = ready();
        let (status, _) =
            traced(harbor.zarpe(["release", "--yes"]), HERE, Some(&format!("{call}:signal=KILL:when={nth}")));
        assert!(status.success() || status.signal() == Some(9), "{call} {nth}: {status}");
        killed += usize::from(!status.success());
        finished_by_the_next(&harbor, &format!("{call} {nth}"));
    }
    assert!(killed >= 5 && killed + 3 >= steps.len(), "{killed} of {} steps: {steps:?}", steps.len());
}
