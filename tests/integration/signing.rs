//! `zarpe tag --sign`: the version tag carries the user's own signature, made as git is configured.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{ExitCode, Harbor, Zarpe, clean};

fn ready() -> Harbor {
    Harbor::new().tagged("v1.0.0").merged_pull("feat: list the cargo", "bruno").approved_by("rita")
}

/// A person's own git configuration and key, outside the repository.
struct Person {
    home: PathBuf,
}

impl Person {
    fn new(harbor: &Harbor, configuration: &str) -> Self {
        let home = harbor.repo.scratch().join("home");
        std::fs::create_dir(&home).unwrap();
        std::fs::write(home.join("gitconfig"), configuration.replace("HOME", home.to_str().unwrap())).unwrap();
        Self { home }
    }

    fn with_ssh_key(harbor: &Harbor, more: &str) -> Self {
        let person = Self::new(
            harbor,
            &format!(
                "[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = HOME/key.pub\n[gpg \"ssh\"]\n\tallowedSignersFile = HOME/signers\n{more}"
            ),
        );
        let key = person.home.join("key");
        person.program("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "ana", "-f", key.to_str().unwrap()]);
        let public = std::fs::read_to_string(person.home.join("key.pub")).unwrap();
        std::fs::write(person.home.join("signers"), format!("ana@example.com {public}")).unwrap();
        person
    }

    fn with_gpg_key(harbor: &Harbor) -> Self {
        let person = Self::new(harbor, "[user]\n\tsigningKey = ana@example.com\n");
        std::fs::create_dir(person.home.join("g")).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(person.home.join("g"), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        let key = ["--quick-generate-key", "Ana Marina <ana@example.com>", "ed25519", "sign", "never"];
        person.program("gpg", &[["--batch", "--quiet", "--passphrase", ""].as_slice(), &key].concat());
        person
    }

    fn program(&self, program: &str, args: &[&str]) -> String {
        let mut command = Command::new(program);
        clean(&mut command);
        command.env("GNUPGHOME", self.home.join("g")).env("GIT_CONFIG_GLOBAL", self.home.join("gitconfig"));
        let output = command.args(args).output().unwrap_or_else(|error| panic!("{program}: {error}"));
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{program} {args:?}: {said}");
        said
    }

    fn runs(&self, zarpe: Zarpe) -> Zarpe {
        zarpe.env("GIT_CONFIG_GLOBAL", self.home.join("gitconfig")).env("GNUPGHOME", self.home.join("g"))
    }

    /// git's own verdict on the signature of the remote's tag, in a fresh clone.
    fn verifies(&self, harbor: &Harbor, tag: &str) -> String {
        let clone = harbor.repo.scratch().join("fresh");
        let clone = clone.to_str().unwrap();
        self.program("git", &["clone", "--quiet", harbor.github.bare().to_str().unwrap(), clone]);
        self.program("git", &["-C", clone, "verify-tag", tag])
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        // The agent outlives the command that started it.
        let _ = Command::new("gpgconf").env("GNUPGHOME", self.home.join("g")).args(["--kill", "all"]).output();
    }
}

#[test]
fn a_tag_is_signed_with_the_ssh_key_that_git_is_configured_with() {
    let harbor = ready();
    let ana = Person::with_ssh_key(&harbor, "");
    let run = ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Done);
    run.says("v1.1.0");
    assert!(ana.verifies(&harbor, "v1.1.0").contains("Good \"git\" signature for ana@example.com"));
    assert_eq!(harbor.repo.sha("v1.1.0"), harbor.head());
    let text = harbor.repo.git(["cat-file", "tag", "v1.1.0"]);
    assert!(text.contains("\ntag v1.1.0\n") && text.contains("tagger Ana Marina <ana@example.com>"), "{text}");
}

#[test]
fn a_tag_is_signed_with_the_gpg_key_that_git_is_configured_with() {
    let harbor = ready();
    let ana = Person::with_gpg_key(&harbor);
    ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Done);
    assert!(ana.verifies(&harbor, "v1.1.0").contains("Good signature from \"Ana Marina <ana@example.com>\""));
}

#[test]
fn where_git_signs_every_tag_it_signs_this_one_too() {
    let harbor = ready();
    let ana = Person::with_ssh_key(&harbor, "");
    harbor.repo.git(["config", "tag.gpgSign", "true"]);
    ana.runs(harbor.zarpe(["tag", "--dry-run"])).run().exits(ExitCode::Done).says("v1.1.0 (signed)");
    ana.runs(harbor.zarpe(["tag", "--push"])).run().exits(ExitCode::Done);
    assert!(ana.verifies(&harbor, "v1.1.0").contains("Good \"git\" signature"));
}

#[test]
fn without_a_key_nothing_is_tagged_and_the_key_is_asked_for() {
    let harbor = ready();
    let ana = Person::new(&harbor, "[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = HOME/none.pub\n");
    let before = harbor.remote_refs("refs/*");
    let run = ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Usage);
    run.says("git cannot sign tag v1.1.0").says("user.signingKey");
    assert_eq!(harbor.remote_refs("refs/*"), before);
    assert_eq!(harbor.repo.git(["tag", "--list", "v1.1.0"]), "");
}

#[test]
fn a_clone_does_not_choose_the_program_that_signs() {
    let harbor = ready();
    let ana = Person::with_ssh_key(&harbor, "");
    let canary = harbor.repo.scratch().join("canary");
    for key in ["gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand"] {
        harbor.repo.git(["config", key, &format!("touch {}", canary.display())]);
        let run = ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Usage);
        run.says("names what signs").says(&key.to_lowercase());
        harbor.repo.git(["config", "--unset", key]);
    }
    assert!(!canary.exists());
}

#[test]
fn a_signed_tag_that_is_there_is_right_and_stays_as_it_is() {
    let harbor = ready();
    let ana = Person::with_ssh_key(&harbor, "");
    ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Done);
    let before = harbor.remote_refs("refs/*");
    ana.runs(harbor.zarpe(["tag", "--push", "--sign"])).run().exits(ExitCode::Done).says("already right");
    harbor.zarpe(["tag", "--push"]).run().exits(ExitCode::Done).says("already right");
    assert_eq!(harbor.remote_refs("refs/*"), before);
}
