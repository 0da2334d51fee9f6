//! The texts of notices: those that are built in, in two languages, and templates of one's own.

use anyhow::Result;

use super::facts::Facts;
use crate::config::Language;
use crate::notes::Template;
use crate::report::Failure;

/// A notice, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// The rest.
    pub body: String,
}

/// What is told where success was to be told, and the run goes on with something that is still to be cleaned up. It has no name.
const RUNNING: [(&str, &str); 2] = [
    (
        "{{ plan }}{% if version %} {{ version }}{% endif %} is being deployed",
        "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} goes \
         on; nothing of it has failed so far.",
    ),
    (
        "{{ plan }}{% if version %} {{ version }}{% endif %} se está desplegando",
        "El despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %} \
         continúa; hasta ahora nada ha fallado.",
    ),
];

/// The names of a template, then subject and body in English and in Spanish.
type BuiltIn = ([&'static str; 2], [(&'static str, &'static str); 2]);

/// What every body ends with. The line end after a tag is none of the text.
const END_EN: &str = "{% if details %}\n\n{{ details }}{% endif %}{% if url %}\n\n{{ url }}{% endif %}{% if run %}\n\nRun {{ run }}, {{ now }}{% endif %}";
const END_ES: &str = "{% if details %}\n\n{{ details }}{% endif %}{% if url %}\n\n{{ url }}{% endif %}{% if run %}\n\nEjecución {{ run }}, {{ now }}{% endif %}";

const ALL: [BuiltIn; 7] = [
    (
        ["window", "ventana"],
        [
            (
                "Maintenance of {{ plan }}{% if version %}: {{ version }}{% endif %}",
                "{{ plan }}{% if version %} {{ version }}{% endif %} will be deployed{% if environment %} to {{ environment }}{% endif %}\
                 {% if window %} in the window {{ window }}{% endif %}. The service may not be available meanwhile.",
            ),
            (
                "Mantenimiento de {{ plan }}{% if version %}: {{ version }}{% endif %}",
                "Se desplegará {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %}\
                 {% if window %} en la ventana {{ window }}{% endif %}. Mientras tanto el servicio puede no estar disponible.",
            ),
        ],
    ),
    (
        ["success", "exito"],
        [
            (
                "{{ plan }}{% if version %} {{ version }}{% endif %} was deployed",
                "{{ plan }}{% if version %} {{ version }}{% endif %} was deployed{% if environment %} to {{ environment }}{% endif %} with \
                 success{% if previous %}; before it ran {{ previous }}{% endif %}.",
            ),
            (
                "{{ plan }}{% if version %} {{ version }}{% endif %} se desplegó",
                "{{ plan }}{% if version %} {{ version }}{% endif %} se desplegó{% if environment %} en {{ environment }}{% endif %} con \
                 éxito{% if previous %}; antes corría {{ previous }}{% endif %}.",
            ),
        ],
    ),
    (
        ["final", "fin"],
        [
            (
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %} has ended",
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} has \
                 ended{% if condition == 'open' %}, and the service is open{% endif %}. Please tell us what does not work as it should.",
            ),
            (
                "Terminó el despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}",
                "Terminó el despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %}\
                 {% if condition == 'open' %} y el servicio está abierto{% endif %}. Por favor avise de lo que no funcione como debe.",
            ),
        ],
    ),
    (
        ["rollback", "reversion"],
        [
            (
                "{{ plan }}{% if version %} {{ version }}{% endif %} was taken back",
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} was \
                 taken back{% if previous %}: {{ previous }} runs again{% endif %}.",
            ),
            (
                "Se revirtió {{ plan }}{% if version %} {{ version }}{% endif %}",
                "Se revirtió el despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %}\
                 {% if previous %}: vuelve a correr {{ previous }}{% endif %}.",
            ),
        ],
    ),
    (
        ["waiting", "espera"],
        [
            (
                "{{ plan }}{% if version %} {{ version }}{% endif %} waits for a person",
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} waits \
                 for a sign-off or a decision: zarpe deploy status {{ run }}",
            ),
            (
                "{{ plan }}{% if version %} {{ version }}{% endif %} espera a una persona",
                "El despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %} espera \
                 una firma o una decisión: zarpe deploy status {{ run }}",
            ),
        ],
    ),
    (
        ["failed", "fallo"],
        [
            (
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %} failed",
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} failed. \
                 What happened: zarpe deploy status {{ run }}",
            ),
            (
                "Falló el despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}",
                "Falló el despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %}. \
                 Qué pasó: zarpe deploy status {{ run }}",
            ),
        ],
    ),
    (
        ["maintenance", "mantenimiento"],
        [
            (
                "{{ plan }}{% if environment %} in {{ environment }}{% endif %} is left in maintenance",
                "The deployment of {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} to {{ environment }}{% endif %} has \
                 stopped, and it is not safe to open the service. How it stands: zarpe deploy status {{ run }}",
            ),
            (
                "{{ plan }}{% if environment %} en {{ environment }}{% endif %} sigue en mantenimiento",
                "El despliegue de {{ plan }}{% if version %} {{ version }}{% endif %}{% if environment %} en {{ environment }}{% endif %} se \
                 detuvo, y no es seguro abrir el servicio. Cómo está: zarpe deploy status {{ run }}",
            ),
        ],
    ),
];

