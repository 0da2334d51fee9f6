//! What is said about a log, in each language.

use super::rise::Sample;
use crate::config::Language;

/// The words of a language.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) Language);

impl Words {
    fn pick<T>(self, english: T, spanish: T) -> T {
        match self.0 {
            Language::En => english,
            Language::Es => spanish,
        }
    }

    pub(super) fn normal(self, since: &str) -> String {
        self.pick(
            format!("the logs show no abnormal errors since {since}"),
            format!("los logs no muestran errores anormales desde {since}"),
        )
    }

    pub(super) fn inconclusive(self, since: &str) -> String {
        self.pick(
            format!("inconclusive: the logs cannot show whether errors rose since {since}"),
            format!("no concluyente: los logs no permiten ver si los errores subieron desde {since}"),
        )
    }

    pub(super) fn abnormal(self, since: &str, raised: &str) -> String {
        self.pick(
            format!("the logs show abnormal errors since {since}: {raised}"),
            format!("los logs muestran errores anormales desde {since}: {raised}"),
        )
    }

    pub(super) fn group(self, class: &str, route: Option<&str>) -> String {
        match route {
            Some(route) => self.pick(format!("{class} on {route}"), format!("{class} en {route}")),
            None => self.pick(format!("{class} on all routes"), format!("{class} en todas las rutas")),
        }
    }

    pub(super) fn errors(self) -> (&'static str, &'static str) {
        self.pick(
            ("errors", "share of the requests, before and after"),
            ("errores", "parte de las peticiones, antes y después"),
        )
    }

    pub(super) fn columns(self) -> [&'static str; 6] {
        self.pick(
            ["class", "route", "before", "after", "", "seen from"],
            ["clase", "ruta", "antes", "después", "", "visible desde"],
        )
    }

