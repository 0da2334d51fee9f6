//! Who must sign a step, and whether enough have: by role, bound to the plan, one person for one role.

use jiff::{SignedDuration, Timestamp};

use super::{Standing, State};
use crate::deploy::journal::{Outcome, Part, Place, Proof};
use crate::deploy::plan::{Action, Step};
use crate::deploy::refusal::Refusal;
use crate::yaml::{Node, Value};

/// An option of `zarpe/sign`, which no subcommand has: what people sign is asked by the engine.
#[derive(Clone, Copy, Debug)]
pub struct SignOption {
    /// Its key under `with`.
    pub name: &'static str,
    /// The values that it has, as they are written; none where it is a text.
    pub values: &'static [&'static str],
    /// What it says.
    pub about: &'static str,
}

/// The options of `zarpe/sign`.
pub const OPTIONS: [SignOption; 4] = [
    SignOption { name: "statement", values: &[], about: "What is signed; default: the step's name" },
    SignOption {
        name: "quorum",
        values: &["any", "all"],
        about: "Whether one of the step's roles signs, or each; default: any",
    },
    SignOption {
        name: "distinct",
        values: &["true", "false"],
        about: "Whether one person signs for one role only; default: true",
    },
    SignOption {
        name: "evidence",
        values: &["optional", "required"],
        about: "Whether who signs must say on what, with --evidence; default: optional",
    },
];

/// How long it counts what somebody signed about a rollback while the site is open.
const SAID_FOR: SignedDuration = SignedDuration::from_hours(1);

/// What is said where nobody is named.
pub(in crate::deploy) const NOBODY: &str = "a sign-off needs a `role`: who signs it?";

/// Somebody signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The step.
    pub place: Place,
    /// The role that was signed for.
    pub role: String,
    /// Who.
    pub login: String,
    /// How it is known.
    pub proof: Proof,
    /// The digest of the plan that was signed.
    pub plan_sha256: String,
    /// What it is signed on.
    pub evidence: Option<String>,
    /// The signature of an SSH key.
    pub signature: Option<String>,
    /// When it was said, by the clock of the journal as far as that is known; not when it was read.
    pub at: Timestamp,
}

impl Signature {
    /// What an SSH key signs.
    #[must_use]
    pub fn statement(&self, run: &str) -> String {
        statement(run, &self.plan_sha256, &self.place, &self.role, self.evidence.as_deref())
    }
}

/// What an SSH key signs.
#[must_use]
pub fn statement(run: &str, plan_sha256: &str, place: &Place, role: &str, evidence: Option<&str>) -> String {
    format!(
        "zarpe deploy sign-off\nrun: {run}\nplan: {plan_sha256}\nstep: {place}\nrole: {role}\nevidence: {}\n",
        evidence.unwrap_or_default()
    )
}

/// People were asked to sign, on an issue or a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Its number.
    pub issue: u64,
    /// The comment that asks.
    pub comment: u64,
    /// When it was written, by the server's clock.
    pub at: Timestamp,
    /// The digest of the plan that is signed.
    pub plan_sha256: String,
    /// The steps.
    pub places: Vec<Place>,
    /// The same moment by the clock of the machine that asked, where that is known.
    pub here: Option<Timestamp>,
}

/// What a `zarpe/sign` step asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The roles that may sign.
    pub roles: Vec<String>,
    /// Whether each of them must; else one of them is enough.
    pub all: bool,
    /// Whether one person may sign for one role only.
    pub distinct: bool,
    /// Whether a signature must say what it is signed on.
    pub evidence: bool,
    /// What is signed, in which `${{ }}` may stand.
    pub statement: Option<String>,
}

impl Request {
    /// The options that a step gives.
    ///
    /// # Errors
    /// What is wrong with them, with the name of the option.
    pub fn of(step: &Step) -> Result<Self, String> {
        let roles = step.role.iter().map(|role| role.as_str().to_owned()).collect();
        let mut request = Self { roles, distinct: true, ..Self::default() };
        // Another step than a sign-off is signed where it could not tell: by one of its roles.
        let Action::Uses { with, .. } = &step.action else { return Ok(request) };
        if !step.is_sign_off() {
            return if request.roles.is_empty() { Err(NOBODY.to_owned()) } else { Ok(request) };
        }
        for (name, node) in with.iter() {
            request.take(name.as_str(), node)?;
        }
        if request.roles.is_empty() { Err(NOBODY.to_owned()) } else { Ok(request) }
    }

