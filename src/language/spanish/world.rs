//! What the system, the network, git and GitHub do not do, in words of zarpe and of the system.

use crate::language::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    // Files.
    ("cannot read {}: {*}", "no se puede leer {}: {}"),
    (
        "cannot read {}: it is no file, and gives more than {} MB",
        "no se puede leer {}: no es un archivo, y entrega más de {} MB",
    ),
    ("cannot read standard input: {*}", "no se puede leer la entrada estándar: {}"),
    ("cannot write {}: {*}", "no se puede escribir {}: {}"),
    (
        "cannot write {}: {+}the new file could not take the old one's place",
        "no se puede escribir {}: el archivo nuevo no pudo tomar el lugar del anterior",
    ),
    ("cannot remove {}: {*}", "no se puede quitar {}: {}"),
    ("cannot look at {}: {*}", "no se puede ver {}: {}"),
    ("cannot tell where {} is: {*}", "no se puede saber dónde está {}: {}"),
    ("name a file", "indique un archivo"),
    ("it did not come to its end within {}", "no llegó a su fin en {}"),
    (
        "see what writes to it, and that it ends; where it only needs longer, give it more: --timeout 10m",
        "vea qué lo escribe, y que termine; si solo necesita más tiempo, déselo: --timeout 10m",
    ),
    // Commands.
    ("cannot run {}: {*}", "no se puede ejecutar {}: {}"),
    ("see that {} is there and that {} is a folder", "vea que exista {} y que {} sea una carpeta"),
    ("cannot tell how it ended: {*}", "no se puede saber cómo terminó: {}"),
    ("the generator {*}: {}\n{*}", "el generador {}: {}\n{}"),
    ("ended with exit status {}", "terminó con el código de salida {}"),
    ("was ended by signal {}", "fue terminado por la señal {}"),
    ("was still running after {}", "seguía corriendo después de {}"),
    ("it said nothing on standard error", "no dijo nada en la salida de error"),
    ("prints more than {} MB", "imprime más de {} MB"),
    ("what it prints is not UTF-8", "lo que imprime no está en UTF-8"),
    ("it did not end within {}", "no terminó en {}"),
    ("cannot hear signal {}: {*}", "no se puede oír la señal {}: {}"),
    // The terminal.
    ("cannot ask on the terminal{+}: {*}", "no se puede preguntar en la terminal: {}"),
    ("cannot read the answer{+}: {*}", "no se puede leer la respuesta: {}"),
    // The network.
    ("no whole answer within {}", "sin respuesta completa en {}"),
    ("no whole answer in time", "sin respuesta completa a tiempo"),
    ("no connection within {}", "sin conexión en {}"),
    ("this is no HOST:PORT", "esto no es HOST:PUERTO"),
    ("more than {+}1{+} redirects", "más de 1 redirección"),
    ("more than {} redirects", "más de {} redirecciones"),
    ("it redirects from https to http", "redirige de https a http"),
    ("it redirects to what is no address", "redirige a lo que no es una dirección"),
    (
        "it redirects to {}, and the body of a request is sent to no other host",
        "redirige a {}, y el cuerpo de una petición no se envía a otro host",
    ),
    ("where it redirects to there is no answer: {*}", "a donde redirige no hay respuesta: {}"),
    ("what answers there speaks no TLS", "lo que responde ahí no habla TLS"),
    ("the answer is larger than {} MB", "la respuesta pasa de {} MB"),
    ("cannot get {}: {*}", "no se puede obtener {}: {}"),
    ("it answers {}", "responde {}"),
    ("it is larger than {} MB", "pasa de {} MB"),
    (
        "see what it answers: curl --fail --show-error --location ADDRESS",
        "vea qué responde: curl --fail --show-error --location DIRECCIÓN",
    ),
    ("this is no address: {}", "esto no es una dirección: {}"),
    (
        "give one that begins with https:// or http:// and names a host",
        "dé una que empiece con https:// o http:// y nombre un host",
    ),
    // git and its remote.
    ("{} is not in a git repository", "{} no está en un repositorio de git"),
    ("the repository has no commit yet", "el repositorio todavía no tiene ningún commit"),
    ("commit something first", "haga primero un commit"),
    ("run zarpe in a clone, or name one with -C DIR", "ejecute zarpe en un clon, o indique uno con -C CARPETA"),
    ("cannot read the remote {}: {}", "no se puede leer el remoto {}: {}"),
    (
        "check the address and that this machine may read it; for https set ZARPE_TOKEN or GITHUB_TOKEN",
        "revise la dirección y que esta máquina pueda leerla; para https defina ZARPE_TOKEN o GITHUB_TOKEN",
    ),
    (
        "check the address, the network, and that the token may read the repository's contents",
        "revise la dirección, la red, y que el token pueda leer el contenido del repositorio",
    ),
    ("{} did not answer in {} s", "{} no respondió en {} s"),
    ("this repository has no remote `{}`", "este repositorio no tiene el remoto `{}`"),
    (
        "git remote add {} ADDRESS, or name another one with ZARPE_REMOTE",
        "git remote add {} DIRECCIÓN, o indique otro con ZARPE_REMOTE",
    ),
    ("the remote has no branch `{}`", "el remoto no tiene la rama `{}`"),
    ("push it, or name another one: `branch: …` in zarpe.yml", "súbala, o indique otra: `branch: …` en zarpe.yml"),
    ("`{}` names no commit of this clone", "`{}` no nombra ningún commit de este clon"),
    (
        "see `git tag` and `git log`; what is on the remote only must be fetched: git fetch --tags",
        "vea `git tag` y `git log`; lo que solo está en el remoto hay que traerlo: git fetch --tags",
    ),
    (
        "the clone is shallow, and its history ends inside the range",
        "el clon es superficial, y su historia termina dentro del rango",
    ),
    ("a bare repository has no files", "un repositorio sin árbol de trabajo no tiene archivos"),
    ("run it in a clone", "ejecútelo en un clon"),
    // GitHub.
    (
        "the repository on GitHub is not known: the remote is {}",
        "no se sabe cuál es el repositorio en GitHub: el remoto es {}",
    ),
    (
        "add a remote on GitHub (`git remote add origin URL`), or set GITHUB_API_URL and GITHUB_REPOSITORY",
        "agregue un remoto en GitHub (`git remote add origin URL`), o defina GITHUB_API_URL y GITHUB_REPOSITORY",
    ),
    ("GITHUB_REPOSITORY is `{}`, which is not OWNER/NAME", "GITHUB_REPOSITORY es `{}`, que no es DUEÑO/NOMBRE"),
    ("GITHUB_REPOSITORY is {}, but the remote is {}", "GITHUB_REPOSITORY es {}, pero el remoto es {}"),
    (
        "run it in a clone of the repository that GITHUB_REPOSITORY names, or set one of them right",
        "ejecútelo en un clon del repositorio que GITHUB_REPOSITORY nombra, o corrija uno de los dos",
    ),
    ("whether {} is a member of @{} is not shown to this token", "este token no puede ver si {} es miembro de @{}"),
    (
        "it needs to read the organisation's members: `members: read` of a fine-grained token or an app, `read:org` of a classic one; a workflow's own token never has it. Or name the logins in the plan's `roles`",
        "necesita leer los miembros de la organización: `members: read` de un token detallado o de una app, `read:org` de uno clásico; el propio token de un workflow nunca lo tiene. O nombre las cuentas en `roles` del plan",
    ),
    ("the token in {} has a character that no token has", "el token de {} tiene un carácter que ningún token lleva"),
    ("set {} again, without spaces and line ends", "defina {} otra vez, sin espacios ni fines de línea"),
    // Registries.
    ("{} is not there, or may not be seen", "{} no está, o no se puede ver"),
    ("push the image first; or may it not be read? {}", "suba primero la imagen; ¿o no se puede leer? {}"),
    (
        "look at the network and the proxy variables, and run it again",
        "revise la red y las variables del proxy, y ejecútelo otra vez",
    ),
    (
        "the repository on GitHub is not known: there is no remote",
        "no se sabe cuál es el repositorio en GitHub: no hay remoto",
    ),
    ("{}: the token in {} is not accepted{}", "{}: no se acepta el token de {}{}"),
    (
        "it is wrong, expired or revoked: set {} to one that is valid",
        "está mal, venció o fue revocado: ponga en {} uno válido",
    ),
    ("{}: a token is needed, and none was sent", "{}: hace falta un token, y no se envió ninguno"),
    ("set ZARPE_TOKEN or GITHUB_TOKEN", "defina ZARPE_TOKEN o GITHUB_TOKEN"),
    ("{}: not found{}", "{}: no se encontró{}"),
    ("it does not exist, or the token in {} may not see it", "no existe, o el token de {} no puede verlo"),
    (
        "it does not exist, or it is private and no token was sent: {*}",
        "no existe, o es privado y no se envió ningún token: {}",
    ),
    ("{}: the token in {} lacks the permission {}", "{}: al token de {} le falta el permiso {}"),
    (
        "give it `{}`: in a workflow under `permissions:`, else in the token's settings",
        "déle `{}`: en un workflow en `permissions:`, si no en la configuración del token",
    ),
    ("{}: the rate limit is used up {*}", "{}: se agotó el límite de peticiones {}"),
    ("without saying until when", "sin decir hasta cuándo"),
    ("until {}", "hasta {}"),
    ("run it again after {}", "ejecútelo otra vez después de {}"),
    ("run it again in a few minutes", "ejecútelo otra vez en unos minutos"),
    ("{}: the host cannot be reached: {*}", "{}: no se llega al host: {}"),
    (
        "look at the network, the proxy variables and GITHUB_API_URL",
        "revise la red, las variables del proxy y GITHUB_API_URL",
    ),
    ("{}: the connection broke: {*}", "{}: se cortó la conexión: {}"),
    ("{}: no whole answer in time", "{}: sin respuesta completa a tiempo"),
    (
        "run it again, with a larger ZARPE_TIMEOUT (seconds) where the network is slow",
        "ejecútelo otra vez, con un ZARPE_TIMEOUT mayor (segundos) si la red es lenta",
    ),
    (
        "GitHub has trouble: see https://www.githubstatus.com, and run it again",
        "GitHub tiene problemas: vea https://www.githubstatus.com, y ejecútelo otra vez",
    ),
    ("run it again", "ejecútelo otra vez"),
    ("GitHub does not say whose token it is: {*}", "GitHub no dice de quién es el token: {}"),
    (
        "the answer above stands, but later steps and the summary do not have it: make the file writable",
        "la respuesta de arriba vale, pero los pasos siguientes y el resumen no la tienen: haga que se pueda escribir el archivo",
    ),
];
