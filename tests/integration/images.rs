//! Images at a real registry: the same two tags as the commit, copied whole, never moved from another image.

use serde_json::{Value, json};
use test_case::test_case;

use crate::support::{ExitCode, Fault, Harbor, PASSWORD, Proxy, Registry, Run, TOKEN, USER, Zarpe, skip};

/// `v1.0.0` is released; since then a feature was merged. The candidate is `v1.1.0`.
fn ready() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

/// A registry beside the remote; `None`, said aloud, where this machine has none.
fn with_registry() -> Option<(Harbor, Registry)> {
    let registry = Registry::start();
    if registry.is_none() {
        skip("docker-registry or skopeo is missing (Debian: apt-get install docker-registry skopeo)");
    }
    Some((ready(), registry?))
}

fn short_tag(harbor: &Harbor) -> String {
    format!("sha-{}", &harbor.head()[..7])
}

/// The labels of an image that was built from the head.
fn built(harbor: &Harbor) -> Value {
    json!({ "org.opencontainers.image.revision": harbor.head(), "org.opencontainers.image.version": "main" })
}

/// `zarpe tag --push --image IMAGE` with further arguments.
fn tag(harbor: &Harbor, registry: &Registry, image: &str, further: &[&str]) -> Zarpe {
    let zarpe = harbor.zarpe(["tag", "--push", "--image", image]).args(further);
    zarpe.env("DOCKER_CONFIG", registry.docker())
}

/// No secret is in any output, in whatever form.
fn discreet(run: Run) -> Run {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(format!("{USER}:{PASSWORD}"));
    run.never_says(PASSWORD).never_says(&encoded).never_says(TOKEN)
}

#[test]
fn an_image_gets_the_same_two_tags_with_the_same_bytes() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push("main", &built(&harbor));
    let image = format!("{}:main", registry.image());
    let run = discreet(tag(&harbor, &registry, &image, &["--format", "json"]).run().exits(ExitCode::Done));
    let document = run.json_of("tag/v1");
    assert_eq!(document["images"][0]["digest"], digest.as_str());
    assert_eq!(registry.digest("v1.1.0"), Some(digest.clone()));
    assert_eq!(registry.digest(&short_tag(&harbor)), Some(digest.clone()));
    let (before, after) = (registry.get("main"), registry.get("v1.1.0"));
    assert_eq!(
        (before.bytes, before.headers["content-type"].clone()),
        (after.bytes, after.headers["content-type"].clone())
    );
    let message = harbor.repo.git(["cat-file", "tag", "v1.1.0"]);
    assert!(message.ends_with(&format!("\n\nImage: {}@{digest}", registry.image())), "{message}");
}

#[test]
fn running_again_changes_nothing() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push("main", &built(&harbor));
    let image = format!("{}@{digest}", registry.image());
    tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::Done);
    let refs = harbor.remote_refs("refs/*");
    tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::Done).says("2 already right");
    assert_eq!(harbor.remote_refs("refs/*"), refs);
}

#[test]
fn a_name_alone_is_the_image_of_the_short_hash_tag() {
    let Some((harbor, registry)) = with_registry() else { return };
    registry.push("main", &json!({}));
    let digest = registry.push(&short_tag(&harbor), &built(&harbor));
    tag(&harbor, &registry, &registry.image(), &[]).run().exits(ExitCode::Done);
    assert_eq!(registry.digest("v1.1.0"), Some(digest));
}

#[test]
fn an_index_is_kept_whole() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push_index("main", &built(&harbor), &built(&harbor));
    tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Done);
    assert_eq!(registry.digest("v1.1.0"), Some(digest));
    let answer = registry.get("v1.1.0");
    assert_eq!(answer.header("content-type"), "application/vnd.oci.image.index.v1+json");
    assert_eq!(answer.json()["manifests"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_image_in_dockers_format_stays_one() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push_docker("main", &built(&harbor));
    tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Done);
    assert_eq!(registry.digest("v1.1.0"), Some(digest));
    let expected = "application/vnd.docker.distribution.manifest.v2+json";
    assert_eq!(registry.get("v1.1.0").header("content-type"), expected);
}

#[test]
fn a_tag_that_holds_another_image_is_refused_with_both_digests_before_anything_is_done() {
    let Some((harbor, registry)) = with_registry() else { return };
    let there = registry.push("v1.1.0", &json!({ "n": "1" }));
    let digest = registry.push("main", &built(&harbor));
    let refs = harbor.remote_refs("refs/*");
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Refused);
    run.says(&there).says(&digest);
    assert_eq!(registry.digest("v1.1.0"), Some(there));
    assert_eq!(harbor.remote_refs("refs/*"), refs, "the commit was tagged all the same");
}

