//! Sign-offs on GitHub: one comment asks, on an issue or a pull request, and what members of the roles answer is read when the
//! run goes on.

use std::time::Duration;

use anyhow::Result;

use super::super::signer::{Spoken, github, spoken};
use super::Engine;
use crate::deploy::answers::{Answer, Asked, Beside, Heard, heard};
use crate::deploy::journal::{Event, Place};
use crate::deploy::question::{Question, Wanted, refused, run_of};
use crate::deploy::refusal::Refusal;
use crate::deploy::state::{Ask, Request, Sight, State};
use crate::deploy::words;
use crate::io::github::GitHub;
use crate::io::github::issues::Comment;
use crate::io::machine;

/// How long GitHub may take to answer one question: the run waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What stands on an issue or a pull request.
struct Page {
    number: u64,
    comments: Vec<Comment>,
    approvals: Vec<Answer>,
}

/// A sign-off that was none: who, the step, and why.
type Told = (Option<String>, String, String);

impl Engine<'_> {
    /// Takes what was answered since as sign-offs, and tells who answered and may not sign.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written. What GitHub does not show is no sign-off, and a remark.
    pub(super) async fn listen(&self) -> Result<()> {
        let state = self.state.borrow().clone();
        let mut asks: Vec<&Ask> = state.asks.iter().filter(|ask| ask.plan_sha256 == state.plan_sha256).collect();
        asks.retain(|ask| ask.places.iter().any(|place| self.is_wanted(&state, place)));
        let mut numbers: Vec<u64> = asks.iter().map(|ask| ask.issue).collect();
        numbers.sort_unstable();
        numbers.dedup();
        for number in numbers {
            let page = match self.page(number).await {
                Ok(page) => page,
                Err(error) => {
                    self.remark(&error);
                    continue;
                }
            };
            let held: Vec<&Ask> =
                asks.iter().copied().filter(|ask| ask.issue == number && self.holds(ask, &page)).collect();
            if !held.is_empty() {
                self.hear(&page, &held).await?;
            }
        }
        Ok(())
    }

    /// Whether a step still needs a sign-off.
    fn is_wanted(&self, state: &State, place: &Place) -> bool {
        let request = self.step(place).and_then(|step| Request::of(step).ok());
        request.is_some_and(|request| !request.missing(state, place).is_empty())
    }

    async fn page(&self, number: u64) -> Result<Page> {
        let github = github(self.cx, self.ground)?.patient(PATIENCE);
        let comments = github.comments(number).await?;
        let approvals = if github.is_pull(number).await? { github.approvals(number).await? } else { Vec::new() };
        Ok(Page { number, comments, approvals })
    }

    /// Whether the question stands as it was asked. One that was edited or taken away is asked again.
    fn holds(&self, ask: &Ask, page: &Page) -> bool {
        let comment = page.comments.iter().find(|comment| comment.id == ask.comment);
        let holds = comment.is_some_and(|comment| !comment.is_edited());
        if !holds {
            self.void.borrow_mut().insert(ask.comment);
            self.say(&words::void(self.language(), ask.issue));
        }
        holds
    }

    async fn hear(&self, page: &Page, asks: &[&Ask]) -> Result<()> {
        let own = |comment: &Comment| asks.iter().any(|ask| ask.comment == comment.id);
        let asker = page.comments.iter().find(|comment| own(comment)).and_then(Comment::login);
        let run = self.view.facts.run_id.as_str();
        let questions = page.comments.iter().filter(|comment| comment.login() == asker).filter_map(|comment| {
            let body = comment.body.clone()?;
            let of = run_of(&body)?.to_owned();
            Some((comment.id, of, body))
        });
        let questions: Vec<(u64, String, String)> = questions.collect();
        let others = questions.iter().filter(|(_, of, _)| of != run).cloned().map(|(comment, run, text)| {
            let journal = self.ground.store.read(&run).ok().flatten();
            Beside { comment, run, text, state: journal.as_ref().map(State::of) }
        });
        let others: Vec<Beside> = others.collect();
        let is_question = |comment: &&Comment| questions.iter().any(|(id, ..)| *id == comment.id);
        let said = page.comments.iter().filter(|comment| !is_question(comment)).map(Comment::answer);
        let mut answers: Vec<Answer> = said.chain(page.approvals.iter().cloned()).collect();
        answers.sort_by_key(|answer| answer.at);
        let mut none: Vec<Told> = Vec::new();
        for answer in answers {
            for heard in heard(Asked { plan: self.view.plan, asks, others: &others }, &answer) {
                none.extend(self.take(&answer, heard).await?);
            }
        }
        if !none.is_empty() {
            let text = self.mask.text(&refused(run, &none, self.language()));
            let told = match github(self.cx, self.ground) {
                Ok(github) => github.patient(PATIENCE).comment(page.number, &text).await.map(drop),
                Err(error) => Err(error),
            };
            told.unwrap_or_else(|error| self.remark(&error));
        }
        Ok(())
    }

    /// Writes down what one line is; what is to be told of it.
    async fn take(&self, answer: &Answer, heard: Heard) -> Result<Option<Told>> {
        let named = match &heard {
            Heard::Signs { place, .. } => place.to_string(),
            Heard::Refused { step, .. } => step.clone(),
        };
        let state = self.state.borrow().clone();
        if state.heard.contains(&(answer.source.clone(), named.clone())) {
            return Ok(None);
        }
        let why = match (heard, answer.author.login()) {
            (Heard::Refused { why, .. }, _) => why,
            (Heard::Signs { .. }, None) => Refusal::Gone,
            (Heard::Signs { place, evidence }, Some(who)) => {
                let evidence = evidence.map(|evidence| self.mask.text(&evidence));
                let evidence = evidence.as_deref();
                let Answer { source, approves, at, .. } = answer;
                let said = Spoken { place: &place, who, evidence, source, approves: *approves, at: *at };
                match spoken(self.cx, self.ground, self.read, &state, said).await {
                    Ok(Ok(event)) => {
                        let role = if let Event::Signed { role, .. } = &event { role.as_str() } else { "" };
                        self.say(&words::signed(self.language(), who, &place.to_string(), role));
                        self.write(&event)?;
                        return Ok(None);
                    }
                    Ok(Err(why)) => why,
                    // It may be one once the token sees the team.
                    Err(error) => {
                        self.remark(&error);
                        return Ok(None);
                    }
                }
            }
        };
        let login = answer.author.login().map(str::to_owned);
        let why = why.text(self.language());
        let who = login.as_deref().unwrap_or("?");
        self.say(&format!("{named} ({who}, {}): {why}", answer.source));
        let (source, step) = (answer.source.clone(), named.clone());
        self.write(&Event::SignRefused { source, step, login: login.clone(), why: why.clone() })?;
        Ok(Some((login, named, why)))
    }

    /// Asks for the sign-offs that wait, where an issue is named and none of them was asked for there.
    ///
    /// # Errors
    /// Exit code 3 where the journal cannot be written. A question that cannot be asked is a remark.
    pub(super) async fn ask_on_issue(&self) -> Result<()> {
        let state = self.state.borrow().clone();
        let Some(number) = state.issue.filter(|_| self.signals.told().is_none() && state.finished.is_none()) else {
            return Ok(());
        };
        let void = self.void.borrow().clone();
        let is_asked = |place: &Place| {
            let holds = |ask: &&Ask| ask.plan_sha256 == state.plan_sha256 && !void.contains(&ask.comment);
            // What was signed too long before the rollback begins is signed anew: by what is lost now.
            let is_open = |ask: &&Ask| ask.places.contains(place) && !state.is_out_of_date(ask, place);
            state.asks.iter().filter(holds).any(|ask| ask.issue == number && is_open(&ask))
        };
        let waits = state.waiting.iter().filter(|(_, reason)| *reason == "sign-off").map(|(place, _)| place.clone());
        let places: Vec<Place> = waits.filter(|place| !is_asked(place)).collect();
        if places.is_empty() {
            return Ok(());
        }
        match self.ask_there(&state, number, &places).await {
            Ok((comment, found)) => {
                self.say(&words::asked(self.language(), number));
                let (comment, at, plan_sha256) = (comment.id, comment.created_at, state.plan_sha256.clone());
                self.write(&Event::Asked { issue: number, comment, at, plan_sha256, places, found })
            }
            Err(error) => {
                self.remark(&error);
                Ok(())
            }
        }
    }

    /// The comment that asks: the one that a process which was killed wrote, where there is one, else a new one; and whether it was
    /// found.
    async fn ask_there(&self, state: &State, number: u64, places: &[Place]) -> Result<(Comment, bool)> {
        let github = github(self.cx, self.ground)?.patient(PATIENCE);
        let question = self.question(state, places);
        if let Some(found) = self.asked_before(&github, state, number, &question.mark()).await? {
            return Ok((found, true));
        }
        Ok((github.comment(number, &self.mask.text(&question.text(self.language()))).await?, false))
    }

    async fn asked_before(&self, github: &GitHub, state: &State, number: u64, mark: &str) -> Result<Option<Comment>> {
        let comments = github.comments(number).await?;
        let is_known = |comment: &Comment| state.asks.iter().any(|ask| ask.comment == comment.id);
        let begins = |comment: &Comment| comment.body.as_ref().is_some_and(|body| body.starts_with(mark));
        let found = comments.into_iter().rev().find(|one| begins(one) && !one.is_edited() && !is_known(one));
        let Some(found) = found else { return Ok(None) };
        // GraphQL leaves the end of a machine's login out.
        let own = github.viewer().await?;
        let is_own =
            found.login().is_some_and(|login| login.trim_end_matches("[bot]") == own.trim_end_matches("[bot]"));
        Ok(Some(found).filter(|_| is_own))
    }

    fn question<'q>(&'q self, state: &'q State, places: &[Place]) -> Question<'q> {
        let wanted = |place: &Place| {
            let step = self.step(place)?;
            let request = Request::of(step).unwrap_or_default();
            let text = request.statement.as_deref().unwrap_or_else(|| step.label());
            let status = state.status_in(self.view, place, step, text);
            let sight = Sight { job: Some(&place.job), step: Some(step), status };
            let members = |role: &str| {
                let members = self.view.plan.roles.get(role).map(|members| members.iter());
                members.into_iter().flatten().map(|member| member.as_str().to_owned()).collect()
            };
            let mut statement = self.view.render(state, text, sight).unwrap_or_else(|_| text.to_owned());
            if let Some(opened) = state.open_since(place) {
                let minutes = machine::now().duration_since(opened).as_mins();
                statement += &format!(" ({})", words::would_be_lost(self.language(), &place.job, minutes));
            }
            Some(Wanted {
                step: place.to_string(),
                statement,
                roles: request.missing(state, place).iter().map(|role| ((*role).to_owned(), members(role))).collect(),
                all: request.all && request.roles.len() > 1,
                evidence: request.evidence,
            })
        };
        Question {
            run: &self.view.facts.run_id,
            plan: &state.started.plan,
            plan_sha256: &state.plan_sha256,
            version: state.started.version.as_deref(),
            environment: &state.started.environment,
            steps: places.iter().filter_map(wanted).collect(),
        }
    }
}
