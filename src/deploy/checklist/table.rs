//! A table of a checklist: each of its rows is a line, but for those that only head others, and the table of who is who.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::slug::{number, slug, words_of};

/// Words of the heading of a column that says what is to be done.
const TASKS: [&str; 10] =
    ["tarea", "actividad", "task", "activity", "action", "accion", "descripcion", "que", "what", "validacion"];
/// Words of the heading of a column that says who does it.
const WHO: [&str; 24] = [
    "responsable",
    "responsables",
    "responsible",
    "owner",
    "owners",
    "who",
    "role",
    "roles",
    "rol",
    "quien",
    "quienes",
    "encargado",
    "encargada",
    "encargados",
    "encargadas",
    "asignado",
    "asignada",
    "assignee",
    "assigned",
    "cargo",
    "ejecuta",
    "ejecutor",
    "equipo",
    "team",
];
/// Words of the heading of a column that says who somebody is.
const PEOPLE: [&str; 20] = [
    "nombre",
    "nombres",
    "name",
    "names",
    "persona",
    "personas",
    "person",
    "people",
    "contacto",
    "contact",
    "correo",
    "email",
    "mail",
    "telefono",
    "phone",
    "suplente",
    "deputy",
    "integrantes",
    "miembros",
    "members",
];
/// Words of the heading of a column that counts the rows, says when, or how things stand.
const BESIDE: [&str; 28] = [
    "n", "no", "nro", "num", "numero", "number", "id", "paso", "step", "orden", "order", "hora", "horario", "time",
    "when", "cuando", "fecha", "date", "inicio", "fin", "duracion", "duration", "estado", "status", "hecho", "done",
    "listo", "ok",
];

/// Words that the heading of a column begins with that says as little of what is to be done: how long it takes, a tick, a signature.
const NO_MATTER: [&str; 16] = [
    "tiempo",
    "min",
    "minutos",
    "minutes",
    "eta",
    "start",
    "end",
    "finished",
    "completado",
    "completed",
    "check",
    "firma",
    "signature",
    "dia",
    "day",
    "real",
];

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cells {
    /// What each says, and whether all of it is strong.
    cells: Vec<Cell>,
    at: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cell {
    text: String,
    is_strong: bool,
}

/// A row that is a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// What it says.
    pub(super) text: String,
    /// What it is named by in its section.
    pub(super) own: String,
    /// Who is responsible; empty where nobody is named.
    pub(super) responsible: String,
    /// Where it begins in the text.
    pub(super) at: usize,
}

/// A table as it is read.
#[derive(Debug, Default)]
pub(super) struct Table {
    head: Vec<String>,
    /// The same as it is written.
    names: Vec<String>,
    body: Vec<Cells>,
    row: Cells,
    strong: usize,
    /// The address of the image that is read.
    image: String,
}