#[test]
fn an_image_of_another_commit_gets_no_tag() {
    let Some((harbor, registry)) = with_registry() else { return };
    let other = harbor.repo.sha("v1.0.0");
    let labels = json!({ "org.opencontainers.image.revision": other });
    registry.push_index("main", &built(&harbor), &labels);
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Refused);
    run.says(&other).says("linux/arm64").says(&harbor.head());
    assert_eq!(registry.digest("v1.1.0"), None);
    assert_eq!(harbor.remote_refs("refs/tags/v1.1.0"), "");
}

#[test]
fn an_image_that_does_not_say_what_it_is_of_is_tagged_with_a_warning() {
    let Some((harbor, registry)) = with_registry() else { return };
    registry.push("main", &json!({ "org.opencontainers.image.version": "9.9.9" }));
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Done);
    run.says("does not say what it was built from").says("its version is 9.9.9, not 1.1.0");
}

#[test]
fn a_dry_run_shows_the_digest_and_the_tags_and_writes_nothing() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push("main", &built(&harbor));
    let image = format!("{}:main", registry.image());
    let run = tag(&harbor, &registry, &image, &["--dry-run", "--image-moving", "minor,latest"]).run();
    run.exits(ExitCode::Done).says(&digest).says("as v1.1.0 and sha-").says("move 1.1, latest");
    assert_eq!(registry.digest("v1.1.0"), None);
}

#[test]
fn moving_tags_move_on_and_never_back() {
    let Some((harbor, registry)) = with_registry() else { return };
    let old = registry.push("latest", &json!({ "n": "old" }));
    let digest = registry.push("main", &built(&harbor));
    let image = format!("{}:main", registry.image());
    let options = ["--image-moving", "minor,major,latest", "--image-tag", "{version}"];
    tag(&harbor, &registry, &image, &options).run().exits(ExitCode::Done).says("moved");
    for name in ["1.1.0", "1.1", "1", "latest"] {
        assert_eq!(registry.digest(name), Some(digest.clone()), "{name}");
    }
    assert_ne!(old, digest);
    // Now 2.0.0 is released elsewhere: a repair of 1.1 takes its own line alone.
    let two = harbor.repo.git(["commit-tree", "main^{tree}", "-p", "v1.0.0^{commit}", "-m", "feat!: two"]);
    harbor.push(&format!("{two}:refs/tags/v2.0.0"));
    let harbor = harbor.pushed("fix: a leak");
    let repaired = registry.push("repaired", &built(&harbor));
    let image = format!("{}:repaired", registry.image());
    tag(&harbor, &registry, &image, &[&options[..], &["--version", "1.1.1"]].concat()).run().exits(ExitCode::Done);
    assert_eq!(registry.digest("1.1"), Some(repaired.clone()));
    assert_eq!(registry.digest("1"), Some(repaired));
    assert_eq!(registry.digest("latest"), Some(digest));
}

#[test]
fn a_wrong_password_cannot_tell_and_says_where_it_is_from() {
    let Some((harbor, registry)) = with_registry() else { return };
    registry.push("main", &built(&harbor));
    registry.login(&registry.host(), "wrong0password");
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::CannotTell);
    run.says("config.json").says(&registry.image()).never_says("wrong0password");
    assert_eq!(harbor.remote_refs("refs/tags/v1.1.0"), "");
}

#[test]
fn without_credentials_it_says_where_they_were_looked_for() {
    let Some((harbor, registry)) = with_registry() else { return };
    registry.configure(&json!({}));
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::CannotTell);
    run.says("no credentials for").says("config.json").says("docker login");
}

#[test_case("credHelpers"; "of the registry")]
#[test_case("credsStore"; "common")]
fn a_credential_helper_is_asked(key: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let Some((harbor, registry)) = with_registry() else { return };
    registry.push("main", &built(&harbor));
    let host = registry.host();
    let programs = harbor.repo.scratch().join("bin");
    std::fs::create_dir(&programs).unwrap();
    let helper = programs.join("docker-credential-safe");
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = get ] && [ \"$(cat)\" = '{host}' ] || {{ echo credentials not found in native keychain; exit 1; }}\n\
         echo '{{\"ServerURL\":\"{host}\",\"Username\":\"{USER}\",\"Secret\":\"{PASSWORD}\"}}'\n"
    );
    std::fs::write(&helper, script).unwrap();
    std::fs::set_permissions(&helper, std::fs::Permissions::from_mode(0o755)).unwrap();
    let value = if key == "credHelpers" { json!({ &host: "safe" }) } else { json!("safe") };
    registry.configure(&json!({ key: value }));
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let run = tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).env("PATH", path).run();
    discreet(run.exits(ExitCode::Done));
    assert!(registry.digest("v1.1.0").is_some());
}

