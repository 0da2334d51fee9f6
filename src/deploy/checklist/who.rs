//! Who is responsible for the item of a list, where it says so behind what it says.

/// Words before the name, as they are written in lists.
const WORDS: [&str; 12] = [
    "responsable",
    "responsables",
    "responsable(s)",
    "responsible",
    "owner",
    "encargado",
    "encargada",
    "asignado",
    "asignada",
    "assignee",
    "rol",
    "role",
];

/// What stands between what is to be done and who does it.
const BETWEEN: [char; 11] = ['—', '–', '-', '|', '(', '[', ';', '.', ',', '/', ' '];

/// What is to be done, and who does it: `Migrar — Responsable: DBA`. Empty where nobody is named.
pub(super) fn responsible(text: &str) -> (&str, &str) {
    let nobody = (text, "");
    let Some((before, who)) = text.rsplit_once(':') else { return nobody };
    let small = before.to_ascii_lowercase();
    let ends = |word: &&&str| small.ends_with(**word);
    let Some(word) = WORDS.iter().filter(ends).max_by_key(|word| word.len()) else { return nobody };
    let task = before.get(..before.len() - word.len()).unwrap_or_default();
    let who = who.trim().trim_end_matches([')', ']', '.', ' ']);
    let done = task.trim_end_matches(BETWEEN);
    // A word of its own, behind a sign, and behind something that is to be done.
    let is_behind = task.trim_end().ends_with(BETWEEN) && !done.is_empty();
    if is_behind && !who.is_empty() { (done, who) } else { nobody }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("Migrar la base — Responsable: DBA" => "Migrar la base|DBA")]
    #[test_case("Migrar (responsable: Equipo de QA)" => "Migrar|Equipo de QA"; "in brackets")]
    #[test_case("Back up: nightly - Owner: ops." => "Back up: nightly|ops"; "in English, behind a colon")]
    #[test_case("Responsable: DBA" => "Responsable: DBA|"; "nothing to do")]
    #[test_case("Avisar al responsable: DBA" => "Avisar al responsable: DBA|"; "a word of the sentence")]
    #[test_case("Ver — Responsable:" => "Ver — Responsable:|"; "nobody")]
    #[test_case("Control: ver" => "Control: ver|"; "the end of another word")]
    fn of_an_item(text: &str) -> String {
        let (task, who) = super::responsible(text);
        format!("{task}|{who}")
    }
}
