//! The release of a tag, by the numbers of the scoreboard: one, whole, published last, and left alone when it is right.

use std::os::unix::fs::FileExt as _;

use test_case::test_case;
use zarpe::embedded::Moment;
use zarpe::embedded::state::{Asset, AssetState, Release};

use crate::release::{published, ready, whole};
use crate::support::{ExitCode, Fault, Harbor, Proxy, Run};

fn release(harbor: &Harbor) -> Run {
    harbor.zarpe(["release", "--yes"]).run()
}

/// Drafted by an earlier run, then changed.
fn drafted(change: impl FnOnce(&mut Asset)) -> Harbor {
    let harbor = ready();
    harbor.zarpe(["release", "--yes", "--draft"]).run().exits(ExitCode::Done);
    harbor.github.state(|state| change(&mut state.releases[0].assets[0]));
    harbor
}

fn of(harbor: &Harbor) -> Release {
    harbor.github.state(|state| state.releases[0].clone())
}

#[test]
fn a8_eight_make_the_release_and_there_is_one() {
    let harbor = ready();
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done);
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(|| release(&harbor))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    for run in runs {
        run.exits(ExitCode::Done);
    }
    assert_eq!(published(&harbor), whole());
}

/// The line of a request, and what happens to the first such one. What was certainly not done, or is seen to be done, does not
/// end the run.
#[test_case("POST", "/releases ", Fault::Status(502, "{}"), ExitCode::CannotTell; "c30 502 for the draft")]
#[test_case("POST", "/assets?", Fault::Status(500, "{}"), ExitCode::Done; "c30 500 for an asset")]
#[test_case("PATCH", "/releases/", Fault::Status(503, "{}"), ExitCode::CannotTell; "c30 503 for the publication")]
#[test_case("POST", "/releases ", Fault::ResetBefore, ExitCode::CannotTell; "c31 reset before the draft")]
#[test_case("POST", "/releases ", Fault::ResetAfter, ExitCode::Done; "c31 reset after the draft")]
#[test_case("POST", "/assets?", Fault::ResetBefore, ExitCode::Done; "c31 reset before an asset")]
#[test_case("POST", "/assets?", Fault::ResetAfter, ExitCode::Done; "c31 reset after an asset")]
#[test_case("PATCH", "/releases/", Fault::ResetBefore, ExitCode::CannotTell; "c31 reset before the publication")]
#[test_case("PATCH", "/releases/", Fault::ResetAfter, ExitCode::Done; "c31 reset after the publication")]
#[test_case("PATCH", "/releases/", Fault::Truncate, ExitCode::Done; "half an answer to the publication")]
fn a_fault_makes_nothing_twice(method: &str, path: &str, fault: Fault, exit: ExitCode) {
    let harbor = ready();
    let proxy = Proxy::before(harbor.github.origin());
    let line = match path {
        "/releases " => format!("{method} /api/v3/repos/acme/boat/releases "),
        "/assets?" => format!("{method} /api/uploads/repos/acme/boat/releases/"),
        _ => format!("{method} /api/v3/repos/acme/boat/releases/"),
    };
    let proxy = proxy.on(&line, 1, fault);
    harbor.at_github(harbor.zarpe(["release", "--yes"]), proxy.origin()).run().exits(exit);
    assert!(proxy.seen().iter().any(|seen| seen.starts_with(&line)), "{line}: {:?}", proxy.seen());
    release(&harbor).exits(ExitCode::Done);
    assert_eq!(published(&harbor), whole());
}

