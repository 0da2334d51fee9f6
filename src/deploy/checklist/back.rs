//! Whether what stands above lines says that they take back what others did. A plan that signs a rollback off on its way forward is
//! as wrong as one that makes the backup for it only when it is too late: where the words leave it open, a person is told.

use super::heads::Head;
use super::slug::slug;

/// What a text says of the lines below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// Nothing of a rollback.
    Other,
    /// It names a rollback, and more likely they are none: they prepare one, or do without.
    OtherLikely,
    /// More likely they are one.
    BackLikely,
    /// They are one.
    Back,
}

/// Words that say it whatever stands beside them; a word that ends with `*` only begins so.
const BACK: [&str; 20] = [
    "rollback*",
    "roll back",
    "rolling back",
    "rolled back",
    "contingenc*",
    "reversion*",
    "revertir*",
    "revert",
    "reverting",
    "marcha atras",
    "vuelta atras",
    "echar atras",
    "backout*",
    "back out",
    "backing out",
    "fallback",
    "fall back",
    "undo",
    "undoing",
    "deshacer",
];
/// Words that say it alone or of a plan: `Plan de retorno`, not `Proxy reverso`.
const OF_A_PLAN: [&str; 4] = ["retorno", "reverso", "reversa", "regreso"];
/// Words of going somewhere again: they say it of what was `EARLIER`, or where something `FAILS`.
const AGAIN: [&str; 12] = [
    "regres*",
    "volver",
    "vuelta",
    "retorn*",
    "restaur*",
    "restor*",
    "restablec*",
    "recuper*",
    "recover*",
    "return*",
    "go back",
    "going back",
];
const EARLIER: [&str; 7] = ["anterior*", "previa", "previo", "previous", "prior", "earlier", "before"];
const FAILS: [&str; 8] = ["fall*", "fail*", "error*", "mal", "wrong", "problem*", "inciden*", "emergenc*"];
const IF: [&str; 9] = ["si", "if", "when", "cuando", "caso", "case", "on", "ante", "upon"];
/// Words that a heading begins with that is about what to do where something fails.
const THEN: [&str; 14] =
    ["si", "if", "when", "cuando", "en", "in", "on", "ante", "que", "what", "acciones", "actions", "pasos", "plan"];
/// Words of the steps of something.
const PLAN: [&str; 34] = [
    "plan*",
    "proceso",
    "process",
    "procedimiento*",
    "procedure*",
    "paso*",
    "step*",
    "estrategia",
    "strategy",
    "accion*",
    "action*",
    "fase",
    "phase",
    "etapa",
    "stage",
    "tarea*",
    "task*",
    "actividad*",
    "guion",
    "script*",
    "comando*",
    "command*",
    "checklist",
    "lista",
    "list",
    "instruc*",
    "runbook",
    "manual",
    "guia",
    "guide",
    "criteri*",
    "condicion*",
    "condition*",
    "trigger*",
];
/// Words of what is done so that a rollback is possible, or shown to be.
const PREPARE: [&str; 27] = [
    "respald*",
    "backup*",
    "back up",
    "backing up",
    "prepar*",
    "antes",
    "before",
    "previo",
    "previa",
    "prior",
    "pre",
    "ensay*",
    "simulacro*",
    "prueba*",
    "probar",
    "test*",
    "rehears*",
    "drill*",
    "revisar",
    "review*",
    "confirm*",
    "asegur*",
    "ensure*",
    "definir",
    "define",
    "document*",
    "snapshot*",
];
const AFTER: [&str; 5] = ["despues", "tras", "posterior*", "after", "post"];
/// Words right before it in the same part of the sentence that make it the aim of something else, or of nothing.
const NOT: [&str; 10] = ["no", "sin", "not", "never", "nunca", "without", "ningun*", "avoid", "evitar", "with"];
const FOR: [&str; 3] = ["para", "for", "con"];
const AND: [&str; 6] = ["y", "e", "o", "u", "and", "or"];
/// Words that say nothing here.
const SMALL: [&str; 13] = ["el", "la", "los", "las", "un", "una", "the", "an", "a", "al", "del", "de", "of"];

