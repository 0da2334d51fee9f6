//! What a person reads about a number and its limits.

use super::judge::{Increase, Judgement, Limits, Refusal, WarnAt};
use super::read::{Doubt, Hindrance};
use crate::config::Language;
use crate::report::{Body, ExitCode, Finding, Level, Mark, Report, Section};
use crate::steps::number::Number;
use crate::steps::say;

/// What the report says beside the judgement.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// The language of the people.
    pub language: Language,
    /// Where the number comes from, as it can be shown.
    pub source: &'a str,
}

/// The report on a number, or on why there is none.
#[must_use]
pub fn report(value: Result<(&Number, &Judgement), &Doubt>, limits: &Limits, told: Told<'_>) -> Report {
    let (exit, mark) = match value {
        Ok((_, judgement)) if judgement.refusals.is_empty() => (ExitCode::Done, Mark::Good),
        Ok(_) => (ExitCode::Refused, Mark::Bad),
        Err(_) => (ExitCode::CannotTell, Mark::Unknown),
    };
    let mut section =
        Section::new(mark, "gate", crate::language::said(told.language, told.source)).columns(["limit", "value"]);
    for (name, text) in rows(limits) {
        section.row(Mark::Plain, [name.to_owned(), text]);
    }
    let mut report = Report::new("gate", exit, title(value, limits, told.language), Body::Sections(vec![section]));
    match value {
        Ok((number, judgement)) => {
            report = report.output("value", number.to_string());
            report.findings =
                judgement.refusals.iter().map(|one| refused(*one, number, limits, told.language)).collect();
            report.findings.extend(judgement.warned.then(|| warned(number, limits, told.language)));
        }
        Err(doubt) => report.findings.push(doubtful(doubt, told.language)),
    }
    report
}

fn rows(limits: &Limits) -> Vec<(&'static str, String)> {
    let number = |number: &Option<Number>| number.as_ref().map(ToString::to_string);
    let rows = [
        ("min", number(&limits.min)),
        ("max", number(&limits.max)),
        ("warn-at", limits.warn_at.as_ref().map(warn_at)),
        ("increase-from", limits.increase.as_ref().map(|increase| format!("{} + {}", increase.from, increase.by))),
    ];
    rows.into_iter().filter_map(|(name, text)| Some((name, text?))).collect()
}

/// From where on a warning is given, as it was written.
pub(super) fn warn_at(warn_at: &WarnAt) -> String {
    match warn_at {
        WarnAt::Number(number) => number.to_string(),
        WarnAt::Percent(percent) => format!("{percent}%"),
    }
}

fn title(value: Result<(&Number, &Judgement), &Doubt>, limits: &Limits, language: Language) -> String {
    match value {
        Ok((number, judgement)) if judgement.refusals.is_empty() => {
            say(language, format!("{number} is within its limits"), format!("{number} está dentro de sus límites"))
        }
        Ok((number, judgement)) => {
            let why: Vec<String> =
                judgement.refusals.iter().map(|one| refusal(*one, number, limits, language)).collect();
            why.join("; ")
        }
        Err(_) => say(language, "there is no number to judge".to_owned(), "no hay un número que evaluar".to_owned()),
    }
}

fn refusal(refusal: Refusal, number: &Number, limits: &Limits, language: Language) -> String {
    let limit = |limit: &Option<Number>| limit.as_ref().map(ToString::to_string).unwrap_or_default();
    match (refusal, &limits.increase) {
        (Refusal::TooLittle, _) => {
            let min = limit(&limits.min);
            say(language, format!("{number} is less than {min}"), format!("{number} es menos que {min}"))
        }
        (Refusal::NotMoved, Some(Increase { from, by })) => say(
            language,
            format!("{number} is not {by} more than {from}: the counter did not move enough"),
            format!("{number} no es {by} más que {from}: el contador no avanzó lo suficiente"),
        ),
        (Refusal::TooMuch | Refusal::NotMoved, _) => {
            let max = limit(&limits.max);
            say(language, format!("{number} is more than {max}"), format!("{number} es más que {max}"))
        }
    }
}

fn refused(rule: Refusal, number: &Number, limits: &Limits, language: Language) -> Finding {
    let (id, english, spanish) = match rule {
        Refusal::TooLittle => {
            ("gate/min", "see why it is so little, or lower `min`", "vea por qué es tan poco, o baje `min`")
        }
        Refusal::TooMuch => ("gate/max", "see what used it up, or raise `max`", "vea qué lo consumió, o suba `max`"),
        Refusal::NotMoved => (
            "gate/increase",
            "see that what should have been counted was done, and that both numbers are of one counter",
            "vea que se hizo lo que debía contarse, y que ambos números son del mismo contador",
        ),
    };
    let message = refusal(rule, number, limits, language);
    Finding::new(id, Level::Error, message).help(say(language, english.to_owned(), spanish.to_owned()))
}