/// Another run uploads it between the look and the request, which GitHub then refuses with 422.
#[test_case(|_| {}; "c28 the same")]
#[test_case(|asset| asset.bytes.truncate(5); "c29 another one")]
fn what_is_refused_because_it_is_there_is_looked_at_again(change: fn(&mut Asset)) {
    let harbor = drafted(change);
    let mut list = harbor.get("/releases?per_page=100").json();
    list[0]["assets"] = serde_json::json!([]);
    let seen_before: &'static str = list.to_string().leak();
    let look = "GET /api/v3/repos/acme/boat/releases?";
    let proxy = Proxy::before(harbor.github.origin()).on(look, 1, Fault::Status(200, seen_before));
    harbor.github.forget_requests();
    harbor.at_github(harbor.zarpe(["release", "--yes"]), proxy.origin()).run().exits(ExitCode::Done);
    let refused = |request: &zarpe::embedded::Request| request.method == "POST" && request.status == 422;
    assert!(harbor.github.requests().iter().any(refused), "{:?}", harbor.github.requests());
    assert_eq!(published(&harbor), whole());
}

#[test]
fn e53_an_asset_that_was_only_begun_is_uploaded_anew() {
    let harbor = drafted(|asset| {
        asset.state = AssetState::Starter;
        asset.bytes.clear();
    });
    release(&harbor).exits(ExitCode::Done);
    assert_eq!(published(&harbor), whole());
}

#[test_case("short"; "shorter")]
#[test_case("openapi: 3.0.3\ninfo: {title: Ship, version: '1'}\npaths: {}\n"; "of the same size")]
fn e54_half_an_asset_or_another_is_uploaded_anew(holds: &'static str) {
    let harbor = drafted(|asset| asset.bytes = holds.into());
    release(&harbor).exits(ExitCode::Done);
    assert_eq!(published(&harbor), whole());
    assert!(of(&harbor).assets[0].bytes.ends_with(b"paths: {}\n"));
    assert!(of(&harbor).assets[0].bytes.windows(4).any(|four| four == b"Boat"));
}

#[test]
fn e55_a_draft_of_an_earlier_run_is_adopted_and_what_a_person_wrote_in_it_stays() {
    let harbor = drafted(|_| {});
    let id = of(&harbor).id;
    harbor.github.state(|state| state.releases[0].body = Some("By hand.".to_owned()));
    release(&harbor).exits(ExitCode::Done);
    assert_eq!((of(&harbor).id, of(&harbor).body.as_deref()), (id, Some("By hand.")));
    assert_eq!(published(&harbor), whole());
}

#[test]
fn e55_a_draft_without_notes_gets_them() {
    let harbor = drafted(|_| {});
    harbor.github.state(|state| (state.releases[0].body, state.releases[0].name) = (None, None));
    harbor.zarpe(["release", "--yes", "--draft"]).run().exits(ExitCode::Done).says("is a draft");
    assert!(of(&harbor).body.unwrap().contains("list the cargo"));
    assert_eq!(of(&harbor).name.as_deref(), Some("v1.1.0"));
}

#[test]
fn e56_two_drafts_are_refused_and_neither_is_touched() {
    let harbor = drafted(|_| {});
    harbor.github.state(|state| {
        let mut second = state.releases[0].clone();
        second.id = state.id();
        state.releases.push(second);
    });
    let before = published(&harbor);
    release(&harbor).exits(ExitCode::Refused).says("more than one release of v1.1.0").says("delete the one");
    assert_eq!(published(&harbor), before);
}

#[test]
fn e57_what_is_published_and_whole_is_left_alone() {
    let harbor = ready();
    release(&harbor).exits(ExitCode::Done);
    harbor.github.forget_requests();
    release(&harbor).exits(ExitCode::Done).says("2 already right");
    let changes: Vec<_> = harbor.github.requests().into_iter().filter(|request| request.method != "GET").collect();
    assert!(changes.iter().all(|request| request.path.contains("graphql") || request.path.contains("git-upload")));
}