/// What a head says of the lines below it. A sentence that is no heading must stand as one: a warning above the steps is none.
pub(super) fn sense_of(head: &Head) -> Sense {
    let sense = sense(&head.text);
    let is_short = head.text.split_whitespace().count() <= 4 && !head.text.ends_with(['.', '!']);
    match sense {
        _ if head.is_heading => sense,
        Sense::Back if head.text.ends_with(':') || is_short => Sense::Back,
        Sense::Back => Sense::OtherLikely,
        // What is only done where something fails says so in each line.
        Sense::BackLikely if says(&words(&head.text), &BACK).is_none() => Sense::Other,
        sense => sense,
    }
}

/// What a text says of the lines below it.
fn sense(text: &str) -> Sense {
    let words = words(text);
    let Some(at) = names(&words) else {
        if is_if_it_fails(&words) {
            return Sense::BackLikely;
        }
        let reverse = words.iter().position(|(word, _)| OF_A_PLAN.contains(&word.as_str()));
        let is_proxy =
            |at: &usize| at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(|(word, _)| word == "proxy");
        return if reverse.is_some_and(|at| !is_proxy(&at)) { Sense::OtherLikely } else { Sense::Other };
    };
    let (before, part) = (words.get(..at).unwrap_or_default(), words.get(at).map_or(0, |(_, part)| *part));
    let has = |words: &[Word], known: &[&str]| says(words, known).is_some();
    if has(before, &PREPARE) {
        return if has(before, &AFTER) { Sense::BackLikely } else { Sense::OtherLikely };
    }
    let begins = before.iter().position(|(_, own)| *own == part).unwrap_or(before.len());
    let same = before.get(begins..).unwrap_or_default();
    let (is_if, is_plan) = (has(same, &IF), has(same, &PLAN));
    let is_likely = |likely: bool| if likely { Sense::BackLikely } else { Sense::OtherLikely };
    if has(same, &NOT) {
        return is_likely(is_if);
    }
    if has(same, &FOR) {
        return is_likely(is_plan || is_if);
    }
    // `Deploy and rollback` is about both.
    let rest = before.iter().rposition(|(word, _)| !is(word, &PLAN));
    match rest.and_then(|at| before.get(..=at)).and_then(<[Word]>::split_last) {
        Some(((word, _), others)) if AND.contains(&word.as_str()) => {
            let is_back = others.is_empty() || has(others, &AGAIN) || others.iter().all(|(word, _)| is(word, &PLAN));
            if is_back { Sense::Back } else { Sense::OtherLikely }
        }
        _ => Sense::Back,
    }
}

/// A word, small and without accents, and which part of the sentence it stands in.
type Word = (String, usize);

fn words(text: &str) -> Vec<Word> {
    let text = text.replace(['&', '+', '/'], " and ");
    let parts = text.split([':', ';', ',', '.', '(', ')', '—', '–']).enumerate();
    let words = parts.flat_map(|(part, text)| {
        let plain = slug(text, usize::MAX);
        let words: Vec<Word> = plain.split('-').map(|word| (word.to_owned(), part)).collect();
        words
    });
    words.filter(|(word, _)| !word.is_empty() && !SMALL.contains(&word.as_str())).collect()
}

/// Where a rollback is named.
fn names(words: &[Word]) -> Option<usize> {
    let own = says(words, &BACK);
    let again = says(words, &AGAIN);
    let earlier = again.filter(|at| says(words.get(at + 1..).unwrap_or_default(), &EARLIER).is_some());
    let fails = again.filter(|_| fails(words).is_some());
    let of_a_plan = words.iter().enumerate().position(|(at, (word, _))| {
        let before = at.checked_sub(1).and_then(|at| words.get(at));
        OF_A_PLAN.contains(&word.as_str()) && before.map_or(words.len() == 1, |(before, _)| is(before, &PLAN))
    });
    [own, earlier, fails, of_a_plan].into_iter().flatten().min()
}

