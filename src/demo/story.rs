//! What happens in the demo, in the order it happens: the acts of the story.

use anyhow::{Context as _, Result};
use jiff::{SignedDuration, Timestamp};

use super::stage::Stage;
use crate::embedded::Embedded;
use crate::embedded::state::{Access, Role, State, Token};
use crate::report::ExitCode::{Done, Refused, Stale};

/// The token that the story's programs have; it opens nothing but the embedded GitHub.
pub(super) const TOKEN: &str = "zarpe-demo-token";

/// The people of the story.
const PEOPLE: [&str; 3] = ["ana", "bruno", "rita"];

/// The token of one of them: a sign-off is a person's.
pub(super) fn token_of(person: &str) -> String {
    format!("{TOKEN}-{person}")
}

const DAY: SignedDuration = SignedDuration::from_hours(24);
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// The GitHub before anything happened: its people and what the token may do.
pub(super) fn state(now: Timestamp) -> State {
    let mut state = State::new("acme", "harbor");
    state.now = now;
    for person in PEOPLE {
        state.add_user(person, Role::Write);
        state.add_token(&token_of(person), Token::classic(person));
    }
    let permissions = [
        ("contents", Access::Write),
        ("deployments", Access::Write),
        ("issues", Access::Write),
        ("checks", Access::Read),
        ("statuses", Access::Read),
        ("actions", Access::Read),
        ("pull-requests", Access::Read),
    ];
    state.add_token(TOKEN, Token::workflow(&permissions));
    state
}

/// A change that was merged.
struct Change<'a> {
    /// How long before the demo.
    ago: SignedDuration,
    author: &'a str,
    title: &'a str,
    /// Whoever approved it before the merge.
    approved_by: Option<&'a str>,
    /// The files that it changed.
    files: &'a [(&'a str, &'a str)],
}

/// The repository of the story, its remote and its GitHub.
pub(super) struct Harbour<'out> {
    stage: Stage<'out>,
    github: Embedded,
    now: Timestamp,
}

impl<'out> Harbour<'out> {
    /// A service with one release, and three changes since.
    pub(super) fn build(stage: Stage<'out>, github: Embedded) -> Result<Self> {
        let now = github.state(|state| state.now);
        let remote = github.clone_url();
        stage.write("README.md", "# Harbor\n\nShips, berths and manifests.\n")?;
        stage.write("zarpe.yml", CONFIG)?;
        stage.write("api/openapi.sh", &generator(FIRST_API))?;
        stage.write("schema.yml", FIRST_API)?;
        for arguments in [
            &["init", "--quiet", "--initial-branch=main"][..],
            &["config", "user.name", "ana"],
            &["config", "user.email", "ana@example.com"],
            &["remote", "add", "origin", &remote],
            &["add", "--all"],
            &["commit", "--quiet", "--message", "feat: keep a register of ships"],
            &["tag", "--annotate", "--message", "v1.0.0", "v1.0.0"],
        ] {
            stage.git(DAY * 30, arguments)?;
        }
        let mut harbour = Self { stage, github, now };
        harbour.push(&["main", "v1.0.0"])?;
        let unapproved = "fix(ships): leave out what the register no longer holds";
        for change in [
            Change {
                ago: DAY * 3,
                author: "bruno",
                title: "feat(manifest): list the cargo of a ship",
                approved_by: Some("rita"),
                files: &[("api/openapi.sh", &generator(&with_cargo(FIRST_API)))],
            },
            Change {
                ago: DAY * 2,
                author: "ana",
                title: "docs: say how a ship is registered",
                approved_by: Some("bruno"),
                files: &[(
                    "README.md",
                    "# Harbor\n\nShips, berths and manifests. A ship is registered by its master.\n",
                )],
            },
            Change {
                ago: DAY,
                author: "bruno",
                title: unapproved,
                approved_by: None,
                files: &[("api/openapi.sh", &generator(&without_flag(&with_cargo(FIRST_API))))],
            },
        ] {
            harbour.merge(&change)?;
        }
        harbour.checks(&[("test", "success"), ("lint", "failure")])?;
        Ok(harbour)
    }

    /// Where the GitHub listens.
    pub(super) fn origin(&self) -> &str {
        self.github.origin()
    }