impl Table {
    /// What is within it and is no text.
    pub(super) fn event(&mut self, event: &Event<'_>, at: usize) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => self.row = Cells { cells: Vec::new(), at },
            Event::Start(Tag::TableCell) => self.row.cells.push(Cell { text: String::new(), is_strong: true }),
            Event::End(TagEnd::TableHead) => {
                let names = std::mem::take(&mut self.row).cells.into_iter().map(|cell| in_one_line(&cell.text));
                self.names = names.collect();
                self.head = self.names.iter().map(|name| slug(name, 6)).collect();
            }
            Event::End(TagEnd::TableRow) => self.body.push(std::mem::take(&mut self.row)),
            Event::Start(Tag::Strong) => self.strong += 1,
            Event::End(TagEnd::Strong) => self.strong = self.strong.saturating_sub(1),
            // An image without words is known by its address.
            Event::Start(Tag::Image { dest_url, .. }) => self.image = dest_url.to_string(),
            Event::End(TagEnd::Image) if self.row.cells.last().is_some_and(|cell| cell.text.trim().is_empty()) => {
                let image = std::mem::take(&mut self.image);
                self.words(&image);
            }
            // What Markdown takes for a tag is what the cell says.
            Event::InlineHtml(words) if !words.starts_with("<!--") && !words.starts_with("<br") => self.words(words),
            _ => {}
        }
    }

    /// A text within it.
    pub(super) fn words(&mut self, words: &str) {
        let is_strong = self.strong > 0;
        if let Some(cell) = self.row.cells.last_mut() {
            cell.is_strong &= is_strong || words.trim().is_empty();
            cell.text.push_str(words);
        }
    }

    /// The roles of a table of who is who: its first column.
    pub(super) fn roles(&self) -> Vec<String> {
        let first = |row: &Cells| row.cells.first().map(|cell| cell.text.trim().to_owned());
        let roles = self.body.iter().filter_map(first).filter(|role| !role.is_empty());
        if self.is_who_is_who() { roles.collect() } else { Vec::new() }
    }

    /// Its lines.
    pub(super) fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        if self.is_who_is_who() {
            return rows;
        }
        let (task, who) = (self.task(), self.who());
        let heads = |row: &Cells| self.heads(row, task);
        for (at, row) in self.body.iter().enumerate() {
            // One that heads nothing is a line.
            let heads_others = heads(row) && self.body.get(at + 1).is_some_and(|next| !heads(next));
            let line = Some(row).filter(|_| !heads_others).and_then(|row| line(row, task, who));
            rows.extend(line.map(|line| self.with_others(line, row, task, who)));
        }
        rows
    }

    /// A line, and behind what is to be done what the other columns say of it: where, by which command, and how it is taken back.
    fn with_others(&self, mut line: Row, row: &Cells, task: usize, who: Option<usize>) -> Row {
        let is_empty = |at: usize| row.cells.get(at).is_none_or(|cell| cell.text.trim().is_empty());
        // Its text is what the others say.
        if is_empty(task) {
            return line;
        }
        for (at, cell) in row.cells.iter().enumerate().filter(|(at, _)| *at != task && Some(*at) != who) {
            let (head, name) =
                (self.head.get(at).map_or("", String::as_str), self.names.get(at).map_or("", String::as_str));
            if !matters(head, &cell.text) {
                continue;
            }
            line.text.push_str(if line.text.ends_with([';', ':']) { " " } else { "; " });
            if !name.is_empty() {
                line.text.push_str(name.trim_end_matches(':'));
                line.text.push_str(": ");
            }
            line.text.push_str(&in_one_line(&cell.text));
        }
        line
    }

    /// Whether a row only heads those under it: a strong text without a number, and nothing beside it.
    fn heads(&self, row: &Cells, task: usize) -> bool {
        let is_alone = row.cells.iter().enumerate().all(|(at, cell)| (at == task) != cell.text.trim().is_empty());
        let cell = row.cells.get(task);
        self.head.len() > 1 && is_alone && cell.is_some_and(|cell| cell.is_strong && number(&cell.text).is_none())
    }

    fn is_who_is_who(&self) -> bool {
        let is_known = |words: &[&str], head: &String| head.split('-').any(|word| words.contains(&word));
        let mut heads = self.head.iter();
        heads.next().is_some_and(|first| is_known(&WHO, first))
            && !self.head.iter().any(|head| is_known(&TASKS, head))
            && heads.all(|head| is_known(&PEOPLE, head) || is_known(&WHO, head))
    }

    /// The column that says what is to be done: by its heading, else the first that says neither who nor when nor how it stands.
    fn task(&self) -> usize {
        let exact = || self.head.iter().position(|head| TASKS.contains(&head.as_str()));
        let has = |head: &str, words: &[&str]| head.split('-').any(|word| words.contains(&word));
        let one =
            |head: &&String| has(head, &TASKS) && !head.split('-').next().is_some_and(|word| BESIDE.contains(&word));
        let within = || self.head.iter().position(|head| one(&head));
        let other = || self.head.iter().position(|head| !head.is_empty() && !has(head, &WHO) && !has(head, &BESIDE));
        exact().or_else(within).or_else(|| self.step()).or_else(other).unwrap_or(0)
    }

    /// A column of steps that are told, not only counted.
    fn step(&self) -> Option<usize> {
        let is_step = |head: &String| matches!(head.as_str(), "paso" | "pasos" | "step" | "steps");
        let at = self.head.iter().position(is_step)?;
        let cells = self.body.iter().filter_map(|row| row.cells.get(at));
        Some(at).filter(|_| cells.into_iter().any(|cell| is_told(&cell.text)))
    }

    fn who(&self) -> Option<usize> {
        let task = self.task();
        let is_who = |head: &String| head.split('-').any(|word| WHO.contains(&word));
        self.head.iter().enumerate().position(|(at, head)| at != task && is_who(head))
    }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a cell beside what is to be done says something of it: neither which row it is, nor when, nor how it stands.
fn matters(head: &str, text: &str) -> bool {
    let first = head.split('-').next().unwrap_or_default();
    let is_nothing =
        !text.contains(char::is_alphanumeric) || matches!(slug(text, 3).as_str(), "n-a" | "na" | "x" | "no-aplica");
    match first {
        _ if is_nothing => false,
        // A count, or a name of the step.
        "" | "paso" | "pasos" | "step" | "steps" => is_told(text),
        _ => !BESIDE.contains(&first) && !NO_MATTER.contains(&first),
    }
}

/// Whether a cell says more than which one it is: `Migrar` and `Do it` do, `2.1`, `B`, `T-3` and `Paso 4` do not.
fn is_told(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
    let words: Vec<String> = words.filter(|word| !matches!(word.as_str(), "" | "paso" | "step")).collect();
    words.len() > 1 || words.iter().any(|word| word.chars().count() > 2)
}

