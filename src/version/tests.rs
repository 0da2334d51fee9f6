//! The decision as tables that a release engineer can extend.

use std::collections::HashMap;

use semver::Version;
use test_case::test_case;

use super::*;
use crate::history::{Commit, CutOff, History, Person, Release, Sha};
use crate::report::{Finding, Level};

fn sha(number: usize) -> Sha {
    Sha::parse(&format!("{number:040x}")).unwrap()
}

/// A history in one line: tags and messages, the oldest first, parted by `;`. `v1.2.3` is a tag of the commit before it,
/// `[v2.0.0]` a tag elsewhere, `(cut off)` and `(no tags)` what the clone lacks; `\n` is a line end.
fn history(text: &str) -> History {
    let mut history = History {
        head: sha(0),
        base: None,
        pre_release: None,
        beside: Vec::new(),
        versions: Vec::new(),
        commits: Vec::new(),
        cut_off: None,
    };
    for (number, word) in text.split(';').map(str::trim).filter(|word| !word.is_empty()).enumerate() {
        let version = |text: &str| Version::parse(text.strip_prefix('v')?).ok();
        let elsewhere = word.strip_prefix('[').and_then(|word| word.strip_suffix(']'));
        if let Some(version) = elsewhere.and_then(version) {
            history.versions.push(version);
        } else if let Some(version) = version(word) {
            history.versions.push(version.clone());
            let release = Release { tag: word.to_owned(), version, commit: history.head.clone() };
            if release.version.pre.is_empty() {
                history.commits.clear();
                history.base = Some(release);
            } else {
                history.pre_release = Some(release);
            }
        } else if word == "(cut off)" {
            history.cut_off = Some(CutOff::Shallow);
        } else if word == "(no tags)" {
            history.cut_off = Some(CutOff::NoTags);
        } else {
            history.head = sha(number + 1);
            history.commits.insert(0, commit(number + 1, &word.replace("\\n", "\n")));
        }
    }
    history.pre_release =
        history.pre_release.filter(|pre| history.base.as_ref().is_none_or(|base| pre.version > base.version));
    history
}

fn commit(number: usize, message: &str) -> Commit {
    Commit {
        sha: sha(number),
        parents: vec![sha(number - 1)],
        author: Person { name: "Ana".into(), email: "ana@example.com".into() },
        authored: jiff::Timestamp::UNIX_EPOCH,
        message: message.to_owned(),
    }
}

fn policy() -> Policy {
    Policy {
        initial: Version::new(0, 1, 0),
        commits: true,
        labels: crate::config::LabelNames::default(),
        zero_feature: Bump::Minor,
        at_least: Bump::None,
        exactly: None,
        channel: None,
        line: None,
    }
}

fn shown(decision: &Decision) -> String {
    match &decision.answer {
        Answer::Release(version) => version.to_string(),
        Answer::Nothing => "nothing to release".into(),
        Answer::Stopped(failure) => format!("{} {}", failure.exit.code(), failure.finding.rule),
    }
}