    /// First act: the release is asked for, and refused.
    pub(super) fn is_refused(&mut self) -> Result<()> {
        let remote = self.github.clone_url();
        self.stage.tell("zarpe demo: a release is refused, mended and cleared.\n")?;
        self.stage.tell(
            "Everything below is really run, in a scratch repository whose remote and whose GitHub are served on",
        )?;
        self.stage.tell(&format!("this machine ({remote}): no token, no network."))?;
        self.stage.scene("The harbor service wants to release what it has done since v1.0.0")?;
        self.stage.show_git(&["log", "--oneline", "v1.0.0.."])?;
        self.stage.scene("Is main green, and is every commit since the last release approved?")?;
        self.stage.zarpe(&["verify"], Refused)?;
        self.stage.scene("Is the committed schema what the application generates?")?;
        self.stage.zarpe(&["openapi", "check"], Stale)?;
        self.stage.scene("And what would callers say to what the application generates now?")?;
        self.stage.shell("sh api/openapi.sh | zarpe openapi diff v1.0.0:schema.yml -", Refused)?;
        self.stage.scene("So a release is refused, with every reason at once, and nothing is pushed")?;
        self.stage.zarpe(&["release", "--yes"], Refused)?;
        self.stage.show_git(&["ls-remote", "--tags", "origin"])
    }

    /// Second act: what is done about each reason.
    pub(super) fn is_mended(&mut self) -> Result<()> {
        self.stage.scene("What to do about each")?;
        self.stage.tell("  red check            ana mends what lint complains about")?;
        self.stage.tell("  missing approval     rita reviews the change now and waives it in zarpe.yml, in her name, with a reason and an end")?;
        self.stage.tell(
            "  breaking schema      the field comes back, deprecated, so that callers can leave it in their own time",
        )?;
        self.stage.tell("  stale schema         zarpe openapi check --fix")?;
        let unapproved = self.stage.git(SignedDuration::ZERO, &["rev-parse", "HEAD"])?;
        let expires = (self.now + DAY * 7).to_zoned(jiff::tz::TimeZone::UTC).date().to_string();
        let api = deprecated_flag(&with_cargo(FIRST_API));
        self.stage.write("api/openapi.sh", &generator(&api))?;
        self.stage.zarpe(&["openapi", "check", "--fix"], Done)?;
        let config = format!("{CONFIG}{}", waiver(&unapproved, &expires));
        self.merge(&Change {
            ago: HOUR,
            author: "ana",
            title: "fix(ships): keep the flag of a ship until 2.0",
            approved_by: Some("rita"),
            files: &[("zarpe.yml", &config)],
        })?;
        self.checks(&[("test", "success"), ("lint", "success")])
    }

    /// Third act: the same release is cleared.
    pub(super) fn is_cleared(&mut self) -> Result<()> {
        self.stage.scene("The pull request is merged, and the same questions are asked again")?;
        self.stage.zarpe(&["verify"], Done)?;
        self.stage.zarpe(&["openapi", "check"], Done)?;
        self.stage.zarpe(&["openapi", "diff", "v1.0.0:schema.yml", "HEAD:schema.yml"], Done)?;
        self.stage.scene("Which version is it, and why?")?;
        self.stage.zarpe(&["next", "--explain"], Done)?;
        self.stage.scene("The release sails: both tags in one push, then the release with its schema")?;
        self.stage.zarpe(&["release", "--yes"], Done)?;
        self.stage.scene("Running it again changes nothing")?;
        self.stage.zarpe(&["release", "--yes"], Done)?;
        self.stage.scene("What the remote has now")?;
        self.stage.show_git(&["ls-remote", "--tags", "origin"])?;
        self.stage.scene("And what people read")?;
        let (notes, assets) = self.published()?;
        self.stage.tell(&notes)?;
        self.stage.tell(&format!("\nattached: {assets}"))
    }