/// The line of a row; `None` where nothing stands in it.
fn line(row: &Cells, task: usize, who: Option<usize>) -> Option<Row> {
    let cell = |at: usize| row.cells.get(at).map_or("", |cell| cell.text.trim());
    let responsible = who.map_or("", cell).to_owned();
    let mut text = cell(task).to_owned();
    if text.is_empty() {
        let others = (0..row.cells.len()).filter(|at| Some(*at) != who).map(cell).filter(|text| !text.is_empty());
        text = others.collect::<Vec<_>>().join(", ");
    }
    if text.is_empty() {
        text.clone_from(&responsible);
    }
    let first = || number(cell(0)).filter(|_| task != 0);
    let own = number(&text).or_else(first).unwrap_or_else(|| words_of(&text));
    Some(Row { own, responsible, at: row.at, text }).filter(|row| !row.text.is_empty())
}

#[cfg(test)]
mod tests {
    use test_case::test_case;

    #[test_case("| Hora | Validación | Encargado |\n|-|-|-|\n| 22:00 | Revisar | DBA |\n| 22:20 | | QA |\n| | Otra | |\n| | | QA |" => "revisar=Revisar(DBA) 22-20=22:20(QA) otra=Otra() qa=QA(QA)"; "a time, a check, and who is in charge")]
    #[test_case("| # | Acción | Quién |\n|-|-|-|\n| 1 | Apagar | Infra |\n| 2 | Encender | |" => "1=Apagar(Infra) 2=Encender()"; "who does it")]
    #[test_case("| a | b |\n|-|-|\n| x | y |\n| | |" => "x=x; b: y()"; "headings that say nothing, and an empty row")]
    #[test_case("| Quién | Qué |\n|-|-|\n| QA | Probar |" => "probar=Probar(QA)"; "who comes first")]
    #[test_case("| Paso |\n|-|\n| **Uno** |\n| Dos |" => "uno=Uno() dos=Dos()"; "one column")]
    #[test_case("| Tarea | Responsable(s) |\n|-|-|\n| **Antes** | |\n| Ver | QA |\n| Suelto | |\n| **Fin** | |" => "ver=Ver(QA) suelto=Suelto() fin=Fin()"; "what heads others, and what heads nothing")]
    #[test_case("| ID de tarea | Detalle |\n|-|-|\n| T-1 | Ver el <host> |" => "ver-el-host=Ver el <host>()"; "a name of the row before what it says")]
    #[test_case("| Tarea | Quien |\n|-|-|\n| ![](paso.png) | |\n| ![Ver](a.png) y [ir](b) | QA |\n| a \\| b | QA |" => "paso-png=paso.png() ver-y-ir=Ver y ir(QA) a-b=a | b(QA)"; "images, links and bars")]
    #[test_case("| Owner | Team | Step |\n|-|-|-|\n| Ana | QA | Do it |" => "do-it=Do it; Team: QA(Ana)"; "a step that is told")]
    #[test_case("| Paso | Notas |\n|-|-|\n| Migrar | de noche |" => "migrar=Migrar; Notas: de noche()"; "a step beside something else")]
    #[test_case("| Paso | Detalle |\n|-|-|\n| Paso 1 | Ver |\n| B-2 | Ir |" => "ver=Ver() ir=Ir()"; "steps that are counted")]
    #[test_case("| # | Servidor | Acción | Comando | Rollback | Responsable | Hora | Estado |\n|-|-|-|-|-|-|-|-|\n| 1 | app1 | Reiniciar | restart a | undo a | QA | 22:00 | ok |\n| 2 | app2 | Ver | - | N/A | | | [ ] |" => "1=Reiniciar; Servidor: app1; Comando: restart a; Rollback: undo a(QA) 2=Ver; Servidor: app2()"; "what the other columns say")]
    #[test_case("| Paso | Tarea | Fecha y hora | Duración |  |\n|-|-|-|-|-|\n| Base de datos | Migrar | lunes | 5 min | de noche |\n| 2 | Ver | | | |" => "migrar=Migrar; Paso: Base de datos; de noche() 2=Ver()"; "a step that is named, and a column without a heading")]
    #[test_case("| Rol | Nombre(s) |\n|-|-|\n| Líder | x |" => "roles Líder"; "who is who")]
    fn lines(text: &str) -> String {
        use pulldown_cmark::{Event, Options, Parser};
        let mut table = super::Table::default();
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Text(words) => table.words(&words),
                event => table.event(&event, range.start),
            }
        }
        let roles = table.roles();
        if !roles.is_empty() {
            return format!("roles {}", roles.join(" "));
        }
        let rows = table.rows();
        let shown = rows.iter().map(|row| format!("{}={}({})", row.own, row.text, row.responsible));
        shown.collect::<Vec<_>>().join(" ")
    }
}
