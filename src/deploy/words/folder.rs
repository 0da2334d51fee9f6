//! What a run says of the folders in which steps are run, to people, in their language.

use crate::config::Language;

/// The folder in which a step is to be run is not there, or is none; and what to do.
#[must_use]
pub fn no_folder(language: Language, folder: &str, is_missing: bool) -> String {
    match (language, is_missing) {
        (Language::En, true) => format!(
            "there is no folder {folder} (working-directory): name one from the top of the clone, or let a step before make it"
        ),
        (Language::En, false) => {
            format!("{folder} (working-directory) is no folder that can be read: name one from the top of the clone")
        }
        (Language::Es, true) => format!(
            "no existe la carpeta {folder} (working-directory): indique una desde la raíz del clon, o que un paso anterior la cree"
        ),
        (Language::Es, false) => format!(
            "{folder} (working-directory) no es una carpeta que se pueda leer: indique una desde la raíz del clon"
        ),
    }
}