#[test]
fn e58_an_immutable_release_that_lacks_an_asset_is_a_clear_no() {
    let harbor = ready().state(|state| state.repository.immutable_releases = true);
    release(&harbor).exits(ExitCode::Done);
    assert!(of(&harbor).immutable, "published last, with its assets");
    assert_eq!(published(&harbor), whole());
    harbor.github.state(|state| state.releases[0].assets.clear());
    let run = release(&harbor).exits(ExitCode::Refused);
    run.says("release v1.1.0 is published without schema.yml").says("immutable").says("release the next version");
}

#[test_case("plain_1.0-rc+x@y.tgz", ExitCode::Done; "what GitHub keeps")]
#[test_case("a b.txt", ExitCode::Usage; "a space")]
#[test_case("a&name=b.txt", ExitCode::Usage; "what separates parameters")]
#[test_case("a#b.txt", ExitCode::Usage; "what ends a query")]
#[test_case("ñandú.txt", ExitCode::Usage; "a letter beyond ASCII")]
#[test_case(".env", ExitCode::Usage; "a point in front")]
#[test_case("100%25.txt", ExitCode::Usage; "a percent sign")]
fn e59_an_odd_name_is_kept_or_refused_before_anything_leaves(name: &str, exit: ExitCode) {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write(name, "bytes");
    let run = harbor.zarpe(["release", "--yes", "--asset", name]).run().exits(exit);
    if exit == ExitCode::Done {
        assert_eq!(of(&harbor).assets.iter().filter(|asset| asset.name == name).count(), 1);
    } else {
        run.says("under another name").says("rename the file");
        assert_eq!((published(&harbor), harbor.remote_refs("refs/tags/v1.1.0")), (vec![], String::new()));
    }
}

#[test]
fn e60_an_asset_by_a_link_or_outside_is_refused() {
    let harbor = ready();
    std::fs::write(harbor.repo.scratch().join("outside.txt"), "outside").unwrap();
    std::os::unix::fs::symlink("../outside.txt", harbor.repo.path().join("link.txt")).unwrap();
    std::os::unix::fs::symlink("..", harbor.repo.path().join("folder")).unwrap();
    for path in ["link.txt", "folder/outside.txt", "../outside.txt", "/etc/hostname"] {
        harbor.zarpe(["release", "--yes", "--asset", path]).run().exits(ExitCode::Usage).says("to attach");
    }
    assert_eq!((published(&harbor), harbor.remote_refs("refs/tags/v1.1.0")), (vec![], String::new()));
}

/// What happens to the file while its first bytes are on the way.
#[test_case(|file| file.write_all_at(b"x", 20 << 20).unwrap(); "another byte near its end")]
#[test_case(|file| file.set_len(23 << 20).unwrap(); "it becomes shorter")]
#[test_case(|file| file.set_len(25 << 20).unwrap(); "it becomes longer")]
fn e61_a_file_that_changes_while_it_is_sent_never_arrives_whole(change: fn(&std::fs::File)) {
    let harbor = ready();
    let path = harbor.repo.path().join("app.bin");
    let file = std::fs::File::create(&path).unwrap();
    file.set_len(24 << 20).unwrap();
    let writer = file.try_clone().unwrap();
    harbor.github.watch(move |moment, line| {
        if moment == Moment::Come && line.contains("name=app.bin") {
            change(&writer);
        }
    });
    let args = ["release", "--yes", "--asset", "app.bin"];
    harbor.zarpe(args).run().exits(ExitCode::Refused).says("app.bin changed while it was sent");
    harbor.github.unwatch();
    let half = of(&harbor);
    assert!(half.draft, "not published");
    assert!(!half.assets.iter().any(|asset| asset.name == "app.bin" && asset.state == AssetState::Uploaded));
    harbor.zarpe(args).run().exits(ExitCode::Done);
    let there = of(&harbor);
    let app = there.assets.iter().find(|asset| asset.name == "app.bin").unwrap();
    assert_eq!((there.draft, app.bytes.len() as u64), (false, file.metadata().unwrap().len()));
}

