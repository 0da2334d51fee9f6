//! `zarpe tag` killed at each of its steps: both tags are there or none, and a plain second run finishes the job.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::json;
use test_case::test_case;

use crate::support::{ExitCode, Harbor, Registry, Zarpe, skip};

/// What a step does to this machine: a file is made, named or removed, a program is started.
pub const HERE: &str = "clone,clone3,?vfork,?link,linkat,?unlink,unlinkat,?mkdir,mkdirat,?rename,renameat,?renameat2";
/// What a step does to a registry: a request is sent.
const SENT: &str = "sendto,writev";

fn ready() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

fn short(sha: &str) -> String {
    format!("sha-{}", &sha[..7])
}

/// The commit of a tag of the remote.
fn peeled(harbor: &Harbor, tag: &str) -> Option<String> {
    let refs = harbor.remote_refs(&format!("refs/tags/{tag}*"));
    let find = |name: &str| refs.lines().find_map(|line| line.strip_prefix(&format!("{name} ")).map(str::to_owned));
    find(&format!("refs/tags/{tag}^{{}}")).or_else(|| find(&format!("refs/tags/{tag}")))
}

/// Both tags are at the head, or none is there. The remote may still be at it, and shows one after the other: it is given time.
#[track_caller]
fn both_or_none(harbor: &Harbor, version: &str) {
    let tags = [version.to_owned(), short(&harbor.head())];
    let begun = Instant::now();
    loop {
        std::thread::sleep(Duration::from_millis(100));
        let there = tags.each_ref().map(|tag| peeled(harbor, tag));
        if there[0] == there[1] {
            assert!(there[0].is_none() || there[0] == Some(harbor.head()), "I2: {there:?}");
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "I3: {there:?}");
    }
}

/// When the hooks of the remote run: nothing is written yet; everything is.
#[test_case("pre-receive", "KILL"; "killed before the tags are written")]
#[test_case("pre-receive", "TERM"; "ended before the tags are written")]
#[test_case("pre-receive", "INT"; "interrupted before the tags are written")]
#[test_case("post-receive", "KILL"; "killed when the tags are written")]
#[test_case("post-receive", "TERM"; "ended when the tags are written")]
#[test_case("post-receive", "INT"; "interrupted when the tags are written")]
fn b13_killed_while_the_remote_works_it_is_finished_by_the_next(hook: &str, signal: &str) {
    let harbor = ready();
    let pid = harbor.repo.scratch().join("pid");
    let script = format!(
        "#!/bin/sh\nfile='{}'\nuntil [ -s \"$file\" ]; do sleep 0.01; done\nkill -{signal} \"$(cat \"$file\")\"\nsleep 0.3\n",
        pid.display()
    );
    let script = harbor.github.install_hook(hook, &script).unwrap();
    let mut child: Child = harbor.zarpe(["tag", "--push"]).command().spawn().unwrap();
    std::fs::write(&pid, child.id().to_string()).unwrap();
    let begun = Instant::now();
    let status = child.wait().unwrap();
    assert!(!status.success(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(7), "{:?}", begun.elapsed());
    std::fs::remove_file(script).unwrap();
    both_or_none(&harbor, "v1.1.0");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    for tag in ["v1.1.0", &short(&harbor.head())] {
        assert_eq!(peeled(&harbor, tag), Some(harbor.head()));
    }
}

/// Whether strace is here and may trace; says so where not.
pub fn can_trace() -> bool {
    let traces =
        Command::new("strace").args(["-o", "/dev/null", "true"]).output().is_ok_and(|output| output.status.success());
    if !traces {
        skip("strace is missing or may not trace (Debian: apt-get install strace)");
    }
    traces
}

/// A run under strace: `Some(options)` of an injection, or the list of its steps, each as the call and which one of its kind it is.
pub fn traced(
    mut zarpe: Zarpe,
    calls: &str,
    injection: Option<&str>,
) -> (std::process::ExitStatus, Vec<(String, usize)>) {
    let log = tempfile::NamedTempFile::new().unwrap();
    let run = zarpe.command();
    let mut strace = Command::new("strace");
    strace.arg("-o").arg(log.path()).args(["-e", &format!("trace={calls}")]);
    strace.args(injection.map(|injection| ["-e".to_owned(), format!("inject={injection}")]).into_iter().flatten());
    strace.arg(run.get_program()).args(run.get_args()).env_clear();
    strace
        .envs(run.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .current_dir(run.get_current_dir().unwrap());
    let output = strace.output().unwrap();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let text = std::fs::read_to_string(log.path()).unwrap();
    let made = text.lines().filter_map(|line| line.split_once('(')).map(|(call, _)| call);
    let steps = made.filter(|call| call.chars().all(char::is_alphanumeric)).map(|call| {
        let count = counts.entry(call.to_owned()).or_default();
        *count += 1;
        (call.to_owned(), *count)
    });
    (output.status, steps.collect())
}

/// KILL comes before the call is made, the others when it is done.
#[test_case(&["KILL"], false; "killed")]
#[test_case(&["TERM", "INT"], false; "ended and interrupted in turn")]
#[test_case(&["KILL", "TERM", "INT"], true; "killed, ended and interrupted in turn with an image")]
fn b13_killed_at_each_step_it_is_finished_by_the_next(signals: &[&str], with_image: bool) {
    if !can_trace() {
        return;
    }
    let registry = with_image.then(Registry::start);
    if registry.as_ref().is_some_and(Option::is_none) {
        return skip("docker-registry or skopeo is missing (Debian: apt-get install docker-registry skopeo)");
    }
    let registry = registry.flatten();
    let calls = if with_image { SENT } else { HERE };
    let mut harbor = ready();
    let image = registry.as_ref().map(|registry| format!("{}:main", registry.image()));
    let built = |harbor: &Harbor| {
        let labels = json!({ "org.opencontainers.image.revision": harbor.head() });
        registry.as_ref().map(|registry| registry.push("main", &labels))
    };
    let tag = |harbor: &Harbor| {
        let zarpe = harbor.zarpe(["tag", "--push"]).args(image.iter().flat_map(|image| ["--image", image]));
        registry.iter().fold(zarpe, |zarpe, registry| zarpe.env("DOCKER_CONFIG", registry.docker()))
    };
    built(&harbor);
    let (status, steps) = traced(tag(&harbor), calls, None);
    assert!(status.success(), "{status}");
    let mut killed = 0;
    for ((at, (call, nth)), signal) in steps.iter().enumerate().zip(signals.iter().cycle()) {
        let number = number_of(signal);
        harbor = harbor.pushed("feat: more");
        let (version, digest) = (format!("v1.{}.0", at + 2), built(&harbor));
        let (status, _) = traced(tag(&harbor), calls, Some(&format!("{call}:signal={signal}:when={nth}")));
        assert!(status.success() || status.signal() == Some(number), "{call} {nth}: {status}");
        killed += usize::from(!status.success());
        both_or_none(&harbor, &version);
        tag(&harbor).run().exits(ExitCode::Done);
        for tag in [&version, &short(&harbor.head())] {
            assert_eq!(peeled(&harbor, tag), Some(harbor.head()), "{call} {nth}: {tag}");
            assert_eq!(registry.as_ref().and_then(|registry| registry.digest(tag)), digest, "{call} {nth}: {tag}");
        }
    }
    assert!(killed >= 10 && killed + 3 >= steps.len(), "{killed} of {} steps: {steps:?}", steps.len());
}

fn number_of(signal: &str) -> i32 {
    match signal {
        "KILL" => 9,
        "TERM" => 15,
        "INT" => 2,
        other => panic!("{other}"),
    }
}
