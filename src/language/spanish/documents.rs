//! OpenAPI documents: whether they are current, and what changed.

use crate::language::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    ("cannot tell whether the schema is current", "no se puede saber si el esquema está al día"),
    (
        "what is committed is what the application generates",
        "lo que está en el repositorio es lo que la aplicación genera",
    ),
    ("{} is generated anew", "{} se genera de nuevo"),
    ("{} is not what the application generates", "{} no es lo que la aplicación genera"),
    ("current", "al día"),
    ("stale: 1 difference", "atrasado: 1 diferencia"),
    ("stale: {#} differences", "atrasado: {} diferencias"),
    ("not committed", "no está en el repositorio"),
    ("cannot be read", "no se puede leer"),
    ("where", "dónde"),
    ("committed", "en el repositorio"),
    ("generated", "generado"),
    ("added", "se agregó"),
    ("removed", "se quitó"),
    (
        "{} is stale: the application generates another document",
        "{} está atrasado: la aplicación genera otro documento",
    ),
    ("{} is not there, and the application generates it", "{} no está, y la aplicación lo genera"),
    ("{} (writes what this prints: {})", "{} (escribe lo que esto imprime: {})"),
    ("no OpenAPI document comes from {}\n{*}", "{} no da un documento OpenAPI\n{}"),
    ("what it prints is no OpenAPI document", "lo que imprime no es un documento OpenAPI"),
    (
        "the document must be all that it prints on standard output: send logs to standard error",
        "el documento debe ser todo lo que imprime en la salida estándar: mande los registros a la salida de error",
    ),
    (
        "run the generator by itself until it prints the document on standard output",
        "ejecute el generador solo hasta que imprima el documento en la salida estándar",
    ),
    (
        "give the address that answers with the document itself, not with a page about it",
        "dé la dirección que responde con el documento mismo, no con una página sobre él",
    ),
    ("no schema has a generator to be held against", "ningún esquema tiene un generador con el cual compararse"),
    ("there is no schema to check", "no hay ningún esquema que revisar"),
    (
        "name it in zarpe.yml under `openapi:` (schema, generate), or with --schema FILE --generate CMD",
        "indíquelo en zarpe.yml en `openapi:` (schema, generate), o con --schema ARCHIVO --generate COMANDO",
    ),
    ("nothing says how {} is generated", "nada dice cómo se genera {}"),
    (
        "write the command that prints it under `generate:` in zarpe.yml, or give --schema and --generate",
        "escriba el comando que lo imprime en `generate:` de zarpe.yml, o dé --schema y --generate",
    ),
    ("{} is new since {}", "{} es nuevo desde {}"),
    ("nothing was compared", "no se comparó nada"),
    ("nothing changed {+}between {} and {}", "nada cambió entre {} y {}"),
    (
        "nothing that a caller could notice changed {+}between {} and {}",
        "entre {} y {} no cambió nada que un cliente pudiera notar",
    ),
    (
        "1 change {+}between {} and {}{+}, and it breaks no caller",
        "1 cambio entre {} y {}, y no rompe a ningún cliente",
    ),
    (
        "{#} changes {+}between {} and {}{+}, and none breaks callers",
        "{} cambios entre {} y {}, y ninguno rompe a los clientes",
    ),
    (
        "cannot tell whether 1 change {+}between {} and {} breaks callers",
        "no se puede saber si 1 cambio entre {} y {} rompe a los clientes",
    ),
    (
        "cannot tell whether {#} changes {+}between {} and {} break callers",
        "no se puede saber si {} cambios entre {} y {} rompen a los clientes",
    ),
    ("1 change {+}between {} and {} breaks callers", "1 cambio entre {} y {} rompe a los clientes"),
    ("{#} changes {+}between {} and {} break callers", "{} cambios entre {} y {} rompen a los clientes"),
    ("compatible", "compatible"),
    ("{#} to know about", "{} por saber"),
    ("change", "cambio"),
    ("operations", "operaciones"),
    ("rule", "regla"),
    ("version", "versión"),
    ("these changes ask for {+}at least {}", "estos cambios piden al menos {}"),
    ("these changes ask for {}", "estos cambios piden {}"),
    ("outside", "fuera"),
    ("ignored", "ignorados"),
    ("until", "hasta"),
    ("reason", "razón"),
    ("{#} with a reason", "{} con una razón"),
    ("no change is outside of what {} uses", "ningún cambio queda fuera de lo que usa {}"),
    ("1 change does not reach what {} uses", "1 cambio no alcanza lo que usa {}"),
    ("{#} changes do not reach what {} uses", "{} cambios no alcanzan lo que usa {}"),
    ("nothing that {} uses changed between {} and {}", "nada de lo que usa {} cambió entre {} y {}"),
    (
        "every change between {} and {} is ignored with a reason",
        "todos los cambios entre {} y {} se ignoran con una razón",
    ),
    ("{}\nreaches {}\nwas at {}", "{}\nalcanza {}\nestaba en {}"),
    ("{}\nwas at {}", "{}\nestaba en {}"),
    (
        "--allow-refs DIR follows references to files below DIR; for one to an address, bundle the document first",
        "--allow-refs CARPETA sigue referencias a archivos dentro de CARPETA; para una a una dirección, junte primero el documento",
    ),
    (
        "compare both places yourself; zarpe openapi rules --explain {}",
        "compare usted ambos lugares; zarpe openapi rules --explain {}",
    ),
    (
        "keep what callers use beside what is new, or release a major version; zarpe openapi rules --explain {}",
        "conserve lo que usan los clientes junto a lo nuevo, o publique una versión mayor; zarpe openapi rules --explain {}",
    ),
    (
        "see that no caller relies on it; zarpe openapi rules --explain {}",
        "vea que ningún cliente dependa de ello; zarpe openapi rules --explain {}",
    ),
    (
        "where it only had another name, name both: zarpe openapi diff {}:OLD {}",
        "si solo tenía otro nombre, indique ambos: zarpe openapi diff {}:ANTERIOR {}",
    ),
    ("there is no schema to compare", "no hay ningún esquema que comparar"),
    (
        "name both documents: zarpe openapi diff v1.2.3:schema.yml schema.yml",
        "indique ambos documentos: zarpe openapi diff v1.2.3:schema.yml schema.yml",
    ),
    ("there is no {} in {}", "no existe {} en {}"),
    (
        "give a file, an address, `-` for standard input, or REV:PATH out of git (v1.2.3:schema.yml)",
        "dé un archivo, una dirección, `-` para la entrada estándar, o REV:RUTA de git (v1.2.3:schema.yml)",
    ),
    ("zarpe openapi check --fix writes it", "zarpe openapi check --fix lo escribe"),
];