#[test]
fn podmans_file_is_read_first() {
    let Some((harbor, registry)) = with_registry() else { return };
    registry.push("main", &built(&harbor));
    let file = harbor.repo.scratch().join("auth.json");
    std::fs::copy(registry.docker().join("config.json"), &file).unwrap();
    registry.login(&registry.host(), "wrong0password");
    let image = format!("{}:main", registry.image());
    tag(&harbor, &registry, &image, &[]).env("REGISTRY_AUTH_FILE", file).run().exits(ExitCode::Done);
}

#[test_case("PUT", 1, Fault::ResetAfter; "the answer to a write is lost")]
#[test_case("PUT", 1, Fault::ResetBefore; "a write is lost")]
#[test_case("PUT", 1, Fault::Status(503, "busy"); "busy")]
#[test_case("HEAD", 1, Fault::ResetBefore; "a question is lost")]
#[test_case("manifests/sha256", 1, Fault::Truncate; "a manifest is cut off")]
fn a_fault_that_passes_is_got_over(line: &str, nth: usize, fault: Fault) {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push("main", &built(&harbor));
    let proxy = Proxy::before(&format!("http://{}", registry.host())).on(line, nth, fault);
    let host = proxy.origin().trim_start_matches("http://");
    registry.login(host, PASSWORD);
    let image = format!("{}:main", registry.image_at(host));
    discreet(tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::Done));
    assert_eq!(registry.digest("v1.1.0"), Some(digest.clone()));
    assert_eq!(registry.digest(&short_tag(&harbor)), Some(digest));
}

#[test]
fn a_registry_that_goes_away_between_the_two_tags_is_finished_by_the_next_run() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push("main", &built(&harbor));
    let proxy = Proxy::before(&format!("http://{}", registry.host())).on(
        "PUT /v2/acme/boat/manifests/sha-",
        0,
        Fault::ResetBefore,
    );
    let host = proxy.origin().trim_start_matches("http://");
    registry.login(host, PASSWORD);
    let image = format!("{}:main", registry.image_at(host));
    let run = tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::CannotTell);
    discreet(run.says("stopped after 1 of 2 steps"));
    assert_eq!(registry.digest("v1.1.0"), Some(digest.clone()));
    assert_eq!(registry.digest(&short_tag(&harbor)), None);
    drop(proxy);
    registry.login(&registry.host(), PASSWORD);
    tag(&harbor, &registry, &format!("{}:main", registry.image()), &[]).run().exits(ExitCode::Done);
    assert_eq!(registry.digest(&short_tag(&harbor)), Some(digest));
}

#[test]
fn a_token_service_is_asked_for_what_is_done_and_no_more() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digest = registry.push_index("main", &built(&harbor), &built(&harbor));
    let proxy = Proxy::before(&format!("http://{}", registry.host())).with_token_service();
    let host = proxy.origin().trim_start_matches("http://");
    registry.login(host, PASSWORD);
    let image = format!("{}:main", registry.image_at(host));
    let asked = |proxy: &Proxy| {
        let lines = proxy.seen().into_iter().filter(|line| line.contains("/token?"));
        lines.map(|line| line.replace("%3A", ":").replace("%2C", ",").replace("%2F", "/")).collect::<String>()
    };
    discreet(tag(&harbor, &registry, &image, &["--dry-run"]).run().exits(ExitCode::Done)).says(&digest);
    let lines = asked(&proxy);
    assert!(lines.contains("scope=repository:acme/boat:pull&service=boats") && !lines.contains("push"), "{lines}");
    discreet(tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::Done));
    assert!(asked(&proxy).contains("scope=repository:acme/boat:pull,push"), "{}", asked(&proxy));
    for name in ["v1.1.0", &short_tag(&harbor)] {
        assert_eq!(registry.digest(name), Some(digest.clone()), "{name}");
    }
    registry.login(host, "wrong0password");
    let run = tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::CannotTell);
    run.says("denies it").says("config.json").never_says("wrong0password");
}

#[test]
fn a_password_is_never_sent_to_a_token_service_in_the_clear() {
    let Some((harbor, registry)) = with_registry() else { return };
    let challenge = Fault::StatusWith(401, "{}", &["www-authenticate: Bearer realm=\"http://192.0.2.1/token\""]);
    let proxy = Proxy::before(&format!("http://{}", registry.host())).on("GET /v2/ ", 0, challenge);
    let host = proxy.origin().trim_start_matches("http://");
    registry.login(host, PASSWORD);
    let image = format!("{}:main", registry.image_at(host));
    let run = tag(&harbor, &registry, &image, &[]).run().exits(ExitCode::CannotTell);
    discreet(run.says("http://192.0.2.1/token, which is not encrypted"));
    assert_eq!(proxy.seen().len(), 1, "{:?}", proxy.seen());
}

