//! How a variable stands, by its value, which nobody sees.

use std::sync::LazyLock;

use regex::Regex;

use crate::config::Language;

/// How what was asked for stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It has a value.
    Set,
    /// It is not there.
    Missing,
    /// The program is not there.
    Absent,
    /// It has an empty value.
    Empty,
    /// It has a value that stands for one: `changeme`.
    Placeholder,
    /// A part of it refers to a variable that is set elsewhere or nowhere.
    Refers,
    /// Programs that read the file make different values of it.
    ReadVariously,
    /// It is nothing but such a reference: it has no value here.
    OnlyRefers,
    /// It has another value than the one that is asked for.
    Other,
    /// The file that it names is there and can be read.
    FileThere,
    /// The file that it names is not there.
    NoFile,
    /// It names a folder, and should name a file.
    Folder,
    /// The file that it names is there and cannot be read.
    Unreadable,
    /// What it names did not come to its end in time.
    Unfinished,
    /// The file that it names is empty.
    EmptyFile,
    /// The file that it names should be JSON and is none.
    NoJson,
    /// It is not set, so it names no file.
    NotNamed,
    /// No alternative is met; what each lacks, by names.
    NoAlternative(Vec<Vec<String>>),
    /// An alternative is met.
    Met,
    /// The version that was found is enough.
    Version(String),
    /// The version that was found is too old.
    TooOld(String),
    /// It is there and says no version.
    NoVersion,
    /// It says these, and nothing tells whether they are enough.
    Unclear(String),
    /// So many bytes are free.
    Free(u64),
    /// So many bytes are free, and so many must be.
    Full(u64, u64),
    /// A connection was made.
    Reached,
    /// None was made, and why.
    NotReached(String),
    /// It could not be found out, and why.
    NotTold(String),
}

/// What stands for a value that somebody must still put in.
static PLACEHOLDER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = "change[-_]?(me|this|it).*|change (me|this|it)(\\W*| (in|before|for|to|at|on|by|with|as|please|now|later)\\b.*)|\
                 (todo|tbd|fixme)([:(].*)?|place[-_ ]?holder|replace[-_ ]?(me|this|with).*|\
                 (your|tu|su|insert)[-_].+|\
                 (your|tu|su|insert) (.* )?(key|secret|password|passphrase|token|clave|llave|contrase[nñ]a|secreto)s?( here| aqu[ií])?|\
                 <[^@]*>|\\{\\{.*\\}\\}|([\\w-]*[-_])?(\\.{3,}|…|\\*{3,}|x{4,})|x{3,}|\\?+|-{2,}|null|undefined|n/a|\
                 dummy([-_ ](key|secret|password|token|value))?|fill[-_ ]?(me|this|it)?[-_ ]?in\\W*|fill[-_ ]?me\\W*|\
                 (pon|poner|ponga|pegar|pegue|escribir|escriba)[-_ ](.*[-_ ])?aqu[ií]\\W*|completar([-_ ](esto|aqu[ií]))?|complete[-_ ](esto|aqu[ií])|\
                 example|c[aá]mbia(me|r)?|cambiar.*|pendiente|por[-_ ](definir|hacer|cambiar)|reempla(za|ce).*";
    // In an address it is for the file to say what it refers to.
    let reference = "\\$\\{[^}]*\\}";
    // What is to be put in, where its name stands for it.
    let nouns = "([\\w-]*[-_ ])?(secret|password|passwd|passphrase|token|key|api[-_ ]?key|clave|llave|contrase[nñ]a|secreto|value|valor)";
    let in_place = format!("__+{nouns}__+|%+{nouns}%+|\\[{nouns}\\]");
    let capitals = "(?-i:PASSWORD|PASSWD|PASS|PWD|SECRET|TOKEN|CLAVE|CONTRASE[NÑ]A)";
    let password = format!("[^\\s/@:]*:({words}|{in_place}|{capitals})@.*");
    // Some put a sign around it. In an address `<` has no place, and what is in brackets there is a part of it.
    let around = format!("(__+|%|\\[)?({words}|{reference})(__+|%|\\])?");
    let address = format!("[a-z][a-z0-9+.-]*://({password}|.*(<[^<>]*>|\\[({words}|{reference})\\]).*)");
    Regex::new(&format!("(?i)^({around}|{in_place}|{address})$")).ok()
});