/// The names of all that are built in.
pub fn names() -> impl Iterator<Item = &'static str> {
    ALL.into_iter().flat_map(|(names, _)| names)
}

/// The template that tells what is so: an end in peace, and success, are told of no run that failed or was taken back.
fn honest<'n>(name: &'n str, facts: &Facts) -> &'n str {
    match (name, facts.condition.as_str()) {
        ("final" | "fin" | "success" | "exito", "failed") => "failed",
        ("final" | "fin" | "success" | "exito", "maintenance") => "maintenance",
        ("final" | "fin" | "success" | "exito", "taken-back") => "rollback",
        ("success" | "exito", "running") => "running",
        _ => name,
    }
}

/// The text of a template that is built in; `None` where there is none of this name. Where the run did not end well, those that
/// tell of a good end tell that instead.
///
/// # Errors
/// Where it cannot be made, which its test rules out.
pub fn built_in(name: &str, language: Language, facts: &Facts) -> Result<Option<Text>> {
    let told = honest(name, facts);
    let found = ALL.into_iter().find(|(names, _)| names.contains(&told)).map(|(_, texts)| texts);
    let goes_on = (told == "running" && told != name).then_some(RUNNING);
    let Some([english, spanish]) = found.or(goes_on) else { return Ok(None) };
    let ((subject, body), end) = match language {
        Language::En => (english, END_EN),
        Language::Es => (spanish, END_ES),
    };
    // A deployment that nobody named is called what it is.
    let plan = match (facts.plan.is_empty(), language) {
        (false, _) => facts.plan.clone(),
        (true, Language::En) => "the service".to_owned(),
        (true, Language::Es) => "el servicio".to_owned(),
    };
    let is_named = !facts.plan.is_empty();
    // Of several services that one plan deploys, it is told which.
    let plan = if facts.service.is_empty() { plan } else { format!("{plan} ({})", facts.service) };
    let facts = Facts { plan, ..facts.clone() };
    let render = |text: &str| {
        let text = Template::plain(name, text)?.render(&facts)?;
        // Spanish says "del" for "de el"; a name keeps its article.
        Ok::<_, anyhow::Error>(if is_named { text } else { text.replace("de el servicio", "del servicio") })
    };
    let subject = one_line(&render(subject)?);
    let body = render(&format!("{body}{end}"))?;
    let capital = |text: &str| {
        let mut chars = text.trim().chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    Ok(Some(Text { subject: capital(&subject), body: capital(&body) }))
}

/// A subject is one line, whatever stands in a name or a version.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The text of a template of one's own: its first line is the subject where it begins with `Subject:`; else that
/// is the plan's name, or the first line itself.
///
/// # Errors
/// Exit code 2 with the line that is wrong, and where the text is empty.
pub fn own(file: &str, template: &str, facts: &Facts) -> Result<Text> {
    let names =
        "a template knows plan, version, environment, service, previous, window, url, run, now, condition and details";
    let helped = |error: anyhow::Error| Failure::from_error(&error).help(names);
    // Editors of Windows begin a file with a byte order mark, which is none of its text.
    let template = template.trim_start_matches('\u{feff}');
    let text = Template::plain(file, template).and_then(|template| template.render(facts)).map_err(helped)?;
    if text.trim().is_empty() {
        return Err(Failure::usage("notify/template", format!("the template {file} says nothing")).help(names).into());
    }
    let (first, rest) = text.split_once('\n').unwrap_or((text.as_str(), ""));
    Ok(match first.strip_prefix("Subject:") {
        Some(subject) => Text { subject: one_line(subject), body: rest.trim().to_owned() },
        None => {
            let first = text.trim().lines().next().unwrap_or_default();
            let subject = if facts.plan.is_empty() { first } else { &facts.plan };
            Text { subject: one_line(subject), body: text.trim().to_owned() }
        }
    })
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    fn facts() -> Facts {
        let value = |name: &str| Some(name.trim_start_matches("ZARPE_").to_lowercase());
        let facts = Facts::read(value, "2026-03-01T22:00:00-06:00".to_owned());
        Facts { service: String::new(), ..facts }
    }

    #[test]
    fn each_can_be_made_with_all_facts_and_with_none() {
        for name in names() {
            for language in [Language::En, Language::Es] {
                let service = Facts { details: "- a b".to_owned(), service: "web".to_owned(), ..facts() };
                for facts in [facts(), service, Facts::default()] {
                    let Text { subject, body } = built_in(name, language, &facts).unwrap().unwrap();
                    assert!(
                        subject.len() > 10 && !subject.contains('\n') && body.len() > 30,
                        "{name}: {subject}: {body}"
                    );
                    assert!(!body.contains("  ") && !body.contains(" ."), "{name}: {body}");
                    assert!(!subject.contains("de el ") && !body.contains("de el "), "{name}: {subject}: {body}");
                }
            }
        }
    }

    #[test_case("final", "open" => "has ended, and the service is open. ")]
    #[test_case("final", "running" => "has ended. "; "it is still to be opened")]
    #[test_case("final", "" => "has ended. "; "nobody knows")]
    #[test_case("final", "maintenance" => "has stopped, and it is not safe to open the service. "; "it is closed")]
    #[test_case("fin", "failed" => "failed. ")]
    #[test_case("final", "taken-back" => "was taken back: "; "the version before runs")]
    #[test_case("success", "maintenance" => "has stopped, and it is not safe to open the service. "; "no success")]
    #[test_case("success", "" => "was deployed to e with success; "; "success")]
    #[test_case("success", "running" => "goes on; "; "it has not ended")]
    fn a_good_end_is_told_only_where_it_is_one(name: &str, condition: &str) -> String {
        let facts = Facts { plan: "P".into(), environment: "e".into(), previous: "v1".into(), ..Facts::default() };
        let facts = Facts { condition: condition.into(), ..facts };
        let body = built_in(name, Language::En, &facts).unwrap().unwrap().body;
        let body = body.trim_start_matches("The deployment of P to e ").trim_start_matches("P ");
        body.chars().take(body.find(['.', ':', ';']).unwrap() + 2).collect()
    }

    #[test]
    fn a_service_is_named_beside_the_plan() {
        let facts = Facts { plan: "P".into(), service: "web".into(), environment: "e".into(), ..Facts::default() };
        let text = built_in("success", Language::En, &facts).unwrap().unwrap();
        assert_eq!(
            (text.subject.as_str(), text.body.as_str()),
            ("P (web) was deployed", "P (web) was deployed to e with success.")
        );
    }

    #[test]
    fn both_names_are_of_one_and_others_of_none() {
        let of = |name| built_in(name, Language::Es, &facts()).unwrap();
        assert_eq!(of("ventana"), of("window"));
        assert_eq!(of("x"), None);
        assert_eq!(
            of("exito").unwrap().body,
            "Plan version se desplegó en environment con éxito; antes corría previous.\nenvironment_url\nEjecución run, 2026-03-01T22:00:00-06:00"
        );
    }

    #[test]
    fn one_of_ones_own_has_its_subject_in_the_first_line() {
        let text = own("t.j2", "Subject: {{ plan }}\n\n<b>{{ version }}</b>\n", &facts()).unwrap();
        assert_eq!((text.subject.as_str(), text.body.as_str()), ("plan", "<b>version</b>"));
        assert_eq!(own("t.j2", "\u{feff}Subject: x\nb", &facts()).unwrap().subject, "x");
        assert_eq!(own("t.j2", "no subject", &facts()).unwrap().subject, "plan");
        assert_eq!(own("t.j2", "\nfirst\nsecond", &Facts::default()).unwrap().subject, "first");
        assert_eq!(one_line(" a\r\nBcc: b\u{85}c\t d "), "a Bcc: b c d");
        assert!(own("t.j2", "{{ nope }}", &facts()).is_err() && own("t.j2", "{# nothing #}\n", &facts()).is_err());
    }
}
