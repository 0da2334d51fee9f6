//! What a run says of one that was deployed or taken back after it, to people, in their language.

use crate::config::Language;
use crate::deploy::service::{Act, Did};

/// Something was done in the environment since a run began.
#[must_use]
pub fn done_since(language: Language, environment: &str, run: &str, later: &Act) -> String {
    let other = &later.run;
    match (language, later.did) {
        (Language::En, Did::Deployed) => {
            format!("run {other} has been deployed to {environment} since run {run} began")
        }
        (Language::En, Did::Partly) => {
            format!(
                "run {other} may have put a part of its version in service in {environment} since run {run} began: nobody can tell what serves"
            )
        }
        (Language::En, Did::TakenBack) => {
            format!("run {other} has been taken back in {environment} since run {run} began")
        }
        (Language::Es, Did::Deployed) => {
            format!("la ejecución {other} se desplegó en {environment} después de que empezó la ejecución {run}")
        }
        (Language::Es, Did::Partly) => {
            format!(
                "la ejecución {other} pudo haber puesto en servicio una parte de su versión en {environment} después de que empezó la ejecución {run}: nadie puede saber qué está en servicio"
            )
        }
        (Language::Es, Did::TakenBack) => {
            format!("la ejecución {other} se revirtió en {environment} después de que empezó la ejecución {run}")
        }
    }
}

/// What to do instead of going on over it, and how to go on all the same.
#[must_use]
pub fn over_later(language: Language, later: &Act, takes_back: bool) -> String {
    let other = &later.run;
    match (language, takes_back.then_some(later.did)) {
        (Language::En, Some(Did::Deployed)) => {
            format!("take that one back first: zarpe deploy rollback {other}; or go on over it: --over-later")
        }
        (Language::En, Some(Did::Partly)) => {
            format!("see what serves, and what `zarpe deploy status {other}` says; then go on over it: --over-later")
        }
        (Language::En, Some(Did::TakenBack) | None) => {
            "begin another run: zarpe deploy run; or go on over it: --over-later".to_owned()
        }
        (Language::Es, Some(Did::Deployed)) => {
            format!("revierta primero esa: zarpe deploy rollback {other}; o siga por encima de ella: --over-later")
        }
        (Language::Es, Some(Did::Partly)) => {
            format!(
                "vea qué está en servicio, y qué dice `zarpe deploy status {other}`; después siga por encima de ella: --over-later"
            )
        }
        (Language::Es, Some(Did::TakenBack) | None) => {
            "empiece otra ejecución: zarpe deploy run; o siga por encima de ella: --over-later".to_owned()
        }
    }
}

/// How to go on where it cannot be told whether there is such a run.
#[must_use]
pub fn over_unknown(language: Language) -> &'static str {
    match language {
        Language::En => "whether a later run was deployed cannot be told; to go on all the same: --over-later",
        Language::Es => "no se puede saber si se desplegó una posterior; para seguir de todos modos: --over-later",
    }
}
