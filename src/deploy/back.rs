//! What is said of jobs that are taken back, and of a run that goes on beyond its window.

use crate::config::Language;
use crate::deploy::journal::Place;

/// What was to be done by a step that failed was done by hand.
#[must_use]
pub fn by_hand(language: Language, run: &str, step: &Place) -> String {
    let command = format!("zarpe deploy settle {run} {step} --as done");
    match language {
        Language::En => format!("or where it was done by hand: {command}"),
        Language::Es => format!("o si se hizo a mano: {command}"),
    }
}

/// What to do about a step that failed.
#[must_use]
pub fn tried_again(language: Language, run: &str) -> String {
    let command = format!("zarpe deploy resume {run} --retry");
    match language {
        Language::En => format!("mend what was wrong, then: {command}"),
        Language::Es => format!("corrija lo que falló, y luego: {command}"),
    }
}

/// A job was taken back: that is why the run is no success.
#[must_use]
pub fn taken_back(language: Language, job: &str) -> String {
    match language {
        Language::En => format!("{job} was taken back as it was asked: what this run deployed is not in service"),
        Language::Es => format!("{job} se revirtió como se pidió: lo que esta ejecución desplegó no está en servicio"),
    }
}

/// The run ended after its window had closed.
#[must_use]
pub fn overran(language: Language, closed: &str) -> String {
    match language {
        Language::En => format!("the window closed at {closed}, and the run went on beyond it"),
        Language::Es => format!("la ventana cerró a las {closed}, y la ejecución siguió fuera de ella"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_said_in_both_languages() {
        let place = Place { job: "a".to_owned(), step: "b".to_owned(), part: crate::deploy::journal::Part::Rollback };
        let all = |language| {
            [
                tried_again(language, "7"),
                by_hand(language, "7", &place),
                taken_back(language, "a"),
                overran(language, "02:00"),
            ]
        };
        for (english, spanish) in all(Language::En).into_iter().zip(all(Language::Es)) {
            assert!(english != spanish && !english.ends_with('.') && !spanish.ends_with('.'), "{english} {spanish}");
        }
    }
}