    pub(super) fn all(self) -> &'static str {
        self.pick("all", "todas")
    }

    pub(super) fn seen_from(self, smallest: Option<u64>) -> String {
        match smallest {
            Some(errors) => self.pick(format!("{errors} errors"), format!("{errors} errores")),
            None => self.pick("never", "nunca").to_owned(),
        }
    }

    pub(super) fn share(self, percent: f64, sample: Sample) -> String {
        let Sample { requests, failed, errors } = sample;
        let counted = match errors {
            _ if errors == failed => String::new(),
            1 => self.pick(", 1 counts", ", cuenta 1").to_owned(),
            _ => self.pick(format!(", {errors} count"), format!(", cuentan {errors}")),
        };
        self.pick(
            format!("{percent:.2} % ({failed} of {requests}{counted})"),
            format!("{percent:.2} % ({failed} de {requests}{counted})"),
        )
    }

    pub(super) fn counted(self) -> &'static str {
        self.pick("counted", "contado")
    }

    pub(super) fn lines(self, lines: u64) -> String {
        self.pick(format!("{lines} lines"), format!("{lines} líneas"))
    }

    pub(super) fn counts(self, before: u64, after: u64, left_out: u64, unread: u64) -> [[String; 2]; 4] {
        let rows = self.pick(
            [
                ("before the cut-over", before, "requests"),
                ("after it", after, "requests"),
                ("left out", left_out, "ignored or our own"),
                ("no request", unread, "lines"),
            ],
            [
                ("antes del cambio", before, "peticiones"),
                ("después", after, "peticiones"),
                ("excluidas", left_out, "ignoradas o nuestras"),
                ("no son peticiones", unread, "líneas"),
            ],
        );
        rows.map(|(name, count, what)| [name.to_owned(), format!("{count} {what}")])
    }

    pub(super) fn rose(self, group: &str, before: &str, after: &str) -> String {
        self.pick(
            format!("{group}: {before} before, {after} after"),
            format!("{group}: {before} antes, {after} después"),
        )
    }

    pub(super) fn look_at_them(self, ratio: f64, asks_for_successes: bool) -> String {
        let (more, mas) = match asks_for_successes {
            true => (
                format!(", what succeeds may become 1/{ratio} of what it was"),
                format!(", que lo logrado baje a 1/{ratio}"),
            ),
            false => Default::default(),
        };
        self.pick(
            format!(
                "look at these requests; a rise to {ratio} times is accepted (--max-ratio){more}, and what never matters is left out by --ignore"
            ),
            format!(
                "hay que ver estas peticiones; se acepta que suban a {ratio} veces (--max-ratio){mas}, y lo que nunca importa se excluye con --ignore"
            ),
        )
    }

    pub(super) fn must_look(self) -> (&'static str, &'static str) {
        self.pick(
            (
                "a person must look at the logs and decide",
                "in a run the step's role signs it: zarpe deploy sign RUN STEP",
            ),
            (
                "una persona debe ver los logs y decidir",
                "en un despliegue firma el rol del paso: zarpe deploy sign RUN STEP",
            ),
        )
    }

    pub(super) fn unread(self, unread: u64, lines: u64, lacking: &[&str]) -> (String, String) {
        let lacking = match lacking.join(", ") {
            names if names.is_empty() => names,
            names => self.pick(format!(": what they lack is {names}"), format!(": lo que les falta es {names}")),
        };
        self.pick(
            (
                format!("{unread} of {lines} lines are no request{lacking}"),
                "say how the lines are written: --log-format combined or json, with --fields FIELD=NAME".to_owned(),
            ),
            (
                format!("{unread} de {lines} líneas no son peticiones{lacking}"),
                "hay que decir como están escritas: --log-format combined o json, con --fields CAMPO=NOMBRE".to_owned(),
            ),
        )
    }

    pub(super) fn unread_after(self, unread: u64, lines: u64) -> (String, String) {
        self.pick(
            (
                format!("{unread} of {lines} lines after the cut-over are no request"),
                "look at these lines: what a request became may stand there alone, or the service writes another format now".to_owned(),
            ),
            (
                format!("{unread} de {lines} líneas después del cambio no son peticiones"),
                "revisar esas líneas: lo que pasó con una petición puede estar sólo ahí, o el servicio escribe ahora otro formato".to_owned(),
            ),
        )
    }

    pub(super) fn empty(self, lines: u64, left_out: u64) -> (String, String) {
        if left_out > 0 {
            return self.pick(
                (
                    format!("each request of before and after the cut-over is left out, {left_out} in all: nothing is judged"),
                    "see that --ignore and --own mean less than everything".to_owned(),
                ),
                (
                    format!("cada petición de antes y de después del cambio queda excluida, {left_out} en total: nada se juzga"),
                    "revisar que --ignore y --own no signifiquen todo".to_owned(),
                ),
            );
        }
        self.pick(
            (
                format!("none of the {lines} lines is a request before or after the cut-over"),
                "see that it is the log of this service and of these hours: --cut-over, --baseline, --after".to_owned(),
            ),
            (
                format!("ninguna de las {lines} líneas es una petición de antes o de después del cambio"),
                "revisar que sea el log de este servicio y de estas horas: --cut-over, --baseline, --after".to_owned(),
            ),
        )
    }

    pub(super) fn none_before(self, after: u64) -> (String, String) {
        self.pick(
            (
                format!("no request before the cut-over, and {after} after it: there is nothing to compare with"),
                "name the log before this one as well, where it was rotated, or compare with a longer time: --baseline 24h".to_owned(),
            ),
            (
                format!("ninguna petición de antes del cambio, y {after} de después: no hay con qué comparar"),
                "dar también el log anterior, si fue rotado, o comparar con más tiempo: --baseline 24h".to_owned(),
            ),
        )
    }

    pub(super) fn silent(self, silence: &str, since: &str, expected: f64) -> (String, String) {
        self.pick(
            (
                format!(
                    "nothing was asked for {silence}, from {since} after the cut-over on; at the rate before it, {expected:.0} requests would have come"
                ),
                "see whether the service answers, and that the log is whole: one that was rotated is named with the one before it".to_owned(),
            ),
            (
                format!(
                    "no se pidió nada durante {silence}, desde {since} después del cambio; al ritmo de antes habrían llegado {expected:.0} peticiones"
                ),
                "revisar si el servicio responde, y que el log esté completo: uno que fue rotado se da junto con el anterior".to_owned(),
            ),
        )
    }

    pub(super) fn gone(self, share: f64, expected: f64) -> (String, String) {
        self.pick(
            (
                format!(
                    "the routes of {share:.0} % of the requests before the cut-over were not asked any more; at the rate before it, {expected:.0} requests would have come"
                ),
                "see whether the service answers; leave out the checks that go on without it: --ignore".to_owned(),
            ),
            (
                format!(
                    "las rutas del {share:.0} % de las peticiones de antes del cambio ya no se pidieron; al ritmo de antes habrían llegado {expected:.0} peticiones"
                ),
                "revisar si el servicio responde; excluir las revisiones automáticas que siguen sin él: --ignore".to_owned(),
            ),
        )
    }

    pub(super) fn repeated(self, class: &str, before: &str, after: &str) -> (String, String) {
        self.pick(
            (
                format!(
                    "{class}: {before} before, {after} after, and those that failed are repeats of few clients: one that tries again, or a proxy of many"
                ),
                "look at these requests; where the log has the address of a proxy, let it write that of the client (nginx: real_ip_header)".to_owned(),
            ),
            (
                format!(
                    "{class}: {before} antes, {after} después, y las que fallaron son repeticiones de pocos clientes: uno que reintenta, o un proxy de muchos"
                ),
                "hay que ver estas peticiones; si el log tiene la dirección de un proxy, que escriba la del cliente (nginx: real_ip_header)".to_owned(),
            ),
        )
    }

    pub(super) fn few_before(self, requests: u64, least: u64) -> (String, String) {
        self.pick(
            (
                format!("{requests} requests before the cut-over, and fewer than {least} show nothing"),
                "compare with a longer time: --baseline 24h".to_owned(),
            ),
            (
                format!("{requests} peticiones antes del cambio, y menos de {least} no muestran nada"),
                "comparar con más tiempo: --baseline 24h".to_owned(),
            ),
        )
    }

    pub(super) fn few_after(self, requests: u64, least: u64) -> (String, String) {
        self.pick(
            (
                format!("{requests} requests after the cut-over, and fewer than {least} show nothing"),
                "ask again later, or judge a longer time: --after 1h".to_owned(),
            ),
            (
                format!("{requests} peticiones después del cambio, y menos de {least} no muestran nada"),
                "preguntar más tarde, o juzgar más tiempo: --after 1h".to_owned(),
            ),
        )
    }

    pub(super) fn closed(self) -> (String, String) {
        self.pick(
            (
                "all of the time after the cut-over is maintenance: no request of it counts".to_owned(),
                "see the times of --maintenance, or judge a longer time: --after 1h".to_owned(),
            ),
            (
                "todo el tiempo después del cambio es mantenimiento: ninguna petición suya cuenta".to_owned(),
                "revisar las horas de --maintenance, o juzgar más tiempo: --after 1h".to_owned(),
            ),
        )
    }

    pub(super) fn weak(self, class: &str, rise: f64, power: f64, seen: Option<u64>) -> (String, String) {
        if seen.is_none() {
            return self.pick(
                (
                    format!("a rise of {class} would not be seen, even if all requests failed"),
                    "ask again later, or compare longer times: --baseline 24h --after 1h".to_owned(),
                ),
                (
                    format!("una subida de {class} no se vería, aunque fallaran todas las peticiones"),
                    "preguntar más tarde, o comparar más tiempo: --baseline 24h --after 1h".to_owned(),
                ),
            );
        }
        let seen = self.seen_from(seen);
        self.pick(
            (
                format!(
                    "a rise of {class} to {rise:.1} % of the requests would be seen in {power:.0} of 100 cases: from {seen} on"
                ),
                "ask again later, or compare longer times: --baseline 24h --after 1h".to_owned(),
            ),
            (
                format!(
                    "una subida de {class} al {rise:.1} % de las peticiones se vería en {power:.0} de 100 casos: desde {seen}"
                ),
                "preguntar más tarde, o comparar más tiempo: --baseline 24h --after 1h".to_owned(),
            ),
        )
    }
}
