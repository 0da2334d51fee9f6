//! What people answer on GitHub where they were asked to sign: which words are a sign-off, of which step, and which are none.

use std::ops::Range;

use jiff::Timestamp;
use pulldown_cmark::{Event, Parser, Tag};

use super::journal::Place;
use super::plan::Plan;
use super::refusal::Refusal;
use super::state::{Ask, Standing, State, find};

/// What a comment's line begins with that signs.
pub const WORDS: &str = "/zarpe sign";

/// What stands in a question, in English and in Spanish, where the evidence goes; it is none.
pub const EVIDENCE: [&str; 2] = ["WHAT-IT-IS-SIGNED-ON", "EVIDENCIA"];

/// Who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A person, by login.
    Person(String),
    /// An app, by login.
    Machine(String),
    /// An account that is not there any more.
    Gone,
}

impl Author {
    /// The login, where the account is there.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        match self {
            Self::Person(login) | Self::Machine(login) => Some(login),
            Self::Gone => None,
        }
    }
}

/// A comment, or an approving review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it was said, as `comment 17`.
    pub source: String,
    /// Its number: of its kind, a later one has a larger one.
    pub id: u64,
    /// Who wrote it.
    pub author: Author,
    /// Its text.
    pub body: String,
    /// When it was written, by the server's clock.
    pub at: Timestamp,
    /// Whether it was changed since.
    pub edited: bool,
    /// Whether it is a review that approves: that is an answer without any word.
    pub approves: bool,
}

/// A line that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The step, as it was named; empty where none was.
    pub step: String,
    /// What it is signed on.
    pub evidence: Option<String>,
    /// Why it may not be seen as what the writer says, where that is so.
    pub doubt: Option<Refusal>,
}

/// What is made of a line that signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// It signs this step, as far as its words say.
    Signs {
        /// The step.
        place: Place,
        /// On what.
        evidence: Option<String>,
    },
    /// It signs nothing.
    Refused {
        /// The step, as it was named.
        step: String,
        /// Why.
        why: Refusal,
    },
}

/// Where people were asked, and by which runs.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// By this run: the questions that hold.
    pub asks: &'a [&'a Ask],
    /// By other runs on the same page.
    pub others: &'a [Beside],
}

/// A question of another run on the same page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The number of its comment.
    pub comment: u64,
    /// The run.
    pub run: String,
    /// What it says.
    pub text: String,
    /// Where that run stands, where its journal is known.
    pub state: Option<State>,
}

impl Beside {
    /// Whether an answer may be meant for it, beside a question about a step of the same name.
    fn may_be_meant(&self, answer: &Answer, step: &str, own: u64) -> bool {
        // What was answered before it was asked was said to the other one.
        let was_there = answer.approves || self.comment < answer.id;
        let waits = match &self.state {
            None => self.comment > own,
            // It took the answer, or still waits for one.
            Some(state) => {
                let is_it = |place: &Place| place.to_string() == step;
                let is_behind = state
                    .steps
                    .iter()
                    .any(|(place, known)| is_it(place) && matches!(known.standing, Standing::Finished(_)));
                let took = state.heard.iter().any(|(source, at)| *source == answer.source && at == step);
                took || state.finished.is_none() && !is_behind
            }
        };
        was_there && waits && asks_for(&self.text, step)
    }
}