    /// Takes one option of `zarpe/sign`.
    ///
    /// # Errors
    /// What is wrong with its value, or that there is none of this name.
    pub fn take(&mut self, name: &str, node: &Node) -> Result<(), String> {
        match (name, &node.value) {
            ("statement", Value::String(text)) => self.statement = Some(text.to_string()),
            ("quorum", Value::String(text)) if matches!(&**text, "all" | "any") => self.all = &**text == "all",
            ("distinct", Value::Bool(distinct)) => self.distinct = *distinct,
            ("evidence", Value::String(text)) if matches!(&**text, "required" | "optional") => {
                self.evidence = &**text == "required";
            }
            ("statement", _) => return Err("`statement` is a text".to_owned()),
            ("quorum", _) => return Err("`quorum` is `all` or `any`".to_owned()),
            ("distinct", _) => return Err("`distinct` is `true` or `false`".to_owned()),
            ("evidence", _) => return Err("`evidence` is `required` or `optional`".to_owned()),
            (other, _) => return Err(format!("zarpe/sign has no option `{other}`")),
        }
        Ok(())
    }

    /// The roles that have not signed yet; empty where enough have.
    #[must_use]
    pub fn missing(&self, state: &State, place: &Place) -> Vec<&str> {
        let signed = state.deciding(place);
        let has = |role: &&str| signed.iter().any(|signature| signature.role == *role);
        let roles = self.roles.iter().map(String::as_str);
        if !self.all && roles.clone().any(|role| has(&role)) {
            return Vec::new();
        }
        roles.filter(|role| !has(role)).collect()
    }

    /// Why this person cannot sign for this role; `None` where they can, as far as it is not about being its member.
    #[must_use]
    pub fn refusal(&self, state: &State, place: &Place, role: &str, login: &str) -> Option<Refusal> {
        let signed = state.deciding(place);
        if !self.roles.iter().any(|known| known == role) {
            return Some(Refusal::OtherRole(role.to_owned(), self.roles.clone()));
        }
        if let Some(before) = signed.iter().find(|signature| signature.role == role) {
            return Some(Refusal::Taken { by: before.login.clone(), role: role.to_owned() });
        }
        let other = signed.iter().find(|signature| signature.login.eq_ignore_ascii_case(login));
        match other {
            Some(other) if self.distinct && self.all => {
                Some(Refusal::NotDistinct { login: login.to_owned(), role: other.role.clone() })
            }
            _ => None,
        }
    }
}

impl State {
    /// The signatures of a step that hold: those of the plan that the run goes by.
    #[must_use]
    pub fn signed(&self, place: &Place) -> Vec<&Signature> {
        let holds = |one: &&Signature| one.place == *place && one.plan_sha256 == self.plan_sha256;
        self.signatures.iter().filter(holds).collect()
    }

    /// When something was said that the server says was said then, by the clock of the journal: so long after the question as the
    /// server says. It was said before it was read.
    pub(super) fn said_at(&self, place: &Place, said: Timestamp, read: Timestamp) -> Timestamp {
        let ask = self.asks.iter().rev().find(|ask| ask.places.contains(place) && ask.at <= said);
        let here = ask.and_then(|ask| ask.here?.checked_add(said.duration_since(ask.at)).ok());
        here.unwrap_or(said).min(read)
    }

    /// Whether somebody signed a step in answer to a question, and it does not decide any more.
    #[must_use]
    pub fn is_out_of_date(&self, ask: &Ask, place: &Place) -> bool {
        let deciding = self.deciding(place);
        let mut signed = self.signed(place).into_iter().filter(|one| ask.here.is_none_or(|asked| one.at >= asked));
        signed.any(|one| !deciding.contains(&one))
    }

    /// The signatures that decide about a step now. What was signed about a rollback before the job had ended was signed while
    /// the site was closed: since it is open again there is something to lose, and that was not in view; and until the rollback begins more is
    /// lost with each hour.
    #[must_use]
    pub fn deciding(&self, place: &Place) -> Vec<&Signature> {
        let opened = self.open_since(place);
        let has_begun = self.jobs.get(&place.job).is_some_and(|job| job.rollback_begun);
        let is_in_view = |at: Timestamp| has_begun || self.at.duration_since(at) <= SAID_FOR;
        let decides = |one: &&Signature| opened.is_none_or(|opened| one.at >= opened && is_in_view(one.at));
        self.signed(place).into_iter().filter(decides).collect()
    }

    /// Since when the site is open again that a rollback's step restores: what was written since is lost by it.
    #[must_use]
    pub fn open_since(&self, place: &Place) -> Option<Timestamp> {
        if place.part == Part::Rollback { self.opened(&place.job) } else { None }
    }

    /// Since when a job has ended and all clean-ups of its steps have run; `None` where it has not, or one is held back.
    #[must_use]
    pub fn opened(&self, job: &str) -> Option<Timestamp> {
        let job = self.jobs.get(job).filter(|job| job.result.is_some())?;
        let mut opened = job.ended?;
        for place in job.cleanups.iter().filter(|place| place.part == Part::Post) {
            let step = self.steps.get(place)?;
            match step.standing {
                Standing::Finished(Outcome::Success) => opened = opened.max(step.ended?),
                Standing::Finished(Outcome::Skipped) => {}
                _ => return None,
            }
        }
        Some(opened)
    }
}
