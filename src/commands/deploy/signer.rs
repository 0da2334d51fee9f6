//! Who signs, and whether they may: the login of the token or the principal of an SSH key, and the members of the role.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use super::ground::{Ground, Read};
use crate::context::Context;
use crate::deploy::advice::Advice;
use crate::deploy::journal::{Event, Place, Proof};
use crate::deploy::plan::Plan;
use crate::deploy::refusal::Refusal;
use crate::deploy::refused::Refused;
use crate::deploy::state::{Request, State, statement, step_of};
use crate::io::github::GitHub;
use crate::io::sshsig;
use crate::report::Failure;

/// A sign-off about to be made.
pub(super) struct SignOff<'a> {
    pub(super) run: &'a str,
    pub(super) place: &'a Place,
    pub(super) role: Option<&'a str>,
    pub(super) evidence: Option<&'a str>,
    /// The key that signs; without one, the token does.
    pub(super) key: Option<&'a Path>,
}

/// A sign-off that was said on GitHub, by a person that GitHub names.
pub(super) struct Spoken<'a> {
    pub(super) place: &'a Place,
    pub(super) who: &'a str,
    pub(super) evidence: Option<&'a str>,
    /// Where it was said, as `comment 17`.
    pub(super) source: &'a str,
    /// Whether by the approval of a pull request.
    pub(super) approves: bool,
    /// When, by the server's clock.
    pub(super) at: Timestamp,
}

/// The remote's GitHub.
///
/// # Errors
/// Exit code 2 where it is not known, or there is no token.
pub(super) fn github(cx: &Context, ground: &Ground) -> Result<GitHub> {
    let address = ground.repository.as_ref().map(|one| one.remote_url(cx.remote_name())).transpose()?.flatten();
    let github = GitHub::connect(&cx.environment, address.as_deref())?;
    if github.has_token() {
        return Ok(github);
    }
    Err(Failure::usage(
        "deploy/no-token",
        "nobody is known here: a sign-off is by the login of a token, or by an SSH key",
    )
    .help("set ZARPE_TOKEN to a token of yours, or sign with --ssh-key FILE")
    .into())
}

/// The login of the token; never a machine's.
///
/// # Errors
/// Exit code 1 where it is a machine's, 2 where there is no token, 3 where GitHub does not say.
pub(super) async fn login(cx: &Context, ground: &Ground) -> Result<String> {
    let login = github(cx, ground)?.viewer().await?;
    // GraphQL leaves the end of a machine's login out in places.
    if login.ends_with("[bot]") || login == "github-actions" {
        return Err(Failure::refused("deploy/machine", Refused::Machine(&login).text(cx.config.language))
            .help(Advice::OwnKey.text(cx.config.language))
            .into());
    }
    Ok(login)
}

/// A role that somebody is a member of, and the entry of the plan's `roles` that says so: a login, or a team that GitHub was asked for.
struct Member {
    role: String,
    by: String,
}

/// Makes the event of a sign-off where this person may sign.
///
/// # Errors
/// Exit code 1 where they may not, 2 where the role or the evidence is missing, 3 where it cannot be told who they are.
pub(super) async fn sign(cx: &Context, ground: &Ground, read: &Read, state: &State, off: SignOff<'_>) -> Result<Event> {
    let place = off.place;
    let request = step_of(&read.plan, place).and_then(|step| Request::of(step).ok()).unwrap_or_default();
    let evidence = off.evidence.map(str::trim).filter(|evidence| !evidence.is_empty());
    if request.evidence && evidence.is_none() {
        let message = Refused::NoEvidence(&place.to_string()).text(cx.config.language);
        return Err(Failure::usage("deploy/no-evidence", message)
            .help(Advice::Evidence.text(cx.config.language))
            .into());
    }
    let statement = |role: &str| statement(off.run, &state.plan_sha256, place, role, evidence);
    let missing = request.missing(state, place);
    let (who, member, proof, signature) = match off.key {
        None => {
            let who = login(cx, ground).await?;
            let member = role(cx, ground, &read.plan, &request, &missing, off.role, &who).await?;
            (who, member, Proof::Token, None)
        }
        Some(key) => {
            // The role is a part of what is signed: with more than one that is missing it must be named.
            let role = match (off.role, missing.as_slice()) {
                (Some(role), _) => role.to_owned(),
                (None, [one]) => (*one).to_owned(),
                (None, several) => return Err(which(&several.join(", ")).into()),
            };
            let signers = ground.top.join(cx.config.deploy.signers());
            let signed = sshsig::sign(key, &signers, &statement(&role)).await;
            let signed = signed.map_err(|error| no_signer(cx, key, &signers, error))?;
            let member = self::role(cx, ground, &read.plan, &request, &missing, Some(&role), &signed.principal).await?;
            (signed.principal, member, Proof::Ssh, Some(signed.signature))
        }
    };
    let Member { role, by } = member;
    if let Some(why) = request.refusal(state, place, &role, &who) {
        return Err(Failure::refused("deploy/cannot-sign", why.text(cx.config.language)).into());
    }
    Ok(Event::Signed {
        place: place.clone(),
        role,
        member: Some(by),
        login: who,
        proof,
        plan_sha256: state.plan_sha256.clone(),
        evidence: evidence.map(str::to_owned),
        signature,
        source: None,
        at: None,
    })
}

