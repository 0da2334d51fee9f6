//! What `gh attestation verify --format json` says about a clearance: whether this very file was attested by a run of this
//! repository on the branch that releases are made from.
//!
//! `gh` has checked the signature, the subject's digest and the repository. Only what stands in the certificate cannot be
//! chosen by the workflow that signed (`gh help attestation verify`); the branch is looked at here because a workflow on any
//! other one may hold whatever its author likes.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;
use serde_json::Value;

use super::canonical;
use super::resource::Resource;
use super::statement::PREDICATE;
use crate::report::Failure;

/// An attestation that `gh` has verified.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Verified {
    verification_result: Outcome,
}

#[derive(Debug, Deserialize)]
struct Outcome {
    signature: Signature,
    statement: Said,
}

#[derive(Debug, Deserialize)]
struct Signature {
    certificate: Certificate,
}

/// Fulcio's certificate as sigstore-go sums it up.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    subject_alternative_name: String,
    #[serde(rename = "sourceRepositoryURI")]
    source_repository_uri: String,
    source_repository_ref: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    #[serde(alias = "predicate_type")]
    predicate_type: String,
    subject: Vec<Subject>,
    predicate: Value,
}

#[derive(Debug, Deserialize)]
struct Subject {
    digest: BTreeMap<String, String>,
}

/// The workflow that attested the file, as `https://HOST/OWNER/NAME/PATH@REF`.
///
/// # Errors
/// Exit code 3 where the answer says nothing, 1 where every attestation is of something else.
pub fn attested_by(answer: &[u8], file: &[u8], resource: &Resource) -> Result<String> {
    let verified: Vec<Verified> = serde_json::from_slice(answer).map_err(|error| {
        Failure::cannot_tell("clearance/attestation", format!("gh says yes, and its answer cannot be read: {error}"))
            .help("use a newer gh, or leave --clearance-bundle out: the commit is verified again")
    })?;
    let mut why = None;
    for Verified { verification_result: outcome } in verified {
        match mismatch(&outcome, file, resource) {
            None => return Ok(outcome.signature.certificate.subject_alternative_name),
            Some(reason) => why = why.or(Some(reason)),
        }
    }
    Err(match why {
        Some(why) => Failure::refused("clearance/attestation", format!("the bundle attests something else: {why}"))
            .help(format!(
                "attest the clearance in a workflow on {}, and give the bundle of that step",
                resource.reference()
            )),
        // gh has ended with 0 where no attestation had the wanted predicate type.
        None => Failure::cannot_tell("clearance/attestation", "gh found nothing wrong, and no attestation either")
            .help("give the bundle that actions/attest wrote for this clearance, or leave --clearance-bundle out"),
    }
    .into())
}