#[test_case("v1.2.3; fix: a; feat: b" => "1.3.0")]
#[test_case("v1.2.3; fix: a" => "1.2.4")]
#[test_case("v1.2.3; perf: a" => "1.2.4")]
#[test_case("v1.2.3; feat!: a" => "2.0.0")]
#[test_case("v1.2.3; chore!: a" => "2.0.0"; "any type may break")]
#[test_case("v1.2.3; fix: a\\n\\nBREAKING CHANGE: b" => "2.0.0"; "a footer")]
#[test_case("v1.2.3; fix: a\\n\\ntext\\nBREAKING CHANGE: b" => "2.0.0"; "not where footers are")]
#[test_case("v0.4.1; feat!: a" => "0.5.0")]
#[test_case("v0.4.1; feat: a" => "0.5.0"; "zero feature")]
#[test_case("v0.4.1; fix: a" => "0.4.2"; "zero fix")]
#[test_case("v1.2.3; docs: a; chore: b" => "nothing to release"; "no type that asks")]
#[test_case("v1.2.3" => "nothing to release"; "no commit")]
#[test_case("v1.2.3; Update things" => "nothing to release"; "not conventional")]
#[test_case("v1.2.3; feat: a; Revert \"feat: a\"" => "nothing to release"; "a pair cancels")]
#[test_case("v1.2.3; feat: a; Revert \"feat: a\"; fix: b" => "1.2.4"; "the rest counts")]
#[test_case("v1.2.3; Revert \"feat: released\"" => "1.2.4"; "taking back a release is a repair")]
#[test_case("chore: start" => "0.1.0"; "the first needs only a commit")]
#[test_case("(cut off); fix: a" => "3 version/shallow")]
#[test_case("(no tags); fix: a" => "3 version/no-tags")]
#[test_case("fix: a; [v1.0.0]" => "3 version/unrelated")]
#[test_case("v1.2.3; feat: a; v1.3.0-rc.1; fix: b" => "1.3.0"; "a final begins at the last final")]
#[test_case("v1.2.3; feat!: a; v2.0.0-rc.1; Revert \"feat!: a\"; fix: b" => "2.0.0"; "never behind a pre-release")]
#[test_case("feat: a; v1.0.0-rc.1; fix: b" => "1.0.0"; "only pre-releases so far")]
#[test_case("v1.4.0; feat: a; [v1.5.0]; [v2.0.0]" => "1 version/taken")]
#[test_case("v1.4.0; feat!: a; [v1.5.0]" => "1 version/later-line")]
#[test_case("v1.4.0; fix: a; [v1.5.0]; [v2.0.0]" => "1.4.1"; "a maintenance branch")]
#[test_case("v1.4.0; feat: a; [v1.4.1]" => "1.5.0"; "a repair elsewhere is no later line")]
#[test_case("v1.18446744073709551615.0; feat: a" => "1 version/too-large")]
fn decides(text: &str) -> String {
    shown(&decide(&history(text), Facts::default(), &policy()))
}

#[test_case("v1.2.3; fix: a", Bump::Minor => "1.3.0")]
#[test_case("v1.2.3; feat!: a", Bump::Patch => "2.0.0"; "at least, not at most")]
#[test_case("v0.4.1; fix: a", Bump::Major => "1.0.0"; "a person leaves zero")]
#[test_case("v1.2.3; docs: a", Bump::Patch => "1.2.4"; "although nothing asks")]
#[test_case("v1.2.3", Bump::Major => "nothing to release"; "no commit")]
fn decides_with_at_least(text: &str, at_least: Bump) -> String {
    shown(&decide(&history(text), Facts::default(), &Policy { at_least, ..policy() }))
}

#[test_case("v1.2.3; feat: a", "1.9.0" => "1.9.0")]
#[test_case("v1.2.3; feat: a", "1.2.4" => "1.2.4 version/too-small")]
#[test_case("v1.2.3; feat: a", "1.2.3" => "2 version/not-greater")]
#[test_case("v1.2.3; feat: a; v1.3.0-rc.1; fix: b", "1.3.0-beta.1" => "2 version/not-greater"; "than the pre-release")]
#[test_case("v1.2.3; feat: a; [v1.9.0]", "1.9.0" => "1 version/taken")]
#[test_case("fix: a; [v1.0.0]", "0.9.0" => "0.9.0"; "where the rules cannot tell")]
#[test_case("(cut off); fix: a", "9.0.0" => "3 version/shallow"; "not shown to be greater")]
fn decides_with_a_version(text: &str, version: &str) -> String {
    let policy = Policy { exactly: Some(Version::parse(version).unwrap()), ..policy() };
    let decision = decide(&history(text), Facts::default(), &policy);
    let rules = decision.findings.iter().map(|finding| finding.rule.clone());
    std::iter::once(shown(&decision)).chain(rules).collect::<Vec<_>>().join(" ")
}

#[test_case("v1.2.3; feat: a", &[] => "1.3.0-rc.1")]
#[test_case("v1.2.3; feat: a; v1.3.0-rc.1; fix: b", &[4] => "1.3.0-rc.2")]
#[test_case("v1.2.3; feat: a; v1.3.0-rc.1; feat!: b", &[4] => "2.0.0-rc.1"; "the range begins at the last final")]
#[test_case("v1.2.3; feat: a; v1.3.0-rc.1; docs: b", &[4] => "nothing to release"; "nothing since the last candidate")]
fn decides_in_a_channel(text: &str, fresh: &[usize]) -> String {
    let fresh = (!fresh.is_empty()).then(|| fresh.iter().map(|number| sha(*number)).collect());
    let policy = Policy { channel: Some(Channel { name: "rc".into(), fresh }), ..policy() };
    shown(&decide(&history(text), Facts::default(), &policy))
}