    /// A pull request from its branch to the squashed commit on main, as GitHub would do it.
    fn merge(&mut self, change: &Change<'_>) -> Result<()> {
        let base = self.stage.git(change.ago, &["rev-parse", "HEAD"])?;
        for (path, text) in change.files {
            self.stage.write(path, text)?;
        }
        let number = self.github.state(|state| state.pulls.len() + 1);
        let (name, mail) =
            (format!("user.name={}", change.author), format!("user.email={}@example.com", change.author));
        let commit = ["-c", &name, "-c", &mail, "commit", "--quiet", "--message"];
        let branch = format!("change-{number}");
        self.stage.git(change.ago, &["switch", "--quiet", "--create", &branch])?;
        self.stage.git(change.ago, &["add", "--all"])?;
        self.stage.git(change.ago, &[&commit[..], &[change.title]].concat())?;
        self.push(&[&branch])?;
        let head = self.stage.git(change.ago, &["rev-parse", "HEAD"])?;
        let pushed = self.now.checked_sub(change.ago)?;
        self.github.state(|state| {
            state.now = pushed;
            let number = state.add_pull(change.title, change.author, &base, &[&head]);
            state.add_check(&head, "test", "success");
            state.now = pushed + SignedDuration::from_mins(20);
            if let Some(reviewer) = change.approved_by {
                state.add_review(number, reviewer, "APPROVED");
            }
        });
        self.stage.git(change.ago, &["switch", "--quiet", "main"])?;
        self.stage.git(change.ago, &["merge", "--quiet", "--squash", &branch])?;
        self.stage.git(change.ago, &[&commit[..], &[&format!("{} (#{number})", change.title)]].concat())?;
        self.push(&["main"])?;
        let merged = self.stage.git(change.ago, &["rev-parse", "HEAD"])?;
        let number = u64::try_from(number)?;
        self.github.state(|state| {
            state.now = pushed + SignedDuration::from_mins(30);
            state.merge_pull(number, change.author, &merged);
        });
        Ok(())
    }

    /// What the machines say about main's head; after it, the server's clock is at the demo's time.
    fn checks(&mut self, results: &[(&str, &str)]) -> Result<()> {
        let head = self.stage.git(SignedDuration::ZERO, &["rev-parse", "HEAD"])?;
        self.github.state(|state| {
            for (name, result) in results {
                state.add_check(&head, name, result);
            }
            state.now = self.now;
        });
        Ok(())
    }

    /// As the people of the story would push; past the server's hooks, which are there for the release.
    fn push(&self, references: &[&str]) -> Result<()> {
        let bare = self.github.bare().display().to_string();
        self.stage.git(SignedDuration::ZERO, &[&["push", "--quiet", &bare][..], references].concat())?;
        self.stage.git(SignedDuration::ZERO, &["fetch", "--quiet", "--tags", "origin"]).map(drop)
    }

    /// Notes and assets of the newest release, as GitHub has them.
    fn published(&self) -> Result<(String, String)> {
        self.github.state(|state| {
            let release = state.releases.iter().rev().find(|release| !release.draft).context("nothing is published")?;
            let assets = release.assets.iter().map(|asset| format!("{} ({} bytes)", asset.name, asset.bytes.len()));
            Ok((release.body.clone().unwrap_or_default(), assets.collect::<Vec<_>>().join(", ")))
        })
    }
}

const CONFIG: &str = "\
branch: main
openapi:
  - schema: schema.yml
    generate: sh api/openapi.sh
notes:
  assets: [schema.yml]
verify:
  checks: [test, lint]
  approvals: 1
";

fn waiver(sha: &str, expires: &str) -> String {
    format!(
        "  waive:
    - sha: {sha}
      reason: merged at night without a reviewer; read and found good by rita
      by: rita
      expires: {expires}
"
    )
}

/// The program of the story's application that prints its OpenAPI document.
fn generator(document: &str) -> String {
    format!("# Prints the OpenAPI document of the application as it is now.\ncat <<'YAML'\n{document}YAML\n")
}

fn with_cargo(document: &str) -> String {
    document.replacen("components:\n", &format!("{CARGO}components:\n"), 1)
}

fn without_flag(document: &str) -> String {
    document.replace("required: [id, name, flag]", "required: [id, name]").replace(FLAG, "")
}

fn deprecated_flag(document: &str) -> String {
    document.replace("flag: {type: string}", "flag: {type: string, deprecated: true}")
}

const FLAG: &str = "        flag: {type: string}\n";

const FIRST_API: &str = "\
openapi: 3.0.3
info: {title: Harbor, version: '1'}
paths:
  /ships/{id}:
    get:
      operationId: ship
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: A ship
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Ship'}
components:
  schemas:
    Ship:
      type: object
      required: [id, name, flag]
      properties:
        id: {type: string}
        name: {type: string}
        flag: {type: string}
";

// Its first line is indented: a line end escaped before it would take the indent away.
const CARGO: &str = "  /ships/{id}/cargo:
    get:
      operationId: cargo
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: What is on board
          content:
            application/json:
              schema: {type: array, items: {type: string}}
";
