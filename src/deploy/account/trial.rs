//! Which steps are tests of what was deployed.

use crate::deploy::plan::{Action, Builtin, Step};

/// The beginnings of the words by which people call a test, in English and Spanish.
const WORDS: [&str; 8] = ["smoke", "test", "prueba", "verif", "valid", "check", "comprob", "conectividad"];

/// Whether a step is a test: a built-in one that judges, or one whose name says so.
pub(super) fn is_test(step: &Step, label: &str) -> bool {
    if let Action::Uses { builtin, .. } = &step.action {
        use Builtin::{Env, Fresh, Gate, Http, Logs, OpenapiCheck, OpenapiDiff, Verify};
        return matches!(**builtin, Env | Fresh | Gate | Http | Logs | OpenapiCheck | OpenapiDiff | Verify);
    }
    let label = label.to_lowercase();
    label.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.iter().any(|begin| word.starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("{uses: zarpe/http, with: {url: x}}" => true; "a question")]
    #[test_case("{uses: zarpe/notify}" => false; "a notice")]
    #[test_case("{name: 'Smoke: whoami', run: x}" => true; "by its name")]
    #[test_case("{name: '6.3a Transaccion de prueba', run: x}" => true; "in Spanish")]
    #[test_case("{run: ./contest}" => false; "a part of a word")]
    fn tests(step: &str) -> bool {
        let step: Step = crate::yaml::from_str("p", step).unwrap();
        is_test(&step, step.label())
    }
}