/// Where it begins to say that something fails: the word for if.
fn fails(words: &[Word]) -> Option<usize> {
    let at = says(words, &IF)?;
    says(words.get(at + 1..)?, &FAILS).map(|_| at)
}

fn is_if_it_fails(words: &[Word]) -> bool {
    words.first().is_some_and(|(first, _)| THEN.contains(&first.as_str())) && fails(words).is_some_and(|at| at <= 3)
}

/// Where one of these stands.
fn says(words: &[Word], known: &[&str]) -> Option<usize> {
    (0..words.len()).find(|at| {
        let rest = words.get(*at..).unwrap_or_default();
        known.iter().any(|phrase| {
            let mut phrase = phrase.split(' ').zip(rest.iter().map(Some).chain([None, None]));
            phrase.all(|(known, word)| word.is_some_and(|(word, _)| is(word, &[known])))
        })
    })
}

fn is(word: &str, known: &[&str]) -> bool {
    known.iter().any(|known| known.strip_suffix('*').map_or(word == *known, |begin| word.starts_with(begin)))
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::{Head, Sense};

    #[test_case(Sense::Back, &[
        "2. Plan de Rollback", "Plan de Rollback (Contingencia)", "Plan de reversa", "PLAN DE REVERSO", "Plan de retorno",
        "Retorno", "Marcha atrás", "Regreso a versión anterior", "Regreso a la versión anterior", "Revertir",
        "Restauración en caso de fallo", "En caso de falla: regresar la versión", "Back-out plan", "Backout", "Revert",
        "Rolling back", "Roll back", "Qué hacer si algo sale mal: rollback", "Rollback para fallas", "Reversión",
        "Plan de contingencia y rollback", "Restauración y rollback", "Si no responde, rollback", "Rollback y respaldo",
        "How we return to the previous version", "If something goes wrong, restore the database", "5) Roll-back",
    ])]
    #[test_case(Sense::BackLikely, &[
        "Pasos para rollback", "Steps for the rollback", "Qué hacer si algo sale mal", "En caso de fallo",
        "Si no responde hacer rollback", "Pruebas después del rollback", "If it fails",
    ])]
    #[test_case(Sense::OtherLikely, &[
        "1. Respaldo para rollback", "Preparación del rollback", "Prepare for rollback",
        "Comunicar que no hubo rollback", "Antes del rollback", "Backup before rollback", "Despliegue sin rollback",
        "Deploy without a rollback", "No rollback", "Preparar: rollback", "Deploy & rollback", "Despliegue y plan de rollback",
        "Punto de no retorno", "Retorno a operación normal",
    ])]
    #[test_case(Sense::Other, &[
        "", "Despliegue", "Proxy reverso", "Restaurar el servicio", "Background tasks", "Respaldo de la base",
        "Verificar si hay errores", "Undocumented changes", "Plan", "Backend",
    ])]
    fn of_a_heading(sense: Sense, texts: &[&str]) {
        for text in texts {
            assert_eq!(super::sense(text), sense, "{text}");
        }
    }

    #[test_case("Rollback" => Sense::Back)]
    #[test_case("Si algo falla, hacer el rollback así:" => Sense::Back; "it heads what follows")]
    #[test_case("En caso de error, se hace rollback de inmediato." => Sense::OtherLikely; "a warning")]
    #[test_case("Si la migración falla:" => Sense::Other; "what is only done where something fails")]
    #[test_case("Pasos para rollback:" => Sense::BackLikely; "steps")]
    fn of_an_item(text: &str) -> Sense {
        super::sense_of(&Head { text: text.to_owned(), line: 1, is_heading: false })
    }
}