/// Makes the event of a sign-off that was said on GitHub; why it is none otherwise.
///
/// # Errors
/// Exit code 3 where it cannot be told whether this person is a member of the role.
pub(super) async fn spoken(
    cx: &Context,
    ground: &Ground,
    read: &Read,
    state: &State,
    said: Spoken<'_>,
) -> Result<Result<Event, Refusal>> {
    let place = said.place;
    let request = step_of(&read.plan, place).and_then(|step| Request::of(step).ok()).unwrap_or_default();
    let missing = request.missing(state, place);
    if missing.is_empty() {
        return Ok(Err(Refusal::Enough));
    }
    if request.evidence && said.evidence.is_none() {
        return Ok(Err(Refusal::NoEvidence));
    }
    let Some(Member { role, by }) = member_of(cx, ground, &read.plan, &request, &missing, said.who).await? else {
        return Ok(Err(Refusal::NotAMember(missing.iter().map(|role| (*role).to_owned()).collect())));
    };
    if let Some(why) = request.refusal(state, place, &role, said.who) {
        return Ok(Err(why));
    }
    Ok(Ok(Event::Signed {
        place: place.clone(),
        role,
        member: Some(by),
        login: said.who.to_owned(),
        proof: if said.approves { Proof::Review } else { Proof::Comment },
        plan_sha256: state.plan_sha256.clone(),
        evidence: said.evidence.map(str::to_owned),
        signature: None,
        source: Some(said.source.to_owned()),
        at: Some(said.at),
    }))
}

/// The same in the language of who reads, where the file of signers does not have the key.
fn no_signer(cx: &Context, key: &Path, signers: &Path, error: anyhow::Error) -> anyhow::Error {
    let failure = Failure::from_error(&error);
    if failure.finding.rule != "deploy/ssh-signer" {
        return error;
    }
    let (key, signers) = (key.display().to_string(), signers.display().to_string());
    let message = Refused::NoSigner(&signers, &key).text(cx.config.language);
    Failure::refused("deploy/ssh-signer", message).help(Advice::Signers.text(cx.config.language)).into()
}

fn which(roles: &str) -> Failure {
    Failure::usage("deploy/which-role", format!("for which role? {roles}")).help("--role ROLE")
}

/// The role that this person signs for: the named one, else the first missing one that they are a member of.
async fn role(
    cx: &Context,
    ground: &Ground,
    plan: &Plan,
    request: &Request,
    missing: &[&str],
    named: Option<&str>,
    who: &str,
) -> Result<Member> {
    let asked: Vec<&str> = named.map_or_else(|| missing.to_vec(), |named| vec![named]);
    if let Some(member) = member_of(cx, ground, plan, request, &asked, who).await? {
        return Ok(member);
    }
    let refusal = Refusal::NotAMember(asked.iter().map(|role| (*role).to_owned()).collect());
    Err(Failure::refused("deploy/not-a-member", format!("{who}: {}", refusal.text(cx.config.language)))
        .help(Advice::Roles.text(cx.config.language))
        .into())
}

/// The first of these roles that somebody is a member of; `None` where it is shown that they are of none.
///
/// # Errors
/// Exit code 3 where that cannot be told.
async fn member_of(
    cx: &Context,
    ground: &Ground,
    plan: &Plan,
    request: &Request,
    roles: &[&str],
    who: &str,
) -> Result<Option<Member>> {
    let mut untold = None;
    for role in roles.iter().filter(|role| request.roles.iter().any(|known| known == *role)) {
        match is_member(cx, ground, plan, role, who).await {
            Ok(Some(by)) => return Ok(Some(Member { role: (*role).to_owned(), by })),
            Ok(None) => {}
            // Another role may be shown to be theirs.
            Err(error) => untold = untold.or(Some(error)),
        }
    }
    untold.map_or(Ok(None), Err)
}

/// The entry of a role by which somebody is its member; `None` where it is shown that they are not.
async fn is_member(cx: &Context, ground: &Ground, plan: &Plan, role: &str, who: &str) -> Result<Option<String>> {
    let members = plan.roles.get(role).map(|members| members.iter().map(|one| one.as_str().trim_start_matches('@')));
    let mut teams = Vec::new();
    for member in members.into_iter().flatten() {
        match member.split_once('/') {
            None if member.eq_ignore_ascii_case(who) => return Ok(Some(member.to_owned())),
            None => {}
            Some(team) => teams.push(team),
        }
    }
    if teams.is_empty() {
        return Ok(None);
    }
    let github = github(cx, ground)?;
    let mut untold = None;
    for (organisation, team) in teams {
        match github.is_member(organisation, team, who).await {
            Ok(true) => return Ok(Some(format!("{organisation}/{team}"))),
            Ok(false) => {}
            Err(error) => untold = untold.or(Some(error)),
        }
    }
    untold.map_or(Ok(None), Err)
}