#[test]
fn two_files_of_one_name_and_an_empty_one_are_refused() {
    let mut harbor = ready();
    harbor.repo = harbor.repo.write("a/app.tgz", "a").write("b/app.tgz", "b").write("empty.txt", "");
    let both = ["release", "--yes", "--asset", "a/app.tgz", "--asset", "b/app.tgz"];
    harbor.zarpe(both).run().exits(ExitCode::Usage).says("would be one asset");
    harbor.zarpe(["release", "--yes", "--asset", "empty.txt"]).run().exits(ExitCode::Usage).says("empty.txt is empty");
}

#[test]
fn many_assets_arrive_each_whole() {
    let mut harbor = ready();
    let names: Vec<String> = (0..12).map(|number| format!("part-{number}.txt")).collect();
    for name in &names {
        harbor.repo = harbor.repo.write(name, name);
    }
    let assets = names.iter().flat_map(|name| ["--asset", name]);
    harbor.zarpe(["release", "--yes"].into_iter().chain(assets)).run().exits(ExitCode::Done);
    let there = of(&harbor).assets;
    assert_eq!(there.len(), 13);
    for name in names {
        assert!(there.iter().any(|asset| asset.name == name && asset.bytes == name), "{name}");
    }
}

#[test]
fn a_fix_of_an_older_line_is_not_the_latest_release() {
    let harbor = ready();
    let side = harbor.repo.git(["commit-tree", "v1.0.0^{tree}", "-p", "v1.0.0^{commit}", "-m", "feat!: another line"]);
    harbor.push(&format!("{side}:refs/tags/v2.0.0"));
    let plan = |args: &[&str]| harbor.zarpe(["release", "--dry-run"].into_iter().chain(args.iter().copied())).run();
    let version = ["--version", "1.1.0"];
    plan(&version).exits(ExitCode::Done).says("publish release v1.1.0 (not as the latest) with schema.yml");
    plan(&["--version", "1.1.0", "--latest", "yes"]).says("publish release v1.1.0 with schema.yml");
    plan(&["--version", "1.1.0", "--prerelease"]).says("publish pre-release v1.1.0 with schema.yml");
    plan(&["--version", "1.1.0", "--prerelease", "--latest", "yes"])
        .exits(ExitCode::Usage)
        .says("cannot be the latest");
    harbor.zarpe(["release", "--yes"].into_iter().chain(version)).run().exits(ExitCode::Done);
    assert_eq!(harbor.github.state(|state| state.latest_release), None);
}

#[test]
fn a_marked_pre_release_is_published_as_one() {
    let harbor = ready();
    harbor.zarpe(["release", "--yes", "--prerelease"]).run().exits(ExitCode::Done);
    assert!(of(&harbor).prerelease);
    assert_eq!(harbor.github.state(|state| state.latest_release), None);
}

/// Peak memory of a run that attaches a file of so many megabytes: `ZARPE_ASSET_MB`, else 96.
#[test]
#[cfg(target_os = "linux")]
fn a_large_asset_is_streamed_from_the_disk() {
    let megabytes = std::env::var("ZARPE_ASSET_MB").map_or(96, |text| text.parse().unwrap());
    let harbor = ready();
    // A hole: it takes no room on the disk.
    std::fs::File::create(harbor.repo.path().join("app.bin")).unwrap().set_len(megabytes << 20).unwrap();
    let mut zarpe = harbor.zarpe(["release", "--yes", "--asset", "app.bin"]);
    let mut child = zarpe.command().stdout(std::process::Stdio::null()).spawn().unwrap();
    let (status, mut peak) = (format!("/proc/{}/status", child.id()), 0);
    while child.try_wait().unwrap().is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = u64::max(peak, kilobytes.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(child.wait().unwrap().success());
    assert!(!of(&harbor).draft);
    println!("peak memory with an asset of {megabytes} MB: {} KiB", peak);
    assert!((1..50_000).contains(&peak), "{peak} KiB");
}