fn warned(number: &Number, limits: &Limits, language: Language) -> Finding {
    let from = limits.warn_at.as_ref().map(warn_at).unwrap_or_default();
    let of =
        limits.max.as_ref().map_or_else(String::new, |max| say(language, format!(" of {max}"), format!(" de {max}")));
    let message = say(language, format!("{number} has reached {from}{of}"), format!("{number} ya alcanzó {from}{of}"));
    Finding::new("gate/warn-at", Level::Warning, message)
}

fn doubtful(doubt: &Doubt, language: Language) -> Finding {
    let (english, spanish) = match doubt {
        Doubt::NoJson(why) => (format!("what came is no JSON: {why}"), format!("lo recibido no es JSON: {why}")),
        Doubt::Nothing => ("no number is there".to_owned(), "ahí no hay ningún número".to_owned()),
        Doubt::Several(count) => {
            (format!("{count} values are there, and one is judged"), format!("hay {count} valores, y se evalúa uno"))
        }
        Doubt::NoNumber => ("what is there is no number".to_owned(), "lo que hay ahí no es un número".to_owned()),
        Doubt::Piece(whole) => (
            format!("what the pattern takes is a piece of {whole}"),
            format!("lo que toma el patrón es un trozo de {whole}"),
        ),
        Doubt::Scaled(scaled) => (
            format!("the pattern takes the number of {scaled}, and not its scale"),
            format!("el patrón toma el número de {scaled}, y no su escala"),
        ),
        Doubt::Beyond(line, column) => (
            format!("what came is deeper, or has a larger number, than can be read: line {line}, column {column}"),
            format!(
                "lo recibido es más profundo, o tiene un número más grande, de lo que se puede leer: línea {line}, columna {column}"
            ),
        ),
        Doubt::Repeated => (
            "a key on the way to the number is there twice, and readers differ on which counts".to_owned(),
            "una clave en el camino al número está dos veces, y cuál cuenta depende de quien lea".to_owned(),
        ),
        Doubt::Unheard(why, _) => (why.clone(), why.clone()),
    };
    let (help, ayuda) = match doubt {
        Doubt::Unheard(_, hindrance) => remedy(*hindrance),
        Doubt::Piece(_) => (
            "let the group take all of the number, as used: (\\S+), and write that in digits without marks between them, as 5000000 or \
             5e6, and in one unit",
            "haga que el grupo tome todo el número, como used: (\\S+), y escriba este en cifras sin separadores, como 5000000 o 5e6, y en \
             una sola unidad",
        ),
        Doubt::Scaled(_) => (
            "take the scale into the pattern where the limits are meant in it, as (\\d+) GB, or have the source write plain units, as df -B1 \
             does",
            "incluya la escala en el patrón si los límites están en ella, como (\\d+) GB, o haga que la fuente escriba unidades simples, como \
             df -B1",
        ),
        Doubt::Repeated => {
            ("have the source write each key once", "haga que la fuente escriba cada clave una sola vez")
        }
        _ => (
            "look at what the source gives, and name the number with --path or --pattern",
            "mire qué entrega la fuente, y señale el número con --path o --pattern",
        ),
    };
    let help = say(language, help.to_owned(), ayuda.to_owned());
    Finding::new("gate/no-number", Level::Error, say(language, english, spanish)).help(help)
}

/// What helps against a hindrance, in English and in Spanish.
fn remedy(hindrance: Hindrance) -> (&'static str, &'static str) {
    match hindrance {
        Hindrance::NoFile => (
            "see that the file is there: a path begins at the folder that this runs in",
            "vea que el archivo exista: una ruta empieza en la carpeta en que esto corre",
        ),
        Hindrance::Folder => ("name a file in it", "nombre un archivo de ella"),
        Hindrance::NoProgram => (
            "see that the program is installed where the command runs it, and found by PATH",
            "vea que el programa esté instalado donde el comando lo ejecuta, y que PATH lo encuentre",
        ),
        Hindrance::NotRunnable => {
            ("let this user run the program: chmod +x", "dele a este usuario permiso de ejecutar el programa: chmod +x")
        }
        Hindrance::Failed => (
            "run the command by hand in this folder: what it runs and reads must be there, and it must end with 0",
            "ejecute el comando a mano en esta carpeta: lo que ejecuta y lee debe existir, y debe terminar con 0",
        ),
        Hindrance::Address => (
            "see what it answers: curl --fail --show-error --location ADDRESS",
            "vea qué responde: curl --fail --show-error --location DIRECCIÓN",
        ),
        Hindrance::Late => (
            "see what keeps it, or give it more time: --timeout 10m",
            "vea qué lo detiene, o dele más tiempo: --timeout 10m",
        ),
        Hindrance::Other => ("see by hand what the source gives", "vea a mano qué entrega la fuente"),
    }
}