fn doubt() -> Api {
    Api::CannotTell { finding: Finding::new("openapi/x", Level::Error, "x"), known: Vec::new() }
}

fn change(effect: ApiEffect) -> Api {
    Api::Changes(vec![ApiChange { effect, place: "GET /users".into(), text: "removed".into(), made: None }])
}

#[test_case("v1.2.3; fix: a", change(ApiEffect::Breaks) => "2.0.0"; "a breaking schema under a fix")]
#[test_case("v1.2.3; docs: a", change(ApiEffect::Adds) => "1.3.0"; "an addition that no commit names")]
#[test_case("v0.2.3; fix: a", change(ApiEffect::Breaks) => "0.3.0"; "before one")]
#[test_case("v1.2.3; fix: a", Api::Changes(Vec::new()) => "1.2.4"; "no difference")]
#[test_case("v1.2.3; fix: a", doubt() => "3 openapi/x"; "undecidable")]
#[test_case("v1.2.3; feat!: a", doubt() => "2.0.0"; "nothing could ask for more")]
fn decides_with_an_api(text: &str, api: Api) -> String {
    shown(&decide(&history(text), Facts { api, ..Facts::default() }, &policy()))
}

#[test]
fn commits_that_may_not_ask_ask_for_nothing() {
    let policy = Policy { commits: false, ..policy() };
    assert_eq!(
        shown(&decide(
            &history("v1.2.3; feat!: a"),
            Facts { api: change(ApiEffect::Adds), ..Facts::default() },
            &policy
        )),
        "1.3.0"
    );
}

/// A range of commits on branches that meet, the newest first: some merges, some cherry-picks with and without their trailer.
fn branches(picks: &[(u8, u8, usize, u8)]) -> Vec<Commit> {
    let texts = ["fix: a", "feat: b", "fix: a (#7)", "docs: c", "feat!: d", "fix: a\n\n(cherry picked from commit {})"];
    let commits = picks.iter().enumerate().map(|(at, (first, second, text, named))| {
        let earlier = |choice: &u8| usize::from(*choice).checked_rem(at).map(|before| sha(before + 1));
        let mut parents: Vec<Sha> = [first, second].into_iter().filter_map(earlier).collect();
        parents.dedup();
        parents.truncate(1 + usize::from(second % 3 == 0));
        let named = sha(usize::from(*named) % picks.len() + 1);
        Commit { parents, ..commit(at + 1, &texts[*text].replace("{}", named.as_str())) }
    });
    let mut commits: Vec<Commit> = commits.collect();
    commits.reverse();
    commits
}

proptest::proptest! {
    /// Leaving copies out of a range changes nothing of what it asks for: of two that are the same, one counts.
    #[test]
    fn a_range_asks_for_as_much_without_its_copies(
        picks in proptest::collection::vec((proptest::num::u8::ANY, proptest::num::u8::ANY, 0..6_usize, proptest::num::u8::ANY), 1..14),
    ) {
        let range = branches(&picks);
        let copies = crate::history::copies(&range, &[], &HashMap::new());
        let most = |assessed: &[Assessed]| assessed.iter().map(|commit| commit.bump).max();
        let (all, once) = (assess(&range, &HashMap::new()), assess(&range, &copies));
        proptest::prop_assert_eq!(most(&all), most(&once));
        for commit in &once {
            if let Reason::CopyOf { original, .. } = &commit.reason {
                let counts = once.iter().any(|other| other.sha == *original && !other.is_cancelled());
                proptest::prop_assert!(counts, "{} is left out for one that is left out", commit.sha.short());
            }
        }
    }

    /// One more commit never lowers the version, and a version is always greater than the last.
    #[test]
    fn more_changes_never_ask_for_less(picks in proptest::collection::vec(0..5_usize, 1..8)) {
        let words = ["fix: a", "feat: b", "docs: c", "feat!: d", "what"];
        let text = |picks: &[usize]| picks.iter().fold("v1.2.3".to_owned(), |text, pick| format!("{text}; {}", words[*pick]));
        let next = |picks: &[usize]| decide(&history(&text(picks)), Facts::default(), &policy()).version().cloned();
        let (all, fewer) = (next(&picks), next(&picks[1..]));
        proptest::prop_assert!(all >= fewer);
        proptest::prop_assert!(all.is_none_or(|version| version > Version::new(1, 2, 3)));
    }
}