/// How a variable with this value stands.
#[must_use]
pub fn of_value(value: Option<&str>) -> State {
    // What nobody sees is no value either.
    let is_unseen =
        |c: char| c.is_whitespace() || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    match value.map(|value| value.trim_matches(is_unseen)) {
        None => State::Missing,
        Some("") => State::Empty,
        Some(value) if PLACEHOLDER.as_ref().is_some_and(|placeholder| placeholder.is_match(value)) => {
            State::Placeholder
        }
        Some(_) => State::Set,
    }
}

impl State {
    /// In a word or two, in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (english, spanish) = match self {
            Self::Set => ("set", "definida"),
            Self::Missing => ("not set", "sin definir"),
            Self::Absent => ("not there", "no está"),
            Self::Empty => ("empty", "vacía"),
            Self::Placeholder => ("a placeholder", "un valor provisional"),
            Self::Refers => (
                "it refers to a variable that the file does not set before it",
                "remite a una variable que el archivo no define antes",
            ),
            Self::ReadVariously => ("programs read it in different ways", "no todos los programas lo leen igual"),
            Self::OnlyRefers => (
                "nothing but a reference to a variable that the file does not set before it",
                "solo una referencia a una variable que el archivo no define antes",
            ),
            Self::Other => ("another value", "otro valor"),
            Self::FileThere => ("its file can be read", "su archivo se puede leer"),
            Self::NoFile => ("its file is not there", "su archivo no existe"),
            Self::Folder => ("it names a folder", "nombra una carpeta"),
            Self::Unreadable => ("its file cannot be read", "su archivo no se puede leer"),
            Self::Unfinished => ("its file does not come to an end in time", "su archivo no llega a su fin a tiempo"),
            Self::EmptyFile => ("its file is empty", "su archivo está vacío"),
            Self::NoJson => ("its file is no JSON", "su archivo no es JSON"),
            Self::NotNamed => ("not set: it names no file", "sin definir: no nombra ningún archivo"),
            Self::NoAlternative(_) => ("no alternative is complete", "ninguna alternativa está completa"),
            Self::Met => ("an alternative is complete", "una alternativa está completa"),
            Self::NoVersion => ("it says no version", "no dice su versión"),
            Self::Unclear(found) => {
                let english = format!("which version it is, is not clear: {found}");
                return crate::steps::say(language, english, format!("no está claro qué versión es: {found}"));
            }
            Self::Reached => ("reachable", "accesible"),
            Self::Version(found) | Self::TooOld(found) => (found.as_str(), found.as_str()),
            Self::NotReached(why) | Self::NotTold(why) => return crate::language::said(language, why).into_owned(),
            Self::Full(free, min) => {
                let (free, min) = (super::size::shown(*free), super::size::shown(*min));
                return crate::steps::say(language, format!("{free} free of {min}"), format!("{free} libres de {min}"));
            }
            Self::Free(bytes) => {
                let size = super::size::shown(*bytes);
                return crate::steps::say(language, format!("{size} free"), format!("{size} libres"));
            }
        };
        crate::steps::say(language, english.to_owned(), spanish.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    use super::*;

    #[test_case("changeme")]
    #[test_case(" CHANGE_ME ")]
    #[test_case("change-this-in-production")]
    #[test_case("TODO")]
    #[test_case("xxx")]
    #[test_case("<your token>")]
    #[test_case("your-api-key")]
    #[test_case("{{ token }}"; "a template")]
    #[test_case("${TOKEN}"; "a reference")]
    #[test_case("..."; "points")]
    #[test_case("***"; "asterisks")]
    #[test_case("cambiar_esto")]
    #[test_case("por definir")]
    #[test_case("null")]
    #[test_case("n/a")]
    #[test_case("CHANGE ME!"; "an exclamation")]
    #[test_case("change this before you deploy"; "a sentence")]
    #[test_case("TODO: ask infra for the key"; "what is to be done")]
    #[test_case("sk-..."; "the beginning of a key")]
    #[test_case("sk_live_xxxxxxxxxxxxxxxx")]
    #[test_case("your api key here"; "a key of yours")]
    #[test_case("tu contraseña"; "una contraseña")]
    #[test_case("tu-clave")]
    #[test_case("<paste the key>"; "angle brackets")]
    #[test_case("https://<key>@o0.ingest.example/<project>"; "an address")]
    #[test_case("[YOUR-PASSWORD]"; "brackets")]
    #[test_case("postgresql://postgres:[YOUR-PASSWORD]@db.example:5432/postgres"; "brackets in an address")]
    #[test_case("__CHANGE_ME__"; "low lines around it")]
    #[test_case("%CHANGEME%"; "percent signs around it")]
    #[test_case("PONER_AQUI")]
    #[test_case("poner la clave aquí"; "what to put there")]
    #[test_case("Completar")]
    #[test_case("dummy")]
    #[test_case("fill me in"; "fill")]
    #[test_case("[secret]"; "a noun in brackets")]
    #[test_case("__SECRET__"; "a noun in low lines")]
    #[test_case("%SECRET%"; "a noun in percent signs")]
    #[test_case("__DB_PASSWORD__"; "a noun and whose it is")]
    #[test_case("postgres://u:changeme@h/d"; "the password of an address")]
    #[test_case("postgres://USER:PASSWORD@HOST:5432/DB"; "a password that is only named")]
    #[test_case("redis://:__REDIS_PASSWORD__@h:6379"; "a password in signs without a user")]
    fn is_a_placeholder(value: &str) {
        assert_eq!(of_value(Some(value)), State::Placeholder);
    }

    #[test_case("True")]
    #[test_case("0")]
    #[test_case("postgres://changeme:p4ss@h/changeme"; "another part of an address")]
    #[test_case("postgres://user:password@h/d"; "a password that some have")]
    #[test_case("https://u:p@h/x?y=:changeme@z"; "the query of an address")]
    #[test_case("postgres://u:${PASSWORD}@h/d"; "a password that the file tells elsewhere")]
    #[test_case("dummy.example"; "a host")]
    #[test_case("Completar pago"; "a label")]
    #[test_case("secret"; "a noun alone")]
    #[test_case("[\"secret\"]"; "a list of one")]
    #[test_case("__name__"; "a name of python")]
    #[test_case("\u{feff}x"; "more than what nobody sees")]
    #[test_case("[\"a.example\"]"; "a list")]
    #[test_case("sk-xxxyyy")]
    #[test_case("examples.org")]
    #[test_case("todos")]
    #[test_case("summer")]
    #[test_case("none"; "a driver of docker")]
    #[test_case("-"; "standard input or output")]
    #[test_case("na"; "a region")]
    #[test_case("NA"; "a country")]
    #[test_case("Tu Farmacia"; "a shop")]
    #[test_case("Su Casa Bonita"; "a house")]
    #[test_case("Your Health Clinic"; "a clinic")]
    #[test_case("Your Key Clinic"; "a clinic of keys")]
    #[test_case("Insert Coin Studios"; "a studio")]
    #[test_case("Change IT Consulting"; "a company")]
    #[test_case("Todo Market"; "a market")]
    #[test_case("<noreply@shop.mx>"; "a mail address")]
    #[test_case("Loading..."; "a word and points")]
    #[test_case("http://[::1]:8080/"; "an address in brackets")]
    #[test_case("__main__"; "a module")]
    fn is_a_value(value: &str) {
        assert_eq!(of_value(Some(value)), State::Set);
    }

    #[test]
    fn nothing_is_told_apart_from_no_value() {
        assert_eq!((of_value(None), of_value(Some(" "))), (State::Missing, State::Empty));
        assert_eq!(of_value(Some("\u{200b}")), State::Empty);
    }
}
