//! What to do next where a command about a run does not do what it was asked for, in the language of who reads.

use crate::config::Language;

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The plan is another one.
    PutBack,
    /// The run cannot go on.
    AnotherRun,
    /// Nobody else knows.
    ByHand,
    /// The window is closed.
    InTheWindow,
    /// A machine signs nothing.
    OwnKey,
    /// Somebody is no member.
    Roles,
    /// The lock is another one's.
    LookFirst,
    /// Another process works on it.
    Wait,
    /// The command of a step still runs.
    WaitOrEnd,
    /// A process that is at work here would lose its lock.
    StopFirst,
    /// It is signed on evidence.
    Evidence,
    /// The file of signers does not have the key.
    Signers,
    /// The step does not tell its backup.
    TellBackup,
    /// The backup is not there.
    BackUpAgain,
    /// The backup is another one.
    Changed,
    /// The image is not there.
    PushAgain,
    /// A step that has begun stands elsewhere.
    KeepSteps,
}

impl Advice {
    /// In a language.
    #[must_use]
    pub fn text(self, language: Language) -> &'static str {
        let (english, spanish) = self.both();
        if language == Language::Es { spanish } else { english }
    }

    fn both(self) -> (&'static str, &'static str) {
        match self {
            Self::KeepSteps => (
                "leave what has begun in its place and under its name, or begin another run: zarpe deploy run",
                "hay que dejar en su lugar y con su nombre lo que ya empezó, o comenzar otra ejecución: zarpe deploy run",
            ),
            Self::PutBack => (
                "put it back as it was, or go on by it with --changed-plan: the sign-offs are void then",
                "déjelo como estaba, o siga con él con --changed-plan: entonces las firmas ya no valen",
            ),
            Self::AnotherRun => ("begin another run: zarpe deploy run", "empiece otra ejecución: zarpe deploy run"),
            Self::ByHand => ("see by hand what is left of it to do", "hay que ver a mano qué falta por hacer"),
            Self::InTheWindow => (
                "run it again then, or change the plan's `window`",
                "ejecútelo de nuevo entonces, o cambie `window` en el plan",
            ),
            Self::OwnKey => (
                "sign with a token of your own, or with --ssh-key FILE",
                "firme con un token propio, o con --ssh-key ARCHIVO",
            ),
            Self::Roles => ("the plan's `roles` say who is", "los `roles` del plan dicen quién lo es"),
            Self::LookFirst => (
                "somebody took it meanwhile: look at that run first",
                "alguien lo tomó entretanto: vea primero esa ejecución",
            ),
            Self::StopFirst => (
                "wait for its end, or stop it: it leaves the run as it is, and its lock can be taken then",
                "espere a que termine, o deténgalo: deja la ejecución como está, y entonces se puede tomar su candado",
            ),
            Self::WaitOrEnd => (
                "wait for its end, or end it, and look then what it did",
                "espere a que termine, o termínelo, y vea entonces qué hizo",
            ),
            Self::Wait => ("wait until it ends: zarpe deploy status", "espere a que termine: zarpe deploy status"),
            Self::Evidence => {
                ("--evidence TEXT: what you looked at, or its address", "--evidence TEXTO: lo que vio, o su dirección")
            }
            Self::Signers => (
                "a line of it: LOGIN KEY-TYPE KEY (ssh-keygen(1), ALLOWED SIGNERS)",
                "una línea suya: LOGIN TIPO LLAVE (ssh-keygen(1), ALLOWED SIGNERS)",
            ),
            Self::TellBackup => (
                "let the step write file=PATH and sha256=HEX into GITHUB_OUTPUT",
                "el paso debe escribir file=RUTA y sha256=HEX en GITHUB_OUTPUT",
            ),
            Self::BackUpAgain => (
                "make the backup again, then: zarpe deploy resume",
                "haga otra vez el respaldo, y luego: zarpe deploy resume",
            ),
            Self::Changed => {
                ("something wrote to it since: make it again", "algo lo cambió desde entonces: hágalo otra vez")
            }
            Self::PushAgain => (
                "push it again, or name the version that runs: deploy run --previous TAG",
                "súbala otra vez, o diga qué versión corre: deploy run --previous TAG",
            ),
        }
    }
}
