//! What the system and the libraries say, in their own words.

use crate::language::Entry;

pub(super) const ENTRIES: &[Entry] = &[
    ("No such file or directory (os error 2)", "no existe el archivo o la carpeta (error 2 del sistema)"),
    ("Permission denied (os error 13)", "permiso denegado (error 13 del sistema)"),
    ("Not a directory (os error 20)", "no es una carpeta (error 20 del sistema)"),
    ("Is a directory (os error 21)", "es una carpeta (error 21 del sistema)"),
    ("No space left on device (os error 28)", "no queda espacio en el disco (error 28 del sistema)"),
    ("Read-only file system (os error 30)", "el sistema de archivos es de solo lectura (error 30 del sistema)"),
    ("Network is unreachable (os error 101)", "no se llega a la red (error 101 del sistema)"),
    ("Connection reset by peer (os error 104)", "el otro lado cortó la conexión (error 104 del sistema)"),
    ("Connection timed out (os error 110)", "la conexión tardó demasiado (error 110 del sistema)"),
    ("Connection refused (os error 111)", "conexión rechazada (error 111 del sistema)"),
    ("No route to host (os error 113)", "no hay ruta al host (error 113 del sistema)"),
    ("failed to lookup address information: {}", "no se encontró la dirección de ese nombre: {}"),
    ("end of file before message length reached", "la respuesta terminó antes de lo anunciado"),
    ("connection closed before message completed", "la conexión se cerró antes de la respuesta completa"),
    ("unexpected end of file", "fin inesperado de los datos"),
    ("incomplete deflate stream", "los datos comprimidos están incompletos"),
    ("STARTTLS is not supported on this server", "este servidor no tiene STARTTLS"),
    ("internal client error: {*}", "error propio: {}"),
    ("Invalid input", "no tiene la forma de una"),
    ("invalid peer certificate: {*}", "el certificado del servidor no vale: {}"),
    (
        "the server's certificate is that of an authority (CA:TRUE), not that of a server (CA:FALSE)",
        "el certificado del servidor es el de una autoridad (CA:TRUE), no el de un servidor (CA:FALSE)",
    ),
    ("UnknownIssuer", "no lo emite una autoridad en que se confíe"),
    (
        "certificate not valid for name {}; certificate is only valid for {}",
        "no es para el nombre {}, sino solo para {}",
    ),
    (
        "certificate not valid for name {}; certificate is not valid for any names (according to its subjectAltName extension)",
        "no es para el nombre {}, ni para ningún otro: no tiene subjectAltName",
    ),
    (
        "certificate expired: verification time {} (UNIX), but certificate is not valid after {} ({#} seconds ago)",
        "caducó: ahora es {} (tiempo Unix), y no vale después de {} (hace {} segundos)",
    ),
    (
        "certificate not valid yet: verification time {} (UNIX), but certificate is not valid before {} ({#} seconds in future)",
        "aún no vale: ahora es {} (tiempo Unix), y no vale antes de {} (dentro de {} segundos)",
    ),
    ("transient error ({}): {}", "error pasajero ({}): {}"),
    ("permanent error ({}): {}", "error definitivo ({}): {}"),
];