#[test]
fn the_version_tag_says_which_image_it_is_also_where_the_run_that_made_it_was_cut_off() {
    let Some((harbor, registry)) = with_registry() else { return };
    let first = registry.push("first", &built(&harbor));
    let mut labels = built(&harbor);
    labels["number"] = json!("2");
    let second = registry.push("second", &labels);
    harbor.repo.git(["clone", "--quiet", &harbor.github.clone_url(), "../other"]);
    let proxy = Proxy::before(&format!("http://{}", registry.host())).on("PUT ", 0, Fault::ResetBefore);
    let host = proxy.origin().trim_start_matches("http://");
    registry.login(host, PASSWORD);
    tag(&harbor, &registry, &format!("{}:first", registry.image_at(host)), &[]).run().exits(ExitCode::CannotTell);
    assert_eq!(registry.digest("v1.1.0"), None);
    // From a clone that has never seen the tag.
    let run = tag(&harbor, &registry, &format!("{}:second", registry.image_at(host)), &[]).at("../other").run();
    run.exits(ExitCode::Refused).says(&first).says(&second);
    assert_eq!(registry.digest("v1.1.0"), None);
    drop(proxy);
    registry.login(&registry.host(), PASSWORD);
    tag(&harbor, &registry, &format!("{}:first", registry.image()), &[]).run().exits(ExitCode::Done);
    assert_eq!(registry.digest("v1.1.0"), Some(first));
}

#[test]
fn a9_eight_images_race_for_one_version_and_one_wins() {
    let Some((harbor, registry)) = with_registry() else { return };
    let digests: Vec<String> = (0..8)
        .map(|number| {
            let mut labels = built(&harbor);
            labels["number"] = json!(number.to_string());
            registry.push(&format!("try-{number}"), &labels)
        })
        .collect();
    let image = registry.image();
    let runs: Vec<Run> = std::thread::scope(|scope| {
        let racers: Vec<_> = digests
            .iter()
            .map(|digest| tag(&harbor, &registry, &format!("{image}@{digest}"), &[]))
            .map(|zarpe| scope.spawn(|| zarpe.run()))
            .collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    let standing = registry.digest("v1.1.0").expect("one of them stands");
    assert_eq!(registry.digest(&short_tag(&harbor)), Some(standing.clone()));
    for (digest, run) in digests.iter().zip(runs) {
        if *digest == standing {
            run.exits(ExitCode::Done);
        } else {
            run.exits(ExitCode::Refused).says(&standing).says(digest);
        }
    }
}

#[test]
fn a_release_tags_the_images_of_zarpe_yml_between_its_tags_and_its_publication() {
    let Some((harbor, registry)) = with_registry() else { return };
    let mut harbor = harbor.check("test", "success");
    let config = format!("images: [{}]\ntag: {{image-moving: [latest]}}\n", registry.image());
    harbor.repo = harbor.repo.write("zarpe.yml", &config);
    let release = || harbor.zarpe(["release", "--yes"]).env("DOCKER_CONFIG", registry.docker());
    let run = release().run().exits(ExitCode::CannotTell);
    run.says(&format!("{}:{} is not there", registry.image(), short_tag(&harbor)));
    assert_eq!(harbor.remote_refs("refs/tags/v1.1.0"), "", "a release without its image");
    let digest = registry.push(&short_tag(&harbor), &built(&harbor));
    let outputs = harbor.repo.scratch().join("outputs");
    let run = release().env("GITHUB_ACTIONS", "true").env("GITHUB_OUTPUT", &outputs).run().exits(ExitCode::Done);
    discreet(run).says("release v1.1.0 is published");
    for tag in ["v1.1.0", "latest"] {
        assert_eq!(registry.digest(tag), Some(digest.clone()), "{tag}");
    }
    let outputs = std::fs::read_to_string(outputs).unwrap();
    assert!(outputs.contains(&format!("\n{digest}\n")) && outputs.contains("image-digest<<"), "{outputs}");
}

#[test]
fn an_image_is_never_tagged_where_its_commit_stays_here() {
    let harbor = ready();
    let run = harbor.zarpe(["tag", "--image", "127.0.0.1:9/acme/boat:main"]).run().exits(ExitCode::Usage);
    run.says("--image needs --push");
}

#[test]
fn a_registry_that_cannot_be_reached_cannot_tell() {
    let harbor = ready();
    let run =
        harbor.zarpe(["tag", "--push", "--image", "127.0.0.1:9/acme/boat:main"]).run().exits(ExitCode::CannotTell);
    run.says("127.0.0.1:9/acme/boat:main").says("run it again");
    assert_eq!(harbor.remote_refs("refs/tags/v1.1.0"), "");
}