/// The lines of a text that sign: those that are shown as a text of the writer's own. What stands in code, in HTML or in a link is none.
#[must_use]
pub fn said(body: &str) -> Vec<Said> {
    let [mut texts, mut quotes, mut apart] = [const { Vec::<Range<usize>>::new() }; 3];
    let mut html: Option<usize> = None;
    let mut opens = |range: &Range<usize>| {
        // What an element holds may be folded up, struck out, or shown as code; a comment holds nothing.
        let is_comment = body.get(range.clone()).is_some_and(|text| text.trim_start().starts_with("<!--"));
        html = html.or((!is_comment).then_some(range.start));
    };
    // As GitHub reads it: which fence closes which, and where a quote ends, is Markdown's to say.
    for (event, range) in Parser::new(body).into_offset_iter() {
        match event {
            Event::Text(_) => texts.push(range),
            Event::Start(Tag::BlockQuote(_)) => quotes.push(range),
            Event::Start(Tag::CodeBlock(_) | Tag::Image { .. }) => apart.push(range),
            Event::Start(Tag::HtmlBlock) => {
                opens(&range);
                apart.push(range);
            }
            Event::InlineHtml(_) => opens(&range),
            _ => {}
        }
    }
    let mut found = Vec::new();
    let mut next = 0;
    for line in body.split_inclusive('\n') {
        let at = next;
        next += line.len();
        let line = line.trim_end_matches(['\n', '\r']);
        let rest = line.strip_prefix(WORDS).filter(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        let is_in = |ranges: &[Range<usize>]| ranges.iter().any(|range| range.contains(&at));
        let Some(rest) = rest.filter(|_| is_in(&texts) && !is_in(&apart)) else { continue };
        let (step, evidence) = rest.trim().split_once(char::is_whitespace).unwrap_or((rest.trim(), ""));
        let evidence = evidence.trim();
        let evidence = Some(evidence).filter(|text| !text.is_empty() && !EVIDENCE.contains(&text.trim_matches('`')));
        // As it stands in a question: in the marks of a code.
        let (step, evidence) = (step.trim_matches('`').to_owned(), evidence.map(str::to_owned));
        let in_html = html.filter(|html| *html < at).map(|_| Refusal::Html);
        found.push(Said { step, evidence, doubt: is_in(&quotes).then_some(Refusal::Quoted).or(in_html) });
    }
    found
}

/// What is made of an answer, line by line. A review that approves and names no step signs the only one that was asked for.
#[must_use]
pub fn heard(asked: Asked<'_>, answer: &Answer) -> Vec<Heard> {
    let mut lines = said(&answer.body);
    if lines.is_empty() && answer.approves {
        let evidence = Some(answer.body.trim().to_owned()).filter(|text| !text.is_empty());
        lines.push(Said { step: String::new(), evidence, doubt: None });
    }
    lines.into_iter().filter_map(|line| one(asked, answer, line)).collect()
}

fn one(asked: Asked<'_>, answer: &Answer, line: Said) -> Option<Heard> {
    let places = || asked.asks.iter().flat_map(|ask| &ask.places);
    let refused = |why| Some(Heard::Refused { step: line.step.clone(), why });
    let is_late = |ask: &Ask| answer.at >= ask.at && (answer.approves || answer.id > ask.comment);
    let place = if line.step.is_empty() {
        let mut known: Vec<&Place> = places().collect();
        known.dedup();
        match known.as_slice() {
            [one] => (*one).clone(),
            // An approval from before any question is about something else.
            _ if answer.approves && !asked.asks.iter().any(|ask| is_late(ask)) => return None,
            several => return refused(Refusal::WhichStep(several.iter().map(|place| place.to_string()).collect())),
        }
    } else {
        let named = find(asked.plan, &line.step);
        let Some(place) = named.iter().find(|place| places().any(|known| known == *place)) else {
            // Who answers another run does not speak to this one.
            let is_others = asked.others.iter().any(|other| asks_for(&other.text, &line.step));
            return if is_others { None } else { refused(Refusal::NotAsked) };
        };
        place.clone()
    };
    let ask = asked.asks.iter().rev().find(|ask| ask.places.contains(&place))?;
    if !is_late(ask) {
        return if line.step.is_empty() { None } else { refused(Refusal::Early) };
    }
    if answer.edited {
        return refused(Refusal::Edited);
    }
    if let Some(doubt) = line.doubt {
        return refused(doubt);
    }
    let step = place.to_string();
    if let Some(other) = asked.others.iter().find(|other| other.may_be_meant(answer, &step, ask.comment)) {
        return refused(Refusal::WhichRun(other.run.clone()));
    }
    match &answer.author {
        Author::Person(_) => Some(Heard::Signs { place, evidence: line.evidence }),
        Author::Machine(_) => refused(Refusal::NoPerson),
        Author::Gone => refused(Refusal::Gone),
    }
}

/// Whether a question asks for a step, and not for one whose name only begins so.
fn asks_for(text: &str, step: &str) -> bool {
    let words = format!("{WORDS} {step}");
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    text.match_indices(&words)
        .any(|(at, found)| !text.get(at + found.len()..).unwrap_or_default().starts_with(is_of_name))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use test_case::test_case;

    use super::*;
    use crate::deploy::journal::{self, Outcome, Part};

    #[test_case("/zarpe sign go/ready" => "go/ready:"; "alone")]
    #[test_case("seen\n\n/zarpe sign ready  tests/42 are green \r\nbye" => "ready:tests/42 are green"; "with evidence, among other lines")]
    #[test_case("/zarpe sign `go/ready`" => "go/ready:"; "as code")]
    #[test_case("/zarpe sign a WHAT-IT-IS-SIGNED-ON\n/zarpe sign b `EVIDENCIA`" => "a:;b:"; "copied as it stands in the question")]
    #[test_case("/zarpe sign" => ":"; "no step")]
    #[test_case("> /zarpe sign go/ready" => ""; "quoted")]
    #[test_case("```\n/zarpe sign go/ready\n```" => ""; "in a block of code")]
    #[test_case("~~~\n```\n/zarpe sign a\n~~~\n/zarpe sign b" => "b:"; "after a block of code")]
    #[test_case("````\n```\n/zarpe sign a\n```\n````\n/zarpe sign b" => "b:"; "in a block whose fence is longer")]
    #[test_case("```\n```sh\n/zarpe sign a\n```\n/zarpe sign b" => "b:"; "a fence with words closes nothing")]
    #[test_case("```\n    ```\n/zarpe sign a" => ""; "nor does one that stands far in")]
    #[test_case("```make all```\n/zarpe sign a" => "a:"; "a line of code is no block")]
    #[test_case("~~~ a`b\r\n/zarpe sign a\r\n~~~~\r\n/zarpe sign b" => "b:"; "a longer fence closes")]
    #[test_case("1. x\n   ```\n   y\n   ```\n/zarpe sign a" => "a:"; "after a block in a list")]
    #[test_case("<!--\n/zarpe sign a\n-->\n/zarpe sign b" => "b:"; "hidden")]
    #[test_case("seen <!-- so\n/zarpe sign a\n--> it is" => ""; "hidden in a sentence")]
    #[test_case("<!-- nothing ends it\n\n/zarpe sign a" => ""; "hidden to the end")]
    #[test_case("no [x](https://x.example \"\n/zarpe sign a\n\")" => ""; "the title of a link")]
    #[test_case("no. [x]\n\n[x]: https://x.example \"\n/zarpe sign a\n\"" => ""; "the title of a link that is told apart")]
    #[test_case("no ![a](https://x.example \"\n/zarpe sign a\n\")" => ""; "the title of an image")]
    #[test_case("no ![\n/zarpe sign a\n](https://x.example)" => ""; "what is told of an image")]
    #[test_case("answer with `\n/zarpe sign a\n`" => ""; "code in a sentence")]
    #[test_case("please /zarpe sign go/ready" => ""; "in a sentence")]
    #[test_case("/zarpe signs go/ready" => ""; "another word")]
    #[test_case("/zarpe sign a x\n/zarpe sign b" => "a:x;b:"; "two")]
    fn lines(body: &str) -> String {
        let one = |said: Said| format!("{}:{}", said.step, said.evidence.unwrap_or_default());
        said(body).into_iter().map(one).collect::<Vec<_>>().join(";")
    }

    const PLAN: &str = "
roles: {boss: '@bea'}
jobs:
  go: {steps: [{id: ready, role: boss, uses: zarpe/sign}, {id: late, role: boss, uses: zarpe/sign}]}
";

    fn judged(body: &str, change: impl Fn(&mut Answer), asked_for: &[&str], other: Option<(u64, &str)>) -> String {
        judged_beside(body, change, asked_for, other, None)
    }

    fn judged_beside(
        body: &str,
        change: impl Fn(&mut Answer),
        asked_for: &[&str],
        other: Option<(u64, &str)>,
        state: Option<State>,
    ) -> String {
        let plan = Plan::parse("p", PLAN).unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let places = asked_for.iter().map(|step| find(&plan, step).remove(0)).collect();
        let ask = Ask { issue: 1, comment: 10, at, plan_sha256: "p".to_owned(), places, here: None };
        let question = |(comment, text): &(u64, &str)| Beside {
            comment: *comment,
            run: "8".to_owned(),
            text: (*text).to_owned(),
            state: state.clone(),
        };
        let others: Vec<_> = other.iter().map(question).collect();
        let mut answer = Answer {
            source: "comment 11".to_owned(),
            id: 11,
            author: Author::Person("bea".to_owned()),
            body: body.to_owned(),
            at: at + SignedDuration::from_secs(1),
            edited: false,
            approves: false,
        };
        change(&mut answer);
        let asked = Asked { plan: &plan, asks: &[&ask], others: &others };
        let shown = |heard| match heard {
            Heard::Signs { place, evidence } => format!("{place} {}", evidence.unwrap_or_default()),
            Heard::Refused { step, why } => format!("{step} {why:?}"),
        };
        heard(asked, &answer).into_iter().map(shown).collect::<Vec<_>>().join("; ")
    }

    #[test_case("/zarpe sign ready x", &["ready"] => "go/ready x"; "by its id")]
    #[test_case("/zarpe sign go/ready", &["ready"] => "go/ready "; "by its place")]
    #[test_case("> is it?\n/zarpe sign ready x", &["ready"] => "ready Quoted"; "right below a quote")]
    #[test_case("<details><summary>a</summary>\n\n/zarpe sign ready x\n\n</details>", &["ready"] => "ready Html"; "folded up")]
    #[test_case("never <code>\n/zarpe sign ready x\n</code>", &["ready"] => "ready Html"; "within an element")]
    #[test_case("<!--\nso\n-->\n/zarpe sign ready x", &["ready"] => "go/ready x"; "behind a comment")]
    #[test_case("<!-- so -->\n\n/zarpe sign ready x\n\n<br>", &["ready"] => "go/ready x"; "beside HTML")]
    #[test_case("> is it?\n\n/zarpe sign ready x", &["ready"] => "go/ready x"; "below a quote")]
    #[test_case("/zarpe sign go/late", &["ready"] => "go/late NotAsked"; "one that does not wait")]
    #[test_case("/zarpe sign x", &["ready"] => "x NotAsked"; "none")]
    #[test_case("/zarpe sign", &["ready", "late"] => " WhichStep([\"go/ready\", \"go/late\"])"; "which one")]
    #[test_case("thanks", &["ready"] => ""; "no sign-off")]
    fn of_a_comment(body: &str, asked_for: &[&str]) -> String {
        judged(body, |_| {}, asked_for, None)
    }

    #[test]
    fn what_is_no_sign_off() {
        let sign = "/zarpe sign go/ready";
        let refused = |change: &dyn Fn(&mut Answer)| judged(sign, change, &["ready"], None);
        assert_eq!(refused(&|answer| answer.edited = true), "go/ready Edited");
        assert_eq!(refused(&|answer| answer.id = 9), "go/ready Early");
        assert_eq!(refused(&|answer| answer.at -= SignedDuration::from_secs(2)), "go/ready Early");
        assert_eq!(refused(&|answer| answer.author = Author::Gone), "go/ready Gone");
        assert_eq!(refused(&|answer| answer.author = Author::Machine("x[bot]".to_owned())), "go/ready NoPerson");
        assert_eq!(judged(sign, |_| {}, &["ready"], Some((10, sign))), "go/ready ");
        let asked_since = |id, text| judged(sign, |answer| answer.id = 12, &["ready"], Some((id, text)));
        assert_eq!(asked_since(11, sign), "go/ready WhichRun(\"8\")");
        assert_eq!(asked_since(13, sign), "go/ready ", "the other run asked after the answer");
        assert_eq!(asked_since(11, "`/zarpe sign go/ready-2`"), "go/ready ");
        assert_eq!(judged("/zarpe sign far", |_| {}, &["ready"], Some((9, "/zarpe sign far"))), "");
    }

    /// Another run asked for a step of the same name, before or after this one.
    #[test_case(|_| {} => [true, true]; "it waits for an answer as well")]
    #[test_case(|state| state.finished = Some(Outcome::Success) => [false, false]; "it has ended")]
    #[test_case(|state| state.apply(Timestamp::UNIX_EPOCH, 1, &journal::Event::StepSkipped { place: ready() }) => [false, false]; "its step is behind")]
    #[test_case(|state| {
        state.finished = Some(Outcome::Success);
        state.heard.insert(("comment 11".to_owned(), "go/ready".to_owned()));
    } => [true, true]; "it took the answer, and has ended")]
    fn is_ambiguous(change: impl Fn(&mut State)) -> [bool; 2] {
        let mut state = State::default();
        change(&mut state);
        [9, 11].map(|comment| {
            let body = "/zarpe sign go/ready";
            let later = |answer: &mut Answer| answer.id = 12;
            judged_beside(body, later, &["ready"], Some((comment, body)), Some(state.clone())).contains("WhichRun")
        })
    }

    fn ready() -> Place {
        Place { job: "go".to_owned(), step: "ready".to_owned(), part: Part::Steps }
    }

    #[test]
    fn an_approval_signs_the_only_step_that_was_asked_for() {
        let approves = |answer: &mut Answer| (answer.approves, answer.id) = (true, 1);
        assert_eq!(judged("looks good", approves, &["ready"], None), "go/ready looks good");
        assert_eq!(judged("/zarpe sign late y", approves, &["ready", "late"], None), "go/late y");
        assert_eq!(judged("", approves, &["ready", "late"], None), " WhichStep([\"go/ready\", \"go/late\"])");
        let early = |answer: &mut Answer| {
            approves(answer);
            answer.at -= SignedDuration::from_secs(2);
        };
        assert_eq!(judged("", early, &["ready"], None), "");
        assert_eq!(judged("", early, &["ready", "late"], None), "");
    }
}
