//! Whether a clearance is the one that is wanted: this commit, this repository, today's policy, passed, and fresh.

use jiff::{SignedDuration, Timestamp};

use super::resource::Resource;
use super::statement::Statement;
use crate::history::Sha;
use crate::report::{Finding, Level};

/// How far apart two clocks may be: a time this little ahead of ours is not yet to come.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The clearance that is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The commit that is to be tagged.
    pub commit: &'a Sha,
    /// The branch of the repository that it is released from.
    pub resource: &'a Resource,
    /// Digest of the policy of today's configuration.
    pub policy: &'a str,
    /// How old it may be.
    pub age: SignedDuration,
    /// Now.
    pub now: Timestamp,
}

/// Why a clearance is not the one that is wanted, each reason with its remedy; none where it is.
#[must_use]
pub fn refusals(statement: &Statement, wanted: Wanted<'_>) -> Vec<Finding> {
    let Wanted { commit, resource, policy, age, now } = wanted;
    let predicate = &statement.predicate;
    let mut refusals = Vec::new();
    let mut refuse = |rule: &str, message: String, help: String| {
        refusals.push(Finding::new(format!("clearance/{rule}"), Level::Error, message).help(help));
    };
    let again = format!("zarpe verify {} --clearance FILE", commit.short());
    if statement.commit() != commit.as_str() {
        let message = format!("the clearance is of commit {}, not of {commit}", statement.commit());
        refuse("commit", message, format!("make one of this commit: {again}"));
    }
    let is_ours = |uri: &str| resource.is(uri);
    if !is_ours(&predicate.resource_uri) || !statement.subject.iter().all(|subject| is_ours(&subject.name)) {
        let message = format!("the clearance is for {}, not for {resource}", predicate.resource_uri);
        refuse("repository", message, format!("make one here: {again}"));
    }
    if predicate.policy.digest.sha256 != policy {
        let message = format!(
            "the clearance was judged by the policy sha256:{}, and zarpe.yml has sha256:{policy} now",
            predicate.policy.digest.sha256
        );
        refuse("policy", message, format!("verify by today's zarpe.yml, without options that change it: {again}"));
    }
    if predicate.verification_result != "PASSED" || predicate.verdict != "PASS" {
        let message = format!("the clearance says {} ({})", predicate.verification_result, predicate.verdict);
        refuse("failed", message, format!("see why: zarpe verify {}", commit.short()));
    }
    let made = predicate.time_verified;
    if now.duration_since(made) > age {
        let message = format!("the clearance is of {made}, which is more than {age:#} ago");
        refuse("age", message, format!("make a new one: {again}; or let it be older: --clearance-age"));
    }
    if made.duration_since(now) > CLOCK_SKEW {
        let message = format!("the clearance is of {made}, and here it is {now}");
        refuse("future", message, "set the clocks of both machines right, and make a new one".to_owned());
    }
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    for waiver in predicate.waivers.iter().filter(|waiver| today > waiver.expires) {
        let message = format!("the waiver of {} by {} ended on {}", waiver.sha.short(), waiver.by, waiver.expires);
        refuse("waiver", message, "have the change reviewed, or renew the waiver in zarpe.yml".to_owned());
    }
    refusals
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use test_case::test_case;

    use super::*;

    const NOW: &str = "2026-03-02T12:00:00Z";

    fn good() -> Value {
        let resource = "git+https://github.com/acme/boat@refs/heads/main";
        json!({
            "_type": "https://in-toto.io/Statement/v1",
            "subject": [{ "name": resource, "digest": { "gitCommit": "a".repeat(40) } }],
            "predicateType": "https://slsa.dev/verification_summary/v1",
            "unknown": { "is": "passed over" },
            "predicate": {
                "verifier": { "id": "https://github.com/zarpe/zarpe" },
                "timeVerified": "2026-03-02T11:00:00Z",
                "resourceUri": resource,
                "policy": { "uri": "x", "digest": { "sha256": "p" } },
                "verificationResult": "PASSED",
                "verifiedLevels": [],
                "slsaVersion": "1.1",
                "https://github.com/zarpe/zarpe/clearance#verdict": "PASS",
                "https://github.com/zarpe/zarpe/clearance#evidence": { "digest": { "sha256": "e" } },
                "https://github.com/zarpe/zarpe/clearance#waivers":
                    [{ "sha": "b".repeat(40), "reason": "r", "by": "ana", "expires": "2026-03-02" }],
            },
        })
    }

    fn judged(pointer: &str, value: Value) -> Vec<String> {
        let mut document = good();
        *document.pointer_mut(pointer).unwrap() = value;
        let statement = Statement::parse("c.json", document.to_string().as_bytes()).unwrap();
        let wanted = Wanted {
            commit: &Sha::parse(&"a".repeat(40)).unwrap(),
            resource: &Resource::new("https://github.com/", "acme/boat", "main"),
            policy: "p",
            age: SignedDuration::from_hours(24),
            now: NOW.parse().unwrap(),
        };
        let refusals = refusals(&statement, wanted);
        assert!(refusals.iter().all(|refusal| refusal.level == Level::Error && refusal.help.is_some()));
        refusals.into_iter().map(|refusal| refusal.rule).collect()
    }

    const VERDICT: &str = "/predicate/https:~1~1github.com~1zarpe~1zarpe~1clearance#verdict";
    const EXPIRES: &str = "/predicate/https:~1~1github.com~1zarpe~1zarpe~1clearance#waivers/0/expires";

    #[test_case("/predicate/timeVerified", json!("2026-03-01T12:00:00Z"), &[]; "just not too old")]
    #[test_case("/predicate/timeVerified", json!("2026-03-01T11:59:59Z"), &["age"]; "too old")]
    #[test_case("/predicate/timeVerified", json!("2026-03-02T12:05:00Z"), &[]; "within the skew of clocks")]
    #[test_case("/predicate/timeVerified", json!("2026-03-02T12:05:01Z"), &["future"]; "yet to come")]
    #[test_case("/predicate/timeVerified", json!("2026-03-02T13:00:00+02:00"), &[]; "another zone")]
    #[test_case("/subject/0/digest/gitCommit", json!("c".repeat(40)), &["commit"]; "another commit")]
    #[test_case("/predicate/resourceUri", json!("git+https://github.com/acme/ship@refs/heads/main"), &["repository"]; "another repository")]
    #[test_case("/subject/0/name", json!("git+https://github.com/acme/boat@refs/heads/dev"), &["repository"]; "another subject")]
    #[test_case("/predicate/policy/digest/sha256", json!("q"), &["policy"]; "another policy")]
    #[test_case("/predicate/verificationResult", json!("FAILED"), &["failed"]; "failed")]
    #[test_case("/predicate/verificationResult", json!("passed"), &["failed"]; "not the word")]
    #[test_case(VERDICT, json!("UNKNOWN"), &["failed"]; "not the verdict")]
    #[test_case(EXPIRES, json!("2026-03-01"), &["waiver"]; "a waiver that ended")]
    fn is_compared(pointer: &str, value: Value, rules: &[&str]) {
        let rules: Vec<String> = rules.iter().map(|rule| format!("clearance/{rule}")).collect();
        assert_eq!(judged(pointer, value), rules);
    }

    #[test]
    fn every_reason_is_told() {
        let rules = judged("/predicate/timeVerified", json!("2020-01-01T00:00:00Z"));
        assert_eq!(rules, ["clearance/age"]);
        let mut other = good();
        other["subject"] = json!([{ "name": "x", "digest": { "gitCommit": "c".repeat(40) } }]);
        assert_eq!(judged("/subject", other["subject"].clone()), ["clearance/commit", "clearance/repository"]);
    }

    #[test_case("/subject", json!([]), "it speaks of 0 things"; "no subject")]
    #[test_case("/subject/0/digest/gitCommit", json!("A".repeat(40)), "is no commit"; "upper case")]
    #[test_case("/subject/0/digest/gitCommit", json!("main"), "`main` is no commit"; "a branch")]
    #[test_case("/_type", json!("https://in-toto.io/Statement/v0.1"), "`_type` is `https://in-toto.io/Statement/v0.1`"; "another statement")]
    #[test_case("/predicateType", json!("x"), "`predicateType` is `x`"; "another predicate")]
    #[test_case("/predicate/verifier/id", json!("x"), "`predicate.verifier.id` is `x`"; "another verifier")]
    #[test_case("/predicate/timeVerified", json!("yesterday"), "failed to parse"; "no time")]
    #[test_case("/predicate/policy", json!({}), "missing field `uri`"; "no policy")]
    #[test_case("/predicate", json!(7), "invalid type: integer `7`"; "no predicate")]
    fn what_is_no_clearance_is_refused_with_its_place(pointer: &str, value: Value, why: &str) {
        let mut document = good();
        *document.pointer_mut(pointer).unwrap() = value;
        let error = Statement::parse("c.json", document.to_string().as_bytes()).unwrap_err();
        let failure = crate::report::Failure::from_error(&error);
        assert_eq!(failure.exit, crate::report::ExitCode::Usage);
        assert!(failure.finding.message.contains(why), "{failure}");
        assert_eq!(failure.finding.location.unwrap().file, "c.json");
    }
}
