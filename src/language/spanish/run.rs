//! Runs: which one, with what, and why not.

use crate::language::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    // Which run.
    ("there is no run {}", "no existe la ejecución {}"),
    ("zarpe deploy status lists them", "zarpe deploy status las lista"),
    ("there is a run {} already", "ya existe la ejecución {}"),
    (
        "zarpe deploy resume {}, or give this one a name of its own: --run-id NAME",
        "zarpe deploy resume {}, o dé a esta un nombre propio: --run-id NOMBRE",
    ),
    ("there is a run {} in {} and another one in {}", "hay una ejecución {} en {} y otra en {}"),
    (
        "go on with each where it began, and give the next ones names of their own: --run-id NAME",
        "siga con cada una donde comenzó, y dé a las siguientes nombres propios: --run-id NOMBRE",
    ),
    ("there is no run {}: it was cut off before it began", "no existe la ejecución {}: se cortó antes de empezar"),
    ("begin it: {}", "empiécela: {}"),
    ("there is no run here", "aquí no hay ninguna ejecución"),
    ("name one, and it is looked for on the remote as well", "nombre una, y se busca también en el remoto"),
    ("there is no run that has not ended", "no hay ninguna ejecución sin terminar"),
    ("name one: zarpe deploy status lists them", "nombre una: zarpe deploy status las lista"),
    ("these runs have not ended: {}", "estas ejecuciones no han terminado: {}"),
    ("name one of them", "nombre una de ellas"),
    ("the plan of run {} is not at {}", "el plan de la ejecución {} no está en {}"),
    ("there is no plan {} any more", "ya no existe el plan {}"),
    ("go on without --changed-plan", "siga sin --changed-plan"),
    (
        "a run's name has letters, digits, `-` and `_`, at most 100",
        "el nombre de una ejecución lleva letras, dígitos, `-` y `_`, a lo más 100",
    ),
    ("another process works on this run", "otro proceso trabaja en esta ejecución"),
    ("wait until it ends: zarpe deploy status", "espere a que termine: zarpe deploy status"),
    ("another process works on {}: it moved {}", "otro proceso trabaja en {}: movió {}"),
    (
        "run it in a clone, or name a folder for the journals: --state DIR",
        "ejecútelo en un clon, o indique una carpeta para las bitácoras: --state CARPETA",
    ),
    ("this journal is not believed: {*}", "esta bitácora no es confiable: {}"),
    (
        "nothing is done by a journal that was changed: see by hand what was done",
        "no se hace nada según una bitácora que fue cambiada: hay que ver a mano qué se hizo",
    ),
    ("it is no entry: {}", "no es un registro: {}"),
    (
        "it is of version {} of the format, and this zarpe knows {}",
        "es de la versión {} del formato, y este zarpe conoce la {}",
    ),
    ("its number is {}, not {}", "su número es {}, no {}"),
    (
        "it does not follow the line before it: one of the two was changed",
        "no sigue a la línea anterior: una de las dos fue cambiada",
    ),
    ("it is of another run, {}", "es de otra ejecución, {}"),
    (
        "make room for the journal, then: zarpe deploy resume",
        "libere espacio para la bitácora, y luego: zarpe deploy resume",
    ),
    (
        "the journal of run {} on the remote is not believed: {*}",
        "la bitácora de la ejecución {} en el remoto no es confiable: {}",
    ),
    ("cannot keep the journal on {}: {*}", "no se puede guardar la bitácora en {}: {}"),
    ("it was removed there", "alguien la quitó de ahí"),
    (
        "the token needs `contents: write`; then: zarpe deploy resume",
        "el token necesita `contents: write`; luego: zarpe deploy resume",
    ),
    ("the runs on {} were not read within {}", "las ejecuciones en {} no se leyeron en {}"),
    (
        "see that it answers: git ls-remote {}; where it only needs longer, give it more: --timeout 10m",
        "vea que responda: git ls-remote {}; si solo necesita más tiempo, déselo: --timeout 10m",
    ),
    // With what a run begins.
    ("inputs: {}", "entradas: {}"),
    ("`{}` is no input: write --input NAME=VALUE", "`{}` no es una entrada: escriba --input NOMBRE=VALOR"),
    ("the plan has no input `{}`", "el plan no tiene la entrada `{}`"),
    ("the input `{}` is missing", "falta la entrada `{}`"),
    ("--input {}=VALUE", "--input {}=VALOR"),
    ("the input `{}` is required, and it is empty", "la entrada `{}` es obligatoria, y está vacía"),
    ("one of {}: --input {}=VALUE", "uno de {}: --input {}=VALOR"),
    ("`{}` is a choice, and the plan gives it no `options`", "`{}` es una elección, y el plan no le da `options`"),
    ("options: [a, b], of which a run is given one", "options: [a, b], de los que una ejecución recibe uno"),
    ("`{}` is true or false, not `{}`", "`{}` es true o false, no `{}`"),
    ("`{}` is a number, not `{}`", "`{}` es un número, no `{}`"),
    ("`{}` is one of {}, not `{}`", "`{}` es uno de {}, no `{}`"),
    ("the secret `{}` is not set", "el secreto `{}` no está definido"),
    ("set the environment variable {}", "defina la variable de entorno {}"),
    ("set it as an environment variable", "defínala como variable de entorno"),
    ("run it in a clone, at a commit", "ejecútelo en un clon, en un commit"),
    (
        "no deployment here with success tells its version: say which one runs, --previous TAG",
        "ningún despliegue exitoso aquí dice su versión: indique cuál corre, --previous TAG",
    ),
    ("`{}` is not known", "`{}` no se conoce"),
    ("`{}` is no shell that is known", "`{}` no es un shell conocido"),
    ("shells: {}", "shells: {}"),
    (
        "give it a default that a run could be given as well, or none",
        "dele un valor por omisión que también se le podría dar a una ejecución, o ninguno",
    ),
    ("a secret stands in `{}`", "hay un secreto en `{}`"),
    (
        "its value names the lock, and stands in the journal and on the remote: name it by something else",
        "su valor da nombre al candado, y queda en la bitácora y en el remoto: nómbrelo con otra cosa",
    ),
    ("a secret stands in the input `{}`", "hay un secreto en la entrada `{}`"),
    (
        "name the variable that holds it under the plan's `secrets`, and ask for ${{ secrets.NAME }}",
        "nombre en `secrets` del plan la variable que lo contiene, y pida ${{ secrets.NOMBRE }}",
    ),
    ("{} cannot run", "{} no se puede ejecutar"),
    ("give it again, or begin another run", "vuelva a darla, o empiece otra ejecución"),
    (
        "go by this one, without the sign-offs: zarpe deploy resume {} --changed-commit",
        "siga con este, sin las firmas: zarpe deploy resume {} --changed-commit",
    ),
    (
        "git checkout {}, or go by this one, without the sign-offs: zarpe deploy resume {} --changed-commit",
        "git checkout {}, o siga con este, sin las firmas: zarpe deploy resume {} --changed-commit",
    ),
    (
        "from now on it goes by this one; who signed must sign again",
        "desde ahora sigue con este; quien firmó debe firmar otra vez",
    ),
    (
        "git checkout {}; in a workflow: run the failed jobs of the first run again",
        "git checkout {}; en un workflow: ejecute otra vez los trabajos fallidos de la primera ejecución",
    ),
    (
        "run {} put a part of its version in service, or failed after it had begun: nobody can tell what serves",
        "la ejecución {} puso en servicio una parte de su versión, o falló después de empezar: nadie puede saber qué está en servicio",
    ),
    (
        "the last deployment here, run {}, has neither an input `version` nor a version's tag",
        "el último despliegue aquí, la ejecución {}, no tiene ni una entrada `version` ni la etiqueta de una versión",
    ),
    ("or say which version runs: --previous TAG", "o indique qué versión corre: --previous TAG"),
    ("the token needs `deployments: read`", "el token necesita `deployments: read`"),
    ("the name of what is locked: {*}", "el nombre de lo que se bloquea: {}"),
    (
        "GitHub is not told of this deployment: the token needs `deployments: write`",
        "no se avisa a GitHub de este despliegue: el token necesita `deployments: write`",
    ),
    // Locks.
    ("cannot take the lock {}: {*}", "no se puede tomar el candado {}: {}"),
    ("the lock {} is taken and released without end", "el candado {} se toma y se suelta sin fin"),
    ("cannot take the lock {} on {}: {*}", "no se puede tomar el candado {} en {}: {}"),
    ("it is not there after it was made", "no está después de haberse creado"),
    ("the token needs `contents: write`", "el token necesita `contents: write`"),
    ("cannot renew the lock {} on {}: {*}", "no se puede renovar el candado {} en {}: {}"),
    ("the lock of {} does not say whose it is: {}", "el candado de {} no dice de quién es: {}"),
    ("see who made it, and remove it by hand", "vea quién lo creó, y quítelo a mano"),
    ("cannot remove the lock {}: {*}", "no se puede quitar el candado {}: {}"),
    ("cannot release the lock {}: {*}", "no se puede soltar el candado {}: {}"),
    // Sign-offs.
    ("for which role? {}", "¿por qué rol? {}"),
    ("--role ROLE", "--role ROL"),
    (
        "nobody is known here: a sign-off is by the login of a token, or by an SSH key",
        "aquí no se sabe quién es usted: se firma con la cuenta de un token, o con una llave SSH",
    ),
    (
        "set ZARPE_TOKEN to a token of yours, or sign with --ssh-key FILE",
        "ponga un token suyo en ZARPE_TOKEN, o firme con --ssh-key ARCHIVO",
    ),
    ("a secret stands in the evidence", "hay un secreto en la evidencia"),
    ("say what you looked at, without it", "diga qué vio, sin incluirlo"),
    ("ssh-keygen cannot sign with {}: {}", "ssh-keygen no puede firmar con {}: {}"),
    ("name a private key, or a public one of your agent", "indique una llave privada, o una pública de su agente"),
    // What was done, and what is taken back.
    ("the plan has no step `{}`", "el plan no tiene el paso `{}`"),
    (
        "write it as JOB/STEP, with its id or its number: zarpe deploy status RUN lists them",
        "escríbalo como TRABAJO/PASO, con su id o su número: zarpe deploy status EJECUCIÓN los lista",
    ),
    ("`{}` may be {} or {}", "`{}` puede ser {} o {}"),
    ("there is no job `{}` with a rollback", "no existe el trabajo `{}` con rollback"),
    ("jobs: {}", "trabajos: {}"),
    (
        "no job of the plan has one: take it back by hand, or by a plan of its own",
        "ningún trabajo del plan lo tiene: reviértalo a mano, o con un plan aparte",
    ),
    (
        "no job of run {} has ended: when the new version took over is not known",
        "ningún trabajo de la ejecución {} ha terminado: no se sabe cuándo tomó su lugar la versión nueva",
    ),
    (
        "let the job `needs` the one that deploys, or say --cut-over TIME",
        "el trabajo debe nombrar en `needs` al que despliega, o indique --cut-over HORA",
    ),
    ("not begun", "sin empezar"),
    // What a step gives.
    ("line {} of the step's outputs {*}", "la línea {} de las salidas del paso {}"),
    ("names no end after `<<`", "no nombra un final después de `<<`"),
    ("has no end `{}`", "no tiene el final `{}`"),
    ("is no NAME=VALUE", "no es NOMBRE=VALOR"),
    (
        "has a name that is none: letters, digits, `-` and `_`",
        "tiene un nombre que no lo es: letras, dígitos, `-` y `_`",
    ),
    // Reports.
    ("run {} has no version to be archived with", "la ejecución {} no tiene una versión con la cual archivarse"),
    (
        "give the plan an input `version`, or keep the report with --out DIR",
        "dé al plan una entrada `version`, o guarde el reporte con --out CARPETA",
    ),
    (
        "zarpe deploy report {} --{+}incidents{+} FILE, or --{+}incidents{+} prompt at a terminal",
        "zarpe deploy report {} --incidents ARCHIVO, o --incidents prompt en una terminal",
    ),
    (
        "zarpe deploy report {} --{+}recommendations{+} FILE, or --{+}recommendations{+} prompt at a terminal",
        "zarpe deploy report {} --recommendations ARCHIVO, o --recommendations prompt en una terminal",
    ),
    ("what was written at other machines is not known: {*}", "no se sabe qué se escribió en otras máquinas: {}"),
    ("{} is no text of at most {} KB", "{} no es un texto de a lo más {} KB"),
    (
        "write the {+}incidents{+} down as sentences, one on each line",
        "escriba los incidentes como oraciones, una por línea",
    ),
    (
        "write the {+}recommendations{+} down as sentences, one on each line",
        "escriba las recomendaciones como oraciones, una por línea",
    ),
    ("--{} FILE, or --{} prompt", "--{} ARCHIVO, o --{} prompt"),
    (
        "cannot keep the {+}incidents{+} of run {} on {}: {*}",
        "no se pueden guardar los incidentes de la ejecución {} en {}: {}",
    ),
    (
        "cannot keep the {+}recommendations{+} of run {} on {}: {*}",
        "no se pueden guardar las recomendaciones de la ejecución {} en {}: {}",
    ),
    (
        "the token needs `contents: write`; they are kept here",
        "el token necesita `contents: write`; quedan guardados aquí",
    ),
    ("the {+}incidents{+} of run {} are kept", "se guardaron los incidentes de la ejecución {}"),
    ("the {+}recommendations{+} of run {} are kept", "se guardaron las recomendaciones de la ejecución {}"),
    ("keep the {+}incidents{+} of run {} ({})", "guardar los incidentes de la ejecución {} ({})"),
    ("keep the {+}recommendations{+} of run {} ({})", "guardar las recomendaciones de la ejecución {} ({})"),
    // Checklists.
    ("{} has no line that could be a step", "{} no tiene ninguna línea que pueda ser un paso"),
    ("write its steps as lists, or as rows of a table", "escriba sus pasos como listas, o como filas de una tabla"),
    ("{}: {#} lines", "{}: {} líneas"),
    ("no step covers `{}`: {}", "ningún paso cubre `{}`: {}"),
    ("covers: [{}] on the step that stands for it", "covers: [{}] en el paso que la representa"),
    ("{} has no lines", "{} no tiene líneas"),
    ("the nearest is `{}`", "la más parecida es `{}`"),
    ("{} has no line `{}`", "{} no tiene la línea `{}`"),
    ("{*}; {} of the {#} lines of {} are covered", "{}; {} de las {} líneas de {} están cubiertas"),
];