fn mismatch(outcome: &Outcome, file: &[u8], resource: &Resource) -> Option<String> {
    let Outcome { signature: Signature { certificate }, statement } = outcome;
    let digest = canonical::sha256(file);
    if statement.predicate_type != PREDICATE {
        return Some(format!("its predicate is of type {}, not {PREDICATE}", statement.predicate_type));
    }
    if !statement.subject.iter().any(|subject| subject.digest.get("sha256") == Some(&digest)) {
        return Some(format!("its subject is not sha256:{digest}"));
    }
    let predicate =
        serde_json::from_slice::<Value>(file).ok().and_then(|mut file| Some(file.get_mut("predicate")?.take()));
    if predicate.as_ref() != Some(&statement.predicate) {
        return Some("its predicate is not the one of the clearance".to_owned());
    }
    if !certificate.source_repository_uri.eq_ignore_ascii_case(resource.page()) {
        return Some(format!(
            "it was made by a run of {}, not of {}",
            certificate.source_repository_uri,
            resource.page()
        ));
    }
    if certificate.source_repository_ref != resource.reference() {
        let (made, wanted) = (&certificate.source_repository_ref, resource.reference());
        return Some(format!("it was made by a run on {made}, not on {wanted}"));
    }
    None
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use test_case::test_case;

    use super::*;

    const FILE: &str = r#"{"predicate":{"a":[true,"b"]},"subject":[]}"#;

    fn answer() -> Value {
        json!([{
            "attestation": { "bundle": {} },
            "verificationResult": {
                "mediaType": "application/vnd.dev.sigstore.verificationresult+json;version=0.1",
                "signature": { "certificate": {
                    "subjectAlternativeName": "https://github.com/acme/boat/.github/workflows/clear.yml@refs/heads/main",
                    "sourceRepositoryURI": "https://github.com/Acme/boat",
                    "sourceRepositoryRef": "refs/heads/main",
                } },
                "statement": {
                    "_type": "https://in-toto.io/Statement/v1",
                    "predicateType": PREDICATE,
                    "subject": [{ "name": "other" , "digest": { "sha256": "0" } },
                        { "name": "clearance.json", "digest": { "sha256": canonical::sha256(FILE.as_bytes()) } }],
                    "predicate": { "a": [true, "b"] },
                },
            },
        }])
    }

    fn said(answer: &Value) -> String {
        let resource = Resource::new("https://github.com/", "acme/boat", "main");
        match attested_by(answer.to_string().as_bytes(), FILE.as_bytes(), &resource) {
            Ok(by) => by,
            Err(error) => format!("{}: {error}", Failure::from_error(&error).exit.code()),
        }
    }

    #[test]
    fn the_workflow_is_named() {
        let by = "https://github.com/acme/boat/.github/workflows/clear.yml@refs/heads/main";
        assert_eq!(said(&answer()), by);
        let mut two = answer();
        two.as_array_mut().unwrap().insert(0, answer()[0].clone());
        two[0]["verificationResult"]["statement"]["predicateType"] = json!("https://slsa.dev/provenance/v1");
        assert_eq!(said(&two), by);
    }

    #[test_case("statement/predicateType", json!("x") => "its predicate is of type x, not https://slsa.dev/verification_summary/v1"; "type")]
    #[test_case("statement/subject", json!([]) => matches text if text.starts_with("its subject is not sha256:"); "subject")]
    #[test_case("statement/predicate/a", json!([true]) => "its predicate is not the one of the clearance"; "predicate")]
    #[test_case("signature/certificate/sourceRepositoryURI", json!("https://github.com/acme/ship")
        => "it was made by a run of https://github.com/acme/ship, not of https://github.com/acme/boat"; "repository")]
    #[test_case("signature/certificate/sourceRepositoryRef", json!("refs/heads/feature")
        => "it was made by a run on refs/heads/feature, not on refs/heads/main"; "branch")]
    fn another_attestation_is_a_no(path: &str, value: Value) -> String {
        let mut answer = answer();
        *answer.pointer_mut(&format!("/0/verificationResult/{path}")).unwrap() = value;
        let said = said(&answer);
        said.strip_prefix("1: the bundle attests something else: ").unwrap_or_else(|| panic!("{said}")).to_owned()
    }

    #[test_case("[]"; "nothing")]
    #[test_case("{}"; "not a list")]
    #[test_case(""; "no answer")]
    #[test_case("[{}]"; "no result")]
    #[test_case(r#"[{"verificationResult":null}]"#; "null")]
    fn an_answer_that_says_nothing_is_never_a_yes(answer: &str) {
        let resource = Resource::new("https://github.com/", "acme/boat", "main");
        let error = attested_by(answer.as_bytes(), FILE.as_bytes(), &resource).unwrap_err();
        assert_eq!(Failure::from_error(&error).exit, crate::report::ExitCode::CannotTell);
    }

    #[test]
    fn a_certificate_without_its_branch_is_never_a_yes() {
        let mut answer = answer();
        answer
            .pointer_mut("/0/verificationResult/signature/certificate")
            .unwrap()
            .as_object_mut()
            .unwrap()
            .shift_remove("sourceRepositoryRef");
        assert!(said(&answer).starts_with("3: "), "{}", said(&answer));
    }
}
